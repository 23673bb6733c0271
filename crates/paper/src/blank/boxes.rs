//! Boxes to write in: the label small at the top left inside, all the rest free for a hand.

use super::{MARGIN, WIDTH};
use crate::common::PrintError;
use crate::texts::Text;
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::scene::{Align, Area, Lang, Part, Scene};

/// How high a box for one line of handwriting is, in millimetres.
pub(super) const LINE: f32 = 15.0;

/// A row of boxes that share the width by their weights; returns where the next row begins.
pub(super) fn row(
    scene: &mut Scene,
    y: f32,
    height: f32,
    boxes: &[(f32, Text)],
) -> Result<f32, PrintError> {
    row_in(scene, (MARGIN, WIDTH), y, height, boxes)
}

/// The same in a part of the width.
pub(super) fn row_in(
    scene: &mut Scene,
    (left, width): (f32, f32),
    y: f32,
    height: f32,
    boxes: &[(f32, Text)],
) -> Result<f32, PrintError> {
    let whole: f32 = boxes.iter().map(|(weight, _)| weight).sum();
    let mut x = left;
    for (weight, label) in boxes {
        let area = Area::new(x, y, width * weight / whole, height);
        one(scene, area, *label)?;
        x = area.right();
    }
    Ok(y + height)
}

/// One box. Its label: Spanish bold, English small after it, or under it where the box is narrow.
pub(super) fn one(scene: &mut Scene, area: Area, label: Text) -> Result<(), PrintError> {
    const GAP: f32 = 1.6;
    scene.frame(area, 0.0, 0.35, Ink::Black);
    let inside = Area::new(area.x + 1.4, area.y + 0.9, area.w - 2.0, area.h);
    scene.within(Part::Paragraph, |scene| {
        let es = scene.set(label.es, Style::bold(8.4), f32::MAX);
        let en = scene.set(
            label.en,
            Style::regular(6.8).led(8.4 / 6.8 * 1.25),
            f32::MAX,
        );
        let x = inside.x + es.width() + GAP;
        let beside = x + en.width() <= inside.right();
        let used = scene.place(es, inside, Align::Left, Lang::Es, Ink::Black)?;
        let next = if beside {
            Area { x, ..inside }
        } else {
            Area {
                y: inside.y + used,
                ..inside
            }
        };
        scene.place(en, next, Align::Left, Lang::En, Ink::Black)
    })?;
    Ok(())
}

/// A box to tick, with its label beside.
pub(super) fn tick(
    scene: &mut Scene,
    at: (f32, f32),
    width: f32,
    label: Text,
) -> Result<(), PrintError> {
    const SIDE: f32 = 6.0;
    let (x, y) = at;
    scene.frame(Area::new(x, y, SIDE, SIDE), 0.0, 0.45, Ink::Black);
    let words = Area::new(x + SIDE + 2.0, y - 0.4, width - SIDE - 2.0, 4.0);
    scene.within(Part::Paragraph, |scene| {
        let es = scene.set(label.es, Style::bold(10.0), words.w);
        let used = scene.place(es, words, Align::Left, Lang::Es, Ink::Black)?;
        let en = scene.set(label.en, Style::regular(7.6), words.w);
        let below = Area {
            y: words.y + used,
            ..words
        };
        scene.place(en, below, Align::Left, Lang::En, Ink::Black)
    })?;
    Ok(())
}
