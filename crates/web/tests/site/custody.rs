//! Custody in a browser: counted, described, offered, counted again and one missing, let go; what
//! each reader finds on the way, and what nobody may.

use super::harness::{Answer, Browser, Site};
use paso_domain::{
    act::Act,
    custody::{Custodian, CustodyEvent, Offer, Opening, Recipient},
    event::Event,
    id::{EpisodeId, HandoverId, OperationId, PersonId},
    policy::Role,
    protection::Answer as Answered,
    subject::Subject,
};
use paso_formats::{
    envelope::SubjectKey,
    moment::{HOUR, MINUTE},
    secret::Secret,
};
use paso_service::{
    Officer,
    testing::{Hand, application, may, officer},
};
use std::collections::BTreeSet;

/// The second officer of the place.
fn colleague() -> Officer {
    Officer {
        number: "INM-0708".parse().unwrap(),
        ..officer(Role::Custody)
    }
}

/// Somebody at the station.
fn elsewhere() -> Officer {
    Officer {
        number: "INM-0709".parse().unwrap(),
        post: "EMC".parse().unwrap(),
        role: Role::Custody,
    }
}

/// Two people who were counted together and offered to the colleague, as facts from elsewhere: for
/// tests that need addresses only.
pub(super) async fn known(site: &Site) -> ([EpisodeId; 2], OperationId, HandoverId) {
    let keeps = officer(Role::Custody);
    let act = Act {
        at: site.house.clock().now(),
        post: keeps.post,
        officer: keeps.number.clone(),
        late: None,
    };
    let people = [
        EpisodeId::from_random([41; 16]),
        EpisodeId::from_random([42; 16]),
    ];
    let operation = OperationId::from_random([43; 16]);
    let handover = HandoverId::from_random([44; 16]);
    let mut facts = Vec::new();
    for (ordinal, id) in (1..).zip(people) {
        let secret = Secret::of(&SubjectKey::from_random([45; 32]), u32::from(ordinal));
        let opening = Opening {
            operation,
            ordinal,
            count: 2,
            person: PersonId::from_random([u8::try_from(ordinal).unwrap() + 50; 16]),
            handle: [u8::try_from(ordinal).unwrap() + 60; 16],
            taken_at: act.at,
            taken_where: "km 12".into(),
            vehicle: String::new(),
            unit: "Unidad de prueba".into(),
            ordered_by: String::new(),
            basis: "Revisión".into(),
            reason: "Sin documento".into(),
            secret: Some(secret.hash()),
            receipt: None,
            phone: None,
        };
        let event = CustodyEvent::Opened {
            act: act.clone(),
            opening,
        };
        facts.push((Subject::Episode(id), Event::Custody(event)));
        let offer = Offer {
            handover,
            to: Recipient::Post {
                post: keeps.post,
                officer: None,
            },
            counted: 2,
            reason: "Cambio de turno".into(),
            leg: None,
        };
        let event = CustodyEvent::Offered {
            act: act.clone(),
            offer,
        };
        facts.push((Subject::Episode(id), Event::Custody(event)));
    }
    site.house.happened(facts).await;
    (people, operation, handover)
}

pub(super) const OPENING: [(&str, &str); 8] = [
    ("numero", "3"),
    ("cuando", "2014-07-08T09:40"),
    ("donde", "Carretera 200, km 12"),
    ("vehiculo", "AB-12-345"),
    ("unidad", "Unidad de prueba"),
    ("orden", ""),
    ("fundamento", "Ley de Migración: revisión migratoria"),
    ("motivo", "No mostró documento migratorio"),
];

/// One page in both languages under one name.
pub(super) async fn both(name: &str, browser: &mut Browser, path: &str) -> Answer {
    let mut shown = String::new();
    let mut answers = Vec::new();
    for lang in ["es", "en"] {
        browser.lang = lang;
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200, "{name} {lang} → {}", answer.place());
        shown += &answer.outline();
        shown.push('\n');
        answers.push(answer);
    }
    browser.lang = "es";
    insta::assert_snapshot!(name, shown);
    answers.swap_remove(0)
}

/// The addresses of episodes on a page, in their order.
pub(super) fn episodes(answer: &Answer) -> Vec<String> {
    let html = answer.html();
    let mut found = Vec::new();
    for piece in html.split("href=\"/custodia/").skip(1) {
        let id = piece.split('"').next().unwrap().to_owned();
        if id.parse::<EpisodeId>().is_ok() && !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

/// An officer at work: a browser and a passkey.
pub(super) struct Worker {
    pub(super) browser: Browser,
    pub(super) hand: Hand,
}

impl Worker {
    pub(super) async fn of(site: &Site, officer: Officer, seed: u8) -> Self {
        let hand = site.house.hand(officer.clone(), seed).await;
        let browser = site.signed_in_as(&officer).await;
        Self { browser, hand }
    }

    /// Sends a form that has to be signed, signs it, and gives the place it leads to.
    pub(super) async fn signs(&self, site: &Site, path: &str, fields: &[(&str, &str)]) -> String {
        let asked = self.browser.post(path, fields).await;
        assert_eq!(asked.status, 303, "{path}: {}", asked.html());
        site.sign(&self.browser, &self.hand, asked.place()).await
    }

    /// Sends a form that is refused, and gives the page.
    pub(super) async fn refused(&self, path: &str, fields: &[(&str, &str)], says: &str) -> Answer {
        let answer = self.browser.post(path, fields).await;
        assert_eq!(answer.status, 422, "{path}");
        assert!(answer.html().contains(says), "{}", answer.outline());
        answer
    }
}

/// Three are counted, one is described, three are offered and two arrive: the third is named on both
/// sides and to the ombudsman. One is let go, and the family reads so, and no more.
#[tokio::test]
async fn three_are_offered_and_two_arrive() {
    let site = Site::start().await;
    let mut giver = Worker::of(&site, officer(Role::Custody), 61).await;
    let mut taker = Worker::of(&site, colleague(), 62).await;
    let mut watch = site.signed_in(Role::Ombudsman).await;

    both("custody_board_empty", &mut giver.browser, "/custodia").await;
    both("custody_open", &mut giver.browser, "/custodia/abrir").await;
    let asked = giver.browser.post("/custodia/abrir", &OPENING).await;
    let place = asked.place().to_owned();
    both("custody_open_sign", &mut giver.browser, &place).await;
    let operation = site.sign(&giver.browser, &giver.hand, &place).await;
    assert!(operation.starts_with("/custodia/operaciones/"));
    let page = both("custody_operation", &mut giver.browser, &operation).await;
    let people = episodes(&page);
    assert_eq!(people.len(), 3);

    // The first is described; the form goes on to the second.
    let of = |n: usize, what: &str| format!("/custodia/{}{what}", people[n]);
    let describe = of(0, "/persona");
    both("custody_person", &mut giver.browser, &describe).await;
    let second = format!("p-{}", people[1]);
    let told = [
        ("nombres", "Ana Lucía"),
        ("apellidos", "Ejemplo Prueba"),
        ("nacimiento-anio", "1991"),
        ("sexo", "F"),
        ("nacionalidad", "Honduras"),
        (second.as_str(), "1"),
        ("idioma", "español"),
        ("derechos", "español"),
        ("accion", "siguiente"),
    ];
    let saved = giver.browser.post(&describe, &told).await;
    assert_eq!(saved.place(), of(1, "/persona"));
    giver
        .refused(
            &describe,
            &[("nacimiento-mes", "13"), ("nacimiento-anio", "x")],
            "número",
        )
        .await;
    let episode = both("custody_episode", &mut giver.browser, &of(0, "")).await;
    assert!(episode.html().contains("Ejemplo Prueba"));
    both("custody_list", &mut giver.browser, "/custodia/lista").await;

    // The whole place is offered to the shift that comes in; the count must be that of the ticks.
    both(
        "custody_offer",
        &mut giver.browser,
        "/custodia/entregar?todas",
    )
    .await;
    let ticks: Vec<String> = people.iter().map(|id| format!("p-{id}")).collect();
    let all = |counted: &'static str| {
        let mut fields: Vec<_> = ticks.iter().map(|name| (name.as_str(), "1")).collect();
        fields.extend([
            ("contadas", counted),
            ("destino", "TAL"),
            ("motivo", "Cambio de turno"),
        ]);
        fields
    };
    giver
        .refused("/custodia/entregar", &all("2"), "no coinciden")
        .await;
    let handover = giver.signs(&site, "/custodia/entregar", &all("3")).await;
    assert!(handover.starts_with("/custodia/entregas/"));
    both("custody_offer_made", &mut giver.browser, &handover).await;
    both("custody_board_offered", &mut taker.browser, "/custodia").await;
    both("custody_receive", &mut taker.browser, &handover).await;

    // Whoever gave cannot receive; whoever receives counts two, after miscounting.
    let receive = format!("{handover}/recibir");
    let two = [(ticks[0].as_str(), "1"), (ticks[1].as_str(), "1")];
    let counted = |n: &'static str| [two[0], two[1], ("contadas", n)];
    giver
        .refused(&receive, &counted("2"), "Quien ofrece no recibe")
        .await;
    taker.refused(&receive, &counted("3"), "no coinciden").await;
    let asked = taker.browser.post(&receive, &counted("2")).await;
    let place = asked.place().to_owned();
    both("custody_receive_sign", &mut taker.browser, &place).await;
    assert_eq!(
        site.sign(&taker.browser, &taker.hand, &place).await,
        handover
    );
    both("custody_received", &mut taker.browser, &handover).await;
    // Each of those who came is given a receipt; whoever gave them away has none of theirs.
    let slips = format!("{handover}/constancias.pdf");
    let printed = taker.browser.get(&slips).await;
    assert_eq!(printed.status, 200);
    assert!(printed.bytes.starts_with(b"%PDF"));
    let gave = both("custody_missing", &mut giver.browser, &handover).await;
    assert!(gave.html().contains("Usted sigue respondiendo"));

    // The ombudsman sees who did not arrive, and finds somebody by name.
    let found = both("custody_overlook", &mut watch, "/vigilancia/custodia").await;
    assert!(found.html().contains("No llegó con las demás"));
    let sought = watch
        .post("/vigilancia/custodia", &[("nombre", "ejemplo ana")])
        .await;
    assert!(sought.html().contains("Ejemplo Prueba"));
    let page = format!("/vigilancia/custodia/{}", people[2]);
    let page = both("custody_overlook_episode", &mut watch, &page).await;
    assert!(!page.html().contains("<form class=\"row\""));

    // The secret, and what it shows before and after.
    let stranger = site.stranger();
    let page = taker.browser.get(&of(0, "/secreto")).await;
    let html = page.html();
    let secret = html.split("<strong>").find_map(|piece| {
        let text = piece.split('<').next().unwrap();
        (text.len() == 19).then(|| text.to_owned())
    });
    let secret = secret.unwrap();
    let ask = async |text: &str| {
        let fields = [("secreto", text), ("accion", "preguntar")];
        let answer = stranger.post("/familia", &fields).await;
        assert!(answer.bytes.len() < 35 * 1024);
        assert_eq!(answer.header("cache-control"), "no-store");
        answer
    };
    let held = ask(&secret).await;
    assert!(
        held.html()
            .contains("Está en custodia de Autoridad de prueba")
    );
    insta::assert_snapshot!("custody_family", held.outline());

    // A release waits for nobody, and is countersigned afterwards.
    both("custody_end", &mut taker.browser, &of(0, "/terminar")).await;
    let released = [
        ("como", "released"),
        ("consta", "Salió por la puerta, la vio INM-0708"),
    ];
    let place = taker.signs(&site, &of(0, "/terminar"), &released).await;
    assert_eq!(place, of(0, ""));
    let page = taker.browser.get(&place).await.html();
    let slip = page.split('"').find(|text| text.contains("/recibos/"));
    let printed = taker.browser.get(slip.unwrap()).await;
    assert!(printed.bytes.starts_with(b"%PDF"), "{}", printed.status);
    site.house
        .clock()
        .set(site.house.clock().now().plus(5 * MINUTE));
    both("custody_board_unsigned", &mut giver.browser, "/custodia").await;
    taker
        .refused(&of(0, "/refrendar"), &[], "quien es parte")
        .await;
    giver.signs(&site, &of(0, "/refrendar"), &[]).await;
    both("custody_ended", &mut giver.browser, &of(0, "")).await;
    // Who has left with two signatures leaves no hole in the count.
    let found = watch.get("/vigilancia/custodia").await.html();
    assert!(found.contains("Lo que no cuadra") && !found.contains("se contaron 3"));
    assert!(found.contains("se ofrecieron 3 (en lista 3)"));
    let gone = ask(&secret).await.html();
    assert!(gone.contains("Ya no está en custodia"));
    for word in ["Talismán", "libertad", "Ejemplo"] {
        assert!(!gone.contains(word), "{word}");
    }
    // A secret that nobody has and one that was closed look alike.
    let secreto = of(1, "/secreto");
    let closed = taker.browser.post(&secreto, &[("accion", "cerrar")]).await;
    assert_eq!(closed.status, 303);
    let nothing = ask("2C7K-9XRT-HJKP-2346").await;
    assert!(nothing.html().contains("No hay nada con esa clave"));
    assert_eq!(ask("AAAA").await.status, 422);
}

/// On paper: amber, and the giver answers, until it is confirmed. The photograph is hashed and gone.
#[tokio::test]
async fn a_hospital_takes_somebody_on_paper() {
    let site = Site::start().await;
    let mut giver = Worker::of(&site, officer(Role::Custody), 61).await;
    let operation = giver.signs(&site, "/custodia/abrir", &OPENING).await;
    let people = episodes(&giver.browser.get(&operation).await);
    let page = format!("/custodia/papel?de={}", people[0]);
    both("custody_paper", &mut giver.browser, &page).await;
    let tick = format!("p-{}", people[0]);
    giver
        .refused(
            "/custodia/papel",
            &[(&tick, "1"), ("como", "hospital")],
            "institución",
        )
        .await;
    let handed = [
        (tick.as_str(), "1"),
        ("como", "hospital"),
        ("institucion", "Hospital de prueba"),
        ("recibe", "Dra. Nadie, urgencias"),
    ];
    let place = giver.signs(&site, "/custodia/papel", &handed).await;
    assert_eq!(place, format!("/custodia/{}", people[0]));
    let page = both("custody_on_paper", &mut giver.browser, &place).await;
    assert!(page.html().contains("En papel, sin confirmar"));
    let confirm = format!("{place}/confirmar");
    giver
        .refused(&confirm, &[("como", " ")], "hace constar")
        .await;
    let done = giver
        .browser
        .post(&confirm, &[("como", "Llamada a urgencias, 11:20")])
        .await;
    assert_eq!(done.place(), place);
    let page = giver.browser.get(&place).await.html();
    assert!(page.contains("Hospital") && page.contains("Falta el refrendo"));
}

/// Another post finds nothing, as if there were nothing.
#[tokio::test]
async fn another_post_finds_nobody() {
    let site = Site::start().await;
    let (people, operation, handover) = known(&site).await;
    let other = site.signed_in_as(&elsewhere()).await;
    let nobody = EpisodeId::from_random([99; 16]);
    for path in [
        format!("/custodia/{}", people[0]),
        format!("/custodia/{}/persona", people[0]),
        format!("/custodia/{}/terminar", people[0]),
        format!("/custodia/{}/secreto", people[0]),
        format!("/custodia/operaciones/{operation}"),
        format!("/custodia/entregas/{handover}"),
        format!("/custodia/{nobody}"),
    ] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
    }
    for what in ["falta", "aparece", "confirmar", "refrendar", "llegada"] {
        let path = format!("/custodia/{}/{what}", people[0]);
        let fields = [(what, "x"), ("como", "x")];
        assert_eq!(other.post(&path, &fields).await.status, 404, "{path}");
    }
    assert!(episodes(&other.get("/custodia").await).is_empty());
}

/// Not found is no ending: it is said, reaches the ombudsman in the same second, and the officer goes
/// on answering.
#[tokio::test]
async fn who_is_not_found_reaches_the_ombudsman_at_once() {
    let site = Site::start().await;
    let (people, ..) = known(&site).await;
    let keeps = site.signed_in_as(&officer(Role::Custody)).await;
    let watch = site.signed_in(Role::Ombudsman).await;
    let path = format!("/custodia/{}", people[1]);
    let asked = keeps.post(&format!("{path}/falta"), &[("falta", "")]).await;
    assert_eq!(asked.status, 422);
    let note = [("falta", "No contestó al pase de lista")];
    assert_eq!(
        keeps.post(&format!("{path}/falta"), &note).await.status,
        303
    );
    let board = watch.get("/vigilancia/custodia").await.html();
    assert!(board.contains("No aparece") && board.contains(&people[1].to_string()));
    assert!(!board.contains(&people[0].to_string()));
    let page = keeps.get(&path).await.html();
    assert!(page.contains("INM-0707 · "), "{page}");
    site.house
        .clock()
        .set(site.house.clock().now().plus(MINUTE));
    let here = format!("{path}/aparece");
    let found = keeps.post(&here, &[("aparece", "En el baño")]).await;
    assert_eq!(found.status, 303);
    let board = watch.get("/vigilancia/custodia").await.html();
    assert!(!board.contains(&people[1].to_string()));
}

/// Nobody alone says who answers: a supervisor's word waits for a second one.
#[tokio::test]
async fn who_answers_is_settled_by_two() {
    let site = Site::start().await;
    let (people, ..) = known(&site).await;
    let supervisor = Worker::of(&site, officer(Role::Supervisor), 63).await;
    let path = format!("/custodia/{}/resolver", people[0]);
    supervisor
        .refused(&path, &[("responde", "x")], "número de oficial")
        .await;
    let settled = [
        ("responde", "INM-0708"),
        ("responde-puesto", "TAL"),
        ("responde-motivo", "Quien respondía fue dado de baja"),
    ];
    let place = supervisor.signs(&site, &path, &settled).await;
    assert!(place.starts_with("/firmas/"), "{place}");
    let answers = Custodian {
        officer: "INM-0707".parse().unwrap(),
        post: "TAL".parse().unwrap(),
    };
    let reading = may(&officer(Role::Supervisor));
    let episode = site.house.episode(&reading, people[0]).await.unwrap();
    assert_eq!(episode.story.answers, Some(answers));
}

/// To whom somebody was referred, and why, is on no page of custody.
#[tokio::test]
async fn custody_reads_that_somebody_was_referred_and_no_more() {
    let site = Site::start().await;
    let (people, ..) = known(&site).await;
    let keeps = may(&officer(Role::Custody));
    for (id, answer) in [
        (people[0], Answered::VictimOfCrime),
        (people[1], Answered::ChildOrMayBe),
    ] {
        let told = site.house.episode(&keeps_reading(), id).await.unwrap();
        let person = told.story.person().unwrap();
        site.house
            .screen(&keeps, person, BTreeSet::from([answer]))
            .await
            .unwrap();
    }
    for role in [Role::Custody, Role::Supervisor] {
        let browser = site.signed_in(role).await;
        let mut pages = Vec::new();
        for (id, n) in people.iter().zip(["1", "2"]) {
            let page = browser.get(&format!("/custodia/{id}")).await;
            assert!(page.html().contains("Canalizada"));
            let told = site.house.episode(&keeps_reading(), *id).await.unwrap();
            let page = page
                .outline()
                .replace(&id.to_string(), "…")
                .replace(&told.story.person().unwrap().to_string(), "…")
                .replace(&format!("Persona {n} de"), "Persona n de");
            let folio = id.to_string()[..4].to_owned();
            pages.push(
                page.replace(&format!("{folio}-{folio}"), "…")
                    .replace(&format!("{folio}-{folio}").to_uppercase(), "…"),
            );
        }
        assert_eq!(pages[0], pages[1], "{role}");
    }
}

/// A child's referral is for child protection alone; it says so, the clock stops, and until it does the
/// ombudsman sees it late.
#[tokio::test]
async fn a_referral_is_received_by_whom_it_is_for() {
    let site = Site::start().await;
    let (people, ..) = known(&site).await;
    let reading = keeps_reading();
    let told = site.house.episode(&reading, people[0]).await.unwrap();
    let person = told.story.person().unwrap();
    let answers = BTreeSet::from([Answered::ChildOrMayBe]);
    let keeps = may(&officer(Role::Custody));
    site.house.screen(&keeps, person, answers).await.unwrap();
    let mut child = site.signed_in(Role::ChildProtection).await;
    let prosecutor = site.signed_in(Role::Prosecutor).await;
    let watch = site.signed_in(Role::Ombudsman).await;
    both("referrals", &mut child, "/canalizaciones").await;
    let nothing = prosecutor.get("/canalizaciones").await.html();
    assert!(nothing.contains("Ninguna") && !nothing.contains(&person.to_string()));
    let receive = format!("/canalizaciones/{person}");
    assert_eq!(prosecutor.post(&receive, &[]).await.status, 404);
    let late = "Venció: Aviso a la Procuraduría";
    let board = async |watch: &Browser| watch.get("/vigilancia/custodia").await.html();
    assert!(!board(&watch).await.contains(late));
    site.house.clock().set(site.house.clock().now().plus(HOUR));
    // Their sessions have ended meanwhile.
    let watch = site.signed_in(Role::Ombudsman).await;
    let child = site.signed_in(Role::ChildProtection).await;
    assert!(board(&watch).await.contains(late));
    // Enforcement reads nothing of it.
    let page = site.signed_in(Role::Custody).await;
    let page = page.get(&format!("/custodia/{}", people[0])).await.html();
    assert!(page.contains("Canalizada") && !page.contains("Procuraduría"));
    assert_eq!(child.post(&receive, &[]).await.place(), "/canalizaciones");
    assert!(
        child
            .get("/canalizaciones")
            .await
            .html()
            .contains("Recibido ")
    );
    assert_eq!(child.post(&receive, &[]).await.status, 409);
    assert!(!board(&watch).await.contains(late));
}

fn keeps_reading() -> paso_service::access::Permit<paso_domain::policy::powers::ReadCustody> {
    may(&officer(Role::Custody))
}

/// Whoever shows a card is recognised by it, and it can be undone; of the record behind it nothing is
/// shown, and no protection is lost by it.
#[tokio::test]
async fn somebody_is_recognised_by_their_card() {
    let site = Site::start().await;
    let (people, ..) = known(&site).await;
    let desk = officer(Role::Desk);
    let card = site.house.issue(&may(&desk), &application()).await.unwrap();
    let keeps = officer(Role::Custody);
    let browser = site.signed_in_as(&keeps).await;
    let path = format!("/custodia/{}", people[0]);
    let before = site.house.episode(&may(&keeps), people[0]).await.unwrap();
    let own = before.story.person().unwrap();
    let answers = BTreeSet::from([Answered::FearsReturn]);
    site.house.screen(&may(&keeps), own, answers).await.unwrap();

    let recognise = format!("{path}/reconocer");
    let number = card.card.number.to_string();
    for (number, evidence, says) in [
        ("TAL-1", "el retrato", "tarjeta"),
        ("TAL-0000-0001-5", "el retrato", "tarjeta"),
        (number.as_str(), "", "hace constar"),
    ] {
        let fields = [("tarjeta", number), ("reconocida-por", evidence)];
        let answer = browser.post(&recognise, &fields).await;
        assert_eq!(answer.status, 422, "{number}");
        assert!(answer.html().contains(says), "{}", answer.html());
    }
    let fields = [
        ("tarjeta", number.as_str()),
        ("reconocida-por", "El retrato es el suyo"),
    ];
    assert_eq!(browser.post(&recognise, &fields).await.place(), path);
    let record = site.house.episode(&may(&keeps), people[0]).await.unwrap();
    assert_eq!(record.story.person(), Some(card.card.person));
    assert!(
        record.screened && record.flag,
        "what was answered before counts"
    );
    assert_eq!(browser.post(&recognise, &fields).await.status, 422);
    let page = browser.get(&path).await.html();
    assert!(page.contains("No es esa persona") && !page.contains("MARIA"));

    site.house
        .clock()
        .set(site.house.clock().now().plus(MINUTE));
    let why = [("desconocida-por", "La tarjeta era de su hermana")];
    let undone = browser.post(&format!("{path}/desconocer"), &why).await;
    assert_eq!(undone.place(), path);
    let record = site.house.episode(&may(&keeps), people[0]).await.unwrap();
    assert_eq!((record.story.person(), record.facts.len()), (Some(own), 4));
}
