//! A whole app on a free port, over a real database, a clock that stands still and repeatable
//! randomness; browsers of each role; and pages as an outline that a person can review.

use paso_domain::policy::Role;
use paso_formats::bundle::Pinned;
use paso_listen::{Limits, Trust, serve};
use paso_pages::assets::passkey_path;
use paso_service::{
    Officer,
    custody::{Neighbour, Neighbours},
    log::Log,
    testing::{Hand, House, officer},
};
use paso_store::testing::Engine;
use paso_web::{App, Front, WebConfig};
use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr, path::PathBuf};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The app and what it stands on.
pub(super) struct Site {
    pub(super) house: House,
    address: SocketAddr,
}

impl Site {
    pub(super) async fn start() -> Self {
        Self::with(false).await
    }

    pub(super) async fn with(demo: bool) -> Self {
        Self::build(Engine::Sqlite, demo, false, None).await.0
    }

    /// A site over this database.
    pub(super) async fn on(engine: Engine) -> Self {
        Self::build(engine, false, false, None).await.0
    }

    /// A site that keeps a log, and the log: nothing is integrated before the test says so.
    pub(super) async fn with_log() -> (Self, Log) {
        let (site, log) = Self::build(Engine::Sqlite, false, true, None).await;
        (site, log.unwrap())
    }

    /// A site of this house, which hands people over to another authority and takes them over from it.
    pub(super) async fn beside(house: House, other: Pinned, bundle: PathBuf) -> Self {
        let neighbours = Neighbours::new(vec![Neighbour::new(other, bundle).unwrap()]);
        Self::of(house, false, false, None, Some(neighbours))
            .await
            .0
    }

    /// A site that other machines reach, through a server in front.
    pub(super) async fn reached_by_others() -> Self {
        let front = Front::new(Trust::Anyone, || [7; 32]);
        Self::build(Engine::Sqlite, false, false, Some(front))
            .await
            .0
    }

    async fn build(
        engine: Engine,
        demo: bool,
        keeps_log: bool,
        front: Option<Front>,
    ) -> (Self, Option<Log>) {
        Self::of(House::on(engine).await, demo, keeps_log, front, None).await
    }

    async fn of(
        house: House,
        demo: bool,
        keeps_log: bool,
        front: Option<Front>,
        neighbours: Option<Neighbours>,
    ) -> (Self, Option<Log>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let config = WebConfig {
            origin: format!("http://{address}"),
            demo,
        };
        let mut app = App::new((*house).clone(), config)
            .unwrap()
            .with_anchor(house.anchor());
        let mut log = None;
        if keeps_log {
            let kept = house.log().await;
            app = app.with_log(kept.clone());
            log = Some(kept);
        }
        if let Some(front) = front {
            app = app.behind(front);
        }
        if let Some(neighbours) = neighbours {
            app = app.beside(neighbours);
        }
        let pages = paso_web::router(app);
        let never = core::future::pending();
        tokio::spawn(serve(listener, None, Limits::default(), pages, never));
        (Self { house, address }, log)
    }

    /// An officer who has enrolled a passkey.
    pub(super) async fn hand(&self, role: Role) -> Hand {
        let seed = Role::ALL.iter().position(|one| *one == role).unwrap();
        self.house
            .hand(officer(role), u8::try_from(seed + 1).unwrap())
            .await
    }

    /// Signs what a page asks to be signed; gives the place it leads to.
    pub(super) async fn sign(&self, browser: &Browser, hand: &Hand, place: &str) -> String {
        assert!(place.starts_with("/firmas/"), "{place}");
        let page = browser.get(place).await;
        assert_eq!(page.status, 200, "{}", page.html());
        let answer = hand.answer(&page.asked());
        let signed = browser.post(place, &[("respuesta", &answer)]).await;
        assert_eq!(signed.status, 303, "{}", signed.html());
        signed.place().to_owned()
    }

    /// Somebody who is not signed in.
    pub(super) fn stranger(&self) -> Browser {
        Browser {
            address: self.address,
            cookie: None,
            lang: "es",
            token: String::new(),
        }
    }

    /// Somebody with an open session.
    pub(super) async fn signed_in(&self, role: Role) -> Browser {
        self.signed_in_as(&officer(role)).await
    }

    /// This officer with an open session.
    pub(super) async fn signed_in_as(&self, officer: &Officer) -> Browser {
        let token = self.house.session_of(officer).await.unwrap();
        self.holding(&format!("__Host-paso={}", token.expose()))
            .await
    }

    /// Somebody with this cookie of an open session.
    pub(super) async fn holding(&self, cookie: &str) -> Browser {
        let mut browser = self.stranger();
        browser.cookie = Some(cookie.to_owned());
        let home = browser.get("/").await;
        browser.token = home.field("ficha").unwrap();
        browser
    }
}

/// A browser without scripts.
#[derive(Clone)]
pub(super) struct Browser {
    address: SocketAddr,
    cookie: Option<String>,
    pub(super) lang: &'static str,
    pub(super) token: String,
}

impl Browser {
    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], &[]).await
    }

    /// Sends a form with the session's token.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("ficha", self.token.as_str())];
        all.extend_from_slice(fields);
        self.ask("POST", path, &encoded(&all), &[]).await
    }

    /// Sends a form with the session's token and one file.
    pub(super) async fn post_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, file): (&str, &[u8]),
    ) -> Answer {
        let mut body = Vec::new();
        for (field, value) in [("ficha", self.token.as_str())].iter().chain(fields) {
            let part = format!(
                "--x7x\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--x7x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--x7x--\r\n");
        let kind = [("content-type", "multipart/form-data; boundary=x7x")];
        self.ask("POST", path, &body, &kind).await
    }

    /// Sends bytes with headers of its own.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        let own = |name: &str| headers.iter().any(|(given, _)| *given == name);
        if !own("host") {
            let _ = write!(head, "host: {}\r\n", self.address);
        }
        let _ = write!(head, "accept-language: {}\r\n", self.lang);
        if let Some(cookie) = &self.cookie {
            let _ = write!(head, "cookie: {cookie}\r\n");
        }
        if method == "POST" {
            if !own("content-type") {
                head += "content-type: application/x-www-form-urlencoded\r\n";
            }
            let _ = write!(head, "content-length: {}\r\n", body.len());
        }
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
        // A body that is refused early may not be read to its end.
        let _ = stream.write_all(body).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        Answer::read(&bytes)
    }
}

fn encoded(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        escape(&mut text, name);
        text.push('=');
        escape(&mut text, value);
    }
    text.into_bytes()
}

fn escape(into: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: BTreeMap<String, String>,
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().unwrap()[9..12].parse().unwrap();
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut body = bytes[end + 4..].to_vec();
        if headers
            .get("transfer-encoding")
            .is_some_and(|coding| coding == "chunked")
        {
            body = unchunked(&body);
        }
        Self {
            status,
            headers,
            bytes: body,
        }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(super) fn place(&self) -> &str {
        self.header("location")
    }

    pub(super) fn html(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// The value of the first hidden field of this name.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let html = self.html();
        let after = html.split_once(&format!("name=\"{name}\" value=\""))?.1;
        Some(unescaped(after.split_once('"')?.0))
    }

    /// What the page asks of the browser's passkeys.
    pub(super) fn asked(&self) -> String {
        let html = self.html();
        let after = html.split_once("data-pide=\"").unwrap().1;
        unescaped(after.split_once('"').unwrap().0)
    }

    /// The page as an outline: what a person finds on it, line by line.
    pub(super) fn outline(&self) -> String {
        let html = self.html();
        for broken in ["[[", "{$", "{ $"] {
            assert!(
                !html.contains(broken),
                "a text is missing: {}",
                around(&html, broken)
            );
        }
        // One file of ours, on pages that ask for a passkey or judge on the phone; nothing written into
        // any page.
        let mut html = html.replace(&format!("<script src=\"{}\" defer>", passkey_path()), "");
        if let Some((before, after)) = html.split_once("<script src=\"/telefono-") {
            html = format!("{before}{}", after.split_once(".js\" defer>").unwrap().1);
        }
        for forbidden in ["<script", " style=", " onclick", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden} on a page");
        }
        outline(&html)
    }
}

fn around(html: &str, what: &str) -> String {
    let after = html.split_once(what).map_or("", |(_, after)| after);
    after.chars().take(60).collect()
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&bytes[..end]), 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        whole.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 2 + size + 2..];
    }
    whole
}

pub(super) fn unescaped(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// Headings, texts, links, controls. Marks that only look (frames, classes, codes as pictures) and
/// what changes from run to run (tokens) are left out.
fn outline(html: &str) -> String {
    let mut out = String::new();
    if let Some((_, title)) = html.split_once("<title>") {
        let _ = writeln!(
            out,
            "= {}",
            unescaped(title.split_once("</title>").unwrap().0)
        );
    }
    let main = html
        .split_once("<main")
        .and_then(|(_, main)| main.split_once('>'));
    let main = main.map_or(html, |(_, main)| main);
    let mut rest = main.split_once("</main>").map_or(main, |(main, _)| main);
    let mut line = String::new();
    let mut in_picture = false;
    while let Some(open) = rest.find('<') {
        if !in_picture {
            line.push_str(&rest[..open]);
        }
        let close = open + rest[open..].find('>').unwrap();
        let tag = &rest[open + 1..close];
        rest = &rest[close + 1..];
        let name = tag.split([' ', '\n', '/']).next().unwrap_or_default();
        match name {
            "svg" => in_picture = true,
            _ if tag.starts_with("/svg") => in_picture = false,
            _ if in_picture => {}
            "h1" | "h2" | "h3" => {
                flush(&mut out, &mut line);
                line = format!("{} ", "#".repeat(name[1..].parse().unwrap()));
            }
            "p" | "li" | "dt" | "tr" | "div" | "section" | "summary" | "legend" | "form"
            | "label" | "dl" | "ul" | "hr" | "br" | "fieldset" | "details" | "article" => {
                flush(&mut out, &mut line);
            }
            "dd" | "td" | "th" => line.push_str(" | "),
            "a" => {
                let _ = write!(line, "[{}→", attribute(tag, "href").unwrap_or_default());
            }
            "input" | "select" | "textarea" | "button" => control(&mut out, &mut line, tag, name),
            // A suggestion, which has no words of its own.
            "option" if rest.starts_with('<') => {}
            "option" if tag.contains(" selected") => line.push_str(" ✓"),
            "option" => line.push_str(" ·"),
            _ if tag == "/a" => line.push(']'),
            _ => {}
        }
    }
    flush(&mut out, &mut line);
    out
}

fn control(out: &mut String, line: &mut String, tag: &str, name: &str) {
    let field = attribute(tag, "name").unwrap_or_default();
    let kind = attribute(tag, "type").unwrap_or(name.to_owned());
    let value = attribute(tag, "value").unwrap_or_default();
    if kind == "hidden" {
        return;
    }
    flush(out, line);
    let marks = [" checked", " aria-invalid", " autofocus"];
    let marks: String = marks
        .into_iter()
        .filter(|mark| tag.contains(mark))
        .collect();
    let _ = write!(line, "<{kind} {field}={value}{marks}> ");
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let after = tag.split_once(&format!(" {name}=\""))?.1;
    Some(unescaped(after.split_once('"')?.0))
}

fn flush(out: &mut String, line: &mut String) {
    let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if !words.is_empty() {
        let _ = writeln!(out, "{}", unescaped(&words));
    }
    line.clear();
}
