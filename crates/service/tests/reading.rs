//! Reading is an act, and forgetting is final: who opens a record is written down before anything is
//! shown, and an erased record is a tombstone for everybody.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use paso_domain::{
    access::How,
    card::RevocationReason,
    erasure::{ErasureGround, ErasureRefusal},
    id::PersonId,
    policy::{Power, Role},
    subject::Subject,
};
use paso_formats::moment::{DAY, MINUTE};
use paso_service::{
    ServiceError,
    desk::CardRecord,
    error::Refusal,
    gate::SAME_READING,
    testing::{House, application, may, officer},
};
use paso_store::{AccessRow, testing::Engine};

async fn readings(house: &House, person: PersonId) -> Vec<(String, Power, How, bool)> {
    let permit = may(&officer(Role::Inspector));
    let rows = house.accesses(&permit, person, None).await.unwrap();
    let own = |row: &AccessRow| row.role == Role::Inspector;
    rows.iter()
        .filter(|row| !own(row))
        .map(|row| (row.record.to_string(), row.power, row.how, row.listed))
        .collect()
}

#[tokio::test]
async fn whoever_opens_a_record_is_in_its_list_once_in_five_minutes() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let desk = officer(Role::Desk);
        let card = house.issue(&may(&desk), &application()).await.unwrap().card;
        assert!(readings(&house, card.person).await.is_empty());

        for _ in 0..3 {
            house.card(&may(&desk), card.number).await.unwrap();
        }
        let printing = may(&desk).reading(How::Print);
        house.card(&printing, card.number).await.unwrap();
        let subject = Subject::Card(card.number).to_string();
        assert_eq!(
            readings(&house, card.person).await,
            [
                (subject.clone(), Power::ReadCard, How::Print, false),
                (subject.clone(), Power::ReadCard, How::Page, false),
            ]
        );
        house.clock().set(house.clock().now().plus(SAME_READING));
        house.card(&may(&desk), card.number).await.unwrap();
        assert_eq!(readings(&house, card.person).await.len(), 3);

        // Another officer, another record, and a search that showed the person.
        house
            .person(&may(&officer(Role::Supervisor)), card.person)
            .await
            .unwrap();
        house.stays(&may(&desk), card.number).await.unwrap();
        let form = application();
        house
            .find_person(&may(&desk), &form.name, form.birth, None)
            .await
            .unwrap();
        let all = readings(&house, card.person).await;
        assert_eq!(all.len(), 6, "{all:?}");
        assert_eq!(all.iter().filter(|(.., listed)| *listed).count(), 1);
        house.stop().await;
    }
}

#[tokio::test]
async fn a_number_that_nobody_has_is_a_list_that_found_nothing() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    let nobody = PersonId::from_random([7; 16]);
    let supervisor = officer(Role::Supervisor);
    let not_there = house.person(&may(&supervisor), nobody).await;
    assert!(matches!(not_there, Err(ServiceError::NotFound)));
    let inspector = may(&officer(Role::Inspector));
    let not_there = house.accesses(&inspector, nobody, None).await;
    assert!(matches!(not_there, Err(ServiceError::NotFound)));
    let card = house.issue(&may(&desk), &application()).await.unwrap().card;
    assert!(readings(&house, card.person).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_shown() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    let card = house.issue(&may(&desk), &application()).await.unwrap().card;
    house.fill_disk().await;
    // Some pages of the file are still free; they are used up, and then nothing is shown any more.
    for minutes in 0..2000 {
        house.clock().set(house.clock().now().plus(5 * MINUTE));
        let shown = house.card(&may(&desk), card.number).await;
        if let Err(error) = shown {
            assert!(matches!(error, ServiceError::Append(_)), "{error}");
            assert!(minutes > 0);
            return;
        }
    }
    panic!("the disk never filled");
}

/// A person who came, left, and gave the card up.
async fn done(house: &House) -> CardRecord {
    let desk = officer(Role::Desk);
    let issued = house.issue(&may(&desk), &application()).await.unwrap();
    house.enter(&may(&desk), issued.card.number).await.unwrap();
    house.leave(&may(&desk), issued.card.number).await.unwrap();
    house
        .revoke(
            &may(&officer(Role::Supervisor)),
            issued.card.number,
            RevocationReason::HolderAsked,
            "Devuelta en ventanilla.".into(),
        )
        .await
        .unwrap();
    issued
}

#[tokio::test]
async fn what_is_open_stands_in_the_way_and_the_refusal_is_kept() {
    let house = House::on(Engine::Sqlite).await;
    let (desk, clerk) = (officer(Role::Desk), may(&officer(Role::Transparency)));
    let issued = house.issue(&may(&desk), &application()).await.unwrap();
    house.enter(&may(&desk), issued.card.number).await.unwrap();
    let person = issued.card.person;
    let prospect = house.erasure_prospect(&clerk, person).await.unwrap();
    assert_eq!(
        prospect.obstacles,
        [ErasureRefusal::StayOpen, ErasureRefusal::CardGood]
    );
    assert_eq!((prospect.records, prospect.cards), (1, 1));
    let refused = house
        .decide_erasure(&clerk, person, ErasureGround::PersonAsked)
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        ServiceError::Refused(Refusal::Erasure(ErasureRefusal::StayOpen))
    ));
    let today = house.today(&desk).unwrap();
    let acts = house.acts(&may(&desk), today, None).await.unwrap();
    assert_eq!(acts[0].code.as_deref(), Some("erasure-stay-open"));

    // The card's own end is an end, too.
    house.leave(&may(&desk), issued.card.number).await.unwrap();
    house.clock().set(issued.card.expires.plus(-1));
    let prospect = house.erasure_prospect(&clerk, person).await.unwrap();
    assert_eq!(prospect.obstacles, [ErasureRefusal::CardGood]);
    house.clock().set(issued.card.expires);
    let prospect = house.erasure_prospect(&clerk, person).await.unwrap();
    assert_eq!(prospect.obstacles, []);
}

#[tokio::test]
async fn an_erased_person_is_a_tombstone_and_the_card_stays_dead() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let issued = done(&house).await;
        let (number, person) = (issued.card.number, issued.card.person);
        let (desk, clerk) = (officer(Role::Desk), may(&officer(Role::Transparency)));
        house.card(&may(&desk), number).await.unwrap();
        let before = house.dead_indexes().await.unwrap();
        assert!(before.contains(&issued.card.status_index));

        let decided = house
            .decide_erasure(&clerk, person, ErasureGround::PersonAsked)
            .await
            .unwrap();
        assert!(house.carry_out(decided).await.unwrap());

        // Within the five minutes, too: what was read a moment ago is not read again.
        let gone = house.card(&may(&desk), number).await.unwrap_err();
        assert!(matches!(gone, ServiceError::Forgotten { .. }), "{gone}");
        let supervisor = officer(Role::Supervisor);
        for gone in [
            house.person(&may(&supervisor), person).await.err(),
            house.enter(&may(&desk), number).await.err(),
            house.leave(&may(&desk), number).await.err(),
            house.erasure_prospect(&clerk, person).await.err(),
        ] {
            assert!(
                matches!(gone, Some(ServiceError::Forgotten { .. })),
                "{gone:?}"
            );
        }
        assert_eq!(house.dead_indexes().await.unwrap(), before);
        let form = application();
        let found = house
            .find_person(&may(&desk), &form.name, form.birth, None)
            .await
            .unwrap();
        assert!(found.is_empty());
        // Who had read it is still there to be asked.
        assert!(!readings(&house, person).await.is_empty());
        let listed = house
            .erasures(&may(&officer(Role::Ombudsman)))
            .await
            .unwrap();
        assert_eq!(listed[0].ground, ErasureGround::PersonAsked);

        // The same person may come again, as somebody new.
        house.clock().set(house.clock().now().plus(DAY));
        let again = house.issue(&may(&desk), &application()).await.unwrap();
        assert_ne!(again.card.person, person);
        house.stop().await;
    }
}

/// Something recorded between proposal and approval: the proposal fails, and is looked at again.
#[tokio::test]
async fn whatever_happens_meanwhile_lets_the_proposal_fail() {
    let house = House::on(Engine::Sqlite).await;
    let issued = done(&house).await;
    let clerk = may(&officer(Role::Transparency));
    let decided = house
        .decide_erasure(&clerk, issued.card.person, ErasureGround::PeriodOver)
        .await
        .unwrap();
    // A late exit is a fact, and never refused.
    house
        .leave(&may(&officer(Role::Desk)), issued.card.number)
        .await
        .unwrap();
    assert!(!house.carry_out(decided).await.unwrap());
    house
        .card(&may(&officer(Role::Desk)), issued.card.number)
        .await
        .unwrap();
}
