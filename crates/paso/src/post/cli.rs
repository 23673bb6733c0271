//! `paso post` and `paso sync`, as typed.

use crate::{cli::Serve, office::cli::By};
use clap::{Args, Subcommand};
use paso_domain::crossings::PostCode;
use std::{net::SocketAddr, path::PathBuf};

/// A post.
#[derive(Debug, Subcommand)]
pub enum PostCommand {
    /// At the hub, once: make the authority that certifies the names of posts, so that browsers on a
    /// post's own network believe them without any other.
    ///
    /// The hub must stand still. Its root vouches for names below the hub's own and for no others.
    Ca,
    /// At the hub: make a code that enrols one post, once.
    Invite(InvitePost),
    /// At the new machine: make its data directory and its keys, and become known to the hub.
    Enrol(EnrolPost),
    /// Serve this post's pages from its own databases, with the hub or without it, until stopped.
    Serve(Serve),
    /// Say how this post stands with its hub: since when, what waits, until when it may issue.
    ///
    /// Exit codes: 0 all is as it should be, 3 somebody should act, 2 when it cannot be said.
    Status,
    /// Write what the hub has not got to a file, to be carried on a stick.
    Export(ExportPost),
    /// Take in the file that the hub has written for the way back.
    Import(ImportPost),
}

/// Which post.
#[derive(Debug, Args)]
pub struct InvitePost {
    /// The post where the machine will stand.
    #[arg(long, value_name = "POST")]
    pub post: PostCode,
    /// What people call the machine, such as "Talismán, ventanilla 2".
    #[arg(long, value_name = "TEXT")]
    pub name: String,
    #[command(flatten)]
    /// Who answers.
    pub by: By,
}

/// How a post becomes known.
#[derive(Debug, Args)]
pub struct EnrolPost {
    /// Where the hub's pages are, such as <https://paso.example>.
    #[arg(long, value_name = "URL")]
    pub hub: String,
    /// The name and port under which the hub serves them, where `--hub` has a number because this
    /// machine does not know the name.
    #[arg(long, value_name = "NAME")]
    pub hub_host: Option<String>,
    /// The code of `paso post invite`. Case, spaces and hyphens do not matter.
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// Where this post's pages are served.
    #[arg(long, default_value = "127.0.0.1:8461", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// The name browsers use for this post's pages. It must end in the hub's own, so that officers'
    /// passkeys work here: the post's code before the hub's name when left out.
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
}

/// Where the file goes.
#[derive(Debug, Args)]
pub struct ExportPost {
    /// The file; `-` for standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// What is taken in.
#[derive(Debug, Args)]
pub struct ImportPost {
    /// The file of `paso sync import`.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// The hub's side.
#[derive(Debug, Subcommand)]
pub enum SyncCommand {
    /// Take in the file that a post has exported, and write the one for the way back. It may be taken
    /// in again: what is here already is passed over.
    Import(ImportSync),
    /// Say when each post was last heard, and up to where everything of it is here.
    Status,
}

/// What is taken in, and where the answer goes.
#[derive(Debug, Args)]
pub struct ImportSync {
    /// The file of `paso post export`.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The file for the way back to the post.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}
