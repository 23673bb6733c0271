//! The visitor card: ID-1 cards on A4 sheets.

use crate::common::{Notices, Portrait, PrintError};

/// What is printed on one card. All texts are already formatted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardFace {
    /// The issuing authority's full name.
    pub authority: String,
    /// The full name as written, never folded or cut: two surnames, particles, apostrophes.
    pub name: String,
    /// Nationality for the reader: `Guatemala (GTM)`.
    pub nationality: String,
    /// Birth date: `14 mar/Mar 1990`.
    pub birth_date: String,
    /// Sex as in the travel document: `F`, `M` or `X`.
    pub sex: String,
    /// Kind and last characters of the travel document: `Pasaporte ···4821`.
    pub document: String,
    /// The card number, grouped for reading aloud: `TVR-7K2M-Q94D`.
    pub number: String,
    /// Day of issue.
    pub issued: String,
    /// Last day of validity.
    pub expires: String,
    /// The states it is for, in reading order: `Campeche`, `Chiapas`, …
    pub states: Vec<String>,
    /// The stay rule for one entry, in both languages (`72 horas y 3 días naturales por entrada`).
    pub stay: crate::Bilingual,
    /// The authority's standing notices, printed on the back.
    pub notices: Notices,
    /// Portrait, if one was taken.
    pub portrait: Option<Portrait>,
    /// The signed text of the card, base45.
    pub qr: String,
    /// Prints `DEMO` across both faces.
    pub specimen: bool,
}

/// Cards on A4 sheets with crop marks, as one tagged PDF.
pub fn card_sheet(cards: &[CardFace]) -> Result<Vec<u8>, PrintError> {
    if cards.is_empty() {
        return Err(PrintError::Empty);
    }
    Err(PrintError::Pdf("the card is not typeset yet".into()))
}
