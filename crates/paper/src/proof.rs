//! What makes a receipt checkable, the same on every paper that carries one: the symbol with its
//! signed text, the code to read aloud, and where anyone checks them.

use crate::common::{Bilingual, PrintError};
use crate::texts::{self, Text};
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::scene::{Area, Fit, Lang, Part, Scene};

/// The proof of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The code to read aloud, grouped.
    pub code: String,
    /// The receipt's signed text, or why there is none: the act was recorded all the same.
    pub symbol: Result<String, Bilingual>,
    /// Where anyone checks it: `paso.example/verify`.
    pub page: String,
}

/// The square reserved for the symbol: at version 12 a module is 0.423 mm.
pub(crate) const SQUARE: f32 = 31.0;

/// Height of the panel.
pub(crate) const HEIGHT: f32 = 34.0;

/// The panel, under a heading that says of what it is the proof.
pub(crate) fn panel(
    scene: &mut Scene,
    proof: &Proof,
    heading: Text,
    area: Area,
) -> Result<(), PrintError> {
    scene.fill(area, 2.4, Ink::Sand);
    let mut column = area.inset(2.6);
    if let Ok(symbol) = &proof.symbol {
        let square = Area::new(area.right() - SQUARE - 1.5, area.y + 1.5, SQUARE, SQUARE);
        scene.symbol(symbol, square, texts::RECEIPT_SYMBOL)?;
        column.w = square.x - column.x - 2.0;
    }
    let mut y = column.y;
    y += scene.within(Part::Heading(2, heading.es.to_owned()), |scene| {
        let es = Fit::new(Style::bold(8.0), 6.0).ink(Ink::River);
        let used = scene.fit("code", heading.es, es, Area { h: 7.4, ..column })?;
        let en = Fit::new(Style::regular(7.0), 5.0).ink(Ink::River).english();
        let line = Area {
            y: y + used,
            h: 6.2,
            ..column
        };
        Ok(used + scene.fit("code", heading.en, en, line)?)
    })?;
    let below = |y: f32| Area {
        y,
        h: column.bottom() - y,
        ..column
    };
    y += scene.within(Part::Paragraph, |scene| {
        let code = Fit::new(Style::bold(17.0).code().led(1.15), 9.0);
        scene.fit("code", &proof.code, code, Area { h: 7.4, ..below(y) })
    })?;
    match &proof.symbol {
        Ok(_) => {
            y += scene.within(Part::Paragraph, |scene| {
                let es = Fit::new(Style::regular(6.6), 5.0);
                let line = Area { h: 5.2, ..below(y) };
                let used = scene.fit("page", texts::CHECK_RECEIPT.es, es, line)?;
                let line = Area {
                    h: 4.6,
                    ..below(y + used)
                };
                let en = Fit::new(Style::regular(6.0), 5.0).english();
                Ok(used + scene.fit("page", texts::CHECK_RECEIPT.en, en, line)?)
            })?;
            scene.within(Part::Paragraph, |scene| {
                let page = Fit::new(Style::bold(7.4).code(), 4.6);
                scene.fit("page", &proof.page, page, below(y))
            })?;
        }
        Err(why) => {
            scene.within(Part::Paragraph, |scene| {
                let es = Style::regular(7.0);
                let used = scene.text(&why.es, es, below(y), Lang::Es, Ink::Black)?;
                let en = Style::regular(6.3);
                scene.text(&why.en, en, below(y + used), Lang::En, Ink::Black)?;
                Ok(())
            })?;
        }
    }
    Ok(())
}
