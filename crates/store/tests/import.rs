//! Rows from elsewhere: taken in once, whatever their order and however often they come, refused
//! before anything is written where they are not what their devices signed.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use paso_domain::id::StreamId;
use paso_formats::{
    batch::{Envelope, Row},
    entry::{Binding, Class, Content, Entry as Leaf, Minute, StreamHead, Unsigned},
    key::PublicKey,
    moment::Moment,
};
use paso_store::{
    Contradiction, Device, EntryRow, Fault, Faults, ImportError, Imported, Step, Store,
    testing::{
        Engine, Random, Scratch, Story, chains_are_whole, device, device_of, journal_rows,
        limit_growth, view_rows,
    },
};
use proptest::prelude::*;

const NOW: Moment = Moment::from_unix(1_404_752_430);

/// Everything a store has entered.
async fn all(store: &Store) -> Vec<EntryRow> {
    store.entries(1, u32::MAX).await.unwrap()
}

fn rows(entries: &[EntryRow]) -> Vec<Row<'_>> {
    entries.iter().map(EntryRow::row).collect()
}

/// The rows with their places in a log whose first entry is number 1.
fn places(entries: &[EntryRow]) -> Vec<(u64, Row<'_>)> {
    entries
        .iter()
        .map(|entry| (entry.number, entry.row()))
        .collect()
}

async fn keys(store: &Store) -> Vec<PublicKey> {
    store.devices().await.unwrap().into_values().collect()
}

/// Gives another store the keys of every subject, as the key database's own backup does.
async fn copy_subject_keys(from: &Store, to: &Store) {
    let subjects: BTreeSet<_> = all(from)
        .await
        .into_iter()
        .filter_map(|entry| Some(entry.recorded?.subject))
        .collect();
    let subjects: Vec<_> = subjects.into_iter().collect();
    let keys = from.subject_keys(&subjects).await.unwrap();
    let keys = keys
        .into_iter()
        .map(|(subject, ring)| (subject, ring.sealing().clone()));
    to.subject_keys_or_insert(keys.collect()).await.unwrap();
}

/// A hub at work: two devices, acts and heartbeats.
async fn hub(store: &Store, acts: usize) {
    let mut stories = [Story::new(1), Story::new(2)];
    for act in 0..acts {
        let story = &mut stories[act % 2];
        let told = story.next_act();
        story.tell(store, told).await.unwrap();
        if act % 5 == 0 {
            let device = story.device().clone();
            store.heartbeat(device, story.now()).await.unwrap();
        }
    }
}

/// A stream of events that say nothing, for what only concerns leaves: their subject has no key.
struct Teller {
    stream: StreamId,
    device: std::sync::Arc<Device>,
}

/// A row that owns what it carries.
#[derive(Clone, Debug)]
struct Told {
    leaf: Leaf,
    sealed: Vec<u8>,
}

impl Told {
    fn envelope(sealed: &[u8]) -> Envelope<'_> {
        Envelope {
            subject: "post:TAL",
            kind: "post.block-leased",
            schema: 1,
            time: Minute::of(NOW),
            sealed,
            commitment: [1; 32],
            approvals: &[0x80],
            statement: &[],
        }
    }

    fn row(&self) -> Row<'_> {
        Row {
            entry: self.leaf.clone(),
            envelope: Some(Self::envelope(&self.sealed)),
        }
    }
}

impl Teller {
    fn new(seed: u8) -> Self {
        let device = device([seed; 32]);
        Self {
            stream: device.stream,
            device,
        }
    }

    fn tell(&self, after: Option<StreamHead>, mark: u8) -> Told {
        let sealed = vec![mark; 40];
        let Binding {
            commitment,
            envelope,
        } = Told::envelope(&sealed).binding();
        let unsigned = Unsigned {
            stream: self.stream,
            after,
            witnessed: None,
            time: Minute::of(NOW),
            content: Content::Event(
                Class::Administration,
                Binding {
                    commitment,
                    envelope,
                },
            ),
        };
        Told {
            leaf: unsigned.sign(&*self.device.signer).unwrap(),
            sealed,
        }
    }

    fn stretch(&self, count: usize) -> Vec<Told> {
        let mut told: Vec<Told> = Vec::new();
        for _ in 0..count {
            told.push(self.tell(told.last().map(|told| told.leaf.head()), 0));
        }
        told
    }

    fn key(&self) -> Vec<PublicKey> {
        vec![self.device.signer.public_key().clone()]
    }
}

async fn import(
    store: &Store,
    told: &[&Told],
    keys: &[PublicKey],
) -> Result<Imported, ImportError> {
    let rows: Vec<_> = told.iter().map(|told| told.row()).collect();
    store.import(&rows, keys).await
}

#[tokio::test]
async fn a_hub_restored_from_an_old_copy_regains_its_tail_with_the_same_numbers() {
    for engine in Engine::BOTH {
        let (old, new) = (Scratch::new(engine).await, Scratch::new(engine).await);
        let (hub_store, copy) = (old.create().await, new.create().await);
        hub(&hub_store, 30).await;
        let before = all(&hub_store).await;
        copy_subject_keys(&hub_store, &copy).await;
        // The copy of a while ago.
        let taken = copy
            .restore(&places(&before), &keys(&hub_store).await)
            .await
            .unwrap();
        assert_eq!(taken.taken, before.len() as u64);
        assert_eq!((taken.present, taken.late, taken.closed), (0, 0, 0));
        // The hub has gone on; the mirror's feed overlaps what the copy has.
        let mut story = Story::new(3);
        for _ in 0..20 {
            let told = story.next_act();
            story.tell(&hub_store, told).await.unwrap();
        }
        copy_subject_keys(&hub_store, &copy).await;
        let now = all(&hub_store).await;
        let tail = &now[before.len() - 5..];
        let taken = copy
            .restore(&places(tail), &keys(&hub_store).await)
            .await
            .unwrap();
        assert_eq!(
            (taken.present, taken.taken),
            (5, (now.len() - before.len()) as u64)
        );
        assert_eq!(all(&copy).await, now);
        assert_eq!(journal_rows(&copy).await, journal_rows(&hub_store).await);
        assert_eq!(view_rows(&copy).await, view_rows(&hub_store).await);
        // And goes on as the hub would have.
        let told = story.next_act();
        story.tell(&copy, told).await.unwrap();
        assert_eq!(
            chains_are_whole(&copy).await,
            copy.position().await.unwrap()
        );
    }
}

#[tokio::test]
async fn a_feed_that_would_change_the_order_is_refused_before_anything_is_written() {
    for engine in Engine::BOTH {
        let (old, new) = (Scratch::new(engine).await, Scratch::new(engine).await);
        let (hub_store, copy) = (old.create().await, new.create().await);
        hub(&hub_store, 20).await;
        let (entries, keys) = (all(&hub_store).await, keys(&hub_store).await);
        let error = copy
            .restore(&places(&entries[5..]), &keys)
            .await
            .unwrap_err();
        assert!(
            matches!(error, ImportError::NoOverlap { place: 6, count: 0 }),
            "{error}"
        );
        copy.restore(&places(&entries[..10]), &keys).await.unwrap();
        let error = copy
            .restore(&places(&entries[12..]), &keys)
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                ImportError::NoOverlap {
                    place: 13,
                    count: 10
                }
            ),
            "{error}"
        );
        let mut holed = places(&entries[8..]);
        holed.remove(4);
        let error = copy.restore(&holed, &keys).await.unwrap_err();
        assert!(
            matches!(
                error,
                ImportError::OutOfPlace {
                    place: 14,
                    number: 13
                }
            ),
            "{error}"
        );
        // Something was entered since the copy was made.
        assert_eq!(copy.entry_count().await.unwrap(), 10);
        copy.heartbeat(device([9; 32]), NOW).await.unwrap();
        let error = copy
            .restore(&places(&entries[8..]), &keys)
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("import before anything else"),
            "{error}"
        );
        assert_eq!(copy.entry_count().await.unwrap(), 11);
    }
}

#[tokio::test]
async fn what_a_device_did_not_sign_is_refused_whole() {
    let (mine, other) = (Teller::new(1), Teller::new(2));
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        let told = mine.stretch(4);
        let good: Vec<_> = told.iter().collect();

        let nobody = import(&store, &good, &other.key()).await.unwrap_err();
        assert!(
            matches!(nobody, ImportError::UnknownStream(s) if s == mine.stream),
            "{nobody}"
        );

        let mut rows: Vec<_> = told.iter().map(Told::row).collect();
        let altered = vec![7; 40];
        rows[3].envelope = Some(Told::envelope(&altered));
        let error = store.import(&rows, &mine.key()).await.unwrap_err();
        assert!(matches!(error, ImportError::Unbound(_, 4)), "{error}");

        let stranger = Teller {
            stream: mine.stream,
            device: other.device.clone(),
        };
        let forged = stranger.tell(Some(told[3].leaf.head()), 0);
        let with = [&good[..], &[&forged]].concat();
        let both = [mine.key(), other.key()].concat();
        let error = import(&store, &with, &both).await.unwrap_err();
        assert!(matches!(error, ImportError::NotSigned(_, 5)), "{error}");

        let mut newer = told[0].row();
        newer.envelope.as_mut().unwrap().kind = "refuge.claimed";
        let content = Content::Event(Class::Act, newer.envelope.unwrap().binding());
        let unsigned = Unsigned {
            stream: mine.stream,
            after: None,
            witnessed: None,
            time: Minute::of(NOW),
            content,
        };
        newer.entry = unsigned.sign(&*mine.device.signer).unwrap();
        let error = store.import(&[newer], &mine.key()).await.unwrap_err();
        assert!(matches!(error, ImportError::Newer(_, 1)), "{error}");

        assert_eq!(store.entry_count().await.unwrap(), 0, "nothing was written");
        assert!(store.devices().await.unwrap().is_empty());
        import(&store, &good, &both).await.unwrap();
        // From here on the stream has its key, whoever vouches for others.
        let more = mine.tell(Some(told[3].leaf.head()), 0);
        assert_eq!(
            import(&store, &[&more], &other.key()).await.unwrap().taken,
            1
        );
    }
}

#[tokio::test]
async fn a_stream_with_a_random_name_is_known_by_its_first_entry() {
    let scratch = Scratch::new(Engine::Sqlite).await;
    let store = scratch.create().await;
    let stream = StreamId::from_random([3; 16]);
    let old = Teller {
        stream,
        device: device_of(stream, [1; 32]),
    };
    let told = old.stretch(3);
    let error = import(&store, &[&told[1]], &old.key()).await.unwrap_err();
    assert!(matches!(error, ImportError::UnknownStream(_)), "{error}");
    assert!(error.to_string().contains("first entry"), "{error}");
    let all: Vec<_> = told.iter().collect();
    let keys = [Teller::new(2).key(), old.key()].concat();
    assert_eq!(import(&store, &all, &keys).await.unwrap().taken, 3);
    assert_eq!(store.devices().await.unwrap()[&stream], old.key()[0]);
}

#[tokio::test]
async fn holes_late_rows_forks_and_broken_links_are_kept_and_named() {
    let teller = Teller::new(1);
    let keys = teller.key();
    let told = teller.stretch(6);
    let fork = teller.tell(Some(told[1].leaf.head()), 9);
    let lost = teller.tell(Some(told[4].leaf.head()), 9);
    let on_lost = teller.tell(Some(lost.leaf.head()), 0);
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        let taken = import(&store, &[&told[0], &told[4]], &keys).await.unwrap();
        assert_eq!((taken.taken, taken.closed), (2, 2));
        let standing = &taken.streams[&teller.stream];
        assert_eq!((standing.highest, &standing.gaps), (5, &vec![2..=4]));
        // The hole is filled, backwards.
        let taken = import(&store, &[&told[3], &told[2], &told[1]], &keys)
            .await
            .unwrap();
        assert_eq!((taken.taken, taken.late), (3, 3));
        assert_eq!(taken.streams[&teller.stream].gaps, []);
        assert!(store.evidence().await.unwrap().is_empty());

        let taken = import(&store, &[&fork], &keys).await.unwrap();
        assert_eq!((taken.taken, taken.present), (0, 0));
        assert_eq!(taken.streams[&teller.stream].forks, [3]);
        let evidence = store.evidence().await.unwrap();
        let mut leaves: Vec<_> = evidence.iter().map(|piece| piece.leaf.clone()).collect();
        leaves.sort_by_key(Leaf::to_bytes);
        let mut expected = vec![told[2].leaf.clone(), fork.leaf.clone()];
        expected.sort_by_key(Leaf::to_bytes);
        assert_eq!(leaves, expected, "both leaves, or it proves nothing");
        assert!(
            evidence
                .iter()
                .all(|piece| piece.contradiction == Contradiction::Fork)
        );
        let again = import(&store, &[&fork, &told[2]], &keys).await.unwrap();
        assert_eq!((again.taken, again.present), (0, 2));
        assert_eq!(store.evidence().await.unwrap(), evidence);

        let taken = import(&store, &[&told[5], &on_lost], &keys).await.unwrap();
        assert_eq!(taken.taken, 2, "a broken link is an entry like any other");
        assert_eq!(taken.streams[&teller.stream].broken_links, [7]);
        let evidence = store.evidence().await.unwrap();
        let broken = evidence
            .iter()
            .find(|piece| piece.contradiction == Contradiction::BrokenLink);
        assert_eq!(broken.unwrap().leaf, on_lost.leaf);
        assert_eq!(store.entry_count().await.unwrap(), 7);
    }
}

#[tokio::test]
async fn rows_without_a_key_are_kept_and_read_once_it_is_there() {
    for engine in Engine::BOTH {
        let (old, new) = (Scratch::new(engine).await, Scratch::new(engine).await);
        let (hub_store, copy) = (old.create().await, new.create().await);
        hub(&hub_store, 12).await;
        let (entries, keys) = (all(&hub_store).await, keys(&hub_store).await);
        let taken = copy.import(&rows(&entries), &keys).await.unwrap();
        assert_eq!(taken.closed, hub_store.position().await.unwrap());
        assert_eq!(journal_rows(&copy).await, journal_rows(&hub_store).await);
        assert!(view_rows(&copy).await.is_empty());
        assert!(
            !copy.views_are_behind().await.unwrap(),
            "acts go on without them"
        );
        copy_subject_keys(&hub_store, &copy).await;
        copy.drop_views().await.unwrap();
        let rebuilt = copy.rebuild_views().await.unwrap();
        assert_eq!(rebuilt.erased, 0);
        assert_eq!(view_rows(&copy).await, view_rows(&hub_store).await);
    }
}

#[tokio::test]
async fn rows_under_a_wrong_key_are_refused() {
    let (old, new) = (
        Scratch::new(Engine::Sqlite).await,
        Scratch::new(Engine::Sqlite).await,
    );
    let (hub_store, copy) = (old.create().await, new.create().await);
    hub(&hub_store, 4).await;
    let entries = all(&hub_store).await;
    let subject = entries[2].recorded.clone().unwrap().subject;
    let wrong = paso_formats::envelope::SubjectKey::from_random([1; 32]);
    copy.subject_keys_or_insert(vec![(subject, wrong)])
        .await
        .unwrap();
    let error = copy
        .import(&rows(&entries), &keys(&hub_store).await)
        .await
        .unwrap_err();
    assert!(matches!(error, ImportError::Unreadable { .. }), "{error}");
    assert_eq!(copy.entry_count().await.unwrap(), 0);
}

#[tokio::test]
async fn an_import_interrupted_anywhere_is_finished_by_repeating_it() {
    for engine in Engine::BOTH {
        let old = Scratch::new(engine).await;
        let hub_store = old.create().await;
        let mut story = Story::new(1);
        // More than two pages.
        for _ in 0..4 {
            let told = (0..240).flat_map(|_| story.next_act()).collect();
            let mut append = story.seal(&hub_store, told).await.unwrap();
            append.expect.clear();
            hub_store.append(append).await.unwrap();
        }
        let (entries, keys) = (all(&hub_store).await, keys(&hub_store).await);
        assert!(entries.len() > 1024);
        for step in [Step::ImportInserted, Step::ImportCommitted] {
            let new = Scratch::new(engine).await;
            new.create().await.close().await;
            let faults = Faults::armable();
            let copy = new.open_with(&faults).await;
            copy_subject_keys(&hub_store, &copy).await;
            faults.arm(step, Fault::Error);
            copy.restore(&places(&entries), &keys).await.unwrap_err();
            let count = copy.entry_count().await.unwrap();
            assert_eq!(count, if step.is_persisted() { 512 } else { 0 }, "{step:?}");
            copy.close().await;
            let copy = new.open().await;
            let taken = copy.restore(&places(&entries), &keys).await.unwrap();
            assert_eq!(
                (taken.present, taken.taken),
                (count, entries.len() as u64 - count)
            );
            assert_eq!(all(&copy).await, entries);
            assert_eq!(view_rows(&copy).await, view_rows(&hub_store).await);
        }
    }
}

#[tokio::test]
async fn a_full_disk_leaves_whole_pages() {
    let (old, new) = (
        Scratch::new(Engine::Sqlite).await,
        Scratch::new(Engine::Sqlite).await,
    );
    let (hub_store, copy) = (old.create().await, new.create().await);
    let mut story = Story::new(1);
    for _ in 0..4 {
        let told = (0..240).flat_map(|_| story.next_act()).collect();
        let mut append = story.seal(&hub_store, told).await.unwrap();
        append.expect.clear();
        hub_store.append(append).await.unwrap();
    }
    let (entries, keys) = (all(&hub_store).await, keys(&hub_store).await);
    limit_growth(&copy, 200).await;
    let error = copy.restore(&places(&entries), &keys).await.unwrap_err();
    assert!(
        error.to_string().contains("disk of the database is full"),
        "{error}"
    );
    let count = copy.entry_count().await.unwrap();
    assert!(
        count > 0 && count < entries.len() as u64 && count.is_multiple_of(512),
        "{count}"
    );
    assert_eq!(chains_are_whole(&copy).await, count);
    copy.restore(&places(&entries), &keys).await.unwrap();
    assert_eq!(all(&copy).await, entries);
}

/// Everything that does not depend on which of two came first.
async fn state(
    store: &Store,
) -> (
    BTreeSet<[u8; 230]>,
    BTreeMap<(u64, [u8; 230]), &'static str>,
) {
    let mut leaves = BTreeSet::new();
    for entry in all(store).await {
        assert!(entry.row().is_bound());
        leaves.insert(entry.leaf.to_bytes());
    }
    let mut forks = BTreeMap::new();
    for piece in store.evidence().await.unwrap() {
        leaves.insert(piece.leaf.to_bytes());
        if piece.contradiction == Contradiction::Fork {
            forks.insert((piece.leaf.sequence(), piece.leaf.to_bytes()), "fork");
        }
    }
    (leaves, forks)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// The same rows in any order, in any pieces, any of them twice: the same leaves, the same forks,
    /// the same holes. And to bring them all once more changes nothing at all.
    #[test]
    fn any_order_and_any_repetition_come_to_the_same(
        seed in any::<u64>(),
        count in 1..12_usize,
        forked in prop::collection::vec((0..12_usize, 1..4_u8), 0..3),
        missing in prop::collection::btree_set(0..12_usize, 0..3),
        piece in 1..6_usize,
    ) {
        let teller = Teller::new(1);
        let straight = teller.stretch(count);
        let mut told: Vec<_> = straight
            .iter()
            .enumerate()
            .filter(|(index, _)| !missing.contains(index))
            .map(|(_, told)| told.clone())
            .collect();
        for (index, mark) in forked {
            let index = index % count;
            let after = index.checked_sub(1).map(|before| straight[before].leaf.head());
            told.push(teller.tell(after, mark));
        }
        let mut shuffled = [told.clone(), told.clone()].concat();
        let mut random = Random::seeded(seed);
        for index in (1..shuffled.len()).rev() {
            shuffled.swap(index, random.below(index + 1));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (one, two) = (Scratch::new(Engine::Sqlite).await, Scratch::new(Engine::Sqlite).await);
            let (one, two) = (one.create().await, two.create().await);
            let keys = teller.key();
            let in_order: Vec<_> = told.iter().collect();
            let first = import(&one, &in_order, &keys).await.unwrap();
            let mut last = Imported::default();
            for piece in shuffled.chunks(piece) {
                let piece: Vec<_> = piece.iter().collect();
                last = import(&two, &piece, &keys).await.unwrap();
            }
            if !told.is_empty() {
                let (first, last) = (&first.streams[&teller.stream], &last.streams[&teller.stream]);
                prop_assert_eq!((first.highest, &first.gaps, &first.forks),
                    (last.highest, &last.gaps, &last.forks));
            }
            prop_assert_eq!(state(&one).await, state(&two).await);
            let (entries, evidence) = (all(&two).await, two.evidence().await.unwrap());
            let again = import(&two, &in_order, &keys).await.unwrap();
            prop_assert_eq!((again.taken, again.present), (0, told.len() as u64));
            prop_assert_eq!((all(&two).await, two.evidence().await.unwrap()), (entries, evidence));
            Ok(())
        })?;
    }
}
