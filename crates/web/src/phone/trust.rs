//! What a phone judges by: the roots, and the newest bundle that they signed. Both are public files;
//! the phone pins the first it sees and takes no older bundle afterwards.

use crate::{App, door::Public, fault::Fault, routes::Routes};
use axum::{
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse as _, Response},
};

/// Where the anchor is.
pub(crate) const ANCHOR: &str = "/confianza/ancla.txt";

/// Where the bundle is.
pub(crate) const BUNDLE: &str = "/confianza/lista.cose";

pub(crate) fn routes() -> Routes {
    Routes::default().get(ANCHOR, anchor).get(BUNDLE, bundle)
}

async fn anchor(_: Public, State(app): State<App>) -> Result<Response, Fault> {
    let text = app.anchor().ok_or(Fault::NotFound)?.to_owned();
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

async fn bundle(_: Public, State(app): State<App>) -> Result<Response, Fault> {
    let file = app.service().bundle_file().ok_or(Fault::NotFound)?;
    Ok(([(CONTENT_TYPE, "application/cose")], file.to_vec()).into_response())
}
