//! Those who were counted together: who has a name already, and who is next.

use super::{id, tell::Line};
use crate::{door::Allowed, fault::Fault, reply, routes::Routes, say};
use askama::Template;
use axum::{extract::Path, response::Response};
use paso_domain::policy::{Power, powers};
use paso_pages::Frame;
use paso_service::custody::OperationRecord;

pub(super) fn routes() -> Routes {
    Routes::default().get("/custodia/operaciones/{id}", show)
}

#[derive(Template)]
#[template(path = "custody/operation.html")]
struct OperationPage<'a> {
    f: Frame<'a>,
    /// What was said when they were counted.
    facts: Vec<(String, String)>,
    counted: i64,
    described: i64,
    lines: Vec<Line>,
    next: Option<String>,
    alone: bool,
}

/// The next one to describe.
pub(super) fn next(operation: &OperationRecord) -> Option<String> {
    let open = operation
        .episodes
        .iter()
        .find(|one| one.story.is_open() && one.story.described().is_none())?;
    Some(format!("/custodia/{}/persona", open.id))
}

async fn show(
    session: Allowed<powers::ReadCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let t = session.t();
    let operation = session
        .service()
        .operation(session.permit(), id(&text)?)
        .await?;
    let zone = session.post()?.zone();
    let now = session.service().clock().now();
    let first = operation.episodes.first();
    let opening = first.and_then(|record| record.story.opening.as_ref());
    let mut facts = Vec::new();
    let mut counted = 0;
    if let Some((act, opening)) = opening {
        counted = i64::from(opening.count);
        facts = vec![
            (t.text("custody-taken"), say::at(t, zone, opening.taken_at)),
            (t.text("custody-where"), opening.taken_where.clone()),
            (t.text("custody-vehicle"), opening.vehicle.clone()),
            (t.text("custody-unit"), opening.unit.clone()),
            (t.text("custody-ordered-by"), opening.ordered_by.clone()),
            (t.text("custody-basis"), opening.basis.clone()),
            (t.text("custody-reason"), opening.reason.clone()),
            (t.text("custody-counted-by"), act.officer.to_string()),
        ];
        facts.retain(|(_, value)| !value.trim().is_empty());
    }
    let described = operation.episodes.iter();
    let described = described.filter(|one| one.story.described().is_some());
    reply::page(&OperationPage {
        f: session.frame(t.count("custody-operation-title", counted))?,
        facts,
        counted,
        described: i64::try_from(described.count()).unwrap_or(i64::MAX),
        lines: operation
            .episodes
            .iter()
            .map(|one| Line::of(&session, zone, one, now))
            .collect(),
        next: next(&operation).filter(|_| session.may(Power::KeepCustody)),
        alone: counted == 1,
    })
}
