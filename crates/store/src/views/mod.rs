//! Views: what pages ask for, derived from the journal's events and from nothing else.
//!
//! A view's row is a fold of events, in memory; the database only keeps it. That makes each view a
//! small total function, lets a batch of any size cost two statements per table, and makes a
//! rebuild the same code as an append. Rows may have holes: an ending can arrive from one post
//! before the beginning arrives from another.
//!
//! Views are not migrated. When [`VERSION`] differs from the one stored they are dropped, made anew
//! and rebuilt from the journal; so a view can be changed freely, and none is ever backed up. There
//! is no way from a card or a person to an encounter (DESIGN §6): no table has both.

pub(crate) mod access;
pub(crate) mod act;
pub(crate) mod application;
pub(crate) mod card;
pub(crate) mod contradiction;
pub(crate) mod custody;
pub(crate) mod device;
pub(crate) mod encounter;
pub(crate) mod forgotten;
pub(crate) mod notice;
pub(crate) mod officer;
pub(crate) mod person;
pub(crate) mod protection;
pub(crate) mod sheet;
pub(crate) mod shift;
pub(crate) mod site;
pub(crate) mod stay;
#[cfg(test)]
mod tests;
pub(crate) mod token;

use std::collections::HashSet;

use paso_domain::{event::Event, person::Claim, subject::Subject};
use paso_formats::name::fold;

use crate::{
    db::Db,
    error::DatabaseError,
    journal::{Numbered, Recorded},
    sql::{Value, statements},
    tx::Tx,
};

/// Goes up with every change to a view's table or fold. The golden journal's test notices a change
/// without it.
pub(crate) const VERSION: u64 = 9;

/// The tables of every register of views.
const TABLES: [&str; 18] = [
    access::TABLES,
    act::TABLES,
    application::TABLES,
    card::TABLES,
    contradiction::TABLES,
    custody::TABLES,
    device::TABLES,
    encounter::TABLES,
    forgotten::TABLES,
    notice::TABLES,
    officer::TABLES,
    person::TABLES,
    protection::TABLES,
    sheet::TABLES,
    shift::TABLES,
    site::TABLES,
    stay::TABLES,
    token::TABLES,
];

/// The name of every table there is now or was in an earlier version: what is dropped.
pub(crate) const TABLE_NAMES: [&str; 28] = [
    "view_access",
    "view_act",
    "view_application",
    "view_card",
    "view_concern",
    "view_contradiction",
    "view_custody_fact",
    "view_custody_handover",
    "view_dead_index",
    "view_device",
    "view_document",
    "view_encounter",
    "view_episode",
    "view_erasure",
    "view_forgotten",
    "view_grant",
    "view_list_access",
    "view_notice",
    "view_officer",
    "view_passkey",
    "view_person",
    "view_person_name",
    "view_sheet",
    "view_sheet_batch",
    "view_shift",
    "view_site",
    "view_stay",
    "view_token",
];

statements! {
    STATE = "SELECT position, version,
        (SELECT position FROM journal ORDER BY position DESC LIMIT 1) FROM view_state";
    SET_POSITION = "INSERT INTO view_state (one, version, position) VALUES {{rows}}
        ON CONFLICT (one) DO UPDATE SET position = excluded.position";
    RESET = "UPDATE view_state SET position = 0, version = $1";
}

/// An event with its place, as the views see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fact<'a> {
    pub(crate) position: u64,
    pub(crate) version: u64,
    pub(crate) subject: &'a Subject,
    pub(crate) event: &'a Event,
}

impl<'a> Fact<'a> {
    pub(crate) const fn of(row: &'a Recorded, event: &'a Event) -> Self {
        Self {
            position: row.position,
            version: row.version,
            subject: &row.subject,
            event,
        }
    }
}

impl<'a> From<&Numbered<'a>> for Fact<'a> {
    fn from(row: &Numbered<'a>) -> Self {
        let (subject, event) = (row.entry.subject(), row.entry.event());
        Self {
            position: row.position,
            version: row.version,
            subject,
            event,
        }
    }
}

/// Lets every view take the facts in, in order.
pub(crate) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    access::apply(tx, facts).await?;
    act::apply(tx, facts).await?;
    application::apply(tx, facts).await?;
    card::apply(tx, facts).await?;
    custody::apply(tx, facts).await?;
    device::apply(tx, facts).await?;
    encounter::apply(tx, facts).await?;
    notice::apply(tx, facts).await?;
    officer::apply(tx, facts).await?;
    person::apply(tx, facts).await?;
    protection::apply(tx, facts).await?;
    sheet::apply(tx, facts).await?;
    shift::apply(tx, facts).await?;
    site::apply(tx, facts).await?;
    stay::apply(tx, facts).await?;
    token::apply(tx, facts).await?;
    forgotten::apply(tx, facts).await
}

/// Says how far the views have come.
pub(crate) async fn set_position(tx: &mut Tx, position: u64) -> Result<(), DatabaseError> {
    let row = [
        Value::from(1_u64),
        Value::from(VERSION),
        Value::from(position),
    ];
    tx.put(&SET_POSITION, vec![row]).await
}

/// The statements of every register of views; their own are apart.
#[cfg(feature = "testing")]
pub(crate) const REGISTERS: [&[&crate::sql::Statement]; 18] = [
    access::STATEMENTS,
    act::STATEMENTS,
    application::STATEMENTS,
    card::STATEMENTS,
    contradiction::STATEMENTS,
    custody::STATEMENTS,
    device::STATEMENTS,
    encounter::STATEMENTS,
    forgotten::STATEMENTS,
    notice::STATEMENTS,
    officer::STATEMENTS,
    person::STATEMENTS,
    protection::STATEMENTS,
    sheet::STATEMENTS,
    shift::STATEMENTS,
    site::STATEMENTS,
    stay::STATEMENTS,
    token::STATEMENTS,
];

/// How far the views have come.
pub(crate) async fn position(db: &Db) -> Result<u64, DatabaseError> {
    Ok(state(&db.fetch(&STATE, Vec::new()).await?)?.position)
}

/// Whether they have to be rebuilt.
pub(crate) async fn are_behind(db: &Db) -> Result<bool, DatabaseError> {
    let state = state(&db.fetch(&STATE, Vec::new()).await?)?;
    Ok(state.version != VERSION || state.position != state.journal)
}

/// Makes the tables if they are another version's, or nobody's.
pub(crate) async fn prepare(db: &Db) -> Result<(), DatabaseError> {
    let mut tx = db.begin().await?;
    if state(&tx.fetch(&STATE, Vec::new()).await?)?.version == VERSION {
        return tx.rollback().await;
    }
    make(&mut tx).await?;
    tx.commit().await
}

/// Drops all tables and makes them anew, empty.
pub(crate) async fn recreate(db: &Db) -> Result<(), DatabaseError> {
    let mut tx = db.begin().await?;
    make(&mut tx).await?;
    tx.commit().await
}

async fn make(tx: &mut Tx) -> Result<(), DatabaseError> {
    for table in TABLE_NAMES {
        tx.script(&format!("DROP TABLE IF EXISTS {table}")).await?;
    }
    for tables in TABLES {
        tx.script(tables).await?;
    }
    tx.execute(&RESET, vec![Value::from(VERSION)]).await
}

/// Takes in one page of the journal, which ends at `to`. Does nothing and says `false` when the
/// views are no longer at `from`.
pub(crate) async fn catch_up(
    db: &Db,
    from: u64,
    to: u64,
    facts: &[Fact<'_>],
) -> Result<bool, DatabaseError> {
    let mut tx = db.begin().await?;
    let state = state(&tx.fetch(&STATE, Vec::new()).await?)?;
    if state.version != VERSION || state.position != from {
        tx.rollback().await?;
        return Ok(false);
    }
    apply(&mut tx, facts).await?;
    set_position(&mut tx, to).await?;
    tx.commit().await?;
    Ok(true)
}

struct State {
    position: u64,
    version: u64,
    journal: u64,
}

fn state(rows: &[crate::sql::Row]) -> Result<State, DatabaseError> {
    let row = rows
        .first()
        .ok_or_else(|| DatabaseError::corrupt(STATE.name, 0, "row"))?;
    Ok(State {
        position: row.number(0)?,
        version: row.number(1)?,
        journal: row.optional_number(2)?.unwrap_or(0),
    })
}

/// The subjects whose first fact is among these: no view can have a row of theirs yet, so none is
/// looked for.
fn new_subjects<'a>(facts: &[Fact<'a>]) -> HashSet<&'a Subject> {
    facts
        .iter()
        .filter(|fact| fact.version == 1)
        .map(|fact| fact.subject)
        .collect()
}

/// The longest text that is searched for, in bytes. PostgreSQL indexes no more than 2,700, and a
/// fact must not be turned away for its length.
const LONGEST_KEY: usize = 240;

/// The text, cut where it is too long for an index.
fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_KEY)]
}

/// What a name is searched by: surnames first, as lists sort them.
fn name_key(claim: &Claim) -> String {
    bounded(&fold(&format!("{} {}", claim.surnames, claim.given))).to_owned()
}

/// What a document is searched by: the letters and digits of its number.
fn number_key(number: &str) -> String {
    let key: String = number
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect();
    bounded(&key).to_owned()
}

/// The first text after all those that begin with this one, byte by byte: no character is above
/// U+10FFFF.
fn after_all_beginning_with(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}
