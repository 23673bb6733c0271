//! The same figures as CSV (RFC 4180), with a description that other programs read (CSVW).

use super::{asked, measures};
use crate::{door::Allowed, fault::Fault};
use axum::{
    extract::Query,
    http::{
        HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE, LINK},
    },
    response::{IntoResponse, Response},
};
use paso_domain::{figures::Published, policy::powers};
use serde_json::json;
use std::{collections::HashMap, fmt::Write as _};

/// A cell that holds a comma, a quote or a line's end is quoted. Ours are codes and numbers; quoting
/// is for the day on which one is not.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn row(into: &mut String, cells: &[String]) {
    let cells: Vec<_> = cells.iter().map(|text| cell(text)).collect();
    // Writing into a String cannot fail.
    let _ = write!(into, "{}\r\n", cells.join(","));
}

/// The file of figures, and the one of what came late.
const FIGURES: &str = "cifras.csv";
const LATE: &str = "tardios.csv";

fn csv(file: &str, text: String, described: &'static str) -> Response {
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
        ),
        (
            CONTENT_DISPOSITION,
            // Our own two names are plain ASCII.
            HeaderValue::from_str(&format!("attachment; filename=\"{file}\""))
                .unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (LINK, HeaderValue::from_static(described)),
    ];
    (headers, text).into_response()
}

fn described(text: String) -> Response {
    let kind = HeaderValue::from_static("application/csvm+json");
    ([(CONTENT_TYPE, kind)], text).into_response()
}

/// Names and types of columns of a file, as CSVW writes them.
fn table(file: &str, about: &str, columns: &[(&str, &str, &str)]) -> String {
    let columns: Vec<_> = columns
        .iter()
        .map(|(name, kind, about)| {
            json!({ "name": name, "titles": name, "datatype": kind, "dc:description": about })
        })
        .collect();
    json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": file,
        "dc:description": about,
        "tableSchema": { "columns": columns },
    })
    .to_string()
}

pub(super) async fn figures(
    session: Allowed<powers::ReadFigures>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let period = asked(&session, &query).map_err(|_| Fault::Unreadable)?;
    let found = session.service().figures(session.permit(), period).await?;
    let mut text = String::from("post,from,to,measure,officer,some,of,low,high,usual,beside\r\n");
    let share = |share: Option<u16>| share.map(|share| share.to_string()).unwrap_or_default();
    for measured in &found {
        for (officer, figure) in &measured.officers {
            let interval = figure.tally.interval();
            row(
                &mut text,
                &[
                    period.post.to_string(),
                    period.from.to_string(),
                    period.to.to_string(),
                    measured.measure.code().to_owned(),
                    officer.to_string(),
                    figure.tally.some.to_string(),
                    figure.tally.of.to_string(),
                    share(interval.map(|(low, _)| low)),
                    share(interval.map(|(_, high)| high)),
                    share(measured.usual),
                    figure.beside.code().to_owned(),
                ],
            );
        }
    }
    Ok(csv(
        FIGURES,
        text,
        "</inspeccion/cifras.csv-metadata.json>; rel=\"describedby\"; type=\"application/csvm+json\"",
    ))
}

pub(super) async fn figures_described(_: Allowed<powers::ReadFigures>) -> Response {
    described(table(
        FIGURES,
        "Acts of officers beside what is usual at their post: questions to ask, not answers",
        &[
            ("post", "string", "code of the post"),
            ("from", "date", "first day, in the zone of the post"),
            ("to", "date", "last day"),
            ("measure", "string", &format!("one of {}", measures())),
            ("officer", "string", "number of the officer"),
            ("some", "integer", "how many"),
            ("of", "integer", "of how many"),
            (
                "low",
                "integer",
                "lower end of Wilson's 95 % interval, in thousandths",
            ),
            ("high", "integer", "upper end, in thousandths"),
            (
                "usual",
                "integer",
                "middle share of officers with at least 20 acts, in thousandths; empty with fewer than three of them",
            ),
            (
                "beside",
                "string",
                "few-acts, few-officers, usual, above or below",
            ),
        ],
    ))
}

/// What came late at a post, day by day.
pub(super) async fn late(
    session: Allowed<powers::ReadFigures>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let period = asked(&session, &query).map_err(|_| Fault::Unreadable)?;
    let days = session
        .service()
        .late_days(session.permit(), period)
        .await?;
    let mut text = String::from("post,day,acts,from_paper,carried_late\r\n");
    for one in &days {
        row(
            &mut text,
            &[
                period.post.to_string(),
                one.day.to_string(),
                one.count.of.to_string(),
                one.count.from_paper.to_string(),
                one.count.carried_late.to_string(),
            ],
        );
    }
    Ok(csv(
        LATE,
        text,
        "</inspeccion/tardios.csv-metadata.json>; rel=\"describedby\"; type=\"application/csvm+json\"",
    ))
}

pub(super) async fn late_described(_: Allowed<powers::ReadFigures>) -> Response {
    described(table(
        LATE,
        "Acts of a day at a post that were recorded late; days without any are left out",
        &[
            ("post", "string", "code of the post"),
            ("day", "date", "day, in the zone of the post"),
            ("acts", "integer", "acts of that day"),
            (
                "from_paper",
                "integer",
                "acts that stood on a sheet of paper first",
            ),
            (
                "carried_late",
                "integer",
                "acts that reached the hub after the time that the terms of paper give",
            ),
        ],
    ))
}

pub(super) async fn aggregates(
    session: Allowed<powers::ReadAggregates>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let period = asked(&session, &query).map_err(|_| Fault::Unreadable)?;
    let months = session
        .service()
        .aggregates(session.permit(), period)
        .await?;
    let mut text = String::from("post,month,act,code,count,fewer_than\r\n");
    for month in &months {
        for (kind, code, count) in &month.counts {
            let (exactly, fewer) = match count {
                Published::Exactly(count) => (count.to_string(), String::new()),
                Published::FewerThan(least) => (String::new(), least.to_string()),
            };
            row(
                &mut text,
                &[
                    period.post.to_string(),
                    format!("{:04}-{:02}", month.first.year(), month.first.month()),
                    kind.clone(),
                    code.clone().unwrap_or_default(),
                    exactly,
                    fewer,
                ],
            );
        }
    }
    Ok(csv(
        FIGURES,
        text,
        "</estadistica/cifras.csv-metadata.json>; rel=\"describedby\"; type=\"application/csvm+json\"",
    ))
}

pub(super) async fn aggregates_described(_: Allowed<powers::ReadAggregates>) -> Response {
    described(table(
        FIGURES,
        "Acts at a post by month; counts from 1 to 4 are not told exactly",
        &[
            ("post", "string", "code of the post"),
            ("month", "gYearMonth", "month, in the zone of the post"),
            ("act", "string", "kind of act"),
            (
                "code",
                "string",
                "ground, reason or outcome, where there is one",
            ),
            (
                "count",
                "integer",
                "how often; empty where it is from 1 to 4",
            ),
            (
                "fewer_than",
                "integer",
                "what the count lies under, where it is not told",
            ),
        ],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_become_two() {
        for (text, written) in [
            ("TAL", "TAL"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }

    #[test]
    fn the_description_is_json() {
        let text = table(
            FIGURES,
            "about",
            &[("post", "string", "code"), ("of", "integer", "n")],
        );
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["tableSchema"]["columns"][1]["datatype"], "integer");
    }
}
