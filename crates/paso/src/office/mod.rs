//! `paso officer`, `device`, `site` and `token`: the house's own affairs at the machine itself.
//!
//! It works when no browser and no passkey does, which is when somebody has to be dismissed. Every act
//! is somebody's who is named with --officer, and is in the journal as done at the console.

pub mod cli;
mod lines;

use crate::act::{Answer, Shown};
use cli::{DeviceCommand, OfficerCommand, SiteCommand, TokenCommand};
use paso_domain::{
    device::DeviceCommand as Device, id::OfficerNumber, officer::OfficerCommand as Officer,
    site::SiteCommand as Site,
};
use paso_service::{
    Service, ServiceError,
    officers::{Console, Issue, NewOfficer},
    session::Token,
};

/// Carries out a command about officers.
pub async fn officer(
    service: &Service,
    shown: &Shown,
    command: OfficerCommand,
) -> Result<Answer, ServiceError> {
    match command {
        OfficerCommand::Enrol(args) => {
            let console = service.at_console(&args.by.by, Some(&args.number)).await?;
            let new = NewOfficer {
                number: args.number,
                name: args.name,
                role: args.role.map(|role| (role, args.post)),
            };
            let link = service.enrol_at_console(&console, &new).await?;
            Ok(Answer::said(address(shown, &link)))
        }
        OfficerCommand::Invite(args) => {
            let console = service.at_console(&args.by.by, Some(&args.number)).await?;
            let link = service.invite_at_console(&console, &args.number).await?;
            Ok(Answer::said(address(shown, &link)))
        }
        OfficerCommand::List => lines::officers(service).await.map(Answer::said),
        OfficerCommand::Show(args) => lines::officer(service, &args.number)
            .await
            .map(Answer::said),
        OfficerCommand::AfterEnd => lines::after_end(service).await.map(Answer::said),
        OfficerCommand::Grant(args) => {
            let asked = Officer::Grant {
                role: args.role,
                posts: args.post,
                from: service.clock().now(),
                until: args.until,
            };
            let said = format!("{} has the role {}\n", args.number, args.role);
            manage(service, &args.by.by, args.number, asked, said).await
        }
        OfficerCommand::EndGrant(args) => {
            let asked = Officer::EndGrant {
                role: args.role,
                from: service.clock().now(),
                reason: args.reason,
            };
            let said = format!("{} no longer has the role {}\n", args.number, args.role);
            manage(service, &args.by.by, args.number, asked, said).await
        }
        OfficerCommand::Suspend(args) => {
            let asked = Officer::Suspend {
                from: args.from.unwrap_or_else(|| service.clock().now()),
                reason: args.reason,
            };
            let said = format!(
                "{} is suspended: nothing of theirs opens anything\n",
                args.number
            );
            manage(service, &args.by.by, args.number, asked, said).await
        }
        OfficerCommand::Reinstate(args) => {
            let asked = Officer::Reinstate {
                reason: args.reason,
            };
            let said = format!("{} is in service again\n", args.number);
            manage(service, &args.by.by, args.number, asked, said).await
        }
        OfficerCommand::Dismiss(args) => {
            let asked = Officer::Dismiss {
                from: args.from.unwrap_or_else(|| service.clock().now()),
                reason: args.reason,
            };
            let said = format!(
                "{} is dismissed: no session, link or token of theirs opens anything\n",
                args.number
            );
            manage(service, &args.by.by, args.number, asked, said).await
        }
    }
}

async fn manage(
    service: &Service,
    by: &OfficerNumber,
    number: OfficerNumber,
    asked: Officer,
    said: String,
) -> Result<Answer, ServiceError> {
    let console = service.at_console(by, Some(&number)).await?;
    service
        .manage_officer_at_console(&console, &number, asked)
        .await?;
    Ok(Answer::said(said))
}

/// Where an invitation is opened.
fn address(shown: &Shown, link: &Token) -> String {
    format!("{}/alta/{}\n", shown.pages, link.expose())
}

async fn answering(service: &Service, by: &OfficerNumber) -> Result<Console, ServiceError> {
    service.at_console(by, None).await
}

/// Carries out a command about devices.
pub async fn device(service: &Service, command: DeviceCommand) -> Result<Answer, ServiceError> {
    let (by, stream, asked) = match command {
        DeviceCommand::List => return lines::devices(service).await.map(Answer::said),
        DeviceCommand::Revoke(args) => {
            let revoke = Device::Revoke {
                compromised_from: args.compromised_from,
                reason: args.reason,
            };
            (args.by.by, args.stream, revoke)
        }
        DeviceCommand::Retire(args) => {
            let retire = Device::Retire {
                from: service.clock().now(),
                reason: args.reason,
            };
            (args.by.by, args.stream, retire)
        }
    };
    let console = answering(service, &by).await?;
    service
        .manage_device_at_console(&console, stream, asked)
        .await?;
    Ok(Answer::said(format!(
        "{stream} has ended; end its key with `paso key end` too, if it is one of this \
         machine's, so that the next bundle says so\n"
    )))
}

/// Carries out a command about sites.
pub async fn site(service: &Service, command: SiteCommand) -> Result<Answer, ServiceError> {
    let from = service.clock().now();
    let (by, post, asked, state) = match command {
        SiteCommand::List => return lines::sites(service).await.map(Answer::said),
        SiteCommand::Open(args) => {
            let note = args.note;
            (args.by.by, args.post, Site::Open { from, note }, "open")
        }
        SiteCommand::Close(args) => {
            let reason = args.reason;
            (
                args.by.by,
                args.post,
                Site::Close { from, reason },
                "closed",
            )
        }
    };
    let console = answering(service, &by).await?;
    service
        .manage_site_at_console(&console, post, asked)
        .await?;
    Ok(Answer::said(format!("{post} is {state}\n")))
}

/// Carries out a command about tokens.
pub async fn token(service: &Service, command: TokenCommand) -> Result<Answer, ServiceError> {
    match command {
        TokenCommand::List => lines::tokens(service).await.map(Answer::said),
        TokenCommand::Issue(args) => {
            let console = answering(service, &args.by.by).await?;
            let issue = Issue {
                officer: args.holder,
                role: args.role,
                post: args.post,
                purpose: args.purpose,
                days: args.days,
            };
            let issued = service.issue_token_at_console(&console, &issue).await?;
            Ok(Answer::said(format!(
                "{}\nname in the register: {}\n",
                issued.secret.expose(),
                issued.id
            )))
        }
        TokenCommand::Revoke(args) => {
            let console = answering(service, &args.by.by).await?;
            service
                .revoke_token_at_console(&console, args.token, args.reason)
                .await?;
            Ok(Answer::said(format!(
                "{} opens nothing any more\n",
                args.token
            )))
        }
    }
}
