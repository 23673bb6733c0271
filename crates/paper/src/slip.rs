//! The entry slip: what a person keeps from an entry, with both clocks.

use crate::common::{Moment, Notices, PrintError};

/// What is printed on an entry slip (A6, two pages: face and back).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slip {
    /// The authority that recorded the entry.
    pub authority: String,
    /// The slip's own number, grouped for reading aloud.
    pub number: String,
    /// The holder's full name as written.
    pub name: String,
    /// The card's number.
    pub card_number: String,
    /// Kind and last characters of the travel document.
    pub document: String,
    /// The post of entry.
    pub post: String,
    /// When the entry happened.
    pub entered: Moment,
    /// A: the earlier clock. The holder should have left before it.
    pub leave_by: Moment,
    /// B: the later clock. Before it nobody has overstayed.
    pub not_overstayed_until: Moment,
    /// The states the stay is for.
    pub states: Vec<String>,
    /// The authority's standing notices.
    pub notices: Notices,
    /// The signed text of the slip, base45.
    pub qr: String,
    /// Prints `DEMO` across the slip.
    pub specimen: bool,
}

/// The slip as a tagged PDF of two A6 pages.
pub fn entry_slip(slip: &Slip) -> Result<Vec<u8>, PrintError> {
    let _ = slip;
    Err(PrintError::Pdf("the slip is not typeset yet".into()))
}
