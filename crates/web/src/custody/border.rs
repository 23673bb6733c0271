//! Handover over a border, by two signed files: the other authority's offer is brought in, everybody who
//! came is counted in, and the answer goes back; and the answer to one's own offer is brought in. Files
//! count only with the roots that were compared in person.

use super::{Tick, did, handover, id};
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
use paso_domain::{id::HandoverId, policy::powers};
use paso_formats::{
    base45,
    bundle::VerifiedBundle,
    handle::ShortHandle,
    handover::{Between, EpisodeHandle, HandoverError, Listed, Offer, SignedOffer, open_offer},
    name::PersonName,
};
use paso_pages::{Form, Frame};
use std::collections::BTreeSet;

pub(super) fn routes() -> Routes {
    Routes::default().get("/custodia/entregas/{id}/ofrecimiento.cose", offer_file)
}

/// Routes whose forms carry a signed file.
pub(super) fn with_files() -> Routes {
    Routes::default()
        .get("/custodia/frontera", fresh)
        .post("/custodia/frontera", bring)
        .post("/custodia/frontera/recibir", count_in)
        .post("/custodia/frontera/respuesta", acceptance)
        .post("/custodia/entregas/{id}/respuesta", answered)
}

/// An offer that was brought in and holds.
struct Brought {
    /// The file, to be sent along until it is signed.
    file: String,
    from: String,
    reason: String,
    count: i64,
    until: String,
    /// Who was offered, to be ticked by whoever counts.
    ticks: Vec<Tick>,
    /// Whether everybody who came is counted in already.
    done: bool,
}

#[derive(Template)]
#[template(path = "custody/border.html")]
struct BorderPage<'a> {
    f: Frame<'a>,
    form: Form,
    /// With whom anchors were exchanged.
    neighbours: Vec<String>,
    brought: Option<Brought>,
    mark: String,
}

fn border_page(
    session: &Session,
    form: Form,
    brought: Option<Brought>,
) -> Result<BorderPage<'_>, Fault> {
    let mut f = session.frame(session.t().text("custody-border-title"))?;
    f.in_error = !form.problems.is_empty();
    let codes = session.app().neighbours().codes();
    Ok(BorderPage {
        f,
        neighbours: codes.map(ToString::to_string).collect(),
        brought,
        form,
        mark: session.app().once().mark(),
    })
}

/// What is wrong with a file, as the key of its text.
const fn trouble(error: &HandoverError) -> &'static str {
    match error {
        HandoverError::OtherAuthority(_)
        | HandoverError::UnknownKey
        | HandoverError::BadSignature
        | HandoverError::KeyOutOfWindow => "custody-border-not-theirs",
        HandoverError::KeyCompromised => "custody-border-stolen",
        HandoverError::NotForUs(_) => "custody-border-not-for-us",
        HandoverError::Expired(_) => "custody-border-expired",
        HandoverError::Ahead(_) => "custody-border-ahead",
        HandoverError::BundleExpired => "custody-border-no-bundle",
        _ => "custody-border-no-file",
    }
}

/// The bundle of whoever a file is from.
fn bundle_of(session: &Session, code: &str) -> Result<VerifiedBundle, &'static str> {
    session.app().neighbours().bundle(code).map_err(|error| {
        tracing::warn!("{error}");
        match error {
            paso_service::custody::NeighbourError::Unknown(_) => "custody-border-unknown",
            _ => "custody-border-no-bundle",
        }
    })
}

/// An offer that holds now, or was counted in while it did.
async fn read(
    session: &Allowed<powers::KeepCustody>,
    file: &[u8],
) -> Result<Result<(Offer, VerifiedBundle, bool), &'static str>, Fault> {
    let offer = match SignedOffer::unverified(file) {
        Ok(signed) => signed.offer().clone(),
        Err(error) => return Ok(Err(trouble(&error))),
    };
    let other = match bundle_of(session, &offer.from) {
        Ok(other) => other,
        Err(key) => return Ok(Err(key)),
    };
    let service = session.service();
    let done = service
        .was_counted_in(session.permit(), offer.handover)
        .await?;
    let between = Between {
        other: &other,
        here: &service.authority().code,
        // That it stood was decided when people were counted in.
        now: if done {
            offer.at
        } else {
            service.clock().now()
        },
    };
    Ok(match open_offer(file, &between, |_| None) {
        Ok(_) => Ok((offer, other, done)),
        Err(error) => Err(trouble(&error)),
    })
}

/// What somebody on the list is called: as stated, or by their place in the count.
fn called(session: &Session, one: &Listed, of: u16) -> String {
    let name = PersonName::new(&one.surnames, &one.given).display();
    if name.trim().is_empty() {
        let t = session.t();
        t.with(
            "custody-nth",
            [("n", &one.ordinal.to_string()), ("of", &of.to_string())],
        )
    } else {
        name
    }
}

fn tick_of(handle: EpisodeHandle) -> String {
    format!("p-{:032x}", u128::from_be_bytes(handle.0))
}

fn brought(
    session: &Session,
    file: &[u8],
    offer: &Offer,
    done: bool,
    form: &Form,
) -> Result<Brought, Fault> {
    let zone = session.post()?.zone();
    Ok(Brought {
        file: base45::encode(file),
        from: format!("{} · {} · {}", offer.from, offer.post, offer.officer),
        reason: offer.reason.clone(),
        count: offer.counted.into(),
        until: crate::say::at(session.t(), zone, offer.expires),
        ticks: offer
            .people
            .iter()
            .map(|one| Tick {
                name: tick_of(one.episode),
                label: called(session, one, offer.counted),
                folio: ShortHandle::of(&one.episode.0).to_string(),
                ticked: form.fields.ticked(&tick_of(one.episode)),
            })
            .collect(),
        done,
    })
}

async fn fresh(session: Allowed<powers::KeepCustody>) -> Result<Response, Fault> {
    reply::page(&border_page(&session, Form::default(), None)?)
}

async fn bring(session: Allowed<powers::KeepCustody>, mut sent: Sent) -> Result<Response, Fault> {
    let file = sent.take_file("archivo").unwrap_or_default();
    let mut form = Form::of(sent.fields);
    match read(&session, &file).await? {
        Ok((offer, _, done)) => {
            let brought = brought(&session, &file, &offer, done, &form)?;
            reply::page(&border_page(&session, form, Some(brought))?)
        }
        Err(key) => {
            form.problems.add("archivo", session.t().text(key));
            reply::again(&border_page(&session, form, None)?)
        }
    }
}

async fn count_in(session: Allowed<powers::KeepCustody>, sent: Sent) -> Result<Response, Fault> {
    let mut form = Form::of(sent.fields);
    let file = base45::decode(form.fields.typed("oferta")).unwrap_or_default();
    let (offer, other, done) = match read(&session, &file).await? {
        Ok(found) => found,
        Err(key) => {
            form.problems.add("archivo", session.t().text(key));
            return reply::again(&border_page(&session, form, None)?);
        }
    };
    let people = offer.people.iter().map(|one| one.episode);
    let present: BTreeSet<[u8; 16]> = people
        .filter(|handle| form.fields.ticked(&tick_of(*handle)))
        .map(|handle| handle.0)
        .collect();
    if let Ok(counted) = form.fields.typed("contadas").trim().parse::<u16>() {
        let act = async {
            let service = session.service();
            let received = service.receive(session.permit(), &file, &other, &present, counted);
            let received = Box::pin(received).await?;
            let place = format!("/custodia/operaciones/{}", received.operation);
            Ok(signing::next(&received.prepared, place))
        };
        if let Some(answer) = did(&session, &mut form, "contadas", Box::pin(act)).await? {
            return Ok(answer);
        }
    } else {
        let text = session.t().text("custody-count-first");
        form.problems.add("contadas", text);
    }
    let brought = brought(&session, &file, &offer, done, &form)?;
    reply::again(&border_page(&session, form, Some(brought))?)
}

async fn acceptance(session: Allowed<powers::KeepCustody>, sent: Sent) -> Result<Response, Fault> {
    let mut form = Form::of(sent.fields);
    let file = base45::decode(form.fields.typed("oferta")).unwrap_or_default();
    match read(&session, &file).await? {
        Ok((offer, other, _)) => {
            let service = session.service();
            let answer = service
                .acceptance_file(session.permit(), &file, &other)
                .await?;
            let name = format!(
                "respuesta-{}.cose",
                crate::print::short(&offer.handover.to_string())
            );
            Ok(reply::download(answer, "application/cose", &name))
        }
        Err(key) => {
            form.problems.add("archivo", session.t().text(key));
            reply::again(&border_page(&session, form, None)?)
        }
    }
}

async fn offer_file(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let id: HandoverId = id(&text)?;
    let file = session.service().offer_file(session.permit(), id).await?;
    let name = format!("ofrecimiento-{}.cose", crate::print::short(&id.to_string()));
    Ok(reply::download(file, "application/cose", &name))
}

async fn answered(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    mut sent: Sent,
) -> Result<Response, Fault> {
    let file = sent.take_file("archivo").unwrap_or_default();
    let record = handover::known(&session, &text).await?;
    let mut form = Form::of(sent.fields);
    match bundle_of(&session, &handover::recipient_code(&record)) {
        Ok(other) => {
            let act = async {
                let service = session.service();
                let taken = service.accepted_abroad(session.permit(), &file, &other);
                let prepared = Box::pin(taken).await?;
                let place = format!("/custodia/entregas/{}", record.id);
                Ok(signing::next(&prepared, place))
            };
            if let Some(answer) = did(&session, &mut form, "archivo", Box::pin(act)).await? {
                return Ok(answer);
            }
        }
        Err(key) => form.problems.add("archivo", session.t().text(key)),
    }
    handover::again(&session, &record, form)
}
