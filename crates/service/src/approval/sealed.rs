//! What waits in the table `proposal`: entries as they were sealed, a secret to hand over, and the
//! versions that were decided on.

use crate::{Service, ServiceError, session::Token};
use minicbor::{Decode, Encode};
use paso_domain::subject::Subject;
use paso_formats::envelope::{self, Label, NONCE_LEN, Sealed};
use paso_store::Entry;
use std::collections::HashMap;

/// The label of a secret that waits to be handed over: no kind of event.
const HAND_OVER: &str = "proposal.hand-over";

/// Sealed entries in their order, and a sealed secret.
#[derive(Encode, Decode)]
struct PutAway {
    #[n(0)]
    entries: Vec<SealedEntry>,
    /// Under the key of the first entry's subject.
    #[n(1)]
    hand_over: Option<SealedText>,
}

#[derive(Encode, Decode)]
struct SealedEntry {
    #[n(0)]
    subject: String,
    #[n(1)]
    kind: String,
    #[n(2)]
    body: SealedText,
}

#[derive(Encode, Decode)]
struct SealedText {
    #[cbor(n(0), with = "minicbor::bytes")]
    bytes: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    commitment: [u8; 32],
}

impl From<Sealed> for SealedText {
    fn from(sealed: Sealed) -> Self {
        Self {
            bytes: sealed.bytes,
            commitment: sealed.commitment,
        }
    }
}

impl From<SealedText> for Sealed {
    fn from(text: SealedText) -> Self {
        Self {
            bytes: text.bytes,
            commitment: text.commitment,
        }
    }
}

fn unreadable(what: impl core::fmt::Display) -> ServiceError {
    ServiceError::Unreadable(format!("{what}"))
}

fn encode(value: &impl Encode<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    match minicbor::encode(value, &mut bytes) {
        Ok(()) => bytes,
        // Writing into a Vec has the error type Infallible, and nothing here encodes by hand.
        Err(impossible) => unreachable!("{impossible}"),
    }
}

pub(super) fn encode_versions(versions: &[(Subject, u64)]) -> Vec<u8> {
    let texts: Vec<(String, u64)> = versions
        .iter()
        .map(|(subject, version)| (subject.to_string(), *version))
        .collect();
    encode(&texts)
}

pub(super) fn decode_versions(bytes: &[u8]) -> Result<Vec<(Subject, u64)>, ServiceError> {
    let texts: Vec<(String, u64)> = minicbor::decode(bytes).map_err(unreadable)?;
    texts
        .into_iter()
        .map(|(subject, version)| Ok((subject.parse().map_err(unreadable)?, version)))
        .collect()
}

/// What was put away, opened.
pub(super) struct TakenOut {
    pub(super) entries: Vec<Entry>,
    pub(super) hand_over: Option<Token>,
}

impl Service {
    /// Puts entries and a secret away.
    pub(super) async fn put_away(
        &self,
        entries: &[Entry],
        hand_over: Option<Token>,
    ) -> Result<Vec<u8>, ServiceError> {
        let hand_over = match (hand_over, entries.first()) {
            (Some(secret), Some(first)) => {
                let key = self.store().subject_key(first.subject()).await?;
                let key = key.ok_or_else(|| unreadable("no key for a sealed entry"))?;
                let nonce = self.random().bytes::<NONCE_LEN>()?;
                let name = first.subject().to_string();
                let secret = secret.expose().as_bytes();
                Some(envelope::seal(secret, label(&name), key.sealing(), nonce).into())
            }
            _ => None,
        };
        let entries = entries.iter().map(|entry| SealedEntry {
            subject: entry.subject().to_string(),
            kind: entry.event().kind().to_owned(),
            body: entry.sealed().clone().into(),
        });
        Ok(encode(&PutAway {
            entries: entries.collect(),
            hand_over,
        }))
    }

    /// Opens what was put away. Where a subject's key was destroyed meanwhile there is nothing left
    /// to sign.
    pub(super) async fn take_out(&self, bytes: &[u8]) -> Result<TakenOut, ServiceError> {
        let put_away: PutAway = minicbor::decode(bytes).map_err(unreadable)?;
        let mut subjects = Vec::with_capacity(put_away.entries.len());
        for entry in &put_away.entries {
            subjects.push(entry.subject.parse::<Subject>().map_err(unreadable)?);
        }
        let keys: HashMap<_, _> = self.store().subject_keys(&subjects).await?;
        let key = |subject: &Subject| keys.get(subject).ok_or(ServiceError::NotFound);
        let mut hand_over = None;
        if let (Some(sealed), Some(first)) = (put_away.hand_over, subjects.first()) {
            let name = first.to_string();
            let secret = key(first)?.open(&sealed.into(), label(&name))?;
            hand_over = Some(Token::received(&String::from_utf8_lossy(&secret)));
        }
        let mut entries = Vec::with_capacity(subjects.len());
        for (entry, subject) in put_away.entries.into_iter().zip(subjects) {
            let key = key(&subject)?.clone();
            let entry = Entry::reopen(subject, &entry.kind, entry.body.into(), &key);
            entries.push(entry.map_err(unreadable)?);
        }
        Ok(TakenOut { entries, hand_over })
    }
}

const fn label(subject: &str) -> Label<'_> {
    Label {
        subject,
        kind: HAND_OVER,
        schema: 1,
    }
}
