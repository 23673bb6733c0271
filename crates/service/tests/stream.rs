//! A stream as a file, and back: what arrives is what was written, or it is refused with words.

#![expect(
    clippy::unwrap_used,
    reason = "a test's ground: what fails here fails the test"
)]

use paso_formats::{
    feed::{self, Place},
    key::PublicKey,
};
use paso_service::{
    log::Base,
    stream::{self, Ours, StreamError},
};
use paso_store::{
    Store,
    testing::{Engine, Scratch, Story, chains_are_whole, journal_rows},
};

use std::sync::LazyLock;

const AUTHORITY: &str = "mx-test";

fn ours() -> Ours<'static> {
    static LOG: LazyLock<Base> = LazyLock::new(|| "log.example".parse().unwrap());
    Ours {
        authority: AUTHORITY,
        log: &LOG,
    }
}

/// A hub with a story of two devices told by turns.
async fn hub(scratch: &Scratch) -> (Store, Vec<PublicKey>) {
    let store = scratch.create().await;
    let mut stories = [Story::new(1), Story::new(2)];
    for _ in 0..12 {
        for story in &mut stories {
            let told = story.next_act();
            story.tell(&store, told).await.unwrap();
            let beat = store.heartbeat(story.device().clone(), story.now());
            beat.await.unwrap();
        }
    }
    let keys = store.devices().await.unwrap().into_values().collect();
    (store, keys)
}

#[tokio::test]
async fn every_stream_travels_as_a_batch() {
    for engine in Engine::BOTH {
        let (here, there) = (Scratch::new(engine).await, Scratch::new(engine).await);
        let ((from, keys), to) = (hub(&here).await, there.create().await);
        let known = stream::list(&from).await.unwrap();
        assert_eq!(known.len(), 2);
        for known in &known {
            assert_eq!(known.count, known.last);
            let half = known.last / 2;
            let second = stream::export(&from, AUTHORITY, known.stream, half)
                .await
                .unwrap();
            let whole = stream::export(&from, AUTHORITY, known.stream, 0)
                .await
                .unwrap();
            // The later half first, as sticks do.
            let imported = stream::import(&to, ours(), &second, &keys).await.unwrap();
            let gaps = &imported.streams[&known.stream].gaps;
            assert_eq!(gaps.as_slice(), [1..=half]);
            let imported = stream::import(&to, ours(), &whole, &keys).await.unwrap();
            assert_eq!((imported.taken, imported.late), (half, half));
            assert!(imported.streams[&known.stream].gaps.is_empty());
            let again = stream::export(&to, AUTHORITY, known.stream, 0)
                .await
                .unwrap();
            assert_eq!(again, whole, "byte for byte");
            let end = stream::export(&from, AUTHORITY, known.stream, known.last).await;
            assert!(matches!(end, Err(StreamError::Empty { .. })), "{end:?}");
        }
        assert_eq!(stream::list(&to).await.unwrap(), known);
    }
}

#[tokio::test]
async fn a_feed_brings_a_lost_journal_back() {
    for engine in Engine::BOTH {
        let (here, there) = (Scratch::new(engine).await, Scratch::new(engine).await);
        let ((from, keys), to) = (hub(&here).await, there.create().await);
        let entries = from.entries(1, u32::MAX).await.unwrap();
        let mut places = vec![Place::Opening(b"paso log opening v1\nlog.example/2026\n")];
        places.extend(entries.iter().map(|entry| Place::Entry(entry.row())));
        let (first, second) = places.split_at(20);
        let first = feed::write("log.example/2026", 0, first).unwrap();
        // It begins a little before where the first one ended.
        let overlapping = &places[18..];
        assert!(second.len() < overlapping.len());
        let second = feed::write("log.example/2026", 18, overlapping).unwrap();
        let early = stream::import(&to, ours(), &second, &keys)
            .await
            .unwrap_err();
        assert!(early.to_string().contains("earlier place"), "{early}");
        for file in [&first, &second, &second] {
            stream::import(&to, ours(), file, &keys).await.unwrap();
        }
        assert_eq!(to.entries(1, u32::MAX).await.unwrap(), entries);
        assert_eq!(journal_rows(&to).await, journal_rows(&from).await);
        assert_eq!(chains_are_whole(&to).await, to.position().await.unwrap());
    }
}

#[tokio::test]
async fn what_is_torn_altered_foreign_or_strange_says_so_and_leaves_nothing() {
    let (here, there) = (
        Scratch::new(Engine::Sqlite).await,
        Scratch::new(Engine::Sqlite).await,
    );
    let ((from, keys), to) = (hub(&here).await, there.create().await);
    let stream = stream::list(&from).await.unwrap()[0].stream;
    let batch = stream::export(&from, AUTHORITY, stream, 0).await.unwrap();
    let entries = from.entries(1, u32::MAX).await.unwrap();
    let places: Vec<_> = entries
        .iter()
        .map(|entry| Place::Entry(entry.row()))
        .collect();
    let feed = feed::write("log.example/2026", 1, &places).unwrap();
    let flipped = |file: &[u8]| {
        let mut file = file.to_vec();
        let middle = file.len() / 2;
        file[middle] ^= 1;
        file
    };
    for (file, words) in [
        (batch[..batch.len() / 2].to_vec(), "ends in the middle"),
        (feed[..feed.len() / 2].to_vec(), "ends in the middle"),
        (flipped(&batch), "altered or damaged"),
        (flipped(&feed), "altered or damaged"),
        (
            b"paso backup 1\n".to_vec(),
            "neither a stream batch nor a log feed",
        ),
        (Vec::new(), "neither a stream batch nor a log feed"),
        (
            stream::export(&from, "gt-test", stream, 0).await.unwrap(),
            "another authority",
        ),
        (
            feed::write("other.example/2026", 1, &places).unwrap(),
            "the log other.example/2026",
        ),
    ] {
        let error = stream::import(&to, ours(), &file, &keys).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    let nobody = stream::import(&to, ours(), &batch, &[]).await.unwrap_err();
    assert!(
        nobody.to_string().contains("no device known here"),
        "{nobody}"
    );
    assert_eq!(to.entry_count().await.unwrap(), 0);
}
