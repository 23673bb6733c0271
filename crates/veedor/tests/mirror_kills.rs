//! A mirror killed at random while it pulls: what it said that it holds is there afterwards, whole, and
//! what it did not finish has left nothing.
//!
//! `PASO_KILLS` is the number of kills: 5 unless told.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_tlog::{checkpoint::Head, cosignature::Timestamp};
use paso_veedor::{
    disk::Disk,
    mirror::{Db, Label, Mirror, check, database},
};
use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};
use support::{
    NOON,
    hub::{CODE, Device, FakeHub, ORIGIN, settings},
};

const PLACES: usize = 4_000;

/// The log in all its lives: the same from the same seed.
fn hub() -> FakeHub {
    let hub = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    hub.log(|log| {
        for number in 1..PLACES {
            log.push(match number % 3 {
                0 => one.heartbeat(),
                _ => one.act(&format!("card:{number}"), "card.issued", b""),
            });
        }
    });
    hub.lock().at_a_time = 16;
    hub
}

fn label() -> Label {
    "2026".parse().unwrap()
}

async fn open(dir: &Path) -> Mirror {
    Mirror::open(dir, &Disk::reliable(), settings(&[ORIGIN]))
        .await
        .unwrap()
}

async fn held(mirror: &Mirror) -> Option<Head> {
    mirror.held(label()).await.unwrap().map(|held| held.head)
}

/// Not a test: what the test runs as its child. Says after each round what it holds.
#[tokio::test]
#[ignore = "the child of the other test; it pulls until it is killed"]
async fn child() {
    let Ok(dir) = env::var("VEEDOR_CHILD_DIR") else {
        return;
    };
    let hub = hub();
    let mirror = open(Path::new(&dir)).await;
    let mut size = held(&mirror).await.map_or(0, |head| head.size);
    while size < PLACES as u64 {
        size = (size + 37).min(PLACES as u64);
        hub.log(|log| log.published = usize::try_from(size).unwrap());
        mirror
            .pull(&hub, Timestamp::from_seconds(NOON).unwrap(), |_| None)
            .await
            .unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "HOLDS {size}").unwrap();
        out.flush().unwrap();
    }
}

#[tokio::test]
async fn kills_at_random_lose_nothing_that_was_held_and_leave_nothing_half() {
    let kills = env::var("PASO_KILLS").map_or(5, |kills| kills.parse().unwrap());
    let temp = tempfile::tempdir().unwrap();
    let (hub, logs) = (hub(), settings(&[ORIGIN]).logs);
    // xorshift64: the same kills on every run.
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |end: u64| {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        chance % end
    };
    let mut dir = temp.path().join("0");
    let mut said = 0;
    for kill in 0..kills {
        if said == PLACES as u64 {
            // All is pulled: from the start, elsewhere.
            (dir, said) = (temp.path().join(kill.to_string()), 0);
        }
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .env("VEEDOR_CHILD_DIR", &dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (enough, spin) = (1 + below(12), below(3_000_000));
        let mut rounds = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let Some((_, size)) = line.split_once("HOLDS ") else {
                continue;
            };
            said = size.parse().unwrap();
            rounds += 1;
            if rounds == enough {
                // Somewhere in the steps of the next round.
                for turn in 0..spin {
                    std::hint::black_box(turn);
                }
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let mirror = open(&dir).await;
        let head = held(&mirror).await.unwrap();
        // Between what it said and what it was about to say.
        assert!((said..=said + 37).contains(&head.size), "{said} {head:?}");
        said = head.size;
        assert_eq!(
            head,
            hub.log(|log| log.head_at(usize::try_from(head.size).unwrap()))
        );
        assert_eq!(
            mirror
                .standing(Timestamp::from_seconds(NOON).unwrap())
                .await
                .unwrap()
                .findings,
            []
        );
        mirror.close().await;
        let db = Db::open_to_read(&database(&dir, CODE)).await.unwrap();
        let checked = check::check(&db, &logs).await.unwrap().remove(0);
        assert_eq!(
            (checked.rows, checked.damage),
            (head.size, vec![]),
            "kill {kill}"
        );
        db.close().await;
    }
}
