//! The receipt of custody that the person keeps: on its face what was done to them and the proof of
//! it, on its back a code for whomever they choose.
//!
//! The code shows only whether the person is in custody of the authority, never where, nor transports,
//! nor the hour of leaving (DESIGN §6): whoever steals the paper must not be able to wait outside.

use crate::common::{Bilingual, Moment, Notices, PrintError};
use crate::furniture::{self, FieldLook, Notice, NoticeLook};
use crate::proof::{self, Proof};
use crate::slip::{A6, BAND, MARGIN};
use crate::texts::{self, Text, custody as words};
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Align, Area, Fit, Part, Scene};

/// What is printed (A6, two pages: face and back).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustodyReceipt {
    /// The officer's authority.
    pub authority: String,
    /// The post or place.
    pub post: String,
    /// When.
    pub at: Moment,
    /// The body and unit that took the person.
    pub unit: String,
    /// The officer's number.
    pub officer_number: String,
    /// The place in the count: `2 de 12`.
    pub ordinal: String,
    /// The episode's handle in words that can be said aloud.
    pub handle_in_words: String,
    /// What makes it checkable.
    pub proof: Proof,
    /// The code for the family, grouped, to be said aloud; none where the person wants none.
    pub secret: Option<String>,
    /// Where whoever has the code asks: `paso.example/custodia`.
    pub page: String,
    /// The authority's standing notices.
    pub notices: Notices,
    /// Prints `DEMO` across the receipt.
    pub specimen: bool,
}

/// The receipt as a tagged PDF of two A6 pages.
///
/// # Errors
/// When a field does not fit, or a character has no glyph.
pub fn custody_receipt(receipt: &CustodyReceipt) -> Result<Vec<u8>, PrintError> {
    press::print(
        &lay_out(receipt)?,
        Imprint {
            title: format!("{} · {}", words::RECEIPT.es, words::RECEIPT.en),
            authority: &receipt.authority,
            pages: vec![words::RECEIPT.es.to_owned(), words::FAMILY.es.to_owned()],
        },
    )
}

pub(crate) fn lay_out(receipt: &CustodyReceipt) -> Result<Scene, PrintError> {
    let mut scene = Scene::new("custody_receipt");
    scene.page(A6.0, A6.1);
    face(&mut scene, receipt)?;
    scene.page(A6.0, A6.1);
    back(&mut scene, receipt)?;
    Ok(scene)
}

pub(super) const WIDTH: f32 = A6.0 - 2.0 * MARGIN;

pub(super) fn ground(scene: &mut Scene, specimen: bool) -> Result<(), PrintError> {
    if specimen {
        scene.watermark(texts::DEMO, 76.0, Area::new(0.0, 16.0, A6.0, 50.0));
        let line = Area::new(MARGIN, 141.4, WIDTH, 3.4);
        furniture::specimen(scene, line, 5.8)?;
    }
    Ok(())
}

fn face(scene: &mut Scene, receipt: &CustodyReceipt) -> Result<(), PrintError> {
    furniture::band(scene, A6.0, &BAND, &receipt.authority, words::RECEIPT, true)?;
    ground(scene, receipt.specimen)?;
    let look = place_and_time(scene, &receipt.post, &receipt.at)?;
    let number = FieldLook {
        value: Style::bold(11.0).code(),
        ..look
    };
    let third = (WIDTH - 6.0) / 3.0;
    let cell = |at: f32, cells: f32| {
        let x = MARGIN + at * (third + 3.0);
        Area::new(x, 35.4, third * cells + 3.0 * (cells - 1.0), 9.6)
    };
    let of = &receipt.ordinal;
    furniture::field(scene, number, words::ORDINAL, "ordinal", of, cell(0.0, 1.0))?;
    let officer = &receipt.officer_number;
    furniture::field(
        scene,
        number,
        texts::OFFICER,
        "officer_number",
        officer,
        cell(1.0, 1.0),
    )?;
    let unit = &receipt.unit;
    furniture::cut_field(scene, look, words::UNIT, "unit", unit, cell(2.0, 1.0))?;

    let handle = Area::new(MARGIN, 46.6, WIDTH, 16.6);
    handle_panel(scene, &receipt.handle_in_words, handle)?;
    let stub = Area::new(MARGIN, 66.0, WIDTH, proof::HEIGHT);
    proof::panel(scene, &receipt.proof, words::CODE, stub)?;

    let look = NoticeLook {
        heading: 7.6,
        es: 7.2,
        en: 6.5,
    };
    let complaints = Notice::new(texts::COMPLAINTS, &receipt.notices.complaints);
    let free = Notice::plain(words::FREE);
    let rest = Area::new(MARGIN, stub.bottom() + 3.0, WIDTH, 37.0);
    furniture::notices(scene, "notices", look, &[free, complaints], 1.6, rest, 5.0)?;
    Ok(())
}

/// Where and when it was, as every paper of custody says it first; and how its other fields look.
pub(super) fn place_and_time(
    scene: &mut Scene,
    post: &str,
    at: &Moment,
) -> Result<FieldLook, PrintError> {
    let look = FieldLook {
        label: 6.0,
        value: Style::bold(9.0),
        smallest: 5.4,
    };
    let said = Bilingual {
        es: format!(
            "{post}\n{}, {}, {} ({}){}",
            at.date.es,
            at.time,
            at.zone.es,
            at.offset,
            at.late_es()
        ),
        en: format!("{}, {}{}", at.date.en, at.zone.en, at.late_en()),
    };
    let place = Area::new(MARGIN, 18.0, WIDTH, 16.4);
    furniture::pair(scene, look, texts::PLACE_AND_TIME, "at", &said, place)?;
    Ok(look)
}

pub(super) fn handle_panel(scene: &mut Scene, handle: &str, area: Area) -> Result<(), PrintError> {
    scene.frame(area, 1.6, 0.3, Ink::River);
    let inner = area.inset(1.8);
    let part = Part::Heading(2, words::IN_WORDS.es.to_owned());
    let used = scene.within(part, |scene| {
        furniture::heading_line(scene, words::IN_WORDS, 7.4, inner)
    })?;
    let rest = Area::new(inner.x, inner.y + used, inner.w, inner.h - used);
    scene.within(Part::Paragraph, |scene| {
        let fit = Fit::new(Style::bold(12.0), 6.0).middle();
        scene.fit("handle_in_words", handle, fit, rest)
    })?;
    Ok(())
}

fn back(scene: &mut Scene, receipt: &CustodyReceipt) -> Result<(), PrintError> {
    furniture::band(scene, A6.0, &BAND, &receipt.authority, words::FAMILY, true)?;
    ground(scene, receipt.specimen)?;
    let look = NoticeLook {
        heading: 8.2,
        es: 7.4,
        en: 6.7,
    };
    let panel = Area::new(MARGIN, 19.0, WIDTH, 30.0);
    let Some(secret) = &receipt.secret else {
        let rest = Area::new(MARGIN, 20.0, WIDTH, 60.0);
        let list = [Notice::plain(words::NO_SECRET)];
        furniture::notices(scene, "notices", look, &list, 0.0, rest, 5.0)?;
        return lines(scene, 46.0);
    };
    scene.fill(panel, 2.4, Ink::Sand);
    let inner = panel.inset(3.0);
    let part = Part::Heading(2, words::SECRET.es.to_owned());
    let used = scene.within(part, |scene| {
        furniture::heading_line(scene, words::SECRET, 8.4, inner)
    })?;
    scene.within(Part::Paragraph, |scene| {
        let code = Area::new(inner.x, inner.y + used, inner.w, 12.0);
        let fit = Fit::new(Style::bold(24.0).code().led(1.1), 11.0)
            .align(Align::Centre)
            .middle();
        scene.fit("secret", secret, fit, code)
    })?;
    let below = Area::new(inner.x, inner.bottom() - 8.6, inner.w, 3.8);
    ask_at(scene, &receipt.page, below)?;
    let pairs: [(Text, Text); 3] = [
        (words::SHOWS, words::SHOWS_WHAT),
        (words::HIDES, words::HIDES_WHAT),
        (words::CHANGE, words::CHANGE_HOW),
    ];
    let list = pairs.map(|(heading, what)| Notice {
        heading: Some(heading),
        ..Notice::plain(what)
    });
    let rest = Area::new(MARGIN, panel.bottom() + 3.6, WIDTH, 62.0);
    let bottom = furniture::notices(scene, "notices", look, &list, 2.2, rest, 5.0)?;
    lines(scene, bottom + 3.0)
}

/// Where whoever has the code asks, centred: the sentence in both languages, and the address.
fn ask_at(scene: &mut Scene, page: &str, line: Area) -> Result<(), PrintError> {
    scene.within(Part::Paragraph, |scene| {
        let half = line.w / 2.0 - 1.0;
        let es = Fit::new(Style::regular(6.8), 5.0).align(Align::Right);
        let first = Area { w: half, ..line };
        scene.fit("page", words::ASK_AT.es, es, first)?;
        let en = Fit::new(Style::regular(6.8), 5.0).english();
        let second = Area {
            x: line.x + half + 2.0,
            w: half,
            ..line
        };
        scene.fit("page", words::ASK_AT.en, en, second)?;
        let address = Area {
            y: line.bottom(),
            h: 4.8,
            ..line
        };
        let fit = Fit::new(Style::bold(8.4).code(), 4.6)
            .align(Align::Centre)
            .middle();
        scene.fit("page", page, fit, address)
    })?;
    Ok(())
}

/// Room to write down what happens.
fn lines(scene: &mut Scene, top: f32) -> Result<(), PrintError> {
    scene.rule((MARGIN, top), (A6.0 - MARGIN, top), 0.5, Ink::River, false);
    let note = Area::new(MARGIN, top + 1.4, WIDTH, 7.4);
    let small = NoticeLook {
        heading: 6.8,
        es: 6.8,
        en: 6.2,
    };
    let list = [Notice::plain(texts::NOTES)];
    let bottom = furniture::notices(scene, "notes", small, &list, 0.0, note, 5.0)?;
    furniture::ruled(scene, MARGIN, A6.0 - MARGIN, bottom + 8.0, 139.5, 8.0);
    Ok(())
}
