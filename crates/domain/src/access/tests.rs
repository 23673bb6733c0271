//! A reading is stored in one form, and its leaf tells no more than that somebody read.

use super::*;
use crate::{
    act::Act,
    event::{Event, SCHEMA, class_of},
    id::PersonId,
    policy::{Power, Role},
    subject::Subject,
};
use paso_formats::entry::Class;
use proptest::prelude::*;

fn act() -> Act {
    Act {
        at: "2014-07-08T15:00:00Z".parse().unwrap(),
        post: "TAL".parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

fn record(choice: u8, bytes: [u8; 16]) -> Subject {
    let person = PersonId::from_random(bytes);
    match choice % 3 {
        0 => Subject::Person(person),
        1 => Subject::Stays(person),
        _ => Subject::Application(crate::id::ApplicationId::from_random(bytes)),
    }
}

fn event(power: usize, role: usize, how: usize, records: &[(u8, [u8; 16])]) -> AccessEvent {
    let (power, role) = (
        Power::ALL[power % Power::ALL.len()],
        Role::ALL[role % Role::ALL.len()],
    );
    let how = How::ALL[how % How::ALL.len()];
    let mut found = records
        .iter()
        .map(|(choice, bytes)| record(*choice, *bytes));
    match (records.len(), found.next()) {
        (1, Some(record)) => AccessEvent::Opened {
            act: act(),
            opened: Opened {
                power,
                role,
                record,
                how,
            },
        },
        _ => AccessEvent::Listed {
            act: act(),
            listed: Listed {
                power,
                role,
                query: "acts 2014-07-08".into(),
                found: found.collect(),
                how,
            },
        },
    }
}

proptest! {
    #[test]
    fn a_reading_comes_back_as_it_was_written(
        power in 0_usize..64,
        role in 0_usize..64,
        how in 0_usize..8,
        records in proptest::collection::vec(any::<(u8, [u8; 16])>(), 0..6),
    ) {
        let event = Event::Access(event(power, role, how, &records));
        let body = event.encode();
        prop_assert_eq!(Event::decode(event.kind(), SCHEMA, &body).unwrap(), event);
    }
}

/// A record and a list, opened by whomever, are one class: the leaf does not say which, nor of whom.
#[test]
fn all_readings_are_one_class() {
    for kind in ["access.opened", "access.listed"] {
        assert_eq!(class_of(kind), Class::Access, "{kind}");
    }
}

/// Power and role are stored by their codes: one that is not on the list is no event of this
/// program.
#[test]
fn an_unknown_purpose_is_named_and_not_guessed() {
    let event = Event::Access(event(0, 0, 0, &[(0, [7; 16])]));
    let body = event.encode();
    let code = Role::ALL[0].code().as_bytes();
    let at = body.windows(code.len()).position(|w| w == code).unwrap();
    let mut altered = body.clone();
    altered[at] = b'#';
    let error = Event::decode("access.opened", SCHEMA, &altered).unwrap_err();
    assert!(error.to_string().contains("access.opened"), "{error}");
    assert!(Event::decode("access.listed", SCHEMA, &body).is_err());
}
