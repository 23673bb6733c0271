//! The one verdict over a post's sign: server and phone call [`judge`] and show what it returns.

use super::{PlacardClaims, PlacardFinding, PlacardStep, SignedPlacard, read};
use crate::{
    bundle::{Purpose, TrustedKey, VerifiedBundle},
    moment::Moment,
    scan::Malformed,
    verdict::{Clock, Light, SKEW_SECONDS},
};

/// What a sign is worth, and what to show of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacardVerdict {
    /// The one thing found.
    pub finding: PlacardFinding,
    /// Its colour.
    pub light: Light,
    /// What to do next.
    pub next: PlacardStep,
    /// What the sign says, where it could be read.
    pub placard: Option<ShownPlacard>,
    /// The time the verdict was reached at: the clock's, or the floor when the clock is behind it.
    pub trusted_now: Moment,
    /// Whether the clock is behind what is known to have happened.
    pub clock_behind: bool,
    /// Whether the bundle is past its soft date.
    pub bundle_old: bool,
}

/// What a sign says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownPlacard {
    /// Whether a device of the authority signed it. When not, a screen must not show it as facts.
    pub proven: bool,
    /// What it says.
    pub claims: PlacardClaims,
}

/// Judges the text of a sign.
#[must_use]
pub fn judge(
    text: &str,
    bundle: Option<&VerifiedBundle>,
    clock: impl Into<Clock>,
) -> PlacardVerdict {
    let Clock { now, floor } = clock.into();
    let known = now.max(floor);
    let trusted_now = bundle.map_or(known, |bundle| known.max(bundle.bundle().issued_at));
    let read = read(text);
    let finding = match &read {
        Ok(placard) => find(placard, bundle, trusted_now),
        Err(Malformed::Unsigned) => PlacardFinding::Unsigned,
        Err(reason) => PlacardFinding::Malformed(*reason),
    };
    PlacardVerdict {
        finding,
        light: finding.light(),
        next: finding.next_step(),
        placard: read.ok().map(|placard| ShownPlacard {
            proven: finding.is_proven(),
            claims: placard.claims().clone(),
        }),
        trusted_now,
        clock_behind: now < trusted_now,
        bundle_old: bundle.is_some_and(|bundle| is_old(bundle, trusted_now)),
    }
}

fn is_old(bundle: &VerifiedBundle, now: Moment) -> bool {
    now >= bundle.bundle().soft_until
}

/// Who signed, whether that machine may, then when.
fn find(placard: &SignedPlacard, bundle: Option<&VerifiedBundle>, now: Moment) -> PlacardFinding {
    let Some(bundle) = bundle else {
        return PlacardFinding::NoBundle;
    };
    let claims = placard.claims();
    if claims.authority != bundle.bundle().authority {
        return PlacardFinding::NotOurs;
    }
    let Some(key) = placard
        .key_id()
        .and_then(|id| bundle.key(id, Purpose::Device))
    else {
        return stranger(bundle, now);
    };
    if placard.verify(&key.key).is_err() {
        return PlacardFinding::BadSignature;
    }
    // Whoever holds a stolen key writes what hour they like, so any theft known ends all trust.
    if key.compromised_at.is_some() {
        return PlacardFinding::KeyCompromised;
    }
    if !key.signs_at(claims.from) {
        return PlacardFinding::KeyOutOfWindow;
    }
    if !stands_for(key, claims, bundle) {
        return PlacardFinding::OtherPlace;
    }
    if now >= bundle.bundle().hard_until {
        return PlacardFinding::BundleExpired;
    }
    if now >= claims.until {
        return PlacardFinding::Expired;
    }
    if now.plus(SKEW_SECONDS) < claims.from {
        return PlacardFinding::NotYet;
    }
    if is_old(bundle, now) {
        PlacardFinding::BundleOld
    } else {
        PlacardFinding::Current
    }
}

/// A key that the bundle does not name. Machines are enrolled seldom and a bundle says so at once: by
/// one that is not old it is a false sign, by an old one nobody can say.
fn stranger(bundle: &VerifiedBundle, now: Moment) -> PlacardFinding {
    let keys = &bundle.bundle().keys;
    let names_devices = keys.iter().any(|key| key.purpose == Purpose::Device);
    if names_devices && !is_old(bundle, now) {
        PlacardFinding::NotOurs
    } else {
        PlacardFinding::UnknownKey
    }
}

/// A post's machine speaks for its post; the authority's own for every post that works at it.
fn stands_for(key: &TrustedKey, claims: &PlacardClaims, bundle: &VerifiedBundle) -> bool {
    key.site == claims.post || key.site == bundle.bundle().authority
}
