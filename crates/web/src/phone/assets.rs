//! The files that a phone keeps: the page's script, the worker around the verifier, the verifier, the
//! two service workers and the manifest.
//!
//! Addresses of what never changes carry a fingerprint. A service worker has one address for ever, as
//! browsers want it; it names the files of its release, so a release that changes any of them changes
//! it, and the phone takes all of them together or none.

use crate::App;
use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use paso_pages::{assets, headers::Scripts};
use std::sync::LazyLock;

const PAGE: &str = include_str!("../../assets/telefono.js");
const WORKER: &str = include_str!("../../assets/obrero.js");
const SHIFT: &str = include_str!("../../assets/turno.js");
const SERVICE: &str = include_str!("../../assets/sin-red.js");
const STYLE: &str = include_str!("../../assets/telefono.css");
const PLACARD: &str = include_str!("../../assets/letrero.css");
const VERIFIER: &[u8] = include_bytes!("../../assets/checker.wasm");

/// Where the fingerprinted files are.
pub(crate) static FILES: LazyLock<Files> = LazyLock::new(|| {
    let at = |name: &str, end: &str, bytes: &[u8]| {
        format!("/{name}-{:016x}.{end}", assets::fingerprint(bytes))
    };
    Files {
        page: at("telefono", "js", PAGE.as_bytes()),
        shift: at("turno", "js", SHIFT.as_bytes()),
        worker: at("obrero", "js", WORKER.as_bytes()),
        style: at("telefono", "css", STYLE.as_bytes()),
        placard: at("letrero", "css", PLACARD.as_bytes()),
        verifier: at("comprobador", "wasm", VERIFIER),
    }
});

/// The addresses of a phone's files.
pub(crate) struct Files {
    pub(crate) page: String,
    pub(crate) shift: String,
    pub(crate) worker: String,
    pub(crate) style: String,
    pub(crate) placard: String,
    pub(crate) verifier: String,
}

/// A page with a service worker of its own.
pub(crate) struct Shell {
    /// The page.
    pub(crate) page: &'static str,
    /// The addresses under which the service worker stands in for the network.
    pub(crate) scope: &'static str,
    /// Its service worker.
    pub(crate) service: &'static str,
}

/// The officer's reader.
pub(crate) const OFFICER: Shell = Shell {
    page: "/punto/telefono",
    scope: "/punto",
    service: "/punto/sin-red.js",
};

/// The holder's page.
pub(crate) const HOLDER: Shell = Shell {
    page: "/mi-tarjeta",
    scope: "/mi-tarjeta",
    service: "/mi-tarjeta/sin-red.js",
};

/// Where the manifest of the officer's reader is.
pub(crate) const MANIFEST: &str = "/punto/manifiesto.json";

fn service_worker(shell: &Shell) -> String {
    let mut files = vec![
        shell.page.to_owned(),
        assets::style_path(),
        assets::mark_path(),
        FILES.page.clone(),
        FILES.worker.clone(),
        FILES.style.clone(),
        FILES.verifier.clone(),
    ];
    if shell.page == OFFICER.page {
        files.push(FILES.shift.clone());
    }
    let files = serde_json::json!({ "page": shell.page, "files": files });
    format!("const RELEASE = {files};\n{SERVICE}")
}

fn manifest() -> String {
    serde_json::json!({
        "name": "Paso: punto de revisión",
        "short_name": "Paso",
        "lang": "es",
        "start_url": OFFICER.page,
        "scope": OFFICER.scope,
        "display": "standalone",
        "background_color": "#f6f0e4",
        "theme_color": "#0b5d4e",
        "icons": [{
            "src": assets::mark_path(),
            "sizes": "any",
            "type": "image/svg+xml",
            "purpose": "any",
        }],
    })
    .to_string()
}

pub(crate) fn router() -> Router<App> {
    const FOR_EVER: &str = "public, max-age=31536000, immutable";
    const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
    // Workers run under the policy that their own file came with.
    let file = |kind: &'static str, body: &'static [u8]| {
        get(move || async move {
            let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, FOR_EVER)];
            (Scripts::Phone, headers, body)
        })
    };
    let service = |shell: &'static Shell| {
        get(move || async move {
            let headers = [
                (CONTENT_TYPE.as_str(), JAVASCRIPT),
                (CACHE_CONTROL.as_str(), "no-cache"),
                ("service-worker-allowed", shell.scope),
            ];
            (Scripts::Phone, headers, service_worker(shell)).into_response()
        })
    };
    Router::new()
        .route(&FILES.page, file(JAVASCRIPT, PAGE.as_bytes()))
        .route(&FILES.shift, file(JAVASCRIPT, SHIFT.as_bytes()))
        .route(&FILES.worker, file(JAVASCRIPT, WORKER.as_bytes()))
        .route(
            &FILES.style,
            file("text/css; charset=utf-8", STYLE.as_bytes()),
        )
        .route(
            &FILES.placard,
            file("text/css; charset=utf-8", PLACARD.as_bytes()),
        )
        .route(&FILES.verifier, file("application/wasm", VERIFIER))
        .route(OFFICER.service, service(&OFFICER))
        .route(HOLDER.service, service(&HOLDER))
        .route(
            MANIFEST,
            get(|| async { ([(CONTENT_TYPE, "application/manifest+json")], manifest()) }),
        )
}
