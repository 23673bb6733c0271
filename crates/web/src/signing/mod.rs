//! Signing an act with one's own passkey, alone or as the second person, and the list of what waits.
//!
//! The page says plainly what will be recorded, out of the very entries that will be; then the
//! passkey signs their digest. Words for each event stand in `lines`.

pub(crate) mod lines;

use crate::{
    App, custody,
    door::Anyone,
    fault::Fault,
    passkey::Asking,
    reply,
    routes::Routes,
    say,
    session::{Sent, Session},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use lines::Line;
use paso_domain::{
    custody::CustodyEvent,
    event::Event,
    officer::OfficerEvent,
    policy::{Power, powers},
    subject::Subject,
};
use paso_pages::{Choice, Form, Frame};
use paso_service::{
    ServiceError,
    approval::{DeclineReason, Prepared, ProposalId, Shown, Signed, SigningRefusal},
    custody::EpisodeRecord,
    session::Token,
};
use std::collections::BTreeSet;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/firmas", list)
        .get("/firmas/{id}", show)
        .post("/firmas/{id}", sign)
        .post("/firmas/{id}/no", decline)
}

/// Where a browser goes once an act was prepared: to what it is about, or to be signed.
pub(crate) fn next(prepared: &Prepared, done: String) -> String {
    match prepared {
        Prepared::Done => done,
        Prepared::ToSign(id) => format!("/firmas/{id}"),
    }
}

/// The page of a subject, where one went on after signing.
fn place(events: &[(Subject, Event)]) -> String {
    // People in custody stand in lists: an act on several leads to what they have in common.
    for (subject, event) in events {
        let (Subject::Episode(id), Event::Custody(event)) = (subject, event) else {
            continue;
        };
        return match event {
            CustodyEvent::Opened { opening, .. } => {
                format!("/custodia/operaciones/{}", opening.operation)
            }
            CustodyEvent::Offered { .. }
            | CustodyEvent::Accepted { .. }
            | CustodyEvent::Missed { .. } => event.handover().map_or_else(
                || "/custodia".to_owned(),
                |handover| format!("/custodia/entregas/{handover}"),
            ),
            _ => format!("/custodia/{id}"),
        };
    }
    // The person's own claim stands beside the refusal; the page is the refusal's.
    let about = events.iter().map(|(subject, _)| subject);
    for subject in about {
        match subject {
            Subject::Card(number) => return format!("/tarjetas/{number}"),
            Subject::Application(id) => return format!("/negativas/{id}"),
            _ => {}
        }
    }
    match events.first().map(|(subject, _)| subject) {
        Some(Subject::Person(id)) => format!("/personas/{id}"),
        // A phone fetches there what it takes along.
        Some(Subject::Shifts(_)) => "/punto/telefono".to_owned(),
        Some(Subject::Officer(number)) => format!("/administracion/oficiales/{number}"),
        _ => "/firmas".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "signing/sign.html")]
struct Sign<'a> {
    f: Frame<'a>,
    command: String,
    facts: Vec<Line>,
    signed: Vec<String>,
    ask: Option<Asking>,
    /// How it stands, where there is nothing to sign here.
    standing: Option<String>,
    /// What a second person can say instead.
    declines: Vec<Choice>,
    /// Whoever proposed it can take it back.
    takes_back: bool,
    needs_two: bool,
    action: String,
    form: Form,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "signing/list.html")]
struct List<'a> {
    f: Frame<'a>,
    waiting: Vec<Item>,
    own: Vec<Item>,
}

struct Item {
    href: String,
    what: String,
    about: String,
    who: String,
    until: String,
    standing: String,
}

#[derive(Template)]
#[template(path = "signing/hand_over.html")]
struct HandOver<'a> {
    f: Frame<'a>,
    text: String,
    secret: String,
    back: String,
}

fn id(text: &str) -> Result<ProposalId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

fn command(session: &Session, shown: &Shown) -> String {
    session
        .t()
        .code("command", &shown.command.replace('.', "-"))
}

/// What those are called whom an act on custody is about, for whoever may see them.
async fn people(session: &Session, events: &[(Subject, Event)]) -> Result<lines::Named, Fault> {
    let ids: BTreeSet<_> = events
        .iter()
        .filter_map(|(subject, _)| match subject {
            Subject::Episode(id) => Some(*id),
            _ => None,
        })
        .collect();
    if ids.is_empty() || !session.may(Power::ReadCustody) {
        return Ok(lines::Named::new());
    }
    let permit = session.need::<powers::ReadCustody>().await?;
    let found = session.service().several(&permit, ids).await?;
    let name = |record: &EpisodeRecord| (record.id, custody::name(session.t(), record));
    Ok(found.iter().map(name).collect())
}

/// How a proposal stands, in words.
fn standing(session: &Session, shown: &Shown) -> Result<String, Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    Ok(match &shown.ended {
        Some(end) => {
            let at = say::at(t, zone, end.at);
            let how = match &end.reason {
                Some(reason) => t.code("refusal", reason),
                None => t.code("proposal", end.how.code()),
            };
            t.with(
                "proposal-ended",
                [("how", &how), ("by", end.by.as_str()), ("at", &at)],
            )
        }
        None if session.service().clock().now() >= shown.expires => t.text("proposal-expired"),
        None if shown.given.is_empty() => t.text("proposal-unsigned"),
        None => t.text("proposal-waiting"),
    })
}

async fn show(session: Anyone, Path(text): Path<String>) -> Result<Response, Fault> {
    page(&session, &id(&text)?, Form::default(), None).await
}

async fn page(
    session: &Session,
    id: &ProposalId,
    form: Form,
    problem: Option<SigningRefusal>,
) -> Result<Response, Fault> {
    let (t, service) = (session.t(), session.service());
    let shown = service.proposal(session.officer(), id).await?;
    let zone = session.post()?.zone();
    let waits = shown.waits_for_me(service.clock().now());
    let mut problem = problem;
    let mut ask = None;
    if waits {
        match service.signing_options(session.officer(), id).await {
            Ok(options) => {
                ask = Some(Asking {
                    kind: "firmar",
                    action: format!("/firmas/{id}"),
                    options,
                    ceremony: String::new(),
                    form_token: Some(session.form_token().to_owned()),
                    button: t.text("signing-button"),
                    hint: "llave-hint-sign",
                });
            }
            Err(ServiceError::Signing(refusal)) => problem = problem.or(Some(refusal)),
            Err(error) => return Err(error.into()),
        }
    }
    let command = command(session, &shown);
    let reader = lines::Reader {
        people: people(session, &shown.events).await?,
        ..lines::Reader::of(session)
    };
    let mut facts = lines::of(&reader, &shown.events);
    facts.push(Line::new(
        t.text("signing-proposed-by"),
        format!(
            "{} · {} · {}",
            shown.officer,
            t.code("role", shown.role.code()),
            say::post_name(service, shown.post)
        ),
    ));
    facts.push(Line::new(
        t.text("signing-until"),
        say::at(t, zone, shown.expires),
    ));
    let given = shown.given.iter().map(|given| {
        let at = say::at(t, zone, given.at);
        let role = t.code("role", &given.role);
        let words = [("by", given.officer.as_str()), ("role", &role), ("at", &at)];
        t.with("signing-given", words)
    });
    let second = waits && !shown.own;
    let sign = Sign {
        f: session
            .frame(t.text("signing-title"))?
            .holding("decision", problem.is_some() || !form.problems.is_empty()),
        command,
        facts,
        signed: given.collect(),
        standing: (!waits).then(|| standing(session, &shown)).transpose()?,
        ask,
        declines: if second {
            let reasons = DeclineReason::ALL.into_iter();
            let reasons = reasons.filter(|reason| *reason != DeclineReason::TakenBack);
            Choice::of_codes(&t, "refusal", reasons.map(DeclineReason::code))
        } else {
            Vec::new()
        },
        takes_back: shown.own && shown.ended.is_none(),
        needs_two: shown.needs_two,
        action: format!("/firmas/{id}/no"),
        problem: problem.map(|refusal| t.code("refusal", refusal.code())),
        form,
    };
    let good = !sign.f.in_error;
    reply::with_script(good, &sign)
}

async fn sign(session: Anyone, Path(text): Path<String>, sent: Sent) -> Result<Response, Fault> {
    let id = id(&text)?;
    let answer = sent.fields.typed("respuesta").to_owned();
    // Another language for the same page, or a browser whose script did not run.
    if answer.is_empty() {
        return page(&session, &id, Form::default(), None).await;
    }
    match session
        .service()
        .sign(session.officer(), &id, &answer)
        .await
    {
        Ok(Signed::Waiting) => Ok(reply::see_other(&format!("/firmas/{id}"))),
        Ok(Signed::Done {
            events,
            hand_over: Some(secret),
            ..
        }) => hand_over(&session, &events, &secret),
        Ok(Signed::Done { events, .. }) => Ok(reply::see_other(&place(&events))),
        Err(ServiceError::Signing(refusal)) => {
            page(&session, &id, Form::default(), Some(refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The one page that ever shows the secret of an act: the link of an invitation, or a token.
fn hand_over(
    session: &Session,
    events: &[(Subject, Event)],
    secret: &Token,
) -> Result<Response, Fault> {
    let t = session.t();
    let invited = events
        .iter()
        .any(|(_, event)| matches!(event, Event::Officer(OfficerEvent::Invited { .. })));
    let (title, text, secret) = if invited {
        (
            "hand-over-link-title",
            "hand-over-link",
            invitation_address(session.app(), secret),
        )
    } else {
        (
            "hand-over-token-title",
            "hand-over-token",
            secret.expose().to_owned(),
        )
    };
    reply::page(&HandOver {
        f: session.frame(t.text(title))?,
        text: t.text(text),
        secret,
        back: place(events),
    })
}

/// Where an invited officer enrols.
fn invitation_address(app: &App, secret: &Token) -> String {
    format!("{}/alta/{}", app.config().origin, secret.expose())
}

async fn decline(session: Anyone, Path(text): Path<String>, sent: Sent) -> Result<Response, Fault> {
    let id = id(&text)?;
    let chosen = sent.fields.text("motivo").unwrap_or_default();
    let reason = DeclineReason::ALL
        .into_iter()
        .find(|reason| reason.code() == chosen);
    let Some(reason) = reason else {
        let mut form = Form::of(sent.fields);
        let missing = session.t().text("signing-decline-missing");
        form.problems.add("motivo", missing);
        return page(&session, &id, form, None).await;
    };
    match session
        .service()
        .decline(session.officer(), &id, reason)
        .await
    {
        Ok(()) => Ok(reply::see_other(&format!("/firmas/{id}"))),
        Err(ServiceError::Signing(refusal)) => {
            page(&session, &id, Form::default(), Some(refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn list(session: Anyone) -> Result<Response, Fault> {
    let service = session.service();
    let waiting = service.waiting_for(session.officer()).await?;
    let own = service.proposed_by(session.officer()).await?;
    reply::page(&List {
        f: session.frame(session.t().text("signing-list-title"))?,
        waiting: items(&session, &waiting)?,
        own: items(&session, &own)?,
    })
}

fn items(session: &Session, shown: &[Shown]) -> Result<Vec<Item>, Fault> {
    let zone = session.post()?.zone();
    shown
        .iter()
        .map(|one| {
            Ok(Item {
                href: format!("/firmas/{}", one.id),
                what: command(session, one),
                about: lines::about(&lines::Reader::of(session), &one.events),
                who: one.officer.to_string(),
                until: say::at(session.t(), zone, one.expires),
                standing: standing(session, one)?,
            })
        })
        .collect()
}
