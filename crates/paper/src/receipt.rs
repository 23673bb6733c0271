//! The receipt of an act on a paper of its own: of an encounter, which names neither the person nor
//! an offence (DESIGN §6), so that carrying it can harm nobody; or of an exit, which names the card.
//! An entry's receipt is on the back of its slip.

use crate::common::{Bilingual, Moment, Notices, PrintError};
use crate::furniture::{self, FieldLook, Notice, NoticeLook};
use crate::proof::{self, Proof};
use crate::slip::{A6, BAND, MARGIN};
use crate::texts::{self, Text};
use crate::typeset::block::Style;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Area, Scene};

/// What is printed on a receipt (A6, one page).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The officer's authority.
    pub authority: String,
    /// What kind of act it was: `Revisión en carretera` / `Roadside check`.
    pub kind: Bilingual,
    /// The post or place.
    pub post: String,
    /// When.
    pub at: Moment,
    /// The officer's number.
    pub officer_number: String,
    /// What else is said, by the kind of act.
    pub about: About,
    /// What makes it checkable.
    pub proof: Proof,
    /// The authority's standing notices.
    pub notices: Notices,
    /// Prints `DEMO` across the receipt.
    pub specimen: bool,
}

/// What a receipt says beside where, when and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Of an encounter: never the person, never the card.
    Encounter {
        /// The outcome, from the closed list.
        outcome: Bilingual,
        /// The legal basis the officer claimed; recorded, not judged.
        legal_basis: String,
    },
    /// Of an exit.
    Exit {
        /// The card's number, grouped.
        card_number: String,
    },
}

impl About {
    const fn title(&self) -> Text {
        match self {
            Self::Encounter { .. } => texts::RECEIPT,
            Self::Exit { .. } => texts::EXIT_RECEIPT,
        }
    }

    const fn free(&self) -> Text {
        match self {
            Self::Encounter { .. } => texts::RECEIPT_FREE,
            Self::Exit { .. } => texts::EXIT_FREE,
        }
    }
}

/// The receipt as a tagged PDF of one A6 page.
pub fn act_receipt(receipt: &Receipt) -> Result<Vec<u8>, PrintError> {
    let scene = lay_out(receipt)?;
    let title = receipt.about.title();
    press::print(
        &scene,
        Imprint {
            title: format!("{} · {}", title.es, title.en),
            authority: &receipt.authority,
            pages: vec![title.es.to_owned()],
        },
    )
}

pub(crate) fn lay_out(receipt: &Receipt) -> Result<Scene, PrintError> {
    let mut scene = Scene::new("receipt");
    scene.page(A6.0, A6.1);
    let width = A6.0 - 2.0 * MARGIN;
    if receipt.specimen {
        scene.watermark(texts::DEMO, 76.0, Area::new(0.0, 16.0, A6.0, 50.0));
    }
    furniture::band(
        &mut scene,
        A6.0,
        &BAND,
        &receipt.authority,
        receipt.about.title(),
        true,
    )?;
    let top = 19.0;
    check(&mut scene, receipt, Area::new(MARGIN, top, width, 45.0))?;

    let stub = Area::new(MARGIN, 66.0, width, proof::HEIGHT);
    proof::panel(&mut scene, &receipt.proof, texts::CODE, stub)?;

    let look = NoticeLook {
        heading: 7.6,
        es: 7.2,
        en: 6.5,
    };
    let complaints = Notice::new(texts::COMPLAINTS, &receipt.notices.complaints);
    let free = Notice::plain(receipt.about.free());
    let rest = Area::new(MARGIN, stub.bottom() + 3.2, width, 36.0);
    furniture::notices(
        &mut scene,
        "notices",
        look,
        &[free, complaints],
        1.8,
        rest,
        5.0,
    )?;
    if receipt.specimen {
        let line = Area::new(MARGIN, 141.4, width, 3.4);
        furniture::specimen(&mut scene, line, 5.8)?;
    }
    Ok(scene)
}

/// What happened: kind, place and time, officer, and what this kind of act adds.
fn check(scene: &mut Scene, receipt: &Receipt, area: Area) -> Result<(), PrintError> {
    let look = FieldLook {
        label: 6.0,
        value: Style::bold(9.0),
        smallest: 5.4,
    };
    let half = (area.w - 4.0) / 2.0;
    let (left, right) = (area.x, area.x + half + 4.0);
    let first = Area::new(left, area.y, half, 12.6);
    let second = Area::new(right, area.y, half, 12.6);
    match &receipt.about {
        About::Encounter { outcome, .. } => {
            furniture::pair(scene, look, texts::KIND, "kind", &receipt.kind, first)?;
            furniture::pair(scene, look, texts::OUTCOME, "outcome", outcome, second)?;
        }
        About::Exit { card_number } => {
            furniture::pair(scene, look, texts::ACT, "kind", &receipt.kind, first)?;
            let value = look.value.code();
            let look = FieldLook { value, ..look };
            let caption = texts::CARD_NUMBER;
            furniture::field(scene, look, caption, "card_number", card_number, second)?;
        }
    }
    let y = area.y + 13.4;
    let at = Bilingual {
        es: format!(
            "{}\n{}, {}, {} ({}){}",
            receipt.post,
            receipt.at.date.es,
            receipt.at.time,
            receipt.at.zone.es,
            receipt.at.offset,
            receipt.at.late_es()
        ),
        en: format!(
            "{}, {}{}",
            receipt.at.date.en,
            receipt.at.zone.en,
            receipt.at.late_en()
        ),
    };
    furniture::pair(
        scene,
        look,
        texts::PLACE_AND_TIME,
        "at",
        &at,
        Area::new(left, y, area.w, 16.4),
    )?;
    let y = y + 17.4;
    let number = FieldLook {
        value: Style::bold(12.0).code(),
        ..look
    };
    furniture::field(
        scene,
        number,
        texts::OFFICER,
        "officer_number",
        &receipt.officer_number,
        Area::new(left, y, half * 0.62, 8.6),
    )?;
    if let About::Encounter { legal_basis, .. } = &receipt.about {
        let basis = left + half * 0.62 + 4.0;
        furniture::field(
            scene,
            look,
            texts::CLAIMED_BASIS,
            "legal_basis",
            legal_basis,
            Area::new(basis, y, area.right() - basis, 14.4),
        )?;
    }
    Ok(())
}
