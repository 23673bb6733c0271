//! Custody as statements alone tell it: who is where, by handles without names; which clocks ran out;
//! what contradicts itself; and what a visit found there against what had been committed before.
//!
//! Pure: times and statements are arguments. The key that opens statements is the ombudsman's and
//! never on the server, so all of this is for commands run by hand; the server shows the few numbers
//! that such a command leaves behind ([`summary`]).

pub mod board;
pub mod count;
pub mod episode;
pub mod sampling;
pub mod summary;

use crate::mirror::Label;
use paso_formats::{
    entry::{Minute, StreamId},
    moment::Moment,
    statement::Statement,
};

/// Where a statement stands, and what its leaf says of when it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stands {
    /// In which log.
    pub label: Label,
    /// At which place of it.
    pub place: u64,
    /// In whose stream.
    pub stream: StreamId,
    /// Under which number.
    pub sequence: u64,
    /// The minute in which it was recorded, by the clock of the device.
    pub recorded: Minute,
}

/// A statement, opened, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it says.
    pub statement: Statement,
    /// Where it stands.
    pub stands: Stands,
}

/// What one row of a log contributes to the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A statement.
    Told(Told),
    /// One that cannot be read, or a record of which nothing was ever told.
    Silent(Silent),
}

/// Custody that tells the ombudsman nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    /// In which log.
    pub label: Label,
    /// At which place of it.
    pub place: u64,
    /// Why.
    pub why: String,
}

/// What had happened by `at`: the board of a past hour is made of these.
#[must_use]
pub fn until(told: &[Told], at: Moment) -> Vec<Told> {
    let happened = |told: &&Told| told.statement.at <= at;
    told.iter().filter(happened).cloned().collect()
}
