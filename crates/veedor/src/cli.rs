//! The command line, as typed.

use crate::mirror::Label;
use clap::{Args, Parser, Subcommand};
use paso_formats::{moment::Moment, statement::Place, taking::Folio};
use paso_tlog::note::{Ed25519Key, KeyName};
use std::{net::SocketAddr, path::PathBuf};

/// The overseer: countersigns the heads of logs that others run, mirrors what they hold, and shows how
/// they stand.
///
/// A log sends its head; veedor checks that it continues what it countersigned before, writes it to
/// disk, and only then countersigns (C2SP tlog-witness). A log that shows two stories gets no second
/// signature, and both notes are kept as evidence.
///
/// Run it on another machine than the log, by other people, under a key of its own. Never put back
/// an old copy of its directory: a witness that forgets can be made to sign two stories. If the
/// directory is lost, start a new one with another name and hand over its new key.
#[derive(Debug, Parser)]
#[command(
    name = "veedor",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// The data directory.
    #[arg(
        long,
        global = true,
        env = "VEEDOR_DIR",
        default_value = "veedor-data",
        value_name = "DIR"
    )]
    pub dir: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a data directory with a new key, and say what to hand over in person.
    Init(Init),
    /// Countersign heads, mirror logs and show the board, until stopped.
    ///
    /// Prints `ready` and the address once it listens. Other people's logs send their heads to
    /// /add-checkpoint; monitors read /<hash of the log's origin>/checkpoint; the board is at /, and
    /// /healthz answers while the process lives. What is mirrored is under /mirror, by authority and year.
    /// Put a server that speaks TLS in front of it, and let
    /// only the logs' operators through to /add-checkpoint: the protocol asks for no password.
    Serve(Serve),
    /// Say whether the configuration, the keys and the anchors can be used, which logs are followed
    /// and which authorities mirrored.
    CheckConfig,
    /// Hash everything mirrored again and compare it with what the logs signed.
    ///
    /// Names every row and tile that was damaged, and ends with 2 if there is any. May run beside
    /// `serve`.
    Check(Which),
    /// Write the log of a year, whole, as the file by which an authority that lost its disk begins
    /// again.
    ///
    /// Hand it to that authority's operator, who gives it to `paso`'s recovery. It holds sealed bodies
    /// only; treat it as you treat the mirror itself.
    Export(Export),
    /// Open the statements that were sealed to the ombudsman, and print them.
    ///
    /// One line for each, its fields separated by tabs: authority, log, place in the log, episode,
    /// what, where, when, due.
    Statements(Statements),
    /// Show custody as the statements tell it: who is where, whose clocks ran out, what does not fit.
    ///
    /// Counts by place and hour are not for everybody: they could tell a gang when a bus leaves. With
    /// --publish, only totals of finished days, of clocks and of discrepancies go where `serve` shows
    /// them. Ends with 2 where a row of custody tells nothing or contradicts another; each is named.
    Board(Board),
    /// Hold a head-count against what the authority had committed before the visit.
    ///
    /// Only statements under a head that had been published before the visit count. What is said to
    /// have happened earlier and came later is named. The result is written as a note signed by this
    /// witness's key, which whoever has that key can check.
    Count(Count),
    /// Reports of people taken: list them, read what was told, take an authority's answer, check it.
    #[command(subcommand)]
    Taking(Taking),
    /// Say how many people must be asked for their receipt to find out a register that omits some.
    Sample(Sample),
    /// Make the key to which statements are sealed, and print its public half.
    ///
    /// Make it on a machine without network, keep the file where `serve` cannot read it, and hand the
    /// public half to the authorities' operators.
    StatementKey(StatementKey),
}

/// Of which authority.
#[derive(Debug, Args)]
pub struct Which {
    /// The code of one authority; all of them unless told.
    #[arg(long, value_name = "CODE")]
    pub authority: Option<String>,
}

/// What to export.
#[derive(Debug, Args)]
pub struct Export {
    /// The code of the authority.
    #[arg(long, value_name = "CODE")]
    pub authority: String,
    /// The year of its log, or its year and number such as 2026-2.
    #[arg(long = "year", value_name = "YEAR")]
    pub label: Label,
    /// The file to write; it must not be there yet.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// What to open.
#[derive(Debug, Args)]
pub struct Statements {
    /// The file of the private key, made by `veedor statement-key`.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Of which authority.
    #[command(flatten)]
    pub which: Which,
}

/// What to show.
#[derive(Debug, Args)]
pub struct Board {
    /// What to open.
    #[command(flatten)]
    pub open: Statements,
    /// As of when, such as 2026-11-22T18:00:00Z; now unless told.
    #[arg(long, value_name = "TIME")]
    pub at: Option<Moment>,
    /// As JSON, for other programs.
    #[arg(long)]
    pub json: bool,
    /// Also write the totals that are for everybody to where `serve` shows them.
    #[arg(long, conflicts_with = "at")]
    pub publish: bool,
}

/// What was found.
#[derive(Debug, Args)]
pub struct Count {
    /// The file of the private key, made by `veedor statement-key`.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The code of the authority.
    #[arg(long, value_name = "CODE")]
    pub authority: String,
    /// The code of the place visited.
    #[arg(long, value_name = "PLACE")]
    pub place: Place,
    /// When people were counted, such as 2026-11-22T18:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub at: Moment,
    /// How many were there.
    #[arg(long, value_name = "PEOPLE")]
    pub counted: u32,
    /// A file of what people's papers say: on each line the four words or eight characters of an
    /// episode, the text of a receipt's square, an episode's 32 digits, or a receipt's code.
    #[arg(long, value_name = "FILE")]
    pub receipts: Option<PathBuf>,
    /// The file to write; it must not be there yet.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// What to do with reports of people taken.
#[derive(Debug, Subcommand)]
pub enum Taking {
    /// List all, the newest first.
    ///
    /// One line for each report and authority, its fields separated by tabs: folio, authority, how it
    /// stands, whether it is late, due, taken, people, state, place, unit, vehicle.
    List,
    /// Open what somebody told in free words.
    Read(TakingRead),
    /// Take an authority's answer from a file that it signed.
    Answer(TakingAnswer),
    /// Hold answers that name openings against the statements, and write down what they say.
    ///
    /// As many must have been opened as were seen, at about that time, and before the report came. Run
    /// it whenever answers have come: until then they stand as not checked.
    Check(Statements),
}

/// What to open.
#[derive(Debug, Args)]
pub struct TakingRead {
    /// The file of the private key, made by `veedor statement-key`.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The folio, such as T-2C7K-9XRT.
    pub folio: Folio,
}

/// What to take.
#[derive(Debug, Args)]
pub struct TakingAnswer {
    /// The signed answer.
    pub file: PathBuf,
}

/// What is asked of a sample.
#[derive(Debug, Args)]
pub struct Sample {
    /// The share omitted that must not go unnoticed, in percent.
    #[arg(long, default_value_t = 5.0, value_name = "PERCENT")]
    pub omitted: f64,
    /// How sure one wants to be, in percent.
    #[arg(long, default_value_t = 95.0, value_name = "PERCENT")]
    pub confidence: f64,
    /// Out of how many people, where that is known.
    #[arg(long = "of", value_name = "PEOPLE")]
    pub population: Option<u32>,
}

/// Where to keep the key.
#[derive(Debug, Args)]
pub struct StatementKey {
    /// The file to write; it must not be there yet.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    /// Stop when standard input ends, as on Ctrl-C: for a program that starts this one and must not
    /// leave it behind.
    #[arg(long)]
    pub until_eof: bool,
}

/// Settings of a new data directory.
#[derive(Debug, Args)]
pub struct Init {
    /// Name of the witness, mostly an address without https://. It can never be changed.
    #[arg(long, value_name = "NAME")]
    pub name: KeyName,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8470", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Verifier key of a log to follow, as its operator handed it over; may be repeated, and more can
    /// be added to veedor.toml later.
    #[arg(long = "log", value_name = "VKEY")]
    pub logs: Vec<Ed25519Key>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}
