//! `/punto/telefono`: the officer's reader. It holds nothing of anyone and no session, so that a phone can
//! keep it and open it where there is no network. Who is there, a shift says that was opened on the phone
//! before ([`super::shift`]); without one, acts are recorded on the pages that know it.

use super::{
    assets::{FILES, MANIFEST, OFFICER},
    trust,
    words::{self, Reader, STATES},
};
use crate::{App, door::Public, fault::Fault, reply, routes::Routes};
use askama::Template;
use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse as _, Response},
};
use paso_domain::encounter::Outcome;
use paso_pages::{Choice, Frame, Lang, headers::Scripts};

pub(crate) fn routes() -> Routes {
    Routes::default().get(OFFICER.page, reader)
}

/// What a page tells its script: where its files are, and the words.
pub(super) struct Wiring {
    pub(super) script: &'static str,
    pub(super) style: &'static str,
    pub(super) worker: &'static str,
    pub(super) verifier: &'static str,
    pub(super) service: &'static str,
    pub(super) scope: &'static str,
    pub(super) anchor: &'static str,
    pub(super) bundle: &'static str,
    pub(super) words: String,
}

impl Wiring {
    pub(super) fn new(shell: &super::assets::Shell, words: String) -> Self {
        Self {
            script: &FILES.page,
            style: &FILES.style,
            worker: &FILES.worker,
            verifier: &FILES.verifier,
            service: shell.service,
            scope: shell.scope,
            anchor: trust::ANCHOR,
            bundle: trust::BUNDLE,
            words,
        }
    }
}

#[derive(Template)]
#[template(path = "phone/officer.html")]
struct Page<'a> {
    f: Frame<'a>,
    wiring: Wiring,
    manifest: &'static str,
    states: &'static [(&'static str, &'static str)],
    shift: &'static str,
    outcomes: Vec<Choice>,
    shift_words: String,
}

async fn reader(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    uri: Uri,
) -> Result<Response, Fault> {
    let t = app.speak(lang);
    let page = reply::page(&Page {
        f: app.frame(lang, &uri).titled(t.text("phone-title")),
        wiring: Wiring::new(&OFFICER, words::json(t, Reader::Officer)),
        manifest: MANIFEST,
        states: &STATES,
        shift: &FILES.shift,
        outcomes: Choice::of_codes(&t, "outcome", Outcome::ALL.map(Outcome::code)),
        shift_words: words::of_shift(t),
    })?;
    Ok((Scripts::Phone, page).into_response())
}
