//! The entry slip: what a person keeps from an entry, with both clocks.

use crate::common::{Moment, Notices, PrintError};
use crate::furniture::{self, Band, FieldLook, Notice, NoticeLook};
use crate::proof::{self, Proof};
use crate::texts::{self, Text};
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Align, Area, Fit, Part, Scene};

/// What is printed on an entry slip (A6, two pages: face and back).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slip {
    /// The authority that recorded the entry.
    pub authority: String,
    /// The slip's own number, grouped for reading aloud.
    pub number: String,
    /// The holder's full name as written.
    pub name: String,
    /// The card's number.
    pub card_number: String,
    /// Kind and last characters of the travel document.
    pub document: String,
    /// The post of entry.
    pub post: String,
    /// When the entry happened.
    pub entered: Moment,
    /// A: the earlier clock. The holder should have left before it.
    pub leave_by: Moment,
    /// B: the later clock. Before it nobody has overstayed.
    pub not_overstayed_until: Moment,
    /// The states the stay is for.
    pub states: Vec<String>,
    /// The authority's standing notices.
    pub notices: Notices,
    /// The signed text of the slip, base45.
    pub qr: String,
    /// The entry's own receipt, on the back; none for entries that gave none.
    pub receipt: Option<Proof>,
    /// Prints `DEMO` across the slip.
    pub specimen: bool,
}

/// Width and height of A6 in millimetres.
pub(crate) const A6: (f32, f32) = (105.0, 148.0);
/// Free of text along the edges.
pub(crate) const MARGIN: f32 = 7.0;
/// The band of all A6 papers.
pub(crate) const BAND: Band = Band {
    height: 15.0,
    margin: 6.0,
    size: 10.6,
};
/// The square reserved for the symbol: at version 12 a module is 0.466 mm.
pub(crate) const SQUARE: f32 = 35.0;

/// The slip as a tagged PDF of two A6 pages: the face, and the back with rights and ruled lines.
pub fn entry_slip(slip: &Slip) -> Result<Vec<u8>, PrintError> {
    let scene = lay_out(slip)?;
    press::print(
        &scene,
        Imprint {
            title: format!("{} · {}", texts::SLIP.es, texts::SLIP.en),
            authority: &slip.authority,
            pages: vec![texts::SLIP.es.to_owned(), texts::RIGHTS.es.to_owned()],
        },
    )
}

pub(crate) fn lay_out(slip: &Slip) -> Result<Scene, PrintError> {
    let mut scene = Scene::new("slip");
    scene.page(A6.0, A6.1);
    face(&mut scene, slip)?;
    scene.page(A6.0, A6.1);
    back(&mut scene, slip)?;
    Ok(scene)
}

fn face(scene: &mut Scene, slip: &Slip) -> Result<(), PrintError> {
    let width = A6.0 - 2.0 * MARGIN;
    if slip.specimen {
        scene.watermark(texts::DEMO, 76.0, Area::new(0.0, 84.0, A6.0, 56.0));
    }
    furniture::band(scene, A6.0, &BAND, &slip.authority, texts::SLIP, true)?;
    let look = FieldLook {
        label: 6.0,
        value: Style::bold(14.0),
        smallest: 6.5,
    };
    let name = Area::new(MARGIN, 18.4, width, 13.0);
    furniture::field(scene, look, texts::NAME, "name", &slip.name, name)?;

    let first = Area::new(MARGIN, 32.6, width, 26.5);
    scene.fill(first, 2.4, Ink::Sand);
    scene.fill(Area::new(first.x, first.y, 1.6, first.h), 0.8, Ink::River);
    clock(
        scene,
        texts::LEAVE_BY,
        "leave_by",
        &slip.leave_by,
        first,
        1.0,
    )?;
    let second = Area::new(MARGIN, 60.8, width, 22.6);
    scene.frame(second, 2.4, 0.3, Ink::Reed);
    clock(
        scene,
        texts::NOT_OVERSTAYED,
        "not_overstayed_until",
        &slip.not_overstayed_until,
        second,
        0.84,
    )?;
    let look = NoticeLook {
        heading: 6.5,
        es: 6.8,
        en: 6.2,
    };
    let between = Area::new(MARGIN, 84.6, width, 6.4);
    let notice = Notice::plain(texts::BETWEEN_CLOCKS);
    furniture::notices(scene, "between", look, &[notice], 0.0, between, 5.0)?;

    let top = 92.4;
    let square = Area::new(A6.0 - MARGIN - SQUARE + 1.6, top, SQUARE, SQUARE);
    let column = Area::new(MARGIN, top, square.x - MARGIN - 2.0, SQUARE);
    particulars(scene, slip, column)?;

    let look = FieldLook {
        label: 6.0,
        value: Style::bold(8.2),
        smallest: 6.0,
    };
    let states = Area::new(MARGIN, 129.0, width, 9.6);
    furniture::field(
        scene,
        look,
        texts::STAY_STATES,
        "states",
        &slip.states.join(" · "),
        states,
    )?;
    scene.symbol(&slip.qr, square, texts::SLIP_SYMBOL)?;
    if slip.specimen {
        furniture::specimen(scene, Area::new(MARGIN, 140.6, width, 3.4), 5.8)?;
    }
    Ok(())
}

/// A deadline: what it is in both languages, the day, the hour, and which clock it follows.
fn clock(
    scene: &mut Scene,
    caption: Text,
    field: &'static str,
    moment: &Moment,
    area: Area,
    scale: f32,
) -> Result<(), PrintError> {
    let inner = Area::new(area.x + 4.4, area.y + 2.2, area.w - 8.8, area.h - 4.0);
    let hour = 27.0 * scale;
    let column = inner.w * 0.40;
    let days = Area::new(inner.x, inner.y, inner.w - column - 2.0, inner.h);
    let part = Part::Heading(2, caption.es.to_owned());
    let mut y = inner.y;
    scene.within(part, |scene| {
        let es = Fit::new(Style::bold(9.4 * scale), 7.0).ink(Ink::River);
        y += scene.fit(field, caption.es, es, Area { h: 8.4, ..days })?;
        let en = Fit::new(Style::regular(8.0 * scale), 6.0)
            .ink(Ink::River)
            .english();
        y += scene.fit(field, caption.en, en, Area { y, h: 4.0, ..days })?;
        Ok(())
    })?;
    scene.within(Part::Paragraph, |scene| {
        let date = Style::bold(11.4 * scale).led(1.2);
        let top = inner.bottom() - (date.line_height() + 3.6 * scale);
        let es = Fit::new(date, 7.0);
        let line = Area::new(days.x, top, days.w, date.line_height());
        scene.fit(field, &moment.date.es, es, line)?;
        let line = Area::new(days.x, line.bottom(), days.w, 4.2);
        let en = Fit::new(Style::regular(8.2 * scale), 6.0).english();
        scene.fit(field, &moment.date.en, en, line)?;

        let right = Area::new(inner.right() - column, inner.y, column, inner.h);
        let big = Style::bold(hour).code().led(1.05);
        let fit = Fit::new(big, 14.0).align(Align::Right);
        let used = scene.fit(field, &moment.time, fit, right)?;
        let zone = Fit::new(Style::regular(7.2 * scale), 5.4).align(Align::Right);
        let line = Area {
            y: right.y + used,
            h: right.h - used,
            ..right
        };
        let es = format!("{} ({})", moment.zone.es, moment.offset);
        let used = scene.fit(
            field,
            &es,
            zone,
            Area {
                h: line.h / 2.0 + 1.0,
                ..line
            },
        )?;
        let line = Area {
            y: line.y + used,
            h: line.h - used,
            ..line
        };
        scene.fit(field, &moment.zone.en, zone.english(), line)
    })?;
    Ok(())
}

fn particulars(scene: &mut Scene, slip: &Slip, area: Area) -> Result<(), PrintError> {
    let look = FieldLook {
        label: 6.0,
        value: Style::bold(8.2),
        smallest: 5.6,
    };
    let code = FieldLook {
        value: look.value.code(),
        ..look
    };
    let entered = format!(
        "{}, {} ({}){}",
        slip.entered.date.es,
        slip.entered.time,
        slip.entered.offset,
        slip.entered.late_es()
    );
    let rows: [(FieldLook, Text, &'static str, &str, f32); 5] = [
        (code, texts::NUMBER, "number", &slip.number, 6.4),
        (
            code,
            texts::CARD_NUMBER,
            "card_number",
            &slip.card_number,
            6.4,
        ),
        (look, texts::DOCUMENT, "document", &slip.document, 6.4),
        (look, texts::POST, "post", &slip.post, 8.4),
        (look, texts::ENTERED, "entered", &entered, 8.4),
    ];
    let mut y = area.y;
    for (look, caption, name, value, height) in rows {
        let cell = Area::new(area.x, y, area.w, height - 0.4);
        furniture::field(scene, look, caption, name, value, cell)?;
        y += height;
    }
    Ok(())
}

fn back(scene: &mut Scene, slip: &Slip) -> Result<(), PrintError> {
    let width = A6.0 - 2.0 * MARGIN;
    if slip.specimen {
        scene.watermark(texts::DEMO, 76.0, Area::new(0.0, 10.0, A6.0, 60.0));
    }
    let look = NoticeLook {
        heading: 8.4,
        es: 7.6,
        en: 6.9,
    };
    let [who, complaints, check] = furniture::standing(&slip.notices);
    let free = Notice {
        heading: Some(texts::RIGHTS),
        ..Notice::plain(texts::SLIP_FREE)
    };
    // With a receipt two lines at least are left to write on.
    let rights = Area::new(MARGIN, 9.0, width, 68.0);
    let list = [free, who, complaints, check];
    let bottom = furniture::notices(scene, "notices", look, &list, 2.2, rights, 5.0)?;

    let top = match &slip.receipt {
        None => (bottom + 4.0).max(70.0),
        Some(receipt) => {
            let panel = Area::new(MARGIN, bottom + 3.0, width, proof::HEIGHT);
            proof::panel(scene, receipt, texts::ENTRY_CODE, panel)?;
            panel.bottom() + 3.0
        }
    };
    scene.rule((MARGIN, top), (A6.0 - MARGIN, top), 0.5, Ink::River, false);
    let note = Area::new(MARGIN, top + 1.6, width, 7.4);
    let plain = Notice::plain(texts::NOTES);
    let small = NoticeLook {
        heading: 6.8,
        es: 6.8,
        en: 6.2,
    };
    let bottom = furniture::notices(scene, "notes", small, &[plain], 0.0, note, 5.0)?;
    furniture::ruled(scene, MARGIN, A6.0 - MARGIN, bottom + 8.6, A6.1 - 8.0, 8.0);
    Ok(())
}
