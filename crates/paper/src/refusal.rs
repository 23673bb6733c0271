//! The refusal: a founded and reasoned decision that the person takes away (facts A.3).

use crate::common::{Bilingual, Moment, Notices, PrintError};
use crate::furniture::{self, A4, FieldLook, Notice, NoticeLook, SHEET_BAND, SHEET_MARGIN};
use crate::texts;
use crate::typeset::block::{Block, Style};
use crate::typeset::ornament::Ink;
use crate::typeset::press::{self, Imprint};
use crate::typeset::scene::{Align, Area, Fit, Lang, Part, Scene};

/// One reason out of the closed list, with the rule it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// The reason as the person reads it.
    pub text: Bilingual,
    /// The instrument and article it rests on.
    pub legal_basis: String,
}

/// What is printed on a refusal (A4, one page; a second if the explanation is long).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The deciding authority.
    pub authority: String,
    /// The folio under which the refusal is recorded.
    pub folio: String,
    /// The applicant's name as written.
    pub name: String,
    /// Kind and last characters of the document shown, or that none was shown.
    pub document: String,
    /// The post where it was decided.
    pub post: String,
    /// When it was decided.
    pub decided: Moment,
    /// Why; at least one.
    pub reasons: Vec<Reason>,
    /// The officer's own words, in whatever language they were written.
    pub explanation: String,
    /// What the person can do now, and where and until when.
    pub remedy: Bilingual,
    /// The deciding officer's number.
    pub officer_number: String,
    /// The authority's standing notices.
    pub notices: Notices,
    /// Prints `DEMO` across the page.
    pub specimen: bool,
}

const WIDTH: f32 = A4.0 - 2.0 * SHEET_MARGIN;
/// Nothing but the footer stands lower.
const BOTTOM: f32 = A4.1 - 18.0;
/// Height of the two lines for signatures.
const SIGNATURES: f32 = 22.0;

/// The refusal as a tagged PDF.
pub fn refusal(refusal: &Refusal) -> Result<Vec<u8>, PrintError> {
    let scene = lay_out(refusal)?;
    let pages = scene.pages.len();
    press::print(
        &scene,
        Imprint {
            title: format!("{} · {}", texts::REFUSAL.es, texts::REFUSAL.en),
            authority: &refusal.authority,
            pages: (1..=pages)
                .map(|page| format!("{}, {page} de {pages}", texts::REFUSAL.es))
                .collect(),
        },
    )
}

pub(crate) fn lay_out(refusal: &Refusal) -> Result<Scene, PrintError> {
    let mut scene = Scene::new("refusal");
    let mut flow = Flow {
        y: 0.0,
        refusal,
        scene: &mut scene,
    };
    flow.first_page()?;
    flow.decision()?;
    flow.reasons()?;
    flow.explanation()?;
    flow.remedy()?;
    flow.complaints()?;
    flow.signatures()?;
    Ok(scene)
}

/// Indent of the reasons' texts, beside their numbers.
const INDENT: f32 = 10.0;
/// Over the label of a legal basis, in millimetres, and the label's size in points.
const BASIS_GAP: f32 = 0.8;
const BASIS_LABEL: f32 = 7.5;

/// A reason broken into lines, so that its height is known before it is placed.
struct SetReason {
    es: Block,
    en: Block,
    basis: Block,
}

impl SetReason {
    fn height(&self) -> f32 {
        let label = Style::regular(BASIS_LABEL).line_height();
        self.es.height() + self.en.height() + BASIS_GAP + label + self.basis.height()
    }
}

/// Fills pages from top to bottom.
struct Flow<'a> {
    refusal: &'a Refusal,
    scene: &'a mut Scene,
    y: f32,
}

impl Flow<'_> {
    fn area(&self) -> Area {
        Area::new(SHEET_MARGIN, self.y, WIDTH, BOTTOM - self.y)
    }

    fn first_page(&mut self) -> Result<(), PrintError> {
        let refusal = self.refusal;
        self.scene.page(A4.0, A4.1);
        self.watermark();
        let title = texts::REFUSAL;
        furniture::band(
            self.scene,
            A4.0,
            &SHEET_BAND,
            &refusal.authority,
            title,
            true,
        )?;
        self.y = SHEET_BAND.height + 9.0;
        self.footer()
    }

    /// Starts another page if `height` millimetres are not left on this one.
    fn need(&mut self, height: f32) -> Result<(), PrintError> {
        if self.y + height <= BOTTOM {
            return Ok(());
        }
        self.scene.page(A4.0, A4.1);
        self.watermark();
        self.y = SHEET_MARGIN;
        self.footer()
    }

    fn watermark(&mut self) {
        if self.refusal.specimen {
            let area = Area::new(0.0, 40.0, A4.0, 200.0);
            self.scene.watermark(texts::DEMO, 150.0, area);
        }
    }

    fn footer(&mut self) -> Result<(), PrintError> {
        let line = Area::new(SHEET_MARGIN, A4.1 - 13.0, WIDTH, 5.0);
        self.scene.rule(
            (line.x, line.y - 1.6),
            (line.right(), line.y - 1.6),
            0.2,
            Ink::Reed,
            false,
        );
        let text = format!("{} {}", texts::FOLIO.es, self.refusal.folio);
        self.scene.within(Part::Paragraph, |scene| {
            let place = Area { w: 46.0, ..line };
            scene.fit(
                "folio",
                &text,
                Fit::new(Style::regular(7.5).code(), 5.0),
                place,
            )
        })?;
        if self.refusal.specimen {
            let right = Area::new(line.x + 50.0, line.y, line.w - 50.0, line.h);
            furniture::specimen(self.scene, right, 7.0)?;
        }
        Ok(())
    }

    /// Folio, place, time, officer; and who it is about.
    fn decision(&mut self) -> Result<(), PrintError> {
        let refusal = self.refusal;
        let look = FieldLook {
            label: 7.5,
            value: Style::bold(10.5),
            smallest: 6.5,
        };
        let code = FieldLook {
            value: look.value.code(),
            ..look
        };
        let cell = |from: f32, to: f32, y: f32| {
            Area::new(
                SHEET_MARGIN + WIDTH * from,
                y,
                WIDTH * (to - from) - 4.0,
                17.0,
            )
        };
        let y = self.y;
        let at = Bilingual {
            es: format!(
                "{}\n{}, {}, {} ({})",
                refusal.post,
                refusal.decided.date.es,
                refusal.decided.time,
                refusal.decided.zone.es,
                refusal.decided.offset
            ),
            en: format!("{}, {}", refusal.decided.date.en, refusal.decided.zone.en),
        };
        furniture::pair(
            self.scene,
            look,
            texts::PLACE_AND_TIME,
            "decided",
            &at,
            cell(0.0, 0.58, y),
        )?;
        furniture::field(
            self.scene,
            code,
            texts::FOLIO,
            "folio",
            &refusal.folio,
            cell(0.58, 0.82, y),
        )?;
        furniture::field(
            self.scene,
            code,
            texts::OFFICER,
            "officer_number",
            &refusal.officer_number,
            cell(0.82, 1.0, y),
        )?;
        self.y += 22.0;
        let intro = NoticeLook {
            heading: 11.0,
            es: 11.0,
            en: 9.5,
        };
        let area = self.area();
        self.y += furniture::notice(self.scene, intro, &Notice::plain(texts::REFUSED), area)? + 1.6;
        let name = Area {
            h: 16.0,
            ..self.area()
        };
        self.y += self.scene.within(Part::Paragraph, |scene| {
            scene.fit(
                "name",
                &refusal.name,
                Fit::new(Style::bold(17.0), 9.0),
                name,
            )
        })?;
        let document = Area {
            h: 6.0,
            ..self.area()
        };
        self.y += self.scene.within(Part::Paragraph, |scene| {
            scene.fit(
                "document",
                &refusal.document,
                Fit::new(Style::regular(10.5), 7.0),
                document,
            )
        })? + 6.0;
        Ok(())
    }

    fn reasons(&mut self) -> Result<(), PrintError> {
        let area = self.area();
        let part = Part::Heading(2, texts::REASONS.es.to_owned());
        self.y += self.scene.within(part, |scene| {
            furniture::heading_line(scene, texts::REASONS, 13.0, area)
        })? + 2.0;
        for (number, reason) in (1..).zip(&self.refusal.reasons) {
            let reason = Self::set_reason(self.scene, reason);
            self.need(reason.height())?;
            self.y += self.reason(number, reason)? + 3.4;
        }
        self.y += 2.4;
        Ok(())
    }

    fn set_reason(scene: &mut Scene, reason: &Reason) -> SetReason {
        let width = WIDTH - INDENT;
        SetReason {
            es: scene.set(&reason.text.es, Style::bold(11.0).led(1.25), width),
            en: scene.set(&reason.text.en, Style::regular(9.5), width),
            basis: scene.set(&reason.legal_basis, Style::regular(9.5), width),
        }
    }

    /// Places a reason and returns its height.
    fn reason(&mut self, number: u32, reason: SetReason) -> Result<f32, PrintError> {
        let top = self.y;
        let text = Area {
            x: SHEET_MARGIN + INDENT,
            w: WIDTH - INDENT,
            ..self.area()
        };
        let disc = Area::new(SHEET_MARGIN, top + 0.2, 6.2, 6.2);
        self.scene.fill(disc, 3.1, Ink::River);
        self.scene.within(Part::Paragraph, |scene| {
            let figure = Fit::new(Style::bold(10.0), 6.0)
                .ink(Ink::White)
                .align(Align::Centre)
                .middle();
            scene.fit("reasons", &number.to_string(), figure, disc)?;
            let mut y = top;
            let below = |y: f32| Area { y, ..text };
            y += scene.place(reason.es, text, Align::Left, Lang::Es, Ink::Black)?;
            y += scene.place(reason.en, below(y), Align::Left, Lang::En, Ink::Black)? + BASIS_GAP;
            y += furniture::label(scene, texts::LEGAL_BASIS, BASIS_LABEL, below(y), Ink::Black)?;
            y += scene.place(reason.basis, below(y), Align::Left, Lang::Es, Ink::Black)?;
            Ok(y - top)
        })
    }

    fn explanation(&mut self) -> Result<(), PrintError> {
        if self.refusal.explanation.trim().is_empty() {
            return Ok(());
        }
        self.need(20.0)?;
        let area = self.area();
        let part = Part::Heading(2, texts::EXPLANATION.es.to_owned());
        self.y += self.scene.within(part, |scene| {
            furniture::heading_line(scene, texts::EXPLANATION, 13.0, area)
        })? + 1.4;
        let style = Style::regular(10.5);
        let mut block = self.scene.set(&self.refusal.explanation, style, WIDTH);
        // An officer writes as on any keyboard; a letter the font lacks must not stop the decision
        // from reaching the person.
        if block.missing.is_some() {
            let replaced = self.scene.replace_missing(&self.refusal.explanation, style);
            block = self.scene.set(&replaced, style, WIDTH);
        }
        loop {
            let fitting = ((BOTTOM - self.y) / style.line_height()).floor().max(1.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at least 1 and at most the lines of a page"
            )]
            let rest = block.split_off(fitting as usize);
            let area = self.area();
            self.y += self.scene.within(Part::Paragraph, |scene| {
                scene.place(block, area, Align::Left, Lang::Es, Ink::Black)
            })?;
            if rest.lines.is_empty() {
                break;
            }
            block = rest;
            self.need(BOTTOM)?;
        }
        self.y += 6.0;
        Ok(())
    }

    fn remedy(&mut self) -> Result<(), PrintError> {
        const PAD: f32 = 5.0;
        let look = NoticeLook {
            heading: 13.0,
            es: 10.5,
            en: 9.5,
        };
        let notice = Notice::new(texts::REMEDY, &self.refusal.remedy);
        let width = WIDTH - 2.0 * PAD - 2.0;
        let height = furniture::measure(self.scene, look, &[notice], 0.0, width) + 2.0 * PAD;
        self.need(height)?;
        let sand = Area::new(SHEET_MARGIN, self.y, WIDTH, height);
        self.scene.fill(sand, 3.0, Ink::Sand);
        self.scene.fill(Area { w: 2.0, ..sand }, 1.0, Ink::River);
        let inner = Area::new(sand.x + PAD + 2.0, sand.y + PAD, width, height - 2.0 * PAD);
        let notice = Notice::new(texts::REMEDY, &self.refusal.remedy);
        furniture::notice(self.scene, look, &notice, inner)?;
        self.y += height + 6.0;
        Ok(())
    }

    fn complaints(&mut self) -> Result<(), PrintError> {
        let look = NoticeLook {
            heading: 11.0,
            es: 9.5,
            en: 8.5,
        };
        let notices = &self.refusal.notices;
        let list = [
            Notice::new(texts::COMPLAINTS, &notices.complaints),
            Notice::plain(texts::REFUSAL_FREE),
        ];
        let height = furniture::measure(self.scene, look, &list, 2.0, WIDTH);
        self.need(height + SIGNATURES)?;
        let area = self.area();
        self.y = furniture::notices(self.scene, "notices", look, &list, 2.0, area, 6.0)?;
        Ok(())
    }

    fn signatures(&mut self) -> Result<(), PrintError> {
        self.need(SIGNATURES)?;
        let y = BOTTOM - 7.0;
        let half = (WIDTH - 12.0) / 2.0;
        let lines = [
            (SHEET_MARGIN, texts::OFFICER_SIGNATURE),
            (SHEET_MARGIN + half + 12.0, texts::RECEIVED),
        ];
        for (x, caption) in lines {
            self.scene
                .rule((x, y), (x + half, y), 0.25, Ink::Black, false);
            let area = Area::new(x, y + 1.0, half, 5.0);
            self.scene.within(Part::Paragraph, |scene| {
                furniture::label(scene, caption, 7.5, area, Ink::Black)
            })?;
        }
        Ok(())
    }
}
