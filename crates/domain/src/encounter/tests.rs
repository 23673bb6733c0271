//! What an encounter keeps, and what it shows as a breach.

use super::*;
use crate::act::Act;

fn act() -> Act {
    Act {
        at: "2014-07-08T15:00:00Z".parse().unwrap(),
        post: "HUI".parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

fn encounter(outcome: Outcome, light: Option<&str>, basis: &str) -> EncounterState {
    EncounterState::default().apply(&EncounterEvent::Recorded {
        act: act(),
        encounter: Recorded {
            receipt: ReceiptCode::from_random([0x12, 0x34, 0x56, 0x78]),
            place: "km 23".into(),
            with_card: light.is_some(),
            outcome,
            legal_basis: basis.into(),
            reason: basis.into(),
            check: light.map(|light| Check {
                finding: "bundle-old".into(),
                light: light.into(),
                bundle: Some(3),
            }),
            phone: None,
        },
    })
}

#[test]
fn amber_never_justifies_custody() {
    for (outcome, light, basis, breaches) in [
        (
            Outcome::TakenIntoCustody,
            Some("amber"),
            "LM 97",
            vec![Breach::CustodyWithoutRed],
        ),
        (
            Outcome::TakenIntoCustody,
            Some("green"),
            "LM 97",
            vec![Breach::CustodyWithoutRed],
        ),
        (Outcome::TakenIntoCustody, Some("red"), "LM 97", vec![]),
        (Outcome::TakenIntoCustody, None, "LM 97", vec![]),
        (
            Outcome::TakenIntoCustody,
            None,
            " ",
            vec![Breach::CustodyWithoutBasis],
        ),
        (Outcome::WentOn, Some("amber"), "", vec![]),
    ] {
        assert_eq!(
            encounter(outcome, light, basis).breaches(),
            breaches,
            "{outcome} {light:?}"
        );
    }
}
