//! The secret of a person's receipt: shown to write or print on their paper, changed or closed as they
//! ask.

use super::{did, id, tell};
use crate::{
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    session::{Sent, Session},
    signing,
};
use askama::Template;
use axum::{extract::Path, response::Response};
use paso_domain::{id::EpisodeId, policy::powers};
use paso_pages::{Form, Frame};
use paso_service::access::Permit;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/custodia/{id}/secreto", show)
        .post("/custodia/{id}/secreto", change)
}

#[derive(Template)]
#[template(path = "custody/secret.html")]
struct SecretPage<'a> {
    f: Frame<'a>,
    form: Form,
    id: String,
    folio: String,
    /// None while it is closed.
    secret: Option<String>,
    address: String,
    mark: String,
}

async fn page<'a>(
    session: &'a Session,
    permit: &Permit<powers::KeepCustody>,
    id: EpisodeId,
    form: Form,
) -> Result<SecretPage<'a>, Fault> {
    let secret = session.service().secret_of(permit, id).await?;
    let mut f = session.frame(session.t().text("custody-secret-title"))?;
    f.in_error = !form.problems.is_empty();
    Ok(SecretPage {
        f,
        form,
        id: id.to_string(),
        folio: tell::folio(id),
        secret: secret.map(|secret| secret.to_string()),
        address: format!("{}/familia", session.app().config().origin),
        mark: session.app().once().mark(),
    })
}

async fn show(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let form = Form::default();
    reply::page(&page(&session, session.permit(), id(&text)?, form).await?)
}

async fn change(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id: EpisodeId = id(&text)?;
    let mut form = Form::of(sent.fields);
    let close = form.fields.typed("accion") == "cerrar";
    let act = async {
        let service = session.service();
        let changed = service.change_secret(session.permit(), id, close);
        let prepared = Box::pin(changed).await?;
        Ok(signing::next(&prepared, format!("/custodia/{id}/secreto")))
    };
    if let Some(answer) = did(&session, &mut form, "secreto", Box::pin(act)).await? {
        return Ok(answer);
    }
    reply::again(&page(&session, session.permit(), id, form).await?)
}
