//! The board: each log's size, when it was last countersigned, for how long it has been silent; and
//! what the mirror holds of it.
//! Nothing on it is secret, and nothing on it is about a person.

mod mirror;
mod words;

use crate::{
    evidence::{Kind, Piece},
    lag::Lag,
    server::{Shared, blocking},
    witness::Standing,
};
use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderName, StatusCode},
    response::{Html, IntoResponse, Response},
};
use jiff::tz::TimeZone;
use mirror::MirrorRow;
use paso_pages::{Frame, Lang, Voice, frame::Way};
use paso_tlog::{cosignature::Timestamp, note::Verify as _};
use words::Words;

/// A board on a wall renews itself every so many seconds, without a script.
const RENEW: (HeaderName, &str) = (HeaderName::from_static("refresh"), "60");

/// An instant for people and for machines.
#[derive(Debug)]
struct Instant {
    said: String,
    machine: String,
}

impl Instant {
    fn new(voice: Voice<'_>, at: Timestamp) -> Self {
        let seconds = i64::try_from(at.seconds()).unwrap_or(i64::MAX);
        // The calendar ends in the year 9999, and so does what can be shown.
        let at = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
        Self {
            said: voice.moment(at.to_zoned(TimeZone::UTC).datetime(), 0),
            machine: at.to_string(),
        }
    }
}

#[derive(Debug)]
struct Shown {
    what: &'static str,
    at: Instant,
    name: String,
}

impl Shown {
    fn new(voice: Voice<'_>, words: &Words, piece: &Piece) -> Self {
        Self {
            what: words.shows(piece.kind),
            at: Instant::new(voice, piece.at),
            name: piece.to_string(),
        }
    }
}

/// The colour and the shape of a state. Each has a shape of its own: colours alone are lost on many.
const fn sign(lag: Lag, forked: bool) -> (&'static str, &'static str) {
    if forked {
        return ("stop", "✖");
    }
    match lag {
        Lag::Current => ("good", "●"),
        Lag::Late => ("warn", "▲"),
        Lag::Silent => ("stop", "■"),
        Lag::Unseen => ("note", "○"),
    }
}

/// The length of what began then.
fn since(voice: Voice<'_>, now: Timestamp, then: Timestamp) -> String {
    let seconds = now.seconds().saturating_sub(then.seconds());
    voice.length(i64::try_from(seconds).unwrap_or(i64::MAX))
}

#[derive(Debug)]
struct LogRow {
    origin: String,
    class: &'static str,
    shape: &'static str,
    word: &'static str,
    advice: &'static str,
    size: u64,
    root: Option<String>,
    seen: Option<Instant>,
    lag: Option<String>,
    hash: String,
    evidence: Vec<Shown>,
    forked: bool,
}

impl LogRow {
    fn new(voice: Voice<'_>, words: &Words, now: Timestamp, log: &Standing) -> Self {
        let forked = log.evidence.iter().any(|piece| piece.kind == Kind::Fork);
        let (class, shape) = sign(log.lag, forked);
        let [word, advice] = words.standing(log.lag, forked);
        Self {
            origin: log.origin.to_string(),
            class,
            shape,
            word,
            advice,
            size: log.head.map_or(0, |head| head.size),
            root: log.head.map(|head| head.root.to_string()),
            seen: log.seen.map(|seen| Instant::new(voice, seen)),
            lag: log.seen.map(|seen| since(voice, now, seen)),
            hash: log.hash.clone(),
            evidence: log
                .evidence
                .iter()
                .map(|piece| Shown::new(voice, words, piece))
                .collect(),
            forked,
        }
    }
}

#[derive(Debug, Template)]
#[template(path = "board/heads.html")]
struct Heads<'a> {
    f: Frame<'a>,
    w: &'static Words,
    now: Instant,
    witness: String,
    logs: Vec<LogRow>,
    mirrors: Vec<MirrorRow>,
}

/// The frame of every page here, with the ways from one to the other.
pub(crate) fn frame<'a>(voice: Voice<'a>, path: &str, query: Option<&str>) -> Frame<'a> {
    let way = |href: &'static str, key: &str| Way {
        href,
        label: voice.text(key),
        current: path == href,
    };
    let mut frame = Frame::new(voice, "Veedor", path, query);
    frame.ways = vec![
        way("/", "overseer-way-logs"),
        way("/verify", "overseer-way-verify"),
        way("/custody", "overseer-way-custody"),
        way("/taking", "overseer-way-taking"),
        way("/sample", "overseer-way-sample"),
    ];
    frame
}

/// The board in a language.
fn draw(
    voice: Voice<'_>,
    query: Option<&str>,
    now: Timestamp,
    witness: String,
    logs: &[Standing],
    mirrors: &[mirror::Standing],
) -> askama::Result<String> {
    let words = Words::of(voice.lang());
    Heads {
        f: frame(voice, "/", query).titled(words.title),
        w: words,
        now: Instant::new(voice, now),
        witness,
        logs: logs
            .iter()
            .map(|log| LogRow::new(voice, words, now, log))
            .collect(),
        mirrors: mirrors
            .iter()
            .map(|mirror| MirrorRow::new(voice, words, now, mirror))
            .collect(),
    }
    .render()
}

/// `GET /`.
pub(crate) async fn page(
    State(shared): State<Shared>,
    lang: Lang,
    RawQuery(query): RawQuery,
) -> Response {
    let witness = shared.witness.clone();
    let Some(logs) = blocking(move || witness.standings()).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let now = shared.witness.now();
    let mut mirrors = Vec::new();
    for mirror in shared.mirrors.iter() {
        match mirror.standing(now).await {
            Ok(standing) => mirrors.push(standing),
            Err(error) => {
                tracing::error!(%error, "the mirror did not answer");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        }
    }
    let name = shared.witness.key().name().to_string();
    let voice = shared.texts.speak(lang);
    match draw(voice, query.as_deref(), now, name, &logs, &mirrors) {
        Ok(page) => ([RENEW], Html(page)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the board cannot be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paso_pages::Texts;
    use paso_tlog::checkpoint::{Head, Origin};

    /// Silence in seconds, its shape, and the words for it in both languages.
    type Row = (
        Option<u64>,
        &'static str,
        [&'static str; 2],
        [&'static str; 2],
    );

    const TABLE: [Row; 4] = [
        (None, "○", ["Sin estrenar", "nunca"], ["Not begun", "never"]),
        (
            Some(0),
            "●",
            ["Al día", "menos de un minuto"],
            ["Up to date", "less than a minute"],
        ),
        (Some(3_600), "▲", ["Atrasada", "1 hora"], ["Late", "1 hour"]),
        (
            Some(3 * 86_400),
            "■",
            ["Incidente", "3 días"],
            ["Incident", "3 days"],
        ),
    ];

    #[test]
    fn each_state_has_a_shape_a_word_and_a_length_in_both_languages() {
        let texts = Texts::built_in().unwrap();
        let now = Timestamp::from_seconds(1_790_000_000).unwrap();
        for (silence, shape, spanish, english) in TABLE {
            let seen =
                silence.map(|silence| Timestamp::from_seconds(now.seconds() - silence).unwrap());
            let log = Standing {
                origin: Origin::new("<b>log</b>").unwrap(),
                head: seen.map(|_| Head {
                    size: 7,
                    ..Head::EMPTY
                }),
                seen,
                lag: Lag::of(seen, now),
                evidence: Vec::new(),
                hash: "0a".to_owned(),
            };
            for (lang, words) in [(Lang::Es, spanish), (Lang::En, english)] {
                let logs = [log.clone()];
                let page = draw(texts.speak(lang), None, now, "w".to_owned(), &logs, &[]).unwrap();
                for said in [&[shape][..], &words].concat() {
                    assert!(page.contains(said), "{silence:?} {said}: {page}");
                }
                assert!(!page.contains("<b>log"), "an origin is text, not markup");
                assert!(!page.contains("[[") && !page.contains("{$"), "{page}");
            }
        }
    }

    #[test]
    fn an_instant_after_the_end_of_the_calendar_is_shown_as_its_end() {
        let texts = Texts::built_in().unwrap();
        let last = Timestamp::from_seconds(i64::MAX as u64).unwrap();
        let shown = Instant::new(texts.speak(Lang::En), last);
        assert!(shown.said.contains("9999"), "{}", shown.said);
    }
}
