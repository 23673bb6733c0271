//! The gate: whoever opens a record or asks for a list is written down first, and sees nothing when
//! that fails (DESIGN §4, "Reading is an act").
//!
//! Every use case that shows something of a person goes through here, and so does every list. One
//! officer who looks at the same record in the same form again within [`SAME_READING`] seconds is
//! still reading: a page, its portrait and the page again after a form are one event. What is
//! remembered for that is in memory; a restart, or a second process, costs one event more and
//! forgets none.
//!
//! A receipt found by its code is no reading of a person: neither encounter nor receipt knows one,
//! and the code comes from the paper in somebody's hand. It is a list that was asked for, with the
//! code as its query.

use crate::{Officer, Service, ServiceError, access::Permit};
use paso_domain::{
    access::{AccessEvent, How, Listed, Opened},
    card::{CardState, Standing},
    event::Event,
    id::PersonId,
    policy::{Kind, powers},
    subject::Subject,
};
use paso_formats::moment::{MINUTE, Moment};
use paso_store::AccessCursor;
pub use paso_store::AccessRow as Reading;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// For how long looking again is the same reading, in seconds.
pub const SAME_READING: i64 = 5 * MINUTE;

/// How many readings are remembered. With more the oldest are forgotten, which costs events.
const REMEMBERED: usize = 8192;

/// How many readings a page of the access list shows.
pub const PAGE: u32 = 100;

/// What makes a reading the same as another: who, for which purpose, what, in which form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Seen {
    officer: Officer,
    what: String,
    how: How,
}

/// Readings of the last minutes.
#[derive(Debug, Default)]
pub(crate) struct Readings(Mutex<HashMap<Seen, Moment>>);

impl Readings {
    fn is_same(&self, reading: &Seen, now: Moment) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(reading)
            .is_some_and(|since| is_recent(*since, now))
    }

    fn remember(&self, reading: Seen, now: Moment) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.retain(|_, since| is_recent(*since, now));
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(reading, now);
    }
}

/// A clock that was set back makes a reading new, not old for ever.
fn is_recent(since: Moment, now: Moment) -> bool {
    (0..SAME_READING).contains(&(now.unix() - since.unix()))
}

impl Service {
    /// Writes down that a record is opened, in the permit's form, and says whose it is. Call it
    /// before anything is shown.
    ///
    /// # Errors
    /// When there is no such record (the attempt is kept as a list that found nothing), when it was
    /// erased, or when the reading could not be recorded: then nothing may be shown.
    pub async fn open<P: Kind>(
        &self,
        permit: &Permit<P>,
        record: &Subject,
    ) -> Result<PersonId, ServiceError> {
        let person = match Box::pin(self.person_of(record)).await {
            Err(ServiceError::NotFound) => {
                Box::pin(self.list(permit, record.to_string(), Vec::new())).await?;
                return Err(ServiceError::NotFound);
            }
            found => found?,
        };
        let opened = Opened {
            power: P::POWER,
            role: permit.role,
            record: record.clone(),
            how: permit.how(),
        };
        let act = permit.act(self.now());
        let event = AccessEvent::Opened { act, opened };
        let what = record.to_string();
        self.write_down(permit, Subject::Reads(person), what, event)
            .await?;
        Ok(person)
    }

    /// Writes down that a list is asked for, and which persons' records the answer shows. Call it
    /// before anything is shown. The query holds no name, date of birth or document's number: it
    /// outlives the record.
    ///
    /// # Errors
    /// When it could not be recorded: then nothing may be shown.
    pub async fn list<P: Kind>(
        &self,
        permit: &Permit<P>,
        query: String,
        found: Vec<PersonId>,
    ) -> Result<(), ServiceError> {
        let found: Vec<_> = found.into_iter().map(Subject::Person).collect();
        let what = format!("{query} {found:?}");
        let listed = Listed {
            power: P::POWER,
            role: permit.role,
            query,
            found,
            how: permit.how(),
        };
        let act = permit.act(self.now());
        let event = AccessEvent::Listed { act, listed };
        let subject = Subject::Lists(permit.number.clone());
        self.write_down(permit, subject, what, event).await
    }

    async fn write_down<P>(
        &self,
        permit: &Permit<P>,
        subject: Subject,
        what: String,
        event: AccessEvent,
    ) -> Result<(), ServiceError> {
        let now = event.act().at;
        let reading = Seen {
            officer: permit.officer().clone(),
            what,
            how: permit.how(),
        };
        if self.readings().is_same(&reading, now) {
            return Ok(());
        }
        self.append(vec![(subject, Event::Access(event))], Vec::new())
            .await?;
        self.readings().remember(reading, now);
        Ok(())
    }

    /// Whose record this is.
    async fn person_of(&self, record: &Subject) -> Result<PersonId, ServiceError> {
        let of_card = |state: CardState| {
            let applicant = state.application().map(|application| application.person);
            let holder = state.card().map(|card| card.person);
            holder.or(applicant).ok_or(ServiceError::NotFound)
        };
        match record {
            // What is asked about anybody who is known, whatever there is: that it was asked tells
            // nothing of what was found.
            Subject::Person(person) | Subject::Protection(person) => {
                let known = self.load_person(*person).await?.state.is_known();
                known.then_some(*person).ok_or(ServiceError::NotFound)
            }
            Subject::Stays(person) | Subject::Reads(person) => Ok(*person),
            Subject::Card(number) => {
                let state = self.load_card(*number).await?.state;
                let brought = state.record(*number);
                // Of a card that ended and that nobody is known to have issued there is the end alone.
                let ended = matches!(
                    state.standing(),
                    Standing::Revoked { .. } | Standing::Replaced { .. }
                );
                match brought.map_or_else(|| of_card(state), Ok) {
                    Err(ServiceError::NotFound) if ended => Ok(PersonId::of_card(*number)),
                    person => person,
                }
            }
            Subject::Application(_) => of_card(self.load_card_state(record).await?),
            Subject::Episode(id) => self.episode_person(*id).await,
            _ => Err(ServiceError::NotFound),
        }
    }

    /// Who has read a person's records, newest first, merged records among them; at most [`PAGE`],
    /// after the moment and position of one where they are given. It is there for a person who was
    /// erased as well, and
    /// asking for it is a reading like any other.
    ///
    /// # Errors
    /// When it could not be read, or the reading of it not recorded.
    pub async fn accesses(
        &self,
        permit: &Permit<powers::ReadAccessList>,
        person: PersonId,
        after: Option<(Moment, u64)>,
    ) -> Result<Vec<Reading>, ServiceError> {
        let cursor = after.map(|(at, position)| AccessCursor { at, position });
        let standing = match self.standing_for(person).await {
            Err(ServiceError::Forgotten { .. }) => person,
            found => found?,
        };
        let mut rows = Vec::new();
        let mut records = self.records_of(standing).await?;
        records.extend(self.card_records_of(&records).await?);
        for record in records {
            rows.extend(self.store().accesses_of(record, cursor, PAGE).await?);
        }
        let record = match rows.first() {
            Some(_) => Subject::Reads(standing),
            // Nobody has read it: it is only there if there is such a person.
            None => Subject::Person(standing),
        };
        self.open(permit, &record).await?;
        rows.sort_by_key(|row| core::cmp::Reverse((row.at, row.position)));
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paso_domain::policy::Role;

    fn reading(what: &str) -> Seen {
        Seen {
            officer: Officer {
                number: "INM-0417".parse().unwrap(),
                role: Role::Desk,
                post: "TAL".parse().unwrap(),
            },
            what: what.into(),
            how: How::Page,
        }
    }

    #[test]
    fn looking_again_is_the_same_reading_for_five_minutes() {
        let readings = Readings::default();
        let start = Moment::from_unix(1_404_752_400);
        readings.remember(reading("card:TAL"), start);
        for (seconds, what, how, same) in [
            (0, "card:TAL", How::Page, true),
            (SAME_READING - 1, "card:TAL", How::Page, true),
            (SAME_READING, "card:TAL", How::Page, false),
            (-1, "card:TAL", How::Page, false),
            (1, "card:TAL", How::Print, false),
            (1, "stays:1", How::Page, false),
        ] {
            let asked = Seen {
                how,
                ..reading(what)
            };
            let now = start.plus(seconds);
            assert_eq!(
                readings.is_same(&asked, now),
                same,
                "{seconds} {what} {how}"
            );
        }
        // Another purpose of the same officer is another reading.
        let mut other = reading("card:TAL");
        other.officer.role = Role::Checkpoint;
        assert!(!readings.is_same(&other, start));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let readings = Readings::default();
        let now = Moment::from_unix(1_404_752_400);
        for number in 0..=REMEMBERED {
            readings.remember(reading(&number.to_string()), now);
        }
        assert!(readings.0.lock().unwrap().len() <= REMEMBERED);
        assert!(readings.is_same(&reading(&REMEMBERED.to_string()), now));
    }
}
