//! Languages, and which one a browser is answered in.
//!
//! The order is: what the person just chose (`?idioma=en`), what they chose before (a cookie), what
//! the browser asks for, Spanish.

use crate::cookie;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::ACCEPT_LANGUAGE, request::Parts},
};
use core::{convert::Infallible, fmt, str::FromStr};

/// The name of the cookie that remembers the choice. It holds two letters and no secret.
pub const COOKIE: &str = "idioma";

/// The query parameter that makes the choice, on any address.
pub const PARAMETER: &str = "idioma";

/// A language in which every text exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Spanish, which comes first.
    #[default]
    Es,
    /// English.
    En,
}

impl Lang {
    /// All languages, the first one first.
    pub const ALL: [Self; 2] = [Self::Es, Self::En];

    /// The language tag, as HTML's `lang` wants it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// The language's own name.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Es => "Español",
            Self::En => "English",
        }
    }

    /// The language for a browser that sends these.
    #[must_use]
    pub fn negotiate(query: Option<&str>, cookie: Option<&str>, accept: Option<&str>) -> Self {
        query
            .and_then(Self::chosen)
            .or_else(|| cookie.and_then(|tag| tag.parse().ok()))
            .or_else(|| accept.and_then(Self::accepted))
            .unwrap_or_default()
    }

    /// The choice in a query string, where it makes one.
    #[must_use]
    pub fn chosen(query: &str) -> Option<Self> {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(PARAMETER)?.strip_prefix('='))
            .and_then(|tag| tag.parse().ok())
    }

    /// The best of an `Accept-Language` header (RFC 9110 §12.5.4): the highest weight, the earlier
    /// of equals. A weight that cannot be read counts as none.
    fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for entry in header.split(',') {
            let (range, weight) = match entry.split_once(';') {
                Some((range, parameter)) => {
                    let weight = parameter.trim().strip_prefix("q=");
                    (range, weight.and_then(|q| q.parse().ok()).unwrap_or(0.0))
                }
                None => (entry, 1.0),
            };
            let primary = range.trim().split('-').next().unwrap_or_default();
            let Ok(lang) = primary.to_ascii_lowercase().parse() else {
                continue;
            };
            if weight > 0.0 && best.is_none_or(|(_, known)| weight > known) {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }

    fn of_request(query: Option<&str>, headers: &HeaderMap) -> Self {
        let accept = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        Self::negotiate(query, cookie::read(headers, COOKIE), accept)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// The text is not the tag of a language spoken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language of these pages; write es or en")]
pub struct NotALang;

impl FromStr for Lang {
    type Err = NotALang;

    fn from_str(text: &str) -> Result<Self, NotALang> {
        Self::ALL
            .into_iter()
            .find(|lang| lang.tag() == text)
            .ok_or(NotALang)
    }
}

impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of_request(parts.uri.query(), &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_stands_above_the_cookie_and_the_cookie_above_the_browser() {
        for (query, cookie, accept, lang) in [
            (None, None, None, Lang::Es),
            (None, None, Some("en"), Lang::En),
            (None, None, Some("en-BZ,en;q=0.9"), Lang::En),
            (None, None, Some("fr, en;q=0.3, es;q=0.7"), Lang::Es),
            (None, None, Some("es;q=0, EN;q=0.1"), Lang::En),
            (None, None, Some("en;q=x"), Lang::Es),
            (None, None, Some("*"), Lang::Es),
            (None, Some("en"), Some("es"), Lang::En),
            (None, Some("tlh"), Some("en"), Lang::En),
            (Some("idioma=es"), Some("en"), Some("en"), Lang::Es),
            (Some("a=b&idioma=en"), None, None, Lang::En),
            (Some("idioma="), Some("en"), None, Lang::En),
        ] {
            let found = Lang::negotiate(query, cookie, accept);
            assert_eq!(found, lang, "{query:?} {cookie:?} {accept:?}");
        }
    }
}
