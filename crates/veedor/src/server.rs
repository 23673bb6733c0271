//! The HTTP face: `add-checkpoint` and monitoring as tlog-witness has them, the evidence, the mirror,
//! the board, numbers of custody, reports of people taken, `/healthz`.
//!
//! Nobody signs in, as the protocol has it; only the rows of the mirror ask for a token. Every body
//! has a size and every request a time after which it is over.

mod mirror;

use crate::{
    board,
    evidence::Side,
    figures,
    mirror::Mirror,
    taking::{self, Takings},
    token::Token,
    verify,
    witness::{Witness, WitnessError},
};
use axum::{
    Router,
    body::{Body, HttpBody as _, to_bytes},
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use core::time::Duration;
use paso_pages::{Texts, assets, headers};
use paso_tlog::{
    policy::Policy,
    witness::{ADD_CHECKPOINT, MAX_REQUEST_BYTES, Refusal, RequestError},
};
use std::{path::PathBuf, sync::Arc};
use tower_http::timeout::TimeoutLayer;

/// The longest that a request may take, its body and the disk together.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(20);

/// The most that is read of a body. What is longer than any request is read all the same up to here, so
/// that its sender hears the answer instead of a broken connection.
const READ_AT_MOST: usize = 4 * MAX_REQUEST_BYTES;

const PLAIN: &str = "text/plain; charset=utf-8";

/// What every handler has.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The witness.
    pub witness: Arc<Witness>,
    /// The mirrors, in the configuration's order.
    pub mirrors: Arc<[Arc<Mirror>]>,
    /// Whose logs and witnesses make a receipt final.
    pub policy: Arc<Policy>,
    /// The token for the rows of a mirror; none where there is no mirror.
    pub token: Option<Token>,
    /// Reports of people taken, where they are taken here.
    pub takings: Option<Arc<Takings>>,
    /// What `veedor board --publish` wrote.
    pub summary: PathBuf,
    /// The words of the pages.
    pub texts: Arc<Texts>,
}

/// All routes.
pub fn router(shared: Shared) -> Router {
    let longest = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST_REQUEST);
    Router::new()
        .route(&format!("/{ADD_CHECKPOINT}"), post(add_checkpoint))
        .route("/{hash}/checkpoint", get(checkpoint))
        .route("/{hash}/evidence/{piece}/{side}", get(evidence))
        .route("/healthz", get(|| async { plain(StatusCode::OK, "ok\n") }))
        .route("/", get(board::page))
        .merge(mirror::router())
        .merge(verify::router())
        .merge(figures::router())
        .merge(taking::router())
        .merge(assets::router())
        .fallback(|| async { nothing() })
        .layer(longest)
        .layer(middleware::from_fn(headers::on_every_answer))
        .with_state(shared)
}

pub(crate) fn plain(status: StatusCode, body: impl Into<Body>) -> Response {
    (status, [(CONTENT_TYPE, PLAIN)], body.into()).into_response()
}

async fn add_checkpoint(State(shared): State<Shared>, body: Body) -> Response {
    let announced = body.size_hint().lower();
    let fits = usize::try_from(announced).is_ok_and(|announced| announced <= READ_AT_MOST);
    // Too long or cut off: tlog-witness has one status for what cannot be read.
    let too_large = || {
        answer(&paso_tlog::witness::Response::refused(&Refusal::Malformed(
            RequestError::TooLarge,
        )))
    };
    if !fits {
        return too_large();
    }
    let Ok(body) = to_bytes(body, READ_AT_MOST).await else {
        return too_large();
    };
    let judged = blocking(move || shared.witness.add_checkpoint(&body)).await;
    match judged {
        Some(Ok(response)) => answer(&response),
        Some(Err(error)) => {
            tracing::error!(%error, "nothing was cosigned");
            failed(&error)
        }
        None => broken(),
    }
}

fn answer(response: &paso_tlog::witness::Response) -> Response {
    let status =
        StatusCode::from_u16(response.status.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = [(CONTENT_TYPE, response.content_type)];
    (status, kind, response.body.clone()).into_response()
}

/// The log tries again later; which file it was is for our own operator only.
fn failed(error: &WitnessError) -> Response {
    let body = match error {
        WitnessError::Record(_) => "this witness cannot write to its disk; try again later\n",
        _ => "this witness cannot sign; try again later\n",
    };
    plain(StatusCode::SERVICE_UNAVAILABLE, body)
}

fn broken() -> Response {
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "this witness failed; try again later\n",
    )
}

async fn checkpoint(State(shared): State<Shared>, Path(hash): Path<String>) -> Response {
    match blocking(move || shared.witness.checkpoint(&hash)).await {
        Some(Some(note)) => plain(StatusCode::OK, note),
        Some(None) => plain(
            StatusCode::NOT_FOUND,
            "no checkpoint of such a log was cosigned here\n",
        ),
        None => broken(),
    }
}

/// Both notes of a fork, so that anyone can check the log's two signatures.
async fn evidence(
    State(shared): State<Shared>,
    Path((hash, piece, side)): Path<(String, String, String)>,
) -> Response {
    let known = Side::ALL.into_iter().find(|known| known.word() == side);
    let Some(side) = known else {
        return nothing();
    };
    match blocking(move || shared.witness.evidence(&hash, &piece, side)).await {
        Some(Some(Ok(note))) => plain(StatusCode::OK, note),
        Some(Some(Err(error))) => {
            tracing::error!(%error, "evidence cannot be read");
            broken()
        }
        Some(None) => nothing(),
        None => broken(),
    }
}

pub(crate) fn nothing() -> Response {
    plain(StatusCode::NOT_FOUND, "nothing is here\n")
}

/// Runs what waits for the disk or a lock beside the tasks that serve. `None` if it panicked, which
/// the panic's own message explains.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
