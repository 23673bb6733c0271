//! Acts that their officer has to sign: a program prepares them, and the officer signs at the page
//! whose address it is given. No token signs anything, whatever its role.

use super::{
    describe::{Api, Op},
    door::Token,
    json::{Answer, At, Sent, at},
    once,
    problem::Problem,
    spelt::{As, named},
    words::{Told, Untold},
};
use crate::signing::lines::{self, Reader};
use core::fmt::Write as _;
use paso_domain::{crossings::Post, id::PersonId, policy::powers};
use paso_formats::number::CardNumber;
use paso_pages::Lang;
use paso_service::approval::Prepared;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) fn routes() -> Api {
    Api::default()
        .post(
            "/api/v1/cards/{number}/revocation",
            revoke,
            Op::answering::<Proposal>("prepareRevocation", "Prepare the revocation of a card.")
                .at::<CardNumber>("number")
                .taking::<Revocation>()
                .preparing()
                .placed(),
        )
        .post(
            "/api/v1/persons/{id}/merge",
            merge,
            Op::answering::<Proposal>(
                "prepareMerge",
                "Prepare that a record and another are one person's.",
            )
            .at::<PersonId>("id")
            .taking::<Merge>()
            .preparing()
            .placed(),
        )
        .post(
            "/api/v1/persons/{id}/separation",
            separate,
            Op::answering::<Proposal>("prepareSeparation", "Prepare that a merge is undone.")
                .at::<PersonId>("id")
                .taking::<Separation>()
                .preparing()
                .placed(),
        )
}

/// Why a card is revoked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Revocation {
    reason: named::Reason,
    /// What is to be kept about it; some reasons need it.
    #[serde(default)]
    #[schema(required = false)]
    note: Untold,
}

/// Which record stands for the person from then on, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    into: named::Person,
    reason: Told,
}

/// Why two records are not one person's after all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Separation {
    reason: Told,
}

/// An act that waits for its officer's passkey.
#[derive(Serialize, ToSchema)]
struct Proposal {
    /// The page where the officer of the token signs, or takes it back.
    #[schema(example = "/firmas/5f0c9e1d2b3a4f5e6d7c8b9a0f1e2d3c")]
    sign_at: String,
    /// Which command it is.
    #[schema(example = "card.revoke")]
    command: String,
    /// From when it can no longer be signed.
    until: named::At,
    /// The digest that the passkey signs, in hexadecimal.
    digest: String,
    /// What will be recorded, in the words of that page.
    says: Vec<Said>,
    /// Whether a second person has to sign, too.
    needs_two: bool,
}

/// A line of what will be recorded.
#[derive(Serialize, ToSchema)]
struct Said {
    name: String,
    value: String,
}

async fn answer<P>(door: &Token<P>, lang: Lang, prepared: Prepared) -> Result<Answer, Problem> {
    let service = door.service();
    let Prepared::ToSign(id) = prepared else {
        // The table of signatures has every command that comes here.
        return Err(crate::fault::Fault::Internal.into());
    };
    let shown = service.proposal(door.officer(), &id).await?;
    let reader = Reader {
        t: door.app().speak(lang),
        service,
        zone: service.post(door.officer()).ok().map(Post::zone),
        // A program names nobody who is held.
        people: lines::Named::new(),
    };
    let mut digest = String::with_capacity(64);
    for byte in shown.digest {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    let place = format!("/firmas/{id}");
    let says = lines::of(&reader, &shown.events).into_iter();
    let proposal = Proposal {
        sign_at: place.clone(),
        command: shown.command,
        until: at(shown.expires),
        digest,
        says: says
            .map(|line| Said {
                name: line.name,
                value: line.value,
            })
            .collect(),
        needs_two: shown.needs_two,
    };
    Answer::waits(place, &proposal)
}

async fn revoke(
    door: Token<powers::RevokeCard>,
    At(number): At<CardNumber>,
    lang: Lang,
    sent: Sent<Revocation>,
) -> Result<Answer, Problem> {
    let Revocation {
        reason: As(reason),
        ref note,
    } = sent.body;
    let (service, note) = (door.service(), note.trimmed());
    let acting = async {
        let prepared = service.revoke(door.permit(), number, reason, note).await?;
        answer(&door, lang, prepared).await
    };
    Box::pin(once::act(&door, sent.repeats(), Box::pin(acting))).await
}

async fn merge(
    door: Token<powers::MergePersons>,
    At(person): At<PersonId>,
    lang: Lang,
    sent: Sent<Merge>,
) -> Result<Answer, Problem> {
    let Merge {
        into: As(into),
        ref reason,
    } = sent.body;
    let (service, reason) = (door.service(), reason.trimmed());
    let acting = async {
        let prepared = service.merge(door.permit(), person, into, reason).await?;
        answer(&door, lang, prepared).await
    };
    Box::pin(once::act(&door, sent.repeats(), Box::pin(acting))).await
}

async fn separate(
    door: Token<powers::MergePersons>,
    At(person): At<PersonId>,
    lang: Lang,
    sent: Sent<Separation>,
) -> Result<Answer, Problem> {
    let (service, reason) = (door.service(), sent.body.reason.trimmed());
    let acting = async {
        let prepared = service.undo_merge(door.permit(), person, reason).await?;
        answer(&door, lang, prepared).await
    };
    Box::pin(once::act(&door, sent.repeats(), Box::pin(acting))).await
}
