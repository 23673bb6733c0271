//! Shifts, by officer.

use std::collections::BTreeMap;

use paso_domain::{
    crossings::PostCode,
    event::Event,
    id::{OfficerNumber, ShiftId},
    shift::{ShiftEnd, ShiftEvent},
    subject::Subject,
};
use paso_formats::moment::Moment;

use super::{Fact, new_subjects};
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_shift (
        shift {{text}} NOT NULL PRIMARY KEY,
        officer {{text}} NOT NULL,
        post {{text}} NOT NULL,
        role {{text}},
        lane {{text}},
        opened_at {{integer}},
        closed_at {{integer}},
        ending {{text}}
    ) {{keyed}};
    CREATE INDEX view_shift_officer ON view_shift (officer, opened_at);
";

statements! {
    PUT = "INSERT INTO view_shift (shift, officer, post, role, lane, opened_at, closed_at, ending)
        VALUES {{rows}}
        ON CONFLICT (shift) DO UPDATE SET post = excluded.post, role = excluded.role,
            lane = excluded.lane, opened_at = excluded.opened_at,
            closed_at = excluded.closed_at, ending = excluded.ending";
    BY_ID = "SELECT shift, officer, post, role, lane, opened_at, closed_at, ending
        FROM view_shift WHERE shift IN ({{list}})";
    BY_OFFICER = "SELECT shift, officer, post, role, lane, opened_at, closed_at, ending
        FROM view_shift WHERE officer = $1 ORDER BY opened_at DESC, shift LIMIT $2";
}

/// A shift in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftRow {
    /// Which.
    pub shift: ShiftId,
    /// Whose.
    pub officer: OfficerNumber,
    /// Where.
    pub post: PostCode,
    /// The code of the purpose signed in for; none while only its end is known.
    pub role: Option<String>,
    /// The lane.
    pub lane: Option<String>,
    /// When it began.
    pub opened_at: Option<Moment>,
    /// When it was over.
    pub closed_at: Option<Moment>,
    /// Why it was over.
    pub end: Option<ShiftEnd>,
}

impl ShiftRow {
    fn apply(&mut self, event: &ShiftEvent) {
        match event {
            ShiftEvent::Opened { act, shift } => {
                if self.opened_at.is_none() {
                    self.post = act.post;
                    self.role = Some(shift.role.to_string());
                    self.lane.clone_from(&shift.lane);
                    self.opened_at = Some(act.at);
                }
            }
            ShiftEvent::Closed { act, end, .. } => {
                if self.closed_at.is_none() {
                    (self.closed_at, self.end) = (Some(act.at), Some(*end));
                }
            }
            ShiftEvent::PhoneOpened { .. } => {}
        }
    }

    fn values(&self) -> [Value; 8] {
        [
            Value::from(self.shift.to_string()),
            Value::from(self.officer.as_str()),
            Value::from(self.post.as_str()),
            Value::text(self.role.as_deref()),
            Value::text(self.lane.as_deref()),
            Value::moment(self.opened_at),
            Value::moment(self.closed_at),
            Value::text(self.end.map(ShiftEnd::code)),
        ]
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            shift: row.parse(0, "shift")?,
            officer: row.parse(1, "officer number")?,
            post: row.parse(2, "post code")?,
            role: row.optional_text(3)?,
            lane: row.optional_text(4)?,
            opened_at: row.optional_moment(5)?,
            closed_at: row.optional_moment(6)?,
            end: row.optional_parse(7, "end of a shift")?,
        })
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let (mut rows, mut known, mut events) = (BTreeMap::new(), Vec::new(), Vec::new());
    for fact in facts {
        let (Subject::Shifts(officer), Event::Shift(event)) = (fact.subject, fact.event) else {
            continue;
        };
        let id = match event {
            ShiftEvent::Opened { shift, .. } => shift.id,
            ShiftEvent::Closed { shift, .. } => *shift,
            // A phone works within a shift, and is found in the register itself.
            ShiftEvent::PhoneOpened { .. } => continue,
        };
        let unknown = ShiftRow {
            shift: id,
            officer: officer.clone(),
            post: event.act().post,
            role: None,
            lane: None,
            opened_at: None,
            closed_at: None,
            end: None,
        };
        let first = rows.insert(id, unknown).is_none();
        if first && !new.contains(fact.subject) {
            known.push(Value::from(id.to_string()));
        }
        events.push((id, event));
    }
    for row in tx.fetch_list(&BY_ID, known).await? {
        let row = ShiftRow::read(&row)?;
        rows.insert(row.shift, row);
    }
    for (id, event) in events {
        rows.entry(id).and_modify(|row| row.apply(event));
    }
    tx.put(&PUT, rows.values().map(ShiftRow::values).collect())
        .await
}

impl Store {
    /// An officer's shifts, newest first, at most `limit`.
    pub async fn shifts_of(
        &self,
        officer: &OfficerNumber,
        limit: u32,
    ) -> Result<Vec<ShiftRow>, DatabaseError> {
        let values = vec![Value::from(officer.as_str()), Value::from(u64::from(limit))];
        let rows = self.main().fetch(&BY_OFFICER, values).await?;
        rows.iter().map(ShiftRow::read).collect()
    }
}
