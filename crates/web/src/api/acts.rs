//! What a post has recorded on a day.

use super::{
    describe::{Api, Op},
    door::Token,
    json::{Answer, Query, at},
    problem::Problem,
    spelt::{As, Form, Spelt, named},
};
use jiff::civil::Date;
use paso_domain::{
    policy::{Power, powers},
    subject::Subject,
};
use paso_formats::moment::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) fn routes() -> Api {
    Api::default().get(
        "/api/v1/acts",
        list,
        Op::answering::<ActsPage>(
            "listActs",
            "The acts of the token's post on one day of its calendar, newest first, a page at a time.",
        )
        .asking::<named::Day>("day")
        .asking::<After>("after"),
    )
}

/// Where a page of the list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) at: Moment,
    pub(super) position: u64,
}

impl Spelt for Place {
    const NAME: &'static str = "ActsPlace";
    const ABOUT: &'static str = "Where a page of the list ended, as its `next` says.";
    const FORM: Form = Form::Pattern(
        "^(0|[1-9][0-9]{0,10})\\.(0|[1-9][0-9]{0,17})$",
        "1404752400.17",
    );

    fn read(text: &str) -> Option<Self> {
        let (at, position) = text.split_once('.')?;
        let place = Self {
            at: Moment::from_unix(at.parse().ok()?),
            position: position.parse().ok()?,
        };
        (place.write() == text && at.len() <= 11 && position.len() <= 18).then_some(place)
    }

    fn write(&self) -> String {
        format!("{}.{}", self.at.unix(), self.position)
    }
}

/// A name without parameters, as the document spells it.
pub(super) type After = As<Place>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    day: Option<named::Day>,
    after: Option<After>,
}

/// A page of the list.
#[derive(Serialize, ToSchema)]
struct ActsPage {
    /// The day listed.
    day: named::Day,
    acts: Vec<Listed>,
    /// Send it as `after` for the next page; none on the last.
    next: Option<After>,
}

/// One act.
#[derive(Serialize, ToSchema)]
struct Listed {
    at: named::At,
    /// Which.
    #[schema(example = "card.issued")]
    kind: String,
    officer: named::Officer,
    /// What it was about, where the token's role may open that.
    about: Option<String>,
    /// What was asked, where it was refused.
    command: Option<String>,
    /// The outcome, reason or ground, where the act has one from a closed list.
    code: Option<String>,
    /// When it was recorded: later than `at` for what stood on paper first.
    recorded: named::At,
    /// The number of the sheet of paper that it stood on; null for most.
    sheet: Option<String>,
}

async fn list(
    door: Token<powers::ReadActs>,
    Query(asked): Query<Asked>,
) -> Result<Answer, Problem> {
    let service = door.service();
    let today = service.today(door.permit())?;
    let day: Date = asked.day.map_or(today, |day| day.0.min(today));
    let mut rows = service.acts(door.permit(), day, None).await?;
    // The list goes on after the act named; any act's cursor can be moved there.
    if let (Some(As(place)), Some(first)) = (asked.after, rows.first()) {
        let mut cursor = first.cursor();
        (cursor.at, cursor.position) = (place.at, place.position);
        rows = service.acts(door.permit(), day, Some(cursor)).await?;
    }
    let full = rows.len() == usize::try_from(paso_service::acts::PAGE).unwrap_or(usize::MAX);
    let next = rows.last().filter(|_| full).map(|last| {
        As(Place {
            at: last.at,
            position: last.position,
        })
    });
    let reads = service
        .policy()
        .allows(door.officer().role, Power::ReadCard);
    let acts = rows
        .into_iter()
        .filter(|row| !crate::acts::PARTS.contains(&row.kind.as_str()))
        .map(|row| Listed {
            at: at(row.at),
            officer: As(row.officer),
            about: reads.then(|| about(&row.kind, &row.subject)).flatten(),
            kind: row.kind,
            command: row.command,
            code: row.code,
            recorded: at(row.recorded),
            sheet: row.sheet.map(|sheet| sheet.to_string()),
        })
        .collect();
    Answer::with(&ActsPage {
        day: As(day),
        acts,
        next,
    })
}

/// The address of what an act was about.
fn about(kind: &str, subject: &Subject) -> Option<String> {
    match subject {
        Subject::Card(number) => Some(format!("/api/v1/cards/{number}")),
        // An application that was asked for and refused made no record that could be opened.
        Subject::Application(id) if kind != "command.refused" => {
            Some(format!("/api/v1/refusals/{id}"))
        }
        Subject::Person(id) | Subject::Stays(id) => Some(format!("/api/v1/persons/{id}")),
        _ => None,
    }
}
