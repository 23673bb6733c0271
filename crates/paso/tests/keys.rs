//! Keys come, end, and leave their trace: in the list, in the register, in the bundle.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use common::{ISSUE, Site, said};
use std::{fs, process::Output};

const BY: &str = "--officer=ADM-0001";

fn site() -> Site {
    let site = Site::init();
    let running = site.serve();
    let name = "--name=Rosa Chan";
    done(&site.paso(&[
        "officer",
        "enrol",
        "ADM-0001",
        name,
        "--role=administrator",
        BY,
    ]));
    running.kill();
    site
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

/// The line of a key in the list.
fn line(site: &Site, name: &str) -> String {
    let text = done(&site.paso(&["key", "list"]));
    let line = text
        .lines()
        .find(|line| line.starts_with(&format!("{name}  ")));
    line.unwrap().to_owned()
}

const REASON: &str = "--reason=Se perdió la memoria.";
const END: [&str; 6] = [
    "key",
    "end",
    "card",
    REASON,
    "--compromised-from=2014-07-08",
    BY,
];

#[test]
fn what_cannot_end_is_said() {
    let site = site();
    for (args, words) in [
        (&END[..], "make its successor first"),
        (
            &["key", "end", "root-1", REASON, BY],
            "a root ends at a ceremony",
        ),
        (
            &["key", "end", "tarjeta", REASON, BY],
            "there are card, slip",
        ),
        (
            &["key", "end", "card", "--reason= ", BY],
            "write the reason",
        ),
        (
            &[
                "key",
                "end",
                "card",
                REASON,
                "--compromised-from=2999-01-01",
                BY,
            ],
            "a future moment",
        ),
        (&["key", "add", "card"], "--officer"),
    ] {
        let refused = site.paso(args);
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).contains(words), "{}", said(&refused));
    }
    let running = site.serve();
    let refused = site.paso(&END);
    assert!(
        said(&refused).contains("stop it first"),
        "{}",
        said(&refused)
    );
    drop(running);
}

#[test]
fn a_key_that_comes_and_ends_is_recorded_at_the_next_start_and_once() {
    let site = site();
    let running = site.serve();
    let issued = done(&site.paso(&ISSUE));
    let [number, text] = issued.lines().collect::<Vec<_>>()[..] else {
        panic!("{issued}")
    };
    let verify = || {
        let found = site.paso(&["verify", "card", text, "--state=MX-CHP", "--json"]);
        let found: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
        found["finding"].as_str().unwrap().to_owned()
    };
    assert_eq!(verify(), "valid");
    running.kill();

    done(&site.paso(&["key", "add", "card", BY]));
    let running = site.serve();
    assert!(line(&site, "card-2").ends_with("  recorded"));
    // The ceremony's own keys are older than the register of keys.
    assert!(!line(&site, "card").contains("recorded"));
    running.kill();

    let told = done(&site.paso(&END));
    assert!(
        told.contains("paso key cards card --from 2014-07-08T00:00:00Z"),
        "{told}"
    );
    let again = site.paso(&END);
    assert!(
        said(&again).contains("has ended already"),
        "{}",
        said(&again)
    );
    for _ in 0..2 {
        let running = site.serve();
        let shown = line(&site, "card");
        assert!(shown.contains("  ended "), "{shown}");
        assert!(
            shown.ends_with("in doubt from 2014-07-08T00:00:00Z"),
            "{shown}"
        );
        running.kill();
    }
    // Checkpoints judge by the bundle alone.
    assert_eq!(verify(), "key-compromised");

    let running = site.serve();
    let other = done(&site.paso(&ISSUE));
    let other = other.lines().next().unwrap();
    let cards = |name, from| done(&site.paso(&["key", "cards", name, from]));
    let found = cards("card", "--from=2014-07-08");
    assert!(found.starts_with(&format!("{number}  TAL  ")), "{found}");
    assert!(
        found.ends_with("1 cards\n") && !found.contains("Xitumul"),
        "{found}"
    );
    assert!(cards("card", "--from=2999-01-01").starts_with("0 cards"));
    assert!(cards("card-2", "--from=2014-07-08").starts_with(other));
    let unknown = site.paso(&["key", "cards", "tarjeta", "--from=2014-07-08"]);
    assert_eq!(unknown.status.code(), Some(2));
    drop(running);

    // One event each, whatever the number of starts: the journal of keys is what an audit replays.
    let audit = site.paso(&["audit", "journal", "views"]);
    assert_eq!(audit.status.code(), Some(0), "{}", said(&audit));
}

#[test]
fn a_line_whose_officer_may_not_answer_is_left_and_the_program_starts() {
    let site = site();
    done(&site.paso(&["key", "add", "slip", "--officer=INM-0417"]));
    let running = site.serve();
    assert!(!line(&site, "slip-2").contains("recorded"));
    running.kill();
    let list = site.dir().join("keys/keys.toml");
    let text = fs::read_to_string(&list).unwrap();
    fs::write(&list, text.replace("INM-0417", "ADM-0001")).unwrap();
    let running = site.serve();
    assert!(line(&site, "slip-2").ends_with("recorded"));
    drop(running);
}
