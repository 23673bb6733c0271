//! The one verdict: what a card, with or without a slip, is worth here and now.
//!
//! Desk, checkpoint, command line and phone all call [`verdict`] and show what it returns; none of
//! them decides anything again. Exactly one [`Finding`] comes out of every input. Three rules stand
//! above the order below:
//!
//! - nothing is green that has not been proven against a bundle that is not too old;
//! - what only our own bundle, clock or reader lacks is amber, never red, and amber never
//!   justifies custody;
//! - the clock is not believed behind what is known to have happened already (the trusted floor).

mod finding;

pub use finding::{Finding, Light, NextStep};

use jiff::{ToSpan, civil::Date, tz::TimeZone};

use crate::{
    bundle::{Bundle, Purpose, StatusAnswer, TrustedKey, VerifiedBundle},
    card::SignedCard,
    cose::Sign1,
    field::{BirthDate, Sex},
    moment::{DAY, MINUTE, Moment},
    scan::Malformed,
    slip::SignedSlip,
    status_list::Status,
};

/// How far the clocks of an issuer and a checker may differ: applied to "issued" and "not before"
/// alone, never to an end (anchors/credential.md §6).
pub const SKEW_SECONDS: i64 = 5 * MINUTE;

/// Where the check takes place, as the post declares it; never guessed from a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Territory {
    /// The state, as ISO 3166-2, such as `MX-CHP`.
    pub state: String,
}

impl Territory {
    /// Where the holder's own question is asked, who stands nowhere in particular: in a state of the
    /// slip, else in one that the programme covers that day. Which of them makes no difference: each is
    /// asked for by the same rule.
    #[must_use]
    pub fn of_the_holder(
        slip: Option<&SignedSlip>,
        bundle: Option<&VerifiedBundle>,
        clock: impl Into<Clock>,
    ) -> Self {
        let Clock { now, floor } = clock.into();
        let stays = slip.and_then(|slip| slip.claims().states.first());
        let covered = || {
            let bundle = bundle?.bundle();
            let known = now.max(floor).max(bundle.issued_at);
            let today = known.timestamp().to_zoned(TimeZone::UTC).date();
            let rows = bundle.programmes.iter().filter(|row| row.in_force(today));
            rows.flat_map(|row| &row.states).next()
        };
        Self {
            state: stays.or_else(covered).cloned().unwrap_or_default(),
        }
    }
}

/// What is known of the time at a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What the clock says.
    pub now: Moment,
    /// A moment that has passed for certain, such as the last one a server named; the clock is not
    /// believed behind it. A device that knows of none says what its clock says.
    pub floor: Moment,
}

impl From<Moment> for Clock {
    fn from(now: Moment) -> Self {
        Self { now, floor: now }
    }
}

/// What a card is worth, and what to show of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The one thing found.
    pub finding: Finding,
    /// Its colour.
    pub light: Light,
    /// What the officer does next.
    pub next: NextStep,
    /// Seconds since the bundle was signed, at the trusted time; `None` without a bundle.
    pub bundle_age: Option<i64>,
    /// The time the verdict was reached at: the clock's, or the floor when the clock is behind it.
    pub trusted_now: Moment,
    /// Whether the clock is behind the floor, whatever the finding.
    pub clock_behind: bool,
    /// Whether the bundle is past its soft date, whatever the finding.
    pub bundle_old: bool,
    /// What the card says, to be compared with the person's document.
    pub card: Option<ShownCard>,
    /// The stay, when a slip of this card has proven it.
    pub stay: Option<StayFacts>,
}

impl Verdict {
    /// Days since the bundle was signed, as screens say it.
    #[must_use]
    pub fn bundle_age_days(&self) -> Option<i64> {
        self.bundle_age.map(|seconds| seconds.max(0) / DAY)
    }
}

/// The facts of a card that a screen shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCard {
    /// Whether a trusted key signed these facts. When not, a screen must not show them as facts.
    pub proven: bool,
    /// The number.
    pub number: Option<String>,
    /// The name, in Doc 9303 letters on Paso's cards.
    pub name: Option<String>,
    /// Date of birth as far as it is known.
    pub birth: Option<BirthDate>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Nationality.
    pub nationality: Option<String>,
    /// The class of card.
    pub class: Option<String>,
    /// The last characters of the document's number.
    pub document_tail: Option<String>,
    /// When the card was issued.
    pub issued_at: Option<Moment>,
    /// From when on it is no longer valid.
    pub expires: Option<Moment>,
}

/// A proven stay: "leave by A, not overstayed until B".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayFacts {
    /// When the holder entered.
    pub entered: Moment,
    /// A.
    pub leave_by: Moment,
    /// B.
    pub not_overstayed_until: Moment,
    /// The zone in which to show them.
    pub zone: String,
    /// The states in which the stay holds.
    pub states: Vec<String>,
}

/// Judges a scanned card, and the slip scanned with it, at the post's state and time.
#[must_use]
pub fn verdict(
    card: Result<&SignedCard, &Malformed>,
    slip: Option<Result<&SignedSlip, &Malformed>>,
    bundle: Option<&VerifiedBundle>,
    territory: &Territory,
    clock: impl Into<Clock>,
) -> Verdict {
    let Clock { now, floor } = clock.into();
    let known = now.max(floor);
    let floor = bundle.map_or(known, |bundle| known.max(bundle.bundle().issued_at));
    let mut case = Case {
        bundle,
        territory,
        now,
        trusted_now: floor,
        proven: false,
        stay: None,
    };
    let finding = match card {
        Ok(card) => case.judge(card, slip),
        Err(Malformed::Unsigned) => Finding::Unsigned,
        Err(Malformed::Encrypted) => Finding::Encrypted,
        Err(reason) => Finding::Malformed(*reason),
    };
    Verdict {
        finding,
        light: finding.light(),
        next: finding.next_step(),
        bundle_age: bundle.map(|bundle| case.trusted_now.since(bundle.bundle().issued_at)),
        clock_behind: case.clock_behind(),
        bundle_old: bundle.is_some_and(|bundle| case.trusted_now >= bundle.bundle().soft_until),
        trusted_now: case.trusted_now,
        card: card.ok().map(|card| ShownCard::of(card, case.proven)),
        stay: case.stay,
    }
}

/// A card under judgment: what is given, and what has been learnt so far.
struct Case<'a> {
    bundle: Option<&'a VerifiedBundle>,
    territory: &'a Territory,
    now: Moment,
    trusted_now: Moment,
    proven: bool,
    stay: Option<StayFacts>,
}

impl Case<'_> {
    /// The steps in order of weight: who signed, whether that key counts, what the authority has
    /// said since, when, where, and last what only this reader lacks. A step that ends in red or
    /// amber hides the later ones; green is what is left.
    fn judge(
        &mut self,
        card: &SignedCard,
        slip: Option<Result<&SignedSlip, &Malformed>>,
    ) -> Finding {
        let Some(bundle) = self.bundle else {
            return Finding::NoBundle;
        };
        match self.judge_card(card, bundle) {
            Err(finding) => finding,
            Ok(()) => match self.judge_stay(card, slip, bundle) {
                Err(finding) => finding,
                Ok(good) => self.reservation(bundle).unwrap_or(good),
            },
        }
    }

    fn judge_card(&mut self, card: &SignedCard, bundle: &VerifiedBundle) -> Result<(), Finding> {
        let facts = card.facts();
        let key = signer(card.envelope(), bundle, Purpose::Card)?;
        self.proven = true;
        // Cards without a date of issue cannot be held to a key's window; Paso issues none.
        let issued_at = facts.issued_at.ok_or(Finding::KeyOutOfWindow)?;
        if !key.signs_at(issued_at) {
            return Err(Finding::KeyOutOfWindow);
        }
        if key.compromised_by(issued_at) {
            return Err(Finding::KeyCompromised);
        }
        // Only now is the date of issue worth something: the card existed then, so now is later.
        self.raise_floor(issued_at);
        let now = self.trusted_now;
        let status = facts
            .status
            .as_ref()
            .map_or(StatusAnswer::Unknown, |status| {
                bundle.status(&status.uri, status.index, now)
            });
        if status == StatusAnswer::Known(Status::Invalid) {
            return Err(Finding::Revoked);
        }
        if facts.expires.is_some_and(|end| now >= end) {
            return Err(Finding::Expired);
        }
        if facts
            .not_before
            .is_some_and(|start| now.plus(SKEW_SECONDS) < start)
        {
            return Err(Finding::NotYetValid);
        }
        if now > key.verify_until {
            return Err(Finding::KeyRetired);
        }
        if key.compromised_at.is_some() {
            return Err(Finding::KeyLaterCompromised);
        }
        match status {
            StatusAnswer::Known(Status::Suspended) => return Err(Finding::Suspended),
            StatusAnswer::Known(Status::Valid | Status::Invalid) => {}
            StatusAnswer::Known(Status::Other(_)) | StatusAnswer::Unknown => {
                // A list too old to answer is the bundle's age showing, and named so.
                return Err(self.too_old(bundle).unwrap_or(Finding::StatusUnknown));
            }
        }
        self.too_old(bundle).map_or(Ok(()), Err)
    }

    /// What the slip adds to a good card; without one, whether the programme covers this state.
    fn judge_stay(
        &mut self,
        card: &SignedCard,
        slip: Option<Result<&SignedSlip, &Malformed>>,
        bundle: &VerifiedBundle,
    ) -> Result<Finding, Finding> {
        let slip = match slip {
            None => {
                let covered = covers(bundle.bundle(), &self.territory.state, self.trusted_now);
                return if covered {
                    Ok(Finding::Valid)
                } else {
                    Err(Finding::OutsideTerritory)
                };
            }
            Some(Ok(slip)) => slip,
            Some(Err(Malformed::Unsigned)) => return Err(Finding::SlipForged),
            Some(Err(cause)) => return Err(Finding::SlipMalformed(*cause)),
        };
        let claims = slip.claims();
        let key = match signer(slip.envelope(), bundle, Purpose::Slip) {
            Ok(key) => key,
            Err(Finding::BadSignature) => return Err(Finding::SlipForged),
            Err(_) => return Err(Finding::SlipUnproven),
        };
        if !key.signs_at(claims.issued_at) || key.compromised_at.is_some() {
            return Err(Finding::SlipUnproven);
        }
        self.raise_floor(claims.issued_at);
        if self.trusted_now > key.verify_until {
            return Err(Finding::SlipUnproven);
        }
        if card.number() != Some(claims.card) {
            return Err(Finding::SlipOfAnotherCard);
        }
        self.stay = Some(StayFacts {
            entered: claims.entered,
            leave_by: claims.leave_by,
            not_overstayed_until: claims.not_overstayed_until,
            zone: claims.zone.clone(),
            states: claims.states.clone(),
        });
        let now = self.trusted_now;
        if now > claims.not_overstayed_until {
            return Err(Finding::Overstayed);
        }
        if !claims.states.contains(&self.territory.state) {
            return Err(Finding::OutsideTerritory);
        }
        Ok(if now > claims.leave_by {
            Finding::ValidLeaveNow
        } else {
            Finding::ValidStay
        })
    }

    /// What keeps a good card from being green although nothing is wrong with it.
    fn reservation(&self, bundle: &VerifiedBundle) -> Option<Finding> {
        if self.clock_behind() {
            return Some(Finding::ClockBehind);
        }
        (self.trusted_now >= bundle.bundle().soft_until).then_some(Finding::BundleOld)
    }

    fn too_old(&self, bundle: &VerifiedBundle) -> Option<Finding> {
        (self.trusted_now >= bundle.bundle().hard_until).then_some(Finding::BundleExpired)
    }

    /// The world was at `moment`, less the skew that is allowed between clocks.
    fn raise_floor(&mut self, moment: Moment) {
        self.trusted_now = self.trusted_now.max(moment.plus(-SKEW_SECONDS));
    }

    fn clock_behind(&self) -> bool {
        self.now < self.trusted_now
    }
}

/// The key of the bundle that signed an envelope.
fn signer<'a>(
    envelope: &Sign1,
    bundle: &'a VerifiedBundle,
    purpose: Purpose,
) -> Result<&'a TrustedKey, Finding> {
    let key = envelope
        .key_id()
        .and_then(|id| bundle.key(id, purpose))
        .ok_or(Finding::UnknownKey)?;
    match envelope.verify(&key.key) {
        Ok(()) => Ok(key),
        Err(_) => Err(Finding::BadSignature),
    }
}

/// Whether any rule in force covers a state. A rule's day begins by the clocks of its own states,
/// which the bundle does not know; so the neighbouring days count too, to the holder's favour. A
/// bundle without rules says nothing against any state.
fn covers(bundle: &Bundle, state: &str, now: Moment) -> bool {
    let today: Date = now.timestamp().to_zoned(TimeZone::UTC).date();
    let days = [
        today,
        today.saturating_sub(1.day()),
        today.saturating_add(1.day()),
    ];
    let mut rows = bundle
        .programmes
        .iter()
        .filter(|row| days.iter().any(|day| row.in_force(*day)))
        .peekable();
    rows.peek().is_none() || rows.any(|row| row.states.iter().any(|covered| covered == state))
}

impl ShownCard {
    fn of(card: &SignedCard, proven: bool) -> Self {
        let facts = card.facts();
        let identity = &facts.identity;
        Self {
            proven,
            number: card
                .number()
                .map(|number| number.to_string())
                .or_else(|| identity.id.clone()),
            name: identity.name.clone(),
            birth: identity.birth,
            sex: identity.sex,
            nationality: identity.nationality.clone(),
            class: identity.legal_status.clone(),
            document_tail: identity.document_tail.clone(),
            issued_at: facts.issued_at,
            expires: facts.expires,
        }
    }
}
