//! A process that is killed: at every point by itself, and at moments drawn by chance by others. A
//! child appends, integrates, signs and publishes; whatever it signed it has said before on its
//! standard output, and over all its lives no size is signed with two roots.
//!
//! `PASO_KILLS` is the number of random kills: 6 unless told.

use crate::harness::{Ground, leaves, published, reference_root};
use paso_service::log::fault::{Fault, Point};
use paso_store::{
    Config, Store, Url,
    testing::{Engine, Random},
};
use std::{
    collections::BTreeMap,
    env,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// Not a test: what the others run as their child.
#[tokio::test]
#[ignore = "the child of the other tests; it works until it is killed"]
async fn child() {
    let Ok(dir) = env::var("PASO_LOG_CHILD") else {
        return;
    };
    let url = |name: &str| match env::var(name) {
        Ok(url) => Url::Postgres(url),
        Err(_) => Url::Sqlite(Path::new(&dir).join(format!("{name}.db"))),
    };
    let config = Config {
        main: url("main"),
        keys: url("keys"),
    };
    let store = Store::open(&config).await.unwrap();
    let ground = Ground::child(Path::new(&dir)).await;
    let log = ground.open_in(&store, Path::new(&dir)).await.unwrap();
    if let Ok(point) = env::var("PASO_LOG_ABORT") {
        let point = Point::ALL[point.parse::<usize>().unwrap()];
        ground.faults.arm(point, Fault::Abort);
    }
    for _ in 0..10 {
        ground.beat(&store, 60).await;
        log.step().await.unwrap();
        log.round().await.unwrap();
    }
}

fn start(ground: &Ground, abort: Option<usize>) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["kills::child", "--exact", "--ignored", "--nocapture"])
        .env("PASO_LOG_CHILD", ground.scratch.directory())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if let Some(point) = abort {
        command.env("PASO_LOG_ABORT", point.to_string());
    }
    for (name, url) in [
        ("main", &ground.scratch.config().main),
        ("keys", &ground.scratch.config().keys),
    ] {
        if let Url::Postgres(url) = url {
            command.env(name, url);
        }
    }
    command.spawn().unwrap()
}

/// What the child said that it signed; two roots for one size fail here.
fn note(signed: &mut BTreeMap<u64, String>, line: &str) -> bool {
    let Some(rest) = line.split_once("SIGNED ").map(|(_, rest)| rest) else {
        return false;
    };
    let (size, root) = rest.split_once(' ').unwrap();
    let first = signed
        .entry(size.parse().unwrap())
        .or_insert_with(|| root.to_owned());
    assert_eq!(first, root, "two trees of {size} entries");
    true
}

/// Lets the child run to its own end, or kills it after so many signatures.
fn live(
    ground: &Ground,
    abort: Option<usize>,
    kill_after: Option<usize>,
    signed: &mut BTreeMap<u64, String>,
) {
    let mut child = start(ground, abort);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen = 0;
    for line in lines.map_while(Result::ok) {
        seen += usize::from(note(signed, &line));
        if kill_after == Some(seen) {
            child.kill().ok();
        }
    }
    child.wait().unwrap();
}

async fn is_whole(ground: &Ground, signed: &BTreeMap<u64, String>) {
    let store = ground.scratch.open().await;
    let key = Ground::child(ground.scratch.directory()).await;
    let log = key
        .open_in(&store, ground.scratch.directory())
        .await
        .unwrap();
    log.step().await.unwrap();
    log.round().await.unwrap();
    let all = leaves(&store).await;
    let note = published(&store).await.unwrap();
    assert_eq!(note.unverified().head().root, reference_root(&all));
    assert_eq!(all.len() as u64, store.entry_count().await.unwrap() + 1);
    for (size, root) in signed {
        let size = usize::try_from(*size).unwrap();
        assert_eq!(*root, reference_root(&all[..size]).to_string(), "at {size}");
    }
    store.close().await;
}

async fn ground(engine: Engine) -> Ground {
    let ground = Ground::alone(engine).await;
    ground.scratch.create().await.close().await;
    ground.keep_key();
    ground
}

#[tokio::test]
async fn dying_at_any_point_forks_nothing() {
    for engine in Engine::BOTH {
        let ground = ground(engine).await;
        let mut signed = BTreeMap::new();
        for (index, point) in Point::ALL.iter().enumerate() {
            if *point != Point::NextOpened {
                live(&ground, Some(index), None, &mut signed);
            }
        }
        is_whole(&ground, &signed).await;
        assert!(signed.len() > 5, "{signed:?}");
    }
}

#[tokio::test]
async fn being_killed_at_any_moment_forks_nothing() {
    let kills: usize = env::var("PASO_KILLS").map_or(6, |kills| kills.parse().unwrap());
    for engine in Engine::BOTH {
        let ground = ground(engine).await;
        let mut random = Random::seeded(11);
        let mut signed = BTreeMap::new();
        for _ in 0..kills {
            live(&ground, None, Some(1 + random.below(12)), &mut signed);
        }
        is_whole(&ground, &signed).await;
    }
}
