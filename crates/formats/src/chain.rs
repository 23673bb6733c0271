//! One stream as it arrives: in order, late, twice, with holes, or contradicting itself.
//!
//! A stream is one device's numbered, linked, signed entries. They come over bad roads in any order,
//! so the state here is nothing but the set of entries that the device has signed; what arrives
//! first has no right over what arrives second, and any order of the same entries gives the same
//! state. A hole is a state, not an error: it is named, and filled by late entries. Two entries with
//! one number, or a link that fits none of the entries before it, cannot be the device's mistake of
//! transport, since both are under its signature: they are kept as evidence.
//!
//! Nothing signed is ever refused here (DESIGN §4: facts never). What a caller stores as the journal
//! and what as evidence beside it is the caller's; [`Step`] tells which it was.

use core::{cmp::Ordering, ops::RangeInclusive};
use std::collections::BTreeMap;

use crate::{
    entry::{Entry, Hash, MAX_SEQUENCE, Signed, StreamHead, StreamId},
    key::PublicKey,
};

/// The state of one stream. Equal for equal sets of accepted entries, whatever their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    stream: StreamId,
    key: PublicKey,
    settled: Option<StreamHead>,
    /// Every entry after `settled`: number and hash to the hash it links to. Some 100 bytes each.
    links: BTreeMap<(u64, Hash), Option<Hash>>,
    /// The highest number up to which every number is there.
    contiguous: u64,
}

/// What of an entry the chain keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The entry's number.
    pub sequence: u64,
    /// The entry's hash.
    pub hash: Hash,
    /// The hash it links to; none in the first entry.
    pub previous: Option<Hash>,
}

impl From<&Entry> for Link {
    fn from(entry: &Entry) -> Self {
        Self {
            sequence: entry.sequence(),
            hash: entry.hash(),
            previous: entry.previous(),
        }
    }
}

/// What an entry was to the stream when it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The number after the highest one, linked to it.
    Next,
    /// This very entry is there already; nothing changed.
    Duplicate,
    /// A number beyond the next: those between are missing.
    Gap {
        /// The number after the highest one so far.
        expected: u64,
        /// The number that came.
        got: u64,
    },
    /// A number that was missing, linked on both sides where there are neighbours.
    Late,
    /// A signed link that fits no entry held under the number before it. There is, or was, another
    /// entry with that number.
    BrokenLink {
        /// The number of the entry whose link does not fit: the one that came, or the one after it.
        sequence: u64,
    },
    /// The device has signed two entries with one number: keep both leaves, they prove it.
    Fork {
        /// The number.
        sequence: u64,
        /// The hash of the leaf held; the lowest, where there are several.
        held: Hash,
        /// The hash of the leaf that came.
        got: Hash,
    },
    /// A number at or below what the chain was resumed after. Compare the leaf with the stored one
    /// of that number: the same is a duplicate, another is a fork.
    Settled,
    /// The entry is of another stream; not kept.
    ForeignStream,
    /// The stream's key did not sign it, or not in the one form (see [`Entry::verify`]); not kept.
    BadSignature,
}

impl Step {
    /// Whether the entry is new and now part of the state.
    #[must_use]
    pub const fn is_kept(self) -> bool {
        match self {
            Self::Next
            | Self::Gap { .. }
            | Self::Late
            | Self::BrokenLink { .. }
            | Self::Fork { .. } => true,
            Self::Duplicate | Self::Settled | Self::ForeignStream | Self::BadSignature => false,
        }
    }

    /// Whether it proves, with the leaves held, that the device's stream contradicts itself.
    #[must_use]
    pub const fn is_evidence(self) -> bool {
        matches!(self, Self::BrokenLink { .. } | Self::Fork { .. })
    }

    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Duplicate => "duplicate",
            Self::Gap { .. } => "gap",
            Self::Late => "late",
            Self::BrokenLink { .. } => "broken-link",
            Self::Fork { .. } => "fork",
            Self::Settled => "settled",
            Self::ForeignStream => "foreign-stream",
            Self::BadSignature => "bad-signature",
        }
    }
}

impl Chain {
    /// A stream of which nothing has come yet. `key` is the device's, as it was enrolled.
    #[must_use]
    pub const fn new(stream: StreamId, key: PublicKey) -> Self {
        Self {
            stream,
            key,
            settled: None,
            links: BTreeMap::new(),
            contiguous: 0,
        }
    }

    /// A stream whose entries were accepted before: every number up to `settled` is stored, linked
    /// and without contradiction; `links` are all stored ones after it, in any order. What is
    /// settled takes no memory; entries that claim its numbers are answered by [`Step::Settled`].
    /// Links under numbers that no entry can have, or that are settled, are passed over.
    #[must_use]
    pub fn resume(
        stream: StreamId,
        key: PublicKey,
        settled: Option<StreamHead>,
        links: impl IntoIterator<Item = Link>,
    ) -> Self {
        let mut chain = Self::new(stream, key);
        chain.settled = settled.filter(|head| (1..=MAX_SEQUENCE).contains(&head.sequence));
        chain.contiguous = chain.settled_up_to();
        let open = chain.settled_up_to() + 1..=MAX_SEQUENCE;
        for link in links {
            if open.contains(&link.sequence) {
                chain.keep(link);
            }
        }
        chain
    }

    /// Takes an entry in, whatever has come before it.
    pub fn accept(&mut self, entry: &Entry) -> Step {
        if entry.stream() != self.stream {
            return Step::ForeignStream;
        }
        if entry.verify(&self.key).is_err() {
            return Step::BadSignature;
        }
        self.take(entry)
    }

    /// As [`Chain::accept`] for an entry whose signature has been checked already: that is where the
    /// time goes, and it can be done for many entries at once, in any order. One checked against
    /// another key is [`Step::BadSignature`].
    pub fn accept_signed(&mut self, signed: Signed<'_>) -> Step {
        let entry = signed.entry();
        if entry.stream() != self.stream {
            return Step::ForeignStream;
        }
        if *signed.key() != self.key {
            return Step::BadSignature;
        }
        self.take(entry)
    }

    /// Takes in what this stream's key signed.
    fn take(&mut self, entry: &Entry) -> Step {
        let link = Link::from(entry);
        if link.sequence <= self.settled_up_to() {
            return Step::Settled;
        }
        if self.links.contains_key(&(link.sequence, link.hash)) {
            return Step::Duplicate;
        }
        let step = self.judge(&link);
        self.keep(link);
        step
    }

    fn judge(&self, link: &Link) -> Step {
        if let Some((held, _)) = self.at(link.sequence).next() {
            return Step::Fork {
                sequence: link.sequence,
                held,
                got: link.hash,
            };
        }
        if !self.links_back(link.sequence, link.previous) {
            return Step::BrokenLink {
                sequence: link.sequence,
            };
        }
        let after = link.sequence + 1;
        if self
            .at(after)
            .any(|(_, previous)| previous != Some(link.hash))
        {
            return Step::BrokenLink { sequence: after };
        }
        let expected = self.highest() + 1;
        match link.sequence.cmp(&expected) {
            Ordering::Less => Step::Late,
            Ordering::Equal => Step::Next,
            Ordering::Greater => Step::Gap {
                expected,
                got: link.sequence,
            },
        }
    }

    /// Whether an entry's link fits an entry held under the number before it, if there is any.
    fn links_back(&self, sequence: u64, previous: Option<Hash>) -> bool {
        let before = sequence - 1;
        if let Some(head) = self.settled.filter(|head| head.sequence == before) {
            return previous == Some(head.hash);
        }
        let mut held = self.at(before).peekable();
        held.peek().is_none() || held.any(|(hash, _)| previous == Some(hash))
    }

    fn keep(&mut self, link: Link) {
        self.links.insert((link.sequence, link.hash), link.previous);
        while self.at(self.contiguous + 1).next().is_some() {
            self.contiguous += 1;
        }
    }

    /// The entries held under a number: hash, and hash linked to.
    fn at(&self, sequence: u64) -> impl Iterator<Item = (Hash, Option<Hash>)> {
        let variants = (sequence, [0; 32])..=(sequence, [0xff; 32]);
        self.links
            .range(variants)
            .map(|((_, hash), previous)| (*hash, *previous))
    }

    fn settled_up_to(&self) -> u64 {
        self.settled.map_or(0, |head| head.sequence)
    }

    /// The stream.
    #[must_use]
    pub const fn stream(&self) -> StreamId {
        self.stream
    }

    /// The highest number up to which no number is missing; 0 when the first is.
    #[must_use]
    pub const fn contiguous(&self) -> u64 {
        self.contiguous
    }

    /// The entry under that number, to resume after; none where nothing has come, and none where
    /// the device has signed several.
    #[must_use]
    pub fn head(&self) -> Option<StreamHead> {
        if let Some(settled) = self.settled.filter(|head| head.sequence == self.contiguous) {
            return Some(settled);
        }
        let mut held = self.at(self.contiguous);
        let (hash, _) = held.next()?;
        held.next().is_none().then_some(StreamHead {
            sequence: self.contiguous,
            hash,
        })
    }

    /// The highest number seen; 0 when nothing has come.
    #[must_use]
    pub fn highest(&self) -> u64 {
        let last = self.links.last_key_value();
        last.map_or(self.contiguous, |((sequence, _), _)| *sequence)
    }

    /// The holes below the highest number, in order.
    #[must_use]
    pub fn gaps(&self) -> Vec<RangeInclusive<u64>> {
        let mut gaps = Vec::new();
        let mut expected = self.contiguous + 1;
        for (sequence, _) in self.links.range((expected, [0; 32])..).map(|(key, _)| key) {
            if *sequence > expected {
                gaps.push(expected..=sequence - 1);
            }
            expected = sequence + 1;
        }
        gaps
    }

    /// The numbers under which the device has signed more than one entry, in order.
    #[must_use]
    pub fn forks(&self) -> Vec<u64> {
        let numbers = self.links.keys().map(|(sequence, _)| *sequence);
        let mut forks: Vec<u64> = numbers
            .clone()
            .zip(numbers.skip(1))
            .filter(|(one, next)| one == next)
            .map(|(number, _)| number)
            .collect();
        forks.dedup();
        forks
    }

    /// The numbers with an entry whose link fits none held under the number before, in order.
    #[must_use]
    pub fn broken_links(&self) -> Vec<u64> {
        let mut broken: Vec<u64> = self
            .links
            .iter()
            .filter(|((sequence, _), previous)| !self.links_back(*sequence, **previous))
            .map(|((sequence, _), _)| *sequence)
            .collect();
        broken.dedup();
        broken
    }
}
