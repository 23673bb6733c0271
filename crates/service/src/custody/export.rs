//! An episode as it leaves the house: the file for a judge or a lawyer, and the person's receipt.

use super::{EpisodeRecord, act::concerns};
use crate::{
    Service, ServiceError, access::Permit, ceremony::KeyPurpose, log::Log, receipt::NoSymbol,
};
use core::num::NonZeroU64;
use paso_domain::{
    custody::CustodyEvent,
    event::{Event, SCHEMA},
    id::EpisodeId,
    policy::powers,
    receipt::Kind,
    subject::Subject,
};
use paso_formats::{
    episode::{Export, ExportError, Opened, Row},
    receipt::Commitment,
};
use paso_store::EntryRow;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// What stands on the person's receipt.
#[derive(Debug)]
pub struct CustodyPaper {
    /// The episode.
    pub episode: EpisodeRecord,
    /// The text of the receipt's symbol, or why there is none.
    pub symbol: Result<String, NoSymbol>,
    /// The secret; none while the person has it closed.
    pub secret: Option<Zeroizing<String>>,
}

/// An episode as a file, and what a paper says of it.
#[derive(Debug)]
pub struct EpisodeFile {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its SHA-256.
    pub hash: [u8; 32],
    /// Each fact with the number of its row and the commitment in its leaf.
    pub rows: Vec<(CustodyEvent, u64, [u8; 32])>,
}

impl From<ExportError> for ServiceError {
    fn from(error: ExportError) -> Self {
        Self::Device(error.to_string())
    }
}

impl Service {
    /// Everything the journal holds under an episode, opened, with its leaves and, where the log has
    /// them, their proofs: a signed file that `paso verify export` holds against the log.
    ///
    /// # Errors
    /// When there is no such episode for this post, the reading could not be recorded, or nothing can
    /// be signed.
    pub async fn export_episode(
        &self,
        permit: &Permit<powers::ReadCustody>,
        id: EpisodeId,
        log: Option<&Log>,
    ) -> Result<EpisodeFile, ServiceError> {
        let subject = Subject::Episode(id);
        if !concerns(&self.load_episode(id).await?.state.story(), permit.post) {
            return Err(ServiceError::NotFound);
        }
        self.open(permit, &subject).await?;
        let key = self.store().subject_key(&subject).await?;
        let key = key.ok_or(ServiceError::NotFound)?;
        let (mut rows, mut facts) = (Vec::new(), Vec::new());
        for recorded in self.store().load(core::slice::from_ref(&subject)).await? {
            let found = self.store().entry_at(recorded.position).await?;
            let Some(EntryRow { leaf, .. }) = found else {
                continue;
            };
            let (Some(version), Some(k_event)) =
                (NonZeroU64::new(recorded.version), recorded.event_key(&key))
            else {
                return Err(ServiceError::Unreadable(subject.to_string()));
            };
            let event = recorded
                .open(&key)
                .map_err(|error| ServiceError::Unreadable(error.to_string()))?;
            if let Event::Custody(fact) = &event {
                facts.push((fact.clone(), recorded.version, recorded.sealed.commitment));
            }
            let proof = match log {
                // One that is not countersigned yet is exported without its proof, and says so.
                Some(log) => log
                    .proof_by(&subject, Commitment(recorded.sealed.commitment))
                    .await
                    .ok(),
                None => None,
            };
            rows.push(Row {
                version,
                leaf,
                proof: proof.map(String::into_bytes),
                opened: Some(Opened {
                    kind: recorded.kind.clone(),
                    schema: SCHEMA,
                    body: event.encode(),
                    k_event: *k_event,
                }),
            });
        }
        let export = Export {
            authority: self.authority().code.clone(),
            subject: subject.to_string(),
            at: self.now(),
            officer: permit.number.to_string(),
            rows,
        };
        let bytes = export.sign(self.keys().signer(KeyPurpose::Device, self.now())?)?;
        Ok(EpisodeFile {
            hash: Sha256::digest(&bytes).into(),
            bytes,
            rows: facts,
        })
    }

    /// What stands on the receipt of a person's custody, to print it.
    ///
    /// # Errors
    /// When there is no such episode for this post, or the reading could not be recorded.
    pub async fn custody_paper(
        &self,
        permit: &Permit<powers::KeepCustody>,
        id: EpisodeId,
    ) -> Result<CustodyPaper, ServiceError> {
        // It says whether the post may, and writes the reading down.
        let secret = self.secret_of(permit, id).await?;
        let episode = self.told(permit, id).await?;
        let code = episode
            .story
            .opening
            .as_ref()
            .and_then(|(_, opening)| opening.receipt);
        let symbol = self
            .symbol_of(code, |facts| facts.kind == Kind::CustodyOpened)
            .await;
        Ok(CustodyPaper {
            episode,
            symbol,
            secret,
        })
    }
}
