//! Checkpoints: the signed head of a log (<https://c2sp.org/tlog-checkpoint>).

use core::fmt;

use crate::{
    hash::{EMPTY_ROOT, Hash},
    note::{
        Ed25519Key, MAX_NOTE_BYTES, NoteError, Sign, SignNoteError, SignatureLine, SignedNote,
        Verify, plain_text,
    },
    text,
    tree::MAX_SIZE,
};

/// The longest origin: what fits the one-byte length of tlog-cosignature's `log_origin`.
pub const MAX_ORIGIN_BYTES: usize = 255;

/// Which log it is: one line, never used again for another log.
///
/// New logs choose an address without `https://`, spaces or plus, so that it is the name of their
/// key as well; others are read all the same (tlog-checkpoint §Note text).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// An origin of 1 to 255 bytes without control characters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = !text.is_empty()
            && text.len() <= MAX_ORIGIN_BYTES
            && !text.bytes().any(|byte| byte < b' ');
        fits.then(|| Self(text.to_owned()))
    }
}

impl AsRef<str> for Origin {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The size and root of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Leaves, at most [`MAX_SIZE`].
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Head {
    /// The head of the tree without leaves.
    pub const EMPTY: Self = Self {
        size: 0,
        root: EMPTY_ROOT,
    };
}

/// Why a text is no checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The first line is empty or too long.
    #[error("the checkpoint does not name its log; fetch it again")]
    Origin,
    /// The second line is no number of leaves.
    #[error("the checkpoint does not say how large its tree is; fetch it again")]
    Size,
    /// The third line is no hash.
    #[error("the checkpoint has no root; fetch it again")]
    Root,
    /// Missing newline or an empty line.
    #[error("the checkpoint has an empty or torn line; fetch it again")]
    Line,
}

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Origin,
    head: Head,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extension lines, which tlog-checkpoint advises against. `None` above
    /// [`MAX_SIZE`].
    #[must_use]
    pub fn new(origin: Origin, head: Head) -> Option<Self> {
        (head.size <= MAX_SIZE).then_some(Self {
            origin,
            head,
            extensions: Vec::new(),
        })
    }

    /// Reads the text of a note as a checkpoint.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        if text.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLarge.into());
        }
        let mut rest = plain_text(text.as_bytes())?;
        let origin = text::take_line(&mut rest)
            .and_then(Origin::new)
            .ok_or(CheckpointError::Origin)?;
        let size = text::take_line(&mut rest)
            .and_then(text::decimal)
            .filter(|size| *size <= MAX_SIZE)
            .ok_or(CheckpointError::Size)?;
        let root = text::take_line(&mut rest)
            .and_then(Hash::from_base64)
            .ok_or(CheckpointError::Root)?;
        let mut extensions = Vec::new();
        while !rest.is_empty() {
            let line = text::take_line(&mut rest).filter(|line| !line.is_empty());
            extensions.push(line.ok_or(CheckpointError::Line)?.to_owned());
        }
        Ok(Self {
            origin,
            head: Head { size, root },
            extensions,
        })
    }

    /// Which log.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Size and root of its tree.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Lines after the third, opaque.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Signs the checkpoint as the log. The head must be stored before: a log that signs two trees
    /// of one size has lied.
    pub fn sign(
        &self,
        key: &Ed25519Key,
        signer: &dyn Sign,
    ) -> Result<SignedCheckpoint, SignNoteError> {
        Ok(SignedCheckpoint {
            note: SignedNote::sign(self.to_string(), key, signer)?,
            checkpoint: self.clone(),
        })
    }
}

/// The text of the note, to be signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.head.size, self.head.root)?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A checkpoint with signatures, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    note: SignedNote,
    checkpoint: Checkpoint,
}

impl SignedCheckpoint {
    /// Reads a note that is a checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let note = SignedNote::parse(bytes)?;
        Ok(Self {
            checkpoint: Checkpoint::parse(note.unverified_text())?,
            note,
        })
    }

    /// What it says. Nobody vouches for it before [`SignedCheckpoint::verify`] or
    /// [`crate::policy::Policy::check`].
    #[must_use]
    pub const fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note around it.
    #[must_use]
    pub const fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Puts a cosignature under it, in the place of an earlier one by the same key.
    pub fn attach(&mut self, line: SignatureLine) -> Result<(), NoteError> {
        self.note.attach(line)
    }

    /// What it says, once one of these keys has signed it. Which of them are a log's keys, and
    /// whether that log is the one the checkpoint names, is the caller's knowledge.
    pub fn verify(&self, keys: &[&dyn Verify]) -> Result<&Checkpoint, NoteError> {
        self.note.verify(keys).map(|_| &self.checkpoint)
    }
}

/// The note as sent.
impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}
