//! Durable acts per second beside the disk's own rate, and replay: `cargo bench -p paso-store`.
//!
//! An act here is an entry or an exit of a known person: a row in the journal and what follows in the
//! views. Rates are medians of five runs on the same disk, in the directory `TMPDIR` names, so
//! that the ratio means something where the figures do not. Words after `--` choose among `sqlite`,
//! `postgres`, `acts`, `replay` and `ingest`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "it measures time and says so"
)]
#![expect(clippy::unwrap_used, reason = "a failed measurement has no figure")]
#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(clippy::cast_precision_loss, reason = "counts of a run are small")]

use std::{
    collections::HashSet,
    fs::File,
    io::Write as _,
    os::unix::fs::FileExt as _,
    path::Path,
    time::{Duration, Instant},
};

use paso_store::{
    Append, EntryRow, Store,
    testing::{Engine, Scratch, Story},
};

const RUN: Duration = Duration::from_secs(2);
const RUNS: usize = 5;

fn main() {
    // `cargo test --all-targets` runs it too, and wants to know only that it builds.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for engine in Engine::BOTH {
            if !wanted(&format!("{engine:?}"), &["sqlite", "postgres"]) {
                continue;
            }
            println!("{engine:?}");
            let group = ["acts", "replay", "ingest"];
            if wanted("acts", &group) {
                acts_beside_fsyncs(engine).await;
            }
            if wanted("replay", &group) {
                replay(engine).await;
            }
            if wanted("ingest", &group) {
                ingest(engine).await;
            }
        }
    });
}

/// Whether the command line names it, or none of its group.
fn wanted(name: &str, group: &[&str]) -> bool {
    let words: Vec<_> = std::env::args()
        .skip(1)
        .map(|word| word.to_lowercase())
        .collect();
    words.contains(&name.to_lowercase())
        || !group.iter().any(|other| words.contains(&(*other).into()))
}

/// Processor seconds this process has used: what a busy machine does not change.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    // Behind the name in parentheses, which may hold anything: fields 14 and 15, in hundredths.
    let fields: Vec<_> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    [11, 12]
        .iter()
        .map(|field| fields[*field].parse::<f64>().unwrap())
        .sum::<f64>()
        / 100.
}

async fn acts_beside_fsyncs(engine: Engine) {
    let (mut bare, mut shares) = (Vec::new(), Vec::new());
    let (mut alone, mut many) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        let scratch = Scratch::new(engine).await;
        let store = scratch.create().await;
        // Many first: the log of a database in use has its size and is written over.
        many.push(acts(&store, 64, run).await);
        let one = acts(&store, 1, run).await;
        let fsync = fsyncs(scratch.directory());
        // A disk that others use changes from second to second: compare neighbours only.
        shares.push((100. * one.0 / fsync, 0.));
        alone.push(one);
        bare.push((fsync, 0.));
        store.close().await;
    }
    let (bare, share, alone, many) = (median(bare), median(shares), median(alone), median(many));
    println!("  fsync of 4 KiB written      {:>8.0}/s", bare.0);
    println!(
        "  acts, 1 client              {:>8.0}/s, {:.0} µs of processor each, {:.0} % of fsync",
        alone.0, alone.1, share.0
    );
    println!(
        "  acts, 64 clients            {:>8.0}/s, {:.0} µs of processor each",
        many.0, many.1
    );
}

/// The run in the middle by rate, with its processor time.
fn median(mut figures: Vec<(f64, f64)>) -> (f64, f64) {
    figures.sort_by(|a, b| a.0.total_cmp(&b.0));
    figures[figures.len() / 2]
}

/// What the disk can do at most: one block and one wait.
fn fsyncs(directory: &Path) -> f64 {
    let file = File::create(directory.join("fsync")).unwrap();
    // The file is there already, as SQLite's log is after its first round.
    (&file).write_all(&vec![1; 16 << 20]).unwrap();
    file.sync_all().unwrap();
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < RUN / 2 {
        file.write_all_at(&[2; 4096], u64::from(count % 4096) * 4096)
            .unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

/// Acts by so many clients at once, each waiting for its own before the next: acts a second, and
/// microseconds of processor for each, the client's sealing included.
async fn acts(store: &Store, clients: u64, run: usize) -> (f64, f64) {
    let mut running = tokio::task::JoinSet::new();
    let (start, used) = (Instant::now(), processor());
    for client in 0..clients {
        let store = store.clone();
        running.spawn(async move {
            let mut story = Story::new(client + 1000 * run as u64 + clients);
            let (mut count, begun) = (0_u32, Instant::now());
            while begun.elapsed() < RUN {
                let told = story.enter_or_leave();
                story.tell(&store, told).await.unwrap();
                count += 1;
            }
            f64::from(count)
        });
    }
    let count: f64 = running.join_all().await.into_iter().sum();
    (
        count / start.elapsed().as_secs_f64(),
        1e6 * (processor() - used) / count,
    )
}

async fn replay(engine: Engine) {
    let scratch = Scratch::new(engine).await;
    let store = scratch.create().await;
    fill(&store, 100_000).await;
    store.drop_views().await.unwrap();
    let (start, used) = (Instant::now(), processor());
    let rebuilt = store.rebuild_views().await.unwrap();
    let rate = rebuilt.events as f64 / start.elapsed().as_secs_f64();
    let each = 1e6 * (processor() - used) / rebuilt.events as f64;
    println!(
        "  replay of {} events     {rate:>8.0}/s, {each:.0} µs of processor each",
        rebuilt.events
    );
}

/// Rows of another hub's stream: checked, opened, stored and in the views.
async fn ingest(engine: Engine) {
    let (from, to) = (Scratch::new(engine).await, Scratch::new(engine).await);
    let (from, to) = (from.create().await, to.create().await);
    fill(&from, 30_000).await;
    let entries = from.entries(1, u32::MAX).await.unwrap();
    let subjects: HashSet<_> = entries
        .iter()
        .filter_map(|entry| Some(entry.recorded.as_ref()?.subject.clone()))
        .collect();
    let subjects: Vec<_> = subjects.into_iter().collect();
    let keys = from.subject_keys(&subjects).await.unwrap();
    let keys = keys
        .into_iter()
        .map(|(subject, ring)| (subject, ring.sealing().clone()));
    to.subject_keys_or_insert(keys.collect()).await.unwrap();
    let devices: Vec<_> = from.devices().await.unwrap().into_values().collect();
    let rows: Vec<_> = entries.iter().map(EntryRow::row).collect();
    let (start, used) = (Instant::now(), processor());
    let imported = to.import(&rows, &devices).await.unwrap();
    let rate = imported.taken as f64 / start.elapsed().as_secs_f64();
    let each = 1e6 * (processor() - used) / imported.taken as f64;
    println!(
        "  ingest of {} signed events {rate:>6.0}/s, {each:.0} µs of processor each",
        imported.taken
    );
}

/// Tells a story until the journal has so many rows.
async fn fill(store: &Store, rows: u64) {
    let mut story = Story::new(1);
    while store.position().await.unwrap() < rows {
        let mut large: Option<Append> = None;
        for _ in 0..500 {
            let told = story.next_act();
            let append = story.seal(store, told.clone()).await.unwrap();
            story.took_place(&told);
            match &mut large {
                Some(large) => large.entries.extend(append.entries),
                None => large = Some(append),
            }
        }
        let mut large = large.unwrap();
        large.expect.clear();
        store.append(large).await.unwrap();
    }
}
