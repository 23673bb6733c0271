//! The checkpoint: read what is shown, see the verdict at two metres, do what it says, and leave a
//! receipt with the person.

mod encounter;
mod verdict;

use crate::{
    door::Allowed,
    fault::Fault,
    picture, reply,
    routes::Routes,
    session::{Sent, Session},
};
use askama::Template;
use axum::response::Response;
use paso_domain::policy::powers;
use paso_formats::number::CardNumber;
use paso_pages::{Form, Frame};

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/punto", fresh)
        .post("/punto", check)
        .and(encounter::routes())
}

/// The most codes looked at in one check: a card and a slip, and a second try at each.
pub(crate) const MOST_CODES: usize = 4;

#[derive(Template)]
#[template(path = "checkpoint/check.html")]
struct Check<'a> {
    f: Frame<'a>,
    form: Form,
    state: String,
}

fn check_page(session: &Session, form: Form) -> Result<Check<'_>, Fault> {
    let t = session.t();
    let f = session
        .frame(t.text("check-title"))?
        .holding("revision", !form.problems.is_empty());
    let state = crate::say::state(t, session.post()?.state().as_str());
    Ok(Check { f, form, state })
}

async fn fresh(session: Allowed<powers::CheckCard>) -> Result<Response, Fault> {
    reply::page(&check_page(&session, Form::default())?)
}

async fn check(session: Allowed<powers::CheckCard>, mut sent: Sent) -> Result<Response, Fault> {
    let picture = sent.take_file("foto");
    let t = session.t();
    let mut form = Form::of(sent.fields);
    if !form.fields.ticked("accion") {
        return reply::page(&check_page(&session, form)?);
    }
    let mut texts = codes(form.fields.typed("codigo"));
    if let Some(problem) = texts.iter().find_map(|text| number_instead(text)) {
        form.problems.add("codigo", t.text(problem));
        return reply::again(&check_page(&session, form)?);
    }
    if let Some(bytes) = picture {
        match picture::texts(session.app(), bytes).await? {
            Ok(found) => texts.extend(found),
            Err(reason) => {
                form.problems.add("foto", t.code("scan", reason));
                return reply::again(&check_page(&session, form)?);
            }
        }
    }
    texts.truncate(MOST_CODES);
    if texts.is_empty() {
        form.problems.add("codigo", t.text("check-nothing"));
        return reply::again(&check_page(&session, form)?);
    }
    reply::page(&verdict::page(
        &session,
        session.permit(),
        &texts,
        Form::default(),
    )?)
}

/// The codes in a text: one a line, as a scanner types them. A space belongs to the code.
pub(crate) fn codes(text: &str) -> Vec<String> {
    text.split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.trim_matches('\t').to_owned())
        .take(MOST_CODES)
        .collect()
}

/// A card's number proves nothing: anyone can write one down.
fn number_instead(text: &str) -> Option<&'static str> {
    text.parse::<CardNumber>()
        .is_ok()
        .then_some("check-number-instead")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_types_one_code_a_line() {
        assert_eq!(codes("6BF A\r\n7CX\n"), ["6BF A", "7CX"]);
        assert_eq!(
            codes(" AB"),
            [" AB"],
            "a space at the edge belongs to base45"
        );
        assert!(codes(" \r\n\t").is_empty());
    }
}
