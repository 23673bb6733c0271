//! The board: for each place how many came, how many left, how many are there, whose clocks ran out.

use super::{
    Told,
    episode::{Episode, Found, Handle, fold},
    until,
};
use paso_formats::{moment::Moment, statement::Place};
use std::collections::BTreeMap;

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceRow {
    /// How often somebody came.
    pub entered: u64,
    /// How often somebody left, or was let go here.
    pub left: u64,
    /// Who is here, by handle.
    pub present: Vec<Handle>,
    /// How many of them with a clock that ran out.
    pub overdue: u64,
    /// Since when the oldest of those clocks has run out.
    pub oldest: Option<Moment>,
    /// How many wait for another custodian to accept them.
    pub offered: u64,
    /// How many their custodian does not find.
    pub not_found: u64,
    /// Since when the first of them has been under control.
    pub since: Option<Moment>,
}

/// Custody at one instant, as statements tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// When.
    pub at: Moment,
    /// Every place heard of, by code.
    pub places: BTreeMap<Place, PlaceRow>,
    /// All episodes, by handle.
    pub episodes: BTreeMap<Handle, Episode>,
    /// What does not fit.
    pub found: Vec<Found>,
}

impl Board {
    /// Of everything that had happened by `at`.
    #[must_use]
    pub fn at(told: &[Told], at: Moment) -> Self {
        let (episodes, found) = fold(&until(told, at));
        let mut places: BTreeMap<Place, PlaceRow> = BTreeMap::new();
        for episode in episodes.values() {
            for (_, place) in &episode.entered {
                places.entry(place.clone()).or_default().entered += 1;
            }
            // Every place entered was left but the last, and that one with the end.
            let stays = usize::from(episode.is_open());
            let behind = episode.entered.len().saturating_sub(stays);
            for (_, place) in &episode.entered[..behind] {
                places.entry(place.clone()).or_default().left += 1;
            }
            if episode.is_open() {
                let row = places.entry(episode.place.clone()).or_default();
                row.add(episode, at);
            }
        }
        Self {
            at,
            places,
            episodes,
            found,
        }
    }

    /// Who is under control now.
    pub fn open(&self) -> impl Iterator<Item = &Episode> {
        self.episodes.values().filter(|episode| episode.is_open())
    }

    /// How many clocks ran out.
    #[must_use]
    pub fn overdue(&self) -> usize {
        let late = |episode: &&Episode| episode.is_overdue(self.at);
        self.open().filter(late).count()
    }

    /// Who is at a place, by handle; nobody where none was ever heard of.
    #[must_use]
    pub fn present(&self, place: &Place) -> &[Handle] {
        self.places.get(place).map_or(&[], |row| &row.present)
    }
}

impl PlaceRow {
    fn add(&mut self, episode: &Episode, now: Moment) {
        self.present.push(episode.handle);
        self.offered += u64::from(episode.offered);
        self.not_found += u64::from(episode.not_found);
        self.since = Some(
            self.since
                .map_or(episode.since, |since| since.min(episode.since)),
        );
        if let Some(due) = episode.due.filter(|_| episode.is_overdue(now)) {
            self.overdue += 1;
            self.oldest = Some(self.oldest.map_or(due, |oldest| oldest.min(due)));
        }
    }
}
