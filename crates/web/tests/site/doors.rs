//! Every route of the router's own list, tried by every role and by nobody.

use super::harness::{Answer, Browser, Site};
use paso_domain::policy::Role;
use paso_service::{
    Officer,
    testing::{application, may, officer},
};
use paso_web::{Route, door::Door};
use std::{collections::BTreeMap, fmt::Write as _};

/// The routes of people. Programs have a door of their own; see `api`.
fn pages() -> Vec<Route> {
    let mut all = paso_web::list();
    all.retain(|route| !matches!(route.door, Door::Token(_)));
    all
}

/// Records to fill the parameters of addresses with.
pub(super) struct Known {
    pub(super) number: String,
    pub(super) person: String,
    pub(super) stay: String,
    pub(super) refusal: String,
    pub(super) receipt: String,
    pub(super) exit: String,
    colleague: String,
    episode: String,
    operation: String,
    handover: String,
}

pub(super) async fn known(site: &Site) -> Known {
    let desk = officer(Role::Desk);
    let house = &site.house;
    let mut form = application();
    form.portrait = None;
    let card = house.issue(&may(&desk), &form).await.unwrap();
    let entry = house.enter(&may(&desk), card.card.number).await.unwrap();
    let exit = house.leave(&may(&desk), card.card.number).await.unwrap();
    let refusal = paso_service::desk::RefusalForm {
        ground: paso_domain::card::RefusalGround::IdentityNotShown,
        reasons: "El retrato es de otra persona.".into(),
        remedy: "Volver con su propio documento.".into(),
    };
    let refused = house
        .refuse(&may(&desk), &application(), refusal)
        .await
        .unwrap();
    let encounter = paso_service::checkpoint::EncounterForm {
        place: "km 12".into(),
        with_card: false,
        outcome: paso_domain::encounter::Outcome::WentOn,
        legal_basis: String::new(),
        reason: String::new(),
        shown: Vec::new(),
    };
    let met = house
        .encounter(&may(&officer(Role::Checkpoint)), &encounter)
        .await
        .unwrap();
    let colleague = Officer {
        number: "INM-0909".parse().unwrap(),
        ..officer(Role::Desk)
    };
    let _ = house.invited(&colleague).await;
    let ([episode, ..], operation, handover) = super::custody::known(site).await;
    Known {
        episode: episode.to_string(),
        operation: operation.to_string(),
        handover: handover.to_string(),
        colleague: colleague.number.to_string(),
        number: card.card.number.to_string(),
        person: card.card.person.to_string(),
        stay: entry.entry.stay.to_string(),
        refusal: refused.id.to_string(),
        receipt: met.encounter.receipt.to_string(),
        exit: exit.receipt.unwrap().to_string(),
    }
}

impl Known {
    fn fill(&self, path: &str) -> String {
        let id = if path.starts_with("/personas") || path.starts_with("/refugio") {
            &self.person
        } else if path.starts_with("/custodia/operaciones") {
            &self.operation
        } else if path.starts_with("/custodia/entregas") {
            &self.handover
        } else if path.contains("/custodia/") {
            &self.episode
        } else {
            &self.refusal
        };
        let number = if path.starts_with("/administracion") {
            &self.colleague
        } else {
            &self.number
        };
        path.replace("{number}", number)
            .replace("{what}", "suspender")
            .replace("{stream}", "0123456789abcdef0123456789abcdef")
            .replace("{stay}", &self.stay)
            .replace("{id}", id)
            .replace(
                "{code}",
                if path.contains("/salidas/") {
                    &self.exit
                } else {
                    &self.receipt
                },
            )
            .replace("{token}", "nonsense")
    }
}

async fn knock(browser: &Browser, method: &str, path: &str) -> Answer {
    match method {
        "GET" => browser.get(path).await,
        _ => browser.post(path, &[]).await,
    }
}

fn seen(answer: &Answer) -> String {
    match answer.status {
        303 => format!("303→{}", if answer.place() == "/" { "/" } else { "…" }),
        status => status.to_string(),
    }
}

/// Who finds what behind which door, as the program answers: beside what the doors are said to be,
/// every route is tried by every role and by nobody. Who lacks the power finds nothing (404), as if
/// the address did not exist.
#[tokio::test]
async fn who_finds_what_behind_which_door() {
    let site = Site::start().await;
    let known = known(&site).await;
    let policy = site.house.policy();
    let mut browsers = Vec::new();
    for role in Role::ALL {
        browsers.push((role, site.signed_in(role).await));
    }
    let mut table = String::new();
    for Route { method, path, door } in pages() {
        let filled = known.fill(path);
        let nobody = knock(&site.stranger(), method, &filled).await;
        assert!(nobody.status < 500, "{method} {path}");
        let mut answers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (role, browser) in &browsers {
            // Signing out would end the session of the next tries.
            let once = if path == "/salir" {
                Some(site.signed_in(*role).await)
            } else {
                None
            };
            let answer = knock(once.as_ref().unwrap_or(browser), method, &filled).await;
            assert!(answer.status < 500, "{method} {path} as {role}");
            assert!(
                !answer.header("content-security-policy").is_empty(),
                "{method} {path}"
            );
            assert_eq!(
                answer.header("cache-control"),
                "no-store",
                "{method} {path}"
            );
            if let Door::Allowed(power) = door
                && !policy.allows(*role, power)
            {
                assert_eq!(answer.status, 404, "{method} {path} as {role}");
            }
            answers.entry(seen(&answer)).or_default().push(role.code());
        }
        let door = match door {
            Door::Public => "public".to_owned(),
            Door::Anyone => "anyone".to_owned(),
            Door::Allowed(power) | Door::Token(power) => power.to_string(),
        };
        let _ = write!(
            table,
            "{method} {path} ({door})\n    nobody {}",
            seen(&nobody)
        );
        for (answer, roles) in &answers {
            let who = if roles.len() == Role::ALL.len() {
                "every role".to_owned()
            } else if answer == "404" {
                "all others".to_owned()
            } else {
                roles.join(", ")
            };
            let _ = write!(table, " · {who} {answer}");
        }
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}

/// A form from elsewhere, or of another session, changes nothing.
#[tokio::test]
async fn forged_forms_are_turned_away() {
    let site = Site::start().await;
    let known = known(&site).await;
    let other = site.signed_in(Role::Desk).await;
    let mut browsers = Vec::new();
    for role in Role::ALL {
        browsers.push((role, site.signed_in(role).await));
    }
    for route in pages().into_iter().filter(|route| route.method == "POST") {
        let path = known.fill(route.path);
        // Somebody for whom the door opens: to all others there is nothing to forge.
        let may = |role| match route.door {
            Door::Allowed(power) | Door::Token(power) => site.house.policy().allows(role, power),
            Door::Anyone | Door::Public => true,
        };
        let Some((_, browser)) = browsers.iter().find(|(role, _)| may(*role)) else {
            panic!("nobody may {path}");
        };
        let from_elsewhere = browser
            .ask(
                "POST",
                &path,
                b"",
                &[("origin", "https://elsewhere.example")],
            )
            .await;
        assert_eq!(from_elsewhere.status, 403, "{path}");
        let cross_site = browser
            .ask("POST", &path, b"", &[("sec-fetch-site", "cross-site")])
            .await;
        assert_eq!(cross_site.status, 403, "{path}");
        // Whoever is not signed in has no token to forge.
        if route.door == Door::Public {
            continue;
        }
        for token in [
            "",
            "ficha=",
            "ficha=AAAA",
            &format!("ficha={}", other.token),
        ] {
            let answer = browser.ask("POST", &path, token.as_bytes(), &[]).await;
            assert_eq!(answer.status, 403, "{path} with {token:?}");
        }
    }
}

#[tokio::test]
async fn another_host_name_is_turned_away() {
    let site = Site::start().await;
    let browser = site.signed_in(Role::Desk).await;
    let answer = browser
        .ask("GET", "/", b"", &[("host", "attacker.example")])
        .await;
    assert_eq!(answer.status, 421);
    assert!(!answer.html().contains("Talismán"));
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let site = Site::start().await;
    let browser = site.signed_in(Role::Desk).await;
    assert_eq!(browser.get("/mesa").await.status, 200);
    let out = browser.post("/salir", &[]).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(browser.get("/mesa").await.place(), "/");
    assert_eq!(
        browser.post("/mesa", &[("accion", "ver")]).await.status,
        401
    );
}

/// More than a form takes is refused in words, and the server goes on.
#[tokio::test]
async fn too_much_is_refused() {
    let site = Site::start().await;
    let browser = site.signed_in(Role::Desk).await;
    let large = [b"tarjeta=".as_slice(), &vec![b'A'; 100 * 1024]].concat();
    let answer = browser.ask("POST", "/cruce", &large, &[]).await;
    assert_eq!(answer.status, 413);
    let broken = browser
        .ask(
            "POST",
            "/mesa",
            b"nothing of the kind",
            &[("content-type", "multipart/form-data; boundary=x")],
        )
        .await;
    assert_eq!(broken.status, 400);
    assert_eq!(browser.get("/").await.status, 200);
}

/// The language is chosen by address, remembered by cookie, and never guessed against the browser.
#[tokio::test]
async fn the_language_follows_the_choice() {
    let site = Site::start().await;
    let browser = site.signed_in(Role::Desk).await;
    assert!(
        browser
            .get("/ayuda")
            .await
            .html()
            .contains("<html lang=\"es\">")
    );
    let english = browser.get("/ayuda?idioma=en").await;
    assert!(english.html().contains("<html lang=\"en\">"));
    assert!(english.header("set-cookie").starts_with("idioma=en;"));
    let mut british = browser.clone();
    british.lang = "en-GB,en;q=0.9";
    assert!(
        british
            .get("/ayuda")
            .await
            .html()
            .contains("<html lang=\"en\">")
    );
}
