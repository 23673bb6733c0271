//! Readings: by the person who was read about, and by the officer who read.
//!
//! They outlive what was read: an erasure takes a person's record and leaves who had opened it.

use std::collections::BTreeSet;

use paso_domain::{
    access::{AccessEvent, How},
    crossings::PostCode,
    event::Event,
    id::{OfficerNumber, PersonId},
    policy::{Power, Role},
    subject::Subject,
};
use paso_formats::moment::Moment;

use super::Fact;
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_access (
        person {{text}} NOT NULL,
        at {{integer}} NOT NULL,
        position {{integer}} NOT NULL,
        officer {{text}} NOT NULL,
        post {{text}} NOT NULL,
        role {{text}} NOT NULL,
        power {{text}} NOT NULL,
        record {{text}} NOT NULL,
        how {{text}} NOT NULL,
        listed {{integer}} NOT NULL,
        PRIMARY KEY (person, at, position)
    ) {{keyed}};
    CREATE INDEX view_access_officer ON view_access (officer, at, position);
    CREATE TABLE view_list_access (
        officer {{text}} NOT NULL,
        at {{integer}} NOT NULL,
        position {{integer}} NOT NULL,
        post {{text}} NOT NULL,
        role {{text}} NOT NULL,
        power {{text}} NOT NULL,
        query {{text}} NOT NULL,
        how {{text}} NOT NULL,
        PRIMARY KEY (officer, at, position)
    ) {{keyed}};
";

statements! {
    PUT = "INSERT INTO view_access (person, at, position, officer, post, role, power, record, how,
            listed)
        VALUES {{rows}} ON CONFLICT (person, at, position) DO NOTHING";
    PUT_LIST = "INSERT INTO view_list_access (officer, at, position, post, role, power, query, how)
        VALUES {{rows}}";
    BY_PERSON = "SELECT person, at, position, officer, post, role, power, record, how, listed
        FROM view_access WHERE person = $1 AND (at, position) < ($2, $3)
        ORDER BY at DESC, position DESC LIMIT $4";
    BY_OFFICER = "SELECT person, at, position, officer, post, role, power, record, how, listed
        FROM view_access WHERE officer = $1 AND at >= $2 AND at < $3
        ORDER BY at, position, person";
    LISTS_BY_OFFICER = "SELECT officer, at, position, post, role, power, query, how
        FROM view_list_access WHERE officer = $1 AND at >= $2 AND at < $3
        ORDER BY at, position";
}

/// One reading of a person's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRow {
    /// Whose record.
    pub person: PersonId,
    /// When.
    pub at: Moment,
    /// Position in the journal.
    pub position: u64,
    /// By whom.
    pub officer: OfficerNumber,
    /// The post whose work it was.
    pub post: PostCode,
    /// The purpose for which the officer was signed in.
    pub role: Role,
    /// The power used.
    pub power: Power,
    /// What was opened.
    pub record: Subject,
    /// In which form.
    pub how: How,
    /// Whether it was shown as one of several that a search found, and not opened by itself.
    pub listed: bool,
}

/// One list that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAccessRow {
    /// By whom.
    pub officer: OfficerNumber,
    /// When.
    pub at: Moment,
    /// Position in the journal.
    pub position: u64,
    /// The post whose work it was.
    pub post: PostCode,
    /// The purpose for which the officer was signed in.
    pub role: Role,
    /// The power used.
    pub power: Power,
    /// Which list.
    pub query: String,
    /// In which form.
    pub how: How,
}

impl AccessRow {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            person: row.parse(0, "person")?,
            at: row.moment(1)?,
            position: row.number(2)?,
            officer: row.parse(3, "officer number")?,
            post: row.parse(4, "post code")?,
            role: row.parse(5, "role")?,
            power: row.parse(6, "power")?,
            record: row.parse(7, "subject")?,
            how: row.parse(8, "form of reading")?,
            listed: row.number(9)? > 0,
        })
    }
}

impl ListAccessRow {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            officer: row.parse(0, "officer number")?,
            at: row.moment(1)?,
            position: row.number(2)?,
            post: row.parse(3, "post code")?,
            role: row.parse(4, "role")?,
            power: row.parse(5, "power")?,
            query: row.text(6)?,
            how: row.parse(7, "form of reading")?,
        })
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let (mut records, mut lists) = (Vec::new(), Vec::new());
    for fact in facts {
        let (Event::Access(event), at) = (fact.event, fact.event.at()) else {
            continue;
        };
        let act = event.act();
        let mut row =
            |person: &PersonId, role, power: Power, record: &Subject, how: How, listed| {
                records.push([
                    Value::from(person.to_string()),
                    Value::from(at),
                    Value::from(fact.position),
                    Value::from(act.officer.as_str()),
                    Value::from(act.post.as_str()),
                    Value::text(Some(role)),
                    Value::from(power.code()),
                    Value::from(record.to_string()),
                    Value::from(how.code()),
                    Value::from(u64::from(listed)),
                ]);
            };
        match event {
            AccessEvent::Opened { opened, .. } => {
                if let Subject::Reads(person) = fact.subject {
                    let (role, power) = (opened.role, opened.power);
                    row(person, role, power, &opened.record, opened.how, false);
                }
            }
            AccessEvent::Listed { listed, .. } => {
                let (role, power) = (listed.role, listed.power);
                let found: BTreeSet<_> = listed.found.iter().collect();
                for record in found {
                    if let Subject::Person(person) = record {
                        row(person, role, power, record, listed.how, true);
                    }
                }
                lists.push([
                    Value::from(act.officer.as_str()),
                    Value::from(at),
                    Value::from(fact.position),
                    Value::from(act.post.as_str()),
                    Value::text(Some(role)),
                    Value::from(power.code()),
                    Value::from(listed.query.as_str()),
                    Value::from(listed.how.code()),
                ]);
            }
        }
    }
    tx.put(&PUT, records).await?;
    tx.put(&PUT_LIST, lists).await
}

/// Where a page of readings ended: the next one begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessCursor {
    /// When the last reading shown was.
    pub at: Moment,
    /// Its position.
    pub position: u64,
}

impl AccessRow {
    /// The cursor that continues after this row.
    pub const fn cursor(&self) -> AccessCursor {
        AccessCursor {
            at: self.at,
            position: self.position,
        }
    }
}

impl Store {
    /// Who has read one record of a person, newest first, at most `limit`, after `cursor` where one
    /// is given. Records that were merged have their own readings.
    pub async fn accesses_of(
        &self,
        person: PersonId,
        cursor: Option<AccessCursor>,
        limit: u32,
    ) -> Result<Vec<AccessRow>, DatabaseError> {
        let end = cursor.unwrap_or(AccessCursor {
            at: Moment::from_unix(i64::MAX),
            position: 0,
        });
        let values = vec![
            Value::from(person.to_string()),
            Value::from(end.at),
            Value::from(end.position),
            Value::from(u64::from(limit)),
        ];
        let rows = self.main().fetch(&BY_PERSON, values).await?;
        rows.iter().map(AccessRow::read).collect()
    }

    /// What an officer has read from an instant up to, not including, another, in that order.
    pub async fn accesses_by(
        &self,
        officer: &OfficerNumber,
        from: Moment,
        until: Moment,
    ) -> Result<Vec<AccessRow>, DatabaseError> {
        let values = between(officer, from, until);
        let rows = self.main().fetch(&BY_OFFICER, values).await?;
        rows.iter().map(AccessRow::read).collect()
    }

    /// Which lists an officer has asked for from an instant up to, not including, another.
    pub async fn lists_by(
        &self,
        officer: &OfficerNumber,
        from: Moment,
        until: Moment,
    ) -> Result<Vec<ListAccessRow>, DatabaseError> {
        let values = between(officer, from, until);
        let rows = self.main().fetch(&LISTS_BY_OFFICER, values).await?;
        rows.iter().map(ListAccessRow::read).collect()
    }
}

fn between(officer: &OfficerNumber, from: Moment, until: Moment) -> Vec<Value> {
    vec![
        Value::from(officer.as_str()),
        Value::from(from),
        Value::from(until),
    ]
}
