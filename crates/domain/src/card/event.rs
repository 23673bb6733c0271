//! What is stored about a card. Stored for ever: add, never change.

use crate::{
    act::Act, cbor, contradiction::Settling, document::DocumentKind, id::PersonId, person::Claim,
};
use minicbor::{Decode, Encode};
use paso_formats::{moment::Moment, number::CardNumber};

/// Why a card is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ApplicationPurpose {
    /// A first card.
    #[n(0)]
    First,
    /// A card that follows one that expires or has expired.
    #[n(1)]
    Renewal {
        /// The card it follows. It stays valid until its own end.
        #[cbor(n(0), with = "cbor::text")]
        of: CardNumber,
    },
    /// A card in place of one that was lost, stolen or damaged, or whose holder's facts changed.
    #[n(2)]
    Replacement {
        /// The card that dies when the new one is issued.
        #[cbor(n(0), with = "cbor::text")]
        of: CardNumber,
    },
}

/// An application as received at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Application {
    /// The person who applies.
    #[cbor(n(0), with = "cbor::text")]
    pub person: PersonId,
    /// What was stated, and on what evidence, at this desk.
    #[n(1)]
    pub claim: Claim,
    /// First card, renewal or replacement.
    #[n(2)]
    pub purpose: ApplicationPurpose,
    /// The row of the programme under which it was judged.
    #[n(3)]
    pub rule: String,
}

/// A card as issued: what is printed, and the signed text in its QR.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Issued {
    /// The number printed on the card.
    #[cbor(n(0), with = "cbor::text")]
    pub number: CardNumber,
    /// The holder.
    #[cbor(n(1), with = "cbor::text")]
    pub person: PersonId,
    /// The document the card is bound to.
    #[cbor(n(2), with = "cbor::text")]
    pub document: DocumentKind,
    /// The last characters of that document's number.
    #[n(3)]
    pub document_tail: String,
    /// When it was issued.
    #[cbor(n(4), with = "cbor::moment")]
    pub issued_at: Moment,
    /// The moment from which it is no longer valid.
    #[cbor(n(5), with = "cbor::moment")]
    pub expires: Moment,
    /// URI of the status list the card names.
    #[n(6)]
    pub status_uri: String,
    /// Its index in that list: random, and never given twice.
    #[n(7)]
    pub status_index: u32,
    /// The signed text of the QR, exactly as printed.
    #[n(8)]
    pub text: String,
    /// The portrait, where the holder wanted one: JPEG, for human eyes only, never compared.
    #[cbor(n(9), with = "minicbor::bytes")]
    pub portrait: Option<Vec<u8>>,
}

/// The closed list of grounds on which an officer may refuse an application. "Any argument"
/// (facts A.5) is not on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalGround {
    /// The person is not eligible under the rule of the day; the assessment says why.
    NotEligible,
    /// A required document was not shown.
    DocumentMissing,
    /// A document was shown that cannot be accepted, such as one expired or altered.
    DocumentNotAccepted,
    /// The document does not belong to the person who shows it.
    IdentityNotShown,
    /// A minor's permission is missing or not in the required form.
    PermissionMissing,
}

impl RefusalGround {
    /// All grounds, in the order of the form.
    pub const ALL: [Self; 5] = [
        Self::NotEligible,
        Self::DocumentMissing,
        Self::DocumentNotAccepted,
        Self::IdentityNotShown,
        Self::PermissionMissing,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotEligible => "not-eligible",
            Self::DocumentMissing => "document-missing",
            Self::DocumentNotAccepted => "document-not-accepted",
            Self::IdentityNotShown => "identity-not-shown",
            Self::PermissionMissing => "permission-missing",
        }
    }
}

/// Why a card loses its validity before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevocationReason {
    /// The holder says it was lost.
    Lost,
    /// The holder says it was stolen.
    Stolen,
    /// It was issued in error: wrong facts, wrong person.
    IssuedInError,
    /// The holder asked for it.
    HolderAsked,
    /// The holder took up another condition of stay (Ley de Migración art. 61; facts A.3).
    OtherCondition,
    /// An authority ordered it; the order is named in the free text.
    Ordered,
}

impl RevocationReason {
    /// All reasons, in the order of the form.
    pub const ALL: [Self; 6] = [
        Self::Lost,
        Self::Stolen,
        Self::IssuedInError,
        Self::HolderAsked,
        Self::OtherCondition,
        Self::Ordered,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::IssuedInError => "issued-in-error",
            Self::HolderAsked => "holder-asked",
            Self::OtherCondition => "other-condition",
            Self::Ordered => "ordered",
        }
    }
}

/// A card that nobody issued by this register's knowledge, brought to a desk: its signed text, proven
/// and believed there. The fact says nothing of its holder that the card does not say, and hangs on
/// nothing but the card.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Presented {
    /// The signed text of the QR, exactly as scanned.
    #[n(0)]
    pub text: String,
    /// From when the card is no longer valid, as its text says.
    #[cbor(n(1), with = "cbor::moment")]
    pub expires: Moment,
    /// The code of what the verdict found.
    #[n(2)]
    pub finding: String,
    /// The sequence number of the trust bundle it was judged by.
    #[n(3)]
    pub bundle: u64,
    /// When that bundle was made: how old its knowledge of revocations was.
    #[cbor(n(4), with = "cbor::moment")]
    pub bundle_made: Moment,
}

cbor::coded!(RefusalGround, "ground of refusal");
cbor::coded!(RevocationReason, "reason of revocation");

/// A reasoned refusal, printed for the person.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NotIssued {
    /// The ground, from the closed list.
    #[cbor(n(0), with = "cbor::text")]
    pub ground: RefusalGround,
    /// The officer's reasons in words; never empty.
    #[n(1)]
    pub reasons: String,
    /// What the person can do about it; never empty.
    #[n(2)]
    pub remedy: String,
    /// Codes of the assessment at that moment, so that a reviewer sees what the officer saw.
    #[n(3)]
    pub assessment: Vec<String>,
}

/// What happened to an application or a card.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum CardEvent {
    /// An application was received.
    #[n(0)]
    ApplicationReceived {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// The application.
        #[n(1)]
        application: Application,
    },
    /// The card was issued.
    #[n(1)]
    Issued {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// The card.
        #[n(1)]
        card: Issued,
    },
    /// The card was refused.
    #[n(2)]
    Refused {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Why, and what the person can do.
        #[n(1)]
        refusal: NotIssued,
    },
    /// The card was revoked.
    #[n(3)]
    Revoked {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Why.
        #[cbor(n(1), with = "cbor::text")]
        reason: RevocationReason,
        /// The officer's words.
        #[n(2)]
        note: String,
    },
    /// The card was replaced: it died when the other was issued.
    #[n(4)]
    Replaced {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// The card that goes on.
        #[cbor(n(1), with = "cbor::text")]
        by: CardNumber,
    },
    /// The card was brought to a desk that did not know it, and was believed.
    #[n(5)]
    Presented {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What was shown.
        #[n(1)]
        shown: Presented,
    },
    /// What others said of the card cannot all be true, and somebody has said what is. It edits
    /// nothing.
    #[n(6)]
    Settled {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What was found.
        #[n(1)]
        settling: Settling,
    },
}
