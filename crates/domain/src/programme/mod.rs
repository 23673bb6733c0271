//! The programme: dated rules of who is eligible, where, for how long, on what legal instrument.
//!
//! Rules are data in `programs/*.toml`, never constants: they change by decree, and at times two
//! instruments say two things (facts A.2). A row whose content nobody has read says so. There is no
//! fee in these files and no place for one: the card is free.
//!
//! Eligibility and the validity of a card follow the row of the issuing date; a stay follows the
//! row of the entry date.

mod explain;
mod file;
pub(crate) mod raw;
mod rule;

pub use explain::Explanation;
pub use file::ProgrammeError;
pub use rule::{
    Accepted, Applicants, CardValidity, Conflict, DayCount, DocumentRule, Grade, Instrument, Issue,
    IssueTerms, MinorRule, NotASubdivision, Note, NoteKind, Permission, Region, Rule, Source,
    Sourced, Stay, Subdivision, Text,
};

use jiff::civil::Date;

/// A programme: its rows in the order of their dates, never two for one day, and the notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    pub(crate) id: String,
    pub(crate) name: Text,
    pub(crate) demo: bool,
    pub(crate) rules: Vec<Rule>,
    pub(crate) notes: Vec<Note>,
}

impl Programme {
    /// The rules of 2008 to today, compiled in from `programs/frontera-sur.toml`.
    ///
    /// # Errors
    /// Never for the file as shipped; a test loads it.
    pub fn frontera_sur() -> Result<Self, ProgrammeError> {
        Self::load(include_str!("../../../../programs/frontera-sur.toml"))
    }

    /// The demonstration programme, whose one row begins on `from`: the rule of 2014 once more,
    /// under a name that says DEMO.
    ///
    /// # Errors
    /// Never for the file as shipped; a test loads it.
    pub fn demo(from: Date) -> Result<Self, ProgrammeError> {
        file::read(include_str!("../../../../programs/demo.toml"), Some(from))
    }

    /// A programme from the text of a file, for authorities that bring their own.
    ///
    /// # Errors
    /// The row and the field that are wrong, and what was expected there.
    pub fn load(text: &str) -> Result<Self, ProgrammeError> {
        file::read(text, None)
    }

    /// The stable id, such as `frontera-sur`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the programme is called.
    #[must_use]
    pub const fn name(&self) -> &Text {
        &self.name
    }

    /// Whether this is a demonstration that no one may rely on.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.demo
    }

    /// All rows, earliest first.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// All notes, earliest first.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The row in force on `date`, if there is one.
    #[must_use]
    pub fn rule_on(&self, date: Date) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.covers(date))
    }

    /// The row of this id: what a stored card or stay refers to.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// What held on `date`, with the notes, the conflicts and what nobody has sourced.
    #[must_use]
    pub fn explain(&self, date: Date) -> Explanation<'_> {
        Explanation::of(self, date)
    }
}

#[cfg(test)]
mod tests;
