//! The post's sign on its screen, and on the page of whoever stands before it.

use super::harness::Site;
use paso_domain::policy::{Power, Role};
use paso_formats::moment::MINUTE;

/// What stands between two marks of a page.
fn between<'a>(html: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = html.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

#[tokio::test]
async fn the_screen_says_where_and_nobodys_number_and_renews_itself() {
    let site = Site::start().await;
    let browser = site.signed_in(Role::Checkpoint).await;
    let answer = browser.get("/punto/letrero").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("refresh"), "120");
    let html = answer.html();
    assert!(!html.contains("<script") && !html.contains("http-equiv"));
    let number = paso_service::testing::officer(Role::Checkpoint).number;
    assert!(!html.contains(number.as_str()), "no officer on a sign");
    insta::assert_snapshot!("letrero", stable(&answer.outline()));
    // Whoever has it read aloud stops it; and starts it again.
    let still = browser.get("/punto/letrero?quieto").await;
    assert_eq!(still.header("refresh"), "");
    assert!(still.html().contains("href=\"/punto/letrero\""));
    // It changes with time, and so does its code.
    let code = between(&html, "id=\"voz\">", "<").to_owned();
    site.house
        .clock()
        .set(site.house.clock().now().plus(10 * MINUTE));
    let later = browser.get("/punto/letrero").await.html();
    assert_ne!(code, between(&later, "id=\"voz\">", "<"));
}

/// The outline without what is drawn or signed anew each time.
fn stable(outline: &str) -> String {
    let changing = |line: &&str| {
        let word = line.trim();
        // The address of this test's own server changes, too.
        word.len() < 100
            && !word.contains("127.0.0.1")
            && !(word.len() == 9 && word.as_bytes()[4] == b'-')
    };
    outline
        .lines()
        .filter(changing)
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn only_who_meets_people_has_a_sign_to_show() {
    let site = Site::start().await;
    for role in Role::ALL {
        let browser = site.signed_in(role).await;
        let may = site.house.policy().allows(role, Power::RecordEncounter);
        let status = browser.get("/punto/letrero").await.status;
        assert_eq!(status, if may { 200 } else { 404 }, "{role:?}");
    }
    let nobody = site.stranger().get("/punto/letrero").await;
    assert_eq!(nobody.status, 303);
}

#[tokio::test]
async fn a_stranger_without_scripts_is_told_what_a_sign_is_worth() {
    let site = Site::start().await;
    let browser = site.signed_in(Role::Checkpoint).await;
    let html = browser.get("/punto/letrero").await.html();
    let text = between(&html, "id=\"texto\">", "<").to_owned();
    let code = between(&html, "id=\"voz\">", "<").to_owned();
    let nobody = site.stranger();
    let ask = async |typed: &str| {
        let fields = [("accion", "comprobar"), ("codigo", typed)];
        let answer = nobody.post("/mi-tarjeta", &fields).await;
        assert_eq!(answer.status, 200, "{typed}");
        let html = answer.html();
        between(&html, "id=\"dicho\">", "<").to_owned()
    };
    assert_eq!(ask(&text).await, "De verdad");
    assert_eq!(ask(&code).await, "De verdad");
    let spoken = code.to_lowercase().replace('-', " ");
    assert_eq!(ask(&spoken).await, "De verdad", "as it is heard");
    let other = if code.starts_with("22") { "33" } else { "22" };
    assert_eq!(
        ask(&format!("{other}{}", &code[2..])).await,
        "No se reconoce"
    );
    assert_eq!(ask(&text[..text.len() - 3]).await, "No se leyó");
    site.house
        .clock()
        .set(site.house.clock().now().plus(31 * MINUTE));
    assert_eq!(ask(&text).await, "Ya venció");
    assert_eq!(ask(&code).await, "No se reconoce");
}

/// A phone without a network has a word, a sentence and a next step for whatever it finds about a sign.
#[tokio::test]
async fn every_word_is_in_the_holders_page() {
    use paso_formats::placard::{PlacardFinding, PlacardStep};
    let site = Site::start().await;
    let html = site.stranger().get("/mi-tarjeta").await.html();
    let words = between(&html, "data-palabras=\"", "\"");
    let words: serde_json::Value = serde_json::from_str(&super::harness::unescaped(words)).unwrap();
    let words = &words["placards"];
    for finding in PlacardFinding::EACH {
        assert!(words["word"][finding.code()].is_string(), "{finding:?}");
        assert!(words["finding"][finding.code()].is_string(), "{finding:?}");
    }
    for step in PlacardStep::ALL {
        assert!(words["next"][step.code()].is_string(), "{step:?}");
    }
}
