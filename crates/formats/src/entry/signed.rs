//! An entry whose signature has been checked, as a type: a signature is the dearest step of taking a
//! stream in, so it is checked once, wherever there is a processor for it, and what comes after cannot
//! forget to ask.

use super::Entry;
use crate::key::{BadSignature, PublicKey};

/// An entry with the key that signed it. Made by [`Entry::signed_by`] alone.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    entry: &'a Entry,
    key: &'a PublicKey,
}

impl<'a> Signed<'a> {
    /// The entry.
    #[must_use]
    pub const fn entry(self) -> &'a Entry {
        self.entry
    }

    /// Whose signature it carries.
    #[must_use]
    pub const fn key(self) -> &'a PublicKey {
        self.key
    }
}

impl Entry {
    /// This entry as one that `key` signed, in the one form a signature has (see [`Entry::verify`]).
    ///
    /// # Errors
    /// [`BadSignature`] when the key did not sign it, or not in that form.
    pub fn signed_by<'a>(&'a self, key: &'a PublicKey) -> Result<Signed<'a>, BadSignature> {
        self.verify(key)?;
        Ok(Signed { entry: self, key })
    }
}
