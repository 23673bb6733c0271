//! Given a history, when a command, then an event or a refusal; and in any order of arrival the same
//! story, in which exactly one answers.

use super::{contents::CONTENTS, *};
use crate::{
    act::Act,
    document::DocumentKind,
    event::{Event, SCHEMA},
    id::{EpisodeId, HandoverId, OperationId, PersonId},
    person::Evidence,
    receipt::Code,
    signing::{Signing, TABLE, origin},
};
use jiff::civil::date;
use paso_formats::{
    field::StateCode,
    moment::{HOUR, MINUTE, Moment},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn start() -> Moment {
    "2026-03-02T15:00:00Z".parse().unwrap()
}

/// An act of one of a few officers, so many minutes after the beginning. `A` and `B` are at TAL,
/// `C` at HUI.
fn by(who: char, minutes: i64) -> Act {
    Act {
        at: start().plus(minutes * MINUTE),
        post: if who == 'C' { "HUI" } else { "TAL" }.parse().unwrap(),
        officer: format!("INM-{who}").parse().unwrap(),
        late: None,
    }
}

fn opening(ordinal: u16, count: u16) -> Opening {
    Opening {
        operation: OperationId::from_random([7; 16]),
        ordinal,
        count,
        person: PersonId::from_random([u8::try_from(ordinal).unwrap(); 16]),
        handle: [9; 16],
        taken_at: start().plus(-30 * MINUTE),
        taken_where: "km 20, carretera Huixtla–Tapachula".into(),
        vehicle: "autobús 417".into(),
        unit: "INM, grupo Talismán".into(),
        ordered_by: "INM-0009".into(),
        basis: "Ley de Migración, art. 98".into(),
        reason: "no mostró documento".into(),
        secret: Some([1; 32]),
        receipt: None,
        phone: None,
    }
}

fn opened() -> CustodyEvent {
    CustodyEvent::Opened {
        act: by('A', 0),
        opening: opening(1, 1),
    }
}

fn description(nationality: StateCode) -> Box<Description> {
    Box::new(Description {
        stated: Stated {
            surnames: "LÓPEZ".into(),
            given: "MARÍA".into(),
            birth: Some("1990-05-01".parse().unwrap()),
            sex: Some('F'),
            nationality: Some(nationality),
            evidence: Evidence {
                kind: Some(DocumentKind::Passport),
                number: Some("123".into()),
                issuer: Some(nationality),
                expires: None,
                machine_read: true,
            },
        },
        found_with: Vec::new(),
        health: "buena".into(),
        injuries: "ninguna".into(),
        belongings: "una mochila".into(),
        language: "español".into(),
        interpreter: String::new(),
        tell: "su hermana, en Tapachula".into(),
        rights: "español".into(),
    })
}

fn described(minutes: i64) -> CustodyEvent {
    CustodyEvent::Described {
        act: by('A', minutes),
        description: description(StateCode::HND),
    }
}

fn handover(n: u8) -> HandoverId {
    HandoverId::from_random([n; 16])
}

fn offer(n: u8, to: &str) -> Offer {
    Offer {
        handover: handover(n),
        to: Recipient::Post {
            post: to.parse().unwrap(),
            officer: None,
        },
        counted: 1,
        reason: "traslado".into(),
        leg: None,
    }
}

fn offered(n: u8, who: char, minutes: i64, to: &str) -> CustodyEvent {
    CustodyEvent::Offered {
        act: by(who, minutes),
        offer: offer(n, to),
    }
}

fn accepted(n: u8, who: char, minutes: i64) -> CustodyEvent {
    CustodyEvent::Accepted {
        act: by(who, minutes),
        handover: handover(n),
        counted: 1,
        receipt: None,
    }
}

fn ended(kind: EndingKind, who: char, minutes: i64) -> CustodyEvent {
    CustodyEvent::Ended {
        act: by(who, minutes),
        ending: Ending {
            kind,
            evidence: "acta 12".into(),
            to: String::new(),
        },
        receipt: None,
    }
}

fn of(facts: &[CustodyEvent]) -> EpisodeState {
    EpisodeState::of(facts)
}

fn answers(facts: &[CustodyEvent]) -> String {
    of(facts).story().answers.unwrap().officer.to_string()
}

#[test]
fn until_accepted_the_giver_answers() {
    let half = [opened(), offered(1, 'A', 10, "HUI")];
    let whole = [opened(), offered(1, 'A', 10, "HUI"), accepted(1, 'C', 70)];
    assert_eq!(answers(&half), "INM-A");
    assert_eq!(answers(&whole), "INM-C");
    let story = of(&whole).story();
    let at = |minutes| {
        let at = start().plus(minutes * MINUTE);
        story.answered_at(at).map(|one| one.officer.to_string())
    };
    assert_eq!(at(69).as_deref(), Some("INM-A"));
    assert_eq!(at(70).as_deref(), Some("INM-C"));
    assert_eq!(story.misfits, []);
    assert_eq!(story.at_post().unwrap().as_str(), "HUI");
}

/// Facts C.6 [C31]: institute, DIF and Procuraduría each said that another had the two girls.
#[test]
fn two_who_each_say_that_the_other_has_her() {
    let facts = [
        opened(),
        offered(1, 'A', 10, "HUI"),
        accepted(1, 'C', 20),
        offered(2, 'C', 30, "TAL"),
        // B never accepted; C ends what B should answer for, A says it is nobody's.
        ended(EndingKind::Referred, 'A', 50),
    ];
    let story = of(&facts).story();
    assert_eq!(story.answers.unwrap().officer.as_str(), "INM-C");
    assert_eq!(story.ended, None);
    assert_eq!(story.misfits[0].1, Misfit::EndedByAnother);
    assert_eq!(story.dispute.unwrap().others.len(), 1);
}

#[test]
fn accepted_by_two_the_giver_answers_until_it_is_settled() {
    let mut facts = vec![
        opened(),
        offered(1, 'A', 10, "TAL"),
        accepted(1, 'B', 20),
        accepted(1, 'C', 21),
    ];
    let story = of(&facts).story();
    assert_eq!(story.answers.as_ref().unwrap().officer.as_str(), "INM-A");
    assert_eq!(story.spans.last().unwrap().standing, Standing::Disputed);
    assert_eq!(story.misfits[0].1, Misfit::AcceptedTwice);
    facts.push(CustodyEvent::Settled {
        act: by('S', 60),
        answers: Custodian::of(&by('C', 0)),
        reason: "está en Huixtla, la vi".into(),
    });
    let story = of(&facts).story();
    assert_eq!(story.answers.unwrap().officer.as_str(), "INM-C");
    assert_eq!(story.dispute, None);
}

#[test]
fn a_clock_that_runs_ahead_does_not_undo_a_handover() {
    // C's clock is an hour slow: it accepts before it was offered.
    let facts = [opened(), offered(1, 'A', 90, "HUI"), accepted(1, 'C', 40)];
    let story = of(&facts).story();
    assert_eq!(story.answers.unwrap().officer.as_str(), "INM-C");
    assert_eq!(story.misfits, []);
}

/// A history, who asks, what is known beside, the command, and the refusal or none.
type Row<'a> = (
    &'a [CustodyEvent],
    char,
    Beside,
    CustodyCommand,
    Option<CustodyRefusal>,
);

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn commands_that_are_refused() {
    use CustodyCommand as C;
    use CustodyRefusal as R;
    let leg = Leg {
        vehicle: "camioneta 3".into(),
        route: "200 sur".into(),
        to: "HUI".parse().unwrap(),
        expected: start().plus(3 * HOUR),
    };
    let end = |kind| {
        C::End(Ending {
            kind,
            evidence: "acta".into(),
            to: String::new(),
        })
    };
    let accept = C::Accept {
        handover: handover(1),
        counted: 1,
    };
    let open = vec![opened()];
    let named = vec![opened(), described(5)];
    let half = vec![opened(), offered(1, 'A', 10, "HUI")];
    let to_other = vec![opened(), offered(1, 'A', 10, "TAL")];
    let free = vec![opened(), ended(EndingKind::Released, 'A', 20)];
    let screened = Beside {
        screened: true,
        ..Beside::default()
    };
    let shielded = Beside {
        shielded: true,
        ..screened
    };
    let barred = Beside {
        barred: true,
        ..screened
    };
    let none = Beside::default();
    let settle = |who: char| C::Settle {
        answers: Custodian::of(&by(who, 0)),
        reason: "la vi".into(),
    };
    let rows: Vec<Row<'_>> = vec![
        (&[], 'A', none, C::Open(opening(1, 12)), None),
        (
            &[],
            'A',
            none,
            C::Open(opening(0, 12)),
            Some(R::CountImpossible),
        ),
        (
            &[],
            'A',
            none,
            C::Open(opening(13, 12)),
            Some(R::CountImpossible),
        ),
        (&[], 'A', none, C::Arrive, Some(R::NotOpened)),
        (
            &open,
            'A',
            none,
            C::Open(opening(1, 1)),
            Some(R::OpenedAlready),
        ),
        // Another officer may say who she is, and that she is gone; not give her away.
        (
            &open,
            'B',
            none,
            C::Describe(description(StateCode::HND)),
            None,
        ),
        (
            &open,
            'B',
            none,
            C::ReportMissing {
                note: "no está".into(),
            },
            None,
        ),
        (
            &open,
            'B',
            none,
            C::Offer(offer(1, "HUI")),
            Some(R::AnsweredByAnother),
        ),
        (
            &open,
            'B',
            none,
            end(EndingKind::Released),
            Some(R::AnsweredByAnother),
        ),
        (&open, 'A', none, C::Offer(offer(1, "HUI")), None),
        (
            &half,
            'A',
            none,
            C::Offer(offer(2, "HUI")),
            Some(R::OfferedAlready),
        ),
        (&half, 'C', none, accept.clone(), None),
        (&half, 'B', none, accept.clone(), Some(R::NotOfferedToYou)),
        (
            &to_other,
            'A',
            none,
            accept.clone(),
            Some(R::AcceptedByGiver),
        ),
        (&open, 'C', none, accept, Some(R::NoOffer)),
        // Release never waits; a return does.
        (&open, 'A', none, end(EndingKind::Released), None),
        (
            &named,
            'A',
            none,
            end(EndingKind::Returned),
            Some(R::ReturnBeforeScreening),
        ),
        (
            &named,
            'A',
            shielded,
            end(EndingKind::Returned),
            Some(R::ReturnHeld),
        ),
        (
            &open,
            'A',
            screened,
            end(EndingKind::Returned),
            Some(R::NationalityUnevidenced),
        ),
        (&named, 'A', screened, end(EndingKind::Returned), None),
        (
            &named,
            'A',
            screened,
            end(EndingKind::Hospital),
            Some(R::NeedsReceiver),
        ),
        (
            &named,
            'A',
            barred,
            C::Depart(leg.clone()),
            Some(R::ChildToStation),
        ),
        (
            &named,
            'A',
            barred,
            C::Offer(offer(1, "HUI")),
            Some(R::ChildToStation),
        ),
        (&named, 'A', screened, C::Depart(leg), None),
        (&free, 'A', none, C::Countersign, Some(R::ByParty)),
        (&free, 'B', none, C::Countersign, None),
        (&free, 'A', none, C::Arrive, Some(R::EndedAlready)),
        (&open, 'A', none, C::Arrive, Some(R::NotUnderway)),
        (&open, 'A', none, settle('B'), Some(R::ByParty)),
        (&open, 'B', none, settle('B'), Some(R::ByParty)),
        (&open, 'S', none, settle('B'), None),
    ];
    for (n, (facts, who, beside, command, refusal)) in rows.into_iter().enumerate() {
        let decided = decide(&of(facts), command, beside, by(who, 30));
        assert_eq!(decided.err(), refusal, "row {n}");
    }
}

#[test]
fn twelve_offered_eleven_arrive() {
    let mut episodes = BTreeMap::new();
    for n in 1..=12_u8 {
        let mut facts = vec![CustodyEvent::Opened {
            act: by('A', 0),
            opening: opening(u16::from(n), 12),
        }];
        let CustodyEvent::Offered { act, offer } = offered(1, 'A', 10, "HUI") else {
            unreachable!("made by the line above")
        };
        let offer = Offer {
            counted: 12,
            ..offer
        };
        facts.push(CustodyEvent::Offered { act, offer });
        facts.push(if n == 7 {
            CustodyEvent::Missed {
                act: by('C', 60),
                handover: handover(1),
            }
        } else {
            CustodyEvent::Accepted {
                act: by('C', 60),
                handover: handover(1),
                counted: 11,
                receipt: None,
            }
        });
        let _ = episodes.insert(EpisodeId::from_random([n; 16]), of(&facts).story());
    }
    let missed = &episodes[&EpisodeId::from_random([7; 16])];
    assert_eq!(missed.answers.as_ref().unwrap().officer.as_str(), "INM-A");
    let clocks = Clocks::shipped().unwrap();
    let asked = Asked {
        clocks: &clocks,
        day: date(2026, 3, 2),
        now: start().plus(61 * MINUTE),
        home: StateCode::MEX,
        child: false,
        in_station: false,
    };
    assert_eq!(alarms(missed, asked), [Alarm::MissedAtHandover]);
    let found = together(&episodes, &BTreeMap::from([(handover(1), 11)]));
    assert_eq!(
        found,
        [Discord::Handover {
            handover: handover(1),
            offered: 12,
            listed: 12,
            counted: Some(11),
            accepted: 11,
        }]
    );
}

#[test]
fn a_hole_in_a_count_shows() {
    let episodes: BTreeMap<_, _> = [1_u16, 2, 4]
        .into_iter()
        .map(|n| {
            let facts = [CustodyEvent::Opened {
                act: by('A', 0),
                opening: opening(n, 4),
            }];
            let id = EpisodeId::from_random([u8::try_from(n).unwrap(); 16]);
            (id, of(&facts).story())
        })
        .collect();
    let found = together(&episodes, &BTreeMap::new());
    let [Discord::Count { missing, .. }] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(missing.iter().copied().collect::<Vec<_>>(), [3]);
}

/// Facts C.6 [C32][C33].
#[test]
fn a_citizen_recorded_as_a_foreigner_raises_an_alarm_that_stays() {
    let clocks = Clocks::shipped().unwrap();
    let facts = [
        opened(),
        CustodyEvent::Described {
            act: by('A', 5),
            description: description(StateCode::MEX),
        },
        CustodyEvent::Described {
            act: by('A', 9),
            description: description(StateCode::GTM),
        },
    ];
    let asked = Asked {
        clocks: &clocks,
        day: date(2026, 3, 2),
        now: start().plus(9 * 24 * HOUR),
        home: StateCode::MEX,
        child: false,
        in_station: false,
    };
    assert_eq!(
        alarms(&of(&facts).story(), asked),
        [
            Alarm::ClaimsHome,
            Alarm::NationalityChanged,
            Alarm::Overdue(ClockKind::Control)
        ]
    );
}

#[test]
fn a_child_in_a_station_is_a_breach_from_minute_zero_that_nobody_can_clear() {
    let clocks = Clocks::shipped().unwrap();
    let facts = [opened(), described(0), ended(EndingKind::Released, 'A', 1)];
    let story = of(&facts).story();
    let asked = |day, child| {
        let in_station = child::is_breach(day) && stays_at(&story, |post| post.as_str() == "TAL");
        let asked = Asked {
            clocks: &clocks,
            day,
            now: start(),
            home: StateCode::MEX,
            child,
            in_station,
        };
        alarms(&story, asked)
    };
    assert_eq!(asked(date(2026, 3, 2), true), [Alarm::ChildInStation]);
    assert_eq!(asked(date(2020, 11, 10), true), []);
    assert_eq!(asked(date(2026, 3, 2), false), []);
}

/// An acceptance as it was stored before people took a receipt away from it.
#[derive(minicbor::Encode)]
enum Before {
    #[n(4)]
    Accepted {
        #[n(0)]
        act: Act,
        #[cbor(n(1), with = "crate::cbor::text")]
        handover: HandoverId,
        #[n(2)]
        counted: u16,
    },
}

/// A code stands behind what was stored before, and moves none of it.
#[test]
fn what_was_stored_without_a_receipt_reads_and_writes_as_before() {
    let before = Before::Accepted {
        act: by('B', 30),
        handover: handover(1),
        counted: 1,
    };
    let stored = minicbor::to_vec(before).unwrap();
    let fact = accepted(1, 'B', 30);
    assert_eq!(decode(&stored).unwrap(), fact);
    assert_eq!(minicbor::to_vec(&fact).unwrap(), stored);
    let code = Code::from_random([7; 4]);
    for fact in [fact, ended(EndingKind::Released, 'B', 60)] {
        let given = fact.giving(Some(code));
        assert_eq!(given.receipt(), Some(code));
        assert_eq!(decode(&encode(&given)).unwrap(), given);
    }
}

/// The command that leads to a fact. A new fact does not compile before somebody has said which.
const fn command_of(fact: &CustodyEvent) -> &'static str {
    match fact {
        CustodyEvent::Opened { .. } => "custody.open",
        CustodyEvent::Described { .. } => "custody.describe",
        CustodyEvent::Recognised { .. } => "custody.recognise",
        CustodyEvent::Offered { .. } => "custody.offer",
        CustodyEvent::Accepted { .. } => "custody.accept",
        CustodyEvent::Missed { .. } => "custody.miss",
        CustodyEvent::Withdrawn { .. } => "custody.withdraw",
        CustodyEvent::GivenOnPaper { .. } => "custody.give-on-paper",
        CustodyEvent::PaperConfirmed { .. } => "custody.confirm-paper",
        CustodyEvent::Departed { .. } => "custody.depart",
        CustodyEvent::Arrived { .. } => "custody.arrive",
        CustodyEvent::Ended { .. } => "custody.end",
        CustodyEvent::Countersigned { .. } => "custody.countersign",
        CustodyEvent::NotFound { .. } => "custody.report-missing",
        CustodyEvent::Found { .. } => "custody.report-found",
        CustodyEvent::Settled { .. } => "custody.settle",
        CustodyEvent::AcceptedAbroad { .. } => "custody.accept-abroad",
        CustodyEvent::SecretChanged { .. } => "custody.change-secret",
    }
}

/// One of every kind.
fn every_fact() -> Vec<CustodyEvent> {
    let (act, note) = (by('A', 1), String::from("nota"));
    vec![
        opened(),
        described(5),
        CustodyEvent::Recognised {
            act: act.clone(),
            person: PersonId::from_random([3; 16]),
            evidence: note.clone(),
        },
        offered(1, 'A', 10, "HUI"),
        accepted(1, 'C', 20),
        CustodyEvent::Missed {
            act: act.clone(),
            handover: handover(1),
        },
        CustodyEvent::Withdrawn {
            act: act.clone(),
            handover: handover(1),
            reason: note.clone(),
        },
        CustodyEvent::GivenOnPaper {
            act: act.clone(),
            paper: Paper {
                ending: EndingKind::Hospital,
                body: note.clone(),
                receiver: note.clone(),
                sheet: None,
            },
            receipt: None,
        },
        CustodyEvent::PaperConfirmed {
            act: act.clone(),
            how: note.clone(),
        },
        CustodyEvent::Departed {
            act: act.clone(),
            leg: Leg {
                vehicle: note.clone(),
                route: note.clone(),
                to: act.post,
                expected: act.at,
            },
        },
        CustodyEvent::Arrived { act: act.clone() },
        ended(EndingKind::Released, 'A', 30),
        CustodyEvent::Countersigned { act: act.clone() },
        CustodyEvent::NotFound {
            act: act.clone(),
            note: note.clone(),
        },
        CustodyEvent::Found {
            act: act.clone(),
            note: note.clone(),
        },
        CustodyEvent::Settled {
            act: act.clone(),
            answers: Custodian::of(&act),
            reason: note,
        },
        CustodyEvent::AcceptedAbroad {
            act: act.clone(),
            abroad: Abroad {
                handover: handover(1),
                authority: "gt-test".parse().unwrap(),
                officer: "IGM-0001".into(),
                at: act.at,
                counted: 1,
                file: [0; 32],
            },
        },
        CustodyEvent::SecretChanged { act, secret: None },
    ]
}

/// What the table wants signed is looked for behind every row of its kind, and nothing else is: a fact
/// whose command needs a passkey can not come into the journal without one and be overlooked.
#[test]
fn every_fact_that_is_signed_leads_back_to_its_row_in_the_table() {
    let facts = every_fact();
    let rows = TABLE
        .iter()
        .filter(|(code, _)| code.starts_with("custody."));
    let rows: std::collections::BTreeMap<_, _> = rows.copied().collect();
    let commands: std::collections::BTreeSet<_> = facts.iter().map(command_of).collect();
    assert_eq!(
        commands.into_iter().collect::<Vec<_>>(),
        rows.keys().copied().collect::<Vec<_>>()
    );
    for fact in facts {
        let command = command_of(&fact);
        let wanted = (rows[command] != Signing::Session).then_some(command);
        assert_eq!(origin(&Event::Custody(fact)), wanted, "{command}");
    }
}

#[test]
fn a_paper_is_amber_until_it_is_confirmed() {
    let paper = CustodyEvent::GivenOnPaper {
        act: by('A', 10),
        paper: Paper {
            ending: EndingKind::Hospital,
            body: "Hospital General de Huixtla".into(),
            receiver: "Dra. Ruiz, urgencias".into(),
            sheet: Some([4; 32]),
        },
        receipt: None,
    };
    let story = of(&[opened(), paper.clone()]).story();
    assert_eq!(story.spans.last().unwrap().standing, Standing::OnPaper);
    assert_eq!(story.answers.unwrap().officer.as_str(), "INM-A");
    let confirmed = CustodyEvent::PaperConfirmed {
        act: by('B', 90),
        how: "por teléfono".into(),
    };
    let story = of(&[opened(), paper, confirmed]).story();
    assert_eq!(story.ended.unwrap().kind, EndingKind::Hospital);
}

#[test]
fn the_law_s_list_is_covered_by_a_full_episode() {
    let facts = [opened(), described(5), ended(EndingKind::Died, 'A', 60)];
    let story = of(&facts).story();
    for row in CONTENTS {
        let empty = row.wants.contains("destino y la autoridad");
        let value = (row.value)(&story);
        assert!(
            value.is_some_and(|value| !value.trim().is_empty() || empty),
            "{}",
            row.wants
        );
    }
    insta::assert_snapshot!(contents::table());
}

#[test]
fn the_shipped_clocks_have_a_row_for_every_kind_and_admit_what_no_source_gives() {
    let clocks = Clocks::shipped().unwrap();
    let control = clocks.on(ClockKind::Control, date(2026, 3, 2)).unwrap();
    assert_eq!((control.seconds(), control.sourced), (36 * HOUR, true));
    let guessed = clocks.rules().iter().filter(|rule| !rule.sourced).count();
    assert_eq!(guessed, 9);
    assert!(matches!(
        Clocks::load("clock = []"),
        Err(ClocksError::Missing("control"))
    ));
}

fn any_fact() -> impl Strategy<Value = CustodyEvent> {
    let who = prop::sample::select(vec!['A', 'B', 'C', 'S']);
    (who, 0..6_i64, 1..4_u8, 0..14_u8).prop_map(|(who, minutes, n, what)| {
        let act = by(who, minutes);
        match what {
            0 => CustodyEvent::Opened {
                act,
                opening: opening(1, 1),
            },
            1 => CustodyEvent::Described {
                act,
                description: description(StateCode::HND),
            },
            2 | 3 => offered(n, who, minutes, if n == 1 { "HUI" } else { "TAL" }),
            4 | 5 => accepted(n, who, minutes),
            6 => CustodyEvent::Missed {
                act,
                handover: handover(n),
            },
            7 => CustodyEvent::Withdrawn {
                act,
                handover: handover(n),
                reason: "otro camino".into(),
            },
            8 => CustodyEvent::GivenOnPaper {
                act,
                paper: Paper {
                    ending: EndingKind::Hospital,
                    body: "Hospital".into(),
                    receiver: "Dra. Ruiz".into(),
                    sheet: None,
                },
                receipt: None,
            },
            9 => CustodyEvent::PaperConfirmed {
                act,
                how: "teléfono".into(),
            },
            10 => CustodyEvent::Settled {
                act,
                answers: Custodian::of(&by('B', 0)),
                reason: "la vi".into(),
            },
            11 => CustodyEvent::NotFound {
                act,
                note: "no está".into(),
            },
            12 => CustodyEvent::Arrived { act },
            _ => ended(EndingKind::Released, who, minutes),
        }
    })
}

proptest! {
    /// Whatever is known, and in whatever order it came: one story, in which from the first fact to
    /// the ending exactly one answers, without a gap.
    #[test]
    fn in_any_order_exactly_one_answers(
        facts in prop::collection::vec(any_fact(), 1..12),
        seed in any::<u64>(),
    ) {
        let story = of(&facts).story();
        let mut other = facts.clone();
        let turn = usize::try_from(seed % 12).unwrap() % other.len();
        other.rotate_left(turn);
        if seed % 2 == 0 { other.reverse(); }
        other.extend(facts.iter().take(2).cloned());
        prop_assert_eq!(&of(&other).story(), &story);

        prop_assert!(story.answers.is_some());
        for pair in story.spans.windows(2) {
            prop_assert_eq!(pair[0].until, Some(pair[1].from));
        }
        for span in &story.spans {
            prop_assert!(span.until.is_none_or(|until| until > span.from));
        }
        let last = story.spans.last();
        prop_assert_eq!(last.is_some_and(|span| span.until.is_none()), story.ended.is_none());
        if story.ended.is_none() {
            prop_assert_eq!(last.map(|span| &span.custodian), story.answers.as_ref());
        }
        // In a dispute it is the giver, until it is settled.
        if let Some(dispute) = &story.dispute {
            prop_assert_eq!(Some(&dispute.giver), story.answers.as_ref());
            prop_assert!(!dispute.others.contains(&dispute.giver));
        }
    }

    /// Part of the facts is a story as well: a post that has not heard the rest still has one who
    /// answers.
    #[test]
    fn any_part_of_the_facts_has_one_who_answers(facts in prop::collection::vec(any_fact(), 1..8)) {
        for length in 1..=facts.len() {
            prop_assert!(of(&facts[..length]).story().answers.is_some());
        }
    }

    #[test]
    fn bodies_come_back_and_are_of_one_length(fact in any_fact()) {
        let event = Event::Custody(fact.clone());
        let bytes = event.encode();
        prop_assert_eq!(bytes.len() % 512, 0);
        prop_assert_eq!(event.kind(), "custody.noted");
        prop_assert_eq!(Event::decode("custody.noted", SCHEMA, &bytes).unwrap(), event);
    }
}

proptest! {
    /// A board without names shows who answers, where and how sure, as the whole record does.
    #[test]
    fn a_skeleton_tells_the_same_course(facts in prop::collection::vec(any_fact(), 1..10)) {
        let whole = of(&facts).story();
        let bare: Vec<_> = facts.iter().map(skeleton).collect();
        let story = of(&bare).story();
        prop_assert_eq!(&story.spans, &whole.spans);
        prop_assert_eq!(&story.answers, &whole.answers);
        prop_assert_eq!(story.is_open(), whole.is_open());
        let text = format!("{bare:?}");
        for said in ["MARÍA", "LÓPEZ", "mochila", "autobús"] {
            prop_assert!(!text.contains(said));
        }
    }

    /// Whoever was not found and is found again is said to be there.
    #[test]
    fn who_is_found_again_is_said_to_be_there(minutes in 1..50_i64) {
        let (rules, day) = (Clocks::shipped().unwrap(), date(2026, 3, 2));
        let lost = CustodyEvent::NotFound { act: by('A', minutes), note: "no está".into() };
        let found = CustodyEvent::Found { act: by('A', minutes + 1), note: "dormía".into() };
        let (mut state, mut kinds) = (EpisodeState::default(), Vec::new());
        for fact in [opened_first(), lost, found] {
            let before = (!state.is_empty()).then(|| state.story());
            state = state.apply(&fact);
            let said = statement(before.as_ref(), &state.story(), &rules, day, fact.act().at);
            kinds.extend(said.map(|said| said.kind.code()));
        }
        prop_assert_eq!(kinds, ["opened", "not-found", "moved"]);
    }

    /// From statements alone, occupancy comes out as the stories say it.
    #[test]
    fn statements_follow_the_story(facts in prop::collection::vec(any_fact(), 1..10)) {
        let rules = Clocks::shipped().unwrap();
        let day = date(2026, 3, 2);
        let (mut state, mut place, mut opened) = (EpisodeState::default(), None, 0);
        for fact in std::iter::once(opened_first()).chain(facts) {
            let before = (!state.is_empty()).then(|| state.story());
            state = state.apply(&fact);
            let after = state.story();
            let Some(said) = statement(before.as_ref(), &after, &rules, day, fact.act().at) else {
                continue;
            };
            opened += usize::from(said.kind == paso_formats::statement::Kind::Opened);
            place = (said.kind != paso_formats::statement::Kind::Ended).then_some(said.place);
        }
        prop_assert_eq!(opened, 1);
        let story = state.story();
        let here = story.at_post().map(|post| post.to_string());
        let said = place.map(|place| place.to_string());
        match here {
            Some(here) => prop_assert_eq!(said, Some(here)),
            None => prop_assert!(said.is_none_or(|said| said == "outside" || said == "en-route")),
        }
    }
}

fn opened_first() -> CustodyEvent {
    CustodyEvent::Opened {
        act: by('A', -5),
        opening: opening(1, 1),
    }
}
