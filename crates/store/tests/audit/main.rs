//! Each finding planted in a copy by the hand of somebody with the database's password, and named:
//! that name, and no other that does not follow from it.

#![expect(clippy::similar_names, reason = "a store and the story it is told")]
#![expect(clippy::too_many_lines, reason = "one table of damages, in order")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod acts;
mod ground;
mod journal;
mod log;
mod streams;

use core::fmt::Write as _;
use ground::{Copy, Ground, Held};
use paso_store::{
    audit::{Check, Code, Counted, Report, Skipped},
    testing::Engine,
};
use std::collections::BTreeSet;

/// One ground, copied for each damage.
pub(crate) struct Trial {
    pub(crate) ground: Ground,
    cases: usize,
    wrong: String,
}

impl Trial {
    async fn on(engine: Engine) -> Self {
        Self {
            ground: Ground::on(engine).await,
            cases: 0,
            wrong: String::new(),
        }
    }

    /// Damages a copy and expects exactly these findings.
    pub(crate) async fn expect(
        &mut self,
        name: &str,
        expected: &[Code],
        damage: impl AsyncFnOnce(&Copy, &mut Held),
    ) -> Report {
        let (copy, mut held) = (self.ground.copy().await, self.ground.held.clone());
        damage(&copy, &mut held).await;
        let report = copy.audit(&held).await;
        let found: BTreeSet<_> = report.codes().collect();
        let expected: BTreeSet<_> = expected.iter().copied().collect();
        self.cases += 1;
        if found != expected {
            let codes = |codes: &BTreeSet<Code>| -> Vec<_> {
                codes.iter().map(|code| code.code()).collect()
            };
            let _ = writeln!(
                self.wrong,
                "{name}: found {:?}, expected {:?}",
                codes(&found),
                codes(&expected)
            );
        }
        report
    }

    fn end(self) {
        assert!(self.cases > 3 && self.wrong.is_empty(), "\n{}", self.wrong);
    }
}

#[tokio::test]
async fn a_clean_register_has_no_finding_and_every_check_was_made() {
    for engine in Engine::BOTH {
        let ground = Ground::on(engine).await;
        let report = ground.copy().await.audit(&ground.held).await;
        assert!(report.is_clean(), "{report:#?}");
        for check in Check::ALL {
            let line = &report.lines[check];
            assert_eq!(line.skipped, None, "{}", check.code());
            assert!(line.counted[&Counted::Examined] > 0, "{}", check.code());
        }
        // Audited while a program has it open and writes.
        let store = ground.store().await;
        let copy = Copy::of_the_original(&ground);
        assert!(copy.audit(&ground.held).await.is_clean());
        store.close().await;
    }
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_told() {
    let mut trial = Trial::on(Engine::Sqlite).await;
    trial.ground.held.checks = BTreeSet::from([Check::Journal]);
    let flip = "UPDATE view_card SET post = 'HID'";
    let report = trial
        .expect(
            "a view, where the journal is asked about",
            &[],
            async |copy, _| {
                copy.run(flip, None).await;
            },
        )
        .await;
    assert_eq!(report.lines[&Check::Views].skipped, Some(Skipped::NotAsked));
    assert_eq!(report.lines[&Check::Journal].skipped, None);
}

#[tokio::test]
async fn damage_to_the_journal_and_its_views_is_named() {
    for engine in Engine::BOTH {
        let mut trial = Trial::on(engine).await;
        journal::damage(&mut trial).await;
        trial.end();
    }
}

#[tokio::test]
async fn damage_to_entries_and_streams_is_named() {
    for engine in Engine::BOTH {
        let mut trial = Trial::on(engine).await;
        streams::damage(&mut trial).await;
        trial.end();
    }
}

#[tokio::test]
async fn damage_to_the_log_and_its_heads_is_named() {
    for engine in Engine::BOTH {
        let mut trial = Trial::on(engine).await;
        log::damage(&mut trial).await;
        trial.end();
    }
}

#[tokio::test]
async fn what_was_left_undone_and_when_is_named() {
    for engine in Engine::BOTH {
        let mut trial = Trial::on(engine).await;
        acts::undone(&mut trial).await;
        trial.end();
    }
}
