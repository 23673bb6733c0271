//! What is stored about an erasure. Stored for ever: add, never change.
//!
//! The body is sealed, but under a key that follows from its subject's name (see the store's keys):
//! whoever holds the journal must learn what has to be forgotten, above all where an old copy of the
//! keys still opens it. So nothing stands in it that is not an identifier, a number of a list or a
//! code.

use crate::{act::Act, cbor, subject::Subject};
use minicbor::{Decode, Encode};

/// Why a person's records are erased. A closed list; free words could name the person again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErasureGround {
    /// The person asked for it.
    PersonAsked,
    /// The period for which the records may be kept is over.
    PeriodOver,
    /// A court or the guarantor of data protection ordered it.
    Ordered,
}

impl ErasureGround {
    /// All grounds, in the order of the form.
    pub const ALL: [Self; 3] = [Self::PersonAsked, Self::PeriodOver, Self::Ordered];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PersonAsked => "person-asked",
            Self::PeriodOver => "period-over",
            Self::Ordered => "ordered",
        }
    }
}

cbor::coded!(ErasureGround, "ground of erasure");

/// A bit of a status list that stays set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(map)]
pub struct DeadIndex {
    /// URI of the list.
    #[n(0)]
    pub list: String,
    /// The index of a card that was revoked or replaced.
    #[n(1)]
    pub index: u32,
}

/// What was erased.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CarriedOut {
    /// Why.
    #[cbor(n(0), with = "cbor::text")]
    pub ground: ErasureGround,
    /// The subjects whose keys go.
    #[cbor(n(1), with = "cbor::texts")]
    pub subjects: Vec<Subject>,
    /// What the trust bundle goes on saying of the cards among them.
    #[n(2)]
    pub dead: Vec<DeadIndex>,
}

/// What happened to an erasure.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ErasureEvent {
    /// It was carried out: both have signed, and the keys go.
    #[n(0)]
    CarriedOut {
        /// When, where, by whom proposed.
        #[n(0)]
        act: Act,
        /// What goes, and what stays known.
        #[n(1)]
        erasure: CarriedOut,
    },
}
