//! The authority's answer to a taking report: somebody told the overseer that people were taken, and it
//! is said which opening of custody that was, or that there was none.
//!
//! Whoever answers sees of each opening near the hour told how many were counted, where and when, and
//! nobody's name. The answer is signed with the log's key: it is the authority's word, and the overseer
//! holds it against the statements.

use crate::{
    Service, ServiceError,
    access::Permit,
    log::{Log, SignHeadError},
};
use paso_domain::{
    crossings::PostCode,
    custody::Opening,
    id::{EpisodeId, OperationId},
    policy::powers,
};
use paso_formats::{
    moment::{HOUR, Moment},
    taking::{Answer, Folio, Says},
};
use std::collections::{BTreeMap, BTreeSet};

/// How long before and after the hour told an opening is looked for: whoever saw it from the roadside
/// rounds, and custody may open on arrival. As wide as the overseer's own rule.
const AROUND: (i64, i64) = (3 * HOUR, 12 * HOUR);

/// Episodes read at a time.
const PAGE: u32 = 512;

/// An opening that may be of the people reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Those who were counted together.
    pub operation: OperationId,
    /// Where they were counted in.
    pub post: PostCode,
    /// When that was signed.
    pub at: Moment,
    /// What was said of it.
    pub opening: Opening,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakingAnswer {
    /// Which report.
    pub folio: Folio,
    /// What is said.
    pub says: Says,
    /// The counts that opened these people.
    pub operations: Vec<OperationId>,
    /// The episodes of people who were opened otherwise.
    pub episodes: Vec<EpisodeId>,
}

impl Service {
    /// The openings that a report of people taken at this hour may be about, the oldest first.
    ///
    /// # Errors
    /// When the reading could not be recorded.
    pub async fn openings_around(
        &self,
        permit: &Permit<powers::SettleCustody>,
        taken: Moment,
    ) -> Result<Vec<Candidate>, ServiceError> {
        self.list(permit, format!("openings around {taken}"), Vec::new())
            .await?;
        let (from, until) = (taken.plus(-AROUND.0), taken.plus(AROUND.1));
        let mut found: BTreeMap<(Moment, OperationId), Candidate> = BTreeMap::new();
        // All of a count were opened by one act: one of them tells it.
        let mut known = BTreeSet::new();
        let mut after = None;
        loop {
            let rows = self.store().episodes(after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.episode);
            for row in rows {
                let Some(operation) = row.operation else {
                    continue;
                };
                // Recorded late, taken in time: the facts say which.
                if row.opened_at < from || known.contains(&operation) {
                    continue;
                }
                let story = self.load_episode(row.episode).await?.state.story();
                let Some((act, opening)) = story.opening else {
                    continue;
                };
                known.insert(operation);
                let near = |at: Moment| (from..=until).contains(&at);
                if near(act.at) || near(opening.taken_at) {
                    let _ = found.insert(
                        (act.at, operation),
                        Candidate {
                            operation,
                            post: act.post,
                            at: act.at,
                            opening,
                        },
                    );
                }
            }
        }
        Ok(found.into_values().collect())
    }

    /// The signed answer to a report.
    ///
    /// # Errors
    /// When it names no opening where it says there was one, or one that does not exist; when the log
    /// cannot sign, or the reading could not be recorded.
    pub async fn answer_taking(
        &self,
        permit: &Permit<powers::SettleCustody>,
        log: &Log,
        told: &TakingAnswer,
    ) -> Result<Vec<u8>, ServiceError> {
        let unknown = |problem: String| ServiceError::BadRequest {
            field: "opening",
            problem,
        };
        let (mut groups, mut episodes) = (Vec::new(), Vec::new());
        for operation in &told.operations {
            let rows = self.store().episodes_of_operation(*operation).await?;
            if rows.is_empty() {
                return Err(unknown(format!(
                    "nobody was counted in under {operation}; look again with `paso custody openings`"
                )));
            }
            groups.push(*operation.as_bytes());
        }
        for id in &told.episodes {
            let story = self.load_episode(*id).await?.state.story();
            let (_, opening) = story.opening.ok_or(ServiceError::NotFound)?;
            episodes.push(opening.handle);
        }
        let answer = Answer {
            authority: self.authority().code.clone(),
            folio: told.folio,
            at: self.now(),
            says: told.says,
            groups,
            episodes,
        };
        // Who answered, and what, stands in the list of readings: the answer itself has no officer.
        let said = format!("answer to {}: {}", told.folio, told.says.code());
        self.list(permit, said, Vec::new()).await?;
        let text = answer.to_string();
        text.parse::<Answer>()
            .map_err(|error| unknown(error.to_string()))?;
        let cannot = |error: SignHeadError| ServiceError::Device(error.to_string());
        log.sign_answer(&answer).map_err(cannot)
    }
}
