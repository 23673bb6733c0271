//! The facts of one episode, in the order in which they happened.
//!
//! Posts work apart, and their facts arrive late, doubled and in any order. The order of the story
//! is therefore made of the facts alone: by what each says of its time, except that nobody accepts
//! before it was offered, whatever the two clocks say. Facts of one second stand in an order that
//! their bytes decide. So every place that has the same facts tells the same story, and who answers
//! for the person is the same everywhere.

use super::{
    body,
    event::{CustodyEvent, Offer, Opening},
    story::Story,
};
use crate::{act::Act, id::HandoverId};
use paso_formats::moment::Moment;

/// What is known of an episode. Any facts in any order give a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpisodeState {
    facts: Vec<CustodyEvent>,
}

impl EpisodeState {
    /// Takes one more fact in. The same fact twice is one.
    #[must_use]
    pub fn apply(mut self, event: &CustodyEvent) -> Self {
        if !self.facts.contains(event) {
            self.facts.push(event.clone());
        }
        self
    }

    /// The state of these facts.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a CustodyEvent>) -> Self {
        events.into_iter().fold(Self::default(), Self::apply)
    }

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The facts in the order in which they happened, each with the moment at which it took effect.
    #[must_use]
    pub fn ordered(&self) -> Vec<(Moment, &CustodyEvent)> {
        let mut facts: Vec<_> = self
            .facts
            .iter()
            .map(|fact| (self.effective(fact), fact))
            .collect();
        facts.sort_by_cached_key(|(at, fact)| {
            let opening = matches!(fact, CustodyEvent::Opened { .. });
            (!opening, *at, rank(fact), body::encode(fact))
        });
        facts
    }

    /// When a fact takes effect: an answer to an offer never before the offer.
    fn effective(&self, fact: &CustodyEvent) -> Moment {
        let at = fact.act().at;
        match fact {
            CustodyEvent::Offered { .. } => at,
            _ => fact
                .handover()
                .and_then(|handover| self.offer(handover))
                .map_or(at, |(act, _)| at.max(act.at)),
        }
    }

    /// The giver's half of a handover: the first one, where several say they are it.
    #[must_use]
    pub fn offer(&self, handover: HandoverId) -> Option<(&Act, &Offer)> {
        let halves = self.facts.iter().filter_map(|fact| match fact {
            CustodyEvent::Offered { act, offer } if offer.handover == handover => {
                Some((act, offer))
            }
            _ => None,
        });
        halves.min_by_key(|(act, offer)| (act.at, &act.officer, act.post, offer.counted))
    }

    /// How the episode began: the earliest opening, where there are several.
    #[must_use]
    pub fn opening(&self) -> Option<(&Act, &Opening)> {
        self.ordered().into_iter().find_map(|(_, fact)| match fact {
            CustodyEvent::Opened { act, opening } => Some((act, opening)),
            _ => None,
        })
    }

    /// The whole story, told from the facts.
    #[must_use]
    pub fn story(&self) -> Story {
        Story::tell(self)
    }
}

/// What goes first when two things are said to have happened in one second: that somebody offers
/// before that somebody accepts, that somebody is here before that they are gone, that a secret is
/// changed before that it is closed.
const fn rank(fact: &CustodyEvent) -> u8 {
    match fact {
        CustodyEvent::Opened { .. } => 0,
        CustodyEvent::Described { .. }
        | CustodyEvent::Recognised { .. }
        | CustodyEvent::SecretChanged {
            secret: Some(_), ..
        } => 1,
        CustodyEvent::Settled { .. } | CustodyEvent::SecretChanged { secret: None, .. } => 2,
        CustodyEvent::Found { .. } | CustodyEvent::Arrived { .. } => 3,
        CustodyEvent::Offered { .. } => 4,
        CustodyEvent::Withdrawn { .. } => 5,
        CustodyEvent::Accepted { .. } | CustodyEvent::AcceptedAbroad { .. } => 6,
        CustodyEvent::Missed { .. } | CustodyEvent::NotFound { .. } => 7,
        CustodyEvent::Departed { .. } | CustodyEvent::GivenOnPaper { .. } => 8,
        CustodyEvent::PaperConfirmed { .. } => 9,
        CustodyEvent::Ended { .. } => 10,
        CustodyEvent::Countersigned { .. } => 11,
    }
}
