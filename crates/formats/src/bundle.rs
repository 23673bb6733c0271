//! The trust bundle: everything a checkpoint needs to judge a card with no network, in one signed
//! file.
//!
//! It holds the keys with their windows and purposes, the status lists as they were signed, the
//! rows of the programme that explain territory, and the roots that may sign later bundles. Any
//! one of at least two pinned roots signs it, so that losing one root stops nobody. A bundle is
//! replaced whole and only by one with a higher sequence number ([`VerifiedBundle::replaces`]).
//! Two dates say how old it may grow: past the soft one verdicts turn amber, past the hard one it
//! proves nothing good any more.

use jiff::civil::Date;

use crate::{
    cbor::CborError,
    cose::{self, CoseError, Sign1, Tagging},
    key::{KeyId, PublicKey, Sign, SignError},
    moment::Moment,
    slip::is_subdivision,
    status_list::{SignedStatusList, Status},
};

mod codec;

/// The protected type of a bundle.
pub const TYP: &str = "application/paso-bundle";

/// Largest bundle read: some hundred keys and lists of several million cards.
pub const MAX_BUNDLE_BYTES: usize = 8 * 1024 * 1024;

/// What a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Visitor cards.
    Card,
    /// Entry slips.
    Slip,
    /// Status lists.
    Status,
    /// Entries of a stream, and receipts: a device that records acts.
    Device,
}

/// A key of the authority and when it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// What it may sign.
    pub purpose: Purpose,
    /// The site that holds it.
    pub site: String,
    /// The first moment at which it signs.
    pub sign_from: Moment,
    /// The last moment at which it signs.
    pub sign_until: Moment,
    /// The last moment at which what it signed is accepted; a key is retired, not revoked, when
    /// only `sign_until` has passed.
    pub verify_until: Moment,
    /// From when on the key may have been in other hands.
    pub compromised_at: Option<Moment>,
}

impl TrustedKey {
    /// Whether the key was to sign at `moment`; both edges are inside.
    #[must_use]
    pub fn signs_at(&self, moment: Moment) -> bool {
        (self.sign_from..=self.sign_until).contains(&moment)
    }

    /// Whether what the key signed at `moment` came after its compromise.
    #[must_use]
    pub fn compromised_by(&self, moment: Moment) -> bool {
        self.compromised_at.is_some_and(|since| moment >= since)
    }
}

/// One dated row of the programme, as far as a checker needs it to explain where a card counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeRow {
    /// The row's name in the programme's data.
    pub id: String,
    /// The legal instrument.
    pub instrument: String,
    /// The first day of the rule.
    pub valid_from: Date,
    /// The last day, where there is one.
    pub valid_to: Option<Date>,
    /// The states it covers, as ISO 3166-2, such as `MX-CHP`.
    pub states: Vec<String>,
    /// The stay in words, such as "72 horas".
    pub stay: String,
}

impl ProgrammeRow {
    /// Whether the rule is in force on `day`; both edges are inside.
    #[must_use]
    pub fn in_force(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// What the authority puts into a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The authority, as its anchor names it.
    pub authority: String,
    /// Grows with every bundle; decides which of two is newer, whatever the clocks say.
    pub sequence: u64,
    /// When it was signed.
    pub issued_at: Moment,
    /// From when on verdicts say that it is old.
    pub soft_until: Moment,
    /// From when on nothing is called good by it.
    pub hard_until: Moment,
    /// The keys.
    pub keys: Vec<TrustedKey>,
    /// The status lists, as signed.
    pub status_lists: Vec<SignedStatusList>,
    /// The rows of the programme.
    pub programmes: Vec<ProgrammeRow>,
    /// Roots that may sign the bundles after this one, beside those pinned already.
    pub roots: Vec<PublicKey>,
}

/// Why a bundle cannot be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// More than [`MAX_BUNDLE_BYTES`].
    #[error("the file is larger than any trust bundle; choose the right file")]
    TooLarge,
    /// Not a `COSE_Sign1`.
    #[error("this is not a trust bundle ({0}); load it again from the authority")]
    Cose(#[from] CoseError),
    /// Signed, but another kind of file.
    #[error("the file is signed but is no trust bundle; choose the right file")]
    WrongType,
    /// Signed by a key that is not pinned.
    #[error(
        "the bundle is signed by a root that is not pinned here; compare anchors in person with the authority"
    )]
    UnknownRoot,
    /// The signature does not fit.
    #[error("the bundle was changed after it was signed; keep the old one and load it again")]
    BadSignature,
    /// Content not CBOR in canonical form.
    #[error("the bundle cannot be read ({0}); load it again")]
    Cbor(CborError),
    /// Content with a field missing, of the wrong kind, or out of place.
    #[error("the bundle's content is damaged; load it again")]
    NotABundle,
    /// Signed for another authority than the pinned one.
    #[error("this is the bundle of {0}, another authority; load the right one")]
    OtherAuthority(String),
    /// The dates of the bundle are not in order: issued, soft, hard.
    #[error(
        "the bundle's dates are not in order (issued, soft, hard); correct them and seal again"
    )]
    Dates,
    /// The window of a key is not in order.
    #[error("the window of key {0} is not in order (from, until, accepted until); correct it")]
    Window(KeyId),
    /// Two keys of one name.
    #[error("key {0} is in the bundle twice; remove one")]
    DuplicateKey(KeyId),
    /// A status list that no key of the bundle signed in its window.
    #[error("the status list {0} is not signed by a status key of this bundle; sign it again")]
    StatusList(String),
    /// Two status lists of one address.
    #[error("the status list {0} is in the bundle twice; keep the newer")]
    DuplicateList(String),
    /// A state that is not like `MX-CHP`.
    #[error("the programme names the state {0}; write it like MX-CHP")]
    State(String),
    /// The root did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Why a bundle must not take the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollbackError {
    /// Its sequence number is not higher.
    #[error("bundle {offered} is not newer than {held}, which is kept; ask for the newest")]
    NotNewer {
        /// The number of the bundle in use.
        held: u64,
        /// The number of the bundle offered.
        offered: u64,
    },
    /// It is another authority's.
    #[error("the bundle is another authority's and replaces nothing here")]
    OtherAuthority,
}

/// Fewer than two different roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "pin at least two different roots, so that one can be lost; take them from the anchor file"
)]
pub struct TooFewRoots;

/// An authority and the roots that were compared in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    authority: String,
    roots: Vec<PublicKey>,
}

impl Pinned {
    /// Pins at least two different roots of an authority.
    pub fn new(authority: String, roots: Vec<PublicKey>) -> Result<Self, TooFewRoots> {
        let mut pinned = Self {
            authority,
            roots: Vec::with_capacity(roots.len()),
        };
        for root in roots {
            pinned.add(root);
        }
        if pinned.roots.len() < 2 {
            return Err(TooFewRoots);
        }
        Ok(pinned)
    }

    /// The authority.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The roots, each once.
    #[must_use]
    pub fn roots(&self) -> &[PublicKey] {
        &self.roots
    }

    /// The same pins with the roots that a verified bundle introduces. Roots are added, never
    /// taken away: one stolen root must not be able to expel the others.
    #[must_use]
    pub fn with_successors(mut self, bundle: &VerifiedBundle) -> Self {
        if bundle.bundle.authority == self.authority {
            for root in &bundle.bundle.roots {
                self.add(root.clone());
            }
        }
        self
    }

    fn add(&mut self, root: PublicKey) {
        if !self.roots.contains(&root) {
            self.roots.push(root);
        }
    }
}

impl Bundle {
    /// Signs the bundle with a root. What [`open`] would refuse is not signed.
    pub fn seal(&self, root: &dyn Sign) -> Result<Vec<u8>, BundleError> {
        self.check()?;
        let bytes = cose::sign(&self.to_cbor(), Some(TYP), root)?;
        if bytes.len() > MAX_BUNDLE_BYTES {
            return Err(BundleError::TooLarge);
        }
        Ok(bytes)
    }

    fn check(&self) -> Result<(), BundleError> {
        if !(self.issued_at <= self.soft_until && self.soft_until <= self.hard_until) {
            return Err(BundleError::Dates);
        }
        for (at, key) in self.keys.iter().enumerate() {
            let id = key.key.key_id();
            if !(key.sign_from <= key.sign_until && key.sign_until <= key.verify_until) {
                return Err(BundleError::Window(id));
            }
            // One key, one purpose: else a card's signature could be offered as a list's.
            if self.keys[..at].iter().any(|other| other.key.key_id() == id) {
                return Err(BundleError::DuplicateKey(id));
            }
        }
        for (at, list) in self.status_lists.iter().enumerate() {
            let uri = &list.claims().uri;
            if !self.vouches_for(list) {
                return Err(BundleError::StatusList(uri.clone()));
            }
            if self.status_lists[..at]
                .iter()
                .any(|other| other.claims().uri == *uri)
            {
                return Err(BundleError::DuplicateList(uri.clone()));
            }
        }
        let states = self.programmes.iter().flat_map(|row| &row.states);
        match states.into_iter().find(|state| !is_subdivision(state)) {
            Some(state) => Err(BundleError::State(state.clone())),
            None => Ok(()),
        }
    }

    fn vouches_for(&self, list: &SignedStatusList) -> bool {
        let issued_at = list.claims().issued_at;
        self.keys.iter().any(|key| {
            key.purpose == Purpose::Status
                && Some(key.key.key_id()) == list.key_id()
                && key.signs_at(issued_at)
                && !key.compromised_by(issued_at)
                && list.verify(&key.key).is_ok()
        })
    }
}

/// A bundle whose signature, authority and inner order have been checked. Its age has not: that
/// depends on the moment of each verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedBundle {
    bundle: Bundle,
    signed_by: KeyId,
}

/// Opens a bundle for an authority with pinned roots.
pub fn open(bytes: &[u8], pinned: &Pinned) -> Result<VerifiedBundle, BundleError> {
    if bytes.len() > MAX_BUNDLE_BYTES {
        return Err(BundleError::TooLarge);
    }
    let envelope = Sign1::read(bytes.to_vec(), Tagging::Sign1Only)?;
    if envelope.typ() != Some(TYP) {
        return Err(BundleError::WrongType);
    }
    let root = pinned
        .roots
        .iter()
        .find(|root| Some(root.key_id()) == envelope.key_id())
        .ok_or(BundleError::UnknownRoot)?;
    envelope
        .verify(root)
        .map_err(|_| BundleError::BadSignature)?;
    let bundle = Bundle::from_cbor(envelope.payload())?;
    if bundle.authority != pinned.authority {
        return Err(BundleError::OtherAuthority(bundle.authority));
    }
    bundle.check()?;
    Ok(VerifiedBundle {
        bundle,
        signed_by: root.key_id(),
    })
}

/// What a bundle knows of a card's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusAnswer {
    /// The list says so.
    Known(Status),
    /// No list of that address, no such place, or a list past its end.
    Unknown,
}

impl VerifiedBundle {
    /// The content.
    #[must_use]
    pub const fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// The root that signed it.
    #[must_use]
    pub const fn signed_by(&self) -> KeyId {
        self.signed_by
    }

    /// Whether this bundle may take the place of `held`.
    pub fn replaces(&self, held: &Self) -> Result<(), RollbackError> {
        if self.bundle.authority != held.bundle.authority {
            return Err(RollbackError::OtherAuthority);
        }
        if self.bundle.sequence <= held.bundle.sequence {
            return Err(RollbackError::NotNewer {
                held: held.bundle.sequence,
                offered: self.bundle.sequence,
            });
        }
        Ok(())
    }

    /// The key of a name, when it serves the purpose.
    #[must_use]
    pub fn key(&self, id: KeyId, purpose: Purpose) -> Option<&TrustedKey> {
        self.bundle
            .keys
            .iter()
            .find(|key| key.key.key_id() == id && key.purpose == purpose)
    }

    /// The status at a place of a list, as far as the bundle's lists may still be relied on.
    #[must_use]
    pub fn status(&self, uri: &str, index: u32, now: Moment) -> StatusAnswer {
        let tokens = self
            .bundle
            .status_lists
            .iter()
            .map(SignedStatusList::claims);
        tokens
            .into_iter()
            .find(|token| token.uri == uri)
            .filter(|token| token.expires.is_none_or(|end| now < end))
            .and_then(|token| token.list.get(index).ok())
            .map_or(StatusAnswer::Unknown, StatusAnswer::Known)
    }
}
