//! The rooms of the house and the doors between them, as a literal table. Cargo enforces what is
//! not declared; this test enforces what is.

#![expect(clippy::expect_used, reason = "what fails here fails the test")]

use std::{collections::BTreeMap, process::Command};

/// Crate → the crates of this workspace it may use (DESIGN §5, ARCHITECTURE.md).
const MAY_USE: [(&str, &[&str]); 14] = [
    // A receipt is judged with its log proof, by the same code everywhere.
    ("paso-formats", &["paso-tlog"]),
    ("paso-tlog", &[]),
    // The overseer holds no person's data: it sees neither the rules nor the store (DESIGN §3).
    (
        "paso-veedor",
        &["paso-tlog", "paso-formats", "paso-listen", "paso-pages"],
    ),
    ("paso-domain", &["paso-formats"]),
    ("paso-store", &["paso-domain", "paso-formats", "paso-tlog"]),
    (
        "paso-service",
        &["paso-domain", "paso-formats", "paso-store", "paso-tlog"],
    ),
    // The one reader of symbols, of photographs at the server and of frames in a phone.
    ("paso-lens", &[]),
    ("paso-paper", &["paso-lens"]),
    // What a phone loads: nothing in it may know more than a checkpoint carries.
    ("paso-checker", &["paso-formats", "paso-lens"]),
    ("paso-pages", &["paso-formats"]),
    ("paso-listen", &[]),
    // `web` cannot see `store`: a page that forgets to ask for permission does not compile.
    (
        "paso-web",
        &[
            "paso-domain",
            "paso-formats",
            "paso-listen",
            "paso-pages",
            "paso-paper",
            "paso-service",
        ],
    ),
    (
        "paso",
        &[
            "paso-domain",
            "paso-formats",
            "paso-listen",
            "paso-pages",
            "paso-paper",
            "paso-service",
            "paso-store",
            "paso-tlog",
            "paso-web",
        ],
    ),
    ("paso-demo", &["paso", "paso-veedor"]),
];

/// Outside crates that only some rooms may let in.
const ONLY_IN: [(&str, &[&str]); 15] = [
    ("sqlx", &["paso-store", "paso-veedor"]),
    (
        "axum",
        &[
            "paso-listen",
            "paso-pages",
            "paso-web",
            "paso",
            "paso-veedor",
        ],
    ),
    // Connections are taken, and TLS is spoken, in one place.
    ("tokio-rustls", &["paso-listen"]),
    ("hyper", &["paso-listen"]),
    ("askama", &["paso-web", "paso-veedor"]),
    ("krilla", &["paso-paper"]),
    ("rxing", &["paso-lens"]),
    ("anyhow", &["paso", "paso-demo", "paso-veedor"]),
    ("getrandom", &["paso-service", "paso-veedor"]),
    (
        "tokio",
        &[
            "paso-store",
            "paso-service",
            "paso-listen",
            "paso-web",
            "paso",
            "paso-veedor",
        ],
    ),
    // In `store` only as a device for its tests.
    ("aws-lc-rs", &["paso-formats", "paso-service", "paso-store"]),
    // Who speaks to others over the network: the log to its witnesses, the mirror to the hubs.
    ("reqwest", &["paso-service", "paso-veedor"]),
    ("age", &["paso"]),
    // Passkeys: whoever opens sessions.
    ("webauthn-rs", &["paso-service"]),
    ("hpke", &["paso-formats"]),
];

/// Normal dependencies of each workspace member, by `cargo metadata`.
fn declared() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let normal = dependencies
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| dependency["name"].as_str().expect("name").to_owned())
                .collect();
            (package["name"].as_str().expect("name").to_owned(), normal)
        })
        .collect()
}

#[test]
fn imports_point_down_only() {
    let declared = declared();
    let known: Vec<_> = MAY_USE.iter().map(|(name, _)| *name).collect();
    let found: Vec<_> = declared.keys().map(String::as_str).collect();
    let mut sorted = known.clone();
    sorted.sort_unstable();
    assert_eq!(
        found, sorted,
        "a new crate needs a line in this table, and a reason"
    );
    for (name, may_use) in MAY_USE {
        for used in declared[name]
            .iter()
            .filter(|used| known.contains(&used.as_str()))
        {
            assert!(
                may_use.contains(&used.as_str()),
                "{name} must not use {used}"
            );
        }
    }
}

/// The overseer links nothing that knows the rules, the store or the pages of an authority, not even
/// by way of others (DESIGN §3, §5): it could not open a person's data if it wanted to.
#[test]
fn the_overseer_links_none_of_the_five() {
    const NONE_OF: [&str; 5] = [
        "paso-domain",
        "paso-kin",
        "paso-store",
        "paso-service",
        "paso-web",
    ];
    let declared = declared();
    let mut linked = vec!["paso-veedor".to_owned()];
    let mut next = 0;
    while let Some(name) = linked.get(next).cloned() {
        next += 1;
        for used in declared.get(&name).into_iter().flatten() {
            if !linked.contains(used) {
                linked.push(used.clone());
            }
        }
    }
    assert!(linked.iter().any(|name| name == "paso-tlog"));
    for forbidden in NONE_OF {
        assert!(
            linked.iter().all(|name| name != forbidden),
            "paso-veedor links {forbidden}"
        );
    }
}

#[test]
fn some_crates_stay_in_their_rooms() {
    let declared = declared();
    for (outside, rooms) in ONLY_IN {
        for (name, dependencies) in &declared {
            if dependencies.iter().any(|dependency| dependency == outside) {
                assert!(
                    rooms.contains(&name.as_str()),
                    "{name} must not use {outside}"
                );
            }
        }
    }
}

/// Licences that permit what Apache-2.0 permits, and the words that join them.
const LICENCES: [&str; 17] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    // minicbor; parts of aws-lc are under OpenSSL's old licence.
    "BlueOak-1.0.0",
    // webpki-roots: a list of certificates, a permissive licence for data.
    "CDLA-Permissive-2.0",
    "OpenSSL",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    // webauthn-rs: a file of it that we changed we would have to show; we change none.
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that must not come in by any door: each would be a second way to do what one way does.
const BANNED: [&str; 4] = ["openssl-sys", "native-tls", "ring", "rusqlite"];

#[test]
fn licences_are_permissive_and_banned_crates_stay_out() {
    // `cargo tree` lists what is compiled; the lock file also names what no feature turns on.
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--workspace",
            "--offline",
            "--prefix=none",
            "--edges=normal,build",
        ])
        .arg("--format={p}|{l}")
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8_lossy(&output.stdout).into_owned();
    let packages: BTreeMap<_, _> = tree
        .lines()
        .filter_map(|line| line.trim_end_matches(" (*)").split_once('|'))
        .collect();
    assert!(
        packages.len() > 100,
        "the list of packages is not whole: {tree}"
    );
    for (package, licence) in packages {
        let name = package.split(' ').next().unwrap_or_default();
        assert!(
            !BANNED.contains(&name),
            "{name} came in; see `cargo tree -i {name}`"
        );
        // Of an OR one side is enough, of an AND every side is needed.
        let licence = licence.replace('/', " OR ").replace(['(', ')'], "");
        let permits = licence
            .split(" AND ")
            .all(|all| all.split(" OR ").any(|one| LICENCES.contains(&one.trim())));
        assert!(permits, "{name} is under {licence:?}");
    }
}
