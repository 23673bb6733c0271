//! Witnesses that are down, slow, wrong or lying.

use crate::harness::{Ground, Mood, published};
use paso_formats::moment::{HOUR, MINUTE};
use paso_service::log::{Light, Log};
use paso_store::{Store, testing::Engine};

const ORIGIN: &str = "mx.example/log/2026";

/// A log with five entries published, and five more waiting to be cosigned.
async fn ten(ground: &Ground) -> (Store, Log) {
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 5).await;
    log.step().await.unwrap();
    assert!(log.round().await.unwrap());
    ground.beat(&store, 5).await;
    log.step().await.unwrap();
    (store, log)
}

async fn published_size(store: &Store) -> u64 {
    let note = published(store).await.unwrap();
    note.unverified().head().size
}

#[tokio::test]
async fn the_ombudsman_and_any_other_make_a_head_final() {
    for (down, is_published) in [
        (vec![], true),
        (vec![1], true),
        (vec![2], true),
        (vec![0], false),
        (vec![1, 2], false),
        (vec![0, 1, 2], false),
    ] {
        let ground = Ground::witnessed(Engine::Sqlite).await;
        let (store, log) = ten(&ground).await;
        for index in &down {
            ground.witnesses[*index].is(Mood::Down);
        }
        assert_eq!(log.round().await.unwrap(), is_published, "{down:?}");
        assert_eq!(
            published_size(&store).await,
            if is_published { 11 } else { 6 }
        );
        // Acts go on, and every one of them is in the next head that is witnessed.
        ground.beat(&store, 3).await;
        log.step().await.unwrap();
        for witness in &ground.witnesses {
            witness.is(Mood::Up);
        }
        log.clock().set(ground.now.plus(MINUTE));
        assert!(log.round().await.unwrap());
        assert_eq!(published_size(&store).await, 14);
    }
}

#[tokio::test]
async fn nobody_is_believed_without_a_signature_that_fits() {
    for (mood, heard) in [
        (Mood::Down, "silent"),
        (Mood::Slow, "silent"),
        (Mood::WrongKey, "refused"),
        (Mood::WrongSignature, "refused"),
        (Mood::WrongSize(3), "refused"),
        (Mood::WrongSize(11), "claims"),
        (Mood::WrongSize(1_000_000), "claims"),
        (Mood::Denies, "claims"),
        (Mood::Nonsense, "refused"),
        (Mood::Strange, "refused"),
    ] {
        let ground = Ground::witnessed(Engine::Sqlite).await;
        let (store, log) = ten(&ground).await;
        let liar = &ground.witnesses[0];
        liar.is(mood);
        assert!(!log.round().await.unwrap(), "{mood:?}");
        let standing = log.standing().await.unwrap();
        assert_eq!(standing.witnesses[0].heard.code(), heard, "{mood:?}");
        assert!(standing.witnesses[0].heard.words().is_some());
        assert_eq!(standing.witnesses[1].heard.code(), "cosigned");
        assert_ne!(standing.light, Light::Red, "{mood:?} alone stops nothing");
        assert_eq!(published_size(&store).await, 6);
        // It is asked again after a while, and when it is itself again the head is published.
        assert!(!log.round().await.unwrap());
        liar.is(Mood::Up);
        log.clock().set(ground.now.plus(MINUTE));
        assert!(log.round().await.unwrap(), "{mood:?}");
        assert_eq!(published_size(&store).await, 11);
    }
}

/// A witness restored from its own backup names the size it has, and gets a proof from there.
#[tokio::test]
async fn a_witness_that_fell_behind_catches_up() {
    let ground = Ground::witnessed(Engine::Sqlite).await;
    let (store, log) = ten(&ground).await;
    ground.witnesses[1].is(Mood::Down);
    for minute in 1..5 {
        log.clock().set(ground.now.plus(minute * MINUTE));
        ground.beat(&store, 100).await;
        log.step().await.unwrap();
        assert!(log.round().await.unwrap());
    }
    assert_eq!(ground.witnesses[1].size(ORIGIN), 6);
    ground.witnesses[1].is(Mood::Up);
    log.clock().set(ground.now.plus(HOUR));
    log.round().await.unwrap();
    assert_eq!(ground.witnesses[1].size(ORIGIN), 411);
    let note = published(&store).await.unwrap();
    assert_eq!(
        note.note().lines().len(),
        4,
        "a late cosignature is attached"
    );
}

/// A witness that hangs is left alone for longer and longer, so that it delays nobody.
#[tokio::test]
async fn a_silent_witness_is_asked_less_and_less() {
    let ground = Ground::witnessed(Engine::Sqlite).await;
    let (store, log) = ten(&ground).await;
    ground.witnesses[2].is(Mood::Down);
    let before = *ground.witnesses[2].asked.lock().unwrap();
    for second in 0..300 {
        log.clock().set(ground.now.plus(second));
        if second % 10 == 0 {
            ground.beat(&store, 1).await;
            log.step().await.unwrap();
        }
        log.round().await.unwrap();
    }
    let asked = *ground.witnesses[2].asked.lock().unwrap() - before;
    assert!((5..=12).contains(&asked), "{asked} times in five minutes");
}

#[tokio::test]
async fn a_head_that_waits_too_long_is_amber_then_red() {
    let ground = Ground::witnessed(Engine::Sqlite).await;
    let (store, log) = ten(&ground).await;
    assert!(log.round().await.unwrap());
    let standing = log.standing().await.unwrap();
    assert_eq!(
        (standing.light, standing.reason.code()),
        (Light::Green, "witnessed")
    );
    for witness in &ground.witnesses {
        witness.is(Mood::Down);
    }
    ground.beat(&store, 1).await;
    log.step().await.unwrap();
    for (after, light) in [
        (0, Light::Green),
        (14 * MINUTE, Light::Green),
        (15 * MINUTE, Light::Amber),
        (24 * HOUR, Light::Red),
    ] {
        log.clock().set(ground.now.plus(after));
        log.round().await.unwrap();
        let standing = log.standing().await.unwrap();
        assert_eq!(standing.light, light, "after {after} seconds");
        assert_eq!(standing.waiting, 1);
    }
}

/// Somebody else signs with the log's key: the ombudsman shows a head that is not continued here.
#[tokio::test]
async fn a_fork_that_a_witness_shows_stops_signing() {
    let ground = Ground::witnessed(Engine::Sqlite).await;
    let (store, log) = ten(&ground).await;
    ground.witnesses[0].fork(&ground, ORIGIN, 8);
    let error = log.round().await.unwrap_err().to_string();
    assert!(
        error.contains("ombudsman") && error.contains("signed with this authority's key"),
        "{error}"
    );
    let standing = log.standing().await.unwrap();
    assert_eq!(
        (standing.light, standing.reason.code()),
        (Light::Red, "halted")
    );
    assert_eq!(standing.witnesses[0].heard.code(), "contradicts");
    ground.beat(&store, 5).await;
    assert!(log.step().await.is_err());
    assert_eq!(
        store.logs().await.unwrap()[0].head.size,
        11,
        "nothing more is integrated"
    );
}
