//! `veedor`, the overseer: a witness that countersigns the heads of logs run by others, a mirror that
//! keeps everything they hold, and a board that shows how each stands.
//!
//! It promises that it never cosigns two trees of one size for a log, nor a smaller one after a
//! larger, whatever fails on its own machine; that what it mirrors is what the log signed, and is
//! given back when the log's own disk is lost; and that a log which lies leaves evidence here. It
//! links none of the rules, storage or pages of an authority, and holds no person's data that it can
//! open by itself.
//!
//! `anyhow` lives in [`run`] and below it in `init`, `serve`, `authority` and `command`: there errors
//! become sentences.

pub mod authority;
pub mod board;
pub mod cli;
pub mod clock;
mod command;
pub mod config;
pub mod custody;
pub mod datadir;
pub mod disk;
pub mod evidence;
mod figures;
pub mod front;
pub mod init;
pub mod key;
pub mod lag;
pub mod mirror;
pub mod random;
pub mod record;
pub mod serve;
pub mod server;
pub mod statements;
pub mod taking;
pub mod token;
mod verify;
pub mod witness;

use anyhow::{Context, Result};
use clap::Parser;
use cli::{Cli, Command};
use clock::Clock;
use datadir::DataDir;
use std::{
    io::{Write, stdout},
    process::ExitCode,
};

/// Runs the program with these arguments, the first being its name.
#[must_use]
pub fn run(args: Vec<String>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to standard output with exit code 0, mistakes to standard error with 2.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            error.print().ok();
            return ExitCode::from(code);
        }
    };
    match carry_out(cli, &mut stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the place where an error reaches the person"
)]
fn say_error(text: &str) {
    eprintln!("veedor: {}", text.trim_end());
}

fn carry_out(cli: Cli, out: &mut impl Write) -> Result<()> {
    let dir = DataDir::at(cli.dir);
    match cli.command {
        Command::Init(args) => init::run(&dir, &args, out),
        Command::CheckConfig => serve::check_config(&dir, out),
        Command::Serve(args) => runtime()?.block_on(serve::run(&dir, &args, out)),
        Command::Check(args) => runtime()?.block_on(command::check(&dir, &args, out)),
        Command::Export(args) => runtime()?.block_on(command::export(&dir, &args, out)),
        Command::Statements(args) => runtime()?.block_on(command::statements(&dir, &args, out)),
        Command::Board(args) => {
            runtime()?.block_on(command::board::run(&dir, &args, &Clock::System, out))
        }
        Command::Count(args) => {
            runtime()?.block_on(command::count::run(&dir, &args, &Clock::System, out))
        }
        Command::Taking(asked) => {
            runtime()?.block_on(command::taking::run(&dir, &asked, &Clock::System, out))
        }
        Command::Sample(args) => command::sample::run(&args, out),
        Command::StatementKey(args) => command::statement_key(&args, out),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the machine has no threads to give")
}
