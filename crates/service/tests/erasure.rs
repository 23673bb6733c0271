//! Nobody is forgotten while something about them is open: an act that waits for its signature,
//! whichever was prepared first, or facts that contradict each other.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use paso_domain::{
    act::Act,
    card::{CardEvent, RevocationReason},
    erasure::{ErasureGround, ErasureRefusal},
    event::Event,
    id::PersonId,
    policy::Role,
    stay::StayEvent,
    subject::Subject,
};
use paso_formats::moment::MINUTE;
use paso_service::{
    Service, ServiceError,
    approval::{DeclineReason, Plan, Prepared, ProposalId, Signed},
    desk::CardRecord,
    erasure::COMMAND,
    error::Refusal,
    testing::{Hand, House, application, may, officer},
};
use paso_store::testing::Engine;

/// A person who came, left, and gave the card up.
async fn gone(house: &House) -> CardRecord {
    let desk = officer(Role::Desk);
    let issued = house.issue(&may(&desk), &application()).await.unwrap();
    house.enter(&may(&desk), issued.card.number).await.unwrap();
    house.leave(&may(&desk), issued.card.number).await.unwrap();
    let supervisor = may(&officer(Role::Supervisor));
    let reason = RevocationReason::HolderAsked;
    let number = issued.card.number;
    let revoked = house.revoke(&supervisor, number, reason, "Devuelta.".into());
    revoked.await.unwrap();
    issued
}

fn to_sign(prepared: Prepared) -> ProposalId {
    match prepared {
        Prepared::ToSign(id) => id,
        Prepared::Done => panic!("it was done without a signature"),
    }
}

async fn merge(house: &House, hand: &Hand, one: PersonId, into: PersonId) -> ProposalId {
    let (service, permit): (&Service, _) = (house, may(&hand.officer));
    let prepared = service.merge(&permit, one, into, "parecían la misma".into());
    to_sign(prepared.await.unwrap())
}

async fn erasure(house: &House, hand: &Hand, person: PersonId) -> ProposalId {
    let permit = may(&hand.officer);
    let decided = house.decide_erasure(&permit, person, ErasureGround::PersonAsked);
    let (events, expect) = decided.await.unwrap();
    let plan = Plan::new(COMMAND, events, expect);
    to_sign(house.prepare(&permit, plan).await.unwrap())
}

async fn sign(house: &House, hand: &Hand, id: &ProposalId) -> Result<Signed, ServiceError> {
    let options = house.signing_options(&hand.officer, id).await?;
    house.sign(&hand.officer, id, &hand.answer(&options)).await
}

fn refused<T: core::fmt::Debug>(result: Result<T, ServiceError>) -> ErasureRefusal {
    match result {
        Err(ServiceError::Refused(Refusal::Erasure(refusal))) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn obstacles(house: &House, person: PersonId) -> Vec<ErasureRefusal> {
    let clerk = may(&officer(Role::Transparency));
    let prospect = house.erasure_prospect(&clerk, person).await.unwrap();
    prospect.obstacles
}

#[tokio::test]
async fn what_waits_for_a_signature_stands_in_the_way() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let supervisor = house.hand(officer(Role::Supervisor), 1).await;
        let (one, other) = (gone(&house).await.card, gone(&house).await.card);
        let third = gone(&house).await.card;
        assert_eq!(obstacles(&house, one.person).await, []);
        let waiting = merge(&house, &supervisor, one.person, other.person).await;
        for (person, expected) in [
            (one.person, &[ErasureRefusal::ProposalOpen][..]),
            (other.person, &[ErasureRefusal::ProposalOpen]),
            (third.person, &[]),
        ] {
            assert_eq!(obstacles(&house, person).await, expected);
        }
        let clerk = may(&officer(Role::Transparency));
        let ground = ErasureGround::PersonAsked;
        let no = house.decide_erasure(&clerk, one.person, ground).await;
        assert_eq!(refused(no), ErasureRefusal::ProposalOpen);

        // Taken back, or not signed in time: nothing waits any more.
        let reason = DeclineReason::TakenBack;
        let back = house.decline(&supervisor.officer, &waiting, reason);
        back.await.unwrap();
        assert_eq!(obstacles(&house, one.person).await, []);
        merge(&house, &supervisor, one.person, other.person).await;
        let now = house.clock().now();
        house.clock().set(now.plus(10 * MINUTE));
        assert_eq!(obstacles(&house, one.person).await, []);
        house.stop().await;
    }
}

/// Prepared after the erasure was, it is not swept away by the second signature.
#[tokio::test]
async fn an_erasure_waits_for_what_was_prepared_after_it() {
    let house = House::on(Engine::Sqlite).await;
    let supervisor = house.hand(officer(Role::Supervisor), 1).await;
    let clerk = house.hand(officer(Role::Transparency), 2).await;
    let ombudsman = house.hand(officer(Role::Ombudsman), 3).await;
    let (one, other) = (gone(&house).await.card, gone(&house).await.card);
    let id = erasure(&house, &clerk, one.person).await;
    let signed = sign(&house, &clerk, &id).await.unwrap();
    assert!(matches!(signed, Signed::Waiting));
    let waiting = merge(&house, &supervisor, one.person, other.person).await;
    let early = sign(&house, &ombudsman, &id).await;
    assert_eq!(refused(early), ErasureRefusal::ProposalOpen);
    let reason = DeclineReason::TakenBack;
    let back = house.decline(&supervisor.officer, &waiting, reason);
    back.await.unwrap();
    // The attempt cost nothing. What was taken back is kept with the person, so it is prepared anew.
    assert!(sign(&house, &ombudsman, &id).await.is_err());
    let id = erasure(&house, &clerk, one.person).await;
    sign(&house, &clerk, &id).await.unwrap();
    let done = sign(&house, &ombudsman, &id).await.unwrap();
    assert!(matches!(done, Signed::Done { .. }));
}

#[tokio::test]
async fn facts_that_contradict_each_other_stand_in_the_way() {
    for contradicts in [false, true] {
        let house = House::on(Engine::Sqlite).await;
        let card = gone(&house).await.card;
        let subject = Subject::Card(card.number);
        let issued = |event: &Event| event.kind() == "card.issued";
        let found = house.events_of(&subject).await.into_iter().find(issued);
        let mut facts = Vec::new();
        if contradicts {
            // Another post issued under the same number.
            let Some(Event::Card(CardEvent::Issued { mut act, card })) = found else {
                panic!("nobody issued")
            };
            act.post = "HID".parse().unwrap();
            let again = CardEvent::Issued { act, card };
            facts.push((subject, Event::Card(again)));
        } else {
            // An exit that no entry explains: whoever left has left.
            let desk = officer(Role::Desk);
            let act = Act {
                at: house.clock().now(),
                post: desk.post,
                officer: desk.number,
                late: None,
            };
            let exit = StayEvent::Exited {
                act,
                stay: None,
                receipt: None,
            };
            facts.push((Subject::Stays(card.person), Event::Stay(exit)));
        }
        house.happened(facts).await;
        let expected: &[_] = if contradicts {
            &[ErasureRefusal::MatterOpen]
        } else {
            &[]
        };
        assert_eq!(obstacles(&house, card.person).await, expected);
    }
    let house = House::on(Engine::Sqlite).await;
    let card = gone(&house).await.card;
    let subject = Subject::Stays(card.person);
    let exited = |event: &Event| matches!(event, Event::Stay(StayEvent::Exited { .. }));
    let found = house.events_of(&subject).await.into_iter().find(exited);
    let Some(Event::Stay(StayEvent::Exited {
        mut act,
        stay,
        receipt,
    })) = found
    else {
        panic!("nobody left")
    };
    act.at = act.at.plus(MINUTE);
    let again = StayEvent::Exited { act, stay, receipt };
    house.happened(vec![(subject, Event::Stay(again))]).await;
    assert_eq!(
        obstacles(&house, card.person).await,
        [ErasureRefusal::MatterOpen]
    );
}
