//! How commands reach the running process: a socket in the data directory that only its owner can
//! open.
//!
//! A request is one line, the arguments as typed in JSON; the answer is one line: what to say, the
//! exit code, and a file where one was asked for. The client has parsed the arguments before, so
//! that help and mistakes need no server.

use crate::{
    act::{self, Answer},
    cli::Cli,
    datadir::DataDir,
};
use anyhow::{Context, Result, anyhow, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use clap::Parser;
use paso_service::Service;
use serde::{Deserialize, Serialize};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
};

/// Longest request: arguments with a portrait's path, never its bytes.
const MAX_REQUEST: u64 = 64 * 1024;

/// The question how the log stands, as it would be typed.
pub const LOG_STATUS: [&str; 3] = ["paso", "log", "status"];

/// The same of a post.
pub const POST_STATUS: [&str; 3] = ["paso", "post", "status"];

#[derive(Serialize, Deserialize)]
struct Request {
    args: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Response {
    exit: u8,
    said: String,
    /// A file in base64.
    file: Option<String>,
}

/// Opens the socket. A file left behind by a process that was killed is taken away: the lock on
/// the directory says that nobody listens on it.
pub fn open(dir: &DataDir) -> Result<UnixListener> {
    let path = dir.socket();
    if path.exists() {
        fs::remove_file(&path).with_context(|| format!("cannot take away {}", path.display()))?;
    }
    let listener = UnixListener::bind(&path)
        .with_context(|| format!("cannot listen on {}", path.display()))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
        .with_context(|| format!("cannot protect {}", path.display()))?;
    Ok(listener)
}

/// Takes commands until the task is dropped.
pub async fn serve(listener: UnixListener, service: Arc<Service>, texts: Arc<act::Shown>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let (service, texts) = (Arc::clone(&service), Arc::clone(&texts));
                tokio::spawn(async move {
                    if let Err(error) = answer(stream, &service, &texts).await {
                        tracing::warn!("a command over the socket was not answered: {error:#}");
                    }
                });
            }
            Err(error) => tracing::warn!("the command socket did not accept a connection: {error}"),
        }
    }
}

async fn answer(mut stream: UnixStream, service: &Service, shown: &act::Shown) -> Result<()> {
    let (read, mut write) = stream.split();
    let mut line = String::new();
    BufReader::new(read.take(MAX_REQUEST))
        .read_line(&mut line)
        .await?;
    let answer = match serde_json::from_str::<Request>(&line) {
        Ok(request) => match Cli::try_parse_from(&request.args) {
            Ok(cli) => act::carry_out(service, shown, cli.command).await,
            Err(error) => Answer::usage(error.to_string()),
        },
        Err(error) => Answer::usage(format!("the request is not understood: {error}")),
    };
    let response = Response {
        exit: answer.exit,
        said: answer.said,
        file: answer.file.map(|file| BASE64_STANDARD.encode(file)),
    };
    let mut line = serde_json::to_vec(&response)?;
    line.push(b'\n');
    write.write_all(&line).await?;
    write.shutdown().await?;
    Ok(())
}

/// Gives arguments to the running process and waits for its answer.
pub async fn send(socket: &Path, args: Vec<String>) -> Result<Answer> {
    let mut stream = UnixStream::connect(socket).await.with_context(|| {
        format!(
            "no paso runs here ({}); start it with `paso serve`",
            socket.display()
        )
    })?;
    let (read, mut write) = stream.split();
    let mut line = serde_json::to_vec(&Request { args })?;
    line.push(b'\n');
    write.write_all(&line).await?;
    let mut line = String::new();
    BufReader::new(read).read_line(&mut line).await?;
    if line.is_empty() {
        bail!(
            "paso stopped before it answered; look into the register before you repeat the command"
        );
    }
    let response: Response = serde_json::from_str(&line).context("the answer is not understood")?;
    Ok(Answer {
        exit: response.exit,
        said: response.said,
        file: response
            .file
            .map(|text| {
                BASE64_STANDARD
                    .decode(text)
                    .map_err(|_| anyhow!("the file did not arrive whole"))
            })
            .transpose()?,
    })
}
