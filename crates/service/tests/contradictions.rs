//! Two places say what cannot both be true: it is somebody's to settle, and until then nobody it is
//! about is forgotten.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use paso_domain::{
    act::Act,
    card::{CardConflict, CardEvent, Presented, RevocationReason},
    contradiction::{Finding, SettleRefusal, Which},
    erasure::ErasureRefusal,
    event::Event,
    id::PersonId,
    policy::Role,
    subject::Subject,
};
use paso_formats::{
    moment::{DAY, MINUTE},
    number::CardNumber,
};
use paso_service::{
    Officer, Service, ServiceError,
    contradictions::Contradicted,
    error::Refusal,
    testing::{House, Outpost, application, may, officer},
};
use paso_store::testing::Engine;

fn at(post: &str, role: Role) -> Officer {
    Officer {
        post: post.parse().unwrap(),
        ..officer(role)
    }
}

/// A supervisor who has done nothing else.
fn another(post: &str) -> Officer {
    Officer {
        number: "INM-9001".parse().unwrap(),
        ..at(post, Role::Supervisor)
    }
}

/// A minute goes by everywhere.
fn pass(house: &House, posts: &[&Outpost]) {
    let now = house.clock().now().plus(MINUTE);
    house.clock().set(now);
    for post in posts {
        post.clock().set(now);
    }
}

async fn listed(house: &House, post: &str) -> Vec<Contradicted> {
    house.contradictions(&may(&another(post))).await.unwrap()
}

async fn settle(
    house: &Service,
    by: &Officer,
    one: &Contradicted,
    finding: Finding,
) -> Result<(), ServiceError> {
    let words = "se preguntó en el puesto";
    house
        .settle_contradiction(&may(by), &one.subject, one.found.which, finding, words)
        .await
}

fn refused(no: &Result<(), ServiceError>, expected: SettleRefusal) {
    assert!(
        matches!(no, Err(ServiceError::Refused(Refusal::Settle(no))) if *no == expected),
        "{no:?}"
    );
}

async fn obstacles(house: &House, person: PersonId) -> Vec<ErasureRefusal> {
    let clerk = may(&officer(Role::Transparency));
    let prospect = house.erasure_prospect(&clerk, person).await;
    prospect.unwrap().obstacles
}

#[tokio::test]
async fn a_revoked_card_that_a_post_believed_is_somebodys_to_settle() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let post = house.outpost("HID", Engine::Sqlite, 11).await;
        let desk = at("HID", Role::Desk);
        let issued = house
            .issue(&may(&at("TAL", Role::Desk)), &application())
            .await
            .unwrap();
        let (number, text) = (issued.card.number, issued.card.text);
        pass(&house, &[&post]);
        let supervisor = at("TAL", Role::Supervisor);
        house
            .revoke(
                &may(&supervisor),
                number,
                RevocationReason::Stolen,
                String::new(),
            )
            .await
            .unwrap();
        pass(&house, &[&post]);
        post.enter_shown(&may(&desk), &text, None).await.unwrap();
        assert_eq!(listed(&house, "HID").await, []);
        post.settle(&house).await;
        house.renew_bundle().await.unwrap();
        post.settle(&house).await;
        // Who is told by the new bundle believes nothing, and lets the person go.
        pass(&house, &[&post]);
        post.leave_shown(&may(&desk), &text, None).await.unwrap();
        post.settle(&house).await;

        // It is asked of the place that believed it, from the hour at which it did.
        // The place that revoked it sees so, too; a third does not.
        let found = listed(&house, "HID").await;
        assert_eq!(listed(&house, "TAL").await, found);
        assert_eq!(listed(&house, "CAB").await, []);
        let [one] = &found[..] else {
            panic!("{found:?}")
        };
        let which = Which::Card(CardConflict::UsedAfterEnd);
        assert_eq!(one.found.which, which);
        assert_eq!((one.card, one.found.owner.as_str()), (Some(number), "HID"));
        assert_eq!(one.due, one.found.since.plus(7 * DAY));
        assert!(!one.late);
        assert_eq!(
            obstacles(&house, issued.card.person).await,
            [ErasureRefusal::MatterOpen]
        );

        // Nobody says what was true of their own act; a post has only its own side.
        let own = settle(&house, &supervisor, one, Finding::WordCameLate).await;
        refused(&own, SettleRefusal::Party);
        let not_its = settle(&house, &another("HID"), one, Finding::KeyAbused).await;
        refused(&not_its, SettleRefusal::FindingDoesNotFit);
        let there = settle(&post, &another("HID"), one, Finding::WordCameLate).await;
        assert!(matches!(there, Err(ServiceError::AtHub)), "{there:?}");

        // Late it is shown to internal control as well, without a name.
        let control = may(&officer(Role::Inspector));
        let all = || house.contradictions_of_all(&control);
        assert_eq!(all().await.unwrap(), []);
        let now = house.clock().now();
        house.clock().set(one.due.plus(1));
        let late = all().await.unwrap();
        assert!(late.len() == 1 && late[0].late, "{late:?}");
        house.clock().set(now);

        let by = another("HID");
        settle(&house, &by, one, Finding::WordCameLate)
            .await
            .unwrap();
        assert_eq!(listed(&house, "HID").await, []);
        assert_eq!(obstacles(&house, issued.card.person).await, []);
        let twice = settle(&house, &by, one, Finding::WordCameLate).await;
        refused(&twice, SettleRefusal::Already);
        // Both facts and what was found of them can be read.
        let known = house
            .contradiction(&may(&by), &one.subject, which)
            .await
            .unwrap();
        assert_eq!(known.found.sides, one.found.sides);
        assert_eq!(known.found.settled[0].1.finding, Finding::WordCameLate);
        let record = house.card(&may(&supervisor), number).await.unwrap();
        assert!(!record.contradictions[0].found.is_open());
    }
}

#[tokio::test]
async fn one_stay_that_ended_at_two_posts_is_asked_of_the_later() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 11).await;
    let (hub, desk) = (at("TAL", Role::Desk), at("HID", Role::Desk));
    let issued = house.issue(&may(&hub), &application()).await.unwrap();
    let text = issued.card.text;
    post.enter_shown(&may(&desk), &text, None).await.unwrap();
    post.settle(&house).await;
    pass(&house, &[&post]);
    let number = issued.card.number;
    house.leave(&may(&hub), number).await.unwrap();
    assert_eq!(listed(&house, "HID").await, []);
    pass(&house, &[&post]);
    post.leave(&may(&desk), number).await.unwrap();
    post.settle(&house).await;
    let found = listed(&house, "HID").await;
    let [one] = &found[..] else {
        panic!("{found:?}")
    };
    assert!(matches!(one.found.which, Which::EndedTwice(_)));
    assert_eq!((one.card, one.found.sides.len()), (Some(number), 2));
    let reader = may(&at("TAL", Role::Supervisor));
    let contested = house.contested_stays(&reader, issued.card.person).await;
    assert_eq!(contested.unwrap(), found);
    house
        .revoke(
            &reader_to_revoke(),
            number,
            RevocationReason::HolderAsked,
            String::new(),
        )
        .await
        .unwrap();
    assert_eq!(
        obstacles(&house, issued.card.person).await,
        [ErasureRefusal::MatterOpen]
    );
    let own = Officer {
        number: desk.number,
        ..another("HID")
    };
    let party = settle(&house, &own, one, Finding::TwoAtOnce).await;
    refused(&party, SettleRefusal::Party);
    settle(&house, &another("HID"), one, Finding::TwoAtOnce)
        .await
        .unwrap();
    assert_eq!(listed(&house, "HID").await, []);
    assert_eq!(obstacles(&house, issued.card.person).await, []);
}

fn reader_to_revoke() -> paso_service::access::Permit<paso_domain::policy::powers::RevokeCard> {
    may(&at("TAL", Role::Supervisor))
}

#[tokio::test]
async fn a_card_that_nobody_issued_concerns_internal_control_at_once() {
    let house = House::on(Engine::Sqlite).await;
    let issued = house
        .issue(&may(&at("TAL", Role::Desk)), &application())
        .await
        .unwrap();
    let number = issued.card.number;
    let shown = |seconds: i64| {
        let event = CardEvent::Presented {
            act: Act {
                at: house.clock().now().plus(seconds),
                post: "HID".parse().unwrap(),
                officer: "INM-0420".parse().unwrap(),
                late: None,
            },
            shown: Presented {
                text: "another text under this number".into(),
                expires: issued.card.expires,
                finding: "valid".into(),
                bundle: 1,
                bundle_made: issued.card.issued_at,
            },
        };
        (Subject::Card(number), Event::Card(event))
    };
    house.happened(vec![shown(1)]).await;
    let found = listed(&house, "TAL").await;
    assert_eq!(found[0].found.which, Which::Card(CardConflict::NotAsIssued));
    assert_eq!(found[0].due, found[0].found.since.plus(DAY));
    let control = may(&officer(Role::Ombudsman));
    let all = house.contradictions_of_all(&control).await.unwrap();
    assert_eq!(all, found, "before it is late");
    let by = another("TAL");
    settle(&house, &by, &found[0], Finding::KeyAbused)
        .await
        .unwrap();
    assert_eq!(listed(&house, "TAL").await, []);
    // The key signs again: another question.
    house.happened(vec![shown(60)]).await;
    let again = listed(&house, "TAL").await;
    assert_eq!(again[0].found.sides.len(), 3);
    assert_eq!(again[0].found.settled.len(), 1);
    settle(&house, &by, &again[0], Finding::KeyAbused)
        .await
        .unwrap();
    assert_eq!(listed(&house, "TAL").await, []);
}

/// An end that nobody can explain is about a card that nobody knows: it can be opened and settled all the
/// same.
#[tokio::test]
async fn an_end_of_what_nobody_issued_can_be_settled() {
    let house = House::on(Engine::Sqlite).await;
    let number = CardNumber::new("HID".parse().unwrap(), [7; 5]);
    let end = CardEvent::Revoked {
        act: Act {
            at: house.clock().now(),
            post: "HID".parse().unwrap(),
            officer: "INM-0102".parse().unwrap(),
            late: None,
        },
        reason: RevocationReason::Lost,
        note: String::new(),
    };
    let subject = Subject::Card(number);
    house
        .happened(vec![(subject.clone(), Event::Card(end))])
        .await;
    let found = listed(&house, "HID").await;
    let which = Which::Card(CardConflict::EndedWithoutIssue);
    let reader = may(&another("HID"));
    let one = house.contradiction(&reader, &subject, which).await;
    assert_eq!(one.unwrap(), found[0]);
    settle(&house, &another("HID"), &found[0], Finding::ClericalMistake)
        .await
        .unwrap();
    assert_eq!(listed(&house, "HID").await, []);
}
