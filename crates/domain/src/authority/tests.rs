//! Given a history, when a command, then an event or a refusal.

use super::*;
use crate::{
    act::{Act, Way},
    event::{Event, SCHEMA},
};
use paso_formats::{
    key::KeyId,
    moment::{DAY, HOUR, Moment},
};

const ID: KeyId = KeyId([1; 8]);

fn now() -> Moment {
    "2014-07-08T15:00:00Z".parse().unwrap()
}

fn ask(
    state: &AuthorityState,
    command: AuthorityCommand,
) -> Result<AuthorityEvent, AuthorityRefusal> {
    let act = Act {
        at: now(),
        post: "TAL".parse().unwrap(),
        officer: "ADM-1".parse().unwrap(),
        late: None,
    };
    decide(state, command, act, Way::Console)
}

fn add(sign_until: Moment) -> AuthorityCommand {
    AuthorityCommand::AddKey(AuthorityKey {
        id: ID,
        purpose: "card".into(),
        key: vec![1],
        sign_from: now(),
        sign_until,
        verify_until: now().plus(2 * DAY),
        site: None,
        device: None,
    })
}

fn end(compromised_from: Option<Moment>, reason: &str) -> AuthorityCommand {
    AuthorityCommand::EndKey {
        id: ID,
        from: now(),
        compromised_from,
        reason: reason.into(),
    }
}

fn then(state: AuthorityState, command: AuthorityCommand) -> AuthorityState {
    let event = Event::Authority(ask(&state, command).unwrap());
    let bytes = event.encode();
    assert_eq!(Event::decode(event.kind(), SCHEMA, &bytes).unwrap(), event);
    match &event {
        Event::Authority(event) => state.apply(event),
        _ => state,
    }
}

#[test]
fn a_key_comes_signs_and_ends() {
    use AuthorityRefusal as No;
    let new = AuthorityState::default();
    let used = then(new.clone(), add(now().plus(DAY)));
    let ended = then(used.clone(), end(None, "routine"));
    let lost = then(ended.clone(), end(Some(now().plus(-HOUR)), "found copied"));
    for (state, command, refused) in [
        (&used, add(now().plus(DAY)), No::Known),
        (&ended, add(now().plus(DAY)), No::Ended),
        (&new, add(now().plus(-1)), No::Windows),
        (&new, add(now().plus(3 * DAY)), No::Windows),
        (&used, end(None, ""), No::ReasonMissing),
        (&used, end(Some(now().plus(1)), "r"), No::InFuture),
        (&ended, end(None, "again"), No::Ended),
        (&lost, end(Some(now()), "later"), No::Ended),
    ] {
        assert_eq!(ask(state, command), Err(refused), "{}", refused.code());
    }
    // A key from before there was this register.
    assert!(ask(&new, end(None, "routine")).is_ok());
    let known = lost.key(ID).unwrap();
    assert!(known.key.is_some());
    assert_eq!(known.end.unwrap().compromised_from, Some(now().plus(-HOUR)));
}
