//! What a phone keeps and answers, against the fictional authority of `paso-formats`' own tests.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where its ground gives way"
)]

#[path = "../../formats/tests/formats/sample.rs"]
#[expect(dead_code, reason = "this suite needs a part of the sample")]
mod sample;
#[path = "../../formats/tests/formats/signers.rs"]
mod signers;

use paso_checker::{Checker, OpenError, answer};
use paso_formats::{
    anchor::Anchor,
    bundle::{Bundle, BundleError, RollbackError},
    card,
    key::{PublicKey, Sign as _},
    moment::{DAY, HOUR, Moment},
    slip,
    verdict::Clock,
};
use proptest::prelude::*;
use std::sync::LazyLock;

use sample::{Keys, card_claims, keys, slip_claims, start};
use serde_json::Value;

fn anchor_of(authority: &str, roots: Vec<PublicKey>) -> String {
    Anchor {
        authority: authority.to_owned(),
        name: "Instituto ficticio".to_owned(),
        valid_from: start(),
        valid_until: start().plus(365 * DAY),
        endpoints: vec![],
        roots,
    }
    .to_string()
}

fn anchor(keys: &Keys) -> String {
    let roots = keys.roots.iter().map(|root| root.public_key().clone());
    anchor_of("MX-INM", roots.collect())
}

fn sealed(keys: &Keys, change: impl FnOnce(&mut Bundle)) -> Vec<u8> {
    let mut bundle = sample::bundle(keys);
    change(&mut bundle);
    bundle.seal(&keys.roots[0]).unwrap()
}

fn loaded() -> (Checker, Keys) {
    let keys = keys();
    let mut checker = Checker::default();
    checker
        .open(&anchor(&keys), &sealed(&keys, |_| ()))
        .unwrap();
    (checker, keys)
}

fn card_text(keys: &Keys) -> String {
    card::encode(&card_claims(), &keys.cards)
        .unwrap()
        .into_string()
}

fn slip_text(keys: &Keys) -> String {
    slip::encode(&slip_claims(), &keys.slips)
        .unwrap()
        .into_string()
}

fn at(now: Moment) -> Clock {
    Clock::from(now)
}

fn found(answer: &Value) -> (&str, &str) {
    (
        answer["finding"].as_str().unwrap(),
        answer["light"].as_str().unwrap(),
    )
}

#[test]
fn a_bundle_is_taken_up_and_said() {
    let (mut checker, keys) = loaded();
    let said = answer::opened(
        checker
            .open(&anchor(&keys), &sealed(&keys, |_| ()))
            .unwrap(),
    );
    assert_eq!(said["authority"], "MX-INM");
    assert_eq!(said["sequence"], 7);
    assert_eq!(said["soft_until"], start().plus(30 * DAY).unix());
    assert_eq!(said["programmes"][0]["states"][0], "MX-CHP");
}

#[test]
fn what_is_not_taken_up_leaves_what_is_held() {
    let (mut checker, keys) = loaded();
    let anchor_text = anchor(&keys);
    let older = sealed(&keys, |bundle| bundle.sequence = 6);
    let mut changed = sealed(&keys, |bundle| bundle.sequence = 8);
    *changed.last_mut().unwrap() ^= 1;
    let unknown = sample::bundle(&keys).seal(&keys.cards).unwrap();
    let foreign = sealed(&keys, |bundle| "GT-IGM".clone_into(&mut bundle.authority));
    for (anchor, bytes, error, code) in [
        (
            &anchor_text,
            older,
            OpenError::Rollback(RollbackError::NotNewer {
                held: 7,
                offered: 6,
            }),
            "not-newer",
        ),
        (
            &anchor_text,
            changed,
            OpenError::Bundle(BundleError::BadSignature),
            "bad-signature",
        ),
        (
            &anchor_text,
            unknown,
            OpenError::Bundle(BundleError::UnknownRoot),
            "unknown-root",
        ),
        (
            &anchor_text,
            foreign,
            OpenError::Bundle(BundleError::OtherAuthority("GT-IGM".to_owned())),
            "other-authority",
        ),
    ] {
        let refused = checker.open(anchor, &bytes).unwrap_err();
        assert_eq!(refused, error);
        assert_eq!(answer::refused(&refused)["error"], code);
    }
    for (anchor, code) in [
        ("", "not-an-anchor"),
        (
            &*anchor_text.replacen("fingerprint: ", "fingerprint: 0", 1),
            "anchor-changed",
        ),
    ] {
        let refused = checker.open(anchor, &[]).unwrap_err();
        assert_eq!(answer::refused(&refused)["error"], code);
    }
    let said = checker.judge(&[&card_text(&keys)], Some("MX-CHP"), at(start().plus(HOUR)));
    assert_eq!(found(&said), ("valid", "green"));
}

/// The phone has the roots that a bundle introduced, whatever its anchor said.
#[test]
fn a_root_that_was_introduced_signs_the_next_bundle() {
    let keys = keys();
    let heir = signers::Es256::new(9);
    let mut checker = Checker::default();
    let first = sealed(&keys, |bundle| {
        bundle.roots = vec![heir.public_key().clone()];
    });
    let mut next = sample::bundle(&keys);
    next.sequence = 8;
    let next = next.seal(&heir).unwrap();
    assert_eq!(
        checker.open(&anchor(&keys), &next).unwrap_err(),
        OpenError::Bundle(BundleError::UnknownRoot)
    );
    checker.open(&anchor(&keys), &first).unwrap();
    assert_eq!(
        checker
            .open(&anchor(&keys), &next)
            .unwrap()
            .bundle()
            .sequence,
        8
    );
}

#[test]
fn a_card_and_its_slip_in_any_order_and_state() {
    let (checker, keys) = loaded();
    let (card, slip) = (card_text(&keys), slip_text(&keys));
    let now = start().plus(HOUR);
    for (texts, state, expected) in [
        (vec![&*card], Some("MX-CHP"), ("valid", "green")),
        (
            vec![&*card, &*slip],
            Some("MX-TAB"),
            ("valid-stay", "green"),
        ),
        (
            vec![&*slip, &*card],
            Some("MX-TAB"),
            ("valid-stay", "green"),
        ),
        (vec![&*card], Some("MX-OAX"), ("outside-territory", "amber")),
        (
            vec![&*card, &*slip],
            Some("MX-OAX"),
            ("outside-territory", "amber"),
        ),
        // Asked by the holder, who stands nowhere in particular.
        (vec![&*card], None, ("valid", "green")),
        (vec![&*card, &*slip], None, ("valid-stay", "green")),
        (vec![&*slip], None, ("malformed", "amber")),
        (vec![], None, ("malformed", "amber")),
    ] {
        let said = checker.judge(&texts, state, at(now));
        assert_eq!(found(&said), expected, "{} {state:?}", texts.len());
    }
}

#[test]
fn without_a_bundle_nothing_is_a_fact() {
    let keys = keys();
    let said = Checker::default().judge(&[&card_text(&keys)], Some("MX-CHP"), at(start()));
    assert_eq!(found(&said), ("no-bundle", "amber"));
    assert_eq!(said["card"], Value::Null);
    assert_eq!(said["caution"], "amber");
}

#[test]
fn what_nobody_signed_is_not_shown() {
    let (checker, keys) = loaded();
    let forged = card::encode(&card_claims(), &keys.status).unwrap();
    let said = checker.judge(&[forged.as_str()], Some("MX-CHP"), at(start()));
    assert_eq!(found(&said), ("unknown-key", "amber"));
    assert_eq!(said["card"], Value::Null);
    let said = checker.judge(&[&card_text(&keys)], Some("MX-CHP"), at(start()));
    assert_eq!(said["card"]["name"], "PEREZ GOMEZ MARIA CANDELARIA");
}

/// A phone that has heard the time from its server does not believe a clock that was set back.
#[test]
fn a_clock_behind_the_floor_is_not_believed() {
    let (checker, keys) = loaded();
    let card = card_text(&keys);
    let clock = Clock {
        now: start().plus(HOUR),
        floor: start().plus(5 * 365 * DAY),
    };
    let said = checker.judge(&[&card], Some("MX-CHP"), clock);
    assert_eq!(found(&said), ("expired", "red"));
    assert_eq!(said["caution"], "red");
    assert_eq!(said["clock_behind"], true);
    let a_little = Clock {
        now: start(),
        floor: start().plus(DAY),
    };
    let said = checker.judge(&[&card], Some("MX-CHP"), a_little);
    assert_eq!(found(&said), ("clock-behind", "amber"));
}

/// One phone for all of them: making the bundle costs more than judging.
static LOADED: LazyLock<(Checker, String)> = LazyLock::new(|| {
    let (checker, keys) = loaded();
    (checker, card_text(&keys))
});

proptest! {
    /// Whatever a camera or a scanner hands over, there is an answer of the closed list.
    #[test]
    fn anything_has_an_answer(texts in proptest::collection::vec("[ -~]{0,600}|\\PC{0,40}", 0..4), now: u32) {
        let (checker, _) = &*LOADED;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let said = checker.judge(&texts, None, at(Moment::from_unix(now.into())));
        prop_assert_ne!(said["light"].as_str(), Some("green"));
        prop_assert!(said["next"].is_string());
    }

    /// A changed character never makes a better card: what is green was signed.
    #[test]
    fn a_changed_text_is_never_green(place in 0_usize..300, letter in "[0-9A-Z $%*+./:-]") {
        let (checker, text) = &*LOADED;
        let place = place % text.len();
        let changed = format!("{}{letter}{}", &text[..place], &text[place + 1..]);
        prop_assume!(changed != *text);
        let said = checker.judge(&[&changed], Some("MX-CHP"), at(start()));
        prop_assert_ne!(said["light"].as_str(), Some("green"));
    }
}

/// A post's sign is answered to whoever is stopped, and to nobody at a post of their own.
#[test]
fn a_posts_sign_is_judged_for_whoever_is_stopped() {
    use paso_formats::{
        bundle::Purpose,
        placard::{self, PlacardClaims},
    };
    let keys = keys();
    let machine = signers::EdDsa::new(7);
    let mut trusted = sample::trusted(machine.public_key(), Purpose::Device);
    "HUI".clone_into(&mut trusted.site);
    let claims = PlacardClaims {
        authority: "MX-INM".to_owned(),
        post: "HUI".to_owned(),
        place: "Huixtla, Chiapas".to_owned(),
        unit: "Instituto ficticio".to_owned(),
        shift_opened: start(),
        from: start().plus(HOUR),
        until: start().plus(HOUR + 600),
    };
    let text = placard::encode(&claims, &machine).unwrap();
    let mut checker = Checker::default();
    let ask = |checker: &Checker, state, seconds| {
        let clock = Clock::from(claims.from.plus(seconds));
        checker.judge(&[text.as_str()], state, clock)
    };
    assert_eq!(ask(&checker, None, 0)["finding"], "no-bundle");
    let with_machine = sealed(&keys, |bundle| bundle.keys.push(trusted.clone()));
    checker.open(&anchor(&keys), &with_machine).unwrap();
    let live = ask(&checker, None, 0);
    assert_eq!(
        (
            &live["kind"],
            &live["finding"],
            &live["light"],
            &live["next"]
        ),
        (
            &"placard".into(),
            &"current".into(),
            &"green".into(),
            &"compare".into()
        )
    );
    assert_eq!(live["placard"]["place"], "Huixtla, Chiapas");
    assert_eq!(live["placard"]["until"], claims.until.unix());
    assert_eq!(ask(&checker, None, 600)["finding"], "expired");
    let officer = ask(&checker, Some("MX-CHP"), 0);
    assert_eq!(
        (&officer["kind"], &officer["cause"]),
        (&"card".into(), &"placard-not-card".into())
    );
    // The next list says that the machine was stolen.
    let stolen = sealed(&keys, |bundle| {
        trusted.compromised_at = Some(start());
        bundle.keys.push(trusted);
        bundle.sequence += 1;
    });
    checker.open(&anchor(&keys), &stolen).unwrap();
    let found = ask(&checker, None, 0);
    assert_eq!(found["finding"], "key-compromised");
    assert!(found["placard"].is_null(), "no fact of a thief's");
}
