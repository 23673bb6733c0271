//! Whatever comes in whichever order, the tree is the one that others compute from the entries.

use crate::harness::{Ground, leaves, published, reference_root};
use paso_service::log::fault::{Fault, Point};
use paso_store::testing::Engine;
use paso_tlog::{
    hash::Hash,
    tile::{Kind, tiles},
};
use proptest::{prelude::*, test_runner::TestRunner};

#[tokio::test]
async fn entries_become_a_published_head() {
    for engine in Engine::BOTH {
        let ground = Ground::alone(engine).await;
        let store = ground.scratch.create().await;
        let log = ground.open(&store).await.unwrap();
        ground.beat(&store, 300).await;
        let stepped = log.step().await.unwrap();
        assert_eq!((stepped.integrated, stepped.signed), (301, true));
        assert!(log.round().await.unwrap());
        let note = published(&store).await.unwrap();
        let head = note.unverified().head();
        assert_eq!(head.size, 301, "an opening leaf and what was recorded");
        assert_eq!(head.root, reference_root(&leaves(&store).await));
        assert!(log.step().await.unwrap().integrated == 0 && !log.round().await.unwrap());
        assert_eq!(log.standing().await.unwrap().waiting, 0);
        // The full tile is a file, and in the database only where others read it from there.
        assert!(ground.tiles().join("2026/tile/0/000").is_file());
        let kept = store.full_log_tiles(1, 9).await.unwrap().len();
        assert_eq!(kept, usize::from(engine == Engine::Postgres));
    }
}

#[derive(Clone, Copy, Debug)]
enum Do {
    Append(u8),
    Step,
    Round,
    Restart,
    Fail(usize),
}

fn doing() -> impl Strategy<Value = Vec<Do>> {
    let one = prop_oneof![
        4 => (1_u8..=255).prop_map(Do::Append),
        4 => Just(Do::Step),
        2 => Just(Do::Round),
        1 => Just(Do::Restart),
        1 => (0..Point::ALL.len()).prop_map(Do::Fail),
    ];
    prop::collection::vec(one, 1..24)
}

/// The tree at every size that was ever signed is the one that `ct-merkle` makes of the entries.
#[test]
fn any_interleaving_gives_the_same_tree() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in Engine::BOTH {
        let cases = if engine == Engine::Sqlite { 24 } else { 8 };
        let mut runner = TestRunner::new_with_rng(
            ProptestConfig::with_cases(cases),
            proptest::test_runner::TestRng::deterministic_rng(
                proptest::test_runner::RngAlgorithm::ChaCha,
            ),
        );
        runner
            .run(&doing(), |doing| {
                runtime.block_on(interleave(engine, &doing));
                Ok(())
            })
            .unwrap();
    }
}

async fn interleave(engine: Engine, doing: &[Do]) {
    let ground = Ground::witnessed(engine).await;
    let mut store = ground.scratch.create().await;
    let mut log = ground.open(&store).await.unwrap();
    for act in doing {
        match *act {
            Do::Append(count) => ground.beat(&store, count.into()).await,
            // Faults make these fail; the next one takes up what was begun.
            Do::Step => drop(log.step().await),
            Do::Round => drop(log.round().await),
            Do::Fail(point) => ground.faults.arm(Point::ALL[point], Fault::Error),
            Do::Restart => {
                drop(log);
                store.close().await;
                store = ground.scratch.open().await;
                log = ground.open(&store).await.unwrap();
            }
        }
    }
    for _ in 0..3 {
        // Faults that were armed fire once; after them everything is made good.
        let _ = (log.step().await, log.round().await);
    }
    for _ in 0..Point::ALL.len() {
        log.step().await.ok();
        log.round().await.ok();
    }
    let all = leaves(&store).await;
    let note = published(&store).await.unwrap();
    assert_eq!(note.unverified().head().size, all.len() as u64);
    assert_eq!(all.len() as u64, store.entry_count().await.unwrap() + 1);
    for (size, root) in ground.key.heads("mx.example/log/2026") {
        let size = usize::try_from(size).unwrap();
        assert_eq!(root, reference_root(&all[..size]), "at {size}");
    }
    every_tile_is_right(&log, &all).await;
}

/// Every tile of the published tree, as it is served, computed from the leaves by the definition.
async fn every_tile_is_right(log: &paso_service::log::Log, leaves: &[Vec<u8>]) {
    let label = "2026".parse().unwrap();
    let size = leaves.len() as u64;
    for level in 0..2_u8 {
        let span = 256_usize.pow(level.into());
        let row: Vec<Hash> = leaves.chunks_exact(span).map(reference_root).collect();
        for path in tiles(Kind::Hashes { level }, size) {
            let first = usize::try_from(path.index()).unwrap() * 256;
            let wanted: Vec<u8> = row[first..first + usize::from(path.width())]
                .iter()
                .flat_map(|hash| hash.0)
                .collect();
            assert_eq!(log.tile(label, &path).await.unwrap(), wanted, "{path}");
        }
    }
}
