//! What the ombudsman sees of custody: all of it, and who is looked for in it. Nothing here writes.

use super::EpisodeRecord;
use crate::{Service, ServiceError, access::Permit};
use paso_domain::{
    custody::{Alarm, CustodyEvent, Discord, Story, together},
    id::{EpisodeId, HandoverId},
    policy::powers,
    subject::Subject,
};
use paso_formats::name::fold;
use paso_store::EpisodeRow;
use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

/// How many rows are asked for at a time.
const PAGE: u32 = 1000;

/// An episode that the ombudsman is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarmed {
    /// The episode.
    pub episode: EpisodeRecord,
    /// Why.
    pub alarms: Vec<Alarm>,
}

/// All of custody, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlooked {
    /// How many people are under control.
    pub held: usize,
    /// Those with something the ombudsman is told of at once.
    pub alarmed: Vec<Alarmed>,
    /// What does not fit between episodes.
    pub discords: Vec<Discord>,
}

/// Somebody who was looked for, and is or was here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// The episode.
    pub episode: EpisodeRecord,
}

impl Service {
    /// All of custody that lasts or waits.
    ///
    /// # Errors
    /// When the reading could not be recorded.
    pub async fn overlook(
        &self,
        permit: &Permit<powers::OverseeCustody>,
    ) -> Result<Overlooked, ServiceError> {
        let rows = self.all_waiting().await?;
        let persons = rows.iter().filter_map(|row| row.person).collect();
        self.list(permit, "custody everywhere".into(), persons)
            .await?;
        let (mut stories, mut counts) = (BTreeMap::new(), BTreeMap::new());
        let mut alarmed = Vec::new();
        for row in &rows {
            let episode = self.told(permit, row.episode).await?;
            counts.extend(counts_in(&episode.facts));
            let _ = stories.insert(row.episode, episode.story.clone());
            let mut alarms: Vec<_> = episode
                .alarms
                .iter()
                .copied()
                .filter(|alarm| alarm.reaches_ombudsman())
                .collect();
            alarms.extend(self.unacknowledged(permit, &episode.story).await?);
            if !alarms.is_empty() {
                alarmed.push(Alarmed { episode, alarms });
            }
        }
        self.with_those_beside(&mut stories, &mut counts).await?;
        Ok(Overlooked {
            held: stories
                .values()
                .filter(|story: &&Story| story.is_open())
                .count(),
            alarmed,
            discords: together(&stories, &counts),
        })
    }

    /// One episode, wherever it is.
    ///
    /// # Errors
    /// When there is none, or the reading could not be recorded.
    pub async fn overlook_episode(
        &self,
        permit: &Permit<powers::OverseeCustody>,
        id: EpisodeId,
    ) -> Result<EpisodeRecord, ServiceError> {
        let mut record = self.told(permit, id).await?;
        self.open(permit, &Subject::Episode(id)).await?;
        let waits = self.unacknowledged(permit, &record.story).await?;
        record.alarms.extend(waits);
        Ok(record)
    }

    /// Whoever is under control and stated a name like this one: for relatives, who ask the
    /// ombudsman. The name is not in the list of readings; who was found is.
    ///
    /// # Errors
    /// When the reading could not be recorded.
    pub async fn seek(
        &self,
        permit: &Permit<powers::OverseeCustody>,
        name: &str,
    ) -> Result<Vec<Sought>, ServiceError> {
        let parts: Vec<String> = fold(name).split_whitespace().map(str::to_owned).collect();
        let mut found = Vec::new();
        if !parts.is_empty() {
            for row in self.all_waiting().await? {
                let episode = self.told(permit, row.episode).await?;
                let named = episode.story.descriptions.iter().any(|(_, told)| {
                    let stated = &told.stated;
                    let name = fold(&format!("{} {}", stated.surnames, stated.given));
                    parts.iter().all(|part| name.contains(part.as_str()))
                });
                if named {
                    found.push(Sought { episode });
                }
            }
        }
        let persons = found
            .iter()
            .filter_map(|sought| sought.episode.story.person())
            .collect();
        self.list(permit, "custody by name".into(), persons).await?;
        Ok(found)
    }

    /// Adds those who left already, and were counted or offered together with somebody who is here:
    /// without them a count would seem to have a hole.
    async fn with_those_beside(
        &self,
        stories: &mut BTreeMap<EpisodeId, Story>,
        counts: &mut BTreeMap<HandoverId, u16>,
    ) -> Result<(), ServiceError> {
        let operations: BTreeSet<_> = stories
            .values()
            .filter_map(|story| Some(story.opening.as_ref()?.1.operation))
            .collect();
        let handovers: BTreeSet<_> = stories
            .values()
            .flat_map(|story| story.handovers.keys().copied())
            .collect();
        let mut beside = BTreeSet::new();
        for operation in operations {
            let rows = self.store().episodes_of_operation(operation).await?;
            beside.extend(rows.into_iter().map(|row| row.episode));
        }
        for handover in handovers {
            beside.extend(self.store().episodes_of_handover(handover).await?);
        }
        for id in beside {
            if let Entry::Vacant(place) = stories.entry(id) {
                let state = self.load_episode(id).await?.state;
                counts.extend(counts_in(state.ordered().into_iter().map(|(_, fact)| fact)));
                let _ = place.insert(state.story());
            }
        }
        Ok(())
    }

    /// Every episode that lasts or waits, however many there are: who is left out of this list is
    /// lost to whoever watches.
    async fn all_waiting(&self) -> Result<Vec<EpisodeRow>, ServiceError> {
        let mut all: Vec<EpisodeRow> = Vec::new();
        loop {
            let after = all.last().map(|row| (row.opened_at, row.episode));
            let page = self.store().episodes_waiting(after, PAGE).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }
}

/// What receivers counted, by handover.
fn counts_in<'a>(
    facts: impl IntoIterator<Item = &'a CustodyEvent>,
) -> impl Iterator<Item = (HandoverId, u16)> {
    facts.into_iter().filter_map(|fact| match fact {
        CustodyEvent::Accepted {
            handover, counted, ..
        } => Some((*handover, *counted)),
        _ => None,
    })
}
