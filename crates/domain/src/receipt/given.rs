//! What a receipt says of the act it is given for.

use super::{Body, Code, Facts, Handle, Kind, ReceiptEvent};
use crate::{act::Act, event::Event, subject::Subject};
use paso_formats::receipt::FactsError;

/// The receipt of an act, as it goes into the journal beside the act's own event.
///
/// An encounter's receipt has no handle, whatever is passed: there must be no list of a card's
/// whereabouts (DESIGN §6).
///
/// # Errors
/// When officer or time cannot stand on a receipt; the message says what to correct.
pub fn given(
    code: Code,
    kind: Kind,
    act: &Act,
    handle: Option<Handle>,
) -> Result<(Subject, Event), FactsError> {
    let body = Body::new(Facts {
        code,
        kind,
        post: act.post.to_string(),
        // When it was given: the log is held to the hour on a receipt, and a sheet's hour is older.
        at: act.recorded(),
        officer: act.officer.to_string(),
        handle: handle.filter(|_| !matches!(kind, Kind::Encounter | Kind::Check)),
    })?;
    Ok((
        Subject::Receipt(code),
        Event::Receipt(ReceiptEvent::Given(body)),
    ))
}
