//! A receipt is stored as the very bytes it discloses, and says no more than it must.

use super::*;
use crate::{
    act::Act,
    event::{Event, SCHEMA, UnreadableEvent},
    subject::Subject,
};
use paso_formats::receipt::{EVENT_KIND, EVENT_SCHEMA, FactsError};

fn act() -> Act {
    Act {
        at: "2014-07-08T15:00:00Z".parse().unwrap(),
        post: "HUI".parse().unwrap(),
        officer: "INM-0417".parse().unwrap(),
        late: None,
    }
}

fn code() -> Code {
    Code::from_random([0x12, 0x34, 0x56, 0x78])
}

fn card() -> Handle {
    Handle::Card("TAL-773M-9Q2X-J".parse().unwrap())
}

#[test]
fn it_is_stored_as_the_bytes_it_discloses() {
    let (subject, event) = given(code(), Kind::Entry, &act(), Some(card())).unwrap();
    let Event::Receipt(ReceiptEvent::Given(body)) = &event else {
        panic!("{event:?}")
    };
    assert_eq!(event.encode(), body.to_cbor());
    assert_eq!((event.kind(), SCHEMA), (EVENT_KIND, EVENT_SCHEMA));
    assert_eq!(event.at(), act().at);
    assert_eq!(event.act(), None, "the act beside it is listed, not this");
    assert_eq!(
        Event::decode(EVENT_KIND, SCHEMA, &body.to_cbor()).unwrap(),
        event
    );
    // The subject that the commitment is made under is the one that the paper's reader makes.
    assert_eq!(subject.to_string(), format!("receipt:{}", code()));
    assert_eq!(subject.to_string().parse(), Ok(subject));
    for wrong in [
        "receipt:",
        "receipt:2C7K9XRT",
        "receipt:2c7k-9xrt",
        "receipt:AAAA-AAAA",
    ] {
        assert!(wrong.parse::<Subject>().is_err(), "{wrong}");
    }
    let mut longer = body.to_cbor();
    longer.push(0);
    for wrong in [&longer[..], &[], &[0x80]] {
        assert!(matches!(
            Event::decode(EVENT_KIND, SCHEMA, wrong),
            Err(UnreadableEvent::Malformed { .. })
        ));
    }
}

#[test]
fn an_encounters_receipt_never_names_the_card() {
    for (kind, kept) in [
        (Kind::Encounter, false),
        (Kind::Check, false),
        (Kind::Entry, true),
        (Kind::Exit, true),
    ] {
        let (_, event) = given(code(), kind, &act(), Some(card())).unwrap();
        let Event::Receipt(ReceiptEvent::Given(body)) = event else {
            panic!("{event:?}")
        };
        assert_eq!(body.facts().handle.is_some(), kept, "{}", kind.code());
    }
}

#[test]
fn an_officers_number_that_does_not_fit_is_named() {
    let long = Act {
        officer: "INM-0417".parse().unwrap(),
        at: paso_formats::moment::Moment::from_unix(-1),
        ..act()
    };
    assert_eq!(
        given(code(), Kind::Exit, &long, None).unwrap_err(),
        FactsError::Time
    );
}
