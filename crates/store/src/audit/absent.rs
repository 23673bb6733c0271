//! Acts that bear an officer's number from a time in which the officer was suspended or dismissed.
//!
//! A post without network may write such an act in good faith, and a dismissal may be said to count
//! from an earlier day than it was known: so this names acts to be looked at, not culprits. Officers'
//! own records are read first, since a dismissal may lie behind the acts that it is about.

use std::collections::{BTreeMap, BTreeSet};

use paso_domain::{
    event::Event,
    id::OfficerNumber,
    officer::{Absence, OfficerState},
    subject::Subject,
};
use paso_formats::envelope::{Label, Sealed};

use super::{AuditError, Check, Code, Counted, Place, Register, Report, journal::keys_of};
use crate::sql::{Statement, Value};

const PAGE: u64 = 512;

/// Between the colon of `officer:` and the character after it lie all officers and nothing else.
const OFFICERS: Statement = Statement {
    name: "audit::OFFICERS",
    text: "SELECT subject, version, kind, schema, body, commitment FROM journal
        WHERE (subject, version) > ($1, $2) AND subject < 'officer;'
        ORDER BY subject, version LIMIT $3",
};

/// When officers were away.
pub(super) struct Absent(BTreeMap<OfficerNumber, Vec<Absence>>);

impl Absent {
    pub(super) async fn read(register: &mut Register) -> Result<Self, AuditError> {
        let mut states: BTreeMap<OfficerNumber, OfficerState> = BTreeMap::new();
        let mut after = ("officer:".to_owned(), 0);
        loop {
            let values = vec![
                Value::from(after.0.as_str()),
                Value::from(after.1),
                Value::from(PAGE),
            ];
            let rows = register.main.fetch(&OFFICERS, values).await?;
            let Some(last) = rows.last() else { break };
            after = (last.text(0)?, last.number(1)?);
            let subjects: BTreeSet<_> = rows
                .iter()
                .map(|row| row.text(0))
                .collect::<Result<_, _>>()?;
            let subjects = subjects.iter().map(String::as_str);
            let keys = keys_of(&mut register.keys, subjects).await?;
            for row in &rows {
                let (subject, kind) = (row.text(0)?, row.text(2)?);
                let (Ok(Subject::Officer(number)), Ok(schema), Some(key)) = (
                    subject.parse(),
                    u16::try_from(row.number(3)?),
                    keys.get(&subject),
                ) else {
                    continue;
                };
                let Ok(commitment) = <[u8; 32]>::try_from(row.bytes(5)?) else {
                    continue;
                };
                let label = Label {
                    subject: &subject,
                    kind: &kind,
                    schema,
                };
                let sealed = Sealed {
                    bytes: row.bytes(4)?,
                    commitment,
                };
                // One that does not open says nothing here, and is found when its row is looked at.
                let Ok(body) = key.open(&sealed, label) else {
                    continue;
                };
                if let Ok(Event::Officer(event)) = Event::decode(&kind, schema, &body) {
                    let state = states.remove(&number).unwrap_or_default();
                    states.insert(number, state.apply(&event));
                }
            }
        }
        let absences = states
            .into_iter()
            .map(|(number, state)| (number, state.absences()));
        Ok(Self(
            absences
                .filter(|(_, absences)| !absences.is_empty())
                .collect(),
        ))
    }

    /// Looks at one event of the walk.
    pub(super) fn take(&self, position: u64, event: &Event, report: &mut Report) {
        let Some(act) = event.act() else { return };
        report.count(Check::Officers, Counted::Examined, 1);
        let absences = self.0.get(&act.officer).map_or(&[][..], Vec::as_slice);
        if absences
            .iter()
            .any(|absence| absence.flags(event.kind(), act.at))
        {
            report.find(Code::ActWhileAway, Place::Position(position));
        }
    }
}
