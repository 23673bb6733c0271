//! Short acts on one episode, each a form of its page: confirm, countersign, report, depart, arrive,
//! settle.

use super::{did, episode, id, leg};
use crate::{
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    say,
    session::{Sent, Session},
    signing,
};
use axum::{extract::Path, response::Response};
use paso_domain::{
    crossings::PostCode,
    custody::Custodian,
    id::{EpisodeId, OfficerNumber},
    policy::powers,
};
use paso_formats::number::CardNumber;
use paso_pages::Form;
use paso_service::{ServiceError, approval::Prepared};
use std::collections::BTreeSet;

pub(super) fn routes() -> Routes {
    Routes::default()
        .post("/custodia/{id}/confirmar", confirm)
        .post("/custodia/{id}/refrendar", countersign)
        .post("/custodia/{id}/falta", missing)
        .post("/custodia/{id}/aparece", found)
        .post("/custodia/{id}/salida", depart)
        .post("/custodia/{id}/llegada", arrive)
        .post("/custodia/{id}/resolver", settle)
        .post("/custodia/{id}/reconocer", recognise)
        .post("/custodia/{id}/desconocer", undo_recognition)
}

/// Does it, and leads back to the episode or on to the signature; a refusal shows the episode again.
async fn finish(
    session: &Session,
    id: EpisodeId,
    mut form: Form,
    field: &str,
    act: impl Future<Output = Result<Prepared, ServiceError>>,
) -> Result<Response, Fault> {
    let place = format!("/custodia/{id}");
    let act = async { act.await.map(|prepared| signing::next(&prepared, place)) };
    if let Some(answer) = did(session, &mut form, field, Box::pin(act)).await? {
        return Ok(answer);
    }
    again(session, id, form).await
}

async fn again(session: &Session, id: EpisodeId, form: Form) -> Result<Response, Fault> {
    let permit = session.need::<powers::ReadCustody>().await?;
    let record = session.service().episode(&permit, id).await?;
    reply::again(&episode::page(session, &record, form, false)?)
}

async fn confirm(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id = id(&text)?;
    let how = sent.fields.typed("como").trim().to_owned();
    let act = session.service().confirm_paper(session.permit(), id, how);
    finish(&session, id, Form::of(sent.fields), "como", act).await
}

async fn countersign(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id = id(&text)?;
    let act = session.service().countersign(session.permit(), id);
    finish(&session, id, Form::of(sent.fields), "hacer", act).await
}

async fn missing(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id = id(&text)?;
    let note = sent.fields.typed("falta").trim().to_owned();
    let act = session.service().report(session.permit(), id, true, note);
    finish(&session, id, Form::of(sent.fields), "falta", act).await
}

async fn found(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id = id(&text)?;
    let note = sent.fields.typed("aparece").trim().to_owned();
    let act = session.service().report(session.permit(), id, false, note);
    finish(&session, id, Form::of(sent.fields), "aparece", act).await
}

async fn depart(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id: EpisodeId = id(&text)?;
    let mut form = Form::of(sent.fields);
    let to = form.fields.typed("destino").parse::<PostCode>().ok();
    let zone = session.post()?.zone();
    let Some(leg) = to.and_then(|to| leg(zone, &form.fields, to)) else {
        let text = session.t().code("refusal", "custody-leg-incomplete");
        form.problems.add("vehiculo", text);
        return again(&session, id, form).await;
    };
    let people = BTreeSet::from([id]);
    let service = session.service();
    let act = service.depart(session.permit(), &people, &leg);
    finish(&session, id, form.clone(), "vehiculo", act).await
}

async fn arrive(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id = id(&text)?;
    let people = [id];
    let act = session.service().arrive(session.permit(), &people);
    finish(&session, id, Form::of(sent.fields), "hacer", act).await
}

async fn recognise(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id = id(&text)?;
    let mut form = Form::of(sent.fields);
    let number = match form.fields.typed("tarjeta").parse::<CardNumber>() {
        Ok(number) => number,
        Err(error) => {
            let text = say::number_error(session.t(), error);
            form.problems.add("tarjeta", text);
            return again(&session, id, form).await;
        }
    };
    let evidence = form.fields.typed("reconocida-por").trim().to_owned();
    let service = session.service();
    let act = service.recognise_by_card(session.permit(), id, number, evidence);
    finish(&session, id, form.clone(), "reconocida-por", act).await
}

async fn undo_recognition(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id = id(&text)?;
    let form = Form::of(sent.fields);
    let reason = form.fields.typed("desconocida-por").trim().to_owned();
    let service = session.service();
    let act = service.undo_recognition(session.permit(), id, reason);
    finish(&session, id, form.clone(), "desconocida-por", act).await
}

async fn settle(
    session: Allowed<powers::SettleCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id = id(&text)?;
    let mut form = Form::of(sent.fields);
    let officer = form.fields.typed("responde").trim().to_uppercase();
    let officer = officer.parse::<OfficerNumber>().ok();
    let post = form.fields.typed("responde-puesto").parse::<PostCode>();
    let (Some(officer), Ok(post)) = (officer, post) else {
        let text = session.t().text("custody-settle-who");
        form.problems.add("responde", text);
        return again(&session, id, form).await;
    };
    let answers = Custodian { officer, post };
    let reason = form.fields.typed("responde-motivo").trim().to_owned();
    let service = session.service();
    let act = service.settle_custody(session.permit(), id, answers, reason);
    finish(&session, id, form.clone(), "responde", act).await
}
