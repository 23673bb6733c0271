//! Whom the register knows.

use super::{
    describe::{Api, Op},
    door::Token,
    json::{Answer, At, Sent},
    problem::Problem,
    shapes::{Document, Name, Stated},
    spelt::{As, named},
};
use paso_domain::{id::PersonId, policy::powers};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) fn routes() -> Api {
    Api::default()
        .post(
            "/api/v1/persons/search",
            search,
            Op::answering::<Found>(
                "findPerson",
                "Records that may be of a person who applies: the same paper, or the same name and \
                 date of birth.",
            )
            .taking::<Sought>(),
        )
        .get(
            "/api/v1/persons/{id}",
            show,
            Op::answering::<Person>("readPerson", "Open a person's record.").at::<PersonId>("id"),
        )
}

/// Who is looked for. A body and no address: addresses are written down on the way.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Sought {
    name: Name,
    birth: named::Birth,
    /// A paper that was shown.
    document: Option<Document>,
}

/// Records that may be of this person. The officer decides, never the program.
#[derive(Serialize, ToSchema)]
struct Found {
    persons: Vec<Candidate>,
}

/// A record that may be of this person.
#[derive(Serialize, ToSchema)]
struct Candidate {
    person: named::Person,
    surnames: String,
    given: String,
    birth: named::Birth,
    nationality: named::Country,
    /// Cards of this record, newest first.
    cards: Vec<named::Number>,
}

/// A person's record.
#[derive(Serialize, ToSchema)]
struct Person {
    id: named::Person,
    /// What was stated, newest first.
    stated: Vec<Stated>,
    /// The record to look at in this one's place, where both were found to be one person's.
    merged_into: Option<named::Person>,
}

async fn search(door: Token<powers::FindPerson>, sent: Sent<Sought>) -> Result<Answer, Problem> {
    let Sought {
        name,
        birth,
        document,
    } = sent.body;
    let name = name.read();
    let name = name.ok_or_else(|| Problem::invalid("name: at least one letter"))?;
    let paper = document.as_ref().map(Document::read);
    let found = door
        .service()
        .find_person(door.permit(), &name, birth.0, paper.as_ref())
        .await?;
    Answer::with(&Found {
        persons: found
            .into_iter()
            .map(|candidate| Candidate {
                person: As(candidate.person),
                surnames: candidate.name.surnames,
                given: candidate.name.given,
                birth: As(candidate.birth),
                nationality: As(candidate.nationality),
                cards: candidate.cards.iter().map(|card| As(card.number)).collect(),
            })
            .collect(),
    })
}

async fn show(door: Token<powers::ReadCard>, At(id): At<PersonId>) -> Result<Answer, Problem> {
    let state = door.service().person(door.permit(), id).await?;
    Answer::with(&Person {
        id: As(id),
        stated: state.claims().iter().rev().map(Stated::of).collect(),
        merged_into: state.merged_into().map(As),
    })
}
