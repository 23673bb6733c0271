//! Signing in with a one-time link and no passkey: only in a demonstration, for what needs no
//! signature.
//!
//! Opening a link uses nothing up: programs that look at links before people do would spend them.
//! The button on the page does.

use crate::{
    App, door::Public, fault::Fault, passkey::Said, reply, routes::Routes, session::OpenForm,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use paso_pages::{Frame, Lang};
use paso_service::{ServiceError, session::Token};

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/entrar/{token}", ask)
        .post("/entrar/{token}", enter)
}

#[derive(Template)]
#[template(path = "sign_in/link.html")]
struct Ask<'a> {
    f: Frame<'a>,
    action: &'a str,
}

async fn ask(_: Public, State(app): State<App>, lang: Lang, uri: Uri) -> Result<Response, Fault> {
    if !app.config().demo {
        return Err(Fault::NotFound);
    }
    let f = app
        .frame(lang, &uri)
        .titled(app.speak(lang).text("sign-in-title"));
    reply::page(&Ask {
        f,
        action: uri.path(),
    })
}

async fn enter(
    _: Public,
    State(app): State<App>,
    Path(token): Path<String>,
    lang: Lang,
    uri: Uri,
    _: OpenForm,
) -> Result<Response, Fault> {
    if !app.config().demo {
        return Err(Fault::NotFound);
    }
    match app.service().redeem(&Token::received(&token)).await {
        Ok(token) => super::with_session(&token),
        Err(ServiceError::NotFound) => {
            let t = app.speak(lang);
            reply::again(&Said {
                f: app.frame(lang, &uri).titled(t.text("sign-in-used-title")),
                text: t.text("sign-in-used"),
                more: None,
                to_sign_in: false,
            })
        }
        Err(error) => Err(error.into()),
    }
}
