//! The log's key, as notes want it.

use paso_formats::{
    key::{Algorithm, PublicKey, Sign},
    taking::Answer,
};
use paso_tlog::{
    checkpoint::{Checkpoint, Head, Origin, SignedCheckpoint},
    note::{Ed25519Key, KeyError, KeyName, NoteError, SignError, SignNoteError, Verify},
};
use std::sync::Arc;

/// Why a key cannot sign a log.
#[derive(Debug, thiserror::Error)]
pub enum LogKeyError {
    /// Checkpoints are signed with Ed25519 only (tlog-checkpoint).
    #[error("the log's key is no EdDSA key; make one with `paso key add --purpose log`")]
    Algorithm,
    /// Name and key make no verifier key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Why a head is not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignHeadError {
    /// No log has so many entries.
    #[error("a tree of {0} entries is larger than any log; the database was altered, run an audit")]
    TooLarge(u64),
    /// Name and key make no verifier key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key did not sign.
    #[error(transparent)]
    Note(#[from] SignNoteError),
}

/// The log's private key. One key serves every year; its verifier key differs by the log's name.
#[derive(Clone)]
pub struct LogKey {
    signer: Arc<dyn Sign>,
    public: [u8; 32],
    /// Keys that signed logs before: what they signed is still this log's word.
    earlier: Vec<[u8; 32]>,
}

impl LogKey {
    /// A key that may sign logs.
    pub fn new(signer: Arc<dyn Sign>) -> Result<Self, LogKeyError> {
        let public = raw(signer.public_key()).ok_or(LogKeyError::Algorithm)?;
        Ok(Self {
            signer,
            public,
            earlier: Vec::new(),
        })
    }

    /// The same key, which also owns to what these have signed.
    #[must_use]
    pub fn after<'a>(self, earlier: impl Iterator<Item = &'a PublicKey>) -> Self {
        let earlier = earlier.filter_map(raw).filter(|key| *key != self.public);
        Self {
            earlier: earlier.collect(),
            ..self
        }
    }

    /// The verifier key for a log: what witnesses configure.
    pub fn verifier(&self, origin: &Origin) -> Result<Ed25519Key, KeyError> {
        let name: KeyName = origin.as_ref().parse().map_err(|_| KeyError::Malformed)?;
        Ed25519Key::new(name, &self.public)
    }

    /// Signs a head. It must be stored, read again and in the guard before.
    pub(super) fn sign(
        &self,
        origin: &Origin,
        head: Head,
    ) -> Result<SignedCheckpoint, SignHeadError> {
        let checkpoint =
            Checkpoint::new(origin.clone(), head).ok_or(SignHeadError::TooLarge(head.size))?;
        Ok(checkpoint.sign(&self.verifier(origin)?, self)?)
    }

    /// Signs an answer to a taking report. Its second line can be no number of a head, so that no
    /// signature means two things.
    pub(super) fn sign_answer(
        &self,
        origin: &Origin,
        answer: &Answer,
    ) -> Result<Vec<u8>, SignHeadError> {
        Ok(answer
            .sign(&self.verifier(origin)?, self)?
            .to_string()
            .into_bytes())
    }

    /// The head in a note, if this key or one before it signed it for this log.
    pub(super) fn read(&self, origin: &Origin, note: &[u8]) -> Result<Head, NoteError> {
        let wrong = NoteError::NoTrustedSignature;
        let signed = SignedCheckpoint::parse(note).map_err(|_| wrong.clone())?;
        let name: KeyName = origin.as_ref().parse().map_err(|_| wrong.clone())?;
        for public in core::iter::once(&self.public).chain(&self.earlier) {
            let key = Ed25519Key::new(name.clone(), public).map_err(|_| wrong.clone())?;
            match signed.verify(&[&key as &dyn Verify]) {
                Ok(checkpoint) if checkpoint.origin() == origin => return Ok(checkpoint.head()),
                Ok(_) | Err(NoteError::NoTrustedSignature) => {}
                Err(error) => return Err(error),
            }
        }
        Err(wrong)
    }
}

/// The 32 bytes of an Ed25519 key: the last of its `COSE_Key`, whose labels are sorted
/// (RFC 9053 §7.2, RFC 8949 §4.2.1).
fn raw(key: &PublicKey) -> Option<[u8; 32]> {
    if key.algorithm() != Algorithm::EdDsa {
        return None;
    }
    key.to_cose_key().last_chunk().copied()
}

impl paso_tlog::note::Sign for LogKey {
    fn public_key(&self) -> [u8; 32] {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        self.signer
            .sign(message)
            .map_err(|_| SignError::Unavailable)
    }
}

/// Never the private half.
impl core::fmt::Debug for LogKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "LogKey({})", self.signer.public_key().key_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::Signer;

    #[test]
    fn what_the_key_signs_its_verifier_key_verifies() {
        let file = Signer::generate(Algorithm::EdDsa).unwrap();
        let signer = Signer::from_pkcs8(Algorithm::EdDsa, &file).unwrap();
        let key = LogKey::new(Arc::new(signer)).unwrap();
        let origin = Origin::new("mx.example/log/2026").unwrap();
        let head = Head {
            size: 1,
            root: paso_tlog::hash::Hash([1; 32]),
        };
        let note = key.sign(&origin, head).unwrap().to_string();
        assert_eq!(key.read(&origin, note.as_bytes()), Ok(head));
        let other = Origin::new("mx.example/log/2027").unwrap();
        assert!(key.read(&other, note.as_bytes()).is_err());
        assert_ne!(
            key.verifier(&origin).unwrap().id(),
            key.verifier(&other).unwrap().id()
        );
    }

    #[test]
    fn what_an_earlier_key_signed_stays_the_logs_word_and_a_strangers_is_none() {
        let made = || {
            let file = Signer::generate(Algorithm::EdDsa).unwrap();
            Arc::new(Signer::from_pkcs8(Algorithm::EdDsa, &file).unwrap())
        };
        let (old, new, stranger) = (made(), made(), made());
        let origin = Origin::new("mx.example/log/2026").unwrap();
        let head = Head {
            size: 58,
            root: paso_tlog::hash::Hash([1; 32]),
        };
        let note_by = |key: &Arc<Signer>| {
            let key = LogKey::new(Arc::clone(key) as Arc<dyn Sign>).unwrap();
            key.sign(&origin, head).unwrap().to_string()
        };
        let alone = LogKey::new(Arc::clone(&new) as Arc<dyn Sign>).unwrap();
        assert!(alone.read(&origin, note_by(&old).as_bytes()).is_err());
        let after = alone.after([old.public_key(), new.public_key()].into_iter());
        for key in [&old, &new] {
            assert_eq!(after.read(&origin, note_by(key).as_bytes()), Ok(head));
        }
        assert!(after.read(&origin, note_by(&stranger).as_bytes()).is_err());
    }

    #[test]
    fn another_algorithm_signs_no_log() {
        let file = Signer::generate(Algorithm::Es256).unwrap();
        let signer = Signer::from_pkcs8(Algorithm::Es256, &file).unwrap();
        assert!(matches!(
            LogKey::new(Arc::new(signer)),
            Err(LogKeyError::Algorithm)
        ));
    }
}
