//! What was erased: subjects that no view may show, and what the trust bundle goes on saying of
//! dead cards whose records are gone.

use paso_domain::{
    erasure::{ErasureEvent, ErasureGround},
    event::Event,
    id::ErasureId,
    subject::Subject,
};
use paso_formats::moment::Moment;

use super::{Fact, bounded};
use crate::{
    db::Db,
    error::DatabaseError,
    forgotten::Forgotten,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_forgotten (
        subject {{text}} NOT NULL PRIMARY KEY,
        erasure {{text}} NOT NULL,
        at {{integer}} NOT NULL
    ) {{keyed}};
    CREATE TABLE view_erasure (
        erasure {{text}} NOT NULL PRIMARY KEY,
        at {{integer}} NOT NULL,
        ground {{text}} NOT NULL,
        subjects {{integer}} NOT NULL
    ) {{keyed}};
    CREATE TABLE view_dead_index (
        status_uri {{text}} NOT NULL,
        status_index {{integer}} NOT NULL,
        PRIMARY KEY (status_uri, status_index)
    ) {{keyed}};
";

statements! {
    PUT = "INSERT INTO view_forgotten (subject, erasure, at) VALUES {{rows}}
        ON CONFLICT (subject) DO NOTHING";
    PUT_ERASURE = "INSERT INTO view_erasure (erasure, at, ground, subjects) VALUES {{rows}}
        ON CONFLICT (erasure) DO NOTHING";
    PUT_INDEX = "INSERT INTO view_dead_index (status_uri, status_index) VALUES {{rows}}
        ON CONFLICT (status_uri, status_index) DO NOTHING";
    PAGE = "SELECT subject, erasure, at FROM view_forgotten WHERE subject > $1
        ORDER BY subject LIMIT $2";
    NAMED = "SELECT subject, erasure, at FROM view_forgotten WHERE subject IN ({{list}})";
    ERASURES = "SELECT erasure, at, ground, subjects FROM view_erasure
        ORDER BY at DESC, erasure LIMIT $1";
    DROP_ACTS = "DELETE FROM view_act WHERE subject IN ({{list}})";
    DROP_APPLICATIONS = "DELETE FROM view_application WHERE application IN ({{list}})";
    DROP_CARDS = "DELETE FROM view_card WHERE number IN ({{list}})";
    DROP_PERSONS = "DELETE FROM view_person WHERE person IN ({{list}})";
    DROP_NAMES = "DELETE FROM view_person_name WHERE person IN ({{list}})";
    DROP_CONCERNS = "DELETE FROM view_concern WHERE person IN ({{list}})";
    DROP_DOCUMENTS = "DELETE FROM view_document WHERE person IN ({{list}})";
    DROP_EPISODES = "DELETE FROM view_episode WHERE episode IN ({{list}})";
    DROP_CUSTODY_FACTS = "DELETE FROM view_custody_fact WHERE episode IN ({{list}})";
    DROP_HANDOVERS = "DELETE FROM view_custody_handover WHERE episode IN ({{list}})";
    DROP_CONTRADICTIONS = "DELETE FROM view_contradiction WHERE subject IN ({{list}})";
    DROP_STAYS = "DELETE FROM view_stay WHERE person IN ({{list}})";
}

/// An erasure that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureRow {
    /// Its subject.
    pub erasure: ErasureId,
    /// When it was asked for.
    pub at: Moment,
    /// Why.
    pub ground: ErasureGround,
    /// How many subjects' keys went.
    pub subjects: u64,
}

/// Takes erasures in and lets go of what they name. It runs behind the other views, so that what one
/// batch has just written is gone, too; what arrives later is removed by the sweep.
pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let (mut subjects, mut rows) = (Vec::new(), Vec::new());
    let (mut erasures, mut dead) = (Vec::new(), Vec::new());
    for fact in facts {
        let (Subject::Erasure(id), Event::Erasure(ErasureEvent::CarriedOut { act, erasure })) =
            (fact.subject, fact.event)
        else {
            continue;
        };
        for subject in &erasure.subjects {
            rows.push([
                Value::from(subject.to_string()),
                Value::from(id.to_string()),
                Value::from(act.at),
            ]);
            subjects.push(subject.clone());
        }
        erasures.push([
            Value::from(id.to_string()),
            Value::from(act.at),
            Value::from(erasure.ground.code()),
            Value::from(erasure.subjects.len() as u64),
        ]);
        dead.extend(erasure.dead.iter().map(|bit| {
            [
                Value::from(bounded(&bit.list)),
                Value::from(u64::from(bit.index)),
            ]
        }));
    }
    if erasures.is_empty() {
        return Ok(());
    }
    tx.put(&PUT, rows).await?;
    tx.put(&PUT_ERASURE, erasures).await?;
    tx.put(&PUT_INDEX, dead).await?;
    remove(tx, &subjects).await
}

/// Takes the rows of these subjects out of every view that shows a person. Readings stay.
pub(crate) async fn remove(tx: &mut Tx, subjects: &[Subject]) -> Result<(), DatabaseError> {
    let (mut applications, mut cards) = (Vec::new(), Vec::new());
    let (mut persons, mut stays, mut concerns) = (Vec::new(), Vec::new(), Vec::new());
    let mut episodes = Vec::new();
    for subject in subjects {
        match subject {
            Subject::Person(id) => persons.push(id),
            Subject::Stays(id) => stays.push(id),
            Subject::Protection(id) => concerns.push(id),
            Subject::Episode(id) => episodes.push(id),
            Subject::Card(number) => cards.push(number),
            Subject::Application(id) => applications.push(id),
            _ => {}
        }
    }
    tx.fetch_list(&DROP_ACTS, Value::texts(subjects)).await?;
    tx.fetch_list(&DROP_CONTRADICTIONS, Value::texts(subjects))
        .await?;
    tx.fetch_list(&DROP_APPLICATIONS, Value::texts(applications))
        .await?;
    tx.fetch_list(&DROP_CARDS, Value::texts(cards)).await?;
    for statement in [&DROP_PERSONS, &DROP_NAMES, &DROP_DOCUMENTS] {
        tx.fetch_list(statement, Value::texts(&persons)).await?;
    }
    for statement in [&DROP_EPISODES, &DROP_CUSTODY_FACTS, &DROP_HANDOVERS] {
        tx.fetch_list(statement, Value::texts(&episodes)).await?;
    }
    tx.fetch_list(&DROP_STAYS, Value::texts(stays)).await?;
    tx.fetch_list(&DROP_CONCERNS, Value::texts(concerns))
        .await?;
    Ok(())
}

/// Forgotten subjects behind one, in order, as the journal tells of them.
pub(crate) async fn page(
    db: &Db,
    after: &str,
    limit: u32,
) -> Result<Vec<Forgotten>, DatabaseError> {
    let values = vec![Value::from(after), Value::from(u64::from(limit))];
    let rows = db.fetch(&PAGE, values).await?;
    rows.iter().map(Forgotten::read).collect()
}

/// Which of these subjects the journal says to be forgotten.
pub(crate) async fn named(db: &Db, subjects: &[Subject]) -> Result<Vec<Forgotten>, DatabaseError> {
    let rows = db.fetch_list(&NAMED, Value::texts(subjects)).await?;
    rows.iter().map(Forgotten::read).collect()
}

impl ErasureRow {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            erasure: row.parse(0, "erasure")?,
            at: row.moment(1)?,
            ground: row.parse(2, "ground of erasure")?,
            subjects: row.number(3)?,
        })
    }
}

impl Store {
    /// The erasures carried out, newest first, at most `limit`.
    pub async fn erasures(&self, limit: u32) -> Result<Vec<ErasureRow>, DatabaseError> {
        let rows = self
            .main()
            .fetch(&ERASURES, vec![Value::from(u64::from(limit))])
            .await?;
        rows.iter().map(ErasureRow::read).collect()
    }
}
