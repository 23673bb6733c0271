//! Given what is known of a person, then they are forgotten whole, or what stands in the way.

use super::*;
use crate::{
    act::Act,
    event::{Event, SCHEMA, class_of},
    id::{ApplicationId, PersonId},
    subject::Subject,
};
use paso_formats::{
    entry::Class,
    moment::{DAY, Moment},
    number::CardNumber,
};
use proptest::prelude::*;

const A: PersonId = PersonId::from_random([1; 16]);
const B: PersonId = PersonId::from_random([2; 16]);

fn now() -> Moment {
    "2014-07-08T15:00:00Z".parse().unwrap()
}

fn act() -> Act {
    Act {
        at: now(),
        post: "TAL".parse().unwrap(),
        officer: "UT-0007".parse().unwrap(),
        late: None,
    }
}

fn number(byte: u8) -> CardNumber {
    CardNumber::new("TAL".parse().unwrap(), [byte; 5])
}

fn card(byte: u8, expires: Moment, ended: bool) -> KnownCard {
    KnownCard {
        number: number(byte),
        expires: Some(expires),
        ended,
        status: Some(DeadIndex {
            list: "https://paso.example/s/0".into(),
            index: u32::from(byte),
        }),
    }
}

/// Two records of one person, with an expired card, a revoked one and a refused application.
fn closed() -> Facts {
    Facts {
        records: vec![A, B],
        cards: vec![card(1, now(), false), card(2, now().plus(300 * DAY), true)],
        applications: vec![ApplicationId::from_random([3; 16])],
        ..Facts::default()
    }
}

fn ask(person: PersonId, facts: &Facts) -> Result<ErasureEvent, ErasureRefusal> {
    let command = EraseCommand {
        person,
        ground: ErasureGround::PersonAsked,
    };
    decide(command, facts, act())
}

#[test]
fn what_is_open_is_named() {
    type Opens = fn(&mut Facts);
    let table: [(&str, Opens, ErasureRefusal); 8] = [
        (
            "no record",
            |facts| facts.records.clear(),
            ErasureRefusal::Unknown,
        ),
        (
            "another person's records",
            |facts| facts.records = vec![B],
            ErasureRefusal::Unknown,
        ),
        (
            "done before",
            |facts| facts.forgotten = true,
            ErasureRefusal::Forgotten,
        ),
        (
            "an open stay",
            |facts| facts.open.push(Matter::Stay),
            ErasureRefusal::StayOpen,
        ),
        (
            "a card that is good for one more second",
            |facts| facts.cards[0].expires = Some(now().plus(1)),
            ErasureRefusal::CardGood,
        ),
        (
            "a proposal",
            |facts| facts.open.push(Matter::Proposal),
            ErasureRefusal::ProposalOpen,
        ),
        (
            "a claim",
            |facts| facts.open.push(Matter::Claim),
            ErasureRefusal::MatterOpen,
        ),
        (
            "a dispute",
            |facts| facts.open.push(Matter::Dispute),
            ErasureRefusal::MatterOpen,
        ),
    ];
    for (what, open, refusal) in table {
        let mut facts = closed();
        open(&mut facts);
        assert_eq!(ask(A, &facts), Err(refusal), "{what}");
    }
    assert!(ask(A, &closed()).is_ok());
    assert!(ask(B, &closed()).is_ok(), "a merged record stands for both");
}

/// Whoever asks learns that something is open, and not that it is a claim for refuge.
#[test]
fn a_claim_is_refused_as_a_dispute_is() {
    let said = |matter| {
        let open = vec![matter];
        ask(A, &Facts { open, ..closed() }).unwrap_err()
    };
    assert_eq!(said(Matter::Claim), said(Matter::Dispute));
    for refusal in ErasureRefusal::ALL {
        for word in ["claim", "refuge", "dispute"] {
            assert!(!refusal.code().contains(word), "{refusal:?}");
            assert!(!refusal.to_string().contains(word), "{refusal:?}");
        }
    }
}

#[test]
fn everything_that_stands_in_the_way_is_said_at_once() {
    let facts = Facts {
        open: vec![Matter::Claim, Matter::Proposal, Matter::Stay],
        cards: vec![card(1, now().plus(1), false)],
        ..closed()
    };
    assert_eq!(
        facts.obstacles(now()),
        [
            ErasureRefusal::StayOpen,
            ErasureRefusal::CardGood,
            ErasureRefusal::ProposalOpen,
            ErasureRefusal::MatterOpen,
        ]
    );
}

#[test]
fn the_whole_person_goes_and_dead_cards_stay_dead() {
    let ErasureEvent::CarriedOut { erasure, .. } = ask(A, &closed()).unwrap();
    let named: Vec<_> = erasure.subjects.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(named.join("\n"));
    // Only the revoked card's: an expired card needs no bit.
    assert_eq!(erasure.dead.len(), 1);
    assert_eq!(erasure.dead[0].index, 2);
}

#[test]
fn an_erasure_is_an_act_like_any_other_in_its_leaf() {
    assert_eq!(class_of("erasure.carried-out"), Class::Act);
    assert_eq!(class_of("card.issued"), Class::Act);
}

proptest! {
    /// Each subject is named once and in one order, whatever order the facts came in.
    #[test]
    fn the_order_of_facts_does_not_matter(
        people in proptest::collection::vec(0_u8..5, 0..6),
        cards in proptest::collection::vec((0_u8..6, any::<bool>()), 0..8),
    ) {
        let mut facts = Facts {
            records: people.iter().map(|byte| PersonId::from_random([*byte; 16])).chain([A]).collect(),
            cards: cards.iter().map(|(byte, ended)| card(*byte, now(), *ended)).collect(),
            ..Facts::default()
        };
        let one = ask(A, &facts).unwrap();
        facts.records.reverse();
        facts.cards.reverse();
        prop_assert_eq!(&ask(A, &facts).unwrap(), &one);
        let ErasureEvent::CarriedOut { erasure, .. } = &one;
        prop_assert!(erasure.subjects.is_sorted_by(|a, b| a < b));
        prop_assert!(erasure.dead.is_sorted_by(|a, b| a < b));
        for person in &facts.records {
            prop_assert!(erasure.subjects.contains(&Subject::Person(*person)));
            prop_assert!(erasure.subjects.contains(&Subject::Stays(*person)));
        }
        let event = Event::Erasure(one);
        prop_assert_eq!(Event::decode(event.kind(), SCHEMA, &event.encode()).unwrap(), event);
    }

    /// Facts are never refused, and the first erasure stands.
    #[test]
    fn apply_is_total(grounds in proptest::collection::vec(0_usize..3, 1..6)) {
        let events: Vec<_> = grounds
            .iter()
            .map(|ground| ErasureEvent::CarriedOut {
                act: act(),
                erasure: CarriedOut {
                    ground: ErasureGround::ALL[*ground],
                    subjects: Vec::new(),
                    dead: Vec::new(),
                },
            })
            .collect();
        let state = events.iter().fold(ErasureState::default(), ErasureState::apply);
        prop_assert_eq!(state.carried_out().unwrap().1.ground, ErasureGround::ALL[grounds[0]]);
    }
}
