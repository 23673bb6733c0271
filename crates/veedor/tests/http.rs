//! The witness over HTTP: every status of tlog-witness with its content type, monitoring, the board,
//! and bodies that no log would send.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_pages::Texts;
use paso_tlog::policy::Policy;
use paso_tlog::{
    checkpoint::{Origin, SignedCheckpoint},
    witness::{Answer, MAX_REQUEST_BYTES, Request, monitoring_path},
};
use paso_veedor::{
    disk::Disk,
    server::{self, Shared},
    witness::Witness,
};
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};
use support::{History, ORIGIN, open};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

struct Served {
    address: SocketAddr,
    witness: Arc<Witness>,
    _dir: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
struct Got {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Got {
    fn kind(&self) -> &str {
        &self.headers["content-type"]
    }
}

impl Served {
    async fn start(disk: &Disk) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let witness = Arc::new(open(dir.path(), disk).unwrap());
        let router = server::router(Shared {
            policy: Arc::new(Policy::parse(b"quorum none\n").unwrap()),
            witness: Arc::clone(&witness),
            mirrors: Arc::new([]),
            token: None,
            takings: None,
            summary: dir.path().join("custody.json"),
            texts: Arc::new(Texts::built_in().unwrap()),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            witness,
            _dir: dir,
        }
    }

    async fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Got {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // A body that is refused early may not be read to its end.
        let _ = stream.write_all(body).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        Got {
            status: lines.next().unwrap()[9..12].parse().unwrap(),
            headers: lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: body.to_owned(),
        }
    }

    async fn post(&self, body: &[u8]) -> Got {
        let length = format!("content-length: {}\r\n", body.len());
        self.send("POST", "/add-checkpoint", &length, body).await
    }

    async fn get(&self, path: &str) -> Got {
        self.send("GET", path, "", &[]).await
    }
}

const TEXT: &str = "text/plain; charset=utf-8";
const SIZE: &str = "text/x.tlog.size";

fn monitoring() -> String {
    format!("/{}", monitoring_path(&Origin::new(ORIGIN).unwrap()))
}

#[tokio::test]
async fn every_status_of_the_protocol() {
    let served = Served::start(&Disk::reliable()).await;
    let (ten, twenty) = (History::of(10, b'a'), History::of(20, b'a'));
    let fork = History::of(10, b'b');
    let stranger = ten.request_as("other.example.org", 0, vec![]).to_string();
    let forged = String::from_utf8(twenty.body(10)).unwrap();
    let forged = forged.replacen("\n20\n", "\n21\n", 1);
    let unsigned = String::from_utf8(twenty.body(10)).unwrap();
    let unsigned = unsigned.replacen("\u{2014} log.", "\u{2014} fog.", 1);
    assert_eq!(served.get(&monitoring()).await.status, 404);
    #[rustfmt::skip]
    let table: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("the first head", ten.body(0), 200, TEXT),
        ("the same again, as to a witness that knows it", ten.body(10), 200, TEXT),
        ("no request", b"hello".to_vec(), 400, TEXT),
        ("nothing", vec![], 400, TEXT),
        ("a tree that shrinks", ten.request_as(ORIGIN, 11, vec![]).to_string().into_bytes(), 400, TEXT),
        ("a log that nobody follows", stranger.into_bytes(), 404, TEXT),
        ("a text that the log did not sign", forged.into_bytes(), 403, TEXT),
        ("no signature by the log", unsigned.into_bytes(), 403, TEXT),
        ("an old size that is not stored", twenty.body(5), 409, SIZE),
        ("a fork", fork.body(10), 422, TEXT),
        ("a wrong proof", twenty.request_as(ORIGIN, 10, vec![]).to_string().into_bytes(), 422, TEXT),
        ("the next head", twenty.body(10), 200, TEXT),
        ("the head before", ten.body(10), 409, SIZE),
    ];
    for (case, body, status, kind) in table {
        let got = served.post(&body).await;
        assert_eq!((got.status, got.kind()), (status, kind), "{case}: {got:?}");
        assert!(got.body.ends_with('\n'), "{case}");
        assert_eq!(got.headers["x-content-type-options"], "nosniff");
        if status == 200 {
            let request = Request::parse(&body).unwrap();
            let answer = Answer::read(
                &request,
                served.witness.key(),
                200,
                None,
                got.body.as_bytes(),
            );
            assert!(
                matches!(answer, Ok(Answer::Cosigned { .. })),
                "{case}: {answer:?}"
            );
        }
    }
    assert_eq!(served.post(&ten.body(10)).await.body, "20\n");
    let got = served.get(&monitoring()).await;
    assert_eq!((got.status, got.kind()), (200, TEXT));
    let note = SignedCheckpoint::parse(got.body.as_bytes()).unwrap();
    let log = support::log_key(ORIGIN);
    assert_eq!(
        note.note()
            .verify(&[&log, served.witness.key()])
            .unwrap()
            .len(),
        2
    );
    assert_eq!(note.unverified().head(), twenty.head());
}

#[tokio::test]
async fn addresses_and_methods() {
    let served = Served::start(&Disk::reliable()).await;
    for (method, path, status) in [
        ("GET", "/healthz", 200),
        ("GET", "/", 200),
        ("GET", "/add-checkpoint", 405),
        ("POST", "/", 405),
        ("GET", "/other", 404),
        ("GET", "/0/checkpoint", 404),
        ("GET", "/%ff%00/checkpoint", 400),
        ("GET", "/../checkpoint", 404),
        ("DELETE", "/add-checkpoint", 405),
    ] {
        let got = served.send(method, path, "", &[]).await;
        assert_eq!(got.status, status, "{method} {path}");
        assert!(
            got.headers.contains_key("content-security-policy"),
            "{path}"
        );
    }
}

/// Bodies cut, doubled, flipped and filled with anything: an answer of the protocol each time, nothing
/// cosigned, and the witness goes on.
#[tokio::test]
async fn no_body_is_too_strange() {
    let served = Served::start(&Disk::reliable()).await;
    let ten = History::of(10, b'a');
    assert_eq!(served.post(&ten.body(0)).await.status, 200);
    let good = History::of(23, b'a').body(10);
    let mut bodies: Vec<Vec<u8>> = (0..good.len())
        .step_by(7)
        .map(|at| good[..at].to_vec())
        .collect();
    for at in (0..good.len()).step_by(3) {
        let mut flipped = good.clone();
        flipped[at] ^= 1 << (at % 8);
        bodies.push(flipped);
    }
    for at in (1..good.len()).step_by(31) {
        let (before, after) = good.split_at(at);
        bodies.push([before, &[0xff, 0, b'\n', b'\r'], after].concat());
        bodies.push([before, before, after].concat());
    }
    bodies.push([&good[..], &good].concat());
    bodies.push(vec![0; 4096]);
    bodies.push(b"\n".repeat(MAX_REQUEST_BYTES));
    bodies.push(b"old 0\n\n".repeat(9_000));
    bodies.push(vec![b'x'; MAX_REQUEST_BYTES + 1]);
    bodies.push(vec![b'x'; MAX_REQUEST_BYTES * 5]);
    for body in &bodies {
        let got = served.post(body).await;
        assert!(
            matches!(got.status, 400 | 403 | 404 | 409 | 422),
            "{got:?} for {}",
            body.escape_ascii()
                .to_string()
                .get(..200)
                .unwrap_or_default()
        );
    }
    // Shorter and longer than announced, and in pieces.
    let got = served
        .send(
            "POST",
            "/add-checkpoint",
            "content-length: 999999999\r\n",
            b"old",
        )
        .await;
    assert_eq!(got.status, 400);
    let chunked = "transfer-encoding: chunked\r\n";
    let got = served
        .send("POST", "/add-checkpoint", chunked, b"zz\r\nold\r\n")
        .await;
    assert_eq!(got.status, 400);
    assert_eq!(served.witness.standings()[0].head, Some(ten.head()));
    assert_eq!(served.post(&good).await.status, 200);
}

/// Time stands still here but for waiting: what waits for a body waits its whole time at once.
#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let served = Served::start(&Disk::reliable()).await;
    let announced = "content-length: 999\r\n";
    let got = served
        .send("POST", "/add-checkpoint", announced, b"old")
        .await;
    assert_eq!(got.status, 408);
}

#[tokio::test]
async fn a_disk_that_fails_is_said_without_our_paths() {
    let disk = Disk::faulty();
    let served = Served::start(&disk).await;
    disk.fail_once(paso_veedor::disk::Point::Synced);
    let got = served.post(&History::of(10, b'a').body(0)).await;
    assert_eq!(got.status, 503);
    assert_eq!(
        got.body,
        "this witness cannot write to its disk; try again later\n"
    );
    assert_eq!(
        served.post(&History::of(10, b'a').body(0)).await.status,
        200
    );
}

#[tokio::test]
async fn both_notes_of_a_fork_are_there_for_anyone_and_nothing_else_is() {
    let served = Served::start(&Disk::reliable()).await;
    let fork = History::of(10, b'b').body(10);
    served.post(&History::of(10, b'a').body(0)).await;
    served.post(&fork).await;
    let standing = &served.witness.standings()[0];
    let base = format!("/{}/evidence/{}", standing.hash, standing.evidence[0]);
    let cosigned = served.get(&format!("{base}/cosigned")).await;
    assert_eq!((cosigned.status, cosigned.kind()), (200, TEXT));
    assert_eq!(cosigned.body, served.get(&monitoring()).await.body);
    let refused = served.get(&format!("{base}/refused")).await;
    assert_eq!(refused.body.into_bytes(), fork);
    let board = served.get("/").await.body;
    assert!(
        board.contains(&format!("href=\"{base}/refused\"")),
        "{board}"
    );
    for path in [
        format!("{base}/other"),
        format!("{base}/..%2f..%2fcheckpoint"),
        format!("{base}/"),
        format!("/{}/evidence/..%2f..%2f..%2fkey/cosigned", standing.hash),
        format!("/{}/evidence/./cosigned", standing.hash),
        "/0/evidence/fork/cosigned".to_owned(),
    ] {
        assert_eq!(served.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_board_says_how_each_log_stands() {
    let served = Served::start(&Disk::reliable()).await;
    let board = served.get("/").await;
    assert_eq!(board.kind(), "text/html; charset=utf-8");
    assert_eq!(board.headers["refresh"], "60");
    let policy = &board.headers["content-security-policy"];
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    for said in [ORIGIN, "○", "Sin estrenar", "nunca"] {
        assert!(board.body.contains(said), "{said}");
    }
    served.post(&History::of(10, b'a').body(0)).await;
    let board = served.get("/").await.body;
    assert!(board.contains("●") && board.contains("Al día"), "{board}");
    served.post(&History::of(10, b'b').body(10)).await;
    let board = served.get("/").await.body;
    for said in [
        "✖",
        "Engaño probado",
        "<dd>10</dd>",
        "Firmó dos historias",
        "fork-10-",
        &monitoring(),
    ] {
        assert!(board.contains(said), "{said}: {board}");
    }
    let english = served.get("/?idioma=en").await.body;
    for said in ["lang=\"en\"", "Proven deceit", "two different histories"] {
        assert!(english.contains(said), "{said}");
    }
    for page in [&board, &english] {
        assert!(!page.contains("[[") && !page.contains("{$"), "{page}");
        assert!(!page.contains("<script") && !page.contains("//cdn"));
        assert!(page.len() < 12_000, "{}", page.len());
    }
}
