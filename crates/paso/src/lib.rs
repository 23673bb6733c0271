//! The program an authority runs, as a library so that the demonstration can run it too.
//!
//! `anyhow` lives here and in nothing below: this is where errors become sentences and exit codes.

pub mod act;
mod approvals;
pub mod audit;
pub mod backup;
pub mod cli;
pub mod config;
pub mod custody;
pub mod datadir;
pub mod doctor;
pub mod init;
pub mod key;
pub mod keylist;
pub mod log;
pub mod office;
pub mod post;
pub mod program;
pub mod serve;
pub mod socket;
pub mod stream;
mod taking;
pub mod verify;

use act::Answer;
use anyhow::{Context, Result};
use clap::Parser;
use cli::{
    CardCommand, Cli, Command, KeyCommand, LogCommand, ProgramCommand, StreamCommand, VerifyCommand,
};
use custody::cli::CustodyCommand;
use datadir::DataDir;
use paso_domain::{crossings::Crossings, programme::Programme};
use paso_service::clock::Clock;
use post::cli::{PostCommand, SyncCommand};
use std::{
    io::{Write, stdout},
    path::PathBuf,
    process::ExitCode,
};

/// Runs the program with these arguments, the first being its name.
#[must_use]
pub fn run(args: Vec<String>) -> ExitCode {
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to standard output with exit code 0, mistakes to standard error with 2.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            error.print().ok();
            return ExitCode::from(code);
        }
    };
    match carry_out(cli, args) {
        Ok(code) => ExitCode::from(code),
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
    eprintln!("paso: {}", text.trim_end());
}

fn carry_out(cli: Cli, args: Vec<String>) -> Result<u8> {
    let dir = DataDir::at(&cli.dir);
    let mut out = stdout().lock();
    match cli.command {
        Command::Init(args) => runtime()?
            .block_on(init::run(&dir, &args, &mut out))
            .map(|()| 0),
        Command::Serve(args) => runtime()?
            .block_on(serve::run(&dir, &args, &mut out))
            .map(|()| 0),
        Command::Key(KeyCommand::Add(args)) => {
            key::add(&dir, &args, Clock::System.now(), &mut out).map(|()| 0)
        }
        Command::Key(KeyCommand::End(args)) => {
            key::end(&dir, &args, Clock::System.now(), &mut out).map(|()| 0)
        }
        Command::Backup(args) => runtime()?.block_on(backup::run(&dir, &args, &mut out)),
        Command::Restore(args) => runtime()?.block_on(backup::restore(&dir, &args, &mut out)),
        Command::Audit(args) => runtime()?.block_on(audit::run(&dir, &args, &mut out)),
        Command::Doctor(args) => runtime()?.block_on(doctor::run(&dir, &args, &mut out)),
        Command::CheckConfig => check_config(&dir, &mut out).map(|()| 0),
        Command::Verify(VerifyCommand::Card(args)) => verify::card(&dir, &args, &mut out),
        Command::Verify(VerifyCommand::Receipt(args)) => verify::receipt(&dir, &args, &mut out),
        Command::Verify(VerifyCommand::Export(args)) => verify::export(&dir, &args, &mut out),
        Command::Verify(VerifyCommand::Approvals(args)) => verify::approvals(&args, &mut out),
        Command::Program(ProgramCommand::Show(args)) => {
            program::show(&args, Clock::System.now(), &mut out).map(|()| 0)
        }
        Command::Stream(command) => {
            let output = match &command {
                StreamCommand::Export(args) => Some(args.output.clone()),
                StreamCommand::List | StreamCommand::Import(_) => None,
            };
            let answer = runtime()?.block_on(stream::run(&dir, &command, args, &mut out))?;
            finish(answer, output, &mut out)
        }
        Command::Log(LogCommand::Keys) => {
            let config = serve::config(&dir)?;
            log::keys(&dir, &config, serve::anchor(&dir)?.pinned()?, &mut out).map(|()| 0)
        }
        Command::Log(LogCommand::Status) => {
            let answer = runtime()?.block_on(socket::send(&dir.socket(), args))?;
            // Amber is an answer, not a failure.
            out.write_all(answer.said.as_bytes())?;
            Ok(answer.exit)
        }
        Command::Post(PostCommand::Ca) => post::make_ca(&dir, &mut out).map(|()| 0),
        Command::Post(PostCommand::Enrol(args)) => runtime()?
            .block_on(post::enrol(&dir, &args, &mut out))
            .map(|()| 0),
        Command::Post(PostCommand::Serve(args)) => {
            anyhow::ensure!(
                serve::config(&dir)?.post.is_some(),
                "{} is a hub's directory; start it with `paso serve`, or make a post's with `paso post \
                 enrol`",
                dir.path().display()
            );
            runtime()?
                .block_on(serve::run(&dir, &args, &mut out))
                .map(|()| 0)
        }
        Command::Post(_) | Command::Sync(_) => {
            let output = output(&cli.command);
            let args = absolute(args, &cli.command)?;
            let answer = runtime()?.block_on(socket::send(&dir.socket(), args))?;
            let amber = answer.exit == 3;
            if amber {
                // Amber is an answer, not a failure.
                out.write_all(answer.said.as_bytes())?;
                return Ok(answer.exit);
            }
            finish(answer, output, &mut out)
        }
        Command::Officer(_)
        | Command::Device(_)
        | Command::Site(_)
        | Command::Token(_)
        | Command::Key(KeyCommand::List | KeyCommand::Cards(_))
        | Command::Card(_)
        | Command::Custody(_)
        | Command::Forms(_)
        | Command::Enter(_)
        | Command::Leave(_) => {
            let output = output(&cli.command);
            let answer = runtime()?.block_on(socket::send(&dir.socket(), args))?;
            finish(answer, output, &mut out)
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the machine has no threads to give")
}

fn output(command: &Command) -> Option<PathBuf> {
    match command {
        Command::Card(CardCommand::Print(args)) => Some(args.output.clone()),
        Command::Enter(args) | Command::Leave(args) => args.output.clone(),
        Command::Forms(args) => Some(args.output.clone()),
        Command::Custody(CustodyCommand::OfferFile(args)) => Some(args.output.clone()),
        Command::Custody(CustodyCommand::Acceptance(args)) => Some(args.output.clone()),
        Command::Custody(CustodyCommand::Answer(args)) => args.output.clone(),
        Command::Post(PostCommand::Export(args)) => Some(args.output.clone()),
        Command::Sync(SyncCommand::Import(args)) => Some(args.output.clone()),
        _ => None,
    }
}

/// The arguments with the file that is taken in named from the root: the running process stands
/// elsewhere.
fn absolute(args: Vec<String>, command: &Command) -> Result<Vec<String>> {
    let file = match command {
        Command::Post(PostCommand::Import(args)) => &args.file,
        Command::Sync(SyncCommand::Import(args)) => &args.file,
        _ => return Ok(args),
    };
    let found = file
        .canonicalize()
        .with_context(|| format!("cannot read {}", file.display()))?;
    let found = found
        .to_str()
        .with_context(|| format!("{} has a name that cannot be passed on", found.display()))?;
    let given = file.as_os_str();
    Ok(args
        .into_iter()
        .map(|arg| {
            if std::ffi::OsStr::new(&arg) == given {
                found.to_owned()
            } else {
                arg
            }
        })
        .collect())
}

fn finish(answer: Answer, output: Option<PathBuf>, out: &mut impl Write) -> Result<u8> {
    if answer.exit != 0 {
        say_error(&answer.said);
        return Ok(answer.exit);
    }
    match (answer.file, output) {
        // A file on standard output stands alone there.
        (Some(file), Some(path)) if path.as_os_str() == "-" => out.write_all(&file)?,
        (Some(file), Some(path)) => {
            out.write_all(answer.said.as_bytes())?;
            std::fs::write(&path, file)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        _ => out.write_all(answer.said.as_bytes())?,
    }
    Ok(0)
}

/// The rules and places of a configuration, its home post among them.
pub(crate) fn check_places(config: &config::Config) -> Result<(Programme, Crossings)> {
    let crossings = program::crossings(&config.programme.crossings)?;
    let home = config.authority()?.home;
    let today = program::day(&crossings, home.as_str(), Clock::System.now())?;
    let programme = program::rules(&config.programme.rules, today)?;
    Ok((programme, crossings))
}

/// Whether what a configuration names can be used: what `serve` would stumble over.
///
/// # Errors
/// At the first thing that cannot.
pub(crate) fn check(dir: &DataDir, config: &config::Config) -> Result<()> {
    check_places(config)?;
    program::roles(&config.programme.roles)?;
    program::clocks(&config.programme.clocks)?;
    program::phones(&config.programme.phones)?;
    program::contradictions(&config.programme.contradictions)?;
    config.custody.statements()?;
    config.custody.beside()?;
    let pinned = serve::anchor(dir)?.pinned()?;
    if config.post.is_some() {
        // A post has neither roots nor a log of its own; what it has instead is its hub's leave.
        post::terms(dir)?;
        post::signers(dir)?;
        serve::certificate(dir, config)?;
        return Ok(());
    }
    keylist::load(&dir.keys(), &dir.key_list(), pinned, &config.authority.code)
        .context("the keys cannot be used")?;
    log::policy(dir, config)?;
    serve::certificate(dir, config)?;
    Ok(())
}

fn check_config(dir: &DataDir, out: &mut impl Write) -> Result<()> {
    let config = serve::config(dir)?;
    check(dir, &config)?;
    let authority = config.authority()?;
    if let Some(post) = &config.post {
        writeln!(
            out,
            "{} can be used.\n\npost       {} of {}\nhub        {}\npages      {} on {}",
            dir.config().display(),
            authority.home,
            authority.code,
            post.hub,
            config.web.origin(config.web.listen.port()),
            config.web.listen
        )?;
        return Ok(());
    }
    let (programme, crossings) = check_places(&config)?;
    let policy = log::policy(dir, &config)?;
    writeln!(out, "{} can be used.\n", dir.config().display())?;
    writeln!(
        out,
        "authority  {} ({}), {}",
        authority.name, authority.code, authority.country
    )?;
    writeln!(out, "issuer     {}", authority.issuer)?;
    writeln!(out, "home       {}", authority.home)?;
    writeln!(
        out,
        "pages      {} on {}",
        config.web.origin(config.web.listen.port()),
        config.web.listen
    )?;
    writeln!(out, "journal    {}", config.store.journal_shown())?;
    writeln!(out, "keys       {}", config.store.keys_shown())?;
    writeln!(
        out,
        "rules      {}, {} rows",
        config.programme.rules,
        programme.rules().len()
    )?;
    writeln!(
        out,
        "posts      {}, {} posts",
        config.programme.crossings,
        crossings.posts().len()
    )?;
    writeln!(
        out,
        "bundle     old after {} days, not relied on after {}",
        config.bundle.old_after_days, config.bundle.unusable_after_days
    )?;
    writeln!(
        out,
        "log        {} witnesses in {}",
        policy.witnesses().len(),
        config.log.policy
    )?;
    if let Some((chain, _)) = config.web.files(dir.path()) {
        writeln!(out, "tls        {}", chain.display())?;
    }
    for code in config.custody.beside()?.codes() {
        writeln!(out, "neighbour  {code}")?;
    }
    if let Some(warning) = config.custody.warning() {
        writeln!(out, "\nWARNING: {warning}")?;
    }
    if config.web.demo {
        writeln!(
            out,
            "\nThis is a demonstration: every page and print says so."
        )?;
    }
    Ok(())
}
