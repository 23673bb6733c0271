//! The register of sheets: numbered blank forms for the hours in which nothing works (EES Art. 21,
//! the last of three levels: hub, post, paper).
//!
//! A batch is printed for one place and one kind of act, and that is journaled, so that a number
//! nobody brings back shows. What stood on a sheet is typed later as the act that it was, with the
//! moment at which it happened, and marked late for ever ([`Late`](crate::act::Late)). A sheet is
//! used once. No sheet leads to whom it was about: the act names its sheet, never the sheet its act.

mod decide;
mod event;
mod number;
mod state;
mod terms;
#[cfg(test)]
mod tests;

pub use decide::{MOST_PRINTED, SheetCommand, SheetRefusal, decide};
pub use event::{SheetEvent, VoidReason};
pub use number::{Batch, NotASheet, SheetKind, SheetNumber};
pub use state::{SheetConflict, SheetsState, Standing};
pub use terms::{Terms, TermsError, TermsRow};
