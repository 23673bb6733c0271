//! What shows only when episodes are looked at together: a count with a hole, a family apart, one
//! person twice, a list whose two counts differ.

use super::story::Story;
use crate::id::{EpisodeId, HandoverId, OperationId, PersonId};
use paso_formats::name::fold;
use std::collections::{BTreeMap, BTreeSet};

/// Something that does not fit between episodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Discord {
    /// Of an operation's count, somebody has no episode, or two have one place in it.
    Count {
        /// Which operation.
        operation: OperationId,
        /// How many were counted; several where the openings disagree.
        counted: BTreeSet<u16>,
        /// Which of them are missing.
        missing: BTreeSet<u16>,
        /// Which are there more than once.
        doubled: BTreeSet<u16>,
    },
    /// A list was offered with one count and has another number of episodes, or was accepted with
    /// another count.
    Handover {
        /// Which.
        handover: HandoverId,
        /// How many were offered by count.
        offered: u16,
        /// How many episodes were offered.
        listed: u16,
        /// How many the receiver counted; none while nobody has.
        counted: Option<u16>,
        /// How many episodes were accepted.
        accepted: u16,
    },
    /// Two who were found together are with different custodians at different places.
    Separated {
        /// One.
        one: EpisodeId,
        /// The other.
        other: EpisodeId,
    },
    /// One person seems to be under control twice at a time.
    Twice {
        /// One episode.
        one: EpisodeId,
        /// The other.
        other: EpisodeId,
    },
}

impl Discord {
    /// The stable code: the key of texts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Count { .. } => "count",
            Self::Handover { .. } => "handover",
            Self::Separated { .. } => "separated",
            Self::Twice { .. } => "twice",
        }
    }
}

/// Looks at episodes together. `counts` gives what receivers counted, by handover.
#[must_use]
pub fn together(
    episodes: &BTreeMap<EpisodeId, Story>,
    counts: &BTreeMap<HandoverId, u16>,
) -> Vec<Discord> {
    let mut found = operations(episodes);
    found.extend(handovers(episodes, counts));
    found.extend(separated(episodes));
    found.extend(twice(episodes));
    found.sort();
    found.dedup();
    found
}

fn operations(episodes: &BTreeMap<EpisodeId, Story>) -> Vec<Discord> {
    let mut by: BTreeMap<OperationId, (BTreeSet<u16>, Vec<u16>)> = BTreeMap::new();
    for (_, opening) in episodes.values().filter_map(|story| story.opening.as_ref()) {
        let (counts, ordinals) = by.entry(opening.operation).or_default();
        counts.insert(opening.count);
        ordinals.push(opening.ordinal);
    }
    by.into_iter()
        .filter_map(|(operation, (counted, ordinals))| {
            let most = counted.last().copied().unwrap_or_default();
            let there: BTreeSet<_> = ordinals.iter().copied().collect();
            let missing: BTreeSet<_> = (1..=most).filter(|n| !there.contains(n)).collect();
            let doubled: BTreeSet<_> = there
                .iter()
                .copied()
                .filter(|n| ordinals.iter().filter(|other| *other == n).count() > 1)
                .collect();
            let sound = missing.is_empty() && doubled.is_empty() && counted.len() == 1;
            (!sound).then_some(Discord::Count {
                operation,
                counted,
                missing,
                doubled,
            })
        })
        .collect()
}

fn handovers(
    episodes: &BTreeMap<EpisodeId, Story>,
    counts: &BTreeMap<HandoverId, u16>,
) -> Vec<Discord> {
    let mut by: BTreeMap<HandoverId, (u16, u16, u16)> = BTreeMap::new();
    for (handover, offered) in episodes.values().flat_map(|story| &story.handovers) {
        let (count, listed, accepted) = by.entry(*handover).or_default();
        *count = offered.offer.counted.max(*count);
        *listed = listed.saturating_add(1);
        *accepted = accepted.saturating_add(u16::from(offered.accepted.is_some()));
    }
    by.into_iter()
        .filter_map(|(handover, (offered, listed, accepted))| {
            let counted = counts.get(&handover).copied();
            let sound = offered == listed
                && counted.is_none_or(|counted| counted == accepted && accepted == offered);
            (!sound).then_some(Discord::Handover {
                handover,
                offered,
                listed,
                counted,
                accepted,
            })
        })
        .collect()
}

fn separated(episodes: &BTreeMap<EpisodeId, Story>) -> Vec<Discord> {
    let mut found = Vec::new();
    for (id, story) in episodes.iter().filter(|(_, story)| story.is_open()) {
        for with in story.found_with() {
            let apart = episodes.get(&with).is_some_and(|other| {
                // One who was set free while the other is held is apart, too.
                !other.is_open() || (other.answers != story.answers && other.place != story.place)
            });
            if apart {
                found.push(Discord::Separated {
                    one: (*id).min(with),
                    other: (*id).max(with),
                });
            }
        }
    }
    found
}

/// By record, or by folded name and full date of birth: enough to ask, never enough to join.
fn twice(episodes: &BTreeMap<EpisodeId, Story>) -> Vec<Discord> {
    let mut persons: BTreeMap<PersonId, Vec<EpisodeId>> = BTreeMap::new();
    let mut names: BTreeMap<(String, String), Vec<EpisodeId>> = BTreeMap::new();
    for (id, story) in episodes.iter().filter(|(_, story)| story.is_open()) {
        if let Some(person) = story.person() {
            persons.entry(person).or_default().push(*id);
        }
        if let Some(told) = story.described()
            && let Some(birth) = told.stated.birth
            && !told.stated.surnames.trim().is_empty()
        {
            let name = fold(&format!("{} {}", told.stated.surnames, told.stated.given));
            names
                .entry((name, birth.to_string()))
                .or_default()
                .push(*id);
        }
    }
    persons
        .into_values()
        .chain(names.into_values())
        .flat_map(|same| {
            let pairs: Vec<_> = same
                .windows(2)
                .map(|pair| Discord::Twice {
                    one: pair[0],
                    other: pair[1],
                })
                .collect();
            pairs
        })
        .collect()
}
