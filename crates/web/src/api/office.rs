//! What an administration reads: officers, devices, sites and tokens. What it changes is signed, at
//! its pages.

use super::{
    describe::{Api, Op},
    door::Token,
    json::{Answer, Query, at},
    problem::Problem,
    spelt::{As, named},
};
use paso_domain::policy::powers;
use paso_formats::moment::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) fn routes() -> Api {
    Api::default()
        .get(
            "/api/v1/officers",
            officers,
            Op::answering::<OfficersPage>(
                "listOfficers",
                "Officers by number, with the roles that count now, a page at a time.",
            )
            .asking::<named::Officer>("after"),
        )
        .get(
            "/api/v1/devices",
            devices,
            Op::answering::<Devices>("listDevices", "Machines with a key of their own."),
        )
        .get(
            "/api/v1/sites",
            sites,
            Op::answering::<Sites>("listSites", "Where the register is installed."),
        )
        .get(
            "/api/v1/tokens",
            tokens,
            Op::answering::<Tokens>(
                "listTokens",
                "Tokens of programs, newest first; never what a program shows.",
            ),
        )
}

fn when(moment: Option<Moment>) -> Option<named::At> {
    moment.map(at)
}

/// A page of the list of officers.
#[derive(Serialize, ToSchema)]
struct OfficersPage {
    officers: Vec<OfficerListed>,
    /// Send it as `after` for the next page; none on the last.
    next: Option<named::Officer>,
}

/// An officer.
#[derive(Serialize, ToSchema)]
struct OfficerListed {
    officer: named::Officer,
    name: Option<String>,
    enrolled: Option<named::At>,
    suspended_from: Option<named::At>,
    dismissed_from: Option<named::At>,
    roles: Vec<RoleGranted>,
}

/// A role that counts now.
#[derive(Serialize, ToSchema)]
struct RoleGranted {
    role: named::Role,
    /// The posts, separated by spaces; empty means all.
    posts: String,
    from: named::At,
    until: Option<named::At>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    after: Option<named::Officer>,
}

async fn officers(
    door: Token<powers::ManageOfficers>,
    Query(asked): Query<Asked>,
) -> Result<Answer, Problem> {
    let after = asked.after.map(|number| number.0);
    let service = door.service();
    let rows = service.officers(door.permit(), after.as_ref()).await?;
    let last = rows.last().map(|(row, _)| row.officer.clone());
    // The next page is asked for only where there is one.
    let more = match &last {
        Some(number) => !service
            .officers(door.permit(), Some(number))
            .await?
            .is_empty(),
        None => false,
    };
    let officers = rows.into_iter().map(|(row, grants)| OfficerListed {
        officer: As(row.officer),
        name: row.name,
        enrolled: when(row.enrolled_at),
        suspended_from: when(row.suspended_from),
        dismissed_from: when(row.dismissed_from),
        roles: grants
            .into_iter()
            .map(|grant| RoleGranted {
                role: As(grant.role),
                posts: grant.posts,
                from: at(grant.from),
                until: when(grant.until),
            })
            .collect(),
    });
    Answer::with(&OfficersPage {
        officers: officers.collect(),
        next: last.filter(|_| more).map(As),
    })
}

/// Machines.
#[derive(Serialize, ToSchema)]
struct Devices {
    devices: Vec<Device>,
}

/// A machine.
#[derive(Serialize, ToSchema)]
struct Device {
    /// The stream it writes.
    stream: String,
    name: Option<String>,
    post: Option<named::Post>,
    from: Option<named::At>,
    until: Option<named::At>,
    ended_from: Option<named::At>,
    /// From when what it signed is doubted.
    compromised_from: Option<named::At>,
}

async fn devices(door: Token<powers::ManageDevices>) -> Result<Answer, Problem> {
    let rows = door.service().devices(door.permit()).await?;
    let devices = rows.into_iter().map(|row| {
        let (name, post) = row.enrolled.unzip();
        Device {
            stream: row.stream.to_string(),
            name,
            post: post.map(As),
            from: when(row.from),
            until: when(row.until),
            ended_from: when(row.ended_from),
            compromised_from: when(row.compromised_from),
        }
    });
    Answer::with(&Devices {
        devices: devices.collect(),
    })
}

/// Installations.
#[derive(Serialize, ToSchema)]
struct Sites {
    sites: Vec<Site>,
}

/// An installation at a post.
#[derive(Serialize, ToSchema)]
struct Site {
    post: named::Post,
    opened_from: Option<named::At>,
    closed_from: Option<named::At>,
}

async fn sites(door: Token<powers::ManageDevices>) -> Result<Answer, Problem> {
    let rows = door.service().sites(door.permit()).await?;
    let sites = rows.into_iter().map(|row| Site {
        post: As(row.post),
        opened_from: when(row.opened_from),
        closed_from: when(row.closed_from),
    });
    Answer::with(&Sites {
        sites: sites.collect(),
    })
}

/// Tokens.
#[derive(Serialize, ToSchema)]
struct Tokens {
    tokens: Vec<TokenListed>,
}

/// A token.
#[derive(Serialize, ToSchema)]
struct TokenListed {
    /// By which it is taken back.
    id: String,
    /// Who answers for what is done with it; missing where only its end is known.
    officer: Option<named::Officer>,
    role: Option<named::Role>,
    post: Option<named::Post>,
    /// What it is for.
    purpose: Option<String>,
    issued: Option<named::At>,
    expires: Option<named::At>,
    revoked_from: Option<named::At>,
}

async fn tokens(door: Token<powers::ManageTokens>) -> Result<Answer, Problem> {
    let rows = door.service().tokens(door.permit()).await?;
    let tokens = rows.into_iter().map(|row| {
        let (token, issued) = row.issued.unzip();
        let token = token.as_ref();
        TokenListed {
            id: row.id.to_string(),
            officer: token.map(|token| As(token.officer.clone())),
            role: token.map(|token| As(token.role)),
            post: token.map(|token| As(token.post)),
            purpose: token.map(|token| token.purpose.clone()),
            issued: when(issued),
            expires: token.map(|token| at(token.expires)),
            revoked_from: when(row.revoked_from),
        }
    });
    Answer::with(&Tokens {
        tokens: tokens.collect(),
    })
}
