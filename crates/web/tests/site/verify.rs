//! The page on which anyone checks a receipt: what is on it, how little it takes, how little it tells.

use super::harness::{Answer, Browser, Site};
use core::num::NonZeroU8;
use paso_domain::{encounter::Outcome, policy::Role};
use paso_paper::qr::Symbol;
use paso_service::{
    checkpoint::{EncounterForm, EncounterRecord},
    testing::{application, may, officer},
};

/// The most bytes of the page with its style and mark (issue 1: a telephone at the river).
const LIGHT: usize = 35 * 1024;

async fn met(site: &Site) -> EncounterRecord {
    let form = EncounterForm {
        place: "km 12".into(),
        with_card: true,
        outcome: Outcome::TakenIntoCustody,
        legal_basis: "LM 97".into(),
        reason: "Una razón que nadie más debe leer".into(),
        shown: Vec::new(),
    };
    site.house
        .encounter(&may(&officer(Role::Checkpoint)), &form)
        .await
        .unwrap()
}

async fn ask(nobody: &Browser, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![("accion", "comprobar")];
    all.extend_from_slice(fields);
    nobody.post("/verify", &all).await
}

/// Both languages under one name.
async fn both(name: &str, nobody: &mut Browser, fields: Option<&[(&str, &str)]>, status: u16) {
    let mut shown = String::new();
    for lang in ["es", "en"] {
        nobody.lang = lang;
        let answer = match fields {
            None => nobody.get("/verify").await,
            Some(fields) => ask(nobody, fields).await,
        };
        assert_eq!(answer.status, status, "{name} {lang}");
        assert!(answer.bytes.len() < LIGHT, "{}", answer.bytes.len());
        shown += &answer.outline();
        shown.push('\n');
    }
    nobody.lang = "es";
    insta::assert_snapshot!(name, shown);
}

#[tokio::test]
async fn what_anyone_sees() {
    let site = Site::start().await;
    let record = met(&site).await;
    let (code, text) = (record.encounter.receipt.to_string(), record.symbol.unwrap());
    let mut nobody = site.stranger();
    both("verify", &mut nobody, None, 200).await;
    both("verify_nothing", &mut nobody, Some(&[]), 422).await;
    both("verify_shape", &mut nobody, Some(&[("codigo", "ABC")]), 422).await;
    both("verify_text", &mut nobody, Some(&[("texto", &text)]), 200).await;
    both("verify_code", &mut nobody, Some(&[("codigo", &code)]), 200).await;
    let unknown = [("codigo", "XXXX-XXXX")];
    both("verify_code_unknown", &mut nobody, Some(&unknown), 200).await;
    let unread = [("texto", "NO ES NADA DE ESTO")];
    both("verify_unread", &mut nobody, Some(&unread), 200).await;
    // A code where the text belongs, with small letters and spaces, is a code all the same.
    let spelt = code.to_lowercase().replace('-', " ");
    let answer = ask(&nobody, &[("texto", &spelt)]).await;
    assert!(answer.html().contains(&code), "{}", answer.outline());
}

#[tokio::test]
async fn it_tells_no_more_than_the_paper_and_a_code_much_less() {
    let site = Site::start().await;
    let desk = officer(Role::Desk);
    let card = site
        .house
        .issue(&may(&desk), &application())
        .await
        .unwrap()
        .card;
    let entry = site.house.enter(&may(&desk), card.number).await.unwrap();
    let (code, text) = (entry.entry.receipt.unwrap(), entry.symbol.unwrap());
    let met = met(&site).await;
    let nobody = site.stranger();
    let number = card.number.to_string();

    let paper = ask(&nobody, &[("texto", &text)]).await.html();
    assert!(paper.contains(&number) && paper.contains("INM-0417"));
    let spoken = ask(&nobody, &[("codigo", &code.to_string())]).await.html();
    assert!(spoken.contains("Talismán"), "{spoken}");
    for hidden in [number.as_str(), "INM-0417", "10:00", "Xitumul", "XITUMUL"] {
        assert!(!spoken.contains(hidden), "{hidden}");
    }
    let road = ask(&nobody, &[("texto", &met.symbol.unwrap())])
        .await
        .html();
    for hidden in ["razón", "LM 97", "km 12", &number] {
        assert!(!road.contains(hidden), "{hidden}");
    }
    // What no device of ours has signed is not shown as a fact.
    let forged = text.replace('0', "1").replace('A', "B");
    let answer = ask(&nobody, &[("texto", &forged)]).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.html().contains("INM-0417"), "{}", answer.outline());
}

#[tokio::test]
async fn a_photograph_of_the_receipt_is_read() {
    let site = Site::start().await;
    let text = met(&site).await.symbol.unwrap();
    let nobody = site.stranger();
    let picture = Symbol::new(&text)
        .unwrap()
        .to_png(NonZeroU8::new(5).unwrap());
    let sent = |bytes: &[u8]| {
        let mut body = Vec::new();
        let part = "--x\r\ncontent-disposition: form-data; name=";
        body.extend_from_slice(format!("{part}\"accion\"\r\n\r\ncomprobar\r\n").as_bytes());
        let head = "\"foto\"; filename=\"r.png\"\r\ncontent-type: image/png\r\n\r\n";
        body.extend_from_slice(format!("{part}{head}").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        body
    };
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    let answer = nobody.ask("POST", "/verify", &sent(&picture), &kind).await;
    assert_eq!(answer.status, 200);
    assert!(answer.html().contains("INM-0733"), "{}", answer.outline());
    let answer = nobody.ask("POST", "/verify", &sent(b"GIF89a"), &kind).await;
    assert_eq!(answer.status, 422);
    assert!(answer.outline().contains("JPEG"), "{}", answer.outline());
}

/// Style and mark count too: they are fetched with the first page.
#[tokio::test]
async fn the_page_is_light_and_needs_no_script() {
    let site = Site::start().await;
    let nobody = site.stranger();
    let page = nobody.get("/verify").await;
    let html = page.html();
    assert!(!html.contains("<script"));
    let mut whole = page.bytes.len();
    for found in html.split("href=\"").skip(1) {
        let href = found.split('"').next().unwrap();
        if href.contains(".css") || href.contains(".svg") {
            whole += nobody.get(href).await.bytes.len();
        }
    }
    assert!(whole < LIGHT, "{whole} bytes, not compressed");
}

/// Receipts of exits are offered when the exit is recorded, and later beside the stay.
#[tokio::test]
async fn an_exit_offers_its_receipt() {
    let site = Site::start().await;
    let desk = officer(Role::Desk);
    let card = site
        .house
        .issue(&may(&desk), &application())
        .await
        .unwrap()
        .card;
    site.house.enter(&may(&desk), card.number).await.unwrap();
    let browser = site.signed_in(Role::Desk).await;
    let holder = format!("/cruce/{}", card.number);
    let left = browser.post(&format!("{holder}/salida"), &[]).await;
    let place = left.place().to_owned();
    assert!(place.starts_with(&format!("{holder}?salida=")), "{place}");
    let code = place.rsplit('=').next().unwrap();
    for page in [place.as_str(), holder.as_str()] {
        let html = browser.get(page).await.html();
        let print = format!("{holder}/salidas/{code}/constancia.pdf");
        assert!(html.contains(&print), "{page}");
        let pdf = browser.get(&print).await;
        assert!(pdf.bytes.starts_with(b"%PDF-"), "{}", pdf.status);
    }
    // Found by its code, without the card.
    let found = browser.get(&format!("/constancias/{code}")).await;
    assert_eq!(found.status, 200);
    assert!(!found.outline().contains(&card.number.to_string()));
    let asked = browser
        .post("/recibo", &[("accion", "buscar"), ("codigo", code)])
        .await;
    assert_eq!(asked.place(), format!("/constancias/{code}"));
    let other = format!("{holder}/salidas/2222-2222/constancia.pdf");
    assert_eq!(browser.get(&other).await.status, 404);
}
