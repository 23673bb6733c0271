//! What is stored about an officer. Stored for ever: add, never change.

use crate::{
    act::{Act, Way},
    cbor,
    crossings::PostCode,
    policy::Role,
};
use minicbor::{Decode, Encode};
use paso_formats::moment::Moment;

/// What an invitation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvitationPurpose {
    /// A passkey beside those there are, or the first one.
    Enrolment,
    /// A passkey in the place of all there are, which were lost or may be in other hands.
    Recovery,
}

impl InvitationPurpose {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Enrolment, Self::Recovery];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enrolment => "enrolment",
            Self::Recovery => "recovery",
        }
    }
}

cbor::coded!(InvitationPurpose, "purpose of an invitation");

/// Why a passkey no longer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PasskeyEndReason {
    /// Its owner put it away: another device, another authenticator.
    PutAway,
    /// It was lost or stolen.
    Lost,
    /// Another took its place by recovery.
    Recovered,
}

impl PasskeyEndReason {
    /// All reasons, in the order of the form.
    pub const ALL: [Self; 3] = [Self::PutAway, Self::Lost, Self::Recovered];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PutAway => "put-away",
            Self::Lost => "lost",
            Self::Recovered => "recovered",
        }
    }
}

cbor::coded!(PasskeyEndReason, "reason for ending a passkey");

/// What happened to an officer's standing.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum OfficerEvent {
    /// A number was given to a person.
    #[n(0)]
    Enrolled {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// The officer's name, as colleagues know it.
        #[n(2)]
        name: String,
    },
    /// A role was given.
    #[n(1)]
    Granted {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// The role.
        #[cbor(n(2), with = "cbor::text")]
        role: Role,
        /// The posts at which it counts; none for all posts of the authority.
        #[cbor(n(3), with = "cbor::texts")]
        posts: Vec<PostCode>,
        /// From when.
        #[cbor(n(4), with = "cbor::moment")]
        from: Moment,
        /// Until when, where that is known.
        #[cbor(n(5), with = "cbor::optional_moment", has_nil)]
        until: Option<Moment>,
    },
    /// A role was taken back.
    #[n(2)]
    GrantEnded {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// The role.
        #[cbor(n(2), with = "cbor::text")]
        role: Role,
        /// From when.
        #[cbor(n(3), with = "cbor::moment")]
        from: Moment,
        /// Why.
        #[n(4)]
        reason: String,
    },
    /// A one-time link was made, to be handed over in person.
    #[n(3)]
    Invited {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// What for.
        #[cbor(n(2), with = "cbor::text")]
        purpose: InvitationPurpose,
        /// SHA-256 of the link's secret, never the secret.
        #[cbor(n(3), with = "minicbor::bytes")]
        link: [u8; 32],
        /// From when it no longer works.
        #[cbor(n(4), with = "cbor::moment")]
        expires: Moment,
    },
    /// The officer registered a passkey by an invitation.
    #[n(4)]
    PasskeyAdded {
        /// When, where, by whom: the officer.
        #[n(0)]
        act: Act,
        /// The invitation it came by.
        #[cbor(n(1), with = "minicbor::bytes")]
        link: [u8; 32],
        /// What that invitation was for.
        #[cbor(n(2), with = "cbor::text")]
        purpose: InvitationPurpose,
        /// The credential's identifier (`WebAuthn` L3 §4).
        #[cbor(n(3), with = "minicbor::bytes")]
        credential: Vec<u8>,
        /// The public key as registered: a `COSE_Key`, byte for byte.
        #[cbor(n(4), with = "minicbor::bytes")]
        key: Vec<u8>,
        /// Its algorithm, by COSE number.
        #[n(5)]
        algorithm: i64,
        /// Whether its authenticator may copy it to other devices.
        #[n(6)]
        backup_eligible: bool,
        /// Whether it had been copied at that moment.
        #[n(7)]
        backed_up: bool,
        /// From when it counts.
        #[cbor(n(8), with = "cbor::moment")]
        from: Moment,
        /// Until when, where that is known.
        #[cbor(n(9), with = "cbor::optional_moment", has_nil)]
        until: Option<Moment>,
    },
    /// A passkey no longer counts.
    #[n(5)]
    PasskeyEnded {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// Which.
        #[cbor(n(2), with = "minicbor::bytes")]
        credential: Vec<u8>,
        /// Why.
        #[cbor(n(3), with = "cbor::text")]
        reason: PasskeyEndReason,
        /// From when.
        #[cbor(n(4), with = "cbor::moment")]
        from: Moment,
        /// From when on it may have been in other hands.
        #[cbor(n(5), with = "cbor::optional_moment", has_nil)]
        compromised_from: Option<Moment>,
        /// The words of whoever ended it.
        #[n(6)]
        note: String,
    },
    /// Access was taken away for a time.
    #[n(6)]
    Suspended {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// From when.
        #[cbor(n(2), with = "cbor::moment")]
        from: Moment,
        /// Why.
        #[n(3)]
        reason: String,
    },
    /// A suspension was lifted.
    #[n(7)]
    Reinstated {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// From when.
        #[cbor(n(2), with = "cbor::moment")]
        from: Moment,
        /// Why.
        #[n(3)]
        reason: String,
    },
    /// The service ended, for good.
    #[n(8)]
    Dismissed {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// From when: what was done under the number after it is to be looked at.
        #[cbor(n(2), with = "cbor::moment")]
        from: Moment,
        /// Why.
        #[n(3)]
        reason: String,
    },
    /// A passkey answered with a smaller count than before: perhaps there are two of it. Evidence,
    /// never a refusal (anchors/stack.md; `WebAuthn` L3 §7.2 step 22).
    #[n(9)]
    CounterSteppedBack {
        /// When, where, by whom: the officer who signed.
        #[n(0)]
        act: Act,
        /// Which passkey.
        #[cbor(n(1), with = "minicbor::bytes")]
        credential: Vec<u8>,
        /// The highest count seen before.
        #[n(2)]
        known: u32,
        /// The count that came.
        #[n(3)]
        seen: u32,
    },
}

impl OfficerEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::Enrolled { act, .. }
            | Self::Granted { act, .. }
            | Self::GrantEnded { act, .. }
            | Self::Invited { act, .. }
            | Self::PasskeyAdded { act, .. }
            | Self::PasskeyEnded { act, .. }
            | Self::Suspended { act, .. }
            | Self::Reinstated { act, .. }
            | Self::Dismissed { act, .. }
            | Self::CounterSteppedBack { act, .. } => act,
        }
    }

    /// The kind, stored in the envelope.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Enrolled { .. } => "officer.enrolled",
            Self::Granted { .. } => "officer.granted",
            Self::GrantEnded { .. } => "officer.grant-ended",
            Self::Invited { .. } => "officer.invited",
            Self::PasskeyAdded { .. } => "officer.passkey-added",
            Self::PasskeyEnded { .. } => "officer.passkey-ended",
            Self::Suspended { .. } => "officer.suspended",
            Self::Reinstated { .. } => "officer.reinstated",
            Self::Dismissed { .. } => "officer.dismissed",
            Self::CounterSteppedBack { .. } => "officer.counter-stepped-back",
        }
    }
}
