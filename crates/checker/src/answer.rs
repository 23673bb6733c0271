//! Answers as JSON: codes out of closed lists, moments in Unix seconds, and no sentence.
//!
//! What no trusted key has signed is left out, so that no page can show it as a fact.

use paso_formats::{
    anchor::AnchorError,
    bundle::{BundleError, VerifiedBundle},
    moment::Moment,
    placard::{PlacardFinding, PlacardVerdict},
    receipt::{ReceiptFinding, ReceiptVerdict},
    scan::Malformed,
    verdict::{Light, ShownCard, StayFacts, Verdict},
};
use serde_json::{Value, json};

use crate::OpenError;

/// What a bundle is, once it has been taken up.
#[must_use]
pub fn opened(bundle: &VerifiedBundle) -> Value {
    let content = bundle.bundle();
    json!({
        "kind": "bundle",
        "authority": content.authority,
        "sequence": content.sequence,
        "issued_at": content.issued_at.unix(),
        "soft_until": content.soft_until.unix(),
        "hard_until": content.hard_until.unix(),
        "programmes": content.programmes.iter().map(|row| json!({
            "instrument": row.instrument,
            "from": row.valid_from.to_string(),
            "to": row.valid_to.map(|day| day.to_string()),
            "states": row.states,
            "stay": row.stay,
        })).collect::<Vec<_>>(),
    })
}

/// Why a bundle was not taken up.
#[must_use]
pub fn refused(error: &OpenError) -> Value {
    let code = match error {
        OpenError::Anchor(AnchorError::Fingerprint(_)) => "anchor-changed",
        OpenError::Anchor(_) => "not-an-anchor",
        OpenError::Rollback(_) => "not-newer",
        OpenError::Bundle(error) => match error {
            BundleError::UnknownRoot => "unknown-root",
            BundleError::BadSignature => "bad-signature",
            BundleError::OtherAuthority(_) => "other-authority",
            BundleError::TooLarge
            | BundleError::Cose(_)
            | BundleError::WrongType
            | BundleError::Cbor(_)
            | BundleError::NotABundle => "not-a-bundle",
            BundleError::Dates
            | BundleError::Window(_)
            | BundleError::DuplicateKey(_)
            | BundleError::StatusList(_)
            | BundleError::DuplicateList(_)
            | BundleError::State(_)
            | BundleError::Sign(_) => "out-of-order",
        },
    };
    json!({ "kind": "refused", "error": code })
}

/// A card's verdict.
#[must_use]
pub fn card(found: &Verdict) -> Value {
    json!({
        "kind": "card",
        "finding": found.finding.code(),
        "cause": found.finding.cause().map(Malformed::code),
        "light": found.light.code(),
        "next": found.next.code(),
        "caution": caution(found),
        "bundle_age": found.bundle_age,
        "bundle_old": found.bundle_old,
        "clock_behind": found.clock_behind,
        "trusted_now": found.trusted_now.unix(),
        "card": found.card.as_ref().filter(|card| card.proven).map(facts),
        "stay": found.stay.as_ref().map(stay),
    })
}

/// What may not be concluded from a verdict: no colour by itself is a ground for holding anyone.
const fn caution(found: &Verdict) -> Option<&'static str> {
    match found.light {
        Light::Green => None,
        Light::Amber => Some("amber"),
        Light::Red if found.next.may_start_a_case() => None,
        Light::Red => Some("red"),
    }
}

fn facts(card: &ShownCard) -> Value {
    json!({
        "number": card.number,
        "name": card.name,
        "birth": card.birth.map(|birth| birth.to_string()),
        "sex": card.sex.map(|sex| sex.letter().to_string()),
        "nationality": card.nationality,
        "class": card.class,
        "document_tail": card.document_tail,
        "issued_at": card.issued_at.map(Moment::unix),
        "expires": card.expires.map(Moment::unix),
    })
}

fn stay(stay: &StayFacts) -> Value {
    json!({
        "entered": stay.entered.unix(),
        "leave_by": stay.leave_by.unix(),
        "not_overstayed_until": stay.not_overstayed_until.unix(),
        "zone": stay.zone,
        "states": stay.states,
    })
}

/// A receipt's verdict, the log not asked.
#[must_use]
pub fn receipt(found: &ReceiptVerdict) -> Value {
    let cause = match found.finding {
        ReceiptFinding::Malformed(cause) => Some(cause.code()),
        _ => None,
    };
    let proven = found.receipt.as_ref().filter(|receipt| receipt.proven);
    json!({
        "kind": "receipt",
        "finding": found.finding.code(),
        "cause": cause,
        "light": found.light.code(),
        "next": found.next.code(),
        "bundle_old": found.bundle_old,
        "clock_behind": found.clock_behind,
        "trusted_now": found.trusted_now.unix(),
        "receipt": proven.map(|receipt| json!({
            "kind": receipt.facts.kind.code(),
            "at": receipt.facts.at.unix(),
            "post": receipt.facts.post,
            "officer": receipt.facts.officer,
            "code": receipt.facts.code.to_string(),
        })),
    })
}

/// The verdict over a post's sign.
#[must_use]
pub fn placard(found: &PlacardVerdict) -> Value {
    let cause = match found.finding {
        PlacardFinding::Malformed(cause) => Some(cause.code()),
        _ => None,
    };
    let proven = found.placard.as_ref().filter(|placard| placard.proven);
    json!({
        "kind": "placard",
        "finding": found.finding.code(),
        "cause": cause,
        "light": found.light.code(),
        "next": found.next.code(),
        "bundle_old": found.bundle_old,
        "clock_behind": found.clock_behind,
        "trusted_now": found.trusted_now.unix(),
        "placard": proven.map(|placard| json!({
            "authority": placard.claims.authority,
            "post": placard.claims.post,
            "place": placard.claims.place,
            "unit": placard.claims.unit,
            "shift_opened": placard.claims.shift_opened.unix(),
            "from": placard.claims.from.unix(),
            "until": placard.claims.until.unix(),
        })),
    })
}
