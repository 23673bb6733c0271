//! From which command an event must have come, and so how it must be signed.

use crate::{
    act::Way,
    authority::AuthorityEvent,
    card::CardEvent,
    custody::CustodyEvent,
    device::DeviceEvent,
    event::Event,
    officer::{InvitationPurpose, OfficerEvent, PasskeyEndReason},
    person::PersonEvent,
    shift::ShiftEvent,
    site::SiteEvent,
    token::TokenEvent,
};

/// The command that an event must have come from; none where no signature is asked for.
///
/// What was done at the console was done by whoever holds the machine, and is told apart in its
/// register ([`Way`]): nobody signs there. A passkey is registered, and another ended in its place, by
/// whoever holds the invitation; that invitation was signed for.
#[must_use]
pub fn origin(event: &Event) -> Option<&'static str> {
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
        Event::Custody(event) => custody(event),
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
        Event::Shift(ShiftEvent::PhoneOpened { .. }) => Some("shift.open-phone"),
        Event::Token(TokenEvent::Issued { way, .. }) => by_page(*way, "token.issue"),
        _ => None,
    }
}

/// Whoever takes somebody, gives or receives them, or lets them go, signs it; what is told of a person
/// meanwhile is done in the session.
const fn custody(event: &CustodyEvent) -> Option<&'static str> {
    match event {
        // Without a network the key of a shift signs, for whose opening its officer's passkey signed.
        CustodyEvent::Opened { opening, .. } => match opening.phone {
            Some(_) => None,
            None => Some("custody.open"),
        },
        CustodyEvent::Offered { .. } => Some("custody.offer"),
        CustodyEvent::Accepted { .. } => Some("custody.accept"),
        CustodyEvent::Missed { .. } => Some("custody.miss"),
        CustodyEvent::GivenOnPaper { .. } => Some("custody.give-on-paper"),
        CustodyEvent::Ended { .. } => Some("custody.end"),
        CustodyEvent::Countersigned { .. } => Some("custody.countersign"),
        CustodyEvent::Settled { .. } => Some("custody.settle"),
        CustodyEvent::AcceptedAbroad { .. } => Some("custody.accept-abroad"),
        CustodyEvent::Described { .. }
        | CustodyEvent::Recognised { .. }
        | CustodyEvent::Withdrawn { .. }
        | CustodyEvent::PaperConfirmed { .. }
        | CustodyEvent::Departed { .. }
        | CustodyEvent::Arrived { .. }
        | CustodyEvent::NotFound { .. }
        | CustodyEvent::Found { .. }
        | CustodyEvent::SecretChanged { .. } => None,
    }
}

fn officer(event: &OfficerEvent) -> Option<&'static str> {
    match event {
        OfficerEvent::Enrolled { way, .. } => by_page(*way, "officer.enrol"),
        OfficerEvent::Granted { way, .. } => by_page(*way, "officer.grant"),
        OfficerEvent::GrantEnded { way, .. } => by_page(*way, "officer.end-grant"),
        OfficerEvent::Invited { way, purpose, .. } => by_page(
            *way,
            match purpose {
                InvitationPurpose::Enrolment => "officer.invite",
                InvitationPurpose::Recovery => "officer.recover-passkey",
            },
        ),
        OfficerEvent::PasskeyEnded { way, reason, .. } => match reason {
            PasskeyEndReason::Recovered => None,
            PasskeyEndReason::PutAway | PasskeyEndReason::Lost => {
                by_page(*way, "officer.end-passkey")
            }
        },
        OfficerEvent::Suspended { way, .. } => by_page(*way, "officer.suspend"),
        OfficerEvent::Reinstated { way, .. } => by_page(*way, "officer.reinstate"),
        OfficerEvent::Dismissed { way, .. } => by_page(*way, "officer.dismiss"),
        OfficerEvent::PasskeyAdded { .. } | OfficerEvent::CounterSteppedBack { .. } => None,
    }
}

fn by_page(way: Way, command: &'static str) -> Option<&'static str> {
    (way == Way::Page).then_some(command)
}
