//! In which hours each post worked, for everybody: a page and a file, up to yesterday.

use crate::{App, door::Public, fault::Fault, reply};
use askama::Template;
use axum::{
    extract::State,
    http::{
        Uri,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
};
use paso_domain::post::Day;
use paso_pages::{Frame, Lang, Voice};
use paso_service::black_box::{DAYS_SHOWN, Uptime};
use std::fmt::Write as _;

/// Width and height of a day in the picture, and between two.
const BAR: (usize, usize) = (8, 40);
const PITCH: usize = 10;

/// One day in the picture.
struct Bar {
    x: usize,
    y: usize,
    height: usize,
    kind: &'static str,
}

struct Post {
    name: String,
    bars: Vec<Bar>,
    width: usize,
    picture: String,
    /// What was counted: yesterday, a week, the whole time.
    shares: Vec<(String, String)>,
    troubles: Vec<String>,
}

#[derive(Template)]
#[template(path = "black_box/public.html")]
struct Page<'a> {
    f: Frame<'a>,
    posts: Vec<Post>,
    counted: String,
}

/// Per cent of these days, rounded down: a post that stood still for a minute has not worked all day.
fn share(days: &[Day]) -> Option<u32> {
    let (worked, of) = days.iter().fold((0, 0), |(worked, of), day| {
        (worked + u32::from(day.worked), of + u32::from(day.of))
    });
    (worked * 100).checked_div(of)
}

fn bars(days: &[Day]) -> Vec<Bar> {
    let bar = |(place, day): (usize, &Day)| {
        let share = share(core::slice::from_ref(day)).unwrap_or(0);
        let height = BAR.1 * usize::try_from(share).unwrap_or(0) / 100;
        // A day on which nothing worked has a foot, or it would be taken for one not counted.
        let height = height.max(2);
        Bar {
            x: place * PITCH,
            y: BAR.1 - height,
            height,
            kind: match share {
                99.. => "llena",
                50..99 => "media",
                _ => "baja",
            },
        }
    };
    days.iter().enumerate().map(bar).collect()
}

fn shown(app: &App, t: Voice<'_>, uptime: &Uptime) -> Post {
    let of = |days: &[Day]| match share(days) {
        Some(share) => t.with("uptime-share", [("share", &share.to_string())]),
        None => "—".to_owned(),
    };
    let days = &uptime.days;
    let week = &days[days.len().saturating_sub(7)..];
    let yesterday = &days[days.len().saturating_sub(1)..];
    let name = crate::say::post_name(app.service(), uptime.post);
    let all = of(days);
    let counted = i64::try_from(days.len()).unwrap_or(i64::MAX);
    Post {
        picture: t.with("uptime-picture", [("place", &name), ("share", &all)]),
        bars: bars(days),
        width: days.len() * PITCH,
        shares: vec![
            (t.text("uptime-yesterday"), of(yesterday)),
            (t.text("uptime-week"), of(week)),
            (t.count("uptime-all", counted), all),
        ],
        troubles: uptime
            .troubles
            .iter()
            .map(|(code, count)| {
                let what = t.code("trouble", code);
                if *count == 1 {
                    what
                } else {
                    format!("{what} ×{count}")
                }
            })
            .collect(),
        name,
    }
}

pub(super) async fn page(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    uri: Uri,
) -> Result<Response, Fault> {
    let t = app.speak(lang);
    let uptimes = app.service().uptime().await?;
    let days = || uptimes.iter().flat_map(|uptime| &uptime.days);
    let date = |day: Option<&Day>| day.map_or_else(String::new, |day| t.long_date(day.date));
    let from = date(days().min_by_key(|day| day.date));
    let to = date(days().max_by_key(|day| day.date));
    reply::page(&Page {
        f: app.frame(lang, &uri).titled(t.text("uptime-title")),
        posts: uptimes
            .iter()
            .filter(|uptime| !uptime.days.is_empty())
            .map(|uptime| shown(&app, t, uptime))
            .collect(),
        counted: t.with("uptime-days", [("from", &from), ("to", &to)]),
    })
}

/// The same as CSV (RFC 4180): a line a post and day.
pub(super) async fn file(_: Public, State(app): State<App>) -> Result<Response, Fault> {
    let uptimes = app.service().uptime().await?;
    let mut text = String::from("post,date,quarters_worked,quarters_of_the_day\r\n");
    for uptime in uptimes.iter() {
        for day in &uptime.days {
            // Writing into a String cannot fail; codes and dates need no quoting.
            let _ = write!(
                text,
                "{},{},{},{}\r\n",
                uptime.post, day.date, day.worked, day.of
            );
        }
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"funcionamiento.csv\"",
        ),
    ];
    Ok((headers, text).into_response())
}

// The picture has a place for every day that is shown.
const _: () = assert!(DAYS_SHOWN as usize * PITCH <= 320);
