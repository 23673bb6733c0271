//! Answers: a page, another address, a paper to print, a picture.

use crate::fault::Fault;
use askama::Template;
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION},
    },
    response::{Html, IntoResponse, Response},
};
use paso_pages::headers::Scripts;

/// A page.
pub(crate) fn page(template: &impl Template) -> Result<Response, Fault> {
    with_status(StatusCode::OK, template)
}

/// A page that shows a form again because something in it is wrong.
pub(crate) fn again(template: &impl Template) -> Result<Response, Fault> {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, template)
}

/// A page that asks the browser for a passkey: its script may run. `good` where nothing is wrong.
pub(crate) fn with_script(good: bool, template: &impl Template) -> Result<Response, Fault> {
    let page = if good {
        page(template)
    } else {
        again(template)
    };
    Ok((Scripts::Own, page?).into_response())
}

fn with_status(status: StatusCode, template: &impl Template) -> Result<Response, Fault> {
    let html = template.render().map_err(|error| {
        tracing::error!("a page could not be rendered: {error}");
        Fault::Internal
    })?;
    Ok((status, Html(html)).into_response())
}

/// To another address, by GET: so that reloading repeats nothing.
pub(crate) fn see_other(place: &str) -> Response {
    // Places are built from our own paths and numbers, which are plain ASCII.
    let place = HeaderValue::from_str(place).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

/// A paper to print, shown in the browser under a file name without personal data.
pub(crate) fn pdf(bytes: Vec<u8>, name: &str) -> Response {
    let shown = HeaderValue::from_str(&format!("inline; filename=\"{name}.pdf\""));
    let shown = shown.unwrap_or(HeaderValue::from_static("inline"));
    let kind = HeaderValue::from_static("application/pdf");
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, shown)], bytes).into_response()
}

/// A file to keep.
pub(crate) fn download(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let name = name.unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static(kind);
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], bytes).into_response()
}

/// A portrait as it was stored.
pub(crate) fn picture(bytes: Vec<u8>) -> Response {
    let kind = if bytes.starts_with(b"\x89PNG") {
        "image/png"
    } else {
        "image/jpeg"
    };
    ([(CONTENT_TYPE, kind)], bytes).into_response()
}
