//! The receiver's half.

use super::{
    ACCEPTANCE_TYP, Between, EpisodeHandle, HandoverError, HandoverName, MAX_HANDOVER_BYTES,
    SignedOffer, check_authority, check_fresh, check_signer, check_text, content, digest, envelope,
    read_handles, write_handles,
};
use crate::{
    cbor::{Reader, Writer},
    cose::{self, Sign1},
    entry::Hash,
    key::Sign,
    moment::Moment,
    verdict::SKEW_SECONDS,
};
use std::collections::BTreeSet;

/// What the receiver signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The receiver's code.
    pub from: String,
    /// The giver's code.
    pub to: String,
    /// The handover.
    pub handover: HandoverName,
    /// The digest of the offer it answers ([`SignedOffer::digest`]).
    pub offer: Hash,
    /// How many of the list the receiver counted: all who are accepted.
    pub counted: u16,
    /// Who answers from now on: an officer's number, as the receiver writes them.
    pub officer: String,
    /// At which post.
    pub post: String,
    /// When.
    pub at: Moment,
    /// Who came and is accepted, in the offer's order.
    pub accepted: Vec<EpisodeHandle>,
    /// Who did not come, in the offer's order. For them the giver answers as before.
    pub missing: Vec<EpisodeHandle>,
}

impl Acceptance {
    /// Signs the answer to an offer. What [`open_acceptance`] would refuse in itself, or held against
    /// this offer, is not signed.
    pub fn sign(&self, offer: &SignedOffer, signer: &dyn Sign) -> Result<Vec<u8>, HandoverError> {
        self.check()?;
        self.check_against(offer)?;
        let bytes = cose::sign(&self.to_cbor(), Some(ACCEPTANCE_TYP), signer)?;
        if bytes.len() > MAX_HANDOVER_BYTES {
            return Err(HandoverError::TooLarge);
        }
        Ok(bytes)
    }

    fn check(&self) -> Result<(), HandoverError> {
        check_authority("from", &self.from)?;
        check_authority("to", &self.to)?;
        if self.from == self.to {
            return Err(HandoverError::ToItself);
        }
        check_text("officer", &self.officer, true)?;
        check_text("post", &self.post, true)?;
        let listed = self.accepted.len();
        if usize::from(self.counted) != listed {
            let counted = self.counted;
            return Err(HandoverError::Count { counted, listed });
        }
        let mut seen = BTreeSet::new();
        for handle in self.accepted.iter().chain(&self.missing) {
            if !seen.insert(handle) {
                return Err(HandoverError::Doubled(*handle));
            }
        }
        Ok(())
    }

    /// Everybody of the offer on one side, nobody else, in its order; in time.
    fn check_against(&self, signed: &SignedOffer) -> Result<(), HandoverError> {
        let offer = signed.offer();
        if self.offer != signed.digest() || self.handover != offer.handover {
            return Err(HandoverError::OtherOffer);
        }
        if self.to != offer.from {
            return Err(HandoverError::NotForUs(self.to.clone()));
        }
        if self.from != offer.to {
            return Err(HandoverError::OtherAuthority(self.from.clone()));
        }
        let offered: Vec<_> = offer.people.iter().map(|one| one.episode).collect();
        let sides = || self.accepted.iter().chain(&self.missing);
        if let Some(other) = sides().find(|handle| !offered.contains(handle)) {
            return Err(HandoverError::NotOffered(*other));
        }
        let answered: BTreeSet<_> = sides().collect();
        if let Some(left) = offered.iter().find(|handle| !answered.contains(handle)) {
            return Err(HandoverError::Unanswered(*left));
        }
        // One answer has one form.
        for side in [&self.accepted, &self.missing] {
            let mut order = offered.iter();
            if !side.iter().all(|handle| order.any(|one| one == handle)) {
                return Err(HandoverError::Content);
            }
        }
        if self.at.plus(SKEW_SECONDS) < offer.at {
            return Err(HandoverError::Dates);
        }
        if self.at > offer.expires {
            return Err(HandoverError::Expired(offer.expires));
        }
        Ok(())
    }

    fn to_cbor(&self) -> Vec<u8> {
        let people = self.accepted.len() + self.missing.len();
        let mut writer = Writer::with_capacity(256 + 17 * people);
        writer.array(10);
        writer.text(&self.from).text(&self.to);
        writer.bytes(&self.handover.0).bytes(&self.offer);
        writer.uint(u64::from(self.counted));
        writer.text(&self.officer).text(&self.post);
        writer.int(self.at.unix());
        write_handles(&mut writer, &self.accepted);
        write_handles(&mut writer, &self.missing);
        writer.into_bytes()
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 10).then_some(())?;
        Some(Self {
            from: reader.text()?.to_owned(),
            to: reader.text()?.to_owned(),
            handover: HandoverName(reader.bytes()?.try_into().ok()?),
            offer: reader.bytes()?.try_into().ok()?,
            counted: reader.uint()?.try_into().ok()?,
            officer: reader.text()?.to_owned(),
            post: reader.text()?.to_owned(),
            at: reader.moment()?,
            accepted: read_handles(reader)?,
            missing: read_handles(reader)?,
        })
    }
}

/// An acceptance as it was received or sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedAcceptance {
    envelope: Sign1,
    acceptance: Acceptance,
}

impl SignedAcceptance {
    /// Reads an acceptance of which anybody may be the author: which offer it answers stands in it.
    pub fn unverified(bytes: &[u8]) -> Result<Self, HandoverError> {
        let envelope = envelope(bytes, ACCEPTANCE_TYP)?;
        let acceptance = content(envelope.payload(), Acceptance::read, Acceptance::to_cbor)?;
        acceptance.check()?;
        Ok(Self {
            envelope,
            acceptance,
        })
    }

    /// What it says.
    #[must_use]
    pub const fn acceptance(&self) -> &Acceptance {
        &self.acceptance
    }

    /// The digest of what was signed.
    #[must_use]
    pub fn digest(&self) -> Hash {
        digest(&self.envelope)
    }

    /// The file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.envelope.as_bytes()
    }
}

/// Opens an acceptance at the giver's, as the answer to the offer that was sent. `before` is the digest
/// of the acceptance that was taken earlier for this handover, if any was.
///
/// # Errors
/// See [`HandoverError`]. Whoever offered answers as before.
pub fn open_acceptance(
    bytes: &[u8],
    offer: &SignedOffer,
    between: &Between<'_>,
    before: Option<Hash>,
) -> Result<SignedAcceptance, HandoverError> {
    let signed = SignedAcceptance::unverified(bytes)?;
    let acceptance = &signed.acceptance;
    check_signer(&signed.envelope, between, &acceptance.from, acceptance.at)?;
    if acceptance.to != between.here {
        return Err(HandoverError::NotForUs(acceptance.to.clone()));
    }
    acceptance.check_against(offer)?;
    check_fresh(before, signed.digest())?;
    Ok(signed)
}
