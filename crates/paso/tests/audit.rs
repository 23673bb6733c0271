//! The office audits a register: beside a running program, on a copy, and after somebody was at it.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use common::{ISSUE, Site, command, said};
use std::{fs, path::Path, process::Output};

fn audit(dir: &Path, args: &[&str]) -> Output {
    command(dir, &[&["audit"], args].concat()).output().unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else if entry.path().is_file() {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn a_register_is_audited_beside_the_program_and_on_a_copy() {
    let site = Site::init();
    let running = site.serve();
    for _ in 0..3 {
        let issued = site.paso(&ISSUE);
        assert!(issued.status.success(), "{}", said(&issued));
    }
    let clean = audit(&site.dir(), &[]);
    assert_eq!(clean.status.code(), Some(0), "{}", said(&clean));
    assert!(said(&clean).contains("Sin hallazgos."), "{}", said(&clean));
    let english = audit(&site.dir(), &["--lang", "en", "journal", "streams"]);
    assert_eq!(english.status.code(), Some(0), "{}", said(&english));
    assert!(said(&english).contains("not asked for"));
    // Nobody has to sign a card that is issued, and no passkey is registered yet.
    let export = site.beside("signatures.approvals");
    let file = export.to_str().unwrap();
    let signed = audit(&site.dir(), &["approvals", "--json", "--export", file]);
    assert_eq!(signed.status.code(), Some(0), "{}", said(&signed));
    let nowhere = site.beside("nowhere");
    let mut stranger = command(&nowhere, &["verify", "approvals", file, "--json"]);
    let stranger = stranger.output().unwrap();
    assert_eq!(stranger.status.code(), Some(0), "{}", said(&stranger));
    assert_eq!(
        signed.stdout, stranger.stdout,
        "office and stranger say the same"
    );
    let custody = audit(&site.dir(), &["custody", "--lang", "en"]);
    assert_eq!(custody.status.code(), Some(0), "{}", said(&custody));
    assert!(
        said(&custody).contains("0 people held"),
        "{}",
        said(&custody)
    );
    let custody = audit(&site.dir(), &["custody", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&custody.stdout).unwrap();
    assert_eq!(
        (&told["clean"], &told["episodes"]),
        (&true.into(), &0.into())
    );
    let nobody = audit(&site.dir(), &["custody", "--statement-key", file]);
    assert_eq!(nobody.status.code(), Some(2), "{}", said(&nobody));
    assert!(
        said(&nobody).contains("veedor statement-key"),
        "{}",
        said(&nobody)
    );
    let again = audit(&site.dir(), &["approvals", "--export", file]);
    assert_eq!(
        again.status.code(),
        Some(2),
        "an export is never overwritten"
    );
    drop(running);

    let dir = site.beside("copy");
    copy(&site.dir(), &dir);
    let json = audit(&dir, &["--json"]);
    assert_eq!(json.status.code(), Some(0), "{}", said(&json));
    let told: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(told["clean"], true);
    assert_eq!(told["checks"][0]["check"], "journal");
    assert_eq!(told["checks"][0]["outcome"], "ok");
    // Nothing of the replay is left: it held names in clear.
    let left = fs::read_dir(&dir).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("audit-")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn a_device_that_no_bundle_names_is_found() {
    let (site, other) = (Site::init(), Site::init());
    for site in [&site, &other] {
        let running = site.serve();
        let issued = site.paso(&ISSUE);
        assert!(issued.status.success(), "{}", said(&issued));
        drop(running);
    }
    // As if somebody had written this register with keys of their own.
    for file in ["anchor.txt", "bundle.cose"] {
        fs::copy(other.dir().join(file), site.dir().join(file)).unwrap();
    }
    let found = audit(&site.dir(), &["--lang", "en", "streams"]);
    assert_eq!(found.status.code(), Some(1), "{}", said(&found));
    assert!(
        said(&found).contains("key-not-trusted (1)"),
        "{}",
        said(&found)
    );
    assert!(said(&found).contains("Correct nothing"));
}

#[test]
fn what_cannot_be_audited_is_said() {
    let site = Site::empty();
    let nowhere = audit(&site.dir(), &[]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(said(&nowhere).contains("paso init"));
    let site = Site::init();
    let unknown = audit(&site.dir(), &["everything"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown).contains("journal, views"));
    fs::remove_file(site.dir().join("journal.db")).unwrap();
    let gone = audit(&site.dir(), &[]);
    assert_eq!(gone.status.code(), Some(2), "{}", said(&gone));
}
