//! The pages of an authority: desk, card, entry and exit, checkpoint, receipts, the list of the day.
//!
//! Every page is rendered on the server and works without scripts. A handler reads a form, calls
//! one use case of [`paso_service`], and renders the answer; it decides nothing, and it cannot see
//! the store. A module is a face; its templates stand beside it.
//!
//! Reading order: [`router`] below, [`door`] (who may come in), `session` (who may post a form),
//! `desk` (the largest face).

mod acts;
mod administration;
mod api;
mod app;
mod black_box;
mod card;
mod checkpoint;
mod contradictions;
mod crossing;
mod custody;
mod desk;
pub mod door;
mod erasures;
mod fault;
mod figures;
mod home;
mod limits;
mod log;
mod once;
mod passkey;
mod people;
mod phone;
mod picture;
mod placard;
pub mod print;
mod protection;
mod readings;
mod reply;
mod routes;
mod say;
mod session;
mod sheets;
mod sign_in;
mod signing;
mod subject;
mod sync;
mod verify;

pub use app::{App, WebConfig};
pub use fault::Fault;
pub use limits::Front;
pub use routes::{Route, Routes};
pub use session::Session;

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use core::time::Duration;
use paso_pages::{assets, headers, security};
use tower_http::{compression::CompressionLayer, timeout::TimeoutLayer};

/// The most bytes of a form.
const MOST_FORM: usize = 64 * 1024;

/// The most bytes of a form with a picture in it.
const MOST_PICTURE: usize = 8 * 1024 * 1024;

/// How long a request may take. Printing and decoding take tenths of a second; this is for a
/// database that hangs.
const LONGEST: Duration = Duration::from_secs(30);

fn routes() -> Routes {
    let with_pictures = desk::routes()
        .and(checkpoint::routes())
        .and(verify::routes())
        .and(phone::holder::routes())
        .and(custody::with_pictures())
        .taking(MOST_PICTURE);
    let others = home::routes()
        .and(sign_in::routes())
        .and(passkey::routes())
        .and(signing::routes())
        .and(card::routes())
        .and(crossing::routes())
        .and(acts::routes())
        .and(black_box::routes())
        .and(figures::routes())
        .and(sheets::routes())
        .and(contradictions::routes())
        .and(administration::routes())
        .and(people::routes())
        .and(readings::routes())
        .and(erasures::routes())
        .and(protection::routes())
        .and(custody::routes())
        .and(log::routes())
        .and(phone::routes())
        .and(placard::routes())
        .and(api::routes())
        .taking(MOST_FORM);
    with_pictures
        .and(others)
        .and(sync::routes().taking(sync::MOST))
}

/// Every route there is, style sheet and mark apart.
#[must_use]
pub fn list() -> Vec<Route> {
    routes().into_list()
}

/// All pages.
pub fn router(app: App) -> Router {
    let origin = app.config().origin.clone();
    let security = app.security().map(str::to_owned);
    let pages = routes()
        .into_router()
        .merge(assets::router())
        .merge(phone::assets::router())
        .merge(security::router(security))
        .fallback(async || fault::Fault::NotFound)
        .layer(from_fn_with_state(app.clone(), limits::in_turn))
        .layer(from_fn(to_its_end))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            LONGEST,
        ))
        .layer(from_fn_with_state(app.clone(), known_host))
        .layer(from_fn_with_state(app.clone(), limits::how_often))
        .layer(from_fn_with_state(app.clone(), fault::in_words))
        .layer(from_fn(headers::on_every_answer))
        .layer(CompressionLayer::new())
        .layer(from_fn(headers::compress_for_own_pages))
        .with_state(app);
    headers::only_over_tls(pages, &origin)
}

/// Lets a handler run to its end when the browser goes away or the answer takes too long: what is
/// decided and recorded must not stay half done.
async fn to_its_end(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(panicked) => {
            tracing::error!("a page failed: {panicked}");
            fault::Fault::Internal.into_response()
        }
    }
}

/// Turns away requests for another host name.
async fn known_host(State(app): State<App>, request: Request, next: Next) -> Response {
    if session::meant_for(request.headers(), &app) {
        next.run(request).await
    } else {
        fault::Fault::OtherHost.into_response()
    }
}
