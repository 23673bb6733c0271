//! Whoever has copied a session's cookie has it as long as its owner, and signs nothing with it; and
//! a clock that was moved neither lengthens a session nor lets a signature be given for another time.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use paso_domain::{
    act::{Act, Way},
    card::RevocationReason,
    officer::OfficerEvent,
    policy::Role,
};
use paso_formats::moment::{HOUR, MINUTE};
use paso_service::{
    Service, ServiceError,
    approval::{Prepared, ProposalId, SigningRefusal},
    passkey::{PasskeyError, PasskeyRefusal, SigningIn},
    session::Token,
    testing::{Hand, House, application, may, officer},
};
use paso_store::testing::Engine;

async fn sign_in(house: &House, hand: &Hand) -> Token {
    let asks = house.begin_sign_in().await.unwrap();
    let answer = hand.answer(&asks.options);
    match house.finish_sign_in(&asks.ceremony, &answer).await.unwrap() {
        SigningIn::Session(token) => token,
        SigningIn::Choose(choice) => panic!("{choice:?}"),
    }
}

fn step(house: &House, seconds: i64) {
    house.clock().set(house.clock().now().plus(seconds));
}

/// What ends a session, for its owner and for whoever copied the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    SignedOut,
    SignedInAgain,
    Idle,
    Absolute,
    Dismissed,
    Suspended,
    GrantTaken,
    GrantOver,
}

async fn happen(house: &House, hand: &Hand, cookie: &Token, end: End) {
    let act = Act {
        at: house.clock().now(),
        post: hand.officer.post,
        officer: "INM-0001".parse().unwrap(),
        late: None,
    };
    let (from, way, reason) = (act.at, Way::Page, String::from("prueba"));
    let event = match end {
        End::SignedOut => return house.sign_out(cookie).await.unwrap(),
        End::SignedInAgain => {
            let new = sign_in(house, hand).await;
            house.replace_session(cookie, &new).await.unwrap();
            assert!(house.session(&new).await.is_ok(), "the new one goes on");
            return;
        }
        End::Idle => return step(house, 15 * MINUTE),
        End::Absolute => {
            for _ in 0..47 {
                step(house, 10 * MINUTE);
                assert!(house.session(cookie).await.is_ok(), "while it is used");
            }
            return step(house, 10 * MINUTE);
        }
        End::Dismissed => OfficerEvent::Dismissed {
            act,
            way,
            from,
            reason,
        },
        End::Suspended => OfficerEvent::Suspended {
            act,
            way,
            from,
            reason,
        },
        End::GrantTaken => OfficerEvent::GrantEnded {
            act,
            way,
            role: hand.officer.role,
            from,
            reason,
        },
        End::GrantOver => {
            // Another grant of the same role would go on.
            let ended = OfficerEvent::GrantEnded {
                act: act.clone(),
                way,
                role: hand.officer.role,
                from,
                reason,
            };
            house.record_of(&hand.officer, ended).await;
            let until = from.plus(10 * MINUTE);
            let granted = OfficerEvent::Granted {
                act,
                way: Way::Page,
                role: hand.officer.role,
                posts: vec![hand.officer.post],
                from,
                until: Some(until),
            };
            house.record_of(&hand.officer, granted).await;
            assert!(house.session(cookie).await.is_ok(), "until it is over");
            return step(house, 10 * MINUTE);
        }
    };
    house.record_of(&hand.officer, event).await;
}

#[tokio::test]
async fn a_stolen_cookie_ends_with_its_session() {
    for (end, by_the_register) in [
        (End::SignedOut, false),
        (End::SignedInAgain, false),
        (End::Idle, false),
        (End::Absolute, false),
        (End::Dismissed, true),
        (End::Suspended, true),
        (End::GrantTaken, true),
        (End::GrantOver, true),
    ] {
        let house = House::on(Engine::Sqlite).await;
        let hand = house.hand(officer(Role::Desk), 1).await;
        let cookie = sign_in(&house, &hand).await;
        let copied = Token::received(cookie.expose());
        assert!(house.session(&copied).await.is_ok(), "{end:?}");
        happen(&house, &hand, &cookie, end).await;
        match house.session(&copied).await {
            Err(ServiceError::AccessEnded) => assert!(by_the_register, "{end:?}"),
            Err(ServiceError::NotFound) => assert!(!by_the_register, "{end:?}"),
            other => panic!("{end:?}: {other:?}"),
        }
        // Going back in time brings none of them back.
        if matches!(end, End::Idle) {
            step(&house, -10 * MINUTE);
            assert!(house.session(&copied).await.is_err(), "{end:?}");
        }
    }
}

async fn revocation(house: &House, hand: &Hand) -> ProposalId {
    let desk = may(&officer(Role::Desk));
    let card = house.issue(&desk, &application()).await.unwrap().card;
    let service: &Service = house;
    let permit = may(&hand.officer);
    let prepared = service.revoke(
        &permit,
        card.number,
        RevocationReason::Stolen,
        String::new(),
    );
    match prepared.await.unwrap() {
        Prepared::ToSign(id) => id,
        Prepared::Done => panic!("it was done without a signature"),
    }
}

fn why<T: core::fmt::Debug>(result: Result<T, ServiceError>) -> SigningRefusal {
    match result {
        Err(ServiceError::Signing(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// With the cookie a thief can prepare what its owner may; no passkey but the owner's signs it.
#[tokio::test]
async fn a_stolen_cookie_signs_nothing() {
    let house = House::on(Engine::Sqlite).await;
    let owner = house.hand(officer(Role::Supervisor), 1).await;
    let cookie = sign_in(&house, &owner).await;
    let signed_in = house.session(&cookie).await.unwrap();
    let id = revocation(&house, &owner).await;
    let options = house
        .signing_options(&signed_in.officer, &id)
        .await
        .unwrap();
    // An authenticator of their own, and one that is registered for somebody else.
    let unknown = Hand::new(owner.officer.clone(), 7);
    let other = house.hand(officer(Role::Desk), 8).await;
    for thief in [&unknown, &other] {
        let answer = thief.answer(&options);
        let signed = house.sign(&signed_in.officer, &id, &answer).await;
        assert_eq!(why(signed), SigningRefusal::NotYours);
    }
    let signed = house
        .sign(&signed_in.officer, &id, &owner.answer(&options))
        .await;
    assert!(signed.is_ok(), "its owner still can");
}

/// The server's clock alone counts, and one that was set back is no longer shift.
#[tokio::test]
async fn a_session_does_not_outlast_a_clock_that_was_moved() {
    for (seconds, open) in [
        (-MINUTE, true),
        (-MINUTE - 1, false),
        (-24 * HOUR, false),
        (14 * MINUTE, true),
        (15 * MINUTE, false),
        (24 * HOUR, false),
    ] {
        let house = House::on(Engine::Sqlite).await;
        // In service since long before.
        step(&house, -48 * HOUR);
        let hand = house.hand(officer(Role::Desk), 1).await;
        step(&house, 48 * HOUR);
        let cookie = sign_in(&house, &hand).await;
        step(&house, seconds);
        assert_eq!(house.session(&cookie).await.is_ok(), open, "{seconds}");
        // What was refused once stays refused when the clock is right again, and one signs in anew.
        // Beyond its end nothing is written of a session: it is as if nobody had asked.
        step(&house, -seconds);
        if !open && seconds < 8 * HOUR {
            let now = house.session(&cookie).await;
            assert!(matches!(now, Err(ServiceError::NotFound)), "{seconds}");
        }
        let again = sign_in(&house, &hand).await;
        assert!(house.session(&again).await.is_ok(), "{seconds}");
    }
}

#[tokio::test]
async fn a_sign_in_is_answered_within_its_time_by_the_servers_clock() {
    for (seconds, taken) in [
        (-24 * HOUR, false),
        (-MINUTE - 1, false),
        (-MINUTE, true),
        (0, true),
        (5 * MINUTE - 1, true),
        (5 * MINUTE, false),
        (24 * HOUR, false),
    ] {
        let house = House::on(Engine::Sqlite).await;
        step(&house, -48 * HOUR);
        let hand = house.hand(officer(Role::Desk), 1).await;
        step(&house, 48 * HOUR);
        let asks = house.begin_sign_in().await.unwrap();
        let answer = hand.answer(&asks.options);
        step(&house, seconds);
        match house.finish_sign_in(&asks.ceremony, &answer).await {
            Ok(_) => assert!(taken, "{seconds}"),
            Err(PasskeyError::Refused(PasskeyRefusal::CeremonyOver)) => {
                assert!(!taken, "{seconds}");
            }
            Err(other) => panic!("{seconds}: {other}"),
        }
    }
}

#[tokio::test]
async fn an_act_is_signed_within_its_time_by_the_servers_clock() {
    for (seconds, expected) in [
        (-24 * HOUR, Some(SigningRefusal::FromLater)),
        (-MINUTE - 1, Some(SigningRefusal::FromLater)),
        (-MINUTE, None),
        (10 * MINUTE - 1, None),
        (10 * MINUTE, Some(SigningRefusal::Expired)),
        (24 * HOUR, Some(SigningRefusal::Expired)),
    ] {
        let house = House::on(Engine::Sqlite).await;
        step(&house, -48 * HOUR);
        let hand = house.hand(officer(Role::Supervisor), 1).await;
        step(&house, 48 * HOUR);
        let id = revocation(&house, &hand).await;
        let options = house.signing_options(&hand.officer, &id).await.unwrap();
        let answer = hand.answer(&options);
        step(&house, seconds);
        let signed = house.sign(&hand.officer, &id, &answer).await;
        match expected {
            None => assert!(signed.is_ok(), "{seconds}"),
            Some(expected) => assert_eq!(why(signed), expected, "{seconds}"),
        }
    }
}
