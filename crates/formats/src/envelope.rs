//! How a journal body is sealed, and how its commitment is made.
//!
//! One key per subject opens all that is known of it, and its destruction closes all of it
//! (DESIGN §4, "Keys and forgetting"). From it and the body's own nonce follow two keys that do not
//! betray it or each other: one encrypts the body, the other, `k_event`, commits to the plain body
//! in the log. Disclosing `k_event` on a receipt opens one commitment and nothing else.
//!
//! Deriving `k_event` instead of storing one per event is a choice against DESIGN §4's wording: it
//! keeps the key database at one row per subject. Whoever holds a disclosed `k_event` keeps it after
//! the subject's key is gone, so proofs still hold.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Bytes of the random nonce in front of every sealed body.
pub const NONCE_LEN: usize = 24;

/// The key that opens the commitment of one event.
pub type EventKey = Zeroizing<[u8; 32]>;

/// The key of one subject.
#[derive(Clone)]
pub struct SubjectKey(Zeroizing<[u8; 32]>);

impl SubjectKey {
    /// A key from 32 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key of a subject whose bodies must open to whoever holds the journal, with or without a
    /// key database: what has to be forgotten is to be known above all where keys are missing or
    /// old. It is no secret, so nothing that is one may be sealed under it.
    #[must_use]
    pub fn of_name(subject: &str) -> Self {
        let hash = Sha256::new()
            .chain_update(b"paso open key v1\0")
            .chain_update(subject);
        Self(Zeroizing::new(hash.finalize().into()))
    }

    /// The bytes, for the key database only.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Keys are never printed.
impl core::fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SubjectKey(…)")
    }
}

/// All keys of one subject. A post without a network makes a key of its own for somebody whom the
/// hub or another post has one for already; both seal, both travel, and neither may be lost, so a
/// subject can have several. Destroying them is destroying all.
#[derive(Clone, Debug)]
pub struct KeyRing {
    first: SubjectKey,
    others: Vec<SubjectKey>,
}

impl KeyRing {
    /// The ring of the key by which new bodies are sealed.
    #[must_use]
    pub const fn of(sealing: SubjectKey) -> Self {
        Self {
            first: sealing,
            others: Vec::new(),
        }
    }

    /// Adds a key that others have sealed by, unless it is here.
    pub fn add(&mut self, key: SubjectKey) {
        if !self.iter().any(|held| *held.0 == *key.0) {
            self.others.push(key);
        }
    }

    /// The key by which new bodies are sealed.
    #[must_use]
    pub const fn sealing(&self) -> &SubjectKey {
        &self.first
    }

    /// All of them, the one that seals first.
    pub fn iter(&self) -> impl Iterator<Item = &SubjectKey> {
        core::iter::once(&self.first).chain(&self.others)
    }

    /// Opens a sealed body by whichever key sealed it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(&self, sealed: &Sealed, label: Label<'_>) -> Result<Vec<u8>, OpenError> {
        let mut outcome = open(sealed, label, &self.first);
        for key in &self.others {
            if outcome != Err(OpenError::Altered) {
                break;
            }
            outcome = open(sealed, label, key);
        }
        outcome
    }

    /// The key that opens the commitment of one event; none where no key here opens its body.
    #[must_use]
    pub fn event_key(&self, sealed: &Sealed, label: Label<'_>) -> Option<EventKey> {
        let key = self.iter().find(|key| open(sealed, label, key).is_ok())?;
        event_key(&sealed.bytes, key)
    }
}

/// What stands beside the body in the open and is bound to it: whoever moves a body to another
/// subject, kind or schema finds that it no longer opens.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a> {
    /// Text form of the subject.
    pub subject: &'a str,
    /// Kind of the event.
    pub kind: &'a str,
    /// Its schema version.
    pub schema: u16,
}

/// A body sealed under its subject's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Nonce, then ciphertext and tag.
    pub bytes: Vec<u8>,
    /// `HMAC-SHA-256(k_event, label ‖ canonical body)`: the leaf's commitment.
    pub commitment: [u8; 32],
}

/// A sealed body that does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The bytes are too short to hold a nonce and a tag.
    #[error("the stored body is cut short; run an audit and restore it from the mirror")]
    Truncated,
    /// Key, label or bytes are not those it was sealed with.
    #[error(
        "the stored body does not open with its subject's key; it was altered or moved, run an audit"
    )]
    Altered,
}

/// Seals a canonical body. The nonce must be random and used once.
#[must_use]
pub fn seal(body: &[u8], label: Label<'_>, key: &SubjectKey, nonce: [u8; NONCE_LEN]) -> Sealed {
    let label = label.bytes();
    let body_key = derive(key, b"paso body v1", &nonce);
    let cipher = XChaCha20Poly1305::new((&*body_key).into());
    let ciphertext = cipher
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: body,
                aad: &label,
            },
        )
        // The cipher's one error is a message of more than 256 GB.
        .unwrap_or_default();
    let mut bytes = Vec::with_capacity(NONCE_LEN + ciphertext.len());
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&ciphertext);
    let commitment = commitment(&derive(key, b"paso k_event v1", &nonce), &label, body);
    Sealed { bytes, commitment }
}

/// Opens a sealed body and checks its commitment.
///
/// # Errors
/// See [`OpenError`].
pub fn open(sealed: &Sealed, label: Label<'_>, key: &SubjectKey) -> Result<Vec<u8>, OpenError> {
    let Some((nonce, ciphertext)) = sealed.bytes.split_first_chunk::<NONCE_LEN>() else {
        return Err(OpenError::Truncated);
    };
    let label = label.bytes();
    let body_key = derive(key, b"paso body v1", nonce);
    let body = XChaCha20Poly1305::new((&*body_key).into())
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: ciphertext,
                aad: &label,
            },
        )
        .map_err(|_| OpenError::Altered)?;
    let expected = commitment(&derive(key, b"paso k_event v1", nonce), &label, &body);
    if bool::from(expected.ct_eq(&sealed.commitment)) {
        Ok(body)
    } else {
        Err(OpenError::Altered)
    }
}

/// The key that opens the commitment of one event.
#[must_use]
pub fn event_key(sealed: &[u8], key: &SubjectKey) -> Option<EventKey> {
    let nonce = sealed.first_chunk::<NONCE_LEN>()?;
    Some(derive(key, b"paso k_event v1", nonce))
}

/// The bytes from which a receipt's secret is made. No body is sealed under such a nonce: those are
/// random, and the purpose is another.
pub(crate) fn receipt_secret(key: &SubjectKey, number: u32) -> Zeroizing<[u8; 32]> {
    let mut nonce = [0; NONCE_LEN];
    nonce[..4].copy_from_slice(&number.to_be_bytes());
    derive(key, b"paso receipt secret v1", &nonce)
}

/// The commitment that a disclosed `k_event` opens: whoever holds the key, the label and the plain
/// body makes it again and compares it with the one in the leaf.
#[must_use]
pub fn commit(k_event: &[u8; 32], label: Label<'_>, body: &[u8]) -> [u8; 32] {
    commitment(k_event, &label.bytes(), body)
}

impl Label<'_> {
    /// Length-prefixed, so that no two labels share their bytes.
    fn bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.subject.len() + self.kind.len() + 10);
        for part in [self.subject, self.kind] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes.extend_from_slice(&self.schema.to_be_bytes());
        bytes
    }
}

fn derive(key: &SubjectKey, purpose: &[u8], nonce: &[u8; NONCE_LEN]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(key.expose(), &[purpose, nonce]))
}

fn commitment(k_event: &[u8; 32], label: &[u8], body: &[u8]) -> [u8; 32] {
    mac(k_event, &[label, body])
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length; 32 bytes never fail (RFC 2104 §2).
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else {
        unreachable!("HMAC accepts keys of every length")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: Label<'_> = Label {
        subject: "card:TAL-0000",
        kind: "card.issued",
        schema: 1,
    };

    fn key() -> SubjectKey {
        SubjectKey::from_random([7; 32])
    }

    #[test]
    fn a_body_opens_only_with_its_key_and_its_label() {
        let sealed = seal(b"body", LABEL, &key(), [1; NONCE_LEN]);
        assert_eq!(open(&sealed, LABEL, &key()).unwrap(), b"body");
        let other = SubjectKey::from_random([8; 32]);
        assert_eq!(open(&sealed, LABEL, &other), Err(OpenError::Altered));
        for label in [
            Label {
                subject: "card:TAL-0001",
                ..LABEL
            },
            Label {
                kind: "card.revoked",
                ..LABEL
            },
            Label { schema: 2, ..LABEL },
            // The boundary between the parts is part of the label.
            Label {
                subject: "card:TAL-0000c",
                kind: "ard.issued",
                ..LABEL
            },
        ] {
            assert_eq!(open(&sealed, label, &key()), Err(OpenError::Altered));
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let sealed = seal(b"body", LABEL, &key(), [1; NONCE_LEN]);
        for bit in 0..sealed.bytes.len() * 8 {
            let mut forged = sealed.clone();
            forged.bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&forged, LABEL, &key()), Err(OpenError::Altered));
        }
        for bit in 0..256 {
            let mut forged = sealed.clone();
            forged.commitment[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&forged, LABEL, &key()), Err(OpenError::Altered));
        }
    }

    #[test]
    fn the_commitment_hides_equal_bodies_and_opens_with_k_event_alone() {
        let first = seal(b"body", LABEL, &key(), [1; NONCE_LEN]);
        let second = seal(b"body", LABEL, &key(), [2; NONCE_LEN]);
        assert_ne!(first.commitment, second.commitment);
        let k_event = event_key(&first.bytes, &key()).unwrap();
        assert_eq!(commit(&k_event, LABEL, b"body"), first.commitment);
        assert_ne!(commit(&k_event, LABEL, b"bodies"), first.commitment);
        assert_ne!(commit(&k_event, LABEL, b"body"), second.commitment);
    }

    #[test]
    fn a_ring_opens_what_any_of_its_keys_sealed_and_seals_by_its_first() {
        let other = SubjectKey::from_random([8; 32]);
        let mut ring = KeyRing::of(key());
        ring.add(other.clone());
        ring.add(key());
        assert_eq!(ring.iter().count(), 2);
        assert_eq!(ring.sealing().expose(), key().expose());
        for sealer in [key(), other] {
            let sealed = seal(b"body", LABEL, &sealer, [1; NONCE_LEN]);
            assert_eq!(ring.open(&sealed, LABEL).unwrap(), b"body");
            let k_event = ring.event_key(&sealed, LABEL).unwrap();
            assert_eq!(commit(&k_event, LABEL, b"body"), sealed.commitment);
        }
        let strange = SubjectKey::from_random([9; 32]);
        let sealed = seal(b"body", LABEL, &strange, [1; NONCE_LEN]);
        assert_eq!(ring.open(&sealed, LABEL), Err(OpenError::Altered));
        assert!(ring.event_key(&sealed, LABEL).is_none());
    }

    #[test]
    fn what_is_too_short_is_named_and_keys_are_not_printed() {
        let cut = Sealed {
            bytes: vec![0; NONCE_LEN - 1],
            commitment: [0; 32],
        };
        assert_eq!(open(&cut, LABEL, &key()), Err(OpenError::Truncated));
        assert_eq!(format!("{:?}", key()), "SubjectKey(…)");
    }
}
