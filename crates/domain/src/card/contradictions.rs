//! What of a card contradicts itself, who is asked, and what was found.

use super::state::{CardConflict, CardState, End};
use crate::{
    act::Act,
    contradiction::{Contradiction, Said, Side, Which},
    crossings::PostCode,
};
use paso_formats::number::CardNumber;

impl CardState {
    /// What contradicts itself, open or settled; `number` is the card's.
    #[must_use]
    pub fn contradictions(&self, number: CardNumber) -> Vec<Contradiction> {
        let side = |act: &Act, said| Side {
            act: act.clone(),
            said,
        };
        let issued = |(act, _): &(Act, _)| side(act, Said::Issued);
        let ended = |(act, end): &(Act, End)| {
            let said = match *end {
                End::Revoked(reason) => Said::Revoked(reason),
                End::Replaced(by) => Said::Replaced(by),
            };
            side(act, said)
        };
        let mut found = Vec::new();
        let mut add = |kind, owner: Option<PostCode>, sides: Vec<Side>| {
            // Whoever acted last is asked: they knew least of the others, and are there.
            let newest = sides
                .iter()
                .max_by(|a, b| a.act.order().cmp(&b.act.order()));
            if let Some(owner) = owner.or_else(|| newest.map(|side| side.act.post)) {
                let which = Which::Card(kind);
                found.extend(Contradiction::of(which, owner, sides, &self.settlings));
            }
        };
        if self.issues.len() > 1 {
            let sides = self.issues.iter().map(issued);
            add(CardConflict::IssuedTwice, None, sides.collect());
        }
        if let (Some(first), [_, ..]) = (self.issues.first(), &self.refusals[..]) {
            let refused = self
                .refusals
                .iter()
                .map(|(act, _)| side(act, Said::Refused));
            let sides = core::iter::once(issued(first)).chain(refused);
            add(CardConflict::IssuedAndRefused, None, sides.collect());
        }
        if self.issues.is_empty() && !self.ends.is_empty() {
            let sides = self.ends.iter().map(ended);
            add(CardConflict::EndedWithoutIssue, None, sides.collect());
        }
        let shown = |(act, shown): &(Act, super::Presented)| {
            let said = Said::Shown {
                bundle: shown.bundle,
                bundle_made: shown.bundle_made,
            };
            side(act, said)
        };
        if let (false, Some(text)) = (self.is_as_issued(), self.text()) {
            let known = self.issues.first().map(issued);
            let known = known.or_else(|| self.presented().first().map(shown));
            let others = self.presented().iter().filter(|(_, one)| one.text != text);
            let sides = known.into_iter().chain(others.map(shown));
            // The key that signed it, or whose it pretends to be, is the issuing place's.
            let place = self.issues.first().map(|(act, _)| act.post);
            let place = place.or_else(|| number.site().as_str().parse().ok());
            add(CardConflict::NotAsIssued, place, sides.collect());
        }
        let late: Vec<_> = self.believed_after_end().collect();
        if let (Some(end), Some((last, _))) = (self.ends.first(), late.last()) {
            // The person was there, and whoever believed the card knows whom they saw.
            let owner = Some(last.post);
            let sides = core::iter::once(ended(end)).chain(late.into_iter().map(shown));
            add(CardConflict::UsedAfterEnd, owner, sides.collect());
        }
        found
    }

    /// What of it waits to be settled.
    #[must_use]
    pub fn conflicts(&self, number: CardNumber) -> Vec<CardConflict> {
        let found = self.contradictions(number);
        let open = found.iter().filter(|one| one.is_open());
        open.filter_map(|one| match one.which {
            Which::Card(conflict) => Some(conflict),
            Which::EndedTwice(_) => None,
        })
        .collect()
    }
}
