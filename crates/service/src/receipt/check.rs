//! What anyone may ask: is this paper yours, and did you keep what it says?
//!
//! Nobody is signed in here, and nothing is recorded: that a receipt was checked is its holder's
//! affair. Whoever has the paper learns what the paper says. Whoever has the code alone learns no
//! more than [`Spoken`], since a code can be overheard and, at 32 bits, sometimes guessed.

use super::given::Given;
use crate::{
    Service, ServiceError,
    log::{Log, ReadingError},
};
use paso_domain::receipt::Code;
use paso_formats::receipt::{LogAnswer, LogState, ReceiptVerdict, Spoken, judge, read};
use paso_tlog::{checkpoint::SignedCheckpoint, proof_file::ProofFile};

/// What a code alone tells of one receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Kind, post and day; none once the body is erased.
    pub said: Option<Spoken>,
    /// Whether the log holds it.
    pub log: LogState,
}

impl Service {
    /// Judges the text of a receipt against the bundle in force and this authority's own log; where
    /// there is no log here, nobody is asked.
    ///
    /// # Errors
    /// When the database does not answer: that the log is silent must not look like a missing entry.
    pub async fn verify_receipt(
        &self,
        text: &str,
        log: Option<&Log>,
    ) -> Result<ReceiptVerdict, ServiceError> {
        let bundle = self.bundle();
        let judged = |answer| judge(text, bundle.as_deref(), answer, self.now());
        let (Ok(receipt), Some(log)) = (read(text), log) else {
            return Ok(judged(LogAnswer::NotAsked));
        };
        let device = bundle.as_deref().and_then(|bundle| receipt.device(bundle));
        let device = device.map(|device| &device.key);
        let file = match log.proof_of(receipt.claims(), device).await {
            Ok(file) => file,
            Err(ReadingError::NotFound) => return Ok(judged(LogAnswer::Nothing)),
            Err(error) => return Err(ServiceError::Unreadable(error.to_string())),
        };
        let policy = ProofFile::parse(file.as_bytes())
            .ok()
            .and_then(|proof| log.policy_of(proof.checkpoint().unverified().origin()).ok());
        let Some(policy) = policy else {
            return Ok(judged(LogAnswer::NotAsked));
        };
        Ok(judged(LogAnswer::Proof {
            file: file.as_bytes(),
            policy: &policy,
        }))
    }

    /// What a code alone tells: one line for each receipt under it, in the journal's order; none
    /// where no receipt was given under it here.
    ///
    /// # Errors
    /// When the database does not answer, or a body cannot be read.
    pub async fn told_by_code(&self, code: Code) -> Result<Vec<Told>, ServiceError> {
        let mut told = Vec::new();
        for given in self.given(code).await? {
            told.push(Told {
                said: self.spoken(&given),
                log: self.log_state(given.number).await?,
            });
        }
        Ok(told)
    }

    fn spoken(&self, given: &Given) -> Option<Spoken> {
        let facts = given.facts()?;
        let posts = self.crossings();
        // A post that was taken out of the file since: its authority's home has a clock, too.
        let post = posts
            .post(&facts.post)
            .or_else(|| posts.post(self.authority().home.as_str()))?;
        Some(Spoken::of(facts, post.zone().time_zone()))
    }

    /// Whether a published head covers an entry.
    async fn log_state(&self, number: u64) -> Result<LogState, ServiceError> {
        let logs = self.store().logs().await?;
        let place = logs
            .iter()
            .rev()
            .find_map(|log| Some((log.ordinal, log.index_of(number)?)));
        let Some((ordinal, index)) = place else {
            return Ok(LogState::Waiting);
        };
        let newest = self.store().last_published(ordinal).await?;
        let Some(published) = newest.filter(|published| index < published.head.size) else {
            return Ok(LogState::Waiting);
        };
        // Beside the log's own line, a published note carries the cosignatures that made it final.
        let lines = SignedCheckpoint::parse(published.note.as_bytes())
            .map_or(0, |note| note.note().lines().len());
        Ok(if lines > 1 {
            LogState::Witnessed
        } else {
            LogState::Unwitnessed
        })
    }
}
