//! A witness killed at random while a log lies to it: a child is asked over and over and says what it
//! cosigned; over all its lives that must be one growing history.
//!
//! The log in the child knows only what was answered, and grows from there in another way each
//! time: it tries to make use of whatever the kill made the witness forget.
//! `PASO_KILLS` is the number of kills: 5 unless told.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_veedor::{disk::Disk, witness::Witness};
use std::{
    collections::BTreeMap,
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};
use support::{History, open};

/// xorshift64: the same kills on every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

/// A log that forks on purpose. Says `history root` in text for whatever was cosigned.
fn lie(witness: &Witness, mut known: History, chance: &mut Chance, rounds: usize) {
    for _ in 0..rounds {
        let entry = b"abcd"[chance.below(4)];
        let next = known.then(1 + chance.below(3), entry);
        let old = known.0.len() as u64;
        let response = witness.add_checkpoint(&next.body(old)).unwrap();
        match response.status.code() {
            200 => {
                say(&next);
                known = next;
            }
            // The answer of an earlier life was lost on its way: the log tries every way to grow that
            // it can, and one of them is what the witness has.
            409 => {
                let stored: usize = response.body.trim().parse().unwrap();
                assert!(stored > known.0.len(), "the witness went back to {stored}");
                known = found(witness, &known, stored);
                say(&known);
            }
            other => panic!("{other}"),
        }
    }
}

fn found(witness: &Witness, known: &History, stored: usize) -> History {
    let more = stored - known.0.len();
    let mut cosigned = b"abcd"
        .iter()
        .map(|entry| known.then(more, *entry))
        .filter(|guess| {
            let response = witness.add_checkpoint(&guess.body(stored as u64)).unwrap();
            response.status.code() == 200
        });
    let found = cosigned.next().unwrap();
    assert_eq!(cosigned.next(), None);
    found
}

fn say(history: &History) {
    let text = core::str::from_utf8(&history.0).unwrap();
    let line = format!("COSIGNED {text}\n");
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).unwrap();
    out.flush().unwrap();
}

/// Not a test: what the test runs as its child.
#[test]
#[ignore = "the child of the other test; it asks until it is killed"]
fn child() {
    let Ok(dir) = env::var("VEEDOR_CHILD_DIR") else {
        return;
    };
    let known = History(env::var("VEEDOR_CHILD_KNOWS").unwrap().into_bytes());
    let seed = env::var("VEEDOR_CHILD_SEED").unwrap().parse().unwrap();
    let witness = open(Path::new(&dir), &Disk::reliable()).unwrap();
    lie(&witness, known, &mut Chance(seed), 10_000);
}

#[test]
fn kills_at_random_never_lead_to_two_trees() {
    let kills = env::var("PASO_KILLS").map_or(5, |kills| kills.parse().unwrap());
    let temp = tempfile::tempdir().unwrap();
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut by_size: BTreeMap<usize, History> = BTreeMap::new();
    let mut known = History(Vec::new());
    for kill in 0..kills {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .env("VEEDOR_CHILD_DIR", temp.path())
            .env(
                "VEEDOR_CHILD_KNOWS",
                String::from_utf8(known.0.clone()).unwrap(),
            )
            .env("VEEDOR_CHILD_SEED", (kill + 1).to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let enough = 1 + chance.below(12);
        let spin = chance.below(2_000_000);
        let mut heard = 0;
        for line in lines {
            let line = line.unwrap();
            // The frame of the test's own output stands before the first.
            let Some((_, text)) = line.split_once("COSIGNED ") else {
                continue;
            };
            let next = History(text.as_bytes().to_vec());
            assert!(
                next.0.starts_with(&known.0),
                "not one history: {known:?} {next:?}"
            );
            let before = by_size.insert(next.0.len(), next.clone());
            assert!(before.is_none_or(|before| before == next), "two trees");
            known = next;
            heard += 1;
            if heard == enough {
                // Somewhere in the steps of the next write.
                for turn in 0..spin {
                    std::hint::black_box(turn);
                }
                child.kill().unwrap();
            }
        }
        assert!(!child.wait().unwrap().success());
        assert!(heard >= enough, "the child ended by itself, kill {kill}");
    }
}
