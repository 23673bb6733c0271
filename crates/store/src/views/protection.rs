//! Whom a person's protection concerns: who receives a referral, or a state's consulate. Enough to list
//! the records that one of them has to open, and nothing of what stands in them: that is decided
//! from the events each time, so that no row here can lag behind a flag.

use std::collections::BTreeMap;

use paso_domain::{
    event::Event,
    id::PersonId,
    protection::{Channel, ProtectionEvent, Receiver},
    subject::Subject,
};
use paso_formats::{field::StateCode, moment::Moment};

use super::Fact;
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_concern (
        reader {{text}} NOT NULL,
        person {{text}} NOT NULL,
        at {{integer}} NOT NULL,
        PRIMARY KEY (reader, person)
    ) {{keyed}};
    CREATE INDEX view_concern_newest ON view_concern (reader, at, person);
";

statements! {
    PUT = "INSERT INTO view_concern (reader, person, at) VALUES {{rows}}
        ON CONFLICT (reader, person) DO UPDATE SET at = CASE
            WHEN excluded.at > view_concern.at THEN excluded.at ELSE view_concern.at END";
    LIST = "SELECT person, at FROM view_concern
        WHERE reader = $1 AND (at, person) < ($2, $3) ORDER BY at DESC, person DESC LIMIT $4";
}

/// Whom a record concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concerned {
    /// Who decides on refuge.
    Refuge,
    /// A state's consulate that was left a notice here.
    Consulate(StateCode),
    /// Who protects children.
    ChildProtection,
    /// Who takes reports of crimes.
    Prosecutor,
}

impl Concerned {
    fn key(self) -> String {
        match self {
            Self::Refuge => "refuge".into(),
            Self::Consulate(state) => format!("consulate:{state}"),
            Self::ChildProtection => "child-protection".into(),
            Self::Prosecutor => "prosecutor".into(),
        }
    }

    /// Whom one event concerns. What is said to refuge, or by it, never concerns a consulate.
    fn by(event: &ProtectionEvent) -> Vec<Self> {
        match event {
            ProtectionEvent::Screened { answers, .. } => answers
                .iter()
                .filter_map(|referral| referral.to)
                .map(Self::receiving)
                .collect(),
            ProtectionEvent::ClaimNotified { .. }
            | ProtectionEvent::ClaimEnded { .. }
            | ProtectionEvent::ConsentGiven { .. } => vec![Self::Refuge],
            ProtectionEvent::NoticeGiven { to, channel, .. } => {
                let here = *channel == Channel::Here;
                here.then_some(Self::Consulate(*to)).into_iter().collect()
            }
            ProtectionEvent::ReferralReceived { receiver, .. } => vec![Self::receiving(*receiver)],
            ProtectionEvent::NoticeReceived { .. } => Vec::new(),
        }
    }

    /// Who receives a referral.
    #[must_use]
    pub const fn receiving(receiver: Receiver) -> Self {
        match receiver {
            Receiver::Refuge => Self::Refuge,
            Receiver::ChildProtection => Self::ChildProtection,
            Receiver::Prosecutor => Self::Prosecutor,
        }
    }
}

/// A record that concerns somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConcernRow {
    /// Whose.
    pub person: PersonId,
    /// When something that concerns them last happened.
    pub at: Moment,
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let mut newest: BTreeMap<(String, PersonId), Moment> = BTreeMap::new();
    for fact in facts {
        let (Subject::Protection(person), Event::Protection(event)) = (fact.subject, fact.event)
        else {
            continue;
        };
        for concerned in Concerned::by(event) {
            let at = newest
                .entry((concerned.key(), *person))
                .or_insert(event.act().at);
            *at = event.act().at.max(*at);
        }
    }
    let rows = newest.into_iter().map(|((reader, person), at)| {
        [
            Value::from(reader),
            Value::from(person.to_string()),
            Value::from(at),
        ]
    });
    tx.put(&PUT, rows.collect()).await
}

impl Store {
    /// Records that concern somebody, newest first, at most `limit`, after `after` where one is
    /// given.
    pub async fn concerns(
        &self,
        of: Concerned,
        after: Option<ConcernRow>,
        limit: u32,
    ) -> Result<Vec<ConcernRow>, DatabaseError> {
        let (at, person) = match after {
            Some(row) => (Value::from(row.at), row.person.to_string()),
            // No identifier is longer than 32 digits, none begins after `g`.
            None => (Value::Integer(Some(i64::MAX)), "g".into()),
        };
        let values = vec![
            Value::from(of.key()),
            at,
            Value::from(person),
            Value::from(u64::from(limit)),
        ];
        let rows = self.main().fetch(&LIST, values).await?;
        let read = |row: &Row| {
            Ok(ConcernRow {
                person: row.parse(0, "person")?,
                at: row.moment(1)?,
            })
        };
        rows.iter().map(read).collect()
    }
}
