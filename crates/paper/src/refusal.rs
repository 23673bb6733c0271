//! The refusal: a founded and reasoned decision that the person takes away (facts A.3).

use crate::common::{Bilingual, Moment, Notices, PrintError};

/// One reason out of the closed list, with the rule it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// The reason as the person reads it.
    pub text: Bilingual,
    /// The instrument and article it rests on.
    pub legal_basis: String,
}

/// What is printed on a refusal (A4, one page).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The deciding authority.
    pub authority: String,
    /// The folio under which the refusal is recorded.
    pub folio: String,
    /// The applicant's name as written.
    pub name: String,
    /// Kind and last characters of the document shown, or that none was shown.
    pub document: String,
    /// The post where it was decided.
    pub post: String,
    /// When it was decided.
    pub decided: Moment,
    /// Why; at least one.
    pub reasons: Vec<Reason>,
    /// The officer's own words, in whatever language they were written.
    pub explanation: String,
    /// What the person can do now, and where and until when.
    pub remedy: Bilingual,
    /// The deciding officer's number.
    pub officer_number: String,
    /// The authority's standing notices.
    pub notices: Notices,
    /// Prints `DEMO` across the page.
    pub specimen: bool,
}

/// The refusal as a tagged PDF.
pub fn refusal(refusal: &Refusal) -> Result<Vec<u8>, PrintError> {
    let _ = refusal;
    Err(PrintError::Pdf("the refusal is not typeset yet".into()))
}
