//! Forgetting: what an erasure names is read by nobody any more, whichever of the two databases is
//! old, wherever the program died, and in whatever order things came back.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::{collections::BTreeSet, fs};

use paso_domain::{
    act::Act,
    card::{CardEvent, RevocationReason},
    erasure::{CarriedOut, DeadIndex, ErasureEvent, ErasureGround},
    event::Event,
    id::{ErasureId, PersonId},
    subject::Subject,
};
use paso_formats::{batch::Row, envelope::SubjectKey, key::PublicKey};
use paso_store::{
    AppendError, Config, EntryRow, Fault, Faults, Step, Store, Url,
    testing::{Engine, Scratch, Story, Told, chains_are_whole, view_rows},
};

const LIST: &str = "https://paso.example/s/0";

/// A person of a story, with what is to be forgotten of them.
struct Known {
    person: PersonId,
    subjects: Vec<Subject>,
    index: u32,
}

/// A story in which the first person's card is revoked.
async fn tell(story: &mut Story, store: &Store) -> Known {
    let told = story.next_act();
    let (Subject::Person(person), Subject::Card(number)) = (told[0].0.clone(), told[1].0.clone())
    else {
        panic!("{told:?}")
    };
    let index = told.iter().find_map(|(_, event)| match event {
        Event::Card(CardEvent::Issued { card, .. }) => Some(card.status_index),
        _ => None,
    });
    let known = Known {
        person,
        subjects: vec![
            Subject::Person(person),
            Subject::Card(number),
            Subject::Stays(person),
        ],
        index: index.unwrap(),
    };
    let revoked = CardEvent::Revoked {
        act: act(story),
        reason: RevocationReason::HolderAsked,
        note: String::new(),
    };
    story.tell(store, told).await.unwrap();
    let revoked = vec![(Subject::Card(number), Event::Card(revoked))];
    story.tell(store, revoked).await.unwrap();
    // A post had made a key for the same person.
    let carried = (known.subjects[0].clone(), SubjectKey::from_random([3; 32]));
    store.take_in_keys(&[carried]).await.unwrap();
    known
}

fn act(story: &Story) -> Act {
    Act {
        at: story.now(),
        post: "TAL".parse().unwrap(),
        officer: "UT-0007".parse().unwrap(),
        late: None,
    }
}

const ERASURE: ErasureId = ErasureId::from_random([0xee; 16]);

fn erasure(story: &Story, known: &Known) -> Told {
    let erasure = CarriedOut {
        ground: ErasureGround::PersonAsked,
        subjects: known.subjects.clone(),
        dead: vec![DeadIndex {
            list: LIST.into(),
            index: known.index,
        }],
    };
    let event = ErasureEvent::CarriedOut {
        act: act(story),
        erasure,
    };
    vec![(Subject::Erasure(ERASURE), Event::Erasure(event))]
}

/// Everything that must hold of a store in which the person is forgotten.
async fn is_forgotten(store: &Store, known: &Known) {
    let keys = store.subject_keys(&known.subjects).await.unwrap();
    assert!(keys.is_empty(), "{:?}", keys.keys());
    let forgotten = store.forgotten(&known.subjects).await.unwrap();
    assert_eq!(forgotten.len(), known.subjects.len());
    assert!(forgotten.values().all(|row| row.erasure == ERASURE));
    let rows = view_rows(store).await;
    let shown: Vec<_> = known.subjects.iter().map(ToString::to_string).collect();
    for row in &rows {
        let about = row.starts_with("view_forgotten") || row.starts_with("view_access");
        let names = shown.iter().any(|subject| {
            row.contains(subject) || row.contains(subject.split_once(':').unwrap().1)
        });
        assert!(about || !names, "{row}");
    }
    // No fresh key either: what was sealed before would seem altered under it.
    let fresh = known
        .subjects
        .iter()
        .map(|subject| (subject.clone(), SubjectKey::from_random([1; 32])));
    let given = store.subject_keys_or_insert(fresh.collect()).await.unwrap();
    assert!(given.is_empty());
    // Nor do keys that a post still has and carries here.
    let carried = known
        .subjects
        .iter()
        .map(|subject| (subject.clone(), SubjectKey::from_random([2; 32])));
    let carried: Vec<_> = carried.collect();
    store.take_in_keys(&carried).await.unwrap();
    assert!(
        store
            .subject_keys(&known.subjects)
            .await
            .unwrap()
            .is_empty()
    );
}

/// A replay gives the same views, and the proofs hold.
async fn replays(store: &Store) {
    let rows = view_rows(store).await;
    store.drop_views().await.unwrap();
    let rebuilt = store.rebuild_views().await.unwrap();
    assert!(rebuilt.erased >= 4, "{rebuilt:?}");
    assert_eq!(view_rows(store).await, rows);
    assert_eq!(
        chains_are_whole(store).await,
        store.position().await.unwrap()
    );
}

#[tokio::test]
async fn an_erased_person_is_gone_and_a_dead_card_stays_dead() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        let mut story = Story::new(1);
        let known = tell(&mut story, &store).await;
        story.tell_acts(&store, 40).await;
        // The story may have gone on with the person.
        let mut known = known;
        let others = store.cards_of(&[known.person]).await.unwrap();
        for row in others {
            let subject = Subject::Card(row.number);
            if !known.subjects.contains(&subject) {
                known.subjects.push(subject);
                assert!(
                    row.ended.is_none(),
                    "choose a seed in which it has not ended"
                );
            }
        }
        let key = store
            .subject_key(&known.subjects[0])
            .await
            .unwrap()
            .unwrap();
        let before = store.ended_indexes(LIST).await.unwrap();
        assert!(before.contains(&known.index));

        let told = erasure(&story, &known);
        story.tell(&store, told).await.unwrap();
        is_forgotten(&store, &known).await;
        assert_eq!(store.ended_indexes(LIST).await.unwrap(), before);
        replays(&store).await;
        assert_eq!(store.ended_indexes(LIST).await.unwrap(), before);
        let erasures = store.erasures(9).await.unwrap();
        assert_eq!(erasures.len(), 1);
        assert_eq!(erasures[0].subjects, known.subjects.len() as u64);

        // Others go on, and so does whoever reads of them.
        Story::new(99).tell_acts(&store, 10).await;
        store.close().await;
        if engine == Engine::Sqlite {
            for file in fs::read_dir(scratch.directory()).unwrap() {
                let bytes = fs::read(file.unwrap().path()).unwrap();
                let found = bytes
                    .windows(32)
                    .any(|window| window == key.sealing().expose() || window == [3; 32]);
                assert!(!found, "the key is still in a file");
            }
        }
        let store = scratch.open().await;
        is_forgotten(&store, &known).await;
    }
}

/// An act that was sealed before the erasure and comes after it is refused, also in one batch.
#[tokio::test]
async fn an_act_under_way_does_not_bring_the_person_back() {
    for engine in Engine::BOTH {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        let mut story = Story::new(6);
        let known = tell(&mut story, &store).await;
        let told = vec![(
            known.subjects[1].clone(),
            Event::Card(CardEvent::Revoked {
                act: act(&story),
                reason: RevocationReason::Lost,
                note: String::new(),
            }),
        )];
        let late = story.seal(&store, told).await.unwrap();
        let told = erasure(&story, &known);
        let erased = story.seal(&store, told).await.unwrap();
        let (first, second) = tokio::join!(store.append(erased), store.append(late.clone()));
        first.unwrap();
        let position = store.position().await.unwrap();
        for refused in [second, store.append(late).await] {
            let Err(AppendError::Forgotten(subject)) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!(subject, known.subjects[1]);
        }
        assert_eq!(store.position().await.unwrap(), position);
        is_forgotten(&store, &known).await;
    }
}

/// Between the journal and the keys anything may fail: the erasure stands, nothing is handed out
/// before the keys are gone, and a start sets it right.
#[tokio::test]
async fn whatever_fails_on_the_way_the_keys_go() {
    for engine in Engine::BOTH {
        for step in [Step::ViewsForgot, Step::KeysDestroyed] {
            for again in [false, true] {
                let scratch = Scratch::new(engine).await;
                let mut story = Story::new(2);
                let store = scratch.create().await;
                let known = tell(&mut story, &store).await;
                store.subject_keys(&known.subjects).await.unwrap();
                store.close().await;

                let faults = Faults::armable();
                let store = scratch.open_with(&faults).await;
                store.subject_keys(&known.subjects).await.unwrap();
                let told = erasure(&story, &known);
                faults.arm(step, Fault::Error);
                story.tell(&store, told).await.unwrap();
                if again {
                    faults.arm(step, Fault::Error);
                    let refused = store.subject_keys(&known.subjects).await;
                    assert!(refused.is_err(), "a key was handed out before the sweep");
                    store.close().await;
                    is_forgotten(&scratch.open().await, &known).await;
                } else {
                    is_forgotten(&store, &known).await;
                    replays(&store).await;
                }
            }
        }
    }
}

async fn all(store: &Store) -> Vec<EntryRow> {
    store.entries(1, u32::MAX).await.unwrap()
}

async fn import(from: &Store, to: &Store) {
    let entries = all(from).await;
    let rows: Vec<Row<'_>> = entries.iter().map(EntryRow::row).collect();
    let keys: Vec<PublicKey> = from.devices().await.unwrap().into_values().collect();
    to.import(&rows, &keys).await.unwrap();
}

/// An old copy of register and keys reads until the journal has caught up; then it is gone again,
/// though the key of nothing newer is there.
#[tokio::test]
async fn an_old_copy_that_catches_up_forgets_again() {
    for engine in Engine::BOTH {
        let (new, old) = (Scratch::new(engine).await, Scratch::new(engine).await);
        let (store, copy) = (new.create().await, old.create().await);
        let mut story = Story::new(3);
        let known = tell(&mut story, &store).await;
        tell(&mut Story::new(3), &copy).await;
        assert_eq!(copy.subject_keys(&known.subjects).await.unwrap().len(), 2);
        story.tell_acts(&store, 8).await;
        let told = erasure(&story, &known);
        story.tell(&store, told).await.unwrap();
        // A late act on the card, after the erasure: it stays closed.
        import(&store, &copy).await;
        is_forgotten(&copy, &known).await;
        replays(&copy).await;
        assert!(
            copy.ended_indexes(LIST)
                .await
                .unwrap()
                .contains(&known.index)
        );

        // The same, where the views were not made yet when the rows came.
        let older = Scratch::new(engine).await;
        let copy = older.create().await;
        tell(&mut Story::new(3), &copy).await;
        copy.drop_views().await.unwrap();
        import(&store, &copy).await;
        copy.rebuild_views().await.unwrap();
        is_forgotten(&copy, &known).await;
    }
}

/// An old register with the keys of today: its own views still show the person when it is opened.
#[tokio::test]
async fn an_old_register_with_newer_keys_shows_nobody() {
    for engine in Engine::BOTH {
        let (new, old) = (Scratch::new(engine).await, Scratch::new(engine).await);
        let (store, copy) = (new.create().await, old.create().await);
        let mut story = Story::new(4);
        let known = tell(&mut story, &store).await;
        tell(&mut Story::new(4), &copy).await;
        let told = erasure(&story, &known);
        story.tell(&store, told).await.unwrap();
        store.close().await;
        copy.close().await;
        let mixed = Config {
            main: old.config().main.clone(),
            keys: new.config().keys.clone(),
        };
        let store = Store::open(&mixed).await.unwrap();
        store.sweep().await.unwrap();
        is_forgotten(&store, &known).await;
        let rows = store.load(&known.subjects).await.unwrap();
        let found: BTreeSet<_> = rows.iter().map(|row| row.subject.clone()).collect();
        assert_eq!(found.len(), 2, "the rows are there, and closed");
        assert!(store.person(known.person).await.unwrap().is_none());
        replays(&store).await;
    }
}

/// Keys that someone copies back beside today's list of what was forgotten go at the next start.
#[tokio::test]
async fn keys_put_back_by_hand_go_again() {
    let scratch = Scratch::new(Engine::Sqlite).await;
    let store = scratch.create().await;
    let mut story = Story::new(5);
    let known = tell(&mut story, &store).await;
    let told = erasure(&story, &known);
    story.tell(&store, told).await.unwrap();
    store.close().await;
    let Url::Sqlite(keys) = &scratch.config().keys else {
        panic!("SQLite")
    };
    let url = format!("sqlite://{}", keys.display());
    let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url)
        .await
        .unwrap();
    sqlx::query("INSERT INTO subject_key (subject, key) VALUES ($1, $2)")
        .bind(known.subjects[0].to_string())
        .bind(vec![7_u8; 32])
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("INSERT INTO further_key (subject, key) VALUES ($1, $2)")
        .bind(known.subjects[1].to_string())
        .bind(vec![8_u8; 32])
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    is_forgotten(&scratch.open().await, &known).await;
}
