//! `/.well-known/security.txt`: whom to tell about a weakness (RFC 9116).

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    routing::get,
};
use core::fmt::Write as _;
use paso_formats::moment::{DAY, Moment};

/// Where the file is (RFC 9116 §3).
pub const PATH: &str = "/.well-known/security.txt";

/// What is older must not be relied on: a server that is still started anew now and then has somebody
/// who reads what is sent (RFC 9116 §2.5.5 advises less than a year).
const DAYS: i64 = 330;

/// Why a contact cannot be published.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no address to publish; write mailto:seguridad@example.org, tel:+52… or https://…"
)]
pub struct NotAContact(pub String);

/// The file of a server that starts now, at `origin` where it knows its own name, in the order in which it prefers to be told.
pub fn text(contacts: &[String], origin: Option<&str>, now: Moment) -> Result<String, NotAContact> {
    let mut text = String::new();
    for contact in contacts {
        let scheme = ["mailto:", "tel:", "https://"]
            .into_iter()
            .find_map(|scheme| contact.strip_prefix(scheme));
        // One line each, and nothing that a reader would have to decode (RFC 9116 §2.3).
        if !scheme
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic()))
        {
            return Err(NotAContact(contact.clone()));
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "Contact: {contact}");
    }
    let _ = writeln!(
        text,
        "Expires: {}\nPreferred-Languages: es, en",
        now.plus(DAYS * DAY)
    );
    if let Some(origin) = origin {
        let _ = writeln!(text, "Canonical: {origin}{PATH}");
    }
    Ok(text)
}

/// Serves the file, where there is one.
pub fn router<S: Clone + Send + Sync + 'static>(text: Option<String>) -> Router<S> {
    let Some(text) = text else {
        return Router::new();
    };
    Router::new().route(
        PATH,
        get(async move || {
            let headers = [
                (CONTENT_TYPE, "text/plain; charset=utf-8"),
                (CACHE_CONTROL, "public, max-age=86400"),
            ];
            (headers, text)
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_its_contacts_and_its_end() {
        let now = Moment::from_unix(1_790_000_000);
        let contacts = ["mailto:a@b.example", "https://b.example/aviso"].map(str::to_owned);
        assert_eq!(
            text(&contacts, Some("https://paso.example"), now).unwrap(),
            "Contact: mailto:a@b.example\n\
             Contact: https://b.example/aviso\n\
             Expires: 2027-08-17T14:13:20Z\n\
             Preferred-Languages: es, en\n\
             Canonical: https://paso.example/.well-known/security.txt\n"
        );
    }

    #[test]
    fn what_would_break_the_file_or_lead_nowhere_is_refused() {
        for contact in [
            "a@b.example",
            "mailto:",
            "http://b.example",
            "mailto:a@b.example\nExpires: never",
            "https://b.example/aquí",
        ] {
            let contacts = [contact.to_owned()];
            let answer = text(&contacts, None, Moment::from_unix(0));
            assert_eq!(answer, Err(NotAContact(contact.to_owned())));
        }
    }
}
