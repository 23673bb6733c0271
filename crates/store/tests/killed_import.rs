//! A process that dies while it signs older rows or takes rows in: whole pages are there afterwards,
//! and to start again is to finish.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    env, fs,
    process::{Command, Stdio},
};

use paso_formats::{
    feed::{self, Feed, Place},
    key::PublicKey,
    moment::Moment,
};
use paso_store::{
    Config, EntryRow, Fault, Faults, Step, Store, Url, Work,
    testing::{
        Engine, Scratch, Story, chains_are_whole, device, forget_entries, journal_rows, view_rows,
    },
};

const NOW: Moment = Moment::from_unix(1_404_752_430);

/// Not a test: what the other tests run as their child.
#[test]
#[ignore = "the child of the other tests; it dies in the middle of its work"]
fn child() {
    let Ok(step) = env::var("PASO_CHILD_ABORT") else {
        return;
    };
    let url = |name| match env::var(name).unwrap() {
        url if url.starts_with("postgres:") => Url::Postgres(url),
        path => Url::Sqlite(path.into()),
    };
    let config = Config {
        main: url("PASO_CHILD_MAIN"),
        keys: url("PASO_CHILD_KEYS"),
    };
    let file = fs::read(env::var("PASO_CHILD_FILE").unwrap()).unwrap();
    let step = Step::ALL[step.parse::<usize>().unwrap()];
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let faults = Faults::armable();
        faults.arm(step, Fault::Abort);
        let store = Store::open_with_faults(&config, faults).await.unwrap();
        match step.work() {
            Work::Backfill => drop(store.backfill(&device([7; 32]), NOW).await),
            _ => take(&store, &file).await,
        }
    });
}

fn key() -> [PublicKey; 1] {
    [Story::new(1).device().signer.public_key().clone()]
}

async fn take(store: &Store, file: &[u8]) {
    let feed = Feed::read(file, None).unwrap();
    let places = feed.places().map(|(place, row)| match row {
        Place::Entry(row) => (place, row),
        Place::Opening(_) => unreachable!("no opening leaf was written"),
    });
    let places: Vec<_> = places.collect();
    store.restore(&places, &key()).await.unwrap();
}

/// A journal of more than two pages, told by one device.
async fn fill(store: &Store) -> Vec<EntryRow> {
    let mut story = Story::new(1);
    for _ in 0..6 {
        let told = (0..240).flat_map(|_| story.next_act()).collect();
        let mut append = story.seal(store, told).await.unwrap();
        append.expect.clear();
        store.append(append).await.unwrap();
    }
    store.entries(1, u32::MAX).await.unwrap()
}

/// Runs a child that dies at a step.
fn dies_at(step: Step, scratch: &Scratch, file: &std::path::Path) {
    let url = |url: &Url| match url {
        Url::Sqlite(path) => path.clone().into_os_string(),
        Url::Postgres(url) => url.into(),
    };
    let index = Step::ALL.iter().position(|known| *known == step).unwrap();
    let ended = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture", "--quiet"])
        .env("PASO_CHILD_MAIN", url(&scratch.config().main))
        .env("PASO_CHILD_KEYS", url(&scratch.config().keys))
        .env("PASO_CHILD_FILE", file)
        .env("PASO_CHILD_ABORT", index.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(!ended.unwrap().success(), "it should have died at {step:?}");
}

#[tokio::test]
async fn dying_while_rows_are_taken_in_leaves_whole_pages() {
    for engine in Engine::BOTH {
        let old = Scratch::new(engine).await;
        let hub = old.create().await;
        let entries = fill(&hub).await;
        let places: Vec<_> = entries
            .iter()
            .map(|entry| Place::Entry(entry.row()))
            .collect();
        let file = old.directory().join("feed");
        let bytes = feed::write("log.example/mx/2026", 1, &places).unwrap();
        fs::write(&file, &bytes).unwrap();
        for step in [Step::ImportInserted, Step::ImportCommitted] {
            let new = Scratch::new(engine).await;
            new.create().await.close().await;
            dies_at(step, &new, &file);
            let copy = new.open().await;
            let count = copy.entry_count().await.unwrap();
            assert_eq!(count > 0, step.is_persisted(), "{step:?}");
            assert_eq!(chains_are_whole(&copy).await, count);
            assert!(!copy.views_are_behind().await.unwrap());
            take(&copy, &bytes).await;
            assert_eq!(copy.entries(1, u32::MAX).await.unwrap(), entries);
            assert_eq!(journal_rows(&copy).await, journal_rows(&hub).await);
        }
    }
}

#[tokio::test]
async fn dying_while_older_rows_are_signed_leaves_whole_pages() {
    for engine in Engine::BOTH {
        for step in [Step::BackfillInserted, Step::BackfillCommitted] {
            let scratch = Scratch::new(engine).await;
            let store = scratch.create().await;
            fill(&store).await;
            let (rows, views) = (journal_rows(&store).await, view_rows(&store).await);
            forget_entries(&store).await;
            store.close().await;
            let file = scratch.directory().join("nothing");
            fs::write(&file, []).unwrap();
            dies_at(step, &scratch, &file);
            let store = scratch.open().await;
            let count = store.entry_count().await.unwrap();
            assert_eq!(count > 0, step.is_persisted(), "{step:?}");
            assert!(count < rows.len() as u64);
            let signed = store.backfill(&device([7; 32]), NOW).await.unwrap();
            assert_eq!(count + signed, rows.len() as u64);
            assert_eq!(chains_are_whole(&store).await, rows.len() as u64);
            assert_eq!(
                (journal_rows(&store).await, view_rows(&store).await),
                (rows, views)
            );
        }
    }
}
