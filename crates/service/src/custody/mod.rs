//! Custody: people are counted in, described, handed over, and leave by an ending and by nothing else.
//!
//! Every act goes one way: load each episode it is about, let the register decide, and hand all events
//! over as one plan, which whoever must signs. What an act changes is stated to the ombudsman when it is
//! appended (`state`), so no act can leave that out.
//!
//! Who is at a post sees and keeps those that concern the post: they are there, answered for there, or
//! on the way or offered to it. To anybody else such an episode does not exist.

mod act;
mod border;
mod export;
mod handover;
mod neighbours;
mod open;
mod overlook;
mod overseer;
mod read;
mod secret;
mod slip;
mod state;
mod taking;

pub use act::hash_of_sheet;
pub use border::OFFER_STANDS;
pub use export::{CustodyPaper, EpisodeFile};
pub use handover::{HandoverForm, HandoverRecord, Whereto};
pub use neighbours::{Neighbour, NeighbourError, Neighbours};
pub use open::{Counted, OpeningForm};
pub use overlook::{Alarmed, Overlooked, Sought};
pub use overseer::{Overseer, OverseerError, Reported};
pub use read::{Board, EpisodeRecord, OperationRecord, Resident};
pub use secret::Known;
pub use slip::GivenSlip;
pub use taking::{Candidate, TakingAnswer};
