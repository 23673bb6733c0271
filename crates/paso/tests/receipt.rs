//! Receipts on the console: given with an entry and an exit, checked with files alone.

#![expect(clippy::panic, reason = "helpers of tests fail by panicking")]

mod common;

use common::{ISSUE, Site, said};
use std::{fs, process::Output};

const ACTING: [&str; 2] = ["--officer=INM-0417", "--post=TAL"];

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(output)))
}

/// The code and the text behind the line that begins with `receipt`.
fn receipt(output: &Output) -> (String, String) {
    let lines = lines(output);
    let at = lines
        .iter()
        .position(|line| line.starts_with("receipt "))
        .unwrap_or_else(|| panic!("{}", said(output)));
    (
        lines[at]["receipt ".len()..].to_owned(),
        lines[at + 1].clone(),
    )
}

#[test]
fn receipts_of_entry_and_exit_are_checked_without_a_server() {
    let site = Site::init();
    let running = site.serve();
    let number = lines(&site.paso(&ISSUE))[0].clone();
    let entered = site.paso(&[&["enter", &number], &ACTING[..]].concat());
    let (code, text) = receipt(&entered);
    let pdf = site.beside("exit.pdf");
    let leave = ["leave", &number, "-o", pdf.to_str().unwrap()];
    let left = site.paso(&[&leave[..], &ACTING].concat());
    let (_, exit) = receipt(&left);
    assert!(fs::read(&pdf).unwrap().starts_with(b"%PDF-"));
    drop(running);

    let verify =
        |given: &str, more: &[&str]| site.paso(&[&["verify", "receipt", given], more].concat());
    let found = verify(&text, &["--json"]);
    assert_eq!(found.status.code(), Some(3), "{}", said(&found));
    let found = json(&found);
    assert_eq!(
        (&found["finding"], &found["light"]),
        (&"signed".into(), &"amber".into())
    );
    let facts = &found["receipt"];
    assert_eq!(facts["code"], code.as_str());
    assert_eq!(
        (&facts["kind"], &facts["proven"]),
        (&"entry".into(), &true.into())
    );
    assert_eq!(facts["card"], number.as_str());
    assert_eq!(json(&verify(&exit, &["--json"]))["receipt"]["kind"], "exit");

    // From a file of text; in words, in both languages.
    let file = site.beside("receipt.txt");
    fs::write(&file, format!("{text}\n")).unwrap();
    let words = verify(file.to_str().unwrap(), &["--lang=en"]);
    assert_eq!(words.status.code(), Some(3));
    assert!(
        said(&words).contains("signed this receipt"),
        "{}",
        said(&words)
    );
    assert!(said(&words).contains(&number), "{}", said(&words));
    // Where to ask for the proof: the paper yields it.
    let checked = json(&verify(&text, &["--json"]));
    let ask = checked["ask"].as_str().unwrap();
    let commitment = ask.strip_prefix(&format!("/log/proof/{code}/"));
    assert_eq!(commitment.map(str::len), Some(64), "{ask}");
    assert!(
        said(&words).ends_with(&format!("{ask}\n")),
        "{}",
        said(&words)
    );
    assert!(said(&verify(&text, &[])).contains("firmó esta constancia"));

    // Asked and not there: amber on the day, evidence two days later.
    let asked = |more: &[&str]| verify(&text, &[&["--no-proof", "--json"], more].concat());
    assert_eq!(json(&asked(&[]))["finding"], "not-yet-logged");
    let at = facts["at"].as_str().unwrap();
    let year: u16 = at[..4].parse().unwrap();
    let later = format!("--at={}{}", year + 1, &at[4..]);
    let evidence = asked(&[&later]);
    assert_eq!(evidence.status.code(), Some(1), "{}", said(&evidence));
    assert_eq!(json(&evidence)["evidence"], true);

    // One character changed.
    let mut changed = text.clone().into_bytes();
    let last = changed.len() - 9;
    changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
    let changed = verify(std::str::from_utf8(&changed).unwrap(), &["--json"]);
    let code = changed.status.code();
    assert!(code == Some(1) || code == Some(3), "{}", said(&changed));
    let changed = json(&changed);
    assert_ne!(changed["receipt"]["proven"], true, "{changed}");

    // What is no proof says nothing against the receipt.
    let proof = site.beside("proof.txt");
    fs::write(&proof, "not a proof\n").unwrap();
    let policy = site.beside("policy.txt");
    fs::write(&policy, "quorum none\n").unwrap();
    let flags = [
        format!("--proof={}", proof.display()),
        format!("--policy={}", policy.display()),
    ];
    let broken = verify(&text, &[&flags[0], &flags[1], "--json"]);
    assert_eq!(json(&broken)["fault"], "unreadable", "{}", said(&broken));

    for (wrong, says) in [
        (vec!["--bundle=nowhere"], "--bundle"),
        (vec!["--proof=nowhere"], "cannot read the proof"),
        (vec![flags[0].as_str(), "--no-proof"], "cannot be used with"),
    ] {
        let wrong = verify(&text, &wrong);
        assert_eq!(wrong.status.code(), Some(2));
        assert!(said(&wrong).contains(says), "{}", said(&wrong));
    }
    let card = lines(&site.paso(&["verify", "receipt", "HOLA", "--json"]));
    assert!(card.concat().contains("malformed"), "{card:?}");
}
