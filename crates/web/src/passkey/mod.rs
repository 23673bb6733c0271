//! Asking a browser for a passkey, and the page on which an officer enrols one.
//!
//! Opening an invitation uses nothing up: programs that look at links before people do would spend
//! them. The passkey does.

use crate::{
    App, door::Public, fault::Fault, reply, routes::Routes, say, session::OpenForm, sign_in,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use paso_formats::moment::Moment;
use paso_pages::{Frame, Lang, Voice};
use paso_service::{
    passkey::{Asks, Enrolment, PasskeyError, PasskeyRefusal},
    session::Token,
};

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/alta/{token}", ask)
        .post("/alta/{token}", enrol)
        .post("/alta/{token}/sin-llave", enter_without)
}

/// The part of a page that asks for a passkey; see `asking.html` and `llave.js`.
pub(crate) struct Asking {
    pub(crate) kind: &'static str,
    pub(crate) action: String,
    pub(crate) options: String,
    pub(crate) ceremony: String,
    pub(crate) form_token: Option<String>,
    pub(crate) button: String,
    pub(crate) hint: &'static str,
}

/// What can happen while a browser is asked: errors by their names (WebAuthn L3 §5.1.3, §5.1.4), and
/// last what is said of any other.
const HAPPENINGS: [&str; 8] = [
    "espera",
    "NotAllowedError",
    "InvalidStateError",
    "NotSupportedError",
    "SecurityError",
    "ConstraintError",
    "sin-soporte",
    "otro",
];

impl Asking {
    /// Asks for a passkey of a ceremony.
    pub(crate) fn of(kind: &'static str, action: &str, asks: &Asks, button: String) -> Self {
        Self {
            kind,
            action: action.to_owned(),
            options: asks.options.clone(),
            ceremony: asks.ceremony.expose().to_owned(),
            form_token: None,
            button,
            hint: if kind == "crear" {
                "llave-hint-create"
            } else {
                "llave-hint-sign"
            },
        }
    }

    pub(crate) const fn names() -> [&'static str; 8] {
        HAPPENINGS
    }
}

/// Why a passkey was not taken, in the reader's words.
pub(crate) fn words(t: Voice<'_>, refusal: PasskeyRefusal) -> String {
    t.code("refusal", refusal.code())
}

/// What a browser answered; nothing where its script did not run.
pub(crate) fn answer(form: &OpenForm) -> (Token, String) {
    (
        Token::received(form.fields.typed("acto")),
        form.fields.typed("respuesta").to_owned(),
    )
}

#[derive(Template)]
#[template(path = "passkey/enrol.html")]
struct Enrol<'a> {
    f: Frame<'a>,
    officer: String,
    name: String,
    until: String,
    recovery: bool,
    ask: Asking,
    /// Where the demonstration lets in without a passkey.
    without: Option<String>,
    problem: Option<String>,
}

/// The end of a link, or of a ceremony.
#[derive(Template)]
#[template(path = "passkey/said.html")]
pub(crate) struct Said<'a> {
    pub(crate) f: Frame<'a>,
    pub(crate) text: String,
    pub(crate) more: Option<String>,
    pub(crate) to_sign_in: bool,
}

async fn ask(
    _: Public,
    State(app): State<App>,
    Path(token): Path<String>,
    lang: Lang,
    uri: Uri,
) -> Result<Response, Fault> {
    page(&app, lang, &uri, &token, None).await
}

/// The page of an invitation, with what went wrong before.
async fn page(
    app: &App,
    lang: Lang,
    uri: &Uri,
    link: &str,
    problem: Option<PasskeyRefusal>,
) -> Result<Response, Fault> {
    let t = app.speak(lang);
    let begun = app.service().begin_enrolment(&Token::received(link)).await;
    let enrolment = match begun {
        Ok(enrolment) => enrolment,
        Err(PasskeyError::Refused(refusal)) => return dead(app, lang, uri, refusal),
        Err(PasskeyError::Service(error)) => return Err(error.into()),
    };
    let Enrolment {
        officer,
        name,
        recovery,
        expires,
        asks,
    } = enrolment;
    let action = format!("/alta/{link}");
    let without = app.config().demo.then(|| format!("{action}/sin-llave"));
    let enrol = Enrol {
        f: app.frame(lang, uri).titled(t.text("enrol-title")),
        officer: officer.to_string(),
        name,
        until: at_home(app, t, expires),
        recovery,
        ask: Asking::of("crear", &action, &asks, t.text("enrol-button")),
        without,
        problem: problem.map(|refusal| words(t, refusal)),
    };
    reply::with_script(problem.is_none(), &enrol)
}

/// A moment in the zone of the authority's home post: nobody is signed in for a post yet.
fn at_home(app: &App, t: Voice<'_>, moment: Moment) -> String {
    let home = app.service().authority().home;
    let post = app.service().crossings().post(home.as_str());
    post.map_or_else(String::new, |post| say::at(t, post.zone(), moment))
}

/// A link that leads nowhere any more.
fn dead(app: &App, lang: Lang, uri: &Uri, refusal: PasskeyRefusal) -> Result<Response, Fault> {
    let t = app.speak(lang);
    reply::again(&Said {
        f: app.frame(lang, uri).titled(t.text("enrol-dead-title")),
        text: words(t, refusal),
        more: None,
        to_sign_in: false,
    })
}

async fn enrol(
    _: Public,
    State(app): State<App>,
    Path(token): Path<String>,
    lang: Lang,
    uri: Uri,
    form: OpenForm,
) -> Result<Response, Fault> {
    let (ceremony, answer) = answer(&form);
    let link = Token::received(&token);
    let service = app.service();
    match service.finish_enrolment(&link, &ceremony, &answer).await {
        Ok(enrolled) => {
            let t = app.speak(lang);
            reply::page(&Said {
                f: app.frame(lang, &uri).titled(t.text("enrol-done-title")),
                text: t.with("enrol-done", [("number", enrolled.officer.as_str())]),
                more: enrolled.recovery.then(|| t.text("enrol-done-recovery")),
                to_sign_in: true,
            })
        }
        Err(PasskeyError::Refused(refusal)) => page(&app, lang, &uri, &token, Some(refusal)).await,
        Err(PasskeyError::Service(error)) => Err(error.into()),
    }
}

/// Lets the person of an invitation in without a passkey: only in a demonstration, for what needs no
/// signature.
async fn enter_without(
    _: Public,
    State(app): State<App>,
    Path(token): Path<String>,
    lang: Lang,
    uri: Uri,
    headers: HeaderMap,
    _: OpenForm,
) -> Result<Response, Fault> {
    if !app.config().demo {
        return Err(Fault::NotFound);
    }
    let link = Token::received(&token);
    match app.service().enter_without_passkey(&link).await {
        Ok(signing_in) => sign_in::entered(&app, lang, &uri, &headers, signing_in).await,
        Err(PasskeyError::Refused(refusal)) => dead(&app, lang, &uri, refusal),
        Err(PasskeyError::Service(error)) => Err(error.into()),
    }
}
