//! What is still taken when the disk is full.
//!
//! Space is kept back for it (DESIGN §4, §7): that somebody's record was read, and everything about
//! somebody who is held. Whoever is in a cell must not stay there, nor vanish from the books, because a
//! disk is full; all else can wait for an hour, and is refused with words that say why.

use crate::{event::Event, subject::Subject};

/// Whether an event is taken from the space kept back. By its kind's register, so that later kinds of
/// a register are urgent as its first ones are.
#[must_use]
pub fn event(event: &Event) -> bool {
    kind(event.kind())
}

/// The same of a kind.
#[must_use]
pub fn kind(kind: &str) -> bool {
    let register = kind.split_once('.').map(|(register, _)| register);
    matches!(register, Some("access" | "custody"))
}

/// Whether a subject may get its key from the space kept back: those that urgent events are about.
#[must_use]
pub fn subject(subject: &Subject) -> bool {
    let text = subject.to_string();
    let what = text.split_once(':').map(|(what, _)| what);
    matches!(what, Some("reads" | "lists" | "episode"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_and_custody_are_urgent_and_nothing_else_is() {
        for known in Event::KINDS {
            let urgent = known.starts_with("access.") || known.starts_with("custody.");
            assert_eq!(kind(known), urgent, "{known}");
        }
        assert!(kind("access.opened") && kind("custody.noted"));
        assert!(!kind("command.refused") && !kind("access") && !kind(""));
    }

    #[test]
    fn a_key_is_made_for_the_subjects_of_urgent_events_alone() {
        for (text, urgent) in [
            ("lists:INM-0417", true),
            ("reads:0123456789abcdef0123456789abcdef", true),
            ("episode:0123456789abcdef0123456789abcdef", true),
            ("person:0123456789abcdef0123456789abcdef", false),
            ("officer:INM-0417", false),
        ] {
            assert_eq!(subject(&text.parse().unwrap()), urgent, "{text}");
        }
    }
}
