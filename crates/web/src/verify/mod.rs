//! A receipt checked by anyone: no account, no name, no script.
//!
//! Whoever has the paper has its text, pasted or photographed, and learns what the text says and
//! whether the log holds it. Whoever has the eight characters alone learns that some receipt was
//! given, of what kind, at which post, on which day, and no more: characters are overheard, and one in
//! so many is guessed (THREATS.md). Nothing of this is recorded.

use crate::{
    App, checkpoint::codes, door::Public, fault::Fault, picture, reply, routes::Routes, session,
};
use askama::Template;
use axum::{
    extract::{Request, State},
    http::Uri,
    response::Response,
};
use paso_formats::receipt::{self, Code};
use paso_pages::{
    Fields, Form, Frame, Lang,
    receipt::{Line, Place, View, spoken},
};
use paso_service::Service;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/verify", fresh)
        .post("/verify", check)
}

/// The form's name, by which the language is switched without losing what was typed.
const FORM: &str = "comprobar";

#[derive(Template)]
#[template(path = "verify/ask.html")]
struct Ask<'a> {
    f: Frame<'a>,
    form: Form,
}

fn ask_page(app: &App, lang: Lang, form: Form) -> Ask<'_> {
    let title = app.speak(lang).text("verify-title");
    let f = app
        .frame(lang, &Uri::from_static("/verify"))
        .titled(title)
        .holding(FORM, !form.problems.is_empty());
    Ask { f, form }
}

async fn fresh(_: Public, State(app): State<App>, lang: Lang) -> Result<Response, Fault> {
    reply::page(&ask_page(&app, lang, Form::default()))
}

#[derive(Template)]
#[template(path = "verify/checked.html")]
struct Checked<'a> {
    f: Frame<'a>,
    view: View,
    /// Sent again when the language is switched.
    text: String,
}

#[derive(Template)]
#[template(path = "verify/spoken.html")]
struct SpokenPage<'a> {
    f: Frame<'a>,
    code: String,
    /// What is told of each receipt under the code.
    told: Vec<Vec<Line>>,
}

async fn check(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    request: Request,
) -> Result<Response, Fault> {
    session::own(request.headers(), &app)?;
    let (pairs, files) = session::read(request, &app).await?;
    let mut form = Form::of(Fields::new(pairs));
    let t = app.speak(lang);
    if !form.fields.ticked("accion") {
        return reply::page(&ask_page(&app, lang, form));
    }
    let mut texts = codes(form.fields.typed("texto"));
    let picture = files.into_iter().find(|(name, _)| name == "foto");
    if let Some((_, bytes)) = picture.filter(|(_, bytes)| !bytes.is_empty()) {
        match picture::texts(&app, bytes).await? {
            Ok(found) => texts.extend(found),
            Err(reason) => {
                form.problems.add("foto", t.code("scan", reason));
                return reply::again(&ask_page(&app, lang, form));
            }
        }
    }
    // A sheet may show other codes beside the receipt's.
    let receipt = texts.iter().find(|text| receipt::read(text).is_ok());
    if let Some(text) = receipt.or(texts.first()) {
        // The code may have been typed where the text belongs.
        return match text.parse::<Code>() {
            Ok(code) => by_code(&app, lang, code).await,
            Err(_) => by_text(&app, lang, text).await,
        };
    }
    let typed = form.fields.typed("codigo").trim().to_owned();
    if typed.is_empty() {
        form.problems.add("texto", t.text("verify-nothing"));
        return reply::again(&ask_page(&app, lang, form));
    }
    if let Ok(code) = typed.parse::<Code>() {
        return by_code(&app, lang, code).await;
    }
    form.problems.add("codigo", t.text("receipt-shape"));
    reply::again(&ask_page(&app, lang, form))
}

async fn by_text(app: &App, lang: Lang, text: &str) -> Result<Response, Fault> {
    let t = app.speak(lang);
    let verdict = app.service().verify_receipt(text, app.log()).await?;
    let view = View::of(t, &verdict, &places(app.service()));
    let f = app
        .frame(lang, &Uri::from_static("/verify"))
        .titled(t.with("verify-result-title", [("word", &view.word)]))
        .holding(FORM, false);
    reply::page(&Checked {
        f,
        view,
        text: text.to_owned(),
    })
}

async fn by_code(app: &App, lang: Lang, code: Code) -> Result<Response, Fault> {
    let t = app.speak(lang);
    let told = app.service().told_by_code(code).await?;
    let places = places(app.service());
    let f = app
        .frame(lang, &Uri::from_static("/verify"))
        .titled(t.with("verify-code-title", [("code", &code.to_string())]))
        .holding(FORM, false);
    reply::page(&SpokenPage {
        f,
        code: code.to_string(),
        told: told
            .iter()
            .map(|told| spoken(t, told.said.as_ref(), told.log, &places))
            .collect(),
    })
}

/// The posts of this authority, by their codes.
pub(crate) fn places(service: &Service) -> impl Fn(&str) -> Option<Place> + '_ {
    |code| {
        service.crossings().post(code).map(|post| Place {
            name: post.name.clone(),
            zone: post.zone().time_zone().clone(),
        })
    }
}
