//! Integration of entries into the log, and the tree over a million of them: `cargo bench -p
//! paso-service`.
//!
//! One step is all that stands between entries in the database and a signed head: reading, hashing,
//! the transaction, reading and hashing again, the guard, the signature, and the full tiles as files;
//! on the disk that `TMPDIR` names. The tree over a million entries is what a start pays that has
//! to make everything anew from the entries.

#![expect(clippy::unwrap_used, reason = "a failed measurement has no figure")]

use divan::{Bencher, counter::ItemsCount};
use paso_domain::crossings::Zone;
use paso_formats::{key::Algorithm, moment::Moment};
use paso_service::{
    clock::Clock,
    log::{Log, LogKey, LogParts, LogPolicy, fault::Faults},
    signer::Signer,
};
use paso_store::{
    Store,
    testing::{Engine, Scratch, alter},
};
use paso_tlog::{hash::leaf_hash, tile::Edge};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

async fn open(store: &Store, dir: &Path, key: &LogKey) -> Log {
    Log::open(LogParts {
        store: store.clone(),
        clock: Clock::fixed(Moment::from_unix(1_783_533_600)),
        key: key.clone(),
        base: "mx.example/log".parse().unwrap(),
        edition: 1,
        zone: Zone::named("America/Mexico_City").unwrap(),
        policy: LogPolicy::parse("quorum none\n").unwrap(),
        witnesses: Vec::new(),
        tiles: dir.join("log"),
        guard: dir.join("guard"),
        mirror_token: String::new().into(),
        bundle: dir.join("bundle.cose"),
        patience: Duration::from_secs(1),
        faults: Faults::none(),
    })
    .await
    .unwrap()
}

fn key() -> LogKey {
    let file = Signer::generate(Algorithm::EdDsa).unwrap();
    LogKey::new(Arc::new(
        Signer::from_pkcs8(Algorithm::EdDsa, &file).unwrap(),
    ))
    .unwrap()
}

/// Adds entries of random bytes from a number on: what is in them is nothing to the tree.
async fn fill(store: &Store, engine: Engine, from: u64, count: u64) {
    let last = from + count - 1;
    let script = match engine {
        Engine::Sqlite => format!(
            "WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
             INSERT INTO entry (number, stream, sequence, leaf)
             SELECT i, 'x', i, randomblob(230) FROM n"
        ),
        // 230 bytes: fourteen digests of 16 bytes, and six bytes more.
        Engine::Postgres => format!(
            "INSERT INTO entry (number, stream, sequence, leaf)
             SELECT i, 'x', i, decode(repeat(md5(i::text), 14) || substr(md5(i::text), 1, 12), 'hex')
             FROM generate_series({from}::bigint, {last}::bigint) AS s (i)"
        ),
    };
    alter(store, &script).await;
}

#[divan::bench(args = [1_000, 30_000], sample_count = 5, sample_size = 1)]
fn step_sqlite(bencher: Bencher<'_, '_>, entries: u64) {
    step(bencher, Engine::Sqlite, entries);
}

#[divan::bench(args = [1_000, 30_000], sample_count = 5, sample_size = 1)]
fn step_postgres(bencher: Bencher<'_, '_>, entries: u64) {
    step(bencher, Engine::Postgres, entries);
}

/// A step over so many waiting entries, onto a log that has some.
fn step(bencher: Bencher<'_, '_>, engine: Engine, entries: u64) {
    let runtime = Runtime::new().unwrap();
    let (scratch, store, log) = runtime.block_on(async {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        let log = open(&store, scratch.directory(), &key()).await;
        fill(&store, engine, 1, 10_000).await;
        log.step().await.unwrap();
        (scratch, store, log)
    });
    bencher
        .counter(ItemsCount::new(entries))
        .with_inputs(|| {
            runtime.block_on(async {
                let last = store.entry_count().await.unwrap();
                fill(&store, engine, last + 1, entries).await;
            });
        })
        .bench_local_refs(|()| runtime.block_on(async { log.step().await.unwrap() }));
    // Connections are given back inside a runtime.
    let _inside = runtime.enter();
    drop((log, store, scratch));
}

/// The tree over a million entries, from the database: read, hashed, with every tile.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn tree_of_a_million_sqlite(bencher: Bencher<'_, '_>) {
    let runtime = Runtime::new().unwrap();
    let (scratch, store) = runtime.block_on(async {
        let scratch = Scratch::new(Engine::Sqlite).await;
        let store = scratch.create().await;
        fill(&store, Engine::Sqlite, 1, 1_000_000).await;
        (scratch, store)
    });
    bencher
        .counter(ItemsCount::new(1_000_000_u64))
        .bench_local(|| {
            runtime.block_on(async {
                let mut edge = Edge::new();
                let mut from = 1;
                loop {
                    let leaves = store.leaves(from, 4096).await.unwrap();
                    if leaves.is_empty() {
                        break;
                    }
                    from += leaves.len() as u64;
                    for leaf in leaves {
                        edge.push(leaf_hash(&leaf.bytes));
                    }
                }
                edge.root()
            })
        });
    drop(scratch);
}
