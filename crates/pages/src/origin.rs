//! Whether a request that changes something came from one of our own pages.
//!
//! The first of two walls against forged requests; the second is the token in every form. Browsers
//! that send neither header are left to the token alone.

use axum::http::{HeaderMap, header::ORIGIN};

/// Whether the browser says that the request came from `origin`, such as `https://paso.example`,
/// or says nothing.
#[must_use]
pub fn is_own(headers: &HeaderMap, origin: &str) -> bool {
    let says = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    // `none`: typed or repeated by the person, which no other site can cause.
    let site = says("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let from = says(ORIGIN.as_str()).is_none_or(|from| from.eq_ignore_ascii_case(origin));
    site && from
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_our_own_pages_and_silent_browsers_pass() {
        for (site, origin, passes) in [
            (None, None, true),
            (Some("same-origin"), Some("https://paso.example"), true),
            (Some("none"), None, true),
            (Some("same-origin"), Some("HTTPS://PASO.EXAMPLE"), true),
            (Some("same-site"), Some("https://www.paso.example"), false),
            (Some("cross-site"), None, false),
            (None, Some("https://paso.example.evil"), false),
            (None, Some("http://paso.example"), false),
            (None, Some("null"), false),
            (Some("same-origin"), Some("null"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(
                is_own(&headers, "https://paso.example"),
                passes,
                "{site:?} {origin:?}"
            );
        }
    }
}
