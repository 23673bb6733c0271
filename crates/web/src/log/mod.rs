//! The log as others reach it: its heads, tiles and proofs for whoever asks, its entries for the
//! mirror, and a page of how it stands.
//!
//! Addresses are those of tlog-tiles below each log's origin. What only the mirror may have looks to
//! everybody else as if it were not there.

mod page;

use crate::{App, door::Public, fault::Fault, routes::Routes};
use axum::{
    extract::{Path, Query, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use paso_domain::subject::Subject;
use paso_service::log::{Kind, Label, Log, ReadingError, TilePath};
use serde_json::json;
use std::collections::HashMap;

/// Notes and proofs.
const TEXT: &str = "text/plain; charset=utf-8";
/// Tiles, bundles of entries, feeds.
const BYTES: &str = "application/octet-stream";
const JSON: &str = "application/json";

/// Heads change every second; whoever stands between may keep one that long (tlog-tiles,
/// "Checkpoints").
const BRIEFLY: &str = "public, max-age=1";
/// A full tile never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/bitacora", page::show)
        .get("/log", heads)
        .get("/log/bundle", bundle)
        .get("/log/proof/{code}/{commitment}", proof)
        .get("/log/{label}/checkpoint", checkpoint)
        .get("/log/{label}/feed", feed)
        .get("/log/{label}/tile/{*path}", tile)
}

fn log(app: &App) -> Result<&Log, Fault> {
    app.log().ok_or(Fault::NotFound)
}

fn label(text: &str) -> Result<Label, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// Lets the mirror through, and nobody else.
fn mirror_only(log: &Log, headers: &HeaderMap) -> Result<(), Fault> {
    let shown = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    if shown.is_some_and(|shown| log.admits(shown)) {
        Ok(())
    } else {
        Err(Fault::NotFound)
    }
}

fn answer(kind: &'static str, keep: Option<&'static str>, body: Vec<u8>) -> Response {
    let mut response = (StatusCode::OK, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(keep) = keep {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    }
    response
}

impl From<ReadingError> for Fault {
    fn from(error: ReadingError) -> Self {
        match error {
            ReadingError::NotFound => Self::NotFound,
            ReadingError::Database(_) => {
                tracing::error!("log: {error}");
                Self::Unavailable
            }
            _ => {
                tracing::error!("log: {error}");
                Self::Internal
            }
        }
    }
}

/// Which logs there are: origin, verifier key, leaves integrated, leaves published.
async fn heads(_: Public, State(app): State<App>) -> Result<Response, Fault> {
    let heads = log(&app)?.heads().await?;
    let logs: Vec<_> = heads
        .iter()
        .map(|head| {
            json!({
                "label": head.label.to_string(),
                "origin": head.origin,
                "vkey": head.vkey,
                "size": head.size,
                "published": head.published.as_ref().map(|published| published.head.size),
            })
        })
        .collect();
    let body = json!({ "logs": logs }).to_string();
    Ok(answer(JSON, Some(BRIEFLY), body.into_bytes()))
}

async fn checkpoint(
    _: Public,
    State(app): State<App>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let note = log(&app)?.checkpoint(label(&text)?).await?;
    Ok(answer(TEXT, Some(BRIEFLY), note.into_bytes()))
}

async fn tile(
    _: Public,
    State(app): State<App>,
    Path((text, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let log = log(&app)?;
    let path: TilePath = format!("tile/{path}")
        .parse()
        .map_err(|_| Fault::NotFound)?;
    let mut keep = path.is_full().then_some(FOR_EVER);
    if path.kind() == Kind::Entries {
        mirror_only(log, &headers)?;
        keep = None;
    }
    let bytes = log.tile(label(&text)?, &path).await?;
    Ok(answer(BYTES, keep, bytes))
}

async fn feed(
    _: Public,
    State(app): State<App>,
    Path(text): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let log = log(&app)?;
    mirror_only(log, &headers)?;
    let from = match query.get("from") {
        None => 0,
        Some(from) => from.parse().map_err(|_| Fault::NotFound)?,
    };
    let feed = log.feed(label(&text)?, from).await?;
    Ok(answer(BYTES, None, feed))
}

async fn bundle(_: Public, State(app): State<App>) -> Result<Response, Fault> {
    let bundle = log(&app)?.bundle().await?;
    Ok(answer(BYTES, None, bundle))
}

/// The proof that a receipt's entry is in a published log, once it is. It tells stream, number and
/// minute, so it takes the commitment that only the paper yields: a code can be guessed.
async fn proof(
    _: Public,
    State(app): State<App>,
    Path((code, commitment)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let subject = Subject::Receipt(code.parse().map_err(|_| Fault::NotFound)?);
    let commitment = commitment.parse().map_err(|_| Fault::NotFound)?;
    let proof = log(&app)?.proof_by(&subject, commitment).await?;
    Ok(answer(TEXT, None, proof.into_bytes()))
}
