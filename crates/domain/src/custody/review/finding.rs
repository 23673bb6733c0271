//! What a review finds, and how grave it is.

use crate::{
    custody::{alarm::Alarm, together::Discord},
    id::{EpisodeId, HandoverId},
};
use std::collections::BTreeSet;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// No honest program writes this.
    Altered,
    /// Somebody has to answer for it now.
    Waits,
    /// It was, and is on record; nothing waits.
    Noted,
}

impl Grade {
    /// All, the gravest first.
    pub const ALL: [Self; 3] = [Self::Altered, Self::Waits, Self::Noted];

    /// The stable code: in JSON, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Waits => "waits",
            Self::Noted => "noted",
        }
    }
}

/// What can be wrong with one row of an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowFault {
    /// The rows before it are gone.
    VersionMissing,
    /// It does not open, and no erasure accounts for that.
    Unreadable,
    /// Nothing was stated beside it.
    StatementMissing,
    /// What was stated beside it does not open.
    StatementClosed,
    /// What was stated beside it is not what the facts say.
    StatementDiffers,
    /// Another officer signed than the one who is said to have acted.
    SignedByAnother,
    /// It is said to come from a phone, and no key that the officer bound to a shift signed it.
    PhoneUnproven,
    /// The device's clock had been set back, or the act lies after it was written down.
    ClockBack,
}

impl RowFault {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::VersionMissing,
        Self::Unreadable,
        Self::StatementMissing,
        Self::StatementClosed,
        Self::StatementDiffers,
        Self::SignedByAnother,
        Self::PhoneUnproven,
        Self::ClockBack,
    ];

    /// The stable code: in JSON, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::VersionMissing => "version-missing",
            Self::Unreadable => "unreadable",
            Self::StatementMissing => "statement-missing",
            Self::StatementClosed => "statement-closed",
            Self::StatementDiffers => "statement-differs",
            Self::SignedByAnother => "signed-by-another",
            Self::PhoneUnproven => "phone-unproven",
            Self::ClockBack => "clock-back",
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// About a row.
    Row(RowFault),
    /// About an episode as it stands.
    Alarm(Alarm),
    /// About several episodes.
    Discord(Discord),
    /// One list was accepted with several counts.
    CountsDiffer(HandoverId, BTreeSet<u16>),
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReviewFinding {
    /// How grave.
    pub grade: Grade,
    /// What.
    pub what: What,
    /// Of which episode, where it is about one.
    pub episode: Option<EpisodeId>,
    /// At which position of the journal, where it is about a row.
    pub position: Option<u64>,
}

impl ReviewFinding {
    pub(super) const fn of_row(episode: EpisodeId, position: u64, fault: RowFault) -> Self {
        Self {
            grade: Grade::Altered,
            what: What::Row(fault),
            episode: Some(episode),
            position: Some(position),
        }
    }

    /// The stable code: in JSON, and the key of texts.
    #[must_use]
    pub fn code(&self) -> String {
        match &self.what {
            What::Row(fault) => fault.code().into(),
            What::Alarm(alarm) => alarm.code(),
            What::Discord(discord) => discord.code().into(),
            What::CountsDiffer(..) => "handover-counts".into(),
        }
    }
}
