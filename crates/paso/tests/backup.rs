//! Backups: what was there comes back, whole or not at all, and only from a whole backup.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::similar_names, reason = "a store and the story it is told")]

mod common;
#[path = "common/vault.rs"]
mod vault;

use common::{ISSUE, Site, command, said};
use paso_store::{
    Config, Store, Url,
    testing::{Cluster, Random, Story, journal_rows, view_rows},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use vault::{Vault, databases, listed};

/// Every row of the journal and of every view: what a register is to those who use it.
async fn rows(config: &Config) -> (Vec<String>, Vec<String>) {
    let store = Store::open(config).await.unwrap();
    assert!(!store.views_are_behind().await.unwrap());
    let rows = (journal_rows(&store).await, view_rows(&store).await);
    store.close().await;
    rows
}

#[tokio::test]
async fn what_was_there_comes_back_and_goes_on() {
    let vault = Vault::new();
    vault.happen(1, 60).await;
    let running = vault.site.serve();
    let made = vault.site.paso(&strs(&vault.backup_args()));
    assert!(made.status.success(), "{}", said(&made));
    assert!(
        !said(&made).contains("is not known to paso"),
        "{}",
        said(&made)
    );
    running.kill();
    let pair = [
        listed(&vault.registers).remove(0),
        listed(&vault.keys).remove(0),
    ];

    let new = vault.site.beside("restored");
    let restored = vault
        .run_in(&new, &vault.restore_args(&pair))
        .await
        .unwrap();
    assert!(restored.contains("0 have none"), "{restored}");
    assert_eq!(rows(&databases(&new)).await, rows(&vault.databases()).await);
    for file in [
        "keys/index.secret",
        "keys/card.pk8",
        "anchor.txt",
        "bundle.cose",
        "paso.toml",
    ] {
        assert_eq!(
            fs::read(new.join(file)).unwrap(),
            fs::read(vault.site.dir().join(file)).unwrap(),
            "{file}"
        );
    }
    assert!(new.join("restored").is_file());
    assert!(!new.join("envelope/root-2.pk8").exists());
    let again = vault.run_in(&new, &vault.restore_args(&pair)).await;
    assert!(again.unwrap_err().contains("not empty"));

    // Nobody witnesses this log, so nobody can say whether more was recorded: a person must.
    let refused = command(&new, &["serve"]).output().unwrap();
    assert!(!refused.status.success());
    assert!(
        said(&refused).contains("no witness has said"),
        "{}",
        said(&refused)
    );
    fs::remove_file(new.join("restored")).unwrap();
    // It serves, and a desk goes on.
    let mut serving = command(&new, &["serve"]);
    let mut serving = serving.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(serving.stdout.take().unwrap()),
        &mut line,
    )
    .unwrap();
    assert!(line.starts_with("ready"), "{line}");
    let issued = command(&new, &ISSUE).output().unwrap();
    assert!(issued.status.success(), "{}", said(&issued));
    serving.kill().unwrap();
    serving.wait().unwrap();
}

#[tokio::test]
async fn a_register_moves_to_postgresql_and_back() {
    let vault = Vault::new();
    vault.happen(2, 40).await;
    let original = rows(&vault.databases()).await;
    let pair = vault.back_up().await;
    let cluster = Cluster::shared();
    let (journal, keys) = (cluster.database().await, cluster.database().await);
    let there = vault.site.beside("there");
    let mut args = vault.restore_args(&pair);
    args.push(format!("--journal={journal}"));
    args.push(format!("--subject-keys={keys}"));
    vault.run_in(&there, &args).await.unwrap();
    let on_server = Config {
        main: Url::Postgres(journal.clone()),
        keys: Url::Postgres(keys),
    };
    assert_eq!(rows(&on_server).await, original);
    assert!(
        listed(&there)
            .iter()
            .all(|path| path.extension().is_none_or(|end| end != "db"))
    );
    let config = fs::read_to_string(there.join("paso.toml")).unwrap();
    assert!(config.contains(&journal), "{config}");
    // The same databases are not filled twice.
    let elsewhere = vault.site.beside("elsewhere");
    let twice = vault.run_in(&elsewhere, &args).await.unwrap_err();
    assert!(twice.contains("kept at PostgreSQL already"), "{twice}");
    assert!(!elsewhere.exists(), "nothing is left of a refused restore");

    let moved = [vault.site.beside("r.age"), vault.site.beside("k/k.age")];
    fs::create_dir(vault.site.beside("k")).unwrap();
    let args = [
        "backup".to_owned(),
        format!("--to={}", moved[0].display()),
        format!("--keys-to={}", moved[1].display()),
    ];
    vault.run_in(&there, &args).await.unwrap();
    let back = vault.site.beside("back");
    vault
        .run_in(&back, &vault.restore_args(&moved))
        .await
        .unwrap();
    assert_eq!(rows(&databases(&back)).await, original);
}

#[tokio::test]
async fn a_damaged_file_is_refused_wherever_it_is_damaged() {
    let vault = Vault::new();
    vault.happen(3, 25).await;
    let pair = vault.back_up().await;
    let mut random = Random::seeded(33);
    for which in 0..2 {
        let whole = fs::read(&pair[which]).unwrap();
        let damaged = vault.site.beside("damaged.age");
        let mut both = pair.clone();
        both[which].clone_from(&damaged);
        let mut places: Vec<_> = (0..25).map(|_| random.below(whole.len())).collect();
        places.extend([
            0,
            21,
            22,
            150,
            199,
            200,
            220,
            whole.len() - 1,
            whole.len() - 17,
        ]);
        for place in places {
            for cut in [true, false] {
                let mut bytes = whole.clone();
                if cut {
                    bytes.truncate(place);
                } else {
                    bytes[place] ^= 1 << random.below(8);
                }
                fs::write(&damaged, &bytes).unwrap();
                let refused = vault.run(&vault.verify_args(&both)).await;
                let refused = refused.expect_err("a damaged backup was taken");
                assert!(
                    ["damaged", "ends in the middle", "not a file that age"]
                        .iter()
                        .any(|words| refused.contains(words)),
                    "{place} of {}, cut: {cut}: {refused}",
                    whole.len()
                );
                let into = vault.site.beside("into");
                vault
                    .run_in(&into, &vault.restore_args(&both))
                    .await
                    .unwrap_err();
                assert!(!into.exists(), "nothing is left of a refused restore");
            }
        }
        let longer = [whole.as_slice(), b"more"].concat();
        fs::write(&damaged, longer).unwrap();
        vault.run(&vault.verify_args(&both)).await.unwrap_err();
    }
    assert!(!recorded(&pair[0]), "nothing was found good");
    vault.run(&vault.verify_args(&pair)).await.unwrap();
    assert!(recorded(&pair[0]) && recorded(&pair[1]));
}

fn recorded(backup: &Path) -> bool {
    PathBuf::from(format!("{}.verified", backup.display())).exists()
}

#[tokio::test]
async fn only_what_belongs_together_is_restored() {
    let vault = Vault::new();
    let empty = vault.back_up().await;
    vault.run(&vault.verify_args(&empty)).await.unwrap();
    vault.happen(4, 10).await;
    let old = vault.back_up().await;
    vault.happen(5, 10).await;
    let new = vault.back_up().await;
    let other = Vault::with(&["--code=gt-test"]);
    other.happen(4, 10).await;
    let foreign = other.back_up().await;
    let same_code = Vault::new();
    same_code.happen(6, 10).await;
    let twin = same_code.back_up().await;

    let verify = |pair: [PathBuf; 2], more: Vec<String>| {
        let mut args = vault.verify_args(&pair);
        for vault in [&other, &same_code] {
            args.push(format!("--identity={}", vault.identity.display()));
            args.push(format!("--identity={}", vault.key_identity.display()));
        }
        args.extend(more);
        let vault = &vault;
        async move { vault.run(&args).await }
    };
    let pair =
        |register: &[PathBuf; 2], keys: &[PathBuf; 2]| [register[0].clone(), keys[1].clone()];
    for (files, words) in [
        (pair(&old, &foreign), "one authority"),
        (pair(&old, &twin), "another journal"),
        (pair(&new, &old), "--older-keys"),
        (pair(&new, &empty), "another journal"),
        ([old[1].clone(), old[0].clone()], "the other way round"),
        (
            [old[0].clone(), vault.site.dir().join("anchor.txt")],
            "not a file that age",
        ),
    ] {
        let refused = verify(files, Vec::new()).await.unwrap_err();
        assert!(refused.contains(words), "{words}: {refused}");
    }
    // Newer keys lack what was destroyed since: they are as good as the register's own.
    let newer = verify(pair(&old, &new), Vec::new()).await.unwrap();
    assert!(newer.contains("newer than the register"), "{newer}");
    assert!(newer.contains("0 have none"), "{newer}");
    let older = verify(pair(&new, &old), vec!["--older-keys".into()])
        .await
        .unwrap();
    assert!(older.contains("OLDER than the register"), "{older}");
    assert!(!older.contains("; 0 have none"), "{older}");

    // Somebody who may open the register and not the keys.
    let args: Vec<_> = vault
        .verify_args(&old)
        .into_iter()
        .filter(|arg| !arg.ends_with("keys.identity"))
        .collect();
    let refused = vault.run(&args).await.unwrap_err();
    assert!(refused.contains("encrypted to others"), "{refused}");
    let no_identity = vault.identity.with_extension("none");
    fs::write(&no_identity, "# nobody\n").unwrap();
    let args = [
        "restore".to_owned(),
        format!("--from={}", old[0].display()),
        format!("--keys={}", old[1].display()),
        format!("--identity={}", no_identity.display()),
    ];
    let refused = vault
        .run_in(&vault.site.beside("x"), &args)
        .await
        .unwrap_err();
    assert!(refused.contains("no identity"), "{refused}");
}

#[tokio::test]
async fn a_destroyed_key_stays_destroyed_with_newer_keys() {
    let vault = Vault::new();
    vault.happen(7, 30).await;
    let old = vault.back_up().await;
    erase_a_person(&vault.site.dir().join("keys.db")).await;
    vault.happen(8, 5).await;
    let new = vault.back_up().await;
    let into = vault.site.beside("into");
    let both = [old[0].clone(), new[1].clone()];
    let said = vault
        .run_in(&into, &vault.restore_args(&both))
        .await
        .unwrap();
    assert!(
        said.contains("1 have none, 0 of them erased and 1 lost"),
        "{said}"
    );
    assert!(said.contains("stays destroyed"), "{said}");
}

#[tokio::test]
async fn a_backup_made_while_acts_go_on_is_of_one_moment() {
    let vault = Vault::new();
    vault.happen(9, 20).await;
    let store = Store::open(&vault.databases()).await.unwrap();
    let writing = tokio::spawn(async move {
        let mut story = Story::new(10);
        for _ in 0..150 {
            story.tell_acts(&store, 1).await;
        }
        store.close().await;
    });
    let mut made = 0;
    while !writing.is_finished() {
        let places = [
            vault.registers.join(format!("{made}.age")),
            vault.keys.join(format!("{made}.age")),
        ];
        let args = [
            "backup".to_owned(),
            format!("--to={}", places[0].display()),
            format!("--keys-to={}", places[1].display()),
            format!("--verify-with={}", vault.identity.display()),
            format!("--verify-with={}", vault.key_identity.display()),
        ];
        let said = vault.run(&args).await.unwrap();
        assert!(said.contains("; 0 have none"), "{said}");
        made += 1;
    }
    writing.await.unwrap();
    assert!(made > 0);
}

#[tokio::test]
async fn what_has_had_its_time_goes_when_a_newer_one_was_restored() {
    let vault = Vault::new();
    vault.happen(11, 5).await;
    let aged = |dir: &Path, part: &str| {
        let path = dir.join(format!("mx-test.20260101T000000Z.1.{part}.age"));
        fs::write(&path, b"an old one").unwrap();
        path
    };
    let (old, old_keys) = (
        aged(&vault.registers, "register"),
        aged(&vault.keys, "keys"),
    );
    let others = vault
        .registers
        .join("gt-test.20260101T000000Z.1.register.age");
    fs::write(&others, b"not ours").unwrap();
    let abandoned = vault
        .keys
        .join("mx-test.20260101T000000Z.1.keys.age.partial");
    fs::write(&abandoned, b"half").unwrap();

    let pair = vault.run(&vault.backup_args()).await.unwrap();
    assert!(pair.contains("no newer one has been restored"), "{pair}");
    assert!(old.exists() && old_keys.exists());
    assert!(!abandoned.exists(), "what a killed run left goes");
    let with = [
        vault.backup_args(),
        vec![
            format!("--verify-with={}", vault.identity.display()),
            format!("--verify-with={}", vault.key_identity.display()),
        ],
    ]
    .concat();
    let said = vault.run(&with).await.unwrap();
    assert!(
        said.contains("Removed mx-test.20260101T000000Z.1.register.age"),
        "{said}"
    );
    assert!(
        said.contains("Removed mx-test.20260101T000000Z.1.keys.age"),
        "{said}"
    );
    assert!(!old.exists() && !old_keys.exists());
    assert!(
        others.exists(),
        "another authority's backups are its own business"
    );
}

#[tokio::test]
async fn keys_are_kept_apart_and_mistakes_are_named() {
    let vault = Vault::new();
    let to = |path: &Path| format!("--to={}", path.display());
    let keys_to = |path: &Path| format!("--keys-to={}", path.display());
    let missing = vault.site.beside("missing/there");
    for (args, words) in [
        (
            vec![to(&vault.registers), keys_to(&vault.registers)],
            "kept apart",
        ),
        (vec![to(&missing), keys_to(&vault.keys)], "make it first"),
        (vec![], "--to"),
        (vec!["verify".into()], "--keys"),
    ] {
        let args = [vec!["backup".to_owned()], args].concat();
        let refused = vault.run(&args).await.unwrap_err();
        assert!(refused.contains(words), "{words}: {refused}");
    }
    let alone = vault
        .run(&["backup".to_owned(), to(&vault.registers)])
        .await
        .unwrap();
    assert!(alone.contains("NOT backed up"), "{alone}");
    let nobody = Site::init();
    let refused = nobody.paso(&["backup", "--to", "."]);
    assert!(said(&refused).contains("age-keygen"), "{}", said(&refused));
}

#[tokio::test]
async fn debians_age_opens_it() {
    let vault = Vault::new();
    vault.happen(12, 10).await;
    let pair = vault.back_up().await;
    for (file, identity) in pair.iter().zip([&vault.identity, &vault.key_identity]) {
        let opened = Command::new("age")
            .arg("-d")
            .arg("-i")
            .arg(identity)
            .arg(file)
            .output();
        let Ok(opened) = opened else {
            assert!(std::env::var_os("CI").is_none(), "apt-get install -y age");
            return;
        };
        assert!(opened.status.success(), "{}", said(&opened));
        let plain = vault.site.beside("plain.gz");
        fs::write(&plain, &opened.stdout).unwrap();
        let plain = Command::new("zcat").arg(&plain).output().unwrap();
        assert!(plain.status.success());
        let magic = b"paso backup 1";
        assert!(
            plain
                .stdout
                .windows(magic.len())
                .any(|bytes| bytes == magic)
        );
    }
}

/// Destroys the key of one person.
async fn erase_a_person(keys: &Path) {
    use sqlx::Connection as _;
    let url = format!("sqlite:{}", keys.display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let erase = "DELETE FROM subject_key WHERE subject =
        (SELECT subject FROM subject_key WHERE subject LIKE 'person:%' LIMIT 1)";
    let erased = sqlx::query(erase).execute(&mut connection).await.unwrap();
    assert_eq!(erased.rows_affected(), 1);
    connection.close().await.unwrap();
}

fn strs(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}
