//! Every act is signed into its device's chain, whatever else happens at the same time.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use paso_domain::subject::Subject;
use paso_formats::{
    entry::{Class, Content, Minute, Witnessed},
    envelope::SubjectKey,
    key::{PublicKey, Sign, SignError},
    moment::Moment,
};
use paso_store::{
    Append, AppendError, BackfillError, Device, Entry, Fault, Faults, Step, Store,
    testing::{
        Engine, Random, Scratch, Story, alter, chains_are_whole, device, device_of, forget_entries,
        journal_rows,
    },
};
use proptest::prelude::*;

const NOW: Moment = Moment::from_unix(1_404_752_430);

async fn sealed(store: &Store, story: &mut Story, device: &Arc<Device>) -> Append {
    let told = story.next_act();
    let append = story.seal(store, told.clone()).await.unwrap();
    story.took_place(&told);
    Append {
        device: Arc::clone(device),
        now: NOW,
        ..append
    }
}

#[tokio::test]
async fn a_leaf_says_class_minute_and_link_and_binds_its_row() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let (store, device, mut story) = (scratch.create().await, device([1; 32]), Story::new(1));
        let append = sealed(&store, &mut story, &device).await;
        let count = append.entries.len() as u64;
        let appended = store.append(append).await.unwrap();
        assert_eq!(
            (appended.numbers, appended.sequences),
            (1..count + 1, 1..count + 1)
        );
        let beaten = store.heartbeat(Arc::clone(&device), NOW).await.unwrap();
        assert_eq!(beaten.sequences, count + 1..count + 2);
        assert!(beaten.positions.is_empty());
        let appended = store
            .append(sealed(&store, &mut story, &device).await)
            .await
            .unwrap();
        assert_eq!(appended.sequences.start, count + 2, "after the heartbeat");
        assert_eq!(appended.positions.start, count + 1, "which has no row");

        let entries = store.entries_of(device.stream, 0, 100).await.unwrap();
        let rows = store.position().await.unwrap();
        assert_eq!(chains_are_whole(&store).await, rows);
        for entry in &entries {
            assert_eq!(entry.leaf.time(), Minute::of(NOW));
            assert_eq!(entry.leaf.witnessed(), None, "nothing is published yet");
            match (&entry.recorded, entry.leaf.content()) {
                (None, Content::Heartbeat) => {}
                (Some(recorded), Content::Event(class, binding)) => {
                    assert_eq!(class, Class::Act);
                    assert_eq!(binding.commitment, recorded.sealed.commitment);
                    let found = store.entry_at(recorded.position).await.unwrap();
                    assert_eq!(found.as_ref(), Some(entry));
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(
            store.entries_of(device.stream, 1, 2).await.unwrap(),
            entries[1..3]
        );
        assert_eq!(store.entries(2, 2).await.unwrap(), entries[1..3]);
        let last = entries.last().unwrap();
        assert_eq!(
            store.last_leaf(device.stream).await.unwrap().as_ref(),
            Some(&last.leaf)
        );
        assert_eq!(store.entry_count().await.unwrap(), last.number);
        let span = store.span_of(device.stream, 1).await.unwrap();
        assert_eq!(span, Some((last.number - 1, last.number)));
        assert_eq!(
            store.span_of(device.stream, last.number).await.unwrap(),
            None
        );
        let nobody = paso_domain::id::StreamId::from_random([0; 16]);
        assert_eq!(store.last_leaf(nobody).await.unwrap(), None);
        assert_eq!(store.span_of(nobody, 0).await.unwrap(), None);
        assert_eq!(store.entry_at(rows + 1).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_leaf_embeds_the_newest_published_head() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let (store, device) = (scratch.create().await, device([1; 32]));
        // A full log of one year, and the short one of the next.
        for (ordinal, size, root) in [(1, 900, 0xa1_u8), (2, 3, 0xb1), (2, 7, 0xb2)] {
            let root = [root; 32];
            let hex = root.map(|byte| format!("{byte:02x}")).concat();
            let bytes = match engine {
                Engine::Sqlite => format!("x'{hex}'"),
                Engine::Postgres => format!("'\\x{hex}'"),
            };
            let script = format!(
                "INSERT INTO published (ordinal, origin, size, root, note, at)
                 VALUES ({ordinal}, 'log.example/{ordinal}', {size}, {bytes}, 'note', 0)"
            );
            alter(&store, &script).await;
            store.heartbeat(Arc::clone(&device), NOW).await.unwrap();
            let leaf = store.last_leaf(device.stream).await.unwrap().unwrap();
            let size = size.try_into().unwrap();
            assert_eq!(leaf.witnessed(), Some(Witnessed { size, root }));
        }
    }
}

#[tokio::test]
async fn a_statement_is_kept_and_bound() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let (store, device, mut story) = (scratch.create().await, device([1; 32]), Story::new(1));
        let mut append = sealed(&store, &mut story, &device).await;
        let first = append.entries.remove(0).stating(b"sealed".to_vec());
        append.entries.insert(0, first);
        store.append(append).await.unwrap();
        let entries = store.entries(1, 10).await.unwrap();
        assert_eq!(entries[0].statement, b"sealed");
        assert!(entries[1].statement.is_empty());
        let mut altered = entries[0].clone();
        altered.statement = b"sealet".to_vec();
        assert!(entries[0].row().is_bound() && !altered.row().is_bound());
    }
}

#[tokio::test]
async fn a_stream_has_one_key_for_life() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let (store, mut story) = (scratch.create().await, Story::new(1));
        let (own, other) = (device([1; 32]), device([2; 32]));
        store
            .append(sealed(&store, &mut story, &own).await)
            .await
            .unwrap();
        let stranger = device_of(own.stream, [2; 32]);
        let refused = store
            .append(sealed(&store, &mut story, &stranger).await)
            .await;
        assert!(
            matches!(refused, Err(AppendError::AnotherKey(stream)) if stream == own.stream),
            "{refused:?}"
        );
        let refused = store.heartbeat(stranger, NOW).await.unwrap_err();
        assert!(refused.to_string().contains("one for life"), "{refused}");
        // Nothing of it was stored, and whoever has the right key goes on.
        let mut story = Story::new(2);
        for device in [&own, &other] {
            store
                .append(sealed(&store, &mut story, device).await)
                .await
                .unwrap();
        }
        assert_eq!(
            chains_are_whole(&store).await,
            store.position().await.unwrap()
        );
        assert_eq!(store.devices().await.unwrap().len(), 2);
    }
}

/// A key that answers every second time.
struct Unsteady(Arc<dyn Sign>, AtomicBool);

impl Sign for Unsteady {
    fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        if self.1.fetch_not(Ordering::Relaxed) {
            return Err(SignError {
                reason: "it is locked".into(),
            });
        }
        self.0.sign(message)
    }
}

#[tokio::test]
async fn an_act_that_cannot_be_signed_is_not_recorded_and_stops_nobody_else() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        let steady = device([1; 32]);
        let unsteady = Unsteady(Arc::clone(&device([2; 32]).signer), true.into());
        let unsteady = Arc::new(Device::of(Arc::new(unsteady)));
        let mut waiting = tokio::task::JoinSet::new();
        let mut stories: Vec<_> = (0..16).map(Story::new).collect();
        for (index, story) in stories.iter_mut().enumerate() {
            let device = if index % 2 == 0 { &steady } else { &unsteady };
            let (store, append) = (store.clone(), sealed(&store, story, device).await);
            waiting.spawn(async move { store.append(append).await });
        }
        let outcomes = waiting.join_all().await;
        let refused = |outcome: &&Result<_, _>| matches!(outcome, Err(AppendError::Unsigned(_)));
        assert_eq!(outcomes.iter().filter(refused).count(), 8);
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 8);
        assert_eq!(
            chains_are_whole(&store).await,
            store.position().await.unwrap()
        );
    }
}

/// Two stores on one database stand for two processes: each has its own connections and its own
/// writer, and the database alone keeps them apart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_with_their_own_streams_write_side_by_side() {
    let scratch = Scratch::new(Engine::Postgres).await;
    let stores = [
        scratch.create().await,
        scratch.open().await,
        scratch.open().await,
    ];
    let mut running = tokio::task::JoinSet::new();
    for (index, store) in stores.iter().enumerate() {
        for teller in 0..4 {
            let (store, device) = (store.clone(), device([u8::try_from(index).unwrap(); 32]));
            running.spawn(async move {
                let mut story = Story::new(100 * index as u64 + teller);
                for _ in 0..20 {
                    let append = sealed(&store, &mut story, &device).await;
                    store.append(append).await.unwrap();
                    store.heartbeat(Arc::clone(&device), NOW).await.unwrap();
                }
            });
        }
    }
    running.join_all().await;
    let rows = stores[0].position().await.unwrap();
    assert_eq!(chains_are_whole(&stores[0]).await, rows);
    assert_eq!(stores[0].devices().await.unwrap().len(), 3);
    assert_eq!(stores[1].entry_count().await.unwrap(), rows + 3 * 4 * 20);
}

#[tokio::test]
async fn older_rows_are_signed_once_from_wherever_it_was_interrupted() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        // Two streams, more than two pages.
        let (mut a, mut b) = (Story::new(1), Story::new(2));
        for _ in 0..3 {
            for story in [&mut a, &mut b] {
                let told = (0..240).flat_map(|_| story.next_act()).collect();
                let mut append = story.seal(&store, told).await.unwrap();
                append.expect.clear();
                store.append(append).await.unwrap();
            }
        }
        let rows = store.position().await.unwrap();
        assert!(rows > 2048);
        let before = journal_rows(&store).await;
        forget_entries(&store).await;
        store.close().await;
        let keeper = device([7; 32]);
        for step in [Step::BackfillInserted, Step::BackfillCommitted] {
            let faults = Faults::armable();
            let store = scratch.open_with(&faults).await;
            let done = store.entry_count().await.unwrap();
            let refused = store.heartbeat(Arc::clone(&keeper), NOW).await;
            assert!(
                matches!(refused, Err(AppendError::EntriesBehind)),
                "{refused:?}"
            );
            faults.arm(step, Fault::Error);
            store.backfill(&keeper, NOW).await.unwrap_err();
            let after = store.entry_count().await.unwrap();
            assert_eq!(after > done, step.is_persisted(), "{step:?}");
            store.close().await;
        }
        let store = scratch.open().await;
        let done = store.entry_count().await.unwrap();
        assert!(done > 0 && done < rows);
        let stranger = store.backfill(&device([8; 32]), NOW).await.unwrap_err();
        assert!(
            matches!(stranger, BackfillError::AnotherKey(_)),
            "{stranger}"
        );
        assert_eq!(store.backfill(&keeper, NOW).await.unwrap(), rows - done);
        assert_eq!(store.backfill(&keeper, NOW).await.unwrap(), 0);
        assert_eq!(chains_are_whole(&store).await, rows);
        assert_eq!(
            journal_rows(&store).await,
            before,
            "the journal stays as it is"
        );
        // The old streams are the keeper's now; the keeper goes on in its own.
        let mut story = Story::new(3);
        let append = sealed(&store, &mut story, &keeper).await;
        assert_eq!(store.append(append).await.unwrap().sequences.start, 1);
        let told = story.next_act();
        let refused = a.tell(&store, told).await;
        assert!(
            matches!(refused, Err(AppendError::AnotherKey(_))),
            "{refused:?}"
        );
    }
}

/// What the writer is asked for, in one batch or many.
#[derive(Clone, Debug)]
enum Asked {
    Act { device: u8, events: usize },
    Overtaken { device: u8 },
    Heartbeat { device: u8 },
}

fn asked() -> impl Strategy<Value = Asked> {
    let device = 0..3_u8;
    prop_oneof![
        4 => (device.clone(), 1..5_usize).prop_map(|(device, events)| Asked::Act { device, events }),
        1 => device.clone().prop_map(|device| Asked::Overtaken { device }),
        1 => device.prop_map(|device| Asked::Heartbeat { device }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// However acts of several devices fall into batches, each stream is whole.
    #[test]
    fn streams_are_whole_however_acts_are_batched(all in prop::collection::vec(asked(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let scratch = Scratch::new(Engine::Sqlite).await;
            let store = scratch.create().await;
            let mut random = Random::seeded(1);
            let (subject, key) = (
                Subject::Post("TAL".parse().unwrap()),
                SubjectKey::from_random(random.bytes()),
            );
            store.subject_keys_or_insert(vec![(subject.clone(), key.clone())]).await.unwrap();
            let mut waiting = tokio::task::JoinSet::new();
            let mut expected = 0;
            for asked in all {
                let store = store.clone();
                let mut entries = Vec::new();
                let (number, expect) = match &asked {
                    Asked::Act { device, events } => {
                        expected += *events as u64;
                        for _ in 0..*events {
                            let event = paso_domain::event::Event::Post(
                                paso_domain::post::PostEvent::BlockLeased { at: NOW, list: 0, block: 1 },
                            );
                            entries.push(Entry::seal(subject.clone(), event, &key, random.bytes()));
                        }
                        (*device, Vec::new())
                    }
                    Asked::Overtaken { device } => (*device, vec![(subject.clone(), u64::MAX)]),
                    Asked::Heartbeat { device } => (*device, Vec::new()),
                };
                let device = device([number; 32]);
                waiting.spawn(async move {
                    match asked {
                        Asked::Heartbeat { .. } => store.heartbeat(device, NOW).await.is_ok(),
                        Asked::Act { .. } => {
                            store.append(Append { device, now: NOW, entries, expect }).await.is_ok()
                        }
                        Asked::Overtaken { .. } => {
                            store.append(Append { device, now: NOW, entries, expect }).await.is_err()
                        }
                    }
                });
            }
            assert!(waiting.join_all().await.into_iter().all(|well| well));
            assert_eq!(chains_are_whole(&store).await, expected);
            assert_eq!(store.position().await.unwrap(), expected);
        });
    }
}
