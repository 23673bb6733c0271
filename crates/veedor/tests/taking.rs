//! Reports of people taken: the form and its mistakes, the folio and the secret, the clock that runs out
//! before everybody, the authority's signed answer, and what the statements say to it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_formats::{
    entry::{Minute, StreamId},
    moment::{DAY, HOUR, Moment},
    narrative,
    statement::{Kind, OpeningKey, Statement},
    taking::{Answer, Folio, Says},
};
use paso_pages::Texts;
use paso_tlog::policy::Policy;
use paso_veedor::{
    clock::Clock,
    custody::{Stands, Told, count::Committed},
    disk::Disk,
    key::Key,
    server::{self, Shared},
    taking::{
        Asked, Given, Report, Takings,
        rule::{Match, Standing, hold, is_late},
        store::Store,
    },
    token::Token,
    witness::Witness,
};
use std::{
    collections::BTreeMap,
    os::unix::fs::PermissionsExt,
    sync::{Arc, atomic::AtomicU64},
};
use support::{
    NOON, config,
    hub::{CODE, ORIGIN, log_signer, settings, vkey},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const TOKEN: &str = "the-token-of-the-authorities-here";

/// 14:30 in Chiapas on 20 September 2026, half a day before noon.
const FORM: &str = "accion=contar&estado=MX-CHP&lugar=Ret%C3%A9n+El+Ejemplo&fecha-dia=20&\
     fecha-mes=9&fecha-anio=2026&hora=14%3A30&personas=12&unidad=XX-1&vehiculo=autob%C3%BAs+blanco&\
     relato=Luz+lo+vio+todo";

fn key(byte: u8) -> OpeningKey {
    OpeningKey::from_random([byte; 32]).unwrap()
}

fn noon(seconds: i64) -> Moment {
    Moment::from_unix(i64::try_from(NOON).unwrap() + seconds)
}

/// A veedor that takes reports, and one at another hour over the same file.
struct Served {
    temp: tempfile::TempDir,
}

impl Served {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("token");
        std::fs::write(&path, TOKEN).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::create_dir(temp.path().join("logs")).unwrap();
        Self { temp }
    }

    async fn store(&self) -> Store {
        Store::open(&self.temp.path().join("takings.db"))
            .await
            .unwrap()
    }

    /// Sends a request so many seconds after noon; status and body.
    async fn send(
        &self,
        seconds: u64,
        method: &str,
        path: &str,
        head: &str,
        body: &[u8],
    ) -> (u16, String) {
        let dir = self.temp.path();
        let witness = Witness::open(
            &dir.join("logs"),
            &Disk::reliable(),
            config(),
            Key::from_seed(&[3; 32]),
            Clock::Set(AtomicU64::new(NOON + seconds)),
        );
        let router = server::router(Shared {
            witness: Arc::new(witness.unwrap()),
            mirrors: Arc::new([]),
            policy: Arc::new(Policy::parse(b"quorum none\n").unwrap()),
            token: None,
            takings: Some(Arc::new(Takings {
                store: self.store().await,
                key: key(1).sealing_key().clone(),
                hours: 24,
                token: Token::load(&dir.join("token")).unwrap(),
                authorities: vec![(CODE.to_owned(), settings(&[ORIGIN]).logs)],
            })),
            summary: dir.join("custody.json"),
            texts: Arc::new(Texts::built_in().unwrap()),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{head}content-length: {}\r\n\r\n",
            body.len()
        );
        stream
            .write_all(&[head.as_bytes(), body].concat())
            .await
            .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let (head, page) = text.split_once("\r\n\r\n").unwrap();
        for wrong in ["[[", "{$", "<script", "style="] {
            assert!(!page.contains(wrong), "{wrong}: {page}");
        }
        assert!(text.len() < 35_000, "{}", text.len());
        (head[9..12].parse().unwrap(), page.to_owned())
    }

    async fn post(&self, seconds: u64, path: &str, form: &str) -> (u16, String) {
        let kind = "content-type: application/x-www-form-urlencoded\r\n";
        self.send(seconds, "POST", path, kind, form.as_bytes())
            .await
    }

    async fn get(&self, seconds: u64, path: &str) -> (u16, String) {
        self.send(seconds, "GET", path, "", b"").await
    }

    /// Tells of twelve people; folio and secret.
    async fn tell(&self) -> (Folio, String) {
        let (status, page) = self.post(0, "/taking", FORM).await;
        assert_eq!(status, 200, "{page}");
        let shown: Vec<&str> = page
            .split("<strong>")
            .skip(1)
            .filter_map(|rest| rest.split("</strong>").next())
            .collect();
        let (folio, secret) = (shown[0], shown[1]);
        assert_eq!(secret.len(), 19, "{secret}");
        (folio.parse().unwrap(), secret.to_owned())
    }

    async fn answer(&self, seconds: u64, note: &str) -> (u16, String) {
        self.send(seconds, "POST", "/taking/answer", "", note.as_bytes())
            .await
    }
}

fn answer(folio: Folio, says: Says, groups: &[u8]) -> Answer {
    Answer {
        authority: CODE.to_owned(),
        folio,
        at: noon(0),
        says,
        groups: groups.iter().map(|group| [*group; 16]).collect(),
        episodes: Vec::new(),
    }
}

fn signed(answer: &Answer) -> String {
    answer
        .sign(&vkey(ORIGIN), &log_signer())
        .unwrap()
        .to_string()
}

#[tokio::test]
async fn silence_is_public_when_the_clock_has_run_out_and_not_before() {
    let served = Served::new();
    let (status, page) = served.get(0, "/taking").await;
    assert_eq!(status, 200);
    assert!(page.contains("1 día") && page.contains("Chiapas"), "{page}");
    let (folio, secret) = served.tell().await;
    let shown = folio.to_string();
    let (_, list) = served.get(0, "/takings").await;
    assert!(
        !list.contains(&shown) && list.contains("Una respuesta en plazo"),
        "{list}"
    );
    let (_, list) = served.get(90_000, "/takings").await;
    for said in [&shown, "20 sep 2026", "Chiapas", "12", CODE, "No respondió"] {
        assert!(list.contains(said), "{said}: {list}");
    }
    for secret in ["Retén", "XX-1", "autobús", "Luz", "14:30"] {
        assert!(!list.contains(secret), "{secret}: {list}");
    }
    let own = async |folio: &str, secret: &str| {
        served
            .post(0, "/taking/own", &format!("folio={folio}&clave={secret}"))
            .await
    };
    let typed = secret.to_lowercase().replace('-', "+");
    let (status, page) = own(&shown, &typed).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Dentro de plazo"), "{page}");
    for (folio, secret) in [
        (&shown[..], "2222-2222-2222-2222"),
        ("T-2222-2222", &secret[..]),
        ("x", "y"),
    ] {
        let (status, page) = own(folio, secret).await;
        assert_eq!(status, 404);
        assert!(
            page.contains("No hay un reporte con ese folio y esa clave."),
            "{page}"
        );
    }
}

#[tokio::test]
async fn words_are_the_ombudsmans_alone_and_the_rest_is_for_the_authority() {
    let served = Served::new();
    let (folio, _) = served.tell().await;
    let store = served.store().await;
    let sealed = store.sealed(folio).await.unwrap().unwrap();
    assert_eq!(
        narrative::open(&sealed, &key(1)).unwrap(),
        "Luz lo vio todo"
    );
    store.close().await;
    let file = std::fs::read(served.temp.path().join("takings.db")).unwrap();
    assert!(
        !file.windows(7).any(|bytes| bytes == b"lo vio "),
        "it lies there in the open"
    );
    assert_eq!(served.get(0, "/taking/pending").await.0, 404);
    let head = format!("authorization: Bearer {TOKEN}\r\n");
    let (status, json) = served.send(0, "GET", "/taking/pending", &head, b"").await;
    assert_eq!(status, 200);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let report = &json["reports"][0];
    assert_eq!(report["taken"], "2026-09-20T20:30:00Z");
    assert_eq!(
        (report["people"].as_u64(), &report["vehicle"]),
        (Some(12), &"autobús blanco".into())
    );
    assert!(!json.to_string().contains("Luz"));
}

#[tokio::test]
async fn only_the_authority_answers_and_nothing_it_said_goes_away() {
    let served = Served::new();
    let (folio, _) = served.tell().await;
    let denial = signed(&answer(folio, Says::NotOurs, &[]));
    for (note, said) in [
        ("nonsense".to_owned(), "not signed by a log"),
        (
            denial.replace("not-ours", "not-held"),
            "not signed by a log",
        ),
        (denial.replace(CODE, "GT-IGM"), "no logs of GT-IGM"),
        ("x".repeat(16 * 1024 + 1), "length limit"),
    ] {
        let (status, text) = served.answer(60, &note).await;
        assert!(status >= 400 && text.contains(said), "{status} {text}");
    }
    let other = Folio::from_random([1; 4]);
    let (status, _) = served
        .answer(60, &signed(&answer(other, Says::NotOurs, &[])))
        .await;
    assert_eq!(status, 404);
    assert_eq!(
        served.answer(60, &denial).await,
        (200, "the answer is kept\n".to_owned())
    );
    let (_, again) = served.answer(61, &denial).await;
    assert!(again.contains("given before"), "{again}");
    let list = async || served.get(90_000, "/takings").await.1;
    assert!(list().await.contains("Dice que no fue su gente"));
    // It thinks again, too late: the first answer came in time.
    let opened = signed(&answer(folio, Says::Opened, &[7]));
    served.answer(89_000, &opened).await;
    assert!(!list().await.contains(&folio.to_string()));
    let store = served.store().await;
    let unchecked = store.unchecked(CODE).await.unwrap();
    assert_eq!(unchecked.len(), 1);
    store.found(unchecked[0].id, Match::Fewer(1)).await.unwrap();
    assert!(list().await.contains("Abrió custodia por menos personas"));
    let (_, asked) = store.newest(9).await.unwrap().swap_remove(0);
    let says: Vec<Says> = asked[0].answers.iter().map(|given| given.says).collect();
    assert_eq!(says, [Says::NotOurs, Says::Opened]);
}

#[tokio::test]
async fn mistakes_are_named_and_what_was_typed_stays() {
    let served = Served::new();
    let (status, page) = served
        .post(0, "/taking", &FORM.replace("personas=12", "personas=doce"))
        .await;
    assert_eq!(status, 422);
    for said in [
        "Escriba cuántas personas",
        "value=\"doce\"",
        "Retén El Ejemplo",
        "aria-invalid",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    // Switching the language sends nothing.
    let (status, page) = served
        .post(0, "/taking?idioma=en", &FORM.replace("accion=contar&", ""))
        .await;
    assert_eq!(status, 200);
    assert!(
        page.contains("Report people taken") && page.contains("Luz lo vio todo"),
        "{page}"
    );
    assert_eq!(served.store().await.newest(9).await.unwrap(), []);
}

#[tokio::test]
async fn numbers_are_shown_as_they_were_published_and_samples_worked_out() {
    let served = Served::new();
    let (status, page) = served.get(0, "/custody").await;
    assert_eq!(status, 200);
    assert!(
        page.contains("Todavía nadie ha abierto los avisos"),
        "{page}"
    );
    let published = r#"[{"authority":"MX-INM","made":1790000000,"days":[{"begins":1789862400,"opened":31,"ended":17,"present":44}],"overdue":3,"discrepancies":0}]"#;
    std::fs::write(served.temp.path().join("custody.json"), published).unwrap();
    let (_, page) = served.get(0, "/custody?idioma=en").await;
    for said in [
        "3 clocks have run out",
        "No statement is missing",
        "20 Sep 2026",
        "31",
        "17",
        "44",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    std::fs::write(served.temp.path().join("custody.json"), "[{}]").unwrap();
    assert_eq!(served.get(0, "/custody").await.0, 500);
    for (query, said) in [
        ("", "Pregunte a 59 personas"),
        ("?omiten=1&confianza=95", "Pregunte a 299 personas"),
        (
            "?omiten=5%25&confianza=95&personas=100",
            "Pregunte a 45 personas",
        ),
        ("?omiten=0", "Escriba un porcentaje"),
        ("?confianza=100", "Escriba una certeza"),
        ("?personas=x", "Escriba un número"),
    ] {
        let (status, page) = served.get(0, &format!("/sample{query}")).await;
        assert_eq!(status, 200);
        assert!(page.contains(said), "{query}: {page}");
    }
}

fn report(people: u32) -> Report {
    Report {
        folio: Folio::from_random([9; 4]),
        received: noon(0),
        due: noon(DAY),
        area: "MX-CHP".to_owned(),
        place: "Retén El Ejemplo".to_owned(),
        taken: noon(-4 * HOUR),
        unit: String::new(),
        vehicle: String::new(),
        people,
    }
}

fn opened(place: u64, group: u8, after: i64) -> Told {
    let at = noon(after);
    Told {
        statement: Statement {
            episode: [u8::try_from(place).unwrap(); 16],
            group: Some([group; 16]),
            place: "T".parse().unwrap(),
            kind: Kind::Opened,
            at,
            due: None,
        },
        stands: Stands {
            label: "2026".parse().unwrap(),
            place,
            stream: StreamId::from_random([1; 16]),
            sequence: place,
            recorded: Minute::of(at),
        },
    }
}

#[test]
fn an_answer_is_held_against_what_was_committed_before_the_report() {
    let told: Vec<Told> = (1..=12)
        .map(|place| opened(place, 7, -4 * HOUR))
        .chain([opened(20, 8, -2 * DAY), opened(40, 9, -4 * HOUR)])
        .collect();
    let before = Committed {
        sizes: BTreeMap::from([("2026".parse().unwrap(), 30)]),
        ..Committed::default()
    };
    for (people, groups, found) in [
        (12, &[7][..], Match::Matched),
        (5, &[7], Match::Matched),
        (14, &[7], Match::Fewer(2)),
        (14, &[7, 9], Match::Fewer(2)),
        (1, &[8], Match::OtherTime),
        (1, &[9], Match::AfterReport),
        (1, &[5], Match::NoSuchOpening),
    ] {
        let answer = answer(report(1).folio, Says::Opened, groups);
        assert_eq!(
            hold(&report(people), &answer, &told, &before),
            found,
            "{groups:?}"
        );
        assert_eq!(found.to_string().parse(), Ok(found));
    }
    let mut one = answer(report(1).folio, Says::Opened, &[]);
    one.episodes = vec![[3; 16]];
    assert_eq!(hold(&report(1), &one, &told, &before), Match::Matched);
}

#[test]
fn how_an_authority_stands_and_what_everybody_sees() {
    let given = |hours: i64, says, checked| Given {
        received: noon(hours * HOUR),
        says,
        checked,
    };
    let opened = |hours, checked| given(hours, Says::Opened, checked);
    let silent = [];
    let denied = [given(1, Says::NotHeld, None)];
    let again = [
        given(1, Says::NotHeld, None),
        opened(30, Some(Match::Matched)),
    ];
    let late = [opened(25, None)];
    let fewer = [opened(1, Some(Match::Fewer(2)))];
    // Answers, asked so many hours after the report: word, public, late.
    let table: [(&[Given], i64, &str, bool, bool); 7] = [
        (&silent, 24, "waiting", false, false),
        (&silent, 25, "silent", true, true),
        (&denied, 2, "not-held", true, false),
        (&again, 31, "matched", false, false),
        (&late, 26, "unchecked", false, true),
        (&fewer, 2, "fewer", true, false),
        (
            &[opened(1, Some(Match::AfterReport))],
            2,
            "after-report",
            true,
            false,
        ),
    ];
    for (answers, hours, word, public, late) in table {
        let asked = Asked {
            authority: CODE.to_owned(),
            answers: answers.to_vec(),
        };
        let (due, now) = (noon(DAY), noon(hours * HOUR));
        let standing = Standing::of(&asked, due, now);
        assert_eq!((standing.code(), standing.is_public()), (word, public));
        assert_eq!(is_late(&asked, due, now), late, "{word}");
    }
}
