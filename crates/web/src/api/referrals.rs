//! For those who receive referrals: who was referred to them, and the word that they know. What else was
//! answered, and who else received a referral, is in no answer here.

use super::{
    describe::{Api, Op},
    door::Token,
    json::{Answer, At, Empty, Query, at},
    once,
    problem::Problem,
    spelt::{As, Form, Spelt, named},
};
use paso_domain::{id::PersonId, policy::powers};
use paso_formats::moment::Moment;
use paso_service::protection::{PAGE, RefugeRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) fn routes() -> Api {
    Api::default()
        .get(
            "/api/v1/referrals",
            list,
            Op::answering::<Referrals>(
                "listReferrals",
                "Who was referred to the token's body, newest first, a page at a time.",
            )
            .asking::<AfterReferral>("after"),
        )
        .post(
            "/api/v1/referrals/{id}/receipt",
            receive,
            Op::answering::<Received>(
                "acknowledgeReferral",
                "Say that a referral has arrived. Once it was said there is nothing more to say.",
            )
            .at::<PersonId>("id")
            .acting(),
        )
}

/// Where a page of the list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Last {
    at: Moment,
    person: PersonId,
}

impl Spelt for Last {
    const NAME: &'static str = "ReferralsPlace";
    const ABOUT: &'static str = "Where a page of the list ended, as its `next` says.";
    const FORM: Form = Form::Pattern(
        "^(0|[1-9][0-9]{0,10})\\.[0-9a-f]{32}$",
        "1404752400.5f0c9e1d2b3a4f5e6d7c8b9a0f1e2d3c",
    );

    fn read(text: &str) -> Option<Self> {
        let (at, person) = text.split_once('.')?;
        let last = Self {
            at: Moment::from_unix(at.parse().ok()?),
            person: person.parse().ok()?,
        };
        (last.write() == text && at.len() <= 11).then_some(last)
    }

    fn write(&self) -> String {
        format!("{}.{}", self.at.unix(), self.person)
    }
}

/// A name without parameters, as the document spells it.
type AfterReferral = As<Last>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    after: Option<AfterReferral>,
}

/// A page of the list.
#[derive(Serialize, ToSchema)]
struct Referrals {
    referrals: Vec<Referred>,
    /// Send it as `after` for the next page; none on the last.
    next: Option<AfterReferral>,
}

/// One referral.
#[derive(Serialize, ToSchema)]
struct Referred {
    person: named::Person,
    /// Name as stated; none where nothing was.
    name: Option<String>,
    /// Date of birth as stated.
    birth: Option<named::Birth>,
    /// When the person was referred.
    at: named::At,
    /// At which post.
    post: named::Post,
    /// When somebody here said that they know; none while nobody has.
    received: Option<named::At>,
    /// By when that is due.
    due: Option<named::At>,
}

/// What was said.
#[derive(Serialize, ToSchema)]
struct Received {
    person: named::Person,
}

async fn list(
    door: Token<powers::ReceiveReferrals>,
    Query(asked): Query<Asked>,
) -> Result<Answer, Problem> {
    let after = asked.after.map(|As(last)| RefugeRow {
        at: last.at,
        person: last.person,
    });
    let found = door.service().referrals(door.permit(), after).await?;
    let full = found.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| full).map(|last| {
        As(Last {
            at: last.row.at,
            person: last.row.person,
        })
    });
    let referrals = found.into_iter().map(|one| Referred {
        person: As(one.person),
        name: one.name,
        birth: one.birth.map(As),
        at: at(one.at),
        post: As(one.post),
        received: one.received.map(at),
        due: one.clock.map(|clock| at(clock.due)),
    });
    Answer::with(&Referrals {
        referrals: referrals.collect(),
        next,
    })
}

async fn receive(
    door: Token<powers::ReceiveReferrals>,
    At(person): At<PersonId>,
    sent: Empty,
) -> Result<Answer, Problem> {
    let saying = async {
        let received = door.service().receive_referral(door.permit(), person);
        received.await?;
        Answer::done(&Received { person: As(person) })
    };
    Box::pin(once::act(&door, sent.repeats(), Box::pin(saying))).await
}
