//! The console: everything a desk does, typed.

mod common;

use common::{ISSUE, Site, said};
use std::fs;

const ACTING: [&str; 2] = ["--officer=INM-0417", "--post=TAL"];

fn lines(output: &std::process::Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_card_is_issued_printed_checked_entered_on_and_left_on() {
    let site = Site::init();
    let running = site.serve();

    let issued = site.paso(&ISSUE);
    assert!(issued.status.success(), "{}", said(&issued));
    let [number, text] = &lines(&issued)[..] else {
        panic!("{}", said(&issued))
    };

    let pdf = site.beside("card.pdf");
    let print = ["card", "print", number, "-o", pdf.to_str().unwrap()];
    let printed = site.paso(&[&print[..], &ACTING].concat());
    assert!(printed.status.success(), "{}", said(&printed));
    assert!(fs::read(&pdf).unwrap().starts_with(b"%PDF-"));

    // Checking needs no server: the bundle and the anchor are files.
    let verify = |card: &str, more: &[&str]| {
        site.paso(&[&["verify", "card", card, "--state=MX-CHP"], more].concat())
    };
    let green = verify(text, &["--json"]);
    assert_eq!(green.status.code(), Some(0), "{}", said(&green));
    let json: serde_json::Value = serde_json::from_slice(&green.stdout).unwrap();
    assert_eq!(json["finding"], "valid");
    assert_eq!(json["card"]["name"], "AJU XITUMUL MARIA KABEL");

    let entered = site.paso(&[&["enter", number], &ACTING[..]].concat());
    assert!(entered.status.success(), "{}", said(&entered));
    let slip = lines(&entered).last().unwrap().clone();
    let stay = verify(text, &["--slip", &slip, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&stay.stdout).unwrap();
    assert_eq!(json["finding"], "valid-stay");
    // A year later the card is good and the bundle is not: amber, which is never the holder's fault.
    let year: u16 = json["trusted_now"].as_str().unwrap()[..4].parse().unwrap();
    let later = format!("--at={}-01-01T00:00:00Z", year + 2);
    let amber = verify(text, &[&later]);
    assert_eq!(amber.status.code(), Some(3), "{}", said(&amber));
    let elsewhere = site.paso(&["verify", "card", text, "--state=MX-JAL"]);
    assert_ne!(elsewhere.status.code(), Some(0), "{}", said(&elsewhere));

    let left = site.paso(&[&["leave", number], &ACTING[..]].concat());
    assert!(
        said(&left).contains("exit recorded; entered"),
        "{}",
        said(&left)
    );

    let revoke = ["card", "revoke", number, "--reason=stolen"];
    // A grave act is signed with one's own passkey, which the console has not.
    let revoked = site.paso(&[&revoke[..], &ACTING].concat());
    assert_eq!(revoked.status.code(), Some(1), "{}", said(&revoked));
    assert!(
        said(&revoked).contains("your own passkey"),
        "{}",
        said(&revoked)
    );
    drop(running);
}

#[test]
fn a_person_who_comes_again_is_offered_and_an_old_journal_is_noticed() {
    let site = Site::init();
    let running = site.serve();
    assert!(site.paso(&ISSUE).status.success());
    let again: Vec<_> = ISSUE
        .iter()
        .copied()
        .filter(|arg| *arg != "--new-person")
        .collect();
    let asked = site.paso(&again);
    assert_eq!(asked.status.code(), Some(1), "{}", said(&asked));
    assert!(
        said(&asked).contains("may know this person"),
        "{}",
        said(&asked)
    );
    let text = said(&asked);
    let person = text
        .lines()
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    let known = format!("--person={person}");
    let issued = site.paso(&[&again[..], &[&known]].concat());
    assert!(issued.status.success(), "{}", said(&issued));
    drop(running);

    // Yesterday's journal put back: the bundle that checkpoints hold is newer than it knows.
    for file in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        let (here, kept) = (site.dir().join(file), site.beside(file));
        if here.exists() {
            fs::copy(&here, &kept).unwrap();
        }
    }
    drop(site.serve());
    drop(site.serve());
    for file in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        let (here, kept) = (site.dir().join(file), site.beside(file));
        fs::remove_file(&here).ok();
        if kept.exists() {
            fs::copy(&kept, &here).unwrap();
        }
    }
    let refused = site.paso(&["serve"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("older copy"), "{}", said(&refused));
}

#[test]
fn a_mistake_at_the_ceremony_leaves_nothing_behind() {
    let site = Site::empty();
    for (wrong, says) in [
        ("--home=QQQ", "authority.home"),
        (
            "--issuer=https://an-issuer-with-a-long-name.example",
            "authority.issuer",
        ),
        ("--listen=0.0.0.0:8460", "web.listen"),
    ] {
        let done = site.init_with(&[wrong]);
        assert_eq!(done.status.code(), Some(2));
        assert!(said(&done).contains(says), "{}", said(&done));
        assert!(!site.dir().exists());
    }
    assert!(site.init_with(&[]).status.success());
}

#[test]
fn a_directory_has_one_owner_and_commands_say_what_to_do() {
    let site = Site::init();
    let nobody = site.paso(&ISSUE);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(said(&nobody).contains("paso serve"), "{}", said(&nobody));

    let running = site.serve();
    let second = site.paso(&["serve"]);
    assert_eq!(second.status.code(), Some(2));
    assert!(
        said(&second).contains("another paso owns"),
        "{}",
        said(&second)
    );

    // An ineligible person is refused with the reason and what would help.
    let mut args = ISSUE.to_vec();
    args[8] = "--nationality=HND";
    let refused = site.paso(&args);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        said(&refused).contains("nationality-not-covered"),
        "{}",
        said(&refused)
    );

    // Killed, and started again: the socket left behind is no obstacle.
    running.kill();
    let running = site.serve();
    let enrol = ["officer", "enrol", "INM-0001", "--name=Rosa Chan Pech"];
    let whom = ["--role=administrator", "--post=TAL", "--officer=INM-0001"];
    let invited = site.paso(&[&enrol[..], &whom[..]].concat());
    let expected = format!("{}/alta/INM-0001~", running.pages);
    assert!(said(&invited).starts_with(&expected), "{}", said(&invited));
}

#[test]
fn what_is_malformed_is_named_without_a_server() {
    let site = Site::init();
    drop(site.serve());
    for (card, cause) in [
        ("THIS!IS@NOT#VALID", "not-base45"),
        ("", "empty"),
        ("GGW", "not-base45"),
        ("6BF", "not-zlib"),
    ] {
        let found = site.paso(&["verify", "card", card, "--state=MX-CHP", "--json"]);
        let json: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
        assert!(
            json["cause"].as_str().unwrap().contains(cause),
            "{card:?}: {}",
            said(&found)
        );
        assert_ne!(found.status.code(), Some(0));
    }
    let usage = site.paso(&["verify", "card", "X", "--state=Chiapas"]);
    assert_eq!(usage.status.code(), Some(2));
    let check = site.paso(&["check-config"]);
    assert!(said(&check).contains("can be used"), "{}", said(&check));
}

#[test]
fn the_rule_of_a_day_is_explained_with_its_sources() {
    let site = Site::init();
    let shown = site.paso(&["program", "show", "--on=2014-08-01", "--lang=en"]);
    let text = said(&shown);
    for word in [
        "2014-07-07",
        "72 elapsed hours",
        "GTM, BLZ",
        "MX-CHP",
        "A10",
        "https://",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let none = site.paso(&["program", "show", "--on=1990-01-01", "--lang=en"]);
    assert!(
        said(&none).contains("No rule was in force"),
        "{}",
        said(&none)
    );
}
