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

fn ask(state: &SiteState, command: SiteCommand, at: Moment) -> Result<SiteEvent, SiteRefusal> {
    let act = Act {
        at,
        post: "TAL".parse().unwrap(),
        officer: "ADM-1".parse().unwrap(),
        late: None,
    };
    decide(state, command, act, Way::Console)
}

fn open(from: Moment) -> SiteCommand {
    SiteCommand::Open {
        from,
        note: String::new(),
    }
}

fn close(from: Moment, reason: &str) -> SiteCommand {
    SiteCommand::Close {
        from,
        reason: reason.into(),
    }
}

#[test]
fn a_site_opens_closes_and_opens_again() {
    let mut state = SiteState::default();
    assert_eq!(state.open_at(now()), None);
    assert_eq!(
        ask(&state, close(now(), "flood"), now()),
        Err(SiteRefusal::NotOpen)
    );
    for (hours, command, is_open) in [
        (0, open(now()), true),
        (1, close(now().plus(HOUR), "flood"), false),
        (2, open(now().plus(2 * HOUR)), true),
    ] {
        let at = now().plus(hours * HOUR);
        let event = Event::Site(ask(&state, command, at).unwrap());
        let bytes = event.encode();
        assert_eq!(Event::decode(event.kind(), SCHEMA, &bytes).unwrap(), event);
        let Event::Site(event) = event else { continue };
        state = state.apply(&event);
        assert_eq!(state.open_at(at), Some(is_open));
    }
    let later = now().plus(3 * HOUR);
    assert_eq!(ask(&state, open(later), later), Err(SiteRefusal::Open));
    assert_eq!(
        ask(&state, close(later, " "), later),
        Err(SiteRefusal::ReasonMissing)
    );
}
