//! Witnesses over HTTP. The log's own tasks set how long they wait; here only sizes are limited.

use super::witness::{Asked, Reply, Silent, Witness};
use paso_tlog::{
    checkpoint::Origin,
    cosignature::CosignerKey,
    note::MAX_NOTE_BYTES,
    witness::{ADD_CHECKPOINT, Request, monitoring_path},
};
use reqwest::{Client, RequestBuilder, Response, header::CONTENT_TYPE, redirect};
use std::{sync::Arc, time::Duration};

/// How long a connection may take to come about, so that a witness that is down is soon known to be.
const CONNECT: Duration = Duration::from_secs(3);

/// Why there is no way to ask witnesses.
#[derive(Debug, thiserror::Error)]
#[error("witnesses cannot be asked over the network: {0}")]
pub struct NoClient(String);

/// Makes the client that all witnesses share.
pub fn client() -> Result<Client, NoClient> {
    // TLS by the library that signs; whoever was first in this process has the say.
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Lost to another thread, the race ends with a provider all the same.
        let _ = provider.install_default();
    }
    Client::builder()
        .connect_timeout(CONNECT)
        // A witness that moved is for its operator to say and ours to write down.
        .redirect(redirect::Policy::none())
        .user_agent("paso")
        .build()
        .map_err(|error| NoClient(chain(&error)))
}

/// A witness at an address.
#[derive(Clone, Debug)]
pub struct HttpWitness {
    name: String,
    key: CosignerKey,
    prefix: Arc<str>,
    client: Client,
}

impl HttpWitness {
    /// The witness of this name and key at its submission prefix.
    #[must_use]
    pub fn new(name: String, key: CosignerKey, prefix: &str, client: Client) -> Self {
        Self {
            name,
            key,
            prefix: prefix.trim_end_matches('/').into(),
            client,
        }
    }
}

impl Witness for HttpWitness {
    fn name(&self) -> &str {
        &self.name
    }

    fn key(&self) -> &CosignerKey {
        &self.key
    }

    fn add_checkpoint<'a>(&'a self, request: &'a Request) -> Asked<'a, Result<Reply, Silent>> {
        let url = format!("{}/{ADD_CHECKPOINT}", self.prefix);
        Box::pin(ask(self.client.post(url).body(request.to_string())))
    }

    fn newest<'a>(&'a self, origin: &'a Origin) -> Asked<'a, Result<Reply, Silent>> {
        let url = format!("{}/{}", self.prefix, monitoring_path(origin));
        Box::pin(ask(self.client.get(url)))
    }
}

async fn ask(request: RequestBuilder) -> Result<Reply, Silent> {
    let silent = |error: reqwest::Error| Silent(chain(&error.without_url()));
    let mut response = request.send().await.map_err(silent)?;
    let content_type = response.headers().get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    Ok(Reply {
        status: response.status().as_u16(),
        content_type,
        body: body(&mut response).await.map_err(silent)?,
    })
}

/// The body up to the longest note and one byte more, by which whoever reads it sees that it is too
/// long.
async fn body(response: &mut Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_NOTE_BYTES {
            body.truncate(MAX_NOTE_BYTES + 1);
            break;
        }
    }
    Ok(body)
}

/// An error with its causes: reqwest's own words do not name them.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}
