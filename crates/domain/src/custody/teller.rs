//! How the facts of an episode become its story.
//!
//! It promises: from the first fact to the ending there is at every minute exactly one who answers.
//! Where two say that they do, or both say that the other does, it is the giver until two people who
//! are not party to it have settled it (DESIGN §1, §4). An ending by somebody who does not answer
//! ends nothing: otherwise whoever wants a person gone would only have to say so.

use super::{
    event::{Custodian, CustodyEvent, Ending, EndingKind, Offer, Opening, Recipient},
    state::EpisodeState,
    story::{Dispute, Ended, Misfit, Offered, Place, Span, Standing, Story},
};
use crate::{act::Act, id::HandoverId};
use paso_formats::moment::Moment;
use std::collections::{BTreeMap, BTreeSet};

impl Story {
    pub(super) fn tell(state: &EpisodeState) -> Self {
        let mut teller = Teller::new();
        for (at, fact) in state.ordered() {
            teller.take(at.max(teller.now), fact);
        }
        teller.story
    }
}

/// The story while it is told.
struct Teller {
    story: Story,
    /// The moment of the last fact: the bar never runs backwards.
    now: Moment,
}

impl Teller {
    const fn new() -> Self {
        Self {
            story: Story {
                opening: None,
                answers: None,
                place: None,
                spans: Vec::new(),
                handovers: BTreeMap::new(),
                paper: None,
                missing: None,
                dispute: None,
                ended: None,
                descriptions: Vec::new(),
                recognised: None,
                secret: None,
                misfits: Vec::new(),
            },
            now: Moment::from_unix(i64::MIN),
        }
    }

    fn misfit(&mut self, misfit: Misfit) {
        self.story.misfits.push((self.now, misfit));
    }

    fn take(&mut self, at: Moment, fact: &CustodyEvent) {
        self.now = at;
        let act = fact.act();
        if self.story.answers.is_none() {
            // Whoever is first known to have had anything to do with the person answers. An opening
            // that arrives later will stand first.
            self.story.answers = Some(Custodian::of(act));
            self.story.place = Some(Place::Post(act.post));
            if !matches!(fact, CustodyEvent::Opened { .. }) {
                self.misfit(Misfit::NotOpened);
            }
        }
        if self.story.ended.is_some() && moves(fact) {
            self.misfit(Misfit::AfterEnding);
            return;
        }
        match fact {
            CustodyEvent::Opened { act, opening } => self.opened(act, opening),
            CustodyEvent::Described { act, description } => {
                let told = (act.clone(), (**description).clone());
                self.story.descriptions.push(told);
            }
            CustodyEvent::Recognised { person, .. } => {
                let opening = self.story.opening.as_ref();
                // Back to the record that the episode began is how it is undone.
                let own = opening.is_some_and(|(_, opening)| opening.person == *person);
                self.story.recognised = (!own).then_some(*person);
            }
            CustodyEvent::SecretChanged { secret, .. } => self.story.secret = *secret,
            CustodyEvent::Offered { act, offer } => self.offered(act, offer),
            CustodyEvent::Accepted { act, handover, .. } => self.accepted(act, *handover),
            CustodyEvent::Missed { act, handover } => self.missed(act, *handover),
            CustodyEvent::Withdrawn { act, handover, .. } => self.withdrawn(act, *handover),
            CustodyEvent::GivenOnPaper { act, paper, .. } => {
                if self.is_theirs(act) {
                    self.story.paper = Some((act.clone(), paper.clone()));
                    self.story.place = Some(Place::Outside);
                }
            }
            CustodyEvent::PaperConfirmed { act, how } => self.confirmed(act, how),
            CustodyEvent::Departed { act, leg } => {
                if self.is_theirs(act) {
                    self.story.place = Some(Place::EnRoute(leg.clone()));
                }
            }
            CustodyEvent::Arrived { act } => {
                if self.is_theirs(act) {
                    self.story.place = Some(Place::Post(act.post));
                    self.story.paper = None;
                    self.story.answers = Some(Custodian::of(act));
                }
            }
            CustodyEvent::Ended { act, ending, .. } => self.ended(act, ending),
            CustodyEvent::Countersigned { act } => self.countersigned(act),
            CustodyEvent::NotFound { act, note } => {
                if self.story.missing.is_none() {
                    self.story.missing = Some((act.clone(), note.clone()));
                }
            }
            CustodyEvent::Found { .. } => {
                if self.story.missing.take().is_none() {
                    self.misfit(Misfit::NothingToAnswer);
                }
            }
            CustodyEvent::Settled { act, answers, .. } => self.settled(act, answers),
            CustodyEvent::AcceptedAbroad { act, abroad } => {
                let stands = self.story.handovers.get(&abroad.handover).is_some_and(
                    |offered| {
                        offered.is_open()
                            && matches!(&offered.offer.to, Recipient::Authority { code } if *code == abroad.authority)
                    },
                );
                if stands && self.story.dispute.is_none() {
                    if let Some(offered) = self.story.handovers.get_mut(&abroad.handover) {
                        offered.accepted = Some(act.clone());
                    }
                    self.finish(
                        act,
                        EndingKind::Transferred,
                        abroad.officer.clone(),
                        abroad.authority.to_string(),
                    );
                } else {
                    self.misfit(Misfit::NotOffered);
                }
            }
        }
        self.draw();
    }

    fn opened(&mut self, act: &Act, opening: &Opening) {
        match &self.story.opening {
            None => {
                self.story.opening = Some((act.clone(), opening.clone()));
                self.story.secret = opening.secret;
            }
            Some((first, _)) => {
                if !Custodian::of(first).is(act) {
                    let other = Custodian::of(act);
                    self.dispute(other);
                }
                self.misfit(Misfit::OpenedTwice);
            }
        }
    }

    /// Whether the officer answers; otherwise what they said of the person moves nothing.
    fn is_theirs(&mut self, act: &Act) -> bool {
        let theirs = self.story.answers.as_ref().is_some_and(|one| one.is(act));
        if !theirs {
            self.misfit(Misfit::NotTheirs);
        }
        theirs
    }

    fn offered(&mut self, act: &Act, offer: &Offer) {
        let stands = self.is_theirs(act) && self.story.dispute.is_none();
        let _ = self
            .story
            .handovers
            .entry(offer.handover)
            .or_insert_with(|| Offered {
                act: act.clone(),
                offer: offer.clone(),
                accepted: None,
                withdrawn: false,
                stands,
                missed: None,
            });
    }

    fn accepted(&mut self, act: &Act, handover: HandoverId) {
        let Some(offered) = self.story.handovers.get(&handover).cloned() else {
            self.misfit(Misfit::NotOffered);
            return;
        };
        let giver = Custodian::of(&offered.act);
        if giver.is(act) {
            self.misfit(Misfit::AcceptedByGiver);
        } else if let Some(first) = &offered.accepted {
            if Custodian::of(first).is(act) {
                return;
            }
            let first = Custodian::of(first);
            self.misfit(Misfit::AcceptedTwice);
            self.dispute_from(giver, [first, Custodian::of(act)]);
        } else if self.story.dispute.is_some() {
            self.dispute(Custodian::of(act));
        } else if offered.is_open()
            && self
                .story
                .answers
                .as_ref()
                .is_some_and(|one| one == &giver || one.is(&offered.act))
        {
            self.story.answers = Some(Custodian::of(act));
            self.story.place = Some(Place::Post(act.post));
            self.story.paper = None;
            if let Some(offered) = self.story.handovers.get_mut(&handover) {
                offered.accepted = Some(act.clone());
            }
        } else if offered.stands && !offered.withdrawn {
            // The giver had offered the same person to another, who accepted first.
            self.misfit(Misfit::AcceptedTwice);
            let now = self.story.answers.clone();
            self.dispute_from(giver, now.into_iter().chain([Custodian::of(act)]));
        } else {
            self.misfit(Misfit::NotOffered);
        }
    }

    fn missed(&mut self, act: &Act, handover: HandoverId) {
        match self.story.handovers.get_mut(&handover) {
            Some(offered) => {
                let _ = offered.missed.get_or_insert_with(|| act.clone());
            }
            None => self.misfit(Misfit::NothingToAnswer),
        }
    }

    fn withdrawn(&mut self, act: &Act, handover: HandoverId) {
        match self.story.handovers.get_mut(&handover) {
            Some(offered) if offered.is_open() && offered.act.officer == act.officer => {
                offered.withdrawn = true;
            }
            _ => self.misfit(Misfit::NothingToAnswer),
        }
    }

    fn confirmed(&mut self, act: &Act, how: &str) {
        match self.story.paper.take() {
            Some((_, paper)) => {
                let evidence = format!("{} · {how}", paper.receiver);
                self.finish(act, paper.ending, evidence, paper.body);
            }
            None => self.misfit(Misfit::NothingToAnswer),
        }
    }

    fn ended(&mut self, act: &Act, ending: &Ending) {
        if self.story.answers.as_ref().is_some_and(|one| one.is(act)) {
            self.finish(act, ending.kind, ending.evidence.clone(), ending.to.clone());
        } else {
            self.misfit(Misfit::EndedByAnother);
            self.dispute(Custodian::of(act));
        }
    }

    fn finish(&mut self, act: &Act, kind: EndingKind, evidence: String, to: String) {
        self.story.ended = Some(Ended {
            act: act.clone(),
            kind,
            evidence,
            to,
            countersigned: None,
        });
        self.story.missing = None;
        self.story.dispute = None;
    }

    fn countersigned(&mut self, act: &Act) {
        match &mut self.story.ended {
            Some(ended) if ended.act.officer == act.officer => self.misfit(Misfit::ByParty),
            Some(ended) => {
                let _ = ended.countersigned.get_or_insert_with(|| act.clone());
            }
            None => self.misfit(Misfit::NothingToAnswer),
        }
    }

    fn settled(&mut self, act: &Act, answers: &Custodian) {
        let party = answers.is(act)
            || self.story.dispute.as_ref().is_some_and(|dispute| {
                dispute.giver.is(act) || dispute.others.iter().any(|one| one.is(act))
            });
        if party {
            self.misfit(Misfit::ByParty);
            return;
        }
        self.story.answers = Some(answers.clone());
        if self.story.dispute.take().is_some() {
            self.story.place = Some(Place::Post(answers.post));
        }
        // What was offered by whoever answered before is nobody's offer any more.
        for offered in self.story.handovers.values_mut() {
            if offered.is_open() {
                offered.withdrawn = true;
            }
        }
    }

    /// Somebody else says that they answer: whoever answers goes on answering.
    fn dispute(&mut self, other: Custodian) {
        if let Some(giver) = self.story.answers.clone() {
            self.dispute_from(giver, [other]);
        }
    }

    fn dispute_from(&mut self, giver: Custodian, others: impl IntoIterator<Item = Custodian>) {
        let since = self.now;
        let others = others.into_iter().filter(|other| *other != giver).collect();
        if self.story.dispute.is_none() {
            self.story.answers = Some(giver.clone());
        }
        let dispute = self.story.dispute.get_or_insert(Dispute {
            since,
            giver: giver.clone(),
            others: BTreeSet::new(),
        });
        // A second dispute joins the first: who answers since then goes on, whoever says otherwise.
        dispute.others.extend::<BTreeSet<_>>(others);
        dispute.others.insert(giver);
        dispute.others.remove(&dispute.giver);
    }

    fn standing(&self) -> Standing {
        if self.story.missing.is_some() {
            Standing::Missing
        } else if self.story.dispute.is_some() {
            Standing::Disputed
        } else if self.story.paper.is_some() {
            Standing::OnPaper
        } else if self.story.open_offers().next().is_some() {
            Standing::Offered
        } else {
            Standing::Sure
        }
    }

    /// Goes on with the bar: a new stretch where anything of it has changed.
    fn draw(&mut self) {
        let standing = self.standing();
        let (Some(custodian), Some(place)) = (self.story.answers.clone(), self.story.place.clone())
        else {
            return;
        };
        let ended = self.story.ended.is_some();
        if let Some(last) = self.story.spans.last_mut() {
            let same = last.custodian == custodian
                && last.place == place
                && last.standing == standing
                && !ended;
            if same || last.until.is_some() {
                return;
            }
            last.until = Some(self.now);
            if last.from == self.now {
                // Nothing lasted no time.
                let _ = self.story.spans.pop();
            }
        }
        if !ended {
            self.story.spans.push(Span {
                from: self.now,
                until: None,
                custodian,
                place,
                standing,
            });
        }
    }
}

/// Whether a fact would change who answers, where the person is, or whether control lasts.
const fn moves(fact: &CustodyEvent) -> bool {
    !matches!(
        fact,
        CustodyEvent::Described { .. }
            | CustodyEvent::Recognised { .. }
            | CustodyEvent::SecretChanged { .. }
            | CustodyEvent::Countersigned { .. }
            | CustodyEvent::Missed { .. }
    )
}
