//! What a phone keeps between two checks, and one check.

use paso_formats::{
    anchor::{Anchor, AnchorError},
    bundle::{self, BundleError, Pinned, RollbackError, VerifiedBundle},
    placard,
    receipt::{LogAnswer, judge},
    scan::{Scanned, scan},
    shown::sort,
    verdict::{Clock, Territory, verdict},
};
use serde_json::Value;

use crate::answer;

/// Why a bundle is not taken up. What was held stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The anchor cannot be read.
    Anchor(AnchorError),
    /// The bundle cannot be used.
    Bundle(BundleError),
    /// The bundle is older than the one held.
    Rollback(RollbackError),
}

/// The roots that a phone has pinned, and the newest bundle it has seen.
#[derive(Debug, Default)]
pub struct Checker {
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    pinned: Pinned,
    bundle: VerifiedBundle,
}

impl Checker {
    /// Takes up a bundle that the roots of an anchor signed, or roots that the bundle held before
    /// introduced, unless it is older than that one.
    pub fn open(&mut self, anchor: &str, bytes: &[u8]) -> Result<&VerifiedBundle, OpenError> {
        let anchor: Anchor = anchor.parse().map_err(OpenError::Anchor)?;
        let mut pinned = anchor
            .pinned()
            .map_err(|error| OpenError::Anchor(error.into()))?;
        if let Some(held) = &self.held {
            pinned = pinned.with_successors(&held.bundle);
        }
        let bundle = bundle::open(bytes, &pinned).map_err(OpenError::Bundle)?;
        if let Some(held) = &self.held
            && bundle != held.bundle
            && held.pinned.authority() == pinned.authority()
        {
            bundle.replaces(&held.bundle).map_err(OpenError::Rollback)?;
        }
        Ok(&self.held.insert(Held { pinned, bundle }).bundle)
    }

    /// Judges what was scanned together: a receipt, a post's sign, or a card and perhaps its slip.
    ///
    /// Without a state the question is the holder's, not a post's: is this good where it counts?
    #[must_use]
    pub fn judge(&self, texts: &[&str], state: Option<&str>, clock: Clock) -> Value {
        let bundle = self.held.as_ref().map(|held| &held.bundle);
        let read: Vec<_> = texts.iter().map(|text| scan(text)).collect();
        if let [Ok(Scanned::Receipt(_))] = read.as_slice() {
            let judged = judge(texts[0], bundle, LogAnswer::NotAsked, clock);
            return answer::receipt(&judged);
        }
        // Only whoever is stopped asks whether the post is one.
        if let ([text], None) = (texts, state)
            && placard::is_one(text)
        {
            return answer::placard(&placard::judge(text, bundle, clock));
        }
        let shown = sort(texts);
        let territory = if let Some(state) = state {
            Territory {
                state: state.to_owned(),
            }
        } else {
            let slip = shown.slip.as_ref().and_then(|slip| slip.as_ref().ok());
            Territory::of_the_holder(slip, bundle, clock)
        };
        let found = verdict(
            shown.card.as_ref(),
            shown.slip.as_ref().map(Result::as_ref),
            bundle,
            &territory,
            clock,
        );
        answer::card(&found)
    }
}
