//! The sheets with a stub: of an encounter, of an entry or exit, of an application.

use super::boxes::{LINE, one, row, row_in, tick};
use super::{BlankSheets, MARGIN, WIDTH, sentence};
use crate::common::PrintError;
use crate::furniture::{self, A4, Notice, NoticeLook};
use crate::texts::{self, Text, blank as words};
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::scene::{Align, Area, Fit, Lang, Part, Scene};

/// Where the stub begins.
const STUB: f32 = 209.0;

/// When, and who: the first thing that is typed.
fn when_and_who(scene: &mut Scene, y: f32) -> Result<f32, PrintError> {
    let boxes = [(6.5, words::DAY), (4.5, words::HOUR), (5.0, words::OFFICER)];
    row(scene, y, LINE, &boxes)
}

/// Name and signature, and a small box for whoever types it.
fn signed(scene: &mut Scene, y: f32) -> Result<f32, PrintError> {
    let boxes = [
        (6.0, words::NAME),
        (6.0, words::SIGNATURE),
        (4.0, words::TYPED),
    ];
    row(scene, y, 17.0, &boxes)
}

pub(super) fn encounter(
    scene: &mut Scene,
    sheets: &BlankSheets,
    number: &str,
    y: f32,
) -> Result<(), PrintError> {
    let used = sentence(scene, words::USE, 8.2, Area::new(MARGIN, y, WIDTH, 10.0))?;
    let mut y = when_and_who(scene, y + used + 1.5)?;
    let choices = Area::new(MARGIN, y, WIDTH, 33.0);
    one(scene, choices, words::OUTCOME)?;
    let third = WIDTH / 3.0;
    let mut place = [0.0, third, 2.0 * third].into_iter().cycle();
    for (index, outcome) in words::OUTCOMES.into_iter().enumerate() {
        let x = MARGIN + 2.0 + place.next().unwrap_or_default();
        let line = if index < 3 { 7.0 } else { 16.5 };
        tick(scene, (x, y + line), third - 3.0, outcome)?;
    }
    tick(
        scene,
        (MARGIN + 2.0, y + 25.0),
        WIDTH - 4.0,
        words::WITH_CARD,
    )?;
    y = choices.bottom();
    y = row(scene, y, LINE, &[(1.0, words::WHERE)])?;
    y = row(scene, y, LINE, &[(1.0, words::BASIS)])?;
    y = row(scene, y, 27.0, &[(1.0, words::REASON)])?;
    signed(scene, y)?;
    stub(
        scene,
        sheets,
        number,
        words::ENCOUNTER_STUB,
        words::ENCOUNTER_MEANS,
    )
}

pub(super) fn crossing(
    scene: &mut Scene,
    sheets: &BlankSheets,
    number: &str,
    y: f32,
) -> Result<(), PrintError> {
    let used = sentence(scene, words::USE, 8.2, Area::new(MARGIN, y, WIDTH, 10.0))?;
    let mut y = when_and_who(scene, y + used + 1.5)?;
    let choice = Area::new(MARGIN, y, WIDTH, 18.0);
    scene.frame(choice, 0.0, 0.35, Ink::Black);
    tick(scene, (MARGIN + 14.0, y + 6.0), 60.0, words::ENTRY)?;
    tick(
        scene,
        (MARGIN + WIDTH / 2.0 + 14.0, y + 6.0),
        60.0,
        words::EXIT,
    )?;
    y = choice.bottom();
    y = card_number(scene, y)?;
    y = row(scene, y, 18.0, &[(1.0, words::HOLDER)])?;
    y = row(scene, y, 38.0, &[(1.0, words::REMARKS)])?;
    signed(scene, y)?;
    stub(
        scene,
        sheets,
        number,
        words::CROSSING_STUB,
        words::CROSSING_MEANS,
    )
}

/// A box a character, as the number stands on the card: three, four, four and one.
fn card_number(scene: &mut Scene, y: f32) -> Result<f32, PrintError> {
    const SIDE: f32 = 10.5;
    let area = Area::new(MARGIN, y, WIDTH, 21.0);
    one(scene, area, words::CARD)?;
    let mut x = MARGIN + 6.0;
    for group in [3, 4, 4, 1] {
        for _ in 0..group {
            scene.frame(
                Area::new(x, y + 7.5, SIDE, SIDE + 1.0),
                0.0,
                0.3,
                Ink::Black,
            );
            x += SIDE;
        }
        if group != 1 {
            let middle = y + 7.5 + SIDE / 2.0;
            scene.rule((x + 1.4, middle), (x + 4.0, middle), 0.6, Ink::Black, false);
            x += 5.4;
        }
    }
    Ok(area.bottom())
}

pub(super) fn application(
    scene: &mut Scene,
    sheets: &BlankSheets,
    number: &str,
    y: f32,
) -> Result<(), PrintError> {
    const LOW: f32 = 13.6;
    let used = sentence(scene, words::USE, 8.2, Area::new(MARGIN, y, WIDTH, 10.0))?;
    let mut y = when_and_who(scene, y + used + 1.5)?;
    let rows: [&[(f32, Text)]; 7] = [
        &[(1.0, words::SURNAMES)],
        &[(1.0, words::GIVEN)],
        &[(6.0, words::BIRTH), (3.0, words::SEX), (5.0, words::NATION)],
        &[(1.0, words::RESIDENCE), (1.0, words::CUI)],
        &[(1.0, words::DOCUMENT), (1.0, words::DOCUMENT_NUMBER)],
        &[(1.0, words::ISSUER), (1.0, words::EXPIRES)],
        &[(1.0, words::MINOR)],
    ];
    for boxes in rows {
        y = row(scene, y, LOW, boxes)?;
    }
    signed(scene, y)?;
    stub(
        scene,
        sheets,
        number,
        words::APPLICATION_STUB,
        words::APPLICATION_MEANS,
    )
}

/// What the person takes away: the number again, where, when and who, what it is worth, and where to
/// complain.
fn stub(
    scene: &mut Scene,
    sheets: &BlankSheets,
    number: &str,
    title: Text,
    means: Text,
) -> Result<(), PrintError> {
    const SQUARE: f32 = 24.0;
    scene.rule((0.0, STUB), (A4.0, STUB), 0.3, Ink::Black, true);
    let cut = Area::new(MARGIN, STUB + 0.8, WIDTH, 4.0);
    scene.within(Part::Paragraph, |scene| {
        let es = scene.set(words::CUT.es, Style::regular(6.8), f32::MAX);
        scene.place(es, cut, Align::Right, Lang::Es, Ink::Black)
    })?;
    let top = STUB + 5.0;
    let square = Area::new(MARGIN + WIDTH - SQUARE, top, SQUARE, SQUARE);
    scene.symbol(number, square, words::SYMBOL)?;
    let width = WIDTH - SQUARE - 4.0;
    let line = Area::new(MARGIN, top, width, 6.0);
    let mut y = top;
    y += scene.within(Part::Heading(2, title.es.to_owned()), |scene| {
        furniture::heading_line(scene, title, 11.0, line)
    })?;
    y += scene.within(Part::Paragraph, |scene| {
        let line = Area::new(MARGIN, y, width, 8.5);
        scene.fit(
            "number",
            number,
            Fit::new(Style::bold(19.0).code(), 11.0),
            line,
        )
    })?;
    y += scene.within(Part::Paragraph, |scene| {
        let text = scene.replace_missing(&sheets.place, Style::bold(9.0));
        let line = Area::new(MARGIN, y, width, 5.0);
        scene.fit("place", &text, Fit::new(Style::bold(9.0), 5.0), line)
    })?;
    let boxes = [
        (6.0, words::DAY),
        (4.0, words::HOUR),
        (5.0, words::OFFICER),
        (5.0, words::SIGNATURE),
    ];
    let y = row_in(
        scene,
        (MARGIN, WIDTH),
        (y + 1.0).max(square.bottom() + 1.0),
        14.0,
        &boxes,
    )?;
    let look = NoticeLook {
        heading: 8.2,
        es: 8.0,
        en: 6.9,
    };
    let list = [
        Notice::plain(means),
        Notice::new(texts::COMPLAINTS, &sheets.notices.complaints),
    ];
    let end = if sheets.specimen { 9.5 } else { 6.0 };
    let rest = Area::new(MARGIN, y + 1.6, WIDTH, A4.1 - end - y - 1.6);
    furniture::notices(scene, "notices", look, &list, 1.2, rest, 5.0)?;
    Ok(())
}
