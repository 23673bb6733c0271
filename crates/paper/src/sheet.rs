//! A4 papers of several pages that are filled from top to bottom: band, footer with "1 de 3", rows of
//! columns that move to the next page whole.
//!
//! Whatever officers and people wrote is printed: a letter that the font lacks becomes `□`, since a
//! person must not be missing from a list because of how their name is written.

use crate::common::PrintError;
use crate::furniture::{self, A4, FieldLook, Notice, NoticeLook, SHEET_BAND, SHEET_MARGIN};
use crate::texts::{self, Text};
use crate::typeset::block::{Block, Style};
use crate::typeset::ornament::Ink;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Align, Area, Fit, Lang, Part, Scene};

/// Between the margins.
pub(crate) const WIDTH: f32 = A4.0 - 2.0 * SHEET_MARGIN;
/// Nothing but the footer stands lower.
pub(crate) const BOTTOM: f32 = A4.1 - 18.0;

/// What stands around the content of every page.
pub(crate) struct Frame<'a> {
    /// The paper's name in errors.
    pub(crate) paper: &'static str,
    /// The authority.
    pub(crate) authority: &'a str,
    /// The paper's name.
    pub(crate) title: Text,
    /// What tells loose sheets apart, in the footer.
    pub(crate) mark: &'a str,
    /// Whether the band says that it is free.
    pub(crate) free: bool,
    /// Whether it is a specimen.
    pub(crate) specimen: bool,
}

/// A text of a column.
pub(crate) struct Words<'a> {
    pub(crate) text: &'a str,
    pub(crate) style: Style,
    pub(crate) lang: Lang,
}

/// Spanish words.
pub(crate) const fn es(text: &str, style: Style) -> Words<'_> {
    Words {
        text,
        style,
        lang: Lang::Es,
    }
}

/// English words.
pub(crate) const fn en(text: &str, style: Style) -> Words<'_> {
    Words {
        text,
        style,
        lang: Lang::En,
    }
}

/// A column of a row: where it begins from the left margin, how wide it is, what stands in it.
pub(crate) struct Column<'a> {
    pub(crate) x: f32,
    pub(crate) w: f32,
    pub(crate) words: Vec<Words<'a>>,
}

/// Pages while they are filled.
pub(crate) struct Sheet<'a> {
    frame: &'a Frame<'a>,
    pub(crate) scene: Scene,
    pub(crate) y: f32,
    pages: usize,
}

/// Lays a paper out. It is drawn twice, since only then is it known of how many pages each is one.
pub(crate) fn lay_out(
    frame: &Frame<'_>,
    draw: impl Fn(&mut Sheet<'_>) -> Result<(), PrintError>,
) -> Result<Scene, PrintError> {
    let mut pages = 0;
    loop {
        let mut sheet = Sheet {
            frame,
            scene: Scene::new(frame.paper),
            y: 0.0,
            pages,
        };
        sheet.first_page()?;
        draw(&mut sheet)?;
        let found = sheet.scene.pages.len();
        if found == pages {
            return Ok(sheet.scene);
        }
        // The footer's height does not depend on its figures, so the second time is the last.
        pages = found;
    }
}

/// A paper that was laid out, as a tagged PDF.
pub(crate) fn print(scene: &Scene, frame: &Frame<'_>) -> Result<Vec<u8>, PrintError> {
    let pages = scene.pages.len();
    press::print(
        scene,
        Imprint {
            title: format!("{} · {}", frame.title.es, frame.title.en),
            authority: frame.authority,
            pages: (1..=pages)
                .map(|page| format!("{}, {page} de {pages}", frame.title.es))
                .collect(),
        },
    )
}

impl Sheet<'_> {
    /// What is left of the page.
    pub(crate) fn area(&self) -> Area {
        Area::new(SHEET_MARGIN, self.y, WIDTH, BOTTOM - self.y)
    }

    fn first_page(&mut self) -> Result<(), PrintError> {
        let frame = self.frame;
        self.open_page();
        furniture::band(
            &mut self.scene,
            A4.0,
            &SHEET_BAND,
            frame.authority,
            frame.title,
            frame.free,
        )?;
        self.y = SHEET_BAND.height + 8.0;
        self.footer()
    }

    fn open_page(&mut self) {
        self.scene.page(A4.0, A4.1);
        if self.frame.specimen {
            let area = Area::new(0.0, 40.0, A4.0, 200.0);
            self.scene.watermark(texts::DEMO, 150.0, area);
        }
    }

    /// Starts another page if `height` millimetres are not left on this one.
    pub(crate) fn need(&mut self, height: f32) -> Result<(), PrintError> {
        if self.y + height <= BOTTOM {
            return Ok(());
        }
        self.open_page();
        self.y = SHEET_MARGIN;
        self.footer()
    }

    /// Which sheet of which paper this is, so that loose sheets can be put together.
    fn footer(&mut self) -> Result<(), PrintError> {
        let line = Area::new(SHEET_MARGIN, A4.1 - 13.0, WIDTH, 5.0);
        let (from, to) = ((line.x, line.y - 1.6), (line.right(), line.y - 1.6));
        self.scene.rule(from, to, 0.2, Ink::Reed, false);
        let number = format!("{} de {}", self.scene.pages.len(), self.pages);
        let style = Style::regular(7.5).code();
        let mark = self.scene.replace_missing(self.frame.mark, style);
        // A line at the smallest size; the place stands in the head in full.
        let mark: String = mark.chars().take(90).collect();
        self.scene.within(Part::Paragraph, |scene| {
            let place = Area {
                w: WIDTH - 24.0,
                ..line
            };
            scene.fit("mark", &mark, Fit::new(style, 4.0), place)
        })?;
        self.scene.within(Part::Paragraph, |scene| {
            let place = Area::new(line.right() - 20.0, line.y, 20.0, line.h);
            let fit = Fit::new(Style::bold(8.5), 6.0).align(Align::Right);
            scene.fit("page", &number, fit, place)
        })?;
        if self.frame.specimen {
            let below = Area {
                y: line.y + 4.6,
                ..line
            };
            furniture::specimen(&mut self.scene, below, 6.6)?;
        }
        Ok(())
    }

    /// Words broken into lines, whatever letters they have.
    pub(crate) fn set(&mut self, text: &str, style: Style, width: f32) -> Block {
        let block = self.scene.set(text, style, width);
        if block.missing.is_none() {
            return block;
        }
        let replaced = self.scene.replace_missing(text, style);
        self.scene.set(&replaced, style, width)
    }

    /// A heading over `follows` millimetres that must not be parted from it.
    pub(crate) fn heading(&mut self, heading: Text, follows: f32) -> Result<(), PrintError> {
        const SIZE: f32 = 12.5;
        self.need(8.0 + follows)?;
        let area = self.area();
        let part = Part::Heading(2, heading.es.to_owned());
        self.y += self.scene.within(part, |scene| {
            furniture::heading_line(scene, heading, SIZE, area)
        })? + 1.6;
        Ok(())
    }

    /// Sentences under one another, kept together.
    pub(crate) fn notices(
        &mut self,
        look: NoticeLook,
        list: &[Notice<'_>],
        gap: f32,
    ) -> Result<(), PrintError> {
        let height = furniture::measure(&mut self.scene, look, list, gap, WIDTH);
        self.need(height)?;
        let area = self.area();
        self.y = furniture::notices(&mut self.scene, "notices", look, list, gap, area, 5.0)?;
        Ok(())
    }

    /// A row of columns, whole on one page, with a hairline below.
    pub(crate) fn row(&mut self, columns: &[Column<'_>], gap: f32) -> Result<(), PrintError> {
        let set: Vec<Vec<(Block, Lang)>> = columns
            .iter()
            .map(|column| {
                let words = column.words.iter();
                words
                    .map(|words| (self.set(words.text, words.style, column.w), words.lang))
                    .collect()
            })
            .collect();
        let height = |blocks: &Vec<(Block, Lang)>| -> f32 {
            blocks.iter().map(|(block, _)| block.height()).sum()
        };
        let tallest = set.iter().map(height).fold(0.0, f32::max);
        self.need(tallest + gap)?;
        let top = self.y;
        self.scene.within(Part::Paragraph, |scene| {
            for (column, blocks) in columns.iter().zip(set) {
                let mut y = top;
                for (block, lang) in blocks {
                    let area = Area::new(SHEET_MARGIN + column.x, y, column.w, BOTTOM - y);
                    y += scene.place(block, area, Align::Left, lang, Ink::Black)?;
                }
            }
            Ok(())
        })?;
        self.y += tallest + gap / 2.0;
        self.hairline();
        self.y += gap / 2.0;
        Ok(())
    }

    /// A paragraph that was set, under what stands there.
    pub(crate) fn plain(&mut self, block: Block, lang: Lang) -> Result<(), PrintError> {
        self.need(block.height())?;
        let area = self.area();
        self.y += self.scene.within(Part::Paragraph, |scene| {
            scene.place(block, area, Align::Left, lang, Ink::Black)
        })?;
        Ok(())
    }

    /// A label beside what may be long.
    pub(crate) fn labelled(
        &mut self,
        caption: Text,
        value: &str,
        style: Style,
    ) -> Result<(), PrintError> {
        const LABEL: f32 = 40.0;
        let columns = [
            Column {
                x: 0.0,
                w: LABEL,
                words: vec![
                    es(caption.es, Style::bold(8.6)),
                    en(caption.en, Style::regular(7.4)),
                ],
            },
            Column {
                x: LABEL + 3.0,
                w: WIDTH - LABEL - 3.0,
                words: vec![es(value, style)],
            },
        ];
        self.row(&columns, 2.0)
    }

    /// Labels of columns in both languages, Spanish over English.
    pub(crate) fn column_heads(&mut self, heads: &[(f32, f32, Text)]) -> Result<(), PrintError> {
        let columns: Vec<_> = heads
            .iter()
            .map(|(x, w, head)| Column {
                x: *x,
                w: *w,
                words: vec![
                    es(head.es, Style::bold(7.5)),
                    en(head.en, Style::regular(6.6)),
                ],
            })
            .collect();
        self.row(&columns, 1.6)
    }

    /// A line across, at the present height.
    pub(crate) fn hairline(&mut self) {
        let (from, to) = (SHEET_MARGIN, SHEET_MARGIN + WIDTH);
        self.scene
            .rule((from, self.y), (to, self.y), 0.15, Ink::Reed, false);
    }

    /// A field in a part of the width, at the present height.
    pub(crate) fn field(
        &mut self,
        look: FieldLook,
        caption: Text,
        name: &'static str,
        value: &str,
        (from, to): (f32, f32),
        height: f32,
    ) -> Result<(), PrintError> {
        let area = Area::new(
            SHEET_MARGIN + WIDTH * from,
            self.y,
            WIDTH * (to - from) - 4.0,
            height,
        );
        furniture::cut_field(&mut self.scene, look, caption, name, value, area)?;
        Ok(())
    }

    /// A figure that nobody overlooks, with what it counts, on sand.
    pub(crate) fn count(
        &mut self,
        count: usize,
        what: Text,
        beside: &[String],
    ) -> Result<(), PrintError> {
        const HEIGHT: f32 = 24.0;
        self.need(HEIGHT)?;
        let sand = Area::new(SHEET_MARGIN, self.y, WIDTH, HEIGHT);
        self.scene.fill(sand, 3.0, Ink::Sand);
        self.scene.fill(Area { w: 2.0, ..sand }, 1.0, Ink::River);
        let style = Style::bold(50.0).code().led(1.05);
        let figure = self.scene.set(&count.to_string(), style, f32::MAX);
        let at = Area::new(
            sand.x + 8.0,
            sand.y + (HEIGHT - figure.height()) / 2.0,
            figure.width(),
            figure.height(),
        );
        let words = Area::new(at.right() + 6.0, sand.y + 6.0, 58.0, 8.0);
        self.scene.within(Part::Paragraph, |scene| {
            scene.place(figure, at, Align::Left, Lang::Es, Ink::Black)?;
            let fit = Fit::new(Style::bold(13.0), 8.0);
            let used = scene.fit("count", what.es, fit, words)?;
            let words = Area::new(words.x, words.y + used, words.w, 6.0);
            let fit = Fit::new(Style::regular(10.5), 7.0).english();
            scene.fit("count", what.en, fit, words)
        })?;
        let text = beside.join("\n");
        let column = Area::new(sand.x + 108.0, sand.y + 3.0, WIDTH - 112.0, HEIGHT - 6.0);
        let style = Style::regular(9.5);
        let text = self.scene.replace_missing(&text, style);
        self.scene.within(Part::Paragraph, |scene| {
            scene.fit("beside", &text, Fit::new(style, 5.0).middle(), column)
        })?;
        self.y += HEIGHT + 5.0;
        Ok(())
    }

    /// A line to write on, with its label under it.
    pub(crate) fn line(
        &mut self,
        caption: Text,
        x: f32,
        width: f32,
        y: f32,
    ) -> Result<(), PrintError> {
        let x = SHEET_MARGIN + x;
        self.scene
            .rule((x, y), (x + width, y), 0.25, Ink::Black, false);
        let area = Area::new(x, y + 1.0, width, 5.0);
        self.scene.within(Part::Paragraph, |scene| {
            furniture::label(scene, caption, 7.5, area, Ink::Black)
        })?;
        Ok(())
    }

    /// A box to write a figure into, with its label above.
    pub(crate) fn boxed(
        &mut self,
        caption: Text,
        x: f32,
        width: f32,
        y: f32,
    ) -> Result<(), PrintError> {
        let label = Area::new(SHEET_MARGIN + x, y, width, 4.0);
        self.scene.within(Part::Paragraph, |scene| {
            furniture::label(scene, caption, 7.5, label, Ink::Black)
        })?;
        let area = Area::new(label.x, y + 4.0, width, 10.0);
        self.scene.frame(area, 1.2, 0.3, Ink::Black);
        Ok(())
    }
}
