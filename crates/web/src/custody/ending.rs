//! Endings: release, return, escape, death; and giving somebody to a hospital, a shelter or police,
//! who have no passkey, on paper. Nothing here waits for a second person.

use super::{Tick, could_give, did, id, tell, tick_of};
use crate::{
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    session::{Sent, Session},
    signing,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use paso_domain::{
    custody::{Ending, EndingKind, Paper},
    id::EpisodeId,
    policy::powers,
};
use paso_pages::{Choice, Form, Frame};
use paso_service::custody::{EpisodeRecord, hash_of_sheet};
use std::collections::HashMap;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/custodia/{id}/terminar", show)
        .post("/custodia/{id}/terminar", end)
}

pub(super) fn with_pictures() -> Routes {
    Routes::default()
        .get("/custodia/papel", fresh)
        .post("/custodia/papel", give)
}

#[derive(Template)]
#[template(path = "custody/end.html")]
struct EndPage<'a> {
    f: Frame<'a>,
    form: Form,
    id: String,
    folio: String,
    screened: bool,
    questions: Option<String>,
    kinds: Vec<Choice>,
    others: Vec<Tick>,
    with_others: bool,
    mark: String,
}

/// The people this officer could give or let go, to tick.
async fn ticks(session: &Session, form: &Form) -> Result<Vec<Tick>, Fault> {
    let permit = session.need::<powers::ReadCustody>().await?;
    let board = session.service().board(&permit).await?;
    Ok(could_give(session, &board.residents)
        .map(|one| Tick {
            name: tick_of(one.episode.id),
            label: tell::name(session.t(), &one.episode),
            folio: tell::folio(one.episode.id),
            ticked: form.fields.ticked(&tick_of(one.episode.id)),
        })
        .collect())
}

/// Who of them was ticked.
fn chosen(form: &Form, ticks: &[Tick]) -> Vec<EpisodeId> {
    ticks
        .iter()
        .filter(|tick| form.fields.ticked(&tick.name))
        .filter_map(|tick| tick.name.strip_prefix("p-")?.parse().ok())
        .collect()
}

async fn end_page<'a>(
    session: &'a Session,
    record: &EpisodeRecord,
    form: Form,
) -> Result<EndPage<'a>, Fault> {
    let t = session.t();
    let name = tell::name(t, record);
    let mut f = session.frame(t.with("custody-end-title", [("name", &name)]))?;
    f.in_error = !form.problems.is_empty();
    let mut others = ticks(session, &form).await?;
    others.retain(|tick| tick.name != tick_of(record.id));
    let kinds = EndingKind::ALL.into_iter();
    let kinds = kinds.filter(|kind| !kind.has_receiver());
    Ok(EndPage {
        f,
        id: record.id.to_string(),
        folio: tell::folio(record.id),
        screened: record.screened,
        questions: record
            .story
            .person()
            .map(|person| format!("/personas/{person}/proteccion")),
        kinds: Choice::of_codes(&t, "custody-ending", kinds.map(EndingKind::code)),
        with_others: others.iter().any(|one| one.ticked),
        others,
        form,
        mark: session.app().once().mark(),
    })
}

async fn show(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let permit = session.need::<powers::ReadCustody>().await?;
    let record = session.service().episode(&permit, id(&text)?).await?;
    reply::page(&end_page(&session, &record, Form::default()).await?)
}

async fn end(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let permit = session.need::<powers::ReadCustody>().await?;
    let service = session.service();
    let record = service.episode(&permit, id(&text)?).await?;
    let mut form = Form::of(sent.fields);
    let kind = EndingKind::ALL
        .into_iter()
        .find(|kind| kind.code() == form.fields.typed("como"));
    if let Some(kind) = kind {
        let ending = Ending {
            kind,
            evidence: form.fields.typed("consta").trim().to_owned(),
            to: form.fields.typed("adonde").trim().to_owned(),
        };
        let mut people = vec![record.id];
        let others = ticks(&session, &form).await?;
        people.extend(
            chosen(&form, &others)
                .into_iter()
                .filter(|id| *id != record.id),
        );
        let field = if ending.evidence.is_empty() {
            "consta"
        } else {
            "como"
        };
        let act = async {
            let ended = service.end_custody(session.permit(), &people, &ending);
            let prepared = Box::pin(ended).await?;
            Ok(signing::next(&prepared, format!("/custodia/{}", record.id)))
        };
        if let Some(answer) = did(&session, &mut form, field, Box::pin(act)).await? {
            return Ok(answer);
        }
    } else {
        let text = session.t().text("custody-ending-missing");
        form.problems.add("como", text);
    }
    reply::again(&end_page(&session, &record, form).await?)
}

#[derive(Template)]
#[template(path = "custody/paper.html")]
struct PaperPage<'a> {
    f: Frame<'a>,
    form: Form,
    ticks: Vec<Tick>,
    kinds: Vec<Choice>,
    mark: String,
}

async fn paper_page(session: &Session, form: Form) -> Result<PaperPage<'_>, Fault> {
    let t = session.t();
    let mut f = session.frame(t.text("custody-paper-title"))?;
    f.in_error = !form.problems.is_empty();
    let kinds = EndingKind::ALL.into_iter();
    let kinds = kinds.filter(|kind| kind.has_receiver());
    Ok(PaperPage {
        f,
        ticks: ticks(session, &form).await?,
        kinds: Choice::of_codes(&t, "custody-paper", kinds.map(EndingKind::code)),
        form,
        mark: session.app().once().mark(),
    })
}

async fn fresh(
    session: Allowed<powers::KeepCustody>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let mut form = Form::default();
    if let Some(one) = query.get("de").and_then(|text| text.parse().ok()) {
        form.fields.set(&tick_of(one), "1");
    }
    reply::page(&paper_page(&session, form).await?)
}

async fn give(session: Allowed<powers::KeepCustody>, mut sent: Sent) -> Result<Response, Fault> {
    let t = session.t();
    // The photograph shows a signature and a name: its hash proves it, the picture stays with the sheet.
    let sheet = sent.take_file("hoja").map(|bytes| hash_of_sheet(&bytes));
    let mut form = Form::of(sent.fields);
    let people = chosen(&form, &ticks(&session, &form).await?);
    if people.is_empty() {
        form.problems
            .add("personas", t.text("custody-nobody-chosen"));
    }
    let kind = EndingKind::ALL
        .into_iter()
        .find(|kind| kind.has_receiver() && kind.code() == form.fields.typed("como"));
    if kind.is_none() {
        form.problems.add("como", t.text("custody-ending-missing"));
    }
    if let (Some(ending), true) = (kind, form.problems.is_empty()) {
        let paper = Paper {
            ending,
            body: form.fields.typed("institucion").trim().to_owned(),
            receiver: form.fields.typed("recibe").trim().to_owned(),
            sheet,
        };
        let place = match people.as_slice() {
            [one] => format!("/custodia/{one}"),
            _ => "/custodia".to_owned(),
        };
        let field = if paper.body.is_empty() {
            "institucion"
        } else {
            "recibe"
        };
        let act = async {
            let service = session.service();
            let given = service.give_on_paper(session.permit(), &people, &paper);
            let prepared = Box::pin(given).await?;
            Ok(signing::next(&prepared, place))
        };
        if let Some(answer) = did(&session, &mut form, field, Box::pin(act)).await? {
            return Ok(answer);
        }
    }
    reply::again(&paper_page(&session, form).await?)
}
