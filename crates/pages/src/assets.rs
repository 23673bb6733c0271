//! The files of a page that are the same for everybody: one style sheet, one mark, one script.
//!
//! Addresses carry a fingerprint of the content, so a browser keeps the file for ever and still
//! sees every change.

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    routing::get,
};

/// The style sheet.
pub const STYLE: &str = include_str!("../assets/style.css");

/// The mark: two banks, a river, a way across.
pub const MARK: &str = include_str!("../assets/mark.svg");

/// The script that asks a browser for a passkey. Only pages that need it name it, and it is the only
/// script there is.
pub const PASSKEY: &str = include_str!("../assets/llave.js");

/// The address of that script.
#[must_use]
pub fn passkey_path() -> String {
    format!("/llave-{:016x}.js", fingerprint(PASSKEY.as_bytes()))
}

/// The address of the style sheet.
#[must_use]
pub fn style_path() -> String {
    format!("/estilo-{:016x}.css", fingerprint(STYLE.as_bytes()))
}

/// The address of the mark.
#[must_use]
pub fn mark_path() -> String {
    format!("/marca-{:016x}.svg", fingerprint(MARK.as_bytes()))
}

/// FNV-1a: it only has to change when the content does; nobody is kept out by it.
#[must_use]
pub const fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// Serves the files.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    const FOR_EVER: &str = "public, max-age=31536000, immutable";
    let file = |kind: &'static str, body: &'static str| {
        get(move || async move { ([(CONTENT_TYPE, kind), (CACHE_CONTROL, FOR_EVER)], body) })
    };
    Router::new()
        .route(&style_path(), file("text/css; charset=utf-8", STYLE))
        .route(&mark_path(), file("image/svg+xml", MARK))
        .route(
            &passkey_path(),
            file("text/javascript; charset=utf-8", PASSKEY),
        )
}
