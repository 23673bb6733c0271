//! Batches: what is written is read, and whatever else comes is refused in words.

use paso_formats::{
    batch::{
        Batch, BatchError, Envelope, Expected, Header, MAX_AUTHORITY_BYTES, MAX_KIND_BYTES,
        MAX_ROW_BYTES, MAX_SUBJECT_BYTES, Row, RowError, WriteError, Writer, write,
    },
    chain::{Chain, Step},
    entry::{Class, Content, Entry, EntryError, Minute, StreamId},
    envelope,
    key::Sign,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::device::{CARD, STREAM, journal, sign, signer, subject_key};

const AUTHORITY: &str = "MX-INM";
const EXPECTED: Expected<'_> = Expected {
    authority: AUTHORITY,
    stream: None,
};

fn batch() -> Vec<u8> {
    write(AUTHORITY, &journal().rows()).unwrap()
}

/// The bytes without their closing hash.
fn open(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() - 32].to_vec()
}

/// Bytes closed with the right hash, whatever they are.
fn close(mut content: Vec<u8>) -> Vec<u8> {
    let hash = Sha256::digest(&content);
    content.extend_from_slice(&hash);
    content
}

/// Where each frame begins, and where the last one ends.
fn frames(bytes: &[u8]) -> Vec<usize> {
    let mut at = b"paso stream batch 1\n".len();
    let mut starts = vec![at];
    while at < bytes.len() - 32 {
        let length = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        at += 4 + usize::try_from(length).unwrap();
        starts.push(at);
    }
    starts
}

fn refused(bytes: &[u8]) -> BatchError {
    Batch::read(bytes, EXPECTED).unwrap_err()
}

#[test]
fn what_is_written_is_read() {
    let journal = journal();
    let bytes = batch();
    let batch = Batch::read(&bytes, EXPECTED).unwrap();
    assert_eq!(
        batch.header(),
        &Header {
            authority: AUTHORITY.to_owned(),
            stream: STREAM,
            first: 1,
            last: 3,
            count: 3,
        }
    );
    assert_eq!(batch.rows().collect::<Vec<_>>(), journal.rows());
    assert_eq!(batch.closing()[..], bytes[bytes.len() - 32..]);
    for (after, left) in [(0, 3), (1, 2), (3, 0), (u64::MAX, 0)] {
        let rows: Vec<_> = batch.rows_after(after).collect();
        assert_eq!(rows, journal.rows()[3 - left..]);
    }
    let only = Expected {
        stream: Some(STREAM),
        ..EXPECTED
    };
    assert_eq!(Batch::read(&bytes, only).as_ref(), Ok(&batch));
    // What came on the stick is the device's, and opens with the subject's key.
    let mut chain = Chain::new(STREAM, signer().public_key().clone());
    for row in batch.rows() {
        assert_eq!(chain.accept(&row.entry), Step::Next);
    }
    let envelope = batch.rows().next().unwrap().envelope.unwrap();
    let body = envelope::open(&envelope.to_sealed(), envelope.label(), &subject_key(CARD));
    assert_eq!(body.unwrap(), b"\xa1\x00\x01");
}

#[test]
fn a_row_at_a_time_gives_the_same_file() {
    let journal = journal();
    let (mut file, mut out) = (Vec::new(), Vec::new());
    let whole = batch();
    let header = Batch::read(&whole, EXPECTED).unwrap().header().clone();
    let mut writer = Writer::begin(header, &mut out).unwrap();
    for row in journal.rows() {
        file.append(&mut out);
        writer.row(&row, &mut out).unwrap();
    }
    file.append(&mut out);
    writer.finish(&mut out).unwrap();
    file.append(&mut out);
    assert_eq!(file, whole);
}

#[test]
fn a_torn_batch_says_how_much_of_it_was_whole() {
    let bytes = batch();
    let starts = frames(&bytes);
    assert_eq!(starts.len(), 5);
    for end in 0..bytes.len() {
        let error = refused(&bytes[..end]);
        if end < starts[0] {
            assert_eq!(error, BatchError::NotABatch, "{end}");
        } else {
            let whole = starts[2..].iter().filter(|start| **start <= end).count();
            let whole = u64::try_from(whole).unwrap();
            assert_eq!(error, BatchError::Torn { whole }, "{end}");
        }
    }
    // A torn batch that somebody closed again is torn all the same.
    for end in [starts[0], starts[1], starts[3], starts[3] + 9] {
        let closed = close(bytes[..end].to_vec());
        assert!(matches!(refused(&closed), BatchError::Torn { .. }), "{end}");
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let bytes = batch();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = refused(&changed);
        let named = if bit / 8 < 20 {
            matches!(error, BatchError::NotABatch | BatchError::Newer(_))
        } else {
            // A changed length may look like a missing end.
            matches!(error, BatchError::Altered | BatchError::Torn { .. })
        };
        assert!(named, "bit {bit}: {error}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(refused(&longer), BatchError::Altered);
    let swapped: Vec<u8> = bytes.iter().copied().rev().collect();
    assert_eq!(refused(&swapped), BatchError::NotABatch);
}

#[test]
fn what_is_not_awaited_is_named() {
    let bytes = batch();
    let read = |authority, stream| Batch::read(&bytes, Expected { authority, stream }).err();
    let other = StreamId::from_random([9; 16]);
    for (authority, stream, error) in [
        (AUTHORITY, None, None),
        (
            "GT-IGM",
            Some(STREAM),
            Some(BatchError::ForeignAuthority(AUTHORITY.to_owned())),
        ),
        (
            AUTHORITY,
            Some(other),
            Some(BatchError::ForeignStream(STREAM)),
        ),
    ] {
        assert_eq!(read(authority, stream), error);
    }
    for (begin, error) in [
        ("", BatchError::NotABatch),
        ("paso stream batch", BatchError::NotABatch),
        ("paso stream batch 1", BatchError::NotABatch),
        ("paso stream batch \n", BatchError::NotABatch),
        ("paso stream batch 01\n", BatchError::NotABatch),
        ("paso stream batch +1\n", BatchError::NotABatch),
        ("paso stream batch 99999999999\n", BatchError::NotABatch),
        ("PK\u{3}\u{4}", BatchError::NotABatch),
        ("paso stream batch 2\n", BatchError::Newer(2)),
        (
            "paso stream batch 999999999\n",
            BatchError::Newer(999_999_999),
        ),
        ("paso stream batch 1\n", BatchError::Torn { whole: 0 }),
    ] {
        assert_eq!(refused(begin.as_bytes()), error, "{begin}");
    }
}

/// The example with its frames put together anew and closed with the right hash.
fn rebuilt(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> BatchError {
    let bytes = batch();
    let starts = frames(&bytes);
    let mut parts: Vec<Vec<u8>> = starts
        .windows(2)
        .map(|pair| bytes[pair[0] + 4..pair[1]].to_vec())
        .collect();
    change(&mut parts);
    let mut content = bytes[..starts[0]].to_vec();
    for part in parts {
        content.extend_from_slice(&u32::try_from(part.len()).unwrap().to_be_bytes());
        content.extend_from_slice(&part);
    }
    refused(&close(content))
}

fn row(row: u64, cause: RowError) -> BatchError {
    BatchError::Row { row, cause }
}

#[test]
fn a_whole_file_that_breaks_the_format_is_refused_by_row() {
    assert_eq!(
        rebuilt(|frames| frames.swap(1, 2)),
        row(1, RowError::OutOfOrder)
    );
    assert_eq!(
        rebuilt(|frames| frames.swap(2, 3)),
        row(2, RowError::OutOfOrder)
    );
    assert_eq!(
        rebuilt(|frames| frames[2] = frames[1].clone()),
        row(2, RowError::OutOfOrder)
    );
    assert_eq!(
        rebuilt(|frames| drop(frames.pop())),
        BatchError::Torn { whole: 2 }
    );
    assert_eq!(
        rebuilt(|frames| frames.push(frames[3].clone())),
        BatchError::Header
    );
    assert_eq!(
        rebuilt(|frames| frames[2] = vec![0; MAX_ROW_BYTES + 1]),
        row(2, RowError::TooLarge)
    );
    assert_eq!(
        rebuilt(|frames| frames[2].clear()),
        row(2, RowError::Cbor(cbor_truncated()))
    );
    assert_eq!(
        rebuilt(|frames| frames[2] = vec![0]),
        row(2, RowError::Fields)
    );
    // A leaf that commits to something else than the event beside it.
    assert_eq!(
        rebuilt(|frames| {
            let at = commitment_in(&frames[2]);
            frames[2][at] ^= 1;
        }),
        row(2, RowError::Commitment)
    );
    // An event without its leaf's envelope.
    assert_eq!(
        rebuilt(|frames| {
            frames[2].truncate(1 + 2 + 230);
            frames[2][0] = 0x81;
        }),
        row(2, RowError::Commitment)
    );
    assert_eq!(
        rebuilt(|frames| frames[2][3] = 2),
        row(2, RowError::Entry(EntryError::Version(2)))
    );
    assert_eq!(
        rebuilt(|frames| frames[2][4] ^= 1),
        row(2, RowError::ForeignStream)
    );
    // Headers that cannot be: no rows, a first after the last, a number too many, one more field.
    let end = |frames: &[Vec<u8>]| frames[0].len();
    for change in [
        (&|frames: &mut Vec<Vec<u8>>| {
            let at = end(frames) - 1;
            frames[0][at] = 0;
        }) as &dyn Fn(&mut Vec<Vec<u8>>),
        &|frames| {
            let at = end(frames) - 3;
            frames[0][at] = 4;
        },
        &|frames| {
            let at = end(frames) - 1;
            frames[0][at] = 4;
        },
        &|frames| frames[0].push(0),
        &|frames| frames[0] = vec![0x41; 300],
    ] {
        assert_eq!(rebuilt(|frames| change(frames)), BatchError::Header);
    }
}

fn cbor_truncated() -> paso_formats::cose::CborError {
    paso_formats::cose::CborError::Truncated
}

/// Where the second event's commitment stands in its row, behind the leaf that holds it first.
fn commitment_in(frame: &[u8]) -> usize {
    let commitment = journal().receipt.commitment;
    let mut found = frame
        .windows(32)
        .enumerate()
        .filter(|(_, window)| *window == commitment);
    found.next().unwrap();
    found.next().unwrap().0
}

#[test]
fn what_would_not_be_read_is_not_written() {
    let journal = journal();
    let rows = journal.rows();
    let attempt = |rows: &[Row<'_>]| write(AUTHORITY, rows).err();
    let changed = |change: &dyn Fn(&mut Envelope<'_>)| {
        let mut rows = journal.rows();
        change(rows[1].envelope.as_mut().unwrap());
        write(AUTHORITY, &rows).err()
    };
    assert_eq!(attempt(&rows), None);
    assert_eq!(attempt(&[]), Some(WriteError::Empty));
    let reversed: Vec<_> = rows.iter().rev().cloned().collect();
    assert_eq!(attempt(&reversed), Some(WriteError::Header));
    let doubled = [rows[0].clone(), rows[0].clone(), rows[1].clone()];
    assert_eq!(attempt(&doubled), Some(WriteError::Header));
    let disordered = [rows[0].clone(), rows[0].clone(), rows[2].clone()];
    assert_eq!(attempt(&disordered), Some(WriteError::OutOfOrder(1)));
    for authority in ["", &"x".repeat(MAX_AUTHORITY_BYTES + 1)] {
        assert_eq!(write(authority, &rows).err(), Some(WriteError::Header));
    }
    let naked = Row {
        envelope: None,
        ..rows[1].clone()
    };
    assert_eq!(attempt(&[naked]), Some(WriteError::Commitment(2)));
    assert_eq!(
        changed(&|envelope| envelope.commitment[0] ^= 1),
        Some(WriteError::Commitment(2))
    );
    let large: &'static [u8] = vec![0; MAX_ROW_BYTES].leak();
    let long: &'static str = "x:2345678901234567890123456789012345678901234567890123456789012345678\
        901234567890123456789012345678901234567890123456789012345678901234567890";
    for change in [
        (&|envelope: &mut Envelope<'_>| envelope.sealed = large) as &dyn Fn(&mut Envelope<'_>),
        &|envelope| envelope.approvals = large,
        &|envelope| envelope.subject = &long[..=MAX_SUBJECT_BYTES],
        &|envelope| envelope.subject = "",
        &|envelope| envelope.kind = &long[..=MAX_KIND_BYTES],
        &|envelope| envelope.schema = 0,
    ] {
        assert_eq!(changed(change), Some(WriteError::TooLarge(2)));
    }

    let header = |count| Header {
        authority: AUTHORITY.to_owned(),
        stream: STREAM,
        first: 1,
        last: 3,
        count,
    };
    let mut out = Vec::new();
    let mut short = Writer::begin(header(3), &mut out).unwrap();
    short.row(&rows[0], &mut out).unwrap();
    assert_eq!(short.finish(&mut out), Err(WriteError::Count));
    let mut other = Writer::begin(
        Header {
            stream: StreamId::from_random([9; 16]),
            ..header(3)
        },
        &mut out,
    )
    .unwrap();
    assert_eq!(
        other.row(&rows[0], &mut out),
        Err(WriteError::ForeignStream(1))
    );
}

#[test]
fn the_vector_is_this_batch() {
    assert_eq!(
        hex::encode(batch()),
        include_str!("../vectors/paso/batch.hex").trim_end()
    );
}

#[test]
fn a_row_costs_what_it_holds_and_little_more() {
    let entries = bound(1000);
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| Row {
            entry: entry.clone(),
            envelope: Some(LEAST),
        })
        .collect();
    let bytes = write(AUTHORITY, &rows).unwrap();
    assert!(bytes.len() < 1000 * 300, "{}", bytes.len());
}

/// The least event there is.
const LEAST: Envelope<'static> = Envelope {
    subject: "s",
    kind: "k",
    schema: 1,
    time: Minute(0),
    sealed: &[],
    commitment: [1; 32],
    approvals: &[],
    statement: &[],
};

/// The first `count` entries of a stream of such events.
fn bound(count: usize) -> Vec<Entry> {
    let content = Content::Event(Class::Act, LEAST.binding());
    let mut head = None;
    (0..count)
        .map(|_| {
            let entry = sign(head, 0, content, &signer());
            head = Some(entry.head());
            entry
        })
        .collect()
}

/// The parts of an event, owned.
#[derive(Clone, Debug)]
struct Parts {
    skipped: u64,
    heartbeat: bool,
    subject: String,
    kind: String,
    schema: u16,
    time: u32,
    sealed: Vec<u8>,
    approvals: Vec<u8>,
    statement: Vec<u8>,
}

prop_compose! {
    fn parts()(
        skipped in prop_oneof![Just(0_u64), 0_u64..1000], heartbeat: bool,
        subject in "\\PC{1,32}", kind in "[a-z.-]{1,64}", schema in 1_u16.., time: u32,
        sealed in prop::collection::vec(any::<u8>(), 0..400), approvals in prop::collection::vec(any::<u8>(), 0..40),
        statement in prop::collection::vec(any::<u8>(), 0..40),
    ) -> Parts {
        Parts { skipped, heartbeat, subject, kind, schema, time, sealed, approvals, statement }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_batch_comes_back(parts in prop::collection::vec(parts(), 1..12), after in 0_u64..6000) {
        let mut head = None;
        let mut rows = Vec::new();
        for part in &parts {
            let envelope = (!part.heartbeat).then(|| Envelope {
                subject: &part.subject,
                kind: &part.kind,
                schema: part.schema,
                time: Minute(part.time),
                sealed: &part.sealed,
                commitment: [7; 32],
                approvals: &part.approvals,
                statement: &part.statement,
            });
            let content = envelope.map_or(Content::Heartbeat, |it| Content::Event(Class::Act, it.binding()));
            let entry = sign(head, 0, content, &signer());
            let mut next = entry.head();
            next.sequence += part.skipped;
            head = Some(next);
            rows.push(Row { entry, envelope });
        }
        let bytes = write(AUTHORITY, &rows).unwrap();
        let batch = Batch::read(&bytes, EXPECTED).unwrap();
        prop_assert_eq!(&batch.rows().collect::<Vec<_>>(), &rows);
        let rest: Vec<_> = rows.iter().filter(|row| row.entry.sequence() > after).cloned().collect();
        prop_assert_eq!(batch.rows_after(after).collect::<Vec<_>>(), rest);
    }

    #[test]
    fn any_bytes_are_answered(bytes: Vec<u8>, closed: bool) {
        let mut content = b"paso stream batch 1\n".to_vec();
        content.extend_from_slice(&bytes);
        let content = if closed { close(content) } else { content };
        prop_assert!(Batch::read(&content, EXPECTED).is_err());
    }

    #[test]
    fn a_cut_anywhere_tears_a_longer_batch(count in 1_usize..40, at: prop::sample::Index) {
        let entries = bound(count);
        let rows: Vec<_> = entries
            .iter()
            .map(|entry| Row { entry: entry.clone(), envelope: Some(LEAST) })
            .collect();
        let bytes = write(AUTHORITY, &rows).unwrap();
        let starts = frames(&bytes);
        let end = starts[0] + at.index(bytes.len() - starts[0]);
        let whole = starts[2..].iter().filter(|start| **start <= end).count();
        let whole = u64::try_from(whole).unwrap();
        prop_assert_eq!(refused(&bytes[..end]), BatchError::Torn { whole });
        prop_assert_eq!(open(&bytes).len(), *starts.last().unwrap());
    }
}
