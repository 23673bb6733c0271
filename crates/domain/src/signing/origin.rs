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
        Event::Card(event) => match event {
            CardEvent::Refused { .. } => Some("card.refuse"),
            CardEvent::Revoked { .. } => Some("card.revoke"),
            _ => None,
        },
        Event::Person(event) => match event {
            PersonEvent::MergedInto { .. } => Some("person.merge"),
            PersonEvent::MergeUndone { .. } => Some("person.undo-merge"),
            PersonEvent::Claimed { .. } => None,
        },
        Event::Erasure(_) => Some("erasure.propose"),
        Event::Officer(event) => officer(event),
        Event::Device(event) => match event {
            DeviceEvent::Enrolled { way, .. } => by_page(*way, "device.enrol"),
            DeviceEvent::Retired { way, .. } => by_page(*way, "device.retire"),
            DeviceEvent::Revoked { way, .. } => by_page(*way, "device.revoke"),
        },
        Event::Site(event) => match event {
            SiteEvent::Opened { way, .. } => by_page(*way, "site.open"),
            SiteEvent::Closed { way, .. } => by_page(*way, "site.close"),
        },
        Event::Authority(event) => match event {
            AuthorityEvent::KeyAdded { way, .. } => by_page(*way, "authority.add-key"),
            AuthorityEvent::KeyEnded { way, .. } => by_page(*way, "authority.end-key"),
        },
        Event::Token(TokenEvent::Issued { way, .. }) => by_page(*way, "token.issue"),
        _ => None,
    }
}
