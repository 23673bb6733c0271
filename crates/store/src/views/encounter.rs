//! Encounters, found by the code on the receipt and by nothing else.

use paso_domain::{
    crossings::PostCode,
    encounter::{EncounterEvent, Outcome, ReceiptCode},
    event::Event,
    id::{EncounterId, OfficerNumber},
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
    CREATE TABLE view_encounter (
        encounter {{text}} NOT NULL PRIMARY KEY,
        receipt {{text}} NOT NULL,
        at {{integer}} NOT NULL,
        post {{text}} NOT NULL,
        officer {{text}} NOT NULL,
        outcome {{text}} NOT NULL,
        finding {{text}}
    ) {{keyed}};
    CREATE INDEX view_encounter_receipt ON view_encounter (receipt, at);
";

statements! {
    PUT = "INSERT INTO view_encounter (encounter, receipt, at, post, officer, outcome, finding)
        VALUES {{rows}} ON CONFLICT (encounter) DO NOTHING";
    BY_RECEIPT = "SELECT encounter, receipt, at, post, officer, outcome, finding
        FROM view_encounter WHERE receipt = $1 ORDER BY at DESC, encounter";
}

/// An encounter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncounterRow {
    /// The encounter: its subject holds the rest.
    pub encounter: EncounterId,
    /// The code on the receipt.
    pub receipt: ReceiptCode,
    /// When.
    pub at: Moment,
    /// The post whose work it was.
    pub post: PostCode,
    /// The officer who answers for it.
    pub officer: OfficerNumber,
    /// How it ended.
    pub outcome: Outcome,
    /// What the check found, where one was made.
    pub finding: Option<String>,
}

impl EncounterRow {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            encounter: row.parse(0, "encounter")?,
            receipt: row.parse(1, "receipt code")?,
            at: row.moment(2)?,
            post: row.parse(3, "post code")?,
            officer: row.parse(4, "officer number")?,
            outcome: row.parse(5, "outcome")?,
            finding: row.optional_text(6)?,
        })
    }
}

/// The first recording of an encounter stands, as in its register.
pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let rows = facts
        .iter()
        .filter_map(|fact| match (fact.subject, fact.event) {
            (
                Subject::Encounter(id),
                Event::Encounter(EncounterEvent::Recorded { act, encounter }),
            ) => Some([
                Value::from(id.to_string()),
                Value::from(encounter.receipt.to_string()),
                Value::from(act.at),
                Value::from(act.post.as_str()),
                Value::from(act.officer.as_str()),
                Value::from(encounter.outcome.code()),
                Value::text(encounter.check.as_ref().map(|check| &check.finding)),
            ]),
            _ => None,
        });
    tx.put(&PUT, rows.collect()).await
}

impl Store {
    /// The encounters with this code on their receipt, newest first. Codes are short enough to be
    /// read aloud, so that two may share one; the date on the receipt tells them apart.
    pub async fn encounters(
        &self,
        receipt: ReceiptCode,
    ) -> Result<Vec<EncounterRow>, DatabaseError> {
        let rows = self
            .main()
            .fetch(&BY_RECEIPT, vec![Value::from(receipt.to_string())])
            .await?;
        rows.iter().map(EncounterRow::read).collect()
    }
}
