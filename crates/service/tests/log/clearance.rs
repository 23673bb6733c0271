//! Databases that were put back, alone or with everything; witnesses who know more.

use crate::harness::{Ground, Mood, leaves, published, reference_root};
use paso_formats::moment::MINUTE;
use paso_service::log::{Light, OpenError};
use paso_store::testing::Engine;
use std::{fs, path::Path};

const ORIGIN: &str = "mx.example/log/2026";

/// Copies the database, and the guard where it is wanted, as a backup or a snapshot would.
fn copy(from: &Path, to: &Path, with_guard: bool) {
    fs::create_dir_all(to).unwrap();
    for file in ["main.db", "main.db-wal", "keys.db", "keys.db-wal"] {
        fs::remove_file(to.join(file)).ok();
        if from.join(file).exists() {
            fs::copy(from.join(file), to.join(file)).unwrap();
        }
    }
    fs::remove_file(to.join("main.db-shm")).ok();
    fs::remove_file(to.join("keys.db-shm")).ok();
    if with_guard {
        fs::copy(from.join("guard"), to.join("guard")).unwrap();
    }
}

/// A ground whose database, and perhaps guard, went back from 21 published leaves to 11.
async fn put_back(with_guard: bool, witnessed: bool) -> Ground {
    let ground = if witnessed {
        Ground::witnessed(Engine::Sqlite).await
    } else {
        Ground::alone(Engine::Sqlite).await
    };
    let dir = ground.scratch.directory().to_owned();
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    for round in 0..2 {
        ground.beat(&store, 10).await;
        log.step().await.unwrap();
        log.round().await.unwrap();
        if round == 0 {
            copy(&dir, &dir.join("backup"), true);
        }
    }
    drop(log);
    store.close().await;
    copy(&dir.join("backup"), &dir, with_guard);
    ground
}

#[tokio::test]
async fn a_database_put_back_alone_does_not_start() {
    let ground = put_back(false, false).await;
    let store = ground.scratch.open().await;
    let error = ground.open(&store).await.unwrap_err();
    assert!(
        matches!(
            error,
            OpenError::Older {
                signed: 21,
                held: 11,
                ..
            }
        ),
        "{error}"
    );
    let words = error.to_string();
    for said in [
        "older copy",
        "mirror",
        "[log].edition",
        "Never delete the guard",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert_eq!(
        store.logs().await.unwrap()[0].head.size,
        11,
        "nothing moved"
    );
}

#[tokio::test]
async fn a_machine_put_back_with_its_guard_is_found_out_by_one_witness() {
    for (up, knows) in [(0, true), (1, true), (2, true)] {
        let ground = put_back(true, true).await;
        for (index, witness) in ground.witnesses.iter().enumerate() {
            witness.is(if index == up { Mood::Up } else { Mood::Down });
        }
        let store = ground.scratch.open().await;
        let opened = ground.open(&store).await;
        assert_eq!(opened.is_err(), knows);
        let error = opened.unwrap_err();
        assert!(
            matches!(&error, OpenError::Witness(knows) if knows.knows == 21),
            "{error}"
        );
        let name = ["ombudsman", "neighbour", "university"][up];
        assert!(error.to_string().contains(name), "{error}");
    }
}

/// Nobody answers: acts go on, nothing is signed, and the first who answers settles it.
#[tokio::test]
async fn with_nobody_to_ask_acts_go_on_and_nothing_is_signed() {
    let ground = put_back(true, true).await;
    for witness in &ground.witnesses {
        witness.is(Mood::Down);
    }
    let store = ground.scratch.open().await;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 4).await;
    assert!(!log.step().await.unwrap().signed);
    assert!(!log.round().await.unwrap());
    let standing = log.standing().await.unwrap();
    assert_eq!(
        (standing.light, standing.reason.code()),
        (Light::Amber, "nobody-answered")
    );
    assert_eq!(
        store.logs().await.unwrap()[0].head.size,
        11,
        "nor integrated"
    );
    ground.witnesses[1].is(Mood::Up);
    log.clock().set(ground.now.plus(5 * MINUTE));
    let error = log.round().await.unwrap_err().to_string();
    assert!(error.contains("neighbour"), "{error}");
    assert_eq!(log.standing().await.unwrap().light, Light::Red);
    assert!(log.step().await.is_err());
}

#[tokio::test]
async fn a_start_waits_until_the_silent_could_have_published_nothing() {
    let ground = Ground::witnessed(Engine::Sqlite).await;
    for witness in &ground.witnesses {
        witness.is(Mood::Down);
    }
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 4).await;
    assert!(!log.step().await.unwrap().signed);
    // The ombudsman and the neighbour may have made a quorum without the university.
    ground.witnesses[2].is(Mood::Up);
    log.clock().set(ground.now.plus(MINUTE));
    log.round().await.unwrap();
    assert!(!log.step().await.unwrap().signed);
    // The neighbour alone makes none.
    ground.witnesses[0].is(Mood::Up);
    log.clock().set(ground.now.plus(10 * MINUTE));
    log.round().await.unwrap();
    assert!(log.step().await.unwrap().signed);
    assert_eq!(store.logs().await.unwrap()[0].head.size, 5);
}

/// A witness cannot keep an authority from starting by claiming something.
#[tokio::test]
async fn a_claim_without_a_signed_head_stops_nobody() {
    for mood in [
        Mood::WrongSize(1_000_000),
        Mood::Denies,
        Mood::Nonsense,
        Mood::WrongKey,
    ] {
        let ground = Ground::witnessed(Engine::Sqlite).await;
        let store = ground.scratch.create().await;
        let log = ground.open(&store).await.unwrap();
        ground.beat(&store, 4).await;
        log.step().await.unwrap();
        log.round().await.unwrap();
        drop(log);
        for witness in &ground.witnesses {
            witness.is(mood);
            witness.hides();
        }
        let log = ground.open(&store).await.unwrap();
        ground.beat(&store, 4).await;
        assert!(
            !log.step().await.unwrap().signed,
            "and vouches for nothing: {mood:?}"
        );
        ground.witnesses[0].is(Mood::Up);
        log.clock().set(ground.now.plus(10 * MINUTE));
        log.round().await.unwrap();
        assert!(log.step().await.unwrap().signed, "{mood:?}");
    }
}

/// A start from last year's backup: somebody has seen this year's log signed, so it is lost here.
#[tokio::test]
async fn a_database_without_this_years_log_does_not_begin_it_a_second_time() {
    for with_guard in [true, false] {
        let mut ground = Ground::witnessed(Engine::Sqlite).await;
        ground.now = "2027-01-01T05:50:00Z".parse().unwrap();
        ground.tell_witnesses("2027");
        let dir = ground.scratch.directory().to_owned();
        let store = ground.scratch.create().await;
        let log = ground.open(&store).await.unwrap();
        ground.beat(&store, 4).await;
        log.step().await.unwrap();
        log.round().await.unwrap();
        ground.now = ground.now.plus(11 * MINUTE);
        log.clock().set(ground.now);
        // The old log is whole and published, the new one not begun.
        copy(&dir, &dir.join("backup"), true);
        for _ in 0..4 {
            log.step().await.unwrap();
            log.round().await.unwrap();
            ground.beat(&store, 2).await;
        }
        assert_eq!(store.logs().await.unwrap().len(), 2, "the year has turned");
        drop(log);
        store.close().await;
        copy(&dir.join("backup"), &dir, with_guard);
        if !with_guard {
            std::fs::remove_file(ground.guard()).unwrap();
        }
        let store = ground.scratch.open().await;
        let error = ground.open(&store).await.unwrap_err().to_string();
        assert!(error.contains("/2027"), "{error}");
    }
}

/// The way out: the entries come back as they were, from the mirror, and signing goes on.
#[tokio::test]
async fn entries_that_came_back_are_signed_over_again_without_a_fork() {
    for with_guard in [false, true] {
        let ground = put_back(with_guard, true).await;
        let store = ground.scratch.open().await;
        ground.open(&store).await.unwrap_err();
        // The same device, the same minute, the same head seen: the same leaves as those lost.
        ground.beat(&store, 9).await;
        let error = ground.open(&store).await.unwrap_err().to_string();
        assert!(error.contains("holds 20"), "{error}");
        ground.beat(&store, 1).await;
        let log = ground.open(&store).await.unwrap();
        ground.beat(&store, 5).await;
        log.step().await.unwrap();
        assert!(log.round().await.unwrap());
        let note = published(&store).await.unwrap();
        assert_eq!(note.unverified().head().size, 26);
        assert_eq!(note.note().lines().len(), 4, "every witness goes along");
    }
}

/// The old database went on for a while before the guard was asked: larger now, and another tree.
#[tokio::test]
async fn an_older_copy_that_went_on_is_another_tree() {
    let ground = put_back(false, false).await;
    let guard = fs::read(ground.guard()).unwrap();
    fs::remove_file(ground.guard()).unwrap();
    let key = std::sync::Arc::clone(&ground.key);
    let other = Ground {
        key: Ground::alone(Engine::Sqlite).await.key,
        now: ground.now.plus(MINUTE),
        ..ground
    };
    let store = other.scratch.open().await;
    let log = other.open(&store).await.unwrap();
    other.beat(&store, 30).await;
    log.step().await.unwrap();
    drop(log);
    fs::write(other.guard(), guard).unwrap();
    let ground = Ground { key, ..other };
    let error = ground.open(&store).await.unwrap_err();
    assert!(
        matches!(error, OpenError::Another { signed: 21, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn an_empty_database_beside_a_guard_does_not_start() {
    let ground = put_back(false, false).await;
    for file in fs::read_dir(ground.scratch.directory()).unwrap() {
        let path = file.unwrap().path();
        if path.to_string_lossy().contains(".db") {
            fs::remove_file(path).unwrap();
        }
    }
    let store = ground.scratch.create().await;
    let error = ground.open(&store).await.unwrap_err();
    assert!(matches!(error, OpenError::Older { held: 0, .. }), "{error}");
}

/// The last way out: a new edition, whose opening leaf names the head that was lost, and which
/// takes up every entry that no published head of the old log here holds.
#[tokio::test]
async fn a_new_edition_names_the_lost_head() {
    let mut ground = put_back(true, true).await;
    let store = ground.scratch.open().await;
    ground.open(&store).await.unwrap_err();
    let lost = ground.key.heads(ORIGIN)[&21];
    ground.edition = 2;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 3).await;
    log.step().await.unwrap();
    assert!(log.round().await.unwrap());
    let row = store.logs().await.unwrap().pop().unwrap();
    assert_eq!(row.origin.as_ref(), "mx.example/log/2026-2");
    let opening = paso_tlog::opening::Opening::parse(&row.opening).unwrap();
    let (old, head) = opening.continues().unwrap();
    assert_eq!((old.as_ref(), head.size, head.root), (ORIGIN, 21, lost));
    // Ten entries were published in the old log; the three new ones are in the new.
    assert_eq!((row.first_number, row.head.size), (11, 4));
    let note = published(&store).await.unwrap();
    assert_eq!(
        note.unverified().head().root,
        reference_root(&leaves(&store).await)
    );
    ground.edition = 1;
    let error = ground.open(&store).await.unwrap_err();
    assert!(
        matches!(error, OpenError::EditionWentBack { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn another_origin_is_not_taken_for_this_databases() {
    let ground = put_back(false, false).await;
    fs::remove_file(ground.guard()).unwrap();
    let store = ground.scratch.open().await;
    paso_store::testing::alter(&store, "UPDATE log SET origin = 'gt.example/log/2026'").await;
    let error = ground.open(&store).await.unwrap_err();
    assert!(matches!(error, OpenError::OtherOrigin { .. }), "{error}");
}
