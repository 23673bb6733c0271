//! Passkeys from the invitation to the end of access: what lets in, and what does not, each with its
//! own reason.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use paso_domain::{
    act::{Act, Way},
    officer::{OfficerEvent, OfficerRefusal, PasskeyEndReason},
    policy::Role,
};
use paso_formats::{
    assertion::{Assertion, AssertionError, CredentialId, CredentialKey, Expectation, Flags},
    moment::{DAY, HOUR, MINUTE},
    testing::Ceremony,
};
use paso_service::{
    ServiceError,
    passkey::{PasskeyError, PasskeyRefusal, SigningIn},
    session::Token,
    testing::{HOST, Hand, House, PAGES, officer},
};
use paso_store::testing::Engine;

async fn house() -> House {
    House::on(Engine::Sqlite).await
}

fn act_of(house: &House, hand: &Hand) -> Act {
    Act {
        at: house.clock().now(),
        post: hand.officer.post,
        officer: "INM-0001".parse().unwrap(),
        late: None,
    }
}

async fn sign_in(house: &House, hand: &Hand) -> Result<Token, PasskeyError> {
    let asks = house.begin_sign_in().await?;
    let answer = hand.answer(&asks.options);
    match house.finish_sign_in(&asks.ceremony, &answer).await? {
        SigningIn::Session(token) => Ok(token),
        SigningIn::Choose(choice) => panic!("{choice:?}"),
    }
}

fn why<T: core::fmt::Debug>(result: Result<T, PasskeyError>) -> PasskeyRefusal {
    match result {
        Err(PasskeyError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_invitation_becomes_a_passkey_and_the_passkey_a_session() {
    let house = house().await;
    let desk = officer(Role::Desk);
    let link = house.invited(&desk).await;
    let mut hand = Hand::new(desk.clone(), 1);
    // Looking uses nothing up, and what is asked for is what the guides promise.
    let looked = house.begin_enrolment(&link).await.unwrap();
    let begun = house.begin_enrolment(&link).await.unwrap();
    assert_eq!(
        (looked.officer.as_str(), looked.recovery),
        ("INM-0417", false)
    );
    let options: serde_json::Value = serde_json::from_str(&begun.asks.options).unwrap();
    assert_eq!(options["rp"]["id"], HOST);
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(
        options["authenticatorSelection"]["userVerification"],
        "required"
    );
    let kinds = options["pubKeyCredParams"].as_array().unwrap();
    let kinds: Vec<_> = kinds
        .iter()
        .map(|kind| kind["alg"].as_i64().unwrap())
        .collect();
    assert_eq!(kinds, [-7, -257]);
    assert_ne!(
        looked.asks.options, begun.asks.options,
        "each its own challenge"
    );

    let answer = hand.register(&begun.asks.options);
    // The answer to one page is none to another.
    let crossed = house.finish_enrolment(&link, &looked.asks.ceremony, &answer);
    assert_eq!(
        why(crossed.await),
        PasskeyRefusal::Answer(AssertionError::Challenge)
    );
    let enrolled = house.finish_enrolment(&link, &begun.asks.ceremony, &answer);
    assert_eq!(enrolled.await.unwrap().officer, desk.number);
    let again = house.finish_enrolment(&link, &begun.asks.ceremony, &answer);
    assert_eq!(why(again.await), PasskeyRefusal::CeremonyOver);
    assert_eq!(
        why(house.begin_enrolment(&link).await),
        PasskeyRefusal::Register(OfficerRefusal::InvitationUsed)
    );

    let session = sign_in(&house, &hand).await.unwrap();
    let signed_in = house.session(&session).await.unwrap();
    assert_eq!(signed_in.officer, desk);
    assert_eq!(
        signed_in.credential.as_deref(),
        Some(hand.key.credential().as_bytes())
    );
    assert!(signed_in.owns_form(&signed_in.form_token) && !signed_in.owns_form(""));
    // Idle for a quarter of an hour, and at most a shift.
    let start = house.clock().now();
    for quarter in 1..=33 {
        house.clock().set(start.plus(quarter * 14 * MINUTE + 30));
        let open = house.session(&session).await.is_ok();
        assert_eq!(open, quarter * 14 * MINUTE + 30 < 8 * HOUR, "{quarter}");
    }
    let session = sign_in(&house, &hand).await.unwrap();
    let now = house.clock().now();
    house.clock().set(now.plus(15 * MINUTE));
    assert!(matches!(
        house.session(&session).await,
        Err(ServiceError::NotFound)
    ));
}

#[tokio::test]
async fn links_that_do_not_lead_in_say_why() {
    let house = house().await;
    let link = house.invited(&officer(Role::Desk)).await;
    for unknown in [
        "",
        "INM-0417",
        "INM-0417~AAAA",
        "INM-9999~AAAA",
        "~",
        "../../x",
    ] {
        let looked = house.begin_enrolment(&Token::received(unknown)).await;
        assert_eq!(why(looked), PasskeyRefusal::LinkUnknown, "{unknown:?}");
    }
    let mut hand = Hand::new(officer(Role::Desk), 1);
    let begun = house.begin_enrolment(&link).await.unwrap();
    let answer = hand.register(&begun.asks.options);
    let now = house.clock().now();
    house.clock().set(now.plus(5 * MINUTE));
    let late = house.finish_enrolment(&link, &begun.asks.ceremony, &answer);
    assert_eq!(
        why(late.await),
        PasskeyRefusal::CeremonyOver,
        "five minutes"
    );
    house.clock().set(now.plus(DAY));
    assert_eq!(
        why(house.begin_enrolment(&link).await),
        PasskeyRefusal::Register(OfficerRefusal::InvitationExpired)
    );
}

#[tokio::test]
async fn a_passkey_is_one_persons() {
    let house = house().await;
    let desk = house.hand(officer(Role::Desk), 1).await;
    // The same authenticator for somebody else.
    let other = officer(Role::Checkpoint);
    let link = house.invited(&other).await;
    let mut same = Hand::new(other.clone(), 1);
    let begun = house.begin_enrolment(&link).await.unwrap();
    let answer = same.register(&begun.asks.options);
    let refused = house.finish_enrolment(&link, &begun.asks.ceremony, &answer);
    assert_eq!(
        why(refused.await),
        PasskeyRefusal::Register(OfficerRefusal::PasskeyKnown)
    );
    // A passkey that says it is another officer's.
    let asks = house.begin_sign_in().await.unwrap();
    let mut false_name = Hand::new(desk.officer.clone(), 1);
    false_name.handle = same.handle.clone();
    let answer = false_name.answer(&asks.options);
    let refused = house.finish_sign_in(&asks.ceremony, &answer).await;
    assert_eq!(why(refused), PasskeyRefusal::AnotherOfficer);
    // One that nobody registered.
    let mut stranger = Hand::new(desk.officer.clone(), 9);
    stranger.handle = desk.handle.clone();
    assert_eq!(
        why(sign_in(&house, &stranger).await),
        PasskeyRefusal::NotRegistered
    );
    assert!(sign_in(&house, &desk).await.is_ok());
}

/// Something wrong with an answer, and what is said of it.
type Wrong = (fn(&mut Ceremony<'_>), AssertionError);

/// What can be wrong with an answer.
const WRONG: [Wrong; 7] = [
    (|c| c.kind = Some("webauthn.create"), AssertionError::Kind),
    (
        |c| c.challenge = b"of another act",
        AssertionError::Challenge,
    ),
    (
        |c| c.origin = "http://other.localhost",
        AssertionError::Origin,
    ),
    (
        |c| c.origin = "http://mx.localhost:8461",
        AssertionError::Origin,
    ),
    (|c| c.cross_origin = Some(true), AssertionError::CrossOrigin),
    (|c| c.rp_id = "gt.localhost", AssertionError::RelyingParty),
    (
        |c| c.flags = Flags::USER_PRESENT.with(Flags::BACKUP_ELIGIBLE),
        AssertionError::NotVerified,
    ),
];

/// webauthn-rs opens sessions, `formats` verifies approvals: they must not see things differently.
#[tokio::test]
async fn both_verifiers_say_the_same() {
    let house = house().await;
    let desk = house.hand(officer(Role::Desk), 1).await;
    for (change, expected) in WRONG {
        let asks = house.begin_sign_in().await.unwrap();
        let answer = desk.answer_changed(&asks.options, change);
        let said = house.finish_sign_in(&asks.ceremony, &answer).await;
        assert!(said.is_err(), "{expected:?}");
        assert_eq!(why(said), PasskeyRefusal::Answer(expected));
        // The ceremony is used up: a second, better answer to it opens nothing.
        let better = desk.answer(&asks.options);
        let said = house.finish_sign_in(&asks.ceremony, &better).await;
        assert_eq!(why(said), PasskeyRefusal::CeremonyOver);

        let mut ceremony = Ceremony::new(HOST, PAGES, b"challenge");
        change(&mut ceremony);
        assert_eq!(verify(&desk, &desk.key.assert(&ceremony)), Err(expected));
    }
    // The signature of another ceremony.
    let asks = house.begin_sign_in().await.unwrap();
    let other = house.begin_sign_in().await.unwrap();
    let signature = |answer: &str| {
        let after = answer.split_once("\"signature\":\"").unwrap().1;
        after.split_once('"').unwrap().0.to_owned()
    };
    let (good, foreign) = (desk.answer(&asks.options), desk.answer(&other.options));
    let forged = good.replace(&signature(&good), &signature(&foreign));
    let said = house.finish_sign_in(&asks.ceremony, &forged).await;
    assert_eq!(why(said), PasskeyRefusal::Answer(AssertionError::Signature));
    for nonsense in ["", "{}", "[]", "{\"id\":1}"] {
        let asks = house.begin_sign_in().await.unwrap();
        let said = house.finish_sign_in(&asks.ceremony, nonsense).await;
        assert_eq!(why(said), PasskeyRefusal::Unreadable, "{nonsense}");
    }
}

fn verify(hand: &Hand, assertion: &Assertion) -> Result<(), AssertionError> {
    let key: &CredentialKey = hand.key.public_key();
    let expected = Expectation {
        rp_id: HOST,
        origins: &[PAGES.to_owned()],
        challenge: b"challenge",
    };
    let _: &CredentialId = assertion.credential();
    assertion.verify(key, &expected).map(drop)
}

/// An answer is good for the ceremony it answers, once.
#[tokio::test]
async fn a_replayed_answer_opens_nothing() {
    let house = house().await;
    let desk = house.hand(officer(Role::Desk), 1).await;
    let first = house.begin_sign_in().await.unwrap();
    let answer = desk.answer(&first.options);
    assert!(house.finish_sign_in(&first.ceremony, &answer).await.is_ok());
    let again = house.finish_sign_in(&first.ceremony, &answer).await;
    assert_eq!(why(again), PasskeyRefusal::CeremonyOver);
    let second = house.begin_sign_in().await.unwrap();
    let elsewhere = house.finish_sign_in(&second.ceremony, &answer).await;
    assert_eq!(
        why(elsewhere),
        PasskeyRefusal::Answer(AssertionError::Challenge)
    );
}

/// A count that steps back is journaled and refuses nobody.
#[tokio::test]
async fn a_count_that_steps_back_is_evidence() {
    let house = house().await;
    let desk = house.hand(officer(Role::Desk), 1).await;
    for (count, steps_back) in [(5, 0), (6, 0), (3, 1), (7, 1), (7, 2), (0, 3)] {
        let asks = house.begin_sign_in().await.unwrap();
        let answer = desk.answer_changed(&asks.options, |c| c.sign_count = count);
        assert!(house.finish_sign_in(&asks.ceremony, &answer).await.is_ok());
        let standing = house.standing(&desk.officer.number).await.unwrap();
        assert_eq!(standing.passkeys[0].stepped_back, steps_back, "{count}");
    }
}

/// Access ends with the word that ends it, also for a session that is open.
#[tokio::test]
async fn an_open_session_ends_with_its_officers_standing() {
    let house = house().await;
    let ends: [fn(&House, &Hand) -> OfficerEvent; 4] = [
        |house, hand| OfficerEvent::Dismissed {
            act: act_of(house, hand),
            way: Way::Page,
            from: house.clock().now(),
            reason: "fin del servicio".into(),
        },
        |house, hand| OfficerEvent::Suspended {
            act: act_of(house, hand),
            way: Way::Page,
            from: house.clock().now(),
            reason: "investigación".into(),
        },
        |house, hand| OfficerEvent::GrantEnded {
            act: act_of(house, hand),
            way: Way::Page,
            role: hand.officer.role,
            from: house.clock().now(),
            reason: "cambio de función".into(),
        },
        |house, hand| OfficerEvent::PasskeyEnded {
            act: act_of(house, hand),
            way: Way::Page,
            credential: hand.key.credential().as_bytes().to_vec(),
            reason: PasskeyEndReason::Lost,
            from: house.clock().now(),
            compromised_from: None,
            note: String::new(),
        },
    ];
    let expected = [
        PasskeyRefusal::NotInService,
        PasskeyRefusal::NotInService,
        PasskeyRefusal::NoRole,
        PasskeyRefusal::Ended,
    ];
    let roles = [
        Role::Desk,
        Role::Checkpoint,
        Role::Supervisor,
        Role::Inspector,
    ];
    for (at, (end, expected)) in ends.into_iter().zip(expected).enumerate() {
        let seed = u8::try_from(at).unwrap() + 1;
        let hand = house.hand(officer(roles[at]), seed).await;
        let session = sign_in(&house, &hand).await.unwrap();
        assert!(house.session(&session).await.is_ok());
        house.record_of(&hand.officer, end(&house, &hand)).await;
        assert!(matches!(
            house.session(&session).await,
            Err(ServiceError::AccessEnded)
        ));
        assert_eq!(why(sign_in(&house, &hand).await), expected);
    }
}

/// With several roles the officer chooses, within what is given, and only after being recognised.
#[tokio::test]
async fn whoever_has_two_roles_chooses() {
    let house = house().await;
    let hand = house.hand(officer(Role::Desk), 1).await;
    house
        .record_of(
            &hand.officer,
            OfficerEvent::Granted {
                act: act_of(&house, &hand),
                way: Way::Page,
                role: Role::Checkpoint,
                posts: Vec::new(),
                from: house.clock().now(),
                until: None,
            },
        )
        .await;
    let asks = house.begin_sign_in().await.unwrap();
    let answer = hand.answer(&asks.options);
    let SigningIn::Choose(choice) = house.finish_sign_in(&asks.ceremony, &answer).await.unwrap()
    else {
        panic!("there are two roles");
    };
    assert_eq!(choice.grants.len(), 2);
    let (hidalgo, talisman) = ("HID".parse().unwrap(), "TAL".parse().unwrap());
    let refused = house.choose(&choice.token, Some(Role::Desk), Some(hidalgo));
    let again = refused.await.unwrap().unwrap_err();
    let refused = house.choose(&again.token, Some(Role::Supervisor), Some(talisman));
    let again = refused.await.unwrap().unwrap_err();
    let chosen = house.choose(&again.token, Some(Role::Checkpoint), Some(hidalgo));
    let session = chosen.await.unwrap().unwrap();
    let signed_in = house.session(&session).await.unwrap().officer;
    assert_eq!(
        (signed_in.role, signed_in.post),
        (Role::Checkpoint, hidalgo)
    );
    let replayed = house.choose(&again.token, Some(Role::Desk), Some(talisman));
    assert_eq!(why(replayed.await), PasskeyRefusal::CeremonyOver);
}
