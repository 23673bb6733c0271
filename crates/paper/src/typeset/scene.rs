//! A page as data: what stands where, and what it means.
//!
//! Layout builds a [`Scene`]; [`super::press`] draws it. Between the two, tests can ask whether
//! anything overlaps or leaves its place. All measures are millimetres from the page's top left.

use super::block::{Block, Style};
use super::face::Shaper;
use super::ornament::Ink;
use crate::common::{Portrait, PrintError};
use crate::qr::{self, Symbol};

/// A rectangle on a page, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) w: f32,
    pub(crate) h: f32,
}

impl Area {
    /// A rectangle from its top left corner and size.
    pub(crate) const fn new(x: f32, y: f32, w: f32, h: f32) -> Self {
        Self { x, y, w, h }
    }

    /// The right edge.
    pub(crate) fn right(&self) -> f32 {
        self.x + self.w
    }

    /// The bottom edge.
    pub(crate) fn bottom(&self) -> f32 {
        self.y + self.h
    }

    /// The rectangle made smaller by `by` on every side.
    pub(crate) fn inset(&self, by: f32) -> Self {
        Self::new(
            self.x + by,
            self.y + by,
            self.w - 2.0 * by,
            self.h - 2.0 * by,
        )
    }

    /// Whether two rectangles share more than a hair's breadth.
    #[cfg(test)]
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        const HAIR: f32 = 0.02;
        self.x + HAIR < other.right()
            && other.x + HAIR < self.right()
            && self.y + HAIR < other.bottom()
            && other.y + HAIR < self.bottom()
    }

    /// Whether the other rectangle lies within this one.
    #[cfg(test)]
    pub(crate) fn holds(&self, other: &Self) -> bool {
        const HAIR: f32 = 0.02;
        other.x + HAIR >= self.x
            && other.y + HAIR >= self.y
            && other.right() <= self.right() + HAIR
            && other.bottom() <= self.bottom() + HAIR
    }
}

/// Language of a text, for readers that speak it aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Lang {
    /// The document's language, Mexican Spanish.
    Es,
    /// English.
    En,
}

/// Where lines stand within their area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// What a group of texts is, in the structure a screen reader walks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// A card, a face, a chapter.
    Section,
    /// A heading of a level, with its text.
    Heading(u16, String),
    /// A paragraph, or a label with its value.
    Paragraph,
    /// A picture, with the text that stands for it.
    Figure(String),
}

/// Text on a page.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// The space its lines take.
    pub(crate) area: Area,
    pub(crate) block: Block,
    pub(crate) align: Align,
    pub(crate) lang: Lang,
    pub(crate) ink: Ink,
    /// The same on every card of a sheet, so that it is written into the file once.
    pub(crate) fixed: bool,
}

/// A thing on a page.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// Opens a group.
    Open(Part),
    /// Closes the group opened last.
    Close,
    /// Text.
    Text(Text),
    /// A filled rectangle with rounded corners.
    Fill { area: Area, radius: f32, ink: Ink },
    /// A rectangle's border.
    Frame {
        area: Area,
        radius: f32,
        width: f32,
        ink: Ink,
    },
    /// A straight line.
    Rule {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        ink: Ink,
        dashed: bool,
    },
    /// A QR symbol without its quiet zone, whose top left corner is at `at`.
    Symbol {
        at: (f32, f32),
        module: f32,
        symbol: Box<Symbol>,
    },
    /// A portrait.
    Picture { area: Area, portrait: Portrait },
    /// The programme's mark.
    Emblem { area: Area, ink: Ink },
    /// Lines of water across a band.
    River { area: Area, ink: Ink },
    /// A word across a face that shows it is not valid.
    Watermark { area: Area, block: Block },
}

/// One page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) size: (f32, f32),
    pub(crate) marks: Vec<Mark>,
}

/// A whole document before it is drawn.
pub(crate) struct Scene {
    /// The paper's name, as in its function; for errors.
    pub(crate) paper: &'static str,
    pub(crate) pages: Vec<Page>,
    shaper: Shaper,
    origin: (f32, f32),
    fixed: bool,
}

impl Scene {
    /// An empty document.
    pub(crate) fn new(paper: &'static str) -> Self {
        Self {
            paper,
            pages: Vec::new(),
            shaper: Shaper::default(),
            origin: (0.0, 0.0),
            fixed: false,
        }
    }

    /// Starts a page of `w` by `h` millimetres.
    pub(crate) fn page(&mut self, w: f32, h: f32) {
        self.origin = (0.0, 0.0);
        self.pages.push(Page {
            size: (w, h),
            marks: Vec::new(),
        });
    }

    /// From now on, areas are measured from this point of the page.
    pub(crate) fn set_origin(&mut self, x: f32, y: f32) {
        self.origin = (x, y);
    }

    /// From now on, texts are the same on every card (`true`) or differ (`false`).
    pub(crate) fn set_fixed(&mut self, fixed: bool) {
        self.fixed = fixed;
    }

    /// The shaper, for texts that are measured before they are placed.
    pub(crate) fn shaper(&mut self) -> &mut Shaper {
        &mut self.shaper
    }

    /// Adds a mark as it is, measured from the page's corner.
    fn push(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(mark);
        }
    }

    fn moved(&self, area: Area) -> Area {
        Area::new(
            area.x + self.origin.0,
            area.y + self.origin.1,
            area.w,
            area.h,
        )
    }

    /// Opens a group of the document's structure.
    pub(crate) fn open(&mut self, part: Part) {
        self.push(Mark::Open(part));
    }

    /// Closes the group opened last.
    pub(crate) fn close(&mut self) {
        self.push(Mark::Close);
    }

    /// Opens a group for as long as `inside` runs.
    pub(crate) fn within<T>(
        &mut self,
        part: Part,
        inside: impl FnOnce(&mut Self) -> Result<T, PrintError>,
    ) -> Result<T, PrintError> {
        self.open(part);
        let result = inside(self);
        self.close();
        result
    }

    /// Places lines in `area`, from its top; returns the height they take.
    pub(crate) fn place(
        &mut self,
        block: Block,
        area: Area,
        align: Align,
        lang: Lang,
        ink: Ink,
    ) -> Result<f32, PrintError> {
        if let Some(character) = block.missing {
            return Err(PrintError::Character {
                paper: self.paper,
                character,
            });
        }
        let (width, height) = (block.width(), block.height());
        let x = match align {
            Align::Left => area.x,
            Align::Centre => area.x + (area.w - width) / 2.0,
            Align::Right => area.right() - width,
        };
        let area = self.moved(Area::new(x, area.y, width, height));
        let fixed = self.fixed;
        self.push(Mark::Text(Text {
            area,
            block,
            align,
            lang,
            ink,
            fixed,
        }));
        Ok(height)
    }

    /// Breaks text into lines for a width without placing it.
    pub(crate) fn set(&mut self, text: &str, style: Style, width: f32) -> Block {
        Block::set(&mut self.shaper, &printable(text), style, width)
    }

    /// The text with `□` for every character that has no glyph.
    pub(crate) fn replace_missing(&mut self, text: &str, style: Style) -> String {
        let mut letter = [0; 4];
        printable(text)
            .chars()
            .map(|c| {
                let known = c.is_whitespace()
                    || self
                        .shaper
                        .word(c.encode_utf8(&mut letter), style.weight, style.figures)
                        .missing
                        .is_none();
                if known { c } else { '□' }
            })
            .collect()
    }

    /// Sets text in as many lines as it needs; returns their height.
    pub(crate) fn text(
        &mut self,
        text: &str,
        style: Style,
        area: Area,
        lang: Lang,
        ink: Ink,
    ) -> Result<f32, PrintError> {
        let block = self.set(text, style, area.w);
        self.place(block, area, Align::Left, lang, ink)
    }

    /// Sets text that must stay within `area`, shrinking it down to `smallest` points; returns the
    /// height it takes.
    pub(crate) fn fit(
        &mut self,
        field: &'static str,
        text: &str,
        fit: Fit,
        area: Area,
    ) -> Result<f32, PrintError> {
        let text = printable(text);
        let block = Block::fit(
            &mut self.shaper,
            &text,
            fit.style,
            fit.smallest,
            area.w,
            area.h,
        )
        .ok_or(PrintError::TooLong {
            paper: self.paper,
            field,
        })?;
        let area = match fit.vertical {
            Vertical::Top => area,
            Vertical::Middle => Area {
                y: area.y + (area.h - block.height()) / 2.0,
                ..area
            },
        };
        self.place(block, area, fit.align, fit.lang, fit.ink)
    }

    /// A filled rectangle.
    pub(crate) fn fill(&mut self, area: Area, radius: f32, ink: Ink) {
        let area = self.moved(area);
        self.push(Mark::Fill { area, radius, ink });
    }

    /// A rectangle's border, its line lying half inside and half outside.
    pub(crate) fn frame(&mut self, area: Area, radius: f32, width: f32, ink: Ink) {
        let area = self.moved(area);
        self.push(Mark::Frame {
            area,
            radius,
            width,
            ink,
        });
    }

    /// A straight line, dashed or not.
    pub(crate) fn rule(
        &mut self,
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        ink: Ink,
        dashed: bool,
    ) {
        let (x, y) = self.origin;
        self.push(Mark::Rule {
            from: (from.0 + x, from.1 + y),
            to: (to.0 + x, to.1 + y),
            width,
            ink,
            dashed,
        });
    }

    /// A QR symbol with its quiet zone, centred in a square, at the largest module that is a whole
    /// number of printer dots; returns the module in millimetres.
    pub(crate) fn symbol(
        &mut self,
        text: &str,
        square: Area,
        described: &str,
    ) -> Result<f32, PrintError> {
        let symbol = Symbol::new(text)?;
        let side = symbol.modules() + 2 * qr::QUIET_ZONE;
        let module = module_size(side, square.w.min(square.h));
        #[expect(
            clippy::cast_precision_loss,
            reason = "a symbol has at most 73 modules a side"
        )]
        let whole = side as f32 * module;
        let area = self.moved(Area::new(
            square.x + (square.w - whole) / 2.0,
            square.y + (square.h - whole) / 2.0,
            whole,
            whole,
        ));
        self.push(Mark::Fill {
            area,
            radius: 0.0,
            ink: Ink::White,
        });
        self.push(Mark::Open(Part::Figure(described.to_owned())));
        #[expect(clippy::cast_precision_loss, reason = "the quiet zone is 4 modules")]
        let quiet = qr::QUIET_ZONE as f32 * module;
        self.push(Mark::Symbol {
            at: (area.x + quiet, area.y + quiet),
            module,
            symbol: Box::new(symbol),
        });
        self.push(Mark::Close);
        Ok(module)
    }

    /// A portrait, filling the area; the area's shape must be the picture's.
    pub(crate) fn picture(&mut self, portrait: &Portrait, area: Area) {
        let area = self.moved(area);
        self.push(Mark::Picture {
            area,
            portrait: portrait.clone(),
        });
    }

    /// The programme's mark.
    pub(crate) fn emblem(&mut self, area: Area, ink: Ink) {
        let area = self.moved(area);
        self.push(Mark::Emblem { area, ink });
    }

    /// Lines of water across an area.
    pub(crate) fn river(&mut self, area: Area, ink: Ink) {
        let area = self.moved(area);
        self.push(Mark::River { area, ink });
    }

    /// The word `DEMO` across an area, beneath what is placed later.
    pub(crate) fn watermark(&mut self, word: &str, size: f32, area: Area) {
        let block = Block::set(&mut self.shaper, word, Style::bold(size), f32::MAX);
        let area = self.moved(area);
        self.push(Mark::Watermark { area, block });
    }
}

/// How a text is fitted into its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    /// The style it is tried in first.
    pub(crate) style: Style,
    /// The smallest size in points that is still legible there.
    pub(crate) smallest: f32,
    pub(crate) align: Align,
    pub(crate) vertical: Vertical,
    pub(crate) lang: Lang,
    pub(crate) ink: Ink,
}

/// Where a fitted block stands in a taller place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vertical {
    Top,
    Middle,
}

impl Fit {
    /// Black Spanish text from the top left, that may shrink to `smallest` points.
    pub(crate) const fn new(style: Style, smallest: f32) -> Self {
        Self {
            style,
            smallest,
            align: Align::Left,
            vertical: Vertical::Top,
            lang: Lang::Es,
            ink: Ink::Black,
        }
    }

    pub(crate) const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub(crate) const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    pub(crate) const fn middle(self) -> Self {
        Self {
            vertical: Vertical::Middle,
            ..self
        }
    }

    pub(crate) const fn english(self) -> Self {
        Self {
            lang: Lang::En,
            ..self
        }
    }
}

/// Dots per millimetre of a 600 dpi printer; at 300 dpi two of them make one dot.
const DOTS_PER_MM: f32 = 600.0 / 25.4;

/// The smallest module that a card may be printed with, in millimetres (DESIGN §5, "Card").
pub(crate) const SMALLEST_MODULE: f32 = 0.40;

/// The largest module, in millimetres, with which `side` modules fit into `room` and which is a
/// whole number of dots at 600 dpi, so that all modules print equally wide.
pub(crate) fn module_size(side: u32, room: f32) -> f32 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a symbol has at most 73 modules"
    )]
    let dots = (room * DOTS_PER_MM / side as f32 + 1e-3).floor();
    dots / DOTS_PER_MM
}

/// Text as it may stand on paper: control characters are dropped, and so are those that turn the
/// direction of writing, with which a name could be made to read as another.
fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' => Some('\n'),
            '\t' => Some(' '),
            c if c.is_control() => None,
            '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{AD}'
            | '\u{61C}' => None,
            c => Some(c),
        })
        .collect()
}
