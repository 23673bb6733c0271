//! A hub over HTTP: what its addresses are called, who may ask, how much is read and how long is
//! waited.

use std::{net::Ipv4Addr, time::Duration};

use paso_tlog::{checkpoint::Origin, note::MAX_NOTE_BYTES};
use reqwest::{Client, ClientBuilder, StatusCode, Url, header::AUTHORIZATION, redirect};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::hub::{Hub, HubError, Label, MAX_FEED_BYTES};
use paso_formats::bundle::MAX_BUNDLE_BYTES;

/// The longest that connecting may take.
const CONNECT: Duration = Duration::from_secs(10);

/// The longest silence within an answer.
const READ: Duration = Duration::from_secs(20);

/// The longest that one answer may take: a page of rows over a slow line.
const WHOLE: Duration = Duration::from_mins(5);

/// The most bytes of the list of logs.
const MAX_LIST_BYTES: usize = 64 * 1024;

/// Why no connection can be made at all.
#[derive(Debug, thiserror::Error)]
#[error("the machine's TLS cannot be used: {0}; install its certificates (ca-certificates)")]
pub struct NoClient(String);

/// Names below `localhost` are this machine, whatever its resolver knows (RFC 6761 §6.3).
fn here(builder: ClientBuilder, base: &str) -> ClientBuilder {
    let Ok(url) = Url::parse(base) else {
        return builder;
    };
    match (url.host_str(), url.port_or_known_default()) {
        (Some(host), Some(port)) if host.ends_with(".localhost") => {
            builder.resolve(host, (Ipv4Addr::LOCALHOST, port).into())
        }
        _ => builder,
    }
}

/// A hub's address and the token by which it knows this mirror.
pub struct HttpHub {
    client: Client,
    base: String,
    bearer: Zeroizing<String>,
}

/// Tokens are never printed.
impl core::fmt::Debug for HttpHub {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "HttpHub({})", self.base)
    }
}

impl HttpHub {
    /// A hub at this address, without a slash at its end.
    pub fn new(base: &str, token: &str) -> Result<Self, NoClient> {
        // Whoever came first has set the same provider; there is no other in this program.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = here(Client::builder(), base)
            .connect_timeout(CONNECT)
            .read_timeout(READ)
            .timeout(WHOLE)
            // The token must not follow a redirection to somewhere else.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| NoClient(error.to_string()))?;
        Ok(Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
            bearer: Zeroizing::new(format!("Bearer {token}")),
        })
    }

    /// The body of an answer with status 200; none for 404.
    async fn get(
        &self,
        path: &str,
        most: usize,
        trusted: bool,
    ) -> Result<Option<Vec<u8>>, HubError> {
        let url = format!("{}{path}", self.base);
        let silent = |error: reqwest::Error| HubError::Silent {
            url: url.clone(),
            reason: plain(&error),
        };
        let mut request = self.client.get(&url);
        if trusted {
            request = request.header(AUTHORIZATION, self.bearer.as_str());
        }
        let mut answer = request.send().await.map_err(silent)?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            status => {
                return Err(HubError::Status {
                    status: status.as_u16(),
                    url,
                });
            }
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(silent)? {
            if body.len() + chunk.len() > most {
                return Err(HubError::TooLarge { url, most });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Some(body))
    }
}

/// The innermost cause, which says more than "error sending request" and holds no address.
fn plain(error: &reqwest::Error) -> String {
    let mut cause: &dyn core::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[derive(Deserialize)]
struct List {
    logs: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    origin: String,
}

impl Hub for HttpHub {
    async fn origins(&self) -> Result<Vec<Origin>, HubError> {
        let url = format!("{}/log", self.base);
        let not_found = || HubError::Status {
            url: url.clone(),
            status: 404,
        };
        let body = self.get("/log", MAX_LIST_BYTES, false).await?;
        let list: List = serde_json::from_slice(&body.ok_or_else(not_found)?)
            .map_err(|_| HubError::List { url: url.clone() })?;
        list.logs
            .iter()
            .map(|log| Origin::new(&log.origin).ok_or_else(|| HubError::List { url: url.clone() }))
            .collect()
    }

    async fn checkpoint(&self, label: Label) -> Result<Option<Vec<u8>>, HubError> {
        self.get(&format!("/log/{label}/checkpoint"), MAX_NOTE_BYTES, false)
            .await
    }

    async fn feed(&self, label: Label, from: u64) -> Result<Vec<u8>, HubError> {
        let path = format!("/log/{label}/feed?from={from}");
        let body = self.get(&path, MAX_FEED_BYTES, true).await?;
        // A wrong token is answered as if there were nothing.
        body.ok_or_else(|| HubError::Status {
            url: format!("{}{path}", self.base),
            status: 404,
        })
    }

    async fn bundle(&self) -> Result<Option<Vec<u8>>, HubError> {
        self.get("/log/bundle", MAX_BUNDLE_BYTES, false).await
    }
}
