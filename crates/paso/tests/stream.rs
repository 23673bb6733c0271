//! What devices wrote, carried away and brought back.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod common;

use common::{ISSUE, Site, said};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Name and highest number of the one stream there is.
fn stream(site: &Site) -> (String, u64) {
    let listed = site.paso(&["stream", "list"]);
    assert!(listed.status.success(), "{}", said(&listed));
    let text = said(&listed);
    let words: Vec<_> = text.split_whitespace().collect();
    let [stream, _key, count, last] = words[..] else {
        panic!("{text}")
    };
    assert_eq!(count, last, "no holes");
    (stream.to_owned(), last.parse().unwrap())
}

/// A copy of the journal as it is; WAL and all.
fn keep_journal(site: &Site) -> PathBuf {
    let kept = site.beside("kept");
    fs::create_dir(&kept).unwrap();
    for (name, path) in journal(&site.dir()) {
        fs::copy(path, kept.join(name)).unwrap();
    }
    kept
}

fn put_journal_back(site: &Site, kept: &Path) {
    for (_, path) in journal(&site.dir()) {
        fs::remove_file(path).unwrap();
    }
    for (name, path) in journal(kept) {
        fs::copy(path, site.dir().join(name)).unwrap();
    }
}

fn journal(dir: &Path) -> Vec<(String, PathBuf)> {
    let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    let named = files.map(|path| {
        (
            path.file_name().unwrap().to_string_lossy().into_owned(),
            path,
        )
    });
    named
        .filter(|(name, _)| name.starts_with("journal.db"))
        .collect()
}

#[test]
fn a_stream_is_exported_beside_the_running_hub_and_a_restored_copy_regains_its_tail() {
    let site = Site::init();
    let running = site.serve();
    assert!(site.paso(&ISSUE).status.success());
    running.kill();

    let kept = keep_journal(&site);
    let (name, old) = stream(&site);

    let running = site.serve();
    assert!(site.paso(&ISSUE).status.success());
    let (_, new) = stream(&site);
    assert!(new > old);
    let batch = site.beside("tail.batch");
    let name_it = format!("--stream={name}");
    let after = format!("--after={old}");
    let export = [
        "stream",
        "export",
        &name_it,
        &after,
        "-o",
        batch.to_str().unwrap(),
    ];
    let exported = site.paso(&export);
    assert!(exported.status.success(), "{}", said(&exported));
    let nothing = site.paso(&["stream", "export", &name_it, "--after=9999", "-o", "-"]);
    assert!(
        said(&nothing).contains("no entries after number 9999"),
        "{}",
        said(&nothing)
    );

    let import = ["stream", "import", batch.to_str().unwrap()];
    let refused = site.paso(&import);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        said(&refused).contains("stop it first"),
        "{}",
        said(&refused)
    );
    running.kill();

    // The journal is yesterday's; the keys have a backup of their own, of today.
    put_journal_back(&site, &kept);
    assert_eq!(stream(&site).1, old);
    let imported = site.paso(&import);
    assert!(imported.status.success(), "{}", said(&imported));
    let taken = format!("{} entries taken, 0 were here already", new - old);
    assert!(said(&imported).contains(&taken), "{}", said(&imported));
    assert_eq!(stream(&site), (name.clone(), new));
    let again = site.paso(&import);
    let present = format!("0 entries taken, {} were here already", new - old);
    assert!(said(&again).contains(&present), "{}", said(&again));
    // And the hub goes on.
    let running = site.serve();
    assert!(site.paso(&ISSUE).status.success());
    assert!(stream(&site).1 > new);
    drop(running);

    // What is torn or strange says so, and is not taken.
    let bytes = fs::read(&batch).unwrap();
    for (file, words) in [
        (&bytes[..bytes.len() - 40], "ends in the middle"),
        (
            b"PK\x03\x04".as_slice(),
            "neither a stream batch nor a log feed",
        ),
    ] {
        fs::write(&batch, file).unwrap();
        let refused = site.paso(&import);
        assert_eq!(refused.status.code(), Some(2));
        assert!(said(&refused).contains(words), "{}", said(&refused));
    }
    // Another authority's file is for another authority.
    fs::write(&batch, &bytes).unwrap();
    let other = Site::empty();
    assert!(
        other
            .init_with(&["--code=gt-test", "--issuer=https://gt.example"])
            .status
            .success()
    );
    let foreign = other.paso(&import);
    assert!(
        said(&foreign).contains("another authority"),
        "{}",
        said(&foreign)
    );
}

#[test]
fn acts_of_a_dismissed_officer_are_taken_and_flagged() {
    let site = Site::init();
    let running = site.serve();
    let by = "--officer=ADM-0001";
    for (number, role) in [("ADM-0001", "administrator"), ("INM-0417", "desk")] {
        let (role, name) = (format!("--role={role}"), "--name=Tomás Ajú");
        let enrolled = site.paso(&["officer", "enrol", number, name, &role, by]);
        assert!(enrolled.status.success(), "{}", said(&enrolled));
    }
    running.kill();
    let kept = keep_journal(&site);
    let (name, old) = stream(&site);

    // At the post, which does not know that he was dismissed long ago, he issues a card.
    let running = site.serve();
    assert!(site.paso(&ISSUE).status.success());
    let since = "2014-07-08T15:00:00Z";
    let from = format!("--from={since}");
    let reason = "--reason=Vendía lugares en la fila.";
    let dismissed = site.paso(&["officer", "dismiss", "INM-0417", &from, reason, by]);
    assert!(dismissed.status.success(), "{}", said(&dismissed));
    let (batch, stream, after) = (
        site.beside("tail.batch"),
        format!("--stream={name}"),
        format!("--after={old}"),
    );
    let file = batch.to_str().unwrap();
    let exported = site.paso(&["stream", "export", &stream, &after, "-o", file]);
    assert!(exported.status.success(), "{}", said(&exported));
    running.kill();

    put_journal_back(&site, &kept);
    let imported = site.paso(&["stream", "import", file]);
    assert_eq!(imported.status.code(), Some(0), "{}", said(&imported));
    let text = said(&imported);
    assert!(
        text.contains("suspended or dismissed at the time"),
        "{text}"
    );
    let line = text
        .lines()
        .find(|line| line.contains("card.issued"))
        .unwrap();
    assert!(
        line.trim_start().starts_with("INM-0417  card.issued  "),
        "{line}"
    );
    assert!(
        line.contains(&format!("TAL  (dismissed {since})")),
        "{line}"
    );
    for name in ["Xitumul", "person:", "card:"] {
        assert!(!text.contains(name), "{text}");
    }
    // Once more: they are here already, and flagged already.
    let again = site.paso(&["stream", "import", file]);
    assert!(!said(&again).contains("card.issued"), "{}", said(&again));

    put_journal_back(&site, &kept);
    let json = site.paso(&["stream", "import", "--json", file]);
    assert_eq!(json.status.code(), Some(0), "{}", said(&json));
    let told: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let acts = told["acts_while_away"]["acts"].as_array().unwrap();
    assert_eq!(told["acts_while_away"]["number"], acts.len());
    let issued = acts
        .iter()
        .find(|act| act["kind"] == "card.issued")
        .unwrap();
    assert_eq!(issued["officer"], "INM-0417");
    assert_eq!(issued["since"], since);
    assert_eq!(told["files"][0]["present"], 0);

    let audit = site.paso(&["audit", "officers", "--lang", "en"]);
    assert_eq!(audit.status.code(), Some(1), "{}", said(&audit));
    let text = said(&audit);
    assert!(text.contains("act-while-away"), "{text}");
    assert!(
        text.contains("suspended or dismissed at its time"),
        "{text}"
    );
}
