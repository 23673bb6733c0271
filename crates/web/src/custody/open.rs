//! Opening: a count and a signature, in twenty seconds. Names follow.

use super::{did, moment, wall};
use crate::{
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    session::{Sent, Session},
    sheets::paper,
    signing,
};
use askama::Template;
use axum::{extract::Query, response::Response};
use paso_domain::policy::powers;
use paso_pages::{Form, Frame};
use paso_service::custody::OpeningForm;
use std::collections::HashMap;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/custodia/abrir", fresh)
        .post("/custodia/abrir", open)
}

#[derive(Template)]
#[template(path = "custody/open.html")]
struct OpenPage<'a> {
    f: Frame<'a>,
    form: Form,
    clock: String,
    units: Vec<String>,
    bases: Vec<String>,
    reasons: Vec<String>,
    mark: String,
    /// The sheet that is typed, where it is one.
    paper: Option<paper::Bar>,
}

fn page(session: &Session, form: Form) -> Result<OpenPage<'_>, Fault> {
    let t = session.t();
    let mut f = session.frame(t.text("custody-open-title"))?;
    f.in_error = !form.problems.is_empty();
    let now = session
        .post()?
        .zone()
        .local(session.service().clock().now());
    Ok(OpenPage {
        f,
        paper: paper::bar(session, &form)?,
        form,
        clock: paso_pages::dates::offset(now.offset_seconds),
        units: vec![
            session.service().authority().name.clone(),
            t.text("custody-unit-guard"),
            t.text("custody-unit-police"),
        ],
        bases: vec![
            t.text("custody-basis-review"),
            t.text("custody-basis-delivered"),
            t.text("custody-basis-order"),
        ],
        reasons: vec![
            t.text("custody-reason-no-document"),
            t.text("custody-reason-expired"),
            t.text("custody-reason-delivered"),
        ],
        mark: session.app().once().mark(),
    })
}

async fn fresh(
    session: Allowed<powers::KeepCustody>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let mut form = Form::default();
    let post = session.post()?;
    let now = session.service().clock().now();
    match paper::asked(&query) {
        // The hour stands on the sheet; the present one would only be clicked through.
        Some(sheet) => form.fields.set("hoja", sheet),
        None => form.fields.set("cuando", wall(post.zone(), now)),
    }
    form.fields.set("donde", post.name.as_str());
    reply::page(&page(&session, form)?)
}

async fn open(session: Allowed<powers::KeepCustody>, sent: Sent) -> Result<Response, Fault> {
    let t = session.t();
    let mut form = Form::of(sent.fields);
    let zone = session.post()?.zone();
    let count = form.fields.typed("numero").trim().parse().unwrap_or(0);
    if count == 0 {
        let text = t.code("refusal", "custody-count-impossible");
        form.problems.add("numero", text);
    }
    let taken_at = moment(zone, form.fields.typed("cuando"));
    if taken_at.is_none() {
        form.problems.add("cuando", t.text("custody-when-missing"));
    }
    for (field, key) in [
        ("donde", "custody-where-missing"),
        ("unidad", "custody-unit-missing"),
        ("fundamento", "custody-basis-missing"),
        ("motivo", "custody-reason-missing-here"),
    ] {
        if form.fields.text(field).is_none() {
            form.problems.add(field, t.text(key));
        }
    }
    let from_paper = paper::read(&session, &mut form)?;
    if let (Some(taken_at), true) = (taken_at, form.problems.is_empty()) {
        let typed = |name: &str| form.fields.typed(name).trim().to_owned();
        let opening = OpeningForm {
            count,
            taken_at,
            taken_where: typed("donde"),
            vehicle: typed("vehiculo"),
            unit: typed("unidad"),
            ordered_by: typed("orden"),
            basis: typed("fundamento"),
            reason: typed("motivo"),
        };
        let service = session.service();
        let act = async {
            let opened = service.open_custody_as(session.permit(), &opening, from_paper.as_ref());
            let opened = Box::pin(opened).await?;
            let place = format!("/custodia/operaciones/{}", opened.operation);
            Ok(signing::next(&opened.prepared, place))
        };
        // A number or a moment that cannot be is the only thing left to refuse.
        let field = if taken_at > service.clock().now() {
            "cuando"
        } else {
            "numero"
        };
        if let Some(answer) = did(&session, &mut form, field, act).await? {
            return Ok(answer);
        }
    }
    reply::again(&page(&session, form)?)
}
