//! Every word that a page may have to say without asking the server, as one JSON text in the page.
//!
//! The verifier answers with codes; which sentence belongs to one is decided here and nowhere else.

use paso_formats::{
    placard::{PlacardFinding, PlacardStep},
    receipt::{Kind, ReceiptFinding, ReceiptStep},
    verdict::{Light, NextStep},
};
use paso_pages::Voice;
use serde_json::{Map, Value, json};

/// Findings about a card and its slip.
pub(crate) const FINDINGS: [&str; 27] = [
    "valid",
    "valid-stay",
    "valid-leave-now",
    "bundle-old",
    "clock-behind",
    "no-bundle",
    "bundle-expired",
    "unknown-key",
    "key-retired",
    "key-later-compromised",
    "suspended",
    "status-unknown",
    "outside-territory",
    "encrypted",
    "malformed",
    "slip-malformed",
    "slip-unproven",
    "slip-of-another-card",
    "expired",
    "not-yet-valid",
    "overstayed",
    "revoked",
    "key-out-of-window",
    "key-compromised",
    "bad-signature",
    "unsigned",
    "slip-forged",
];

/// Who reads the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// An officer, who is told what to do.
    Officer,
    /// Whoever carries the card, who is told what it means.
    Holder,
}

/// The words for one reader.
pub(crate) fn json(t: Voice<'_>, reader: Reader) -> String {
    let family = |family: &str, codes: &[&str]| {
        let words = codes
            .iter()
            .filter_map(|code| Some(((*code).to_owned(), Value::String(t.known(family, code)?))));
        Value::Object(words.collect::<Map<_, _>>())
    };
    let of_receipts = ReceiptFinding::EACH.map(ReceiptFinding::code);
    let steps = NextStep::ALL.map(NextStep::code);
    let (next, receipts, placards) = match reader {
        Reader::Officer => (family("next", &steps), Value::Null, Value::Null),
        Reader::Holder => (
            family("mine-next", &steps),
            json!({
                "word": family("verify-word", &of_receipts),
                "finding": family("verify-finding", &of_receipts),
                "next": family("verify-next", &ReceiptStep::ALL.map(ReceiptStep::code)),
                "act": family("receipt-kind", &Kind::ALL.map(Kind::code)),
            }),
            json!({
                "word": family("letrero-word", &PlacardFinding::EACH.map(PlacardFinding::code)),
                "finding": family("letrero-finding", &PlacardFinding::EACH.map(PlacardFinding::code)),
                "next": family("letrero-next", &PlacardStep::ALL.map(PlacardStep::code)),
                "place": t.text("letrero-place"),
                "unit": t.text("letrero-unit"),
                "since": t.text("letrero-since"),
                "until": t.text("letrero-until"),
                "offline": t.text("letrero-offline"),
            }),
        ),
    };
    let states: Vec<&str> = STATES.iter().map(|(code, _)| *code).collect();
    json!({
        "light": family("light", &[Light::Green, Light::Amber, Light::Red].map(Light::code)),
        "word": family("word", &FINDINGS),
        "finding": family("finding", &FINDINGS),
        "next": next,
        "state": family("state", &states),
        "receipts": receipts,
        "placards": placards,
        "amber": t.text("amber-never-custody"),
        "red": t.text("red-no-custody"),
        "name": t.text("verdict-name"),
        "birth": t.text("desk-birth"),
        "tail": t.text("verdict-tail"),
        "number": t.text("card-number"),
        "nationality": t.text("card-nationality"),
        "expires": t.text("card-expires"),
        "leave_by": t.text("clock-leave-by"),
        "not_overstayed_until": t.text("clock-not-overstayed"),
        "states": t.text("entry-states"),
        "age": t.text("phone-age"),
        "days": t.text("phone-days"),
        "hours": t.text("phone-hours"),
        "none": t.text("phone-no-list"),
        "old": t.text("phone-list-old"),
        "dead": t.text("phone-list-dead"),
        "refused": t.text("phone-list-refused"),
        "clock": t.text("verdict-clock-behind"),
        "offline": t.text("phone-offline"),
        "ready": t.text("phone-ready"),
        "online": t.text("phone-online"),
        "no_camera": t.text("phone-no-camera"),
        "failed": t.text("phone-failed"),
        "forget": t.text("phone-forget"),
        "when": t.text("verify-says-at"),
        "post": t.text("verify-says-post"),
        "officer": t.text("verify-says-officer"),
        "code": t.text("verify-says-code"),
    })
    .to_string()
}

/// The words of a shift on the phone.
pub(crate) fn of_shift(t: Voice<'_>) -> String {
    json!({
        "until": t.text("shift-until"),
        "unsent": t.text("shift-unsent"),
        "sent": t.text("shift-sent"),
        "missing": t.text("shift-missing"),
        "over": t.text("shift-over"),
        "soon": t.text("shift-soon"),
        "ended": t.text("shift-ended"),
        "ended_sent": t.text("shift-ended-sent"),
        "ended_unsent": t.text("shift-ended-unsent"),
        "failed": t.text("shift-failed"),
        "card": t.text("shift-card"),
        "act": {
            "encounter": t.text("shift-act-encounter"),
            "opening": t.text("shift-act-opening"),
        },
    })
    .to_string()
}

/// The states of Mexico (ISO 3166-2:MX), as their own people write them.
pub(crate) const STATES: [(&str, &str); 32] = [
    ("MX-AGU", "Aguascalientes"),
    ("MX-BCN", "Baja California"),
    ("MX-BCS", "Baja California Sur"),
    ("MX-CAM", "Campeche"),
    ("MX-CHP", "Chiapas"),
    ("MX-CHH", "Chihuahua"),
    ("MX-CMX", "Ciudad de México"),
    ("MX-COA", "Coahuila"),
    ("MX-COL", "Colima"),
    ("MX-DUR", "Durango"),
    ("MX-MEX", "Estado de México"),
    ("MX-GUA", "Guanajuato"),
    ("MX-GRO", "Guerrero"),
    ("MX-HID", "Hidalgo"),
    ("MX-JAL", "Jalisco"),
    ("MX-MIC", "Michoacán"),
    ("MX-MOR", "Morelos"),
    ("MX-NAY", "Nayarit"),
    ("MX-NLE", "Nuevo León"),
    ("MX-OAX", "Oaxaca"),
    ("MX-PUE", "Puebla"),
    ("MX-QUE", "Querétaro"),
    ("MX-ROO", "Quintana Roo"),
    ("MX-SLP", "San Luis Potosí"),
    ("MX-SIN", "Sinaloa"),
    ("MX-SON", "Sonora"),
    ("MX-TAB", "Tabasco"),
    ("MX-TAM", "Tamaulipas"),
    ("MX-TLA", "Tlaxcala"),
    ("MX-VER", "Veracruz"),
    ("MX-YUC", "Yucatán"),
    ("MX-ZAC", "Zacatecas"),
];
