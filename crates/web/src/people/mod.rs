//! The record of a person, and the finding that two records are one; it can be undone.

use crate::{
    contradictions::{self, Line},
    door::Allowed,
    fault::Fault,
    print, reply,
    routes::Routes,
    say,
    session::{Sent, Session},
    signing,
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use paso_domain::{
    id::PersonId,
    policy::{Power, powers},
};
use paso_formats::number::CardNumber;
use paso_pages::{Fields, Form, Frame};
use paso_service::{ServiceError, approval::Prepared};

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/personas/{id}", show)
        .post("/personas/{id}/unir", merge)
        .post("/personas/{id}/deshacer", undo)
}

/// What was stated about a person at one desk.
struct Stated {
    name: String,
    birth: String,
    nationality: String,
    document: String,
    machine_read: bool,
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage<'a> {
    f: Frame<'a>,
    id: String,
    form: Form,
    stated: Vec<Stated>,
    merged_into: Option<String>,
    may_merge: bool,
    reads_flag: bool,
    done: Option<&'static str>,
    /// What of their stays contradicts itself, open or settled.
    contested: Vec<Line>,
    mark: String,
}

fn id(text: &str) -> Result<PersonId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

async fn page<'a>(
    session: &'a Session,
    person: PersonId,
    form: Form,
    done: Option<&'static str>,
) -> Result<PersonPage<'a>, Fault> {
    let t = session.t();
    let permit = session.need().await?;
    let state = session.service().person(&permit, person).await?;
    let contested = session.service().contested_stays(&permit, person).await?;
    let contested = contested
        .iter()
        .map(|one| contradictions::line(session, one))
        .collect::<Result<_, _>>()?;
    let mut f = session.frame(t.text("person-title"))?;
    f.in_error = !form.problems.is_empty();
    Ok(PersonPage {
        f,
        id: person.to_string(),
        form,
        stated: state
            .claims()
            .iter()
            .rev()
            .map(|claim| Stated {
                name: format!("{} {}", claim.given, claim.surnames)
                    .trim()
                    .to_owned(),
                birth: say::birth(t, claim.birth),
                nationality: say::country(t, claim.nationality),
                document: print::shown_document(t, &claim.evidence),
                machine_read: claim.evidence.machine_read,
            })
            .collect(),
        merged_into: state.merged_into().map(|into| into.to_string()),
        may_merge: session.may(Power::MergePersons),
        reads_flag: session.may(Power::ReadProtectionFlag),
        done,
        contested,
        mark: session.app().once().mark(),
    })
}

async fn show(
    session: Allowed<powers::ReadCard>,
    Path(text): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let asked = query.unwrap_or_default();
    let done = asked.split('&').find_map(|part| match part {
        "unido" => Some("person-done-merged"),
        "deshecho" => Some("person-done-undone"),
        _ => None,
    });
    reply::page(&page(&session, id(&text)?, Form::default(), done).await?)
}

async fn merge(
    session: Allowed<powers::MergePersons>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let fields = sent.fields;
    let person = id(&text)?;
    let t = session.t();
    let mut form = Form::of(fields);
    let number = match form.fields.typed("otra").parse::<CardNumber>() {
        Ok(number) => number,
        Err(error) => {
            form.problems.add("otra", say::number_error(t, error));
            return reply::again(&page(&session, person, form, None).await?);
        }
    };
    let permit = session.need().await?;
    let into = match session.service().card(&permit, number).await {
        Ok(record) => record.card.person,
        Err(ServiceError::NotFound) => {
            form.problems.add("otra", t.text("refusal-card-unknown"));
            return reply::again(&page(&session, person, form, None).await?);
        }
        Err(error) => return Err(error.into()),
    };
    let reason = reason(&form.fields, "razon");
    let place = format!("/personas/{person}?unido");
    let merged = Box::pin(
        session
            .service()
            .merge(session.permit(), person, into, reason),
    );
    finish(&session, person, form, "razon", place, merged).await
}

async fn undo(
    session: Allowed<powers::MergePersons>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let fields = sent.fields;
    let person = id(&text)?;
    let form = Form::of(fields);
    let reason = reason(&form.fields, "razon-deshacer");
    let place = format!("/personas/{person}?deshecho");
    let undone = Box::pin(
        session
            .service()
            .undo_merge(session.permit(), person, reason),
    );
    finish(&session, person, form, "razon-deshacer", place, undone).await
}

fn reason(fields: &Fields, name: &str) -> String {
    fields.text(name).unwrap_or_default().to_owned()
}

/// Does it once, and says a refusal at the field it concerns.
async fn finish(
    session: &Session,
    person: PersonId,
    mut form: Form,
    field: &str,
    place: String,
    act: impl Future<Output = Result<Prepared, ServiceError>>,
) -> Result<Response, Fault> {
    let mark = form.fields.typed(crate::session::MARK).to_owned();
    let once = session.app().once();
    let done = once
        .decide(session.form_token(), &mark, async {
            act.await.map(|prepared| signing::next(&prepared, place))
        })
        .await;
    match done {
        Ok(place) => Ok(reply::see_other(&place)),
        Err(ServiceError::Refused(refusal)) => {
            form.problems
                .add(field, session.t().code("refusal", refusal.code()));
            reply::again(&page(session, person, form, None).await?)
        }
        Err(error) => Err(error.into()),
    }
}
