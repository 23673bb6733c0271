//! A card after it was issued: how it stands, its print, and what can be done with it; and the
//! page of a refusal.

use crate::{
    contradictions::{self, Line},
    desk,
    door::Allowed,
    fault::Fault,
    print, reply,
    routes::Routes,
    say,
    session::{Sent, Session},
    sheets::paper,
    signing,
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use paso_domain::{
    access::How,
    act::Act,
    card::{RevocationReason, Standing},
    id::ApplicationId,
    policy::{Power, powers},
};
use paso_formats::{moment::Moment, number::CardNumber};
use paso_pages::{Choice, Form, Frame};
use paso_service::{ServiceError, desk::CardRecord};

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/tarjetas/{number}", show)
        .get("/tarjetas/{number}/imprimir.pdf", print_card)
        .get("/tarjetas/{number}/retrato", portrait)
        .get("/tarjetas/{number}/revocar", ask_revoke)
        .post("/tarjetas/{number}/revocar", revoke)
        .get("/negativas/{id}", refusal)
        .get("/negativas/{id}/imprimir.pdf", print_refusal)
}

/// A number in an address; what is none is not found.
pub(crate) fn number(text: &str) -> Result<CardNumber, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// How a card stands now: the code of its text and style, and the sentence beside it.
pub(crate) fn standing(
    session: &Session,
    standing: &Standing,
    expires: Moment,
) -> Result<(&'static str, String), Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    Ok(match standing {
        Standing::Revoked { at, reason } => (
            "revoked",
            t.with(
                "card-revoked",
                [
                    ("at", &say::at(t, zone, *at)),
                    ("reason", &t.code("revocation", reason.code())),
                ],
            ),
        ),
        Standing::Replaced { at, by } => (
            "replaced",
            t.with(
                "card-replaced",
                [("at", &say::at(t, zone, *at)), ("by", &by.to_string())],
            ),
        ),
        _ if session.service().clock().now() >= expires => (
            "expired",
            t.with("card-expired", [("date", &say::last_day(t, zone, expires))]),
        ),
        Standing::Brought => (
            "brought",
            t.with("card-brought", [("date", &say::last_day(t, zone, expires))]),
        ),
        _ => (
            "issued",
            t.with(
                "card-good-until",
                [("date", &say::last_day(t, zone, expires))],
            ),
        ),
    })
}

/// The late mark of a card's application; none for most.
fn late(session: &Session, record: &CardRecord) -> Result<Option<String>, Fault> {
    let (t, zone) = (session.t(), session.post()?.zone());
    let mut acts = record.received.iter().chain([&record.issued]);
    Ok(acts.find_map(|act| {
        let late = paper::late(t, zone, act)?;
        let at = say::at(t, zone, act.at);
        Some(t.with("card-received-late", [("at", at.as_str()), ("late", &late)]))
    }))
}

/// The facts of a card as pages show them.
pub(crate) struct Face {
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) birth: String,
    pub(crate) sex: String,
    pub(crate) nationality: String,
    pub(crate) document: String,
    pub(crate) issued: String,
    pub(crate) expires: String,
    pub(crate) qr: String,
    pub(crate) portrait: Option<String>,
}

impl Face {
    pub(crate) fn of(session: &Session, record: &CardRecord) -> Result<Self, Fault> {
        let t = session.t();
        let zone = session.post()?.zone();
        let card = &record.card;
        let claim = record
            .application
            .as_ref()
            .map(|application| &application.claim);
        let symbol = paso_paper::qr::Symbol::new(&card.text)
            .map_err(paso_paper::PrintError::from)?
            .to_svg(0.5, &t.text("card-qr"));
        Ok(Self {
            number: card.number.to_string(),
            name: claim
                .map(|c| format!("{} {}", c.given, c.surnames))
                .unwrap_or_default()
                .trim()
                .into(),
            birth: claim.map(|c| say::birth(t, c.birth)).unwrap_or_default(),
            sex: claim
                .map(|c| c.sex.letter().to_string())
                .unwrap_or_default(),
            nationality: claim
                .map(|c| say::country(t, c.nationality))
                .unwrap_or_default(),
            document: format!(
                "{} ···{}",
                t.code("document-kind", card.document.code()),
                card.document_tail
            ),
            issued: say::day(t, zone, card.issued_at),
            expires: say::last_day(t, zone, card.expires),
            qr: symbol,
            portrait: card
                .portrait
                .is_some()
                .then(|| format!("/tarjetas/{}/retrato", card.number)),
        })
    }
}

#[derive(Template)]
#[template(path = "card/card.html")]
struct CardPage<'a> {
    f: Frame<'a>,
    face: Face,
    /// Just issued: print it and hand it over.
    fresh: bool,
    standing: &'static str,
    standing_says: String,
    /// Where facts about the card contradict each other, open or settled.
    conflicts: Vec<Line>,
    live: bool,
    issued_at: String,
    issued_by: String,
    /// That its application, or the card itself, stood on paper first.
    late: Option<String>,
    purpose: Option<String>,
    rule: Option<String>,
    person: String,
    may: Vec<Power>,
}

impl CardPage<'_> {
    fn may_decide(&self) -> bool {
        self.live && self.may.contains(&Power::DecideApplication)
    }

    fn may_cross(&self) -> bool {
        self.standing == "issued" && self.may.contains(&Power::RecordCrossing)
    }

    fn may_revoke(&self) -> bool {
        self.standing == "issued" && self.may.contains(&Power::RevokeCard)
    }
}

async fn show(
    session: Allowed<powers::ReadCard>,
    Path(text): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let number = number(&text)?;
    let record = session.service().card(session.permit(), number).await?;
    let t = session.t();
    let (standing, standing_says) = standing(&session, &record.standing, record.card.expires)?;
    let application = record.application.as_ref();
    let rule = application.and_then(|a| session.service().programme().rule(&a.rule));
    let language = t.lang();
    reply::page(&CardPage {
        f: session.frame(t.with("card-title", [("number", &number.to_string())]))?,
        face: Face::of(&session, &record)?,
        fresh: query.is_some_and(|query| query.split('&').any(|part| part == "expedida")),
        live: matches!(standing, "issued" | "expired"),
        conflicts: record
            .contradictions
            .iter()
            .map(|one| contradictions::line(&session, one))
            .collect::<Result<_, _>>()?,
        standing,
        standing_says,
        issued_at: say::at(t, session.post()?.zone(), record.issued.at),
        issued_by: by(&session, &record.issued),
        late: late(&session, &record)?,
        purpose: application.map(|a| desk::purpose(t, &a.purpose)),
        rule: rule.map(|rule| match language {
            paso_pages::Lang::Es => rule.name.es.clone(),
            paso_pages::Lang::En => rule.name.en.clone(),
        }),
        person: record.card.person.to_string(),
        may: Power::ALL
            .into_iter()
            .filter(|power| session.may(*power))
            .collect(),
    })
}

/// Post and officer of an act.
fn by(session: &Session, act: &Act) -> String {
    format!(
        "{} · {}",
        say::post_name(session.service(), act.post),
        act.officer
    )
}

async fn print_card(
    session: Allowed<powers::ReadCard>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let record = session
        .service()
        .card(&session.permit().reading(How::Print), number(&text)?)
        .await?;
    // A card that has ended is not printed again: there would be one more of it to be sold.
    if !matches!(record.standing, Standing::Issued) {
        return Err(Fault::NotFound);
    }
    let (app, demo) = (session.app(), session.app().config().demo);
    let bytes = print::card_pdf(app.service(), app.texts(), demo, &record)?;
    Ok(reply::pdf(bytes, &record.card.number.compact()))
}

async fn portrait(
    session: Allowed<powers::ReadCard>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let record = session
        .service()
        .card(session.permit(), number(&text)?)
        .await?;
    record
        .card
        .portrait
        .map(reply::picture)
        .ok_or(Fault::NotFound)
}

#[derive(Template)]
#[template(path = "card/revoke.html")]
struct Revoke<'a> {
    f: Frame<'a>,
    form: Form,
    number: String,
    name: String,
    reasons: Vec<Choice>,
    mark: String,
}

fn revoke_page<'a>(
    session: &'a Session,
    record: &CardRecord,
    form: Form,
) -> Result<Revoke<'a>, Fault> {
    let t = session.t();
    let number = record.card.number.to_string();
    let title = t.with("card-revoke-title", [("number", &number)]);
    Ok(Revoke {
        f: session
            .frame(title)?
            .holding("revocacion", !form.problems.is_empty()),
        form,
        number,
        name: Face::of(session, record)?.name,
        reasons: Choice::of_codes(
            &t,
            "revocation",
            RevocationReason::ALL.map(RevocationReason::code),
        ),
        mark: session.app().once().mark(),
    })
}

async fn ask_revoke(
    session: Allowed<powers::RevokeCard>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let record = session
        .service()
        .card(&session.need().await?, number(&text)?)
        .await?;
    reply::page(&revoke_page(&session, &record, Form::default())?)
}

async fn revoke(
    session: Allowed<powers::RevokeCard>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let fields = sent.fields;
    let number = number(&text)?;
    let record = session
        .service()
        .card(&session.need().await?, number)
        .await?;
    let t = session.t();
    let chosen = fields.text("causa").unwrap_or_default();
    let reason = RevocationReason::ALL
        .into_iter()
        .find(|reason| reason.code() == chosen);
    let note = fields.text("nota").unwrap_or_default().to_owned();
    let mark = fields.typed(crate::session::MARK).to_owned();
    let mut form = Form::of(fields);
    let Some(reason) = reason else {
        // Another language for the same page, or nothing chosen.
        if form.fields.ticked("accion") {
            form.problems
                .add("causa", t.text("card-revoke-reason-missing"));
            return reply::again(&revoke_page(&session, &record, form)?);
        }
        return reply::page(&revoke_page(&session, &record, form)?);
    };
    if !form.fields.ticked("accion") {
        return reply::page(&revoke_page(&session, &record, form)?);
    }
    let done = session
        .app()
        .once()
        .decide(
            session.form_token(),
            &mark,
            Box::pin(async {
                let prepared = session
                    .service()
                    .revoke(session.permit(), number, reason, note)
                    .await?;
                Ok(signing::next(&prepared, format!("/tarjetas/{number}")))
            }),
        )
        .await;
    match done {
        Ok(place) => Ok(reply::see_other(&place)),
        Err(ServiceError::Refused(refusal)) => {
            form.problems.add("nota", t.code("refusal", refusal.code()));
            reply::again(&revoke_page(&session, &record, form)?)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "card/refusal.html")]
struct RefusalPage<'a> {
    f: Frame<'a>,
    id: String,
    name: String,
    document: String,
    ground: String,
    reasons: String,
    remedy: String,
    decided_at: String,
    decided_by: String,
}

fn application_id(text: &str) -> Result<ApplicationId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

async fn refusal(
    session: Allowed<powers::ReadCard>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let record = session
        .service()
        .refusal(session.permit(), application_id(&text)?)
        .await?;
    let t = session.t();
    let claim = &record.application.claim;
    reply::page(&RefusalPage {
        f: session.frame(t.text("refusal-title"))?,
        id: text,
        name: format!("{} {}", claim.given, claim.surnames)
            .trim()
            .to_owned(),
        document: print::shown_document(t, &claim.evidence),
        ground: t.code("ground", record.refusal.ground.code()),
        reasons: record.refusal.reasons,
        remedy: record.refusal.remedy,
        decided_at: say::at(t, session.post()?.zone(), record.decided.at),
        decided_by: by(&session, &record.decided),
    })
}

async fn print_refusal(
    session: Allowed<powers::ReadCard>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let record = session
        .service()
        .refusal(
            &session.permit().reading(How::Print),
            application_id(&text)?,
        )
        .await?;
    let (app, demo) = (session.app(), session.app().config().demo);
    let bytes = print::refusal_pdf(app.service(), app.texts(), demo, &record)?;
    Ok(reply::pdf(bytes, &print::folio(&record)))
}
