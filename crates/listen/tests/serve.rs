//! Connections as others make them: slow, many, long, over TLS of today and of yesterday.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::{Router, body::Bytes, extract::DefaultBodyLimit, routing::get};
use core::time::Duration;
use paso_listen::{Certificate, CertificateError, Limits, serve};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName},
    version::{TLS12, TLS13},
};
use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt as _, path::PathBuf, sync::Arc};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};
use tokio_rustls::TlsConnector;

const SHORT: Duration = Duration::from_millis(50);
/// Longer than any test may take: a limit that is not the one tried.
const LONG: Duration = Duration::from_mins(5);

fn limits() -> Limits {
    Limits {
        connections: 16,
        handshake: LONG,
        headers: LONG,
        header_bytes: 16 * 1024,
        body: LONG,
        age: LONG,
        grace: LONG,
    }
}

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

impl Server {
    async fn start(limits: Limits, secured: Option<Arc<Certificate>>) -> Self {
        let pages = Router::new()
            .route("/", get(|| async { "here" }))
            .route(
                "/stuck",
                get(|| async { core::future::pending::<()>().await }),
            )
            .route(
                "/echo",
                axum::routing::post(|body: Bytes| async move { body.len().to_string() })
                    .layer(DefaultBodyLimit::max(1000)),
            );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            stopped.await.ok();
        };
        let done = tokio::spawn(serve(listener, secured, limits, pages, stopped));
        Self {
            address,
            stop,
            done,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn ask(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        read(&mut stream).await
    }
}

/// Until the other side closes.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.ok();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Until the answer's last word, on a connection that stays.
async fn read_to(stream: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let byte = stream.read_u8().await.unwrap();
        text.push(char::from(byte));
    }
    text
}

const ASK: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const ASK_ONCE: &str = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn headers_that_trickle_and_connections_that_idle_are_closed() {
    let headers = SHORT;
    let server = Server::start(
        Limits {
            headers,
            ..limits()
        },
        None,
    )
    .await;
    let answer = server.ask("GET / HTTP/1.1\r\nhost: a\r\nx-slow: ").await;
    assert!(!answer.contains("200"), "{answer}");
    assert_eq!(server.ask("").await, "", "nothing was said at all");
    let mut stays = server.connect().await;
    stays.write_all(ASK.as_bytes()).await.unwrap();
    let answer = read(&mut stays).await;
    assert!(
        answer.ends_with("here"),
        "served first, then closed: {answer}"
    );
}

#[tokio::test]
async fn a_body_that_trickles_is_given_up() {
    let body = SHORT;
    let server = Server::start(Limits { body, ..limits() }, None).await;
    let head = "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc";
    let answer = server.ask(head).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn headers_and_bodies_have_a_size() {
    let server = Server::start(limits(), None).await;
    let long = "a".repeat(20_000);
    let answer = server
        .ask(&format!("GET / HTTP/1.1\r\nhost: a\r\nx: {long}\r\n\r\n"))
        .await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let many = "x: y\r\n".repeat(200);
    let answer = server
        .ask(&format!("GET / HTTP/1.1\r\nhost: a\r\n{many}\r\n"))
        .await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    for (bytes, status) in [(1000, "200"), (1001, "413")] {
        let body = "b".repeat(bytes);
        let answer = server
            .ask(&format!(
                "POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {bytes}\r\n\r\n{body}"
            ))
            .await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn beyond_the_ceiling_one_waits_and_is_served_next() {
    let server = Server::start(
        Limits {
            connections: 2,
            ..limits()
        },
        None,
    )
    .await;
    let (mut one, mut two) = (server.connect().await, server.connect().await);
    for stream in [&mut one, &mut two] {
        stream.write_all(ASK.as_bytes()).await.unwrap();
        read_to(stream, "here").await;
    }
    let mut three = server.connect().await;
    three.write_all(ASK_ONCE.as_bytes()).await.unwrap();
    let mut byte = [0];
    let early = tokio::time::timeout(SHORT, three.read(&mut byte)).await;
    assert!(early.is_err(), "served beyond the ceiling: {early:?}");
    drop(one);
    assert!(read(&mut three).await.ends_with("here"));
    two.write_all(ASK_ONCE.as_bytes()).await.unwrap();
    assert!(read(&mut two).await.ends_with("here"), "the others stay");
}

#[tokio::test]
async fn an_old_connection_is_asked_to_come_again() {
    let age = SHORT;
    let server = Server::start(Limits { age, ..limits() }, None).await;
    let mut stream = server.connect().await;
    stream.write_all(ASK.as_bytes()).await.unwrap();
    assert!(read(&mut stream).await.ends_with("here"));
}

#[tokio::test]
async fn the_end_comes_even_with_a_request_that_never_ends() {
    let grace = SHORT;
    let server = Server::start(Limits { grace, ..limits() }, None).await;
    let mut stuck = server.connect().await;
    stuck
        .write_all(b"GET /stuck HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let mut idle = server.connect().await;
    idle.write_all(ASK.as_bytes()).await.unwrap();
    read_to(&mut idle, "here").await;
    server.stop.send(()).unwrap();
    server.done.await.unwrap();
    assert_eq!(read(&mut idle).await, "");
    assert_eq!(read(&mut stuck).await, "");
    assert!(TcpStream::connect(server.address).await.is_err());
}

/// An authority for certificates that this test's clients trust.
struct House {
    dir: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl House {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self {
            dir: TempDir::new().unwrap(),
            issuer: CertifiedIssuer::self_signed(params, key).unwrap(),
        }
    }

    fn paths(&self) -> (PathBuf, PathBuf) {
        let path = |name| self.dir.path().join(name);
        (path("certificate.pem"), path("key.pem"))
    }

    /// Writes another certificate for the same name and gives its bytes.
    fn write(&self) -> CertificateDer<'static> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["paso.example".to_owned()]).unwrap();
        let own = params.signed_by(&key, &self.issuer).unwrap();
        let (chain, at) = self.paths();
        fs::write(chain, own.pem()).unwrap();
        fs::write(&at, key.serialize_pem()).unwrap();
        fs::set_permissions(at, fs::Permissions::from_mode(0o600)).unwrap();
        own.der().clone()
    }

    fn open(&self) -> Result<Arc<Certificate>, CertificateError> {
        let (chain, key) = self.paths();
        Certificate::open(&chain, &key)
    }

    /// What a browser that trusts this authority is shown, and what it reads.
    async fn ask(
        &self,
        server: &Server,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> (CertificateDer<'static>, String) {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let name = ServerName::try_from("paso.example").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config))
            .connect(name, server.connect().await)
            .await
            .unwrap();
        let session = stream.get_ref().1;
        assert_eq!(session.alpn_protocol(), Some(&b"http/1.1"[..]));
        assert_eq!(session.protocol_version(), Some(versions[0].version));
        let shown = session.peer_certificates().unwrap()[0].clone().into_owned();
        stream.write_all(ASK_ONCE.as_bytes()).await.unwrap();
        (shown, read(&mut stream).await)
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_never() {
    let house = House::new();
    let first = house.write();
    let certificate = house.open().unwrap();
    let server = Server::start(limits(), Some(Arc::clone(&certificate))).await;
    for version in [&TLS13, &TLS12] {
        let (shown, answer) = house.ask(&server, &[version]).await;
        assert!(shown == first && answer.ends_with("here"), "{answer}");
    }
    assert!(!certificate.refresh().unwrap(), "nothing changed");
    let second = house.write();
    assert!(certificate.refresh().unwrap());
    assert!(house.ask(&server, &[&TLS13]).await.0 == second);
    // The key of one renewal with the certificate of the other: as between two writes.
    let (chain, _) = house.paths();
    let other = House::new();
    other.write();
    fs::copy(other.paths().0, &chain).unwrap();
    assert!(matches!(
        certificate.refresh(),
        Err(CertificateError::Mismatch { .. })
    ));
    assert!(house.ask(&server, &[&TLS13]).await.0 == second);
}

#[test]
fn files_that_cannot_be_used_are_named_with_their_cure() {
    let house = House::new();
    let said = |house: &House| house.open().unwrap_err().to_string();
    assert!(said(&house).contains("cannot read"), "{}", said(&house));
    house.write();
    let (chain, key) = house.paths();
    for (mode, fits) in [(0o600, true), (0o640, true), (0o644, false), (0o660, false)] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(house.open().is_ok(), fits, "{mode:o}");
    }
    assert!(said(&house).contains("chmod 600"), "{}", said(&house));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&key, "no key\n").unwrap();
    assert!(said(&house).contains("a private key"), "{}", said(&house));
    house.write();
    fs::write(&chain, "").unwrap();
    assert!(said(&house).contains("a certificate"), "{}", said(&house));
}

/// A first message that offers at most the version whose second byte is `minor` (RFC 5246 §7.4.1.2).
fn hello(minor: u8) -> Vec<u8> {
    let mut body = vec![3, minor];
    body.extend([7; 32]);
    // No session; ECDHE with ECDSA and AES-128 in the two ways that TLS 1.0 and 1.1 knew; no compression.
    body.extend([0, 0, 4, 0xc0, 0x09, 0xc0, 0x13, 1, 0]);
    let length = u8::try_from(body.len()).unwrap();
    let mut message = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    message.extend(body);
    message
}

#[tokio::test]
async fn tls_of_yesterday_and_no_tls_at_all_are_refused() {
    let house = House::new();
    house.write();
    let handshake = SHORT;
    let secured = Some(house.open().unwrap());
    let server = Server::start(
        Limits {
            handshake,
            ..limits()
        },
        secured,
    )
    .await;
    for minor in [1, 2] {
        let mut stream = server.connect().await;
        stream.write_all(&hello(minor)).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok();
        // An alert (21), fatal (2): no agreement (40) or not this version (70), RFC 8446 §6.2. These
        // versions could not yet say which signatures they know, so the first is what they hear.
        assert_eq!(answer.first(), Some(&21), "{answer:?}");
        assert!(
            answer[5] == 2 && [40, 70].contains(&answer[6]),
            "{answer:?}"
        );
    }
    let plain = server.ask(ASK_ONCE).await;
    assert!(!plain.contains("here"), "{plain}");
    assert_eq!(
        server.ask("").await,
        "",
        "who says nothing is not waited for"
    );
}
