//! The one form of a record in bytes: what an officer says happened, and nothing that only the
//! receiver can know.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Seed;
use crate::{
    cbor::{self, Form, Reader, Writer},
    key::KeyId,
    moment::Moment,
    receipt::MAX_OFFICER_CHARS,
};

/// Characters of a free text.
pub const MAX_WORDS: usize = 1000;

/// The most people in one opening; more than a bus holds is more than one opening.
pub const MOST_COUNTED: u16 = 99;

/// Characters of a code out of a closed list, which the receiver knows.
const MAX_CODE: usize = 40;

const ENCOUNTER: u64 = 1;
const OPENING: u64 = 2;

/// What a phone recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The shift's key, by its name.
    pub phone: KeyId,
    /// The officer's number, under whom the receiver finds that key.
    pub officer: String,
    /// What the record's names and keys follow from.
    pub seed: Seed,
    /// When, by the phone's clock.
    pub at: Moment,
    /// What happened.
    pub act: PhoneAct,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneAct {
    /// An officer met somebody.
    Encounter(PhoneEncounter),
    /// People came under control, and were counted.
    Opening(PhoneOpening),
}

/// An encounter as told on a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneEncounter {
    /// Where, in words.
    pub place: String,
    /// Whether a card or slip was shown.
    pub with_card: bool,
    /// How it ended: a code of the closed list.
    pub outcome: String,
    /// The legal basis claimed.
    pub basis: String,
    /// The reason claimed.
    pub reason: String,
    /// The check, where one was made.
    pub check: Option<PhoneCheck>,
}

/// A check on the phone: the verdict, and the number of the bundle behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneCheck {
    /// The code of the finding.
    pub finding: String,
    /// `green`, `amber` or `red`.
    pub light: String,
    /// The bundle's number; none when there was no bundle.
    pub bundle: Option<u64>,
}

/// A custody opening as told on a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneOpening {
    /// How many people were counted, 1 to [`MOST_COUNTED`].
    pub count: u16,
    /// When control began.
    pub taken_at: Moment,
    /// Where, in words.
    pub place: String,
    /// The vehicle; empty for none.
    pub vehicle: String,
    /// The body and unit.
    pub unit: String,
    /// Under whose order.
    pub ordered_by: String,
    /// The legal basis claimed.
    pub basis: String,
    /// The reason claimed.
    pub reason: String,
}

/// The bytes are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no record of a phone")]
pub struct NotARecord;

impl Record {
    /// How many receipts it gives.
    #[must_use]
    pub const fn receipts(&self) -> u16 {
        match &self.act {
            PhoneAct::Encounter(_) => 1,
            PhoneAct::Opening(opening) => opening.count,
        }
    }

    /// SHA-256 of its bytes.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(Zeroizing::new(self.to_cbor())).into()
    }

    /// The canonical bytes: [phone, officer, seed, at, kind, […]].
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(512);
        writer.array(6).bytes(&self.phone.0).text(&self.officer);
        writer.bytes(self.seed.expose()).int(self.at.unix());
        match &self.act {
            PhoneAct::Encounter(met) => {
                writer.uint(ENCOUNTER);
                writer.array(if met.check.is_some() { 6 } else { 5 });
                writer.text(&met.place).uint(u64::from(met.with_card));
                writer.text(&met.outcome);
                writer.text(&met.basis).text(&met.reason);
                if let Some(check) = &met.check {
                    writer.array(if check.bundle.is_some() { 3 } else { 2 });
                    writer.text(&check.finding).text(&check.light);
                    if let Some(bundle) = check.bundle {
                        writer.uint(bundle);
                    }
                }
            }
            PhoneAct::Opening(opening) => {
                writer.uint(OPENING).array(8);
                writer.uint(u64::from(opening.count));
                writer.int(opening.taken_at.unix());
                writer.text(&opening.place).text(&opening.vehicle);
                writer.text(&opening.unit).text(&opening.ordered_by);
                writer.text(&opening.basis).text(&opening.reason);
            }
        }
        writer.into_bytes()
    }

    /// Reads the canonical bytes, and no others.
    ///
    /// # Errors
    /// When they are not such.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, NotARecord> {
        cbor::check(bytes, Form::Canonical).map_err(|_| NotARecord)?;
        let record = Self::read(&mut Reader::new(bytes)).ok_or(NotARecord)?;
        record.fits().then_some(record).ok_or(NotARecord)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 6).then_some(())?;
        Some(Self {
            phone: KeyId(reader.bytes()?.try_into().ok()?),
            officer: reader.text()?.to_owned(),
            seed: Seed::from_random(reader.bytes()?.try_into().ok()?),
            at: reader.moment()?,
            act: match reader.uint()? {
                ENCOUNTER => PhoneAct::Encounter(PhoneEncounter::read(reader)?),
                OPENING => PhoneAct::Opening(PhoneOpening::read(reader)?),
                _ => return None,
            },
        })
    }

    /// Whether its fields are as long as they may be: what does not fit is not signed either.
    #[must_use]
    pub fn fits(&self) -> bool {
        let number = (1..=MAX_OFFICER_CHARS).contains(&self.officer.len())
            && self.officer.bytes().all(|byte| byte.is_ascii_graphic());
        let words = |texts: &[&String]| {
            let fits = |text: &&String| text.chars().count() <= MAX_WORDS;
            texts.iter().all(fits)
        };
        // What a receipt can carry; a number beyond the calendar would read as its last day.
        let dated = |moment: Moment| u32::try_from(moment.unix()).is_ok();
        number
            && dated(self.at)
            && match &self.act {
                PhoneAct::Encounter(met) => {
                    words(&[&met.place, &met.basis, &met.reason])
                        && met.outcome.len() <= MAX_CODE
                        && met.check.as_ref().is_none_or(|check| {
                            check.finding.len() <= MAX_CODE && check.light.len() <= MAX_CODE
                        })
                }
                PhoneAct::Opening(opening) => {
                    (1..=MOST_COUNTED).contains(&opening.count)
                        && dated(opening.taken_at)
                        && words(&[&opening.place, &opening.vehicle, &opening.unit])
                        && words(&[&opening.ordered_by, &opening.basis, &opening.reason])
                }
            }
    }
}

impl PhoneEncounter {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let parts = reader.array()?;
        let mut met = Self {
            place: reader.text()?.to_owned(),
            with_card: match reader.uint()? {
                0 => false,
                1 => true,
                _ => return None,
            },
            outcome: reader.text()?.to_owned(),
            basis: reader.text()?.to_owned(),
            reason: reader.text()?.to_owned(),
            check: None,
        };
        match parts {
            5 => {}
            6 => met.check = Some(PhoneCheck::read(reader)?),
            _ => return None,
        }
        Some(met)
    }
}

impl PhoneCheck {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let parts = reader.array()?;
        Some(Self {
            finding: reader.text()?.to_owned(),
            light: reader.text()?.to_owned(),
            bundle: match parts {
                2 => None,
                3 => Some(reader.uint()?),
                _ => return None,
            },
        })
    }
}

impl PhoneOpening {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 8).then_some(())?;
        Some(Self {
            count: u16::try_from(reader.uint()?).ok()?,
            taken_at: reader.moment()?,
            place: reader.text()?.to_owned(),
            vehicle: reader.text()?.to_owned(),
            unit: reader.text()?.to_owned(),
            ordered_by: reader.text()?.to_owned(),
            basis: reader.text()?.to_owned(),
            reason: reader.text()?.to_owned(),
        })
    }
}
