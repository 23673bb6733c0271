//! The overseer's two addresses for an authority: what was reported and waits for an answer, and where
//! the answer goes. Nothing here decides anything.

use crate::log::http;
use paso_formats::{moment::Moment, taking::Folio};
use reqwest::{Client, Response, header::AUTHORIZATION};
use serde_json::Value;
use zeroize::Zeroizing;

/// The longest list read: a thousand reports of the longest texts.
const MAX_LIST_BYTES: usize = 4 * 1024 * 1024;

/// The longest sentence read.
const MAX_SAID_BYTES: usize = 4 * 1024;

/// Why the overseer gave nothing, or took nothing.
#[derive(Debug, thiserror::Error)]
pub enum OverseerError {
    /// No connection, or it broke.
    #[error(
        "the overseer at {0} does not answer: {1}; try again, or carry the answer there as a file"
    )]
    Silent(String, String),
    /// Not let in, or not there.
    #[error(
        "the overseer at {0} lets nobody in with this token, or takes no reports; ask the ombudsman"
    )]
    NotLetIn(String),
    /// Said something else than expected.
    #[error("the overseer says: {0}")]
    Said(String),
    /// What it gave is no list of reports.
    #[error("what the overseer at {0} gave is no list of reports; compare the address")]
    Unreadable(String),
}

/// A report as the overseer tells the authority of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Under what it is answered.
    pub folio: Folio,
    /// Who is asked.
    pub authority: String,
    /// When it came.
    pub received: Moment,
    /// Until when an answer is waited for.
    pub due: Moment,
    /// The code of the state.
    pub area: String,
    /// Where, as told.
    pub place: String,
    /// About when.
    pub taken: Moment,
    /// Whose people, as told.
    pub unit: String,
    /// In which vehicle, as told.
    pub vehicle: String,
    /// How many people.
    pub people: u64,
}

/// The overseer at an address.
pub struct Overseer {
    base: String,
    client: Client,
}

impl Overseer {
    /// At this address.
    ///
    /// # Errors
    /// When there is no way to ask anybody over the network.
    pub fn at(base: &str) -> Result<Self, http::NoClient> {
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            client: http::client()?,
        })
    }

    /// The reports that wait for an authority's answer.
    ///
    /// # Errors
    /// When the overseer is silent, lets nobody in, or gives no list.
    pub async fn pending(
        &self,
        token: &Zeroizing<String>,
        authority: &str,
    ) -> Result<Vec<Reported>, OverseerError> {
        let asked = self
            .client
            .get(format!("{}/taking/pending", self.base))
            .header(AUTHORIZATION, format!("Bearer {}", token.trim()));
        let mut answer = asked.send().await.map_err(|error| self.silent(error))?;
        if !answer.status().is_success() {
            return Err(OverseerError::NotLetIn(self.base.clone()));
        }
        let body = self.body(&mut answer, MAX_LIST_BYTES).await?;
        let unreadable = || OverseerError::Unreadable(self.base.clone());
        let list: Value = serde_json::from_slice(&body).map_err(|_| unreadable())?;
        let reports = list["reports"].as_array().ok_or_else(unreadable)?;
        let read = reports
            .iter()
            .map(|one| reported(one).ok_or_else(unreadable));
        let mut read = read.collect::<Result<Vec<_>, _>>()?;
        read.retain(|one| one.authority == authority);
        Ok(read)
    }

    /// Gives a signed answer; what the overseer says to it.
    ///
    /// # Errors
    /// When the overseer is silent or does not take it.
    pub async fn give(&self, answer: Vec<u8>) -> Result<String, OverseerError> {
        let sent = self
            .client
            .post(format!("{}/taking/answer", self.base))
            .body(answer);
        let mut answer = sent.send().await.map_err(|error| self.silent(error))?;
        let taken = answer.status().is_success();
        let said = self.body(&mut answer, MAX_SAID_BYTES).await?;
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        if taken {
            Ok(said)
        } else {
            Err(OverseerError::Said(said))
        }
    }

    fn silent(&self, error: reqwest::Error) -> OverseerError {
        OverseerError::Silent(self.base.clone(), http::chain(&error.without_url()))
    }

    async fn body(&self, answer: &mut Response, most: usize) -> Result<Vec<u8>, OverseerError> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.silent(error))? {
            body.extend_from_slice(&chunk);
            if body.len() > most {
                return Err(OverseerError::Unreadable(self.base.clone()));
            }
        }
        Ok(body)
    }
}

fn reported(of: &Value) -> Option<Reported> {
    let text = |name: &str| Some(plain(of[name].as_str()?));
    Some(Reported {
        folio: text("folio")?.parse().ok()?,
        authority: text("authority")?,
        received: text("received")?.parse().ok()?,
        due: text("due")?.parse().ok()?,
        area: text("area")?,
        place: text("place")?,
        taken: text("taken")?.parse().ok()?,
        unit: text("unit")?,
        vehicle: text("vehicle")?,
        people: of["people"].as_u64()?,
    })
}

/// What a stranger typed, as it may stand on a terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}
