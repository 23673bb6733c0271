//! The programs of the demonstration, each a process of its own: commands run to their end, servers
//! until the demonstration ends.

use anyhow::{Context, Result, bail};
use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

/// A program that this binary also is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Paso,
    Veedor,
}

impl Program {
    pub(crate) const ALL: [Self; 2] = [Self::Paso, Self::Veedor];

    /// Its name, as the first argument.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Paso => "paso",
            Self::Veedor => "veedor",
        }
    }

    fn command(self, dir: &Path) -> Result<Command> {
        let mut command = Command::new(env::current_exe()?);
        command.arg(self.name()).arg("--dir").arg(dir);
        Ok(command)
    }

    /// Runs a command to its end and gives what it said.
    pub(crate) fn run<S: AsRef<OsStr>>(self, dir: &Path, args: &[S]) -> Result<String> {
        let done = self
            .command(dir)?
            .args(args)
            .stderr(Stdio::inherit())
            .output()?;
        if !done.status.success() {
            let words: Vec<_> = args
                .iter()
                .map(|arg| arg.as_ref().to_string_lossy())
                .collect();
            bail!("`{} {}` failed", self.name(), words.join(" "));
        }
        Ok(String::from_utf8(done.stdout)?)
    }

    /// Starts it serving its directory, and waits until it says where.
    pub(crate) fn serve(self, dir: &Path) -> Result<Server> {
        self.serve_by(dir, &["serve"])
    }

    /// As [`Program::serve`], by another command that serves.
    pub(crate) fn serve_by(self, dir: &Path, command: &[&str]) -> Result<Server> {
        let mut child = self
            .command(dir)?
            .args(command)
            .arg("--until-eof")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("a server without output")?;
        let mut server = Server {
            child,
            stdin,
            url: String::new(),
        };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let Some(url) = line.strip_prefix("ready ") else {
            bail!(
                "{} did not start; is its port taken? try: cargo run --release -- --port 0",
                self.name()
            );
        };
        url.trim().clone_into(&mut server.url);
        Ok(server)
    }
}

/// A server. It reads standard input and stops when that ends, so it outlives nobody: not a
/// demonstration that is stopped, nor one that is killed.
pub(crate) struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    url: String,
}

impl Server {
    /// Where it serves.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Waits until it ends by itself: Ctrl-C reaches it too.
    pub(crate) fn wait(&mut self) -> Result<()> {
        // Its standard input is held here and not in `child`, which would close it first.
        self.child
            .wait()
            .map(drop)
            .context("a server could not be waited for")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stdin.take());
        self.child.wait().ok();
    }
}

/// A port of this machine on which nobody listens now.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?.port())
}
