//! Headers on every answer: nothing runs, nothing is framed, nothing leaks, nothing is kept.

use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE,
            X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    response::Response,
};

use crate::{cookie, lang, lang::Lang};

/// Style, pictures and form targets from this host, and nothing else from anywhere: no scripts at
/// all, so that a text which slips into a page unescaped can still not act.
pub const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 8] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
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
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Puts the headers on an answer. What a handler set itself stays; whatever says nothing about
/// keeping is not kept, since nearly every page here shows a person.
pub fn put(headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
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
    put(response.headers_mut());
    if let Some(cookie) = chosen.and_then(|lang| cookie::preference(lang::COOKIE, lang.tag())) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_handler_set_stays_and_the_rest_is_strict() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=1"));
        put(&mut headers);
        assert_eq!(headers[CACHE_CONTROL], "public, max-age=1");
        assert!(!CONTENT_POLICY.contains("script-src") && !CONTENT_POLICY.contains("unsafe"));
        let mut bare = HeaderMap::new();
        put(&mut bare);
        assert_eq!(bare[CACHE_CONTROL], "no-store");
        assert_eq!(bare.len(), ALWAYS.len() + 1);
    }
}
