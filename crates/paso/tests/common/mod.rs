//! A data directory, the real program over it, and the commands a person types.

#![allow(dead_code, reason = "each test uses the part it needs")]
#![expect(clippy::expect_used, reason = "what fails here fails the test")]

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

/// A data directory in a temporary place.
pub(crate) struct Site {
    temp: tempfile::TempDir,
}

/// A running `paso serve`; it is killed when the value is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) pages: String,
}

impl Site {
    /// A place with nothing in it.
    pub(crate) fn empty() -> Self {
        Self {
            temp: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    /// `paso init` under the demonstration's rules, on a free port.
    pub(crate) fn init() -> Self {
        let site = Self::empty();
        let done = site.init_with(&[]);
        assert!(done.status.success(), "{}", said(&done));
        site
    }

    /// `paso init` with some settings different.
    pub(crate) fn init_with(&self, other: &[&str]) -> Output {
        let usual = [
            "--code=mx-test",
            "--name=Autoridad de prueba",
            "--issuer=https://mx.example",
            "--home=TAL",
            "--complaints=Defensoría de prueba",
            "--rules=demo",
            "--listen=127.0.0.1:0",
        ];
        let name = |arg: &str| arg.split('=').next().map(str::to_owned);
        let kept = usual
            .into_iter()
            .filter(|arg| !other.iter().any(|o| name(o) == name(arg)));
        let args: Vec<_> = ["init", "--demo"]
            .into_iter()
            .chain(kept)
            .chain(other.iter().copied())
            .collect();
        self.paso(&args)
    }

    /// The data directory.
    pub(crate) fn dir(&self) -> PathBuf {
        self.temp.path().join("data")
    }

    /// A file beside the data directory.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    /// Runs a command to its end.
    pub(crate) fn paso(&self, args: &[&str]) -> Output {
        command(&self.dir(), args).output().expect("paso runs")
    }

    /// Starts `paso serve` and waits until it is ready.
    pub(crate) fn serve(&self) -> Running {
        Running::of(&self.dir(), &["serve"])
    }
}

impl Running {
    /// Starts the program and waits until it is ready.
    pub(crate) fn of(dir: &Path, args: &[&str]) -> Self {
        let mut child = command(dir, args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("paso runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let pages = line.trim().strip_prefix("ready ").expect(&line).to_owned();
        Self { child, pages }
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A command over a data directory.
pub(crate) fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paso"));
    command
        .arg("--dir")
        .arg(dir)
        .args(args)
        .env_remove("PASO_DIR");
    command
}

/// What a command said, on both outputs.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The arguments that issue a card to a fictional person.
pub(crate) const ISSUE: [&str; 12] = [
    "card",
    "issue",
    "--officer=INM-0417",
    "--post=TAL",
    "--surnames=Ajú Xitumul",
    "--given=María K’abel",
    "--birth=1990-05-31",
    "--sex=F",
    "--nationality=GTM",
    "--document=passport",
    "--document-number=000123456",
    "--new-person",
];
