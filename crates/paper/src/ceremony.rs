//! The ceremony sheet that `paso init` prints: what was made, what goes into which envelope, and
//! who signs that it happened.

use crate::common::{Bilingual, PrintError};

/// A root key made in the ceremony.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootKey {
    /// Its name in the anchor file: `root-1`.
    pub name: String,
    /// Algorithm: `Ed25519`.
    pub algorithm: String,
    /// SHA-256 of the public key as hex digits; grouped on paper by this crate.
    pub fingerprint: String,
    /// The file that holds its secret half.
    pub file: String,
}

/// What one envelope holds and where it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The envelope's label: `A`.
    pub label: String,
    /// What is printed or copied into it.
    pub content: Bilingual,
    /// Who keeps it, and where.
    pub keeper: Bilingual,
}

/// What is printed on the ceremony sheet (A4, one page).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ceremony {
    /// The authority whose keys these are.
    pub authority: String,
    /// Its short identifier in the anchor file: `mx-inm`.
    pub identifier: String,
    /// Day and time of the ceremony with zone.
    pub held: String,
    /// The anchor file that was written.
    pub anchor_file: String,
    /// SHA-256 of the anchor file as hex digits.
    pub anchor_fingerprint: String,
    /// The root keys; at least two (DESIGN §5: a bundle is signed by any of two pinned roots).
    pub roots: Vec<RootKey>,
    /// The envelopes, in the order they are closed.
    pub envelopes: Vec<Envelope>,
    /// Who signs: `Titular de la autoridad` / `Head of the authority`, …
    pub signatories: Vec<Bilingual>,
    /// Prints `DEMO` across the page.
    pub specimen: bool,
}

/// The ceremony sheet as a tagged PDF of one A4 page.
pub fn ceremony_sheet(ceremony: &Ceremony) -> Result<Vec<u8>, PrintError> {
    let _ = ceremony;
    Err(PrintError::Pdf(
        "the ceremony sheet is not typeset yet".into(),
    ))
}
