//! The two clocks of a stay: elapsed hours and natural days.
//!
//! "72 hours" and "3 natural days" are different clocks, both used officially for one rule, and no
//! source says which one decides (facts A.2). So both run. A person is shown the earlier end
//! ("leave by") and counts as overstayed only after the later one ("not overstayed until"). Hours
//! are elapsed time, so a change of the clocks moves the hour on the wall; days end at midnight in
//! the state of entry. The row is that of the entry date there.

use crate::{
    crossings::Zone,
    programme::{DayCount, Programme, Rule, Stay},
};
use jiff::{ToSpan, civil::Date};
use paso_formats::moment::{HOUR, Moment};

/// When a stay ends, by each clock its rule states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayClock {
    entered: Moment,
    ends: Ends,
}

/// At least one end, since a [`Stay`] states at least one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    Elapsed(Moment),
    Natural(Moment),
    Both { elapsed: Moment, natural: Moment },
}

/// Where a moment lies on the two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StayPhase {
    /// Before or at "leave by".
    Running,
    /// After "leave by", but not yet overstayed: the stay is valid.
    Grace,
    /// After both clocks.
    Overstayed,
}

impl StayPhase {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Grace => "grace",
            Self::Overstayed => "overstayed",
        }
    }
}

/// No row was in force on the day of entry, so nobody can say when the stay ends.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule of the programme was in force on {on}; choose a programme that covers the day")]
pub struct NoRuleOnEntry {
    /// The calendar day of entry at the crossing.
    pub on: Date,
}

impl StayClock {
    /// The clocks of a stay entered at `entered` in `zone`, under the row in force there that day.
    ///
    /// # Errors
    /// When no row covers the day of entry.
    pub fn of_entry(
        programme: &Programme,
        entered: Moment,
        zone: &Zone,
    ) -> Result<Self, NoRuleOnEntry> {
        let on = zone.date_at(entered);
        let rule: &Rule = programme.rule_on(on).ok_or(NoRuleOnEntry { on })?;
        Ok(Self::new(&rule.stay, entered, zone))
    }

    /// The clocks of `stay`, entered at `entered` in the zone of the crossing.
    #[must_use]
    pub fn new(stay: &Stay, entered: Moment, zone: &Zone) -> Self {
        let elapsed = stay
            .elapsed_hours()
            .map(|hours| entered.plus(i64::from(hours) * HOUR));
        let natural = stay
            .natural_days()
            .map(|days| natural_end(entered, days, stay.counting(), zone));
        let ends = match (elapsed, natural) {
            (Some(elapsed), Some(natural)) => Ends::Both { elapsed, natural },
            (Some(elapsed), None) => Ends::Elapsed(elapsed),
            // `Stay` states at least one length; were there none, the stay would end at once.
            (None, natural) => Ends::Natural(natural.unwrap_or(entered)),
        };
        Self { entered, ends }
    }

    /// When the person entered.
    #[must_use]
    pub const fn entered(&self) -> Moment {
        self.entered
    }

    /// The last second by elapsed hours, where the rule states hours.
    #[must_use]
    pub const fn elapsed_end(&self) -> Option<Moment> {
        match self.ends {
            Ends::Elapsed(elapsed) | Ends::Both { elapsed, .. } => Some(elapsed),
            Ends::Natural(_) => None,
        }
    }

    /// The last second by natural days, where the rule states days.
    #[must_use]
    pub const fn natural_end(&self) -> Option<Moment> {
        match self.ends {
            Ends::Natural(natural) | Ends::Both { natural, .. } => Some(natural),
            Ends::Elapsed(_) => None,
        }
    }

    /// What the holder is told: leave by this second.
    #[must_use]
    pub fn leave_by(&self) -> Moment {
        match self.ends {
            Ends::Elapsed(end) | Ends::Natural(end) => end,
            Ends::Both { elapsed, natural } => elapsed.min(natural),
        }
    }

    /// What an officer goes by: up to and with this second nobody has overstayed.
    #[must_use]
    pub fn not_overstayed_until(&self) -> Moment {
        match self.ends {
            Ends::Elapsed(end) | Ends::Natural(end) => end,
            Ends::Both { elapsed, natural } => elapsed.max(natural),
        }
    }

    /// Where `now` lies on the clocks.
    #[must_use]
    pub fn phase(&self, now: Moment) -> StayPhase {
        if now <= self.leave_by() {
            StayPhase::Running
        } else if now <= self.not_overstayed_until() {
            StayPhase::Grace
        } else {
            StayPhase::Overstayed
        }
    }
}

fn natural_end(entered: Moment, days: u16, counting: DayCount, zone: &Zone) -> Moment {
    let after_entry_day = match counting {
        DayCount::EntryDayCounts => i32::from(days) - 1,
        DayCount::DayAfterEntry => i32::from(days),
    };
    let last_day = zone.date_at(entered).saturating_add(after_entry_day.days());
    zone.last_second_of(last_day)
}

#[cfg(test)]
mod tests;
