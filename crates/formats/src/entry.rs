//! The entry: what the log keeps of one event, 230 bytes that a third party can read with a ruler.
//!
//! A leaf proves that a device wrote *something* at this place of its stream, about this minute,
//! after it had seen that head of the log; it says nothing of whom or what. The event itself lies
//! elsewhere, sealed, and the leaf holds two things of it: the commitment, which whoever is shown
//! `k_event` can open ([`crate::envelope`]), and the hash of the whole sealed envelope, by which a
//! mirror that can open nothing still tells an altered row ([`crate::batch::Envelope::hash`]). All
//! numbers are big-endian, nothing is optional, every field has its one place:
//!
//! | from | bytes | field |
//! |---|---|---|
//! | 0 | 1 | version: 1 |
//! | 1 | 16 | stream |
//! | 17 | 8 | sequence, from 1 |
//! | 25 | 32 | SHA-256 of the stream's previous leaf; zeros in the first |
//! | 57 | 8 | size of the newest witnessed tree the device had seen; 0 for none |
//! | 65 | 32 | that tree's root; zeros for none |
//! | 97 | 4 | whole minutes since 1970 |
//! | 101 | 1 | class |
//! | 102 | 32 | commitment; zeros in a heartbeat |
//! | 134 | 32 | hash of the sealed envelope; zeros in a heartbeat |
//! | 166 | 64 | the device's signature over the 14 bytes `paso entry v1` NUL and the 166 before |
//!
//! A leaf has one form: whatever could be written in two ways is refused in all but one. That
//! includes the signature, since the link to a leaf covers it: of the two ES256 signatures that
//! anybody can turn into each other, s and n - s, only the lower s is one (see [`Entry::verify`]).
//! Else a carrier could make a second leaf out of the first, and the device would look forked.

use core::num::NonZeroU64;

use sha2::{Digest, Sha256};

use crate::{
    key::{BadSignature, PublicKey, Sign, SignError},
    moment::{MINUTE, Moment},
};

mod low_s;
mod signed;
mod stream;

pub use signed::Signed;
pub use stream::{NotAStream, StreamId};

/// Bytes of a leaf.
pub const LEN: usize = 230;

/// The last number a stream can have: databases count to 2^63 - 1.
pub const MAX_SEQUENCE: u64 = i64::MAX.cast_unsigned();

const VERSION: u8 = 1;
/// Bytes under the signature.
const SIGNED: usize = LEN - 64;
/// In front of what is signed, so that no signature of a device means two things. A
/// `COSE_Sign1`'s begins with 0x84 (RFC 9052 §4.4).
const TAG: &[u8] = b"paso entry v1\0";

/// A SHA-256, or an HMAC with it.
pub type Hash = [u8; 32];

const NO_HASH: Hash = [0; 32];

/// Coarse time: whole minutes since the start of 1970, UTC, by the clock of the device.
///
/// The minute is coarse on purpose: seconds would let an outsider match leaves with what was seen
/// at a post. It orders nothing; sequence numbers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(pub u32);

impl Minute {
    /// The minute in which a moment lies. A clock before 1970 counts as 1970: it is wrong either
    /// way, and an entry is never refused for its clock.
    #[must_use]
    pub fn of(moment: Moment) -> Self {
        let minutes = moment.unix().max(0) / MINUTE;
        // The last moment there is lies 4.2 thousand million minutes after 1970, within 32 bits.
        Self(u32::try_from(minutes).unwrap_or(u32::MAX))
    }

    /// Its first second; years after 9999 are shown as their last.
    #[must_use]
    pub const fn start(self) -> Moment {
        // 32 bits times 60 fit 64.
        Moment::from_unix(self.0 as i64 * MINUTE)
    }
}

/// To which of four coarse classes an event belongs, the one thing a leaf tells of it.
///
/// The class says who must look for the event and by which clock, never what befell a person. A
/// claim for refuge, a screening, a case of a child, a report: all are [`Class::Act`], the class of
/// every card issued and every road check, because a leaf that said "protection" beside a post and
/// a minute would point at one person (DESIGN §4, §6). A child held in a station is
/// [`Class::Custody`] as any person held there, and its case is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// An act of authority over, or a service to, a person.
    Act,
    /// Somebody opened a record or a list: reading is an act.
    Access,
    /// Custody began, passed on or ended: what the ombudsman's clocks run on.
    Custody,
    /// Keys, roles, posts, programme: the register's own affairs.
    Administration,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 4] = [Self::Act, Self::Access, Self::Custody, Self::Administration];

    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Access => "access",
            Self::Custody => "custody",
            Self::Administration => "administration",
        }
    }
}

/// How a leaf holds its event. Neither hash is ever all zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The commitment to the plain body: HMAC under `k_event`.
    pub commitment: Hash,
    /// The hash of what is stored: [`crate::batch::Envelope::hash`].
    pub envelope: Hash,
}

/// What an entry stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// An event of the journal: its class, and how it is bound.
    Event(Class, Binding),
    /// A sign of life: the device has recorded nothing since its previous entry. It commits to
    /// nothing, which is written as zeros; no event's commitment is (it is an HMAC).
    Heartbeat,
}

impl Content {
    const HEARTBEAT: u8 = 4;

    /// The commitment's 32 bytes; zeros for a heartbeat.
    #[must_use]
    pub const fn commitment(self) -> Hash {
        self.binding().commitment
    }

    /// The hash of the sealed envelope; zeros for a heartbeat.
    #[must_use]
    pub const fn envelope(self) -> Hash {
        self.binding().envelope
    }

    const fn binding(self) -> Binding {
        match self {
            Self::Event(_, binding) => binding,
            Self::Heartbeat => Binding {
                commitment: NO_HASH,
                envelope: NO_HASH,
            },
        }
    }

    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Event(class, _) => class.code(),
            Self::Heartbeat => "heartbeat",
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Event(Class::Act, _) => 1,
            Self::Event(Class::Access, _) => 2,
            Self::Event(Class::Custody, _) => 3,
            Self::Heartbeat => Self::HEARTBEAT,
            Self::Event(Class::Administration, _) => 5,
        }
    }

    fn read(byte: u8, binding: Binding) -> Result<Self, EntryError> {
        let class = match byte {
            1 => Class::Act,
            2 => Class::Access,
            3 => Class::Custody,
            Self::HEARTBEAT if binding == Self::Heartbeat.binding() => return Ok(Self::Heartbeat),
            Self::HEARTBEAT => return Err(EntryError::Commitment),
            5 => Class::Administration,
            other => return Err(EntryError::Class(other)),
        };
        if binding.commitment == NO_HASH || binding.envelope == NO_HASH {
            return Err(EntryError::Commitment);
        }
        Ok(Self::Event(class, binding))
    }
}

/// The newest head of the log, with its witnesses' signatures, that the device had seen. The entry
/// is not older than this head; that bounds what a wrong or turned-back clock can pretend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// Entries in that tree.
    pub size: NonZeroU64,
    /// Its root.
    pub root: Hash,
}

/// The last entry of a stream, to which the next one links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamHead {
    /// Its number.
    pub sequence: u64,
    /// Its hash, [`Entry::hash`].
    pub hash: Hash,
}

/// An entry on its way to the device's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// The stream.
    pub stream: StreamId,
    /// The entry before; none for the first.
    pub after: Option<StreamHead>,
    /// The newest witnessed head seen; none before the first.
    pub witnessed: Option<Witnessed>,
    /// When, to the minute.
    pub time: Minute,
    /// What it stands for.
    pub content: Content,
}

/// Why an entry cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsignableEntry {
    /// The entry before has no number that a next one can follow.
    #[error("the stream cannot be continued after number {0}; enrol the device with a new stream")]
    Sequence(u64),
    /// Hashes of zeros are a heartbeat's.
    #[error("the event has no commitment or no envelope; seal its body first")]
    Commitment,
    /// The signing key did not answer.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl Unsigned {
    /// Signs the entry with the device's key.
    pub fn sign(&self, signer: &dyn Sign) -> Result<Entry, UnsignableEntry> {
        let (sequence, previous) = match self.after {
            None => (1, None),
            Some(StreamHead { sequence, hash }) if (1..MAX_SEQUENCE).contains(&sequence) => {
                (sequence + 1, Some(hash))
            }
            Some(head) => return Err(UnsignableEntry::Sequence(head.sequence)),
        };
        if let Content::Event(_, binding) = self.content
            && (binding.commitment == NO_HASH || binding.envelope == NO_HASH)
        {
            return Err(UnsignableEntry::Commitment);
        }
        let mut entry = Entry {
            stream: self.stream,
            sequence,
            previous,
            witnessed: self.witnessed,
            time: self.time,
            content: self.content,
            signature: [0; 64],
        };
        let signature = signer.sign(&entry.to_be_signed())?;
        entry.signature = low_s::lowered(signature, signer.public_key().algorithm());
        Ok(entry)
    }
}

/// Why bytes are no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not exactly [`LEN`] bytes.
    #[error("an entry has {LEN} bytes and these are {0}; fetch it again")]
    Length(usize),
    /// A version that is not known here.
    #[error("the entry has version {0}, and 1 is the only one known here; use a newer program")]
    Version(u8),
    /// A class that is not on the list.
    #[error("the entry is of class {0}, which is not known here; use a newer program")]
    Class(u8),
    /// Number 0, or beyond [`MAX_SEQUENCE`].
    #[error("{0} is no number of an entry; the entry is damaged, fetch it again")]
    Sequence(u64),
    /// The first entry links to another, or a later one to none.
    #[error("the entry's link does not fit its number; the entry is damaged, fetch it again")]
    Previous,
    /// A witnessed size without a root, or the reverse.
    #[error("the entry's witnessed head is half there; the entry is damaged, fetch it again")]
    Witnessed,
    /// A heartbeat that commits to something, or an event that commits to nothing.
    #[error("the entry's commitment does not fit its class; the entry is damaged, fetch it again")]
    Commitment,
}

/// An entry: read, its signature not checked unless [`Entry::verify`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    stream: StreamId,
    sequence: u64,
    previous: Option<Hash>,
    witnessed: Option<Witnessed>,
    time: Minute,
    content: Content,
    signature: [u8; 64],
}

impl Entry {
    /// Reads a leaf. Every leaf read is written again as the same bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, EntryError> {
        let whole: &[u8; LEN] = bytes
            .try_into()
            .map_err(|_| EntryError::Length(bytes.len()))?;
        let mut rest = &whole[..];
        let [version] = take(&mut rest);
        if version != VERSION {
            return Err(EntryError::Version(version));
        }
        let stream = StreamId::from_random(take(&mut rest));
        let sequence = u64::from_be_bytes(take(&mut rest));
        let previous: Hash = take(&mut rest);
        let previous = match (sequence, previous == NO_HASH) {
            (0, _) => return Err(EntryError::Sequence(sequence)),
            (1, true) => None,
            (1, false) | (_, true) => return Err(EntryError::Previous),
            (..=MAX_SEQUENCE, false) => Some(previous),
            _ => return Err(EntryError::Sequence(sequence)),
        };
        let size = NonZeroU64::new(u64::from_be_bytes(take(&mut rest)));
        let root: Hash = take(&mut rest);
        let witnessed = match (size, root == NO_HASH) {
            (None, true) => None,
            (Some(size), false) => Some(Witnessed { size, root }),
            _ => return Err(EntryError::Witnessed),
        };
        let time = Minute(u32::from_be_bytes(take(&mut rest)));
        let [class] = take(&mut rest);
        let binding = Binding {
            commitment: take(&mut rest),
            envelope: take(&mut rest),
        };
        let content = Content::read(class, binding)?;
        Ok(Self {
            stream,
            sequence,
            previous,
            witnessed,
            time,
            content,
            signature: take(&mut rest),
        })
    }

    /// The leaf's bytes: what is hashed into the log, and what the next entry links to.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        let (signed, signature) = bytes.split_at_mut(SIGNED);
        signed.copy_from_slice(&self.signed_part());
        signature.copy_from_slice(&self.signature);
        bytes
    }

    fn signed_part(&self) -> [u8; SIGNED] {
        let mut bytes = [0; SIGNED];
        let mut at = 0;
        // The layout adds up to `SIGNED`, so every field has room.
        let mut put = |field: &[u8]| {
            bytes[at..at + field.len()].copy_from_slice(field);
            at += field.len();
        };
        put(&[VERSION]);
        put(self.stream.as_bytes());
        put(&self.sequence.to_be_bytes());
        put(&self.previous.unwrap_or(NO_HASH));
        put(&self
            .witnessed
            .map_or(0, |head| head.size.get())
            .to_be_bytes());
        put(&self.witnessed.map_or(NO_HASH, |head| head.root));
        put(&self.time.0.to_be_bytes());
        put(&[self.content.byte()]);
        put(&self.content.commitment());
        put(&self.content.envelope());
        bytes
    }

    fn to_be_signed(&self) -> [u8; TAG.len() + SIGNED] {
        let mut message = [0; TAG.len() + SIGNED];
        let (tag, signed) = message.split_at_mut(TAG.len());
        tag.copy_from_slice(TAG);
        signed.copy_from_slice(&self.signed_part());
        message
    }

    /// Whether `key` signed this entry, and in the one form a signature has here: an ES256
    /// signature with the higher s does not count, although it is mathematically one.
    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        if !low_s::is_low(&self.signature, key.algorithm()) {
            return Err(BadSignature);
        }
        key.verify(&self.to_be_signed(), &self.signature)
    }

    /// SHA-256 of the leaf, signature included: the link of the next entry. The hash of the leaf in
    /// the Merkle tree is another one (RFC 6962 §2.1) and the log's affair.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Sha256::digest(self.to_bytes()).into()
    }

    /// What the next entry links to.
    #[must_use]
    pub fn head(&self) -> StreamHead {
        StreamHead {
            sequence: self.sequence,
            hash: self.hash(),
        }
    }

    /// The stream.
    #[must_use]
    pub const fn stream(&self) -> StreamId {
        self.stream
    }

    /// Its number in the stream: 1 for the first, at most [`MAX_SEQUENCE`].
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The hash of the entry before; none in the first.
    #[must_use]
    pub const fn previous(&self) -> Option<Hash> {
        self.previous
    }

    /// The newest witnessed head the device had seen.
    #[must_use]
    pub const fn witnessed(&self) -> Option<Witnessed> {
        self.witnessed
    }

    /// When, to the minute, by the device's clock.
    #[must_use]
    pub const fn time(&self) -> Minute {
        self.time
    }

    /// What it stands for.
    #[must_use]
    pub const fn content(&self) -> Content {
        self.content
    }

    /// The commitment's 32 bytes; zeros in a heartbeat.
    #[must_use]
    pub const fn commitment(&self) -> Hash {
        self.content.commitment()
    }

    /// The hash of the sealed envelope; zeros in a heartbeat.
    #[must_use]
    pub const fn envelope(&self) -> Hash {
        self.content.envelope()
    }
}

/// The first `N` bytes of what is left. The layout adds up to [`LEN`], so they are there.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (taken, left) = rest.split_first_chunk().unwrap_or((&[0; N], &[]));
    *rest = left;
    *taken
}
