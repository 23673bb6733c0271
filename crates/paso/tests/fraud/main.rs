//! Frauds on the custody register, and who finds them.
//!
//! Each run tells an honest history through the real service on a real database, with a real log and
//! a mirror; all three who look must find nothing. Then one fraud is done, with the database's
//! password, the keys' database, the device's key or a lie, and they look again. What nobody finds is
//! a miss, and what is found in an honest history a false alarm: either fails the run.
//!
//! `cargo test -p paso --test fraud -- --runs 1000 --seed 1 --postgres`; 30 runs from seed 1 on SQLite
//! when nothing is said.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and this one prints its table and how long it took"
)]

#[path = "../common/alone.rs"]
mod alone;
mod eyes;
mod frauds;
mod honest;
mod raw;

use eyes::{Eyes, Seen};
use frauds::Fraud;
use honest::Town;
use paso_store::testing::Engine;
use std::{collections::BTreeMap, process::ExitCode, time::Instant};

struct Asked {
    runs: u64,
    seed: u64,
    engine: Engine,
    /// Only this fraud, where one is meant.
    only: Option<String>,
}

/// The arguments; none where this test is not meant.
fn asked() -> Option<Asked> {
    let mut asked = Asked {
        runs: 30,
        seed: 1,
        engine: Engine::Sqlite,
        only: None,
    };
    let mut args = alone::arguments("fraud")?.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--runs" => asked.runs = args.next()?.parse().ok()?,
            "--seed" => asked.seed = args.next()?.parse().ok()?,
            "--only" => asked.only = Some(args.next()?),
            "--postgres" => asked.engine = Engine::Postgres,
            _ => {}
        }
    }
    Some(asked)
}

/// What came of all runs of one fraud.
#[derive(Default)]
struct Row {
    runs: u64,
    custody: u64,
    audit: u64,
    veedor: u64,
    missed: u64,
    by: BTreeMap<String, u64>,
}

impl Row {
    fn take(&mut self, seen: &Seen) {
        self.runs += 1;
        self.custody += u64::from(!seen.custody.is_empty());
        self.audit += u64::from(!seen.audit.is_empty());
        self.veedor += u64::from(!seen.veedor.is_empty());
        self.missed += u64::from(seen.is_empty());
        for code in seen.codes() {
            *self.by.entry(code).or_default() += 1;
        }
    }
}

async fn run(engine: Engine, seed: u64, fraud: Fraud) -> (Seen, Seen) {
    let mut town = Town::tell(engine, seed).await;
    let eyes = Eyes::open(&town).await;
    town.yesterday().await;
    town.take_the_victim().await;
    let honest = eyes.look(&town).await;
    fraud.commit(&mut town).await;
    let after = eyes.look(&town).await;
    town.house.stop().await;
    (honest, after)
}

fn main() -> ExitCode {
    let Some(asked) = asked() else {
        return ExitCode::SUCCESS;
    };
    let begun = Instant::now();
    let frauds: Vec<_> = Fraud::ALL
        .into_iter()
        .filter(|fraud| {
            asked
                .only
                .as_deref()
                .is_none_or(|only| fraud.code() == only)
        })
        // A backup of PostgreSQL is not one file that could be put back.
        .filter(|fraud| asked.engine == Engine::Sqlite || *fraud != Fraud::Restored)
        .collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let (mut rows, mut alarms) = (BTreeMap::<&str, Row>::new(), 0);
    for (at, seed) in (0..asked.runs).zip(asked.seed..) {
        let fraud = frauds[usize::try_from(at).unwrap() % frauds.len()];
        let (honest, after) = runtime.block_on(run(asked.engine, seed, fraud));
        if !honest.is_empty() {
            alarms += 1;
            println!("seed {seed}: false alarm {honest:?}");
        }
        if after.is_empty() {
            println!("seed {seed}: {} was missed", fraud.code());
        }
        rows.entry(fraud.code()).or_default().take(&after);
    }
    let missed: u64 = rows.values().map(|row| row.missed).sum();
    println!(
        "\n{:<22} {:>5} {:>8} {:>6} {:>7} {:>7}  found as",
        "fraud", "runs", "custody", "audit", "veedor", "missed"
    );
    for (code, row) in &rows {
        let by: Vec<_> = row.by.keys().cloned().collect();
        println!(
            "{code:<22} {:>5} {:>8} {:>6} {:>7} {:>7}  {}",
            row.runs,
            row.custody,
            row.audit,
            row.veedor,
            row.missed,
            by.join(" ")
        );
    }
    println!(
        "\n{} runs from seed {}: {missed} missed, {alarms} false alarms, {:.1} s",
        asked.runs,
        asked.seed,
        begun.elapsed().as_secs_f64()
    );
    ExitCode::from(u8::from(missed + alarms > 0))
}
