//! The giver's half.

use super::{
    Between, EpisodeHandle, HandoverError, HandoverName, MAX_HANDOVER_BYTES, MAX_PEOPLE, OFFER_TYP,
    check_authority, check_fresh, check_signer, check_text, content, digest, envelope, read_handle,
};
use crate::{
    cbor::{Reader, Writer},
    cose::{self, Sign1},
    entry::Hash,
    field::{BirthDate, Sex, StateCode},
    key::Sign,
    moment::Moment,
};
use std::collections::BTreeSet;

/// The transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The vehicle.
    pub vehicle: String,
    /// The way it takes.
    pub route: String,
    /// When it should be there.
    pub expected: Moment,
}

/// One of the list: who, as stated. All of it but the handle and the place in the count is a claim,
/// and the caller leaves out what the receiver does not need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The episode.
    pub episode: EpisodeHandle,
    /// Which of those counted together, from 1: what the person's receipt says, too.
    pub ordinal: u16,
    /// Surnames as stated; empty where none were, or none are told.
    pub surnames: String,
    /// Given names as stated.
    pub given: String,
    /// Date of birth as stated.
    pub birth: Option<BirthDate>,
    /// Sex as stated.
    pub sex: Option<Sex>,
    /// Nationality as stated: a claim.
    pub nationality: Option<StateCode>,
}

/// What the giver signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The giver's code.
    pub from: String,
    /// The receiver's code.
    pub to: String,
    /// The handover.
    pub handover: HandoverName,
    /// How many the giver counted: all who are listed.
    pub counted: u16,
    /// Who is given.
    pub people: Vec<Listed>,
    /// Why.
    pub reason: String,
    /// The transport, where there is one.
    pub leg: Option<Leg>,
    /// Who answers until it is accepted: an officer's number, as the giver writes them.
    pub officer: String,
    /// At which post.
    pub post: String,
    /// When it was made.
    pub at: Moment,
    /// The last moment at which it can be accepted.
    pub expires: Moment,
}

impl Offer {
    /// Signs the offer. What [`open_offer`] would refuse in itself is not signed.
    pub fn sign(&self, signer: &dyn Sign) -> Result<Vec<u8>, HandoverError> {
        self.check()?;
        let bytes = cose::sign(&self.to_cbor(), Some(OFFER_TYP), signer)?;
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
        check_text("reason", &self.reason, true)?;
        check_text("officer", &self.officer, true)?;
        check_text("post", &self.post, true)?;
        if let Some(leg) = &self.leg {
            check_text("vehicle", &leg.vehicle, true)?;
            check_text("route", &leg.route, false)?;
        }
        if self.expires < self.at {
            return Err(HandoverError::Dates);
        }
        let listed = self.people.len();
        if !(1..=MAX_PEOPLE).contains(&listed) {
            return Err(HandoverError::People(listed));
        }
        if usize::from(self.counted) != listed {
            let counted = self.counted;
            return Err(HandoverError::Count { counted, listed });
        }
        let mut seen = BTreeSet::new();
        for one in &self.people {
            check_text("surnames", &one.surnames, false)?;
            check_text("given", &one.given, false)?;
            if one.ordinal == 0 {
                return Err(HandoverError::Content);
            }
            if !seen.insert(one.episode) {
                return Err(HandoverError::Doubled(one.episode));
            }
        }
        Ok(())
    }

    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(256 + 96 * self.people.len());
        writer.array(11);
        writer.text(&self.from).text(&self.to);
        writer.bytes(&self.handover.0);
        writer.uint(u64::from(self.counted));
        writer.array(self.people.len());
        for one in &self.people {
            one.write(&mut writer);
        }
        writer.text(&self.reason);
        match &self.leg {
            None => writer.null(),
            Some(leg) => {
                writer.array(3).text(&leg.vehicle).text(&leg.route);
                writer.int(leg.expected.unix())
            }
        };
        writer.text(&self.officer).text(&self.post);
        writer.int(self.at.unix()).int(self.expires.unix());
        writer.into_bytes()
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 11).then_some(())?;
        Some(Self {
            from: reader.text()?.to_owned(),
            to: reader.text()?.to_owned(),
            handover: HandoverName(reader.bytes()?.try_into().ok()?),
            counted: reader.uint()?.try_into().ok()?,
            people: (0..reader.array()?)
                .map(|_| Listed::read(reader))
                .collect::<Option<_>>()?,
            reason: reader.text()?.to_owned(),
            leg: match reader.null() {
                Some(()) => None,
                None => Some(Leg::read(reader)?),
            },
            officer: reader.text()?.to_owned(),
            post: reader.text()?.to_owned(),
            at: reader.moment()?,
            expires: reader.moment()?,
        })
    }
}

impl Leg {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 3).then_some(())?;
        Some(Self {
            vehicle: reader.text()?.to_owned(),
            route: reader.text()?.to_owned(),
            expected: reader.moment()?,
        })
    }
}

impl Listed {
    fn write(&self, writer: &mut Writer) {
        writer.array(7).bytes(&self.episode.0);
        writer.uint(u64::from(self.ordinal));
        writer.text(&self.surnames).text(&self.given);
        let claims = [
            self.birth.map(|birth| birth.to_string()),
            self.sex.map(|sex| sex.letter().to_string()),
            self.nationality.map(|state| state.as_str().to_owned()),
        ];
        for claim in claims {
            match claim {
                None => writer.null(),
                Some(claim) => writer.text(&claim),
            };
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 7).then_some(())?;
        Some(Self {
            episode: read_handle(reader)?,
            ordinal: reader.uint()?.try_into().ok()?,
            surnames: reader.text()?.to_owned(),
            given: reader.text()?.to_owned(),
            birth: claim(reader, |text| text.parse().ok())?,
            sex: claim(reader, |text| {
                let mut letters = text.chars();
                let sex = Sex::from_letter(letters.next()?)?;
                letters.next().is_none().then_some(sex)
            })?,
            nationality: claim(reader, |text| text.parse().ok())?,
        })
    }
}

/// A claim as text, or none where nothing was stated.
#[expect(
    clippy::option_option,
    reason = "damaged, not stated and stated are three things"
)]
fn claim<T>(reader: &mut Reader<'_>, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match reader.null() {
        Some(()) => Some(None),
        None => parse(reader.text()?).map(Some),
    }
}

/// An offer as it was received or sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedOffer {
    envelope: Sign1,
    offer: Offer,
}

impl SignedOffer {
    /// Reads an offer of which anybody may be the author: the giver's own, or one whose sender must
    /// be known before the right bundle is taken.
    pub fn unverified(bytes: &[u8]) -> Result<Self, HandoverError> {
        let envelope = envelope(bytes, OFFER_TYP)?;
        let offer = content(envelope.payload(), Offer::read, Offer::to_cbor)?;
        offer.check()?;
        Ok(Self { envelope, offer })
    }

    /// What it says.
    #[must_use]
    pub const fn offer(&self) -> &Offer {
        &self.offer
    }

    /// What an acceptance names it by: the digest of what was signed.
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

/// Opens an offer at the receiver's. `before` is the digest of the offer that was taken earlier under
/// this handover's name, if any was.
///
/// # Errors
/// See [`HandoverError`]. Whoever offered answers as before.
pub fn open_offer(
    bytes: &[u8],
    between: &Between<'_>,
    before: impl FnOnce(HandoverName) -> Option<Hash>,
) -> Result<SignedOffer, HandoverError> {
    let signed = SignedOffer::unverified(bytes)?;
    let offer = &signed.offer;
    check_signer(&signed.envelope, between, &offer.from, offer.at)?;
    if offer.to != between.here {
        return Err(HandoverError::NotForUs(offer.to.clone()));
    }
    check_fresh(before(offer.handover), signed.digest())?;
    if between.now > offer.expires {
        return Err(HandoverError::Expired(offer.expires));
    }
    Ok(signed)
}
