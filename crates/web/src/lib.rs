//! The pages of an authority: desk, card, entry and exit, checkpoint, receipts, the list of the day.
//!
//! Every page is rendered on the server and works without scripts. A handler reads a form, calls
//! one use case of [`paso_service`], and renders the answer; it decides nothing, and it cannot see
//! the store. A module is a face; its templates stand beside it.
//!
//! Reading order: [`router`] below, `session` (who may post a form), `desk` (the largest face).

mod acts;
mod app;
mod card;
mod checkpoint;
mod crossing;
mod desk;
mod fault;
mod home;
mod once;
mod people;
pub mod print;
mod reply;
mod say;
mod session;
mod sign_in;

pub use app::{App, WebConfig};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use core::time::Duration;
use paso_pages::{assets, headers};
use tower_http::{compression::CompressionLayer, timeout::TimeoutLayer};

/// The most bytes of a form.
const MOST_FORM: usize = 64 * 1024;

/// The most bytes of a form with a picture in it.
const MOST_PICTURE: usize = 8 * 1024 * 1024;

/// How long a request may take. Printing and decoding take tenths of a second; this is for a
/// database that hangs.
const LONGEST: Duration = Duration::from_secs(30);

/// All pages.
pub fn router(app: App) -> Router {
    let with_pictures = Router::new()
        .merge(desk::router())
        .merge(checkpoint::router())
        .layer(DefaultBodyLimit::max(MOST_PICTURE));
    let others = Router::new()
        .merge(home::router())
        .merge(sign_in::router())
        .merge(card::router())
        .merge(crossing::router())
        .merge(acts::router())
        .merge(people::router())
        .layer(DefaultBodyLimit::max(MOST_FORM));
    Router::new()
        .merge(with_pictures)
        .merge(others)
        .merge(assets::router())
        .fallback(async || fault::Fault::NotFound)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            LONGEST,
        ))
        .layer(from_fn_with_state(app.clone(), known_host))
        .layer(from_fn_with_state(app.clone(), fault::in_words))
        .layer(from_fn(headers::on_every_answer))
        // Session cookies are not sent along from other sites, so no other site can make a page
        // with a secret in it be compressed together with its own guesses.
        .layer(CompressionLayer::new())
        .with_state(app)
}

/// Turns away requests for another host name.
async fn known_host(State(app): State<App>, request: Request, next: Next) -> Response {
    if session::meant_for(request.headers(), &app) {
        next.run(request).await
    } else {
        fault::Fault::OtherHost.into_response()
    }
}
