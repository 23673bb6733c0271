//! The list of readings: who has opened a person's records, printed for that person.
//!
//! It names officers by their number, as every paper does, and says for which purpose each was signed
//! in. Of the person it says only the number of the record, so that a sheet left on a table tells
//! nobody whose it is.

use crate::common::{Bilingual, Moment, Notices, PrintError};
use crate::furniture::{self, A4, FieldLook, Notice, NoticeLook, SHEET_BAND, SHEET_MARGIN};
use crate::texts;
use crate::typeset::block::{Block, Style};
use crate::typeset::ornament::Ink;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Align, Area, Fit, Lang, Part, Scene};

/// One reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// When: `8 jul 2014, 10:00`.
    pub at: String,
    /// The officer's number.
    pub officer_number: String,
    /// The post whose work it was.
    pub post: String,
    /// What was opened, in which form and for which purpose, as a sentence.
    pub what: Bilingual,
}

/// What is printed (A4, as many pages as it needs).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// The authority whose officers read.
    pub authority: String,
    /// The number of the record.
    pub record: String,
    /// When the list was made.
    pub made: Moment,
    /// The officer who made it.
    pub officer_number: String,
    /// The readings, newest first.
    pub readings: Vec<Reading>,
    /// Whether there are older ones that are not on the list.
    pub more: bool,
    /// The authority's standing notices.
    pub notices: Notices,
    /// Prints `DEMO` across the page.
    pub specimen: bool,
}

const WIDTH: f32 = A4.0 - 2.0 * SHEET_MARGIN;
/// Nothing but the footer stands lower.
const BOTTOM: f32 = A4.1 - 18.0;
/// Width of the column that says when, where and by whom.
const WHEN: f32 = 52.0;

/// The list as a tagged PDF.
///
/// # Errors
/// When a field does not fit or a character has no glyph.
pub fn readings(list: &Readings) -> Result<Vec<u8>, PrintError> {
    let scene = lay_out(list)?;
    let pages = scene.pages.len();
    press::print(
        &scene,
        Imprint {
            title: format!("{} · {}", texts::READINGS.es, texts::READINGS.en),
            authority: &list.authority,
            pages: (1..=pages)
                .map(|page| format!("{}, {page} de {pages}", texts::READINGS.es))
                .collect(),
        },
    )
}

pub(crate) fn lay_out(list: &Readings) -> Result<Scene, PrintError> {
    let mut scene = Scene::new("readings");
    let mut flow = Flow {
        y: 0.0,
        list,
        scene: &mut scene,
    };
    flow.first_page()?;
    flow.head()?;
    for reading in &list.readings {
        flow.reading(reading)?;
    }
    flow.close()?;
    Ok(scene)
}

/// Fills pages from top to bottom.
struct Flow<'a> {
    list: &'a Readings,
    scene: &'a mut Scene,
    y: f32,
}

impl Flow<'_> {
    fn area(&self) -> Area {
        Area::new(SHEET_MARGIN, self.y, WIDTH, BOTTOM - self.y)
    }

    fn first_page(&mut self) -> Result<(), PrintError> {
        self.scene.page(A4.0, A4.1);
        self.watermark();
        furniture::band(
            self.scene,
            A4.0,
            &SHEET_BAND,
            &self.list.authority,
            texts::READINGS,
            true,
        )?;
        self.y = SHEET_BAND.height + 9.0;
        self.footer()
    }

    /// Starts another page if `height` millimetres are not left on this one.
    fn need(&mut self, height: f32) -> Result<(), PrintError> {
        if self.y + height <= BOTTOM {
            return Ok(());
        }
        self.scene.page(A4.0, A4.1);
        self.watermark();
        self.y = SHEET_MARGIN;
        self.footer()
    }

    fn watermark(&mut self) {
        if self.list.specimen {
            let area = Area::new(0.0, 40.0, A4.0, 200.0);
            self.scene.watermark(texts::DEMO, 150.0, area);
        }
    }

    /// The record's number on every page, so that loose sheets can be put together.
    fn footer(&mut self) -> Result<(), PrintError> {
        let line = Area::new(SHEET_MARGIN, A4.1 - 13.0, WIDTH, 5.0);
        self.scene.rule(
            (line.x, line.y - 1.6),
            (line.right(), line.y - 1.6),
            0.2,
            Ink::Reed,
            false,
        );
        let text = format!("{} {}", texts::RECORD.es, self.list.record);
        let specimen = self.list.specimen;
        self.scene.within(Part::Paragraph, |scene| {
            let place = Area { w: 80.0, ..line };
            let fit = Fit::new(Style::regular(7.5).code(), 5.0);
            scene.fit("record", &text, fit, place)
        })?;
        if specimen {
            let right = Area::new(line.x + 84.0, line.y, line.w - 84.0, line.h);
            furniture::specimen(self.scene, right, 7.0)?;
        }
        Ok(())
    }

    /// What the list is, of which record, made when and by whom.
    fn head(&mut self) -> Result<(), PrintError> {
        let list = self.list;
        let look = FieldLook {
            label: 7.5,
            value: Style::bold(10.5),
            smallest: 6.5,
        };
        let code = FieldLook {
            value: look.value.code(),
            ..look
        };
        let made = &list.made;
        let at = Bilingual {
            es: format!(
                "{}, {}, {} ({})",
                made.date.es, made.time, made.zone.es, made.offset
            ),
            en: format!("{}, {}", made.date.en, made.zone.en),
        };
        let cell = |from: f32, to: f32, y: f32| {
            let width = WIDTH * (to - from) - 4.0;
            Area::new(SHEET_MARGIN + WIDTH * from, y, width, 15.0)
        };
        let y = self.y;
        furniture::pair(
            self.scene,
            look,
            texts::MADE,
            "made",
            &at,
            cell(0.0, 0.78, y),
        )?;
        furniture::field(
            self.scene,
            code,
            texts::OFFICER,
            "officer_number",
            &list.officer_number,
            cell(0.78, 1.0, y),
        )?;
        self.y += 20.0;
        let intro = NoticeLook {
            heading: 11.0,
            es: 11.0,
            en: 9.5,
        };
        let what = if list.readings.is_empty() {
            texts::READ_BY_NOBODY
        } else {
            texts::READ_BY
        };
        let area = self.area();
        self.y += furniture::notice(self.scene, intro, &Notice::plain(what), area)? + 5.0;
        Ok(())
    }

    /// One reading: when, where and by whom on the left, what on the right.
    fn reading(&mut self, reading: &Reading) -> Result<(), PrintError> {
        const GAP: f32 = 3.0;
        let (left, right) = (WHEN - 4.0, WIDTH - WHEN);
        let scene = &mut *self.scene;
        let parts: [Block; 3] = [
            scene.set(&reading.at, Style::bold(10.0), left),
            scene.set(&reading.officer_number, Style::regular(9.5).code(), left),
            scene.set(&reading.post, Style::regular(9.0), left),
        ];
        let es = scene.set(&reading.what.es, Style::regular(10.5), right);
        let en = scene.set(&reading.what.en, Style::regular(9.0), right);
        let height = parts.iter().map(Block::height).sum::<f32>();
        let height = height.max(es.height() + en.height());
        self.need(height + GAP)?;
        let top = self.y;
        self.scene.within(Part::Paragraph, |scene| {
            let mut y = top;
            for part in parts {
                let area = Area::new(SHEET_MARGIN, y, left, BOTTOM - y);
                y += scene.place(part, area, Align::Left, Lang::Es, Ink::Black)?;
            }
            let area = Area::new(SHEET_MARGIN + WHEN, top, right, BOTTOM - top);
            let below = scene.place(es, area, Align::Left, Lang::Es, Ink::Black)?;
            let area = Area {
                y: top + below,
                ..area
            };
            scene.place(en, area, Align::Left, Lang::En, Ink::Black)
        })?;
        self.y += height + GAP / 2.0;
        let (from, to) = (SHEET_MARGIN, SHEET_MARGIN + WIDTH);
        self.scene
            .rule((from, self.y), (to, self.y), 0.15, Ink::Reed, false);
        self.y += GAP / 2.0;
        Ok(())
    }

    /// What is not on it, and where to complain.
    fn close(&mut self) -> Result<(), PrintError> {
        let look = NoticeLook {
            heading: 11.0,
            es: 9.5,
            en: 8.5,
        };
        let mut list = Vec::new();
        if self.list.more {
            list.push(Notice::plain(texts::READ_BEFORE));
        }
        list.push(Notice::new(
            texts::COMPLAINTS,
            &self.list.notices.complaints,
        ));
        let height = furniture::measure(self.scene, look, &list, 2.0, WIDTH) + 6.0;
        self.need(height)?;
        self.y += 3.0;
        let area = self.area();
        self.y = furniture::notices(self.scene, "notices", look, &list, 2.0, area, 6.0)?;
        Ok(())
    }
}
