//! The bundle's content as deterministic CBOR, byte for byte the same for the same bundle.

use super::{Bundle, BundleError, ProgrammeRow, Purpose, TrustedKey};
use crate::{
    cbor::{self, Form, Reader, Writer},
    key::PublicKey,
    status_list,
};

impl Purpose {
    const fn number(self) -> u64 {
        match self {
            Self::Card => 1,
            Self::Slip => 2,
            Self::Status => 3,
            Self::Device => 4,
        }
    }

    const fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::Card),
            2 => Some(Self::Slip),
            3 => Some(Self::Status),
            4 => Some(Self::Device),
            _ => None,
        }
    }
}

impl Bundle {
    pub(super) fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.map(9);
        writer.int(1).text(&self.authority);
        writer.int(2).uint(self.sequence);
        writer.int(3).int(self.issued_at.unix());
        writer.int(4).int(self.soft_until.unix());
        writer.int(5).int(self.hard_until.unix());
        writer.int(6).array(self.keys.len());
        for key in &self.keys {
            key.write(&mut writer);
        }
        writer.int(7).array(self.status_lists.len());
        for list in &self.status_lists {
            writer.bytes(list.as_bytes());
        }
        writer.int(8).array(self.programmes.len());
        for row in &self.programmes {
            row.write(&mut writer);
        }
        writer.int(9).array(self.roots.len());
        for root in &self.roots {
            writer.bytes(&root.to_cose_key());
        }
        writer.into_bytes()
    }

    pub(super) fn from_cbor(bytes: &[u8]) -> Result<Self, BundleError> {
        cbor::check(bytes, Form::Canonical).map_err(BundleError::Cbor)?;
        Self::read(&mut Reader::new(bytes)).ok_or(BundleError::NotABundle)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.map()? == 9).then_some(())?;
        reader.member(1)?;
        let authority = reader.text()?.to_owned();
        reader.member(2)?;
        let sequence = reader.uint()?;
        reader.member(3)?;
        let issued_at = reader.moment()?;
        reader.member(4)?;
        let soft_until = reader.moment()?;
        reader.member(5)?;
        let hard_until = reader.moment()?;
        reader.member(6)?;
        let keys = list(reader, TrustedKey::read)?;
        reader.member(7)?;
        let status_lists = list(reader, |reader| status_list::read(reader.bytes()?).ok())?;
        reader.member(8)?;
        let programmes = list(reader, ProgrammeRow::read)?;
        reader.member(9)?;
        let roots = list(reader, |reader| {
            PublicKey::from_cose_key(reader.bytes()?).ok()
        })?;
        Some(Self {
            authority,
            sequence,
            issued_at,
            soft_until,
            hard_until,
            keys,
            status_lists,
            programmes,
            roots,
        })
    }
}

impl TrustedKey {
    fn write(&self, writer: &mut Writer) {
        writer.map(6 + usize::from(self.compromised_at.is_some()));
        writer.int(1).bytes(&self.key.to_cose_key());
        writer.int(2).uint(self.purpose.number());
        writer.int(3).text(&self.site);
        writer.int(4).int(self.sign_from.unix());
        writer.int(5).int(self.sign_until.unix());
        writer.int(6).int(self.verify_until.unix());
        if let Some(since) = self.compromised_at {
            writer.int(7).int(since.unix());
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let members = reader.map()?;
        reader.member(1)?;
        let key = PublicKey::from_cose_key(reader.bytes()?).ok()?;
        reader.member(2)?;
        let purpose = Purpose::from_number(reader.uint()?)?;
        reader.member(3)?;
        let site = reader.text()?.to_owned();
        reader.member(4)?;
        let sign_from = reader.moment()?;
        reader.member(5)?;
        let sign_until = reader.moment()?;
        reader.member(6)?;
        let verify_until = reader.moment()?;
        let compromised_at = match members {
            6 => None,
            7 => {
                reader.member(7)?;
                Some(reader.moment()?)
            }
            _ => return None,
        };
        Some(Self {
            key,
            purpose,
            site,
            sign_from,
            sign_until,
            verify_until,
            compromised_at,
        })
    }
}

impl ProgrammeRow {
    fn write(&self, writer: &mut Writer) {
        writer.map(5 + usize::from(self.valid_to.is_some()));
        writer.int(1).text(&self.id);
        writer.int(2).text(&self.instrument);
        writer.int(3).text(&self.valid_from.to_string());
        if let Some(last) = self.valid_to {
            writer.int(4).text(&last.to_string());
        }
        writer.int(5).array(self.states.len());
        for state in &self.states {
            writer.text(state);
        }
        writer.int(6).text(&self.stay);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let members = reader.map()?;
        reader.member(1)?;
        let id = reader.text()?.to_owned();
        reader.member(2)?;
        let instrument = reader.text()?.to_owned();
        reader.member(3)?;
        let valid_from = reader.text()?.parse().ok()?;
        let valid_to = match members {
            5 => None,
            6 => {
                reader.member(4)?;
                Some(reader.text()?.parse().ok()?)
            }
            _ => return None,
        };
        reader.member(5)?;
        let states = list(reader, |reader| reader.text().map(str::to_owned))?;
        reader.member(6)?;
        let stay = reader.text()?.to_owned();
        Some(Self {
            id,
            instrument,
            valid_from,
            valid_to,
            states,
            stay,
        })
    }
}

fn list<'a, T>(
    reader: &mut Reader<'a>,
    mut read: impl FnMut(&mut Reader<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    (0..reader.array()?).map(|_| read(reader)).collect()
}
