//! Signing in with a passkey, choosing what for, and signing out.

use crate::{
    App,
    door::{Anyone, Public},
    fault::Fault,
    passkey::{self, Asking, Said},
    phone, reply,
    routes::Routes,
    session::{self, OpenForm, Sent},
};
use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, Uri, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use paso_domain::{crossings::PostCode, policy::Role};
use paso_pages::{self as pages, Form, Frame, Lang, cookie, headers};
use paso_service::{
    passkey::{Choice, PasskeyError, PasskeyRefusal, SigningIn},
    session::Token,
};

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/entrar", ask)
        .post("/entrar", enter)
        .post("/entrar/puesto", choose)
        .post("/salir", leave)
}

#[derive(Template)]
#[template(path = "sign_in/ask.html")]
struct SignIn<'a> {
    f: Frame<'a>,
    ask: Asking,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in/choose.html")]
struct Choose<'a> {
    f: Frame<'a>,
    form: Form,
    lead: String,
    token: String,
    roles: Vec<pages::Choice>,
    posts: Vec<pages::Choice>,
}

async fn ask(_: Public, State(app): State<App>, lang: Lang, uri: Uri) -> Result<Response, Fault> {
    page(&app, lang, &uri, None).await
}

async fn page(
    app: &App,
    lang: Lang,
    uri: &Uri,
    problem: Option<PasskeyRefusal>,
) -> Result<Response, Fault> {
    let t = app.speak(lang);
    let f = app.frame(lang, uri).titled(t.text("sign-in-title"));
    let asks = match app.service().begin_sign_in().await {
        Ok(asks) => asks,
        Err(PasskeyError::Refused(refusal)) => {
            return reply::again(&Said {
                f,
                text: passkey::words(t, refusal),
                more: None,
                to_sign_in: false,
            });
        }
        Err(PasskeyError::Service(error)) => return Err(error.into()),
    };
    let ask = SignIn {
        f,
        ask: Asking::of("firmar", "/entrar", &asks, t.text("sign-in-button")),
        problem: problem.map(|refusal| passkey::words(t, refusal)),
    };
    reply::with_script(problem.is_none(), &ask)
}

async fn enter(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    uri: Uri,
    headers: HeaderMap,
    form: OpenForm,
) -> Result<Response, Fault> {
    let (ceremony, answer) = passkey::answer(&form);
    match app.service().finish_sign_in(&ceremony, &answer).await {
        Ok(signing_in) => entered(&app, lang, &uri, &headers, signing_in).await,
        Err(PasskeyError::Refused(refusal)) => page(&app, lang, &uri, Some(refusal)).await,
        Err(PasskeyError::Service(error)) => Err(error.into()),
    }
}

/// The answer to somebody who was recognised: their session, or the question what for.
pub(crate) async fn entered(
    app: &App,
    lang: Lang,
    uri: &Uri,
    headers: &HeaderMap,
    signing_in: SigningIn,
) -> Result<Response, Fault> {
    match signing_in {
        SigningIn::Session(token) => with_session(app, headers, &token).await,
        SigningIn::Choose(choice) => {
            reply::page(&choices(app, lang, uri, &choice, Form::default()))
        }
    }
}

/// Gives the browser its session; the one it had before is over.
async fn with_session(app: &App, headers: &HeaderMap, token: &Token) -> Result<Response, Fault> {
    if let Some(old) = session::token(headers) {
        app.service().replace_session(&old, token).await?;
    }
    let cookie = cookie::secret(session::COOKIE, token.expose()).ok_or(Fault::Internal)?;
    let mut response = reply::see_other("/");
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

/// What an officer can be signed in for: roles, and the posts at which they count.
fn choices<'a>(app: &'a App, lang: Lang, uri: &Uri, choice: &Choice, form: Form) -> Choose<'a> {
    let t = app.speak(lang);
    let mut roles: Vec<Role> = choice.grants.iter().map(|grant| grant.role).collect();
    roles.sort_unstable();
    roles.dedup();
    let everywhere = choice.grants.iter().any(|grant| grant.posts.is_empty());
    let posts = app.service().crossings().posts().iter();
    let posts = posts.filter(|post| {
        let named = |grant: &paso_domain::officer::Grant| grant.posts.contains(&post.code);
        everywhere || choice.grants.iter().any(named)
    });
    Choose {
        f: app
            .frame(lang, uri)
            .titled(t.text("choose-title"))
            .holding("puesto", !form.problems.is_empty()),
        form,
        lead: t.with("choose-lead", [("number", choice.officer.as_str())]),
        token: choice.token.expose().to_owned(),
        roles: pages::Choice::of_codes(&t, "role", roles.into_iter().map(Role::code)),
        posts: posts
            .map(|post| pages::Choice {
                value: post.code.to_string(),
                label: post.name.clone(),
            })
            .collect(),
    }
}

async fn choose(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    uri: Uri,
    headers: HeaderMap,
    form: OpenForm,
) -> Result<Response, Fault> {
    let token = Token::received(form.fields.typed("acto"));
    let role = form.fields.typed("funcion").parse::<Role>().ok();
    let post = form.fields.typed("sitio").parse::<PostCode>().ok();
    match app.service().choose(&token, role, post).await {
        Ok(Ok(token)) => with_session(&app, &headers, &token).await,
        Ok(Err(choice)) => {
            let t = app.speak(lang);
            let mut form = Form::of(form.fields);
            match (role, post) {
                (None, _) => form.problems.add("funcion", t.text("choose-role-missing")),
                (_, None) => form.problems.add("sitio", t.text("choose-post-missing")),
                _ => {
                    let text = passkey::words(t, PasskeyRefusal::NotThere);
                    form.problems.add("sitio", text);
                }
            }
            reply::again(&choices(&app, lang, &uri, &choice, form))
        }
        Err(PasskeyError::Refused(refusal)) => page(&app, lang, &uri, Some(refusal)).await,
        Err(PasskeyError::Service(error)) => Err(error.into()),
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
    // What a phone has not sent yet is sealed, and must not go with the rest of what a browser keeps.
    let unsent = phone::unsent(&headers);
    let mut response = reply::page(&Said {
        f,
        text: t.text("signed-out"),
        more: unsent.map(|count| t.count("signed-out-unsent", count)),
        to_sign_in: true,
    })?;
    if let Some(gone) = cookie::remove(session::COOKIE) {
        response.headers_mut().append(SET_COOKIE, gone);
    }
    let forget = if unsent.is_some() {
        headers::FORGET_PAGES
    } else {
        headers::FORGET
    };
    Ok(([forget], response).into_response())
}
