//! How a mirror stands: what it holds of each log, how long ago it was complete, and what does not fit.

use paso_formats::moment::Moment;
use paso_tlog::cosignature::Timestamp;

use super::{
    Mirror,
    db::DbError,
    number,
    pull::{self, Failure, Held},
    streams::{self, Finding, Stream},
    trust,
};
use crate::evidence::Piece;

/// The most findings that a page lists.
const SHOWN: u32 = 50;

/// How the mirror of one log stands.
#[derive(Clone, Debug)]
pub struct LogStanding {
    /// What is held.
    pub held: Held,
    /// When the mirror last held everything that was published.
    pub complete: Timestamp,
    /// What its hub published or sent and was refused.
    pub evidence: Vec<Piece>,
}

/// How a mirror stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The authority's short name.
    pub code: String,
    /// Its logs, by label.
    pub logs: Vec<LogStanding>,
    /// What does not fit, the newest first.
    pub findings: Vec<Finding>,
    /// The streams of devices that still sign.
    pub streams: Vec<Stream>,
    /// Why the last round took nothing.
    pub failure: Option<Failure>,
}

impl Mirror {
    /// How the mirror stands.
    pub async fn standing(&self, now: Timestamp) -> Result<Standing, DbError> {
        let mut db = self.db.snapshot().await?;
        let held = pull::held(&mut db).await?;
        let findings = streams::findings(&mut db, SHOWN).await?;
        let mut streams = streams::streams(&mut db).await?;
        let bundle = trust::kept(&mut db, &self.settings.pinned).await?;
        let now = Moment::from_unix(number(now.seconds()));
        streams.retain(|stream| {
            bundle
                .as_ref()
                .is_none_or(|bundle| trust::signs_now(bundle, &stream.key, now))
        });
        let state = self.state();
        let logs = held
            .into_iter()
            .map(|held| LogStanding {
                complete: state
                    .complete
                    .get(&held.label)
                    .copied()
                    .unwrap_or(held.complete),
                evidence: state
                    .evidence
                    .get(&held.label)
                    .map_or_else(Vec::new, |evidence| evidence.pieces().to_vec()),
                held,
            })
            .collect();
        Ok(Standing {
            code: self.settings.code.clone(),
            logs,
            findings,
            streams,
            failure: state.failure,
        })
    }
}
