//! Entries, exits and stays.

use super::{
    describe::{Api, Op},
    door::Token,
    json::{Answer, At, Both, Empty, at},
    once,
    problem::Problem,
    shapes::By,
    spelt::{As, named},
};
use crate::{print, reply};
use axum::response::Response;
use paso_domain::{
    act::Act,
    id::StayId,
    policy::powers,
    stay::{Ending, Entered, Stay},
};
use paso_formats::{number::CardNumber, receipt::Code};
use serde::Serialize;
use utoipa::ToSchema;

pub(super) fn routes() -> Api {
    Api::default()
        .post(
            "/api/v1/cards/{number}/entries",
            enter,
            Op::answering::<Entry>("recordEntry", "Record an entry and sign its slip.")
                .at::<CardNumber>("number")
                .acting(),
        )
        .post(
            "/api/v1/cards/{number}/exits",
            leave,
            Op::answering::<Exit>(
                "recordExit",
                "Record an exit. It is never refused: whoever stands on the other side has left.",
            )
            .at::<CardNumber>("number")
            .acting(),
        )
        .get(
            "/api/v1/cards/{number}/stays",
            stays,
            Op::answering::<Stays>("readStays", "The stays of a card's holder, newest first.")
                .at::<CardNumber>("number"),
        )
        .get(
            "/api/v1/cards/{number}/stays/{stay}/slip.pdf",
            print_slip,
            Op::printing(
                "printSlip",
                "The slip of an entry, its receipt on the back.",
            )
            .at::<CardNumber>("number")
            .at::<StayId>("stay"),
        )
        .get(
            "/api/v1/cards/{number}/exits/{code}/receipt.pdf",
            print_exit,
            Op::printing("printExit", "The receipt of an exit.")
                .at::<CardNumber>("number")
                .at::<Code>("code"),
        )
}

/// A stay as its slip tells it.
#[derive(Serialize, ToSchema)]
struct StayShown {
    stay: named::Stay,
    /// The card it was entered on.
    card: named::Number,
    entered: By,
    /// The time zone of the post, in which the two moments below are shown to people.
    #[schema(example = "America/Mexico_City")]
    zone: String,
    /// Leave by this moment.
    leave_by: named::At,
    /// Only after this moment is the stay overstayed.
    not_overstayed_until: named::At,
    /// Where the holder may be, as ISO 3166-2.
    states: Vec<String>,
    /// The row of the programme that set both moments.
    rule: String,
    slip: named::Slip,
    /// The signed text in the slip's code.
    slip_text: String,
    /// The code of the receipt given for the entry.
    receipt: Option<named::Code>,
    /// How it ended; none while it is open.
    ending: Option<Ended>,
    /// The code of the receipt given for the exit.
    exit_receipt: Option<named::Code>,
}

/// How a stay ended.
#[derive(Serialize, ToSchema)]
#[serde(tag = "how", rename_all = "kebab-case")]
enum Ended {
    /// The person left.
    Exited {
        /// When.
        at: named::At,
        /// Through which post.
        post: named::Post,
    },
    /// The person entered again without a recorded exit. Nobody's fault.
    NotRecorded,
}

impl StayShown {
    fn new(entry: Entered, act: &Act, ending: Option<&Ending>, exit: Option<Code>) -> Self {
        Self {
            stay: As(entry.stay),
            card: As(entry.card),
            entered: By::of(act),
            zone: entry.zone,
            leave_by: at(entry.leave_by),
            not_overstayed_until: at(entry.not_overstayed_until),
            states: entry.states,
            rule: entry.rule,
            slip: As(entry.slip),
            slip_text: entry.slip_text,
            receipt: entry.receipt.map(As),
            ending: ending.map(|ending| match ending {
                Ending::Exited { at: left, post } => Ended::Exited {
                    at: at(*left),
                    post: As(*post),
                },
                Ending::NotRecorded => Ended::NotRecorded,
            }),
            exit_receipt: exit.map(As),
        }
    }

    fn of(stay: Stay) -> Self {
        Self::new(
            stay.entry,
            &stay.entered,
            stay.ending.as_ref(),
            stay.exit_receipt,
        )
    }
}

/// An entry as recorded.
#[derive(Serialize, ToSchema)]
struct Entry {
    stay: StayShown,
    /// Stays that this entry closed, because their exit had not been recorded.
    closed: Vec<named::Stay>,
    /// The text of its receipt's code, where it could be signed.
    receipt_text: Option<String>,
}

/// An exit as recorded.
#[derive(Serialize, ToSchema)]
struct Exit {
    left: By,
    /// The stay that ended; none when no entry had been recorded.
    stay: Option<StayShown>,
    /// The code of the receipt given for it.
    receipt: Option<named::Code>,
}

/// Stays of one person.
#[derive(Serialize, ToSchema)]
struct Stays {
    stays: Vec<StayShown>,
}

async fn enter(
    door: Token<powers::RecordCrossing>,
    At(number): At<CardNumber>,
    sent: Empty,
) -> Result<Answer, Problem> {
    let entering = async {
        let record = door.service().enter(door.permit(), number).await?;
        Answer::done(&Entry {
            closed: record.closed.into_iter().map(As).collect(),
            receipt_text: record.symbol.ok(),
            stay: StayShown::new(record.entry, &record.act, record.ending.as_ref(), None),
        })
    };
    once::act(&door, sent.repeats(), Box::pin(entering)).await
}

async fn leave(
    door: Token<powers::RecordCrossing>,
    At(number): At<CardNumber>,
    sent: Empty,
) -> Result<Answer, Problem> {
    let leaving = async {
        let record = door.service().leave(door.permit(), number).await?;
        Answer::done(&Exit {
            left: By::of(&record.act),
            stay: record.stay.map(StayShown::of),
            receipt: record.receipt.map(As),
        })
    };
    once::act(&door, sent.repeats(), Box::pin(leaving)).await
}

async fn stays(
    door: Token<powers::RecordCrossing>,
    At(number): At<CardNumber>,
) -> Result<Answer, Problem> {
    let stays = door.service().stays(door.permit(), number).await?;
    Answer::with(&Stays {
        stays: stays.into_iter().map(StayShown::of).collect(),
    })
}

async fn print_slip(
    door: Token<powers::RecordCrossing>,
    Both(number, stay): Both<CardNumber, StayId>,
) -> Result<Response, Problem> {
    let record = door.service().entry(door.permit(), number, stay).await?;
    let bearer = door.service().bearer(&door.need().await?, number).await?;
    let (app, look) = (door.app(), door.app().print_look());
    let bytes = print::slip_pdf(app.service(), app.texts(), look, &bearer, &record)?;
    Ok(reply::pdf(bytes, &record.entry.slip.compact()))
}

async fn print_exit(
    door: Token<powers::RecordCrossing>,
    Both(number, code): Both<CardNumber, Code>,
) -> Result<Response, Problem> {
    let paper = door
        .service()
        .crossing_receipt(door.permit(), number, code)
        .await?;
    // An entry's receipt is on the back of its slip.
    if paper.facts.kind != paso_formats::receipt::Kind::Exit {
        return Err(Problem::NOT_FOUND);
    }
    let app = door.app();
    let bytes = print::exit_pdf(app.service(), app.texts(), app.print_look(), number, &paper)?;
    Ok(reply::pdf(bytes, &code.to_string()))
}
