//! The ninety seconds: who it is, as stated; health, belongings, language, whom to tell. Nothing is
//! required: nobody has to say anything to be counted.

use super::{Tick, did, id, operation, tell, tick_of};
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
use axum::{extract::Path, response::Response};
use paso_domain::{
    custody::{Description, Stated},
    document::DocumentKind,
    id::EpisodeId,
    person::Evidence,
    policy::powers,
};
use paso_formats::field::{BirthDate, StateCode};
use paso_pages::{Choice, Form, Frame};
use paso_service::custody::EpisodeRecord;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/custodia/{id}/persona", show)
        .post("/custodia/{id}/persona", describe)
}

#[derive(Template)]
#[template(path = "custody/person.html")]
struct PersonPage<'a> {
    f: Frame<'a>,
    form: Form,
    id: String,
    folio: String,
    /// Where the questions of protection are asked.
    questions: Option<String>,
    sexes: Vec<Choice>,
    documents: Vec<Choice>,
    countries: Vec<String>,
    languages: Vec<String>,
    with: Vec<Tick>,
    mark: String,
}

/// What the people beside this one in the count are called.
async fn beside(session: &Session, record: &EpisodeRecord) -> Result<Vec<EpisodeRecord>, Fault> {
    let Some((_, opening)) = &record.story.opening else {
        return Ok(Vec::new());
    };
    let permit = session.need::<powers::ReadCustody>().await?;
    let found = session
        .service()
        .operation(&permit, opening.operation)
        .await?;
    let mut others = found.episodes;
    others.retain(|other| other.id != record.id);
    Ok(others)
}

fn page<'a>(
    session: &'a Session,
    record: &EpisodeRecord,
    others: &[EpisodeRecord],
    form: Form,
) -> Result<PersonPage<'a>, Fault> {
    let t = session.t();
    let mut f = session.frame(tell::name(t, record))?;
    f.in_error = !form.problems.is_empty();
    Ok(PersonPage {
        f,
        id: record.id.to_string(),
        folio: tell::folio(record.id),
        questions: record
            .story
            .person()
            .map(|person| format!("/personas/{person}/proteccion")),
        sexes: Choice::of_codes(&t, "sex", ["F", "M", "X"]),
        documents: Choice::of_codes(
            &t,
            "document-kind",
            DocumentKind::ALL.map(DocumentKind::code),
        ),
        countries: say::COUNTRIES
            .into_iter()
            .map(|code| t.code("country", code))
            .collect(),
        languages: ["es", "mam", "quc", "kek", "ht", "en", "pt"]
            .map(|code| t.code("custody-language", code))
            .into(),
        with: others
            .iter()
            .map(|other| Tick {
                name: tick_of(other.id),
                label: tell::name(t, other),
                folio: tell::folio(other.id),
                ticked: form.fields.ticked(&tick_of(other.id)),
            })
            .collect(),
        form,
        mark: session.app().once().mark(),
    })
}

/// What was stated last, in the fields: a later statement takes nothing away and repeats the rest.
fn filled(session: &Session, record: &EpisodeRecord) -> Form {
    let mut form = Form::default();
    let Some(told) = record.story.described() else {
        return form;
    };
    let fields = &mut form.fields;
    let stated = &told.stated;
    fields.set("apellidos", stated.surnames.as_str());
    fields.set("nombres", stated.given.as_str());
    if let Some(birth) = stated.birth {
        fields.set("nacimiento-anio", birth.year().to_string());
        let part = |part: Option<i8>| part.map_or_else(String::new, |part| part.to_string());
        fields.set("nacimiento-mes", part(birth.month()));
        fields.set("nacimiento-dia", part(birth.day()));
    }
    if let Some(sex) = stated.sex {
        fields.set("sexo", sex.to_string());
    }
    if let Some(of) = stated.nationality {
        fields.set("nacionalidad", say::country(session.t(), of));
    }
    if let Some(kind) = stated.evidence.kind {
        fields.set("documento", kind.code());
    }
    let number = stated.evidence.number.as_deref();
    fields.set("documento-numero", number.unwrap_or_default());
    for with in record.story.found_with() {
        fields.set(&tick_of(with), "1");
    }
    for (name, text) in [
        ("salud", &told.health),
        ("lesiones", &told.injuries),
        ("pertenencias", &told.belongings),
        ("idioma", &told.language),
        ("interprete", &told.interpreter),
        ("avisar", &told.tell),
        ("derechos", &told.rights),
    ] {
        fields.set(name, text.as_str());
    }
    form
}

async fn show(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let permit = session.need::<powers::ReadCustody>().await?;
    let record = session.service().episode(&permit, id(&text)?).await?;
    let others = beside(&session, &record).await?;
    let form = filled(&session, &record);
    reply::page(&page(&session, &record, &others, form)?)
}

/// A date of birth as far as it was typed; a part that is no number, or no day there is, is said.
fn birth(session: &Session, form: &mut Form) -> Option<BirthDate> {
    let part = |name: &str| {
        let text = form.fields.text(&format!("nacimiento-{name}"));
        text.map(str::parse::<i16>).transpose()
    };
    let key = match (part("anio"), part("mes"), part("dia")) {
        (Ok(None), Ok(None), Ok(None)) => return None,
        (Ok(Some(year)), Ok(month), Ok(day)) => {
            let small = |part: Option<i16>| part.map(i8::try_from).transpose();
            match (small(month), small(day)) {
                (Ok(month), Ok(day)) => match BirthDate::partial(year, month, day) {
                    Ok(birth) => return Some(birth),
                    Err(_) => "desk-date-unreal",
                },
                _ => "desk-date-unreal",
            }
        }
        (Ok(None), _, _) => "desk-birth-year-missing",
        _ => "desk-date-numbers",
    };
    let text = session.t().text(key);
    form.problems.add("nacimiento", text);
    None
}

fn country(session: &Session, form: &mut Form) -> Option<StateCode> {
    let text = form.fields.text("nacionalidad")?;
    let code = say::typed_country(session.t(), text);
    if code.is_none() {
        let text = session.t().text("desk-country-unknown");
        form.problems.add("nacionalidad", text);
    }
    code
}

fn described(session: &Session, form: &mut Form, others: &[EpisodeRecord]) -> Description {
    let birth = birth(session, form);
    let nationality = country(session, form);
    let typed = |name: &str| form.fields.typed(name).trim().to_owned();
    let kind = form.fields.typed("documento");
    let ticked = |other: &&EpisodeRecord| form.fields.ticked(&tick_of(other.id));
    Description {
        stated: Stated {
            surnames: typed("apellidos"),
            given: typed("nombres"),
            birth,
            sex: form.fields.typed("sexo").chars().next(),
            nationality,
            evidence: Evidence {
                kind: DocumentKind::ALL.into_iter().find(|one| one.code() == kind),
                number: form.fields.text("documento-numero").map(str::to_owned),
                issuer: None,
                expires: None,
                machine_read: false,
            },
        },
        found_with: others.iter().filter(ticked).map(|other| other.id).collect(),
        health: typed("salud"),
        injuries: typed("lesiones"),
        belongings: typed("pertenencias"),
        language: typed("idioma"),
        interpreter: typed("interprete"),
        tell: typed("avisar"),
        rights: typed("derechos"),
    }
}

async fn describe(
    session: Allowed<powers::KeepCustody>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let id: EpisodeId = id(&text)?;
    let service = session.service();
    let permit = session.need::<powers::ReadCustody>().await?;
    let record = service.episode(&permit, id).await?;
    let others = beside(&session, &record).await?;
    let mut form = Form::of(sent.fields);
    let description = described(&session, &mut form, &others);
    if form.problems.is_empty() {
        let goes_on = form.fields.typed("accion") == "siguiente";
        let opened = record.story.opening.as_ref();
        let operation = opened.map(|(_, opening)| opening.operation);
        let act = async {
            let prepared = service.describe(session.permit(), id, description).await?;
            let mut place = format!("/custodia/{id}");
            if let (true, Some(operation)) = (goes_on, operation) {
                let known = service.operation(&permit, operation).await?;
                place = operation::next(&known)
                    .unwrap_or_else(|| format!("/custodia/operaciones/{operation}"));
            }
            Ok(signing::next(&prepared, place))
        };
        if let Some(answer) = did(&session, &mut form, "apellidos", Box::pin(act)).await? {
            return Ok(answer);
        }
    }
    reply::again(&page(&session, &record, &others, form)?)
}
