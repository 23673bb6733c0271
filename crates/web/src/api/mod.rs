//! The same authority for programs: what the pages do, as JSON.
//!
//! A handler's first argument is its door, here [`door::Token`]; it calls the same use cases with
//! the same permits as a page does, and decides nothing. Requests are read into the types the rules
//! use by [`spelt`] and [`words`], answers have types of their own, and both are written into the
//! document by [`describe`]. Failures are [`problem`]s.
//!
//! Grave acts are prepared here and not done ([`signed`]): a program cannot hold an officer's passkey.

mod acts;
mod cards;
mod checks;
mod crossings;
mod describe;
mod desk;
mod door;
mod json;
mod office;
mod once;
mod people;
pub(crate) mod problem;
mod referrals;
mod shapes;
mod signed;
mod spelt;
mod watching;
mod words;

pub(crate) use once::Kept;

use crate::{door::Public, fault::Fault, once::Once, routes::Routes};
use axum::{
    http::header::CONTENT_TYPE,
    response::{IntoResponse as _, Response},
};
use describe::Api;
use std::sync::LazyLock;

/// Answers by the keys of programs.
pub(crate) type Answered = Once<Kept>;

/// What all addresses of programs begin with.
pub(crate) const BELOW: &str = "/api/";

fn api() -> Api {
    desk::routes()
        .and(cards::routes())
        .and(crossings::routes())
        .and(checks::routes())
        .and(people::routes())
        .and(acts::routes())
        .and(signed::routes())
        .and(watching::routes())
        .and(office::routes())
        .and(referrals::routes())
}

pub(crate) fn routes() -> Routes {
    api().into_routes().get("/api/openapi.json", document)
}

/// Written once: it depends on nothing but the program.
static DOCUMENT: LazyLock<Option<String>> =
    LazyLock::new(|| api().document().to_pretty_json().ok());

async fn document(_: Public) -> Result<Response, Fault> {
    let text = DOCUMENT.as_deref().ok_or(Fault::Internal)?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

/// Whether an address is one for programs.
pub(crate) fn is_below(path: &str) -> bool {
    path.starts_with(BELOW)
}

pub(crate) use problem::in_words;
