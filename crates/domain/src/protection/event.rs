//! What is stored about a person's protection. Stored for ever: add, never change.

use crate::{act::Act, cbor};
use minicbor::{Decode, Encode};
use paso_formats::field::{BirthDate, StateCode};

/// What a person answered, or what was seen. A closed list, asked of everyone alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// The person fears to return.
    FearsReturn,
    /// The person was the victim of a crime, wherever and by whomever.
    VictimOfCrime,
    /// The person is a child, or may be one.
    ChildOrMayBe,
    /// Asked, and nothing was stated.
    NoneStated,
}

impl Answer {
    /// All answers, in the order of the form.
    pub const ALL: [Self; 4] = [
        Self::FearsReturn,
        Self::VictimOfCrime,
        Self::ChildOrMayBe,
        Self::NoneStated,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FearsReturn => "fears-return",
            Self::VictimOfCrime => "victim-of-crime",
            Self::ChildOrMayBe => "child-or-may-be",
            Self::NoneStated => "none-stated",
        }
    }

    /// Who has to be told. It follows from the answer, so that no officer can leave it out.
    #[must_use]
    pub const fn receiver(self) -> Option<Receiver> {
        match self {
            Self::FearsReturn => Some(Receiver::Refuge),
            Self::VictimOfCrime => Some(Receiver::Prosecutor),
            Self::ChildOrMayBe => Some(Receiver::ChildProtection),
            Self::NoneStated => None,
        }
    }
}

cbor::coded!(Answer, "protection answer");

/// Who receives a referral (facts G).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Receiver {
    /// Who decides on refuge: COMAR.
    Refuge,
    /// Who protects children: the Procuraduría de Protección, and through it the DIF.
    ChildProtection,
    /// Who takes reports of crimes against migrants: the prosecutors' offices for migrants.
    Prosecutor,
}

impl Receiver {
    /// All receivers.
    pub const ALL: [Self; 3] = [Self::Refuge, Self::ChildProtection, Self::Prosecutor];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refuge => "refuge",
            Self::ChildProtection => "child-protection",
            Self::Prosecutor => "prosecutor",
        }
    }
}

cbor::coded!(Receiver, "receiver of a referral");

/// An answer and to whom the person was referred for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Referral {
    /// The answer.
    #[cbor(n(0), with = "cbor::text")]
    pub answer: Answer,
    /// Who receives it; none where nothing was stated.
    #[cbor(n(1), with = "cbor::optional_text", has_nil)]
    pub to: Option<Receiver>,
}

/// What becomes of the flag when a claim ends. How it was decided is not this register's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlagAfter {
    /// Protection goes on: still do not return, do not notify.
    Stays,
    /// Nothing stands any more.
    Lifted,
}

impl FlagAfter {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Stays, Self::Lifted];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stays => "stays",
            Self::Lifted => "lifted",
        }
    }
}

cbor::coded!(FlagAfter, "flag after a claim");

/// Who consented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consenting {
    /// The person.
    Person,
    /// Who represents the person: for a child nobody else's consent is enough (INFERENCE from
    /// facts C.1 and C.4: a child has a representative, and interests come first).
    Representative,
}

impl Consenting {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Person, Self::Representative];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Representative => "representative",
        }
    }
}

cbor::coded!(Consenting, "consenting party");

/// How a consulate was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Here: the consulate's page shows it.
    Here,
    /// By telephone, letter or word of mouth, by whomever; told here afterwards.
    Elsewhere,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Here, Self::Elsewhere];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
        }
    }
}

cbor::coded!(Channel, "channel of a notice");

/// All that a consular notice says of a person. It is kept as it was said: what becomes known
/// later must not reach the consulate through an old notice.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NoticeOf {
    /// Name as stated.
    #[n(0)]
    pub name: String,
    /// Date of birth as stated.
    #[cbor(n(1), with = "cbor::text")]
    pub birth: BirthDate,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ProtectionEvent {
    /// The questions were asked.
    #[n(0)]
    Screened {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Every answer with its referral.
        #[n(1)]
        answers: Vec<Referral>,
    },
    /// Refuge says: do not return, do not notify. No reason is part of it.
    #[n(1)]
    ClaimNotified {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
    },
    /// Refuge says that the claim has ended.
    #[n(2)]
    ClaimEnded {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What becomes of the flag.
        #[cbor(n(1), with = "cbor::text")]
        flag: FlagAfter,
    },
    /// Express consent to one state's consulate being told.
    #[n(3)]
    ConsentGiven {
        /// When, where, by whom recorded.
        #[n(0)]
        act: Act,
        /// Which state's consulate.
        #[cbor(n(1), with = "cbor::text")]
        to: StateCode,
        /// Who consented.
        #[cbor(n(2), with = "cbor::text")]
        by: Consenting,
        /// What evidences it: the paper signed, the interpreter, the witness.
        #[n(3)]
        evidence: String,
    },
    /// A consulate was told.
    #[n(4)]
    NoticeGiven {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which state's consulate.
        #[cbor(n(1), with = "cbor::text")]
        to: StateCode,
        /// How.
        #[cbor(n(2), with = "cbor::text")]
        channel: Channel,
        /// What it was told.
        #[n(3)]
        of: NoticeOf,
        /// How it came about, for a notice given elsewhere.
        #[n(4)]
        note: String,
    },
    /// A consulate received what had been left for it here.
    #[n(5)]
    NoticeReceived {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which state's consulate.
        #[cbor(n(1), with = "cbor::text")]
        to: StateCode,
    },
    /// Whoever receives a referral says that they have it.
    #[n(6)]
    ReferralReceived {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// As which receiver.
        #[cbor(n(1), with = "cbor::text")]
        receiver: Receiver,
    },
}

impl ProtectionEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::Screened { act, .. }
            | Self::ClaimNotified { act }
            | Self::ClaimEnded { act, .. }
            | Self::ConsentGiven { act, .. }
            | Self::NoticeGiven { act, .. }
            | Self::NoticeReceived { act, .. }
            | Self::ReferralReceived { act, .. } => act,
        }
    }

    /// The name of what happened. Inside the sealed body only: the envelope, which mirrors and
    /// backups hold in the clear, says of all of them `protection.noted` (DESIGN §4: kinds must not
    /// reveal a refuge claim or a child).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Screened { .. } => "protection.screened",
            Self::ClaimNotified { .. } => "protection.claim-notified",
            Self::ClaimEnded { .. } => "protection.claim-ended",
            Self::ConsentGiven { .. } => "protection.consent-given",
            Self::NoticeGiven { .. } => "protection.notice-given",
            Self::NoticeReceived { .. } => "protection.notice-received",
            Self::ReferralReceived { .. } => "protection.referral-received",
        }
    }
}
