//! The wire between a post and its hub: one request, one answer, and patience when there is none.

use super::{SyncError, site::Down};
use crate::{
    Service,
    log::http::{NoClient, chain, client},
};
use core::time::Duration;
use paso_formats::{entry::StreamId, parcel::MAX_PARCEL_BYTES};
use reqwest::{Client, StatusCode, header::HOST};
use std::sync::Arc;

/// How long an exchange may take. The hub gives a request half a minute (`paso_listen`), so a parcel
/// that is under way longer has been given up there.
const PATIENCE: Duration = Duration::from_secs(40);
/// How long a post waits after the first silence; twice as long after each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest it waits: whoever mends the line wants to see that it is mended.
const LONGEST_WAIT: Duration = Duration::from_mins(2);
/// Bytes of an answer that is a refusal in words.
const MOST_WORDS: usize = 4096;

/// Why an exchange over the wire came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum RoadError {
    /// No answer, or none that is whole.
    #[error("the hub was not reached: {0}")]
    Silent(String),
    /// The hub answered that it will not.
    #[error("the hub refused: {0}")]
    Refused(String),
    /// What the hub answered cannot be taken, or nothing could be sent.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

/// Where the hub is.
#[derive(Clone, Debug)]
pub struct Road {
    url: String,
    host: Option<String>,
    client: Client,
}

impl Road {
    /// To the hub at an address. `host` is the name under which its pages are served, where that is
    /// another: a post may know it by a number, with no server of names.
    ///
    /// # Errors
    /// When this machine cannot speak over a network at all.
    pub fn to(url: &str, host: Option<String>) -> Result<Self, NoClient> {
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            host,
            client: client()?,
        })
    }

    /// Sends a request for enrolment.
    ///
    /// # Errors
    /// See [`RoadError`].
    pub async fn enrol(&self, request: Vec<u8>) -> Result<Vec<u8>, RoadError> {
        self.send("sync/enrol", request).await
    }

    async fn exchange(&self, stream: StreamId, parcel: Vec<u8>) -> Result<Vec<u8>, RoadError> {
        self.send(&format!("sync/{stream}"), parcel).await
    }

    async fn send(&self, path: &str, body: Vec<u8>) -> Result<Vec<u8>, RoadError> {
        let request = self
            .client
            .post(format!("{}/{path}", self.url))
            .timeout(PATIENCE)
            .body(body);
        let request = match &self.host {
            Some(host) => request.header(HOST, host),
            None => request,
        };
        let silent = |error: reqwest::Error| RoadError::Silent(chain(&error.without_url()));
        let mut response = request.send().await.map_err(silent)?;
        let status = response.status();
        let most = if status == StatusCode::OK {
            MAX_PARCEL_BYTES
        } else {
            MOST_WORDS
        };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(silent)? {
            if body.len() + chunk.len() > most {
                body.truncate(most);
                break;
            }
            body.extend_from_slice(&chunk);
        }
        match status {
            StatusCode::OK => Ok(body),
            // A hub that is busy, or a server in front that has lost it, is a hub not reached.
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                Err(RoadError::Silent(status.to_string()))
            }
            StatusCode::TOO_MANY_REQUESTS => Err(RoadError::Silent(status.to_string())),
            status => Err(RoadError::Refused(
                detail(&body).unwrap_or_else(|| status.to_string()),
            )),
        }
    }
}

/// The sentence of a problem (RFC 9457).
fn detail(body: &[u8]) -> Option<String> {
    let problem: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(problem.get("detail")?.as_str()?.to_owned())
}

impl Service {
    /// One exchange with the hub: a parcel up, a parcel down.
    ///
    /// # Errors
    /// See [`RoadError`].
    pub async fn meet_hub(&self, road: &Road) -> Result<Down, RoadError> {
        let met = self.meet(road).await;
        if let Some(site) = self.site() {
            match &met {
                Ok(_) => site.met(true, None),
                Err(RoadError::Silent(_)) => site.met(false, None),
                Err(error) => site.met(true, Some(error.to_string())),
            }
        }
        met
    }

    async fn meet(&self, road: &Road) -> Result<Down, RoadError> {
        let up = self.make_parcel(false).await?;
        let answer = road.exchange(self.device().stream, up.file).await?;
        Ok(self.take_answer(&answer).await?)
    }

    /// Exchanges with the hub until the task is dropped: at once while there is something to carry,
    /// every so often otherwise, and ever more rarely while nobody answers.
    pub async fn keep_in_touch(self: Arc<Self>, road: Road, every: Duration) {
        let mut wait = FIRST_WAIT;
        let mut said = None;
        loop {
            let pause = match self.meet_hub(&road).await {
                Ok(down) => {
                    wait = FIRST_WAIT;
                    if said.take().is_some() {
                        tracing::info!("the hub answers again");
                    }
                    if down.more || down.unsent > 0 {
                        continue;
                    }
                    every
                }
                Err(error) => {
                    let words = error.to_string();
                    if said.as_ref() != Some(&words) {
                        tracing::warn!("{words}; this post works on by itself");
                        said = Some(words);
                    }
                    let pause = wait;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    pause
                }
            };
            self.rest(pause).await;
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "nothing tells that a line is mended; it has to be tried again"
    )]
    async fn rest(&self, pause: Duration) {
        tokio::time::sleep(self.jittered(pause)).await;
    }

    /// Up to a quarter longer, so that posts whose line came back together do not all ask at once.
    fn jittered(&self, pause: Duration) -> Duration {
        let share = self.random().bytes::<1>().map_or(0, |[byte]| byte);
        pause + pause.mul_f64(f64::from(share) / 1024.0)
    }
}
