//! Given a history, when somebody signs in or out, then what follows.

use super::*;
use crate::{
    act::{Act, Way},
    event::{Event, SCHEMA},
    id::ShiftId,
    officer::{OfficerEvent, OfficerState},
    policy::{Power, Role},
    roles::Roles,
};
use paso_formats::{
    entry::StreamId,
    key::PublicKey,
    moment::{DAY, HOUR, MINUTE, Moment},
};

fn act(post: &str) -> Act {
    Act {
        at: "2014-07-08T15:00:00Z".parse().unwrap(),
        post: post.parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

fn shift(n: u8) -> Shift {
    Shift {
        id: ShiftId::from_random([n; 16]),
        role: Role::Desk,
        lane: Some("2".into()),
        device: None,
    }
}

fn after(events: &[ShiftEvent]) -> ShiftsState {
    events
        .iter()
        .fold(ShiftsState::default(), ShiftsState::apply)
}

#[test]
fn whoever_signs_in_anew_has_left_the_place_before() {
    let first = decide(
        &ShiftsState::default(),
        ShiftCommand::Open(shift(1)),
        &act("TAL"),
    );
    let second = decide(&after(&first), ShiftCommand::Open(shift(2)), &act("HID"));
    let closed = ShiftEvent::Closed {
        // The shift that ends was Talismán's.
        act: act("TAL"),
        shift: shift(1).id,
        end: ShiftEnd::Replaced,
    };
    assert_eq!(second[0], closed);
    let state = after(&[first, second].concat());
    assert_eq!(state.open().len(), 1);
    assert_eq!(state.open()[0].shift, shift(2));
    let closed = decide(
        &state,
        ShiftCommand::Close(ShiftEnd::SignedOut),
        &act("HID"),
    );
    let state = closed.iter().fold(state, ShiftsState::apply);
    assert!(state.open().is_empty());
    assert!(decide(&state, ShiftCommand::Close(ShiftEnd::Expired), &act("HID")).is_empty());
}

#[test]
fn a_shift_that_was_closed_stays_so() {
    let opened = ShiftEvent::Opened {
        act: act("TAL"),
        shift: shift(1),
    };
    let closed = ShiftEvent::Closed {
        act: act("TAL"),
        shift: shift(1).id,
        end: ShiftEnd::Expired,
    };
    assert!(after(&[closed.clone(), opened.clone()]).open().is_empty());
    assert_eq!(after(&[opened.clone(), opened.clone()]).open().len(), 1);
    for event in [Event::Shift(opened), Event::Shift(closed)] {
        let bytes = event.encode();
        assert_eq!(Event::decode(event.kind(), SCHEMA, &bytes).unwrap(), event);
    }
}

/// Another length than the one shipped: what was signed counts, and no file.
const SHIFT: i64 = 9 * HOUR;

/// The keys of RFC 8032 §7.1, tests 1 and 2.
const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const OTHER: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

fn key(hex: &str) -> PublicKey {
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap();
    }
    PublicKey::ed25519(&bytes).unwrap()
}

fn phone() -> Phone {
    let from = act("TAL").at;
    Phone {
        key: key(KEY).to_cose_key(),
        role: Role::Checkpoint,
        device: StreamId::from_random([3; 16]),
        from,
        until: from.plus(SHIFT),
    }
}

#[test]
fn a_phones_key_is_bound_once_and_found_by_its_name() {
    let opened = ShiftEvent::PhoneOpened {
        act: act("TAL"),
        phone: phone(),
    };
    let again = ShiftEvent::PhoneOpened {
        act: act("HID"),
        phone: phone(),
    };
    let unreadable = ShiftEvent::PhoneOpened {
        act: act("TAL"),
        phone: Phone {
            key: vec![1],
            ..phone()
        },
    };
    let state = after(&[unreadable, opened.clone(), again]);
    let bound = key(KEY).key_id();
    assert_eq!(state.phone(bound).unwrap().opened, act("TAL"));
    assert_eq!(state.phone(bound).unwrap().phone, phone());
    assert!(
        state.open().is_empty(),
        "signing in opens a shift, and nothing else"
    );
    let other = key(OTHER).key_id();
    assert!(state.phone(other).is_none());
    let event = Event::Shift(opened);
    let bytes = event.encode();
    assert_eq!(Event::decode(event.kind(), SCHEMA, &bytes).unwrap(), event);
}

#[test]
fn what_is_odd_about_an_arrival_is_said() {
    let from = phone().from;
    let roles = Roles::shipped().unwrap();
    let officer = |dismissed: Option<Moment>| {
        let at = |at| Act { at, ..act("TAL") };
        let state = OfficerState::default().apply(&OfficerEvent::Enrolled {
            act: at(from.plus(-DAY)),
            way: Way::Page,
            name: "Luz Pérez".into(),
        });
        match dismissed {
            Some(from) => state.apply(&OfficerEvent::Dismissed {
                act: at(from),
                way: Way::Page,
                from,
                reason: "left".into(),
            }),
            None => state,
        }
    };
    let (met, opened) = (Power::RecordEncounter, Power::AssessApplication);
    for (at, arrived, dismissed, power, expected) in [
        (from, from, None, met, vec![]),
        (from.plus(HOUR), from.plus(DAY), None, met, vec![]),
        (from, from.plus(DAY + 1), None, met, vec![Remark::Late]),
        (from.plus(-1), from, None, met, vec![Remark::OutsideShift]),
        (
            from.plus(SHIFT),
            from.plus(SHIFT),
            None,
            met,
            vec![Remark::OutsideShift],
        ),
        (
            from.plus(6 * MINUTE),
            from,
            None,
            met,
            vec![Remark::ClockAhead],
        ),
        (
            // A phone that claims an earlier moment does not get round a dismissal.
            from,
            from.plus(HOUR),
            Some(from.plus(MINUTE)),
            met,
            vec![Remark::AccessEnded],
        ),
        (from, from, None, opened, vec![Remark::BeyondRole]),
    ] {
        let officer = officer(dismissed);
        let found = remarks(&phone(), (&officer, &roles), power, at, arrived);
        assert_eq!(found, expected, "{at:?} {arrived:?}");
    }
}

#[test]
fn a_shift_lasts_as_long_as_the_file_says_on_the_day_it_is_opened() {
    let on = |lengths: &ShiftLengths, day: &str| lengths.on(day.parse().unwrap()).seconds();
    let shipped = ShiftLengths::shipped().unwrap();
    assert_eq!(on(&shipped, "2026-11-23"), 12 * HOUR);
    assert_eq!(on(&shipped, "2026-11-23"), on(&shipped, "2000-01-01"));
    assert!(!shipped.on("2026-11-23".parse().unwrap()).sourced);

    let row = |from: &str, hours: u8| {
        format!(
            "[[row]]\nfrom = {from}\nshift_hours = {hours}\nsourced = false\ninstrument = \"\"\nsource = \"\"\n"
        )
    };
    let load = |rows: &[String]| ShiftLengths::load(&rows.concat());
    let two = load(&[row("2020-01-01", 8), row("2015-01-01", 10)]).unwrap();
    for (day, hours) in [
        ("2014-01-01", 10),
        ("2019-12-31", 10),
        ("2020-01-01", 8),
        ("2030-01-01", 8),
    ] {
        assert_eq!(on(&two, day), hours * HOUR, "{day}");
    }
    for (rows, words) in [
        (vec![row("2020-01-01", 0)], "a shift of 0 hours"),
        (vec![row("2020-01-01", 25)], "a shift of 25 hours"),
        (
            vec![row("2020-01-01", 8), row("2020-01-01", 9)],
            "one row for each",
        ),
        (vec!["row = []".into()], "at least one row"),
        (vec!["shift = 8".into()], "the lengths of shifts"),
    ] {
        let said = load(&rows).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
}
