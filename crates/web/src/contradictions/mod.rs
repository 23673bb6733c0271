//! What two places say and cannot both be true: the list of what waits, both sides of one, and the
//! form that says what was found.

use crate::{
    card::number,
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    say,
    session::{Sent, Session},
    sheets::paper,
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use paso_domain::{
    contradiction::{Finding, Said, Side, Which},
    id::PersonId,
    policy::{Power, powers},
    subject::Subject,
};
use paso_pages::{Choice, Form, Frame};
use paso_service::{ServiceError, contradictions::Contradicted};

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/contradicciones", list)
        .get("/contradicciones/control", control)
        .get("/contradicciones/tarjetas/{number}/{which}", of_card)
        .post("/contradicciones/tarjetas/{number}/{which}", settle_card)
        .get("/contradicciones/estancias/{person}/{which}", of_stay)
        .post("/contradicciones/estancias/{person}/{which}", settle_stay)
}

/// One in a list.
pub(crate) struct Line {
    /// What contradicts itself.
    pub(crate) what: String,
    /// Of which card, and where it is opened; none for who sees no person.
    pub(crate) of: Option<(String, String)>,
    /// Since when, by when, whose.
    pub(crate) says: String,
    pub(crate) late: bool,
}

/// Where one is opened.
pub(crate) fn href(one: &Contradicted) -> String {
    let which = one.found.which;
    match &one.subject {
        Subject::Card(number) => format!("/contradicciones/tarjetas/{number}/{which}"),
        Subject::Stays(person) => format!("/contradicciones/estancias/{person}/{which}"),
        // The register knows no others.
        _ => "/contradicciones".to_owned(),
    }
}

/// What contradicts itself, in words.
fn what(session: &Session, which: Which) -> String {
    session.t().code("contradiction", which.code())
}

/// How one stands: open and by when, late, or settled.
fn stands(session: &Session, one: &Contradicted) -> Result<String, Fault> {
    let (t, zone) = (session.t(), session.post()?.zone());
    if !one.found.is_open() {
        return Ok(t.text("contradiction-settled"));
    }
    let key = if one.late {
        "contradiction-late"
    } else {
        "contradiction-open"
    };
    let words = [
        ("since", say::at(t, zone, one.found.since)),
        ("due", say::at(t, zone, one.due)),
        ("place", say::post_name(session.service(), one.found.owner)),
    ];
    Ok(t.with(
        key,
        words.each_ref().map(|(name, word)| (*name, word.as_str())),
    ))
}

/// One as a card's page or a person's shows it: what, how it stands, and where it is opened for whoever
/// may.
pub(crate) fn line(session: &Session, one: &Contradicted) -> Result<Line, Fault> {
    let opens = session.may(Power::ReadContradictions);
    let card = one.card.map_or_else(String::new, |card| card.to_string());
    Ok(Line {
        what: what(session, one.found.which),
        of: opens.then(|| (card, href(one))),
        says: stands(session, one)?,
        late: one.late,
    })
}

#[derive(Template)]
#[template(path = "contradictions/list.html")]
struct List<'a> {
    f: Frame<'a>,
    lines: Vec<Line>,
    /// Whether it is the list of who sees no person.
    control: bool,
    settled: bool,
}

async fn list(
    session: Allowed<powers::ReadContradictions>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let found = session.service().contradictions(session.permit()).await?;
    let lines = found.iter().map(|one| line(&session, one));
    reply::page(&List {
        f: session.frame(session.t().text("contradictions-title"))?,
        lines: lines.collect::<Result<_, _>>()?,
        control: false,
        settled: query.is_some_and(|query| query.split('&').any(|part| part == "resuelta")),
    })
}

/// What is late anywhere, and what concerns keys, without a person.
async fn control(session: Allowed<powers::ReadFigures>) -> Result<Response, Fault> {
    let service = session.service();
    let found = service.contradictions_of_all(session.permit()).await?;
    let lines = found.iter().map(|one| {
        let shown = line(&session, one)?;
        Ok::<_, Fault>(Line { of: None, ..shown })
    });
    reply::page(&List {
        f: session.frame(session.t().text("contradictions-control-title"))?,
        lines: lines.collect::<Result<_, _>>()?,
        control: true,
        settled: false,
    })
}

/// One side, in words.
struct Told {
    says: String,
    at: String,
    by: String,
    late: Option<String>,
}

/// What was found once.
struct Found {
    finding: String,
    words: String,
    at: String,
    by: String,
}

#[derive(Template)]
#[template(path = "contradictions/one.html")]
struct One<'a> {
    f: Frame<'a>,
    form: Form,
    what: String,
    says: String,
    late: bool,
    /// Whether a key was in another's hands.
    key: bool,
    card: Option<String>,
    person: Option<String>,
    sides: Vec<Told>,
    settled: Vec<Found>,
    /// Where the form goes; none where whoever looks does not settle it.
    action: Option<String>,
    /// Why not, where it is open.
    why_not: Option<&'static str>,
    findings: Vec<Choice>,
}

fn told(session: &Session, side: &Side) -> Result<Told, Fault> {
    let (t, zone) = (session.t(), session.post()?.zone());
    let says = match &side.said {
        Said::Issued => t.text("contradiction-said-issued"),
        Said::Refused => t.text("contradiction-said-refused"),
        Said::Left => t.text("contradiction-said-left"),
        Said::Revoked(reason) => {
            let reason = t.code("revocation", reason.code());
            t.with("contradiction-said-revoked", [("reason", reason.as_str())])
        }
        Said::Replaced(by) => {
            let by = by.to_string();
            t.with("contradiction-said-replaced", [("by", by.as_str())])
        }
        Said::Shown {
            bundle,
            bundle_made,
        } => {
            let (bundle, made) = (bundle.to_string(), say::at(t, zone, *bundle_made));
            let words = [("bundle", bundle.as_str()), ("made", &made)];
            t.with("contradiction-said-shown", words)
        }
    };
    Ok(Told {
        says,
        at: say::at(t, zone, side.act.at),
        by: by(session, &side.act),
        late: paper::late(t, zone, &side.act),
    })
}

/// Post and officer of an act.
fn by(session: &Session, act: &paso_domain::act::Act) -> String {
    let place = say::post_name(session.service(), act.post);
    format!("{place} · {}", act.officer)
}

async fn page<'a>(
    session: &'a Session,
    subject: &Subject,
    which: Which,
    form: Form,
) -> Result<One<'a>, Fault> {
    let (t, zone) = (session.t(), session.post()?.zone());
    let service = session.service();
    let permit = session.need::<powers::ReadContradictions>().await?;
    let one = service.contradiction(&permit, subject, which).await?;
    let sides = one.found.sides.iter().map(|side| told(session, side));
    let settled = one.found.settled.iter().map(|(act, settling)| Found {
        finding: t.code("contradiction-finding", settling.finding.code()),
        words: settling.words.clone(),
        at: say::at(t, zone, act.at),
        by: by(session, act),
    });
    let party = one.found.is_party(&session.officer().number);
    let why_not = match one.found.is_open() {
        true if party => Some("contradiction-party"),
        true if service.site().is_some() => Some("contradiction-at-hub"),
        _ => None,
    };
    let settles = one.found.is_open() && why_not.is_none();
    let settles = settles && session.may(Power::SettleContradiction);
    let fitting = Finding::ALL.into_iter().filter(|one| one.fits(which));
    let frame = session.frame(t.text("contradiction-title"))?;
    Ok(One {
        f: frame.holding("contradiccion", !form.problems.is_empty()),
        form,
        what: what(session, which),
        says: stands(session, &one)?,
        late: one.late,
        key: which.concerns_control(),
        card: one.card.map(|card| card.to_string()),
        person: session.may(Power::ReadCard).then(|| one.person.to_string()),
        sides: sides.collect::<Result<_, _>>()?,
        settled: settled.collect(),
        action: settles.then(|| href(&one)),
        why_not,
        findings: Choice::of_codes(&t, "contradiction-finding", fitting.map(Finding::code)),
    })
}

/// The name of a contradiction in an address; what is none is not found.
fn which(text: &str) -> Result<Which, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

fn stays_of(text: &str) -> Result<Subject, Fault> {
    let person: PersonId = text.parse().map_err(|_| Fault::NotFound)?;
    Ok(Subject::Stays(person))
}

async fn of_card(
    session: Allowed<powers::ReadContradictions>,
    Path((card, name)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let subject = Subject::Card(number(&card)?);
    reply::page(&page(&session, &subject, which(&name)?, Form::default()).await?)
}

async fn of_stay(
    session: Allowed<powers::ReadContradictions>,
    Path((person, name)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let subject = stays_of(&person)?;
    reply::page(&page(&session, &subject, which(&name)?, Form::default()).await?)
}

async fn settle_card(
    session: Allowed<powers::SettleContradiction>,
    Path((card, name)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Fault> {
    let subject = Subject::Card(number(&card)?);
    settle(session, subject, which(&name)?, sent).await
}

async fn settle_stay(
    session: Allowed<powers::SettleContradiction>,
    Path((person, name)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Fault> {
    let subject = stays_of(&person)?;
    settle(session, subject, which(&name)?, sent).await
}

async fn settle(
    session: Allowed<powers::SettleContradiction>,
    subject: Subject,
    which: Which,
    sent: Sent,
) -> Result<Response, Fault> {
    let mut form = Form::of(sent.fields);
    let t = session.t();
    let finding = form.fields.text("resultado");
    match finding.and_then(|code| code.parse::<Finding>().ok()) {
        None => {
            let text = t.text("contradiction-finding-missing");
            form.problems.add("resultado", text);
        }
        Some(finding) => {
            let words = form.fields.typed("palabras").to_owned();
            let service = session.service();
            let done =
                service.settle_contradiction(session.permit(), &subject, which, finding, &words);
            match done.await {
                Ok(()) => return Ok(reply::see_other("/contradicciones?resuelta")),
                Err(ServiceError::Refused(refusal)) => {
                    let field = if refusal.code() == "settle-words-missing" {
                        "palabras"
                    } else {
                        "resultado"
                    };
                    form.problems.add(field, t.code("refusal", refusal.code()));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    reply::again(&page(&session, &subject, which, form).await?)
}
