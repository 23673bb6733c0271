//! The papers as files: what another program reads in them, and whether a scanned print still reads.
//!
//! Texts and structure are read by poppler's programs and kept as snapshots; the prints are drawn
//! at 300 dots an inch, as an office printer or scanner has them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "helpers of tests fail by panicking; the numbers are small"
)]

mod support;

use std::path::Path;
use std::process::Command;

use paso_paper::scan::texts_in_picture;
use paso_paper::{
    Bilingual, BlankKind, BlankSheets, CardFace, Portrait, PrintError, Proof, act_receipt,
    blank_sheets, card_sheet, ceremony_sheet, custody_episode, custody_list, custody_receipt,
    custody_slips, entry_slip, handover_sheet, readings, refusal,
};
use support as demo;

/// What one of poppler's programs says about a PDF.
fn poppler(program: &str, options: &[&str], pdf: &[u8]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new(program)
        .args(options)
        .arg(&file)
        .args((program == "pdftotext").then_some("-"))
        .output()
        .unwrap_or_else(|_| panic!("{program} is missing: apt-get install poppler-utils"));
    assert!(output.status.success(), "{program}: {output:?}");
    // pdfinfo writes the titles of headings as they are in the file, in UTF-16.
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The text as it stands on the page, without the spaces at line ends.
fn text(pdf: &[u8]) -> String {
    let text = poppler("pdftotext", &["-layout"], pdf);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Pages as PNG files at 300 dpi.
fn scanned(pdf: &[u8]) -> Vec<Vec<u8>> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let status = Command::new("pdftoppm")
        .args(["-r", "300", "-gray", "-png"])
        .args([file.as_path(), &directory.path().join("page")])
        .status()
        .unwrap_or_else(|_| panic!("pdftoppm is missing: apt-get install poppler-utils"));
    assert!(status.success());
    let mut pages: Vec<_> = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "png"))
        .collect();
    pages.sort();
    pages
        .iter()
        .map(|page| std::fs::read(page).unwrap())
        .collect()
}

fn portrait() -> Portrait {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures/portrait.jpg");
    Portrait::Jpeg(std::fs::read(file).unwrap())
}

fn cards() -> Vec<CardFace> {
    let mut cards = vec![demo::card(1), demo::long_card()];
    cards[1].portrait = Some(portrait());
    cards[1].specimen = false;
    cards
}

/// Why a paper has no symbol, at some length.
fn unsigned() -> Bilingual {
    Bilingual::new(
        "Esta constancia no lleva código QR: el equipo que la registró no pudo firmarla. El acto \
         quedó registrado y se encuentra con el código.",
        "This receipt has no QR code: the device that recorded it could not sign. The act is \
         recorded, and the code finds it.",
    )
}

fn papers() -> [(&'static str, usize, Vec<u8>); 17] {
    [
        ("card_sheet", 1, card_sheet(&cards()).unwrap()),
        ("entry_slip", 2, entry_slip(&demo::slip()).unwrap()),
        ("refusal", 1, refusal(&demo::refusal()).unwrap()),
        ("readings", 1, readings(&demo::readings()).unwrap()),
        (
            "encounter_receipt",
            1,
            act_receipt(&demo::receipt()).unwrap(),
        ),
        (
            "exit_receipt",
            1,
            act_receipt(&demo::exit_receipt()).unwrap(),
        ),
        ("receipt_without_symbol", 1, {
            let mut receipt = demo::receipt();
            receipt.proof.symbol = Err(unsigned());
            act_receipt(&receipt).unwrap()
        }),
        (
            "ceremony_sheet",
            1,
            ceremony_sheet(&demo::ceremony()).unwrap(),
        ),
        (
            "custody_list",
            1,
            custody_list(&demo::custody::custody_list()).unwrap(),
        ),
        (
            "custody_episode",
            2,
            custody_episode(&demo::custody::custody_episode()).unwrap(),
        ),
        (
            "custody_receipt",
            2,
            custody_receipt(&demo::custody::custody_receipt()).unwrap(),
        ),
        (
            "custody_slips",
            3,
            custody_slips(&demo::custody::custody_slips()).unwrap(),
        ),
        (
            "handover_sheet",
            1,
            handover_sheet(&demo::custody::handover_paper()).unwrap(),
        ),
        (
            "blank_application",
            1,
            blank_sheets(&demo::blank(BlankKind::Application)).unwrap(),
        ),
        (
            "blank_crossing",
            1,
            blank_sheets(&demo::blank(BlankKind::Crossing)).unwrap(),
        ),
        (
            "blank_encounter",
            1,
            blank_sheets(&demo::blank(BlankKind::Encounter)).unwrap(),
        ),
        (
            "blank_custody",
            2,
            blank_sheets(&demo::blank(BlankKind::Custody)).unwrap(),
        ),
    ]
}

#[test]
fn texts_read_as_they_stand_on_paper() {
    for (name, _, pdf) in papers() {
        insta::assert_snapshot!(format!("{name}_text"), text(&pdf));
    }
}

/// What a screen reader walks: headings, paragraphs, figures with what stands for them, English
/// parts marked as English.
#[test]
fn structure_reads_in_order() {
    for (name, _, pdf) in papers() {
        let tree = poppler("pdfinfo", &["-struct-text"], &pdf);
        // A heading's title repeats its text below.
        let lines: Vec<&str> = tree
            .lines()
            .map(|line| {
                let heading = line.trim_start().starts_with('H');
                let cut = if heading { line.find('"') } else { None };
                line[..cut.unwrap_or(line.len())].trim_end()
            })
            .collect();
        insta::assert_snapshot!(format!("{name}_structure"), lines.join("\n"));
    }
}

#[test]
fn files_are_tagged_titled_and_carry_their_fonts() {
    for (name, pages, pdf) in papers() {
        let info = poppler("pdfinfo", &[], &pdf);
        let field = |label: &str| {
            info.lines()
                .find_map(|line| line.strip_prefix(label))
                .map(str::trim)
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(field("Tagged:"), "yes", "{name}");
        assert_eq!(field("Pages:"), pages.to_string(), "{name}");
        assert!(field("Title:").contains(" · "), "{name}: {info}");
        assert_eq!(
            field("Author:"),
            "Instituto Nacional de Migración",
            "{name}"
        );
        assert_eq!(field("JavaScript:"), "no", "{name}");
        assert_eq!(
            field("CreationDate:"),
            "",
            "{name}: this crate knows no clock"
        );
        let metadata = poppler("pdfinfo", &["-meta"], &pdf);
        assert!(metadata.contains("pdfuaid:part"), "{name}: {metadata}");
        assert!(metadata.contains("es-MX"), "{name}: {metadata}");
        let fonts = poppler("pdffonts", &[], &pdf);
        let rows: Vec<Vec<&str>> = fonts
            .lines()
            .skip(2)
            .map(|line| line.split_whitespace().rev().collect())
            .collect();
        assert_eq!(rows.len(), 2, "{name}: {fonts}");
        for row in rows {
            // From the right: object (two numbers), unicode map, subset, embedded.
            assert_eq!(row[2..5], ["yes", "yes", "yes"], "{name}: {fonts}");
        }
    }
}

#[test]
fn printed_symbols_read_at_300_dpi() {
    let cards: Vec<CardFace> = (0..7)
        .map(|number| CardFace {
            // Versions 10, 11 and 12, and the longest that is allowed.
            qr: demo::qr_text([305, 360, 390, 419][number as usize % 4], number + 40),
            specimen: number % 2 == 0,
            ..demo::card(number)
        })
        .collect();
    let pages = scanned(&card_sheet(&cards).unwrap());
    assert_eq!(pages.len(), 2);
    let mut found: Vec<String> = pages
        .iter()
        .flat_map(|page| texts_in_picture(page).unwrap())
        .collect();
    let mut expected: Vec<String> = cards.into_iter().map(|card| card.qr).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);

    let mut slip = demo::slip();
    slip.qr = demo::qr_text(419, 3);
    let own = demo::qr_text(330, 6);
    slip.receipt = Some(Proof {
        symbol: Ok(own.clone()),
        ..demo::proof()
    });
    let pages = scanned(&entry_slip(&slip).unwrap());
    assert_eq!(texts_in_picture(&pages[0]).unwrap(), [slip.qr]);
    assert_eq!(texts_in_picture(&pages[1]).unwrap(), [own]);

    let mut custody = demo::custody::custody_receipt();
    let qr = demo::qr_text(330, 8);
    custody.proof.symbol = Ok(qr.clone());
    let pages = scanned(&custody_receipt(&custody).unwrap());
    assert_eq!(texts_in_picture(&pages[0]).unwrap(), [qr]);
    // Whoever photographs the back has the family's code and nothing of the custody.
    assert!(texts_in_picture(&pages[1]).is_err());

    let mut receipt = demo::receipt();
    let qr = demo::qr_text(419, 4);
    receipt.proof.symbol = Ok(qr.clone());
    let pages = scanned(&act_receipt(&receipt).unwrap());
    assert_eq!(texts_in_picture(&pages[0]).unwrap(), [qr]);
}

/// A sheet is found again by whatever can read a code.
#[test]
fn a_blank_sheet_carries_its_number_as_a_symbol() {
    let pdf = blank_sheets(&demo::blank(BlankKind::Encounter)).unwrap();
    for page in scanned(&pdf) {
        let found = texts_in_picture(&page).unwrap();
        assert_eq!(found, ["P-TAL-E3KH-T401-Z"]);
    }
}

#[test]
fn no_sheet_is_printed_without_a_number() {
    let none = BlankSheets {
        numbers: Vec::new(),
        ..demo::blank(BlankKind::Custody)
    };
    assert!(matches!(blank_sheets(&none), Err(PrintError::Empty)));
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    for ((name, _, first), (_, _, second)) in papers().into_iter().zip(papers()) {
        assert!(first == second, "{name}");
    }
}

#[test]
fn a_portrait_brings_nothing_but_its_picture() {
    let Portrait::Jpeg(file) = portrait() else {
        unreachable!("the fixture is a JPEG")
    };
    let told = b"Camera of a desk";
    let holds = |bytes: &[u8]| bytes.windows(told.len()).any(|window| window == told);
    assert!(
        holds(&file),
        "the fixture tells what camera it was taken with"
    );
    let pdf = card_sheet(&cards()).unwrap();
    assert!(!holds(&pdf));
    assert!(
        pdf.windows(9).any(|window| window == b"DCTDecode"),
        "and yet it is printed"
    );
}

#[test]
fn a_broken_portrait_is_named() {
    let Portrait::Jpeg(file) = portrait() else {
        unreachable!("the fixture is a JPEG")
    };
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR".to_vec();
    png.extend([0, 0, 1, 0, 0, 0, 1, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0]);
    for broken in [
        Portrait::Jpeg(file[..file.len() / 2].to_vec()),
        Portrait::Jpeg(b"no picture".to_vec()),
        Portrait::Png(png),
        Portrait::Png(Vec::new()),
    ] {
        let card = CardFace {
            portrait: Some(broken),
            ..demo::card(1)
        };
        assert!(matches!(card_sheet(&[card]), Err(PrintError::Portrait)));
    }
}

#[test]
fn a_long_list_of_readings_goes_on_over_the_page() {
    let mut long = demo::readings();
    let readings_of_a_year = core::mem::take(&mut long.readings);
    long.readings = readings_of_a_year.into_iter().cycle().take(60).collect();
    let pdf = readings(&long).unwrap();
    let text = text(&pdf);
    assert!(!poppler("pdfinfo", &[], &pdf).contains("Pages:           1\n"));
    assert_eq!(text.matches("INM-0417").count(), 30);
    assert!(text.matches("0a1b2c3d4e5f").count() >= 2, "on every page");

    // Nobody has read it: said in words, not shown as an empty page.
    long.readings.clear();
    let text = self::text(&readings(&long).unwrap());
    assert!(text.contains("Nadie ha leído este registro"), "{text}");
}

#[test]
fn a_long_explanation_goes_on_over_the_page() {
    let mut long = demo::refusal();
    long.explanation = [long.explanation.as_str(); 40].join("\n");
    let pdf = refusal(&long).unwrap();
    let text = text(&pdf);
    assert!(
        poppler("pdfinfo", &[], &pdf).contains("Pages:           3"),
        "{text}"
    );
    assert_eq!(text.matches("El pasaporte venció").count(), 40);
    // The folio stands on every page, so that loose sheets can be put together.
    assert_eq!(text.matches("N-2026-11-00042").count(), 4);
}

#[test]
fn an_officers_keyboard_does_not_stop_a_refusal() {
    let mut strange = demo::refusal();
    strange.explanation = "No trae documento 😀 李".into();
    let text = text(&refusal(&strange).unwrap());
    assert!(text.contains("No trae documento □ □"), "{text}");
}

#[test]
fn a_long_custody_list_numbers_its_pages_and_leaves_nobody_out() {
    let pdf = custody_list(&demo::custody::long_custody_list()).unwrap();
    let text = text(&pdf);
    for page in ["1 de 3", "2 de 3", "3 de 3"] {
        assert_eq!(text.matches(page).count(), 1, "{page}");
    }
    assert_eq!(text.matches("desde 22 nov, 08:40").count(), 40);
    // The figure that nobody overlooks.
    assert!(text.contains("40"), "{text}");
    // The place and the hour stand on every page, so that loose sheets can be put together.
    let mark = "Estación Talismán · domingo 22 nov 2026 14:30";
    assert_eq!(text.matches(mark).count(), 3);
    assert_eq!(text.matches("Sale: número y firma").count(), 1);

    let mut nobody = demo::custody::custody_list();
    nobody.people.clear();
    let text = self::text(&custody_list(&nobody).unwrap());
    assert!(text.contains("Nadie está bajo control"), "{text}");
}

#[test]
fn a_handover_of_nobody_is_not_printed_and_blanks_follow_what_is_known() {
    let mut sheet = demo::custody::handover_paper();
    let known = text(&handover_sheet(&sheet).unwrap());
    assert_eq!(known.matches("Institución").count(), 0, "{known}");
    sheet.body.clear();
    let blank = text(&handover_sheet(&sheet).unwrap());
    assert_eq!(blank.matches("Institución").count(), 1, "{blank}");
    sheet.people.clear();
    assert!(matches!(handover_sheet(&sheet), Err(PrintError::Empty)));
}

#[test]
fn a_person_who_wants_no_code_gets_none() {
    let mut receipt = demo::custody::custody_receipt();
    receipt.secret = None;
    let text = text(&custody_receipt(&receipt).unwrap());
    assert!(text.contains("no quiso un código"), "{text}");
    assert!(!text.contains("paso.example/custodia"), "{text}");
}
