//! A session's cookie in other hands, over HTTP: how it is kept from them, when it ends, and what it
//! does not do while it lasts.

use crate::harness::{Browser, Site};
use paso_domain::{card::RevocationReason, policy::Role};
use paso_formats::moment::{HOUR, MINUTE};
use paso_service::testing::{Hand, application, may, officer};

/// Signs in as a browser does; gives the browser and the header that set its cookie.
async fn enter(site: &Site, hand: &Hand, from: &Browser) -> (Browser, String) {
    let page = from.get("/entrar").await;
    let ceremony = page.field("acto").unwrap();
    let answer = hand.answer(&page.asked());
    let fields = [("acto", ceremony.as_str()), ("respuesta", answer.as_str())];
    let entered = from.post("/entrar", &fields).await;
    assert_eq!(entered.status, 303, "{}", entered.html());
    let set = entered.header("set-cookie").to_owned();
    (site.holding(set.split(';').next().unwrap()).await, set)
}

#[tokio::test]
async fn the_cookie_stays_with_its_browser() {
    let site = Site::start().await;
    let hand = site.hand(Role::Desk).await;
    let (_, set) = enter(&site, &hand, &site.stranger()).await;
    let mut parts = set.split("; ");
    let (name, value) = parts.next().unwrap().split_once('=').unwrap();
    assert_eq!((name, value.len()), ("__Host-paso", 43), "32 random bytes");
    let mut attributes: Vec<_> = parts.collect();
    attributes.sort_unstable();
    // No Domain, no lifetime of its own: to this host, until the browser is closed.
    assert_eq!(
        attributes,
        ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]
    );
}

/// Looks and acts with a cookie whose session is over: asked to sign in, and nothing done.
async fn is_outside(thief: &Browser, why: &str) {
    assert_eq!(thief.get("/mesa").await.place(), "/", "{why}");
    let form = [("accion", "ver")];
    assert_eq!(thief.post("/mesa", &form).await.status, 401, "{why}");
}

#[tokio::test]
async fn a_copied_cookie_is_worth_nothing_afterwards() {
    for why in ["signed out", "signed in again", "idle", "a shift"] {
        let site = Site::start().await;
        let hand = site.hand(Role::Desk).await;
        let (owner, _) = enter(&site, &hand, &site.stranger()).await;
        let thief = owner.clone();
        assert_eq!(thief.get("/mesa").await.status, 200);
        let clock = site.house.clock();
        match why {
            "signed out" => assert_eq!(owner.post("/salir", &[]).await.status, 200),
            "signed in again" => {
                let (again, _) = enter(&site, &hand, &owner).await;
                assert_eq!(again.get("/mesa").await.status, 200);
            }
            "idle" => clock.set(clock.now().plus(15 * MINUTE)),
            _ => {
                let end = clock.now().plus(8 * HOUR);
                while end.since(clock.now()) > 10 * MINUTE {
                    clock.set(clock.now().plus(10 * MINUTE));
                    assert_eq!(owner.get("/mesa").await.status, 200);
                }
                clock.set(end);
            }
        }
        is_outside(&thief, why).await;
    }
}

/// While it lasts: forms need the token of a page, and grave acts the owner's passkey.
#[tokio::test]
async fn a_copied_cookie_signs_nothing() {
    let site = Site::start().await;
    let hand = site.hand(Role::Supervisor).await;
    let desk = officer(Role::Desk);
    let card = site
        .house
        .issue(&may(&desk), &application())
        .await
        .unwrap()
        .card;
    let (thief, _) = enter(&site, &hand, &site.stranger()).await;
    let revoke = format!("/tarjetas/{}/revocar", card.number);
    let fields = [
        ("accion", "revocar"),
        ("causa", RevocationReason::Stolen.code()),
        ("nota", "Lo declaró en la mesa."),
    ];
    let asked = thief.post(&revoke, &fields).await;
    let place = asked.place().to_owned();
    assert!(place.starts_with("/firmas/"), "{}", asked.html());
    let page = thief.get(&place).await;
    let own = Hand::new(hand.officer.clone(), 99);
    for answer in [own.answer(&page.asked()), String::from("{}")] {
        let signed = thief.post(&place, &[("respuesta", &answer)]).await;
        assert_eq!(signed.status, 422, "{}", signed.html());
        assert!(signed.html().contains("role=\"alert\""));
    }
    // What waits under their name is in sight of the owner.
    assert!(thief.get("/firmas").await.html().contains(&place));
    assert_eq!(site.house.dead_indexes().await.unwrap(), [0_u32; 0]);
    let signed = site.sign(&thief, &hand, &place).await;
    assert!(signed.starts_with("/tarjetas/"), "its owner can");
    assert_eq!(site.house.dead_indexes().await.unwrap().len(), 1);
}
