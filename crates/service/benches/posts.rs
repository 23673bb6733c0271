//! Fifty posts that come back at once, and somebody at a desk of the hub meanwhile:
//! `cargo bench -p paso-service --bench posts`.
//!
//! Each post has been alone and has issued cards and let their holders in; together they bring 50,000 acts
//! and more, each post its parcels one after the other, all posts at the same time. Meanwhile an officer at
//! the hub opens cards and lets people in and out, one act after the other, as fast as they are answered.
//! The peer is the same officer on the same hub before anybody comes. Parcels are made beforehand: posts
//! have processors of their own.

#![expect(clippy::unwrap_used, reason = "a failed measurement has no figure")]
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use core::time::Duration;
use paso_domain::policy::Role;
use paso_formats::number::CardNumber;
use paso_service::{
    Officer,
    desk::ApplicationForm,
    testing::{House, application, may, officer},
};
use paso_store::testing::Engine;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

const POSTS: u64 = 50;
const ACTS: u64 = 50_000;
/// People who go in and out at the hub's desk.
const AT_THE_DESK: usize = 50;
/// Rounds of the desk on the quiet hub; under load it goes on until the last parcel is in.
const QUIET: usize = 400;

fn main() {
    // Run as a test, there is nothing to measure.
    if std::env::args().any(|arg| arg == "--list" || arg == "--test") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in Engine::BOTH {
        runtime.block_on(measure(engine));
    }
}

fn somebody(number: u64) -> ApplicationForm {
    let mut form = application();
    form.documents[0].number = format!("{number:09}");
    form
}

async fn measure(engine: Engine) {
    let house = Arc::new(House::on(engine).await);
    let desk = officer(Role::Desk);
    let (sticks, acts) = Box::pin(backlog(&house)).await;
    let mut cards = Vec::new();
    for number in 0..AT_THE_DESK {
        let form = somebody(900_000_000 + number as u64);
        let issued = house.issue(&may(&desk), &form).await.unwrap();
        cards.push(issued.card.number);
    }
    let quiet = at_the_desk(&house, &desk, &cards, |round| round < QUIET).await;
    let done = Arc::new(AtomicBool::new(false));
    let delivering = {
        let (house, done) = (Arc::clone(&house), Arc::clone(&done));
        tokio::spawn(async move {
            let begin = Instant::now();
            let deliveries: Vec<_> = sticks
                .into_iter()
                .map(|stick| {
                    let house = Arc::clone(&house);
                    tokio::spawn(async move {
                        let unpacked = house.take_stick(&stick).await.unwrap();
                        assert_eq!(unpacked.stopped, None);
                        unpacked.taken
                    })
                })
                .collect();
            let mut taken = 0;
            for delivery in deliveries {
                taken += delivery.await.unwrap();
            }
            done.store(true, Ordering::SeqCst);
            (taken, begin.elapsed())
        })
    };
    let loaded = at_the_desk(&house, &desk, &cards, |_| !done.load(Ordering::SeqCst)).await;
    let (taken, took) = delivering.await.unwrap();
    assert_eq!(taken, acts);
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let rate = acts as f64 / took.as_secs_f64();
    println!(
        "{engine:?}: {acts} acts of {POSTS} posts in {:.1} s, {rate:.0}/s; at the desk meanwhile:",
        took.as_secs_f64()
    );
    for (what, quiet, loaded) in [
        ("a card opened", &quiet.opened, &loaded.opened),
        ("in or out", &quiet.crossed, &loaded.crossed),
    ] {
        println!(
            "  {what}: quiet p50 {:?}, p95 {:?} ({}); loaded p50 {:?}, p95 {:?}, worst {:?} ({}); p95 {:.1} times",
            part(quiet, 50),
            part(quiet, 95),
            quiet.len(),
            part(loaded, 50),
            part(loaded, 95),
            part(loaded, 100),
            loaded.len(),
            part(loaded, 95).as_secs_f64() / part(quiet, 95).as_secs_f64(),
        );
    }
}

/// What each post has to bring, and how many acts it is together.
async fn backlog(house: &House) -> (Vec<Vec<u8>>, u64) {
    let (mut sticks, mut acts) = (Vec::new(), 0);
    for number in 0..POSTS {
        let post = house.outpost("HID", Engine::Sqlite, number).await;
        post.settle(house).await;
        let there = Officer {
            post: "HID".parse().unwrap(),
            ..officer(Role::Desk)
        };
        let before = post.records().entry_count().await.unwrap();
        let mut holder = number * 1_000_000;
        while post.records().entry_count().await.unwrap() - before < ACTS / POSTS {
            let issued = post.issue(&may(&there), &somebody(holder)).await.unwrap();
            let number = issued.card.number;
            post.enter(&may(&there), number).await.unwrap();
            holder += 1;
        }
        let (stick, rows) = post.pack_stick().await.unwrap();
        post.stop().await;
        sticks.push(stick);
        acts += rows;
    }
    (sticks, acts)
}

/// How long each act at the desk took.
#[derive(Default)]
struct Waits {
    opened: Vec<Duration>,
    crossed: Vec<Duration>,
}

async fn at_the_desk(
    house: &House,
    desk: &Officer,
    cards: &[CardNumber],
    goes_on: impl Fn(usize) -> bool,
) -> Waits {
    let mut waits = Waits::default();
    let mut round = 0;
    while goes_on(round) {
        let card = cards[round % cards.len()];
        let begin = Instant::now();
        house.card(&may(desk), card).await.unwrap();
        waits.opened.push(begin.elapsed());
        let begin = Instant::now();
        if (round / cards.len()).is_multiple_of(2) {
            house.enter(&may(desk), card).await.unwrap();
        } else {
            house.leave(&may(desk), card).await.unwrap();
        }
        waits.crossed.push(begin.elapsed());
        round += 1;
    }
    waits.opened.sort();
    waits.crossed.sort();
    waits
}

/// The wait below which so many percent lie.
fn part(sorted: &[Duration], percent: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get(last * percent / 100)
        .copied()
        .unwrap_or_default()
}
