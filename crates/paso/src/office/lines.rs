//! Lists at the console: one line each, columns apart, for eyes and for grep.

use paso_domain::{id::OfficerNumber, officer::Access};
use paso_formats::moment::Moment;
use paso_service::{Service, ServiceError};
use std::fmt::Write as _;

/// Nothing to list.
const NOTHING: &str = "none\n";

fn or_nothing(said: String) -> String {
    if said.is_empty() {
        NOTHING.into()
    } else {
        said
    }
}

/// Every officer.
pub(super) async fn officers(service: &Service) -> Result<String, ServiceError> {
    let (mut said, mut after) = (String::new(), None::<OfficerNumber>);
    loop {
        let page = service.officers_at_console(after.as_ref()).await?;
        let Some((last, _)) = page.last() else {
            return Ok(or_nothing(said));
        };
        after = Some(last.officer.clone());
        for (row, grants) in &page {
            let state = match (row.dismissed_from, row.suspended_from) {
                (Some(from), _) => format!("dismissed {from}"),
                (None, Some(from)) => format!("suspended {from}"),
                (None, None) if row.name.is_some() => "in service".to_owned(),
                (None, None) => "never enrolled".to_owned(),
            };
            let roles: Vec<_> = grants
                .iter()
                .map(|grant| match grant.posts.as_str() {
                    "" => grant.role.to_string(),
                    posts => format!("{} ({posts})", grant.role),
                })
                .collect();
            // Writing into a String does not fail, here and below.
            let _ = writeln!(
                said,
                "{:<16}  {state}  {}  {}",
                row.officer.as_str(),
                if roles.is_empty() {
                    "no role".into()
                } else {
                    roles.join(", ")
                },
                row.name.as_deref().unwrap_or_default()
            );
        }
    }
}

/// One officer.
pub(super) async fn officer(
    service: &Service,
    number: &OfficerNumber,
) -> Result<String, ServiceError> {
    let file = service.officer_file_at_console(number).await?;
    let access = match file.standing.access {
        Access::Unknown => "never enrolled".to_owned(),
        Access::Active => "in service".to_owned(),
        Access::Suspended { from } => format!("suspended from {from}"),
        Access::Dismissed { from } => format!("dismissed from {from}"),
    };
    let mut said = format!("{number}  {}\n{access}\n", file.state.name());
    for conflict in file.state.conflicts() {
        let _ = writeln!(said, "to be settled: {}", conflict.code());
    }
    for grant in file.state.grants() {
        let posts: Vec<_> = grant.posts.iter().map(ToString::to_string).collect();
        let posts = if posts.is_empty() {
            "all posts".into()
        } else {
            posts.join(" ")
        };
        let _ = writeln!(
            said,
            "role     {}  {posts}  {}",
            grant.role,
            window(grant.from, grant.until)
        );
    }
    for passkey in file.state.passkeys() {
        let _ = writeln!(
            said,
            "passkey  {}  {}{}",
            short(&passkey.credential),
            window(passkey.from, passkey.until),
            match passkey.stepped_back {
                0 => String::new(),
                times => format!("  count stepped back {times} times"),
            }
        );
    }
    for shift in &file.shifts {
        let _ = writeln!(
            said,
            "shift    {}  {}  {} to {}",
            shift.post,
            shift.role.as_deref().unwrap_or("?"),
            moment(shift.opened_at),
            moment(shift.closed_at)
        );
    }
    for token in &file.tokens {
        if let Some((issued, _)) = &token.issued {
            let _ = writeln!(
                said,
                "token    {}  {}  until {}{}",
                token.id,
                issued.role,
                issued.expires,
                token
                    .revoked_from
                    .map_or_else(String::new, |from| format!("  taken back {from}"))
            );
        }
    }
    for event in &file.history {
        if let Some(act) = event.act() {
            let _ = writeln!(said, "{}  {}  {}", act.at, event.kind(), act.officer);
        }
    }
    Ok(said)
}

/// What was done after an end.
pub(super) async fn after_end(service: &Service) -> Result<String, ServiceError> {
    let mut said = String::new();
    for found in service.acts_after_end_at_console().await? {
        for act in &found.acts {
            let _ = writeln!(
                said,
                "{}  {}  {}  {}  {}  ({} {})",
                found.officer,
                act.at,
                act.post,
                act.kind,
                act.subject,
                found.absence.access.code(),
                found.absence.from
            );
        }
    }
    Ok(or_nothing(said))
}

/// Every device.
pub(super) async fn devices(service: &Service) -> Result<String, ServiceError> {
    let mut said = String::new();
    for device in service.devices_at_console().await? {
        let (name, post) = match &device.enrolled {
            Some((name, post)) => (name.as_str(), post.to_string()),
            None => ("", "-".into()),
        };
        let state = match (device.ended_from, device.compromised_from) {
            (_, Some(from)) => format!("in doubt from {from}"),
            (Some(from), None) => format!("put away {from}"),
            (None, None) => "in use".into(),
        };
        let _ = writeln!(said, "{}  {post}  {state}  {name}", device.stream);
    }
    Ok(or_nothing(said))
}

/// Every site.
pub(super) async fn sites(service: &Service) -> Result<String, ServiceError> {
    let mut said = String::new();
    for site in service.sites_at_console().await? {
        let state = match (site.closed_from, site.opened_from) {
            (Some(from), _) => format!("closed {from}"),
            (None, opened) => format!("open {}", moment(opened)),
        };
        let _ = writeln!(said, "{:<3}  {state}", site.post.as_str());
    }
    Ok(or_nothing(said))
}

/// Every token.
pub(super) async fn tokens(service: &Service) -> Result<String, ServiceError> {
    let mut said = String::new();
    for row in service.tokens_at_console().await? {
        let Some((token, _)) = &row.issued else {
            continue;
        };
        let until = match row.revoked_from {
            Some(from) => format!("taken back {from}"),
            None => format!("until {}", token.expires),
        };
        let _ = writeln!(
            said,
            "{}  {}  {}  {}  {until}  {}",
            row.id, token.role, token.officer, token.post, token.purpose
        );
    }
    Ok(or_nothing(said))
}

fn moment(moment: Option<Moment>) -> String {
    moment.map_or_else(|| "-".into(), |moment| moment.to_string())
}

fn window(from: Moment, until: Option<Moment>) -> String {
    match until {
        Some(until) => format!("{from} to {until}"),
        None => format!("from {from}"),
    }
}

/// The first bytes of a credential's identifier: enough to tell an officer's passkeys apart.
fn short(credential: &[u8]) -> String {
    let first = credential.iter().take(6);
    first.fold(String::new(), |mut shown, byte| {
        let _ = write!(shown, "{byte:02x}");
        shown
    })
}
