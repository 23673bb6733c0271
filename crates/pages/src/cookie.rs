//! Cookies: reading them, and the one way in which ours are set.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};

/// A cookie's value as sent by the browser; the first one if the name is there twice.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// `Set-Cookie` for a secret: only over a secure connection, only to this host and all of its
/// paths, out of reach of scripts, and never sent along from another site. The name begins with
/// `__Host-`, which makes browsers insist on the first three (RFC 6265bis §4.1.3.2). None where the
/// value holds characters that cannot stand in a header.
#[must_use]
pub fn secret(name: &str, value: &str) -> Option<HeaderValue> {
    debug_assert!(
        name.starts_with("__Host-"),
        "a secret cookie is bound to its host"
    );
    set(&format!(
        "{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict"
    ))
}

/// `Set-Cookie` that removes a secret.
#[must_use]
pub fn remove(name: &str) -> Option<HeaderValue> {
    set(&format!(
        "{name}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"
    ))
}

/// `Set-Cookie` for a preference without any secret, kept for a year.
#[must_use]
pub fn preference(name: &str, value: &str) -> Option<HeaderValue> {
    set(&format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
    ))
}

fn set(line: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            COOKIE,
            HeaderValue::from_static("a=1; __Host-paso=x=y; b=2"),
        );
        headers.append(COOKIE, HeaderValue::from_static("idioma=en"));
        assert_eq!(read(&headers, "__Host-paso"), Some("x=y"));
        assert_eq!(read(&headers, "idioma"), Some("en"));
        assert_eq!(read(&headers, "paso"), None);
        assert_eq!(read(&headers, "__Host"), None);
    }

    #[test]
    fn a_value_that_would_break_the_header_is_not_set() {
        assert!(secret("__Host-paso", "a\r\nSet-Cookie: b").is_none());
        assert!(secret("__Host-paso", "abc").is_some());
    }
}
