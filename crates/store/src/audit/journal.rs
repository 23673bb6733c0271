//! The walk through the journal: every row is opened, held against its entry, and replayed.

use std::collections::{BTreeSet, HashMap};

use paso_domain::{
    event::{Event, UnreadableEvent, class_of},
    subject::Subject,
};
use paso_formats::{
    batch::Envelope,
    entry::{Content, Entry as Leaf, Minute},
    envelope::{KeyRing, Label, OpenError as SealError, Sealed, SubjectKey},
    moment::Moment,
};

use super::{
    AuditError, Check, Code, Counted, Known, Place, Register, Report, Skipped,
    absent::Absent,
    duties::Duties,
    erased::{Erased, known_to_keys},
    pages::{self, Stored},
    reader::Reader,
    views::Scratch,
};
use crate::{
    keys,
    sql::{Statement, Value},
    views::Fact,
};

const KEYS: Statement = Statement {
    name: "audit::KEYS",
    text: "SELECT subject, key FROM subject_key WHERE subject IN ({{list}})",
};
const FURTHER_KEYS: Statement = Statement {
    name: "audit::FURTHER_KEYS",
    text: "SELECT subject, key FROM further_key WHERE subject IN ({{list}})",
};

pub(super) async fn check(
    register: &mut Register,
    checks: &BTreeSet<Check>,
    known: &Known<'_>,
    report: &mut Report,
) -> Result<(), AuditError> {
    let mut scratch = if checks.contains(&Check::Views) {
        Some(Scratch::make(&known.scratch).await?)
    } else {
        None
    };
    let erased = Erased::read(register).await?;
    let absent = Absent::read(register).await?;
    let mut duties = Duties::default();
    let mut expected = 1;
    loop {
        let page = pages::journal(&mut register.main, expected - 1).await?;
        let Some(last) = page.last().map(|row| row.position) else {
            break;
        };
        let subjects = page.iter().map(|row| row.subject.as_str());
        let keys = keys_of(&mut register.keys, subjects).await?;
        let closed = page.iter().map(|row| row.subject.as_str());
        let closed = closed.filter(|subject| !keys.contains_key(*subject));
        let older = known_to_keys(&mut register.keys, closed).await?;
        let mut events = Vec::with_capacity(page.len());
        for row in &page {
            if row.position > expected {
                report.find(Code::PositionMissing, Place::Position(expected));
            }
            expected = row.position + 1;
            report.count(Check::Journal, Counted::Examined, 1);
            let key = keys.get(&row.subject);
            match key {
                Some(_) => erased.with_key(row, report),
                // A row that is none is found as such, below.
                None if row.subject.parse::<Subject>().is_err() => {}
                None => erased.without_key(row, &older, report),
            }
            let opened = open(row, key, report);
            beside(row, report);
            if let Some((subject, event)) = opened {
                duties.take(row.position, &subject, &event, report);
                absent.take(row.position, &event, report);
                events.push((row, subject, event));
            } else if let Ok(subject) = row.subject.parse() {
                duties.closed(row.position, &subject);
            }
        }
        if let Some(scratch) = &mut scratch {
            let facts: Vec<_> = events
                .iter()
                .map(|(row, subject, event)| Fact {
                    position: row.position,
                    version: row.version,
                    subject,
                    event,
                })
                .collect();
            scratch.take(last, &facts).await?;
        }
    }
    duties.end(known, report);
    versions(&mut register.main, report).await?;
    lonely(&mut register.main, report).await?;
    let unreadable = report
        .line(Check::Journal)
        .found
        .keys()
        .any(|code| code.hides_an_event());
    if let Some(scratch) = scratch {
        if unreadable {
            report.skip(Check::Views, Skipped::NoReplay);
            scratch.close().await;
        } else {
            scratch.compare(&mut register.main, report).await?;
        }
    }
    Ok(())
}

impl Code {
    /// Whether an event could not be read, so that a replay lacks it.
    const fn hides_an_event(self) -> bool {
        matches!(
            self,
            Self::BodyAltered | Self::EventUnknown | Self::RowUnreadable | Self::PositionMissing
        )
    }
}

/// The keys of these subjects, as far as they have one.
pub(super) async fn keys_of(
    reader: &mut Reader,
    subjects: impl Iterator<Item = &str>,
) -> Result<HashMap<String, KeyRing>, AuditError> {
    let subjects: BTreeSet<_> = subjects.collect();
    let rows = reader
        .fetch_list(&KEYS, Value::texts(subjects.iter().copied()))
        .await?;
    let key = |row: &crate::sql::Row| -> Result<_, AuditError> {
        Ok((row.text(0)?, SubjectKey::from_random(row.hash(1)?)))
    };
    let mut keys = HashMap::new();
    for row in &rows {
        let (subject, key) = key(row)?;
        keys.insert(subject, KeyRing::of(key));
    }
    let further = reader
        .fetch_list(&FURTHER_KEYS, Value::texts(subjects.iter().copied()))
        .await?;
    for row in &further {
        let (subject, key) = key(row)?;
        if let Some(ring) = keys.get_mut(&subject) {
            ring.add(key);
        }
    }
    let open = |subject: &Subject| Some((subject.to_string(), KeyRing::of(keys::open(subject)?)));
    let subjects = subjects.iter().filter_map(|subject| subject.parse().ok());
    keys.extend(subjects.filter_map(|subject| open(&subject)));
    Ok(keys)
}

/// Opens a row. Without a key there is nothing to open; see [`Erased::without_key`].
pub(super) fn open(
    row: &Stored,
    keys: Option<&KeyRing>,
    report: &mut Report,
) -> Option<(Subject, Event)> {
    let place = || Place::Position(row.position);
    let readable = (
        row.subject.parse::<Subject>(),
        u16::try_from(row.schema),
        <[u8; 32]>::try_from(row.commitment.as_slice()),
    );
    let (Ok(subject), Ok(schema), Ok(commitment)) = readable else {
        report.find(Code::RowUnreadable, place());
        return None;
    };
    let keys = keys?;
    let label = Label {
        subject: &row.subject,
        kind: &row.kind,
        schema,
    };
    let mut sealed = Sealed {
        bytes: row.body.clone(),
        commitment,
    };
    let body = match keys.open(&sealed, label) {
        Ok(body) => body,
        Err(SealError::Truncated) => {
            report.find(Code::BodyAltered, place());
            return None;
        }
        // It opens under the leaf's commitment: then the body is whole, and the copy of the
        // commitment beside it is what was altered.
        Err(SealError::Altered) => {
            let committed = row
                .entry
                .as_ref()
                .and_then(|(_, leaf)| Leaf::read(leaf).ok());
            sealed.commitment = committed.map_or([0; 32], |leaf| leaf.commitment());
            let Ok(body) = keys.open(&sealed, label) else {
                report.find(Code::BodyAltered, place());
                return None;
            };
            report.find(Code::CommitmentAltered, place());
            body
        }
    };
    match Event::decode(&row.kind, schema, &body) {
        Ok(event) => {
            if Moment::from_unix(row.time) != event.at().floor_minute() {
                report.find(Code::TimeAltered, place());
            }
            Some((subject, event))
        }
        Err(
            UnreadableEvent::UnknownKind(_)
            | UnreadableEvent::NewerSchema { .. }
            | UnreadableEvent::Malformed { .. },
        ) => {
            report.find(Code::EventUnknown, place());
            None
        }
    }
}

/// Holds a row against the leaf of its entry.
fn beside(row: &Stored, report: &mut Report) {
    let Some((number, leaf)) = &row.entry else {
        report.find(Code::RowWithoutEntry, Place::Position(row.position));
        return;
    };
    report.count(Check::Entries, Counted::Examined, 1);
    let Ok(leaf) = Leaf::read(leaf) else {
        let place = Place::Entry {
            number: *number,
            of: None,
        };
        report.find(Code::LeafUnreadable, place);
        return;
    };
    let place = || Place::Entry {
        number: *number,
        of: Some((leaf.stream().to_string(), leaf.sequence())),
    };
    if leaf.stream().to_string() != row.stream || leaf.sequence() != row.sequence {
        report.find(Code::EntryOfAnotherRow, place());
        return;
    }
    let Content::Event(class, binding) = leaf.content() else {
        report.find(Code::EntryOfAnotherRow, place());
        return;
    };
    if leaf.time() != Minute::of(Moment::from_unix(row.time)) {
        report.count(Check::Times, Counted::RecordedLater, 1);
    }
    if binding.commitment[..] != row.commitment[..] {
        report.find(Code::CommitmentDiffers, place());
        return;
    }
    let envelope = Envelope {
        subject: &row.subject,
        kind: &row.kind,
        schema: u16::try_from(row.schema).unwrap_or(u16::MAX),
        time: Minute::of(Moment::from_unix(row.time)),
        sealed: &row.body,
        commitment: binding.commitment,
        approvals: &row.approvals,
        statement: &row.statement,
    };
    if envelope.binding() != binding {
        report.find(Code::EnvelopeDiffers, place());
    }
    if class != class_of(&row.kind) {
        report.find(Code::ClassDiffers, place());
    }
}

/// Each subject's versions count from 1, and in the journal's order.
async fn versions(reader: &mut Reader, report: &mut Report) -> Result<(), AuditError> {
    let mut at = (String::new(), 0);
    let mut last_position = 0;
    loop {
        let page = pages::versions(reader, &at).await?;
        if page.is_empty() {
            return Ok(());
        }
        for (subject, version, position) in page {
            let before = if subject == at.0 { at.1 } else { 0 };
            if version != before + 1 {
                report.find(Code::VersionMissing, Place::Position(position));
            } else if before > 0 && position < last_position {
                report.find(Code::VersionOrder, Place::Position(position));
            }
            last_position = position;
            at = (subject, version);
        }
    }
}

/// Entries and statements that stand beside no row.
async fn lonely(reader: &mut Reader, report: &mut Report) -> Result<(), AuditError> {
    let mut after = 0;
    loop {
        let page = pages::lonely_entries(reader, after).await?;
        let Some(last) = page.last() else { break };
        after = last.number;
        for entry in &page {
            report.find(Code::EntryWithoutRow, entry.place());
        }
    }
    let mut after = 0;
    loop {
        let page = pages::lonely_statements(reader, after).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = *last;
        for position in page {
            report.find(Code::StatementWithoutRow, Place::Position(position));
        }
    }
}
