//! The family's page: the secret from the person's receipt shows whether they are in custody, and
//! nothing more. Never where, how, or when somebody leaves: whoever waits outside the gate could read
//! it, too. No account, no script, nothing recorded.

use crate::{App, door::Public, fault::Fault, reply, routes::Routes, session::OpenForm};
use askama::Template;
use axum::{extract::State, http::Uri, response::Response};
use paso_formats::secret::Secret;
use paso_pages::{Form, Frame, Lang};
use paso_service::{ServiceError, custody::Known};

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/familia", fresh)
        .post("/familia", ask)
}

#[derive(Template)]
#[template(path = "custody/family.html")]
struct FamilyPage<'a> {
    f: Frame<'a>,
    form: Form,
    /// What the secret shows; none while nobody asked.
    known: Option<(&'static str, String)>,
    complaints: String,
}

fn page<'a>(
    app: &'a App,
    lang: Lang,
    form: Form,
    known: Option<(&'static str, String)>,
) -> FamilyPage<'a> {
    let f = app
        .frame(lang, &Uri::from_static("/familia"))
        .titled(app.speak(lang).text("family-title"))
        .holding("preguntar", !form.problems.is_empty());
    FamilyPage {
        f,
        form,
        known,
        complaints: app.service().authority().complaints.clone(),
    }
}

async fn fresh(_: Public, State(app): State<App>, lang: Lang) -> Result<Response, Fault> {
    reply::page(&page(&app, lang, Form::default(), None))
}

async fn ask(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    sent: OpenForm,
) -> Result<Response, Fault> {
    let t = app.speak(lang);
    let mut form = Form::of(sent.fields);
    if !form.fields.ticked("accion") {
        return reply::page(&page(&app, lang, form, None));
    }
    let Ok(secret) = form.fields.typed("secreto").parse::<Secret>() else {
        form.problems.add("secreto", t.text("family-shape"));
        return reply::again(&page(&app, lang, form, None));
    };
    let of = [("authority", app.service().authority().name.as_str())];
    let known = match app.service().known_by_secret(&secret).await {
        Ok(Known::InCustody) => ("warn", t.with("family-in-custody", of)),
        Ok(Known::NoLonger) => ("note", t.with("family-no-longer", of)),
        Err(ServiceError::NotFound) => ("note", t.text("family-nothing")),
        Err(error) => return Err(error.into()),
    };
    reply::page(&page(&app, lang, form, Some(known)))
}
