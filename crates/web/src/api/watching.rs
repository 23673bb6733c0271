//! For those who watch: who has read a person's records, figures per officer, and counts by month.

use super::{
    acts::{After, Place},
    describe::{Api, Op},
    door::Token,
    json::{Answer, At, Query, at},
    problem::Problem,
    spelt::{As, named},
};
use paso_domain::{
    figures::Published,
    id::PersonId,
    policy::{Kind, powers},
};
use paso_service::{
    figures::{LONGEST, Period},
    gate,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many days are counted when none are named, beside the last.
const USUAL_DAYS: i64 = 29;

pub(super) fn routes() -> Api {
    Api::default()
        .get(
            "/api/v1/persons/{id}/accesses",
            accesses,
            Op::answering::<AccessPage>(
                "listAccesses",
                "Who has read a person's records, newest first, a page at a time. Asking is a reading, too.",
            )
            .at::<PersonId>("id")
            .asking::<After>("after"),
        )
        .get(
            "/api/v1/figures",
            figures,
            Op::answering::<Figures>(
                "readFigures",
                "Figures per officer of a post beside what is usual there. No order is a ranking.",
            )
            .asking::<named::Post>("post")
            .asking::<named::Day>("from")
            .asking::<named::Day>("to"),
        )
        .get(
            "/api/v1/aggregates",
            aggregates,
            Op::answering::<Aggregates>(
                "readAggregates",
                "What was done at a post month by month; small counts are not exact.",
            )
            .asking::<named::Post>("post")
            .asking::<named::Day>("from")
            .asking::<named::Day>("to"),
        )
}

/// A page of the list of readings.
#[derive(Serialize, ToSchema)]
struct AccessPage {
    readings: Vec<Reading>,
    /// Send it as `after` for the next page; none on the last.
    next: Option<After>,
}

/// One reading.
#[derive(Serialize, ToSchema)]
struct Reading {
    at: named::At,
    officer: named::Officer,
    post: named::Post,
    role: named::Role,
    /// The power that was used.
    #[schema(example = "read-card")]
    power: String,
    /// What was opened, as the journal names it.
    #[schema(example = "card:TAL-7K3M-9Q2X-F")]
    record: String,
    how: named::How,
    /// Whether it was shown as one of several that a search found.
    listed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedAccesses {
    after: Option<After>,
}

async fn accesses(
    door: Token<powers::ReadAccessList>,
    At(person): At<PersonId>,
    Query(asked): Query<AskedAccesses>,
) -> Result<Answer, Problem> {
    let after = asked.after.map(|As(place)| (place.at, place.position));
    let rows = door
        .service()
        .accesses(door.permit(), person, after)
        .await?;
    let full = rows.len() == usize::try_from(gate::PAGE).unwrap_or(usize::MAX);
    let next = rows.last().filter(|_| full).map(|last| {
        As(Place {
            at: last.at,
            position: last.position,
        })
    });
    let reading = |row: gate::Reading| Reading {
        at: at(row.at),
        officer: As(row.officer),
        post: As(row.post),
        role: As(row.role),
        power: row.power.code().to_owned(),
        record: row.record.to_string(),
        how: As(row.how),
        listed: row.listed,
    };
    Answer::with(&AccessPage {
        readings: rows.into_iter().map(reading).collect(),
        next,
    })
}

/// A post, and days of its calendar; what is missing is the token's post and its last month.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedPeriod {
    post: Option<named::Post>,
    from: Option<named::Day>,
    to: Option<named::Day>,
}

impl AskedPeriod {
    fn period<P: Kind>(self, door: &Token<P>) -> Result<Period, Problem> {
        let today = door.service().today(door.officer())?;
        let to = self.to.map_or(today, |day| day.0.min(today));
        let back = jiff::Span::new().days(USUAL_DAYS);
        let usual = to.checked_sub(back).unwrap_or(to);
        let from = self.from.map_or(usual, |day| day.0);
        if from > to {
            return Err(Problem::invalid("from: not after the last day"));
        }
        let longest = from.checked_add(jiff::Span::new().days(LONGEST));
        if longest.is_ok_and(|longest| to > longest) {
            return Err(Problem::invalid("from: a period has at most 400 days"));
        }
        let post = self.post.map_or(door.officer().post, |post| post.0);
        Ok(Period { post, from, to })
    }
}

/// Figures at a post.
#[derive(Serialize, ToSchema)]
struct Figures {
    post: named::Post,
    from: named::Day,
    to: named::Day,
    measures: Vec<Measured>,
}

/// One measure.
#[derive(Serialize, ToSchema)]
struct Measured {
    measure: named::Measure,
    /// The middle share in thousandths, where there are officers enough to say.
    usual: Option<u16>,
    officers: Vec<Figure>,
}

/// One officer's figure.
#[derive(Serialize, ToSchema)]
struct Figure {
    officer: named::Officer,
    /// How many.
    some: u32,
    /// Of how many.
    of: u32,
    /// Beside what is usual at the post.
    #[schema(example = "few-acts")]
    beside: String,
}

async fn figures(
    door: Token<powers::ReadFigures>,
    Query(asked): Query<AskedPeriod>,
) -> Result<Answer, Problem> {
    let period = asked.period(&door)?;
    let counted = door.service().figures(door.permit(), period).await?;
    let measures = counted.into_iter().map(|one| Measured {
        measure: As(one.measure),
        usual: one.usual,
        officers: one
            .officers
            .into_iter()
            .map(|(officer, figure)| Figure {
                officer: As(officer),
                some: figure.tally.some,
                of: figure.tally.of,
                beside: figure.beside.code().to_owned(),
            })
            .collect(),
    });
    Answer::with(&Figures {
        post: As(period.post),
        from: As(period.from),
        to: As(period.to),
        measures: measures.collect(),
    })
}

/// Counts at a post.
#[derive(Serialize, ToSchema)]
struct Aggregates {
    post: named::Post,
    months: Vec<Month>,
}

/// One month.
#[derive(Serialize, ToSchema)]
struct Month {
    /// Its first day.
    first: named::Day,
    counts: Vec<Count>,
}

/// One count: exact, or fewer than a number.
#[derive(Serialize, ToSchema)]
struct Count {
    /// Which act.
    #[schema(example = "card.issued")]
    kind: String,
    /// Its ground, reason or outcome, where it has one.
    code: Option<String>,
    exactly: Option<u64>,
    fewer_than: Option<u64>,
}

async fn aggregates(
    door: Token<powers::ReadAggregates>,
    Query(asked): Query<AskedPeriod>,
) -> Result<Answer, Problem> {
    let period = asked.period(&door)?;
    let months = door.service().aggregates(door.permit(), period).await?;
    let months = months.into_iter().map(|month| Month {
        first: As(month.first),
        counts: month
            .counts
            .into_iter()
            .map(|(kind, code, count)| {
                let (exactly, fewer_than) = match count {
                    Published::Exactly(count) => (Some(count), None),
                    Published::FewerThan(count) => (None, Some(count)),
                };
                Count {
                    kind,
                    code,
                    exactly,
                    fewer_than,
                }
            })
            .collect(),
    });
    Answer::with(&Aggregates {
        post: As(period.post),
        months: months.collect(),
    })
}
