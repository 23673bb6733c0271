//! Bodies that do not open because their key is gone, and whether an erasure accounts for it.
//!
//! Only the journal excuses a missing key: an erasure that is signed into a stream and stands in the
//! log. A key that is gone without one was lost or taken, and whoever could write the key database's
//! own list of erased subjects could otherwise hide that. So the erasures are read first; of all
//! that an audit keeps in memory this is the one thing that grows, with what was erased.

use std::collections::{BTreeSet, HashSet};

use paso_domain::{
    erasure::ErasureEvent,
    event::{Event, SCHEMA},
};
use paso_formats::envelope::{self, Label, Sealed, SubjectKey};

use super::{Check, Code, Counted, Place, Register, Report, pages::Stored, reader::Reader};
use crate::{
    error::DatabaseError,
    sql::{Statement, Value},
};

const KIND: &str = "erasure.carried-out";
const PAGE: u64 = 512;

const ERASURES: Statement = Statement {
    name: "audit::ERASURES",
    text: "SELECT position, subject, body, commitment FROM journal
        WHERE kind = $1 AND position > $2 ORDER BY position LIMIT $3",
};
const FORGOTTEN: Statement = Statement {
    name: "audit::FORGOTTEN",
    text: "SELECT subject FROM forgotten WHERE subject IN ({{list}})",
};

/// The subjects that erasures of the journal name.
pub(super) struct Erased(HashSet<String>);

impl Erased {
    pub(super) async fn read(register: &mut Register) -> Result<Self, DatabaseError> {
        let (mut named, mut after) = (HashSet::new(), 0);
        loop {
            let values = vec![Value::from(KIND), Value::from(after), Value::from(PAGE)];
            let rows = register.main.fetch(&ERASURES, values).await?;
            let Some(last) = rows.last() else {
                return Ok(Self(named));
            };
            after = last.number(0)?;
            for row in &rows {
                let (subject, bytes) = (row.text(1)?, row.bytes(2)?);
                let Ok(commitment) = <[u8; 32]>::try_from(row.bytes(3)?) else {
                    continue;
                };
                // One that does not open excuses nothing, and is found when its row is looked at.
                named.extend(subjects_of(&subject, &Sealed { bytes, commitment }));
            }
        }
    }

    /// Says of a row without a key why it has none.
    pub(super) fn without_key(&self, row: &Stored, older: &BTreeSet<String>, report: &mut Report) {
        let place = Place::Position(row.position);
        if self.0.contains(&row.subject) {
            report.count(Check::Journal, Counted::Erased, 1);
        } else if older.contains(&row.subject) {
            report.find(Code::ErasureMissing, place);
        } else {
            report.find(Code::KeyMissing, place);
        }
    }

    /// Looks whether a key that is there should be gone.
    pub(super) fn with_key(&self, row: &Stored, report: &mut Report) {
        if self.0.contains(&row.subject) {
            report.find(Code::KeyKept, Place::Position(row.position));
        }
    }
}

fn subjects_of(subject: &str, sealed: &Sealed) -> Vec<String> {
    let label = Label {
        subject,
        kind: KIND,
        schema: SCHEMA,
    };
    let Ok(body) = envelope::open(sealed, label, &SubjectKey::of_name(subject)) else {
        return Vec::new();
    };
    match Event::decode(KIND, SCHEMA, &body) {
        Ok(Event::Erasure(ErasureEvent::CarriedOut { erasure, .. })) => {
            erasure.subjects.iter().map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    }
}

/// Which of these subjects the key database knows to be erased.
pub(super) async fn known_to_keys(
    keys: &mut Reader,
    subjects: impl IntoIterator<Item = &str>,
) -> Result<BTreeSet<String>, DatabaseError> {
    let rows = keys.fetch_list(&FORGOTTEN, Value::texts(subjects)).await?;
    rows.iter().map(|row| row.text(0)).collect()
}
