//! What a phone recorded without a network, once it has arrived: by which key, when, and what in its
//! coming is to be looked at. An act has happened; whatever is odd about its arrival is said, and
//! never a reason to turn it away.

use super::event::Phone;
use crate::{cbor, officer::OfficerState, policy::Power, roles::Roles};
use minicbor::{Decode, Encode};
use paso_formats::{
    key::{KeyId, PublicKey},
    moment::Moment,
    phone::to_be_signed,
    receipt::LOGGED_WITHIN_SECONDS,
    verdict::SKEW_SECONDS,
};

/// Something about an arrival that somebody should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// It arrived more than a day after it happened: its receipt said that it was kept by then.
    Late,
    /// The phone says that it happened outside the shift of its key.
    OutsideShift,
    /// The phone says that it happened after it arrived.
    ClockAhead,
    /// The officer had been suspended or dismissed when it happened, or when it arrived.
    AccessEnded,
    /// The role for which the officer was signed in has no such power.
    BeyondRole,
}

impl Remark {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Late,
        Self::OutsideShift,
        Self::ClockAhead,
        Self::AccessEnded,
        Self::BeyondRole,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::OutsideShift => "outside-shift",
            Self::ClockAhead => "clock-ahead",
            Self::AccessEnded => "access-ended",
            Self::BeyondRole => "beyond-role",
        }
    }
}

cbor::coded!(Remark, "remark on a phone's record");

/// How an act came from a phone. It stands with the act itself, whose time is the phone's.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ByPhone {
    /// The name of the shift's key.
    #[cbor(n(0), with = "cbor::text")]
    pub key: KeyId,
    /// When it arrived.
    #[cbor(n(1), with = "cbor::moment")]
    pub arrived: Moment,
    /// SHA-256 of what the phone recorded.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub digest: [u8; 32],
    /// The key's signature over that digest.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub signature: [u8; 64],
    /// What is to be looked at.
    #[cbor(n(4), with = "cbor::texts")]
    pub remarks: Vec<Remark>,
}

impl ByPhone {
    /// Whether this key signed what the phone recorded.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verify(&to_be_signed(&self.digest), &self.signature)
            .is_ok()
    }
}

/// What is to be looked at about an act that a phone says happened `at` and that arrived now.
#[must_use]
pub fn remarks(
    phone: &Phone,
    (officer, roles): (&OfficerState, &Roles),
    power: Power,
    at: Moment,
    arrived: Moment,
) -> Vec<Remark> {
    let ended = |moment| officer.standing_at(moment).ended().is_some();
    let found = |remark: &Remark| match remark {
        Remark::Late => arrived.since(at) > LOGGED_WITHIN_SECONDS,
        Remark::OutsideShift => at < phone.from || at >= phone.until,
        Remark::ClockAhead => at.since(arrived) > SKEW_SECONDS,
        Remark::AccessEnded => ended(at) || ended(arrived),
        Remark::BeyondRole => !roles.policy().allows(phone.role, power),
    };
    Remark::ALL.into_iter().filter(found).collect()
}
