//! A day at two posts of which one has a bad line, and power that fails: whatever was acknowledged on
//! any side is there at the end where it belongs, row for row. Cards issued at the one cross at the
//! other, which does not know them: they bring themselves, and the hub tells one story of each.
//!
//! `cargo test -p paso --test day -- --runs 200 --seed 1`; 2 runs from seed 1 without.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a test says what it did, and fails where its ground gives way"
)]

#[path = "../common/alone.rs"]
mod alone;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/outpost.rs"]
mod outpost;
mod proxy;

use common::{ISSUE, Running, Site, said};
use outpost::{Outpost, hub, stream_of};
use proxy::{Line, Proxy};
use std::{process::ExitCode, sync::atomic::Ordering};

/// A repeatable sequence.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most.max(1)
    }
}

fn main() -> ExitCode {
    let (mut runs, mut seed) = (2, 1);
    let Some(args) = alone::arguments("day") else {
        return ExitCode::SUCCESS;
    };
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
        match arg.as_str() {
            "--runs" => runs = number(args.next()).unwrap_or(runs),
            "--seed" => seed = number(args.next()).unwrap_or(seed),
            // What `cargo test` passes to every test.
            _ => {}
        }
    }
    for seed in seed..seed + runs {
        println!("{}", Day::new(seed).pass());
    }
    ExitCode::SUCCESS
}

/// A day.
struct Day {
    seed: u64,
    random: Random,
    hub: Site,
    post: Outpost,
    /// A post with a good line, where the others' cards are brought.
    other: Outpost,
    line: Proxy,
    at_hub: Option<Running>,
    at_post: Option<Running>,
    at_other: Running,
    /// Cards that somebody has in hand: acknowledged.
    cards: Vec<Card>,
    /// Entries and exits that were acknowledged.
    crossings: u64,
    /// Those of them at the post that had not issued the card.
    elsewhere: u64,
    kills: u64,
    enrolled: u64,
}

/// A card, as its holder has it.
struct Card {
    number: String,
    /// The text of its code.
    text: String,
}

const LINES: [Line; 6] = [
    Line::Open,
    Line::Dead,
    Line::Cuts(1_000),
    Line::Cuts(30_000),
    Line::Crawls,
    Line::Flaps,
];

impl Day {
    fn new(seed: u64) -> Self {
        let (hub, door) = hub();
        let running = hub.serve();
        let post = Outpost::enrol(&hub, door, "HID");
        let line = Proxy::to(door, seed);
        post.know_hub_at(line.port);
        let serving = post.serve();
        let other = Outpost::enrol(&hub, door, "CAB");
        other.know_hub_at(door);
        let at_other = other.serve();
        Self {
            seed,
            random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            hub,
            post,
            other,
            line,
            at_other,
            at_hub: Some(running),
            at_post: Some(serving),
            cards: Vec::new(),
            crossings: 0,
            elsewhere: 0,
            kills: 0,
            enrolled: 0,
        }
    }

    fn pass(mut self) -> String {
        for _ in 0..24 {
            match self.random.below(12) {
                0..4 => self.issue(),
                4..7 => self.cross(),
                7 | 8 => {
                    let line = LINES[usize::try_from(self.random.below(6)).unwrap_or(0)];
                    self.line.becomes(line);
                }
                9 => self.enrol_somebody(),
                10 => {
                    self.kills += 1;
                    if let Some(running) = self.at_post.take() {
                        running.kill();
                    }
                    self.at_post = Some(self.post.serve());
                }
                _ => {
                    self.kills += 1;
                    if let Some(running) = self.at_hub.take() {
                        running.kill();
                    }
                    // A while without it.
                    self.issue();
                    self.at_hub = Some(self.hub.serve());
                }
            }
        }
        self.evening()
    }

    fn issue(&mut self) {
        let mut args = ISSUE.to_vec();
        args[3] = "--post=HID";
        let document = format!("--document-number={:09}", self.cards.len());
        args[10] = &document;
        let issued = self.post.paso(&args);
        let text = said(&issued);
        assert!(issued.status.success(), "seed {}: {text}", self.seed);
        // The number first, and its code last: the longest line.
        let number = text.lines().next().unwrap_or_default().to_owned();
        let code = text.lines().max_by_key(|line| line.len());
        self.cards.push(Card {
            number,
            text: code.unwrap_or_default().to_owned(),
        });
    }

    fn cross(&mut self) {
        let Some(last) = self.cards.len().checked_sub(1) else {
            return;
        };
        let at = self.random.below(last as u64 + 1);
        let at = usize::try_from(at).unwrap_or(last);
        let away = self.random.below(2) == 0;
        let way = if self.random.below(3) == 0 {
            "leave"
        } else {
            "enter"
        };
        let card = &self.cards[at];
        let (post, named, code) = if away {
            (&self.other, &card.text, "--post=CAB")
        } else {
            (&self.post, &card.number, "--post=HID")
        };
        let done = post.paso(&[way, named, "--officer=INM-0417", code]);
        let text = said(&done);
        // Somebody who has not entered leaves all the same; nothing here may be refused.
        assert!(done.status.success(), "seed {}: {way}: {text}", self.seed);
        self.crossings += 1;
        self.elsewhere += u64::from(away);
    }

    fn enrol_somebody(&mut self) {
        self.enrolled += 1;
        let number = format!("INM-7{:03}", self.enrolled);
        let enrol = [
            "officer",
            "enrol",
            &number,
            "--name=Agente de turno",
            "--role=desk",
            "--post=HID",
            "--officer=ADM-0001",
        ];
        let done = self.hub.paso(&enrol);
        assert!(done.status.success(), "seed {}: {}", self.seed, said(&done));
    }

    fn evening(self) -> String {
        let Self {
            seed,
            hub,
            post,
            other,
            line,
            at_hub,
            at_post,
            at_other,
            cards,
            crossings,
            elsewhere,
            kills,
            enrolled,
            ..
        } = self;
        line.becomes(Line::Open);
        post.settles();
        other.settles();
        let listed = said(&hub.paso(&["sync", "status"]));
        for (one, code) in [(&post, "HID"), (&other, "CAB")] {
            let line = listed.lines().find(|line| line.contains(code));
            let name = line.and_then(|line| line.split(' ').next());
            let name = name.unwrap_or_default();
            let (file, copy) = (one.beside("post.batch"), one.beside("hub.batch"));
            let mine = stream_of(&one.dir(), name, &file);
            let theirs = stream_of(&hub.dir(), name, &copy);
            assert_eq!(mine, theirs, "seed {seed}: {code}: row for row");
        }
        for Card { number, .. } in &cards {
            let pdf = post.beside("card.pdf");
            let pdf = pdf.to_str().unwrap_or_default();
            let print = [
                "card",
                "print",
                number,
                "--officer=INM-0417",
                "--post=HID",
                "-o",
                pdf,
            ];
            let done = hub.paso(&print);
            assert!(
                done.status.success(),
                "seed {seed}: {number}: {}",
                said(&done)
            );
        }
        for at in 1..=enrolled {
            let known = post.paso(&["officer", "show", &format!("INM-7{at:03}")]);
            let text = said(&known);
            assert!(text.contains("Agente de turno"), "seed {seed}: {text}");
        }
        let broken = line.broken.load(Ordering::SeqCst);
        drop((at_hub, at_post, at_other));
        let dirs = [
            (hub.dir(), "hub"),
            (post.dir(), "post"),
            (other.dir(), "other post"),
        ];
        for (dir, what) in dirs {
            let audit = ["audit", "journal", "views", "entries"];
            let audited = common::command(&dir, &audit).output();
            let audited = audited.expect("paso runs");
            assert!(
                audited.status.success(),
                "seed {seed}: {what}: {}",
                said(&audited)
            );
        }
        format!(
            "day {seed}: {} cards, {crossings} crossings, {elsewhere} of them elsewhere, {kills} kills, {broken} broken lines: agreed",
            cards.len()
        )
    }
}
