//! A record named by hand: the number of a card, or of a person's record itself.

use crate::say;
use paso_domain::{id::PersonId, subject::Subject};
use paso_formats::number::CardNumber;
use paso_pages::Voice;

/// What was typed, or why it names nothing.
pub(crate) fn typed(t: Voice<'_>, text: &str) -> Result<Subject, String> {
    if let Ok(person) = text.trim().to_lowercase().parse::<PersonId>() {
        return Ok(Subject::Person(person));
    }
    text.parse::<CardNumber>()
        .map(Subject::Card)
        .map_err(|error| say::number_error(t, error))
}
