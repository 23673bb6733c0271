//! What a scanned card says, whoever issued it.
//!
//! Every attribute that claim 169 (version 1.2) defines is known here, so that no attribute is
//! mistaken for another. Photos and biometrics are passed over and only counted: Paso compares
//! faces by human eyes alone (DESIGN §6).

use crate::{
    card::StatusRef,
    cbor::{self, Form, Key, Reader},
    cose::Sign1,
    field::{BirthDate, Sex},
    moment::Moment,
    scan::{Field, Malformed},
};

/// The claims of a card as they were read; anything may be missing on an alien card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardFacts {
    /// CWT claim 1: who says to have issued it.
    pub issuer: Option<String>,
    /// CWT claim 2.
    pub subject: Option<String>,
    /// CWT claim 4: from when on it is not valid.
    pub expires: Option<Moment>,
    /// CWT claim 5: from when on it is valid.
    pub not_before: Option<Moment>,
    /// CWT claim 6: when it was issued.
    pub issued_at: Option<Moment>,
    /// Where its status is kept.
    pub status: Option<StatusRef>,
    /// Claim 169.
    pub identity: Identity,
    /// Claims that Paso does not know; they are ignored.
    pub unknown_claims: usize,
}

/// Claim 169, `identity-data`, by the names of its specification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// 1: the card's number.
    pub id: Option<String>,
    /// 2: version of the data.
    pub version: Option<String>,
    /// 3: language of the texts.
    pub language: Option<String>,
    /// 4: full name.
    pub name: Option<String>,
    /// 5: first name.
    pub first_name: Option<String>,
    /// 6: middle name.
    pub middle_name: Option<String>,
    /// 7: last name.
    pub last_name: Option<String>,
    /// 8: date of birth.
    pub birth: Option<BirthDate>,
    /// 9: gender.
    pub sex: Option<Sex>,
    /// 10: address.
    pub address: Option<String>,
    /// 11: e-mail.
    pub email: Option<String>,
    /// 12: telephone.
    pub phone: Option<String>,
    /// 13: nationality, two or three letters.
    pub nationality: Option<String>,
    /// 14: marital status: 1 unmarried, 2 married, 3 divorced.
    pub marital_status: Option<u8>,
    /// 15: guardian.
    pub guardian: Option<String>,
    /// 17: format of the photo: 1 JPEG, 2 JPEG 2000, 3 AVIF, 4 WebP.
    pub photo_format: Option<u8>,
    /// 18: fingers with the best prints, 0 to 10; kept only to know the attribute.
    pub best_fingers: Vec<u8>,
    /// 19: full name in a second script.
    pub secondary_name: Option<String>,
    /// 20: language of that script.
    pub secondary_language: Option<String>,
    /// 21: location code.
    pub location_code: Option<String>,
    /// 22: legal status; on Paso's cards the class, such as `TVR`.
    pub legal_status: Option<String>,
    /// 23: issuing country, two or three letters.
    pub country: Option<String>,
    /// 24, by Paso's profile: last characters of the travel document's number.
    pub document_tail: Option<String>,
    /// Attributes 16, 50 to 65: photos and biometrics present, all ignored.
    pub biometrics: usize,
    /// Attributes that nobody has defined yet; they are ignored.
    pub unknown: usize,
}

impl CardFacts {
    /// Reads the claims of an envelope, without looking at its signature.
    pub fn read(envelope: &Sign1) -> Result<Self, Malformed> {
        let payload = envelope.payload();
        cbor::check(payload, Form::Any).map_err(Malformed::NotCbor)?;
        let mut reader = Reader::new(payload);
        let entries = reader.map().ok_or(Malformed::NoIdentity)?;
        let mut facts = Self::default();
        let mut identified = false;
        for _ in 0..entries {
            let Some(key) = reader.key() else {
                return Err(Malformed::NoIdentity);
            };
            match key {
                Key::Int(1) => facts.issuer = Some(text(&mut reader, Field::Issuer)?),
                Key::Int(2) => facts.subject = Some(text(&mut reader, Field::Subject)?),
                Key::Int(4) => facts.expires = Some(moment(&mut reader, Field::Expires)?),
                Key::Int(5) => facts.not_before = Some(moment(&mut reader, Field::NotBefore)?),
                Key::Int(6) => facts.issued_at = Some(moment(&mut reader, Field::IssuedAt)?),
                Key::Int(169) => {
                    facts.identity = read_identity(&mut reader)?;
                    identified = true;
                }
                Key::Int(65_535) => facts.status = read_status(&mut reader)?,
                _ => {
                    facts.unknown_claims += 1;
                    skip(&mut reader, Field::Identity)?;
                }
            }
        }
        if identified {
            Ok(facts)
        } else {
            Err(Malformed::NoIdentity)
        }
    }
}

/// Claim 169 itself: a map, or as some issuers write it, a byte string with the map inside.
fn read_identity(reader: &mut Reader<'_>) -> Result<Identity, Malformed> {
    if let Some(wrapped) = reader.bytes() {
        cbor::check(wrapped, Form::Any).map_err(Malformed::NotCbor)?;
        return Identity::read(&mut Reader::new(wrapped));
    }
    Identity::read(reader)
}

impl Identity {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let entries = reader.map().ok_or(Malformed::BadField(Field::Identity))?;
        let mut identity = Self::default();
        for _ in 0..entries {
            let number = match reader.key() {
                Some(Key::Int(number)) => u8::try_from(number).ok(),
                Some(Key::Text(_)) => None,
                None => return Err(Malformed::BadField(Field::Identity)),
            };
            if let Some(number @ 1..=99) = number {
                identity.read_attribute(number, reader)?;
            } else {
                identity.unknown += 1;
                skip(reader, Field::Identity)?;
            }
        }
        Ok(identity)
    }

    fn read_attribute(&mut self, number: u8, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        let field = Field::Attribute(number);
        let bad = Malformed::BadField(field);
        if let Some(slot) = self.text_slot(number) {
            *slot = Some(text(reader, field)?);
            return Ok(());
        }
        match number {
            8 => self.birth = Some(birth(reader.text().ok_or(bad)?).ok_or(bad)?),
            9 => {
                // The specification's own sample writes the digit as text.
                let value = reader.uint().or_else(|| reader.text()?.parse().ok());
                self.sex = Some(value.and_then(Sex::from_claim_169).ok_or(bad)?);
            }
            14 => self.marital_status = Some(small(reader).ok_or(bad)?),
            17 => self.photo_format = Some(small(reader).ok_or(bad)?),
            18 => {
                let length = reader.array().ok_or(bad)?;
                for _ in 0..length {
                    let finger = small(reader).filter(|finger| *finger <= 10).ok_or(bad)?;
                    self.best_fingers.push(finger);
                }
            }
            // Unassigned by the specification, so another issuer may mean anything by it.
            24 if let Some(tail) = reader.text() => self.document_tail = Some(tail.to_owned()),
            16 | 50..=65 => {
                self.biometrics += 1;
                skip(reader, field)?;
            }
            _ => {
                self.unknown += 1;
                skip(reader, field)?;
            }
        }
        Ok(())
    }

    /// Where the text of an attribute goes; `None` for attributes that are no text.
    fn text_slot(&mut self, number: u8) -> Option<&mut Option<String>> {
        Some(match number {
            1 => &mut self.id,
            2 => &mut self.version,
            3 => &mut self.language,
            4 => &mut self.name,
            5 => &mut self.first_name,
            6 => &mut self.middle_name,
            7 => &mut self.last_name,
            10 => &mut self.address,
            11 => &mut self.email,
            12 => &mut self.phone,
            13 => &mut self.nationality,
            15 => &mut self.guardian,
            19 => &mut self.secondary_name,
            20 => &mut self.secondary_language,
            21 => &mut self.location_code,
            22 => &mut self.legal_status,
            23 => &mut self.country,
            _ => return None,
        })
    }
}

/// `20010531`; by Paso's profile also `200105` and `2001` where the rest is unknown; and with
/// hyphens, as the specification's sample writes it.
fn birth(text: &str) -> Option<BirthDate> {
    if text.contains('-') {
        return text.parse().ok();
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: core::ops::Range<usize>| text.get(range)?.parse::<i8>().ok();
    let year = text.get(..4)?.parse().ok()?;
    let (month, day) = match text.len() {
        4 => (None, None),
        6 => (Some(part(4..6)?), None),
        8 => (Some(part(4..6)?), Some(part(6..8)?)),
        _ => return None,
    };
    BirthDate::partial(year, month, day).ok()
}

/// Claim 65535: the status list it names, if that is the mechanism used.
fn read_status(reader: &mut Reader<'_>) -> Result<Option<StatusRef>, Malformed> {
    let bad = Malformed::BadField(Field::Status);
    let mut status = None;
    for _ in 0..reader.map().ok_or(bad)? {
        if reader.key() == Some(Key::Text("status_list")) {
            status = Some(read_status_ref(reader).ok_or(bad)?);
        } else {
            skip(reader, Field::Status)?;
        }
    }
    Ok(status)
}

fn read_status_ref(reader: &mut Reader<'_>) -> Option<StatusRef> {
    let (mut index, mut uri) = (None, None);
    for _ in 0..reader.map()? {
        match reader.key()? {
            Key::Text("idx") => index = Some(u32::try_from(reader.uint()?).ok()?),
            Key::Text("uri") => uri = Some(reader.text()?.to_owned()),
            _ => reader.skip()?,
        }
    }
    Some(StatusRef {
        index: index?,
        uri: uri?,
    })
}

fn text(reader: &mut Reader<'_>, field: Field) -> Result<String, Malformed> {
    reader
        .text()
        .map(str::to_owned)
        .ok_or(Malformed::BadField(field))
}

fn moment(reader: &mut Reader<'_>, field: Field) -> Result<Moment, Malformed> {
    reader
        .int()
        .map(Moment::from_unix)
        .ok_or(Malformed::BadField(field))
}

fn small(reader: &mut Reader<'_>) -> Option<u8> {
    u8::try_from(reader.uint()?).ok()
}

fn skip(reader: &mut Reader<'_>, field: Field) -> Result<(), Malformed> {
    reader.skip().ok_or(Malformed::BadField(field))
}
