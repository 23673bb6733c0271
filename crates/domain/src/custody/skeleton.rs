//! What of an episode's fact decides who answers, where the person is and whether control lasts, and
//! nothing that was said of the person. Views keep this in the clear, so that a board of a place needs
//! no key and shows no name.

use super::event::{
    Abroad, CustodyEvent, Description, Ending, Leg, Offer, Opening, Paper, Recipient, Stated,
};
use crate::person::Evidence;

/// The fact without what was said.
#[must_use]
pub fn skeleton(event: &CustodyEvent) -> CustodyEvent {
    let mut event = event.clone();
    match &mut event {
        CustodyEvent::Opened { opening, .. } => {
            let Opening {
                taken_where,
                vehicle,
                unit,
                ordered_by,
                basis,
                reason,
                phone,
                ..
            } = opening;
            *phone = None;
            blank([taken_where, vehicle, unit, ordered_by, basis, reason]);
        }
        CustodyEvent::Described { description, .. } => **description = told(description),
        CustodyEvent::Offered { offer, .. } => {
            let Offer {
                reason, leg, to, ..
            } = offer;
            blank([reason]);
            if let Some(Leg { vehicle, route, .. }) = leg {
                blank([vehicle, route]);
            }
            if let Recipient::Post { officer, .. } = to {
                *officer = None;
            }
        }
        CustodyEvent::GivenOnPaper { paper, .. } => {
            let Paper { body, receiver, .. } = paper;
            blank([body, receiver]);
        }
        CustodyEvent::Departed { leg, .. } => blank([&mut leg.vehicle, &mut leg.route]),
        CustodyEvent::Ended { ending, .. } => {
            let Ending { evidence, to, .. } = ending;
            blank([evidence, to]);
        }
        CustodyEvent::AcceptedAbroad { abroad, .. } => {
            let Abroad { officer, .. } = abroad;
            blank([officer]);
        }
        CustodyEvent::Recognised { evidence: text, .. }
        | CustodyEvent::Withdrawn { reason: text, .. }
        | CustodyEvent::PaperConfirmed { how: text, .. }
        | CustodyEvent::NotFound { note: text, .. }
        | CustodyEvent::Found { note: text, .. }
        | CustodyEvent::Settled { reason: text, .. } => blank([text]),
        CustodyEvent::Accepted { .. }
        | CustodyEvent::Missed { .. }
        | CustodyEvent::Arrived { .. }
        | CustodyEvent::Countersigned { .. }
        | CustodyEvent::SecretChanged { .. } => {}
    }
    event
}

fn blank<const N: usize>(texts: [&mut String; N]) {
    texts.into_iter().for_each(String::clear);
}

/// That something was told, and with whom the person was found.
fn told(description: &Description) -> Description {
    Description {
        stated: Stated {
            surnames: String::new(),
            given: String::new(),
            birth: None,
            sex: None,
            nationality: None,
            evidence: Evidence {
                kind: None,
                number: None,
                issuer: None,
                expires: None,
                machine_read: false,
            },
        },
        found_with: description.found_with.clone(),
        health: String::new(),
        injuries: String::new(),
        belongings: String::new(),
        language: String::new(),
        interpreter: String::new(),
        tell: String::new(),
        rights: String::new(),
    }
}
