//! The ceremony sheet that `paso init` prints: what was made, what goes into which envelope, and
//! who signs that it happened.

use crate::common::{Bilingual, PrintError};
use crate::furniture::{self, A4, FieldLook, Notice, NoticeLook, SHEET_BAND, SHEET_MARGIN};
use crate::texts::{self, Text};
use crate::typeset::block::Style;
use crate::typeset::ornament::Ink;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Align, Area, Fit, Part, Scene};

/// A root key made in the ceremony.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootKey {
    /// Its name in the anchor file: `root-1`.
    pub name: String,
    /// Algorithm: `Ed25519`.
    pub algorithm: String,
    /// SHA-256 of the public key as hex digits; grouped on paper by this crate.
    pub fingerprint: String,
    /// The file that holds its secret half.
    pub file: String,
}

/// What one envelope holds and where it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The envelope's label: `A`.
    pub label: String,
    /// What is printed or copied into it.
    pub content: Bilingual,
    /// Who keeps it, and where.
    pub keeper: Bilingual,
}

/// What is printed on the ceremony sheet (A4, one page).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ceremony {
    /// The authority whose keys these are.
    pub authority: String,
    /// Its short identifier in the anchor file: `mx-inm`.
    pub identifier: String,
    /// Day and time of the ceremony with zone.
    pub held: String,
    /// The anchor file that was written.
    pub anchor_file: String,
    /// SHA-256 of the anchor file as hex digits.
    pub anchor_fingerprint: String,
    /// The root keys; at least two (DESIGN §5: a bundle is signed by any of two pinned roots).
    pub roots: Vec<RootKey>,
    /// The envelopes, in the order they are closed.
    pub envelopes: Vec<Envelope>,
    /// Who signs: `Titular de la autoridad` / `Head of the authority`, …
    pub signatories: Vec<Bilingual>,
    /// Prints `DEMO` across the page.
    pub specimen: bool,
}

const WIDTH: f32 = A4.0 - 2.0 * SHEET_MARGIN;
/// Side of a box to tick.
const BOX: f32 = 5.0;
/// Where the text beside a box begins.
const INDENT: f32 = BOX + 4.0;

/// The ceremony sheet as a tagged PDF of one A4 page.
pub fn ceremony_sheet(ceremony: &Ceremony) -> Result<Vec<u8>, PrintError> {
    let scene = lay_out(ceremony)?;
    press::print(
        &scene,
        Imprint {
            title: format!("{} · {}", texts::CEREMONY.es, texts::CEREMONY.en),
            authority: &ceremony.authority,
            pages: vec![texts::CEREMONY.es.to_owned()],
        },
    )
}

pub(crate) fn lay_out(ceremony: &Ceremony) -> Result<Scene, PrintError> {
    let mut scene = Scene::new("ceremony");
    scene.page(A4.0, A4.1);
    if ceremony.specimen {
        let area = Area::new(0.0, 40.0, A4.0, 200.0);
        scene.watermark(texts::DEMO, 150.0, area);
    }
    let title = texts::CEREMONY;
    furniture::band(
        &mut scene,
        A4.0,
        &SHEET_BAND,
        &ceremony.authority,
        title,
        false,
    )?;
    let mut sheet = Sheet {
        scene: &mut scene,
        y: SHEET_BAND.height + 7.0,
    };
    sheet.head(ceremony)?;
    sheet.keys(ceremony)?;
    sheet.envelopes(ceremony)?;
    sheet.signatures(ceremony)?;
    let bottom = sheet.y;
    if ceremony.specimen {
        let line = Area::new(SHEET_MARGIN, A4.1 - 11.0, WIDTH, 5.0);
        furniture::specimen(&mut scene, line, 7.5)?;
    }
    if bottom > A4.1 - 12.0 {
        return Err(PrintError::TooLong {
            paper: "ceremony",
            field: "roots, envelopes and signatories",
        });
    }
    Ok(scene)
}

struct Sheet<'a> {
    scene: &'a mut Scene,
    y: f32,
}

impl Sheet<'_> {
    fn area(&self, height: f32) -> Area {
        Area::new(SHEET_MARGIN, self.y, WIDTH, height)
    }

    fn head(&mut self, ceremony: &Ceremony) -> Result<(), PrintError> {
        let look = FieldLook {
            label: 7.0,
            value: Style::bold(10.5),
            smallest: 6.5,
        };
        let half = WIDTH / 2.0;
        let cell = Area {
            w: half - 4.0,
            ..self.area(9.4)
        };
        let identifier = &ceremony.identifier;
        furniture::field(
            self.scene,
            look,
            texts::IDENTIFIER,
            "identifier",
            identifier,
            cell,
        )?;
        let cell = Area {
            x: cell.x + half,
            ..cell
        };
        furniture::field(self.scene, look, texts::HELD, "held", &ceremony.held, cell)?;
        self.y += 12.0;
        Ok(())
    }

    /// A heading with a sentence under it.
    fn chapter(&mut self, heading: Text, sentence: Text) -> Result<(), PrintError> {
        let area = self.area(30.0);
        let part = Part::Heading(2, heading.es.to_owned());
        self.y += self.scene.within(part, |scene| {
            furniture::heading_line(scene, heading, 12.0, area)
        })?;
        let look = NoticeLook {
            heading: 8.2,
            es: 8.2,
            en: 7.4,
        };
        let area = self.area(30.0);
        self.y += furniture::notice(self.scene, look, &Notice::plain(sentence), area)? + 2.4;
        Ok(())
    }

    fn tick(&mut self, y: f32) {
        let area = Area::new(SHEET_MARGIN, y, BOX, BOX);
        self.scene.fill(area, 0.6, Ink::White);
        self.scene.frame(area, 0.6, 0.35, Ink::Black);
    }

    fn keys(&mut self, ceremony: &Ceremony) -> Result<(), PrintError> {
        self.chapter(texts::ROOTS, texts::COMPARE)?;
        for root in &ceremony.roots {
            let about = format!("{} · {} · {}", root.name, root.algorithm, root.file);
            self.fingerprint("roots", &about, &root.fingerprint)?;
        }
        let about = format!("{} · {}", texts::ANCHOR.es, ceremony.anchor_file);
        self.fingerprint("anchor_file", &about, &ceremony.anchor_fingerprint)?;
        self.y += 2.0;
        Ok(())
    }

    fn fingerprint(
        &mut self,
        field: &'static str,
        about: &str,
        hex: &str,
    ) -> Result<(), PrintError> {
        let sand = self.area(19.0);
        self.scene.fill(sand, 2.2, Ink::Sand);
        self.y += 2.0;
        let y = self.y;
        let inner = Area::new(sand.x + INDENT + 3.0, y, sand.w - INDENT - 6.0, 4.6);
        self.scene
            .fill(Area::new(sand.x + 3.0, y + 4.6, BOX, BOX), 0.6, Ink::White);
        let tick = Area::new(sand.x + 3.0, y + 4.6, BOX, BOX);
        self.scene.frame(tick, 0.6, 0.35, Ink::Black);
        self.scene.within(Part::Paragraph, |scene| {
            scene.fit(field, about, Fit::new(Style::bold(9.5), 6.0), inner)?;
            for (at, group) in groups(hex).iter().enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "at most 16 groups")]
                let (column, row) = ((at % 8) as f32, (at / 8) as f32);
                let cell = Area::new(inner.x + column * 15.6, y + 4.8 + row * 5.4, 15.0, 5.4);
                scene.fit(
                    field,
                    group,
                    Fit::new(Style::regular(12.6).code(), 8.0),
                    cell,
                )?;
            }
            Ok(())
        })?;
        self.y = sand.bottom() + 2.2;
        Ok(())
    }

    fn envelopes(&mut self, ceremony: &Ceremony) -> Result<(), PrintError> {
        self.chapter(texts::ENVELOPES, texts::SEAL)?;
        for envelope in &ceremony.envelopes {
            self.envelope(envelope)?;
        }
        self.y += 2.4;
        Ok(())
    }

    fn envelope(&mut self, envelope: &Envelope) -> Result<(), PrintError> {
        let row = self.area(11.4);
        self.tick(row.y + 2.0);
        let disc = Area::new(row.x + INDENT, row.y + 1.0, 7.0, 7.0);
        self.scene.fill(disc, 3.5, Ink::River);
        self.scene.within(Part::Paragraph, |scene| {
            let label = Fit::new(Style::bold(11.0), 5.0)
                .ink(Ink::White)
                .align(Align::Centre)
                .middle();
            scene.fit("envelopes", &envelope.label, label, disc)?;
            let left = disc.right() + 4.0;
            let half = (row.right() - left - 4.0) / 2.0;
            for (at, text) in [&envelope.content, &envelope.keeper]
                .into_iter()
                .enumerate()
            {
                let x = if at == 0 { left } else { left + half + 4.0 };
                let weight = if at == 0 {
                    Style::bold(9.2)
                } else {
                    Style::regular(9.2)
                };
                let place = Area::new(x, row.y, half, 5.2);
                let used = scene.fit("envelopes", &text.es, Fit::new(weight, 6.0), place)?;
                let english = Fit::new(Style::regular(8.0), 5.6).english();
                let place = Area {
                    y: row.y + used,
                    h: 5.4,
                    ..place
                };
                scene.fit("envelopes", &text.en, english, place)?;
            }
            Ok(())
        })?;
        let y = row.bottom() - 0.8;
        self.scene
            .rule((row.x, y), (row.right(), y), 0.2, Ink::Reed, false);
        self.y = row.bottom() + 0.8;
        Ok(())
    }

    fn signatures(&mut self, ceremony: &Ceremony) -> Result<(), PrintError> {
        self.chapter(texts::SIGNED_BY, texts::WITNESSED)?;
        let gap = 10.0;
        let half = (WIDTH - gap) / 2.0;
        for pair in ceremony.signatories.chunks(2) {
            let line = self.y + 10.0;
            for (at, signatory) in pair.iter().enumerate() {
                let x = if at == 0 {
                    SHEET_MARGIN
                } else {
                    SHEET_MARGIN + half + gap
                };
                self.scene
                    .rule((x, line), (x + half, line), 0.25, Ink::Black, false);
                self.scene.within(Part::Paragraph, |scene| {
                    let place = Area::new(x, line + 0.8, half, 4.4);
                    let es = Fit::new(Style::bold(8.6), 6.0);
                    let used = scene.fit("signatories", &signatory.es, es, place)?;
                    let en = Fit::new(Style::regular(7.6), 5.6).english();
                    let place = Area {
                        y: place.y + used,
                        h: 4.0,
                        ..place
                    };
                    scene.fit("signatories", &signatory.en, en, place)
                })?;
            }
            self.y = line + 9.0;
        }
        Ok(())
    }
}

/// Hex digits in groups of four, the two lines of eight that a SHA-256 fills: what two people can
/// read to each other without losing the place.
fn groups(hex: &str) -> Vec<String> {
    let digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
    digits
        .chunks(4)
        .take(16)
        .map(|group| group.iter().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_grouped_by_four() {
        let hex = "0123456789abcdef".repeat(4);
        let groups = groups(&hex);
        assert_eq!(groups.len(), 16);
        assert!(groups.iter().all(|group| group.len() == 4));
        assert_eq!(groups.concat(), hex);
    }
}
