//! The papers about people under control: the list of a place, an episode for a judge, the person's
//! own receipts, the sheet for a handover to somebody without a passkey.
//!
//! They are drawn here and decided nowhere: who is on a list, which clock is late and what is a breach
//! comes as plain texts. None has a field for protection, a claim or a crime; whoever prints a list
//! that hangs on a wall must not have to think of it (DESIGN §6).

pub(crate) mod episode;
pub(crate) mod handover;
pub(crate) mod list;
pub(crate) mod receipt;
pub(crate) mod slip;

pub use episode::{Content, EpisodePaper, Fact, Stretch, Sureness, custody_episode};
pub use handover::{Given, HandoverSheet, handover_sheet};
pub use list::{CustodyList, Listed, Running, custody_list};
pub use receipt::{CustodyReceipt, custody_receipt};
pub use slip::{CustodySlip, SlipFor, custody_slips};
