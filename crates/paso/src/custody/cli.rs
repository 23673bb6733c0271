//! `paso custody`, as typed.

use crate::cli::Acting;
use clap::{Args, Subcommand};
use paso_domain::id::{AuthorityCode, EpisodeId, HandoverId, OperationId};
use paso_formats::{
    handle::ShortHandle,
    moment::Moment,
    taking::{Folio, Says},
};
use std::path::PathBuf;

/// Handover between authorities.
#[derive(Debug, Subcommand)]
pub enum CustodyCommand {
    /// Offer people to another authority. The officer who answers for them signs it.
    Offer(OfferAbroad),
    /// Write the signed offer to a file, to be given to that authority.
    OfferFile(OfferFile),
    /// Count in those who came with another authority's offer. The officer signs it.
    CountIn(CountIn),
    /// Write the answer to that offer to a file, once those who came are counted in.
    Acceptance(AcceptanceFile),
    /// Bring in another authority's answer: until it is signed, whoever offered answers.
    Answered(Answered),
    /// List the reports of people taken that wait at the overseer for this authority's answer.
    Asked(AskedOfUs),
    /// List the openings near an hour, to find the one that a report may be about.
    Openings(Openings),
    /// Answer a report of people taken: which opening that was, or that there was none. Signed with the
    /// log's key.
    Answer(AnswerTaking),
}

/// The overseer, and the token that it gave this authority.
#[derive(Debug, Args)]
pub struct AskedOfUs {
    /// The overseer's address.
    #[arg(long, value_name = "URL")]
    pub from: String,
    /// The file with the token.
    #[arg(long, value_parser = crate::custody::whole_path, value_name = "FILE")]
    pub token: PathBuf,
}

/// Around when.
#[derive(Debug, Args)]
pub struct Openings {
    #[command(flatten)]
    /// Who looks.
    pub acting: Acting,
    /// The hour told, such as 2026-11-22T18:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub around: Moment,
}

/// What is answered.
#[derive(Debug, Args)]
pub struct AnswerTaking {
    #[command(flatten)]
    /// Who answers for the authority.
    pub acting: Acting,
    /// The report, such as T-2C7K-9XRT.
    pub folio: Folio,
    /// What is said: opened, not-held, not-ours.
    #[arg(long, value_name = "WHAT")]
    pub says: Says,
    /// A count that opened these people, as `paso custody openings` names it; once for each.
    #[arg(long, value_name = "OPERATION")]
    pub opening: Vec<OperationId>,
    /// The episode of somebody who was opened otherwise; once for each.
    #[arg(long, value_name = "EPISODE")]
    pub episode: Vec<EpisodeId>,
    /// Where the signed answer is sent.
    #[arg(long, value_name = "URL", required_unless_present = "output")]
    pub to: Option<String>,
    /// Where the signed answer is written, to be carried there.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Whom to offer.
#[derive(Debug, Args)]
pub struct OfferAbroad {
    #[command(flatten)]
    /// Who acts.
    pub acting: Acting,
    /// The other authority's short code.
    #[arg(long, value_name = "CODE")]
    pub to: AuthorityCode,
    /// How many were counted.
    #[arg(long, value_name = "N")]
    pub counted: u16,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Everybody's episode, as their pages' addresses have it.
    #[arg(required = true, value_name = "EPISODE")]
    pub episodes: Vec<EpisodeId>,
}

/// Which offer, to where.
#[derive(Debug, Args)]
pub struct OfferFile {
    #[command(flatten)]
    /// Who acts.
    pub acting: Acting,
    /// The handover.
    pub handover: HandoverId,
    /// Where the file goes.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// A file of another authority, and how it is checked.
#[derive(Debug, Args)]
pub struct FromAuthority {
    /// The file.
    #[arg(value_parser = crate::custody::whole_path, value_name = "FILE")]
    pub file: PathBuf,
    /// That authority's anchor, exchanged in person.
    #[arg(long, value_parser = crate::custody::whole_path, value_name = "FILE")]
    pub anchor: PathBuf,
    /// That authority's trust bundle.
    #[arg(long, value_parser = crate::custody::whole_path, value_name = "FILE")]
    pub bundle: PathBuf,
}

/// Who came.
#[derive(Debug, Args)]
pub struct CountIn {
    #[command(flatten)]
    /// Who acts.
    pub acting: Acting,
    #[command(flatten)]
    /// The offer.
    pub from: FromAuthority,
    /// How many are here.
    #[arg(long, value_name = "N")]
    pub counted: u16,
    /// Somebody on the list who is not here, by the handle on the offer; once for each.
    #[arg(long, value_parser = crate::custody::short_handle, value_name = "HANDLE")]
    pub missing: Vec<ShortHandle>,
}

/// The answer to which offer, to where.
#[derive(Debug, Args)]
pub struct AcceptanceFile {
    #[command(flatten)]
    /// Who acts.
    pub acting: Acting,
    #[command(flatten)]
    /// The offer.
    pub from: FromAuthority,
    /// Where the file goes.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// Which answer.
#[derive(Debug, Args)]
pub struct Answered {
    #[command(flatten)]
    /// Who acts.
    pub acting: Acting,
    #[command(flatten)]
    /// The answer.
    pub from: FromAuthority,
}
