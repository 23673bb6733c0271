//! The list of a place, printed each shift: who is here, since when, what runs out, and who answers.

use crate::common::{Moment, PrintError};
use crate::furniture::{FieldLook, Notice, NoticeLook};
use crate::sheet::{self, Column, Frame, Sheet, Words, en, es};
use crate::texts::{self, custody as words};
use crate::typeset::block::Style;
use crate::typeset::scene::Scene;

/// A clock that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// What is due until when: `Nombres: 3 mar, 09:30`.
    pub text: String,
    /// Whether it has run out: printed bold and marked.
    pub late: bool,
}

/// One of those who are here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The place in the count: `2 de 12`.
    pub ordinal: String,
    /// The handle's short form, to tell two of one name apart: `5C5C-7K2M`.
    pub handle: String,
    /// The name as stated; empty while nobody stated one.
    pub name: String,
    /// Since when under control: `2 mar, 08:40`.
    pub since: String,
    /// Clocks, the most urgent first.
    pub clocks: Vec<Running>,
    /// What else is to be known: an offer that waits, on the way, not found; empty for most.
    pub standing: String,
    /// The number of the officer who answers.
    pub answers: String,
}

/// What is printed (A4, as many pages as it needs).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustodyList {
    /// The authority.
    pub authority: String,
    /// The place.
    pub place: String,
    /// The shift that ends: `Noche, 20:00 a 08:00`.
    pub shift: String,
    /// When the list was made.
    pub made: Moment,
    /// The number of the officer who made it.
    pub officer_number: String,
    /// Everybody who is here.
    pub people: Vec<Listed>,
    /// Beside the count, a line each: how many offers wait, how many are on the way.
    pub beside: Vec<String>,
    /// Prints `DEMO` across the page.
    pub specimen: bool,
}

/// The list as a tagged PDF.
///
/// # Errors
/// When a field of its head does not fit.
pub fn custody_list(list: &CustodyList) -> Result<Vec<u8>, PrintError> {
    let mark = mark(list);
    sheet::print(&lay_out(list)?, &frame(list, &mark))
}

fn mark(list: &CustodyList) -> String {
    format!("{} · {} {}", list.place, list.made.date.es, list.made.time)
}

fn frame<'a>(list: &'a CustodyList, mark: &'a str) -> Frame<'a> {
    Frame {
        paper: "custody_list",
        authority: &list.authority,
        title: words::LIST,
        mark,
        free: false,
        specimen: list.specimen,
    }
}

pub(crate) fn lay_out(list: &CustodyList) -> Result<Scene, PrintError> {
    let mark = mark(list);
    sheet::lay_out(&frame(list, &mark), |sheet| {
        head(sheet, list)?;
        let count = list.people.len();
        let what = if count == 1 {
            words::ONE_UNDER_CONTROL
        } else {
            words::UNDER_CONTROL
        };
        sheet.count(count, what, &list.beside)?;
        people(sheet, list)?;
        signatures(sheet)
    })
}

fn head(sheet: &mut Sheet<'_>, list: &CustodyList) -> Result<(), PrintError> {
    let look = FieldLook {
        label: 7.5,
        value: Style::bold(10.5),
        smallest: 6.0,
    };
    let code = FieldLook {
        value: look.value.code(),
        ..look
    };
    let made = &list.made;
    let at = format!("{}, {} ({})", made.date.es, made.time, made.offset);
    sheet.field(look, words::PLACE, "place", &list.place, (0.0, 0.34), 13.0)?;
    sheet.field(look, words::SHIFT, "shift", &list.shift, (0.34, 0.56), 13.0)?;
    sheet.field(look, texts::MADE, "made", &at, (0.56, 0.83), 13.0)?;
    let number = &list.officer_number;
    sheet.field(
        code,
        texts::OFFICER,
        "officer_number",
        number,
        (0.83, 1.0),
        13.0,
    )?;
    sheet.y += 15.0;
    Ok(())
}

/// Columns: place in the count and handle; name and since when; clocks; who answers.
const COLUMNS: [(f32, f32); 4] = [(0.0, 24.0), (27.0, 57.0), (87.0, 51.0), (141.0, 29.0)];

fn people(sheet: &mut Sheet<'_>, list: &CustodyList) -> Result<(), PrintError> {
    if list.people.is_empty() {
        let look = NoticeLook {
            heading: 11.0,
            es: 11.0,
            en: 9.5,
        };
        sheet.notices(look, &[Notice::plain(words::NOBODY)], 0.0)?;
        sheet.y += 6.0;
        return Ok(());
    }
    let [number, who, clocks, answers] = COLUMNS;
    let heads = [
        (number.0, number.1, words::ORDINAL_SHORT),
        (who.0, who.1, words::WHO),
        (clocks.0, clocks.1, words::CLOCKS),
        (answers.0, answers.1, words::ANSWERS),
    ];
    sheet.column_heads(&heads)?;
    for person in &list.people {
        let name = if person.name.trim().is_empty() {
            es(words::NO_NAME, Style::regular(10.0))
        } else {
            es(&person.name, Style::bold(10.5))
        };
        let since = format!("{} {}", words::SINCE.es.to_lowercase(), person.since);
        let late: Vec<String> = person
            .clocks
            .iter()
            .map(|clock| {
                let mark = if clock.late { "! " } else { "" };
                format!("{mark}{}", clock.text)
            })
            .collect();
        let clock_words = person.clocks.iter().zip(&late).map(|(clock, text)| {
            let style = Style::regular(8.6);
            es(text, if clock.late { Style::bold(8.8) } else { style })
        });
        let mut who_words = vec![name, es(&since, Style::regular(8.8))];
        if !person.standing.is_empty() {
            who_words.push(es(&person.standing, Style::bold(8.8)));
        }
        let columns: [((f32, f32), Vec<Words<'_>>); 4] = [
            (
                number,
                vec![
                    es(&person.ordinal, Style::bold(10.5)),
                    es(&person.handle, Style::regular(8.2).code()),
                ],
            ),
            (who, who_words),
            (clocks, clock_words.collect()),
            (answers, vec![es(&person.answers, Style::bold(9.5).code())]),
        ];
        let columns = columns.map(|((x, w), words)| Column { x, w, words });
        sheet.row(&columns, 2.6)?;
    }
    let under = [
        es(words::BOLD_IS_LATE.es, Style::regular(7.6)),
        en(words::BOLD_IS_LATE.en, Style::regular(6.8)),
    ];
    sheet.y += 0.6;
    for one in under {
        let block = sheet.set(one.text, one.style, sheet::WIDTH);
        sheet.plain(block, one.lang)?;
    }
    sheet.y += 4.0;
    Ok(())
}

/// Who leaves and who comes: a box for what each counted, a line to sign, a line for the hour.
fn signatures(sheet: &mut Sheet<'_>) -> Result<(), PrintError> {
    const HEIGHT: f32 = 62.0;
    sheet.need(HEIGHT)?;
    let look = NoticeLook {
        heading: 9.5,
        es: 9.5,
        en: 8.5,
    };
    sheet.notices(look, &[Notice::plain(words::COUNTED)], 0.0)?;
    let top = sheet.y + 5.0;
    let half = (sheet::WIDTH - 12.0) / 2.0;
    for (x, caption) in [(0.0, words::OUTGOING), (half + 12.0, words::INCOMING)] {
        sheet.boxed(words::I_COUNTED, x, 22.0, top)?;
        sheet.line(words::HOUR, x + 27.0, half - 27.0, top + 14.0)?;
        sheet.line(caption, x, half, top + 30.0)?;
    }
    sheet.y = top + 37.0;
    Ok(())
}
