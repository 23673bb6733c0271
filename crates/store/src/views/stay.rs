//! Stays: found by the number on the entry slip, and by person.

use std::collections::BTreeMap;

use paso_domain::{
    contradiction::Which,
    crossings::PostCode,
    event::Event,
    id::{PersonId, StayId},
    stay::{Ending, StayEvent},
    subject::Subject,
};
use paso_formats::{
    moment::Moment,
    number::{CardNumber, SlipNumber},
};

use super::{
    Fact,
    contradiction::{News, Noticed},
    new_subjects,
};
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_stay (
        person {{text}} NOT NULL,
        stay {{text}} NOT NULL,
        card {{text}},
        slip {{text}},
        post {{text}},
        entered_at {{integer}},
        leave_by {{integer}},
        not_overstayed_until {{integer}},
        ending {{text}},
        ended_at {{integer}},
        exit_post {{text}},
        PRIMARY KEY (person, stay)
    ) {{keyed}};
    CREATE INDEX view_stay_slip ON view_stay (slip);
";

statements! {
    PUT = "INSERT INTO view_stay (stay, person, card, slip, post, entered_at, leave_by,
            not_overstayed_until, ending, ended_at, exit_post)
        VALUES {{rows}}
        ON CONFLICT (person, stay) DO UPDATE SET card = excluded.card, slip = excluded.slip,
            post = excluded.post, entered_at = excluded.entered_at, leave_by = excluded.leave_by,
            not_overstayed_until = excluded.not_overstayed_until, ending = excluded.ending,
            ended_at = excluded.ended_at, exit_post = excluded.exit_post";
    BY_ID = "WITH wanted (person, stay) AS (VALUES {{rows}})
        SELECT s.stay, s.person, s.card, s.slip, s.post, s.entered_at, s.leave_by,
            s.not_overstayed_until, s.ending, s.ended_at, s.exit_post
        FROM wanted AS w JOIN view_stay AS s ON s.person = w.person AND s.stay = w.stay";
    BY_SLIP = "SELECT stay, person, card, slip, post, entered_at, leave_by, not_overstayed_until,
            ending, ended_at, exit_post
        FROM view_stay WHERE slip = $1 ORDER BY stay";
    BY_PERSON = "SELECT stay, person, card, slip, post, entered_at, leave_by,
            not_overstayed_until, ending, ended_at, exit_post
        FROM view_stay WHERE person IN ({{list}}) ORDER BY entered_at DESC, stay";
}

/// The entry that opened a stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayEntry {
    /// The card it was entered on.
    pub card: CardNumber,
    /// The number on the entry slip.
    pub slip: SlipNumber,
    /// The post of entry.
    pub post: PostCode,
    /// When.
    pub at: Moment,
    /// The earlier deadline: leave by this moment.
    pub leave_by: Moment,
    /// The later deadline: only after it is the stay overstayed.
    pub not_overstayed_until: Moment,
}

/// A stay, as far as facts that name it have arrived. An exit that names none is put where it belongs by
/// the register alone, which sees all of a person's stays at once (`paso_domain::stay::StaysState`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayRow {
    /// The stay.
    pub stay: StayId,
    /// Whose it is.
    pub person: PersonId,
    /// Its entry; none while only its end has arrived.
    pub entry: Option<StayEntry>,
    /// How it ended; none while it is open.
    pub ending: Option<Ending>,
}

const EXITED: &str = "exited";
const NOT_RECORDED: &str = "not-recorded";

impl StayRow {
    pub(super) const fn unknown(stay: StayId, person: PersonId) -> Self {
        Self {
            stay,
            person,
            entry: None,
            ending: None,
        }
    }

    pub(super) fn apply(&mut self, event: &StayEvent) {
        match event {
            StayEvent::Entered { act, entry } => {
                self.entry.get_or_insert(StayEntry {
                    card: entry.card,
                    slip: entry.slip,
                    post: act.post,
                    at: act.at,
                    leave_by: entry.leave_by,
                    not_overstayed_until: entry.not_overstayed_until,
                });
            }
            // A recorded exit is better knowledge than its absence, and the earlier of two stands,
            // whichever came first.
            StayEvent::Exited { act, .. } => {
                let known = self.exit().map(|(at, _)| at);
                if known.is_none_or(|known| act.at < known) {
                    self.ending = Some(Ending::Exited {
                        at: act.at,
                        post: act.post,
                    });
                }
            }
            StayEvent::Settled { .. } => {}
            StayEvent::ExitNotRecorded { .. } => {
                self.ending.get_or_insert(Ending::NotRecorded);
            }
        }
    }

    fn exit(&self) -> Option<(Moment, PostCode)> {
        match self.ending {
            Some(Ending::Exited { at, post }) => Some((at, post)),
            _ => None,
        }
    }

    /// Takes one more fact in, and says whether there is something to settle since.
    pub(super) fn notice(&mut self, event: &StayEvent) -> Option<(Which, News)> {
        let known = self.exit();
        self.apply(event);
        let which = Which::EndedTwice(self.stay);
        match (event, known) {
            (StayEvent::Exited { act, .. }, Some((at, post)))
                if (at, post) != (act.at, act.post) =>
            {
                // Whoever recorded the later exit is asked.
                let post = if at < act.at { act.post } else { post };
                let since = act.recorded().max(at);
                Some((which, News::Opened { post, since }))
            }
            _ => None,
        }
    }

    fn values(&self) -> [Value; 11] {
        let entry = self.entry.as_ref();
        let (ending, ended_at, exit_post) = match &self.ending {
            Some(Ending::Exited { at, post }) => (Some(EXITED), Some(*at), Some(post)),
            Some(Ending::NotRecorded) => (Some(NOT_RECORDED), None, None),
            None => (None, None, None),
        };
        [
            Value::from(self.stay.to_string()),
            Value::from(self.person.to_string()),
            Value::text(entry.map(|e| e.card)),
            Value::text(entry.map(|e| e.slip)),
            Value::text(entry.map(|e| &e.post)),
            Value::moment(entry.map(|e| e.at)),
            Value::moment(entry.map(|e| e.leave_by)),
            Value::moment(entry.map(|e| e.not_overstayed_until)),
            Value::text(ending),
            Value::moment(ended_at),
            Value::text(exit_post),
        ]
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let entry = match row.optional_parse(2, "card number")? {
            None => None,
            Some(card) => Some(StayEntry {
                card,
                slip: row.parse(3, "slip number")?,
                post: row.parse(4, "post code")?,
                at: row.moment(5)?,
                leave_by: row.moment(6)?,
                not_overstayed_until: row.moment(7)?,
            }),
        };
        let ending = match row.optional_moment(9)? {
            Some(at) => Some(Ending::Exited {
                at,
                post: row.parse(10, "post code")?,
            }),
            None => row.optional_text(8)?.map(|_| Ending::NotRecorded),
        };
        Ok(Self {
            stay: row.parse(0, "stay")?,
            person: row.parse(1, "person")?,
            entry,
            ending,
        })
    }
}

/// The stay an event is about; an exit without an entry is about none.
pub(super) fn stay_of(event: &StayEvent) -> Option<StayId> {
    match event {
        StayEvent::Settled { settling, .. } => match settling.which {
            Which::EndedTwice(stay) => Some(stay),
            Which::Card(_) => None,
        },
        StayEvent::Entered { entry, .. } => Some(entry.stay),
        StayEvent::Exited { stay, .. } => *stay,
        StayEvent::ExitNotRecorded { stay, .. } => Some(*stay),
    }
}

/// A stay belongs to the record it was entered under, as in the register: an end recorded under
/// another is kept there and closes nothing.
pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let (mut rows, mut known, mut events) = (BTreeMap::new(), Vec::new(), Vec::new());
    for fact in facts {
        let (Subject::Stays(person), Event::Stay(event)) = (fact.subject, fact.event) else {
            continue;
        };
        let Some(stay) = stay_of(event) else { continue };
        events.push(((*person, stay), fact.subject, event));
        if matches!(event, StayEvent::Settled { .. }) {
            // It says nothing of the stay itself.
            continue;
        }
        let first = rows
            .insert((*person, stay), StayRow::unknown(stay, *person))
            .is_none();
        if first && !new.contains(fact.subject) {
            known.push([
                Value::from(person.to_string()),
                Value::from(stay.to_string()),
            ]);
        }
    }
    for row in tx.fetch_rows(&BY_ID, known).await? {
        let row = StayRow::read(&row)?;
        rows.insert((row.person, row.stay), row);
    }
    let mut noticed = Noticed::default();
    for (key, subject, event) in events {
        let news = match event {
            StayEvent::Settled { settling, .. } => Some((settling.which, News::Closed)),
            _ => rows.get_mut(&key).and_then(|row| row.notice(event)),
        };
        if let Some((which, news)) = news {
            noticed.add(subject, which, news);
        }
    }
    noticed.put(tx).await?;
    tx.put(&PUT, rows.values().map(StayRow::values).collect())
        .await
}

impl Store {
    /// The stay whose entry slip has this number. Numbers are drawn at random by each site; should
    /// two ever be equal, both stays are returned.
    pub async fn stays_by_slip(&self, slip: SlipNumber) -> Result<Vec<StayRow>, DatabaseError> {
        let rows = self
            .main()
            .fetch(&BY_SLIP, vec![Value::from(slip.to_string())])
            .await?;
        rows.iter().map(StayRow::read).collect()
    }

    /// The stays of a person, newest entry first. Give all records that are merged into one.
    pub async fn stays_of(&self, person: &[PersonId]) -> Result<Vec<StayRow>, DatabaseError> {
        let rows = self
            .main()
            .fetch_list(&BY_PERSON, Value::texts(person))
            .await?;
        rows.iter().map(StayRow::read).collect()
    }
}
