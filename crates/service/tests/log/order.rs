//! The commit order, broken at every point and taken up again.

use crate::harness::{Ground, leaves, published, reference_root};
use paso_service::log::fault::{Fault, Point};
use paso_store::testing::Engine;
use paso_tlog::{
    hash::leaf_hash,
    tile::{Kind, TilePath},
};

/// Points that lie on the way of an ordinary head with a full tile and no year's turn.
fn on_the_way() -> impl Iterator<Item = Point> {
    Point::ALL
        .into_iter()
        .filter(|point| *point != Point::NextOpened)
}

async fn fails_once_and_goes_on(engine: Engine, point: Point, fault: Fault, restart: bool) {
    let ground = Ground::witnessed(engine).await;
    let mut store = ground.scratch.create().await;
    let mut log = ground.open(&store).await.unwrap();
    ground.beat(&store, 5).await;
    log.step().await.unwrap();
    log.round().await.unwrap();

    ground.beat(&store, 300).await;
    ground.faults.arm(point, fault);
    let stepped = log.step().await;
    let rounded = log.round().await;
    assert!(!ground.faults.is_armed(), "{point:?} is on the way");
    // A tile that was not filed keeps nothing from being signed.
    let of_tiles = matches!(
        point,
        Point::TileHalfWritten | Point::TileWritten | Point::TilesWritten | Point::TilesDropped
    );
    assert_eq!(stepped.is_err() || rounded.is_err(), !of_tiles, "{point:?}");
    // Acts do not wait for any of it, and change what comes next.
    ground.beat(&store, 7).await;
    if restart {
        drop(log);
        store.close().await;
        store = ground.scratch.open().await;
        log = ground.open(&store).await.unwrap();
    }
    log.step().await.unwrap();
    log.round().await.unwrap();
    let note = published(&store).await.unwrap();
    let all = leaves(&store).await;
    assert_eq!(note.unverified().head().size, 1 + 5 + 300 + 7, "{point:?}");
    assert_eq!(note.unverified().head().root, reference_root(&all));
    // A database that others share keeps its tiles, and serves them where there is no file.
    let filed = ground.tiles().join("2026/tile/0/000").is_file();
    assert!(filed || engine == Engine::Postgres, "{point:?}");
    let tile = TilePath::full(Kind::Hashes { level: 0 }, 0).unwrap();
    let hashes = log.tile("2026".parse().unwrap(), &tile).await.unwrap();
    let expected: Vec<u8> = all[..256]
        .iter()
        .flat_map(|leaf| leaf_hash(leaf).0)
        .collect();
    assert_eq!(hashes, expected);
    assert_eq!(log.standing().await.unwrap().waiting, 0);
}

#[tokio::test]
async fn a_failure_at_any_point_is_taken_up_by_the_next_step() {
    for engine in Engine::BOTH {
        for point in on_the_way() {
            fails_once_and_goes_on(engine, point, Fault::Error, false).await;
        }
    }
}

#[tokio::test]
async fn a_restart_at_any_point_signs_no_second_tree() {
    for engine in Engine::BOTH {
        for point in on_the_way() {
            fails_once_and_goes_on(engine, point, Fault::Error, true).await;
        }
    }
}

#[tokio::test]
async fn a_full_disk_delays_heads_and_loses_nothing() {
    for point in [
        Point::GuardHalfWritten,
        Point::GuardWritten,
        Point::TileHalfWritten,
        Point::TileWritten,
    ] {
        fails_once_and_goes_on(Engine::Sqlite, point, Fault::Full, false).await;
    }
}

/// The database is full, so that nothing can be integrated; acts have their own reserve.
#[tokio::test]
async fn a_full_database_is_said_and_passes() {
    let ground = Ground::alone(Engine::Sqlite).await;
    let store = ground.scratch.create().await;
    let log = ground.open(&store).await.unwrap();
    ground.beat(&store, 2000).await;
    paso_store::testing::limit_growth(&store, 0).await;
    let error = log.step().await.unwrap_err().to_string();
    assert!(error.contains("full"), "{error}");
    let standing = log.standing().await.unwrap();
    assert_eq!(standing.reason.code(), "failing");
    assert_eq!(ground.key.heads("mx.example/log/2026").len(), 0);
    paso_store::testing::limit_growth(&store, 100_000).await;
    assert!(log.step().await.unwrap().signed);
}

/// Two processes on one PostgreSQL: one leads, the other takes over when the first is gone.
#[tokio::test]
async fn one_of_several_processes_sequences() {
    let ground = Ground::alone(Engine::Postgres).await;
    let (first, second) = (ground.scratch.create().await, ground.scratch.open().await);
    let leader = ground.open(&first).await.unwrap();
    ground.beat(&first, 10).await;
    assert_eq!(leader.step().await.unwrap().integrated, 11);
    let other = ground.open(&second).await.unwrap();
    ground.beat(&second, 5).await;
    assert_eq!(other.step().await.unwrap().integrated, 0);
    assert_eq!(leader.step().await.unwrap().integrated, 5);
    ground.beat(&second, 5).await;
    drop(leader);
    first.close().await;
    // The server lets go of the lock when it has seen the connection close.
    let mut integrated = 0;
    for _ in 0..1000 {
        integrated = other.step().await.unwrap().integrated;
        if integrated > 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(integrated, 5);
    let root = reference_root(&leaves(&second).await);
    assert_eq!(ground.key.heads("mx.example/log/2026")[&21], root);
}
