//! Sheets of paper: print numbers, type what stood on one, say that one is lost, and see which have not
//! come back.

pub(crate) mod paper;

use crate::{
    door::Allowed,
    fault::Fault,
    print, reply,
    routes::Routes,
    say,
    session::{Sent, Session},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use paso_domain::{
    access::How,
    crossings::{PostCode, Zone},
    policy::{Power, powers},
    sheet::{Batch, SheetKind, SheetNumber, VoidReason},
};
use paso_formats::moment::DAY;
use paso_pages::{Choice, Form, Frame};
use paso_service::{
    ServiceError,
    sheets::{PlaceSheets, SheetState, Told},
};
use std::collections::HashMap;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/hojas", list)
        .post("/hojas/abrir", open)
        .post("/hojas", draw)
        .post("/hojas/anular", void)
        .get("/hojas/lotes/{batch}/imprimir.pdf", print_batch)
        .get("/hojas/control", control)
}

/// How many used or void sheets of a kind are listed; all are counted.
const MOST_SETTLED: usize = 50;

/// How many batches are listed.
const MOST_BATCHES: usize = 20;

/// One sheet in a list.
struct Line {
    number: String,
    says: String,
    bad: bool,
}

/// The sheets of one kind.
struct Kind {
    name: String,
    printed: u32,
    used: usize,
    void: usize,
    outstanding: usize,
    /// How many to ask after, and how many say two things, in words; none for none.
    asked: Option<String>,
    contradicted: Option<String>,
    out: Vec<Line>,
    settled: Vec<Line>,
}

/// A batch that can be printed again.
struct Lot {
    says: String,
    href: String,
}

#[derive(Template)]
#[template(path = "sheets/list.html")]
struct Sheets<'a> {
    f: Frame<'a>,
    form: Form,
    place: String,
    kinds: Vec<Kind>,
    lots: Vec<Lot>,
    to_print: Vec<Choice>,
    reasons: Vec<Choice>,
    mark: String,
    /// Where the batch that was just drawn is printed.
    drawn: Option<String>,
    voided: bool,
    /// Posts to choose from, for internal control; none for a place's own list.
    posts: Vec<Choice>,
}

/// Kinds that whoever looks could type again, and so may print.
fn printable(session: &Session) -> Vec<Choice> {
    if !session.may(Power::PrintSheets) {
        return Vec::new();
    }
    let types = |kind: &SheetKind| match kind {
        SheetKind::Application => session.may(Power::DecideApplication),
        SheetKind::Crossing => session.may(Power::RecordCrossing),
        SheetKind::Encounter => session.may(Power::RecordEncounter),
        SheetKind::Custody => session.may(Power::KeepCustody),
    };
    let supervises = !SheetKind::ALL.iter().any(types);
    let kinds = SheetKind::ALL
        .into_iter()
        .filter(|kind| supervises || types(kind));
    Choice::of_codes(&session.t(), "sheet-kind", kinds.map(SheetKind::code))
}

async fn page(session: &Session, form: Form) -> Result<Sheets<'_>, Fault> {
    let t = session.t();
    let sheets = session.service().sheets(&session.need().await?).await?;
    let post = session.post()?;
    let f = session.frame(t.text("sheets-title"))?;
    Ok(Sheets {
        f: f.holding("hojas", !form.problems.is_empty()),
        form,
        place: post.name.clone(),
        kinds: kinds(session, post.zone(), &sheets),
        lots: lots(session, post.zone(), &sheets),
        to_print: printable(session),
        reasons: Choice::of_codes(&t, "sheet-reason", VoidReason::ALL.map(VoidReason::code)),
        mark: session.app().once().mark(),
        drawn: None,
        voided: false,
        posts: Vec::new(),
    })
}

fn kinds(session: &Session, zone: &Zone, sheets: &PlaceSheets) -> Vec<Kind> {
    sheets
        .kinds
        .iter()
        .map(|of| Kind {
            name: session.t().code("sheet-kind", of.kind.code()),
            printed: of.printed,
            used: of.used(),
            void: of.void(),
            outstanding: of.outstanding.len(),
            asked: some(session, "sheets-asked", of.asked()),
            contradicted: some(session, "sheets-contradicted", of.contradicted()),
            out: of
                .outstanding
                .iter()
                .map(|told| line(session, zone, told))
                .collect(),
            settled: of
                .settled
                .iter()
                .take(MOST_SETTLED)
                .map(|told| line(session, zone, told))
                .collect(),
        })
        .collect()
}

/// So many, in words; none for none.
fn some(session: &Session, key: &str, count: usize) -> Option<String> {
    let n = i64::try_from(count).unwrap_or(i64::MAX);
    (n > 0).then(|| session.t().count(key, n))
}

fn lots(session: &Session, zone: &Zone, sheets: &PlaceSheets) -> Vec<Lot> {
    if !session.may(Power::PrintSheets) {
        return Vec::new();
    }
    let t = session.t();
    sheets
        .batches
        .iter()
        .take(MOST_BATCHES)
        .map(|row| Lot {
            says: t.with(
                "sheet-lot",
                [
                    ("kind", t.code("sheet-kind", row.kind().code()).as_str()),
                    ("count", &row.count.to_string()),
                    ("at", &say::at(t, zone, row.printed_at)),
                    ("officer", row.printed_by.as_str()),
                ],
            ),
            href: href(row.batch),
        })
        .collect()
}

fn href(batch: Batch) -> String {
    format!("/hojas/lotes/{batch}/imprimir.pdf")
}

fn line(session: &Session, zone: &Zone, told: &Told) -> Line {
    let t = session.t();
    let at = |moment: Option<_>| moment.map_or_else(String::new, |at| say::at(t, zone, at));
    let who = |officer: &Option<paso_domain::id::OfficerNumber>| {
        officer
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    let (says, bad) = match &told.state {
        SheetState::Outstanding { age, asked } => {
            let key = if *asked {
                "sheet-outstanding-asked"
            } else {
                "sheet-outstanding"
            };
            let days = (age / DAY).to_string();
            let printed = say::at(t, zone, told.printed);
            (
                t.with(key, [("printed", printed.as_str()), ("days", &days)]),
                *asked,
            )
        }
        SheetState::Used {
            happened,
            recorded,
            officer,
            signed,
            contradicted,
        } => {
            let key = if *contradicted {
                "sheet-used-contradicted"
            } else {
                "sheet-used"
            };
            let words = [
                ("happened", at(*happened)),
                ("recorded", at(*recorded)),
                ("officer", who(officer)),
                ("signed", who(signed)),
            ];
            let words = words.each_ref().map(|(name, word)| (*name, word.as_str()));
            (t.with(key, words), *contradicted)
        }
        SheetState::Void {
            reason,
            at: when,
            officer,
        } => {
            let words = [
                ("reason", t.code("sheet-reason", reason.code())),
                ("at", at(*when)),
                ("officer", who(officer)),
            ];
            let words = words.each_ref().map(|(name, word)| (*name, word.as_str()));
            (t.with("sheet-voided", words), false)
        }
    };
    Line {
        number: told.sheet.to_string(),
        says,
        bad,
    }
}

async fn list(
    session: Allowed<powers::ReadSheets>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let mut page = page(&session, Form::default()).await?;
    page.drawn = query
        .get("lote")
        .and_then(|text| text.parse::<Batch>().ok())
        .map(href);
    page.voided = query.contains_key("anulada");
    reply::page(&page)
}

/// The number of a sheet, typed or scanned: on to the form that it is typed into.
async fn open(session: Allowed<powers::ReadSheets>, sent: Sent) -> Result<Response, Fault> {
    let mut form = Form::of(sent.fields);
    let t = session.t();
    let problem = match form.fields.typed("numero").parse::<SheetNumber>() {
        Ok(sheet) => match session.service().sheet(session.permit(), sheet).await {
            Ok(Told {
                state: SheetState::Outstanding { .. },
                ..
            }) => {
                let place = paper::page_of(sheet.kind());
                return Ok(reply::see_other(&format!("{place}?hoja={sheet}")));
            }
            Ok(told) => line(&session, session.post()?.zone(), &told).says,
            Err(ServiceError::NotFound) => t.text("refusal-sheet-not-printed"),
            Err(error) => return Err(error.into()),
        },
        Err(paso_domain::sheet::NotASheet::Check) => t.text("number-check"),
        Err(paso_domain::sheet::NotASheet::Shape) => t.text("sheet-shape"),
    };
    form.problems.add("numero", problem);
    reply::again(&page(&session, form).await?)
}

async fn draw(session: Allowed<powers::PrintSheets>, sent: Sent) -> Result<Response, Fault> {
    let mut form = Form::of(sent.fields);
    let t = session.t();
    let allowed = printable(&session);
    let kind = form.fields.text("clase").and_then(|code| {
        let known = allowed.iter().any(|choice| choice.value == code);
        code.parse::<SheetKind>().ok().filter(|_| known)
    });
    let count = form.fields.typed("cuantas").trim().parse::<u16>();
    if kind.is_none() {
        form.problems.add("clase", t.text("sheet-kind-missing"));
    }
    if count.is_err() {
        let text = t.text("refusal-sheet-count-impossible");
        form.problems.add("cuantas", text);
    }
    if let (Some(kind), Ok(count)) = (kind, count) {
        let mark = form.fields.typed(crate::session::MARK).to_owned();
        let act = async {
            let service = session.service();
            let printed = service.print_sheets(session.permit(), kind, count).await?;
            Ok::<_, ServiceError>(format!("/hojas?lote={}", printed.batch))
        };
        let once = session.app().once();
        match once.decide(session.form_token(), &mark, act).await {
            Ok(place) => return Ok(reply::see_other(&place)),
            Err(ServiceError::Refused(refusal)) => {
                let text = t.code("refusal", refusal.code());
                form.problems.add("cuantas", text);
            }
            Err(error) => return Err(error.into()),
        }
    }
    reply::again(&page(&session, form).await?)
}

async fn void(session: Allowed<powers::PrintSheets>, sent: Sent) -> Result<Response, Fault> {
    let mut form = Form::of(sent.fields);
    let t = session.t();
    let sheet = form.fields.typed("hoja-anular").parse::<SheetNumber>().ok();
    let reason = form
        .fields
        .text("causa")
        .and_then(|code| code.parse::<VoidReason>().ok());
    if sheet.is_none() {
        form.problems.add("hoja-anular", t.text("sheet-shape"));
    }
    if reason.is_none() {
        form.problems.add("causa", t.text("sheet-reason-missing"));
    }
    if let (Some(sheet), Some(reason)) = (sheet, reason) {
        let words = form.fields.typed("palabras").to_owned();
        let service = session.service();
        match service
            .void_sheet(session.permit(), sheet, reason, &words)
            .await
        {
            Ok(()) => return Ok(reply::see_other("/hojas?anulada")),
            Err(ServiceError::Refused(refusal)) => {
                let field = if refusal.code() == "sheet-words-missing" {
                    "palabras"
                } else {
                    "hoja-anular"
                };
                let text = t.code("refusal", refusal.code());
                form.problems.add(field, text);
            }
            Err(error) => return Err(error.into()),
        }
    }
    reply::again(&page(&session, form).await?)
}

async fn print_batch(
    session: Allowed<powers::PrintSheets>,
    Path(batch): Path<String>,
) -> Result<Response, Fault> {
    let batch: Batch = batch.parse().map_err(|_| Fault::NotFound)?;
    let printed = session
        .service()
        .printed_sheets(&session.permit().reading(How::Print), batch)
        .await?;
    let app = session.app();
    let demo = app.print_look().1;
    let bytes = print::blank_pdf(app.service(), app.texts(), demo, &printed)?;
    Ok(reply::pdf(bytes, &batch.to_string()))
}

/// The same list of any place, for internal control.
async fn control(
    session: Allowed<powers::ReadFigures>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let asked = match query.get("puesto") {
        None => session.officer().post,
        Some(text) => text.parse::<PostCode>().map_err(|_| Fault::NotFound)?,
    };
    let service = session.service();
    let post = service.post_of(asked)?;
    let sheets = service.sheets_at(session.permit(), asked).await?;
    let mut form = Form::default();
    form.fields.set("puesto", asked.as_str());
    let posts = service.crossings().posts().iter().map(|post| Choice {
        value: post.code.to_string(),
        label: post.name.clone(),
    });
    reply::page(&Sheets {
        f: session.frame(t.text("sheets-control-title"))?,
        form,
        place: post.name.clone(),
        kinds: kinds(&session, post.zone(), &sheets),
        lots: Vec::new(),
        to_print: Vec::new(),
        reasons: Vec::new(),
        mark: String::new(),
        drawn: None,
        voided: false,
        posts: posts.collect(),
    })
}
