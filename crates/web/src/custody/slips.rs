//! The receipts that people take away after the first, printed: one person's, or those of everybody who
//! arrived in a handover.

use super::{id, papers::press};
use crate::{
    door::Allowed, fault::Fault, print::Press, print::short, reply, routes::Routes, say,
    session::Session,
};
use axum::{extract::Path, response::Response};
use paso_domain::{
    access::How,
    custody::CustodyEvent,
    id::{EpisodeId, HandoverId},
    policy::powers,
    receipt::{Code, Kind},
};
use paso_formats::handle::ShortHandle;
use paso_paper::{CustodySlip, custody::SlipFor};
use paso_service::custody::{EpisodeRecord, GivenSlip};

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/custodia/{id}/recibos/{code}/constancia.pdf", one)
        .get("/custodia/entregas/{id}/constancias.pdf", of_handover)
}

/// Where each later receipt of an episode is printed, and what it is called, the newest first.
pub(super) fn links(session: &Session, record: &EpisodeRecord) -> Vec<(String, String)> {
    let given = record.facts.iter().rev().filter_map(|fact| {
        let later = !matches!(fact, CustodyEvent::Opened { .. });
        let kind = fact.gives().filter(|_| later)?;
        let code = fact.receipt()?;
        Some((
            format!("/custodia/{}/recibos/{code}/constancia.pdf", record.id),
            session.t().code("custody-slip", kind.code()),
        ))
    });
    given.collect()
}

async fn one(
    session: Allowed<powers::KeepCustody>,
    Path((text, code)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let id: EpisodeId = id(&text)?;
    let code: Code = code.parse().map_err(|_| Fault::NotFound)?;
    let permit = session.permit().reading(How::Print);
    let slip = session.service().custody_slip(&permit, id, code).await?;
    let bytes = paso_paper::custody_slips(&[drawn(&session, &press(&session), &slip)])?;
    Ok(reply::pdf(bytes, &code.to_string()))
}

async fn of_handover(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let id: HandoverId = id(&text)?;
    let permit = session.permit().reading(How::Print);
    let slips = session.service().handover_slips(&permit, id).await?;
    let press = press(&session);
    let drawn: Vec<_> = slips
        .iter()
        .map(|slip| drawn(&session, &press, slip))
        .collect();
    let bytes = paso_paper::custody_slips(&drawn)?;
    Ok(reply::pdf(bytes, &short(&id.to_string())))
}

fn drawn(session: &Session, press: &Press<'_>, slip: &GivenSlip) -> CustodySlip {
    let act = slip.fact.act();
    let opening = slip.episode.story.opening.as_ref();
    let opening = opening.map(|(_, opening)| opening);
    let (pages, _) = session.app().print_look();
    CustodySlip {
        kind: match slip.kind {
            Kind::Handover => SlipFor::Handover,
            Kind::Release => SlipFor::Release,
            _ => SlipFor::Ended,
        },
        authority: press.service.authority().name.clone(),
        post: say::post_name(press.service, act.post),
        at: press.moment(act.post, act.at),
        officer_number: act.officer.to_string(),
        ordinal: opening.map_or_else(String::new, |opening| {
            session.t().with(
                "custody-nth",
                [
                    ("n", &opening.ordinal.to_string()),
                    ("of", &opening.count.to_string()),
                ],
            )
        }),
        handle_in_words: opening.map_or_else(String::new, |opening| {
            ShortHandle::of(&opening.handle).words()
        }),
        proof: press.proof(Some(slip.code), &slip.symbol, pages),
        notices: press.notices(),
        specimen: press.demo,
    }
}
