//! What is printed, and what is read back from print.
//!
//! Promises: every function here is pure. It takes plain structs with texts that are already
//! formatted, and returns bytes; it reads no clock, no file and no network, and knows nothing of
//! cards as signed objects. So the desk, the checkpoint and `paso init` print with the same code.
//!
//! Paper is bilingual whatever the screen's language: Spanish first, English second and smaller,
//! because the person who is asked for a paper and the officer who asks may each read only one.
//! That is why the fixed sentences are constants in [`texts`] and not Fluent messages.

pub mod blank;
pub mod card;
pub mod ceremony;
pub mod common;
pub mod custody;
pub mod proof;
pub mod qr;
pub mod readings;
pub mod receipt;
pub mod refusal;
pub mod scan;
pub mod slip;
pub mod texts;

mod furniture;
mod outline;
#[cfg(test)]
mod overlap;
mod portrait;
mod sheet;
mod typeset;

pub use blank::{BlankKind, BlankSheets, blank_sheets};
pub use card::{CardFace, card_sheet};
pub use ceremony::{Ceremony, Envelope, RootKey, ceremony_sheet};
pub use common::{Bilingual, Moment, Notices, Portrait, PrintError};
pub use custody::{
    CustodyList, CustodyReceipt, CustodySlip, EpisodePaper, HandoverSheet, custody_episode,
    custody_list, custody_receipt, custody_slips, handover_sheet,
};
pub use proof::Proof;
pub use readings::{Reading, Readings, readings};
pub use receipt::{About, Receipt, act_receipt};
pub use refusal::{Reason, Refusal, refusal};
pub use slip::{Slip, entry_slip};
