//! The post's sign, from the screen at the checkpoint to the phone of whoever is stopped: hub and post,
//! with and without a network, and after the machine was stolen.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use paso_domain::{device::DeviceCommand, policy::Role};
use paso_formats::{
    bundle::{self, VerifiedBundle},
    moment::{HOUR, MINUTE},
    placard::{PlacardFinding, judge},
};
use paso_service::{
    Officer, Service,
    placard::{LivePlacard, NoPlacard},
    testing::{House, may, officer},
};
use paso_store::testing::Engine;

fn at(post: &str, role: Role) -> Officer {
    Officer {
        post: post.parse().unwrap(),
        ..officer(role)
    }
}

async fn shown(service: &Service, officer: &Officer) -> LivePlacard {
    service.placard(&may(officer)).await.unwrap()
}

/// What a stranger's phone keeps.
fn carried(house: &House) -> VerifiedBundle {
    bundle::open(&house.bundle_file().unwrap(), &house.pinned()).unwrap()
}

#[tokio::test]
async fn a_sign_says_where_and_since_when_and_nobodys_name() {
    let house = House::on(Engine::Sqlite).await;
    let officer = at("HUI", Role::Checkpoint);
    let none = house.placard(&may(&officer)).await;
    assert!(matches!(none, Err(NoPlacard::NoShift)));
    let opened = house.clock().now();
    house.session_of(&officer).await.unwrap();
    house.clock().set(opened.plus(2 * HOUR));
    let live = shown(&house, &officer).await;
    let claims = &live.claims;
    assert_eq!(claims.post, "HUI");
    assert_eq!(claims.place, "CAITF Huixtla, Chiapas");
    assert_eq!(claims.unit, "Instituto Nacional de Migración");
    assert_eq!(claims.shift_opened, opened);
    assert_eq!(claims.until.since(claims.from), 10 * MINUTE);
    assert!(i64::from(live.renews) < 10 * MINUTE);
    let said = format!("{claims:?} {}", live.text);
    assert!(!said.contains(officer.number.as_str()));
    // A shift somewhere else is none here.
    let elsewhere = house.placard(&may(&at("TAL", Role::Checkpoint))).await;
    assert!(matches!(elsewhere, Err(NoPlacard::NoShift)));
    // To look at it leaves nothing behind.
    let before = house.position().await;
    shown(&house, &officer).await;
    assert_eq!(house.position().await, before);
}

#[tokio::test]
async fn a_strangers_phone_judges_it_without_a_network() {
    let house = House::on(Engine::Sqlite).await;
    let officer = at("HUI", Role::Checkpoint);
    house.session_of(&officer).await.unwrap();
    let live = shown(&house, &officer).await;
    let (phone, now) = (carried(&house), house.clock().now());
    for (later, finding) in [
        (0, PlacardFinding::Current),
        (10 * MINUTE - 1, PlacardFinding::Current),
        (10 * MINUTE, PlacardFinding::Expired),
    ] {
        let found = judge(&live.text, Some(&phone), now.plus(later)).finding;
        assert_eq!(found, finding, "{later}");
    }
    assert_eq!(
        house.check_placard(&live.text).finding,
        PlacardFinding::Current
    );
    // Another authority's real sign is none of this one.
    let other = House::of("gt-igm", Engine::Sqlite, 3).await;
    other.session_of(&officer).await.unwrap();
    let foreign = shown(&other, &officer).await;
    let found = judge(&foreign.text, Some(&phone), now).finding;
    assert_eq!(found, PlacardFinding::NotOurs);
}

#[tokio::test]
async fn a_code_said_aloud_is_heard_where_it_is_said() {
    let house = House::on(Engine::Sqlite).await;
    let officer = at("HUI", Role::Checkpoint);
    house.session_of(&officer).await.unwrap();
    let code = shown(&house, &officer).await.code.unwrap();
    let said = |house: &House| house.heard_placard(code).map(|post| post.code.to_string());
    assert_eq!(said(&house).as_deref(), Some("HUI"));
    let now = house.clock().now();
    house.clock().set(now.plus(9 * MINUTE));
    assert_eq!(said(&house).as_deref(), Some("HUI"));
    house.clock().set(now.plus(21 * MINUTE));
    assert_eq!(said(&house), None);
}

#[tokio::test]
async fn a_post_has_its_own_sign_until_its_machine_is_stolen() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HUI", Engine::Sqlite, 11).await;
    let officer = at("HUI", Role::Checkpoint);
    house.session_of(&officer).await.unwrap();
    let phone = carried(&house);
    // What the post knows of the officer, it has from the hub; the secret of its code, too.
    post.settle(&house).await;
    post.session_of(&officer).await;
    let live = shown(&post, &officer).await;
    let judged = |live: &LivePlacard, phone: &VerifiedBundle| {
        judge(&live.text, Some(phone), post.clock().now()).finding
    };
    assert_eq!(judged(&live, &phone), PlacardFinding::Current);
    let code = live.code.unwrap();
    let at_hub = shown(&house, &officer).await.code.unwrap();
    assert_ne!(code, at_hub, "each machine has a secret of its own");
    for (heard, by) in [
        (house.heard_placard(code), "hub"),
        (post.heard_placard(code), "post"),
    ] {
        assert_eq!(heard.map(|post| post.code.as_str()), Some("HUI"), "{by}");
    }
    assert!(post.heard_placard(at_hub).is_none(), "which a post has not");

    let console = house.at_console(&"INM-0008".parse().unwrap(), None).await;
    let revoke = DeviceCommand::Revoke {
        compromised_from: house.clock().now(),
        reason: "Robo en carretera".into(),
    };
    house
        .manage_device_at_console(&console.unwrap(), post.stream(), revoke)
        .await
        .unwrap();
    house.publish_bundle().await.unwrap();
    let stolen = shown(&post, &officer).await;
    assert_eq!(
        judged(&stolen, &phone),
        PlacardFinding::Current,
        "a phone learns of it with the next list"
    );
    let newer = carried(&house);
    assert_eq!(judged(&stolen, &newer), PlacardFinding::KeyCompromised);
    assert!(house.heard_placard(stolen.code.unwrap()).is_none());
}

#[tokio::test]
async fn a_post_enrolled_by_an_older_hub_shows_its_symbol_without_a_code() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HUI", Engine::Sqlite, 11).await;
    let officer = at("HUI", Role::Checkpoint);
    post.session_of(&officer).await;
    let live = shown(&post, &officer).await;
    assert_eq!(live.code, None, "nothing has come down yet");
    let found = judge(&live.text, Some(&carried(&house)), post.clock().now());
    assert_eq!(found.finding, PlacardFinding::Current);
}
