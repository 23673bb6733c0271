//! Which known witnesses signed a note, and when.

use paso_tlog::{
    checkpoint::SignedCheckpoint,
    cosignature::{CosignerKey, Timestamp, time_of},
    note::{SignatureLine, Verify as _},
};

/// By when a head was published at the latest: when the last known witness signed it, or now. Who
/// pulls late, because it was stopped, must not make the authority late.
pub(super) fn published_by(
    note: &SignedCheckpoint,
    witnesses: &[CosignerKey],
    now: Timestamp,
) -> Timestamp {
    let times = witnesses
        .iter()
        .filter_map(|witness| line_of(note, witness).and_then(time_of));
    times.max().map_or(now, |signed| signed.min(now))
}

/// The note held with every cosignature of a known witness that only the one offered has; none if
/// there is no such. What is held is never lost, and lines that nobody can check add nothing.
pub(super) fn more_witnessed(
    held: &SignedCheckpoint,
    offered: &SignedCheckpoint,
    witnesses: &[CosignerKey],
) -> Option<SignedCheckpoint> {
    // The same head in another text, with other extensions, has cosignatures of its own.
    if offered.note().unverified_text() != held.note().unverified_text() {
        let count = |note| {
            let signed = witnesses.iter().filter(|key| line_of(note, key).is_some());
            signed.count()
        };
        return (count(offered) > count(held)).then(|| offered.clone());
    }
    let mut merged = held.clone();
    for witness in witnesses {
        if line_of(held, witness).is_none()
            && let Some(line) = line_of(offered, witness)
            // A note has room for so many lines; one that is full stays as it is.
            && merged.attach(line.clone()).is_err()
        {
            return None;
        }
    }
    (merged != *held).then_some(merged)
}

/// The line of this witness, if it is one.
fn line_of<'n>(note: &'n SignedCheckpoint, witness: &CosignerKey) -> Option<&'n SignatureLine> {
    let text = note.note().unverified_text().as_bytes();
    let mut lines = note.note().lines().iter();
    lines.find(|line| {
        line.id() == witness.id()
            && line.name() == witness.name()
            && witness.verify(text, line.signature()).is_ok()
    })
}
