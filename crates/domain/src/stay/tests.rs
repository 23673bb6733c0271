//! Given a history, when a command, then events or a refusal.

use super::*;
use crate::{
    act::{Act, Late},
    card::{CardEvent, CardState, Issued, Presented, RevocationReason},
    document::DocumentKind,
    event::{Event, SCHEMA},
    id::{PersonId, StayId},
    sheet::{Batch, SheetKind},
};
use paso_formats::{
    moment::Moment,
    number::{CardNumber, SlipNumber},
    receipt::Code as ReceiptCode,
};
use proptest::prelude::*;

fn now() -> Moment {
    "2014-10-25T01:00:00Z".parse().unwrap()
}

fn act(seconds: i64) -> Act {
    Act {
        at: now().plus(seconds),
        post: "TAL".parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

fn card() -> CardState {
    CardState::default().apply(&CardEvent::Issued {
        act: act(-60),
        card: Issued {
            number: CardNumber::new("TAL".parse().unwrap(), [0; 5]),
            person: PersonId::from_random([1; 16]),
            document: DocumentKind::Passport,
            document_tail: "00123".into(),
            issued_at: now().plus(-60),
            expires: now().plus(1_000),
            status_uri: "https://mx.example/s/0".into(),
            status_index: 7,
            text: "6BF".into(),
            portrait: None,
        },
    })
}

fn revoked() -> CardState {
    card().apply(&CardEvent::Revoked {
        act: act(-30),
        reason: RevocationReason::Stolen,
        note: String::new(),
    })
}

fn entry(n: u8) -> Entered {
    Entered {
        stay: StayId::from_random([n; 16]),
        card: CardNumber::new("TAL".parse().unwrap(), [0; 5]),
        zone: "America/Mexico_City".into(),
        rule: "programa-2014".into(),
        leave_by: now().plus(3 * 86_400),
        not_overstayed_until: now().plus(4 * 86_400),
        states: vec!["MX-CHP".into()],
        slip: SlipNumber::new("TAL".parse().unwrap(), [0, 0, 0, 0, n]),
        slip_text: "6BF".into(),
        receipt: Some(receipt(n)),
    }
}

/// The code of the receipt of an act.
fn receipt(n: u8) -> ReceiptCode {
    ReceiptCode::from_random([n; 4])
}

fn entered(n: u8, seconds: i64) -> StayEvent {
    StayEvent::Entered {
        act: act(seconds),
        entry: entry(n),
    }
}

fn enter(n: u8, card: CardState) -> StayCommand {
    StayCommand::Enter {
        entry: Box::new(entry(n)),
        card: Box::new(card),
    }
}

fn leave(n: u8) -> StayCommand {
    StayCommand::Exit {
        receipt: Some(receipt(n)),
    }
}

#[test]
fn an_entry_needs_a_card_that_stands() {
    let none = StaysState::default();
    for (card, seconds, ground) in [
        (CardState::default(), 0, EntryGround::CardUnknown),
        (revoked(), 0, EntryGround::CardRevoked),
        (card(), 1_000, EntryGround::CardExpired),
    ] {
        assert_eq!(
            decide(&none, enter(1, card), act(seconds)),
            Err(StayRefusal::Entry(ground))
        );
    }
    assert_eq!(decide(&none, enter(1, card()), act(999)).unwrap().len(), 1);
}

#[test]
fn a_new_entry_closes_an_open_stay_without_blame() {
    let open = StaysState::default().apply(&entered(1, 0));
    // Long overstayed, and still no ground for refusal.
    let events = decide(&open, enter(2, card()), act(900)).unwrap();
    let after = events.iter().fold(open, StaysState::apply);
    assert_eq!(after.stays()[0].ending, Some(Ending::NotRecorded));
    assert_eq!(
        after.open().map(|stay| stay.entry.stay).collect::<Vec<_>>(),
        [entry(2).stay]
    );
    assert_eq!(after.conflicts(), []);
}

#[test]
fn an_exit_is_never_refused() {
    let nobody = StaysState::default();
    let events = decide(&nobody, leave(9), act(5)).unwrap();
    let after = events.iter().fold(nobody, StaysState::apply);
    assert_eq!(
        after.conflicts(),
        [StayConflict::ExitWithoutEntry(now().plus(5))]
    );
}

#[test]
fn two_posts_apart_from_each_other_leave_a_conflict_not_a_loss() {
    let state = StaysState::default()
        .apply(&entered(1, 0))
        .apply(&entered(2, 60));
    assert_eq!(
        state.conflicts(),
        [StayConflict::TwoOpen(entry(1).stay, entry(2).stay)]
    );
    // The exit goes to the newest entry.
    let exit = decide(&state, leave(9), act(120)).unwrap();
    assert_eq!(
        exit,
        [StayEvent::Exited {
            act: act(120),
            receipt: Some(receipt(9)),
            stay: Some(entry(2).stay)
        }]
    );
}

#[test]
fn a_late_exit_corrects_an_unrecorded_one() {
    let state = StaysState::default()
        .apply(&entered(1, 0))
        .apply(&StayEvent::ExitNotRecorded {
            act: act(60),
            stay: entry(1).stay,
        })
        .apply(&StayEvent::Exited {
            act: act(30),
            receipt: Some(receipt(7)),
            stay: Some(entry(1).stay),
        });
    assert!(matches!(
        state.stays()[0].ending,
        Some(Ending::Exited { .. })
    ));
    assert_eq!(state.stays()[0].exit_receipt, Some(receipt(7)));
    assert_eq!(state.conflicts(), []);
}

#[test]
fn an_exit_ends_the_stay_whose_exit_is_missing() {
    let state = StaysState::default()
        .apply(&entered(1, 0))
        .apply(&StayEvent::ExitNotRecorded {
            act: act(60),
            stay: entry(1).stay,
        });
    let exit = decide(&state, leave(9), act(120)).unwrap();
    assert_eq!(
        exit,
        [StayEvent::Exited {
            act: act(120),
            receipt: Some(receipt(9)),
            stay: Some(entry(1).stay)
        }]
    );
    // But not one that ended before a later stay did.
    let later = state.apply(&entered(2, 90)).apply(&StayEvent::Exited {
        act: act(100),
        receipt: Some(receipt(7)),
        stay: Some(entry(2).stay),
    });
    let exit = decide(&later, leave(9), act(120)).unwrap();
    assert_eq!(
        exit,
        [StayEvent::Exited {
            act: act(120),
            receipt: Some(receipt(9)),
            stay: None
        }]
    );
}

/// Two desks apart: an exit names no stay where its entry was made elsewhere.
#[test]
fn an_exit_recorded_elsewhere_ends_the_stay_it_belongs_to() {
    let exited = |seconds| StayEvent::Exited {
        act: act(seconds),
        receipt: Some(receipt(7)),
        stay: None,
    };
    let closed = |n: u8, seconds| StayEvent::ExitNotRecorded {
        act: act(seconds),
        stay: entry(n).stay,
    };
    let named = |n: u8, seconds| StayEvent::Exited {
        act: act(seconds),
        receipt: Some(receipt(8)),
        stay: Some(entry(n).stay),
    };
    // What happened, which stays are open, and how many exits belong to no stay.
    let table: [(&str, Vec<StayEvent>, &[u8], usize); 7] = [
        (
            "in there, out here",
            vec![entered(1, 0), exited(50)],
            &[],
            0,
        ),
        (
            "out before it came in",
            vec![entered(1, 60), exited(50)],
            &[1],
            1,
        ),
        (
            "in there, out here, in there again, where the first was taken for open",
            vec![entered(1, 0), closed(1, 60), entered(2, 60), exited(50)],
            &[2],
            0,
        ),
        (
            "out twice",
            vec![entered(1, 0), exited(50), exited(55)],
            &[],
            1,
        ),
        (
            "out here and there",
            vec![entered(1, 0), named(1, 40), exited(50)],
            &[],
            1,
        ),
        (
            "in here, out there, in there, and out here where that was not known",
            vec![entered(1, 0), exited(10), entered(2, 20), named(1, 30)],
            &[],
            0,
        ),
        (
            "out of the newest only",
            vec![entered(1, 0), entered(2, 30), exited(50)],
            &[1],
            0,
        ),
    ];
    for (what, events, open, alone) in table {
        // Whichever arrives first.
        for turn in 0..events.len() {
            let mut events = events.clone();
            events.rotate_left(turn);
            let state = events.iter().fold(StaysState::default(), StaysState::apply);
            let still: Vec<_> = state.open().map(|stay| stay.entry.stay).collect();
            let expected: Vec<_> = open.iter().map(|n| entry(*n).stay).collect();
            assert_eq!(still, expected, "{what}, {turn}");
            let conflicts = state.conflicts();
            let lone = |one: &&StayConflict| matches!(one, StayConflict::ExitWithoutEntry(_));
            assert_eq!(
                conflicts.iter().filter(lone).count(),
                alone,
                "{what}, {turn}"
            );
        }
    }
}

/// A card that was only brought lets its holder in while it is being shown.
#[test]
fn a_card_from_elsewhere_lets_in_when_it_is_shown() {
    let brought = |seconds: i64| {
        CardState::default().apply(&CardEvent::Presented {
            act: act(seconds),
            shown: Presented {
                text: "6BF".into(),
                expires: now().plus(1_000),
                finding: "valid".into(),
                bundle: 3,
                bundle_made: now(),
            },
        })
    };
    let none = StaysState::default();
    for (shown, entered, refusal) in [
        (10, 10, None),
        (10, 11, Some(StayRefusal::NotProven)),
        (
            1_000,
            1_000,
            Some(StayRefusal::Entry(EntryGround::CardExpired)),
        ),
    ] {
        let decided = decide(&none, enter(1, brought(shown)), act(entered));
        assert_eq!(decided.err(), refusal, "{shown} {entered}");
    }
}

fn any_event() -> impl Strategy<Value = StayEvent> {
    prop_oneof![
        (1_u8..4, 0_i64..9).prop_map(|(n, s)| entered(n, s)),
        (1_u8..4, 0_i64..9).prop_map(|(n, s)| StayEvent::Exited {
            act: act(s),
            receipt: Some(receipt(7)),
            stay: Some(entry(n).stay)
        }),
        (0_i64..9).prop_map(|s| StayEvent::Exited {
            act: act(s),
            receipt: Some(receipt(7)),
            stay: None
        }),
        (1_u8..4).prop_map(|n| StayEvent::ExitNotRecorded {
            act: act(0),
            stay: entry(n).stay
        }),
    ]
}

/// What happened at `seconds` and was typed an hour later.
fn late(seconds: i64) -> Act {
    let sheet = Batch::new("TAL".parse().unwrap(), SheetKind::Crossing, [0; 4]).sheet(1);
    Act {
        late: Some(Late {
            recorded: now().plus(3_600),
            sheet: sheet.unwrap(),
            signed: "INM-0033".parse().unwrap(),
        }),
        ..act(seconds)
    }
}

fn told(state: StaysState, command: StayCommand, act: Act) -> StaysState {
    let events = decide(&state, command, act).unwrap();
    events.iter().fold(state, StaysState::apply)
}

fn enters(n: u8) -> StayCommand {
    StayCommand::Enter {
        entry: Box::new(entry(n)),
        card: Box::new(card()),
    }
}

/// The hours of the network and the hours of paper lie between each other.
#[test]
fn what_comes_from_paper_is_put_where_it_happened() {
    let leaves = || StayCommand::Exit { receipt: None };
    let endings = |state: &StaysState| -> Vec<Option<Ending>> {
        let mut stays = state.stays().to_vec();
        stays.sort_by_key(|stay| stay.entered.at);
        stays.into_iter().map(|stay| stay.ending).collect()
    };
    let exited = |seconds| {
        Some(Ending::Exited {
            at: now().plus(seconds),
            post: "TAL".parse().unwrap(),
        })
    };
    let none = StaysState::default;

    // In on paper, out by the network: nobody has overstayed.
    let state = told(told(none(), leaves(), act(200)), enters(1), late(100));
    assert_eq!(
        (endings(&state), state.conflicts()),
        (vec![exited(200)], vec![])
    );

    // In on paper, in again by the network: the first was closed.
    let state = told(told(none(), enters(1), act(200)), enters(2), late(100));
    assert_eq!(endings(&state), [Some(Ending::NotRecorded), None]);
    assert_eq!(state.conflicts(), []);

    // Out on paper between two entries by the network: the first stay has its exit.
    let state = told(told(none(), enters(1), act(100)), enters(2), act(300));
    let state = told(state, leaves(), late(200));
    assert_eq!(endings(&state), [exited(200), None]);
    assert_eq!(state.conflicts(), []);

    // An exit on paper from before the only entry ends nothing that began later.
    let state = told(told(none(), enters(1), act(300)), leaves(), late(200));
    assert_eq!(endings(&state), [None]);
}

proptest! {
    /// Any facts in any order give a state; a stay with an ending among the facts is never open,
    /// even when the ending arrived first.
    #[test]
    fn apply_is_total(events in proptest::collection::vec(any_event(), 0..16)) {
        let state = events.iter().fold(StaysState::default(), StaysState::apply);
        let ended: Vec<_> = events.iter().filter_map(|event| match event {
            StayEvent::Exited { stay, .. } => *stay,
            StayEvent::ExitNotRecorded { stay, .. } => Some(*stay),
            StayEvent::Entered { .. } | StayEvent::Settled { .. } => None,
        }).collect();
        for stay in state.open() {
            prop_assert!(!ended.contains(&stay.entry.stay));
        }
        let _ = state.conflicts();
    }
}

/// Entries and exits of the days before they gave receipts are read, and written again, as the
/// bytes they were.
#[test]
fn stays_without_a_receipt_keep_their_bytes() {
    for (with, without) in [
        (
            Event::Stay(entered(1, 0)),
            Event::Stay(StayEvent::Entered {
                act: act(0),
                entry: Entered {
                    receipt: None,
                    ..entry(1)
                },
            }),
        ),
        (
            Event::Stay(StayEvent::Exited {
                act: act(0),
                stay: None,
                receipt: Some(receipt(9)),
            }),
            Event::Stay(StayEvent::Exited {
                act: act(0),
                stay: None,
                receipt: None,
            }),
        ),
    ] {
        let (longer, shorter) = (with.encode(), without.encode());
        assert!(longer.len() > shorter.len());
        for event in [with, without] {
            let read = Event::decode(event.kind(), SCHEMA, &event.encode()).unwrap();
            assert_eq!(read, event);
        }
    }
    // As part A wrote it: act and stay, and nothing for the receipt.
    let exited = StayEvent::Exited {
        act: act(0),
        stay: Some(entry(1).stay),
        receipt: None,
    };
    let mut bytes = Vec::new();
    minicbor::encode(&exited, &mut bytes).unwrap();
    let mut decoder = minicbor::Decoder::new(&bytes);
    assert_eq!(decoder.array().unwrap(), Some(2));
    assert_eq!(decoder.u32().unwrap(), 1);
    assert_eq!(decoder.array().unwrap(), Some(2));
}
