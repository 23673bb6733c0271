//! A parcel: what a post and its hub send each other, over a wire or on a stick.
//!
//! Rows travel with the keys of whom they are about, sealed to the one who receives them; down also
//! travel the trust bundle and what the post may do until when. One form serves both ways and both
//! roads, so whatever a network can do to it a stick has been tried with.
//!
//! ```text
//! "paso parcel 1" LF
//! stream of the device that sends (16 bytes)
//! stream of the device that is to receive (16 bytes)
//! way: 1 up to the hub, 2 down to a post
//! signature (64 bytes)
//! zlib of the CBOR: [authority, [batch, …], keys, bundle, note]
//! ```
//!
//! The sending device's key signs `"paso parcel v1" NUL ‖ from ‖ to ‖ way ‖ SHA-256(zlib)`, and that
//! is verified before anything is inflated: only an enrolled device can make us unpack. `batch` are
//! whole files of [`crate::batch`], `keys` a box of subjects' keys ([`seal_keys`]), `bundle` a signed
//! trust bundle or nothing, `note` what the two programs say to each other, which is not looked into
//! here.

use core::fmt;

use miniz_oxide::deflate::compress_to_vec_zlib;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    cbor::{self, Form, Reader, Writer},
    entry::StreamId,
    envelope::SubjectKey,
    key::{BadSignature, PublicKey, Sign, SignError},
    row::MAX_SUBJECT_BYTES,
    statement::{self, NotAKey, OpeningKey, SealingKey},
    zlib::{self, ZlibError},
};

/// Bytes of a parcel on its way: small enough for a line that breaks every half minute to carry it
/// whole, with room for the largest row there can be.
pub const MAX_PARCEL_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of what comes out of one.
pub const MAX_CONTENT_BYTES: usize = 16 * 1024 * 1024;

const MAGIC: &[u8] = b"paso parcel 1\n";
const NAME: &[u8] = b"paso parcel ";
const HEAD: usize = MAGIC.len() + 16 + 16 + 1 + 64;
const TAG: &[u8] = b"paso parcel v1\0";
const KEYS_INFO: &[u8] = b"paso subject keys v1";
/// Zlib's own middle: higher ones take twice the time of a small machine for a hundredth less.
const LEVEL: u8 = 6;

/// Which way a parcel goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From a post to its hub.
    Up,
    /// From a hub to a post.
    Down,
}

impl Way {
    const fn number(self) -> u8 {
        match self {
            Self::Up => 1,
            Self::Down => 2,
        }
    }
}

/// Who sends, who receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The stream of the device that sends.
    pub from: StreamId,
    /// The stream of the device that is to receive.
    pub to: StreamId,
    /// Which way.
    pub way: Way,
}

/// What is in a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Content {
    /// Short name of the authority.
    pub authority: String,
    /// Whole batch files, each of one stream.
    pub batches: Vec<Vec<u8>>,
    /// A box of keys; empty for none.
    pub keys: Vec<u8>,
    /// A signed trust bundle; empty for none.
    pub bundle: Vec<u8>,
    /// What the programs say to each other.
    pub note: Vec<u8>,
}

/// Why bytes are no parcel that can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParcelError {
    /// Another kind of file.
    #[error(
        "this is no parcel of paso; choose the file that `paso post export` or `paso sync export` has written"
    )]
    NotAParcel,
    /// Written by a later version.
    #[error("the parcel was written by a newer program; update this one first")]
    Newer,
    /// The file is shorter than its own head.
    #[error("the parcel ends in the middle; nothing was taken from it, copy it again")]
    Torn,
    /// Larger than any.
    #[error("the parcel is larger than any; nothing was taken from it")]
    TooLarge,
    /// The signature is not the sending device's.
    #[error(
        "the parcel was altered or torn on its way, or another device signed it; nothing was taken \
         from it, carry it again"
    )]
    NotSigned,
    /// Signed, and yet not as a parcel is written.
    #[error("the parcel is whole but breaks the format; make it again, and report this")]
    Content,
    /// The box of keys does not open with the key of whoever reads it.
    #[error("the keys in the parcel are sealed to another machine; carry it to the right one")]
    Closed,
}

/// A parcel whose head was read and nothing else believed.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a> {
    address: Address,
    signature: &'a [u8; 64],
    packed: &'a [u8],
}

impl<'a> Parcel<'a> {
    /// Reads the head: who says to have sent it.
    ///
    /// # Errors
    /// See [`ParcelError`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, ParcelError> {
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err(match bytes.strip_prefix(NAME) {
                Some(rest) if rest.first().is_some_and(u8::is_ascii_digit) => ParcelError::Newer,
                _ if !bytes.is_empty() && MAGIC.starts_with(bytes) => ParcelError::Torn,
                _ => ParcelError::NotAParcel,
            });
        };
        if bytes.len() > MAX_PARCEL_BYTES {
            return Err(ParcelError::TooLarge);
        }
        let (from, rest) = rest.split_first_chunk().ok_or(ParcelError::Torn)?;
        let (to, rest) = rest.split_first_chunk().ok_or(ParcelError::Torn)?;
        let (way, rest) = rest.split_first().ok_or(ParcelError::Torn)?;
        let (signature, packed) = rest.split_first_chunk().ok_or(ParcelError::Torn)?;
        let way = match way {
            1 => Way::Up,
            2 => Way::Down,
            _ => return Err(ParcelError::Content),
        };
        Ok(Self {
            address: Address {
                from: StreamId::from_random(*from),
                to: StreamId::from_random(*to),
                way,
            },
            signature,
            packed,
        })
    }

    /// Who says to have sent it, to whom.
    #[must_use]
    pub const fn address(&self) -> Address {
        self.address
    }

    /// Verifies and unpacks it.
    ///
    /// # Errors
    /// See [`ParcelError`].
    pub fn open(&self, sender: &PublicKey) -> Result<Content, ParcelError> {
        sender
            .verify(&signed(self.address, self.packed), self.signature)
            .map_err(|BadSignature| ParcelError::NotSigned)?;
        let content =
            zlib::inflate(self.packed, MAX_CONTENT_BYTES).map_err(|error| match error {
                ZlibError::TooLarge => ParcelError::TooLarge,
                ZlibError::NotZlib => ParcelError::Content,
            })?;
        Content::read(&content).ok_or(ParcelError::Content)
    }
}

impl Content {
    /// Packs and signs it.
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn pack(&self, address: Address, sender: &dyn Sign) -> Result<Vec<u8>, SignError> {
        let packed = compress_to_vec_zlib(&self.to_cbor(), LEVEL);
        let signature = sender.sign(&signed(address, &packed))?;
        let mut file = Vec::with_capacity(HEAD + packed.len());
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(address.from.as_bytes());
        file.extend_from_slice(address.to.as_bytes());
        file.push(address.way.number());
        file.extend_from_slice(&signature);
        file.extend_from_slice(&packed);
        Ok(file)
    }

    fn to_cbor(&self) -> Vec<u8> {
        let bytes: usize = self.batches.iter().map(Vec::len).sum();
        let mut writer = Writer::with_capacity(bytes + self.keys.len() + self.bundle.len() + 256);
        writer.array(5).text(&self.authority);
        writer.array(self.batches.len());
        for batch in &self.batches {
            writer.bytes(batch);
        }
        writer
            .bytes(&self.keys)
            .bytes(&self.bundle)
            .bytes(&self.note);
        writer.into_bytes()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        cbor::check(bytes, Form::Canonical).ok()?;
        let mut reader = Reader::new(bytes);
        (reader.array()? == 5).then_some(())?;
        let authority = reader.text()?.to_owned();
        // Each batch was there to be checked, so the count is no larger than the bytes.
        let batches = (0..reader.array()?)
            .map(|_| reader.bytes().map(<[u8]>::to_vec))
            .collect::<Option<_>>()?;
        Some(Self {
            authority,
            batches,
            keys: reader.bytes()?.to_vec(),
            bundle: reader.bytes()?.to_vec(),
            note: reader.bytes()?.to_vec(),
        })
    }
}

fn signed(address: Address, packed: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(TAG.len() + 65);
    message.extend_from_slice(TAG);
    message.extend_from_slice(address.from.as_bytes());
    message.extend_from_slice(address.to.as_bytes());
    message.push(address.way.number());
    message.extend_from_slice(&Sha256::digest(packed));
    message
}

/// Keys of subjects, by the subjects' text form.
pub type NamedKeys = Vec<(String, SubjectKey)>;

/// Seals keys to whoever is to receive them. `random` must be 32 random bytes, used once.
///
/// # Errors
/// None that a checked key and a fresh `random` lead to; the key is then not usable.
pub fn seal_keys(
    keys: &[(String, SubjectKey)],
    to: &SealingKey,
    random: &[u8; 32],
) -> Result<Vec<u8>, NotAKey> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut writer = Writer::with_capacity(keys.len() * 96 + 8);
    writer.array(keys.len());
    for (subject, key) in keys {
        writer.array(2).text(subject).bytes(key.expose());
    }
    let plain = Zeroizing::new(writer.into_bytes());
    statement::seal_bytes(&plain, KEYS_INFO, to, random).ok_or(NotAKey)
}

/// Opens a box of keys.
///
/// # Errors
/// See [`ParcelError`].
pub fn open_keys(sealed: &[u8], key: &OpeningKey) -> Result<NamedKeys, ParcelError> {
    if sealed.is_empty() {
        return Ok(Vec::new());
    }
    let plain = statement::open_bytes(sealed, KEYS_INFO, key).map_err(|_| ParcelError::Closed)?;
    read_keys(&plain).ok_or(ParcelError::Content)
}

fn read_keys(plain: &[u8]) -> Option<NamedKeys> {
    cbor::check(plain, Form::Canonical).ok()?;
    let mut reader = Reader::new(plain);
    (0..reader.array()?)
        .map(|_| {
            (reader.array()? == 2).then_some(())?;
            let subject = reader.text()?;
            let key = reader.bytes()?.try_into().ok()?;
            (subject.len() <= MAX_SUBJECT_BYTES)
                .then(|| (subject.to_owned(), SubjectKey::from_random(key)))
        })
        .collect()
}

/// The key by which a device opens what is sealed to it. It is made from the device's own key, so
/// there is no second secret to keep, to back up and to lose: an Ed25519 signature over one message
/// is always the same (RFC 8032 §5.1.6), and nobody else can make it. Nothing else that a device
/// signs begins like this message, and this signature leaves nowhere.
///
/// # Errors
/// When the key does not sign.
pub fn opening_key(device: &dyn Sign) -> Result<OpeningKey, SignError> {
    let signature = Zeroizing::new(device.sign(b"paso opening key v1\0")?);
    let mut hash = Sha256::new_with_prefix(b"paso opening key v1\0");
    hash.update(signature.as_slice());
    OpeningKey::from_random(hash.finalize().into()).map_err(|error| SignError {
        reason: error.to_string(),
    })
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}
