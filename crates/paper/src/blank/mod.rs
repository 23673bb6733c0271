//! Numbered blank sheets for the hours in which nothing works: written by hand, on a bonnet, in poor
//! light. Large boxes with their labels inside at the top, Spanish first; the number in three places, as
//! text and as a symbol; and what a person is owed, on a stub that is cut off.
//!
//! Fields stand in the order of the screen that they are typed into.

mod boxes;
mod custody;
mod forms;

use crate::common::{Bilingual, Moment, Notices, PrintError};
use crate::furniture::{self, A4, Band};
use crate::texts::{self, Text, blank as words};
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Area, Fit, Part, Scene};

/// Free along the edges: less than on other sheets, since boxes need the room.
const MARGIN: f32 = 14.0;
/// Between the margins.
const WIDTH: f32 = A4.0 - 2.0 * MARGIN;

const BAND: Band = Band {
    height: 20.0,
    margin: MARGIN,
    size: 15.0,
};

/// What the sheets are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlankKind {
    /// An application for a card.
    Application,
    /// An entry or exit.
    Crossing,
    /// An encounter, with the stub that the person keeps.
    Encounter,
    /// A count of people, with their names: two pages a sheet.
    Custody,
}

impl BlankKind {
    const fn title(self) -> Text {
        match self {
            Self::Application => words::APPLICATION,
            Self::Crossing => words::CROSSING,
            Self::Encounter => words::ENCOUNTER,
            Self::Custody => words::CUSTODY,
        }
    }
}

/// A batch of blank sheets (A4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlankSheets {
    /// What for.
    pub kind: BlankKind,
    /// The authority.
    pub authority: String,
    /// The post or place for which they were printed.
    pub place: String,
    /// When their numbers were drawn.
    pub printed: Moment,
    /// By whom.
    pub officer_number: String,
    /// The numbers, in order.
    pub numbers: Vec<String>,
    /// The authority's standing notices.
    pub notices: Notices,
    /// Prints `DEMO` across the sheets.
    pub specimen: bool,
}

/// The batch as a tagged PDF.
///
/// # Errors
/// When there is no number, a field does not fit, or a character has no glyph.
pub fn blank_sheets(sheets: &BlankSheets) -> Result<Vec<u8>, PrintError> {
    let title = sheets.kind.title();
    let name = |number: &String| match sheets.kind {
        BlankKind::Custody => vec![number.clone(), format!("{number}, reverso")],
        _ => vec![number.clone()],
    };
    press::print(
        &lay_out(sheets)?,
        Imprint {
            title: format!("{} · {}", title.es, title.en),
            authority: &sheets.authority,
            pages: sheets.numbers.iter().flat_map(name).collect(),
        },
    )
}

pub(crate) fn lay_out(sheets: &BlankSheets) -> Result<Scene, PrintError> {
    if sheets.numbers.is_empty() {
        return Err(PrintError::Empty);
    }
    let mut scene = Scene::new("blank_sheets");
    for number in &sheets.numbers {
        page(&mut scene, sheets)?;
        let y = head(&mut scene, sheets, number)?;
        match sheets.kind {
            BlankKind::Application => forms::application(&mut scene, sheets, number, y)?,
            BlankKind::Crossing => forms::crossing(&mut scene, sheets, number, y)?,
            BlankKind::Encounter => forms::encounter(&mut scene, sheets, number, y)?,
            BlankKind::Custody => {
                custody::front(&mut scene, y)?;
                page(&mut scene, sheets)?;
                custody::back(&mut scene, number)?;
            }
        }
    }
    Ok(scene)
}

fn page(scene: &mut Scene, sheets: &BlankSheets) -> Result<(), PrintError> {
    scene.page(A4.0, A4.1);
    if sheets.specimen {
        scene.watermark(texts::DEMO, 130.0, Area::new(0.0, 60.0, A4.0, 150.0));
        let below = Area::new(MARGIN, A4.1 - 8.0, WIDTH, 4.0);
        furniture::specimen(scene, below, 6.6)?;
    }
    Ok(())
}

/// The number, large and as a symbol; for which place, when and by whom it was printed.
fn head(scene: &mut Scene, sheets: &BlankSheets, number: &str) -> Result<f32, PrintError> {
    const SQUARE: f32 = 26.0;
    furniture::band(
        scene,
        A4.0,
        &BAND,
        &sheets.authority,
        sheets.kind.title(),
        false,
    )?;
    let top = BAND.height + 4.0;
    let square = Area::new(MARGIN + WIDTH - SQUARE, top, SQUARE, SQUARE);
    scene.symbol(number, square, words::SYMBOL)?;
    let width = WIDTH - SQUARE - 5.0;
    let label = Area::new(MARGIN, top, width, 4.0);
    scene.within(Part::Heading(2, number.to_owned()), |scene| {
        furniture::label(scene, words::NUMBER, 9.0, label, Ink::Black)?;
        let line = Area::new(MARGIN, top + 4.1, width, 10.0);
        scene.fit(
            "number",
            number,
            Fit::new(Style::bold(25.0).code(), 14.0),
            line,
        )
    })?;
    let half = width / 2.0 - 2.0;
    let printed = format!(
        "{} {}, {}",
        sheets.printed.date.es, sheets.printed.time, sheets.officer_number
    );
    for (x, label, name, value) in [
        (0.0, words::PLACE, "place", sheets.place.as_str()),
        (half + 4.0, words::PRINTED, "printed", printed.as_str()),
    ] {
        let look = furniture::FieldLook {
            label: 7.5,
            value: Style::bold(9.5),
            smallest: 5.5,
        };
        let area = Area::new(MARGIN + x, top + 14.6, half, 11.0);
        furniture::cut_field(scene, look, label, name, value, area)?;
    }
    Ok(top + SQUARE + 2.0)
}

/// A sentence in both languages under one another; returns the height taken.
fn sentence(scene: &mut Scene, text: Text, size: f32, area: Area) -> Result<f32, PrintError> {
    let both = Bilingual::new(text.es, text.en);
    let look = furniture::NoticeLook {
        heading: size,
        es: size,
        en: size * 0.88,
    };
    let notice = furniture::Notice {
        heading: None,
        es: &both.es,
        en: &both.en,
    };
    furniture::notice(scene, look, &notice, area)
}
