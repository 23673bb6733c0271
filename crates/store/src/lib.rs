//! The journal and its views, on SQLite and PostgreSQL: the only crate that knows SQL.
//!
//! Promises:
//! - What [`Store::append`] has answered with `Ok` is on disk, journal and views together, and is
//!   there after a power cut. What it answered with an error is wholly absent, except
//!   [`AppendError::InDoubt`], which is wholly there or wholly absent and says so.
//! - The journal only grows: no statement that changes or deletes one of its rows exists here.
//! - Positions have no holes, and a reader who has seen a position has been able to see all before
//!   it, on both databases.
//! - Every row has an entry: a leaf that its device signed, linked to the entry before it in the
//!   device's stream, written in the same transaction. Rows from elsewhere come with theirs; what
//!   their devices signed is taken in once, and what contradicts itself is kept as evidence.
//! - Views are derived. They can be dropped and rebuilt at any time and come out the same.
//!
//! Nothing is decided here: who may read, and which events follow from a command, is the business
//! of the callers. Time, randomness and keys are arguments.
//!
//! Reading order: [`Store`], then `journal` (what a row is), `entry` (what is signed of it), `writer`
//! and `import` (how rows get in), `views` (what is derived), `db` and `sql` (how one text serves two
//! databases).

mod alive;
pub mod audit;
mod backfill;
mod carried;
mod ceremony;
mod config;
mod db;
mod device;
pub mod dump;
mod entry;
mod error;
mod evidence;
mod faults;
mod figures;
mod forgotten;
mod import;
mod journal;
mod keys;
pub mod log;
mod migrations;
mod proposal;
mod reserve;
mod session;
mod sign_count;
mod sql;
mod store;
mod tx;
mod views;
mod writer;

#[cfg(feature = "testing")]
pub mod testing;

pub use carried::Mark;
pub use config::{Config, NotAUrl, Url};
pub use device::Device;
pub use entry::EntryRow;
pub use error::{
    AppendError, BackfillError, Corrupt, DatabaseError, ImportError, OpenError, RebuildError,
};
pub use evidence::{Contradiction, Evidence};
pub use faults::{Fault, Faults, Step, Work};
pub use figures::{KindCount, LateCount, OfficerTally};
pub use forgotten::Forgotten;
pub use import::{Imported, Standing};
pub use journal::{Append, Appended, Entry, Recorded, UnreadableEntry};
pub use proposal::{Ended, NewProposal, Proposal, ProposalEnd};
pub use session::{NewSession, Session, TokenHash};
pub use store::{Rebuilt, Store};
pub use views::{
    access::{AccessCursor, AccessRow, ListAccessRow},
    act::{ActCursor, ActRow},
    card::{Applicant, CardRow, EndedCard, IssuedCard},
    contradiction::ContradictionRow,
    custody::EpisodeRow,
    device::DeviceRow,
    encounter::EncounterRow,
    forgotten::ErasureRow,
    notice::{Noted, NoticeCount, NoticeRow},
    officer::{GrantRow, OfficerRow},
    person::{PersonRow, Stated},
    protection::{ConcernRow, Concerned},
    sheet::{BatchRow, SheetRow},
    shift::ShiftRow,
    site::SiteRow,
    stay::{StayEntry, StayRow},
    token::TokenRow,
};
