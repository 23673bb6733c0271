//! An episode for a judge: the unbroken bar, the facts in order, breaches, what the law wants on
//! record, and how to verify it all.

use crate::common::{Bilingual, Moment, PrintError};
use crate::furniture::{FieldLook, Notice, NoticeLook, SHEET_MARGIN};
use crate::sheet::{self, Column, Frame, Sheet, WIDTH, en, es};
use crate::texts::{self, custody as words};
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::scene::{Area, Fit, Part, Scene};

/// How sure a stretch of the bar is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sureness {
    /// One answers, and nobody says otherwise.
    #[default]
    Sure,
    /// Offered, or given on paper: whoever gave answers still.
    Waiting,
    /// In dispute, or not found.
    Grave,
}

/// A stretch of the bar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// How many seconds; of one that lasts, until the paper was made.
    pub seconds: u64,
    /// From when until when, as printed: `2 mar, 08:40 – 09:10`.
    pub when: String,
    /// The number of the officer who answers, and the post.
    pub custodian: String,
    /// Where the person was.
    pub place: String,
    /// How sure that is, in words.
    pub standing: Bilingual,
    /// How sure that is, as drawn.
    pub sureness: Sureness,
}

/// A fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// When: `2 mar 2026, 08:40`.
    pub at: String,
    /// What, as a sentence.
    pub what: Bilingual,
    /// The number of the officer, and the post.
    pub by: String,
    /// The row under the episode, as in the exported file.
    pub row: String,
    /// The commitment in the log's leaf: its first digits.
    pub commitment: String,
}

/// A content that the law wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The instrument's short name.
    pub instrument: String,
    /// What it wants.
    pub wants: String,
    /// What is on record; none where nothing is.
    pub value: Option<String>,
}

/// What is printed (A4, as many pages as it needs).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpisodePaper {
    /// The authority.
    pub authority: String,
    /// The episode's handle, grouped.
    pub handle: String,
    /// For whom: `Juzgado Primero de Distrito`.
    pub for_whom: String,
    /// The name as stated; empty where none was.
    pub name: String,
    /// When it was made.
    pub made: Moment,
    /// The number of the officer who made it.
    pub officer_number: String,
    /// The bar, without holes.
    pub stretches: Vec<Stretch>,
    /// Whether control lasts.
    pub lasts: bool,
    /// The facts in order.
    pub facts: Vec<Fact>,
    /// Breaches and what does not fit, each with its moment in the text.
    pub breaches: Vec<Bilingual>,
    /// What the law wants, in its order.
    pub contents: Vec<Content>,
    /// SHA-256 of the exported file, in hexadecimal groups.
    pub file_hash: String,
    /// The log's head and who countersigned it, as one sentence.
    pub head: String,
    /// Prints `DEMO` across the page.
    pub specimen: bool,
}

/// The episode as a tagged PDF.
///
/// # Errors
/// When a field of its head does not fit.
pub fn custody_episode(paper: &EpisodePaper) -> Result<Vec<u8>, PrintError> {
    sheet::print(&lay_out(paper)?, &frame(paper))
}

fn frame(paper: &EpisodePaper) -> Frame<'_> {
    Frame {
        paper: "custody_episode",
        authority: &paper.authority,
        title: words::EPISODE,
        mark: &paper.handle,
        free: true,
        specimen: paper.specimen,
    }
}

pub(crate) fn lay_out(paper: &EpisodePaper) -> Result<Scene, PrintError> {
    sheet::lay_out(&frame(paper), |sheet| {
        head(sheet, paper)?;
        bar(sheet, paper)?;
        facts(sheet, paper)?;
        breaches(sheet, paper)?;
        contents(sheet, paper)?;
        verification(sheet, paper)
    })
}

fn head(sheet: &mut Sheet<'_>, paper: &EpisodePaper) -> Result<(), PrintError> {
    let look = FieldLook {
        label: 7.5,
        value: Style::bold(10.5),
        smallest: 6.0,
    };
    let code = FieldLook {
        value: look.value.code(),
        ..look
    };
    let made = &paper.made;
    let at = format!("{}, {} ({})", made.date.es, made.time, made.offset);
    sheet.field(
        look,
        words::FOR_WHOM,
        "for_whom",
        &paper.for_whom,
        (0.0, 0.46),
        13.0,
    )?;
    sheet.field(look, texts::MADE_PAPER, "made", &at, (0.46, 0.8), 13.0)?;
    let number = &paper.officer_number;
    sheet.field(
        code,
        texts::OFFICER,
        "officer_number",
        number,
        (0.8, 1.0),
        13.0,
    )?;
    sheet.y += 14.0;
    let name = if paper.name.trim().is_empty() {
        words::NO_NAME
    } else {
        &paper.name
    };
    let big = FieldLook {
        label: 7.5,
        value: Style::bold(15.0),
        smallest: 8.0,
    };
    sheet.field(big, words::STATED, "name", name, (0.0, 0.58), 18.0)?;
    sheet.field(
        code,
        words::HANDLE,
        "handle",
        &paper.handle,
        (0.58, 1.0),
        13.0,
    )?;
    sheet.y += 20.0;
    Ok(())
}

/// The narrowest stretch, in millimetres, so that its number can be read.
const NARROWEST: f32 = 6.0;
/// The most stretches of one bar; an episode with more goes on in a second.
const STRETCHES: usize = 20;

fn bar(sheet: &mut Sheet<'_>, paper: &EpisodePaper) -> Result<(), PrintError> {
    const HEIGHT: f32 = 11.0;
    if paper.stretches.is_empty() {
        return Ok(());
    }
    sheet.heading(words::BAR, HEIGHT + 20.0)?;
    let bars = paper.stretches.len().div_ceil(STRETCHES);
    for (at, stretches) in paper.stretches.chunks(STRETCHES).enumerate() {
        sheet.need(HEIGHT + 4.0)?;
        let lasts = paper.lasts && at + 1 == bars;
        one_bar(sheet, stretches, at * STRETCHES, HEIGHT, lasts)?;
        sheet.y += HEIGHT + 2.0;
    }
    let legend = [
        es(words::BAR_LEGEND.es, Style::regular(7.6)),
        en(words::BAR_LEGEND.en, Style::regular(6.8)),
    ];
    for one in legend {
        let block = sheet.set(one.text, one.style, WIDTH);
        sheet.plain(block, one.lang)?;
    }
    sheet.y += 2.0;
    for (number, stretch) in (1..).zip(&paper.stretches) {
        let number: u32 = number;
        let number = number.to_string();
        let standing = Style::regular(9.2);
        let columns = [
            Column {
                x: 0.0,
                w: 7.0,
                words: vec![es(&number, Style::bold(9.5))],
            },
            Column {
                x: 8.0,
                w: 54.0,
                words: vec![es(&stretch.when, Style::bold(9.2))],
            },
            Column {
                x: 64.0,
                w: 60.0,
                words: vec![
                    es(&stretch.custodian, Style::bold(9.2).code()),
                    es(&stretch.place, Style::regular(8.6)),
                ],
            },
            Column {
                x: 126.0,
                w: 44.0,
                words: vec![
                    es(&stretch.standing.es, standing),
                    en(&stretch.standing.en, Style::regular(7.8)),
                ],
            },
        ];
        sheet.row(&columns, 1.8)?;
    }
    sheet.y += 4.0;
    Ok(())
}

/// Widths by time, none so narrow that its number is lost.
#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of an episode, drawn in tenths of a millimetre"
)]
pub(crate) fn widths(stretches: &[Stretch], width: f32) -> Vec<f32> {
    let all: f64 = stretches.iter().map(|one| one.seconds as f64).sum();
    let share = |one: &Stretch| {
        if all > 0.0 {
            one.seconds as f64 / all
        } else {
            0.0
        }
    };
    let least = NARROWEST.min(width / stretches.len() as f32);
    let free = width - least * stretches.len() as f32;
    #[expect(clippy::cast_possible_truncation, reason = "a share of at most 1")]
    let wide = |one: &Stretch| least + free * share(one) as f32;
    let mut found: Vec<f32> = stretches.iter().map(wide).collect();
    // Where nobody's time counts, all are alike.
    if all <= 0.0 {
        found.fill(width / stretches.len() as f32);
    }
    found
}

fn one_bar(
    sheet: &mut Sheet<'_>,
    stretches: &[Stretch],
    before: usize,
    height: f32,
    lasts: bool,
) -> Result<(), PrintError> {
    // A bar that goes on has its last millimetres open.
    let width = if lasts { WIDTH - 8.0 } else { WIDTH };
    let (mut x, y) = (SHEET_MARGIN, sheet.y);
    let described = format!("{}: {}", words::BAR.es, stretches.len());
    sheet.scene.within(Part::Figure(described), |scene| {
        for (at, (stretch, w)) in stretches.iter().zip(widths(stretches, width)).enumerate() {
            let area = Area::new(x, y, w, height);
            let ink = match stretch.sureness {
                Sureness::Sure => {
                    scene.fill(area, 0.0, Ink::River);
                    Ink::White
                }
                Sureness::Waiting => {
                    scene.fill(area, 0.0, Ink::Sand);
                    scene.frame(area.inset(0.15), 0.0, 0.3, Ink::River);
                    Ink::Black
                }
                Sureness::Grave => {
                    scene.frame(area.inset(0.6), 0.0, 1.2, Ink::Black);
                    Ink::Black
                }
            };
            if at > 0 {
                scene.rule((x, y), (x, y + height), 0.4, Ink::White, false);
            }
            let number = (before + at + 1).to_string();
            let fit = Fit::new(Style::bold(10.0), 4.0)
                .ink(ink)
                .align(crate::typeset::scene::Align::Centre)
                .middle();
            scene.fit("stretches", &number, fit, area.inset(0.7))?;
            x += w;
        }
        if lasts {
            let middle = y + height / 2.0;
            scene.rule((x, y), (x, y + height), 0.4, Ink::White, false);
            scene.rule((x + 1.0, middle), (x + 8.0, middle), 0.8, Ink::River, true);
        }
        Ok(())
    })
}

fn facts(sheet: &mut Sheet<'_>, paper: &EpisodePaper) -> Result<(), PrintError> {
    if paper.facts.is_empty() {
        return Ok(());
    }
    sheet.heading(words::FACTS, 16.0)?;
    for fact in &paper.facts {
        let row = format!("{} {}", words::ROW.es, fact.row);
        let columns = [
            Column {
                x: 0.0,
                w: 38.0,
                words: vec![
                    es(&fact.at, Style::bold(9.2)),
                    es(&fact.by, Style::regular(8.4).code()),
                ],
            },
            Column {
                x: 40.0,
                w: 98.0,
                words: vec![
                    es(&fact.what.es, Style::regular(9.8)),
                    en(&fact.what.en, Style::regular(8.2)),
                ],
            },
            Column {
                x: 141.0,
                w: 29.0,
                words: vec![
                    es(&row, Style::regular(8.4)),
                    es(&fact.commitment, Style::regular(7.4).code()),
                ],
            },
        ];
        sheet.row(&columns, 2.2)?;
    }
    sheet.y += 4.0;
    Ok(())
}

fn breaches(sheet: &mut Sheet<'_>, paper: &EpisodePaper) -> Result<(), PrintError> {
    sheet.heading(words::BREACHES, 12.0)?;
    let none = Bilingual::new(words::NO_BREACHES.es, words::NO_BREACHES.en);
    let list = if paper.breaches.is_empty() {
        core::slice::from_ref(&none)
    } else {
        &paper.breaches
    };
    let grave = !paper.breaches.is_empty();
    for breach in list {
        let style = if grave {
            Style::bold(10.0).led(1.25)
        } else {
            Style::regular(10.0)
        };
        let columns = [
            Column {
                x: 0.0,
                w: 6.0,
                words: if grave {
                    vec![es("!", Style::bold(11.0))]
                } else {
                    Vec::new()
                },
            },
            Column {
                x: if grave { 6.0 } else { 0.0 },
                w: WIDTH - 6.0,
                words: vec![es(&breach.es, style), en(&breach.en, Style::regular(8.6))],
            },
        ];
        sheet.row(&columns, 2.2)?;
    }
    sheet.y += 4.0;
    Ok(())
}

fn contents(sheet: &mut Sheet<'_>, paper: &EpisodePaper) -> Result<(), PrintError> {
    if paper.contents.is_empty() {
        return Ok(());
    }
    sheet.heading(words::CONTENTS, 20.0)?;
    let mut instrument = "";
    for content in &paper.contents {
        if content.instrument != instrument {
            instrument = &content.instrument;
            let columns = [Column {
                x: 0.0,
                w: WIDTH,
                words: vec![es(instrument, Style::bold(9.6))],
            }];
            sheet.need(16.0)?;
            sheet.row(&columns, 1.4)?;
        }
        let value = match &content.value {
            Some(value) => vec![es(value, Style::regular(9.4))],
            None => vec![
                es(words::MISSING.es, Style::bold(9.4)),
                en(words::MISSING.en, Style::regular(8.0)),
            ],
        };
        let columns = [
            Column {
                x: 0.0,
                w: 74.0,
                words: vec![es(&content.wants, Style::regular(8.8))],
            },
            Column {
                x: 78.0,
                w: WIDTH - 78.0,
                words: value,
            },
        ];
        sheet.row(&columns, 1.6)?;
    }
    sheet.y += 4.0;
    Ok(())
}

fn verification(sheet: &mut Sheet<'_>, paper: &EpisodePaper) -> Result<(), PrintError> {
    let look = NoticeLook {
        heading: 12.5,
        es: 9.5,
        en: 8.3,
    };
    let how = Bilingual::new(words::VERIFY_HOW.es, words::VERIFY_HOW.en);
    sheet.notices(look, &[Notice::new(words::VERIFY, &how)], 0.0)?;
    sheet.y += 3.0;
    for (caption, value, style) in [
        (
            words::FILE_HASH,
            &paper.file_hash,
            Style::regular(8.6).code(),
        ),
        (words::HEAD, &paper.head, Style::regular(8.6)),
    ] {
        if value.is_empty() {
            continue;
        }
        sheet.labelled(caption, value, style)?;
    }
    Ok(())
}
