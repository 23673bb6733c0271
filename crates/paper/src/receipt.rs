//! The encounter receipt: proof that a check happened, which names neither the person nor an
//! offence (DESIGN §6), so that carrying it can harm nobody.

use crate::common::{Bilingual, Moment, Notices, PrintError};

/// What is printed on an encounter receipt (A6, one page).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The officer's authority.
    pub authority: String,
    /// What kind of encounter it was: `Revisión en carretera` / `Roadside check`.
    pub kind: Bilingual,
    /// The post or place.
    pub post: String,
    /// When.
    pub at: Moment,
    /// The officer's number.
    pub officer_number: String,
    /// The outcome, from the closed list.
    pub outcome: Bilingual,
    /// The legal basis the officer claimed; recorded, not judged.
    pub legal_basis: String,
    /// The code to read aloud to check this receipt, grouped.
    pub code: String,
    /// The receipt's signed text, if it has one.
    pub qr: Option<String>,
    /// The authority's standing notices.
    pub notices: Notices,
    /// Prints `DEMO` across the receipt.
    pub specimen: bool,
}

/// The receipt as a tagged PDF.
pub fn encounter_receipt(receipt: &Receipt) -> Result<Vec<u8>, PrintError> {
    let _ = receipt;
    Err(PrintError::Pdf("the receipt is not typeset yet".into()))
}
