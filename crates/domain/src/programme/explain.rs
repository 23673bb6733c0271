//! What held on a day, and how sure of it anyone can be: for `paso program show --on`.

use super::{Note, Programme, Rule};
use jiff::civil::Date;

/// The programme on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation<'a> {
    /// The day asked about.
    pub on: Date,
    /// The programme asked.
    pub programme: &'a Programme,
    /// The row in force, with its conflicts; none on a day without a rule.
    pub rule: Option<&'a Rule>,
    /// The row before it.
    pub previous: Option<&'a Rule>,
    /// The row after it.
    pub next: Option<&'a Rule>,
    /// The notes that concern the day.
    pub notes: Vec<&'a Note>,
    /// Fields of the row that nobody has sourced, by their stable names.
    pub unsourced: Vec<&'static str>,
}

impl<'a> Explanation<'a> {
    pub(super) fn of(programme: &'a Programme, on: Date) -> Self {
        let rule = programme.rule_on(on);
        Self {
            on,
            programme,
            rule,
            previous: programme
                .rules
                .iter()
                .rfind(|r| r.valid_to.is_some_and(|last| last < on)),
            next: programme.rules.iter().find(|r| on < r.valid_from),
            notes: programme
                .notes
                .iter()
                .filter(|note| note.covers(on))
                .collect(),
            unsourced: rule.map(Rule::unsourced).unwrap_or_default(),
        }
    }
}
