//! Each device's stream: whole, linked, and signed by its one key in that key's time.

use std::collections::HashMap;

use paso_formats::{
    bundle::{Purpose, TrustedKey},
    entry::{Content, Entry as Leaf},
    key::PublicKey,
};

use super::{
    AuditError, Check, Code, Counted, Known, Place, Report,
    pages::{self, StoredEntry},
    reader::Reader,
};
use crate::sql::{Statement, Value};

const DEVICES: Statement = Statement {
    name: "audit::DEVICES",
    text: "SELECT stream, public_key FROM device ORDER BY stream",
};
const EVIDENCE: Statement = Statement {
    name: "audit::EVIDENCE",
    text: "SELECT DISTINCT stream, sequence FROM evidence
        WHERE kind = $1 AND (stream, sequence) > ($2, $3) ORDER BY stream, sequence LIMIT 512",
};

/// Where the walk is in a stream.
struct At {
    stream: String,
    sequence: u64,
    /// The hash of the last leaf; none where it could not be read.
    hash: Option<[u8; 32]>,
    /// The highest number in the log's order so far.
    number: u64,
}

pub(super) async fn check(
    reader: &mut Reader,
    known: &Known<'_>,
    report: &mut Report,
) -> Result<(), AuditError> {
    let devices = devices(reader, known, report).await?;
    let mut at = At {
        stream: String::new(),
        sequence: 0,
        hash: None,
        number: 0,
    };
    loop {
        let page = pages::streams(reader, &(at.stream.clone(), at.sequence)).await?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            if entry.stream != at.stream {
                at.number = 0;
                at.sequence = 0;
                at.hash = None;
                at.stream.clone_from(&entry.stream);
            }
            in_its_place(&at, &entry, report);
            if let Some(leaf) = &entry.leaf {
                signed(leaf, &entry, &devices, known, report);
            }
            at.sequence = entry.sequence;
            at.hash = entry.leaf.as_ref().map(Leaf::hash);
            at.number = at.number.max(entry.number);
        }
    }
    forks(reader, report).await
}

/// The key of each stream. A key that no bundle names speaks for nobody.
async fn devices(
    reader: &mut Reader,
    known: &Known<'_>,
    report: &mut Report,
) -> Result<HashMap<String, PublicKey>, AuditError> {
    let mut devices = HashMap::new();
    for row in reader.fetch(&DEVICES, Vec::new()).await? {
        let stream = row.text(0)?;
        let place = || Place::Stream {
            stream: stream.clone(),
            from: 1,
            to: 1,
        };
        let Ok(key) = PublicKey::from_cose_key(&row.bytes(1)?) else {
            report.find(Code::DeviceUnknown, place());
            continue;
        };
        match known.keys {
            None => report.count(Check::Streams, Counted::NoBundle, 1),
            Some(keys) if trusted(keys, &key).is_none() => {
                report.find(Code::KeyNotTrusted, place());
            }
            Some(_) => {}
        }
        devices.insert(stream, key);
    }
    Ok(devices)
}

fn trusted<'a>(keys: &'a [TrustedKey], key: &PublicKey) -> Option<&'a TrustedKey> {
    keys.iter()
        .find(|known| known.purpose == Purpose::Device && known.key == *key)
}

/// Number and link, as the entry before it has them.
fn in_its_place(at: &At, entry: &StoredEntry, report: &mut Report) {
    report.count(Check::Streams, Counted::Examined, 1);
    if entry.sequence > at.sequence + 1 {
        let place = Place::Stream {
            stream: entry.stream.clone(),
            from: at.sequence + 1,
            to: entry.sequence - 1,
        };
        report.find(Code::StreamGap, place);
    }
    if entry.number < at.number {
        report.count(Check::Streams, Counted::Late, 1);
    }
    let Some(leaf) = &entry.leaf else {
        // That of an event is found beside its row.
        if entry.position.is_none() {
            report.find(Code::LeafUnreadable, entry.place());
        }
        return;
    };
    match (leaf.content(), entry.position) {
        (Content::Heartbeat, _) => report.count(Check::Streams, Counted::Heartbeats, 1),
        (Content::Event(..), None) => report.find(Code::EntryWithoutRow, entry.place()),
        (Content::Event(..), Some(_)) => {}
    }
    if leaf.stream().to_string() != entry.stream || leaf.sequence() != entry.sequence {
        report.find(Code::EntryOfAnotherRow, entry.place());
        return;
    }
    // After a hole, or a leaf that cannot be read, there is nothing to hold the link against.
    let neighbours = entry.sequence == at.sequence + 1;
    let before = if entry.sequence == 1 { None } else { at.hash };
    if neighbours && (entry.sequence == 1 || before.is_some()) && leaf.previous() != before {
        report.find(Code::LinkBroken, entry.place());
    }
}

/// Whose signature it bears, and when that key was to sign.
fn signed(
    leaf: &Leaf,
    entry: &StoredEntry,
    devices: &HashMap<String, PublicKey>,
    known: &Known<'_>,
    report: &mut Report,
) {
    let Some(key) = devices.get(&entry.stream) else {
        report.find(Code::DeviceUnknown, entry.place());
        return;
    };
    let keys = known.keys.unwrap_or_default();
    if leaf.verify(key).is_err() {
        let others = keys.iter().filter(|other| other.purpose == Purpose::Device);
        let others = others.map(|other| &other.key).chain(devices.values());
        let mut others = others.filter(|other| *other != key);
        let code = if others.any(|other| leaf.verify(other).is_ok()) {
            Code::SignedByAnotherKey
        } else {
            Code::SignatureBad
        };
        report.find(code, entry.place());
        return;
    }
    let Some(trusted) = trusted(keys, key) else {
        return;
    };
    // The leaf says its minute only, so either edge of the window counts up to a minute more.
    let (first, last) = (leaf.time().start(), leaf.time().start().plus(59));
    if !trusted.signs_at(first) && !trusted.signs_at(last) {
        report.find(Code::KeyOutsideWindow, entry.place());
    }
    if trusted.compromised_by(first) {
        report.find(Code::KeyCompromised, entry.place());
    }
}

/// What is kept as evidence that a device contradicts itself.
async fn forks(reader: &mut Reader, report: &mut Report) -> Result<(), AuditError> {
    let mut after = (String::new(), 0);
    loop {
        let values = vec![
            Value::from(crate::evidence::Contradiction::Fork.code()),
            Value::from(after.0.as_str()),
            Value::from(after.1),
        ];
        let rows = reader.fetch(&EVIDENCE, values).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            after = (row.text(0)?, row.number(1)?);
            let place = Place::Stream {
                stream: after.0.clone(),
                from: after.1,
                to: after.1,
            };
            report.find(Code::Fork, place);
        }
    }
}
