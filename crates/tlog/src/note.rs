//! Signed notes: a text and signatures under it (<https://c2sp.org/signed-note>).
//!
//! What a note says counts only once [`SignedNote::verify`] has found a key that is trusted. Lines
//! by keys nobody here knows are carried along and ignored; a bad line by a known key spoils the
//! whole note.

mod key;

use core::fmt;

pub(crate) use key::PublicKey;
pub use key::{
    BadSignature, Ed25519Key, KeyError, KeyId, KeyName, MAX_NAME_BYTES, NotAName, Sign, SignError,
    Verify,
};

use crate::text;

/// The longest note read. signed-note §Format asks for at least 16 signatures and warns that one
/// may reach 5 kB; this is room for 50 of those.
pub const MAX_NOTE_BYTES: usize = 256 * 1024;

/// The most signature lines read, so that a note made of one good line over and over cannot keep a
/// verifier busy. signed-note §Format asks for at least 16.
pub const MAX_SIGNATURES: usize = 64;

/// What a signature line starts with: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// Why bytes are no note, or why it is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More than [`MAX_NOTE_BYTES`] or [`MAX_SIGNATURES`].
    #[error("the note is larger than any real one (256 kB, 64 signatures); do not use it")]
    TooLarge,
    /// Not UTF-8, or with control characters.
    #[error("the note is not plain text; fetch it again without any conversion")]
    NotText,
    /// No blank line, no signature under it, or no newline at the end.
    #[error("the note has no signatures under a blank line; it was cut off or is none")]
    NoSignatures,
    /// A line under the text that is not a dash, a name and base64.
    #[error("signature line {0} of the note cannot be read; it was changed on its way")]
    MalformedLine(usize),
    /// No line by any key that is trusted.
    #[error("nobody trusted signed this note; check whose key is configured")]
    NoTrustedSignature,
    /// A line claims a trusted key that did not sign this text.
    #[error("the signature of {0} does not fit; the note was changed")]
    BadSignature(KeyName),
}

/// One signature under a note, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    name: KeyName,
    id: KeyId,
    signature: Vec<u8>,
}

impl SignatureLine {
    /// A line by the key of this name and id. `None` for an empty signature.
    #[must_use]
    pub fn new(name: KeyName, id: KeyId, signature: Vec<u8>) -> Option<Self> {
        (!signature.is_empty()).then_some(Self {
            name,
            id,
            signature,
        })
    }

    /// Reads a line without its newline.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (name, bytes) = line.strip_prefix(DASH)?.split_once(' ')?;
        let bytes = text::from_base64(bytes)?;
        let (id, signature) = bytes.split_first_chunk()?;
        Self::new(name.parse().ok()?, KeyId(*id), signature.to_vec())
    }

    /// Whose key it claims.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Which of that name's keys it claims.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The signature, in the form of the key's algorithm.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    fn is_by(&self, key: &dyn Verify) -> bool {
        self.id == key.id() && self.name == *key.name()
    }
}

/// The line without its newline.
impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.0[..], &self.signature].concat();
        write!(f, "{DASH}{} {}", self.name, text::to_base64(&bytes))
    }
}

/// Reads signature lines up to the end, each with its newline.
pub(crate) fn parse_lines(mut rest: &str) -> Result<Vec<SignatureLine>, NoteError> {
    let mut lines = Vec::new();
    while !rest.is_empty() {
        if lines.len() == MAX_SIGNATURES {
            return Err(NoteError::TooLarge);
        }
        let line = text::take_line(&mut rest)
            .and_then(SignatureLine::parse)
            .ok_or(NoteError::MalformedLine(lines.len() + 1))?;
        lines.push(line);
    }
    if lines.is_empty() {
        return Err(NoteError::NoSignatures);
    }
    Ok(lines)
}

/// UTF-8 without ASCII control characters but newlines (signed-note §Format).
pub(crate) fn plain_text(bytes: &[u8]) -> Result<&str, NoteError> {
    let text = core::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
    if text.bytes().any(|byte| byte < b' ' && byte != b'\n') {
        return Err(NoteError::NotText);
    }
    Ok(text)
}

/// A text with signatures, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    lines: Vec<SignatureLine>,
}

impl SignedNote {
    /// Reads a note. Its text ends with the newline before the last blank line.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLarge);
        }
        let note = plain_text(bytes)?;
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::NoSignatures)?;
        Ok(Self {
            lines: parse_lines(lines)?,
            text: format!("{text}\n"),
        })
    }

    /// A note of this text, which ends with a newline, signed by one key.
    pub fn sign(text: String, key: &Ed25519Key, signer: &dyn Sign) -> Result<Self, SignNoteError> {
        if !text.ends_with('\n') || text.len() > MAX_NOTE_BYTES / 2 {
            return Err(SignNoteError::Text);
        }
        plain_text(text.as_bytes()).map_err(|_| SignNoteError::Text)?;
        let line = key.sign(&text, signer)?;
        Ok(Self {
            text,
            lines: vec![line],
        })
    }

    /// The text, with its last newline. Nobody vouches for it before [`SignedNote::verify`].
    #[must_use]
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// All signature lines, of known and unknown keys.
    #[must_use]
    pub fn lines(&self) -> &[SignatureLine] {
        &self.lines
    }

    /// Puts a signature line under the note, in the place of an earlier one by the same key.
    pub fn attach(&mut self, line: SignatureLine) -> Result<(), NoteError> {
        let same = |old: &&mut SignatureLine| old.id == line.id && old.name == line.name;
        if let Some(old) = self.lines.iter_mut().find(same) {
            *old = line;
        } else if self.lines.len() == MAX_SIGNATURES {
            return Err(NoteError::TooLarge);
        } else {
            self.lines.push(line);
        }
        Ok(())
    }

    /// Which of these keys signed, each with its signature line.
    ///
    /// A key may have signed twice, and then comes twice. Two keys of one name and id make a note
    /// that either signed fail, since a line cannot be by both.
    pub fn verify<'n, 'k>(
        &'n self,
        keys: &[&'k dyn Verify],
    ) -> Result<Vec<(&'k dyn Verify, &'n SignatureLine)>, NoteError> {
        let mut verified = Vec::new();
        for line in &self.lines {
            for &key in keys.iter().filter(|key| line.is_by(**key)) {
                key.verify(self.text.as_bytes(), &line.signature)
                    .map_err(|BadSignature| NoteError::BadSignature(line.name.clone()))?;
                verified.push((key, line));
            }
        }
        if verified.is_empty() {
            return Err(NoteError::NoTrustedSignature);
        }
        Ok(verified)
    }
}

/// The note as sent: text, blank line, signature lines.
impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Why a note was not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignNoteError {
    /// Control characters, no newline at the end, or too long.
    #[error("a note's text is plain, ends with a newline and stays below 128 kB")]
    Text,
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}
