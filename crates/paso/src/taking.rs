//! Answering the overseer's reports of people taken, at the machine of the office: what waits, which
//! openings of custody were near, and the signed answer, sent or written to be carried.

use crate::{
    act::{Answer, Shown},
    custody::acting_as,
    custody::cli::{AnswerTaking, AskedOfUs, Openings},
};
use paso_domain::policy::Role;
use paso_service::{
    Service, ServiceError,
    custody::{Candidate, Overseer, Reported, TakingAnswer},
};
use std::fs;
use zeroize::Zeroizing;

/// What waits for an answer, each with what was told of it.
pub(crate) async fn asked(service: &Service, args: &AskedOfUs) -> Result<Answer, ServiceError> {
    let token = fs::read_to_string(&args.token).map_err(|error| ServiceError::BadRequest {
        field: "token",
        problem: format!("{}: {error}", args.token.display()),
    })?;
    let code = &service.authority().code;
    let reports = overseer(&args.from)?
        .pending(&Zeroizing::new(token), code)
        .await;
    Ok(match reports {
        Ok(reports) => Answer::said(reports.iter().map(report).collect::<Vec<_>>().concat()),
        Err(error) => Answer::usage(error.to_string()),
    })
}

/// The openings near an hour, without a name.
pub(crate) async fn openings(service: &Service, args: &Openings) -> Result<Answer, ServiceError> {
    // Whoever answers for the authority is not whoever took people.
    let officer = acting_as(&args.acting, Role::Supervisor);
    let permit = service.permit(&officer).await?;
    let found = service.openings_around(&permit, args.around).await?;
    let lines: Vec<_> = found.iter().map(opening).collect();
    Ok(Answer::said(lines.concat()))
}

/// The signed answer.
pub(crate) async fn answer(
    service: &Service,
    shown: &Shown,
    args: AnswerTaking,
) -> Result<Answer, ServiceError> {
    let officer = acting_as(&args.acting, Role::Supervisor);
    let permit = service.permit(&officer).await?;
    let told = TakingAnswer {
        folio: args.folio,
        says: args.says,
        operations: args.opening,
        episodes: args.episode,
    };
    let Some(log) = &shown.log else {
        return Ok(Answer::usage(
            "a post keeps no log to answer from; answer at the hub".into(),
        ));
    };
    let signed = service.answer_taking(&permit, log, &told).await?;
    let said = match &args.to {
        Some(to) => match overseer(to)?.give(signed.clone()).await {
            Ok(said) => format!("{said}\n"),
            Err(error) => return Ok(Answer::usage(error.to_string())),
        },
        None => String::new(),
    };
    Ok(Answer {
        file: args.output.map(|_| signed),
        ..Answer::said(said)
    })
}

fn report(one: &Reported) -> String {
    format!(
        "{}  {} people, {}, {}, {}\n  unit {}, vehicle {}\n  received {}, answer until {}\n",
        one.folio,
        one.people,
        one.taken,
        one.area,
        one.place,
        told(&one.unit),
        told(&one.vehicle),
        one.received,
        one.due
    )
}

fn opening(one: &Candidate) -> String {
    let opening = &one.opening;
    format!(
        "{}  {} people, taken {}, {}\n  counted at {} {}, unit {}, vehicle {}\n",
        one.operation,
        opening.count,
        opening.taken_at,
        opening.taken_where,
        one.post,
        one.at,
        told(&opening.unit),
        told(&opening.vehicle)
    )
}

fn told(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}

fn overseer(url: &str) -> Result<Overseer, ServiceError> {
    Overseer::at(url).map_err(|error| ServiceError::Device(error.to_string()))
}
