//! Papers are sorted alike in whatever order they are shown.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its ground gives way"
)]

use paso_formats::{scan::Malformed, shown::sort};

const CARD: &str = include_str!("formats/golden-card.txt");
const SLIP: &str = include_str!("formats/golden-slip.txt");

/// Another card than the golden one: a third party's.
fn other() -> String {
    let vector = include_str!("vectors/claim169/valid/ed25519-signed.json");
    let json: serde_json::Value = serde_json::from_str(vector).unwrap();
    json["qr_data"].as_str().unwrap().to_owned()
}

#[test]
fn in_any_order_and_scanned_twice() {
    let other = other();
    for (texts, card, slip) in [
        (vec![], Some(Malformed::Empty), None),
        (vec![CARD], None, None),
        (vec![CARD, CARD], None, None),
        (vec![CARD, SLIP], None, Some(None)),
        (vec![SLIP, CARD], None, Some(None)),
        (vec![SLIP, CARD, SLIP], None, Some(None)),
        (vec![SLIP], Some(Malformed::SlipNotCard), Some(None)),
        (vec![CARD, &other], None, Some(Some(Malformed::CardNotSlip))),
        (
            vec![CARD, "%"],
            None,
            Some(Some(sort(&["%"]).card.unwrap_err())),
        ),
        (
            vec!["%", SLIP],
            Some(sort(&["%"]).card.unwrap_err()),
            Some(None),
        ),
    ] {
        let shown = sort(&texts);
        assert_eq!(shown.card.err(), card, "{texts:?}");
        assert_eq!(shown.slip.map(Result::err), slip, "{texts:?}");
    }
}
