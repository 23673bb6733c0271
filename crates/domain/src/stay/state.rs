//! The fold of a person's stays.

use std::collections::BTreeSet;

use super::event::{Entered, StayEvent};
use crate::{act::Act, crossings::PostCode, id::StayId};
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

/// Facts that contradict each other; the post of the later one answers for settling them.
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
    /// Stays with the endings that name them.
    told: Vec<Stay>,
    /// The same, with exits that name none put where they belong.
    stays: Vec<Stay>,
    /// Endings that arrived before the entry they belong to.
    early: Vec<(StayId, Ending, Option<ReceiptCode>)>,
    lone_exits: Vec<LoneExit>,
    exits_without_entry: Vec<Moment>,
    ended_twice: Vec<StayId>,
}

impl StaysState {
    /// Takes one more fact in.
    #[must_use]
    pub fn apply(mut self, event: &StayEvent) -> Self {
        match event {
            StayEvent::Entered { act, entry } => {
                if self.find(entry.stay).is_none() {
                    let early = self.early.iter().position(|early| early.0 == entry.stay);
                    let (ending, exit_receipt) = match early {
                        Some(index) => {
                            let (_, ending, receipt) = self.early.swap_remove(index);
                            (Some(ending), receipt)
                        }
                        None => (None, None),
                    };
                    self.told.push(Stay {
                        entered: act.clone(),
                        entry: entry.clone(),
                        ending,
                        exit_receipt,
                    });
                }
            }
            StayEvent::Exited {
                act,
                stay: Some(stay),
                receipt,
            } => {
                self.end(
                    *stay,
                    Ending::Exited {
                        at: act.at,
                        post: act.post,
                    },
                    *receipt,
                );
            }
            StayEvent::Exited {
                act,
                stay: None,
                receipt,
            } => {
                self.lone_exits.push(LoneExit {
                    at: act.at,
                    post: act.post,
                    receipt: *receipt,
                });
            }
            StayEvent::ExitNotRecorded { stay, .. } => {
                self.end(*stay, Ending::NotRecorded, None);
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
        self.stays.clone_from(&self.told);
        self.exits_without_entry.clear();
        let mut exits: BTreeSet<LoneExit> = self.lone_exits.iter().cloned().collect();
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

    fn end(&mut self, stay: StayId, ending: Ending, receipt: Option<ReceiptCode>) {
        let Some(found) = self.told.iter_mut().find(|s| s.entry.stay == stay) else {
            self.early.push((stay, ending, receipt));
            return;
        };
        match (&found.ending, &ending) {
            // A recorded exit is better knowledge than its absence, whichever came first.
            (None | Some(Ending::NotRecorded), _) => {
                found.ending = Some(ending);
                found.exit_receipt = receipt;
            }
            (Some(Ending::Exited { .. }), Ending::NotRecorded) => {}
            (Some(first), second) if first == second => {}
            (Some(_), _) => self.ended_twice.push(stay),
        }
    }

    fn find(&self, stay: StayId) -> Option<&Stay> {
        self.told.iter().find(|s| s.entry.stay == stay)
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

    /// Contradictions to be settled, derived from the facts.
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
                self.ended_twice
                    .iter()
                    .copied()
                    .map(StayConflict::EndedTwice),
            )
            .collect()
    }
}
