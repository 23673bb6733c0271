//! Signing in with a one-time link, and out.
//!
//! Opening a link uses nothing up: programs that look at links before people do would spend them.
//! The button on the page does.

use crate::{
    App,
    door::{Anyone, Public},
    fault::Fault,
    reply,
    routes::Routes,
    session::{self, Sent},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri, header::SET_COOKIE},
    response::{IntoResponse as _, Response},
};
use paso_pages::{Frame, Lang, cookie, headers};
use paso_service::{ServiceError, session::Token};

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/entrar/{token}", ask)
        .post("/entrar/{token}", enter)
        .post("/salir", leave)
}

#[derive(Template)]
#[template(path = "sign_in/ask.html")]
struct Ask<'a> {
    f: Frame<'a>,
    action: &'a str,
}

#[derive(Template)]
#[template(path = "sign_in/said.html")]
struct Said<'a> {
    f: Frame<'a>,
    text: String,
}

async fn ask(_: Public, State(app): State<App>, lang: Lang, uri: Uri) -> Result<Response, Fault> {
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
    headers: HeaderMap,
) -> Result<Response, Fault> {
    session::own(&headers, &app)?;
    match app.service().redeem(&Token::received(&token)).await {
        Ok(token) => {
            let cookie = cookie::secret(session::COOKIE, token.expose()).ok_or(Fault::Internal)?;
            let mut response = reply::see_other("/");
            response.headers_mut().append(SET_COOKIE, cookie);
            Ok(response)
        }
        Err(ServiceError::NotFound) => {
            let t = app.speak(lang);
            let f = app.frame(lang, &uri).titled(t.text("sign-in-used-title"));
            reply::again(&Said {
                f,
                text: t.text("sign-in-used"),
            })
        }
        Err(error) => Err(error.into()),
    }
}

async fn leave(
    session: Anyone,
    State(app): State<App>,
    lang: Lang,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Fault> {
    if let Some(token) = session::token(&headers) {
        app.service().sign_out(&token).await?;
    }
    drop((session, sent));
    let t = app.speak(lang);
    let f = app
        .frame(lang, &Uri::from_static("/"))
        .titled(t.text("signed-out-title"));
    let mut response = reply::page(&Said {
        f,
        text: t.text("signed-out"),
    })?;
    if let Some(gone) = cookie::remove(session::COOKIE) {
        response.headers_mut().append(SET_COOKIE, gone);
    }
    Ok(([headers::FORGET], response).into_response())
}
