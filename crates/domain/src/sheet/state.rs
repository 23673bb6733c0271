//! The fold of a batch.

use super::event::{SheetEvent, VoidReason};
use crate::{act::Act, crossings::PostCode};
use std::collections::BTreeMap;

/// Where a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// No such sheet was printed, as far as is known here.
    NotPrinted,
    /// Handed out, and nothing has come back.
    Outstanding,
    /// What stood on it was recorded; the first time, if it was more than once.
    Used(&'a Act),
    /// Nothing will be recorded from it.
    Void(VoidReason, &'a Act),
}

/// What cannot both be true of a sheet. The place for which it was printed has to say which is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SheetConflict {
    /// Two acts say that they stood on it.
    UsedTwice(u16),
    /// It was said to be void, and an act stood on it.
    UsedAndVoid(u16),
}

/// What the register knows of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetsState {
    printed: Option<(Act, PostCode, u16)>,
    used: BTreeMap<u16, Vec<Act>>,
    void: BTreeMap<u16, (VoidReason, Act)>,
}

impl SheetsState {
    /// Takes one more fact in. The same fact twice is one.
    #[must_use]
    pub fn apply(mut self, event: &SheetEvent) -> Self {
        match event {
            SheetEvent::Printed { act, place, count } => {
                self.printed
                    .get_or_insert_with(|| (act.clone(), *place, *count));
            }
            SheetEvent::Used { act, serial } => {
                let uses = self.used.entry(*serial).or_default();
                if !uses.contains(act) {
                    uses.push(act.clone());
                    // Whichever post's journal arrives first, the same use is called the first.
                    uses.sort_by(|one, other| one.order().cmp(&other.order()));
                }
            }
            SheetEvent::Voided {
                act,
                serial,
                reason,
                ..
            } => {
                self.void
                    .entry(*serial)
                    .or_insert_with(|| (*reason, act.clone()));
            }
        }
        self
    }

    /// By whom, for which place and how many; none while that has not arrived here.
    pub const fn printed(&self) -> Option<&(Act, PostCode, u16)> {
        self.printed.as_ref()
    }

    /// Where a sheet is.
    #[must_use]
    pub fn standing(&self, serial: u16) -> Standing<'_> {
        if let Some(act) = self.used.get(&serial).and_then(|uses| uses.first()) {
            return Standing::Used(act);
        }
        if let Some((reason, act)) = self.void.get(&serial) {
            return Standing::Void(*reason, act);
        }
        match &self.printed {
            Some((_, _, count)) if (1..=*count).contains(&serial) => Standing::Outstanding,
            _ => Standing::NotPrinted,
        }
    }

    /// What contradicts itself, in the order of the sheets.
    #[must_use]
    pub fn conflicts(&self) -> Vec<SheetConflict> {
        let mut found = Vec::new();
        for (serial, uses) in &self.used {
            if uses.len() > 1 {
                found.push(SheetConflict::UsedTwice(*serial));
            }
            if self.void.contains_key(serial) {
                found.push(SheetConflict::UsedAndVoid(*serial));
            }
        }
        found
    }
}
