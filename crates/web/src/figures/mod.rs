//! Figures per officer for whoever watches over them, and monthly counts for statistics; on screen
//! and as CSV, through the same door and the same use case.

mod csv;

use crate::{door::Allowed, fault::Fault, reply, routes::Routes, session::Session};
use askama::Template;
use axum::{extract::Query, response::Response};
use jiff::civil::Date;
use paso_domain::{
    crossings::PostCode,
    figures::{Beside, Measure},
    policy::powers,
};
use paso_pages::{Choice, Form, Frame, Voice};
use paso_service::{
    ServiceError,
    figures::{Figure, Measured, Month, Period},
};
use std::collections::HashMap;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/inspeccion", figures)
        .get("/inspeccion/cifras.csv", csv::figures)
        .get(
            "/inspeccion/cifras.csv-metadata.json",
            csv::figures_described,
        )
        .get("/inspeccion/tardios.csv", csv::late)
        .get("/inspeccion/tardios.csv-metadata.json", csv::late_described)
        .get("/estadistica", aggregates)
        .get("/estadistica/cifras.csv", csv::aggregates)
        .get(
            "/estadistica/cifras.csv-metadata.json",
            csv::aggregates_described,
        )
}

/// How many days are shown when none are named.
const USUAL_DAYS: i64 = 29;

/// The post and days in an address; what is missing is one's own post and the last month.
fn asked(session: &Session, query: &HashMap<String, String>) -> Result<Period, Problem> {
    let today = session
        .service()
        .today(session.officer())
        .map_err(|_| Problem::Post)?;
    let day = |field: &str, otherwise: Date| match query.get(field).map(String::as_str) {
        None | Some("") => Ok(otherwise),
        Some(text) => text.parse::<Date>().map_err(|_| Problem::Days),
    };
    let post = match query.get("puesto").map(String::as_str) {
        None | Some("") => session.officer().post,
        Some(text) => text.parse::<PostCode>().map_err(|_| Problem::Post)?,
    };
    let back = jiff::Span::new().days(USUAL_DAYS);
    let to = day("hasta", today)?.min(today);
    let from = day("desde", to.checked_sub(back).unwrap_or(to))?;
    if from > to {
        return Err(Problem::Days);
    }
    Ok(Period { post, from, to })
}

/// What in an address cannot be used.
#[derive(Clone, Copy)]
enum Problem {
    Post,
    Days,
}

impl Problem {
    fn put(self, t: Voice<'_>, form: &mut Form) {
        match self {
            Self::Post => form.problems.add("puesto", t.text("figures-post-unknown")),
            Self::Days => form.problems.add("desde", t.text("figures-days-wrong")),
        }
    }

    /// What the use case says of the same.
    fn of(error: ServiceError) -> Result<Self, Fault> {
        match error {
            ServiceError::NotFound => Ok(Self::Post),
            ServiceError::BadRequest { .. } => Ok(Self::Days),
            error => Err(error.into()),
        }
    }
}

/// What was counted for an address, and the form to ask again.
struct Found<T> {
    /// The period, where it could be read, and what was counted in it.
    period: Option<Period>,
    counted: Option<Vec<T>>,
    form: Form,
    posts: Vec<Choice>,
}

impl<T> Found<T> {
    /// Where the same is to be had as a file.
    fn export(&self, place: &str) -> Option<String> {
        let period = self.period.filter(|_| self.counted.is_some())?;
        Some(format!(
            "{place}?puesto={}&desde={}&hasta={}",
            period.post, period.from, period.to
        ))
    }
}

/// Counts what an address asks for, or says beside the form why not.
async fn answer<T>(
    session: &Session,
    query: &HashMap<String, String>,
    count: impl AsyncFnOnce(Period) -> Result<Vec<T>, ServiceError>,
) -> Result<Found<T>, Fault> {
    let mut form = Form::default();
    for field in ["puesto", "desde", "hasta"] {
        if let Some(typed) = query.get(field) {
            form.fields.set(field, typed.as_str());
        }
    }
    let (period, counted) = match asked(session, query) {
        Ok(period) => match count(period).await {
            Ok(counted) => (Some(period), Ok(counted)),
            Err(error) => (Some(period), Err(Problem::of(error)?)),
        },
        Err(problem) => (None, Err(problem)),
    };
    if let (Some(period), Ok(_)) = (period, &counted) {
        form.fields.set("puesto", period.post.to_string());
        form.fields.set("desde", period.from.to_string());
        form.fields.set("hasta", period.to.to_string());
    }
    if let Err(problem) = &counted {
        problem.put(session.t(), &mut form);
    }
    let posts = session.service().crossings().posts().iter();
    Ok(Found {
        period,
        counted: counted.ok(),
        form,
        posts: posts
            .map(|post| Choice {
                value: post.code.to_string(),
                label: format!("{} · {}", post.code, post.name),
            })
            .collect(),
    })
}

fn reply_as(wrong: bool, page: &impl Template) -> Result<Response, Fault> {
    if wrong {
        reply::again(page)
    } else {
        reply::page(page)
    }
}

/// One officer in one measure, as shown.
struct Line {
    officer: String,
    of: String,
    share: String,
    interval: String,
    beside: String,
    notable: bool,
}

/// One measure, as shown.
struct Section {
    title: String,
    about: String,
    usual: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "figures/figures.html")]
struct FiguresPage<'a> {
    f: Frame<'a>,
    form: Form,
    posts: Vec<Choice>,
    sections: Vec<Section>,
    export: Option<String>,
    /// The days on which anything came late.
    late: Vec<LateLine>,
    late_export: Option<String>,
    /// Where the sheets of this post are.
    sheets: Option<String>,
}

/// A day on which something came late, as shown.
struct LateLine {
    day: String,
    of: u64,
    from_paper: u64,
    carried_late: u64,
}

/// Thousandths as per cent, in the language's own spelling.
fn percent(t: Voice<'_>, thousandths: u16) -> String {
    let (whole, tenth) = (thousandths / 10, thousandths % 10);
    let (whole, tenth) = (whole.to_string(), tenth.to_string());
    t.with("figures-percent", [("whole", &whole), ("tenth", &tenth)])
}

fn line(t: Voice<'_>, officer: &str, figure: &Figure) -> Line {
    let interval = figure.tally.interval().map(|(low, high)| {
        t.with(
            "figures-between",
            [("low", &percent(t, low)), ("high", &percent(t, high))],
        )
    });
    Line {
        officer: officer.to_owned(),
        of: t.with(
            "figures-of",
            [
                ("some", &figure.tally.some.to_string()),
                ("of", &figure.tally.of.to_string()),
            ],
        ),
        share: figure
            .tally
            .permille()
            .map(|share| percent(t, share))
            .unwrap_or_default(),
        interval: interval.unwrap_or_default(),
        beside: t.code("beside", figure.beside.code()),
        notable: figure.beside == Beside::Above,
    }
}

fn section(t: Voice<'_>, measured: &Measured) -> Section {
    let code = measured.measure.code();
    Section {
        title: t.code("measure", code),
        about: t.code("measure-about", code),
        usual: match measured.usual {
            Some(usual) => t.with("figures-usual", [("share", &percent(t, usual))]),
            None => t.text("figures-no-usual"),
        },
        lines: measured
            .officers
            .iter()
            .map(|(officer, figure)| line(t, officer.as_str(), figure))
            .collect(),
    }
}

async fn figures(
    session: Allowed<powers::ReadFigures>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let found = answer(&session, &query, async |period| {
        session.service().figures(session.permit(), period).await
    })
    .await?;
    let late = match found.period.filter(|_| found.counted.is_some()) {
        Some(period) => {
            session
                .service()
                .late_days(session.permit(), period)
                .await?
        }
        None => Vec::new(),
    };
    let mut f = session.frame(t.text("figures-title"))?;
    f.in_error = !found.form.problems.is_empty();
    reply_as(
        f.in_error,
        &FiguresPage {
            f,
            export: found.export("/inspeccion/cifras.csv"),
            late: late
                .iter()
                .map(|one| LateLine {
                    day: t.date(one.day),
                    of: one.count.of,
                    from_paper: one.count.from_paper,
                    carried_late: one.count.carried_late,
                })
                .collect(),
            late_export: found.export("/inspeccion/tardios.csv"),
            sheets: found
                .period
                .map(|period| format!("/hojas/control?puesto={}", period.post)),
            sections: found
                .counted
                .iter()
                .flatten()
                .map(|one| section(t, one))
                .collect(),
            form: found.form,
            posts: found.posts,
        },
    )
}

/// One month, as shown.
struct MonthShown {
    name: String,
    lines: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "figures/aggregates.html")]
struct AggregatesPage<'a> {
    f: Frame<'a>,
    form: Form,
    posts: Vec<Choice>,
    months: Vec<MonthShown>,
    export: Option<String>,
}

/// What was counted, in words.
fn counted(t: Voice<'_>, kind: &str, code: Option<&str>) -> String {
    let act = t.code("act", &kind.replace('.', "-"));
    let list = match kind {
        "card.refused" => "ground",
        "card.revoked" => "revocation",
        "encounter.recorded" => "outcome",
        _ => return act,
    };
    match code {
        Some(code) => format!("{act}: {}", t.code(list, code)),
        None => act,
    }
}

fn month(t: Voice<'_>, month: &Month) -> MonthShown {
    MonthShown {
        name: t.with(
            "month-of-year",
            [
                ("month", &t.month(month.first.month())),
                ("year", &month.first.year().to_string()),
            ],
        ),
        lines: month
            .counts
            .iter()
            .map(|(kind, code, count)| (counted(t, kind, code.as_deref()), count.to_string()))
            .collect(),
    }
}

async fn aggregates(
    session: Allowed<powers::ReadAggregates>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let found = answer(&session, &query, async |period| {
        session.service().aggregates(session.permit(), period).await
    })
    .await?;
    let mut f = session.frame(t.text("aggregates-title"))?;
    f.in_error = !found.form.problems.is_empty();
    reply_as(
        f.in_error,
        &AggregatesPage {
            f,
            export: found.export("/estadistica/cifras.csv"),
            months: found
                .counted
                .iter()
                .flatten()
                .map(|one| month(t, one))
                .collect(),
            form: found.form,
            posts: found.posts,
        },
    )
}

/// The measures, for the description of the export.
fn measures() -> String {
    Measure::ALL.map(Measure::code).join("|")
}
