//! Headers on every answer: nothing runs, nothing is framed, nothing leaks, nothing is kept.
//!
//! No breach of the content policy is reported to us. A report would name the page, hence a card or
//! a receipt, and the browser; and the address that takes reports would be one more that anyone may
//! fill. The tests walk every page in a browser instead and count what it refused to load.

use axum::{
    Router,
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE,
            STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::{Next, map_response},
    response::{IntoResponseParts, Response, ResponseParts},
};
use core::convert::Infallible;

use crate::{cookie, lang, lang::Lang};

/// Style, pictures and form targets from this host, and nothing else from anywhere: no scripts at
/// all, so that a text which slips into a page unescaped can still not act. And should a browser
/// ever run one all the same, it may not turn text into elements or code (Trusted Types).
pub const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// The same for a page on which cryptography happens on the device: files of this host run, nothing
/// written into a page does. A script fills in a form; it asks no address by itself.
pub const CONTENT_POLICY_WITH_SCRIPTS: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// For the pages that check papers on the phone: their files also run in a worker, compile the verifier
/// (`wasm-unsafe-eval` allows WebAssembly and nothing else), and fetch it and the list of signatures from
/// this host. Their one Trusted Types policy hands out addresses of this host's own files.
pub const CONTENT_POLICY_ON_A_PHONE: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     worker-src 'self'; connect-src 'self'; manifest-src 'self'; style-src 'self'; img-src 'self'; \
     font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types paso";

/// What such a page may ask of the device: the camera, and nothing that other pages may not.
const ON_A_PHONE: &str = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), \
     browsing-topics=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";

/// Which scripts may run on a page. Part of an answer: `(Scripts::Own, page)`; an answer that says
/// nothing runs none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scripts {
    /// None.
    #[default]
    None,
    /// Files that this host serves.
    Own,
    /// The same, with the verifier and the camera.
    Phone,
}

impl Scripts {
    const fn policy(self) -> &'static str {
        match self {
            Self::None => CONTENT_POLICY,
            Self::Own => CONTENT_POLICY_WITH_SCRIPTS,
            Self::Phone => CONTENT_POLICY_ON_A_PHONE,
        }
    }
}

impl IntoResponseParts for Scripts {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}

const ALWAYS: [(HeaderName, &str); 8] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // Numbers of cards and receipts stand in addresses; they go nowhere.
    // With `no-referrer` browsers send `Origin: null` with our own forms (Fetch standard, "append a
    // request Origin header"), and the first wall against forged requests would keep us out.
    (REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    // Costs nothing: no page holds anything of another host.
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), \
         publickey-credentials-get=(self), publickey-credentials-create=(self)",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Puts the headers on an answer. What a handler set itself stays; whatever says nothing about
/// keeping is not kept, since nearly every page here shows a person.
pub fn put(headers: &mut HeaderMap, scripts: Scripts) {
    let policy = (CONTENT_SECURITY_POLICY, scripts.policy());
    if scripts == Scripts::Phone {
        headers
            .entry(HeaderName::from_static("permissions-policy"))
            .or_insert(HeaderValue::from_static(ON_A_PHONE));
    }
    for (name, value) in ALWAYS.into_iter().chain([policy]) {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

/// Middleware for every route: the headers above, and the cookie of a language just chosen.
pub async fn on_every_answer(request: Request, next: Next) -> Response {
    let chosen = request.uri().query().and_then(Lang::chosen);
    let mut response = next.run(request).await;
    let scripts = response.extensions().get().copied().unwrap_or_default();
    put(response.headers_mut(), scripts);
    if let Some(cookie) = chosen.and_then(|lang| cookie::preference(lang::COOKIE, lang.tag())) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The part of an answer to whoever signs out: what the browser kept of this host goes. Cookies are
/// not named: that would end the sessions at every host beside this one (Clear Site Data §3.1).
pub const FORGET: (HeaderName, &str) = (
    HeaderName::from_static("clear-site-data"),
    "\"cache\", \"storage\"",
);

/// The same where something in the browser is still to be sent: the pages go, and that stays.
pub const FORGET_PAGES: (HeaderName, &str) =
    (HeaderName::from_static("clear-site-data"), "\"cache\"");

/// Two years without TLS being optional. Other hosts under this name are not ours to bind.
const SECURE_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Makes browsers that came over TLS insist on it from now on (RFC 6797). Not under the names of the
/// machine itself: browsers would refuse every other server on it.
pub fn only_over_tls<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    origin: &str,
) -> Router<S> {
    if !is_bound_to_tls(origin) {
        return router;
    }
    router.layer(map_response(async |mut response: Response| {
        response
            .headers_mut()
            .insert(STRICT_TRANSPORT_SECURITY, SECURE_ONLY);
        response
    }))
}

fn is_bound_to_tls(origin: &str) -> bool {
    let Some(authority) = origin.strip_prefix("https://") else {
        return false;
    };
    let host = authority.split(':').next().unwrap_or_default();
    host != "localhost" && !host.ends_with(".localhost")
}

/// Middleware around compression: only what our own pages, or the person, asked for is compressed.
///
/// A page holds a form's token beside words out of its address. Whoever sees lengths on the wire and
/// can make a browser ask for chosen addresses reads the token from how well the page compresses
/// (BREACH). Session cookies do not travel from other sites; but another host of the same site sends
/// them along, and is not ours. `none` is what the person typed, which no other page can cause.
pub async fn compress_for_own_pages(mut request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site");
    if !site.is_some_and(|site| site == "same-origin" || site == "none") {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse as _;

    #[test]
    fn what_a_handler_set_stays_and_the_rest_is_strict() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=1"));
        put(&mut headers, Scripts::None);
        assert_eq!(headers[CACHE_CONTROL], "public, max-age=1");
        assert!(!CONTENT_POLICY.contains("script-src"));
        let mut bare = HeaderMap::new();
        put(&mut bare, Scripts::None);
        assert_eq!(bare[CACHE_CONTROL], "no-store");
        assert_eq!(bare[CONTENT_SECURITY_POLICY], CONTENT_POLICY);
        assert_eq!(bare.len(), ALWAYS.len() + 2);
    }

    #[test]
    fn a_page_with_scripts_says_so_and_differs_in_nothing_else() {
        let said = (Scripts::Own, "page").into_response();
        assert_eq!(said.extensions().get(), Some(&Scripts::Own));
        let mut headers = HeaderMap::new();
        put(&mut headers, Scripts::Own);
        assert_eq!(
            headers[CONTENT_SECURITY_POLICY],
            CONTENT_POLICY.replacen("; ", "; script-src 'self'; ", 1)
        );
        assert!(!CONTENT_POLICY_WITH_SCRIPTS.contains("unsafe"));
    }

    #[test]
    fn a_phone_page_may_use_the_camera_and_compile_the_verifier() {
        let mut headers = HeaderMap::new();
        put(&mut headers, Scripts::Phone);
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("'wasm-unsafe-eval'") && !policy.contains("'unsafe-"));
        let permissions = headers["permissions-policy"].to_str().unwrap();
        let (others, _) = ALWAYS[6].1.split_once(", ").unwrap();
        assert_eq!(permissions.replace("camera=(self)", others), ALWAYS[6].1);
    }

    #[test]
    fn browsers_are_bound_to_tls_only_where_there_is_some() {
        for (origin, bound) in [
            ("https://paso.example", true),
            ("https://paso.example:8443", true),
            ("http://paso.example", false),
            ("https://localhost:8443", false),
            ("https://mx.localhost:8443", false),
        ] {
            assert_eq!(is_bound_to_tls(origin), bound, "{origin}");
        }
    }
}
