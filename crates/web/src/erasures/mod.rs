//! Erasing a person's records: what would go, what stands in the way and what to do about it, and
//! what was carried out. Two people of two bodies sign; nothing here erases anything by itself.

use crate::{
    door::Allowed,
    fault::Fault,
    print, reply,
    routes::Routes,
    say,
    session::{MARK, Sent, Session},
    signing, subject,
};
use askama::Template;
use axum::{extract::Query, response::Response};
use paso_domain::{
    erasure::ErasureGround,
    id::PersonId,
    policy::{Power, powers},
    subject::Subject,
};
use paso_pages::{Choice, Form, Frame};
use paso_service::{
    ServiceError,
    access::Permit,
    approval::Plan,
    erasure::{COMMAND, Prospect},
};
use std::collections::HashMap;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/supresiones", list)
        .post("/supresiones", propose)
        .get("/supresiones/nueva", ask)
}

/// One erasure that was carried out.
struct Line {
    at: String,
    ground: String,
    folio: String,
    subjects: u64,
}

#[derive(Template)]
#[template(path = "erasures/list.html")]
struct ListPage<'a> {
    f: Frame<'a>,
    form: Form,
    may_propose: bool,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "erasures/ask.html")]
struct AskPage<'a> {
    f: Frame<'a>,
    id: String,
    counts: String,
    /// What stands in the way and what to do about it, one sentence each.
    obstacles: Vec<String>,
    grounds: Vec<Choice>,
    form: Form,
    mark: String,
}

async fn list(session: Allowed<powers::ReadProposals>) -> Result<Response, Fault> {
    reply::page(&list_page(&session, session.permit(), Form::default()).await?)
}

async fn list_page<'a>(
    session: &'a Session,
    permit: &Permit<powers::ReadProposals>,
    form: Form,
) -> Result<ListPage<'a>, Fault> {
    let t = session.t();
    let rows = session.service().erasures(permit).await?;
    let zone = session.post()?.zone();
    let mut f = session.frame(t.text("erasures-title"))?;
    f.in_error = !form.problems.is_empty();
    Ok(ListPage {
        f,
        form,
        may_propose: session.may(Power::ProposeErasure),
        lines: rows
            .iter()
            .map(|row| Line {
                at: say::at(t, zone, row.at),
                ground: t.code("erasure-ground", row.ground.code()),
                folio: print::short(&row.erasure.to_string()),
                subjects: row.subjects,
            })
            .collect(),
    })
}

/// What an erasure of the person would be; the record is named as on the list's form.
async fn ask(
    session: Allowed<powers::ProposeErasure>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let typed = query.get("de").map(String::as_str).unwrap_or_default();
    let problem = match subject::typed(t, typed) {
        Ok(record) => match prospect(&session, &record).await {
            Ok(prospect) => return reply::page(&ask_page(&session, &prospect, Form::default())?),
            Err(ServiceError::NotFound) => t.text("subject-unknown"),
            Err(error) => return Err(error.into()),
        },
        Err(problem) => problem,
    };
    let mut form = Form::default();
    form.fields.set("de", typed);
    form.problems.add("de", problem);
    reply::again(&list_page(&session, &session.need().await?, form).await?)
}

/// Prepares the erasure for the two signatures it takes.
async fn propose(session: Allowed<powers::ProposeErasure>, sent: Sent) -> Result<Response, Fault> {
    let t = session.t();
    let person: PersonId = sent
        .fields
        .typed("de")
        .parse()
        .map_err(|_| Fault::NotFound)?;
    let mark = sent.fields.typed(MARK).to_owned();
    let mut form = Form::of(sent.fields);
    let chosen = form.fields.typed("causa").parse::<ErasureGround>().ok();
    let Some(ground) = chosen else {
        form.problems.add("causa", t.text("erasure-ground-missing"));
        let prospect = prospect(&session, &Subject::Person(person)).await?;
        return reply::again(&ask_page(&session, &prospect, form)?);
    };
    let (service, permit) = (session.service(), session.permit());
    let done = session
        .app()
        .once()
        .decide(
            session.form_token(),
            &mark,
            Box::pin(async {
                let (events, expect) = service.decide_erasure(permit, person, ground).await?;
                let prepared = service
                    .prepare(permit, Plan::new(COMMAND, events, expect))
                    .await?;
                Ok(signing::next(&prepared, "/supresiones".to_owned()))
            }),
        )
        .await;
    match done {
        Ok(place) => Ok(reply::see_other(&place)),
        // Something was opened meanwhile: the page says what.
        Err(ServiceError::Refused(_)) => {
            let prospect = prospect(&session, &Subject::Person(person)).await?;
            reply::again(&ask_page(&session, &prospect, form)?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn prospect(
    session: &Allowed<powers::ProposeErasure>,
    record: &Subject,
) -> Result<Prospect, ServiceError> {
    let person = session.service().open(session.permit(), record).await?;
    session
        .service()
        .erasure_prospect(session.permit(), person)
        .await
}

fn ask_page<'a>(
    session: &'a Session,
    prospect: &Prospect,
    form: Form,
) -> Result<AskPage<'a>, Fault> {
    let t = session.t();
    let mut f = session.frame(t.text("erasure-title"))?;
    f.in_error = !form.problems.is_empty();
    Ok(AskPage {
        f,
        id: prospect.person.to_string(),
        counts: t.with(
            "erasure-counts",
            [
                ("records", &prospect.records.to_string()),
                ("cards", &prospect.cards.to_string()),
                ("applications", &prospect.applications.to_string()),
            ],
        ),
        obstacles: prospect
            .obstacles
            .iter()
            .map(|refusal| t.code("refusal", refusal.code()))
            .collect(),
        grounds: Choice::of_codes(
            &t,
            "erasure-ground",
            ErasureGround::ALL.map(ErasureGround::code),
        ),
        form,
        mark: session.app().once().mark(),
    })
}
