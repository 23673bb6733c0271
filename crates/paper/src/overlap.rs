//! Tests over all papers as data: whatever a person is called, nothing overlaps, nothing leaves
//! its place, and no symbol is printed smaller than readers need.

use proptest::prelude::*;

use crate::common::{Bilingual, Moment, Notices, Portrait, PrintError};
use crate::typeset::block::Line;
use crate::typeset::scene::{Area, Mark, SMALLEST_MODULE, Scene, module_size};
use crate::{
    About, CardFace, Ceremony, Envelope, Proof, Reading, Readings, Reason, Receipt, Refusal,
    RootKey, Slip, card, ceremony, proof, qr, readings, receipt, refusal, slip,
};

mod custody;

/// What takes room on a page: texts, symbols with their quiet zone, portraits.
fn contents(page: &crate::typeset::scene::Page) -> Vec<(String, Area)> {
    page.marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text(text) => {
                let lines: Vec<String> = text.block.lines.iter().map(Line::text).collect();
                Some((lines.join(" / "), text.area))
            }
            Mark::Symbol { at, module, symbol } => {
                let side = modules(symbol.modules() + 2 * qr::QUIET_ZONE) * module;
                let quiet = modules(qr::QUIET_ZONE) * module;
                let area = Area::new(at.0 - quiet, at.1 - quiet, side, side);
                Some(("symbol".into(), area))
            }
            Mark::Picture { area, .. } => Some(("portrait".into(), *area)),
            _ => None,
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "a symbol's modules")]
fn modules(count: u32) -> f32 {
    count as f32
}

/// Nothing overlaps, and all stays inside the page, or for cards inside one face.
fn assert_tidy(scene: &Scene) -> Result<(), TestCaseError> {
    for page in &scene.pages {
        let contents = contents(page);
        for (at, (name, area)) in contents.iter().enumerate() {
            let page_area = Area::new(0.0, 0.0, page.size.0, page.size.1);
            prop_assert!(
                page_area.inset(1.8).holds(area),
                "{}: off the page: {name} {area:?}",
                scene.paper
            );
            for (other, place) in &contents[..at] {
                prop_assert!(
                    !area.overlaps(place),
                    "{}: {name} {area:?} over {other} {place:?}",
                    scene.paper
                );
            }
        }
        if scene.paper == "card" {
            assert_within_faces(&contents)?;
        }
    }
    Ok(())
}

fn assert_within_faces(contents: &[(String, Area)]) -> Result<(), TestCaseError> {
    let faces: Vec<Area> = card::faces().map(|face| face.inset(1.2)).collect();
    for (name, area) in contents {
        // The instructions in the sheet's margin stand above the first row.
        let instructions = area.bottom() < faces[0].y;
        prop_assert!(
            instructions || faces.iter().any(|face| face.holds(area)),
            "not within one face: {name} {area:?}"
        );
    }
    Ok(())
}

/// Names as people have them: one to eight words, particles, hyphens, apostrophes, up to 60
/// letters and beyond.
fn name() -> impl Strategy<Value = String> {
    let word = "[A-ZÁÉÑ][a-záéíóúñüʼ'’]{1,14}(-[A-Z][a-zʼ]{2,12})?";
    let part = prop_oneof![4 => word, 1 => Just("de la".to_owned()), 1 => Just("y".to_owned())];
    prop::collection::vec(part, 1..9).prop_map(|words| words.join(" "))
}

/// An authority's name with its regional office.
fn authority() -> impl Strategy<Value = String> {
    name().prop_map(|name| name.chars().take(78).collect())
}

/// A post's name.
fn place() -> impl Strategy<Value = String> {
    name().prop_map(|name| name.chars().take(64).collect())
}

/// Words as notices have them: letters of everyday frequency, some words long, one an address.
const WORDS: [&str; 32] = [
    "la",
    "autoridad",
    "puede",
    "revisarla,",
    "no",
    "quedársela.",
    "Pida",
    "siempre",
    "su",
    "constancia",
    "de",
    "revisión",
    "ante",
    "Defensoría,",
    "fuera",
    "del",
    "Instituto",
    "Nacional",
    "Migración.",
    "veedor.example.org/quejas",
    "800",
    "000",
    "0000",
    "quejarse",
    "con",
    "identificación",
    "a",
    "vista;",
    "Guardia",
    "internacionalmente",
    "y",
    "hermanamiento",
];

fn words(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 1..most)
        .prop_map(|words| words.join(" "))
}

fn bilingual(most: usize) -> impl Strategy<Value = Bilingual> {
    (words(most), words(most)).prop_map(|(es, en)| Bilingual { es, en })
}

/// A text of at most so many words and characters in each language.
fn cut(words: usize, characters: usize) -> impl Strategy<Value = Bilingual> {
    bilingual(words).prop_map(move |text| Bilingual {
        es: text.es.chars().take(characters).collect(),
        en: text.en.chars().take(characters).collect(),
    })
}

/// The longest notices that are promised to fit.
fn notices() -> impl Strategy<Value = Notices> {
    let notice = || cut(60, Notices::LONGEST);
    (notice(), notice(), notice()).prop_map(|(who_may_ask, complaints, how_to_check)| Notices {
        who_may_ask,
        complaints,
        how_to_check,
    })
}

fn text_of_symbol() -> impl Strategy<Value = String> {
    "[0-9A-Z $%*+./:-]{1,419}"
}

fn proof() -> impl Strategy<Value = Proof> {
    let symbol = prop_oneof![text_of_symbol().prop_map(Ok), cut(30, 130).prop_map(Err),];
    let page = prop::sample::select(vec![
        "mx.localhost:8460/verify",
        "constancias.frontera-sur.migracion.example.gob.mx/verify",
    ]);
    (symbol, page).prop_map(|(symbol, page)| Proof {
        code: "2C7K-9XRT".into(),
        symbol,
        page: page.into(),
    })
}

fn about() -> impl Strategy<Value = About> {
    prop_oneof![
        (cut(7, 56), words(12)).prop_map(|(outcome, legal_basis)| About::Encounter {
            outcome,
            legal_basis,
        }),
        Just(About::Exit {
            card_number: "TVR-7K2M-Q94D".into(),
        }),
    ]
}

fn states() -> impl Strategy<Value = Vec<String>> {
    let all = ["Campeche", "Chiapas", "Quintana Roo", "Tabasco", "Yucatán"];
    prop::sample::subsequence(all.map(String::from).to_vec(), 1..=5)
}

fn moment() -> impl Strategy<Value = Moment> {
    let days = prop::sample::select(vec!["domingo 2 ago 2026", "miércoles 30 sep 2026"]);
    (days, 0_u8..24, 0_u8..60).prop_map(|(day, hour, minute)| Moment {
        late: None,
        date: Bilingual::new(day, "Wednesday 30 Sep 2026"),
        time: format!("{hour:02}:{minute:02}"),
        zone: Bilingual::new("hora de Quintana Roo", "Quintana Roo time"),
        offset: "UTC−5".into(),
    })
}

fn picture() -> impl Strategy<Value = Option<Portrait>> {
    prop::option::of((1_u32..2000, 1_u32..2000).prop_map(|(width, height)| {
        let mut header = b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR".to_vec();
        header.extend(width.to_be_bytes());
        header.extend(height.to_be_bytes());
        Portrait::Png(header)
    }))
}

prop_compose! {
    fn any_card()(
        name in name(),
        document in prop::sample::select(vec![
            "DPI ···· 0101",
            "Pasaporte ···· 4821",
            "Documento de identidad y viaje ···· 48213",
        ]),
        authority in authority(),
        states in states(),
        stay in cut(9, 60),
        notices in notices(),
        portrait in picture(),
        qr in text_of_symbol(),
        specimen in any::<bool>(),
    ) -> CardFace {
        CardFace {
            authority,
            name,
            nationality: "El Salvador (SLV), residente en Guatemala".into(),
            birth_date: "30 SEP/SEP 1990".into(),
            sex: "F".into(),
            document: document.into(),
            number: "TVR-7K2M-Q94D".into(),
            issued: "22 NOV 2026".into(),
            expires: "22 NOV 2031".into(),
            states,
            stay,
            notices,
            portrait,
            qr,
            specimen,
        }
    }
}

proptest! {
    // Seeded, so that a run says the same every time.
    #![proptest_config(ProptestConfig {
        cases: 48,
        rng_seed: proptest::test_runner::RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn cards_are_tidy(cards in prop::collection::vec(any_card(), 1..7)) {
        let scene = card::lay_out(&cards).unwrap();
        prop_assert_eq!(scene.pages.len(), cards.len().div_ceil(card::CARDS_PER_SHEET));
        assert_tidy(&scene)?;
    }

    #[test]
    fn slips_are_tidy(
        name in name(), post in place(), entered in moment(), leave_by in moment(),
        not_overstayed_until in moment(), states in states(), notices in notices(),
        qr in text_of_symbol(), receipt in prop::option::of(proof()), specimen in any::<bool>(),
    ) {
        let slip = Slip {
            authority: "Instituto Nacional de Migración".into(),
            number: "E-4Q7X-02K9".into(),
            name,
            card_number: "TVR-7K2M-Q94D".into(),
            document: "Documento de identidad y viaje ···· 48213".into(),
            post,
            entered,
            leave_by,
            not_overstayed_until,
            states,
            notices,
            qr,
            receipt,
            specimen,
        };
        assert_tidy(&slip::lay_out(&slip).unwrap())?;
    }

    #[test]
    fn blank_sheets_are_tidy(
        authority in authority(), place in place(), printed in moment(), notices in notices(),
        specimen: bool, kind in 0_usize..4, count in 1_usize..4,
    ) {
        use crate::blank::{self, BlankKind, BlankSheets};
        let kinds = [
            BlankKind::Application, BlankKind::Crossing, BlankKind::Encounter, BlankKind::Custody,
        ];
        let sheets = BlankSheets {
            kind: kinds[kind],
            authority,
            place,
            printed,
            officer_number: "INM-0417".into(),
            numbers: vec!["P-TAL-E3KH-T401-Z".into(); count],
            notices,
            specimen,
        };
        assert_tidy(&blank::lay_out(&sheets).unwrap())?;
    }

    #[test]
    fn refusals_are_tidy(
        name in name(), post in place(), decided in moment(), remedy in bilingual(60),
        reasons in prop::collection::vec((bilingual(30), words(20)), 1..7),
        explanation in prop::collection::vec(words(120), 0..6), notices in notices(),
        specimen in any::<bool>(),
    ) {
        let refusal = Refusal {
            authority: "Instituto Nacional de Migración".into(),
            folio: "N-2026-11-00042".into(),
            name,
            document: "Pasaporte ···· 4821".into(),
            post,
            decided,
            reasons: reasons
                .into_iter()
                .map(|(text, legal_basis)| Reason { text, legal_basis })
                .collect(),
            explanation: explanation.join("\n"),
            remedy,
            officer_number: "1734".into(),
            notices,
            specimen,
        };
        assert_tidy(&refusal::lay_out(&refusal).unwrap())?;
    }

    #[test]
    fn lists_of_readings_are_tidy(
        made in moment(), notices in notices(), specimen in any::<bool>(), more in any::<bool>(),
        rows in prop::collection::vec((place(), bilingual(25)), 0..60),
    ) {
        let list = Readings {
            authority: "Instituto Nacional de Migración".into(),
            record: "0a1b2c3d4e5f60718293a4b5c6d7e8f9".into(),
            made,
            officer_number: "INM-0055".into(),
            readings: rows
                .into_iter()
                .map(|(post, what)| Reading {
                    at: "mié 12 nov 2026, 10:00".into(),
                    officer_number: "INM-0417".into(),
                    post,
                    what,
                })
                .collect(),
            more,
            notices,
            specimen,
        };
        assert_tidy(&readings::lay_out(&list).unwrap())?;
    }

    #[test]
    fn receipts_are_tidy(
        post in place(), at in moment(), kind in cut(5, 44), about in about(), proof in proof(),
        notices in notices(), specimen in any::<bool>(),
    ) {
        let receipt = Receipt {
            authority: "Instituto Nacional de Migración".into(),
            kind,
            post,
            at,
            officer_number: "1734".into(),
            about,
            proof,
            notices,
            specimen,
        };
        assert_tidy(&receipt::lay_out(&receipt).unwrap())?;
    }

    #[test]
    fn ceremonies_are_tidy(
        authority in authority(), roots in 2_usize..4, envelopes in 1_usize..5,
        signatories in 1_usize..5, content in cut(8, 64), keeper in cut(6, 48),
        specimen in any::<bool>(),
    ) {
        let ceremony = Ceremony {
            authority,
            identifier: "mx.localhost".into(),
            held: "22 nov 2026, 09:00, UTC−6".into(),
            anchor_file: "mx.anchor".into(),
            anchor_fingerprint: "5d".repeat(32),
            roots: vec![RootKey {
                name: "root-1".into(),
                algorithm: "Ed25519".into(),
                fingerprint: "0123456789abcdef".repeat(4),
                file: "root-1.key".into(),
            }; roots],
            envelopes: vec![Envelope {
                label: "A".into(),
                content,
                keeper: keeper.clone(),
            }; envelopes],
            signatories: vec![keeper; signatories],
            specimen,
        };
        let scene = ceremony::lay_out(&ceremony).unwrap();
        prop_assert_eq!(scene.pages.len(), 1);
        assert_tidy(&scene)?;
    }
}

/// The module's size follows from the geometry alone, so it is asserted for every version.
#[test]
fn modules_are_never_smaller_than_readers_need() {
    let squares = [
        ("card", card::SQUARE),
        ("slip", slip::SQUARE),
        ("receipt", proof::SQUARE),
    ];
    for (paper, square) in squares {
        for version in 1..=u32::from(qr::MAX_VERSION) {
            let side = 17 + 4 * version + 2 * qr::QUIET_ZONE;
            let module = module_size(side, square);
            assert!(module >= SMALLEST_MODULE, "{paper} v{version}: {module} mm");
            assert!(module * modules(side) <= square, "{paper} v{version}");
            // A whole number of dots of a 600 dpi printer.
            let dots = module * 600.0 / 25.4;
            assert!(
                (dots - dots.round()).abs() < 1e-3,
                "{paper} v{version}: {dots} dots"
            );
        }
    }
}

#[test]
fn what_cannot_be_printed_is_named() {
    let field = |result: Result<Scene, PrintError>| match result {
        Err(PrintError::TooLong { field, .. }) => field.to_owned(),
        Err(error) => error.to_string(),
        Ok(_) => "printed".to_owned(),
    };
    let card = |change: &dyn Fn(&mut CardFace)| {
        let mut card = CardFace {
            authority: "A".into(),
            name: "B".into(),
            qr: "PASO".into(),
            ..CardFace::default()
        };
        change(&mut card);
        field(card::lay_out(&[card]))
    };
    let table: [(&str, String); 6] = [
        ("printed", card(&|_| {})),
        (
            "name",
            card(&|card| card.name = "Wolfeschlegelsteinhausen ".repeat(12)),
        ),
        (
            "the character `李` cannot be printed on card: use the Latin spelling of the travel \
             document",
            card(&|card| card.name = "李雷".into()),
        ),
        (
            "the code cannot be printed: character 3 is outside the QR alphanumeric set: encode \
             the text as base45",
            card(&|card| card.qr = "HCé".into()),
        ),
        (
            "the code cannot be printed: 420 characters need more than QR version 12: shorten the \
             content to 419 characters",
            card(&|card| card.qr = "A".repeat(420)),
        ),
        (
            "the portrait cannot be read: take it again as JPEG or PNG, or print without it",
            card(&|card| card.portrait = Some(Portrait::Jpeg(b"GIF89a".to_vec()))),
        ),
    ];
    for (expected, found) in table {
        assert_eq!(found, expected);
    }
    assert!(matches!(card::lay_out(&[]), Err(PrintError::Empty)));
}

/// A name that contains marks which turn the direction of writing prints as the letters it has.
#[test]
fn invisible_characters_do_not_reach_the_paper() {
    let card = CardFace {
        name: "Ana\u{202E} María\u{200B}\tLópez\u{7}".into(),
        qr: "PASO".into(),
        ..CardFace::default()
    };
    let scene = card::lay_out(&[card]).unwrap();
    let texts: Vec<String> = contents(&scene.pages[0])
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    assert!(
        texts.iter().any(|text| text == "Ana María López"),
        "{texts:?}"
    );
}
