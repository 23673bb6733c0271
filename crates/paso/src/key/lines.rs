//! Lists about keys, from the running program: one line each, columns apart.

use crate::{act::Answer, cli::KeyCards};
use paso_formats::key::KeyId;
use paso_service::{Service, ServiceError};
use std::fmt::Write as _;

/// The keys that the program was started with, and what the register knows of them.
pub async fn list(service: &Service) -> Result<Answer, ServiceError> {
    let known = service.known_keys().await?;
    let mut said = String::new();
    for listed in service.listed_keys() {
        let (entry, id) = (&listed.entry, listed.key.key_id());
        let known = known.key(id);
        // Writing into a String does not fail.
        let _ = write!(
            said,
            "{}  {}  {id}  {} to {}",
            entry.name(),
            entry.purpose.code(),
            entry.sign_from,
            entry.signs_until()
        );
        if known.is_some_and(|known| known.key.is_some()) {
            said.push_str("  recorded");
        }
        if let Some(end) = known.and_then(|known| known.end) {
            let _ = write!(said, "  ended {}", end.from);
            if let Some(from) = end.compromised_from {
                let _ = write!(said, "  in doubt from {from}");
            }
        }
        said.push('\n');
    }
    for (id, known) in known.keys() {
        let Some((key, post)) = known.key.as_ref().and_then(|key| Some((key, key.site?))) else {
            continue;
        };
        let _ = write!(
            said,
            "{id}  {}  post {post}  {} to {}",
            key.purpose, key.sign_from, key.sign_until
        );
        if let Some(device) = key.device {
            let _ = write!(said, "  device {device}");
        }
        said.push('\n');
    }
    Ok(Answer::said(said))
}

/// The cards in force that a key signed from a moment on. Numbers, posts and dates: no holder.
pub async fn cards(service: &Service, asked: &KeyCards) -> Result<Answer, ServiceError> {
    let named = service
        .listed_keys()
        .iter()
        .find(|listed| listed.entry.name() == asked.name || listed.entry.file == asked.name);
    let by_id = || asked.name.parse::<KeyId>().ok();
    let Some(key) = named.map(|named| named.key.key_id()).or_else(by_id) else {
        return Err(ServiceError::BadRequest {
            field: "NAME",
            problem: format!("no key is called {}; see `paso key list`", asked.name),
        });
    };
    let found = service.cards_signed_by(key, asked.from).await?;
    let mut said = String::new();
    for card in &found {
        let _ = writeln!(
            said,
            "{}  {}  {} to {}",
            card.number, card.post, card.issued_at, card.expires
        );
    }
    let _ = writeln!(said, "{} cards", found.len());
    Ok(Answer::said(said))
}
