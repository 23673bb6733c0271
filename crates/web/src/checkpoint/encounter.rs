//! The encounter, with or without a card, and the receipt that the person keeps.

use super::verdict;
use crate::{
    door::Allowed,
    fault::Fault,
    print, reply,
    routes::Routes,
    say,
    session::{Sent, Session},
    sheets::paper,
    verify,
};
use askama::Template;
use axum::{
    extract::{Path, Query, RawQuery},
    response::Response,
};
use paso_domain::{
    encounter::{Outcome, ReceiptCode},
    policy::powers,
};
use paso_formats::receipt::Facts;
use paso_pages::{
    Choice, Fields, Form, Frame, Problems, Voice,
    receipt::{Line, facts},
};
use paso_service::{
    ServiceError,
    checkpoint::{EncounterForm, EncounterRecord},
};
use std::collections::HashMap;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/encuentro", without_card)
        .post("/encuentro", record)
        .get("/constancias/{code}", receipt)
        .get("/constancias/{code}/imprimir.pdf", print_receipt)
        .get("/recibo", ask)
        .post("/recibo", find)
}

/// The most characters of a free text.
const MOST_WORDS: usize = 1000;

/// What the form of an encounter needs besides what was typed.
pub(crate) struct Telling {
    /// The codes that were read, to be checked again when the encounter is recorded.
    pub(crate) shown: Vec<String>,
    pub(crate) place: String,
    pub(crate) outcomes: Vec<Choice>,
    pub(crate) mark: String,
    /// The sheet that is typed, where it is one.
    pub(crate) paper: Option<paper::Bar>,
}

/// The form of an encounter at the officer's post.
pub(crate) fn telling(session: &Session, shown: &[String], form: &Form) -> Result<Telling, Fault> {
    Ok(Telling {
        shown: shown.to_vec(),
        place: session.post()?.name.clone(),
        outcomes: Choice::of_codes(&session.t(), "outcome", Outcome::ALL.map(Outcome::code)),
        mark: session.app().once().mark(),
        paper: paper::bar(session, form)?,
    })
}

#[derive(Template)]
#[template(path = "checkpoint/without_card.html")]
struct WithoutCard<'a> {
    f: Frame<'a>,
    telling: Telling,
    form: Form,
}

fn without_card_page(session: &Session, form: Form) -> Result<WithoutCard<'_>, Fault> {
    let title = session.t().text("encounter-title");
    Ok(WithoutCard {
        f: session
            .frame(title)?
            .holding("encuentro", !form.problems.is_empty()),
        telling: telling(session, &[], &form)?,
        form,
    })
}

async fn without_card(
    session: Allowed<powers::RecordEncounter>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let mut form = Form::default();
    if let Some(sheet) = paper::asked(&query) {
        form.fields.set("hoja", sheet);
    }
    reply::page(&without_card_page(&session, form)?)
}

/// Reads the form of an encounter. A missing legal basis is no problem of the form: it is a fact.
pub(crate) fn read(
    fields: &Fields,
    shown: Vec<String>,
    t: Voice<'_>,
) -> Result<EncounterForm, Problems> {
    let mut problems = Problems::default();
    let outcome = fields.text("resultado").and_then(|code| {
        Outcome::ALL
            .into_iter()
            .find(|outcome| outcome.code() == code)
    });
    if outcome.is_none() {
        problems.add("resultado", t.text("encounter-outcome-missing"));
    }
    let place = fields.text("lugar").unwrap_or_default();
    if place.is_empty() {
        problems.add("lugar", t.text("encounter-place-missing"));
    }
    for name in ["lugar", "fundamento", "razon"] {
        if fields.typed(name).chars().count() > MOST_WORDS {
            problems.add(
                name,
                t.count("too-long", i64::try_from(MOST_WORDS).unwrap_or(i64::MAX)),
            );
        }
    }
    let words = |name: &str| fields.text(name).unwrap_or_default().to_owned();
    match (outcome, problems.is_empty()) {
        (Some(outcome), true) => Ok(EncounterForm {
            place: place.to_owned(),
            // What was shown on paper was judged by eye: that is what the tick says.
            with_card: !shown.is_empty()
                || fields.text("hoja").is_some() && fields.ticked("con-tarjeta"),
            outcome,
            legal_basis: words("fundamento"),
            reason: words("razon"),
            shown,
        }),
        _ => Err(problems),
    }
}

async fn record(session: Allowed<powers::RecordEncounter>, sent: Sent) -> Result<Response, Fault> {
    let fields = sent.fields;
    let shown: Vec<String> = fields
        .text("leido")
        .map(|_| super::codes(fields.typed("leido")))
        .unwrap_or_default();
    if !fields.ticked("accion") {
        return render(&session, &shown, Form::of(fields)).await;
    }
    let told = read(&fields, shown.clone(), session.t());
    let mut form = Form::of(fields);
    let from_paper = paper::read(&session, &mut form)?;
    let told = match told {
        Ok(told) if form.problems.is_empty() => told,
        Ok(_) => return render(&session, &shown, form).await,
        Err(problems) => {
            // The circumstances stand over the form, and so do their problems.
            for problem in problems.all() {
                form.problems
                    .add(problem.field.clone(), problem.text.clone());
            }
            return render(&session, &shown, form).await;
        }
    };
    let done = session
        .app()
        .once()
        .decide(
            session.form_token(),
            form.fields.typed(crate::session::MARK),
            Box::pin(async {
                let (service, permit) = (session.service(), session.permit());
                let record = service
                    .encounter_as(permit, &told, from_paper.as_ref())
                    .await?;
                Ok::<_, ServiceError>(format!("/constancias/{}?nueva", record.encounter.receipt))
            }),
        )
        .await;
    match done {
        Ok(place) => Ok(reply::see_other(&place)),
        Err(ServiceError::Refused(refusal)) => {
            let Some(field) = paper::field_of(refusal) else {
                return Err(ServiceError::Refused(refusal).into());
            };
            let text = session.t().code("refusal", refusal.code());
            form.problems.add(field, text);
            render(&session, &shown, form).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "checkpoint/receipt.html")]
struct ReceiptPage<'a> {
    f: Frame<'a>,
    code: String,
    fresh: bool,
    found: Vec<Shown>,
    /// What else was given under this code: entries and exits, without the card.
    others: Vec<Vec<Line>>,
}

/// An encounter as its receipt tells it.
struct Shown {
    at: String,
    /// That it came from paper.
    late: Option<String>,
    /// Tells receipts of one code apart.
    of: i64,
    post: String,
    place: String,
    officer: String,
    outcome: String,
    legal_basis: String,
    reason: String,
    check: Option<String>,
    breaches: Vec<String>,
    /// When it arrived, and what is to be looked at, where a phone recorded it without a network.
    phone: Option<(String, Vec<String>)>,
}

fn shown(session: &Session, record: &EncounterRecord) -> Result<Shown, Fault> {
    let t = session.t();
    let posts = session.service().crossings();
    let post = posts.post(record.act.post.as_str());
    let zone = post.map_or(session.post()?.zone(), |post| post.zone());
    let encounter = &record.encounter;
    let words = |text: &str| {
        if text.trim().is_empty() {
            t.text("receipt-not-stated")
        } else {
            text.to_owned()
        }
    };
    Ok(Shown {
        at: say::at(t, zone, record.act.at),
        late: paper::late(t, zone, &record.act),
        of: record.act.at.unix(),
        post: post.map_or_else(|| record.act.post.to_string(), |post| post.name.clone()),
        place: encounter.place.clone(),
        officer: record.act.officer.to_string(),
        outcome: t.code("outcome", encounter.outcome.code()),
        legal_basis: words(&encounter.legal_basis),
        reason: words(&encounter.reason),
        check: encounter
            .check
            .as_ref()
            .map(|check| t.code("word", &check.finding)),
        breaches: record
            .breaches
            .iter()
            .map(|breach| t.code("breach", breach.code()))
            .collect(),
        phone: encounter.phone.as_ref().map(|by| {
            let remarks = by.remarks.iter();
            let remarks = remarks.map(|remark| t.code("phone-remark", remark.code()));
            (say::at(t, zone, by.arrived), remarks.collect())
        }),
    })
}

fn code(text: &str) -> Result<ReceiptCode, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// All that was given under a code: encounters, and receipts of other acts.
async fn under(
    session: &Session,
    code: ReceiptCode,
) -> Result<(Vec<EncounterRecord>, Vec<Facts>), Fault> {
    let (service, permit) = (session.service(), session.need().await?);
    let met = match service.receipts(&permit, code).await {
        Err(ServiceError::NotFound) => Vec::new(),
        found => found?,
    };
    let others = service.crossings_by_code(&permit, code).await?;
    if met.is_empty() && others.is_empty() {
        return Err(Fault::NotFound);
    }
    Ok((met, others))
}

async fn receipt(
    session: Allowed<powers::ReadReceipt>,
    Path(text): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let code = code(&text)?;
    let (found, others) = under(&session, code).await?;
    let places = verify::places(session.service());
    let others = others
        .iter()
        .map(|other| facts(session.t(), other, &places))
        .collect();
    let found: Vec<Shown> = found
        .iter()
        .map(|record| shown(&session, record))
        .collect::<Result<_, _>>()?;
    reply::page(&ReceiptPage {
        f: session.frame(session.t().text("receipt-title"))?,
        code: code.to_string(),
        fresh: query.is_some_and(|query| query.split('&').any(|part| part == "nueva")),
        found,
        others,
    })
}

async fn print_receipt(
    session: Allowed<powers::ReadReceipt>,
    Path(text): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let found = session
        .service()
        .receipts(session.permit(), code(&text)?)
        .await?;
    let wanted = query.get("de").and_then(|of| of.parse::<i64>().ok());
    let record = found
        .iter()
        .find(|record| wanted.is_none_or(|of| record.act.at.unix() == of))
        .ok_or(Fault::NotFound)?;
    let app = session.app();
    let bytes = print::receipt_pdf(app.service(), app.texts(), app.print_look(), record)?;
    Ok(reply::pdf(bytes, &record.encounter.receipt.to_string()))
}

#[derive(Template)]
#[template(path = "checkpoint/find.html")]
struct FindReceipt<'a> {
    f: Frame<'a>,
    form: Form,
}

fn find_page(session: &Session, form: Form) -> Result<FindReceipt<'_>, Fault> {
    let f = session.frame(session.t().text("receipt-find-title"))?;
    Ok(FindReceipt {
        f: f.holding("buscar", !form.problems.is_empty()),
        form,
    })
}

async fn ask(session: Allowed<powers::ReadReceipt>) -> Result<Response, Fault> {
    reply::page(&find_page(&session, Form::default())?)
}

async fn find(session: Allowed<powers::ReadReceipt>, sent: Sent) -> Result<Response, Fault> {
    let fields = sent.fields;
    let mut form = Form::of(fields);
    if !form.fields.ticked("accion") {
        return reply::page(&find_page(&session, form)?);
    }
    let problem = match form.fields.typed("codigo").parse::<ReceiptCode>() {
        Ok(code) => match under(&session, code).await {
            Ok(_) => return Ok(reply::see_other(&format!("/constancias/{code}"))),
            Err(Fault::NotFound) => "receipt-unknown",
            Err(error) => return Err(error),
        },
        Err(_) => "receipt-shape",
    };
    form.problems.add("codigo", session.t().text(problem));
    reply::again(&find_page(&session, form)?)
}

/// The page on which the encounter was being told: that of the verdict, or the one without a card.
async fn render(session: &Session, shown: &[String], form: Form) -> Result<Response, Fault> {
    let wrong = !form.problems.is_empty();
    if shown.is_empty() {
        let page = without_card_page(session, form)?;
        if wrong {
            reply::again(&page)
        } else {
            reply::page(&page)
        }
    } else {
        let page = verdict::page(session, &session.need().await?, shown, form)?;
        if wrong {
            reply::again(&page)
        } else {
            reply::page(&page)
        }
    }
}
