//! Feeds: what is written is read, and whatever else comes is refused in words.

use paso_formats::feed::{Feed, FeedError, Header, Place, WriteError, Writer, write};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::device::journal;

const ORIGIN: &str = "mx.example/log/2026";
const OPENING: &[u8] = b"paso log opening v1\nmx.example/log/2026\n";

fn feed() -> Vec<u8> {
    let journal = journal();
    write(ORIGIN, 0, &places(&journal)).unwrap()
}

fn places(journal: &crate::device::Journal) -> Vec<Place<'_>> {
    core::iter::once(Place::Opening(OPENING))
        .chain(journal.rows().into_iter().map(Place::Entry))
        .collect()
}

#[test]
fn what_is_written_is_read_in_the_logs_order() {
    let journal = journal();
    let bytes = feed();
    let feed = Feed::read(&bytes, Some(ORIGIN)).unwrap();
    assert_eq!(
        feed.header(),
        &Header {
            origin: ORIGIN.to_owned(),
            first: 0,
            count: 4
        }
    );
    let expected: Vec<_> = (0..).zip(places(&journal)).collect();
    assert_eq!(feed.places().collect::<Vec<_>>(), expected);
    assert_eq!(expected[0].1.leaf(), OPENING);
    assert_eq!(expected[1].1.leaf(), journal.entries[0].to_bytes().to_vec());
    assert_eq!(feed.closing()[..], bytes[bytes.len() - 32..]);
    // From the middle of the log on; and nothing, where nothing is new.
    let later = write(ORIGIN, 2, &places(&journal)[2..]).unwrap();
    let later = Feed::read(&later, None).unwrap();
    assert_eq!(later.places().collect::<Vec<_>>(), expected[2..]);
    let none = write(ORIGIN, 9, &[]).unwrap();
    assert_eq!(Feed::read(&none, None).unwrap().places().count(), 0);
}

#[test]
fn torn_altered_and_foreign_feeds_are_named() {
    let bytes = feed();
    for end in 0..bytes.len() {
        match Feed::read(&bytes[..end], None) {
            Err(FeedError::NotAFeed) => assert!(end < b"paso log feed 1\n".len()),
            Err(FeedError::Torn { whole }) => assert!(whole <= 4),
            other => panic!("{end}: {other:?}"),
        }
    }
    for byte in b"paso log feed 1\n".len()..bytes.len() {
        let mut altered = bytes.clone();
        altered[byte] ^= 1;
        assert!(Feed::read(&altered, None).is_err(), "{byte}");
    }
    assert_eq!(
        Feed::read(&bytes, Some("other")),
        Err(FeedError::ForeignOrigin(ORIGIN.to_owned()))
    );
    assert_eq!(
        Feed::read(b"paso log feed 2\n", None),
        Err(FeedError::Newer(2))
    );
    assert_eq!(
        Feed::read(b"paso stream batch 1\n", None),
        Err(FeedError::NotAFeed)
    );
}

#[test]
fn what_would_not_be_read_is_not_written() {
    let journal = journal();
    let places = places(&journal);
    let attempt = |first, places: &[Place<'_>]| write(ORIGIN, first, places).err();
    assert_eq!(attempt(0, &places[1..]), Some(WriteError::Opening(0)));
    assert_eq!(attempt(1, &places[..1]), Some(WriteError::Opening(1)));
    assert_eq!(
        attempt(0, &[Place::Opening(&[])]),
        Some(WriteError::Opening(0))
    );
    let mut altered = places.clone();
    let Place::Entry(row) = &mut altered[1] else {
        unreachable!("an entry stands behind the opening leaf")
    };
    row.envelope.as_mut().unwrap().statement = b"added";
    assert_eq!(attempt(0, &altered), Some(WriteError::Unbound(1)));
    assert_eq!(write("", 0, &places).err(), Some(WriteError::Header));
    let header = Header {
        origin: ORIGIN.to_owned(),
        first: 0,
        count: 1,
    };
    let mut out = Vec::new();
    let mut writer = Writer::begin(header, &mut out).unwrap();
    assert_eq!(writer.clone().finish(&mut out), Err(WriteError::Count));
    writer.place(&places[0], &mut out).unwrap();
    assert_eq!(writer.place(&places[1], &mut out), Err(WriteError::Count));
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes: Vec<u8>, closed: bool) {
        let mut content = b"paso log feed 1\n".to_vec();
        content.extend_from_slice(&bytes);
        if closed {
            let hash = Sha256::digest(&content);
            content.extend_from_slice(&hash);
        }
        if let Err(error) = Feed::read(&content, None) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
