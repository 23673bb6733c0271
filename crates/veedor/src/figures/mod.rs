//! Two pages of numbers: what of custody is for everybody, and how many people to ask for a receipt.
//!
//! The first shows a file as a command run by hand left it: the server cannot open a statement.

use crate::{
    board::frame,
    custody::{
        sampling::{MOST_PEOPLE, NoQuestion, Question},
        summary::Summary,
    },
    server::{Shared, blocking},
};
use askama::Template;
use axum::{
    Router,
    extract::{Query, RawQuery, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use jiff::tz::TimeZone;
use paso_formats::moment::Moment;
use paso_pages::{Fields, Form, Frame, Lang, Voice};

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/custody", get(custody))
        .route("/sample", get(sample))
}

#[derive(Debug, Template)]
#[template(path = "figures/custody.html")]
struct Custody<'a> {
    f: Frame<'a>,
    authorities: Vec<Shown>,
}

#[derive(Debug)]
struct Shown {
    code: String,
    made: String,
    overdue: String,
    discrepancies: String,
    clean: bool,
    days: Vec<(String, u64, u64, u64)>,
}

#[derive(Debug, Template)]
#[template(path = "figures/sample.html")]
struct Sample<'a> {
    f: Frame<'a>,
    form: Form,
    answer: Option<String>,
}

fn draw(template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

impl Shown {
    fn new(voice: Voice<'_>, summary: &Summary) -> Self {
        let utc = |moment: Moment| moment.timestamp().to_zoned(TimeZone::UTC).datetime();
        let count = |key, number| voice.count(key, i64::try_from(number).unwrap_or(i64::MAX));
        Self {
            code: summary.authority.clone(),
            made: voice.moment(utc(summary.made()), 0),
            overdue: count("custody-overdue", summary.overdue),
            discrepancies: count("custody-discrepancies", summary.discrepancies),
            clean: summary.overdue == 0 && summary.discrepancies == 0,
            days: summary
                .days
                .iter()
                .map(|day| {
                    let date = utc(Moment::from_unix(day.begins)).date();
                    (voice.date(date), day.opened, day.ended, day.present)
                })
                .collect(),
        }
    }
}

async fn custody(State(shared): State<Shared>, lang: Lang, RawQuery(query): RawQuery) -> Response {
    let voice = shared.texts.speak(lang);
    let path = shared.summary.clone();
    let read = blocking(move || std::fs::read(&path)).await;
    let summaries: Vec<Summary> = match read {
        // Nobody has opened the statements yet.
        Some(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Some(Ok(bytes)) => match serde_json::from_slice(&bytes) {
            Ok(summaries) => summaries,
            Err(error) => {
                tracing::error!(%error, "custody.json is not what `veedor board --publish` writes");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        },
        Some(Err(error)) => {
            tracing::error!(%error, "custody.json cannot be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        None => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    draw(&Custody {
        f: frame(voice, "/custody", query.as_deref()).titled(voice.text("custody-title")),
        authorities: summaries
            .iter()
            .map(|summary| Shown::new(voice, summary))
            .collect(),
    })
}

async fn sample(
    State(shared): State<Shared>,
    lang: Lang,
    RawQuery(query): RawQuery,
    pairs: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let voice = shared.texts.speak(lang);
    let mut form = Form::of(Fields::new(
        pairs.map_or_else(|_| Vec::new(), |Query(pairs)| pairs),
    ));
    for (name, usual) in [("omiten", "5"), ("confianza", "95")] {
        if !form.fields.ticked(name) {
            form.fields.set(name, usual);
        }
    }
    let answer = match asked(&form.fields) {
        Ok(question) => Some(voice.count("sample-answer", i64::from(question.answer()))),
        Err((field, key)) => {
            form.problems.add(field, voice.text(key));
            None
        }
    };
    draw(&Sample {
        f: frame(voice, "/sample", query.as_deref()).titled(voice.text("sample-title")),
        form,
        answer,
    })
}

fn asked(fields: &Fields) -> Result<Question, (&'static str, &'static str)> {
    let percent = |name| {
        let text = fields.text(name).unwrap_or_default().replace(',', ".");
        text.trim_end_matches(['%', ' '])
            .parse()
            .unwrap_or(f64::NAN)
    };
    // What is no number is no number of people either.
    let people = fields
        .text("personas")
        .map(|text| text.parse().unwrap_or(MOST_PEOPLE + 1));
    Question::new(percent("omiten"), percent("confianza"), people).map_err(|error| match error {
        NoQuestion::Omitted => ("omiten", "sample-no-share"),
        NoQuestion::Confidence => ("confianza", "sample-no-confidence"),
        NoQuestion::Population => ("personas", "sample-no-people"),
    })
}
