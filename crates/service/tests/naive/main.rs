//! Random days at two posts, acted through the real service on both databases, and everything a page
//! can show compared with a notebook kept beside it.
//!
//! A run is a list of steps, made and shrunk by proptest from a fixed seed, so that a failure comes
//! back as the shortest list that still fails. `PASO_NAIVE_RUNS` says how many runs a database gets,
//! `PASO_NAIVE_SEED` which ones; `./test --long` asks for many.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here fails the test"
)]

mod compare;
mod model;

use model::{
    Answer, BIRTHS, Card, End, For, Line, Met, Model, NAMES, PAPERS, Refused, Said, Stay, StayEnd,
};
use paso_domain::{
    card::{ApplicationPurpose, RefusalGround, RevocationReason},
    encounter::Outcome,
    id::PersonId,
    policy::Role,
};
use paso_formats::{
    field::StateCode, moment::HOUR, moment::Moment, name::PersonName, number::CardNumber,
};
use paso_service::{
    Officer, ServiceError,
    checkpoint::EncounterForm,
    desk::{ApplicationForm, RefusalForm},
    testing::{House, MORNING, application, may, officer},
};
use paso_store::testing::Engine;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// Which record or card is meant: a place in the list of those there are, or one past its end for
/// one that nobody has.
type Pick = u8;

#[derive(Clone, Copy, Debug)]
enum Purpose {
    Somebody,
    Known(Pick),
    Renewal(Pick),
    Replacement(Pick),
}

#[derive(Clone, Copy, Debug)]
enum Asked {
    Issue {
        said: Said,
        purpose: Purpose,
        eligible: bool,
    },
    Refuse {
        said: Said,
        purpose: Purpose,
        ground: usize,
        reasons: bool,
        remedy: bool,
    },
    Revoke {
        card: Pick,
        reason: usize,
        note: bool,
    },
    Enter {
        card: Pick,
    },
    Leave {
        card: Pick,
    },
    Merge {
        person: Pick,
        into: Pick,
        reason: bool,
    },
    Undo {
        person: Pick,
        reason: bool,
    },
    Meet {
        card: Option<Pick>,
        outcome: usize,
    },
}

/// Something asked at one of two posts, so many hours after the step before.
#[derive(Clone, Copy, Debug)]
struct Step {
    elsewhere: bool,
    hours: i64,
    asked: Asked,
}

fn said() -> impl Strategy<Value = Said> {
    (0..NAMES.len(), 0..BIRTHS.len(), 0..PAPERS.len()).prop_map(|(name, birth, paper)| Said {
        name,
        birth,
        paper,
    })
}

fn purpose() -> impl Strategy<Value = Purpose> {
    prop_oneof![
        3 => Just(Purpose::Somebody),
        2 => any::<Pick>().prop_map(Purpose::Known),
        1 => any::<Pick>().prop_map(Purpose::Renewal),
        2 => any::<Pick>().prop_map(Purpose::Replacement),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let pick = any::<Pick>;
    let often = || proptest::bool::weighted(0.85);
    let asked = prop_oneof![
        6 => (said(), purpose(), often())
            .prop_map(|(said, purpose, eligible)| Asked::Issue { said, purpose, eligible }),
        2 => (said(), purpose(), 0..RefusalGround::ALL.len(), often(), often()).prop_map(
            |(said, purpose, ground, reasons, remedy)| Asked::Refuse { said, purpose, ground, reasons, remedy }
        ),
        2 => (pick(), 0..RevocationReason::ALL.len(), often())
            .prop_map(|(card, reason, note)| Asked::Revoke { card, reason, note }),
        6 => pick().prop_map(|card| Asked::Enter { card }),
        4 => pick().prop_map(|card| Asked::Leave { card }),
        4 => (pick(), pick(), often())
            .prop_map(|(person, into, reason)| Asked::Merge { person, into, reason }),
        3 => (pick(), often()).prop_map(|(person, reason)| Asked::Undo { person, reason }),
        3 => (proptest::option::of(pick()), 0..Outcome::ALL.len())
            .prop_map(|(card, outcome)| Asked::Meet { card, outcome }),
    ];
    (any::<bool>(), 0..30_i64, asked).prop_map(|(elsewhere, hours, asked)| Step {
        elsewhere,
        hours,
        asked,
    })
}

fn setting(name: &str, otherwise: u32) -> u32 {
    let set = std::env::var(name).ok().and_then(|text| text.parse().ok());
    set.unwrap_or(otherwise)
}

fn runs_on(engine: Engine, runs: u32) {
    let config = Config {
        cases: setting("PASO_NAIVE_RUNS", runs),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&setting("PASO_NAIVE_SEED", 2014).to_be_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let ran = TestRunner::new_with_rng(config, rng).run(&vec(step(), 1..50), |steps| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(Day::of(engine, steps));
        Ok(())
    });
    if let Err(failed) = ran {
        panic!("{failed}");
    }
}

#[test]
fn what_pages_show_is_what_a_notebook_says_on_sqlite() {
    runs_on(Engine::Sqlite, 24);
}

#[test]
fn what_pages_show_is_what_a_notebook_says_on_postgresql() {
    runs_on(Engine::Postgres, 4);
}

/// A service with its notebook.
struct Day {
    house: House,
    model: Model,
    now: Moment,
}

impl Day {
    async fn of(engine: Engine, steps: Vec<Step>) {
        let mut day = Self {
            house: House::on(engine).await,
            model: Model::default(),
            now: MORNING.parse().unwrap(),
        };
        let half = steps.len() / 2;
        for (index, step) in (0..).zip(steps) {
            day.now = day.now.plus(step.hours * HOUR);
            // A second of its own for each step: two acts of one instant have no order in a notebook.
            day.house.clock().set(day.now.plus(index));
            day.house.renew_bundle().await.unwrap();
            day.ask(&step, day.now.plus(index)).await;
            if index == i64::try_from(half).unwrap() {
                compare::everything(&day.house, &day.model).await;
            }
        }
        compare::everything(&day.house, &day.model).await;
        day.house.stop().await;
    }

    async fn ask(&mut self, step: &Step, at: Moment) {
        match step.asked {
            Asked::Issue {
                said,
                purpose,
                eligible,
            } => self.issue(step, at, said, purpose, eligible).await,
            Asked::Refuse {
                said,
                purpose,
                ground,
                reasons,
                remedy,
            } => {
                let form = RefusalForm {
                    ground: RefusalGround::ALL[ground],
                    reasons: if reasons {
                        "No se mostró.".into()
                    } else {
                        " ".into()
                    },
                    remedy: if remedy {
                        "Vuelva con él.".into()
                    } else {
                        String::new()
                    },
                };
                self.refuse(step, at, said, purpose, form).await;
            }
            Asked::Revoke { card, reason, note } => {
                let reason = RevocationReason::ALL[reason];
                self.revoke(step, at, self.card(card), reason, note).await;
            }
            Asked::Enter { card } => self.enter(step, at, self.card(card)).await,
            Asked::Leave { card } => self.leave(step, at, self.card(card)).await,
            Asked::Merge {
                person,
                into,
                reason,
            } => {
                self.merge(step, at, self.person(person), self.person(into), reason)
                    .await;
            }
            Asked::Undo { person, reason } => {
                self.undo(step, at, self.merged_person(person), reason)
                    .await;
            }
            Asked::Meet { card, outcome } => {
                self.meet(
                    step,
                    at,
                    card.map(|card| self.card(card)),
                    Outcome::ALL[outcome],
                )
                .await;
            }
        }
    }

    fn card(&self, pick: Pick) -> CardNumber {
        let cards = &self.model.cards;
        cards
            .get(usize::from(pick) % (cards.len() + 1))
            .map_or_else(compare::no_card, |card| card.number)
    }

    fn person(&self, pick: Pick) -> PersonId {
        let people = &self.model.people;
        people
            .get(usize::from(pick) % (people.len() + 1))
            .map_or_else(|| PersonId::from_random([0xee; 16]), |person| person.id)
    }

    /// One that was merged, where there is one: few acts undo anything otherwise.
    fn merged_person(&self, pick: Pick) -> PersonId {
        let merged = self.model.people.iter().filter(|p| p.merged_into.is_some());
        let merged: Vec<_> = merged.collect();
        merged
            .get(usize::from(pick) % (merged.len() + 1))
            .map_or_else(|| self.person(pick), |person| person.id)
    }

    fn purpose(&self, purpose: Purpose) -> For {
        match purpose {
            Purpose::Somebody => For::Somebody,
            Purpose::Known(pick) => For::Known(self.person(pick)),
            Purpose::Renewal(pick) => For::Renewal(self.card(pick)),
            Purpose::Replacement(pick) => For::Replacement(self.card(pick)),
        }
    }

    async fn issue(
        &mut self,
        step: &Step,
        at: Moment,
        said: Said,
        purpose: Purpose,
        eligible: bool,
    ) {
        let (officer, purpose) = (who(step, Role::Desk), self.purpose(purpose));
        let mut form = form(said, purpose);
        if !eligible {
            // Honduras was not in the programme of 2014 (facts A.2).
            form.nationality = StateCode::HND;
        }
        let issued = self.house.issue(&may(&officer), &form).await;
        let expected = self.model.issue(said, purpose, eligible);
        assert_eq!(answer(&issued), expected);
        let Ok(issued) = issued else {
            self.refused(&officer, at, "application", None, "card.issue", expected);
            return;
        };
        let (number, holder) = (issued.card.number, issued.card.person);
        if let Ok(Some(known)) = self.model.applicant(said, purpose) {
            assert_eq!(holder, known);
        }
        self.model.said(holder, said);
        self.model.cards.push(Card {
            number,
            holder,
            said,
            at,
            post: officer.post,
            text: issued.card.text,
            end: None,
        });
        self.line(
            &officer,
            at,
            "person.claimed",
            "person",
            Some(holder.to_string()),
        );
        self.line(
            &officer,
            at,
            "card.application-received",
            "card",
            Some(number.to_string()),
        );
        self.line(
            &officer,
            at,
            "card.issued",
            "card",
            Some(number.to_string()),
        );
        if let For::Replacement(old) = purpose {
            self.model.end_card(old, at, End::Replaced(number));
            self.line(&officer, at, "card.replaced", "card", Some(old.to_string()));
        }
    }

    async fn refuse(
        &mut self,
        step: &Step,
        at: Moment,
        said: Said,
        purpose: Purpose,
        refusal: RefusalForm,
    ) {
        let (officer, purpose) = (who(step, Role::Desk), self.purpose(purpose));
        let ground = refusal.ground;
        let (reasons, remedy) = (
            !refusal.reasons.trim().is_empty(),
            !refusal.remedy.is_empty(),
        );
        let refused = self
            .house
            .refuse(&may(&officer), &form(said, purpose), refusal)
            .await;
        let expected = self.model.refuse(said, purpose, reasons, remedy);
        assert_eq!(answer(&refused), expected);
        let Ok(refused) = refused else {
            self.refused(&officer, at, "application", None, "card.refuse", expected);
            return;
        };
        let person = refused.application.person;
        self.model.said(person, said);
        self.model.refused.push(Refused {
            id: refused.id,
            person,
            ground,
            at,
        });
        let id = Some(refused.id.to_string());
        self.line(
            &officer,
            at,
            "person.claimed",
            "person",
            Some(person.to_string()),
        );
        self.line(
            &officer,
            at,
            "card.application-received",
            "application",
            id.clone(),
        );
        self.line(&officer, at, "card.refused", "application", id);
        self.coded(ground.code());
    }

    async fn revoke(
        &mut self,
        step: &Step,
        at: Moment,
        card: CardNumber,
        reason: RevocationReason,
        note: bool,
    ) {
        let officer = who(step, Role::Supervisor);
        let text = if note {
            "Oficio 12".into()
        } else {
            String::new()
        };
        let revoked = self.house.revoke(&may(&officer), card, reason, text).await;
        let expected = self.model.revoke(card, reason, note);
        assert_eq!(answer(&revoked), expected);
        let number = Some(card.to_string());
        if revoked.is_err() {
            return self.refused(&officer, at, "card", number, "card.revoke", expected);
        }
        self.model.end_card(card, at, End::Revoked(reason));
        self.line(&officer, at, "card.revoked", "card", number);
        self.coded(reason.code());
    }

    async fn enter(&mut self, step: &Step, at: Moment, card: CardNumber) {
        let officer = who(step, Role::Desk);
        let entered = self.house.enter(&may(&officer), card).await;
        let expected = self.model.enter(card);
        assert_eq!(answer(&entered), expected);
        let Ok(entered) = entered else {
            let number = Some(card.to_string());
            return self.refused(&officer, at, "card", number, "stay.enter", expected);
        };
        let holder = self.model.card(card).unwrap().holder;
        let closed = self.model.close_open(holder);
        assert_eq!(
            entered.closed,
            closed.iter().map(|(id, _)| *id).collect::<Vec<_>>()
        );
        for (_, record) in closed {
            self.line(
                &officer,
                at,
                "stay.exit-not-recorded",
                "stays",
                Some(record.to_string()),
            );
        }
        self.model.stays.push(Stay {
            id: entered.entry.stay,
            record: holder,
            card,
            at,
            end: None,
        });
        self.line(
            &officer,
            at,
            "stay.entered",
            "stays",
            Some(holder.to_string()),
        );
    }

    async fn leave(&mut self, step: &Step, at: Moment, card: CardNumber) {
        let officer = who(step, Role::Desk);
        let left = self.house.leave(&may(&officer), card).await;
        assert_eq!(answer(&left), self.model.leave(card));
        let Ok(left) = left else { return };
        let holder = self.model.card(card).unwrap().holder;
        let ended = self.model.ends_by_leaving(holder);
        assert_eq!(
            left.stay.map(|stay| stay.entry.stay),
            ended.map(|(id, _)| id)
        );
        let record = ended.map_or(holder, |(_, record)| record);
        if let Some((id, _)) = ended {
            self.model.end_stay(id, StayEnd::Left(at, officer.post));
        }
        self.line(
            &officer,
            at,
            "stay.exited",
            "stays",
            Some(record.to_string()),
        );
    }

    async fn merge(
        &mut self,
        step: &Step,
        at: Moment,
        person: PersonId,
        into: PersonId,
        reason: bool,
    ) {
        let officer = who(step, Role::Supervisor);
        let merged = self
            .house
            .merge(&may(&officer), person, into, why(reason))
            .await;
        let expected = self.model.merge(person, into, reason);
        assert_eq!(answer(&merged), expected);
        let id = Some(person.to_string());
        if merged.is_err() {
            return self.refused(&officer, at, "person", id, "person.merge", expected);
        }
        self.model.merged(person, Some(into));
        self.line(&officer, at, "person.merged", "person", id);
    }

    async fn undo(&mut self, step: &Step, at: Moment, person: PersonId, reason: bool) {
        let officer = who(step, Role::Supervisor);
        let undone = self
            .house
            .undo_merge(&may(&officer), person, why(reason))
            .await;
        let expected = self.model.undo(person, reason);
        assert_eq!(answer(&undone), expected);
        let id = Some(person.to_string());
        if undone.is_err() {
            return self.refused(&officer, at, "person", id, "person.undo-merge", expected);
        }
        self.model.merged(person, None);
        self.line(&officer, at, "person.merge-undone", "person", id);
    }

    async fn meet(&mut self, step: &Step, at: Moment, card: Option<CardNumber>, outcome: Outcome) {
        let officer = who(step, Role::Checkpoint);
        let held = card.and_then(|card| self.model.card(card));
        let finding = held.map(|card| compare::finding(card).code().to_owned());
        let form = EncounterForm {
            place: "km 12".into(),
            with_card: held.is_some(),
            outcome,
            legal_basis: "Artículo 97".into(),
            reason: "Revisión".into(),
            shown: held.map(|card| card.text.clone()).into_iter().collect(),
        };
        let met = self.house.encounter(&may(&officer), &form).await.unwrap();
        self.model.met.push(Met {
            code: met.encounter.receipt,
            at,
            post: officer.post,
            outcome,
            finding,
        });
        self.line(&officer, at, "encounter.recorded", "encounter", None);
        self.coded(outcome.code());
    }

    fn line(
        &mut self,
        by: &Officer,
        at: Moment,
        kind: &'static str,
        about: &'static str,
        named: Option<String>,
    ) {
        self.model.lines.push(Line {
            at,
            post: by.post,
            officer: by.number.clone(),
            kind,
            about,
            named,
            command: None,
            code: None,
        });
    }

    /// The last line has this code from a closed list.
    fn coded(&mut self, code: &str) {
        self.model.lines.last_mut().unwrap().code = Some(code.to_owned());
    }

    fn refused(
        &mut self,
        by: &Officer,
        at: Moment,
        about: &'static str,
        named: Option<String>,
        command: &'static str,
        expected: Answer,
    ) {
        if let Answer::No(code) = expected {
            self.line(by, at, "command.refused", about, named);
            self.coded(code);
            self.model.lines.last_mut().unwrap().command = Some(command);
        }
    }
}

fn answer<T>(result: &Result<T, ServiceError>) -> Answer {
    match result {
        Ok(_) => Answer::Done,
        Err(ServiceError::Refused(refusal)) => Answer::No(refusal.code()),
        Err(ServiceError::NotFound | ServiceError::BadRequest { .. }) => Answer::Nothing,
        Err(other) => panic!("{other}"),
    }
}

fn who(step: &Step, role: Role) -> Officer {
    compare::at(officer(role), step.elsewhere)
}

fn why(given: bool) -> String {
    if given {
        "La misma persona.".into()
    } else {
        " ".into()
    }
}

fn form(said: Said, purpose: For) -> ApplicationForm {
    let mut form = application();
    let (_, surnames, given) = NAMES[said.name];
    form.name = PersonName::new(surnames, given);
    form.birth = BIRTHS[said.birth].parse().unwrap();
    form.documents[0].number = PAPERS[said.paper].1.into();
    match purpose {
        For::Somebody => {}
        For::Known(person) => form.person = Some(person),
        For::Renewal(of) => form.purpose = ApplicationPurpose::Renewal { of },
        For::Replacement(of) => form.purpose = ApplicationPurpose::Replacement { of },
    }
    form
}
