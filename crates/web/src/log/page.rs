//! `/bitacora`: how the log stands. It renews itself without a script, names no person, and anybody
//! may look at it.

use crate::{App, door::Public, fault::Fault, reply};
use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, Uri},
    response::Response,
};
use paso_domain::crossings::Zone;
use paso_formats::moment::Moment;
use paso_pages::{Frame, Lang, Voice};
use paso_service::log::{Heard, Light, Standing, WitnessStanding};

/// The page renews itself every so many seconds.
const RENEW: (HeaderName, HeaderValue) = (
    HeaderName::from_static("refresh"),
    HeaderValue::from_static("5"),
);

/// The newest published head.
struct Head {
    origin: String,
    size: u64,
    root: String,
    /// The first characters of the root: enough to compare two screens by eye.
    root_short: String,
    at: String,
    machine: String,
    checkpoint: Option<String>,
}

struct WitnessRow {
    name: String,
    class: &'static str,
    shape: &'static str,
    word: String,
    size: Option<u64>,
    at: Option<String>,
    words: Option<String>,
}

#[derive(Template)]
#[template(path = "log/page.html")]
struct Page<'a> {
    f: Frame<'a>,
    class: &'static str,
    shape: &'static str,
    word: String,
    meaning: String,
    words: Option<String>,
    now: String,
    open: Option<String>,
    head: Option<Head>,
    integrated: u64,
    waiting: String,
    witnesses: Vec<WitnessRow>,
}

/// The colour and the shape of a light: colours alone are lost on many.
const fn sign(light: Light) -> (&'static str, &'static str) {
    match light {
        Light::Green => ("good", "●"),
        Light::Amber => ("warn", "▲"),
        Light::Red => ("stop", "■"),
    }
}

const fn sign_of(heard: &Heard) -> (&'static str, &'static str) {
    match heard {
        Heard::Nothing => ("note", "○"),
        Heard::Cosigned { .. } => sign(Light::Green),
        Heard::Silent(_) | Heard::Refused(_) | Heard::Claims(_) => sign(Light::Amber),
        Heard::Contradicts(_) => sign(Light::Red),
    }
}

fn said(t: Voice<'_>, zone: &Zone, at: Moment) -> String {
    let local = zone.local(at);
    t.moment(local.date_time, local.offset_seconds)
}

fn row(t: Voice<'_>, zone: &Zone, witness: &WitnessStanding) -> WitnessRow {
    let (class, shape) = sign_of(&witness.heard);
    WitnessRow {
        name: witness.name.clone(),
        class,
        shape,
        word: if witness.reachable {
            t.code("log-heard", witness.heard.code())
        } else {
            t.text("log-no-address")
        },
        size: match witness.heard {
            Heard::Cosigned { size, .. } => Some(size),
            _ => None,
        },
        at: witness.at.map(|at| said(t, zone, at)),
        words: witness.heard.words().map(str::to_owned),
    }
}

fn head(t: Voice<'_>, zone: &Zone, standing: &Standing) -> Option<Head> {
    let published = standing.published.as_ref()?;
    let root = published.head.root.to_base64();
    let label = published.origin.as_ref().rsplit('/').next();
    Some(Head {
        size: published.head.size,
        root_short: root.chars().take(8).collect(),
        root,
        at: said(t, zone, published.at),
        machine: published.at.to_string(),
        checkpoint: label.map(|label| format!("/log/{label}/checkpoint")),
        origin: published.origin.to_string(),
    })
}

pub(super) async fn show(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    uri: Uri,
) -> Result<Response, Fault> {
    let standing = super::log(&app)?.standing().await.map_err(|error| {
        tracing::error!("log: {error}");
        Fault::Unavailable
    })?;
    let service = app.service();
    let home = service.crossings().post(service.authority().home.as_str());
    // The service does not start without its home post.
    let zone = home.ok_or(Fault::Internal)?.zone();
    let t = app.speak(lang);
    let (class, shape) = sign(standing.light);
    let code = standing.reason.code();
    let mut response = reply::page(&Page {
        f: app.frame(lang, &uri).titled(t.text("log-title")),
        class,
        shape,
        word: t.code("log-light", standing.light.code()),
        meaning: t.code("log-reason", code),
        words: standing.reason.words().map(str::to_owned),
        now: said(t, zone, service.clock().now()),
        open: standing.open.as_ref().map(|(_, origin)| origin.to_string()),
        head: head(t, zone, &standing),
        integrated: standing.integrated.map_or(0, |head| head.size),
        waiting: t.count(
            "log-waiting",
            i64::try_from(standing.waiting).unwrap_or(i64::MAX),
        ),
        witnesses: standing
            .witnesses
            .iter()
            .map(|witness| row(t, zone, witness))
            .collect(),
    })?;
    response.headers_mut().insert(RENEW.0, RENEW.1);
    Ok(response)
}
