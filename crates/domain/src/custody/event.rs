//! What is stored about an episode of custody. Stored for ever: add, never change.
//!
//! An episode begins as one of so many people counted, before anybody has a name. Every later fact
//! is about that one person, so that nobody can be lost in a list.

use crate::{
    act::Act,
    cbor,
    crossings::PostCode,
    id::{AuthorityCode, EpisodeId, HandoverId, OfficerNumber, OperationId, PersonId},
    person::Evidence,
    shift::ByPhone,
};
use minicbor::{Decode, Encode};
use paso_formats::{
    field::{BirthDate, StateCode},
    moment::Moment,
    receipt::{self, Code},
};

/// The most characters of a text in this register: enough to say a thing, too few for a file.
pub const TEXT_MAX: usize = 500;

/// The most people of one opening.
pub const COUNT_MAX: u16 = 500;

/// An officer who answers for a person, and the post for which they do. The same officer at another
/// post is the same custodian.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Custodian {
    /// Who answers.
    #[cbor(n(0), with = "cbor::text")]
    pub officer: OfficerNumber,
    /// For which post.
    #[cbor(n(1), with = "cbor::text")]
    pub post: PostCode,
}

impl Custodian {
    /// Whoever acted.
    #[must_use]
    pub fn of(act: &Act) -> Self {
        Self {
            officer: act.officer.clone(),
            post: act.post,
        }
    }

    /// Whether it is this officer who acted.
    #[must_use]
    pub fn is(&self, act: &Act) -> bool {
        self.officer == act.officer
    }
}

/// How a person came under control. It is the same for all who were counted together, and stands
/// with each: an episode must tell its beginning by itself (Convention on Enforced Disappearance,
/// art. 17(3)).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Opening {
    /// Those who were counted together.
    #[cbor(n(0), with = "cbor::text")]
    pub operation: OperationId,
    /// Which of them, from 1.
    #[n(1)]
    pub ordinal: u16,
    /// How many were counted.
    #[n(2)]
    pub count: u16,
    /// The record that this register keeps of the person, whatever name is stated later.
    #[cbor(n(3), with = "cbor::text")]
    pub person: PersonId,
    /// The episode's name in statements and on receipts: random, and nowhere else.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub handle: [u8; 16],
    /// When control began: by the constitutional reading the hours run from here.
    #[cbor(n(5), with = "cbor::moment")]
    pub taken_at: Moment,
    /// Where, in words.
    #[n(6)]
    pub taken_where: String,
    /// The vehicle they were taken from or into; empty for none.
    #[n(7)]
    pub vehicle: String,
    /// The body and unit that took them.
    #[n(8)]
    pub unit: String,
    /// Under whose order.
    #[n(9)]
    pub ordered_by: String,
    /// The legal basis that the officer claims. Nothing here declares it lawful.
    #[n(10)]
    pub basis: String,
    /// The reason claimed.
    #[n(11)]
    pub reason: String,
    /// SHA-256 of the secret on the person's receipt.
    #[cbor(n(12), with = "minicbor::bytes")]
    pub secret: Option<[u8; 32]>,
    /// The code of the person's receipt, where one could be given.
    #[cbor(n(13), with = "cbor::optional_text", has_nil)]
    pub receipt: Option<Code>,
    /// How the count came from a phone, where it was made without a network. The phone's key has
    /// signed it in the place of a passkey, and the act's time is the phone's.
    #[n(20)]
    pub phone: Option<Box<ByPhone>>,
}

/// What a person states about themselves. All of it is a claim; nothing is required, since nobody
/// has to say anything to be counted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Stated {
    /// Surnames.
    #[n(0)]
    pub surnames: String,
    /// Given names.
    #[n(1)]
    pub given: String,
    /// Date of birth as far as stated.
    #[cbor(n(2), with = "cbor::optional_text", has_nil)]
    pub birth: Option<BirthDate>,
    /// Sex as stated: `F`, `M` or `X`.
    #[n(3)]
    pub sex: Option<char>,
    /// Nationality as stated: a claim, never a finding (facts C.6: two registers recorded Mexicans
    /// as foreigners).
    #[cbor(n(4), with = "cbor::optional_text", has_nil)]
    pub nationality: Option<StateCode>,
    /// What the statement rests on.
    #[n(5)]
    pub evidence: Evidence,
}

/// What is recorded of one person within the clock for names.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Description {
    /// Who, as stated.
    #[n(0)]
    pub stated: Stated,
    /// With whom the person was found: separating them raises an alarm.
    #[cbor(n(1), with = "cbor::texts")]
    pub found_with: Vec<EpisodeId>,
    /// State of health, in the person's words or a physician's.
    #[n(2)]
    pub health: String,
    /// Injuries that are seen or told of.
    #[n(3)]
    pub injuries: String,
    /// What was taken into keeping.
    #[n(4)]
    pub belongings: String,
    /// The language the person understands.
    #[n(5)]
    pub language: String,
    /// Who interpreted; empty where nobody had to.
    #[n(6)]
    pub interpreter: String,
    /// Whom the person wants told.
    #[n(7)]
    pub tell: String,
    /// In which language the rights were explained; empty while they were not.
    #[n(8)]
    pub rights: String,
}

/// A leg of a transport.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Leg {
    /// The vehicle.
    #[n(0)]
    pub vehicle: String,
    /// The way it takes.
    #[n(1)]
    pub route: String,
    /// Where it goes.
    #[cbor(n(2), with = "cbor::text")]
    pub to: PostCode,
    /// When it should be there.
    #[cbor(n(3), with = "cbor::moment")]
    pub expected: Moment,
}

/// To whom a person is offered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Recipient {
    /// A post of this authority: whoever is on duty there, or one officer by number.
    #[n(0)]
    Post {
        /// Which.
        #[cbor(n(0), with = "cbor::text")]
        post: PostCode,
        /// Who, where somebody is meant.
        #[cbor(n(1), with = "cbor::optional_text", has_nil)]
        officer: Option<OfficerNumber>,
    },
    /// Another authority, pinned here, which answers by a signed file.
    #[n(1)]
    Authority {
        /// Which.
        #[cbor(n(0), with = "cbor::text")]
        code: AuthorityCode,
    },
}

/// The giver's half of a handover, for one of the list.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Offer {
    /// The handover: the same for the whole list.
    #[cbor(n(0), with = "cbor::text")]
    pub handover: HandoverId,
    /// To whom.
    #[n(1)]
    pub to: Recipient,
    /// How many the giver counted.
    #[n(2)]
    pub counted: u16,
    /// Why.
    #[n(3)]
    pub reason: String,
    /// The transport, where there is one.
    #[n(4)]
    pub leg: Option<Leg>,
}

/// What ends an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndingKind {
    /// Set free.
    Released,
    /// Another authority answers now, and has said so.
    Transferred,
    /// Returned to a state.
    Returned,
    /// In the care of who receives referrals: the DIF, a shelter.
    Referred,
    /// In a hospital's care.
    Hospital,
    /// Escaped.
    Escaped,
    /// Died.
    Died,
}

impl EndingKind {
    /// All endings. "Not found" is none (facts D.2: people "were not in the station").
    pub const ALL: [Self; 7] = [
        Self::Released,
        Self::Transferred,
        Self::Returned,
        Self::Referred,
        Self::Hospital,
        Self::Escaped,
        Self::Died,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Transferred => "transferred",
            Self::Returned => "returned",
            Self::Referred => "referred",
            Self::Hospital => "hospital",
            Self::Escaped => "escaped",
            Self::Died => "died",
        }
    }

    /// Whether somebody else must have received the person, so that the ending is theirs to confirm.
    #[must_use]
    pub const fn has_receiver(self) -> bool {
        matches!(self, Self::Transferred | Self::Referred | Self::Hospital)
    }

    /// Whether a second officer countersigns it within the clock. It never waits for them
    /// (DESIGN §4).
    #[must_use]
    pub const fn is_countersigned(self) -> bool {
        matches!(self, Self::Released | Self::Referred | Self::Hospital)
    }
}

cbor::coded!(EndingKind, "ending of custody");

/// A handover to somebody without a passkey: a hospital, a shelter, police.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Paper {
    /// What it ends in when it is confirmed.
    #[cbor(n(0), with = "cbor::text")]
    pub ending: EndingKind,
    /// The body that received the person.
    #[n(1)]
    pub body: String,
    /// The name of who signed for it, and in what function.
    #[n(2)]
    pub receiver: String,
    /// SHA-256 of the photograph of the signed sheet.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub sheet: Option<[u8; 32]>,
}

/// An ending that the custodian answers for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ending {
    /// Which.
    #[cbor(n(0), with = "cbor::text")]
    pub kind: EndingKind,
    /// What evidences it.
    #[n(1)]
    pub evidence: String,
    /// Where to, where there is a where; for a return, the state.
    #[n(2)]
    pub to: String,
}

/// What another authority signed on receiving a person.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Abroad {
    /// The handover it answers.
    #[cbor(n(0), with = "cbor::text")]
    pub handover: HandoverId,
    /// Which authority.
    #[cbor(n(1), with = "cbor::text")]
    pub authority: AuthorityCode,
    /// Who answers there, as that authority names them.
    #[n(2)]
    pub officer: String,
    /// When they accepted, by their clock.
    #[cbor(n(3), with = "cbor::moment")]
    pub at: Moment,
    /// How many they counted.
    #[n(4)]
    pub counted: u16,
    /// SHA-256 of the signed file.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub file: [u8; 32],
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum CustodyEvent {
    /// The person was counted: control began, or had begun.
    #[n(0)]
    Opened {
        /// When and where admitted, and by whom.
        #[n(0)]
        act: Act,
        /// How they came under control.
        #[n(1)]
        opening: Opening,
    },
    /// Something was stated about the person.
    #[n(1)]
    Described {
        /// When, where, by whom recorded.
        #[n(0)]
        act: Act,
        /// What.
        #[n(1)]
        description: Box<Description>,
    },
    /// The person was found to be somebody who has a record here.
    #[n(2)]
    Recognised {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Whose record.
        #[cbor(n(1), with = "cbor::text")]
        person: PersonId,
        /// On what evidence.
        #[n(2)]
        evidence: String,
    },
    /// The giver's half of a handover.
    #[n(3)]
    Offered {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What is offered.
        #[n(1)]
        offer: Offer,
    },
    /// The receiver's half.
    #[n(4)]
    Accepted {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Of which handover.
        #[cbor(n(1), with = "cbor::text")]
        handover: HandoverId,
        /// How many the receiver counted.
        #[n(2)]
        counted: u16,
        /// The code of the receipt that the person took away, where one could be given.
        #[cbor(n(3), with = "cbor::optional_text", has_nil)]
        receipt: Option<Code>,
    },
    /// The receiver counted, and this person was not among those who came.
    #[n(5)]
    Missed {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Of which handover.
        #[cbor(n(1), with = "cbor::text")]
        handover: HandoverId,
    },
    /// The giver took the offer back.
    #[n(6)]
    Withdrawn {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Of which handover.
        #[cbor(n(1), with = "cbor::text")]
        handover: HandoverId,
        /// Why.
        #[n(2)]
        reason: String,
    },
    /// Given to somebody who has no passkey. Until it is confirmed the giver answers.
    #[n(7)]
    GivenOnPaper {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// To whom.
        #[n(1)]
        paper: Paper,
        /// The code of the receipt that the person took away, where one could be given.
        #[cbor(n(2), with = "cbor::optional_text", has_nil)]
        receipt: Option<Code>,
    },
    /// The receiver was asked, and has the person.
    #[n(8)]
    PaperConfirmed {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// How it was confirmed.
        #[n(1)]
        how: String,
    },
    /// Brought away by the same custodian.
    #[n(9)]
    Departed {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// With which transport.
        #[n(1)]
        leg: Leg,
    },
    /// Arrived at the post of the act, or back there.
    #[n(10)]
    Arrived {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
    },
    /// No longer under control.
    #[n(11)]
    Ended {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// How.
        #[n(1)]
        ending: Ending,
        /// The code of the receipt that the person took away, where one could be given.
        #[cbor(n(2), with = "cbor::optional_text", has_nil)]
        receipt: Option<Code>,
    },
    /// A second officer looked at an ending and signed it, too.
    #[n(12)]
    Countersigned {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
    },
    /// The person should be here and is not.
    #[n(13)]
    NotFound {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What is known.
        #[n(1)]
        note: String,
    },
    /// The person is here again.
    #[n(14)]
    Found {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What is known.
        #[n(1)]
        note: String,
    },
    /// Two people who are not party to it said who answers.
    #[n(15)]
    Settled {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Who answers from now on.
        #[n(1)]
        answers: Custodian,
        /// Why.
        #[n(2)]
        reason: String,
    },
    /// Another authority answered an offer with a signed file.
    #[n(16)]
    AcceptedAbroad {
        /// When, where and by whom the file was brought in.
        #[n(0)]
        act: Act,
        /// What it says.
        #[n(1)]
        abroad: Abroad,
    },
    /// The person changed the receipt's secret, or closed it.
    #[n(17)]
    SecretChanged {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// SHA-256 of the new one; none while it shows nothing to anybody.
        #[cbor(n(1), with = "minicbor::bytes")]
        secret: Option<[u8; 32]>,
    },
}

impl CustodyEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::Opened { act, .. }
            | Self::Described { act, .. }
            | Self::Recognised { act, .. }
            | Self::Offered { act, .. }
            | Self::Accepted { act, .. }
            | Self::Missed { act, .. }
            | Self::Withdrawn { act, .. }
            | Self::GivenOnPaper { act, .. }
            | Self::PaperConfirmed { act, .. }
            | Self::Departed { act, .. }
            | Self::Arrived { act }
            | Self::Ended { act, .. }
            | Self::Countersigned { act }
            | Self::NotFound { act, .. }
            | Self::Found { act, .. }
            | Self::Settled { act, .. }
            | Self::AcceptedAbroad { act, .. }
            | Self::SecretChanged { act, .. } => act,
        }
    }

    /// The name of what happened. Inside the sealed body only: the envelope, which mirrors and
    /// backups hold in the clear, says of all of them `custody.noted`. Counts of openings and
    /// transports per stream and hour could tell a gang when a bus leaves (DESIGN §4).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "custody.opened",
            Self::Described { .. } => "custody.described",
            Self::Recognised { .. } => "custody.recognised",
            Self::Offered { .. } => "custody.offered",
            Self::Accepted { .. } => "custody.accepted",
            Self::Missed { .. } => "custody.missed",
            Self::Withdrawn { .. } => "custody.withdrawn",
            Self::GivenOnPaper { .. } => "custody.given-on-paper",
            Self::PaperConfirmed { .. } => "custody.paper-confirmed",
            Self::Departed { .. } => "custody.departed",
            Self::Arrived { .. } => "custody.arrived",
            Self::Ended { .. } => "custody.ended",
            Self::Countersigned { .. } => "custody.countersigned",
            Self::NotFound { .. } => "custody.not-found",
            Self::Found { .. } => "custody.found",
            Self::Settled { .. } => "custody.settled",
            Self::AcceptedAbroad { .. } => "custody.accepted-abroad",
            Self::SecretChanged { .. } => "custody.secret-changed",
        }
    }

    /// Which receipt the person takes away from this: from whatever ends with them in other hands
    /// or free, while they are there to take it. Who escaped or died takes none, and who is already
    /// with a hospital got theirs when they were given there.
    #[must_use]
    pub fn gives(&self) -> Option<receipt::Kind> {
        match self {
            Self::Opened { .. } => Some(receipt::Kind::CustodyOpened),
            Self::Accepted { .. } | Self::GivenOnPaper { .. } => Some(receipt::Kind::Handover),
            Self::Ended { ending, .. } => match ending.kind {
                EndingKind::Released => Some(receipt::Kind::Release),
                EndingKind::Escaped | EndingKind::Died => None,
                _ => Some(receipt::Kind::CustodyEnded),
            },
            _ => None,
        }
    }

    /// How it came from a phone, where it was recorded without a network.
    #[must_use]
    pub fn phone(&self) -> Option<&ByPhone> {
        match self {
            Self::Opened { opening, .. } => opening.phone.as_deref(),
            _ => None,
        }
    }

    /// The code of the receipt that was given.
    #[must_use]
    pub const fn receipt(&self) -> Option<Code> {
        match self {
            Self::Opened { opening, .. } => opening.receipt,
            Self::Accepted { receipt, .. }
            | Self::GivenOnPaper { receipt, .. }
            | Self::Ended { receipt, .. } => *receipt,
            _ => None,
        }
    }

    /// The same, with the receipt given for it.
    #[must_use]
    pub fn giving(mut self, code: Option<Code>) -> Self {
        match &mut self {
            Self::Opened { opening, .. } => opening.receipt = code,
            Self::Accepted { receipt, .. }
            | Self::GivenOnPaper { receipt, .. }
            | Self::Ended { receipt, .. } => *receipt = code,
            _ => {}
        }
        self
    }

    /// Which handover it belongs to.
    #[must_use]
    pub const fn handover(&self) -> Option<HandoverId> {
        match self {
            Self::Offered { offer, .. } => Some(offer.handover),
            Self::Accepted { handover, .. }
            | Self::Missed { handover, .. }
            | Self::Withdrawn { handover, .. } => Some(*handover),
            Self::AcceptedAbroad { abroad, .. } => Some(abroad.handover),
            _ => None,
        }
    }
}
