//! Colours, and the two drawings that make the papers recognisable: a bridge over water, and the
//! water alone. They are the programme's own; no state's arms are imitated.
//!
//! Every paper must work printed in black and white: text that matters is black on white or white
//! on the dark green, whose grey is dark enough for both.

use krilla::color::{luma, rgb};
use krilla::geom::{Path, PathBuilder, Rect};
use krilla::paint::Paint;

use super::scene::Area;

/// A colour of the programme's papers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ink {
    /// Text and symbols; one channel, so that printers do not mix it from colours.
    Black,
    /// Paper.
    White,
    /// The deep green of river water; bands and headings.
    River,
    /// A lighter green, only on [`Ink::River`].
    Ripple,
    /// Warm sand behind what must be found first.
    Sand,
    /// Lines on sand and white.
    Reed,
    /// The watermark.
    Mist,
}

impl Ink {
    /// The colour as krilla paints it.
    pub(crate) fn paint(self) -> Paint {
        match self {
            Self::Black => luma::Color::black().into(),
            Self::White => luma::Color::white().into(),
            Self::River => rgb::Color::new(0x0b, 0x5d, 0x4e).into(),
            Self::Ripple => rgb::Color::new(0x2a, 0x75, 0x66).into(),
            Self::Sand => rgb::Color::new(0xf6, 0xf0, 0xe4).into(),
            Self::Reed => rgb::Color::new(0xb9, 0xa8, 0x88).into(),
            Self::Mist => rgb::Color::new(0xf1, 0xec, 0xe2).into(),
        }
    }
}

/// Points per millimetre.
fn pt(mm: f32) -> f32 {
    mm / super::MM_PER_PT
}

/// A rectangle with rounded corners, in points.
pub(crate) fn rounded(area: Area, radius: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (x, y, right, bottom) = (pt(area.x), pt(area.y), pt(area.right()), pt(area.bottom()));
    let radius = pt(radius.min(area.w / 2.0).min(area.h / 2.0));
    if radius <= 0.0 {
        path.push_rect(Rect::from_ltrb(x, y, right, bottom)?);
        return path.finish();
    }
    // A quarter circle as a cubic curve: its handles reach 4/3·(√2−1) of the radius.
    let handle = radius * (1.0 - 0.552_285);
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.cubic_to(right - handle, y, right, y + handle, right, y + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(
        right,
        bottom - handle,
        right - handle,
        bottom,
        right - radius,
        bottom,
    );
    path.line_to(x + radius, bottom);
    path.cubic_to(x + handle, bottom, x, bottom - handle, x, bottom - radius);
    path.line_to(x, y + radius);
    path.cubic_to(x, y + handle, x + handle, y, x + radius, y);
    path.close();
    path.finish()
}

/// A bridge of one arch over two lines of water, drawn in strokes: the path and the stroke's
/// width, in points.
pub(crate) fn emblem(area: Area) -> Option<(Path, f32)> {
    // Drawn on a field of 24 by 24 units.
    let unit = area.w.min(area.h) / 24.0;
    let (left, top) = (area.x, area.y);
    let at = |x: f32, y: f32| (pt(left + x * unit), pt(top + y * unit));
    let mut path = PathBuilder::new();
    let mut curve = |points: [(f32, f32); 4]| {
        let [a, b, c, d] = points.map(|(x, y)| at(x, y));
        path.move_to(a.0, a.1);
        path.cubic_to(b.0, b.1, c.0, c.1, d.0, d.1);
    };
    // The deck, slightly arched.
    curve([(1.0, 8.4), (8.0, 5.2), (16.0, 5.2), (23.0, 8.4)]);
    // One wide arch under it; handles of 4/3 of its height make it as high as it should be.
    curve([(3.6, 15.8), (3.6, 8.6), (20.4, 8.6), (20.4, 15.8)]);
    // The posts that carry the deck.
    for (x, top, foot) in [(6.4, 6.8, 12.2), (17.6, 6.8, 12.2)] {
        curve([(x, top), (x, top), (x, foot), (x, foot)]);
    }
    // Water.
    for y in [18.2, 21.6] {
        curve([(2.0, y), (5.0, y - 2.0), (5.6, y - 2.0), (8.6, y)]);
        curve([(8.6, y), (11.6, y + 2.0), (12.4, y + 2.0), (15.4, y)]);
        curve([(15.4, y), (18.4, y - 2.0), (19.0, y - 2.0), (22.0, y)]);
    }
    path.finish().map(|path| (path, pt(1.5 * unit)))
}

/// Lines of water across an area, four to a band, each a little out of step with the last.
pub(crate) fn river(area: Area) -> Option<Path> {
    const LINES: u8 = 4;
    const WAVE: f32 = 9.0;
    let mut path = PathBuilder::new();
    for line in 0..LINES {
        let share = (f32::from(line) + 0.5) / f32::from(LINES);
        let y = area.y + area.h * share;
        let swing = area.h / f32::from(LINES) * (0.34 + 0.1 * f32::from(line % 2));
        let mut x = area.x - WAVE * share * 1.7;
        path.move_to(pt(x), pt(y));
        let mut up = true;
        while x < area.right() {
            let reach = if up { -swing } else { swing };
            path.cubic_to(
                pt(x + WAVE * 0.36),
                pt(y + reach),
                pt(x + WAVE * 0.64),
                pt(y + reach),
                pt(x + WAVE),
                pt(y),
            );
            x += WAVE;
            up = !up;
        }
    }
    path.finish()
}
