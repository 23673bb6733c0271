//! The desk: one sitting, one page. Read the document, type the rest, see whether and why, and
//! end with a card or a reasoned refusal. Nothing is kept between: the page carries what was typed.

mod answer;
pub(crate) mod form;

use crate::{
    door::Allowed, fault::Fault, reply, routes::Routes, session::Sent, session::Session,
    sheets::paper, signing,
};
use answer::{Answer, RuleShown};
use askama::Template;
use axum::{extract::Query, response::Response};
use jiff::civil::Date;
use paso_domain::{
    card::{ApplicationPurpose, RefusalGround},
    document::DocumentKind,
    eligibility::is_child,
    person::Claim,
    policy::powers,
    programme::Permission,
};
use paso_formats::number::CardNumber;
use paso_pages::{Choice, Fields, Form, Frame, Voice};
use paso_paper::Portrait;
use paso_service::ServiceError;
use std::collections::HashMap;

/// The most bytes of a portrait. It is kept with the card for as long as the card is.
pub(crate) const MOST_PORTRAIT: usize = 2 * 1024 * 1024;

pub(crate) fn routes() -> Routes {
    Routes::default().get("/mesa", fresh).post("/mesa", act)
}

#[derive(Template)]
#[template(path = "desk/desk.html")]
struct Desk<'a> {
    f: Frame<'a>,
    form: Form,
    /// What was read from the zone, and what to compare.
    read: Vec<String>,
    answer: Option<Answer>,
    rule: Option<RuleShown>,
    covers: String,
    sexes: Vec<Choice>,
    kinds: Vec<Choice>,
    permissions: Vec<Choice>,
    grounds: Vec<Choice>,
    countries: Vec<Choice>,
    /// Open because the person is, or may be, a child, or because something is in it.
    minors_open: bool,
    papers_open: bool,
    /// The card that this application follows, as the page names it.
    follows: Option<String>,
    mark: String,
    /// The sheet of paper that is typed, where one is.
    paper: Option<paper::Bar>,
}

impl Desk<'_> {
    /// Whether nothing has been answered and nothing is wrong: the cursor then stands in the zone.
    fn fresh(&self) -> bool {
        self.answer.is_none() && self.form.problems.is_empty() && self.read.is_empty()
    }
}

fn page(
    session: &Session,
    form: Form,
    read: Vec<String>,
    answer: Option<Answer>,
) -> Result<Desk<'_>, Fault> {
    let t = session.t();
    let today = session.service().today(session.officer())?;
    let rule = session.service().programme().rule_on(today);
    let typed_birth = form::application(&form.fields, today, t)
        .ok()
        .map(|form| form.birth);
    let child = typed_birth.is_some_and(|birth| is_child(Some(birth), today));
    let filled = |names: &[&str]| names.iter().any(|name| form.fields.text(name).is_some());
    let minors = [
        "acompanamiento",
        "permiso",
        "acta-dia",
        "acta-mes",
        "acta-anio",
        "tutela",
    ];
    let papers = [
        "doc2-clase",
        "doc2-numero",
        "doc3-clase",
        "doc3-numero",
        "doc2-pais",
    ];
    let follows = match (form.fields.text("tramite"), form.fields.text("tarjeta")) {
        (Some("renovacion"), Some(of)) => Some(t.with("desk-renews", [("card", of)])),
        (Some("sustitucion"), Some(of)) => Some(t.with("desk-replaces", [("card", of)])),
        _ => None,
    };
    let bar = paper::bar(session, &form)?;
    Ok(Desk {
        paper: bar,
        f: session
            .frame(t.text("desk-title"))?
            .holding("solicitud", !form.problems.is_empty()),
        minors_open: child
            || filled(&minors)
            || ["permiso", "acta"]
                .iter()
                .any(|part| form.problems.within(part)),
        papers_open: filled(&papers)
            || form.problems.within("doc2")
            || form.problems.within("doc3"),
        form,
        read,
        answer,
        rule: rule.map(|rule| RuleShown::of(t, rule)),
        covers: covers(t, rule),
        sexes: Choice::of_codes(&t, "sex", ["F", "M", "X"]),
        kinds: Choice::of_codes(
            &t,
            "document-kind",
            DocumentKind::ALL.map(DocumentKind::code),
        ),
        permissions: Choice::of_codes(&t, "permission", Permission::ALL.map(Permission::code)),
        grounds: Choice::of_codes(&t, "ground", RefusalGround::ALL.map(RefusalGround::code)),
        countries: Choice::of_codes(&t, "country", crate::say::COUNTRIES),
        follows,
        mark: session.app().once().mark(),
    })
}

/// Whose nationals today's rule covers, in words.
fn covers(t: Voice<'_>, rule: Option<&paso_domain::programme::Rule>) -> String {
    let Some(terms) = rule.and_then(paso_domain::programme::Rule::terms) else {
        return String::new();
    };
    let names: Vec<String> = terms
        .nationalities
        .iter()
        .map(|code| crate::say::country(t, *code))
        .collect();
    t.with("desk-covers", [("countries", &crate::say::list(t, &names))])
}

/// The empty form, or one that follows a card: `?renueva=` or `?sustituye=` with its number.
async fn fresh(
    session: Allowed<powers::AssessApplication>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let mut fields = Fields::default();
    if let Some(sheet) = paper::asked(&query) {
        fields.set("hoja", sheet);
    }
    for (asked, purpose) in [("renueva", "renovacion"), ("sustituye", "sustitucion")] {
        let Some(number) = query.get(asked) else {
            continue;
        };
        let number: CardNumber = number.parse().map_err(|_| Fault::NotFound)?;
        let record = session
            .service()
            .card(&session.need().await?, number)
            .await?;
        if let Some(application) = &record.application {
            recall(&mut fields, &application.claim);
        }
        fields.set("tramite", purpose);
        fields.set("tarjeta", number.to_string());
    }
    reply::page(&page(&session, Form::of(fields), Vec::new(), None)?)
}

/// Fills a form with what was stated last time, to be compared with the papers shown today.
fn recall(fields: &mut Fields, claim: &Claim) {
    fields.set("apellidos", claim.surnames.as_str());
    fields.set("nombres", claim.given.as_str());
    let birth = claim.birth;
    form::set_date(
        fields,
        "nacimiento",
        Some(birth.year()),
        birth.month(),
        birth.day(),
    );
    fields.set("sexo", claim.sex.letter());
    fields.set("nacionalidad", claim.nationality.as_str());
    fields.set(
        "residencia",
        claim
            .residence
            .map(|code| code.to_string())
            .unwrap_or_default(),
    );
    fields.set("cui", claim.cui.as_deref().unwrap_or_default());
    let evidence = &claim.evidence;
    fields.set(
        "doc1-clase",
        evidence.kind.map(DocumentKind::code).unwrap_or_default(),
    );
    fields.set(
        "doc1-numero",
        evidence.number.as_deref().unwrap_or_default(),
    );
    fields.set(
        "doc1-pais",
        evidence
            .issuer
            .map(|code| code.to_string())
            .unwrap_or_default(),
    );
    let expires = evidence.expires;
    form::set_date(
        fields,
        "doc1-vence",
        expires.map(Date::year),
        expires.map(Date::month),
        expires.map(Date::day),
    );
}

/// What the officer asked for: read the zone, see whether, issue, or refuse.
async fn act(session: Deciding, mut sent: Sent) -> Result<Response, Fault> {
    let portrait = sent.take_file("retrato");
    let fields = sent.fields;
    match fields.typed("accion") {
        "leer" => read_zone(&session, fields),
        "expedir" => issue(&session, fields, portrait).await,
        "negar" => refuse(&session, fields).await,
        "ver" => assess(&session, fields).await,
        // Another language for the same page.
        _ if fields.ticked("visto") => assess(&session, fields).await,
        _ => reply::page(&page(&session, Form::of(fields), Vec::new(), None)?),
    }
}

/// Whoever may decide, at the form of the desk.
type Deciding = Allowed<powers::DecideApplication>;

fn read_zone(session: &Session, mut fields: Fields) -> Result<Response, Fault> {
    let t = session.t();
    let today = session.service().today(session.officer())?;
    match form::fill_from_zone(&mut fields, today) {
        Ok(mrz) => {
            let mut read = vec![t.text("desk-read-compare-name")];
            if mrz.name_cut {
                read.push(t.text("desk-read-name-cut"));
            }
            if mrz.birth.is_none() {
                read.push(t.text("desk-read-no-birth"));
            }
            if mrz.cui_suggestion().is_some() {
                read.push(t.text("desk-read-cui"));
            }
            reply::page(&page(session, Form::of(fields), read, None)?)
        }
        Err(error) => {
            let mut form = Form::of(fields);
            form.problems.add("mrz", crate::say::mrz_error(t, &error));
            reply::again(&page(session, form, Vec::new(), None)?)
        }
    }
}

async fn assess(session: &Deciding, fields: Fields) -> Result<Response, Fault> {
    let today = session.service().today(session.officer())?;
    match form::application(&fields, today, session.t()) {
        Ok(application) => reply::page(&answered(session, Form::of(fields), &application).await?),
        Err(problems) => reply::again(&page(session, Form { fields, problems }, Vec::new(), None)?),
    }
}

/// The page with the answer on it.
async fn answered<'a>(
    session: &'a Session,
    mut form: Form,
    application: &paso_service::desk::ApplicationForm,
) -> Result<Desk<'a>, Fault> {
    let answer = answer::of(session, application).await?;
    let eligibility = session
        .service()
        .assess(&session.need().await?, application)?
        .eligibility;
    answer::propose(&mut form.fields, session.t(), &eligibility);
    form.fields.set("visto", "1");
    page(session, form, Vec::new(), Some(answer))
}

async fn issue(
    session: &Deciding,
    fields: Fields,
    portrait: Option<Vec<u8>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let today = session.service().today(session.officer())?;
    let mut application = match form::application(&fields, today, t) {
        Ok(application) => application,
        Err(problems) => {
            return reply::again(&page(session, Form { fields, problems }, Vec::new(), None)?);
        }
    };
    let mut form = Form::of(fields);
    let from_paper = paper::read(session, &mut form)?;
    if !form.problems.is_empty() {
        return reply::again(&answered(session, form, &application).await?);
    }
    if let Some(bytes) = portrait {
        let kept = Portrait::from_file(bytes).map(Portrait::into_bytes);
        let Some(kept) = kept.ok().filter(|kept| kept.len() <= MOST_PORTRAIT) else {
            form.problems.add("retrato", t.text("desk-portrait-wrong"));
            return reply::again(&answered(session, form, &application).await?);
        };
        application.portrait = Some(kept);
    }
    let mark = form.fields.typed(crate::session::MARK);
    let answered_who = form.fields.text("persona").is_some();
    let done = session
        .app()
        .once()
        .decide(
            session.form_token(),
            mark,
            Box::pin(async {
                // A second record of one person is made by saying so, never by overlooking the question.
                if !answered_who && !answer::candidates(session, &application).await?.is_empty() {
                    return Err(NotIssued::WhoIsIt);
                }
                let record = session
                    .service()
                    .issue_as(session.permit(), &application, from_paper.as_ref())
                    .await?;
                Ok(format!("/tarjetas/{}?expedida", record.card.number))
            }),
        )
        .await;
    match done {
        Ok(place) => return Ok(reply::see_other(&place)),
        Err(NotIssued::WhoIsIt) => {
            form.problems
                .add("persona", t.text("desk-same-person-missing"));
        }
        Err(NotIssued::For(Fault::Refused(refusal))) => {
            let field = paper::field_of(refusal).unwrap_or("dictamen");
            form.problems.add(field, t.code("refusal", refusal.code()));
        }
        Err(NotIssued::For(fault)) => return Err(fault),
    }
    reply::again(&answered(session, form, &application).await?)
}

/// Why a card was not issued, and the form is shown again.
enum NotIssued {
    /// There are records that may be of this person, and nobody has said.
    WhoIsIt,
    /// The register refused, or something failed.
    For(Fault),
}

impl<E: Into<Fault>> From<E> for NotIssued {
    fn from(error: E) -> Self {
        Self::For(error.into())
    }
}

async fn refuse(session: &Deciding, fields: Fields) -> Result<Response, Fault> {
    let t = session.t();
    let today = session.service().today(session.officer())?;
    let application = match form::application(&fields, today, t) {
        Ok(application) => application,
        Err(problems) => {
            return reply::again(&page(session, Form { fields, problems }, Vec::new(), None)?);
        }
    };
    let refusal = match form::refusal(&fields, t) {
        Ok(refusal) => refusal,
        Err(problems) => {
            let answer = answer::of(session, &application).await?;
            let form = Form { fields, problems };
            return reply::again(&page(session, form, Vec::new(), Some(answer))?);
        }
    };
    let mut form = Form::of(fields);
    let from_paper = paper::read(session, &mut form)?;
    if form.problems.is_empty() {
        let mark = form.fields.typed(crate::session::MARK).to_owned();
        let act = Box::pin(async {
            let (permit, paper) = (session.permit(), from_paper.as_ref());
            let service = session.service();
            let (id, prepared) = service
                .refuse_as(permit, &application, refusal, paper)
                .await?;
            let done = format!("/negativas/{id}");
            Ok::<_, ServiceError>(signing::next(&prepared, done))
        });
        let once = session.app().once();
        match once.decide(session.form_token(), &mark, act).await {
            Ok(place) => return Ok(reply::see_other(&place)),
            Err(ServiceError::Refused(refusal)) if paper::field_of(refusal).is_some() => {
                let field = paper::field_of(refusal).unwrap_or("hoja");
                form.problems.add(field, t.code("refusal", refusal.code()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    reply::again(&answered(session, form, &application).await?)
}

/// The purpose of an application as the card's page names it.
pub(crate) fn purpose(t: Voice<'_>, purpose: &ApplicationPurpose) -> String {
    match purpose {
        ApplicationPurpose::First => t.text("purpose-first"),
        ApplicationPurpose::Renewal { of } => {
            t.with("purpose-renewal", [("card", &of.to_string())])
        }
        ApplicationPurpose::Replacement { of } => {
            t.with("purpose-replacement", [("card", &of.to_string())])
        }
    }
}
