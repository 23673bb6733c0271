//! `cargo run --release`: a demonstration of Paso with fictional people.
//!
//! Starts Mexico's hub and a post of it, the ombudsman's overseer and a university that countersigns,
//! each a process of its own with its own directory and keys, in a temporary directory that is gone
//! afterwards; issues a few cards to people who do not exist; prints where to click. Enter stops the hub
//! and starts it again, so that the post can be seen to work without it. Called as `demo paso …` or
//! `demo veedor …` it is that program itself, so that one build serves.

mod people;
mod process;
mod world;

use anyhow::{Context, Result, bail};
use process::Program;
use serde_json::json;
use std::{
    env,
    fmt::Write as _,
    fs,
    io::{Write, stdin, stdout},
    path::PathBuf,
    process::ExitCode,
};
use world::{Running, World};

fn main() -> ExitCode {
    let mut args: Vec<String> = env::args().collect();
    let named = |program: &Program| args.get(1).is_some_and(|arg| arg == program.name());
    if let Some(program) = Program::ALL.into_iter().find(named) {
        args.remove(0);
        return match program {
            Program::Paso => paso::run(args),
            Program::Veedor => paso_veedor::run(args),
        };
    }
    match demonstrate(&args[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("demo: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn demonstrate(args: &[String]) -> Result<()> {
    let (port, kept) = options(args)?;
    let temporary = tempfile::tempdir().context("no temporary directory")?;
    let home = kept.unwrap_or_else(|| temporary.path().to_owned());
    let world = World::at(&home);
    let fresh = !world.exists();
    if fresh {
        world.make(port)?;
    }
    let running = world.start()?;
    let signing_in = home.join("sign-in.json");
    let mut links = if fresh {
        let links = people::enrol(&world.hub)?;
        people::seed(&world.hub)?;
        world.enrol_post(&running.hub)?;
        links
    } else {
        serde_json::from_slice(&fs::read(&signing_in).context("the links of the first start")?)?
    };
    let outpost = world.start_post()?;
    if let Some(outpost) = &outpost {
        // Their pages are the post's.
        let there = links.get_mut(people::AT_POST).and_then(|link| {
            let path = link.as_str()?.strip_prefix(running.hub.url())?;
            Some((format!("{}{path}", outpost.url()), link))
        });
        if let Some((moved, link)) = there {
            *link = moved.into();
        }
        links.insert("post".to_owned(), json!(outpost.url()));
    }
    let mut out = String::new();
    writeln!(
        out,
        "\nPaso, demostración con personas ficticias · demonstration with fictional people\n"
    )?;
    for officer in &people::OFFICERS {
        let link = links.get(officer.key).and_then(|link| link.as_str());
        let link = link.context("an officer whom the first start did not know")?;
        writeln!(out, "  {}\n  {} {link}\n", officer.says, officer.key)?;
    }
    for (name, url, says) in [
        (
            "log",
            format!("{}/bitacora", running.hub.url()),
            "bitácora de la autoridad, con sus testigos  ·  the authority's log and its witnesses",
        ),
        (
            "verify",
            format!("{}/verify", running.hub.url()),
            "comprobar una constancia                    ·  check a receipt",
        ),
        (
            "overseer",
            running.overseer.url().to_owned(),
            "tablero de la defensoría                    ·  the ombudsman's board",
        ),
    ] {
        writeln!(out, "  {says}\n  {url}\n")?;
        links.insert(name.to_owned(), json!(url));
    }
    fs::write(&signing_in, serde_json::to_vec_pretty(&links)?)?;
    if let Some(outpost) = &outpost {
        writeln!(
            out,
            "El puesto sigue sin la central: pulse Intro para apagarla y otra vez para encenderla.\n\
             The post works without its hub: press Enter to stop the hub, and again to start it.\n  {}\n",
            outpost.url()
        )?;
    }
    writeln!(
        out,
        "Each officer's link works for a day: there they register a passkey once, or come in without\n\
         one. Who has a passkey signs in at {}/entrar. Stop with Ctrl-C.",
        running.hub.url()
    )?;
    // At once, and ended by the words that say it is ready: who waited for those may stop listening.
    let mut screen = stdout().lock();
    screen.write_all(out.as_bytes())?;
    screen.flush()?;
    drop(screen);
    cut_and_mend(&world, running)
}

/// Stops the hub when Enter is pressed, and starts it at the next. Where nobody can press anything it
/// waits for the hub's end.
fn cut_and_mend(world: &World, running: Running) -> Result<()> {
    let Running {
        hub,
        overseer,
        university,
    } = running;
    let mut hub = Some(hub);
    for line in stdin().lines() {
        if line.is_err() {
            break;
        }
        let says = if hub.take().is_some() {
            "la central está apagada  ·  the hub is stopped"
        } else {
            hub = Some(world.start_hub()?);
            "la central está encendida  ·  the hub runs"
        };
        let mut out = stdout().lock();
        writeln!(out, "{says}")?;
        out.flush()?;
    }
    let ended = hub.map_or(Ok(()), |mut hub| hub.wait());
    drop((overseer, university));
    ended
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

#[expect(
    clippy::print_stderr,
    reason = "the place where an error reaches the person"
)]
fn say(text: &str) {
    eprintln!("{text}");
}
