//! Given a history, when somebody signs in or out, then what follows.

use super::*;
use crate::{
    act::Act,
    event::{Event, SCHEMA},
    id::ShiftId,
    policy::Role,
};

fn act(post: &str) -> Act {
    Act {
        at: "2014-07-08T15:00:00Z".parse().unwrap(),
        post: post.parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
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
