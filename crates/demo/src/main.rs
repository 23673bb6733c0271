//! `cargo run --release`: a demonstration of Paso with fictional people.
//!
//! Starts Mexico's hub as a process of its own, with its own directory and keys, in a temporary
//! directory that is gone afterwards; issues a few cards to people who do not exist; prints where
//! to click. Called as `demo paso …` it is the `paso` program itself, so that one build serves.

mod people;

use anyhow::{Context, Result, bail};
use serde_json::json;
use std::{
    env, fs,
    io::{BufRead, BufReader, Write, stdout},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
};

fn main() -> ExitCode {
    let mut args: Vec<String> = env::args().collect();
    if args.get(1).is_some_and(|arg| arg == "paso") {
        args.remove(0);
        return paso::run(args);
    }
    match demonstrate(&args[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("demo: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The roles for which the demonstration prints a sign-in link.
const ROLES: [(&str, &str, &str); 3] = [
    (
        "desk",
        "INM-0417",
        "mesa: expedir, imprimir, entradas y salidas  ·  desk",
    ),
    (
        "checkpoint",
        "INM-0733",
        "punto de revisión: comprobar, recibos     ·  checkpoint",
    ),
    (
        "supervisor",
        "INM-0102",
        "supervisión: revocar, unir registros      ·  supervisor",
    ),
];

fn demonstrate(args: &[String]) -> Result<()> {
    let (port, kept) = options(args)?;
    let temporary = tempfile::tempdir().context("no temporary directory")?;
    let home = kept.unwrap_or_else(|| temporary.path().to_owned());
    let dir = home.join("mx");
    let fresh = !dir.join("paso.toml").exists();
    if fresh {
        init(&dir, port)?;
    }
    let mut hub = Hub::start(&dir)?;
    if fresh {
        people::seed(&dir)?;
    }
    let mut links = serde_json::Map::new();
    let mut out = stdout().lock();
    writeln!(
        out,
        "\nPaso, demostración con personas ficticias · demonstration with fictional people\n"
    )?;
    for (role, officer, says) in ROLES {
        let link = paso(
            &dir,
            &[
                "link",
                "--role",
                role,
                "--officer",
                officer,
                "--post",
                "TAL",
            ],
        )?;
        let link = link.trim();
        links.insert(role.to_owned(), json!(link));
        writeln!(out, "  {says}\n  {role} {link}\n")?;
    }
    fs::write(
        home.join("sign-in.json"),
        serde_json::to_vec_pretty(&links)?,
    )?;
    writeln!(
        out,
        "Each link works once, for an hour. Stop with Ctrl-C; nothing is kept."
    )?;
    out.flush()?;
    hub.wait()
}

fn options(args: &[String]) -> Result<(u16, Option<PathBuf>)> {
    let (mut port, mut kept) = (8460, None);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match (arg.as_str(), args.next()) {
            ("--port", Some(value)) => port = value.parse().context("--port takes a number")?,
            ("--dir", Some(value)) => kept = Some(PathBuf::from(value)),
            _ => bail!(
                "usage: demo [--port PORT] [--dir DIRECTORY]   (0 takes a free port; a directory is kept)"
            ),
        }
    }
    Ok((port, kept))
}

fn init(dir: &Path, port: u16) -> Result<()> {
    paso(
        dir,
        &[
            "init",
            "--demo",
            "--code=mx-demo",
            "--name=Autoridad migratoria (demostración)",
            "--issuer=https://mx.example",
            "--home=TAL",
            "--complaints=Defensoría de demostración · 800 000 0000 · www.example.org",
            "--rules=demo",
            "--host=mx.localhost",
            &format!("--listen=127.0.0.1:{port}"),
        ],
    )
    .map(drop)
}

/// Runs a command of `paso` to its end and gives what it said.
fn paso(dir: &Path, args: &[&str]) -> Result<String> {
    let done = Command::new(env::current_exe()?)
        .arg("paso")
        .arg("--dir")
        .arg(dir)
        .args(args)
        .stderr(Stdio::inherit())
        .output()?;
    if !done.status.success() {
        bail!("`paso {}` failed", args.join(" "));
    }
    Ok(String::from_utf8(done.stdout)?)
}

/// The hub's process; it ends with the demonstration.
struct Hub(Child);

impl Hub {
    fn start(dir: &Path) -> Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .arg("paso")
            .arg("--dir")
            .arg(dir)
            .arg("serve")
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("the hub has no output")?;
        let hub = Self(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        if !line.starts_with("ready ") {
            bail!("the hub did not start; is the port taken? try: cargo run --release -- --port 0");
        }
        Ok(hub)
    }

    fn wait(&mut self) -> Result<()> {
        // Ctrl-C reaches the hub too: it stops by itself and ends this wait.
        self.0
            .wait()
            .map(drop)
            .context("the hub could not be waited for")
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the place where an error reaches the person"
)]
fn say(text: &str) {
    eprintln!("{text}");
}
