//! The list of the day: what officers did at a post, newest first; and what one officer did. The
//! register's own affairs are in the second list alone: a desk has no need to know who was dismissed.

use paso_domain::{
    card::CardEvent,
    crossings::PostCode,
    encounter::EncounterEvent,
    erasure::ErasureEvent,
    event::Event,
    id::OfficerNumber,
    sheet::{SheetEvent, SheetNumber},
    subject::Subject,
};
use paso_formats::{entry::Class, moment::Moment};

use super::Fact;
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_act (
        post {{text}} NOT NULL,
        at {{integer}} NOT NULL,
        position {{integer}} NOT NULL,
        officer {{text}} NOT NULL,
        kind {{text}} NOT NULL,
        subject {{text}} NOT NULL,
        command {{text}},
        code {{text}},
        class {{text}} NOT NULL,
        recorded {{integer}} NOT NULL,
        sheet {{text}},
        PRIMARY KEY (post, at, position)
    ) {{keyed}};
    CREATE INDEX view_act_officer ON view_act (officer, at, position);
    CREATE INDEX view_act_recorded ON view_act (post, recorded);
";

statements! {
    PUT = "INSERT INTO view_act (position, at, post, officer, kind, subject, command, code,
            class, recorded, sheet)
        VALUES {{rows}}";
    LIST = "SELECT position, at, post, officer, kind, subject, command, code, recorded, sheet,
            (SELECT r.at FROM entry e JOIN arrival r ON r.stream = e.stream AND r.last >= e.sequence
                WHERE e.position = view_act.position ORDER BY r.last LIMIT 1) AS arrived
        FROM view_act WHERE post = $1 AND at >= $2 AND (at, position) < ($3, $4) AND class = 'act'
        ORDER BY at DESC, position DESC LIMIT $5";
    BY_OFFICER = "SELECT position, at, post, officer, kind, subject, command, code, recorded, sheet,
            (SELECT r.at FROM entry e JOIN arrival r ON r.stream = e.stream AND r.last >= e.sequence
                WHERE e.position = view_act.position ORDER BY r.last LIMIT 1) AS arrived
        FROM view_act WHERE officer = $1 AND at >= $2 AND at < $3 ORDER BY at, position LIMIT $4";
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActRow {
    /// Position in the journal.
    pub position: u64,
    /// When.
    pub at: Moment,
    /// Where.
    pub post: PostCode,
    /// By whom.
    pub officer: OfficerNumber,
    /// Kind of the event.
    pub kind: String,
    /// What it was about.
    pub subject: Subject,
    /// What was asked, where it was refused.
    pub command: Option<String>,
    /// The outcome, reason or ground, where the event has one from a closed list.
    pub code: Option<String>,
    /// When it was recorded: later than it happened for what came from paper.
    pub recorded: Moment,
    /// The sheet that it stood on.
    pub sheet: Option<SheetNumber>,
    /// When it was carried here; none for what was recorded here.
    pub arrived: Option<Moment>,
}

/// Where a page of the list ended: the next one begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActCursor {
    /// When the last act shown was.
    pub at: Moment,
    /// Its position.
    pub position: u64,
}

impl ActRow {
    /// The cursor that continues after this row.
    pub const fn cursor(&self) -> ActCursor {
        ActCursor {
            at: self.at,
            position: self.position,
        }
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            position: row.number(0)?,
            at: row.moment(1)?,
            post: row.parse(2, "post code")?,
            officer: row.parse(3, "officer number")?,
            kind: row.text(4)?,
            subject: row.parse(5, "subject")?,
            command: row.optional_text(6)?,
            code: row.optional_text(7)?,
            recorded: row.moment(8)?,
            sheet: row.optional_parse(9, "number of a sheet")?,
            arrived: row.optional_moment(10)?,
        })
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let rows = facts.iter().filter_map(|fact| {
        // The post's list is read by those whom a claim is kept from: not even a refused command
        // about somebody's protection stands there (DESIGN §6). Nor are its readers told of whom
        // colleagues read: readings have lists of their own.
        if matches!(fact.subject, Subject::Protection(_)) || matches!(fact.event, Event::Access(_))
        {
            return None;
        }
        // The act that stood on a sheet is listed itself, with the sheet's number.
        if matches!(fact.event, Event::Sheet(SheetEvent::Used { .. })) {
            return None;
        }
        let act = fact.event.act()?;
        // What somebody tried beyond their role is for the inspector, not for their colleagues.
        let class = match fact.subject {
            Subject::Officer(_) | Subject::Lists(_) => Class::Administration,
            _ => fact.event.class(),
        };
        let (command, code) = match fact.event {
            Event::Card(CardEvent::Refused { refusal, .. }) => (None, Some(refusal.ground.code())),
            Event::Card(CardEvent::Revoked { reason, .. }) => (None, Some(reason.code())),
            Event::Encounter(EncounterEvent::Recorded { encounter, .. }) => {
                (None, Some(encounter.outcome.code()))
            }
            Event::Erasure(ErasureEvent::CarriedOut { erasure, .. }) => {
                (None, Some(erasure.ground.code()))
            }
            Event::Sheet(SheetEvent::Voided { reason, .. }) => (None, Some(reason.code())),
            Event::Refused(refused) => (Some(&refused.command), Some(refused.reason.as_str())),
            _ => (None, None),
        };
        Some([
            Value::from(fact.position),
            Value::from(act.at),
            Value::from(act.post.as_str()),
            Value::from(act.officer.as_str()),
            Value::from(fact.event.kind()),
            Value::from(fact.subject.to_string()),
            Value::text(command),
            Value::text(code),
            Value::from(class.code()),
            Value::from(act.recorded()),
            Value::text(act.sheet()),
        ])
    });
    tx.put(&PUT, rows.collect()).await
}

impl Store {
    /// Acts at a post from an instant up to, not including, another; newest first, at most `limit`,
    /// after `cursor` where one is given.
    pub async fn acts(
        &self,
        post: &PostCode,
        from: Moment,
        until: Moment,
        cursor: Option<ActCursor>,
        limit: u32,
    ) -> Result<Vec<ActRow>, DatabaseError> {
        // No position is 0, so (until, 0) lies before every act at `until`.
        let end = cursor.filter(|c| c.at < until).unwrap_or(ActCursor {
            at: until,
            position: 0,
        });
        let values = vec![
            Value::from(post.as_str()),
            Value::from(from),
            Value::from(end.at),
            Value::from(end.position),
            Value::from(u64::from(limit)),
        ];
        self.main()
            .fetch(&LIST, values)
            .await?
            .iter()
            .map(ActRow::read)
            .collect()
    }

    /// What was done under an officer's number from an instant on, up to, not including, another where
    /// one is given, of whatever class, oldest first, at most `limit`.
    pub async fn acts_of(
        &self,
        officer: &OfficerNumber,
        from: Moment,
        until: Option<Moment>,
        limit: u32,
    ) -> Result<Vec<ActRow>, DatabaseError> {
        let values = vec![
            Value::from(officer.as_str()),
            Value::from(from),
            Value::from(until.unwrap_or(Moment::MAX)),
            Value::from(u64::from(limit)),
        ];
        let rows = self.main().fetch(&BY_OFFICER, values).await?;
        rows.iter().map(ActRow::read).collect()
    }
}
