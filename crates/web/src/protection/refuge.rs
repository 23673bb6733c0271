//! The refuge office: whom a screening referred to it, whose flag it raises and lowers, and the
//! consents it keeps. Nobody else has these pages; to all others they look absent.

use super::{id, states};
use crate::{
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    say,
    session::{MARK, Sent, Session},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use paso_domain::{
    id::PersonId,
    policy::powers,
    protection::{Consenting, FlagAfter},
};
use paso_formats::{moment::Moment, number::CardNumber};
use paso_pages::{Choice, Form, Frame};
use paso_service::{
    ServiceError,
    access::Permit,
    protection::{PAGE, RefugeMatter, RefugeRow},
};
use std::collections::HashMap;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/refugio", list)
        .post("/refugio", find)
        .get("/refugio/{id}", show)
        .post("/refugio/{id}/senal", raise)
        .post("/refugio/{id}/fin", end)
        .post("/refugio/{id}/consentimiento", consent)
}

/// One line of the list.
struct Line {
    href: String,
    name: String,
    birth: String,
    nationality: String,
    standing: String,
    at: String,
}

#[derive(Template)]
#[template(path = "protection/list.html")]
struct List<'a> {
    f: Frame<'a>,
    form: Form,
    lines: Vec<Line>,
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "protection/matter.html")]
struct Matter<'a> {
    f: Frame<'a>,
    form: Form,
    id: String,
    name: String,
    birth: String,
    nationality: String,
    standing: String,
    consented: Vec<String>,
    claim: bool,
    flag: bool,
    states: Vec<Choice>,
    by: Vec<Choice>,
    after: Vec<Choice>,
    mark: String,
}

fn nationality(session: &Session, matter: &RefugeMatter) -> String {
    let t = session.t();
    let names: Vec<_> = matter
        .nationalities
        .iter()
        .map(|state| say::country(t, *state))
        .collect();
    say::list(t, &names)
}

/// What a matter stands at, as a code.
const fn standing(matter: &RefugeMatter) -> &'static str {
    match (matter.claim, matter.flag, matter.referred) {
        (true, _, _) => "claim",
        (false, true, true) => "referred",
        (false, true, false) => "protected",
        (false, false, _) => "lifted",
    }
}

async fn list_page<'a>(
    session: &'a Session,
    permit: &Permit<powers::RecordClaim>,
    after: Option<RefugeRow>,
    form: Form,
) -> Result<List<'a>, Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    let matters = session.service().refuge_matters(permit, after).await?;
    let mut f = session.frame(t.text("refuge-title"))?;
    f.in_error = !form.problems.is_empty();
    let last = matters.last().and_then(|matter| matter.row);
    Ok(List {
        f,
        form,
        more: last
            .filter(|_| matters.len() == PAGE as usize)
            .map(|row| format!("/refugio?desde={}.{}", row.at.unix(), row.person)),
        lines: matters
            .iter()
            .map(|matter| Line {
                href: format!("/refugio/{}", matter.person),
                name: matter.name.clone(),
                birth: say::birth(t, matter.birth),
                nationality: nationality(session, matter),
                standing: t.code("refuge-standing", standing(matter)),
                at: matter
                    .row
                    .map(|row| say::at(t, zone, row.at))
                    .unwrap_or_default(),
            })
            .collect(),
    })
}

/// Where a page of the list ended, as its address says it.
fn cursor(text: &str) -> Option<RefugeRow> {
    let (at, person) = text.split_once('.')?;
    Some(RefugeRow {
        at: Moment::from_unix(at.parse().ok()?),
        person: person.parse().ok()?,
    })
}

async fn list(
    session: Allowed<powers::RecordClaim>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let after = query.get("desde").and_then(|text| cursor(text));
    reply::page(&list_page(&session, session.permit(), after, Form::default()).await?)
}

/// The person of a card, for whom nobody has referred.
async fn find(session: Allowed<powers::RecordClaim>, sent: Sent) -> Result<Response, Fault> {
    let mut form = Form::of(sent.fields);
    let t = session.t();
    let problem = match form.fields.typed("tarjeta").parse::<CardNumber>() {
        Ok(number) => match session
            .service()
            .refuge_of_card(session.permit(), number)
            .await
        {
            Ok(person) => return Ok(reply::see_other(&format!("/refugio/{person}"))),
            Err(ServiceError::NotFound) => t.text("refusal-card-unknown"),
            Err(error) => return Err(error.into()),
        },
        Err(error) => say::number_error(t, error),
    };
    form.problems.add("tarjeta", problem);
    reply::again(&list_page(&session, session.permit(), None, form).await?)
}

async fn matter_page<'a>(
    session: &'a Session,
    permit: &Permit<powers::RecordClaim>,
    person: PersonId,
    form: Form,
) -> Result<Matter<'a>, Fault> {
    let t = session.t();
    let matter = session.service().refuge_matter(permit, person).await?;
    let mut f = session.frame(t.text("refuge-matter-title"))?;
    f.in_error = !form.problems.is_empty();
    Ok(Matter {
        f,
        form,
        id: matter.person.to_string(),
        birth: say::birth(t, matter.birth),
        nationality: nationality(session, &matter),
        standing: t.code("refuge-standing", standing(&matter)),
        consented: matter
            .consented
            .iter()
            .map(|state| say::country(t, *state))
            .collect(),
        claim: matter.claim,
        flag: matter.flag,
        states: states(session, matter.nationalities.iter().copied()),
        by: Choice::of_codes(&t, "refuge-by", Consenting::ALL.map(Consenting::code)),
        after: Choice::of_codes(&t, "refuge-after", FlagAfter::ALL.map(FlagAfter::code)),
        mark: session.app().once().mark(),
        name: matter.name,
    })
}

async fn show(
    session: Allowed<powers::RecordClaim>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let form = Form::default();
    reply::page(&matter_page(&session, session.permit(), id(&text)?, form).await?)
}

async fn raise(
    session: Allowed<powers::RecordClaim>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let person = id(&text)?;
    let raised = session.service().notify_claim(session.permit(), person);
    finish(
        &session,
        person,
        Form::of(sent.fields),
        "senal",
        Box::pin(raised),
    )
    .await
}

async fn end(
    session: Allowed<powers::RecordClaim>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let person = id(&text)?;
    let mut form = Form::of(sent.fields);
    let Ok(flag) = form.fields.typed("despues").parse::<FlagAfter>() else {
        form.problems
            .add("despues", session.t().text("refuge-after-missing"));
        return reply::again(&matter_page(&session, session.permit(), person, form).await?);
    };
    let ended = session.service().end_claim(session.permit(), person, flag);
    finish(&session, person, form, "despues", Box::pin(ended)).await
}

async fn consent(
    session: Allowed<powers::RecordClaim>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let person = id(&text)?;
    let mut form = Form::of(sent.fields);
    let to = say::typed_country(session.t(), form.fields.typed("consulado"));
    let by = form.fields.typed("quien").parse::<Consenting>();
    let (Some(to), Ok(by)) = (to, by) else {
        form.problems
            .add("quien", session.t().text("refuge-consent-missing"));
        return reply::again(&matter_page(&session, session.permit(), person, form).await?);
    };
    let evidence = form.fields.typed("prueba").to_owned();
    let (service, permit) = (session.service(), session.permit());
    let given = Box::pin(service.consent(permit, person, to, by, &evidence));
    finish(&session, person, form, "prueba", given).await
}

/// Does it once, and says a refusal at the field it concerns.
async fn finish(
    session: &Allowed<powers::RecordClaim>,
    person: PersonId,
    mut form: Form,
    field: &str,
    act: impl Future<Output = Result<(), ServiceError>>,
) -> Result<Response, Fault> {
    let mark = form.fields.typed(MARK).to_owned();
    let place = format!("/refugio/{person}");
    let once = session.app().once();
    let done = once.decide(session.form_token(), &mark, async {
        act.await.map(|()| place)
    });
    match done.await {
        Ok(place) => Ok(reply::see_other(&place)),
        Err(ServiceError::Refused(refusal)) => {
            form.problems
                .add(field, session.t().code("refusal", refusal.code()));
            reply::again(&matter_page(session, session.permit(), person, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}
