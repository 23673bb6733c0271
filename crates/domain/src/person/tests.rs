//! Given a history, when a command, then an event or a refusal.

use super::*;
use crate::{act::Act, id::PersonId};
use proptest::prelude::*;

fn act() -> Act {
    Act {
        at: "2014-07-08T15:00:00Z".parse().unwrap(),
        post: "TAL".parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

fn claim(given: &str) -> Claim {
    Claim {
        surnames: "Xitumul de la Cruz".into(),
        given: given.into(),
        birth: "1990-05".parse().unwrap(),
        sex: paso_formats::field::Sex::Female,
        nationality: paso_formats::field::StateCode::GTM,
        residence: None,
        cui: None,
        evidence: Evidence {
            kind: None,
            number: None,
            issuer: None,
            expires: None,
            machine_read: false,
        },
    }
}

const A: PersonId = PersonId::from_random([1; 16]);
const B: PersonId = PersonId::from_random([2; 16]);

fn known() -> PersonState {
    PersonState::default().apply(&PersonEvent::Claimed {
        act: act(),
        claim: claim("K’abel"),
    })
}

fn merged() -> PersonState {
    known().apply(&PersonEvent::MergedInto {
        act: act(),
        into: B,
        reason: "same DPI".into(),
    })
}

#[test]
fn a_merge_names_two_known_records_and_a_reason() {
    let merge = |into, other: PersonState, reason: &str| PersonCommand::MergeInto {
        into,
        other,
        reason: reason.into(),
    };
    for (state, command, refusal) in [
        (
            known(),
            merge(A, known(), "same"),
            PersonRefusal::SameRecord,
        ),
        (
            PersonState::default(),
            merge(B, known(), "same"),
            PersonRefusal::Unknown,
        ),
        (
            known(),
            merge(B, PersonState::default(), "same"),
            PersonRefusal::Unknown,
        ),
        (
            merged(),
            merge(B, known(), "same"),
            PersonRefusal::AlreadyMerged,
        ),
        (
            known(),
            merge(B, merged(), "same"),
            PersonRefusal::TargetMerged,
        ),
        (known(), merge(B, known(), "  "), PersonRefusal::NoReason),
        (
            known(),
            PersonCommand::UndoMerge {
                reason: "wrong".into(),
            },
            PersonRefusal::NotMerged,
        ),
        (
            known(),
            PersonCommand::Claim(claim("")),
            PersonRefusal::Nameless,
        ),
    ] {
        // The surname alone would do, so a nameless claim has neither.
        let command = match command {
            PersonCommand::Claim(mut claim) => {
                claim.surnames = "’ -".into();
                PersonCommand::Claim(claim)
            }
            other => other,
        };
        assert_eq!(decide(A, &state, command, act()), Err(refusal));
    }
    assert!(
        decide(
            A,
            &known(),
            merge(B, known(), "passport and DPI agree"),
            act()
        )
        .is_ok()
    );
}

#[test]
fn a_merge_can_be_undone_and_keeps_every_claim() {
    let undone = decide(
        A,
        &merged(),
        PersonCommand::UndoMerge {
            reason: "twins".into(),
        },
        act(),
    )
    .map(|event| merged().apply(&event))
    .unwrap();
    assert_eq!(undone.merged_into(), None);
    assert_eq!(undone.claims().len(), 1);
}

proptest! {
    /// Facts are never refused: any order of any events gives a state, and no claim is lost.
    #[test]
    fn apply_is_total(order in proptest::collection::vec(0_u8..3, 0..20)) {
        let claims = order.iter().map(|kind| usize::from(*kind == 0)).sum::<usize>();
        let state = order.iter().fold(PersonState::default(), |state, kind| {
            state.apply(&match kind {
                0 => PersonEvent::Claimed { act: act(), claim: claim("María") },
                1 => PersonEvent::MergedInto { act: act(), into: B, reason: "same".into() },
                _ => PersonEvent::MergeUndone { act: act(), reason: "not".into() },
            })
        });
        prop_assert_eq!(state.claims().len(), claims);
    }
}
