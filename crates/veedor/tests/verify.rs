//! `/verify` at the overseer: what anyone with a receipt or with its code is told, by a copy of the log
//! that the authority cannot touch.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_formats::{moment::Moment, receipt::Code};
use paso_pages::Texts;
use paso_tlog::{cosignature::Timestamp, policy::Policy};
use paso_veedor::{
    clock::Clock,
    disk::Disk,
    key::Key,
    mirror::Mirror,
    server::{self, Shared},
    witness::Witness,
};
use std::sync::{Arc, atomic::AtomicU64};
use support::{
    NOON, config,
    hub::{Device, FakeHub, ORIGIN, cosigner, settings, vkey},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const DAY: u64 = 86_400;
const WITNESS: [u8; 32] = [77; 32];

/// A mirror that pulled at one time and is asked at another.
async fn ask(hub: &FakeHub, pulled: u64, asked: u64, body: &str) -> (u16, String) {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("mirror");
    let mirror = Mirror::open(&dir, &Disk::reliable(), settings(&[ORIGIN]))
        .await
        .unwrap();
    let at = Timestamp::from_seconds(NOON + pulled).unwrap();
    mirror.pull(hub, at, |_| None).await.unwrap();
    let policy = format!(
        "log {}\nwitness v {}\nquorum v\n",
        vkey(ORIGIN),
        cosigner(&WITNESS)
    );
    let clock = Clock::Set(AtomicU64::new(NOON + asked));
    let logs = temp.path().join("logs");
    std::fs::create_dir(&logs).unwrap();
    let witness = Witness::open(
        &logs,
        &Disk::reliable(),
        config(),
        Key::from_seed(&[3; 32]),
        clock,
    );
    let router = server::router(Shared {
        witness: Arc::new(witness.unwrap()),
        mirrors: Arc::new([Arc::new(mirror)]),
        policy: Arc::new(Policy::parse(policy.as_bytes()).unwrap()),
        token: None,
        takings: None,
        summary: temp.path().join("custody.json"),
        texts: Arc::new(Texts::built_in().unwrap()),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let (method, query) = if body.is_empty() {
        ("GET", "")
    } else {
        ("POST", "?idioma=es")
    };
    let request = format!(
        "{method} /verify{query} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, page) = text.split_once("\r\n\r\n").unwrap();
    assert!(
        !page.contains("[[") && !page.contains("{$") && !page.contains("<script"),
        "{page}"
    );
    assert!(page.len() < 12_000, "{}", page.len());
    (head[9..12].parse().unwrap(), page.to_owned())
}

fn form(text: &str, code: &str) -> String {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| format!("%{byte:02x}"))
            .collect::<Vec<_>>()
            .concat()
    };
    format!(
        "accion=comprobar&texto={}&codigo={}",
        encoded(text),
        encoded(code)
    )
}

fn code() -> Code {
    Code::from_random([1, 2, 3, 4])
}

fn given() -> Moment {
    Moment::from_unix(i64::try_from(NOON).unwrap() - 60)
}

/// A hub with one receipt in its log and one that was left out; both texts.
fn hub() -> (FakeHub, String, String) {
    let hub = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    let (kept, logged) = one.receipt(code(), given());
    let (_, omitted) = one.receipt(Code::from_random([9, 9, 9, 9]), given());
    hub.log(|log| {
        log.witness = Some(WITNESS);
        log.push(kept);
        (0..5).for_each(|_| log.push(one.heartbeat()));
    });
    (hub, logged, omitted)
}

#[tokio::test]
async fn a_receipt_is_judged_by_the_copy_of_the_log() {
    let (hub, logged, omitted) = hub();
    // Under the number that the paper promises, the device has logged something else.
    let contradicting = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    contradicting.log(|log| log.push(one.heartbeat()));
    // The entry was left out; the log holds another receipt of the same code.
    let covered = FakeHub::new(&[1]);
    let mut one = Device::new(1);
    let (decoy, _) = one.receipt(code(), given());
    let (_, left_out) = one.receipt(code(), given());
    covered.log(|log| log.push(decoy));
    // The head bears the log's signature alone.
    let unwitnessed = FakeHub::new(&[1]);
    let (kept, _) = Device::new(1).receipt(code(), given());
    unwitnessed.log(|log| log.push(kept));
    let unknown = FakeHub::new(&[2]);
    let mut altered = logged.clone();
    let last = altered.pop().unwrap();
    altered.push(if last == 'A' { 'B' } else { 'A' });
    let table = [
        ("it is there", &hub, 0, 0, &logged, "green"),
        (
            "it is there, long after",
            &hub,
            30 * DAY,
            30 * DAY,
            &logged,
            "green",
        ),
        (
            "not there, and it still has time",
            &hub,
            0,
            60,
            &omitted,
            "amber",
        ),
        (
            "not there although its time has run out",
            &hub,
            2 * DAY,
            2 * DAY,
            &omitted,
            "red",
        ),
        (
            "the copy is too old to say so",
            &hub,
            60,
            2 * DAY,
            &omitted,
            "amber",
        ),
        (
            "something else is there",
            &contradicting,
            0,
            0,
            &logged,
            "red",
        ),
        (
            "another receipt of its code is there",
            &covered,
            2 * DAY,
            2 * DAY,
            &left_out,
            "red",
        ),
        ("nobody witnessed it", &unwitnessed, 0, 0, &logged, "amber"),
        ("another authority's", &unknown, 0, 0, &logged, "amber"),
        ("altered", &hub, 0, 0, &altered, "amber"),
    ];
    for (case, hub, pulled, asked, text, light) in table {
        let (status, page) = ask(hub, pulled, asked, &form(text, "")).await;
        assert_eq!(status, 200, "{case}");
        let shown = format!("class=\"verdict {light}");
        assert!(page.contains(&shown), "{case}: {page}");
        // What no device of the authority has signed is not shown as a fact.
        let facts = !["another authority's", "altered"].contains(&case);
        assert_eq!(page.contains("4711"), facts, "{case}: {page}");
    }
    let (_, page) = ask(&hub, 0, 0, &form(&logged, "")).await;
    for said in [ORIGIN, "TAL-1", &code().to_string()] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[tokio::test]
async fn a_code_alone_tells_that_the_log_holds_it_and_no_more() {
    let (hub, ..) = hub();
    let spoken = code().to_string().to_lowercase().replace('-', " ");
    for form in [form("", &spoken), form(&spoken, "")] {
        let (status, page) = ask(&hub, 0, 0, &form).await;
        assert_eq!(status, 200);
        assert!(page.contains("Anotada ante testigos"), "{page}");
        assert!(!page.contains("4711") && !page.contains("TAL-1"), "{page}");
    }
    let (status, page) = ask(&hub, 0, 0, &form("", "2222-2222")).await;
    assert_eq!(status, 200);
    assert!(page.contains("Aquí no hay ninguna constancia"), "{page}");
}

#[tokio::test]
async fn the_form_says_what_is_missing_and_keeps_what_was_typed() {
    let (hub, ..) = hub();
    let (status, page) = ask(&hub, 0, 0, "").await;
    assert_eq!(status, 200);
    assert!(
        page.contains("name=\"texto\"") && page.contains("name=\"codigo\""),
        "{page}"
    );
    assert!(
        !page.contains("type=\"file\""),
        "pictures are read elsewhere"
    );
    let (status, _) = ask(&hub, 0, 0, &form("", "")).await;
    assert_eq!(status, 422);
    let (status, page) = ask(&hub, 0, 0, &form("", "doce letras")).await;
    assert_eq!(status, 422);
    assert!(page.contains("value=\"doce letras\""), "{page}");
}
