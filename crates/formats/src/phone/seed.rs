//! The 32 random bytes from which follows everything that a phone draws for one record: names, keys
//! and codes. Phone and receiver derive the same from them, so the record need not list it, and
//! whoever brings a record twice brings the same names.

use chacha20poly1305::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    envelope::{NONCE_LEN, SubjectKey, event_key},
    receipt::Code,
};

/// A record's seed. Whoever knows it can open its receipts' commitments and the secrets on them.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// A seed of 32 random bytes, used for one record.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the sealed record only.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The name of the encounter, or of the operation.
    #[must_use]
    pub fn act(&self) -> [u8; 16] {
        self.first(b"act", 0)
    }

    /// The name of the episode of one of those counted, from 0.
    #[must_use]
    pub fn episode(&self, ordinal: u16) -> [u8; 16] {
        self.first(b"episode", ordinal)
    }

    /// The name of that episode on receipts and in statements.
    #[must_use]
    pub fn handle(&self, ordinal: u16) -> [u8; 16] {
        self.first(b"handle", ordinal)
    }

    /// The name of that person's record.
    #[must_use]
    pub fn person(&self, ordinal: u16) -> [u8; 16] {
        self.first(b"person", ordinal)
    }

    /// The key of that episode, from which the secret on the receipt follows.
    #[must_use]
    pub fn episode_key(&self, ordinal: u16) -> SubjectKey {
        SubjectKey::from_random(*self.derive(b"episode key", ordinal))
    }

    /// The code of one of the receipts.
    #[must_use]
    pub fn code(&self, ordinal: u16) -> Code {
        Code::from_random(self.first(b"code", ordinal))
    }

    /// The key and the nonce under which that receipt's event is sealed.
    #[must_use]
    pub fn receipt(&self, ordinal: u16) -> (SubjectKey, [u8; NONCE_LEN]) {
        let key = SubjectKey::from_random(*self.derive(b"receipt key", ordinal));
        (key, self.first(b"receipt nonce", ordinal))
    }

    /// The key that opens that event's commitment, as the receipt discloses it.
    #[must_use]
    pub fn k_event(&self, ordinal: u16) -> [u8; 32] {
        let (key, nonce) = self.receipt(ordinal);
        // A whole nonce has the bytes of one.
        event_key(&nonce, &key).map_or([0; 32], |k_event| *k_event)
    }

    fn first<const N: usize>(&self, what: &[u8], ordinal: u16) -> [u8; N] {
        let whole = self.derive(what, ordinal);
        let mut bytes = [0; N];
        for (byte, derived) in bytes.iter_mut().zip(whole.iter()) {
            *byte = *derived;
        }
        bytes
    }

    fn derive(&self, what: &[u8], ordinal: u16) -> Zeroizing<[u8; 32]> {
        // HMAC takes a key of any length (RFC 2104 §2).
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.as_slice()) else {
            unreachable!("HMAC accepts keys of every length")
        };
        mac.update(b"paso phone seed v1\0");
        mac.update(what);
        mac.update(&[0]);
        mac.update(&ordinal.to_be_bytes());
        Zeroizing::new(mac.finalize().into_bytes().into())
    }
}

/// Seeds are never printed.
impl core::fmt::Debug for Seed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Seed(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nothing_that_follows_from_a_seed_is_like_another() {
        let seed = Seed::from_random([7; 32]);
        let mut names = BTreeSet::from([seed.act()]);
        let mut keys = BTreeSet::new();
        for ordinal in 0..50 {
            names.extend([
                seed.episode(ordinal),
                seed.handle(ordinal),
                seed.person(ordinal),
            ]);
            keys.extend([
                *seed.episode_key(ordinal).expose(),
                *seed.receipt(ordinal).0.expose(),
                seed.k_event(ordinal),
            ]);
        }
        assert_eq!((names.len(), keys.len()), (151, 150));
        assert_ne!(seed.act(), Seed::from_random([8; 32]).act());
        assert_eq!(seed.act(), Seed::from_random([7; 32]).act());
        assert_eq!(format!("{seed:?}"), "Seed(…)");
    }
}
