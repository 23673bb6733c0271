//! Given a history, when a command, then events or a refusal.

use super::*;
use crate::{
    act::Act,
    document::DocumentKind,
    id::PersonId,
    person::{Claim, Evidence},
};
use paso_formats::{
    field::{Sex, StateCode},
    moment::Moment,
    number::CardNumber,
};
use proptest::prelude::*;

const HOLDER: PersonId = PersonId::from_random([1; 16]);
const SOMEBODY: PersonId = PersonId::from_random([2; 16]);

fn now() -> Moment {
    "2014-07-08T15:00:00Z".parse().unwrap()
}

fn act() -> Act {
    Act {
        at: now(),
        post: "TAL".parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

fn number(n: u8) -> CardNumber {
    CardNumber::new("TAL".parse().unwrap(), [0, 0, 0, 0, n])
}

fn application(purpose: ApplicationPurpose) -> Box<Application> {
    Box::new(Application {
        person: HOLDER,
        claim: Claim {
            surnames: "Ajú Xitumul".into(),
            given: "María".into(),
            birth: "1990-05-31".parse().unwrap(),
            sex: Sex::Female,
            nationality: StateCode::GTM,
            residence: None,
            cui: None,
            evidence: Evidence {
                kind: Some(DocumentKind::Dpi),
                number: Some("1234567890101".into()),
                issuer: Some(StateCode::GTM),
                expires: None,
                machine_read: false,
            },
        },
        purpose,
        rule: "programa-2014".into(),
    })
}

fn card(n: u8) -> Box<Issued> {
    Box::new(Issued {
        number: number(n),
        person: HOLDER,
        document: DocumentKind::Dpi,
        document_tail: "90101".into(),
        issued_at: now(),
        expires: now().plus(5 * 365 * 86_400),
        status_uri: "https://mx.example/s/0".into(),
        status_index: 7,
        text: "6BF".into(),
        portrait: None,
    })
}

fn issued(n: u8) -> CardState {
    CardState::default().apply(&CardEvent::Issued {
        act: act(),
        card: *card(n),
    })
}

fn revoked() -> CardState {
    issued(1).apply(&CardEvent::Revoked {
        act: act(),
        reason: RevocationReason::Lost,
        note: String::new(),
    })
}

fn refusal(reasons: &str, remedy: &str) -> Decision {
    Decision::Refuse(NotIssued {
        ground: RefusalGround::DocumentMissing,
        reasons: reasons.into(),
        remedy: remedy.into(),
        assessment: vec!["document-missing".into()],
    })
}

fn apply(
    purpose: ApplicationPurpose,
    decision: Decision,
    previous: Option<CardState>,
) -> CardCommand {
    CardCommand::Apply {
        application: application(purpose),
        decision,
        previous: previous.map(|state| (number(1), Box::new(state))),
    }
}

fn issue(eligible: bool) -> Decision {
    Decision::Issue {
        card: card(2),
        eligible,
    }
}

#[test]
fn what_is_refused_and_why() {
    use ApplicationPurpose::{First, Renewal, Replacement};
    let of = number(1);
    let someone_elses = {
        let mut theirs = *card(1);
        theirs.person = SOMEBODY;
        CardState::default().apply(&CardEvent::Issued {
            act: act(),
            card: theirs,
        })
    };
    let revoke = |reason, note: &str| CardCommand::Revoke {
        reason,
        note: note.into(),
    };
    for (state, command, refused) in [
        (
            issued(1),
            apply(First, issue(true), None),
            CardRefusal::NumberTaken,
        ),
        (
            CardState::default(),
            apply(First, issue(false), None),
            CardRefusal::NotEligible,
        ),
        (
            CardState::default(),
            apply(First, refusal(" ", "bring it"), None),
            CardRefusal::NoReasons,
        ),
        (
            CardState::default(),
            apply(First, refusal("none shown", "\n"), None),
            CardRefusal::NoRemedy,
        ),
        (
            CardState::default(),
            apply(Renewal { of }, issue(true), None),
            CardRefusal::PreviousNotLive,
        ),
        (
            CardState::default(),
            apply(Replacement { of }, issue(true), Some(revoked())),
            CardRefusal::PreviousNotLive,
        ),
        (
            CardState::default(),
            apply(Replacement { of }, issue(true), Some(someone_elses)),
            CardRefusal::PreviousNotLive,
        ),
        (
            CardState::default(),
            apply(Replacement { of: number(9) }, issue(true), Some(issued(1))),
            CardRefusal::PreviousNotLive,
        ),
        (
            CardState::default(),
            revoke(RevocationReason::Lost, ""),
            CardRefusal::Unknown,
        ),
        (
            revoked(),
            revoke(RevocationReason::Lost, ""),
            CardRefusal::Ended,
        ),
        (
            issued(1),
            revoke(RevocationReason::Ordered, " "),
            CardRefusal::OrderNotNamed,
        ),
    ] {
        assert_eq!(
            decide(&state, command, act()),
            Err(refused),
            "{}",
            refused.code()
        );
    }
}

#[test]
fn an_application_ends_in_a_card_or_a_reasoned_refusal_in_the_same_batch() {
    let kinds = |events: Vec<(Option<CardNumber>, CardEvent)>| -> Vec<_> {
        events
            .into_iter()
            .map(|(of, e)| (of, crate::event::Event::Card(e).kind()))
            .collect()
    };
    let new = CardState::default();
    let first = decide(
        &new,
        apply(ApplicationPurpose::First, issue(true), None),
        act(),
    )
    .unwrap();
    assert_eq!(
        kinds(first),
        [(None, "card.application-received"), (None, "card.issued")]
    );
    let no = refusal(
        "no document was shown",
        "come back with your DPI; there is no charge",
    );
    let refused = decide(&new, apply(ApplicationPurpose::First, no, None), act()).unwrap();
    assert_eq!(
        kinds(refused),
        [(None, "card.application-received"), (None, "card.refused")]
    );
    let replace = ApplicationPurpose::Replacement { of: number(1) };
    let replaced = decide(&new, apply(replace, issue(true), Some(issued(1))), act()).unwrap();
    assert_eq!(
        kinds(replaced).last().unwrap(),
        &(Some(number(1)), "card.replaced")
    );
    // A renewal leaves the old card alive until its own end.
    let renew = ApplicationPurpose::Renewal { of: number(1) };
    let renewed = decide(&new, apply(renew, issue(true), Some(issued(1))), act()).unwrap();
    assert_eq!(kinds(renewed).len(), 2);
}

#[test]
fn a_card_stands_from_issue_to_its_last_second() {
    let expires = issued(1).card().unwrap().expires;
    assert!(standing_on(&issued(1), expires.plus(-1)));
    assert!(!standing_on(&issued(1), expires));
    assert!(!standing_on(&revoked(), now()));
    assert!(!standing_on(&CardState::default(), now()));
}

fn any_event() -> impl Strategy<Value = CardEvent> {
    prop_oneof![
        Just(CardEvent::ApplicationReceived {
            act: act(),
            application: *application(ApplicationPurpose::First)
        }),
        (1_u8..3).prop_map(|n| CardEvent::Issued {
            act: act(),
            card: *card(n)
        }),
        Just(CardEvent::Refused {
            act: act(),
            refusal: NotIssued {
                ground: RefusalGround::NotEligible,
                reasons: "r".into(),
                remedy: "r".into(),
                assessment: vec![],
            }
        }),
        Just(CardEvent::Revoked {
            act: act(),
            reason: RevocationReason::Stolen,
            note: String::new()
        }),
        Just(CardEvent::Replaced {
            act: act(),
            by: number(9)
        }),
    ]
}

proptest! {
    /// Any facts in any order give a state, and nothing revives a card that has ended.
    #[test]
    fn apply_is_total_and_an_ending_is_final(
        events in proptest::collection::vec(any_event(), 0..12),
        later in proptest::collection::vec(any_event(), 0..12),
    ) {
        let state = events.iter().fold(CardState::default(), CardState::apply);
        let ended = matches!(state.standing(), Standing::Revoked { .. } | Standing::Replaced { .. });
        let after = later.iter().fold(state, CardState::apply);
        if ended {
            prop_assert!(!standing_on(&after, now()));
        }
    }

    /// Whatever is stored decodes to what was stored, and has one spelling.
    #[test]
    fn events_have_canonical_bytes(event in any_event()) {
        let event = crate::event::Event::Card(event);
        let bytes = event.encode();
        let decoded = crate::event::Event::decode(event.kind(), crate::event::SCHEMA, &bytes).unwrap();
        prop_assert_eq!(&decoded, &event);
        let mut longer = bytes;
        longer.push(0);
        prop_assert!(crate::event::Event::decode(event.kind(), crate::event::SCHEMA, &longer).is_err());
    }
}

/// A card that was believed where nobody knew it meets the one that was issued, whichever is heard of
/// first.
#[test]
fn what_was_brought_meets_what_was_issued() {
    let shown = |seconds: i64, text: &str| CardEvent::Presented {
        act: Act {
            at: now().plus(seconds),
            post: "HID".parse().unwrap(),
            ..act()
        },
        shown: Presented {
            text: text.into(),
            expires: now().plus(1_000),
            finding: "valid".into(),
            bundle: 3,
            bundle_made: now(),
        },
    };
    let issued = || CardEvent::Issued {
        act: act(),
        card: *card(1),
    };
    let revoked = |seconds: i64| CardEvent::Revoked {
        act: Act {
            at: now().plus(seconds),
            ..act()
        },
        reason: RevocationReason::Lost,
        note: String::new(),
    };
    let own = card(1).text;
    let table: [(&str, Vec<CardEvent>, &[CardConflict]); 6] = [
        ("only brought", vec![shown(5, &own)], &[]),
        ("issued and brought", vec![issued(), shown(5, &own)], &[]),
        (
            "another card under its number",
            vec![issued(), shown(5, "forged")],
            &[CardConflict::NotAsIssued],
        ),
        (
            "two cards under a number that nobody issued",
            vec![shown(5, &own), shown(6, "forged")],
            &[CardConflict::NotAsIssued],
        ),
        (
            "brought, then revoked",
            vec![issued(), shown(5, &own), revoked(6)],
            &[],
        ),
        (
            "revoked, and brought where that was not known",
            vec![issued(), revoked(4), shown(5, &own)],
            &[CardConflict::UsedAfterEnd],
        ),
    ];
    for (what, events, conflicts) in table {
        for turn in 0..events.len() {
            let mut events = events.clone();
            events.rotate_left(turn);
            let state = events.iter().fold(CardState::default(), CardState::apply);
            assert_eq!(state.conflicts(number(1)), conflicts, "{what}, {turn}");
            // Its entries are under its holder's record, or under its own name.
            let known = events.iter().any(|e| matches!(e, CardEvent::Issued { .. }));
            let record = if known {
                HOLDER
            } else {
                PersonId::of_card(number(1))
            };
            assert_eq!(state.record(number(1)), Some(record), "{what}, {turn}");
        }
    }
}

#[test]
fn the_record_named_after_a_card_is_the_same_everywhere_and_of_that_card_alone() {
    // Written in journals: never changed.
    let number: CardNumber = CardNumber::new("TAL".parse().unwrap(), [0, 0, 0, 0, 1]);
    let text = PersonId::of_card(number).to_string();
    assert_eq!(text, hex::encode(b"card:TAL00000001"));
    let all: std::collections::BTreeSet<_> = (0..=u8::MAX)
        .flat_map(|n| {
            let sites = ["TAL", "TA", "HID"].map(|site| site.parse().unwrap());
            sites.map(|site| PersonId::of_card(CardNumber::new(site, [n, 0, 0, n, n])))
        })
        .collect();
    assert_eq!(all.len(), 3 * 256);
}
