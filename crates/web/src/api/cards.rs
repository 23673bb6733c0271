//! Cards and refusals after they were decided, and their prints.

use super::{
    describe::{Api, Op},
    door::Token,
    json::{Answer, At, at},
    problem::Problem,
    shapes::{By, Stated},
    spelt::{As, named},
};
use crate::{print, reply};
use axum::response::Response;
use paso_domain::{
    card::{ApplicationPurpose, Standing},
    id::ApplicationId,
    policy::powers,
};
use paso_formats::{moment::Moment, number::CardNumber};
use paso_service::desk::CardRecord;
use serde::Serialize;
use utoipa::ToSchema;

pub(super) fn routes() -> Api {
    Api::default()
        .get(
            "/api/v1/cards/{number}",
            show,
            Op::answering::<Card>("readCard", "Open a card.").at::<CardNumber>("number"),
        )
        .get(
            "/api/v1/cards/{number}/sheet.pdf",
            print_card,
            Op::printing(
                "printCard",
                "The card to print, in Spanish and English. One that has ended is not printed.",
            )
            .at::<CardNumber>("number"),
        )
        .get(
            "/api/v1/refusals/{id}",
            refusal,
            Op::answering::<Refusal>("readRefusal", "Open a refused application.")
                .at::<ApplicationId>("id"),
        )
        .get(
            "/api/v1/refusals/{id}/sheet.pdf",
            print_refusal,
            Op::printing("printRefusal", "The refusal to print, for the person.")
                .at::<ApplicationId>("id"),
        )
}

/// A card as the register knows it.
#[derive(Serialize, ToSchema)]
pub(super) struct Card {
    number: named::Number,
    /// The holder's record.
    person: named::Person,
    standing: Stands,
    issued: By,
    /// The moment from which it is no longer valid.
    expires: named::At,
    /// The kind of the paper it is bound to.
    document: named::Paper,
    /// The last characters of that paper's number.
    document_tail: String,
    /// What was stated when it was asked for; none where the register knows only the card.
    stated: Option<Stated>,
    /// Why it was asked for.
    purpose: Option<For>,
    /// The row of the programme under which it was issued.
    rule: Option<String>,
    /// The signed text in its code, exactly as printed.
    text: String,
    /// Whether there is a portrait on it.
    portrait: bool,
}

/// Why a card was asked for.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum For {
    /// A first card.
    First,
    /// It follows another.
    Renewal {
        /// That one.
        of: named::Number,
    },
    /// It took another's place.
    Replacement {
        /// That one.
        of: named::Number,
    },
}

impl For {
    const fn of(purpose: &ApplicationPurpose) -> Self {
        match purpose {
            ApplicationPurpose::First => Self::First,
            ApplicationPurpose::Renewal { of } => Self::Renewal { of: As(*of) },
            ApplicationPurpose::Replacement { of } => Self::Replacement { of: As(*of) },
        }
    }
}

/// How a card stands now.
#[derive(Serialize, ToSchema)]
#[serde(tag = "is", rename_all = "kebab-case")]
enum Stands {
    /// Good.
    Good,
    /// Its time is over.
    Expired,
    /// Revoked.
    Revoked {
        /// Since when.
        at: named::At,
        /// Why.
        reason: named::Reason,
    },
    /// Another took its place.
    Replaced {
        /// Since when.
        at: named::At,
        /// That one.
        by: named::Number,
    },
}

impl Card {
    pub(super) fn of(record: &CardRecord, now: Moment) -> Self {
        let card = &record.card;
        let application = record.application.as_ref();
        Self {
            number: As(card.number),
            person: As(card.person),
            standing: match &record.standing {
                Standing::Revoked { at: since, reason } => Stands::Revoked {
                    at: at(*since),
                    reason: As(*reason),
                },
                Standing::Replaced { at: since, by } => Stands::Replaced {
                    at: at(*since),
                    by: As(*by),
                },
                _ if now >= card.expires => Stands::Expired,
                _ => Stands::Good,
            },
            issued: By::of(&record.issued),
            expires: at(card.expires),
            document: As(card.document),
            document_tail: card.document_tail.clone(),
            stated: application.map(|application| Stated::of(&application.claim)),
            purpose: application.map(|application| For::of(&application.purpose)),
            rule: application.map(|application| application.rule.clone()),
            text: card.text.clone(),
            portrait: card.portrait.is_some(),
        }
    }
}

/// A refused application.
#[derive(Serialize, ToSchema)]
struct Refusal {
    id: named::Application,
    person: named::Person,
    stated: Stated,
    ground: named::Ground,
    /// The officer's reasons.
    reasons: String,
    /// What the person can do.
    remedy: String,
    /// The demands that were not met when it was decided.
    assessment: Vec<String>,
    decided: By,
}

async fn show(
    door: Token<powers::ReadCard>,
    At(number): At<CardNumber>,
) -> Result<Answer, Problem> {
    let record = door.service().card(door.permit(), number).await?;
    Answer::with(&Card::of(&record, door.service().clock().now()))
}

async fn print_card(
    door: Token<powers::ReadCard>,
    At(number): At<CardNumber>,
) -> Result<Response, Problem> {
    let record = door.service().card(door.permit(), number).await?;
    // A card that has ended is not printed again: there would be one more of it to be sold.
    if !matches!(record.standing, Standing::Issued) {
        return Err(Problem::NOT_FOUND);
    }
    let (app, demo) = (door.app(), door.app().config().demo);
    let bytes = print::card_pdf(app.service(), app.texts(), demo, &record)?;
    Ok(reply::pdf(bytes, &record.card.number.compact()))
}

async fn refusal(
    door: Token<powers::ReadCard>,
    At(id): At<ApplicationId>,
) -> Result<Answer, Problem> {
    let record = door.service().refusal(door.permit(), id).await?;
    Answer::with(&Refusal {
        id: As(record.id),
        person: As(record.application.person),
        stated: Stated::of(&record.application.claim),
        ground: As(record.refusal.ground),
        reasons: record.refusal.reasons,
        remedy: record.refusal.remedy,
        assessment: record.refusal.assessment,
        decided: By::of(&record.decided),
    })
}

async fn print_refusal(
    door: Token<powers::ReadCard>,
    At(id): At<ApplicationId>,
) -> Result<Response, Problem> {
    let record = door.service().refusal(door.permit(), id).await?;
    let (app, demo) = (door.app(), door.app().config().demo);
    let bytes = print::refusal_pdf(app.service(), app.texts(), demo, &record)?;
    Ok(reply::pdf(bytes, &print::folio(&record)))
}
