//! The sheet for a handover to somebody who has no passkey: a hospital, a shelter, police. It is
//! printed with blanks, filled in by hand, signed by both, and photographed.

use crate::common::{Moment, PrintError};
use crate::furniture::{FieldLook, Notice, NoticeLook, SHEET_MARGIN};
use crate::sheet::{self, Column, Frame, Sheet, WIDTH, es};
use crate::texts::{self, custody as words};
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::scene::{Area, Scene};

/// One of those who are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The place in the count: `2 de 12`.
    pub ordinal: String,
    /// The episode's handle, grouped.
    pub handle: String,
    /// The name as stated, as far as the receiver may know it; empty for none.
    pub name: String,
}

/// What is printed (A4, as many pages as it needs).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandoverSheet {
    /// The authority.
    pub authority: String,
    /// The folio of the handover.
    pub folio: String,
    /// The place where it happens.
    pub place: String,
    /// When it was printed.
    pub made: Moment,
    /// The number of the officer who gives.
    pub officer_number: String,
    /// The body that is to receive, where it is known; else it is written by hand.
    pub body: String,
    /// What for.
    pub reason: String,
    /// Who is given.
    pub people: Vec<Given>,
    /// Prints `DEMO` across the page.
    pub specimen: bool,
}

/// The sheet as a tagged PDF.
///
/// # Errors
/// [`PrintError::Empty`] for nobody; or when a field of its head does not fit.
pub fn handover_sheet(paper: &HandoverSheet) -> Result<Vec<u8>, PrintError> {
    sheet::print(&lay_out(paper)?, &frame(paper))
}

fn frame(paper: &HandoverSheet) -> Frame<'_> {
    Frame {
        paper: "handover_sheet",
        authority: &paper.authority,
        title: words::HANDOVER,
        mark: &paper.folio,
        free: false,
        specimen: paper.specimen,
    }
}

pub(crate) fn lay_out(paper: &HandoverSheet) -> Result<Scene, PrintError> {
    if paper.people.is_empty() {
        return Err(PrintError::Empty);
    }
    sheet::lay_out(&frame(paper), |sheet| {
        head(sheet, paper)?;
        let count = paper.people.len();
        let what = if count == 1 {
            words::ONE_GIVEN
        } else {
            words::GIVEN
        };
        sheet.count(count, what, &[])?;
        let look = NoticeLook {
            heading: 10.0,
            es: 9.8,
            en: 8.6,
        };
        sheet.notices(look, &[Notice::plain(words::UNTIL_CONFIRMED)], 0.0)?;
        sheet.y += 4.0;
        people(sheet, paper)?;
        receiver(sheet, paper)
    })
}

fn head(sheet: &mut Sheet<'_>, paper: &HandoverSheet) -> Result<(), PrintError> {
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
    sheet.field(look, words::PLACE, "place", &paper.place, (0.0, 0.42), 13.0)?;
    sheet.field(look, texts::MADE_PAPER, "made", &at, (0.42, 0.76), 13.0)?;
    let number = &paper.officer_number;
    sheet.field(
        code,
        words::FROM,
        "officer_number",
        number,
        (0.76, 1.0),
        13.0,
    )?;
    sheet.y += 14.0;
    let style = Style::bold(10.0);
    if !paper.body.is_empty() {
        sheet.labelled(words::TO, &paper.body, style)?;
    }
    sheet.labelled(words::FOR, &paper.reason, style)?;
    sheet.y += 3.0;
    Ok(())
}

/// Columns: place in the count, name, handle, and a box to tick.
fn people(sheet: &mut Sheet<'_>, paper: &HandoverSheet) -> Result<(), PrintError> {
    const BOX: f32 = 4.6;
    const GAP: f32 = 5.0;
    sheet.need(26.0)?;
    sheet.column_heads(&[
        (0.0, 20.0, words::ORDINAL_SHORT),
        (22.0, 62.0, words::WHO),
        (86.0, 70.0, words::HANDLE),
        (157.0, 13.0, words::CAME),
    ])?;
    for person in &paper.people {
        let name = if person.name.trim().is_empty() {
            es(words::NO_NAME, Style::regular(10.0))
        } else {
            es(&person.name, Style::bold(10.5))
        };
        let column = |x, w, words| Column { x, w, words };
        let columns = [
            column(0.0, 20.0, vec![es(&person.ordinal, Style::bold(10.5))]),
            column(22.0, 62.0, vec![name]),
            column(
                86.0,
                70.0,
                vec![es(&person.handle, Style::regular(8.4).code())],
            ),
        ];
        // The box is drawn over the row that `row` may have moved to the next page.
        sheet.row(&columns, GAP)?;
        let line = sheet.y - GAP / 2.0;
        let tick = Area::new(SHEET_MARGIN + 159.0, line - BOX - 1.2, BOX, BOX);
        sheet.scene.frame(tick, 0.6, 0.3, Ink::Black);
    }
    sheet.y += 4.0;
    Ok(())
}

fn receiver(sheet: &mut Sheet<'_>, paper: &HandoverSheet) -> Result<(), PrintError> {
    const HEIGHT: f32 = 92.0;
    sheet.heading(words::RECEIVER, HEIGHT)?;
    let half = (WIDTH - 10.0) / 2.0;
    let right = half + 10.0;
    let mut y = sheet.y + 7.0;
    sheet.line(words::RECEIVER_NAME, 0.0, WIDTH, y)?;
    y += 13.0;
    sheet.line(words::FUNCTION, 0.0, half, y)?;
    if paper.body.is_empty() {
        sheet.line(words::BODY, right, half, y)?;
    } else {
        sheet.line(words::TELEPHONE, right, half, y)?;
    }
    y += 13.0;
    if paper.body.is_empty() {
        sheet.line(words::TELEPHONE, 0.0, half, y)?;
        sheet.line(words::DATE_AND_HOUR, right, half, y)?;
    } else {
        sheet.line(words::DATE_AND_HOUR, 0.0, half, y)?;
    }
    y += 9.0;
    sheet.boxed(words::I_COUNTED, 0.0, 30.0, y)?;
    y += 27.0;
    sheet.line(words::RECEIVER_SIGNATURE, 0.0, half, y)?;
    sheet.line(words::GIVER_SIGNATURE, right, half, y)?;
    sheet.y = y + 8.0;
    let look = NoticeLook {
        heading: 8.6,
        es: 8.6,
        en: 7.6,
    };
    sheet.notices(look, &[Notice::plain(words::PHOTOGRAPH)], 0.0)
}
