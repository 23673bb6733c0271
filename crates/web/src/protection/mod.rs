//! A person's protection, as three kinds of readers see it: who asks the questions and who gives
//! consular notice (here), the refuge office (`refuge`), and a state's consulate (`notices`). A page
//! shows what its use case gives it, and that holds no reason (facts D.4, G).

mod notices;
mod referrals;
mod refuge;

use crate::{
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    say,
    session::{MARK, Sent, Session},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use paso_domain::{
    id::PersonId,
    policy::{Power, powers},
    protection::{Answer, Channel},
};
use paso_formats::field::StateCode;
use paso_pages::{Choice, Form, Frame};
use paso_service::{ServiceError, protection::Guarded};
use std::collections::BTreeSet;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/personas/{id}/proteccion", show)
        .post("/personas/{id}/proteccion/preguntas", screen)
        .post("/personas/{id}/proteccion/aviso", notify)
        .and(refuge::routes())
        .and(notices::routes())
        .and(referrals::routes())
}

/// An answer to tick.
struct Tick {
    name: String,
    label: String,
    ticked: bool,
}

/// A consulate and how it stands with telling it.
struct Consulate {
    state: String,
    duty: String,
}

/// A notice that was given.
struct Given {
    text: String,
    breaches: Vec<String>,
}

#[derive(Template)]
#[template(path = "protection/person.html")]
struct PersonPage<'a> {
    f: Frame<'a>,
    id: String,
    form: Form,
    flag: bool,
    screened: Option<String>,
    referral: String,
    consulates: Vec<Consulate>,
    given: Vec<Given>,
    /// None where this role does not ask.
    answers: Vec<Tick>,
    states: Vec<Choice>,
    channels: Vec<Choice>,
    may_tell: bool,
    record: Option<String>,
    mark: String,
}

fn id(text: &str) -> Result<PersonId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

fn field_of(answer: Answer) -> String {
    format!("respuesta-{}", answer.code())
}

fn page<'a>(session: &'a Session, known: &Guarded, form: Form) -> Result<PersonPage<'a>, Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    let mut f = session.frame(t.text("protection-title"))?;
    f.in_error = !form.problems.is_empty();
    let given = known.notices.iter().map(|told| Given {
        text: t.with(
            "protection-notice-line",
            [
                ("state", &say::country(t, told.to)),
                ("at", &say::at(t, zone, told.at)),
                ("how", &t.code("protection-channel", told.channel.code())),
            ],
        ),
        breaches: told
            .breaches
            .iter()
            .map(|breach| t.code("protection-breach", breach.code()))
            .collect(),
    });
    Ok(PersonPage {
        f,
        id: known.person.to_string(),
        flag: known.flag,
        screened: known.screened.map(|at| say::at(t, zone, at)),
        referral: t.text(if known.referred {
            "protection-referred"
        } else {
            "protection-not-referred"
        }),
        consulates: known
            .consulates
            .iter()
            .map(|(state, duty)| Consulate {
                state: say::country(t, *state),
                duty: t.code("protection-duty", duty.code()),
            })
            .collect(),
        given: given.collect(),
        answers: Answer::ALL
            .into_iter()
            .filter(|_| session.may(Power::RecordScreening))
            .map(|answer| Tick {
                label: t.code("protection-answer", answer.code()),
                ticked: form.fields.ticked(&field_of(answer)),
                name: field_of(answer),
            })
            .collect(),
        states: states(session, known.consulates.iter().map(|(state, _)| *state)),
        channels: Choice::of_codes(&t, "protection-channel", Channel::ALL.map(Channel::code)),
        may_tell: session.may(Power::NotifyConsulate),
        record: session
            .may(Power::ReadCard)
            .then(|| format!("/personas/{}", known.person)),
        form,
        mark: session.app().once().mark(),
    })
}

/// States to choose from.
fn states(session: &Session, of: impl Iterator<Item = StateCode>) -> Vec<Choice> {
    of.map(|state| Choice {
        value: state.to_string(),
        label: say::country(session.t(), state),
    })
    .collect()
}

async fn show(
    session: Allowed<powers::ReadProtectionFlag>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let known = session
        .service()
        .protection(session.permit(), id(&text)?)
        .await?;
    reply::page(&page(&session, &known, Form::default())?)
}

async fn screen(
    session: Allowed<powers::RecordScreening>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let person = id(&text)?;
    let answers: BTreeSet<_> = Answer::ALL
        .into_iter()
        .filter(|answer| sent.fields.ticked(&field_of(*answer)))
        .collect();
    let service = session.service();
    let screened = Box::pin(service.screen(session.permit(), person, answers));
    finish(
        &session,
        person,
        Form::of(sent.fields),
        "respuestas",
        screened,
    )
    .await
}

async fn notify(
    session: Allowed<powers::NotifyConsulate>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let person = id(&text)?;
    let form = Form::of(sent.fields);
    let to = say::typed_country(session.t(), form.fields.typed("consulado"));
    let (service, permit) = (session.service(), session.permit());
    let told = async {
        let Some(to) = to else {
            return Err(ServiceError::Refused(
                paso_domain::protection::ProtectionRefusal::NoticeNotTheirState.into(),
            ));
        };
        if form.fields.typed("via") == Channel::Elsewhere.code() {
            let note = form.fields.typed("nota");
            service.report_notice(permit, person, to, note).await
        } else {
            service.give_notice(permit, person, to).await
        }
    };
    let form = form.clone();
    finish(&session, person, form, "consulado", Box::pin(told)).await
}

/// Does it once, and says a refusal at the field it concerns.
async fn finish(
    session: &Session,
    person: PersonId,
    mut form: Form,
    field: &str,
    act: impl Future<Output = Result<(), ServiceError>>,
) -> Result<Response, Fault> {
    let mark = form.fields.typed(MARK).to_owned();
    let place = format!("/personas/{person}/proteccion");
    let once = session.app().once();
    let done = once.decide(session.form_token(), &mark, async {
        act.await.map(|()| place)
    });
    match done.await {
        Ok(place) => Ok(reply::see_other(&place)),
        Err(ServiceError::Refused(refusal)) => {
            form.problems
                .add(field, session.t().code("refusal", refusal.code()));
            let permit = session.need().await?;
            let known = session.service().protection(&permit, person).await?;
            reply::again(&page(session, &known, form)?)
        }
        Err(error) => Err(error.into()),
    }
}
