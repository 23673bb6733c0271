//! Symbols and sheets beside the straight way to make them: `cargo bench -p paso-paper`.
//!
//! Peers in the same run: qrcodegen choosing the mask itself, and krilla used as its examples show,
//! one card a file, untagged, each string drawn by `draw_text`.

#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "a bench fails by panicking; pages and pictures are small"
)]

#[expect(dead_code, reason = "what only the tests draw")]
#[path = "../tests/support/camera.rs"]
mod camera;
#[expect(dead_code, reason = "the papers that are not measured")]
#[path = "../tests/support/mod.rs"]
mod support;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use krilla::Document;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::page::PageSettings;
use krilla::text::{Font, TextDirection};
use paso_paper::qr::Symbol;
use paso_paper::scan::texts_in_picture;
use paso_paper::{CardFace, card_sheet, entry_slip};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

fn main() {
    divan::main();
}

/// The usual card: 390 characters, version 12.
fn text() -> String {
    support::qr_text(390, 1)
}

#[divan::bench]
fn symbol(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| Symbol::new(black_box(&text)).unwrap());
}

#[divan::bench]
fn symbol_peer_automatic_mask(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        QrCode::encode_segments_advanced(
            &[QrSegment::make_alphanumeric(black_box(&text))],
            QrCodeEcc::Medium,
            Version::MIN,
            Version::new(12),
            None,
            false,
        )
    });
}

/// A bad photograph of a card's symbol, from file to text.
#[divan::bench]
fn scan_bad_photograph(bencher: Bencher<'_, '_>) {
    let file = camera::photograph(&Symbol::new(&text()).unwrap(), camera::HARD, 1).png();
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| texts_in_picture(black_box(&file)));
}

/// The most work a file can ask for: fifty megapixels of noise without a symbol.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn scan_largest_noise(bencher: Bencher<'_, '_>) {
    let mut chance = camera::Chance(1);
    let mut noise = camera::Frame::new(8000, 6000, 0);
    for pixel in &mut noise.pixels {
        // Three quarters of the dots light: noise with many runs that look like finder patterns.
        *pixel = if chance.next().is_multiple_of(4) {
            0
        } else {
            255
        };
    }
    let file = noise.png();
    bencher.bench(|| texts_in_picture(black_box(&file)));
}

fn cards(count: usize, specimen: bool) -> Vec<CardFace> {
    (0..count as u64)
        .map(|number| CardFace {
            specimen,
            ..support::card(number)
        })
        .collect()
}

#[divan::bench(args = [1, 5, 100, 1000], sample_count = 20)]
fn cards_in_sheets(bencher: Bencher<'_, '_>, count: usize) {
    let cards = cards(count, false);
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| card_sheet(black_box(&cards)).unwrap());
}

#[divan::bench]
fn slip(bencher: Bencher<'_, '_>) {
    let slip = support::slip();
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| entry_slip(black_box(&slip)).unwrap());
}

#[divan::bench]
fn card_peer_straight_krilla(bencher: Bencher<'_, '_>) {
    let card = &cards(1, false)[0];
    let fonts = [
        Font::new(
            include_bytes!("../fonts/Inter-Regular.otf")
                .as_slice()
                .into(),
            0,
        )
        .unwrap(),
        Font::new(
            include_bytes!("../fonts/Inter-Bold.otf").as_slice().into(),
            0,
        )
        .unwrap(),
    ];
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| straight(black_box(card), &fonts));
}

/// Face and back of a card with the texts that `card_sheet` prints, at fixed places, unbroken.
fn straight(card: &CardFace, [regular, bold]: &[Font; 2]) -> Vec<u8> {
    let mut document = Document::new();
    let mut page = document.start_page_with(PageSettings::from_wh(486.0, 153.0).unwrap());
    let mut surface = page.surface();
    let notices = &card.notices;
    let lines = [
        (bold, card.name.as_str()),
        (bold, &card.nationality),
        (bold, &card.birth_date),
        (bold, &card.sex),
        (bold, &card.document),
        (bold, &card.number),
        (bold, &card.issued),
        (bold, &card.expires),
        (regular, &card.authority),
        (regular, "Tarjeta de Visitante Regional"),
        (regular, "Regional Visitor Card"),
        (
            regular,
            "Nombre Name Nacionalidad Nationality Nacimiento Birth Sexo Sex",
        ),
        (
            regular,
            "Documento Document Expedida Issued Vence Expires Número Number",
        ),
        (regular, &notices.who_may_ask.es),
        (regular, &notices.who_may_ask.en),
        (regular, &notices.complaints.es),
        (regular, &notices.complaints.en),
        (regular, &notices.how_to_check.es),
        (regular, &notices.how_to_check.en),
        (regular, &card.stay.es),
        (regular, &card.stay.en),
    ];
    for (row, (font, text)) in lines.into_iter().enumerate() {
        let place = Point::from_xy(10.0, 10.0 + 6.5 * row as f32);
        surface.draw_text(
            place,
            font.clone(),
            6.0,
            text,
            false,
            TextDirection::LeftToRight,
        );
    }
    let symbol = Symbol::new(&card.qr).unwrap();
    let mut path = PathBuilder::new();
    for (x, y, length) in symbol.runs() {
        let (x, y) = (300.0 + 1.2 * x as f32, 10.0 + 1.2 * y as f32);
        path.push_rect(Rect::from_xywh(x, y, 1.2 * length as f32, 1.2).unwrap());
    }
    surface.draw_path(&path.finish().unwrap());
    surface.finish();
    page.finish();
    document.finish().unwrap()
}
