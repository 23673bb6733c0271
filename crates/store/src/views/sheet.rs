//! Numbered sheets: which were printed for a place, and what became of each that somebody spoke of.
//! Whether they are outstanding is the register's word: whoever lists them folds its rows.

use std::collections::{BTreeMap, BTreeSet};

use paso_domain::{
    crossings::PostCode,
    event::Event,
    id::OfficerNumber,
    sheet::{Batch, SheetEvent, SheetKind, VoidReason},
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
    CREATE TABLE view_sheet_batch (
        batch {{text}} NOT NULL PRIMARY KEY,
        kind {{text}} NOT NULL,
        place {{text}} NOT NULL,
        printed_at {{integer}} NOT NULL,
        printed_by {{text}} NOT NULL,
        count {{integer}} NOT NULL
    ) {{keyed}};
    CREATE INDEX view_sheet_batch_place ON view_sheet_batch (place, printed_at);
    CREATE TABLE view_sheet (
        batch {{text}} NOT NULL,
        serial {{integer}} NOT NULL,
        used {{integer}} NOT NULL,
        used_at {{integer}},
        recorded {{integer}},
        officer {{text}},
        signed {{text}},
        void {{text}},
        void_at {{integer}},
        void_by {{text}},
        PRIMARY KEY (batch, serial)
    ) {{keyed}};
";

statements! {
    PUT_BATCH = "INSERT INTO view_sheet_batch (batch, kind, place, printed_at, printed_by, count)
        VALUES {{rows}} ON CONFLICT (batch) DO NOTHING";
    PUT = "INSERT INTO view_sheet (batch, serial, used, used_at, recorded, officer, signed, void,
            void_at, void_by)
        VALUES {{rows}}
        ON CONFLICT (batch, serial) DO UPDATE SET used = excluded.used,
            used_at = excluded.used_at, recorded = excluded.recorded,
            officer = excluded.officer, signed = excluded.signed, void = excluded.void,
            void_at = excluded.void_at, void_by = excluded.void_by";
    OF_BATCHES = "SELECT batch, serial, used, used_at, recorded, officer, signed, void, void_at, void_by
        FROM view_sheet WHERE batch IN ({{list}}) ORDER BY batch, serial";
    BATCHES = "SELECT batch, kind, place, printed_at, printed_by, count FROM view_sheet_batch
        WHERE place = $1 ORDER BY printed_at DESC, batch LIMIT $2";
}

/// A batch in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRow {
    /// Which.
    pub batch: Batch,
    /// For which place.
    pub place: PostCode,
    /// When it was printed.
    pub printed_at: Moment,
    /// By whom.
    pub printed_by: OfficerNumber,
    /// How many sheets.
    pub count: u16,
    /// Those of which anything is known beyond that.
    pub sheets: Vec<SheetRow>,
}

impl BatchRow {
    /// What its sheets are for.
    #[must_use]
    pub const fn kind(&self) -> SheetKind {
        self.batch.kind()
    }
}

/// A sheet that was used or declared void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Which of its batch.
    pub serial: u16,
    /// How many acts say that they stood on it.
    pub used: u32,
    /// When the first to be recorded happened.
    pub used_at: Option<Moment>,
    /// When it was recorded.
    pub recorded: Option<Moment>,
    /// By whom.
    pub officer: Option<OfficerNumber>,
    /// Who had signed the sheet.
    pub signed: Option<OfficerNumber>,
    /// Why nothing is to be recorded from it.
    pub void: Option<VoidReason>,
    /// When that was said.
    pub void_at: Option<Moment>,
    /// By whom.
    pub void_by: Option<OfficerNumber>,
}

impl SheetRow {
    const fn untouched(serial: u16) -> Self {
        Self {
            serial,
            used: 0,
            used_at: None,
            recorded: None,
            officer: None,
            signed: None,
            void: None,
            void_at: None,
            void_by: None,
        }
    }

    fn apply(&mut self, event: &SheetEvent) {
        match event {
            SheetEvent::Printed { .. } => {}
            SheetEvent::Used { act, .. } => {
                self.used += 1;
                if self
                    .recorded
                    .is_none_or(|recorded| act.recorded() < recorded)
                {
                    self.used_at = Some(act.at);
                    self.recorded = Some(act.recorded());
                    self.officer = Some(act.officer.clone());
                    self.signed = act.late.as_ref().map(|late| late.signed.clone());
                }
            }
            SheetEvent::Voided { act, reason, .. } => {
                if self.void.is_none() {
                    self.void = Some(*reason);
                    self.void_at = Some(act.at);
                    self.void_by = Some(act.officer.clone());
                }
            }
        }
    }

    fn values(&self, batch: Batch) -> [Value; 10] {
        [
            Value::from(batch.to_string()),
            Value::from(u64::from(self.serial)),
            Value::from(u64::from(self.used)),
            Value::moment(self.used_at),
            Value::moment(self.recorded),
            Value::text(self.officer.as_ref()),
            Value::text(self.signed.as_ref()),
            Value::text(self.void.map(VoidReason::code)),
            Value::moment(self.void_at),
            Value::text(self.void_by.as_ref()),
        ]
    }

    fn read(row: &Row) -> Result<(Batch, Self), DatabaseError> {
        Ok((
            row.parse(0, "batch of sheets")?,
            Self {
                serial: row.small(1)?,
                used: row.small(2)?,
                used_at: row.optional_moment(3)?,
                recorded: row.optional_moment(4)?,
                officer: row.optional_parse(5, "officer number")?,
                signed: row.optional_parse(6, "officer number")?,
                void: row.optional_parse(7, "reason why a sheet is void")?,
                void_at: row.optional_moment(8)?,
                void_by: row.optional_parse(9, "officer number")?,
            },
        ))
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let (mut batches, mut rows, mut events) = (Vec::new(), BTreeMap::new(), Vec::new());
    let (mut known, mut printed) = (BTreeSet::new(), BTreeSet::new());
    for fact in facts {
        let (Subject::Sheets(batch), Event::Sheet(event)) = (fact.subject, fact.event) else {
            continue;
        };
        let serial = match event {
            SheetEvent::Printed { act, place, count } => {
                // One row a statement: the first of a batch that was printed twice stands.
                if printed.insert(*batch) {
                    batches.push([
                        Value::from(batch.to_string()),
                        Value::from(batch.kind().code()),
                        Value::from(place.as_str()),
                        Value::from(act.at),
                        Value::from(act.officer.as_str()),
                        Value::from(u64::from(*count)),
                    ]);
                }
                continue;
            }
            SheetEvent::Used { serial, .. } | SheetEvent::Voided { serial, .. } => *serial,
        };
        rows.insert((*batch, serial), SheetRow::untouched(serial));
        if !new.contains(fact.subject) {
            known.insert(batch.to_string());
        }
        events.push(((*batch, serial), event));
    }
    let known = known.into_iter().map(Value::from).collect();
    for row in tx.fetch_list(&OF_BATCHES, known).await? {
        let (batch, row) = SheetRow::read(&row)?;
        rows.entry((batch, row.serial))
            .and_modify(|known| *known = row);
    }
    for (place, event) in events {
        rows.entry(place).and_modify(|row| row.apply(event));
    }
    tx.put(&PUT_BATCH, batches).await?;
    let rows = rows.iter().map(|((batch, _), row)| row.values(*batch));
    tx.put(&PUT, rows.collect()).await
}

impl Store {
    /// The batches printed for a place, newest first, at most `limit`, with what is known of their
    /// sheets.
    pub async fn sheet_batches(
        &self,
        place: PostCode,
        limit: u32,
    ) -> Result<Vec<BatchRow>, DatabaseError> {
        let values = vec![Value::from(place.as_str()), Value::from(u64::from(limit))];
        let mut found = Vec::new();
        for row in self.main().fetch(&BATCHES, values).await? {
            found.push(BatchRow {
                batch: row.parse(0, "batch of sheets")?,
                place: row.parse(2, "post code")?,
                printed_at: row.moment(3)?,
                printed_by: row.parse(4, "officer number")?,
                count: row.small(5)?,
                sheets: Vec::new(),
            });
        }
        let names = found.iter().map(|row| Value::from(row.batch.to_string()));
        for row in self.main().fetch_list(&OF_BATCHES, names.collect()).await? {
            let (batch, sheet) = SheetRow::read(&row)?;
            if let Some(row) = found.iter_mut().find(|row| row.batch == batch) {
                row.sheets.push(sheet);
            }
        }
        Ok(found)
    }
}
