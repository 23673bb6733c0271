//! The encounter receipt: proof that a check happened, which names neither the person nor an
//! offence (DESIGN §6), so that carrying it can harm nobody.

use crate::common::{Bilingual, Moment, Notices, PrintError};
use crate::furniture::{self, FieldLook, Notice, NoticeLook};
use crate::slip::{A6, BAND, MARGIN};
use crate::texts;
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Area, Fit, Part, Scene};

/// What is printed on an encounter receipt (A6, one page).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The officer's authority.
    pub authority: String,
    /// What kind of encounter it was: `Revisión en carretera` / `Roadside check`.
    pub kind: Bilingual,
    /// The post or place.
    pub post: String,
    /// When.
    pub at: Moment,
    /// The officer's number.
    pub officer_number: String,
    /// The outcome, from the closed list.
    pub outcome: Bilingual,
    /// The legal basis the officer claimed; recorded, not judged.
    pub legal_basis: String,
    /// The code to read aloud to check this receipt, grouped.
    pub code: String,
    /// The receipt's signed text, if it has one.
    pub qr: Option<String>,
    /// The authority's standing notices.
    pub notices: Notices,
    /// Prints `DEMO` across the receipt.
    pub specimen: bool,
}

/// The square reserved for the symbol: at version 12 a module is 0.423 mm.
pub(crate) const SQUARE: f32 = 31.0;

/// The receipt as a tagged PDF of one A6 page.
pub fn encounter_receipt(receipt: &Receipt) -> Result<Vec<u8>, PrintError> {
    let scene = lay_out(receipt)?;
    press::print(
        &scene,
        Imprint {
            title: format!("{} · {}", texts::RECEIPT.es, texts::RECEIPT.en),
            authority: &receipt.authority,
            pages: vec![texts::RECEIPT.es.to_owned()],
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
        texts::RECEIPT,
        true,
    )?;
    let top = 19.0;
    check(&mut scene, receipt, Area::new(MARGIN, top, width, 45.0))?;

    let stub = Area::new(MARGIN, 66.0, width, 34.0);
    proof(&mut scene, receipt, stub)?;

    let look = NoticeLook {
        heading: 7.6,
        es: 7.2,
        en: 6.5,
    };
    let complaints = Notice::new(texts::COMPLAINTS, &receipt.notices.complaints);
    let free = Notice::plain(texts::RECEIPT_FREE);
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

/// What happened: kind, place and time, officer, outcome, claimed basis.
fn check(scene: &mut Scene, receipt: &Receipt, area: Area) -> Result<(), PrintError> {
    let look = FieldLook {
        label: 6.0,
        value: Style::bold(9.0),
        smallest: 5.4,
    };
    let half = (area.w - 4.0) / 2.0;
    let (left, right) = (area.x, area.x + half + 4.0);
    furniture::pair(
        scene,
        look,
        texts::KIND,
        "kind",
        &receipt.kind,
        Area::new(left, area.y, half, 12.6),
    )?;
    furniture::pair(
        scene,
        look,
        texts::OUTCOME,
        "outcome",
        &receipt.outcome,
        Area::new(right, area.y, half, 12.6),
    )?;
    let y = area.y + 13.4;
    let at = Bilingual {
        es: format!(
            "{}\n{}, {}, {} ({})",
            receipt.post,
            receipt.at.date.es,
            receipt.at.time,
            receipt.at.zone.es,
            receipt.at.offset
        ),
        en: format!("{}, {}", receipt.at.date.en, receipt.at.zone.en),
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
    let basis = left + half * 0.62 + 4.0;
    furniture::field(
        scene,
        look,
        texts::CLAIMED_BASIS,
        "legal_basis",
        &receipt.legal_basis,
        Area::new(basis, y, area.right() - basis, 14.4),
    )?;
    Ok(())
}

/// The code to read aloud, and the symbol if there is one.
fn proof(scene: &mut Scene, receipt: &Receipt, area: Area) -> Result<(), PrintError> {
    scene.fill(area, 2.4, Ink::Sand);
    let mut column = area.inset(3.2);
    if let Some(qr) = &receipt.qr {
        let square = Area::new(area.right() - SQUARE - 1.5, area.y + 1.5, SQUARE, SQUARE);
        scene.symbol(qr, square, texts::RECEIPT_SYMBOL)?;
        column.w = square.x - column.x - 2.0;
    }
    let part = Part::Heading(2, texts::CODE.es.to_owned());
    let mut y = column.y + 1.0;
    y += scene.within(part, |scene| {
        let es = Fit::new(Style::bold(8.0), 6.0).ink(Ink::River);
        let used = scene.fit(
            "code",
            texts::CODE.es,
            es,
            Area {
                y,
                h: 8.0,
                ..column
            },
        )?;
        let en = Fit::new(Style::regular(7.0), 5.0).ink(Ink::River).english();
        let line = Area {
            y: y + used,
            h: 7.0,
            ..column
        };
        Ok(used + scene.fit("code", texts::CODE.en, en, line)?)
    })?;
    scene.within(Part::Paragraph, |scene| {
        let code = Fit::new(Style::bold(17.0).code().led(1.15), 9.0).middle();
        let rest = Area {
            y,
            h: column.bottom() - y,
            ..column
        };
        scene.fit("code", &receipt.code, code, rest)
    })?;
    Ok(())
}
