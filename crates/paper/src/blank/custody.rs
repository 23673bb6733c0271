//! The sheet of a count: a large figure first, then the circumstances, then the names, over the page.

use super::boxes::{LINE, one, row, row_in};
use super::{MARGIN, WIDTH, sentence};
use crate::common::PrintError;
use crate::texts::{Text, blank as words};
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::scene::{Align, Area, Fit, Lang, Part, Scene};

/// Lines for names on the front; the back has the rest.
const FRONT: u8 = 6;
/// The last line of the back.
const BACK: u8 = 26;
/// How high a line for a name is.
const NAME: f32 = 11.5;
/// How high the labels over the lines are.
const HEAD: f32 = 8.6;

/// Columns of the list: where each begins and how wide it is, in shares of the width.
const COLUMNS: [(f32, f32, Text); 4] = [
    (0.06, 0.40, words::PERSON),
    (0.46, 0.09, words::AGE),
    (0.55, 0.19, words::NATION),
    (0.74, 0.26, words::HEALTH),
];

pub(super) fn front(scene: &mut Scene, y: f32) -> Result<(), PrintError> {
    let used = sentence(scene, words::USE, 8.2, Area::new(MARGIN, y, WIDTH, 10.0))?;
    let y = y + used + 1.5;
    let count = Area::new(MARGIN, y, 44.0, 2.0 * LINE);
    one(scene, count, words::COUNT)?;
    scene.frame(count, 0.0, 0.9, Ink::Black);
    let beside = (MARGIN + 44.0, WIDTH - 44.0);
    let mut y = row_in(
        scene,
        beside,
        y,
        LINE,
        &[(6.0, words::TAKEN_DAY), (4.0, words::TAKEN_HOUR)],
    )?;
    y = row_in(scene, beside, y, LINE, &[(1.0, words::TAKEN_WHERE)])?;
    y = row(scene, y, LINE, &[(1.0, words::VEHICLE), (1.0, words::UNIT)])?;
    y = row(scene, y, LINE, &[(1.0, words::ORDER), (1.0, words::BASIS)])?;
    y = row(scene, y, LINE, &[(1.0, words::REASON)])?;
    y = row(
        scene,
        y,
        LINE,
        &[(6.0, words::DAY), (4.0, words::HOUR), (4.5, words::OFFICER)],
    )?;
    y = row(
        scene,
        y,
        17.0,
        &[
            (6.0, words::NAME),
            (6.0, words::SIGNATURE),
            (4.0, words::TYPED),
        ],
    )?;
    y += 1.5;
    y += sentence(
        scene,
        words::CUSTODY_MEANS,
        8.2,
        Area::new(MARGIN, y, WIDTH, 10.0),
    )? + 1.5;
    list(scene, y, 1..=FRONT)
}

pub(super) fn back(scene: &mut Scene, number: &str) -> Result<(), PrintError> {
    scene.within(Part::Heading(2, number.to_owned()), |scene| {
        let line = Area::new(MARGIN, 12.0, WIDTH, 9.0);
        scene.fit(
            "number",
            number,
            Fit::new(Style::bold(19.0).code(), 11.0),
            line,
        )
    })?;
    list(scene, 23.0, FRONT + 1..=BACK)
}

fn list(scene: &mut Scene, y: f32, lines: core::ops::RangeInclusive<u8>) -> Result<(), PrintError> {
    let mut y = y;
    scene.within(Part::Paragraph, |scene| {
        let line = Area::new(MARGIN, y, WIDTH, 5.0);
        crate::furniture::label(scene, words::LIST, 8.6, line, Ink::Black)
    })?;
    y += 4.6;
    for (from, share, label) in COLUMNS {
        let head = Area::new(MARGIN + WIDTH * from, y, WIDTH * share, HEAD);
        one(scene, head, label)?;
    }
    y += HEAD;
    for number in lines {
        scene.frame(Area::new(MARGIN, y, WIDTH, NAME), 0.0, 0.3, Ink::Black);
        let figure = Area::new(MARGIN, y + 3.2, WIDTH * 0.06 - 1.2, 6.0);
        scene.within(Part::Paragraph, |scene| {
            let text = scene.set(&number.to_string(), Style::bold(10.0), f32::MAX);
            scene.place(text, figure, Align::Right, Lang::Es, Ink::Black)
        })?;
        for (from, _, _) in COLUMNS {
            let x = MARGIN + WIDTH * from;
            scene.rule((x, y), (x, y + NAME), 0.3, Ink::Black, false);
        }
        y += NAME;
    }
    Ok(())
}
