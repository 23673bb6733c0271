//! Pieces that several papers are made of: the band at the head, a label over its value, a notice
//! in two languages.

use crate::common::{Bilingual, Notices, PrintError};
use crate::texts::{self, Text};
use crate::typeset::MM_PER_PT;
use crate::typeset::block::{Block, Style};
use crate::typeset::ornament::Ink;
use crate::typeset::scene::{Align, Area, Fit, Lang, Part, Scene};

/// Width and height of A4 in millimetres.
pub(crate) const A4: (f32, f32) = (210.0, 297.0);
/// Free of text along the edges of an A4 sheet.
pub(crate) const SHEET_MARGIN: f32 = 20.0;
/// The band of an A4 sheet.
pub(crate) const SHEET_BAND: Band = Band {
    height: 27.0,
    margin: SHEET_MARGIN,
    size: 17.0,
};

/// Sizes of the band at the head of a sheet.
pub(crate) struct Band {
    /// Height in millimetres.
    pub(crate) height: f32,
    /// Left and right margin of what stands in it.
    pub(crate) margin: f32,
    /// Size of the paper's name in points; everything else follows from it.
    pub(crate) size: f32,
}

/// The band: mark, authority, the paper's name in both languages, and that it is free.
pub(crate) fn band(
    scene: &mut Scene,
    width: f32,
    band: &Band,
    authority: &str,
    title: Text,
    free: bool,
) -> Result<(), PrintError> {
    let area = Area::new(0.0, 0.0, width, band.height);
    scene.fill(area, 0.0, Ink::River);
    scene.river(
        Area::new(0.0, band.height * 0.62, width, band.height * 0.38),
        Ink::Ripple,
    );
    let emblem = band.height * 0.58;
    scene.emblem(
        Area::new(band.margin, (band.height - emblem) / 2.0, emblem, emblem),
        Ink::White,
    );
    let left = band.margin + emblem * 1.34;
    let small = band.size * 0.74;
    let right = width - band.margin;
    let pill = Pill::set(scene, Style::bold(small));
    let taken = if free {
        pill.width() + emblem * 0.34
    } else {
        0.0
    };
    let room = right - taken - left;
    let name = Style::bold(band.size);
    let line = |size: f32| size * MM_PER_PT;
    // Three lines, centred in the band as one.
    let whole = line(small) * 2.0 * 1.22 + line(band.size) * 1.18;
    let top = (band.height - whole) / 2.0;
    scene.within(Part::Paragraph, |scene| {
        scene.fit(
            "authority",
            authority,
            Fit::new(Style::regular(small).led(1.22), small * 0.64).ink(Ink::White),
            // Above the pill, so that a long name has the band's whole width.
            Area::new(left, top, right - left, line(small) * 1.22),
        )
    })?;
    scene.within(Part::Heading(1, title.es.to_owned()), |scene| {
        scene.set_fixed(true);
        let top = top + line(small) * 1.22;
        scene.fit(
            "title",
            title.es,
            Fit::new(name, band.size * 0.7).ink(Ink::White),
            Area::new(left, top, room, line(band.size) * 1.18),
        )?;
        let top = top + line(band.size) * 1.18;
        scene.fit(
            "title",
            title.en,
            Fit::new(Style::regular(small).led(1.22), small * 0.7)
                .ink(Ink::White)
                .english(),
            Area::new(left, top, room, line(small) * 1.22),
        )?;
        scene.set_fixed(false);
        Ok(())
    })?;
    if free {
        pill.place(scene, right, band.height / 2.0)?;
    }
    Ok(())
}

/// `Gratuita · Free` in a white outline.
struct Pill {
    style: Style,
    es: Block,
    en: Block,
}

impl Pill {
    fn set(scene: &mut Scene, style: Style) -> Self {
        Self {
            style,
            es: scene.set(texts::FREE.es, style, f32::MAX),
            en: scene.set(texts::FREE.en, style, f32::MAX),
        }
    }

    fn pad(&self) -> f32 {
        self.style.em() * 0.7
    }

    fn gap(&self) -> f32 {
        self.style.em() * 0.9
    }

    fn width(&self) -> f32 {
        self.es.width() + self.gap() + self.en.width() + 2.0 * self.pad()
    }

    /// Places it so that it ends at `right` and is centred on `middle`.
    fn place(self, scene: &mut Scene, right: f32, middle: f32) -> Result<(), PrintError> {
        let em = self.style.em();
        let (width, pad, gap) = (self.width(), self.pad(), self.gap());
        let line = self.style.line_height();
        let height = line + em * 0.32;
        let area = Area::new(right - width, middle - height / 2.0, width, height);
        scene.fill(area, height / 2.0, Ink::River);
        scene.frame(area, height / 2.0, em * 0.11, Ink::White);
        let es = Area::new(area.x + pad, middle - line / 2.0, width, line);
        let between = es.x + self.es.width();
        let dot = em * 0.16;
        scene.fill(
            Area::new(between + (gap - dot) / 2.0, middle - dot / 2.0, dot, dot),
            dot / 2.0,
            Ink::White,
        );
        scene.within(Part::Paragraph, |scene| {
            scene.set_fixed(true);
            let en = Area {
                x: between + gap,
                ..es
            };
            scene.place(self.es, es, Align::Left, Lang::Es, Ink::White)?;
            scene.place(self.en, en, Align::Left, Lang::En, Ink::White)?;
            scene.set_fixed(false);
            Ok(())
        })
    }
}

/// A label in both languages on one line, at the top left of `area`, smaller where the area is too
/// narrow for it; returns its height.
pub(crate) fn label(
    scene: &mut Scene,
    label: Text,
    size: f32,
    area: Area,
    ink: Ink,
) -> Result<f32, PrintError> {
    const GAP: f32 = 0.7;
    let mut style = Style::regular(size).led(1.25);
    let wide = |scene: &mut Scene, style: Style| {
        let es = scene.set(label.es, style, f32::MAX);
        let en = scene.set(label.en, style, f32::MAX);
        (es, en)
    };
    let (mut es, mut en) = wide(scene, style);
    let needed = es.width() + 2.0 * GAP * style.em() + en.width();
    let height = style.line_height();
    if needed > area.w {
        style = style.at(size * area.w / needed);
        style = style.led(height / style.em());
        (es, en) = wide(scene, style);
    }
    let x = area.x + es.width() + GAP * style.em();
    scene.place(es, area, Align::Left, Lang::Es, ink)?;
    let middle = area.y + height * 0.52;
    let reach = style.em() * 0.32;
    scene.rule(
        (x, middle - reach),
        (x, middle + reach),
        style.em() * 0.09,
        Ink::Reed,
        false,
    );
    let x = x + GAP * style.em();
    let rest = Area::new(x, area.y, area.right() - x, area.h);
    scene.place(en, rest, Align::Left, Lang::En, ink)?;
    Ok(height)
}

/// How fields of one paper look.
#[derive(Clone, Copy)]
pub(crate) struct FieldLook {
    /// Size of labels in points.
    pub(crate) label: f32,
    /// How values are set first.
    pub(crate) value: Style,
    /// The smallest size of a value in points.
    pub(crate) smallest: f32,
}

/// A label over its value, in `area`; the value may shrink but not leave it. Returns the height
/// both take.
pub(crate) fn field(
    scene: &mut Scene,
    look: FieldLook,
    caption: Text,
    name: &'static str,
    value: &str,
    area: Area,
) -> Result<f32, PrintError> {
    scene.within(Part::Paragraph, |scene| {
        let used = label(scene, caption, look.label, area, Ink::Black)?;
        let rest = Area::new(area.x, area.y + used, area.w, area.h - used);
        let value = scene.fit(name, value, Fit::new(look.value, look.smallest), rest)?;
        Ok(used + value)
    })
}

/// A field whose value somebody typed: letters that the font lacks become `□`, and what does not fit
/// at the smallest size is cut. For papers that must reach a person, and say it in full elsewhere.
pub(crate) fn cut_field(
    scene: &mut Scene,
    look: FieldLook,
    caption: Text,
    name: &'static str,
    value: &str,
    area: Area,
) -> Result<f32, PrintError> {
    let label = Style::regular(look.label).led(1.25).line_height();
    let room = area.h - label;
    let whole = scene.replace_missing(value.trim(), look.value);
    let mut value = whole.clone();
    let mut kept = whole.chars().count();
    while kept > 0
        && Block::fit(
            scene.shaper(),
            &value,
            look.value,
            look.smallest,
            area.w,
            room,
        )
        .is_none()
    {
        kept = kept * 9 / 10;
        value = whole.chars().take(kept).chain(['…']).collect();
    }
    field(scene, look, caption, name, &value, area)
}

/// How a notice looks.
#[derive(Clone, Copy)]
pub(crate) struct NoticeLook {
    /// Size of the heading in points; nothing to leave headings out.
    pub(crate) heading: f32,
    /// Size of the Spanish text in points.
    pub(crate) es: f32,
    /// Size of the English text in points.
    pub(crate) en: f32,
}

impl NoticeLook {
    /// All sizes multiplied.
    pub(crate) fn scaled(self, by: f32) -> Self {
        Self {
            heading: self.heading * by,
            es: self.es * by,
            en: self.en * by,
        }
    }
}

/// One notice: what it is about, and what it says.
pub(crate) struct Notice<'a> {
    pub(crate) heading: Option<Text>,
    pub(crate) es: &'a str,
    pub(crate) en: &'a str,
}

impl<'a> Notice<'a> {
    /// A notice under a heading.
    pub(crate) fn new(heading: Text, text: &'a Bilingual) -> Self {
        Self {
            heading: Some(heading),
            es: &text.es,
            en: &text.en,
        }
    }

    /// A fixed sentence without a heading.
    pub(crate) const fn plain(text: Text) -> Self {
        Self {
            heading: None,
            es: text.es,
            en: text.en,
        }
    }
}

/// Places a notice at the top of `area`; returns its height. It may grow past the area's height,
/// which the caller must have measured or must check.
pub(crate) fn notice(
    scene: &mut Scene,
    look: NoticeLook,
    notice: &Notice<'_>,
    area: Area,
) -> Result<f32, PrintError> {
    let mut y = area.y;
    if let Some(heading) = notice.heading {
        let part = Part::Heading(2, heading.es.to_owned());
        y += scene.within(part, |scene| {
            heading_line(scene, heading, look.heading, Area { y, ..area })
        })? + look.heading * 0.06;
    }
    let below = |y: f32| Area::new(area.x, y, area.w, area.bottom() - y);
    y += scene.within(Part::Paragraph, |scene| {
        scene.text(
            notice.es,
            Style::regular(look.es),
            below(y),
            Lang::Es,
            Ink::Black,
        )
    })?;
    y += look.es * 0.04;
    y += scene.within(Part::Paragraph, |scene| {
        scene.text(
            notice.en,
            Style::regular(look.en),
            below(y),
            Lang::En,
            Ink::Black,
        )
    })?;
    Ok(y - area.y)
}

/// A heading: Spanish bold in green, English regular after it. Returns its height.
pub(crate) fn heading_line(
    scene: &mut Scene,
    heading: Text,
    size: f32,
    area: Area,
) -> Result<f32, PrintError> {
    let es = Block::set(
        scene.shaper(),
        heading.es,
        Style::bold(size).led(1.3),
        f32::MAX,
    );
    let en = Block::set(
        scene.shaper(),
        heading.en,
        Style::regular(size * 0.84).led(1.3 / 0.84),
        f32::MAX,
    );
    let gap = size * MM_PER_PT * 0.6;
    let x = area.x + es.width() + gap;
    if x + en.width() > area.right() + 0.01 {
        // Two lines where one is too narrow.
        let first = scene.place(es, area, Align::Left, Lang::Es, Ink::River)?;
        let second = Area {
            y: area.y + first,
            ..area
        };
        return Ok(first + scene.place(en, second, Align::Left, Lang::En, Ink::River)?);
    }
    let height = scene.place(es, area, Align::Left, Lang::Es, Ink::River)?;
    scene.place(en, Area { x, ..area }, Align::Left, Lang::En, Ink::River)?;
    Ok(height)
}

/// Places notices under one another in `area`, all at one scale: the largest at which they fit.
/// Returns the bottom of the last.
pub(crate) fn notices(
    scene: &mut Scene,
    field: &'static str,
    look: NoticeLook,
    list: &[Notice<'_>],
    gap: f32,
    area: Area,
    smallest: f32,
) -> Result<f32, PrintError> {
    let mut scale = 1.0_f32;
    loop {
        let look = look.scaled(scale);
        let needed = measure(scene, look, list, gap * scale, area.w);
        if needed <= area.h + 0.01 {
            let mut y = area.y;
            for item in list {
                let rest = Area::new(area.x, y, area.w, area.bottom() - y);
                y += notice(scene, look, item, rest)? + gap * scale;
            }
            return Ok(y - gap * scale);
        }
        scale -= 0.02;
        if look.en < smallest {
            return Err(PrintError::TooLong {
                paper: scene.paper,
                field,
            });
        }
    }
}

/// The height that notices take at a width, with the gaps between them.
pub(crate) fn measure(
    scene: &mut Scene,
    look: NoticeLook,
    list: &[Notice<'_>],
    gap: f32,
    width: f32,
) -> f32 {
    let mut trial = Scene::new(scene.paper);
    std::mem::swap(trial.shaper(), scene.shaper());
    let area = Area::new(0.0, 0.0, width, f32::MAX);
    let mut needed = 0.0;
    for item in list {
        // A character without a glyph is reported when the notice is placed.
        needed += notice(&mut trial, look, item, area).unwrap_or(0.0) + gap;
    }
    std::mem::swap(trial.shaper(), scene.shaper());
    needed - gap
}

/// The three standing notices in reading order.
pub(crate) fn standing(notices: &Notices) -> [Notice<'_>; 3] {
    [
        Notice::new(texts::WHO_MAY_ASK, &notices.who_may_ask),
        Notice::new(texts::COMPLAINTS, &notices.complaints),
        Notice::new(texts::HOW_TO_CHECK, &notices.how_to_check),
    ]
}

/// The sentence that tells a specimen, in both languages on one line and at one size.
pub(crate) fn specimen(scene: &mut Scene, area: Area, size: f32) -> Result<(), PrintError> {
    let half = (area.w - 2.0) / 2.0;
    let widest = [texts::SPECIMEN.es, texts::SPECIMEN.en]
        .map(|text| scene.set(text, Style::bold(size), f32::MAX).width())
        .into_iter()
        .fold(half, f32::max);
    let style = Style::bold(size * half / widest);
    scene.within(Part::Paragraph, |scene| {
        let es = scene.set(texts::SPECIMEN.es, style, f32::MAX);
        scene.place(es, area, Align::Left, Lang::Es, Ink::Black)?;
        let en = scene.set(texts::SPECIMEN.en, style, f32::MAX);
        scene.place(en, area, Align::Right, Lang::En, Ink::Black)
    })?;
    Ok(())
}

/// Lines to write on by hand, from `first` down to at most `last`, `step` millimetres apart.
pub(crate) fn ruled(scene: &mut Scene, left: f32, right: f32, first: f32, last: f32, step: f32) {
    let mut y = first;
    while y <= last {
        scene.rule((left, y), (right, y), 0.2, Ink::Reed, false);
        y += step;
    }
}

/// A label over a value in both languages, in `area`; the English at 0.86 of the size and not bold.
/// Both shrink together. Returns the height taken.
pub(crate) fn pair(
    scene: &mut Scene,
    look: FieldLook,
    caption: Text,
    name: &'static str,
    value: &Bilingual,
    area: Area,
) -> Result<f32, PrintError> {
    scene.within(Part::Paragraph, |scene| {
        let used = label(scene, caption, look.label, area, Ink::Black)?;
        let mut size = look.value.size;
        loop {
            let es = scene.set(&value.es, look.value.at(size), area.w);
            let en = scene.set(&value.en, Style::regular(size * 0.86), area.w);
            let height = used + es.height() + en.height();
            if height <= area.h + 0.01 {
                let below = |y: f32| Area::new(area.x, y, area.w, area.bottom() - y);
                let y = area.y + used;
                let first = scene.place(es, below(y), Align::Left, Lang::Es, Ink::Black)?;
                scene.place(en, below(y + first), Align::Left, Lang::En, Ink::Black)?;
                return Ok(height);
            }
            size -= 0.25;
            if size < look.smallest {
                return Err(PrintError::TooLong {
                    paper: scene.paper,
                    field: name,
                });
            }
        }
    })
}
