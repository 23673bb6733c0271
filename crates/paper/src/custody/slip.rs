//! What the person takes away when they come into other hands, or leave: a face with its proof, one for
//! each. It names where, when and which officer, as every receipt does, and not to whom or where to
//! they go: who finds it must not be able to wait there (DESIGN §6). The family's code is not on it
//! again; the first one stays good.

use super::receipt::{WIDTH, ground, handle_panel, place_and_time};
use crate::common::{Moment, Notices, PrintError};
use crate::furniture::{self, FieldLook, Notice, NoticeLook};
use crate::proof::{self, Proof};
use crate::slip::{A6, BAND, MARGIN};
use crate::texts::{self, Text, custody as words};
use crate::typeset::block::Style;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Area, Scene};

/// What the slip is given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipFor {
    /// Somebody else has the person now.
    Handover,
    /// The person is free.
    Release,
    /// Custody ended otherwise.
    Ended,
}

impl SlipFor {
    const fn title(self) -> Text {
        match self {
            Self::Handover => words::HANDOVER_SLIP,
            Self::Release => words::RELEASE_SLIP,
            Self::Ended => words::ENDED_SLIP,
        }
    }

    const fn means(self) -> Text {
        match self {
            Self::Handover => words::HANDOVER_MEANS,
            Self::Release => words::RELEASE_MEANS,
            Self::Ended => words::ENDED_MEANS,
        }
    }
}

/// What is printed for one person (A6, one page).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustodySlip {
    /// What for.
    pub kind: SlipFor,
    /// The officer's authority.
    pub authority: String,
    /// The post or place.
    pub post: String,
    /// When.
    pub at: Moment,
    /// The officer's number.
    pub officer_number: String,
    /// The place in the count: `2 de 12`.
    pub ordinal: String,
    /// The episode's handle in words that can be said aloud.
    pub handle_in_words: String,
    /// What makes it checkable.
    pub proof: Proof,
    /// The authority's standing notices.
    pub notices: Notices,
    /// Prints `DEMO` across the slip.
    pub specimen: bool,
}

/// Everybody's slip as a tagged PDF, a page for each.
///
/// # Errors
/// When there is none, a field does not fit, or a character has no glyph.
pub fn custody_slips(slips: &[CustodySlip]) -> Result<Vec<u8>, PrintError> {
    let first = slips.first().ok_or(PrintError::Empty)?;
    let title = first.kind.title();
    press::print(
        &lay_out(slips)?,
        Imprint {
            title: format!("{} · {}", title.es, title.en),
            authority: &first.authority,
            pages: slips
                .iter()
                .map(|slip| format!("{} {}", slip.kind.title().es, slip.ordinal))
                .collect(),
        },
    )
}

pub(crate) fn lay_out(slips: &[CustodySlip]) -> Result<Scene, PrintError> {
    let mut scene = Scene::new("custody_slip");
    for slip in slips {
        scene.page(A6.0, A6.1);
        face(&mut scene, slip)?;
    }
    Ok(scene)
}

fn face(scene: &mut Scene, slip: &CustodySlip) -> Result<(), PrintError> {
    furniture::band(scene, A6.0, &BAND, &slip.authority, slip.kind.title(), true)?;
    ground(scene, slip.specimen)?;
    let look = place_and_time(scene, &slip.post, &slip.at)?;
    let number = FieldLook {
        value: Style::bold(11.0).code(),
        ..look
    };
    let half = (WIDTH - 3.0) / 2.0;
    let cells = [
        (words::ORDINAL, "ordinal", &slip.ordinal, MARGIN),
        (
            texts::OFFICER,
            "officer_number",
            &slip.officer_number,
            MARGIN + half + 3.0,
        ),
    ];
    for (label, name, value, x) in cells {
        let cell = Area::new(x, 35.4, half, 9.6);
        furniture::field(scene, number, label, name, value, cell)?;
    }
    let handle = Area::new(MARGIN, 46.6, WIDTH, 16.6);
    handle_panel(scene, &slip.handle_in_words, handle)?;
    let stub = Area::new(MARGIN, 66.0, WIDTH, proof::HEIGHT);
    proof::panel(scene, &slip.proof, words::CODE, stub)?;

    let look = NoticeLook {
        heading: 7.6,
        es: 7.2,
        en: 6.5,
    };
    let means = Notice::plain(slip.kind.means());
    let free = Notice::plain(words::SLIP_FREE);
    let complaints = Notice::new(texts::COMPLAINTS, &slip.notices.complaints);
    let rest = Area::new(MARGIN, stub.bottom() + 3.0, WIDTH, 37.0);
    let list = [means, free, complaints];
    furniture::notices(scene, "notices", look, &list, 1.6, rest, 5.0)?;
    Ok(())
}
