//! The fold of a person's stays.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Entered, StayEvent};
use crate::{
    act::{Act, place},
    contradiction::{Contradiction, Said, Settling, Side, Which},
    crossings::PostCode,
    id::StayId,
};
use paso_formats::{moment::Moment, receipt::Code as ReceiptCode};

/// How a stay ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person left.
    Exited {
        /// When.
        at: Moment,
        /// Through which post.
        post: PostCode,
    },
    /// The person entered again without a recorded exit.
    NotRecorded,
}

/// One stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// When, where, by whom the entry was recorded.
    pub entered: Act,
    /// The entry.
    pub entry: Entered,
    /// How it ended; none while it is open.
    pub ending: Option<Ending>,
    /// The code of the receipt given for the exit, where one was.
    pub exit_receipt: Option<ReceiptCode>,
}

/// What does not go together. Only what ended twice is contested ([`crate::contradiction`]): of the
/// others one fact is missing, and the next one closes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StayConflict {
    /// Two stays are open at once: posts recorded entries apart from each other.
    TwoOpen(StayId, StayId),
    /// An exit without a recorded entry.
    ExitWithoutEntry(Moment),
    /// One stay ended twice.
    EndedTwice(StayId),
}

/// An exit that was recorded where no entry was known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LoneExit {
    at: Moment,
    post: PostCode,
    receipt: Option<ReceiptCode>,
}

/// All stays of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaysState {
    /// Entries, in the order in which they became known.
    entered: Vec<(Act, Entered)>,
    /// Exits that name their stay, in the order in which they were recorded: the first counts.
    exits: BTreeMap<StayId, Vec<(Act, Option<ReceiptCode>)>>,
    not_recorded: BTreeSet<StayId>,
    lone_exits: BTreeSet<LoneExit>,
    settlings: Vec<(Act, Settling)>,
    /// What follows: all stays, with exits that name none put where they belong.
    stays: Vec<Stay>,
    exits_without_entry: Vec<Moment>,
}

impl StaysState {
    /// Takes one more fact in.
    #[must_use]
    pub fn apply(mut self, event: &StayEvent) -> Self {
        match event {
            StayEvent::Entered { act, entry } => {
                let known = |(_, one): &(Act, Entered)| one.stay == entry.stay;
                if !self.entered.iter().any(known) {
                    self.entered.push((act.clone(), entry.clone()));
                }
            }
            StayEvent::Exited {
                act,
                stay: Some(stay),
                receipt,
            } => {
                let exits = self.exits.entry(*stay).or_default();
                place(exits, (act.clone(), *receipt), |receipt| {
                    receipt.map_or_else(Vec::new, |code| code.to_string().into_bytes())
                });
            }
            StayEvent::Exited {
                act,
                stay: None,
                receipt,
            } => {
                self.lone_exits.insert(LoneExit {
                    at: act.at,
                    post: act.post,
                    receipt: *receipt,
                });
            }
            StayEvent::ExitNotRecorded { stay, .. } => {
                self.not_recorded.insert(*stay);
            }
            StayEvent::Settled { act, settling } => {
                let said = (act.clone(), settling.clone());
                // Writing into a Vec does not fail; were it to, the order of arrival would decide.
                let bytes = |said: &Settling| minicbor::to_vec(said).unwrap_or_default();
                place(&mut self.settlings, said, bytes);
            }
        }
        self.place();
        self
    }

    /// Puts each exit that names no stay where it belongs: the post that recorded it did not know of
    /// an entry that was made elsewhere. It ends the stay that was the newest by then, as it would
    /// have if that had been known ([`super::decide`]). An exit that named this stay later, at a post
    /// that did not know of this one, is put where it belongs in turn.
    fn place(&mut self) {
        self.stays = self.told();
        self.exits_without_entry.clear();
        let mut exits = self.lone_exits.clone();
        while let Some(exit) = exits.pop_first() {
            let before = self.stays.iter_mut().filter(|s| s.entered.at <= exit.at);
            let Some(stay) = before.max_by_key(|stay| stay.entered.at) else {
                self.exits_without_entry.push(exit.at);
                continue;
            };
            match stay.ending {
                // What is put back is later, so this comes to an end.
                Some(Ending::Exited { at, post }) if exit.at < at => {
                    exits.insert(LoneExit {
                        at,
                        post,
                        receipt: stay.exit_receipt,
                    });
                }
                Some(Ending::Exited { .. }) => {
                    self.exits_without_entry.push(exit.at);
                    continue;
                }
                Some(Ending::NotRecorded) | None => {}
            }
            stay.ending = Some(Ending::Exited {
                at: exit.at,
                post: exit.post,
            });
            stay.exit_receipt = exit.receipt;
        }
    }

    /// The stays with the endings that name them. A recorded exit is better knowledge than its absence,
    /// whichever came first.
    fn told(&self) -> Vec<Stay> {
        let told = |(act, entry): &(Act, Entered)| {
            let exit = self.exits.get(&entry.stay).and_then(|exits| exits.first());
            let missing = self.not_recorded.contains(&entry.stay);
            let exited = exit.map(|(act, _)| Ending::Exited {
                at: act.at,
                post: act.post,
            });
            Stay {
                entered: act.clone(),
                entry: entry.clone(),
                ending: exited.or_else(|| missing.then_some(Ending::NotRecorded)),
                exit_receipt: exit.and_then(|(_, receipt)| *receipt),
            }
        };
        self.entered.iter().map(told).collect()
    }

    /// All stays, in the order in which they became known.
    pub fn stays(&self) -> &[Stay] {
        &self.stays
    }

    /// The stays that are open, newest entry last; more than one is a conflict.
    pub fn open(&self) -> impl DoubleEndedIterator<Item = &Stay> {
        let mut open: Vec<_> = self
            .stays
            .iter()
            .filter(|stay| stay.ending.is_none())
            .collect();
        open.sort_by_key(|stay| stay.entered.at);
        open.into_iter()
    }

    /// The stay with the newest entry, open or not.
    pub fn newest(&self) -> Option<&Stay> {
        self.stays.iter().max_by_key(|stay| stay.entered.at)
    }

    /// What does not go together, derived from the facts.
    pub fn conflicts(&self) -> Vec<StayConflict> {
        let open: Vec<_> = self.open().map(|stay| stay.entry.stay).collect();
        open.windows(2)
            .map(|pair| StayConflict::TwoOpen(pair[0], pair[1]))
            .chain(
                self.exits_without_entry
                    .iter()
                    .copied()
                    .map(StayConflict::ExitWithoutEntry),
            )
            .chain(
                self.ended_twice()
                    .map(|(stay, _)| StayConflict::EndedTwice(stay)),
            )
            .collect()
    }

    /// Stays of which two exits are recorded, at another hour or place.
    fn ended_twice(&self) -> impl Iterator<Item = (StayId, &[(Act, Option<ReceiptCode>)])> {
        let when = |(act, _): &(Act, _)| (act.at, act.post);
        let twice = self.exits.iter().filter(move |(_, exits)| {
            exits
                .iter()
                .any(|exit| exits.first().map(when) != Some(when(exit)))
        });
        twice.map(|(stay, exits)| (*stay, &exits[..]))
    }

    /// What is contested of them, open or settled.
    #[must_use]
    pub fn contradictions(&self) -> Vec<Contradiction> {
        self.ended_twice()
            .filter_map(|(stay, exits)| {
                let left = |(act, _): &(Act, _)| Side {
                    act: act.clone(),
                    said: Said::Left,
                };
                let sides = exits.iter().map(left).collect();
                // Whoever recorded the later exit is asked: they did not know of the other.
                let (last, _) = exits.last()?;
                Contradiction::of(Which::EndedTwice(stay), last.post, sides, &self.settlings)
            })
            .collect()
    }
}
