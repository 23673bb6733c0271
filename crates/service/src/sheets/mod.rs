//! Sheets of paper: printing numbers, recording what stood on one, and what has not come back.
//!
//! Paper is the last of three levels (EES Art. 21). What stood on it goes through the same use cases
//! as anything else, with a [`FromPaper`] beside: the rules and clocks are those of the hour at which
//! it happened, and the act says for ever that it was recorded late, and from which sheet.

mod from_paper;
mod missing;
mod print;

pub(crate) use from_paper::Circumstances;
pub use from_paper::FromPaper;
pub use missing::{PlaceSheets, SheetState, SheetsOfKind, Told};
pub use print::Printed;
