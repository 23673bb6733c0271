//! Draws a [`Scene`] as a tagged PDF.
//!
//! Promises: PDF/UA-1 as far as krilla checks it (structure, languages, title, embedded fonts,
//! text that can be read out), sRGB and grey only, and the same bytes for the same scene: no date
//! is written, since this crate knows none.
//!
//! What is the same on every card of a sheet becomes one form object per document, and a symbol is
//! one path: that is what makes sheets fast (BENCHMARKS.md, "print").

use std::collections::HashMap;
use std::num::NonZeroU16;

use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Size, Transform};
use krilla::graphic::Graphic;
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup, TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};

use super::MM_PER_PT;
use super::block::{Block, Line};
use super::face::{self, Weight};
use super::ornament::{self, Ink};
use super::scene::{Align, Area, Lang, Mark, Page, Part, Scene, Text};
use crate::common::{Portrait, PrintError};
use crate::outline;
use crate::portrait;
use crate::qr::Symbol;

/// The document's language (BCP 47).
const LANGUAGE: &str = "es-MX";

/// What a PDF is called and by whom it is issued.
pub(crate) struct Imprint<'a> {
    /// Shown in the window's title.
    pub(crate) title: String,
    /// The authority, as author.
    pub(crate) authority: &'a str,
    /// Per page, its entry in the outline.
    pub(crate) pages: Vec<String>,
}

/// The scene as the bytes of a PDF.
pub(crate) fn print(scene: &Scene, imprint: Imprint<'_>) -> Result<Vec<u8>, PrintError> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PrintError::Pdf("PDF/UA-1 is not available".into()))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    let mut press = Press::default();
    let mut outline = Outline::new();
    for (number, page) in scene.pages.iter().enumerate() {
        press.page(&mut document, page)?;
        let name = imprint.pages.get(number).unwrap_or(&imprint.title).clone();
        let top = XyzDestination::new(number, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(name, top));
    }
    document.set_outline(outline);
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    for group in press.finished {
        tree.push(group);
    }
    document.set_tag_tree(tree);
    document.set_metadata(
        Metadata::new()
            .title(imprint.title)
            .language(LANGUAGE.to_owned())
            .authors(vec![imprint.authority.to_owned()])
            .creator("Paso".to_owned()),
    );
    document.finish().map_err(|error| match error {
        KrillaError::Image(..) | KrillaError::SixteenBitImage(..) => PrintError::Portrait,
        error => PrintError::Pdf(error.to_string()),
    })
}

/// What identifies a drawing that recurs within a document.
#[derive(PartialEq, Eq, Hash)]
enum Recurring {
    Text {
        text: String,
        /// Size, leading and width in thousandths of a point or millimetre.
        measures: [u32; 3],
        bold: bool,
        align: Align,
        ink: Ink,
    },
    River(u32, u32, Ink),
    Emblem(u32, Ink),
    /// Width and height of the area and size of the word: a document has one word.
    Watermark([u32; 3]),
}

#[derive(Default)]
struct Press {
    recurring: HashMap<Recurring, Graphic>,
    /// Groups that are open, innermost last.
    open: Vec<TagGroup>,
    /// Groups at the top of the tree that are complete.
    finished: Vec<TagGroup>,
    /// Whether the surface is inside an artifact.
    decorating: bool,
}

impl Press {
    fn page(&mut self, document: &mut Document, page: &Page) -> Result<(), PrintError> {
        let settings = PageSettings::from_wh(pt(page.size.0), pt(page.size.1))
            .ok_or_else(|| PrintError::Pdf("a page has no size".into()))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        // The surface asserts on drop that all is closed, so an error must not leave early.
        let result = page
            .marks
            .iter()
            .try_for_each(|mark| self.draw(&mut surface, mark));
        self.end_decoration(&mut surface);
        surface.finish();
        sheet.finish();
        while let Some(group) = self.open.pop() {
            self.add(group);
        }
        result
    }

    fn draw(&mut self, surface: &mut Surface<'_>, mark: &Mark) -> Result<(), PrintError> {
        match mark {
            Mark::Open(part) => self.open.push(TagGroup::new(tag(part))),
            Mark::Close => {
                if let Some(group) = self.open.pop() {
                    self.add(group);
                }
            }
            Mark::Text(text) if text.fixed => self.fixed_text(surface, text),
            Mark::Text(text) => self.text(surface, text),
            Mark::Symbol { at, module, symbol } => {
                self.tagged(surface, ContentTag::Other, |_, surface| {
                    draw_symbol(surface, *at, *module, symbol);
                });
            }
            Mark::Picture { area, portrait } => {
                let image = image(portrait)?;
                if let Some(size) = Size::from_wh(pt(area.w), pt(area.h)) {
                    self.tagged(surface, ContentTag::Other, |_, surface| {
                        surface.push_transform(&Transform::from_translate(pt(area.x), pt(area.y)));
                        surface.draw_image(image, size);
                        surface.pop();
                    });
                }
            }
            Mark::Watermark { area, block } => {
                self.end_decoration(surface);
                let artifact = Artifact::with_kind(ArtifactType::Watermark);
                surface.start_tagged(ContentTag::Artifact(artifact));
                let key = Recurring::Watermark([
                    thousandths(area.w),
                    thousandths(area.h),
                    thousandths(block.style.size),
                ]);
                self.recur(surface, key, (area.x, area.y), |surface| {
                    draw_watermark(surface, Area::new(0.0, 0.0, area.w, area.h), block);
                });
                surface.end_tagged();
            }
            Mark::Fill { .. }
            | Mark::Frame { .. }
            | Mark::Rule { .. }
            | Mark::Emblem { .. }
            | Mark::River { .. } => {
                self.decorate(surface);
                self.decoration(surface, mark);
            }
        }
        Ok(())
    }

    fn decoration(&mut self, surface: &mut Surface<'_>, mark: &Mark) {
        match mark {
            Mark::Fill { area, radius, ink } => {
                if let Some(path) = ornament::rounded(*area, *radius) {
                    paint(surface, *ink, FillRule::NonZero);
                    surface.draw_path(&path);
                }
            }
            Mark::Frame {
                area,
                radius,
                width,
                ink,
            } => {
                if let Some(path) = ornament::rounded(*area, *radius) {
                    draw_stroke(surface, *ink, pt(*width), None);
                    surface.draw_path(&path);
                }
            }
            Mark::Rule {
                from,
                to,
                width,
                ink,
                dashed,
            } => {
                let mut path = PathBuilder::new();
                path.move_to(pt(from.0), pt(from.1));
                path.line_to(pt(to.0), pt(to.1));
                if let Some(path) = path.finish() {
                    let dash = dashed.then(|| vec![pt(1.2), pt(1.2)]);
                    draw_stroke(surface, *ink, pt(*width), dash);
                    surface.draw_path(&path);
                }
            }
            Mark::Emblem { area, ink } => {
                let key = Recurring::Emblem(thousandths(area.w), *ink);
                self.recur(surface, key, (area.x, area.y), |surface| {
                    let area = Area::new(0.0, 0.0, area.w, area.h);
                    if let Some((path, width)) = ornament::emblem(area) {
                        draw_stroke(surface, *ink, width, None);
                        surface.draw_path(&path);
                    }
                });
            }
            Mark::River { area, ink } => {
                let key = Recurring::River(thousandths(area.w), thousandths(area.h), *ink);
                self.recur(surface, key, (area.x, area.y), |surface| {
                    let area = Area::new(0.0, 0.0, area.w, area.h);
                    if let (Some(path), Some(clip)) =
                        (ornament::river(area), ornament::rounded(area, 0.0))
                    {
                        surface.push_clip_path(&clip, &FillRule::NonZero);
                        draw_stroke(surface, *ink, pt(0.28), None);
                        surface.draw_path(&path);
                        surface.pop();
                    }
                });
            }
            // The rest is content, not decoration.
            _ => {}
        }
    }

    /// Puts a complete group where it belongs.
    fn add(&mut self, group: TagGroup) {
        match self.open.last_mut() {
            Some(parent) => parent.push(group),
            None => self.finished.push(group),
        }
    }

    /// Decoration is an artifact: no reader speaks it. Neighbouring decorations share one.
    fn decorate(&mut self, surface: &mut Surface<'_>) {
        if !self.decorating {
            let artifact = Artifact::with_kind(ArtifactType::Layout);
            surface.start_tagged(ContentTag::Artifact(artifact));
            self.decorating = true;
        }
    }

    fn end_decoration(&mut self, surface: &mut Surface<'_>) {
        if self.decorating {
            surface.end_tagged();
            self.decorating = false;
        }
    }

    /// Draws content that readers speak, as a leaf of the group that is open.
    fn tagged(
        &mut self,
        surface: &mut Surface<'_>,
        content: ContentTag<'_>,
        draw: impl FnOnce(&mut Self, &mut Surface<'_>),
    ) {
        self.end_decoration(surface);
        let leaf = surface.start_tagged(content);
        draw(self, surface);
        surface.end_tagged();
        if let Some(parent) = self.open.last_mut() {
            parent.push(leaf);
        } else {
            let mut paragraph = TagGroup::new(Tag::P);
            paragraph.push(leaf);
            self.finished.push(paragraph);
        }
    }

    fn text(&mut self, surface: &mut Surface<'_>, text: &Text) {
        for (number, line) in text.block.lines.iter().enumerate() {
            self.tagged(surface, span(text.lang), |_, surface| {
                paint(surface, text.ink, FillRule::NonZero);
                draw_line(surface, text.area, text, number, line);
            });
        }
    }

    fn fixed_text(&mut self, surface: &mut Surface<'_>, text: &Text) {
        let block = &text.block;
        let words: Vec<String> = block.lines.iter().map(Line::text).collect();
        let key = Recurring::Text {
            text: words.join("\n"),
            measures: [
                thousandths(block.style.size),
                thousandths(block.style.leading),
                thousandths(text.area.w),
            ],
            bold: block.style.weight == Weight::Bold,
            align: text.align,
            ink: text.ink,
        };
        let Area { x, y, w, h } = text.area;
        self.tagged(surface, span(text.lang), |press, surface| {
            press.recur(surface, key, (x, y), |surface| {
                paint(surface, text.ink, FillRule::NonZero);
                for (number, line) in block.lines.iter().enumerate() {
                    draw_line(surface, Area::new(0.0, 0.0, w, h), text, number, line);
                }
            });
        });
    }

    /// Draws what recurs in the document at a place: once into a form object, then by reference.
    fn recur(
        &mut self,
        surface: &mut Surface<'_>,
        key: Recurring,
        at: (f32, f32),
        draw: impl FnOnce(&mut Surface<'_>),
    ) {
        let graphic = self.recurring.entry(key).or_insert_with(|| {
            let mut builder = surface.stream_builder();
            let mut inner = builder.surface();
            draw(&mut inner);
            inner.finish();
            Graphic::new(builder.finish(), false)
        });
        surface.push_transform(&Transform::from_translate(pt(at.0), pt(at.1)));
        surface.draw_graphic(graphic.clone());
        surface.pop();
    }
}

fn tag(part: &Part) -> TagKind {
    match part {
        Part::Section => Tag::Section.into(),
        Part::Heading(level, text) => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(text.clone())).into()
        }
        Part::Paragraph => Tag::P.into(),
        Part::Figure(described) => Tag::Figure(Some(described.clone())).into(),
    }
}

/// A piece of text in its language; Spanish is the document's and needs no word.
fn span(lang: Lang) -> ContentTag<'static> {
    ContentTag::Span(SpanTag::empty().with_lang(match lang {
        Lang::Es => None,
        Lang::En => Some("en"),
    }))
}

fn draw_line(surface: &mut Surface<'_>, area: Area, text: &Text, number: usize, line: &Line) {
    let block = &text.block;
    let x = match text.align {
        Align::Left => area.x,
        Align::Centre => area.x + (area.w - line.width) / 2.0,
        Align::Right => area.right() - line.width,
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "a page has far fewer than 2^24 lines"
    )]
    let y = area.y + number as f32 * block.style.line_height() + block.baseline();
    let (words, glyphs) = line.glyphs(block.style.weight);
    surface.draw_glyphs(
        Point::from_xy(pt(x), pt(y)),
        &glyphs,
        face::font(block.style.weight),
        &words,
        block.style.size,
        false,
    );
}

fn draw_symbol(surface: &mut Surface<'_>, at: (f32, f32), module: f32, symbol: &Symbol) {
    let mut path = PathBuilder::new();
    for corners in outline::loops(symbol) {
        let mut corners = corners.into_iter().map(|(x, y)| (narrow(x), narrow(y)));
        if let Some((x, y)) = corners.next() {
            path.move_to(x, y);
        }
        for (x, y) in corners {
            path.line_to(x, y);
        }
        path.close();
    }
    let Some(path) = path.finish() else { return };
    // Whole modules as coordinates: short numbers in the file, exact edges on the page.
    let module = pt(module);
    surface.push_transform(&Transform::from_row(
        module,
        0.0,
        0.0,
        module,
        pt(at.0),
        pt(at.1),
    ));
    paint(surface, Ink::Black, FillRule::EvenOdd);
    surface.draw_path(&path);
    surface.pop();
}

/// Drawn as shapes and not as text, so that it does not break into what is copied or read aloud;
/// the sentence that says the same is text.
fn draw_watermark(surface: &mut Surface<'_>, area: Area, block: &Block) {
    let (Some(line), Some(clip)) = (block.lines.first(), ornament::rounded(area, 0.0)) else {
        return;
    };
    let (x, y) = (area.x + area.w / 2.0, area.y + area.h / 2.0);
    surface.push_clip_path(&clip, &FillRule::NonZero);
    surface.push_transform(&Transform::from_rotate_at(-24.0, pt(x), pt(y)));
    paint(surface, Ink::Mist, FillRule::NonZero);
    let half = face::cap_height(block.style.weight) * block.style.em() / 2.0;
    let (text, glyphs) = line.glyphs(block.style.weight);
    surface.draw_glyphs(
        Point::from_xy(pt(x - line.width / 2.0), pt(y + half)),
        &glyphs,
        face::font(block.style.weight),
        &text,
        block.style.size,
        true,
    );
    surface.pop();
    surface.pop();
}

fn paint(surface: &mut Surface<'_>, ink: Ink, rule: FillRule) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill {
        paint: ink.paint(),
        opacity: NormalizedF32::ONE,
        rule,
    }));
}

fn draw_stroke(surface: &mut Surface<'_>, ink: Ink, width: f32, dash: Option<Vec<f32>>) {
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: ink.paint(),
        width,
        miter_limit: 10.0,
        line_cap: if dash.is_some() {
            LineCap::Butt
        } else {
            LineCap::Round
        },
        line_join: LineJoin::Round,
        opacity: NormalizedF32::ONE,
        dash: dash.map(|array| StrokeDash { array, offset: 0.0 }),
    }));
}

fn image(portrait: &Portrait) -> Result<Image, PrintError> {
    match portrait {
        // A photograph's file can say where and with what it was taken; the paper must not.
        Portrait::Jpeg(bytes) => {
            let bytes = portrait::bare_jpeg(bytes).ok_or(PrintError::Portrait)?;
            Image::from_jpeg(bytes.into(), false)
        }
        Portrait::Png(bytes) => Image::from_png(bytes.clone().into(), false),
    }
    .map_err(|_| PrintError::Portrait)
}

/// Millimetres to points.
fn pt(mm: f32) -> f32 {
    mm / MM_PER_PT
}

/// A measure as a key: f32 itself cannot be hashed.
fn thousandths(measure: f32) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "measures on a page are between 0 and 1000"
    )]
    let thousandths = (measure * 1000.0).round() as u32;
    thousandths
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a symbol has at most 65 modules"
)]
fn narrow(modules: u32) -> f32 {
    modules as f32
}
