//! From which command an event must have come, and so how it must be signed.

use crate::{card::CardEvent, event::Event, person::PersonEvent};

/// Where an event came from, as its body tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// No command that asks for a signature.
    Open,
    /// This command.
    Command(&'static str),
}

impl Origin {
    /// The command's code; empty where none asks for a signature.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Command(command) => command,
        }
    }
}

/// The command that an event must have come from, if one that is signed.
#[must_use]
pub const fn origin(event: &Event) -> Origin {
    match event {
        Event::Card(CardEvent::Refused { .. }) => Origin::Command("card.refuse"),
        Event::Card(CardEvent::Revoked { .. }) => Origin::Command("card.revoke"),
        Event::Person(PersonEvent::MergedInto { .. }) => Origin::Command("person.merge"),
        Event::Person(PersonEvent::MergeUndone { .. }) => Origin::Command("person.undo-merge"),
        _ => Origin::Open,
    }
}
