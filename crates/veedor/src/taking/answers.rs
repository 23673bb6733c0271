//! Taking an authority's answer, from a file or over HTTP: only what a log of that authority signed.

use super::{
    Given,
    store::{Kept, Store},
};
use crate::mirror::DbError;
use paso_formats::{
    moment::Moment,
    taking::{Answer, AnswerError},
};
use paso_tlog::{note::Verify, witness::Log};

/// Why an answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It cannot be read, or its signature does not hold.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// An authority that is not mirrored here.
    #[error("no logs of {0} are followed here; ask the ombudsman to add them")]
    NoAuthority(String),
    /// Our own disk.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Keeps an answer that the authority it names has signed.
pub async fn take(
    store: &Store,
    authorities: &[(String, Vec<Log>)],
    bytes: &[u8],
    now: Moment,
) -> Result<(Answer, Kept), NotTaken> {
    let answer = verified(authorities, bytes)?;
    let given = Given {
        received: now,
        says: answer.says,
        checked: None,
    };
    let kept = store
        .answer(answer.folio, &answer.authority, &given, bytes)
        .await?;
    Ok((answer, kept))
}

fn verified(authorities: &[(String, Vec<Log>)], bytes: &[u8]) -> Result<Answer, NotTaken> {
    let (claimed, _) = Answer::unverified(bytes)?;
    let found = authorities
        .iter()
        .find(|(code, _)| *code == claimed.authority);
    let Some((_, logs)) = found else {
        return Err(NotTaken::NoAuthority(claimed.authority));
    };
    let keys: Vec<&dyn Verify> = logs
        .iter()
        .flat_map(|log| &log.keys)
        .map(|key| key as &dyn Verify)
        .collect();
    Ok(Answer::open(bytes, &keys)?)
}

/// What is told to whoever gave it.
#[must_use]
pub const fn said(kept: Kept) -> &'static str {
    match kept {
        Kept::New => "the answer is kept",
        Kept::Before => "this very answer was given before",
        Kept::Full => "there are too many answers to this report; speak with the ombudsman",
        Kept::NotAsked | Kept::Taken => "there is no such report, or this authority was not asked",
    }
}
