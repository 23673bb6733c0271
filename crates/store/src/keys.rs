//! Subject keys, in their own database.
//!
//! A subject has one key by which is sealed here, and perhaps further ones by which others have
//! sealed ([`KeyRing`]).
//!
//! A key is durable before the journal row that needs it: callers get a key from here, seal with
//! it, and append. A key that was made and never used is harmless; a sealed body without its key
//! would be a record destroyed.

use std::collections::HashMap;

use paso_domain::subject::Subject;
use paso_formats::envelope::{KeyRing, SubjectKey};

use crate::{
    db::Db,
    error::DatabaseError,
    sql::{Value, statements},
    tx::Tx,
};

statements! {
    /// A subject that was erased never gets another key: what is written about it later stays
    /// closed, and what was written before must not seem altered.
    INSERT = "WITH fresh (subject, key) AS (VALUES {{rows}})
        INSERT INTO subject_key (subject, key)
        SELECT subject, key FROM fresh
        WHERE NOT EXISTS (SELECT 1 FROM forgotten WHERE forgotten.subject = fresh.subject)
        ON CONFLICT (subject) DO NOTHING";
    ANY = "SELECT subject FROM subject_key LIMIT 1";
    /// What others have sealed by, beside the key by which is sealed here. The first insert came
    /// before in the same transaction, so there is such a key unless the subject was erased.
    INSERT_FURTHER = "WITH fresh (subject, key) AS (VALUES {{rows}})
        INSERT INTO further_key (subject, key)
        SELECT subject, key FROM fresh
        WHERE EXISTS (SELECT 1 FROM subject_key
            WHERE subject_key.subject = fresh.subject AND subject_key.key <> fresh.key)
        ON CONFLICT (subject, key) DO NOTHING";
    SELECT = "SELECT subject, key FROM subject_key WHERE subject IN ({{list}})";
    SELECT_FURTHER = "SELECT subject, key FROM further_key WHERE subject IN ({{list}})
        ORDER BY subject, key";
}

/// Whether there is no key at all.
pub(crate) async fn are_none(db: &Db) -> Result<bool, DatabaseError> {
    Ok(db.fetch(&ANY, Vec::new()).await?.is_empty())
}

/// The keys of these subjects, as far as they have one.
pub(crate) async fn load(
    db: &Db,
    subjects: &[Subject],
) -> Result<HashMap<Subject, KeyRing>, DatabaseError> {
    let kept = || subjects.iter().filter(|subject| open(subject).is_none());
    let mut keys: HashMap<_, _> = subjects
        .iter()
        .filter_map(|subject| Some((subject.clone(), KeyRing::of(open(subject)?))))
        .collect();
    for row in db.fetch_list(&SELECT, Value::texts(kept())).await? {
        let key = SubjectKey::from_random(row.hash(1)?);
        keys.insert(row.parse(0, "subject")?, KeyRing::of(key));
    }
    for row in db.fetch_list(&SELECT_FURTHER, Value::texts(kept())).await? {
        // Destroyed between the two statements, a subject has none at all.
        if let Some(ring) = keys.get_mut(&row.parse(0, "subject")?) {
            ring.add(SubjectKey::from_random(row.hash(1)?));
        }
    }
    Ok(keys)
}

/// The key of a subject that has an open one, which is in no database: an erasure must be
/// understood where keys are missing.
pub(crate) fn open(subject: &Subject) -> Option<SubjectKey> {
    match subject {
        Subject::Erasure(_) => Some(SubjectKey::of_name(&subject.to_string())),
        _ => None,
    }
}

/// Inserts keys beside those that subjects have.
pub(crate) async fn insert_further(
    tx: &mut Tx,
    keys: &[(Subject, SubjectKey)],
) -> Result<(), DatabaseError> {
    tx.put(&INSERT_FURTHER, rows_of(keys)).await
}

/// Inserts keys for subjects that have none.
pub(crate) async fn insert(
    tx: &mut Tx,
    keys: &[(Subject, SubjectKey)],
) -> Result<(), DatabaseError> {
    tx.put(&INSERT, rows_of(keys)).await
}

fn rows_of(keys: &[(Subject, SubjectKey)]) -> Vec<[Value; 2]> {
    keys.iter()
        .map(|(subject, key)| [Value::from(subject.to_string()), Value::from(key.expose())])
        .collect()
}
