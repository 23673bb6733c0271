//! The receipts that a person takes away after the first: of a handover, of a release, of an ending.

use super::{EpisodeRecord, act::concerns};
use crate::{Service, ServiceError, access::Permit, receipt::NoSymbol};
use paso_domain::{
    custody::CustodyEvent,
    id::{EpisodeId, HandoverId},
    policy::powers,
    receipt::{Code, Handle, Kind},
    subject::Subject,
};

/// A receipt as it is printed for whoever was given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenSlip {
    /// The episode.
    pub episode: EpisodeRecord,
    /// What it was given for.
    pub fact: CustodyEvent,
    /// Which kind of receipt that is.
    pub kind: Kind,
    /// Its code.
    pub code: Code,
    /// The text of its symbol, or why there is none.
    pub symbol: Result<String, NoSymbol>,
}

impl Service {
    /// A receipt that somebody was given after the first, to print it.
    ///
    /// # Errors
    /// When there is no such episode for this post, or no such receipt was given in it, or the
    /// reading could not be recorded.
    pub async fn custody_slip(
        &self,
        permit: &Permit<powers::KeepCustody>,
        id: EpisodeId,
        code: Code,
    ) -> Result<GivenSlip, ServiceError> {
        let found = self.slip(permit, id, |fact| fact.receipt() == Some(code));
        let found = found.await?.ok_or(ServiceError::NotFound)?;
        self.open(permit, &Subject::Episode(id)).await?;
        Ok(found)
    }

    /// The receipts of everybody who was accepted in a handover and is this post's now, in the order
    /// of the count.
    ///
    /// # Errors
    /// When there are none, or the reading could not be recorded.
    pub async fn handover_slips(
        &self,
        permit: &Permit<powers::KeepCustody>,
        handover: HandoverId,
    ) -> Result<Vec<GivenSlip>, ServiceError> {
        let mut slips = Vec::new();
        for id in self.store().episodes_of_handover(handover).await? {
            let of = |fact: &CustodyEvent| {
                fact.gives() == Some(Kind::Handover) && fact.handover() == Some(handover)
            };
            match self.slip(permit, id, of).await {
                Ok(found) => slips.extend(found),
                Err(ServiceError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        if slips.is_empty() {
            return Err(ServiceError::NotFound);
        }
        slips.sort_by_key(|slip| {
            let opening = slip.episode.story.opening.as_ref();
            opening.map(|(_, opening)| (opening.operation, opening.ordinal))
        });
        let persons = slips.iter().filter_map(|slip| slip.episode.story.person());
        self.list(
            permit,
            format!("receipts of handover {handover}"),
            persons.collect(),
        )
        .await?;
        Ok(slips)
    }

    /// The receipt of the first fact asked for. Whoever calls this writes the reading down.
    async fn slip(
        &self,
        permit: &Permit<powers::KeepCustody>,
        id: EpisodeId,
        wanted: impl Fn(&CustodyEvent) -> bool,
    ) -> Result<Option<GivenSlip>, ServiceError> {
        let episode = self.told(permit, id).await?;
        if !concerns(&episode.story, permit.post) {
            return Err(ServiceError::NotFound);
        }
        let found = episode.facts.iter().find_map(|fact| {
            let later = !matches!(fact, CustodyEvent::Opened { .. });
            let kind = fact.gives().filter(|_| later && wanted(fact))?;
            Some((fact.clone(), kind, fact.receipt()?))
        });
        let Some((fact, kind, code)) = found else {
            return Ok(None);
        };
        let opening = episode.story.opening.as_ref();
        let handle = opening.map(|(_, opening)| Handle::Episode(opening.handle));
        let at = fact.act().recorded();
        let is = |facts: &paso_domain::receipt::Facts| {
            facts.kind == kind && facts.handle == handle && facts.at == at
        };
        let symbol = self.symbol_of(Some(code), is).await;
        Ok(Some(GivenSlip {
            episode,
            fact,
            kind,
            code,
            symbol,
        }))
    }
}
