//! Given a history, when a command, then events or a refusal.

use super::*;
use crate::{
    act::{Act, Way},
    event::{Event, SCHEMA},
    id::OfficerNumber,
    policy::Role,
};
use paso_formats::moment::{DAY, HOUR, Moment};
use proptest::prelude::*;

const LINK: [u8; 32] = [7; 32];

fn now() -> Moment {
    "2014-07-08T15:00:00Z".parse().unwrap()
}

fn ago(hours: i64) -> Moment {
    now().plus(-hours * HOUR)
}

fn number(text: &str) -> OfficerNumber {
    text.parse().unwrap()
}

fn act(at: Moment, by: &str) -> Act {
    Act {
        at,
        post: "TAL".parse().unwrap(),
        officer: number(by),
        late: None,
    }
}

/// An administrator asks on a page, and there are others.
fn asked(by: &str) -> Asked {
    Asked {
        act: act(now(), by),
        way: Way::Page,
        other_administrators: 2,
    }
}

fn enrolled() -> OfficerEvent {
    OfficerEvent::Enrolled {
        act: act(ago(100), "ADM-1"),
        way: Way::Page,
        name: "Rosa Chan".into(),
    }
}

fn granted(role: Role) -> OfficerEvent {
    OfficerEvent::Granted {
        act: act(ago(99), "ADM-1"),
        way: Way::Page,
        role,
        posts: vec!["TAL".parse().unwrap()],
        from: ago(99),
        until: None,
    }
}

fn invited(purpose: InvitationPurpose, expires: Moment) -> OfficerEvent {
    OfficerEvent::Invited {
        act: act(ago(98), "ADM-1"),
        way: Way::Page,
        purpose,
        link: LINK,
        expires,
    }
}

fn passkey(credential: u8, link: [u8; 32]) -> OfficerEvent {
    OfficerEvent::PasskeyAdded {
        act: act(ago(97), "INM-0417"),
        link,
        purpose: InvitationPurpose::Enrolment,
        credential: vec![credential],
        key: vec![1],
        algorithm: -7,
        backup_eligible: true,
        backed_up: false,
        from: ago(97),
        until: None,
    }
}

fn suspended(at: Moment, from: Moment) -> OfficerEvent {
    OfficerEvent::Suspended {
        act: act(at, "ADM-1"),
        way: Way::Page,
        from,
        reason: "inquiry".into(),
    }
}

fn reinstated(at: Moment) -> OfficerEvent {
    OfficerEvent::Reinstated {
        act: act(at, "ADM-1"),
        way: Way::Page,
        from: at,
        reason: "over".into(),
    }
}

fn dismissed(at: Moment, from: Moment) -> OfficerEvent {
    OfficerEvent::Dismissed {
        act: act(at, "ADM-1"),
        way: Way::Page,
        from,
        reason: "sold a card".into(),
    }
}

fn after(events: &[OfficerEvent]) -> OfficerState {
    events
        .iter()
        .fold(OfficerState::default(), OfficerState::apply)
}

/// Enrolled, at the desk of Talismán, with one passkey.
fn at_work() -> Vec<OfficerEvent> {
    vec![
        enrolled(),
        granted(Role::Desk),
        invited(InvitationPurpose::Enrolment, ago(90)),
        passkey(1, LINK),
    ]
}

fn grant(role: Role) -> OfficerCommand {
    OfficerCommand::Grant {
        role,
        posts: vec!["TAL".parse().unwrap()],
        from: now(),
        until: None,
    }
}

fn enrol(name: &str) -> OfficerCommand {
    OfficerCommand::Enrol { name: name.into() }
}

fn dismiss(from: Moment) -> OfficerCommand {
    OfficerCommand::Dismiss {
        from,
        reason: "sold a card".into(),
    }
}

fn suspend(reason: &str) -> OfficerCommand {
    OfficerCommand::Suspend {
        from: now(),
        reason: reason.into(),
    }
}

fn reinstate() -> OfficerCommand {
    OfficerCommand::Reinstate {
        reason: "over".into(),
    }
}

fn invite(purpose: InvitationPurpose) -> OfficerCommand {
    OfficerCommand::Invite {
        purpose,
        link: [8; 32],
        expires: now().plus(DAY),
    }
}

fn new_passkey(link: [u8; 32], known: bool) -> OfficerCommand {
    OfficerCommand::AddPasskey(NewPasskey {
        link,
        credential: vec![2],
        key: vec![1],
        algorithm: -7,
        backup_eligible: false,
        backed_up: false,
        known,
    })
}

fn end_passkey(credential: u8) -> OfficerCommand {
    OfficerCommand::EndPasskey {
        credential: vec![credential],
        reason: PasskeyEndReason::Lost,
        from: now(),
        compromised_from: None,
        note: String::new(),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, one line a refusal")]
fn what_is_refused_and_why() {
    use InvitationPurpose::{Enrolment, Recovery};
    use OfficerRefusal as No;
    let with = |more: &[OfficerEvent]| after(&[at_work(), more.to_vec()].concat());
    let new = OfficerState::default();
    let gone = || with(&[dismissed(ago(2), ago(2))]);
    let paused = || with(&[suspended(ago(2), ago(2))]);
    let waiting = |purpose, expires| after(&[enrolled(), invited(purpose, expires)]);
    for (state, by, command, refused) in [
        (new.clone(), "ADM-1", enrol(" "), No::NameMissing),
        (new.clone(), "INM-0417", enrol("Rosa Chan"), No::Oneself),
        (with(&[]), "ADM-1", enrol("Rosa Chan"), No::NumberTaken),
        (gone(), "ADM-1", enrol("Somebody Else"), No::NumberDismissed),
        (new.clone(), "ADM-1", grant(Role::Desk), No::NotEnrolled),
        (gone(), "ADM-1", grant(Role::Desk), No::Dismissed),
        (
            with(&[]),
            "INM-0417",
            grant(Role::Administrator),
            No::Oneself,
        ),
        (with(&[]), "ADM-1", grant(Role::Desk), No::AlreadyGranted),
        (
            with(&[]),
            "ADM-1",
            OfficerCommand::Grant {
                role: Role::Checkpoint,
                posts: vec![],
                from: now(),
                until: Some(now()),
            },
            No::EndsBeforeItBegins,
        ),
        (
            with(&[]),
            "ADM-1",
            OfficerCommand::EndGrant {
                role: Role::Supervisor,
                from: now(),
                reason: "r".into(),
            },
            No::NotGranted,
        ),
        (
            with(&[]),
            "ADM-1",
            OfficerCommand::EndGrant {
                role: Role::Desk,
                from: now(),
                reason: String::new(),
            },
            No::ReasonMissing,
        ),
        // One administrator alone does not get into the place of somebody who has a passkey.
        (with(&[]), "ADM-1", invite(Enrolment), No::RecoveryNeeded),
        (with(&[]), "INM-0417", invite(Recovery), No::Oneself),
        (
            after(&[enrolled()]),
            "ADM-1",
            invite(Recovery),
            No::NothingToRecover,
        ),
        (paused(), "ADM-1", invite(Recovery), No::Suspended),
        (gone(), "ADM-1", invite(Recovery), No::Dismissed),
        (
            after(&[enrolled()]),
            "INM-0417",
            new_passkey(LINK, false),
            No::NotInvited,
        ),
        (
            with(&[]),
            "INM-0417",
            new_passkey(LINK, false),
            No::InvitationUsed,
        ),
        (
            waiting(Enrolment, now()),
            "INM-0417",
            new_passkey(LINK, false),
            No::InvitationExpired,
        ),
        (
            waiting(Enrolment, now().plus(1)),
            "INM-0417",
            new_passkey(LINK, true),
            No::PasskeyKnown,
        ),
        (with(&[]), "ADM-1", end_passkey(9), No::NoSuchPasskey),
        (with(&[]), "ADM-1", suspend(""), No::ReasonMissing),
        (paused(), "ADM-1", suspend("again"), No::Suspended),
        (gone(), "ADM-1", suspend("late"), No::Dismissed),
        (with(&[]), "ADM-1", reinstate(), No::NotSuspended),
        (paused(), "INM-0417", reinstate(), No::Oneself),
        (gone(), "ADM-1", reinstate(), No::Dismissed),
        (new, "ADM-1", dismiss(now()), No::NotEnrolled),
        (gone(), "ADM-1", dismiss(now()), No::Dismissed),
        (with(&[]), "ADM-1", dismiss(now().plus(1)), No::InFuture),
    ] {
        assert_eq!(
            decide(&state, &number("INM-0417"), command.clone(), asked(by)),
            Err(refused),
            "{command:?}"
        );
    }
}

#[test]
fn the_last_administrator_does_not_lock_the_house_from_inside() {
    let state = after(&[enrolled(), granted(Role::Administrator)]);
    let own = |others| Asked {
        act: act(now(), "INM-0417"),
        way: Way::Console,
        other_administrators: others,
    };
    let end = OfficerCommand::EndGrant {
        role: Role::Administrator,
        from: now(),
        reason: "moves".into(),
    };
    for command in [dismiss(now()), suspend("inquiry"), end] {
        let refused = decide(&state, &number("INM-0417"), command.clone(), own(0));
        assert_eq!(refused, Err(OfficerRefusal::LastAdministrator));
        assert!(decide(&state, &number("INM-0417"), command, own(1)).is_ok());
    }
}

#[test]
fn the_first_administrator_begins_at_the_machine_and_only_there() {
    let me = number("ADM-1");
    let first = |way| Asked {
        act: act(now(), "ADM-1"),
        way,
        other_administrators: 0,
    };
    let new = OfficerState::default();
    assert_eq!(
        decide(&new, &me, enrol("Ana Tzul"), first(Way::Page)),
        Err(OfficerRefusal::Oneself)
    );
    let events = decide(&new, &me, enrol(" Ana Tzul "), first(Way::Console)).unwrap();
    let state = after(&events);
    assert_eq!(state.name(), "Ana Tzul");
    let events = decide(&state, &me, grant(Role::Administrator), first(Way::Console)).unwrap();
    let state = events.iter().fold(state, OfficerState::apply);
    assert!(
        state
            .standing_at(now())
            .holds(Role::Administrator, "TAL".parse().unwrap())
    );
}

#[test]
fn a_second_passkey_comes_by_ones_own_invitation() {
    let state = after(&at_work());
    let own = invite(InvitationPurpose::Enrolment);
    let page = asked("INM-0417");
    assert!(decide(&state, &number("INM-0417"), own.clone(), page.clone()).is_ok());
    // Whoever holds the machine types any number.
    let console = Asked {
        way: Way::Console,
        ..page
    };
    assert_eq!(
        decide(&state, &number("INM-0417"), own, console),
        Err(OfficerRefusal::RecoveryNeeded)
    );
}

#[test]
fn a_recovered_passkey_ends_the_old_ones() {
    let mut events = at_work();
    events.push(OfficerEvent::Invited {
        act: act(ago(3), "ADM-1"),
        way: Way::Page,
        purpose: InvitationPurpose::Recovery,
        link: [8; 32],
        expires: now().plus(1),
    });
    let state = after(&events);
    let decided = decide(
        &state,
        &number("INM-0417"),
        new_passkey([8; 32], false),
        asked("INM-0417"),
    )
    .unwrap();
    let kinds: Vec<_> = decided.iter().map(OfficerEvent::kind).collect();
    assert_eq!(kinds, ["officer.passkey-ended", "officer.passkey-added"]);
    let state = decided.iter().fold(state, OfficerState::apply);
    let good: Vec<_> = state.standing_at(now()).passkeys;
    assert_eq!(good.len(), 1);
    assert_eq!(good[0].credential, [2]);
    // What the old one signed before stays what it was.
    assert_eq!(
        state.standing_at(now().plus(-1)).passkeys[0].credential,
        [1]
    );
}

#[test]
fn a_dismissal_counts_at_once_and_from_where_it_says() {
    let talisman = "TAL".parse().unwrap();
    for (from, at, holds) in [
        (now(), ago(1), true),
        (now(), now(), false),
        (ago(50), ago(51), true),
        (ago(50), ago(50), false),
    ] {
        let state = after(&[at_work(), vec![dismissed(now(), from)]].concat());
        let standing = state.standing_at(at);
        assert_eq!(standing.holds(Role::Desk, talisman), holds, "{from} {at}");
        assert_eq!(standing.passkeys.is_empty(), !holds);
        assert_eq!(standing.ended(), (!holds).then_some(from));
    }
    // That it should have been earlier may be found out later.
    let state = after(&[at_work(), vec![dismissed(ago(2), ago(2))]].concat());
    let earlier = decide(
        &state,
        &number("INM-0417"),
        dismiss(ago(30)),
        asked("ADM-1"),
    )
    .unwrap();
    let state = earlier.iter().fold(state, OfficerState::apply);
    assert_eq!(state.dismissed(), Some(ago(30)));
}

#[test]
fn a_suspension_can_be_lifted_and_a_later_word_counts() {
    let access =
        |events: &[OfficerEvent], at| after(&[at_work(), events.to_vec()].concat()).access_at(at);
    let lifted = [suspended(ago(10), ago(10)), reinstated(ago(5))];
    assert_eq!(access(&lifted, ago(7)), Access::Suspended { from: ago(10) });
    assert_eq!(access(&lifted, ago(4)), Access::Active);
    // The same facts in the other order.
    let late = [reinstated(ago(5)), suspended(ago(10), ago(10))];
    assert_eq!(access(&late, ago(4)), Access::Active);
    assert_eq!(access(&late, ago(7)), Access::Suspended { from: ago(10) });
    assert_eq!(access(&[], ago(101)), Access::Unknown);
}

#[test]
fn a_role_ends_and_can_be_given_again() {
    let ended = OfficerEvent::GrantEnded {
        act: act(ago(5), "ADM-1"),
        way: Way::Page,
        role: Role::Desk,
        from: ago(5),
        reason: "moved".into(),
    };
    let talisman = "TAL".parse().unwrap();
    let state = after(&[at_work(), vec![ended.clone()]].concat());
    assert!(state.standing_at(ago(6)).holds(Role::Desk, talisman));
    assert!(!state.standing_at(now()).holds(Role::Desk, talisman));
    let again = decide(
        &state,
        &number("INM-0417"),
        grant(Role::Desk),
        asked("ADM-1"),
    )
    .unwrap();
    let state = again.iter().fold(state, OfficerState::apply);
    assert!(state.standing_at(now()).holds(Role::Desk, talisman));
    assert!(
        !state
            .standing_at(now())
            .holds(Role::Desk, "HID".parse().unwrap())
    );
    // An end that is known before what it ends.
    let state = after(&[enrolled(), ended, granted(Role::Desk)]);
    assert!(!state.standing_at(now()).holds(Role::Desk, talisman));
}

#[test]
fn contradictions_are_states() {
    use OfficerConflict as C;
    for (events, conflicts) in [
        (vec![enrolled(), enrolled()], vec![C::EnrolledTwice]),
        (vec![granted(Role::Desk)], vec![C::NotEnrolled]),
        (vec![granted(Role::Desk), enrolled()], vec![]),
        (
            vec![enrolled(), passkey(1, LINK)],
            vec![C::PasskeyUninvited],
        ),
        (
            vec![
                enrolled(),
                passkey(1, LINK),
                invited(InvitationPurpose::Enrolment, ago(90)),
            ],
            vec![],
        ),
        (
            [at_work(), vec![passkey(1, LINK)]].concat(),
            vec![C::PasskeyTwice],
        ),
        (
            vec![enrolled(), dismissed(ago(99), ago(99)), granted(Role::Desk)],
            vec![C::AfterDismissal],
        ),
    ] {
        assert_eq!(after(&events).conflicts(), conflicts, "{events:?}");
    }
    // Nobody signs with a passkey that nobody invited.
    let state = after(&[enrolled(), passkey(1, LINK)]);
    assert!(state.standing_at(now()).passkeys.is_empty());
    assert_eq!(state.passkeys().len(), 1);
}

#[test]
fn codes_are_distinct() {
    let codes: std::collections::BTreeSet<_> = OfficerRefusal::ALL
        .iter()
        .map(|refusal| refusal.code())
        .collect();
    assert_eq!(codes.len(), OfficerRefusal::ALL.len());
}

fn any_event() -> impl Strategy<Value = OfficerEvent> {
    let hours = 0_i64..120;
    prop_oneof![
        Just(enrolled()),
        Just(granted(Role::Desk)),
        Just(granted(Role::Administrator)),
        Just(OfficerEvent::GrantEnded {
            act: act(ago(50), "ADM-1"),
            way: Way::Console,
            role: Role::Desk,
            from: ago(40),
            reason: String::new(),
        }),
        hours
            .clone()
            .prop_map(|h| invited(InvitationPurpose::Recovery, ago(h))),
        (0_u8..3, 6_u8..8).prop_map(|(c, link)| passkey(c, [link; 32])),
        (0_u8..3, proptest::option::of(hours.clone())).prop_map(|(c, from)| {
            OfficerEvent::PasskeyEnded {
                act: act(ago(20), "ADM-1"),
                way: Way::Page,
                credential: vec![c],
                reason: PasskeyEndReason::PutAway,
                from: ago(20),
                compromised_from: from.map(ago),
                note: String::new(),
            }
        }),
        (hours.clone(), hours.clone()).prop_map(|(at, from)| suspended(ago(at), ago(from))),
        hours.clone().prop_map(|at| reinstated(ago(at))),
        (hours.clone(), hours).prop_map(|(at, from)| dismissed(ago(at), ago(from))),
        Just(OfficerEvent::CounterSteppedBack {
            act: act(ago(1), "INM-0417"),
            credential: vec![1],
            known: 9,
            seen: 3,
        }),
    ]
}

proptest! {
    /// Any facts in any order give a state, and nothing that comes later brings a dismissed officer
    /// or an ended passkey back.
    #[test]
    fn apply_is_total_and_an_end_is_final(
        events in proptest::collection::vec(any_event(), 0..12),
        later in proptest::collection::vec(any_event(), 0..12),
    ) {
        let state = after(&events);
        let standing = state.standing_at(now());
        if standing.ended().is_some() {
            prop_assert!(standing.grants.is_empty() && standing.passkeys.is_empty());
        }
        // Absences say of every hour what standing says of it.
        for hour in -200..200 {
            let at = ago(hour);
            let away = matches!(
                state.access_at(at),
                Access::Suspended { .. } | Access::Dismissed { .. }
            );
            let flagged = |kind| state.absences().iter().any(|absence| absence.flags(kind, at));
            prop_assert_eq!(flagged("card.issued"), away);
            prop_assert!(!flagged("shift.closed"));
        }
        let (gone, ended) = (state.dismissed(), state.passkeys().to_vec());
        let state = later.iter().fold(state, OfficerState::apply);
        let standing = state.standing_at(now());
        if gone.is_some_and(|from| from <= now()) {
            let dismissed = matches!(standing.access, Access::Dismissed { .. });
            prop_assert!(dismissed && standing.grants.is_empty());
        }
        for passkey in ended.iter().filter(|p| p.ended.is_some() && !p.counts_at(now())) {
            prop_assert!(standing.passkeys.iter().all(|p| p.credential != passkey.credential));
        }
    }

    /// Whatever is stored decodes to what was stored, and has one spelling.
    #[test]
    fn events_have_canonical_bytes(event in any_event()) {
        let event = Event::Officer(event);
        let mut bytes = event.encode();
        let decoded = Event::decode(event.kind(), SCHEMA, &bytes).unwrap();
        prop_assert_eq!(&decoded, &event);
        bytes.push(0);
        prop_assert!(Event::decode(event.kind(), SCHEMA, &bytes).is_err());
    }
}
