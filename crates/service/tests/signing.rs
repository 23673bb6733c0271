//! Acts that are signed: alone, by two, and not by one person for two.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use paso_domain::{
    card::{RefusalGround, RevocationReason},
    event::Event,
    id::OfficerNumber,
    policy::Role,
    subject::Subject,
};
use paso_formats::{
    approval::Approvals,
    assertion::{AssertionError, CredentialId},
    moment::{DAY, MINUTE},
    number::CardNumber,
};
use paso_service::{
    Officer, Service, ServiceError,
    approval::{DeclineReason, Prepared, ProposalId, Signed, SigningRefusal},
    desk::RefusalForm,
    passkey::{PasskeyError, PasskeyRefusal, SigningIn},
    testing::{Hand, House, application, may, officer},
};
use paso_store::testing::Engine;

/// A house with a desk and a supervisor who have passkeys, and a card.
struct Ground {
    house: House,
    desk: Hand,
    supervisor: Hand,
    card: CardNumber,
}

async fn ground() -> Ground {
    let house = House::on(Engine::Sqlite).await;
    let desk = house.hand(officer(Role::Desk), 1).await;
    let supervisor = house.hand(officer(Role::Supervisor), 2).await;
    let issued = house.issue(&may(&desk.officer), &application()).await;
    let card = issued.unwrap().card.number;
    Ground {
        house,
        desk,
        supervisor,
        card,
    }
}

/// The service's own functions; a house has shorter ways of its own.
fn service(house: &House) -> &Service {
    house
}

fn to_sign(prepared: Prepared) -> ProposalId {
    match prepared {
        Prepared::ToSign(id) => id,
        Prepared::Done => panic!("it was done without a signature"),
    }
}

async fn revocation(ground: &Ground) -> ProposalId {
    let permit = may(&ground.supervisor.officer);
    let prepared = service(&ground.house)
        .revoke(
            &permit,
            ground.card,
            RevocationReason::Stolen,
            "nota".into(),
        )
        .await;
    to_sign(prepared.unwrap())
}

async fn sign(house: &House, hand: &Hand, id: &ProposalId) -> Result<Signed, ServiceError> {
    let options = house.signing_options(&hand.officer, id).await?;
    house.sign(&hand.officer, id, &hand.answer(&options)).await
}

fn why<T: core::fmt::Debug>(result: Result<T, ServiceError>) -> SigningRefusal {
    match result {
        Err(ServiceError::Signing(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The kinds and approvals of a subject's rows, newest last.
async fn rows(house: &House, subject: &Subject) -> Vec<(String, Option<Approvals>)> {
    let rows = house.journal_of(subject).await;
    rows.into_iter()
        .map(|row| (row.kind, Approvals::read(&row.approvals).unwrap()))
        .collect()
}

#[tokio::test]
async fn a_grave_act_is_in_the_journal_once_it_is_signed_and_with_its_signature() {
    let ground = ground().await;
    let Ground {
        house, supervisor, ..
    } = &ground;
    let id = revocation(&ground).await;
    let subject = Subject::Card(ground.card);
    let before = rows(house, &subject).await.len();
    let shown = house.proposal(&supervisor.officer, &id).await.unwrap();
    assert_eq!((shown.command.as_str(), shown.own), ("card.revoke", true));
    assert!(shown.waits_for_me(house.clock().now()));
    let done = sign(house, supervisor, &id).await.unwrap();
    assert!(matches!(
        done,
        Signed::Done {
            hand_over: None,
            ..
        }
    ));

    let after = rows(house, &subject).await;
    assert_eq!(after.len(), before + 1);
    let (kind, approvals) = after.last().unwrap();
    let approvals = approvals.as_ref().unwrap();
    assert_eq!(kind, "card.revoked");
    let header = approvals.act().header();
    assert_eq!(
        (header.command.as_str(), header.officer.as_str()),
        ("card.revoke", "INM-0102")
    );
    assert_eq!(approvals.given().len(), 1);
    // Whatever was asked of the register before has no signature.
    assert!(
        after[..before]
            .iter()
            .all(|(_, approvals)| approvals.is_none())
    );
    assert_eq!(
        why(sign(house, supervisor, &id).await),
        SigningRefusal::Ended
    );
}

#[tokio::test]
async fn a_refusal_is_signed_with_the_claim_it_answers() {
    let ground = ground().await;
    let refusal = RefusalForm {
        ground: RefusalGround::IdentityNotShown,
        reasons: "El retrato es de otra persona.".into(),
        remedy: "Volver con su propio documento.".into(),
    };
    let permit = may(&ground.desk.officer);
    let (application, prepared) = service(&ground.house)
        .refuse(&permit, &application(), refusal)
        .await
        .unwrap();
    let id = to_sign(prepared);
    let permit = may(&ground.desk.officer);
    let looked = ground.house.refusal(&permit, application).await;
    assert!(matches!(looked, Err(ServiceError::NotFound)), "not yet");
    let done = sign(&ground.house, &ground.desk, &id).await.unwrap();
    let Signed::Done { events, .. } = done else {
        panic!("one signature is enough");
    };
    assert_eq!(events.len(), 3, "the claim, the application, the refusal");
    let found = rows(&ground.house, &Subject::Application(application)).await;
    assert!(found.iter().all(|(_, approvals)| approvals.is_some()));
}

#[tokio::test]
async fn nobody_else_sees_or_signs_what_one_signs_alone() {
    let ground = ground().await;
    let id = revocation(&ground).await;
    let other = &ground.desk;
    let absent = |result: Result<(), ServiceError>| matches!(result, Err(ServiceError::NotFound));
    let house = &ground.house;
    assert!(absent(house.proposal(&other.officer, &id).await.map(drop)));
    assert!(absent(sign(house, other, &id).await.map(drop)));
    // Another officer's passkey under one's own name.
    let options = house.signing_options(&ground.supervisor.officer, &id).await;
    let answer = other.answer(&options.unwrap());
    let signed = house.sign(&ground.supervisor.officer, &id, &answer).await;
    assert_eq!(why(signed), SigningRefusal::NotYours);
    assert!(house.waiting_for(&other.officer).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_signature_is_over_one_act_at_one_address_by_somebody_who_was_there() {
    let ground = ground().await;
    let (house, hand) = (&ground.house, &ground.supervisor);
    let first = revocation(&ground).await;
    let options = house.signing_options(&hand.officer, &first).await.unwrap();
    let replayed = hand.answer(&options);
    assert!(house.sign(&hand.officer, &first, &replayed).await.is_ok());
    let issued = house
        .issue(&may(&ground.desk.officer), &application())
        .await;
    let card = issued.unwrap().card.number;
    let ground = Ground { card, ..ground };
    let (house, hand) = (&ground.house, &ground.supervisor);
    let second = revocation(&ground).await;
    let signed = house.sign(&hand.officer, &second, &replayed).await;
    assert_eq!(
        why(signed),
        SigningRefusal::Answer(AssertionError::Challenge)
    );
    let options = house.signing_options(&hand.officer, &second).await.unwrap();
    let elsewhere = hand.answer_changed(&options, |c| c.origin = "http://other.localhost");
    let framed = hand.answer_changed(&options, |c| c.cross_origin = Some(true));
    for (answer, expected) in [
        (elsewhere, SigningRefusal::Answer(AssertionError::Origin)),
        (framed, SigningRefusal::Answer(AssertionError::CrossOrigin)),
        ("{}".to_owned(), SigningRefusal::Unreadable),
    ] {
        let signed = house.sign(&hand.officer, &second, &answer).await;
        assert_eq!(why(signed), expected);
    }
    let now = house.clock().now();
    house.clock().set(now.plus(10 * MINUTE));
    let options = house.signing_options(&hand.officer, &second).await.unwrap();
    let answer = hand.answer(&options);
    let late = house.sign(&hand.officer, &second, &answer).await;
    assert_eq!(why(late), SigningRefusal::Expired);
}

#[tokio::test]
async fn what_moved_on_meanwhile_is_looked_at_again() {
    let ground = ground().await;
    let (one, two) = (revocation(&ground).await, revocation(&ground).await);
    let (house, hand) = (&ground.house, &ground.supervisor);
    assert!(sign(house, hand, &one).await.is_ok());
    assert_eq!(
        why(sign(house, hand, &two).await),
        SigningRefusal::Overtaken
    );
    assert_eq!(why(sign(house, hand, &two).await), SigningRefusal::Ended);
}

#[tokio::test]
async fn without_a_passkey_nothing_grave_is_begun() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    let card = house.issue(&may(&desk), &application()).await.unwrap();
    let supervisor = officer(Role::Supervisor);
    let revoked = service(&house)
        .revoke(
            &may(&supervisor),
            card.card.number,
            RevocationReason::Stolen,
            String::new(),
        )
        .await;
    assert_eq!(why(revoked), SigningRefusal::NoPasskey);
}

/// An officer who lost a passkey, and an administrator who proposes a recovery.
struct Lost {
    ground: Ground,
    administrator: Hand,
    id: ProposalId,
}

async fn lost() -> Lost {
    let ground = ground().await;
    let administrator = ground.house.hand(officer(Role::Administrator), 3).await;
    let prepared = ground
        .house
        .recover_passkey(&may(&administrator.officer), &ground.desk.officer.number)
        .await;
    let id = to_sign(prepared.unwrap());
    Lost {
        ground,
        administrator,
        id,
    }
}

async fn refusals(house: &House, number: &OfficerNumber) -> Vec<String> {
    let events = house.events_of(&Subject::Officer(number.clone())).await;
    let refused = events.into_iter().filter_map(|event| match event {
        Event::Refused(refused) => Some(refused.reason),
        _ => None,
    });
    refused.collect()
}

#[tokio::test]
async fn a_lost_passkey_is_replaced_under_two_signatures() {
    let Lost {
        ground,
        administrator,
        id,
    } = lost().await;
    let (house, second) = (&ground.house, &ground.supervisor);
    assert!(
        house.waiting_for(&second.officer).await.unwrap().is_empty(),
        "a draft is nobody else's business"
    );
    let first = sign(house, &administrator, &id).await.unwrap();
    assert!(matches!(first, Signed::Waiting));
    let waiting = house.waiting_for(&second.officer).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].needs_two), (1, true));
    // A second person has days, and the house goes on meanwhile.
    let now = house.clock().now();
    house.clock().set(now.plus(6 * DAY));
    let Signed::Done {
        hand_over: Some(link),
        ..
    } = sign(house, second, &id).await.unwrap()
    else {
        panic!("the second signature does it, and gives the link");
    };
    let begun = house.begin_enrolment(&link).await.unwrap();
    assert!(begun.recovery);
    let mut renewed = Hand::new(ground.desk.officer.clone(), 7);
    let answer = renewed.register(&begun.asks.options);
    let enrolled = house.finish_enrolment(&link, &begun.asks.ceremony, &answer);
    assert!(enrolled.await.unwrap().recovery);
    let standing = house.standing(&renewed.officer.number).await.unwrap();
    assert_eq!(
        standing.passkeys.len(),
        1,
        "the new one has ended the old one"
    );
    for (hand, lets_in) in [(&ground.desk, false), (&renewed, true)] {
        let asks = house.begin_sign_in().await.unwrap();
        let answer = hand.answer(&asks.options);
        match house.finish_sign_in(&asks.ceremony, &answer).await {
            Ok(SigningIn::Session(_)) => assert!(lets_in),
            Err(PasskeyError::Refused(PasskeyRefusal::Ended)) => assert!(!lets_in),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn one_person_is_refused_as_one() {
    let Lost {
        ground,
        administrator,
        id,
    } = lost().await;
    let house = &ground.house;
    assert!(sign(house, &administrator, &id).await.is_ok());
    // The same officer again.
    assert_eq!(
        why(sign(house, &administrator, &id).await),
        SigningRefusal::SamePerson
    );
    // The same officer in the other role.
    let as_supervisor = Officer {
        role: Role::Supervisor,
        ..administrator.officer.clone()
    };
    let options = house.signing_options(&as_supervisor, &id).await.unwrap();
    let answer = administrator.answer(&options);
    let signed = house.sign(&as_supervisor, &id, &answer).await;
    assert_eq!(why(signed), SigningRefusal::SamePerson);
    // A second number whose passkey is the first one's key under another name.
    let mut twin_officer = officer(Role::Supervisor);
    twin_officer.number = "INM-0199".parse().unwrap();
    let link = house.invited(&twin_officer).await;
    let mut twin = Hand::new(twin_officer, 3);
    twin.key = twin.key.renamed(CredentialId::new(vec![0x77; 16]).unwrap());
    let begun = house.begin_enrolment(&link).await.unwrap();
    let answer = twin.register(&begun.asks.options);
    let enrolled = house.finish_enrolment(&link, &begun.asks.ceremony, &answer);
    assert!(enrolled.await.is_ok(), "nothing tells them apart here");
    assert_eq!(why(sign(house, &twin, &id).await), SigningRefusal::SameKey);
    let mut journaled = refusals(house, &administrator.officer.number).await;
    journaled.extend(refusals(house, &twin.officer.number).await);
    assert_eq!(
        journaled,
        [
            "signing-same-person",
            "signing-same-person",
            "signing-same-key"
        ]
    );
    // The second person is still awaited.
    assert!(sign(house, &ground.supervisor, &id).await.is_ok());
}

#[tokio::test]
async fn a_second_person_may_say_no() {
    let Lost {
        ground,
        administrator,
        id,
    } = lost().await;
    let house = &ground.house;
    assert!(sign(house, &administrator, &id).await.is_ok());
    let declined = house.decline(&ground.supervisor.officer, &id, DeclineReason::NoGround);
    declined.await.unwrap();
    assert_eq!(
        why(sign(house, &ground.supervisor, &id).await),
        SigningRefusal::Ended
    );
    let journaled = refusals(house, &ground.desk.officer.number).await;
    assert_eq!(journaled, ["declined-no-ground"]);
    let own = house.proposed_by(&administrator.officer).await.unwrap();
    let ended = own[0].ended.as_ref().unwrap();
    assert_eq!(ended.reason.as_deref(), Some("declined-no-ground"));
}
