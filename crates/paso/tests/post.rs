//! A post as people meet it: the program, typed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[path = "common/outpost.rs"]
mod outpost;

use common::{ISSUE, Site, said};
use outpost::{Outpost, hub, stream_of};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
};

/// The arguments that issue a card at Ciudad Hidalgo.
fn issue() -> Vec<&'static str> {
    let mut args = ISSUE.to_vec();
    args[3] = "--post=HID";
    args
}

/// The stream that a hub lists under a name.
fn stream(hub: &Site) -> String {
    let listed = said(&hub.paso(&["sync", "status"]));
    let line = listed.lines().find(|line| line.contains("Ventanilla 1"));
    let stream = line.and_then(|line| line.split(' ').next());
    stream.unwrap().to_owned()
}

fn page(pages: &str) -> String {
    let address = pages.strip_prefix("http://").unwrap();
    let door = address.split(':').nth(1).unwrap();
    let mut wire = TcpStream::connect(format!("127.0.0.1:{door}")).unwrap();
    let ask = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    wire.write_all(ask.as_bytes()).unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_post_works_without_its_hub_and_the_hub_learns_of_it_later() {
    let (hub, door) = hub();
    let running = hub.serve();
    let post = Outpost::enrol(&hub, door, "HID");
    let checked = post.paso(&["check-config"]);
    assert!(checked.status.success(), "{}", said(&checked));
    running.kill();

    // The hub is down from the first hour on.
    let serving = post.serve();
    let issued = post.paso(&issue());
    assert!(issued.status.success(), "{}", said(&issued));
    let number = said(&issued).lines().next().unwrap().to_owned();
    assert!(number.starts_with("HID-"), "{number}");
    let elsewhere = post.paso(&[
        "officer",
        "enrol",
        "INM-6666",
        "--name=Nadie",
        "--officer=INM-6666",
    ]);
    assert!(
        said(&elsewhere).contains("the hub's affair"),
        "{}",
        said(&elsewhere)
    );
    let doctor = post.paso(&["doctor"]);
    let told = said(&doctor);
    assert!(!told.contains("MAL"), "{told}");
    assert!(told.contains("Paso corre. La central:"), "{told}");
    assert!(!told.contains("respaldo"), "{told}");
    let log = said(&post.paso(&["log", "status"]));
    assert!(log.contains("a post keeps no log"), "{log}");
    outpost::wait();
    let status = post.status();
    assert!(status.contains("not connected to the hub yet"), "{status}");
    assert!(!status.contains("\n0 entries to send"), "{status}");
    for _ in 0..100 {
        if page(&serving.pages).contains("todavía sin conexión con la central") {
            break;
        }
        outpost::wait();
    }
    let shown = page(&serving.pages);
    assert!(shown.contains("class=\"station apart\""), "{shown}");

    // A power cut at the post, and the hub comes back.
    serving.kill();
    let serving = post.serve();
    let running = hub.serve();
    post.settles();
    let name = stream(&hub);
    let (at_post, at_hub) = (
        stream_of(&post.dir(), &name, &post.beside("post.batch")),
        stream_of(&hub.dir(), &name, &post.beside("hub.batch")),
    );
    assert_eq!(at_post, at_hub, "row for row");
    let revoke = [
        "card",
        "print",
        &number,
        "--officer=INM-0417",
        "--post=HID",
        "-o",
        post.beside("card.pdf").to_str().unwrap(),
    ]
    .map(str::to_owned);
    let printed = hub.paso(&revoke.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(
        printed.status.success(),
        "the hub has its keys: {}",
        said(&printed)
    );
    drop((running, serving));
    let audited = hub.paso(&["audit", "journal", "views", "entries", "streams"]);
    assert!(audited.status.success(), "{}", said(&audited));
    let audited = post.paso(&["audit", "journal", "views", "entries"]);
    assert!(audited.status.success(), "{}", said(&audited));
}

#[test]
fn a_stick_serves_where_no_network_goes() {
    let (hub, door) = hub();
    let running = hub.serve();
    let post = Outpost::enrol(&hub, door, "HID");
    // The wire leads nowhere from now on.
    post.know_hub_at(outpost::free_port());
    let serving = post.serve();
    let issued = post.paso(&issue());
    assert!(issued.status.success(), "{}", said(&issued));
    let (up, down) = (post.beside("arriba.paso"), post.beside("abajo.paso"));
    let (up, down) = (up.to_str().unwrap(), down.to_str().unwrap());
    let exported = post.paso(&["post", "export", "-o", up]);
    assert!(exported.status.success(), "{}", said(&exported));
    let imported = hub.paso(&["sync", "import", up, "-o", down]);
    assert!(imported.status.success(), "{}", said(&imported));
    assert!(
        said(&imported).contains(" 0 were here already"),
        "{}",
        said(&imported)
    );
    let taken = post.paso(&["post", "import", down]);
    assert!(taken.status.success(), "{}", said(&taken));
    let status = post.status();
    assert!(status.contains("\n0 entries to send"), "{status}");
    let again = hub.paso(&["sync", "import", up, "-o", down]);
    assert!(said(&again).contains("0 entries taken"), "{}", said(&again));

    // The wrong file at the wrong place, a torn one, one of another authority.
    fs::write(post.beside("roto"), &fs::read(up).unwrap()[..200]).unwrap();
    let torn = post.beside("roto");
    for (said_of, words) in [
        (post.paso(&["post", "import", up]), "goes the other way"),
        (
            hub.paso(&["sync", "import", down, "-o", "/dev/null"]),
            "no device enrolled here",
        ),
        (
            hub.paso(&["sync", "import", torn.to_str().unwrap(), "-o", "/dev/null"]),
            "ends in the middle",
        ),
        (hub.paso(&["post", "export", "-o", "/dev/null"]), "no post"),
    ] {
        assert_eq!(said_of.status.code(), Some(2));
        assert!(said(&said_of).contains(words), "{}", said(&said_of));
    }
    drop((running, serving));
}

#[test]
fn a_stolen_post_is_told_so_and_a_code_works_once() {
    let (hub, door) = hub();
    let _running = hub.serve();
    let post = Outpost::enrol(&hub, door, "HID");
    let serving = post.serve();
    post.settles();
    let name = stream(&hub);
    let revoked = hub.paso(&[
        "device",
        "revoke",
        &name,
        "--compromised-from=2020-01-01T00:00:00Z",
        "--reason=Robo en carretera",
        "--officer=ADM-0001",
    ]);
    assert!(revoked.status.success(), "{}", said(&revoked));
    assert!(post.paso(&issue()).status.success());
    let (up, back) = (post.beside("up"), post.beside("back"));
    let (up, back) = (up.to_str().unwrap(), back.to_str().unwrap());
    assert!(post.paso(&["post", "export", "-o", up]).status.success());
    let refused = hub.paso(&["sync", "import", up, "-o", back]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        said(&refused).contains("set aside as evidence"),
        "{}",
        said(&refused)
    );
    assert!(!std::path::Path::new(back).exists());
    let status = said(&hub.paso(&["sync", "status"]));
    assert!(status.contains("revoked: not believed since"), "{status}");
    drop(serving);

    let other = Outpost::enrol(&hub, door, "TAL");
    let again = other.enrol_with(door, "2C7K-9XRT");
    assert!(said(&again).contains("32 characters"), "{}", said(&again));
}

/// What another program, which knows nothing but the root, gets of a page: its status.
fn fetched(root: &std::path::Path, name: &str, door: u16) -> Result<String, String> {
    let fetch = std::process::Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--output",
            "/dev/null",
            "--noproxy",
            "*",
        ])
        .args(["--write-out", "%{http_code}"])
        .arg("--cacert")
        .arg(root)
        .args(["--resolve", &format!("{name}:{door}:127.0.0.1")])
        .arg(format!("https://{name}:{door}/"))
        .output()
        .unwrap();
    if fetch.status.success() {
        Ok(String::from_utf8(fetch.stdout).unwrap())
    } else {
        Err(String::from_utf8(fetch.stderr).unwrap())
    }
}

#[test]
fn a_browser_with_the_hubs_root_believes_a_posts_name() {
    let (hub, door) = hub();
    let settings = hub.dir().join("paso.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(
        &settings,
        text.replace("host = \"localhost\"", "host = \"mx.localhost\""),
    )
    .unwrap();
    let made = hub.paso(&["post", "ca"]);
    assert!(made.status.success(), "{}", said(&made));
    assert!(
        said(&made).contains("names below mx.localhost"),
        "{}",
        said(&made)
    );
    let again = hub.paso(&["post", "ca"]);
    assert!(
        said(&again).contains("nothing was changed"),
        "{}",
        said(&again)
    );

    let running = hub.serve();
    let post = Outpost::new();
    let enrolled = post.paso(&[
        "post",
        "enrol",
        &format!("--hub=http://127.0.0.1:{door}"),
        &format!("--hub-host=mx.localhost:{door}"),
        &format!("--code={}", Outpost::code(&hub, "HID")),
        "--listen=127.0.0.1:0",
    ]);
    assert!(enrolled.status.success(), "{}", said(&enrolled));
    assert!(
        said(&enrolled).contains("its name is hid.mx.localhost, certified by its hub"),
        "{}",
        said(&enrolled)
    );
    running.kill();

    // No hub, and nobody else who would vouch.
    let serving = post.serve();
    let (name, at) = serving.pages.rsplit_once(':').unwrap();
    assert_eq!(name, "https://hid.mx.localhost");
    let (at, root) = (at.parse().unwrap(), hub.dir().join("names.crt"));
    assert_eq!(fetched(&root, "hid.mx.localhost", at).unwrap(), "200");
    let other = fetched(&root, "car.mx.localhost", at).unwrap_err();
    assert!(
        other.contains("no alternative certificate subject name"),
        "{other}"
    );
    let doctor = said(&post.paso(&["doctor"]));
    assert!(
        doctor.contains("El certificado de TLS dura hasta el"),
        "{doctor}"
    );
}
