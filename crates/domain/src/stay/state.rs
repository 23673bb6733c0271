//! The fold of a person's stays.

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

/// All stays of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaysState {
    stays: Vec<Stay>,
    /// Endings that arrived before the entry they belong to.
    early: Vec<(StayId, Ending, Option<ReceiptCode>)>,
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
                    self.stays.push(Stay {
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
                act, stay: None, ..
            } => self.exits_without_entry.push(act.at),
            StayEvent::ExitNotRecorded { stay, .. } => {
                self.end(*stay, Ending::NotRecorded, None);
            }
        }
        self
    }

    fn end(&mut self, stay: StayId, ending: Ending, receipt: Option<ReceiptCode>) {
        let Some(found) = self.stays.iter_mut().find(|s| s.entry.stay == stay) else {
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
        self.stays.iter().find(|s| s.entry.stay == stay)
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
