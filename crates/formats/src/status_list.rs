//! Token Status List (draft-ietf-oauth-status-list-20), the CBOR and CWT forms.
//!
//! One bit or a few for every card an authority has issued, packed from the least significant bit
//! and compressed: a million cards fit a few kilobytes, so the list travels inside the trust bundle
//! and a checkpoint asks nobody about anybody. A place outside the list has no status, which is
//! never "valid".

use crate::{
    cbor::{self, CborError, Form, Key, Reader, Writer},
    cose::{self, CoseError, Sign1, Tagging},
    key::{BadSignature, KeyId, PublicKey, Sign, SignError},
    moment::Moment,
    zlib,
};

/// The protected type of a status list token.
pub const TYP: &str = "application/statuslist+cwt";

/// Largest list unpacked: 2^24 cards at 1 bit, more than the region has ever issued (facts A.4).
pub const MAX_LIST_BYTES: usize = 2 * 1024 * 1024;

/// CWT claims of a token: `ttl` and `status_list`.
const CLAIM_LIST: i64 = 65_533;
const CLAIM_TTL: i64 = 65_534;

/// How many bits a card has in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bits {
    /// Valid or invalid.
    One,
    /// And suspended.
    Two,
    /// 16 values.
    Four,
    /// 256 values.
    Eight,
}

impl Bits {
    /// The number of bits.
    #[must_use]
    pub const fn count(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    const fn from_count(count: u64) -> Option<Self> {
        match count {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    const fn mask(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 3,
            Self::Four => 15,
            Self::Eight => 255,
        }
    }
}

/// The status of one card (draft §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// 0.
    Valid,
    /// 1: revoked, for good.
    Invalid,
    /// 2: for now.
    Suspended,
    /// 3 and more: means what its issuer says, so here never "valid".
    Other(u8),
}

impl Status {
    /// The value in a list.
    #[must_use]
    pub const fn value(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
            Self::Other(value) => value,
        }
    }

    /// The meaning of a value.
    #[must_use]
    pub const fn from_value(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            other => Self::Other(other),
        }
    }
}

/// What is wrong with a status list, its token, or a question to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusListError {
    /// The list has no such place; the card names a wrong list or the list is too old.
    #[error("the status list has no place {0}; load the newest list")]
    OutOfRange(u32),
    /// The status does not fit the bits of the list.
    #[error("this status needs more bits than the list has; make a list of more bits")]
    TooFewBits,
    /// More than [`MAX_LIST_BYTES`].
    #[error("the status list is larger than {MAX_LIST_BYTES} bytes; split it")]
    TooLarge,
    /// Not a status list.
    #[error("this is not a status list; load it again from the authority")]
    NotAList,
    /// Not CBOR within bounds.
    #[error("the status list cannot be read ({0}); load it again")]
    Cbor(#[from] CborError),
    /// Not a `COSE_Sign1` with tag 18.
    #[error("the status list is not a signed file ({0}); load it again")]
    Cose(#[from] CoseError),
    /// Another type than [`TYP`].
    #[error("the file is signed but is no status list; load the right file")]
    WrongType,
}

/// A list of statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    bits: Bits,
    bytes: Vec<u8>,
}

impl StatusList {
    /// A list of `entries` cards, all valid, rounded up to whole bytes.
    pub fn new(bits: Bits, entries: u32) -> Result<Self, StatusListError> {
        let length = (u64::from(entries) * u64::from(bits.count())).div_ceil(8);
        let length = usize::try_from(length)
            .ok()
            .filter(|length| *length <= MAX_LIST_BYTES)
            .ok_or(StatusListError::TooLarge)?;
        Ok(Self {
            bits,
            bytes: vec![0; length],
        })
    }

    /// A list of its packed bytes.
    pub fn from_bytes(bits: Bits, bytes: Vec<u8>) -> Result<Self, StatusListError> {
        if bytes.len() > MAX_LIST_BYTES {
            return Err(StatusListError::TooLarge);
        }
        Ok(Self { bits, bytes })
    }

    /// The bits of an entry.
    #[must_use]
    pub const fn bits(&self) -> Bits {
        self.bits
    }

    /// The packed bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Entries, counting those that fill the last byte.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bytes.len() * 8 / self.bits.count() as usize
    }

    /// Whether the list has no entries.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The byte of an entry and how far its bits are shifted in it.
    fn place(&self, index: u32) -> (usize, u8) {
        let bit = u64::from(index) * u64::from(self.bits.count());
        // At most 2^35 / 8; `get` refuses what lies outside.
        let byte = usize::try_from(bit / 8).unwrap_or(usize::MAX);
        (byte, (bit % 8) as u8)
    }

    /// The status at a place.
    pub fn get(&self, index: u32) -> Result<Status, StatusListError> {
        let (byte, shift) = self.place(index);
        let byte = self
            .bytes
            .get(byte)
            .ok_or(StatusListError::OutOfRange(index))?;
        Ok(Status::from_value(byte >> shift & self.bits.mask()))
    }

    /// Changes the status at a place.
    pub fn set(&mut self, index: u32, status: Status) -> Result<(), StatusListError> {
        let mask = self.bits.mask();
        if status.value() > mask {
            return Err(StatusListError::TooFewBits);
        }
        let (byte, shift) = self.place(index);
        let byte = self
            .bytes
            .get_mut(byte)
            .ok_or(StatusListError::OutOfRange(index))?;
        *byte = *byte & !(mask << shift) | status.value() << shift;
        Ok(())
    }

    /// The list as CBOR (draft §4.3).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&self.bytes, 9);
        let mut writer = Writer::with_capacity(packed.len() + 24);
        // Bytewise order of the encoded keys puts the shorter text first.
        writer.map(2).text("lst").bytes(&packed);
        writer.text("bits").uint(self.bits.count().into());
        writer.into_bytes()
    }

    /// Reads a list written as CBOR.
    pub fn decode(bytes: &[u8]) -> Result<Self, StatusListError> {
        cbor::check(bytes, Form::Any)?;
        Self::read(&mut Reader::new(bytes))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, StatusListError> {
        let fault = StatusListError::NotAList;
        let (mut bits, mut packed) = (None, None);
        for _ in 0..reader.map().ok_or(fault)? {
            match reader.key().ok_or(fault)? {
                Key::Text("bits") => {
                    bits = Some(reader.uint().and_then(Bits::from_count).ok_or(fault)?);
                }
                Key::Text("lst") => packed = Some(reader.bytes().ok_or(fault)?),
                _ => reader.skip().ok_or(fault)?,
            }
        }
        let (bits, packed) = bits.zip(packed).ok_or(fault)?;
        let bytes = zlib::inflate(packed, MAX_LIST_BYTES).map_err(|error| match error {
            zlib::ZlibError::NotZlib => StatusListError::NotAList,
            zlib::ZlibError::TooLarge => StatusListError::TooLarge,
        })?;
        Ok(Self { bits, bytes })
    }
}

/// A list with its address and dates: the claims of a status list token (draft §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusToken {
    /// The list's address, equal to the one on cards.
    pub uri: String,
    /// When it was signed.
    pub issued_at: Moment,
    /// From when on it must not be relied on.
    pub expires: Option<Moment>,
    /// Seconds after which a newer one should be fetched.
    pub ttl: Option<u64>,
    /// The list.
    pub list: StatusList,
}

impl StatusToken {
    /// The signed token.
    pub fn sign(&self, signer: &dyn Sign) -> Result<Vec<u8>, SignError> {
        let mut writer = Writer::default();
        writer.map(3 + usize::from(self.expires.is_some()) + usize::from(self.ttl.is_some()));
        writer.int(2).text(&self.uri);
        if let Some(expires) = self.expires {
            writer.int(4).int(expires.unix());
        }
        writer.int(6).int(self.issued_at.unix());
        writer.int(CLAIM_LIST);
        writer.raw(&self.list.encode());
        if let Some(ttl) = self.ttl {
            writer.int(CLAIM_TTL).uint(ttl);
        }
        cose::sign(&writer.into_bytes(), Some(TYP), signer)
    }

    fn read(payload: &[u8]) -> Result<Self, StatusListError> {
        let fault = StatusListError::NotAList;
        cbor::check(payload, Form::Any)?;
        let mut reader = Reader::new(payload);
        let (mut uri, mut issued_at, mut expires, mut ttl, mut list) =
            (None, None, None, None, None);
        for _ in 0..reader.map().ok_or(fault)? {
            match reader.key().ok_or(fault)? {
                Key::Int(2) => uri = Some(reader.text().ok_or(fault)?.to_owned()),
                Key::Int(4) => expires = Some(reader.int().ok_or(fault)?),
                Key::Int(6) => issued_at = Some(reader.int().ok_or(fault)?),
                Key::Int(CLAIM_TTL) => ttl = Some(reader.uint().ok_or(fault)?),
                Key::Int(CLAIM_LIST) => list = Some(StatusList::read(&mut reader)?),
                _ => reader.skip().ok_or(fault)?,
            }
        }
        Ok(Self {
            uri: uri.ok_or(fault)?,
            issued_at: Moment::from_unix(issued_at.ok_or(fault)?),
            expires: expires.map(Moment::from_unix),
            ttl,
            list: list.ok_or(fault)?,
        })
    }
}

/// A status list token as received; its signature is not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedStatusList {
    envelope: Sign1,
    token: StatusToken,
}

/// Reads a status list token: tag 18 and never 61 (draft §5.2), type [`TYP`].
pub fn read(bytes: &[u8]) -> Result<SignedStatusList, StatusListError> {
    let envelope = Sign1::read(bytes.to_vec(), Tagging::Sign1Only)?;
    if envelope.typ() != Some(TYP) {
        return Err(StatusListError::WrongType);
    }
    let token = StatusToken::read(envelope.payload())?;
    Ok(SignedStatusList { envelope, token })
}

impl SignedStatusList {
    /// The name of the key that is said to have signed, when in the form Paso uses.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        self.envelope.key_id()
    }

    /// What the token says; rely on it only after [`SignedStatusList::verify`].
    #[must_use]
    pub const fn claims(&self) -> &StatusToken {
        &self.token
    }

    /// The token, when `key` signed it.
    pub fn verify(&self, key: &PublicKey) -> Result<&StatusToken, BadSignature> {
        self.envelope.verify(key)?;
        Ok(&self.token)
    }

    /// The token as received, to be passed on in a bundle.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.envelope.as_bytes()
    }
}
