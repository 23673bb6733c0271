//! The year's turn: the old log is finished and published, the new one names it.

use crate::harness::{Ground, Mood, leaves, published, reference_root};
use paso_formats::moment::{DAY, MINUTE, Moment};
use paso_service::log::fault::{Fault, Point};
use paso_store::testing::Engine;
use paso_tlog::opening::Opening;

const OLD: &str = "mx.example/log/2026";

/// Ten minutes before midnight at the home post, which is six hours behind UTC.
fn eve() -> Moment {
    "2027-01-01T05:50:00Z".parse().unwrap()
}

#[tokio::test]
async fn the_old_log_is_published_to_its_end_and_named_by_the_new() {
    for engine in Engine::BOTH {
        let mut ground = Ground::witnessed(engine).await;
        ground.now = eve();
        let store = ground.scratch.create().await;
        let log = ground.open(&store).await.unwrap();
        ground.beat(&store, 10).await;
        log.step().await.unwrap();
        log.round().await.unwrap();
        ground.beat(&store, 5).await;
        log.clock().set(eve().plus(11 * MINUTE));
        log.step().await.unwrap();
        // What comes while the witnesses look at the last head belongs to the new year.
        ground.beat(&store, 7).await;
        log.step().await.unwrap();
        assert_eq!(store.logs().await.unwrap().len(), 1);
        assert!(log.round().await.unwrap());
        log.step().await.unwrap();
        log.step().await.unwrap();
        assert!(log.round().await.unwrap());

        let rows = store.logs().await.unwrap();
        let [old, new] = rows.as_slice() else {
            panic!("{rows:?}")
        };
        assert_eq!((old.origin.as_ref(), old.head.size), (OLD, 16));
        assert_eq!(new.origin.as_ref(), "mx.example/log/2027");
        assert_eq!((new.first_number, new.head.size), (16, 8));
        let opening = Opening::parse(&new.opening).unwrap();
        assert_eq!(opening.continues(), Some(&(old.origin.clone(), old.head)));
        assert_eq!(
            published(&store).await.unwrap().unverified().head().root,
            reference_root(&leaves(&store).await)
        );
        let heads = log.heads().await.unwrap();
        let labels: Vec<_> = heads.iter().map(|head| head.label.to_string()).collect();
        assert_eq!(labels, ["2026", "2027"]);
        assert_eq!(log.standing().await.unwrap().waiting, 0);
    }
}

/// Witnesses are silent over New Year: the old log stays open, entries wait, acts go on.
#[tokio::test]
async fn no_new_log_begins_before_the_old_ones_end_is_witnessed() {
    let mut ground = Ground::witnessed(Engine::Sqlite).await;
    ground.now = eve();
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 10).await;
    log.step().await.unwrap();
    log.round().await.unwrap();
    for witness in &ground.witnesses {
        witness.is(Mood::Down);
    }
    for day in 1..4 {
        log.clock().set(eve().plus(day * DAY));
        ground.beat(&store, 5).await;
        log.step().await.unwrap();
        log.round().await.unwrap();
    }
    assert_eq!(store.logs().await.unwrap().len(), 1);
    assert_eq!(
        store.logs().await.unwrap()[0].head.size,
        16,
        "complete after the first"
    );
    for witness in &ground.witnesses {
        witness.is(Mood::Up);
    }
    log.clock().set(eve().plus(5 * DAY));
    for _ in 0..3 {
        log.step().await.unwrap();
        log.round().await.unwrap();
    }
    let rows = store.logs().await.unwrap();
    assert_eq!((rows[0].head.size, rows[1].head.size), (16, 11));
}

#[tokio::test]
async fn a_crash_at_the_turn_opens_one_log() {
    let mut ground = Ground::witnessed(Engine::Sqlite).await;
    ground.now = eve();
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 10).await;
    log.step().await.unwrap();
    log.round().await.unwrap();
    ground.faults.arm(Point::NextOpened, Fault::Error);
    ground.now = eve().plus(DAY);
    log.clock().set(ground.now);
    log.step().await.unwrap_err();
    drop(log);
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 1).await;
    log.step().await.unwrap();
    log.round().await.unwrap();
    let rows = store.logs().await.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].head.size, rows[1].head.size), (11, 2));
}
