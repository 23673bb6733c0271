//! The commands about officers, devices, sites and tokens, as typed.

use clap::{Args, Subcommand};
use paso_domain::{
    crossings::PostCode,
    id::{OfficerNumber, StreamId, TokenId},
    policy::Role,
};
use paso_formats::moment::Moment;

/// Officers.
#[derive(Debug, Subcommand)]
pub enum OfficerCommand {
    /// Give a number to a person, with a role, and print the link by which they register a passkey.
    ///
    /// Hand the link over in person: it works once, for a day. The very first administrator enrols
    /// themselves: `paso officer enrol NUMBER --name NAME --role administrator --officer NUMBER`.
    Enrol(Enrol),
    /// List the officers: number, state, roles, name.
    List,
    /// Show one officer: state, roles, passkeys, shifts, and what was decided about them.
    Show(Show),
    /// Give a role.
    Grant(Grant),
    /// Take a role back.
    EndGrant(EndGrant),
    /// Make a one-time link by which an officer registers their first passkey, and print it.
    Invite(About),
    /// Take access away for a time, at once.
    Suspend(Ending),
    /// Lift a suspension.
    Reinstate(Reasoned),
    /// End the service for good, at once: sessions, links, tokens and shifts end with it.
    ///
    /// The number is never given again. What was done under it stays, and what was done after the
    /// moment of --from is listed by `paso officer after-end`.
    Dismiss(Ending),
    /// List what was done under an officer's number after a dismissal or during a suspension.
    AfterEnd,
}

/// Who answers. There is no default: every act has an officer who answers for it.
#[derive(Debug, Args)]
pub struct By {
    /// The administrator who types this and answers for it.
    #[arg(long = "officer", value_name = "NUMBER")]
    pub by: OfficerNumber,
}

/// Enrolling.
#[derive(Debug, Args)]
pub struct Enrol {
    /// The new number.
    pub number: OfficerNumber,
    /// The officer's name, as colleagues know it.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// The role they begin with; none when left out.
    #[arg(long, value_parser = role, value_name = "ROLE")]
    pub role: Option<Role>,
    /// A post at which it counts; may be given more than once, all posts when left out.
    #[arg(long, value_name = "POST", requires = "role")]
    pub post: Vec<PostCode>,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// Whom it is about.
#[derive(Debug, Args)]
pub struct About {
    /// The officer it is about.
    pub number: OfficerNumber,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// Which officer is shown.
#[derive(Debug, Args)]
pub struct Show {
    /// The officer.
    pub number: OfficerNumber,
}

/// A role that is given.
#[derive(Debug, Args)]
pub struct Grant {
    /// The officer it is about.
    pub number: OfficerNumber,
    /// The role.
    #[arg(long, value_parser = role, value_name = "ROLE")]
    pub role: Role,
    /// A post at which it counts; may be given more than once, all posts when left out.
    #[arg(long, value_name = "POST")]
    pub post: Vec<PostCode>,
    /// Until when, such as 2027-01-01T06:00:00Z; without end when left out.
    #[arg(long, value_name = "MOMENT")]
    pub until: Option<Moment>,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// A role that is taken back.
#[derive(Debug, Args)]
pub struct EndGrant {
    /// The officer it is about.
    pub number: OfficerNumber,
    /// The role.
    #[arg(long, value_parser = role, value_name = "ROLE")]
    pub role: Role,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// An end, with its moment.
#[derive(Debug, Args)]
pub struct Ending {
    /// The officer it is about.
    pub number: OfficerNumber,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// From when it counts, if earlier than now, such as 2026-01-31T18:00:00Z.
    #[arg(long, value_name = "MOMENT")]
    pub from: Option<Moment>,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// A command with a reason.
#[derive(Debug, Args)]
pub struct Reasoned {
    /// The officer it is about.
    pub number: OfficerNumber,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// Devices.
#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    /// List the devices: stream, post, state, name.
    List,
    /// Say that a device may be in other hands, and since when. `paso stream list` shows the streams.
    Revoke(RevokeDevice),
    /// Put a device away that was never in doubt.
    Retire(RetireDevice),
}

/// A device that may be in other hands.
#[derive(Debug, Args)]
pub struct RevokeDevice {
    /// The stream it writes: 32 hexadecimal digits.
    pub stream: StreamId,
    /// From when on it may have been in other hands, such as 2026-01-31T18:00:00Z.
    #[arg(long, value_name = "MOMENT")]
    pub compromised_from: Moment,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// A device that is put away.
#[derive(Debug, Args)]
pub struct RetireDevice {
    /// The stream it writes: 32 hexadecimal digits.
    pub stream: StreamId,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// Sites.
#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// List the sites: post, state.
    List,
    /// Say that a site works from now on.
    Open(OpenSite),
    /// Say that a site works no longer.
    Close(CloseSite),
}

/// A site that opens.
#[derive(Debug, Args)]
pub struct OpenSite {
    /// The post.
    pub post: PostCode,
    /// What is worth knowing: whom to call, how it is reached.
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub note: String,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// A site that closes.
#[derive(Debug, Args)]
pub struct CloseSite {
    /// The post.
    pub post: PostCode,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// Tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Issue a token for a program, and print it: it is shown this once.
    Issue(IssueToken),
    /// List the tokens: name, role, officer, until when, what for.
    List,
    /// Take a token back, at once.
    Revoke(RevokeToken),
}

/// A token that is issued.
#[derive(Debug, Args)]
pub struct IssueToken {
    /// The officer who answers for what is done with it; the role must be theirs at that post.
    #[arg(long = "for", value_name = "NUMBER")]
    pub holder: OfficerNumber,
    /// The one role it has.
    #[arg(long, value_parser = role, value_name = "ROLE")]
    pub role: Role,
    /// The post whose work it does.
    #[arg(long, value_name = "POST")]
    pub post: PostCode,
    /// What it is for, such as the name of the program.
    #[arg(long, value_name = "TEXT")]
    pub purpose: String,
    /// For how many days, at most 90.
    #[arg(long, default_value_t = 30, value_name = "DAYS")]
    pub days: u8,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// A token that is taken back.
#[derive(Debug, Args)]
pub struct RevokeToken {
    /// Its name: 32 hexadecimal digits, see `paso token list`.
    pub token: TokenId,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// A role by its code; whoever misspells one is told them all.
fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|_| {
        let codes: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("write one of {}", codes.join(", "))
    })
}
