//! Given a history, when a command, then an event or a refusal.

use super::*;
use crate::{
    act::{Act, Way},
    event::{Event, SCHEMA},
};
use paso_formats::moment::{HOUR, Moment};

fn now() -> Moment {
    "2014-07-08T15:00:00Z".parse().unwrap()
}

fn act() -> Act {
    Act {
        at: now(),
        post: "TAL".parse().unwrap(),
        officer: "ADM-1".parse().unwrap(),
        late: None,
    }
}

fn enrol(name: &str) -> DeviceCommand {
    DeviceCommand::Enrol(Device {
        name: name.into(),
        post: "TAL".parse().unwrap(),
        key: vec![1],
        from: now(),
        until: None,
    })
}

fn retire(reason: &str, from: Moment) -> DeviceCommand {
    DeviceCommand::Retire {
        from,
        reason: reason.into(),
    }
}

fn revoke(compromised_from: Moment) -> DeviceCommand {
    DeviceCommand::Revoke {
        compromised_from,
        reason: "stolen with the car".into(),
    }
}

fn ask(state: &DeviceState, command: DeviceCommand) -> Result<DeviceEvent, DeviceRefusal> {
    decide(state, command, act(), Way::Page)
}

fn then(state: DeviceState, command: DeviceCommand) -> DeviceState {
    let event = Event::Device(ask(&state, command).unwrap());
    let bytes = event.encode();
    assert_eq!(Event::decode(event.kind(), SCHEMA, &bytes).unwrap(), event);
    match &event {
        Event::Device(event) => state.apply(event),
        _ => state,
    }
}

#[test]
fn what_is_refused_and_why() {
    let new = DeviceState::default();
    let working = || then(DeviceState::default(), enrol("Talismán 2"));
    let lost = || then(working(), revoke(now().plus(-HOUR)));
    for (state, command, refused) in [
        (new.clone(), enrol(" "), DeviceRefusal::NameMissing),
        (working(), enrol("again"), DeviceRefusal::Known),
        (lost(), enrol("again"), DeviceRefusal::Ended),
        (working(), retire(" ", now()), DeviceRefusal::ReasonMissing),
        (
            working(),
            retire("old", now().plus(1)),
            DeviceRefusal::InFuture,
        ),
        (lost(), retire("old", now()), DeviceRefusal::Ended),
        (working(), revoke(now().plus(1)), DeviceRefusal::InFuture),
        (lost(), revoke(now()), DeviceRefusal::Ended),
    ] {
        assert_eq!(ask(&state, command), Err(refused), "{}", refused.code());
    }
    // It may have worked before there was this register.
    assert!(ask(&new, revoke(now())).is_ok());
}

#[test]
fn of_several_ends_the_earliest_counts() {
    let retired = then(
        then(DeviceState::default(), enrol("Talismán 2")),
        retire("old", now()),
    );
    assert_eq!(retired.end().unwrap().compromised_from, None);
    let lost = then(retired, revoke(now().plus(-HOUR)));
    let earlier = then(lost, revoke(now().plus(-2 * HOUR)));
    let end = earlier.end().unwrap();
    assert_eq!(end.from, now());
    assert_eq!(end.compromised_from, Some(now().plus(-2 * HOUR)));
}
