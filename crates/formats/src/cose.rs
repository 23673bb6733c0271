//! `COSE_Sign1` (RFC 9052 §4.2): the one signed envelope of cards, slips, lists and bundles.
//!
//! The reader keeps the protected bytes as they came, because they are what was signed. It is
//! strict where leniency has cost others: the algorithm counts only when it is protected (one that
//! anybody can change proves nothing), critical headers are refused, so are unknown tags. An empty
//! protected header, whether written h'' or h'a0' (the two forms RFC 9052 §3 allows), therefore
//! always ends as [`CoseError::AlgorithmNotProtected`]; its two readings never come to matter.

use core::ops::Range;

pub use crate::cbor::CborError;

use crate::{
    cbor::{self, Form, Key, Reader, Writer},
    key::{Algorithm, BadSignature, KeyId, PublicKey, Sign, SignError},
};

/// The tag of a `COSE_Sign1`.
const TAG_SIGN1: u64 = 18;
/// The tag of a CWT (RFC 8392 §6); the Inji issuers wrap their cards in it.
const TAG_CWT: u64 = 61;
/// `COSE_Encrypt0` and `COSE_Encrypt`.
const TAGS_ENCRYPTED: [u64; 2] = [16, 96];

const HEADER_ALG: i64 = 1;
const HEADER_CRIT: i64 = 2;
const HEADER_KID: i64 = 4;
const HEADER_TYP: i64 = 16;

/// Why bytes are no `COSE_Sign1` that Paso verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CoseError {
    /// Not CBOR, or not bounded as [`CborError`] says.
    #[error("{0}")]
    Cbor(#[from] CborError),
    /// CBOR, but not the four parts of a `COSE_Sign1`.
    #[error("the data is not a signed envelope")]
    NotSign1,
    /// Another tag than 18, 61(18) or none.
    #[error("the envelope is of kind {0}, which is not a signed card")]
    WrongTag(u64),
    /// A `COSE_Encrypt0` or `COSE_Encrypt`: readable only by whom it was encrypted to.
    #[error("the content is encrypted")]
    Encrypted,
    /// An algorithm other than ES256 and `EdDSA`; `None` when it is named by text.
    #[error("the signature algorithm is not supported")]
    UnsupportedAlgorithm(Option<i64>),
    /// No algorithm in the protected header.
    #[error("the signature algorithm is not protected by the signature")]
    AlgorithmNotProtected,
    /// A header that must be understood (RFC 9052 §3.1) and is not.
    #[error("the envelope demands a feature that is not supported")]
    CriticalHeader,
    /// A header parameter of the wrong kind.
    #[error("the envelope's header is damaged")]
    BadHeader,
}

/// Which tags an envelope may wear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagging {
    /// 18, 61(18) or none: what card issuers write.
    AsIssued,
    /// 18 and nothing else: status list tokens ("must not" carry 61) and Paso's own files.
    Sign1Only,
}

/// A `COSE_Sign1` as it was received; its signature is not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign1 {
    bytes: Vec<u8>,
    protected: Range<usize>,
    payload: Range<usize>,
    signature: Range<usize>,
    algorithm: Algorithm,
    kid: Option<Range<usize>>,
    typ: Option<Range<usize>>,
}

impl Sign1 {
    /// Reads an envelope and takes its bytes over. The payload is not looked into.
    pub fn read(bytes: Vec<u8>, tagging: Tagging) -> Result<Self, CoseError> {
        cbor::check(&bytes, Form::Any)?;
        let mut reader = Reader::new(&bytes);
        read_tags(&mut reader, tagging)?;
        match reader.array() {
            Some(4) => {}
            // An untagged COSE_Encrypt0 has three parts, the first two as here.
            Some(3) if reader.bytes().is_some() && reader.map().is_some() => {
                return Err(CoseError::Encrypted);
            }
            _ => return Err(CoseError::NotSign1),
        }
        let place = |reader: &Reader<'_>, part: &[u8]| {
            let end = reader.position();
            end - part.len()..end
        };
        let part = reader.bytes().ok_or(CoseError::NotSign1)?;
        let protected = place(&reader, part);
        let outer = Header::read_protected(part, protected.start)?;
        let open = Header::read(&mut reader, 0)?;
        let part = reader.bytes().ok_or(CoseError::NotSign1)?;
        let payload = place(&reader, part);
        let part = reader.bytes().ok_or(CoseError::NotSign1)?;
        let signature = place(&reader, part);
        if open.algorithm.is_some() && outer.algorithm.is_some() {
            // RFC 9052 §3: one label must not occur in both headers.
            return Err(CoseError::BadHeader);
        }
        let algorithm = match outer.algorithm {
            None => return Err(CoseError::AlgorithmNotProtected),
            Some(Named::Text) => return Err(CoseError::UnsupportedAlgorithm(None)),
            Some(Named::Number(number)) => {
                Algorithm::from_cose(number).ok_or(CoseError::UnsupportedAlgorithm(Some(number)))?
            }
        };
        Ok(Self {
            protected,
            payload,
            signature,
            algorithm,
            kid: outer.kid.or(open.kid),
            typ: outer.typ,
            bytes,
        })
    }

    /// The algorithm that the protected header names.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The name of the signing key, when one is given in the form Paso uses.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        self.kid().and_then(|kid| KeyId::try_from(kid).ok())
    }

    /// The key name as written; other issuers use other lengths.
    #[must_use]
    pub fn kid(&self) -> Option<&[u8]> {
        self.kid.clone().and_then(|range| self.bytes.get(range))
    }

    /// The protected type (RFC 9596), when it is a text.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        let bytes = self.bytes.get(self.typ.clone()?)?;
        core::str::from_utf8(bytes).ok()
    }

    /// The signed content.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        // The ranges were found in these very bytes.
        self.bytes.get(self.payload.clone()).unwrap_or_default()
    }

    /// The whole envelope as received.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The signature's bytes; none where nobody signed.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.bytes.get(self.signature.clone()).unwrap_or_default()
    }

    /// The bytes the signature is over (RFC 9052 §4.4). Paso's formats bind no external data, so
    /// `external` is empty for all of them.
    #[must_use]
    pub fn to_be_signed(&self, external: &[u8]) -> Vec<u8> {
        let protected = self.bytes.get(self.protected.clone()).unwrap_or_default();
        to_be_signed(protected, external, self.payload())
    }

    /// Whether `key` signed this envelope, with the algorithm its header names.
    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        if key.algorithm() != self.algorithm {
            return Err(BadSignature);
        }
        key.verify(&self.to_be_signed(&[]), self.signature())
    }
}

/// The bytes of a tagged `COSE_Sign1` over `payload`: protected algorithm, key name and, where
/// given, type; nothing unprotected.
pub fn sign(payload: &[u8], typ: Option<&str>, signer: &dyn Sign) -> Result<Vec<u8>, SignError> {
    let key = signer.public_key();
    let mut header = Writer::with_capacity(48);
    header.map(if typ.is_some() { 3 } else { 2 });
    header.int(HEADER_ALG).int(key.algorithm().cose());
    header.int(HEADER_KID).bytes(&key.key_id().0);
    if let Some(typ) = typ {
        header.int(HEADER_TYP).text(typ);
    }
    let protected = header.into_bytes();
    let signature = signer.sign(&to_be_signed(&protected, &[], payload))?;
    let mut envelope = Writer::with_capacity(protected.len() + payload.len() + 80);
    envelope.tag(TAG_SIGN1).array(4);
    envelope.bytes(&protected).map(0);
    envelope.bytes(payload).bytes(&signature);
    Ok(envelope.into_bytes())
}

fn to_be_signed(protected: &[u8], external: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(protected.len() + external.len() + payload.len() + 32);
    writer.array(4).text("Signature1");
    writer.bytes(protected).bytes(external).bytes(payload);
    writer.into_bytes()
}

fn read_tags(reader: &mut Reader<'_>, tagging: Tagging) -> Result<(), CoseError> {
    let mut tag = reader.tag();
    if tagging == Tagging::AsIssued && tag == Some(TAG_CWT) {
        tag = reader.tag();
        // 61 alone says "CWT" and not how it is protected: RFC 8392 §6 wants the inner tag.
        if tag.is_none() {
            return Err(CoseError::WrongTag(TAG_CWT));
        }
    }
    match tag {
        Some(TAG_SIGN1) => Ok(()),
        None if tagging == Tagging::AsIssued => Ok(()),
        None => Err(CoseError::NotSign1),
        Some(tag) if TAGS_ENCRYPTED.contains(&tag) => Err(CoseError::Encrypted),
        Some(tag) => Err(CoseError::WrongTag(tag)),
    }
}

/// An algorithm as a header names it.
#[derive(Clone, Copy)]
enum Named {
    Number(i64),
    Text,
}

/// What Paso needs of a header map; ranges count from the start of the envelope.
#[derive(Default)]
struct Header {
    algorithm: Option<Named>,
    kid: Option<Range<usize>>,
    typ: Option<Range<usize>>,
}

impl Header {
    fn read_protected(bytes: &[u8], start: usize) -> Result<Self, CoseError> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        cbor::check(bytes, Form::Any)?;
        Self::read(&mut Reader::new(bytes), start)
    }

    /// Reads a header map whose reader starts `offset` bytes into the envelope.
    fn read(reader: &mut Reader<'_>, offset: usize) -> Result<Self, CoseError> {
        let mut header = Self::default();
        let entries = reader.map().ok_or(CoseError::NotSign1)?;
        for _ in 0..entries {
            match reader.key().ok_or(CoseError::BadHeader)? {
                Key::Int(HEADER_ALG) => {
                    let number = reader.int().map(Named::Number);
                    let named = number.or_else(|| reader.text().map(|_| Named::Text));
                    header.algorithm = Some(named.ok_or(CoseError::BadHeader)?);
                }
                Key::Int(HEADER_CRIT) => return Err(CoseError::CriticalHeader),
                Key::Int(HEADER_KID) => {
                    let kid = reader.bytes().ok_or(CoseError::BadHeader)?;
                    let end = offset + reader.position();
                    header.kid = Some(end - kid.len()..end);
                }
                Key::Int(HEADER_TYP) => {
                    if let Some(typ) = reader.text() {
                        let end = offset + reader.position();
                        header.typ = Some(end - typ.len()..end);
                    } else {
                        // A content-format number (RFC 9596): no type that Paso gives meaning to.
                        reader.uint().ok_or(CoseError::BadHeader)?;
                    }
                }
                _ => reader.skip().ok_or(CoseError::BadHeader)?,
            }
        }
        Ok(header)
    }
}
