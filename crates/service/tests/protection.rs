//! The protection of one person, told as tests on both databases: what each reader gets, and what
//! no reader but the right one can tell.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here fails the test"
)]

use paso_domain::{
    id::PersonId,
    policy::Role,
    protection::{Answer, Breach, Channel, Consenting, Duty, FlagAfter},
};
use paso_formats::field::StateCode;
use paso_service::{
    ServiceError,
    testing::{House, application, may, officer},
};
use paso_store::testing::Engine;
use std::collections::BTreeSet;

const GTM: StateCode = StateCode::GTM;

async fn somebody(house: &House, birth: &str) -> PersonId {
    let mut form = application();
    form.birth = birth.parse().unwrap();
    form.accompaniment = paso_domain::eligibility::Accompaniment::NotBoth {
        permission: Some(paso_domain::programme::Permission::Notary),
        birth_certificate_issued: Some(jiff::civil::date(2014, 6, 1)),
    };
    let issued = house.issue(&may(&officer(Role::Desk)), &form).await;
    issued.unwrap().card.person
}

async fn screen(house: &House, person: PersonId, answers: &[Answer]) {
    let answers: BTreeSet<_> = answers.iter().copied().collect();
    let desk = may(&officer(Role::Desk));
    house.screen(&desk, person, answers).await.unwrap();
}

fn refused(answer: Result<(), ServiceError>) -> &'static str {
    match answer {
        Err(ServiceError::Refused(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_claim_holds_the_notice_and_only_consent_lets_it_through() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let (supervisor, refuge) = (officer(Role::Supervisor), officer(Role::Refuge));
        let consulate = officer(Role::ConsulateGt);
        let person = somebody(&house, "1990-05-31").await;
        let tell = async || house.give_notice(&may(&supervisor), person, GTM).await;
        assert_eq!(refused(tell().await), "notice-before-screening");
        screen(&house, person, &[Answer::NoneStated]).await;
        house.notify_claim(&may(&refuge), person).await.unwrap();
        assert_eq!(refused(tell().await), "notice-held");
        let seen = house.protection(&may(&supervisor), person).await.unwrap();
        assert!(seen.flag && !seen.referred && seen.notices.is_empty());
        let found = house.notices(&may(&consulate)).await.unwrap();
        assert!(!found.waiting && found.received.is_empty());
        // Consent to another state's consulate is none to this one's.
        for (to, code) in [(StateCode::HND, Some("notice-held")), (GTM, None)] {
            let evidence = "Escrito firmado ante intérprete";
            house
                .consent(&may(&refuge), person, to, Consenting::Person, evidence)
                .await
                .unwrap();
            if let Some(code) = code {
                assert_eq!(refused(tell().await), code);
            }
        }
        tell().await.unwrap();
        let found = house.notices(&may(&consulate)).await.unwrap();
        assert!(found.waiting && found.received.is_empty());
        house.receive_notices(&may(&consulate)).await.unwrap();
        let found = house.notices(&may(&consulate)).await.unwrap();
        assert_eq!((found.waiting, found.received.len()), (false, 1));
        // No other consulate has anything.
        let other = officer(Role::ConsulateHn);
        let found = house.notices(&may(&other)).await.unwrap();
        assert!(!found.waiting && found.received.is_empty());
    }
}

/// A Guatemalan consulate cannot tell a claimant from anybody else: nothing comes and nothing goes.
#[tokio::test]
async fn a_claim_leaves_no_trace_at_a_consulate() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let (supervisor, refuge) = (officer(Role::Supervisor), officer(Role::Refuge));
        let consulate = may(&officer(Role::ConsulateGt));
        let empty = house.notices(&consulate).await.unwrap();
        // Told, not yet received, then a claim: as if it had never been.
        let person = somebody(&house, "1990-05-31").await;
        screen(&house, person, &[Answer::NoneStated]).await;
        let told = house.give_notice(&may(&supervisor), person, GTM).await;
        told.unwrap();
        house.notify_claim(&may(&refuge), person).await.unwrap();
        assert_eq!(house.notices(&consulate).await.unwrap(), empty);
        house.receive_notices(&consulate).await.unwrap();
        assert_eq!(house.notices(&consulate).await.unwrap(), empty);
        // The claim ends without protection: now it may be received, and a later claim changes
        // nothing of what was.
        let permit = may(&refuge);
        let lifted = house.end_claim(&permit, person, FlagAfter::Lifted);
        lifted.await.unwrap();
        house.receive_notices(&consulate).await.unwrap();
        let received = house.notices(&consulate).await.unwrap();
        assert_eq!(received.received.len(), 1);
        house.notify_claim(&may(&refuge), person).await.unwrap();
        assert_eq!(house.notices(&consulate).await.unwrap(), received);
    }
}

/// Enforcement cannot tell one reason from another, nor a referral to one from that to another.
#[tokio::test]
async fn no_reason_reaches_enforcement() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let (desk, refuge) = (officer(Role::Desk), officer(Role::Refuge));
        let mut seen = Vec::new();
        for (answer, claims) in [
            (Answer::FearsReturn, false),
            (Answer::VictimOfCrime, true),
            (Answer::ChildOrMayBe, true),
        ] {
            let person = somebody(&house, "1990-05-31").await;
            screen(&house, person, &[answer]).await;
            if claims {
                house.notify_claim(&may(&refuge), person).await.unwrap();
            }
            let mut known = house.protection(&may(&desk), person).await.unwrap();
            known.person = PersonId::from_random([0; 16]);
            seen.push(known);
        }
        assert!(seen[0].flag && seen[0].referred);
        assert!(seen.iter().all(|known| *known == seen[0]), "{seen:#?}");
        // Refuge has those who were referred to it or claim, and not the other answers.
        let matters = house.refuge_matters(&may(&refuge), None).await.unwrap();
        assert_eq!(matters.len(), 3);
        assert_eq!(matters.iter().filter(|m| m.referred).count(), 1);
    }
}

#[tokio::test]
async fn a_notice_told_elsewhere_is_kept_with_its_breach() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let supervisor = officer(Role::Supervisor);
        let person = somebody(&house, "2004-02-01").await;
        let before = house.protection(&may(&supervisor), person).await.unwrap();
        assert_eq!(before.consulates, [(GTM, Duty::Owed)]);
        let note = "Llamada de la estación";
        house
            .report_notice(&may(&supervisor), person, GTM, note)
            .await
            .unwrap();
        let after = house.protection(&may(&supervisor), person).await.unwrap();
        assert_eq!(after.consulates, [(GTM, Duty::Done)]);
        assert_eq!(after.notices[0].channel, Channel::Elsewhere);
        assert_eq!(after.notices[0].breaches, [Breach::NoticeBeforeScreening]);
        // A child by the date of birth is one in the screening, whatever is ticked: their own
        // consent is none.
        screen(&house, person, &[Answer::NoneStated]).await;
        let refuge = may(&officer(Role::Refuge));
        let own = house.consent(&refuge, person, GTM, Consenting::Person, "Escrito");
        assert_eq!(refused(own.await), "consent-of-child");
    }
}

/// What is known of one record holds for all that are found to be the same person.
#[tokio::test]
async fn a_flag_goes_with_the_person_through_a_merge() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let (supervisor, refuge) = (officer(Role::Supervisor), officer(Role::Refuge));
        let (a, b) = (
            somebody(&house, "1990-05-31").await,
            somebody(&house, "1990-05-31").await,
        );
        screen(&house, b, &[Answer::NoneStated]).await;
        house.notify_claim(&may(&refuge), a).await.unwrap();
        let permit = may(&supervisor);
        let merged = house.merge(&permit, a, b, "Mismo pasaporte".into());
        merged.await.unwrap();
        let told = house.give_notice(&may(&supervisor), b, GTM).await;
        assert_eq!(refused(told), "notice-held");
        for record in [a, b] {
            let seen = house.protection(&may(&supervisor), record).await.unwrap();
            assert!(seen.flag);
        }
    }
}

#[tokio::test]
async fn of_nobody_nothing_is_known() {
    let house = House::on(Engine::Sqlite).await;
    let nobody = PersonId::from_random([9; 16]);
    let seen = house.protection(&may(&officer(Role::Desk)), nobody).await;
    assert!(matches!(seen, Err(ServiceError::NotFound)));
    let permit = may(&officer(Role::Refuge));
    let raised = house.notify_claim(&permit, nobody);
    assert!(matches!(raised.await, Err(ServiceError::NotFound)));
}

/// That somebody's protection was asked about stands in their list, in the same words for whoever
/// claims and for whoever was never asked anything; and where it cannot be written, nothing is shown.
#[tokio::test]
async fn asking_is_a_reading_and_tells_nothing_of_what_was_found() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let refuge = may(&officer(Role::Refuge));
        let inspector = may(&officer(Role::Inspector));
        let claimant = somebody(&house, "1990-05-31").await;
        let nobody = somebody(&house, "1984-02-29").await;
        screen(&house, claimant, &[Answer::FearsReturn]).await;
        house.notify_claim(&refuge, claimant).await.unwrap();
        let mut lists = Vec::new();
        for person in [claimant, nobody] {
            for role in [Role::Desk, Role::Supervisor] {
                let flag = house.protection(&may(&officer(role)), person).await;
                assert_eq!(flag.unwrap().flag, person == claimant);
            }
            let rows = house.accesses(&inspector, person, None).await.unwrap();
            let said: Vec<_> = rows
                .iter()
                .filter(|row| row.role != Role::Inspector)
                .map(|row| {
                    let record = row.record.to_string().replace(&person.to_string(), "…");
                    (record, row.role, row.power, row.how)
                })
                .collect();
            assert_eq!(said.len(), 2);
            assert!(said.iter().all(|(record, ..)| record == "protection:…"));
            lists.push(said);
        }
        assert_eq!(lists[0], lists[1]);
        house.stop().await;
    }
    // Nothing is shown that cannot be written down first.
    let house = House::on(Engine::Sqlite).await;
    let person = somebody(&house, "1990-05-31").await;
    let desk = may(&officer(Role::Desk));
    house.protection(&desk, person).await.unwrap();
    house.fill_disk().await;
    for _ in 0..400 {
        let later = house.clock().now().plus(paso_service::gate::SAME_READING);
        house.clock().set(later);
        if let Err(error) = house.protection(&desk, person).await {
            assert!(matches!(error, ServiceError::Append(_)), "{error}");
            return;
        }
    }
    panic!("the disk never filled");
}
