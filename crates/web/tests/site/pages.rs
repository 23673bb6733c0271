//! Every page in both languages, as an outline to be read: what is on it, in which order, with
//! which controls. The records are fictional; clock and randomness stand still.

use super::harness::{Answer, Browser, Site};
use paso_domain::policy::Role;
use paso_formats::moment::{DAY, HOUR};
use paso_service::testing::{MORNING, may, officer};

/// Nobody's passport: Guatemala, an adult.
const MARIA: &str = "P<GTMXITUMUL<DE<LEON<<MARIA<KABEL<<<<<<<<<<<\n\
                     2045187634GTM9005318F3105191<<<<<<<<<<<<<<<8";

/// What a desk sends for her after reading the zone.
const TYPED: [(&str, &str); 12] = [
    ("apellidos", "Xitumul de León"),
    ("nombres", "María K’abel"),
    ("nacimiento-dia", "31"),
    ("nacimiento-mes", "5"),
    ("nacimiento-anio", "1990"),
    ("sexo", "F"),
    ("nacionalidad", "GTM"),
    ("doc1-clase", "passport"),
    ("doc1-numero", "204518763"),
    ("doc1-pais", "GTM"),
    ("doc1-vence-anio", ""),
    ("mrz", ""),
];

fn form<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<_> = TYPED
        .into_iter()
        .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
        .collect();
    fields.extend_from_slice(changes);
    fields
}

/// One page in both languages under one name.
async fn both(
    name: &str,
    browser: &mut Browser,
    path: &str,
    fields: Option<&[(&str, &str)]>,
    status: u16,
) {
    let mut shown = String::new();
    for lang in ["es", "en"] {
        browser.lang = lang;
        let answer = match fields {
            None => browser.get(path).await,
            Some(fields) => browser.post(path, fields).await,
        };
        assert_eq!(answer.status, status, "{name} {lang} → {}", answer.place());
        shown += &answer.outline();
        shown.push('\n');
    }
    browser.lang = "es";
    insta::assert_snapshot!(name, shown);
}

fn went(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.html());
    answer.place().to_owned()
}

#[tokio::test]
async fn pages_for_everybody() {
    let site = Site::with(true).await;
    let mut nobody = site.stranger();
    both("welcome", &mut nobody, "/", None, 200).await;
    both("sign_in", &mut nobody, "/entrar", None, 200).await;
    let link = site.house.invited(&officer(Role::Inspector)).await;
    let page = format!("/alta/{}", link.expose());
    both("enrol", &mut nobody, &page, None, 200).await;
    let unanswered = [("acto", ""), ("respuesta", "")];
    both(
        "enrol_unanswered",
        &mut nobody,
        &page,
        Some(&unanswered),
        422,
    )
    .await;
    both("enrol_dead", &mut nobody, "/alta/INM-0417~abc", None, 422).await;
    both(
        "signed_out_while_typing",
        &mut nobody,
        "/mesa",
        Some(&[]),
        401,
    )
    .await;
    for (role, name) in [
        (Role::Desk, "home_desk"),
        (Role::Checkpoint, "home_checkpoint"),
        (Role::Supervisor, "home_supervisor"),
    ] {
        let mut browser = site.signed_in(role).await;
        both(name, &mut browser, "/", None, 200).await;
    }
    let mut supervisor = site.signed_in(Role::Supervisor).await;
    both("signing_list", &mut supervisor, "/firmas", None, 200).await;
    let mut desk = site.signed_in(Role::Desk).await;
    both("help", &mut desk, "/ayuda", None, 200).await;
    both("not_found", &mut desk, "/nada", None, 404).await;
    both(
        "open_card_wrong_number",
        &mut desk,
        "/tarjetas?numero=TAL-1",
        None,
        422,
    )
    .await;
    let wrong = "/tarjetas/TAL-0000-0000-0";
    assert_eq!(desk.get(wrong).await.status, 404);
}

#[tokio::test]
async fn the_desk() {
    let site = Site::start().await;
    let mut desk = site.signed_in(Role::Desk).await;
    both("desk_fresh", &mut desk, "/mesa", None, 200).await;
    let zone = [("mrz", MARIA), ("accion", "leer")];
    both("desk_read", &mut desk, "/mesa", Some(&zone), 200).await;
    let misread = MARIA.replace("9005318", "9005313");
    let zone = [
        ("mrz", misread.as_str()),
        ("accion", "leer"),
        ("apellidos", "ya escrito"),
    ];
    both("desk_misread", &mut desk, "/mesa", Some(&zone), 422).await;
    both(
        "desk_nothing_typed",
        &mut desk,
        "/mesa",
        Some(&[("accion", "ver")]),
        422,
    )
    .await;
    let asked = form(&[("accion", "ver"), ("cui", "1234 56789 0123")]);
    both("desk_eligible", &mut desk, "/mesa", Some(&asked), 200).await;
    let child = form(&[
        ("accion", "ver"),
        ("nacimiento-anio", "2004"),
        ("permiso", "justice-of-the-peace"),
    ]);
    both("desk_child_alone", &mut desk, "/mesa", Some(&child), 200).await;
    let other = form(&[
        ("accion", "ver"),
        ("nacionalidad", "NIC"),
        ("doc1-pais", "NIC"),
    ]);
    both("desk_not_covered", &mut desk, "/mesa", Some(&other), 200).await;
    let no_reasons = form(&[
        ("accion", "negar"),
        ("visto", "1"),
        ("negativa-razones", ""),
    ]);
    both(
        "desk_refusal_unreasoned",
        &mut desk,
        "/mesa",
        Some(&no_reasons),
        422,
    )
    .await;
    let portrait = form(&[
        ("accion", "expedir"),
        ("nacionalidad", "NIC"),
        ("doc1-pais", "NIC"),
    ]);
    both(
        "desk_issue_refused",
        &mut desk,
        "/mesa",
        Some(&portrait),
        422,
    )
    .await;
    let refused = form(&[
        ("accion", "negar"),
        ("nacionalidad", "NIC"),
        ("doc1-pais", "NIC"),
        ("negativa-causa", "not-eligible"),
        (
            "negativa-razones",
            "La regla cubre a nacionales de Guatemala y Belice.",
        ),
        ("negativa-remedio", "Acudir a la oficina de trámites."),
    ]);
    let hand = site.hand(Role::Desk).await;
    let place = went(&desk.post("/mesa", &refused).await);
    both("sign_refusal", &mut desk, &place, None, 200).await;
    let place = site.sign(&desk, &hand, &place).await;
    both("refusal", &mut desk, &place, None, 200).await;
    let pdf = desk.get(&format!("{place}/imprimir.pdf")).await;
    assert!(pdf.bytes.starts_with(b"%PDF") && pdf.header("content-type") == "application/pdf");
}

#[tokio::test]
async fn a_card_and_its_crossings() {
    let site = Site::start().await;
    let mut desk = site.signed_in(Role::Desk).await;
    let issue = form(&[("accion", "expedir")]);
    let place = went(&desk.post("/mesa", &issue).await);
    both("card_fresh", &mut desk, &place, None, 200).await;
    let card = place.split('?').next().unwrap().to_owned();
    let number = card.rsplit('/').next().unwrap().to_owned();
    assert!(
        desk.get(&format!("{card}/imprimir.pdf"))
            .await
            .bytes
            .starts_with(b"%PDF")
    );
    // The same person again: the desk is asked, and must answer.
    let again = form(&[("accion", "ver")]);
    both("desk_known_person", &mut desk, "/mesa", Some(&again), 200).await;
    both(
        "desk_known_person_unanswered",
        &mut desk,
        "/mesa",
        Some(&issue),
        422,
    )
    .await;
    both(
        "desk_renewal",
        &mut desk,
        &format!("/mesa?renueva={number}"),
        None,
        200,
    )
    .await;
    both(
        "desk_replacement",
        &mut desk,
        &format!("/mesa?sustituye={number}"),
        None,
        200,
    )
    .await;

    both("crossing", &mut desk, "/cruce", None, 200).await;
    let unknown = [("accion", "buscar"), ("tarjeta", "nothing")];
    both("crossing_unread", &mut desk, "/cruce", Some(&unknown), 422).await;
    let found = [("accion", "buscar"), ("tarjeta", number.as_str())];
    let crossing = went(&desk.post("/cruce", &found).await);
    both("crossing_holder", &mut desk, &crossing, None, 200).await;
    let entry = went(&desk.post(&format!("{crossing}/entrada"), &[]).await);
    both("entry", &mut desk, &entry, None, 200).await;
    assert!(
        desk.get(&format!("{entry}/hoja.pdf"))
            .await
            .bytes
            .starts_with(b"%PDF")
    );
    let start = MORNING.parse::<paso_formats::moment::Moment>().unwrap();
    // Between the clocks: 72 hours have passed, the third day after entry has not.
    site.house.clock().set(start.plus(3 * DAY + HOUR));
    let mut desk = site.signed_in(Role::Desk).await;
    both("entry_between_the_clocks", &mut desk, &entry, None, 200).await;
    both("crossing_open_stay", &mut desk, &crossing, None, 200).await;
    let second = went(&desk.post(&format!("{crossing}/entrada"), &[]).await);
    both("entry_that_closed_another", &mut desk, &second, None, 200).await;
    let left = went(&desk.post(&format!("{crossing}/salida"), &[]).await);
    both("crossing_left", &mut desk, &left, None, 200).await;
    let left = went(&desk.post(&format!("{crossing}/salida"), &[]).await);
    assert!(left.contains("?salida-sin-entrada="), "{left}");
    // A code in the place of a number: read, proven, and found in the register.
    let text = site
        .house
        .card(&may(&officer(Role::Desk)), number.parse().unwrap())
        .await
        .unwrap()
        .card
        .text;
    let scanned = [("accion", "buscar"), ("tarjeta", text.as_str())];
    both("crossing_scanned", &mut desk, "/cruce", Some(&scanned), 200).await;

    let mut supervisor = site.signed_in(Role::Supervisor).await;
    both("card_for_the_supervisor", &mut supervisor, &card, None, 200).await;
    both(
        "revoke",
        &mut supervisor,
        &format!("{card}/revocar"),
        None,
        200,
    )
    .await;
    let unordered = [("accion", "revocar"), ("causa", "ordered"), ("nota", "")];
    both(
        "revoke_unordered",
        &mut supervisor,
        &format!("{card}/revocar"),
        Some(&unordered),
        422,
    )
    .await;
    let stolen = [
        ("accion", "revocar"),
        ("causa", "stolen"),
        ("nota", "Lo declaró en la mesa."),
    ];
    let unsigned = supervisor.post(&format!("{card}/revocar"), &stolen).await;
    assert_eq!(unsigned.status, 409, "nothing to sign with");
    let hand = site.hand(Role::Supervisor).await;
    let place = went(&supervisor.post(&format!("{card}/revocar"), &stolen).await);
    both("sign_revocation", &mut supervisor, &place, None, 200).await;
    assert_eq!(site.sign(&supervisor, &hand, &place).await, card);
    both("card_revoked", &mut supervisor, &card, None, 200).await;
    let print = supervisor.get(&format!("{card}/imprimir.pdf")).await;
    assert_eq!(print.status, 404, "a dead card is not printed again");
    both("crossing_revoked", &mut desk, &crossing, None, 200).await;
    let refused = desk.post(&format!("{crossing}/entrada"), &[]).await;
    assert_eq!(refused.status, 422);
    both("today_desk", &mut desk, "/hoy", None, 200).await;
    let mut checkpoint = site.signed_in(Role::Checkpoint).await;
    both("today_checkpoint", &mut checkpoint, "/hoy", None, 200).await;
    both(
        "today_before",
        &mut checkpoint,
        "/hoy?dia=2014-07-01",
        None,
        200,
    )
    .await;
}

#[tokio::test]
async fn the_checkpoint() {
    let site = Site::start().await;
    let desk = officer(Role::Desk);
    let card = site
        .house
        .issue(&may(&desk), &paso_service::testing::application())
        .await
        .unwrap()
        .card;
    let slip = site
        .house
        .enter(&may(&desk), card.number)
        .await
        .unwrap()
        .entry;
    let mut browser = site.signed_in(Role::Checkpoint).await;
    both("check", &mut browser, "/punto", None, 200).await;
    let both_texts = format!("{}\r\n{}\r\n", card.text, slip.slip_text);
    let cut = &card.text[..100];
    let number = card.number.to_string();
    for (name, typed, status) in [
        ("check_nothing", "", 422),
        ("check_number", number.as_str(), 422),
        ("verdict_valid", card.text.as_str(), 200),
        ("verdict_stay", both_texts.as_str(), 200),
        ("verdict_unread", cut, 200),
    ] {
        let fields = [("accion", "revisar"), ("codigo", typed)];
        both(name, &mut browser, "/punto", Some(&fields), status).await;
    }
    let start = MORNING.parse::<paso_formats::moment::Moment>().unwrap();
    for (name, later) in [
        ("verdict_leave_now", 3 * DAY + HOUR),
        ("verdict_overstayed", 5 * DAY),
        ("verdict_bundle_old", 40 * DAY),
    ] {
        site.house.clock().set(start.plus(later));
        let mut browser = site.signed_in(Role::Checkpoint).await;
        let shown = if later > 10 * DAY {
            card.text.as_str()
        } else {
            both_texts.as_str()
        };
        let fields = [("accion", "revisar"), ("codigo", shown)];
        both(name, &mut browser, "/punto", Some(&fields), 200).await;
    }
    site.house.clock().set(start);
    let mut browser = site.signed_in(Role::Checkpoint).await;
    both("encounter", &mut browser, "/encuentro", None, 200).await;
    let nothing = [("accion", "registrar"), ("lugar", "")];
    both(
        "encounter_untold",
        &mut browser,
        "/encuentro",
        Some(&nothing),
        422,
    )
    .await;
    let untold = [
        ("accion", "registrar"),
        ("lugar", "km 12"),
        ("leido", card.text.as_str()),
    ];
    both(
        "encounter_untold_after_verdict",
        &mut browser,
        "/encuentro",
        Some(&untold),
        422,
    )
    .await;
    // Custody after a green verdict is recorded, and recorded as what it is.
    let custody = [
        ("accion", "registrar"),
        ("resultado", "taken-into-custody"),
        ("lugar", "km 12"),
        ("leido", card.text.as_str()),
    ];
    let place = went(&browser.post("/encuentro", &custody).await);
    both("receipt_with_breaches", &mut browser, &place, None, 200).await;
    let code = place
        .rsplit('/')
        .next()
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let pdf = browser
        .get(&format!("/constancias/{code}/imprimir.pdf"))
        .await;
    assert!(pdf.bytes.starts_with(b"%PDF"));
    both("receipt_find", &mut browser, "/recibo", None, 200).await;
    for (name, typed) in [("receipt_shape", "2C7"), ("receipt_unknown", "2222-2222")] {
        let fields = [("accion", "buscar"), ("codigo", typed)];
        both(name, &mut browser, "/recibo", Some(&fields), 422).await;
    }
    let spoken = code.replace('-', " ").to_lowercase();
    let fields = [("accion", "buscar"), ("codigo", spoken.as_str())];
    assert_eq!(
        browser.post("/recibo", &fields).await.place(),
        format!("/constancias/{code}")
    );
}

#[tokio::test]
async fn two_records_of_one_person() {
    let site = Site::start().await;
    let desk = officer(Role::Desk);
    let mut other = paso_service::testing::application();
    let one = site.house.issue(&may(&desk), &other).await.unwrap().card;
    other.name = paso_formats::name::PersonName::new("Aju Xitumul", "Maria");
    let two = site.house.issue(&may(&desk), &other).await.unwrap().card;
    let mut supervisor = site.signed_in(Role::Supervisor).await;
    let page = format!("/personas/{}", one.person);
    both("person", &mut supervisor, &page, None, 200).await;
    let into = two.number.to_string();
    let unreasoned = [("otra", into.as_str()), ("razon", "")];
    both(
        "person_merge_unreasoned",
        &mut supervisor,
        &format!("{page}/unir"),
        Some(&unreasoned),
        422,
    )
    .await;
    let reasoned = [
        ("otra", into.as_str()),
        ("razon", "Mismo pasaporte y mismo retrato."),
    ];
    let hand = site.hand(Role::Supervisor).await;
    let place = went(&supervisor.post(&format!("{page}/unir"), &reasoned).await);
    site.sign(&supervisor, &hand, &place).await;
    let place = format!("{page}?unido");
    both("person_merged", &mut supervisor, &place, None, 200).await;
    let undo = [("razon-deshacer", "Eran hermanas.")];
    let place = went(&supervisor.post(&format!("{page}/deshacer"), &undo).await);
    site.sign(&supervisor, &hand, &place).await;
    let place = format!("{page}?deshecho");
    both("person_undone", &mut supervisor, &place, None, 200).await;
}

/// A form that arrives twice decides once.
#[tokio::test]
async fn a_second_press_issues_no_second_card() {
    let site = Site::start().await;
    let desk = site.signed_in(Role::Desk).await;
    let mark = desk.get("/mesa").await.field("vez").unwrap();
    let issue = form(&[("accion", "expedir"), ("vez", &mark)]);
    let (first, second) = tokio::join!(desk.post("/mesa", &issue), desk.post("/mesa", &issue));
    let first = went(&first);
    assert_eq!(went(&second), first);
    assert_eq!(went(&desk.post("/mesa", &issue).await), first);
}
