//! A number is used once, whatever arrives in which order, and the clock of the sheet is believed
//! within its bounds only.

use super::*;
use crate::act::{Act, Late};
use paso_formats::moment::{HOUR, MINUTE, Moment};
use proptest::prelude::*;

fn batch() -> Batch {
    Batch::new(
        "TAL".parse().unwrap(),
        SheetKind::Encounter,
        [0, 0x39, 0xc7, 0x44],
    )
}

fn at(minutes: i64) -> Moment {
    let day: Moment = "2014-07-08T15:00:00Z".parse().unwrap();
    day.plus(minutes * MINUTE)
}

fn act(minutes: i64) -> Act {
    Act {
        at: at(minutes),
        post: "TAL".parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

/// Happened, and recorded, so many minutes after printing.
fn late(happened: i64, recorded: i64, serial: u16) -> Act {
    Act {
        late: Some(Late {
            recorded: at(recorded),
            sheet: batch().sheet(serial).unwrap(),
            signed: "INM-0033".parse().unwrap(),
        }),
        ..act(happened)
    }
}

fn printed() -> SheetsState {
    SheetsState::default().apply(&SheetEvent::Printed {
        act: act(0),
        place: "TAL".parse().unwrap(),
        count: 20,
    })
}

#[test]
fn a_number_says_place_kind_and_which_of_how_many() {
    let sheet = batch().sheet(1).unwrap();
    let printed = sheet.to_string();
    assert_eq!(printed, "P-TAL-E3KH-T401-Z");
    for text in [
        "P-TAL-E3KH-T401-Z",
        "TAL-E3KH-T401-Z",
        "p tal e3kh t401 z",
        "PTALE3KHT401Z",
        " tale3kht4olz ",
    ] {
        assert_eq!(text.parse(), Ok(sheet), "{text}");
    }
    for (text, error) in [
        ("", NotASheet::Shape),
        ("P", NotASheet::Shape),
        ("P-TAL-E3KH-T402-Z", NotASheet::Check),
        ("P-TAL-E3HK-T401-Z", NotASheet::Check),
        // A card's number.
        ("TAL-773M-9Q2X-J", NotASheet::Check),
    ] {
        assert_eq!(text.parse::<SheetNumber>(), Err(error), "{text}");
    }
    assert_eq!(batch().sheet(0), None);
    assert_eq!(batch().sheet(1024), None);
}

#[test]
fn a_place_whose_code_begins_with_p_has_sheets_as_well() {
    for site in ["PAL", "PA", "CH", "PPP"] {
        let batch = Batch::new(site.parse().unwrap(), SheetKind::Custody, [1, 2, 3, 4]);
        let sheet = batch.sheet(200).unwrap();
        let printed = sheet.to_string();
        for text in [&printed, &printed.replace('-', ""), &printed[2..]] {
            assert_eq!(text.parse(), Ok(sheet), "{text}");
        }
    }
}

#[test]
fn a_sheet_is_used_once() {
    let using = |serial| SheetCommand::Use { serial };
    let voids = |serial, words: &str| SheetCommand::Void {
        serial,
        reason: VoidReason::Lost,
        words: words.into(),
    };
    let state = printed();
    let used = state
        .clone()
        .apply(&decide(&state, using(3), late(10, 60, 3)).unwrap());
    let void = used
        .clone()
        .apply(&decide(&used, voids(4, "Se mojó."), act(60)).unwrap());
    for (command, act, refusal) in [
        (using(3), late(11, 61, 3), SheetRefusal::UsedAlready),
        (using(4), late(11, 61, 4), SheetRefusal::Void),
        (using(21), late(11, 61, 21), SheetRefusal::NotPrinted),
        (using(5), late(-1, 61, 5), SheetRefusal::BeforePrinted),
        (using(5), late(62, 61, 5), SheetRefusal::InFuture),
        (voids(3, "Se perdió."), act(61), SheetRefusal::UsedAlready),
        (voids(4, "Se perdió."), act(61), SheetRefusal::Void),
        (voids(5, " "), act(61), SheetRefusal::WordsMissing),
        (
            SheetCommand::Print {
                place: "TAL".parse().unwrap(),
                count: 201,
            },
            act(61),
            SheetRefusal::CountImpossible,
        ),
    ] {
        assert_eq!(
            decide(&void, command.clone(), act),
            Err(refusal),
            "{command:?}"
        );
    }
    assert!(decide(&void, using(5), late(61, 61, 5)).is_ok());
    assert_eq!(void.conflicts(), []);
    assert!(matches!(void.standing(3), Standing::Used(act) if act.at == at(10)));
    assert!(matches!(
        void.standing(4),
        Standing::Void(VoidReason::Lost, _)
    ));
    assert_eq!(void.standing(20), Standing::Outstanding);
}

#[test]
fn two_posts_apart_from_each_other_leave_a_contradiction() {
    let one = SheetEvent::Used {
        act: late(10, 60, 3),
        serial: 3,
    };
    let other = SheetEvent::Used {
        act: late(12, 50, 3),
        serial: 3,
    };
    let state = printed().apply(&one).apply(&other).apply(&one);
    assert_eq!(state.conflicts(), [SheetConflict::UsedTwice(3)]);
    assert!(matches!(state.standing(3), Standing::Used(act) if act.recorded() == at(50)));
}

#[test]
fn custody_and_encounters_are_asked_after_first() {
    let terms = Terms::shipped().unwrap();
    let row = terms.on("2026-11-23".parse().unwrap());
    assert_eq!(row.asked_after(SheetKind::Custody), Some(48 * HOUR));
    assert_eq!(row.asked_after(SheetKind::Encounter), Some(168 * HOUR));
    assert_eq!(row.asked_after(SheetKind::Crossing), None);
    assert_eq!(row.late_after(), 24 * HOUR);
    assert!(Terms::load("row = []").is_err());
}

#[test]
fn codes_are_told_apart() {
    let codes: std::collections::BTreeSet<_> = SheetRefusal::ALL
        .into_iter()
        .map(SheetRefusal::code)
        .collect();
    assert_eq!(codes.len(), SheetRefusal::ALL.len());
}

fn event() -> impl Strategy<Value = SheetEvent> {
    let serial = 1_u16..6;
    prop_oneof![
        (0_i64..9, 1_u16..6).prop_map(|(minute, count)| SheetEvent::Printed {
            act: act(minute),
            place: "TAL".parse().unwrap(),
            count,
        }),
        (0_i64..9, 9_i64..20, serial.clone()).prop_map(|(minute, recorded, serial)| {
            SheetEvent::Used {
                act: late(minute, recorded, serial),
                serial,
            }
        }),
        (0_i64..9, serial).prop_map(|(minute, serial)| SheetEvent::Voided {
            act: act(minute),
            serial,
            reason: VoidReason::Lost,
            words: "x".into(),
        }),
    ]
}

proptest! {
    #[test]
    fn every_number_comes_back(site in "[A-Z]{2,3}", random: [u8; 4], kind in 0_usize..4, serial in 1_u16..1024) {
        let batch = Batch::new(site.parse().unwrap(), SheetKind::ALL[kind], random);
        let sheet = batch.sheet(serial).unwrap();
        prop_assert_eq!(sheet.to_string().parse(), Ok(sheet));
        prop_assert_eq!(batch.to_string().parse(), Ok(batch));
    }

    /// Posts' journals arrive in any order: uses and contradictions do not depend on it.
    #[test]
    fn uses_do_not_depend_on_the_order(events in proptest::collection::vec(event(), 0..12), turn in 0_usize..12) {
        let fold = |events: &[SheetEvent]| {
            events.iter().fold(SheetsState::default(), SheetsState::apply)
        };
        let mut turned = events.clone();
        turned.rotate_left(turn.min(events.len()));
        let (one, other) = (fold(&events), fold(&turned));
        prop_assert_eq!(one.conflicts(), other.conflicts());
        for serial in 1..6 {
            if let Standing::Used(act) = one.standing(serial) {
                prop_assert_eq!(other.standing(serial), Standing::Used(act));
            }
        }
    }
}
