//! The fold of an authority's events.

use super::event::{AuthorityEvent, AuthorityKey};
use paso_formats::{key::KeyId, moment::Moment};
use std::collections::BTreeMap;

/// How a key ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyEnd {
    /// From when.
    pub from: Moment,
    /// From when on it may have been in other hands.
    pub compromised_from: Option<Moment>,
}

/// What is known of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownKey {
    /// The key and its windows, once added.
    pub key: Option<AuthorityKey>,
    /// How it ended.
    pub end: Option<KeyEnd>,
}

/// What the register knows of an authority's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityState {
    keys: BTreeMap<KeyId, KnownKey>,
}

impl AuthorityState {
    /// Takes one more fact in. The first account of a key stands, and of several ends the earliest
    /// moments.
    #[must_use]
    pub fn apply(mut self, event: &AuthorityEvent) -> Self {
        match event {
            AuthorityEvent::KeyAdded { key, .. } => {
                let known = self.keys.entry(key.id).or_default();
                known.key.get_or_insert_with(|| key.clone());
            }
            AuthorityEvent::KeyEnded {
                id,
                from,
                compromised_from,
                ..
            } => {
                let known = self.keys.entry(*id).or_default();
                let end = known.end.get_or_insert(KeyEnd {
                    from: *from,
                    compromised_from: *compromised_from,
                });
                end.from = end.from.min(*from);
                end.compromised_from = match (end.compromised_from, *compromised_from) {
                    (Some(known), Some(also)) => Some(known.min(also)),
                    (known, also) => known.or(also),
                };
            }
        }
        self
    }

    /// What is known of a key.
    #[must_use]
    pub fn key(&self, id: KeyId) -> Option<&KnownKey> {
        self.keys.get(&id)
    }

    /// All keys, by name.
    pub fn keys(&self) -> impl Iterator<Item = (KeyId, &KnownKey)> {
        self.keys.iter().map(|(id, key)| (*id, key))
    }
}
