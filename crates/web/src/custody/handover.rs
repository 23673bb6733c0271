//! Handover: who goes, to whom, counted by both. Between the two signatures the giver answers; who is
//! not among those counted on arrival is named, and stays the giver's to account for.

use super::{
    ABROAD, Tick, could_give, destinations, did, id, leg, recipient,
    tell::{self, Tag},
    tick_of,
};
use crate::{
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    say,
    session::{Sent, Session},
    signing,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use paso_domain::{
    custody::{ClockKind, Offered, Recipient},
    id::{AuthorityCode, EpisodeId, HandoverId, OfficerNumber},
    policy::{Power, powers},
};
use paso_pages::{Choice, Form, Frame};
use paso_service::custody::{HandoverForm, HandoverRecord, Resident, Whereto};
use std::collections::{BTreeSet, HashMap};

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/custodia/entregar", fresh)
        .post("/custodia/entregar", offer)
        .get("/custodia/entregas/{id}", show)
        .post("/custodia/entregas/{id}/recibir", accept)
        .post("/custodia/entregas/{id}/retirar", withdraw)
}

#[derive(Template)]
#[template(path = "custody/offer.html")]
struct OfferPage<'a> {
    f: Frame<'a>,
    form: Form,
    ticks: Vec<Tick>,
    /// How many at this post are not this officer's to give, in words; none where all are.
    others: Option<String>,
    posts: Vec<Choice>,
    mark: String,
}

async fn offer_page(session: &Session, mut form: Form) -> Result<OfferPage<'_>, Fault> {
    let t = session.t();
    let permit = session.need::<powers::ReadCustody>().await?;
    let board = session.service().board(&permit).await?;
    let all = form.fields.ticked("todas");
    let give: Vec<&Resident> = could_give(session, &board.residents).collect();
    let here = board.residents.iter().filter(|one| one.here).count();
    let others = here.saturating_sub(give.iter().filter(|one| one.here).count());
    let others = i64::try_from(others).unwrap_or(i64::MAX);
    if all {
        form.fields.set("contadas", "");
    }
    let mut f = session.frame(t.text("custody-hand-over-title"))?;
    f.in_error = !form.problems.is_empty();
    Ok(OfferPage {
        f,
        ticks: give
            .into_iter()
            .map(|one| Tick {
                name: tick_of(one.episode.id),
                label: tell::name(t, &one.episode),
                folio: tell::folio(one.episode.id),
                ticked: all || form.fields.ticked(&tick_of(one.episode.id)),
            })
            .collect(),
        others: (others > 0).then(|| t.count("custody-not-yours", others)),
        posts: destinations(session),
        form,
        mark: session.app().once().mark(),
    })
}

async fn fresh(
    session: Allowed<powers::KeepCustody>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let mut form = Form::default();
    if query.contains_key("todas") {
        form.fields.set("todas", "1");
    }
    if let Some(one) = query.get("de").and_then(|text| text.parse().ok()) {
        form.fields.set(&tick_of(one), "1");
    }
    reply::page(&offer_page(&session, form).await?)
}

async fn offer(session: Allowed<powers::KeepCustody>, sent: Sent) -> Result<Response, Fault> {
    let t = session.t();
    let mut form = Form::of(sent.fields);
    let service = session.service();
    let permit = session.need::<powers::ReadCustody>().await?;
    let board = service.board(&permit).await?;
    let chosen: BTreeSet<EpisodeId> = could_give(&session, &board.residents)
        .map(|one| one.episode.id)
        .filter(|id| form.fields.ticked(&tick_of(*id)))
        .collect();
    if chosen.is_empty() {
        form.problems
            .add("personas", t.text("custody-nobody-chosen"));
    }
    let counted = form.fields.typed("contadas").trim().parse::<u16>();
    if counted.is_err() {
        form.problems.add("contadas", t.text("custody-count-first"));
    }
    let typed = form.fields.typed("destino").to_owned();
    let to = match typed.strip_prefix(ABROAD) {
        Some(code) => code.parse::<AuthorityCode>().map(Whereto::Authority).ok(),
        None => typed.parse().map(|post| Whereto::Post(post, None)).ok(),
    };
    if to.is_none() {
        form.problems.add("destino", t.text("custody-to-missing"));
    }
    let officer = form.fields.text("oficial").map(|text| {
        let number = text.to_uppercase();
        number.parse::<OfficerNumber>()
    });
    if matches!(officer, Some(Err(_))) {
        form.problems
            .add("oficial", t.text("custody-officer-shape"));
    }
    // The other authority says who answers there, and where they arrive.
    let leads_abroad = matches!(to, Some(Whereto::Authority(_)));
    for field in ["oficial", "vehiculo", "ruta", "llegada"] {
        if leads_abroad && form.fields.text(field).is_some() {
            form.problems.add(field, t.text("custody-border-not-here"));
        }
    }
    if let (Ok(counted), Some(to), true) = (counted, to, form.problems.is_empty()) {
        let zone = session.post()?.zone();
        let (to, leg) = match to {
            Whereto::Post(post, _) => (
                Whereto::Post(post, officer.and_then(Result::ok)),
                leg(zone, &form.fields, post),
            ),
            abroad @ Whereto::Authority(_) => (abroad, None),
        };
        let told = HandoverForm {
            to,
            counted,
            reason: form.fields.typed("motivo").trim().to_owned(),
            leg,
        };
        let field = if told.reason.is_empty() {
            "motivo"
        } else if told.leg.is_some() {
            "vehiculo"
        } else {
            "personas"
        };
        let act = async {
            let offered = service.offer(session.permit(), &chosen, &told);
            let (id, prepared) = Box::pin(offered).await?;
            Ok(signing::next(&prepared, format!("/custodia/entregas/{id}")))
        };
        if let Some(answer) = did(&session, &mut form, field, Box::pin(act)).await? {
            return Ok(answer);
        }
    }
    reply::again(&offer_page(&session, form).await?)
}

/// Somebody on the list of a handover.
struct Member {
    /// None where the page may not open the episode.
    href: String,
    name: String,
    folio: String,
    stands: Tag,
    /// Named as missing, and not come since.
    missing: bool,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a form or a way of the page, and none follows from another"
)]
#[derive(Template)]
#[template(path = "custody/handover.html")]
struct HandoverPage<'a> {
    f: Frame<'a>,
    form: Form,
    id: String,
    from: String,
    to: String,
    reason: String,
    leg: Option<String>,
    count: i64,
    clock: Option<Tag>,
    members: Vec<Member>,
    /// Who did not arrive, by name.
    missing: Option<String>,
    came: i64,
    waits: i64,
    /// Who waits for this officer's count.
    ticks: Vec<Tick>,
    takes_back: bool,
    /// Whether another authority's answer is waited for here.
    abroad: bool,
    /// Whether those who came are here, to be given their receipts.
    prints: bool,
    /// Whether those missing are this officer's to account for.
    accounts: bool,
    mark: String,
}

fn of(record: &HandoverRecord) -> impl Iterator<Item = (EpisodeId, &Offered)> {
    let id = record.id;
    record
        .list
        .iter()
        .filter_map(move |(episode, told)| Some((*episode, told.story.handovers.get(&id)?)))
}

/// Whether somebody on the list still waits for an answer that this officer can give.
fn waits_for(session: &Session, record: &HandoverRecord, episode: EpisodeId) -> bool {
    let officer = session.officer();
    let for_me = matches!(
        &record.offer.to,
        Recipient::Post { post, officer: to } if *post == officer.post
            && to.as_ref().is_none_or(|to| *to == officer.number)
    );
    for_me
        && record.given.officer != officer.number
        && session.may(Power::KeepCustody)
        && record.list.iter().any(|(id, told)| {
            *id == episode && told.story.open_offers().any(|(of, _)| *of == record.id)
        })
}

fn handover_page<'a>(
    session: &'a Session,
    record: &HandoverRecord,
    form: Form,
) -> Result<HandoverPage<'a>, Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    let now = session.service().clock().now();
    let mut members = Vec::new();
    let mut missing = Vec::new();
    let (mut came, mut waits) = (0, 0);
    let mut clock = None;
    for (id, told) in &record.list {
        let Some(offered) = told.story.handovers.get(&record.id) else {
            continue;
        };
        let (class, key) = if offered.accepted.is_some() {
            came += 1;
            ("issued", "custody-member-came")
        } else if offered.missed.is_some() {
            missing.push(tell::name(t, told));
            ("revoked", "custody-member-missed")
        } else if offered.withdrawn || !told.story.is_open() {
            ("replaced", "custody-member-withdrawn")
        } else {
            waits += 1;
            ("expired", "custody-member-waits")
        };
        let running = told.clocks.iter();
        let running = running.filter(|one| one.kind == ClockKind::Offer && one.is_running());
        clock = clock.or(running.min_by_key(|one| one.due).copied());
        members.push(Member {
            href: format!("/custodia/{id}"),
            name: tell::name(t, told),
            folio: tell::folio(*id),
            stands: Tag {
                class,
                text: t.text(key),
            },
            missing: class == "revoked",
        });
    }
    let mut f = session.frame(t.count("custody-handover-title", record.offer.counted.into()))?;
    f.in_error = !form.problems.is_empty();
    let mine = record.given.officer == session.officer().number;
    Ok(HandoverPage {
        f,
        id: record.id.to_string(),
        from: format!(
            "{} · {} · {}",
            record.given.officer,
            say::post_name(session.service(), record.given.post),
            say::at(t, zone, record.given.at)
        ),
        to: recipient(session, &record.offer.to),
        reason: record.offer.reason.clone(),
        leg: record.offer.leg.as_ref().map(|leg| {
            let to = say::post_name(session.service(), leg.to);
            let at = say::at(t, zone, leg.expected);
            let words = [
                ("to", to.as_str()),
                ("vehicle", leg.vehicle.as_str()),
                ("at", at.as_str()),
            ];
            t.with("custody-en-route", words)
        }),
        count: record.offer.counted.into(),
        clock: clock
            .filter(|_| waits > 0)
            .map(|clock| tell::clock(t, &clock, now)),
        ticks: record
            .list
            .iter()
            .filter(|(id, _)| waits_for(session, record, *id))
            .map(|(id, told)| Tick {
                name: tick_of(*id),
                label: tell::name(t, told),
                folio: tell::folio(*id),
                ticked: form.fields.ticked(&tick_of(*id)),
            })
            .collect(),
        prints: session.may(Power::KeepCustody)
            && matches!(record.offer.to, Recipient::Post { .. })
            && of(record).any(|(_, offered)| {
                let came = offered.accepted.as_ref();
                came.is_some_and(|act| act.post == session.officer().post)
            }),
        abroad: session.may(Power::KeepCustody)
            && matches!(record.offer.to, Recipient::Authority { .. })
            && record.given.post == session.officer().post
            && of(record).any(|(_, offered)| offered.is_open() && offered.missed.is_none()),
        takes_back: mine && of(record).any(|(_, offered)| offered.is_open()),
        accounts: mine && !missing.is_empty(),
        members,
        missing: (!missing.is_empty()).then(|| {
            let names = say::list(t, &missing);
            t.with("custody-missing-named", [("names", &names)])
        }),
        came,
        waits,
        form,
        mark: session.app().once().mark(),
    })
}

/// The authority that people were offered to; empty for a post.
pub(super) fn recipient_code(record: &HandoverRecord) -> String {
    match &record.offer.to {
        Recipient::Authority { code } => code.to_string(),
        Recipient::Post { .. } => String::new(),
    }
}

/// The page once more, with what is wrong.
pub(super) fn again(
    session: &Session,
    record: &HandoverRecord,
    form: Form,
) -> Result<Response, Fault> {
    reply::again(&handover_page(session, record, form)?)
}

pub(super) async fn known(session: &Session, text: &str) -> Result<HandoverRecord, Fault> {
    let permit = session.need::<powers::ReadCustody>().await?;
    let id: HandoverId = id(text)?;
    Ok(session.service().handover(&permit, id).await?)
}

async fn show(
    session: Allowed<powers::ReadCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let record = known(&session, &text).await?;
    reply::page(&handover_page(&session, &record, Form::default())?)
}

async fn accept(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let record = known(&session, &text).await?;
    let mut form = Form::of(sent.fields);
    let listed = record.list.iter().map(|(id, _)| *id);
    let present: BTreeSet<EpisodeId> = listed
        .filter(|id| form.fields.ticked(&tick_of(*id)))
        .collect();
    if let Ok(counted) = form.fields.typed("contadas").trim().parse::<u16>() {
        let act = async {
            let service = session.service();
            let answered = service.answer(session.permit(), record.id, &present, counted);
            let prepared = Box::pin(answered).await?;
            let place = format!("/custodia/entregas/{}", record.id);
            Ok(signing::next(&prepared, place))
        };
        if let Some(answer) = did(&session, &mut form, "contadas", Box::pin(act)).await? {
            return Ok(answer);
        }
    } else {
        let text = session.t().text("custody-count-first");
        form.problems.add("contadas", text);
    }
    reply::again(&handover_page(&session, &record, form)?)
}

async fn withdraw(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let record = known(&session, &text).await?;
    let mut form = Form::of(sent.fields);
    let reason = form.fields.typed("motivo").trim().to_owned();
    let act = async {
        let service = session.service();
        let taken = service.withdraw(session.permit(), record.id, &reason);
        let prepared = Box::pin(taken).await?;
        let place = format!("/custodia/entregas/{}", record.id);
        Ok(signing::next(&prepared, place))
    };
    if let Some(answer) = did(&session, &mut form, "motivo", Box::pin(act)).await? {
        return Ok(answer);
    }
    reply::again(&handover_page(&session, &record, form)?)
}
