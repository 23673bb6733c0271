//! What a hub takes in from posts: `cargo bench -p paso-service --bench sync`.
//!
//! One post's backlog in parcels of 256 rows, each verified, unpacked, its keys tried and stored, its
//! rows imported and its answer made, as one request after the other would bring them; and the same
//! rows by the plain import of a file, with keys that are there already. On the disk that `TMPDIR`
//! names.

#![expect(clippy::unwrap_used, reason = "a failed measurement has no figure")]

use divan::{Bencher, counter::ItemsCount};
use paso_domain::{
    act::Act,
    event::{Event, Refused},
    id::ApplicationId,
    subject::Subject,
};
use paso_service::testing::{House, Outpost};
use paso_store::testing::Engine;
use tokio::runtime::Runtime;

const ROWS: u64 = 4096;

fn main() {
    divan::main();
}

/// A hub, and a post with a backlog, each row about somebody else.
async fn backlog(engine: Engine) -> (House, Outpost) {
    let house = House::on(engine).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    for batch in 0..ROWS / 256 {
        let facts = (0..256).map(|row| {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&(batch * 256 + row).to_be_bytes());
            let event = Event::Refused(Refused {
                act: Act {
                    at: post.clock().now(),
                    post: "HID".parse().unwrap(),
                    officer: "INM-0417".parse().unwrap(),
                    late: None,
                },
                command: "card.issue".into(),
                reason: "not-eligible".into(),
                person: None,
            });
            (Subject::Application(ApplicationId::from_random(id)), event)
        });
        post.forced(facts.collect()).await;
    }
    (house, post)
}

#[divan::bench(args = [Engine::Sqlite, Engine::Postgres], sample_count = 5, sample_size = 1)]
fn parcels(bencher: Bencher<'_, '_>, engine: Engine) {
    let runtime = Runtime::new().unwrap();
    bencher
        .counter(ItemsCount::new(ROWS))
        .with_inputs(|| {
            runtime.block_on(async {
                let (house, post) = backlog(engine).await;
                // The parcels as they would be sent, one after what the one before was known to hold.
                let (stick, rows) = post.pack_stick().await.unwrap();
                assert_eq!(rows, ROWS);
                (house, stick)
            })
        })
        .bench_values(|(house, stick)| {
            runtime.block_on(async {
                let unpacked = house.take_stick(&stick).await.unwrap();
                assert_eq!(unpacked.taken, ROWS);
                house
            })
        });
}

#[divan::bench(args = [Engine::Sqlite, Engine::Postgres], sample_count = 5, sample_size = 1)]
fn plain_import(bencher: Bencher<'_, '_>, engine: Engine) {
    let runtime = Runtime::new().unwrap();
    bencher
        .counter(ItemsCount::new(ROWS))
        .with_inputs(|| {
            runtime.block_on(async {
                let (house, post) = backlog(engine).await;
                let rows = post.records().entries_of(post.stream(), 0, u32::MAX).await;
                let rows = rows.unwrap();
                let subjects: Vec<_> = rows
                    .iter()
                    .filter_map(|row| Some(row.recorded.as_ref()?.subject.clone()))
                    .collect();
                let keys = post.records().subject_keys(&subjects).await.unwrap();
                let keys: Vec<_> = keys
                    .into_iter()
                    .map(|(subject, ring)| (subject, ring.sealing().clone()))
                    .collect();
                house.records().take_in_keys(&keys).await.unwrap();
                let devices = post.records().devices().await.unwrap();
                (house, rows, devices[&post.stream()].clone())
            })
        })
        .bench_values(|(house, rows, key)| {
            runtime.block_on(async {
                let rows: Vec<_> = rows.iter().map(paso_store::EntryRow::row).collect();
                let imported = house.records().import(&rows, &[key]).await.unwrap();
                assert_eq!(imported.taken, ROWS);
            });
            house
        });
}
