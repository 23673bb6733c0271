//! Backups on bad days: killed at any moment, and on a disk that is full.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[path = "common/vault.rs"]
mod vault;

use common::{command, said};
use paso_store::Store;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use vault::{Vault, databases, listed};

/// How often a run is killed: `./test` says 50, `./test --long` 500.
fn kills() -> u32 {
    std::env::var("PASO_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(8)
}

/// A repeatable sequence.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Starts a command and kills it after a random bit of work, in spans that double: start-up takes
/// most of a run on one machine and little on another. Whether it was still running.
fn killed(mut command: Command, seed: &mut u64) -> bool {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let most = 1 << (14 + next(seed) % 10);
    for _ in 0..next(seed) % most {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap().code().is_none()
}

fn strs(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn a_killed_backup_leaves_the_one_before_and_no_piece_under_its_name() {
    let vault = Vault::new();
    vault.happen(1, 150).await;
    let before = vault.back_up().await;
    let hashes = before.clone().map(|path| fs::read(path).unwrap());
    // One more act, one more name: a backup of the same second and position takes the other's place.
    vault.happen(2, 1).await;
    let mut seed = 0x0bad_cafe_2014_0707;
    let mut in_the_middle = 0;
    for round in 0..kills() {
        let run = command(&vault.site.dir(), &strs(&vault.backup_args()));
        in_the_middle += u32::from(killed(run, &mut seed));
        for (path, bytes) in before.iter().zip(&hashes) {
            assert!(fs::read(path).unwrap() == *bytes, "round {round}: {path:?}");
        }
        let named = |dir: &Path| {
            let mut paths = listed(dir);
            paths.retain(|path| path.extension().is_some_and(|end| end == "age"));
            paths
        };
        // Whatever has a backup's name is one, whenever the kill came; the keys get theirs last.
        let registers = named(&vault.registers);
        for keys in named(&vault.keys) {
            let name = keys.file_name().unwrap().to_str().unwrap();
            let register = vault.registers.join(name.replace(".keys.", ".register."));
            assert!(registers.contains(&register), "round {round}");
        }
        for register in registers {
            let pair = [register, before[1].clone()];
            let mut args = vault.verify_args(&pair);
            args.push("--older-keys".into());
            vault.run(&args).await.unwrap();
        }
        for dir in [&vault.registers, &vault.keys] {
            for path in listed(dir) {
                if !before.contains(&path) && path.extension().is_some_and(|end| end == "age") {
                    fs::remove_file(path).unwrap();
                }
            }
        }
    }
    assert!(in_the_middle > 0, "no kill came in time");
    // The next one takes the pieces away.
    vault.back_up().await;
    for dir in [&vault.registers, &vault.keys] {
        for path in listed(dir) {
            assert!(path.extension().is_some_and(|end| end == "age"), "{path:?}");
        }
    }
}

#[tokio::test]
async fn a_killed_restore_is_whole_or_does_not_start() {
    let vault = Vault::new();
    vault.happen(2, 150).await;
    let position = position(&vault.site.dir()).await;
    let pair = vault.back_up().await;
    let into = vault.site.beside("into");
    let args = vault.restore_args(&pair);
    let mut seed = 0x5eed_2014_0709;
    let (mut half, mut whole) = (0, 0);
    for round in 0..kills() {
        killed(command(&into, &strs(&args)), &mut seed);
        if into.join("paso.toml").is_file() {
            whole += 1;
            assert!(into.join("restored").is_file(), "round {round}");
            assert_eq!(self::position(&into).await, position, "round {round}");
        } else if into.exists() {
            half += 1;
            let refused = command(&into, &["serve"]).output().unwrap();
            assert!(!refused.status.success(), "round {round}");
            assert!(
                said(&refused).contains("holds no paso.toml"),
                "round {round}"
            );
        }
        if into.exists() {
            let not_empty = listed(&into).len();
            if not_empty > 0 {
                let again = vault.run_in(&into, &args).await.unwrap_err();
                assert!(again.contains("not empty"), "{again}");
            }
            fs::remove_dir_all(&into).unwrap();
        }
    }
    assert!(half + whole > 0, "no kill came in time");
    vault.run_in(&into, &args).await.unwrap();
}

async fn position(dir: &Path) -> u64 {
    let store = Store::open(&databases(dir)).await.unwrap();
    assert!(!store.views_are_behind().await.unwrap());
    let position = store.position().await.unwrap();
    store.close().await;
    position
}

/// Builds the shim that stands between the program and its disk.
fn shim(directory: &Path) -> PathBuf {
    let library = directory.join("failing_disk.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/tests/shim/failing_disk.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(built.success());
    library
}

#[tokio::test]
async fn a_full_disk_leaves_the_backup_before_and_nothing_else() {
    let vault = Vault::new();
    vault.happen(3, 500).await;
    let places = [vault.registers.join("r.age"), vault.keys.join("k.age")];
    let args = [
        "backup".to_owned(),
        format!("--to={}", places[0].display()),
        format!("--keys-to={}", places[1].display()),
    ];
    vault.run(&args).await.unwrap();
    let before = places.clone().map(|path| fs::read(path).unwrap());
    vault.happen(4, 10).await;
    let shim = shim(vault.site.beside("").as_path());
    let mut refused = 0;
    for (file, after) in [
        ("r.age.partial", 0),
        ("r.age.partial", 1),
        ("k.age.partial", 0),
        ("r.age.partial", 1000),
    ] {
        let run = command(&vault.site.dir(), &strs(&args))
            .env("LD_PRELOAD", &shim)
            .env("PASO_DISK_FILE", file)
            .env("PASO_DISK_FAULT", "full")
            .env("PASO_DISK_AFTER", after.to_string())
            .output()
            .unwrap();
        if run.status.success() {
            continue;
        }
        refused += 1;
        assert!(said(&run).contains("is full"), "{}", said(&run));
        for (path, bytes) in places.iter().zip(&before) {
            assert!(fs::read(path).unwrap() == *bytes, "{path:?} was touched");
        }
        assert_eq!(listed(&vault.registers), [places[0].clone()]);
        assert_eq!(listed(&vault.keys), [places[1].clone()]);
    }
    assert_eq!(refused, 3, "with enough room the last one is made");
    assert!(fs::read(&places[0]).unwrap() != before[0]);
}

#[tokio::test]
async fn a_full_disk_leaves_no_restored_directory() {
    let vault = Vault::new();
    vault.happen(5, 150).await;
    let pair = vault.back_up().await;
    let shim = shim(vault.site.beside("").as_path());
    let into = vault.site.beside("into");
    for file in [
        "journal.db",
        "keys.db",
        "anchor.new",
        "paso.new",
        "journal.db-wal",
    ] {
        let run = command(&into, &strs(&vault.restore_args(&pair)))
            .env("LD_PRELOAD", &shim)
            .env("PASO_DISK_FILE", file)
            .env("PASO_DISK_FAULT", "full")
            .env(
                "PASO_DISK_AFTER",
                if file.ends_with("db") { "6" } else { "0" },
            )
            .output()
            .unwrap();
        assert!(!run.status.success(), "{file}");
        assert!(
            said(&run).contains("nothing was restored"),
            "{}",
            said(&run)
        );
        assert!(!into.exists(), "{file}");
    }
    vault
        .run_in(&into, &vault.restore_args(&pair))
        .await
        .unwrap();
}
