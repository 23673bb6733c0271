//! The pages of taking reports, and the two addresses at which an authority reads what it is asked and
//! answers.

use super::{
    Asked, Report, Takings, Telling, answers, area, form,
    rule::{Standing, is_late},
    secret_hash,
    store::Kept,
};
use crate::{
    board::frame,
    mirror::DbError,
    random,
    server::{Shared, nothing, plain},
};
use askama::Template;
use axum::{
    Form as Posted, Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, RawQuery, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use jiff::{Zoned, tz::TimeZone};
use paso_formats::{
    moment::{HOUR, Moment},
    narrative,
    receipt::Code,
    taking::{Folio, MAX_ANSWER_BYTES},
};
use paso_pages::{Choice, Fields, Form, Frame, Lang, Voice};
use serde_json::json;

/// The forms' names, by which the language is switched without losing what was typed.
const FORM: &str = "reporte";
const OWN: &str = "consulta";

/// Reports looked at for the public list and for an authority: the newest.
const LOOKED_AT: u32 = 1_000;

/// Folios drawn before giving up: with as many reports as are kept, one in 86,000 exists.
const DRAWS: usize = 4;

/// The longest form.
const MAX_FORM_BYTES: usize = 32 * 1024;

/// All routes.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/taking", get(fresh).post(tell))
        .route("/taking/own", get(ask_own).post(own))
        .route("/takings", get(list))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .merge(
            Router::new()
                .route("/taking/pending", get(pending))
                .route("/taking/answer", post(answer))
                .layer(DefaultBodyLimit::max(MAX_ANSWER_BYTES)),
        )
}

#[derive(Debug, Template)]
#[template(path = "taking/tell.html")]
struct Tell<'a> {
    f: Frame<'a>,
    form: Form,
    areas: Vec<Choice>,
    authorities: Vec<Choice>,
    hours: String,
    /// Whether reports are taken here at all.
    open: bool,
}

#[derive(Debug, Template)]
#[template(path = "taking/told.html")]
struct Told<'a> {
    f: Frame<'a>,
    folio: String,
    secret: String,
    due: String,
}

#[derive(Debug, Template)]
#[template(path = "taking/own.html")]
struct Own<'a> {
    f: Frame<'a>,
    form: Form,
    found: Option<Found>,
}

#[derive(Debug)]
struct Found {
    folio: String,
    due: String,
    lines: Vec<Line>,
}

/// What one authority did.
#[derive(Debug)]
struct Line {
    authority: String,
    class: &'static str,
    word: String,
}

#[derive(Debug, Template)]
#[template(path = "taking/list.html")]
struct List<'a> {
    f: Frame<'a>,
    rows: Vec<Row>,
    waiting: String,
    matched: String,
}

#[derive(Debug)]
struct Row {
    folio: String,
    day: String,
    area: String,
    people: String,
    line: Line,
}

fn draw(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn failed(error: &DbError) -> Response {
    tracing::error!(%error, "the reports cannot be read or kept");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn now(shared: &Shared) -> Moment {
    let seconds = shared.witness.now().seconds();
    Moment::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// An instant by the clock of the place a report is about.
fn there(report: &Report, at: Moment) -> Zoned {
    let zone = area::zone(&report.area).and_then(|zone| TimeZone::get(zone).ok());
    at.timestamp().to_zoned(zone.unwrap_or(TimeZone::UTC))
}

fn due(voice: Voice<'_>, report: &Report) -> String {
    let due = there(report, report.due);
    voice.moment(due.datetime(), due.offset().seconds())
}

impl Line {
    fn new(voice: Voice<'_>, asked: &Asked, due: Moment, now: Moment) -> (Self, Standing) {
        let standing = Standing::of(asked, due, now);
        let class = match standing {
            Standing::Waiting | Standing::Unchecked => "note",
            Standing::Matched => "good",
            Standing::Denied(_) => "warn",
            Standing::Silent | Standing::Contradicted(_) => "stop",
        };
        let mut word = voice.code("taking-standing", standing.code());
        if !asked.answers.is_empty() && is_late(asked, due, now) {
            word = format!("{word} {}", voice.text("taking-late"));
        }
        let authority = asked.authority.clone();
        let line = Self {
            authority,
            class,
            word,
        };
        (line, standing)
    }
}

fn ask(shared: &Shared, voice: Voice<'_>, form: Form) -> Response {
    let takings = shared.takings.as_deref();
    let status = match (takings.is_some(), form.problems.is_empty()) {
        (false, _) => StatusCode::NOT_FOUND,
        (true, true) => StatusCode::OK,
        (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let codes = takings.map_or(&[][..], |takings| &takings.authorities);
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
    };
    let page = Tell {
        f: frame(voice, "/taking", None)
            .titled(voice.text("taking-title"))
            .holding(FORM, !form.problems.is_empty()),
        areas: area::AREAS
            .iter()
            .map(|(code, name, _)| choice(code, name))
            .collect(),
        // With one authority there is nothing to choose.
        authorities: codes
            .iter()
            .filter(|_| codes.len() > 1)
            .map(|(code, _)| choice(code, code))
            .collect(),
        hours: voice.length(i64::from(takings.map_or(0, |takings| takings.hours)) * HOUR),
        open: takings.is_some(),
        form,
    };
    draw(status, &page)
}

async fn fresh(State(shared): State<Shared>, lang: Lang) -> Response {
    ask(&shared, shared.texts.speak(lang), Form::default())
}

async fn tell(
    State(shared): State<Shared>,
    lang: Lang,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Response {
    let voice = shared.texts.speak(lang);
    let mut form = Form::of(Fields::new(pairs));
    let Some(takings) = shared.takings.as_deref() else {
        return ask(&shared, voice, Form::default());
    };
    if !form.fields.ticked("accion") {
        return ask(&shared, voice, form);
    }
    let now = now(&shared);
    let codes: Vec<&str> = takings
        .authorities
        .iter()
        .map(|(code, _)| code.as_str())
        .collect();
    let typed = match form::read(&form.fields, &codes, now) {
        Ok(typed) => typed,
        Err(wrong) => {
            for (field, key) in wrong {
                form.problems.add(field, voice.text(key));
            }
            return ask(&shared, voice, form);
        }
    };
    match keep(takings, &typed, now).await {
        Ok(Some((report, secret))) => {
            let mut f = frame(voice, "/taking", None).titled(voice.text("taking-told-title"));
            // The secret is shown once: nothing on this page may lead away from it by accident.
            f.switches.clear();
            let page = Told {
                f,
                folio: report.folio.to_string(),
                secret,
                due: due(voice, &report),
            };
            draw(StatusCode::OK, &page)
        }
        Ok(None) => {
            form.problems.add("lugar", voice.text("taking-full"));
            ask(&shared, voice, form)
        }
        Err(error) => {
            tracing::error!(%error, "a report was not kept");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Keeps a report; none where there is no room.
async fn keep(
    takings: &Takings,
    typed: &form::Typed,
    now: Moment,
) -> anyhow::Result<Option<(Report, String)>> {
    // The minute is enough for a clock of hours, and tells less of who wrote when.
    let received = now.floor_minute();
    let asked = match &typed.authority {
        Some(code) => vec![code.clone()],
        None => takings
            .authorities
            .iter()
            .map(|(code, _)| code.clone())
            .collect(),
    };
    let sealed = narrative::seal(&typed.words, &takings.key, &random::bytes()?)?;
    let half = || Ok::<_, random::NoRandomness>(Code::from_random(random::bytes()?));
    let secret = format!("{}-{}", half()?, half()?);
    for _ in 0..DRAWS {
        let folio = Folio::from_random(random::bytes()?);
        let telling = Telling {
            report: Report {
                folio,
                received,
                due: received.plus(i64::from(takings.hours) * HOUR),
                area: typed.area.clone(),
                place: typed.place.clone(),
                taken: typed.taken,
                unit: typed.unit.clone(),
                vehicle: typed.vehicle.clone(),
                people: typed.people,
            },
            asked: asked.clone(),
            sealed: sealed.clone(),
            secret: secret_hash(folio, &secret),
        };
        match takings.store.keep(&telling).await? {
            Kept::New => return Ok(Some((telling.report, secret))),
            Kept::Taken => {}
            Kept::Before | Kept::NotAsked | Kept::Full => return Ok(None),
        }
    }
    Ok(None)
}

async fn ask_own(State(shared): State<Shared>, lang: Lang) -> Response {
    show_own(shared.texts.speak(lang), Form::default(), None)
}

fn show_own(voice: Voice<'_>, form: Form, found: Option<Found>) -> Response {
    let wrong = !form.problems.is_empty();
    let status = if wrong {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::OK
    };
    let f = frame(voice, "/taking/own", None)
        .titled(voice.text("taking-own-title"))
        .holding(OWN, wrong);
    draw(status, &Own { f, form, found })
}

async fn own(
    State(shared): State<Shared>,
    lang: Lang,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Response {
    let voice = shared.texts.speak(lang);
    let mut form = Form::of(Fields::new(pairs));
    let Some(takings) = shared.takings.as_deref() else {
        return nothing();
    };
    let now = now(&shared);
    // A wrong folio and a wrong secret are told alike.
    let found = match form.fields.typed("folio").parse::<Folio>() {
        Ok(folio) => {
            let secret = secret_hash(folio, form.fields.typed("clave"));
            takings.store.own(folio, &secret).await
        }
        Err(_) => Ok(None),
    };
    match found {
        Ok(Some((report, asked))) => {
            let lines = asked
                .iter()
                .map(|asked| Line::new(voice, asked, report.due, now).0)
                .collect();
            let found = Found {
                folio: report.folio.to_string(),
                due: due(voice, &report),
                lines,
            };
            show_own(voice, form, Some(found))
        }
        Ok(None) => {
            form.problems.add("folio", voice.text("taking-own-nothing"));
            show_own(voice, form, None)
        }
        Err(error) => failed(&error),
    }
}

async fn list(State(shared): State<Shared>, lang: Lang, RawQuery(query): RawQuery) -> Response {
    let voice = shared.texts.speak(lang);
    let now = now(&shared);
    let reports = match shared.takings.as_deref() {
        Some(takings) => takings.store.newest(LOOKED_AT).await,
        None => Ok(Vec::new()),
    };
    let reports = match reports {
        Ok(reports) => reports,
        Err(error) => return failed(&error),
    };
    let (mut rows, mut waiting, mut matched) = (Vec::new(), 0, 0);
    for (report, asked) in &reports {
        for asked in asked {
            let (line, standing) = Line::new(voice, asked, report.due, now);
            match standing {
                Standing::Waiting | Standing::Unchecked => waiting += 1,
                Standing::Matched => matched += 1,
                Standing::Silent | Standing::Denied(_) | Standing::Contradicted(_) => {}
            }
            if standing.is_public() {
                rows.push(Row {
                    folio: report.folio.to_string(),
                    day: voice.date(there(report, report.taken).date()),
                    area: area::name(&report.area).to_owned(),
                    people: voice.count("takings-people", i64::from(report.people)),
                    line,
                });
            }
        }
    }
    let page = List {
        f: frame(voice, "/takings", query.as_deref()).titled(voice.text("takings-title")),
        rows,
        waiting: voice.count("takings-waiting", waiting),
        matched: voice.count("takings-matched", matched),
    };
    draw(StatusCode::OK, &page)
}

/// What authorities are asked and have not answered, for whoever has the token. The words are not
/// in it: they are for the ombudsman.
async fn pending(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let Some(takings) = shared.takings.as_deref() else {
        return nothing();
    };
    let given = headers.get(AUTHORIZATION);
    if !given.is_some_and(|given| takings.token.is_in(given.as_bytes())) {
        return nothing();
    }
    let reports = match takings.store.newest(LOOKED_AT).await {
        Ok(reports) => reports,
        Err(error) => return failed(&error),
    };
    let pending: Vec<_> = reports
        .iter()
        .flat_map(|(report, asked)| asked.iter().map(move |asked| (report, asked)))
        .filter(|(_, asked)| asked.answers.is_empty())
        .map(|(report, asked)| {
            json!({
                "folio": report.folio.to_string(),
                "authority": asked.authority,
                "received": report.received.to_string(),
                "due": report.due.to_string(),
                "area": report.area,
                "place": report.place,
                "taken": report.taken.to_string(),
                "unit": report.unit,
                "vehicle": report.vehicle,
                "people": report.people,
            })
        })
        .collect();
    Json(json!({ "reports": pending })).into_response()
}

async fn answer(State(shared): State<Shared>, body: Bytes) -> Response {
    let Some(takings) = shared.takings.as_deref() else {
        return nothing();
    };
    let now = now(&shared);
    match answers::take(&takings.store, &takings.authorities, &body, now).await {
        Ok((_, kept)) => {
            let status = match kept {
                Kept::New | Kept::Before => StatusCode::OK,
                Kept::NotAsked | Kept::Taken => StatusCode::NOT_FOUND,
                Kept::Full => StatusCode::CONFLICT,
            };
            plain(status, format!("{}\n", answers::said(kept)))
        }
        Err(answers::NotTaken::Db(error)) => failed(&error),
        Err(error) => plain(StatusCode::BAD_REQUEST, format!("{error}\n")),
    }
}
