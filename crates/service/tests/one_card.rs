//! One card through the house, on both databases: issued, checked, entered on, replaced, left on,
//! revoked; and every refusal leaves its trace.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use paso_domain::{
    card::{ApplicationPurpose, CardRefusal, RefusalGround, RevocationReason, Standing},
    encounter::{Breach, Outcome},
    policy::{Role, powers},
    stay::{Ending, EntryGround, StayRefusal},
};
use paso_formats::{
    field::StateCode,
    moment::{DAY, HOUR, Moment},
    name::PersonName,
    verdict::{Finding, Light},
};
use paso_service::{
    ServiceError,
    checkpoint::EncounterForm,
    desk::RefusalForm,
    error::Refusal,
    testing::{House, MORNING, application, may, officer},
};
use paso_store::testing::Engine;

fn morning() -> Moment {
    MORNING.parse().unwrap()
}

#[tokio::test]
async fn a_card_is_issued_checked_entered_on_and_left_on() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let (desk, checkpoint) = (officer(Role::Desk), officer(Role::Checkpoint));

        let assessment = house.assess(&may(&desk), &application()).unwrap();
        assert!(assessment.eligibility.is_eligible(), "{assessment:?}");
        let issued = house.issue(&may(&desk), &application()).await.unwrap();
        assert!(issued.card.number.to_string().starts_with("TAL-"));

        // The verdict knows only what is printed, the bundle and the clock.
        let shown = vec![issued.card.text.clone()];
        let verdict = house.check(&may(&checkpoint), &shown).unwrap();
        assert_eq!(
            (verdict.finding, verdict.light),
            (Finding::Valid, Light::Green)
        );

        let entry = house.enter(&may(&desk), issued.card.number).await.unwrap();
        assert_eq!(
            entry.entry.leave_by,
            morning()
                .plus(72 * HOUR)
                .min(entry.entry.not_overstayed_until)
        );
        let both = vec![issued.card.text.clone(), entry.entry.slip_text.clone()];
        assert_eq!(
            house.check(&may(&checkpoint), &both).unwrap().finding,
            Finding::ValidStay
        );
        // In any order: who scans does not have to know which paper is which.
        let swapped: Vec<_> = both.iter().rev().cloned().collect();
        assert_eq!(
            house.check(&may(&checkpoint), &swapped).unwrap().finding,
            Finding::ValidStay
        );

        house.clock().set(entry.entry.leave_by.plus(1));
        let late = house.check(&may(&checkpoint), &both).unwrap();
        if entry.entry.leave_by < entry.entry.not_overstayed_until {
            assert_eq!(
                (late.finding, late.light),
                (Finding::ValidLeaveNow, Light::Green)
            );
        }
        house.clock().set(entry.entry.not_overstayed_until.plus(1));
        assert_eq!(
            house.check(&may(&checkpoint), &both).unwrap().finding,
            Finding::Overstayed
        );

        let left = house.leave(&may(&desk), issued.card.number).await.unwrap();
        assert_eq!(left.stay.unwrap().entry, entry.entry);
        let stays = house.stays(&may(&desk), issued.card.number).await.unwrap();
        assert!(matches!(stays[0].ending, Some(Ending::Exited { .. })));
        house.stop().await;
    }
}

#[tokio::test]
async fn a_replaced_card_dies_and_its_holder_stays_one_person() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    let first = house.issue(&may(&desk), &application()).await.unwrap();
    let entry = house.enter(&may(&desk), first.card.number).await.unwrap();

    let mut form = application();
    form.purpose = ApplicationPurpose::Replacement {
        of: first.card.number,
    };
    let second = house.issue(&may(&desk), &form).await.unwrap();
    assert_eq!(second.card.person, first.card.person);
    let old = house.card(&may(&desk), first.card.number).await.unwrap();
    assert!(matches!(old.standing, Standing::Replaced { by, .. } if by == second.card.number));
    let verdict = house
        .check(&may(&desk), core::slice::from_ref(&first.card.text))
        .unwrap();
    assert_eq!(verdict.finding, Finding::Revoked);

    // The stay goes on; the exit is recorded on the new card.
    let left = house.leave(&may(&desk), second.card.number).await.unwrap();
    assert_eq!(left.stay.unwrap().entry.stay, entry.entry.stay);
    // Entering again on the old one is refused, and says what to do.
    let refused = house
        .enter(&may(&desk), first.card.number)
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        ServiceError::Refused(Refusal::Stay(StayRefusal::Entry(EntryGround::CardReplaced)))
    ));
}

#[tokio::test]
async fn a_new_entry_closes_an_open_stay_as_nobodys_fault() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    let card = house.issue(&may(&desk), &application()).await.unwrap().card;
    let first = house.enter(&may(&desk), card.number).await.unwrap();
    house.clock().set(morning().plus(30 * DAY));
    let second = house.enter(&may(&desk), card.number).await.unwrap();
    assert_eq!(second.closed, [first.entry.stay]);
    let stays = house.stays(&may(&desk), card.number).await.unwrap();
    assert_eq!(stays[1].ending, Some(Ending::NotRecorded));
}

#[tokio::test]
async fn an_application_that_is_refused_says_why_and_what_to_do() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    let mut form = application();
    form.nationality = StateCode::HND;
    form.documents[0].issuer = StateCode::HND;
    assert!(
        !house
            .assess(&may(&desk), &form)
            .unwrap()
            .eligibility
            .is_eligible()
    );

    // Issuing all the same is refused, and that it was asked is in today's list.
    let refused = house.issue(&may(&desk), &form).await.unwrap_err();
    assert!(matches!(
        refused,
        ServiceError::Refused(Refusal::Card(CardRefusal::NotEligible))
    ));
    let today = house.today(&desk).unwrap();
    let acts = house.acts(&may(&desk), today, None).await.unwrap();
    assert_eq!(acts[0].kind, "command.refused");
    assert_eq!(acts[0].code.as_deref(), Some("card-not-eligible"));

    let words = |reasons: &str| RefusalForm {
        ground: RefusalGround::NotEligible,
        reasons: reasons.into(),
        remedy: "Puede solicitar otra condición de estancia; no tiene costo preguntar.".into(),
    };
    assert!(house.refuse(&may(&desk), &form, words(" ")).await.is_err());
    let refusal = house
        .refuse(
            &may(&desk),
            &form,
            words("La regla de hoy cubre GTM y BLZ."),
        )
        .await
        .unwrap();
    let again = house.refusal(&may(&desk), refusal.id).await.unwrap();
    assert_eq!(again, refusal);
    assert_eq!(again.refusal.assessment, ["nationality-not-covered"]);
}

#[tokio::test]
async fn who_issues_does_not_revoke_and_a_revoked_card_turns_red_at_once() {
    let house = House::on(Engine::Sqlite).await;
    let (desk, supervisor) = (officer(Role::Desk), officer(Role::Supervisor));
    let card = house.issue(&may(&desk), &application()).await.unwrap().card;
    let beyond = house.permit::<powers::RevokeCard>(&desk).await;
    assert!(matches!(beyond, Err(ServiceError::NotAllowed(_))));
    let beyond = house.permit::<powers::DecideApplication>(&supervisor).await;
    assert!(matches!(beyond, Err(ServiceError::NotAllowed(_))));
    let revoke = || {
        let by = may(&supervisor);
        let house = &house;
        async move {
            house
                .revoke(&by, card.number, RevocationReason::Stolen, String::new())
                .await
        }
    };
    let before = house.bundle().unwrap();
    revoke().await.unwrap();
    let after = house.bundle().unwrap();
    after.replaces(&before).unwrap();
    assert_eq!(
        house
            .check(&may(&desk), core::slice::from_ref(&card.text))
            .unwrap()
            .finding,
        Finding::Revoked
    );
    assert!(matches!(revoke().await, Err(ServiceError::Refused(_))));
}

#[tokio::test]
async fn an_encounter_is_never_refused_and_its_receipt_names_nobody() {
    let house = House::on(Engine::Sqlite).await;
    let (desk, checkpoint) = (officer(Role::Desk), officer(Role::Checkpoint));
    let card = house.issue(&may(&desk), &application()).await.unwrap().card;
    let form = EncounterForm {
        place: "km 23, retén".into(),
        with_card: true,
        outcome: Outcome::TakenIntoCustody,
        legal_basis: String::new(),
        reason: "sospecha".into(),
        shown: vec![card.text.clone()],
    };
    let record = house.encounter(&may(&checkpoint), &form).await.unwrap();
    assert_eq!(
        record.breaches,
        [Breach::CustodyWithoutRed, Breach::CustodyWithoutBasis]
    );
    let found = house
        .receipts(&may(&checkpoint), record.encounter.receipt)
        .await
        .unwrap();
    assert_eq!(found, [record]);
    let kept = format!("{:?}", found[0]);
    assert!(
        !kept.contains(&card.number.to_string()) && !kept.contains("Xitumul"),
        "{kept}"
    );
}

#[tokio::test]
async fn two_records_of_one_person_are_merged_and_taken_apart_again() {
    let house = House::on(Engine::Sqlite).await;
    let (desk, supervisor) = (officer(Role::Desk), officer(Role::Supervisor));
    let passport = house.issue(&may(&desk), &application()).await.unwrap().card;
    let dpi = house.issue(&may(&desk), &application()).await.unwrap().card;
    assert_ne!(passport.person, dpi.person);
    let name = application().name;
    let birth = application().birth;
    assert_eq!(
        house
            .find_person(&may(&desk), &name, birth, None)
            .await
            .unwrap()
            .len(),
        2
    );

    let entry = house.enter(&may(&desk), dpi.number).await.unwrap();
    house
        .merge(
            &may(&supervisor),
            dpi.person,
            passport.person,
            "mismo DPI".into(),
        )
        .await
        .unwrap();
    let found = house
        .find_person(&may(&desk), &name, birth, None)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].cards.len(), 2);
    // One person, one stay: it ends on whichever card is shown.
    let left = house.leave(&may(&desk), passport.number).await.unwrap();
    assert_eq!(left.stay.unwrap().entry.stay, entry.entry.stay);

    house
        .undo_merge(&may(&supervisor), dpi.person, "eran gemelas".into())
        .await
        .unwrap();
    assert_eq!(
        house
            .find_person(&may(&desk), &name, birth, None)
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn after_a_merge_is_undone_everyone_has_their_own_stays_again() {
    let house = House::on(Engine::Sqlite).await;
    let (desk, supervisor) = (officer(Role::Desk), officer(Role::Supervisor));
    let one = house.issue(&may(&desk), &application()).await.unwrap().card;
    let other = house.issue(&may(&desk), &application()).await.unwrap().card;
    let first = house.enter(&may(&desk), one.number).await.unwrap().entry;
    house
        .merge(
            &may(&supervisor),
            other.person,
            one.person,
            "parecían la misma".into(),
        )
        .await
        .unwrap();
    house.clock().set(morning().plus(HOUR));
    let second = house.enter(&may(&desk), other.number).await.unwrap().entry;
    house
        .undo_merge(&may(&supervisor), other.person, "son hermanas".into())
        .await
        .unwrap();

    house.clock().set(morning().plus(2 * HOUR));
    let left = house.leave(&may(&desk), other.number).await.unwrap();
    assert_eq!(left.stay.unwrap().entry.stay, second.stay);
    // Her stay was closed while they were held to be one; her exit ends it all the same.
    let left = house.leave(&may(&desk), one.number).await.unwrap();
    assert_eq!(left.stay.unwrap().entry.stay, first.stay);
}

#[tokio::test]
async fn a_key_signs_within_its_window_and_never_beyond() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    house.clock().set(morning().plus(3 * 366 * DAY));
    let late = house.issue(&may(&desk), &application()).await.unwrap_err();
    assert!(
        matches!(&late, ServiceError::Device(said) if said.contains("Make a successor")),
        "{late}"
    );
}

#[tokio::test]
async fn only_a_record_that_the_register_offers_can_be_chosen() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    let known = house.issue(&may(&desk), &application()).await.unwrap().card;
    let mut form = application();
    form.person = Some(known.person);
    assert_eq!(
        house.issue(&may(&desk), &form).await.unwrap().card.person,
        known.person
    );
    form.name = PersonName::new("Ajeno", "Pedro");
    form.documents[0].number = "999999999".into();
    assert!(matches!(
        house.issue(&may(&desk), &form).await,
        Err(ServiceError::BadRequest {
            field: "person",
            ..
        })
    ));
}
