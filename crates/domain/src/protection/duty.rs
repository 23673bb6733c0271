//! The duty to tell a child's consulate, which collides with the prohibition to tell a claimant's:
//! the prohibition goes first (facts D.4, "Collision").

use super::ProtectionState;
use crate::custody::{Clock, ClockKind, Clocks};
use jiff::civil::{Date, date};
use paso_formats::field::StateCode;

/// A rule about consular notice of children, with its days and its source. A case keeps the regime
/// of its own date (facts C.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regime {
    /// The first day.
    pub from: Date,
    /// The last day; none while in force.
    pub until: Option<Date>,
    /// Whether the consulate of a child is to be told.
    pub owed: bool,
    /// The instrument, as the source names it.
    pub instrument: &'static str,
    /// Where it stands in the facts.
    pub source: &'static str,
}

/// The rules known. Of the text in force since 2020 only the opening was seen, and it names no
/// consular notice: so none is asked for, and none is forbidden.
const REGIMES: [Regime; 2] = [
    Regime {
        from: date(2013, 6, 5),
        until: Some(date(2020, 11, 10)),
        owed: true,
        instrument: "Ley de Migración, art. 112, reforma de 2013",
        source: "facts C.1 [C1][C2]",
    },
    Regime {
        from: date(2020, 11, 11),
        until: None,
        owed: false,
        instrument: "Ley de Migración, art. 112, reforma del 11 de noviembre de 2020",
        source: "facts C.1 [C4][C5]: not in the part that was seen",
    },
];

/// The regime of a day.
#[must_use]
pub fn regime_on(day: Date) -> Option<&'static Regime> {
    REGIMES
        .iter()
        .find(|regime| regime.from <= day && regime.until.is_none_or(|until| day <= until))
}

/// How it stands with the duty to tell a child's consulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// There is none.
    None,
    /// An officer has to tell it: nothing is sent by itself.
    Owed,
    /// There would be one, and it must not be done.
    Held,
    /// It was done.
    Done,
}

impl Duty {
    /// All.
    pub const ALL: [Self; 4] = [Self::None, Self::Owed, Self::Held, Self::Done];

    /// The stable code: the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Owed => "owed",
            Self::Held => "held",
            Self::Done => "done",
        }
    }
}

/// The duty towards one state's consulate. `child` is what the asker may know of the age: an
/// enforcement page asks with the date of birth on record, never with an answer to the screening.
#[must_use]
pub fn duty(state: &ProtectionState, to: StateCode, child: bool, on: Date) -> Duty {
    if !child || !regime_on(on).is_some_and(|regime| regime.owed) {
        Duty::None
    } else if state.notices().iter().any(|notice| notice.to == to) {
        Duty::Done
    } else if state.held(to) {
        Duty::Held
    } else {
        Duty::Owed
    }
}

/// By when the consulate of each state that was claimed should be told. The clock begins with the
/// screening and never before it; while a notice is held it is no clock at all, and neither does it run
/// for anybody to whom no notice is owed (facts D.4, C.6 \[C31\]: untold for 38 days).
#[must_use]
pub fn notice_clocks(
    state: &ProtectionState,
    claimed: impl IntoIterator<Item = StateCode>,
    child: bool,
    rules: &Clocks,
    on: Date,
) -> Vec<Clock> {
    let (Some(from), Some(rule)) = (state.screened(), rules.on(ClockKind::Consulate, on)) else {
        return Vec::new();
    };
    let told = |to: StateCode| {
        let notices = state.notices().into_iter();
        notices
            .filter(|notice| notice.to == to)
            .map(|notice| notice.act.at)
            .min()
    };
    claimed
        .into_iter()
        .filter_map(|to| match duty(state, to, child, on) {
            Duty::None | Duty::Held => None,
            Duty::Owed => Some(None),
            Duty::Done => Some(told(to)),
        })
        .map(|met| Clock {
            kind: ClockKind::Consulate,
            from,
            due: from.plus(rule.seconds()),
            met,
        })
        .collect()
}
