//! The firewall, walked: every page and paper there is, with every role, looking for what must not
//! be there (DESIGN §6; facts C.3, D.4, G).
//!
//! Two things are asked. A marker written into a protected field is found by nobody but its one
//! reader. And of what is secret in its very existence, no answer differs by a byte before and after
//! it came to be.

use super::harness::{Browser, Site};
use paso_domain::{
    id::PersonId,
    policy::{Power, Role},
    protection::{Answer, Consenting},
};
use paso_formats::field::StateCode;
use paso_service::testing::{application, may, officer};
use paso_store::testing::Engine;
use paso_web::Route;
use std::collections::{BTreeMap, BTreeSet};

/// Words that stand in protected fields and nowhere else.
const MARKER: &str = "ZZMARCADEPRUEBA";

/// A traveller with a card and an open stay.
struct Traveller {
    person: PersonId,
    number: String,
    stay: String,
}

async fn traveller(site: &Site) -> Traveller {
    let desk = officer(Role::Desk);
    let card = site.house.issue(&may(&desk), &application()).await.unwrap();
    let number = card.card.number;
    let entry = site.house.enter(&may(&desk), number).await.unwrap();
    Traveller {
        person: card.card.person,
        number: number.to_string(),
        stay: entry.entry.stay.to_string(),
    }
}

impl Traveller {
    fn fill(&self, path: &str) -> String {
        path.replace("{number}", &self.number)
            .replace("{stay}", &self.stay)
            .replace("{id}", &self.person.to_string())
            .replace("{code}", "AAAA-AAAA")
            .replace("{token}", "nonsense")
    }
}

async fn screened(site: &Site, person: PersonId, answer: Answer) {
    let desk = may(&officer(Role::Desk));
    let answers = BTreeSet::from([answer]);
    site.house.screen(&desk, person, answers).await.unwrap();
}

async fn claims(site: &Site, person: PersonId) {
    let refuge = may(&officer(Role::Refuge));
    site.house.notify_claim(&refuge, person).await.unwrap();
    site.house
        .consent(
            &refuge,
            person,
            StateCode::HND,
            Consenting::Representative,
            &format!("{MARKER} ante intérprete"),
        )
        .await
        .unwrap();
}

/// Every page there is, as this browser gets it; without what is drawn anew for each page.
async fn walk(browser: &Browser, of: &Traveller) -> BTreeMap<String, (u16, Vec<u8>)> {
    let mut seen = BTreeMap::new();
    for Route { method, path, .. } in paso_web::list() {
        if method == "GET" {
            let answer = browser.get(&of.fill(path)).await;
            assert!(answer.status < 500, "{path}");
            let bytes = match String::from_utf8(answer.bytes.clone()) {
                Ok(text) => still(&text).into_bytes(),
                Err(_) => answer.bytes,
            };
            seen.insert(path.to_owned(), (answer.status, bytes));
        }
    }
    seen
}

/// A page without the values of hidden fields, of which one is the session's and one is drawn for
/// each page, and without what a browser is asked to sign.
fn still(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split_inclusive('>') {
        if !piece.contains("type=\"hidden\"") && !piece.contains("data-pide=") {
            text += piece;
        }
    }
    text
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|w| w == word.as_bytes())
}

/// Pages about those who read and act.
const WATCHES: [&str; 4] = [
    "/inspeccion",
    "/inspeccion/cifras.csv",
    "/personas/{id}/accesos",
    "/personas/{id}/accesos/imprimir.pdf",
];

/// Nobody who watches over officers learns of a claim from what refuge does.
#[tokio::test]
async fn a_claim_changes_nothing_for_those_who_watch() {
    for role in [Role::Inspector, Role::Ombudsman] {
        let site = Site::on(Engine::Sqlite).await;
        let who = traveller(&site).await;
        screened(&site, who.person, Answer::VictimOfCrime).await;
        let browser = site.signed_in(role).await;
        let pages = || WATCHES.into_iter().filter(|path| !path.contains(".pdf"));
        // The first looks are themselves counted and listed: of the record, then of the list.
        for _ in 0..3 {
            for path in pages() {
                browser.get(&who.fill(path)).await;
            }
        }
        let mut before = Vec::new();
        for path in pages() {
            before.push(still(&browser.get(&who.fill(path)).await.html()));
        }
        assert!(before[1].contains("refusals"), "{}", before[1]);
        claims(&site, who.person).await;
        for (path, before) in pages().zip(before) {
            let after = still(&browser.get(&who.fill(path)).await.html());
            let rows = |page: &str| page.lines().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(rows(&after), rows(&before), "{role} at {path}");
        }
    }
}

/// A claim is known to refuge, and its flag to those who may read it, on one page; to all others
/// nothing has happened, byte for byte.
#[tokio::test]
async fn a_claim_changes_nothing_for_whom_it_is_kept_from() {
    for engine in Engine::BOTH {
        let site = Site::on(engine).await;
        let policy = site.house.policy();
        let who = traveller(&site).await;
        screened(&site, who.person, Answer::VictimOfCrime).await;
        // All are enrolled before any looks: the register of officers is on pages itself.
        let mut signed_in = Vec::new();
        for role in Role::ALL {
            signed_in.push((role, site.signed_in(role).await));
        }
        let mut browsers = Vec::new();
        for (role, browser) in signed_in {
            let before = walk(&browser, &who).await;
            browsers.push((role, browser, before));
        }
        let nobody = walk(&site.stranger(), &who).await;
        claims(&site, who.person).await;
        assert_eq!(walk(&site.stranger(), &who).await, nobody);
        for (role, browser, before) in browsers {
            let after = walk(&browser, &who).await;
            let refuge = policy.allows(role, Power::RecordClaim);
            let flag = policy.allows(role, Power::ReadProtectionFlag);
            for (path, (status, bytes)) in &after {
                let same = before[path] == (*status, bytes.clone());
                // What counts or lists who looked where grows with this very walk; see the test below.
                let counts_walks = WATCHES.contains(&path.as_str());
                let may_differ = (refuge && path.starts_with("/refugio"))
                    || (flag && path == "/personas/{id}/proteccion")
                    || counts_walks;
                assert!(
                    same || may_differ,
                    "{role} sees a claim at {path}:\n{}\n{}",
                    String::from_utf8_lossy(&before[path].1),
                    String::from_utf8_lossy(bytes)
                );
                assert!(!contains(bytes, MARKER), "{role} reads {MARKER} at {path}");
                if !refuge && path.starts_with("/refugio") {
                    assert_eq!(*status, 404, "{role} at {path}");
                }
            }
            if flag {
                let page = &after["/personas/{id}/proteccion"].1;
                assert!(contains(page, "No devolver · no notificar al consulado"));
            }
        }
    }
}

/// Enforcement cannot tell by any page which answer a person gave, nor whether a flag stands for a
/// claim or for a fear.
#[tokio::test]
async fn pages_of_different_reasons_are_the_same() {
    let site = Site::on(Engine::Sqlite).await;
    let (a, b) = (traveller(&site).await, traveller(&site).await);
    screened(&site, a.person, Answer::FearsReturn).await;
    screened(&site, b.person, Answer::ChildOrMayBe).await;
    claims(&site, b.person).await;
    for role in [Role::Desk, Role::Supervisor] {
        let browser = site.signed_in(role).await;
        let mut pages = Vec::new();
        for of in [&a, &b] {
            let path = format!("/personas/{}/proteccion", of.person);
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, 200);
            pages.push(still(&answer.html()).replace(&of.person.to_string(), "…"));
        }
        assert_eq!(pages[0], pages[1], "{role}");
    }
}

/// Where existence is the secret, a person who is there and one who is not look the same, apart
/// from the identifier that was asked for.
#[tokio::test]
async fn who_may_not_know_finds_nobody() {
    let site = Site::on(Engine::Sqlite).await;
    let policy = site.house.policy();
    let who = traveller(&site).await;
    screened(&site, who.person, Answer::FearsReturn).await;
    claims(&site, who.person).await;
    let nobody = PersonId::from_random([9; 16]);
    for role in Role::ALL {
        let browser = site.signed_in(role).await;
        for (path, power) in [
            ("/personas/{id}", Power::ReadCard),
            ("/personas/{id}/proteccion", Power::ReadProtectionFlag),
            ("/refugio/{id}", Power::RecordClaim),
        ] {
            if policy.allows(role, power) {
                continue;
            }
            let mut pages = Vec::new();
            for person in [who.person, nobody] {
                let answer = browser
                    .get(&path.replace("{id}", &person.to_string()))
                    .await;
                assert_eq!(answer.status, 404, "{role} at {path}");
                pages.push(still(&answer.html()).replace(&person.to_string(), "…"));
            }
            assert_eq!(pages[0], pages[1], "{role} at {path}");
        }
    }
}

/// Consulates: their own state's notices and nothing else; a Guatemalan one never a claimant.
#[tokio::test]
async fn a_consulate_reads_its_own_notices_and_no_claimant() {
    for engine in Engine::BOTH {
        let site = Site::on(engine).await;
        let supervisor = may(&officer(Role::Supervisor));
        let who = traveller(&site).await;
        screened(&site, who.person, Answer::NoneStated).await;
        let consulate = site.signed_in(Role::ConsulateGt).await;
        let empty = still(&consulate.get("/avisos").await.html());
        let told = site
            .house
            .give_notice(&supervisor, who.person, StateCode::GTM);
        told.await.unwrap();
        assert_ne!(still(&consulate.get("/avisos").await.html()), empty);
        claims(&site, who.person).await;
        assert_eq!(still(&consulate.get("/avisos").await.html()), empty);
        assert_eq!(consulate.post("/avisos", &[]).await.status, 303);
        assert_eq!(still(&consulate.get("/avisos").await.html()), empty);
        for (path, (status, bytes)) in walk(&consulate, &who).await {
            assert!(!contains(&bytes, "Xitumul"), "{path}");
            assert!(!contains(&bytes, &who.number) || status == 404, "{path}");
        }
    }
}

/// No address leads from a card or a person to an encounter: those that name either are these, and
/// none of their pages holds the code or the place of a check.
#[tokio::test]
async fn no_page_of_a_card_or_person_names_a_place_of_checks() {
    let site = Site::on(Engine::Sqlite).await;
    let who = traveller(&site).await;
    let card = site
        .house
        .card(&may(&officer(Role::Desk)), who.number.parse().unwrap())
        .await
        .unwrap();
    let form = paso_service::checkpoint::EncounterForm {
        place: format!("{MARKER} km 12"),
        with_card: true,
        outcome: paso_domain::encounter::Outcome::WentOn,
        legal_basis: String::new(),
        reason: String::new(),
        shown: vec![card.card.text.clone()],
    };
    let checkpoint = may(&officer(Role::Checkpoint));
    let met = site.house.encounter(&checkpoint, &form).await.unwrap();
    let code = met.encounter.receipt.to_string();
    for role in Role::ALL {
        let browser = site.signed_in(role).await;
        for Route { method, path, .. } in paso_web::list() {
            let names_one =
                path.contains("{number}") || path.contains("{stay}") || path.contains("{id}");
            if method == "GET" && names_one {
                let answer = browser.get(&who.fill(path)).await;
                for word in [MARKER, code.as_str()] {
                    assert!(!contains(&answer.bytes, word), "{role} at {path}");
                }
            }
        }
    }
}
