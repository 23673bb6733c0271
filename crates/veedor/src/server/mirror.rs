//! What the mirror gives out: heads, tiles and proofs to everybody; entries and feeds to whoever has
//! the token, since counts by stream and hour could tell a gang when a bus leaves (DESIGN §4).
//! Without the token there is nothing there.

use super::{PLAIN, Shared, nothing, plain};
use crate::{
    evidence::Side,
    mirror::{DbError, Label, Mirror},
};
use axum::{
    Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use paso_tlog::tile::{Kind, TilePath};
use serde::Deserialize;
use std::sync::Arc;

const BYTES: &str = "application/octet-stream";

/// tlog-tiles: a tile never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/mirror/{authority}/{label}/checkpoint", get(checkpoint))
        .route("/mirror/{authority}/{label}/tile/{*path}", get(tile))
        .route("/mirror/{authority}/{label}/feed", get(feed))
        .route(
            "/mirror/{authority}/{label}/evidence/{piece}/{side}",
            get(evidence),
        )
        .route("/mirror/{authority}/proof/{code}/{commitment}", get(proof))
}

impl Shared {
    fn mirror(&self, code: &str) -> Option<&Arc<Mirror>> {
        self.mirrors.iter().find(|mirror| mirror.code() == code)
    }

    /// The mirror and the label that an address names.
    fn find(&self, code: &str, label: &str) -> Option<(&Arc<Mirror>, Label)> {
        Some((self.mirror(code)?, label.parse().ok()?))
    }

    fn is_trusted(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION);
        given.is_some_and(|given| {
            let token = self.token.as_ref();
            token.is_some_and(|token| token.is_in(given.as_bytes()))
        })
    }
}

/// Our own operator reads why; everybody else, that it was not their fault.
fn failed(error: &DbError) -> Response {
    tracing::error!(%error, "the mirror did not answer");
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "this mirror failed; its operator has been told, try again later\n",
    )
}

async fn checkpoint(
    State(shared): State<Shared>,
    Path((code, label)): Path<(String, String)>,
) -> Response {
    let Some((mirror, label)) = shared.find(&code, &label) else {
        return nothing();
    };
    match mirror.held(label).await {
        Ok(Some(held)) => plain(StatusCode::OK, held.note.to_string()),
        Ok(None) => nothing(),
        Err(error) => failed(&error),
    }
}

async fn tile(
    State(shared): State<Shared>,
    Path((code, label, path)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let found = shared.find(&code, &label);
    let path = format!("tile/{path}").parse::<TilePath>();
    let (Some((mirror, label)), Ok(path)) = (found, path) else {
        return nothing();
    };
    let secret = path.kind() == Kind::Entries;
    if secret && !shared.is_trusted(&headers) {
        return nothing();
    }
    let keep = if secret { "no-store" } else { FOR_EVER };
    match mirror.tile(label, &path).await {
        Ok(Some(bytes)) => ([(CONTENT_TYPE, BYTES), (CACHE_CONTROL, keep)], bytes).into_response(),
        Ok(None) => nothing(),
        Err(error) => failed(&error),
    }
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    from: u64,
}

async fn feed(
    State(shared): State<Shared>,
    Path((code, label)): Path<(String, String)>,
    from: Result<Query<From>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let (Some((mirror, label)), Ok(Query(from)), true) = (
        shared.find(&code, &label),
        from,
        shared.is_trusted(&headers),
    ) else {
        return nothing();
    };
    match mirror.feed(label, from.from).await {
        Ok(Some(bytes)) => ([(CONTENT_TYPE, BYTES)], bytes).into_response(),
        Ok(None) => nothing(),
        Err(error) => failed(&error),
    }
}

/// A receipt's proof: stream, number and minute, so for whoever has the paper. A code alone, which can
/// be guessed, finds nothing.
async fn proof(
    State(shared): State<Shared>,
    Path((authority, code, commitment)): Path<(String, String, String)>,
) -> Response {
    let mirror = shared.mirror(&authority);
    let (Some(mirror), Ok(code), Ok(commitment)) = (mirror, code.parse(), commitment.parse())
    else {
        return nothing();
    };
    match mirror.proof(code, commitment).await {
        Ok(Some(proof)) => ([(CONTENT_TYPE, PLAIN)], proof.to_string()).into_response(),
        Ok(None) => nothing(),
        Err(error) => failed(&error),
    }
}

/// Both notes of what the hub published and must not have.
async fn evidence(
    State(shared): State<Shared>,
    Path((code, label, piece, side)): Path<(String, String, String, String)>,
) -> Response {
    let side = Side::ALL.into_iter().find(|known| known.word() == side);
    let (Some((mirror, label)), Some(side)) = (shared.find(&code, &label), side) else {
        return nothing();
    };
    let mirror = Arc::clone(mirror);
    let read = super::blocking(move || mirror.evidence(label, &piece, side)).await;
    match read.flatten() {
        Some(Ok(note)) => plain(StatusCode::OK, note),
        Some(Err(error)) => {
            tracing::error!(%error, "evidence cannot be read");
            super::broken()
        }
        None => nothing(),
    }
}
