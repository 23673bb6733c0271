//! The program as an operator meets it: help, a new directory, mistakes, and one owner at a time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
};
use support::{ORIGIN, log_key};

fn veedor(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_veedor"));
    command.env_clear().arg("--dir").arg(dir);
    command
}

/// Exit code, standard output and standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let done = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        done.status.code().unwrap(),
        text(done.stdout),
        text(done.stderr),
    )
}

fn init(dir: &Path) -> (i32, String, String) {
    let log = log_key(ORIGIN).to_string();
    run(veedor(dir)
        .args(["init", "--name", "veedor.example.org/1"])
        .args(["--listen", "127.0.0.1:0", "--log", &log]))
}

/// A running `veedor serve`, ended with the test.
struct Serving(Child);

impl Serving {
    fn start(dir: &Path) -> (Self, String) {
        let mut child = veedor(dir)
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        (Self(child), line)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_new_directory_says_what_to_hand_over_and_serves() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("witness");
    let (code, said, _) = init(&dir);
    assert_eq!(code, 0);
    let vkey = fs::read_to_string(dir.join("vkey")).unwrap();
    assert!(
        said.contains(vkey.trim_end()) && said.contains("in person"),
        "{said}"
    );
    let mode = fs::metadata(dir.join("key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let (code, said, _) = run(veedor(&dir).arg("check-config"));
    assert_eq!(code, 0);
    assert!(
        said.contains(vkey.trim_end()) && said.contains(ORIGIN),
        "{said}"
    );

    let (serving, line) = Serving::start(&dir);
    assert!(line.starts_with("ready http://127.0.0.1:"), "{line}");
    let (code, _, error) = run(veedor(&dir).arg("serve"));
    assert_eq!(code, 2);
    assert!(error.contains("another veedor owns"), "{error}");
    drop(serving);
    let (_serving, line) = Serving::start(&dir);
    assert!(
        line.starts_with("ready "),
        "a killed veedor left its lock: {line}"
    );
}

#[test]
fn mistakes_are_answered_with_what_to_do() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("witness");
    for command in ["serve", "check-config"] {
        let (code, _, error) = run(veedor(&dir).arg(command));
        assert_eq!(code, 2);
        assert!(error.contains("veedor init"), "{error}");
    }
    let (code, _, error) = run(veedor(&dir).args(["init", "--name", "a b"]));
    assert_eq!(code, 2);
    assert!(error.contains("no space"), "{error}");
    let log = log_key(ORIGIN).to_string();
    let twice = ["init", "--name", "w.example", "--log", &log, "--log", &log];
    let (code, _, error) = run(veedor(&dir).args(twice));
    assert_eq!((code, dir.exists()), (2, false));
    assert!(error.contains("there twice"), "{error}");

    assert_eq!(init(&dir).0, 0);
    let (code, _, error) = init(&dir);
    assert_eq!(code, 2);
    assert!(error.contains("not empty"), "{error}");
    let key = dir.join("key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let (code, _, error) = run(veedor(&dir).arg("check-config"));
    assert_eq!(code, 2);
    assert!(error.contains("chmod 600"), "{error}");
    fs::write(dir.join("veedor.toml"), "nam = 1").unwrap();
    let (code, _, error) = run(veedor(&dir).arg("serve"));
    assert_eq!(code, 2);
    assert!(
        error.contains("veedor.toml cannot be used") && error.contains("nam"),
        "{error}"
    );
}

#[test]
fn help_names_every_command_and_what_must_never_be_done() {
    let (code, said, _) = run(veedor(Path::new("x")).arg("--help"));
    assert_eq!(code, 0);
    for word in [
        "init",
        "serve",
        "check-config",
        "board",
        "count",
        "sample",
        "VEEDOR_DIR",
        "Never put back",
    ] {
        assert!(said.contains(word), "{word}");
    }
}
