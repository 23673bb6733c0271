//! A day at a post whose line is bad and whose power fails: whatever was acknowledged on either side is
//! there at the end on both, row for row.
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
    line: Proxy,
    at_hub: Option<Running>,
    at_post: Option<Running>,
    /// Cards that somebody has in hand: acknowledged.
    cards: Vec<String>,
    /// Entries and exits that were acknowledged.
    crossings: u64,
    kills: u64,
    enrolled: u64,
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
        Self {
            seed,
            random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            hub,
            post,
            line,
            at_hub: Some(running),
            at_post: Some(serving),
            cards: Vec::new(),
            crossings: 0,
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
        let number = text.lines().next().unwrap_or_default().to_owned();
        self.cards.push(number);
    }

    fn cross(&mut self) {
        let Some(last) = self.cards.len().checked_sub(1) else {
            return;
        };
        let at = self.random.below(last as u64 + 1);
        let card = &self.cards[usize::try_from(at).unwrap_or(last)];
        let way = if self.random.below(3) == 0 {
            "leave"
        } else {
            "enter"
        };
        let args = [way, card, "--officer=INM-0417", "--post=HID"];
        let done = self.post.paso(&args);
        let text = said(&done);
        // Somebody who has not entered leaves all the same; nothing here may be refused.
        assert!(done.status.success(), "seed {}: {way}: {text}", self.seed);
        self.crossings += 1;
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
            line,
            at_hub,
            at_post,
            cards,
            crossings,
            kills,
            enrolled,
            ..
        } = self;
        line.becomes(Line::Open);
        post.settles();
        let listed = said(&hub.paso(&["sync", "status"]));
        let name = listed.split(' ').next().unwrap_or_default();
        let (file, other) = (post.beside("post.batch"), post.beside("hub.batch"));
        let (mine, theirs) = (
            stream_of(&post.dir(), name, &file),
            stream_of(&hub.dir(), name, &other),
        );
        assert_eq!(mine, theirs, "seed {seed}: row for row");
        for number in &cards {
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
        drop((at_hub, at_post));
        for (dir, what) in [(hub.dir(), "hub"), (post.dir(), "post")] {
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
            "day {seed}: {} cards, {crossings} crossings, {kills} kills, {broken} broken lines: agreed",
            cards.len()
        )
    }
}
