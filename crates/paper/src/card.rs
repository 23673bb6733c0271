//! The visitor card: ID-1 cards on A4 sheets.
//!
//! A sheet carries five cards, each with its face and back side by side: one prints a sheet on any
//! office printer, cuts along the marks, folds on the dashed line and laminates. That was chosen over two-sided
//! printing because a desk prints one card at a time, its printer may not turn sheets, and one that
//! does shifts the back by a millimetre or two; a fold cannot put a wrong back behind a face.

use crate::common::{Bilingual, Notices, Portrait, PrintError};
use crate::furniture::{self, A4, Band, FieldLook, Notice, NoticeLook};
use crate::portrait;
use crate::texts;
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Align, Area, Fit, Part, SMALLEST_MODULE, Scene};

/// What is printed on one card. All texts are already formatted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardFace {
    /// The issuing authority's full name.
    pub authority: String,
    /// The full name as written, never folded or cut: two surnames, particles, apostrophes.
    pub name: String,
    /// Nationality for the reader: `Guatemala (GTM)`.
    pub nationality: String,
    /// Birth date: `14 mar/Mar 1990`.
    pub birth_date: String,
    /// Sex as in the travel document: `F`, `M` or `X`.
    pub sex: String,
    /// Kind and last characters of the travel document: `Pasaporte ···4821`.
    pub document: String,
    /// The card number, grouped for reading aloud: `TVR-7K2M-Q94D`.
    pub number: String,
    /// Day of issue.
    pub issued: String,
    /// Last day of validity.
    pub expires: String,
    /// The states it is for, in reading order: `Campeche`, `Chiapas`, …
    pub states: Vec<String>,
    /// The stay rule for one entry, in both languages.
    pub stay: Bilingual,
    /// The authority's standing notices, printed on the back.
    pub notices: Notices,
    /// Portrait, if one was taken.
    pub portrait: Option<Portrait>,
    /// The signed text of the card, base45.
    pub qr: String,
    /// Prints `DEMO` across both faces.
    pub specimen: bool,
}

/// Cards with face and back on one A4 sheet.
pub const CARDS_PER_SHEET: usize = 5;

/// Width and height of an ID-1 card in millimetres (ISO/IEC 7810).
const ID_1: (f32, f32) = (85.6, 53.98);
/// Between two cards, so that a cut that strays takes nothing of the neighbour.
const GUTTER: f32 = 2.2;
/// Free of text along a card's edge.
const MARGIN: f32 = 3.2;
const BAND: Band = Band {
    height: 10.4,
    margin: MARGIN,
    size: 7.4,
};
/// The square reserved for the symbol and its quiet zone: at version 12 a module is 0.423 mm.
pub(crate) const SQUARE: f32 = 32.0;

/// Cards on A4 sheets with crop marks and fold lines, as one tagged PDF.
pub fn card_sheet(cards: &[CardFace]) -> Result<Vec<u8>, PrintError> {
    let scene = lay_out(cards)?;
    let pages = scene.pages.len();
    press::print(
        &scene,
        Imprint {
            title: format!("{} · {}", texts::CARD.es, texts::CARD.en),
            authority: &cards[0].authority,
            pages: (1..=pages)
                .map(|page| format!("Hoja {page} de {pages}"))
                .collect(),
        },
    )
}

pub(crate) fn lay_out(cards: &[CardFace]) -> Result<Scene, PrintError> {
    if cards.is_empty() {
        return Err(PrintError::Empty);
    }
    let mut scene = Scene::new("card");
    for sheet in cards.chunks(CARDS_PER_SHEET) {
        scene.page(A4.0, A4.1);
        scene.set_origin(0.0, 0.0);
        instructions(&mut scene)?;
        for (row, card) in sheet.iter().enumerate() {
            let corner = corner(row);
            crop_marks(&mut scene, corner);
            scene.open(Part::Section);
            scene.set_origin(corner.0, corner.1);
            face(&mut scene, card)?;
            scene.set_origin(corner.0 + ID_1.0, corner.1);
            back(&mut scene, card)?;
            scene.set_origin(0.0, 0.0);
            scene.close();
            fold(&mut scene, corner);
        }
    }
    Ok(scene)
}

/// Top left corner of the card in a row of the sheet.
fn corner(row: usize) -> (f32, f32) {
    let rows = narrow(CARDS_PER_SHEET);
    let height = rows * ID_1.1 + (rows - 1.0) * GUTTER;
    let top = (A4.1 - height) / 2.0;
    let left = (A4.0 - 2.0 * ID_1.0) / 2.0;
    (left, top + narrow(row) * (ID_1.1 + GUTTER))
}

/// All ten faces of a sheet.
#[cfg(test)]
pub(crate) fn faces() -> impl Iterator<Item = Area> {
    (0..CARDS_PER_SHEET)
        .map(corner)
        .flat_map(|(x, y)| [x, x + ID_1.0].map(|x| Area::new(x, y, ID_1.0, ID_1.1)))
}

fn instructions(scene: &mut Scene) -> Result<(), PrintError> {
    let (left, top) = corner(0);
    let area = Area::new(left, top - 5.6, 2.0 * ID_1.0, 3.0);
    scene.set_fixed(true);
    scene.within(Part::Paragraph, |scene| {
        let fit = Fit::new(Style::regular(5.8), 5.0);
        scene.fit(
            "instructions",
            texts::CUT_AND_FOLD.es,
            fit,
            Area { w: ID_1.0, ..area },
        )?;
        scene.fit(
            "instructions",
            texts::CUT_AND_FOLD.en,
            fit.english().align(Align::Right),
            Area {
                x: left + ID_1.0,
                w: ID_1.0,
                ..area
            },
        )
    })?;
    scene.set_fixed(false);
    Ok(())
}

/// Short lines outside the card that show where to cut.
fn crop_marks(scene: &mut Scene, corner: (f32, f32)) {
    const LONG: f32 = 5.0;
    const AWAY: f32 = 1.5;
    let (left, top) = corner;
    let (right, bottom) = (left + 2.0 * ID_1.0, top + ID_1.1);
    for y in [top, bottom] {
        for (from, to) in [
            (left - AWAY - LONG, left - AWAY),
            (right + AWAY, right + AWAY + LONG),
        ] {
            scene.rule((from, y), (to, y), 0.12, Ink::Black, false);
        }
    }
    // Upright marks stand only in the gaps above and below, where no card is.
    for x in [left, right] {
        scene.rule((x, top - GUTTER * 0.42), (x, top), 0.12, Ink::Black, false);
        scene.rule(
            (x, bottom),
            (x, bottom + GUTTER * 0.42),
            0.12,
            Ink::Black,
            false,
        );
    }
}

fn fold(scene: &mut Scene, corner: (f32, f32)) {
    let x = corner.0 + ID_1.0;
    scene.rule(
        (x, corner.1 - 0.9),
        (x, corner.1 + ID_1.1 + 0.9),
        0.12,
        Ink::Reed,
        true,
    );
}

fn face(scene: &mut Scene, card: &CardFace) -> Result<(), PrintError> {
    let (width, height) = ID_1;
    if card.specimen {
        scene.watermark(
            texts::DEMO,
            42.0,
            Area::new(1.0, 11.0, width - SQUARE - 2.0, height - 12.0),
        );
    }
    furniture::band(scene, width, &BAND, &card.authority, texts::CARD, true)?;

    let square = Area::new(width - SQUARE - 1.8, 11.6, SQUARE, SQUARE);
    let left = MARGIN;
    let column = square.x - 0.8 - left;
    let look = FieldLook {
        label: 4.6,
        value: Style::bold(10.0),
        smallest: 5.0,
    };
    let name = Area::new(left, 12.0, column, 11.8);
    furniture::field(scene, look, texts::NAME, "name", &card.name, name)?;

    let mut fields = Area::new(left, 24.5, column, 22.4);
    if let Some(portrait) = &card.portrait {
        let place = Area::new(left, 25.0, 15.6, 19.5);
        scene.within(Part::Figure(texts::PORTRAIT.to_owned()), |scene| {
            scene.picture(portrait, fitted(portrait::size(portrait)?, place));
            Ok(())
        })?;
        fields.x = place.right() + 2.2;
        fields.w -= place.w + 2.2;
    }
    particulars(scene, card, fields)?;
    states(scene, card, Area::new(left, 47.1, column, 5.2))?;
    let module = scene.symbol(&card.qr, square, texts::CARD_SYMBOL)?;
    debug_assert!(module >= SMALLEST_MODULE, "version 12 fits the square");
    number(scene, card, square)?;
    Ok(())
}

fn number(scene: &mut Scene, card: &CardFace, square: Area) -> Result<(), PrintError> {
    // Under the symbol's dark modules, not under its quiet zone.
    let inset = 2.2;
    let place = Area::new(
        square.x + inset,
        square.bottom() + 0.4,
        square.w - 2.0 * inset,
        8.4,
    );
    let look = FieldLook {
        label: 4.6,
        value: Style::bold(9.6).code(),
        smallest: 6.0,
    };
    furniture::field(scene, look, texts::NUMBER, "number", &card.number, place)?;
    Ok(())
}

fn particulars(scene: &mut Scene, card: &CardFace, area: Area) -> Result<(), PrintError> {
    let look = FieldLook {
        label: 4.6,
        value: Style::bold(7.0),
        smallest: 4.6,
    };
    // Beside a portrait a nationality with a residence, and a long kind of document, take two lines.
    let rows: [f32; 4] = if card.portrait.is_some() {
        [6.1, 5.15, 6.1, 5.15]
    } else {
        [5.65; 4]
    };
    let cell = |line: usize, from: f32, to: f32| {
        Area::new(
            area.x + area.w * from,
            area.y + rows[..line].iter().sum::<f32>(),
            area.w * (to - from) - if to - from < 1.0 { 1.2 } else { 0.0 },
            rows[line] - 0.2,
        )
    };
    let mut put = |caption, name, value: &str, place| {
        furniture::field(scene, look, caption, name, value, place).map(|_| ())
    };
    put(
        texts::NATIONALITY,
        "nationality",
        &card.nationality,
        cell(0, 0.0, 1.0),
    )?;
    put(
        texts::BIRTH,
        "birth_date",
        &card.birth_date,
        cell(1, 0.0, 0.64),
    )?;
    put(texts::SEX, "sex", &card.sex, cell(1, 0.64, 1.0))?;
    put(
        texts::DOCUMENT,
        "document",
        &card.document,
        cell(2, 0.0, 1.0),
    )?;
    put(texts::ISSUED, "issued", &card.issued, cell(3, 0.0, 0.5))?;
    put(texts::EXPIRES, "expires", &card.expires, cell(3, 0.5, 1.0))
}

fn states(scene: &mut Scene, card: &CardFace, area: Area) -> Result<(), PrintError> {
    let look = FieldLook {
        label: 4.6,
        value: Style::bold(6.0),
        smallest: 4.6,
    };
    let list = card.states.join(" · ");
    furniture::field(scene, look, texts::STATES, "states", &list, area)?;
    Ok(())
}

fn back(scene: &mut Scene, card: &CardFace) -> Result<(), PrintError> {
    let (width, height) = ID_1;
    // The back is the same on every card of a sheet but for the first's notices.
    scene.set_fixed(true);
    if card.specimen {
        scene.watermark(
            texts::DEMO,
            50.0,
            Area::new(0.0, 11.0, width, height - 11.0),
        );
    }
    let head = Area::new(0.0, 0.0, width, BAND.height);
    scene.fill(head, 0.0, Ink::River);
    scene.within(Part::Heading(2, texts::CARD_FREE.es.to_owned()), |scene| {
        let line = Area::new(MARGIN, 1.9, width - 2.0 * MARGIN, 3.6);
        let es = Fit::new(Style::bold(7.2), 5.0).ink(Ink::White);
        scene.fit("free", texts::CARD_FREE.es, es, line)?;
        let line = Area {
            y: 5.4,
            h: 3.2,
            ..line
        };
        let en = Fit::new(Style::regular(6.0), 5.0).ink(Ink::White).english();
        scene.fit("free", texts::CARD_FREE.en, en, line)
    })?;

    let gap = 3.4;
    let column = (width - 2.0 * MARGIN - gap) / 2.0;
    let top = head.bottom() + 1.8;
    let bottom = if card.specimen { 4.0 } else { 2.0 };
    let look = NoticeLook {
        heading: 6.0,
        es: 5.8,
        en: 5.4,
    };
    let left = Area::new(MARGIN, top, column, height - top - bottom);
    let right = Area {
        x: MARGIN + column + gap,
        ..left
    };
    let [who, complaints, check] = furniture::standing(&card.notices);
    let stay = Bilingual {
        es: format!("{} {}", card.stay.es, texts::STAY_ON_SLIP.es),
        en: format!("{} {}", card.stay.en, texts::STAY_ON_SLIP.en),
    };
    let stay = Notice::new(texts::STAY, &stay);
    furniture::notices(scene, "notices", look, &[who, stay], 1.6, left, 4.0)?;
    furniture::notices(
        scene,
        "notices",
        look,
        &[complaints, check],
        1.6,
        right,
        4.0,
    )?;
    if card.specimen {
        let line = Area::new(MARGIN, height - 4.0, width - 2.0 * MARGIN, 2.8);
        furniture::specimen(scene, line, 5.2)?;
    }
    scene.set_fixed(false);
    Ok(())
}

/// The largest area of the picture's shape within a place, from its top left corner.
fn fitted(pixels: (u32, u32), place: Area) -> Area {
    let (w, h) = (narrow_u32(pixels.0), narrow_u32(pixels.1));
    let scale = (place.w / w).min(place.h / h);
    Area::new(place.x, place.y, w * scale, h * scale)
}

#[expect(clippy::cast_precision_loss, reason = "at most a few thousand")]
fn narrow_u32(count: u32) -> f32 {
    count as f32
}

#[expect(clippy::cast_precision_loss, reason = "a row of a sheet")]
fn narrow(count: usize) -> f32 {
    count as f32
}
