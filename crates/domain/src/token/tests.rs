//! Given a history, when a command, then an event or a refusal.

use super::*;
use crate::{
    act::{Act, Way},
    event::{Event, SCHEMA},
    officer::{Access, Grant, Standing},
    policy::Role,
};
use paso_formats::moment::{DAY, Moment};

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

fn issue(role: Role, purpose: &str, days: i64) -> TokenCommand {
    TokenCommand::Issue {
        token: Token {
            hash: [5; 32],
            officer: "EST-1".parse().unwrap(),
            role,
            post: "TAL".parse().unwrap(),
            purpose: purpose.into(),
            expires: now().plus(days * DAY),
        },
        standing: Box::new(Standing {
            name: "Luis Poot".into(),
            access: Access::Active,
            grants: vec![Grant {
                role: Role::Statistics,
                posts: vec![],
                from: now(),
                until: None,
                given: act(),
            }],
            passkeys: vec![],
        }),
    }
}

fn revoke(reason: &str) -> TokenCommand {
    TokenCommand::Revoke {
        reason: reason.into(),
    }
}

fn then(state: TokenState, command: TokenCommand) -> TokenState {
    let event = Event::Token(decide(&state, command, act(), Way::Page).unwrap());
    let bytes = event.encode();
    assert_eq!(Event::decode(event.kind(), SCHEMA, &bytes).unwrap(), event);
    match &event {
        Event::Token(event) => state.apply(event),
        _ => state,
    }
}

#[test]
fn a_token_is_for_one_role_one_purpose_and_ninety_days() {
    use TokenRefusal as No;
    let new = TokenState::default();
    let issued = then(new.clone(), issue(Role::Statistics, "monthly table", 90));
    assert!(issued.good_at(now().plus(90 * DAY - 1)).is_some());
    assert!(issued.good_at(now().plus(90 * DAY)).is_none());
    let revoked = then(issued.clone(), revoke("the program was replaced"));
    assert!(revoked.good_at(now()).is_none());
    for (state, command, refused) in [
        (&new, issue(Role::Statistics, " ", 1), No::PurposeMissing),
        (&new, issue(Role::Statistics, "table", 91), No::Duration),
        (&new, issue(Role::Statistics, "table", 0), No::Duration),
        (&new, issue(Role::Desk, "table", 1), No::RoleNotHeld),
        (&issued, issue(Role::Statistics, "table", 1), No::Known),
        (&new, revoke("r"), No::Unknown),
        (&issued, revoke(" "), No::ReasonMissing),
        (&revoked, revoke("again"), No::Revoked),
    ] {
        let decided = decide(state, command, act(), Way::Page);
        assert_eq!(decided, Err(refused), "{}", refused.code());
    }
}
