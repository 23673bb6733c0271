//! `paso post` and `paso sync`: a post that works without its hub, and the hub's side of it.
//!
//! The hub makes a code (`invite`), the new machine shows it (`enrol`), and from then on `serve` there
//! serves the same pages from its own databases and keeps in touch by itself. Where no network goes,
//! `export` writes a file, `paso sync import` at the hub takes it and writes the one for the way back,
//! and `import` takes that.

pub mod cli;
mod enrol;
mod names;
mod settings;
mod start;

pub use enrol::run as enrol;
pub use names::make as make_ca;
pub use start::{signers, start, terms};

use crate::{act::Answer, config::Config, datadir::DataDir};
use cli::{PostCommand, SyncCommand};
use paso_service::{
    Service, ServiceError,
    sync::{Invitation, Level, Standing, SyncError, Unpacked},
};
use std::{fmt::Write as _, fs};

/// Lets a hub take posts: with what they are told of the authority, and certificates for their names
/// where it has an authority for them. `pages` is where its own pages are.
pub fn welcome(
    service: &Service,
    dir: &DataDir,
    config: &Config,
    pages: &str,
    demo_from: &str,
) -> anyhow::Result<()> {
    service.take_posts(settings::of_hub(config, &dir.anchor(), pages, demo_from)?);
    if let Some(certifier) = names::certifier(dir, config)? {
        service.certify_posts(certifier);
    }
    Ok(())
}

/// Somebody should act.
const AMBER: u8 = 3;

/// Carries out what the running process is asked.
pub async fn carry_out(service: &Service, command: PostCommand) -> Result<Answer, ServiceError> {
    match command {
        PostCommand::Invite(args) => {
            let console = service.at_console(&args.by.by, None).await?;
            let invitation = Invitation {
                post: args.post,
                name: args.name,
            };
            let code = service.invite_post(&console, &invitation).await?;
            Ok(Answer::said(format!(
                "{}\nThe code works once, until this hour tomorrow. At the new machine:\n\
                 paso --dir DIRECTORY post enrol --hub URL --code CODE\n",
                *code.expose()
            )))
        }
        PostCommand::Status => {
            let standing = service.standing_of_post().await?;
            Ok(match standing {
                Some(standing) => told(&standing, service.clock().now()),
                None => Answer::usage(
                    "this installation is a hub; see its posts with `paso sync status`".into(),
                ),
            })
        }
        PostCommand::Export(_) => Ok(match service.pack_stick().await {
            Ok((file, rows)) => Answer {
                exit: 0,
                said: format!("{rows} entries. Carry the file to the hub: paso sync import\n"),
                file: Some(file),
            },
            Err(error) => refused(&error),
        }),
        PostCommand::Import(args) => {
            let file = match read(&args.file) {
                Ok(file) => file,
                Err(answer) => return Ok(answer),
            };
            Ok(match service.take_answers(&file).await {
                Ok(unpacked) => unpacked_as(&unpacked, None),
                Err(error) => refused(&error),
            })
        }
        PostCommand::Ca | PostCommand::Enrol(_) | PostCommand::Serve(_) => Ok(Answer::usage(
            "this command is carried out where it is typed".into(),
        )),
    }
}

/// The hub's side.
pub async fn carry_out_sync(
    service: &Service,
    command: SyncCommand,
) -> Result<Answer, ServiceError> {
    match command {
        SyncCommand::Import(args) => {
            let file = match read(&args.file) {
                Ok(file) => file,
                Err(answer) => return Ok(answer),
            };
            Ok(match service.take_stick(&file).await {
                Ok(unpacked) => {
                    let answer = unpacked.answer.clone();
                    unpacked_as(&unpacked, Some(answer))
                }
                Err(error) => refused(&error),
            })
        }
        SyncCommand::Status => {
            let mut text = String::new();
            for device in service.devices_at_console().await? {
                let Some((name, post)) = &device.enrolled else {
                    continue;
                };
                let heard = service.last_heard(device.stream).await?;
                let heard = heard.map_or_else(
                    || "never heard".to_owned(),
                    |mark| format!("heard {}, all up to {}", mark.at, mark.number),
                );
                let end = match (device.ended_from, device.compromised_from) {
                    (_, Some(from)) => format!(", revoked: not believed since {from}"),
                    (Some(from), None) => format!(", put away {from}"),
                    (None, None) => String::new(),
                };
                // Writing into a String does not fail.
                let _ = writeln!(text, "{} {post} {name}: {heard}{end}", device.stream);
            }
            Ok(Answer::said(text))
        }
    }
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, Answer> {
    fs::read(path).map_err(|error| {
        Answer::usage(format!(
            "cannot read {}: {error}; nothing was taken",
            path.display()
        ))
    })
}

fn refused(error: &SyncError) -> Answer {
    Answer::usage(error.to_string())
}

fn unpacked_as(unpacked: &Unpacked, file: Option<Vec<u8>>) -> Answer {
    let mut said = format!(
        "{} entries taken, {} were here already\n",
        unpacked.taken, unpacked.present
    );
    if let Some(why) = &unpacked.stopped {
        // Writing into a String does not fail.
        let _ = writeln!(said, "The rest was not taken: {why}");
    }
    Answer {
        exit: 0,
        said,
        file,
    }
}

fn told(standing: &Standing, now: paso_formats::moment::Moment) -> Answer {
    let mut said = match (standing.level, standing.since) {
        (Level::Hub, Some(since)) => format!("connected to the hub, last heard {since}\n"),
        (Level::Hub, None) => "connected to the hub\n".to_owned(),
        (Level::Local, Some(since)) => format!("without the hub since {since}\n"),
        (Level::Local, None) => "not connected to the hub yet\n".to_owned(),
    };
    // Writing into a String does not fail.
    let _ = writeln!(said, "{} entries to send", standing.unsent);
    if let Some(made) = standing.bundle {
        let _ = writeln!(said, "trust bundle of {made}");
    }
    let may = if standing.lease < now { "could" } else { "can" };
    let _ = writeln!(
        said,
        "{may} issue until {}, numbers for {} cards",
        standing.lease, standing.left
    );
    if let Some(clock) = standing.clock.filter(|clock| clock.abs() > 60) {
        let _ = writeln!(
            said,
            "the clock here is {clock} seconds ahead of the hub's: set it"
        );
    }
    if let Some(refusal) = &standing.refusal {
        let _ = writeln!(said, "{refusal}");
    }
    let grave = standing.mood(now) == paso_service::sync::Mood::Grave;
    Answer {
        exit: if grave { AMBER } else { 0 },
        said,
        file: None,
    }
}
