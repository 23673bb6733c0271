//! A receipt checked away from the authority that gave it: its signature by the authority's bundle,
//! its entry by the mirror's own copy of the log.
//!
//! No account, no name, no script, and nothing is recorded. Whoever has the code alone learns whether
//! the log holds a receipt of that code and nothing else: the mirror can open no body.

use crate::{
    board::frame,
    mirror::{DbError, Mirror},
    server::Shared,
};
use askama::Template;
use axum::{
    Form as Posted, Router,
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use paso_formats::{
    moment::Moment,
    receipt::{
        self, Code, LOGGED_WITHIN_SECONDS, LogAnswer, LogState, ReceiptFinding, ReceiptVerdict,
        judge,
    },
};
use paso_pages::{
    Fields, Form, Frame, Lang, Voice,
    receipt::{Line, View, spoken},
};
use paso_tlog::{cosignature::Timestamp, policy::Policy, proof_file::ProofFile};

/// The form's name, by which the language is switched without losing what was typed.
const FORM: &str = "comprobar";

/// The most lines of a pasted text that are looked at.
const MOST_LINES: usize = 16;

pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/verify", get(fresh).post(check))
}

#[derive(Debug, Template)]
#[template(path = "verify/ask.html")]
struct Ask<'a> {
    f: Frame<'a>,
    form: Form,
}

#[derive(Debug, Template)]
#[template(path = "verify/checked.html")]
struct Checked<'a> {
    f: Frame<'a>,
    view: View,
    /// Sent again when the language is switched.
    text: String,
}

#[derive(Debug, Template)]
#[template(path = "verify/spoken.html")]
struct SpokenPage<'a> {
    f: Frame<'a>,
    code: String,
    /// What is told of each receipt under the code.
    told: Vec<Vec<Line>>,
}

fn ask(voice: Voice<'_>, form: Form) -> Response {
    let status = if form.problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let f = frame(voice, "/verify", None)
        .titled(voice.text("verify-title"))
        .holding(FORM, !form.problems.is_empty());
    page(status, &Ask { f, form })
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn fresh(State(shared): State<Shared>, lang: Lang) -> Response {
    ask(shared.texts.speak(lang), Form::default())
}

async fn check(
    State(shared): State<Shared>,
    lang: Lang,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Response {
    let voice = shared.texts.speak(lang);
    let mut form = Form::of(Fields::new(pairs));
    if !form.fields.ticked("accion") {
        return ask(voice, form);
    }
    // One code a line, as a scanner types them. A space belongs to the code.
    let pasted = form.fields.typed("texto").lines().take(MOST_LINES);
    let lines: Vec<&str> = pasted.filter(|line| !line.trim().is_empty()).collect();
    let readable = lines.iter().find(|line| receipt::read(line).is_ok());
    let typed = form.fields.typed("codigo").trim();
    let told = if let Some(line) = readable.or(lines.first()) {
        // The code may have been typed where the text belongs.
        match line.parse::<Code>() {
            Ok(code) => by_code(&shared, voice, code).await,
            Err(_) => by_text(&shared, voice, line).await,
        }
    } else if let Ok(code) = typed.parse::<Code>() {
        by_code(&shared, voice, code).await
    } else {
        let (field, key) = if typed.is_empty() {
            ("texto", "verify-nothing")
        } else {
            ("codigo", "receipt-shape")
        };
        form.problems.add(field, voice.text(key));
        return ask(voice, form);
    };
    told.unwrap_or_else(|error| {
        tracing::error!(%error, "the mirror did not answer");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

async fn by_text(shared: &Shared, voice: Voice<'_>, text: &str) -> Result<Response, DbError> {
    let now = shared.witness.now();
    let mut verdict = judge(text, None, LogAnswer::NotAsked, moment(now));
    for mirror in shared.mirrors.iter() {
        let found = judged(mirror, text, &shared.policy, now).await?;
        let theirs = !matches!(
            found.finding,
            ReceiptFinding::NoBundle | ReceiptFinding::UnknownKey
        );
        verdict = found;
        // The authority whose key it names is the one to be asked.
        if theirs {
            break;
        }
    }
    let view = View::of(voice, &verdict, &|_| None);
    let f = frame(voice, "/verify", None)
        .titled(voice.with("verify-result-title", [("word", &view.word)]))
        .holding(FORM, false);
    let text = text.to_owned();
    Ok(page(StatusCode::OK, &Checked { f, view, text }))
}

/// The verdict by what one mirror knows.
async fn judged(
    mirror: &Mirror,
    text: &str,
    policy: &Policy,
    now: Timestamp,
) -> Result<ReceiptVerdict, DbError> {
    let bundle = mirror.bundle().await?;
    let judge = |answer| judge(text, bundle.as_ref(), answer, moment(now));
    let Ok(receipt) = receipt::read(text) else {
        return Ok(judge(LogAnswer::NotAsked));
    };
    if let Some(proof) = mirror.proof_of(&receipt).await? {
        let file = proof.to_string();
        return Ok(judge(LogAnswer::Proof {
            file: file.as_bytes(),
            policy,
        }));
    }
    // That the entry is missing may be said only by a copy that was complete after its time ran out.
    let given = receipt.claims().body.facts().at;
    let complete = mirror.complete().await?;
    let due = given.plus(LOGGED_WITHIN_SECONDS);
    let knows = moment(now) <= due || complete.is_some_and(|complete| moment(complete) > due);
    Ok(judge(if knows {
        LogAnswer::Nothing
    } else {
        LogAnswer::NotAsked
    }))
}

async fn by_code(shared: &Shared, voice: Voice<'_>, code: Code) -> Result<Response, DbError> {
    let mut told = Vec::new();
    for mirror in shared.mirrors.iter() {
        for proof in mirror.proofs(code).await? {
            let state = if is_final(&proof, &shared.policy) {
                LogState::Witnessed
            } else {
                LogState::Unwitnessed
            };
            told.push(spoken(voice, None, state, &|_| None));
        }
    }
    let f = frame(voice, "/verify", None)
        .titled(voice.with("verify-code-title", [("code", &code.to_string())]))
        .holding(FORM, false);
    let code = code.to_string();
    Ok(page(StatusCode::OK, &SpokenPage { f, code, told }))
}

fn is_final(proof: &ProofFile, policy: &Policy) -> bool {
    let leaf = proof.unverified_extra().unwrap_or_default();
    proof.verify(leaf, policy).is_ok()
}

fn moment(at: Timestamp) -> Moment {
    Moment::from_unix(i64::try_from(at.seconds()).unwrap_or(i64::MAX))
}
