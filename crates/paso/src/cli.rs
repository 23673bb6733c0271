//! The command line, as typed.

use crate::custody::cli::CustodyCommand;
use crate::office::cli::{DeviceCommand, OfficerCommand, SiteCommand, TokenCommand};
use crate::post::cli::{PostCommand, SyncCommand};
use clap::{Args, Parser, Subcommand, ValueEnum};
use paso_domain::{
    card::RevocationReason,
    crossings::PostCode,
    document::DocumentKind,
    id::{OfficerNumber, PersonId, StreamId},
    programme::Permission,
    sheet::SheetKind,
};
use paso_formats::{
    field::{BirthDate, Sex, StateCode},
    moment::Moment,
    number::{CardNumber, NumberError},
};
use paso_service::{brought::Bearer, ceremony::KeyPurpose};
use paso_store::audit::Check;
use std::{net::SocketAddr, path::PathBuf, str::FromStr};

/// The information system of Mexico's southern border programme.
///
/// One running `paso serve` owns a data directory. Commands that change something or read its
/// records are handed to it; `verify` and `program` need neither a server nor a network.
#[derive(Debug, Parser)]
#[command(
    name = "paso",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// The data directory.
    #[arg(
        long,
        global = true,
        env = "PASO_DIR",
        default_value = "paso-data",
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
    /// Make a data directory: keys, anchor file, configuration, and the sheet to print and sign.
    Init(Init),
    /// Run: serve pages and take commands, until stopped.
    Serve(Serve),
    /// Say whether the configuration can be used, and what is in force.
    CheckConfig,
    /// Say what is wrong with this house and what to do: configuration, keys, disk, clock, backups, and
    /// the running process.
    ///
    /// It opens no database and reads nobody's record. Exit codes: 0 all is well, 3 something to see
    /// to, 1 something is broken.
    Doctor(Doctor),
    /// Hold what is stored against what can be proven of it: journal, views, streams, log.
    ///
    /// It writes nothing, and runs beside `serve` or on a restored copy. Exit codes: 0 nothing found,
    /// 1 findings, 2 when the audit itself could not be carried out.
    Audit(Audit),
    /// Make a successor of a key, or one that a newer version needs.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Enrol, suspend and dismiss officers, and say for what they may sign in.
    #[command(subcommand)]
    Officer(OfficerCommand),
    /// List devices, and end one.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Say where Paso works, and where no longer.
    #[command(subcommand)]
    Site(SiteCommand),
    /// Issue and take back the tokens of programs.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Issue, print and revoke cards.
    #[command(subcommand)]
    Card(CardCommand),
    /// Hand people over to another authority, and take them over from one, by signed files.
    #[command(subcommand)]
    Custody(CustodyCommand),
    /// Record an entry on a card and give its slip.
    Enter(Crossing),
    /// Record an exit on a card.
    Leave(Crossing),
    /// Print numbered blank sheets, for the hours in which nothing works.
    Forms(Forms),
    /// Check a card, slip or receipt offline, against a trust bundle.
    #[command(subcommand)]
    Verify(VerifyCommand),
    /// Carry what devices have written away, and bring it back.
    #[command(subcommand)]
    Stream(StreamCommand),
    /// Explain the dated rules of the programme.
    #[command(subcommand)]
    Program(ProgramCommand),
    /// The log: how it stands, and the keys that witnesses need.
    #[command(subcommand)]
    Log(LogCommand),
    /// A post that works without its hub: enrol it, serve it, carry its data.
    #[command(subcommand)]
    Post(PostCommand),
    /// At the hub: take in what posts have exported, and see when each was last heard.
    #[command(subcommand)]
    Sync(SyncCommand),
    /// Back up the register and, apart, the keys; `paso serve` may run.
    Backup(Backup),
    /// Make a new data directory (--dir) from a backup.
    Restore(Restore),
}

/// The log.
#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Say how the log stands: what is published, what waits, what each witness last answered.
    ///
    /// Exit codes: 0 green, 3 amber, 1 red, 2 when the command itself cannot be carried out.
    Status,
    /// Print the verifier keys of this year's log and of the next, for witnesses to configure.
    Keys,
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    /// Stop when standard input ends, as on Ctrl-C: for a program that starts this one and must not
    /// leave it behind.
    #[arg(long)]
    pub until_eof: bool,
}

/// What is audited, and how it is told.
#[derive(Debug, Args)]
pub struct Audit {
    /// A check of another kind, by itself.
    #[command(subcommand)]
    pub alone: Option<AuditAlone>,
    /// Only these checks: journal, views, entries, streams, log, heads, duties,
    /// officers, times.
    #[arg(value_parser = check, value_name = "WHAT")]
    pub what: Vec<Check>,
    /// Where the journal is replayed: a directory on an encrypted disk. The data directory when left
    /// out.
    #[arg(long, value_name = "DIR")]
    pub scratch: Option<PathBuf>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of the answer.
    #[arg(long, value_enum, default_value_t = Language::Es, global = true)]
    pub lang: Language,
}

/// Checks that are made by themselves.
#[derive(Debug, Subcommand)]
pub enum AuditAlone {
    /// Hold every signature in the journal against the passkeys that officers had at the time: which
    /// acts were signed as they must be, and that no two signers could be one person.
    ///
    /// Exit codes: 0 nothing found, 1 findings, 2 when the audit itself could not be carried out.
    Approvals(AuditApprovals),
    /// Tell the story of every episode of custody again from the journal, and hold it against itself,
    /// against the signatures and against what was stated to the ombudsman: who is lost, whom nobody
    /// answers for, what waits.
    ///
    /// Exit codes: 0 nothing found, 1 findings, 2 when the audit itself could not be carried out.
    Custody(AuditCustody),
}

/// With what statements are opened.
#[derive(Debug, Args)]
pub struct AuditCustody {
    /// The ombudsman's key for statements, as `veedor statement-key` makes it: each statement is then
    /// opened and held against the facts. It belongs on the ombudsman's machine, so run this on a copy
    /// there.
    #[arg(long, value_name = "FILE")]
    pub statement_key: Option<PathBuf>,
}

/// Where the signatures go.
#[derive(Debug, Args)]
pub struct AuditApprovals {
    /// Write them all to this new file, which anybody checks with `paso verify approvals`. It holds
    /// officers' numbers and no person's data.
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
}

fn check(text: &str) -> Result<Check, String> {
    let mut known = Check::ALL.iter().copied();
    known.find(|check| check.code() == text).ok_or_else(|| {
        let codes: Vec<_> = Check::ALL.iter().map(|check| check.code()).collect();
        format!("write one of {}", codes.join(", "))
    })
}

/// Settings of a new data directory.
#[derive(Debug, Args)]
pub struct Init {
    /// Short code of the authority; its bundles and anchor carry it.
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// Full name of the authority, as printed on cards.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Its state, three letters.
    #[arg(long, default_value = "MEX", value_name = "STATE")]
    pub country: StateCode,
    /// Address that stands in every card and slip, at most 19 characters.
    #[arg(long, value_name = "URL")]
    pub issuer: String,
    /// The post that keeps the authority's own record.
    #[arg(long, value_name = "POST")]
    pub home: PostCode,
    /// Where to complain, as printed: a body outside the authority.
    #[arg(long, value_name = "TEXT")]
    pub complaints: String,
    /// Where pages will be served: a loopback address.
    #[arg(long, default_value = "127.0.0.1:8460", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// The name browsers will use.
    #[arg(long, default_value = "localhost", value_name = "HOST")]
    pub host: String,
    /// The rules: frontera-sur, demo, or a file.
    #[arg(long, default_value = "frontera-sur", value_name = "RULES")]
    pub rules: String,
    /// Mark every page and print as a demonstration.
    #[arg(long)]
    pub demo: bool,
}

/// Keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key beside those there are, and add it to keys.toml. `paso serve` uses it from its next
    /// start on, once its window has begun, and records it; roots are made at the ceremony only.
    Add(AddKey),
    /// End a key before its time: it signs nothing more, and what it signed stands. With `paso serve`
    /// stopped, which records it when it starts.
    ///
    /// With --compromised-from, what it signed from then on turns red wherever the next bundle comes,
    /// and what it signed before is exchanged free.
    End(EndKey),
    /// List the keys: name, purpose, windows, end, and whether the register has it.
    List,
    /// List the cards in force that a key signed from a moment on: their holders get others, free.
    Cards(KeyCards),
}

/// Which key ends, and why.
#[derive(Debug, Args)]
pub struct EndKey {
    /// The key's name: its file, such as card or card-2.
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Since when it may have been in other hands: a moment, or a day, which begins at 00:00 UTC.
    #[arg(long, value_parser = moment_or_day, value_name = "MOMENT")]
    pub compromised_from: Option<Moment>,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The administrator who types this and answers for it.
    #[arg(long = "officer", value_name = "NUMBER")]
    pub by: OfficerNumber,
}

/// Whose cards, from when.
#[derive(Debug, Args)]
pub struct KeyCards {
    /// The key's name: its file, such as card or card-2.
    #[arg(value_name = "NAME")]
    pub name: String,
    /// From when: a moment, or a day, which begins at 00:00 UTC.
    #[arg(long, value_parser = moment_or_day, value_name = "MOMENT")]
    pub from: Moment,
}

fn moment_or_day(text: &str) -> Result<Moment, String> {
    let day = || format!("{text}T00:00:00Z").parse();
    text.parse().or_else(|_| day()).map_err(|_| {
        "write a moment such as 2027-01-01T06:00:00Z, or a day such as 2027-01-01".into()
    })
}

/// Which key, from when.
#[derive(Debug, Args)]
pub struct AddKey {
    /// card, slip, status, device or log.
    #[arg(value_parser = working_purpose)]
    pub purpose: KeyPurpose,
    /// When its window begins, such as 2027-01-01T06:00:00Z or 2027-01-01; now when left out.
    #[arg(long, value_parser = moment_or_day, value_name = "MOMENT")]
    pub from: Option<Moment>,
    /// The administrator who types this and answers for it.
    #[arg(long = "officer", value_name = "NUMBER")]
    pub by: OfficerNumber,
}

fn working_purpose(text: &str) -> Result<KeyPurpose, String> {
    KeyPurpose::ALL
        .into_iter()
        .find(|purpose| purpose.code() == text && *purpose != KeyPurpose::Root)
        .ok_or_else(|| "write card, slip, status, device or log".into())
}

/// Who acts. There is no default: every act has an officer who answers for it.
#[derive(Debug, Args)]
pub struct Acting {
    /// The officer who answers for this act.
    #[arg(long, value_name = "NUMBER")]
    pub officer: OfficerNumber,
    /// The post whose work it is.
    #[arg(long, value_name = "POST")]
    pub post: PostCode,
}

/// Cards.
#[derive(Debug, Subcommand)]
pub enum CardCommand {
    /// Receive an application and issue the card, if the person is eligible.
    Issue(Box<Issue>),
    /// Print a card on an A4 sheet.
    Print(Print),
    /// Revoke a card and publish a bundle that says so.
    Revoke(Revoke),
}

/// An application.
#[derive(Debug, Args)]
pub struct Issue {
    #[command(flatten)]
    /// Who acts.
    pub acting: Acting,
    /// Machine readable zone, lines joined or separate; the fields below override what it says.
    #[arg(long, value_name = "TEXT")]
    pub mrz: Option<String>,
    /// Surnames as written; leave out for a person of one name.
    #[arg(long, required_unless_present = "mrz", value_name = "TEXT")]
    pub surnames: Option<String>,
    /// Given names as written.
    #[arg(long, required_unless_present = "mrz", value_name = "TEXT")]
    pub given: Option<String>,
    /// Date of birth: 1990-05-31, or 1990-05 or 1990 where the rest is unknown.
    #[arg(long, required_unless_present = "mrz", value_name = "DATE")]
    pub birth: Option<BirthDate>,
    /// F, M or X, as the document states it.
    #[arg(long, required_unless_present = "mrz", value_parser = sex, value_name = "LETTER")]
    pub sex: Option<Sex>,
    /// Nationality claimed, three letters.
    #[arg(long, required_unless_present = "mrz", value_name = "STATE")]
    pub nationality: Option<StateCode>,
    /// State of permanent residence, where another.
    #[arg(long, value_name = "STATE")]
    pub residence: Option<StateCode>,
    /// Guatemala's personal code; a mismatch is said, never a refusal.
    #[arg(long, value_name = "DIGITS")]
    pub cui: Option<String>,
    /// Kind of the document shown: dpi, passport, …
    #[arg(long, value_name = "KIND")]
    pub document: Option<DocumentKind>,
    /// Its number as printed.
    #[arg(long, required_unless_present = "mrz", value_name = "TEXT")]
    pub document_number: Option<String>,
    /// The state that issued it; the nationality when left out.
    #[arg(long, value_name = "STATE")]
    pub document_issuer: Option<StateCode>,
    /// A minor, or a person under guardianship, is here with both parents or guardians.
    #[arg(long, conflicts_with_all = ["permission", "birth_certificate"])]
    pub with_both_parents: bool,
    /// Otherwise: before whom the permission was given, notary or justice-of-the-peace.
    #[arg(long, value_name = "BEFORE")]
    pub permission: Option<Permission>,
    /// Otherwise: when the birth certificate shown was issued.
    #[arg(long, value_name = "DATE")]
    pub birth_certificate: Option<jiff::civil::Date>,
    /// An adult under guardianship applies as a minor does.
    #[arg(long)]
    pub under_guardianship: bool,
    /// The record of this person, where the register knows them; `issue` lists who it may be.
    #[arg(long, value_name = "PERSON", conflicts_with = "new_person")]
    pub person: Option<PersonId>,
    /// None of the records that the register offers is this person.
    #[arg(long)]
    pub new_person: bool,
    /// The card that this one replaces; it dies at once.
    #[arg(long, value_name = "CARD", conflicts_with = "renews")]
    pub replaces: Option<CardNumber>,
    /// The card that this one follows; it stays valid until its own end.
    #[arg(long, value_name = "CARD")]
    pub renews: Option<CardNumber>,
}

fn sex(text: &str) -> Result<Sex, String> {
    let mut letters = text.chars();
    match (letters.next().and_then(Sex::from_letter), letters.next()) {
        (Some(sex), None) => Ok(sex),
        _ => Err("write F, M or X".into()),
    }
}

/// Printing.
#[derive(Debug, Args)]
pub struct Print {
    #[command(flatten)]
    /// Who acts.
    pub acting: Acting,
    /// The card.
    pub number: CardNumber,
    /// Where the PDF goes; - for standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// Revoking.
#[derive(Debug, Args)]
pub struct Revoke {
    #[command(flatten)]
    /// Who acts.
    pub acting: Acting,
    /// The card.
    pub number: CardNumber,
    /// lost, stolen, issued-in-error, holder-asked, other-condition or ordered.
    #[arg(long)]
    pub reason: RevocationReason,
    /// In words; an order must be named.
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub note: String,
}

/// A card as it is named for a crossing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardNamed {
    /// By its number, which the register has to know.
    Number(CardNumber),
    /// By the text of its code, and the number in it.
    Text(CardNumber, String),
}

impl CardNamed {
    /// The number.
    #[must_use]
    pub const fn number(&self) -> CardNumber {
        match self {
            Self::Number(number) | Self::Text(number, _) => *number,
        }
    }
}

impl FromStr for CardNamed {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        match (text.parse(), Bearer::of_text(text)) {
            (Ok(number), _) => Ok(Self::Number(number)),
            (Err(NumberError::Shape), Some(bearer)) => {
                Ok(Self::Text(bearer.number, text.to_owned()))
            }
            (Err(error), _) => Err(error),
        }
    }
}

/// An entry or exit.
#[derive(Debug, Args)]
pub struct Crossing {
    #[command(flatten)]
    /// Who acts.
    pub acting: Acting,
    /// The card: its number, or the text of its code, which speaks for a card issued elsewhere.
    pub card: CardNamed,
    /// Where the PDF goes, of the entry's slip or the exit's receipt; - for standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Blank sheets. Their numbers are in the journal before the file is written.
#[derive(Debug, Args)]
pub struct Forms {
    #[command(flatten)]
    /// Who acts, and for which place.
    pub acting: Acting,
    /// What for: application, crossing, encounter or custody.
    #[arg(long)]
    pub kind: SheetKind,
    /// How many, from 1 to 200.
    #[arg(long)]
    pub count: u16,
    /// Where the PDF goes; - for standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// Offline checks.
#[derive(Debug, Subcommand)]
pub enum VerifyCommand {
    /// Check a card, and the slip that goes with it.
    ///
    /// Exit codes: 0 green, 1 red, 3 amber, 2 when the command itself cannot be carried out.
    Card(VerifyCard),
    /// Check a receipt: whether the authority signed it, and whether it kept what it signed.
    ///
    /// Exit codes: 0 green, 1 red, 3 amber, 2 when the command itself cannot be carried out.
    Receipt(VerifyReceipt),
    /// Check the export of an episode of custody, row by row against the log, and tell its story.
    ///
    /// Exit codes: 0 green, 1 red, 3 amber, 2 when the command itself cannot be carried out.
    Export(VerifyExport),
    /// Check all signatures of a register, out of the file that `paso audit approvals` wrote.
    ///
    /// Exit codes: 0 nothing found, 1 findings, 2 when the command itself cannot be carried out.
    Approvals(VerifyApprovals),
}

/// Which signatures are checked.
#[derive(Debug, Args)]
pub struct VerifyApprovals {
    /// The file.
    pub file: PathBuf,
    /// The authority's host name, to which its passkeys are bound; as the file says when left out.
    #[arg(long, value_name = "HOST")]
    pub rp_id: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Language of the answer.
    #[arg(long, value_enum, default_value_t = Language::Es)]
    pub lang: Language,
}

/// Which export is checked, against what.
#[derive(Debug, Args)]
pub struct VerifyExport {
    /// The file, as the authority handed it out.
    pub file: PathBuf,
    /// Trust bundle; bundle.cose of the data directory when left out.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// Anchor file with the pinned roots; anchor.txt of the data directory when left out.
    #[arg(long, value_name = "FILE")]
    pub anchor: Option<PathBuf>,
    /// Which logs and witnesses count; policy.txt of the data directory when left out. Never taken
    /// from where the export is.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Check as of another moment, such as 2026-01-31T18:00:00Z.
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<Moment>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Language of the answer.
    #[arg(long, value_enum, default_value_t = Language::Es)]
    pub lang: Language,
}

/// Which receipt is checked, against what.
#[derive(Debug, Args)]
pub struct VerifyReceipt {
    /// The receipt's text, a file with it, a PNG or JPEG of its code, or - for standard input.
    #[arg(value_name = "TEXT|FILE|-")]
    pub receipt: String,
    /// Trust bundle; bundle.cose of the data directory when left out.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// Anchor file with the pinned roots; anchor.txt of the data directory when left out.
    #[arg(long, value_name = "FILE")]
    pub anchor: Option<PathBuf>,
    /// The log's proof, fetched at the authority from the address that is printed without it
    /// (/log/proof/CODE/COMMITMENT), or at the ombudsman (/mirror/AUTHORITY/proof/CODE/COMMITMENT).
    #[arg(long, value_name = "FILE")]
    pub proof: Option<PathBuf>,
    /// The log was asked and gave no proof.
    #[arg(long, conflicts_with = "proof")]
    pub no_proof: bool,
    /// Which logs and witnesses count; policy.txt of the data directory when left out. Never taken
    /// from where the proof is.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Check as of another moment, such as 2026-01-31T18:00:00Z.
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<Moment>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Language of the answer.
    #[arg(long, value_enum, default_value_t = Language::Es)]
    pub lang: Language,
}

/// What is checked, against what.
#[derive(Debug, Args)]
pub struct VerifyCard {
    /// The card's text, a PNG or JPEG of it, or - for standard input.
    pub card: String,
    /// The slip's text or picture.
    #[arg(long, value_name = "TEXT|FILE")]
    pub slip: Option<String>,
    /// Trust bundle; bundle.cose of the data directory when left out.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// Anchor file with the pinned roots; anchor.txt of the data directory when left out.
    #[arg(long, value_name = "FILE")]
    pub anchor: Option<PathBuf>,
    /// The state in which the check takes place, such as MX-CHP.
    #[arg(long, value_name = "STATE")]
    pub state: String,
    /// Check as of another moment, such as 2026-01-31T18:00:00Z.
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<Moment>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Language of the answer.
    #[arg(long, value_enum, default_value_t = Language::Es)]
    pub lang: Language,
}

/// What the doctor is asked.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Language of the answer.
    #[arg(long, value_enum, default_value_t = Language::Es)]
    pub lang: Language,
}

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Spanish.
    Es,
    /// English.
    En,
}

impl Language {
    /// Whichever of the two is of this language.
    pub const fn pick(self, es: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Es => es,
            Self::En => en,
        }
    }
}

/// Streams: the signed chains that devices write.
#[derive(Debug, Subcommand)]
pub enum StreamCommand {
    /// List the streams that are known here: name, key, how many entries, highest number.
    List,
    /// Write a stretch of a stream to a file.
    Export(ExportStream),
    /// Take in what files hold: stream batches, or feeds of the log from a mirror. Stop `paso serve`
    /// first. Rows that are here already are passed over, so a file may be imported again.
    ///
    /// Exit codes: 0 taken, 3 taken and a device has signed two stories, 2 nothing taken.
    Import(ImportStream),
}

/// Which stretch, to where.
#[derive(Debug, Args)]
pub struct ExportStream {
    /// The stream: 32 hexadecimal digits.
    #[arg(long, value_name = "STREAM")]
    pub stream: StreamId,
    /// The last number that is not needed any more; all when left out.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub after: u64,
    /// Where the file goes; - for standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// What is taken in.
#[derive(Debug, Args)]
pub struct ImportStream {
    /// The files, in the order in which they were written.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A trust bundle that names the devices; bundle.cose of the data directory when left out.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// Say it as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Rules.
#[derive(Debug, Subcommand)]
pub enum ProgramCommand {
    /// Show the rule of a day, its sources, and what contradicts it. Explains only; issues nothing.
    Show(Show),
}

/// Which rule.
#[derive(Debug, Args)]
pub struct Show {
    /// The day; today when left out.
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    /// The rules: frontera-sur, demo, or a file.
    #[arg(long, default_value = "frontera-sur", value_name = "RULES")]
    pub rules: String,
    /// Language of the answer.
    #[arg(long, value_enum, default_value_t = Language::Es)]
    pub lang: Language,
}

/// Making backups, and verifying them.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Backup {
    /// Verify instead.
    #[command(subcommand)]
    pub command: Option<BackupCommand>,
    #[command(flatten)]
    /// Where it goes.
    pub write: BackupWrite,
}

/// Where a backup goes.
///
/// Exit codes: 0 made, 3 made and something about it needs a person, 2 not made.
#[derive(Debug, Args)]
pub struct BackupWrite {
    /// A directory, which `paso` then looks after, or a file: the register.
    #[arg(long, value_name = "DIR|FILE")]
    pub to: Option<PathBuf>,
    /// The same for the keys: another place, another medium.
    #[arg(long, value_name = "DIR|FILE", requires = "to")]
    pub keys_to: Option<PathBuf>,
    /// Restore the new backup at once with this identity file of age; may be given more than once.
    #[arg(long, value_name = "FILE", requires = "keys_to")]
    pub verify_with: Vec<PathBuf>,
    /// Where it is restored for a moment, in clear; the system's temporary directory when left out.
    #[arg(long, value_name = "DIR", requires = "verify_with")]
    pub scratch: Option<PathBuf>,
}

/// What else is done with backups.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Restore a backup into a scratch directory, and record beside it that it could be.
    Verify(BackupVerify),
}

/// Which backup.
#[derive(Debug, Args)]
pub struct BackupVerify {
    /// The register.
    pub file: PathBuf,
    /// The keys of the same backup, or newer ones.
    #[arg(long, value_name = "FILE")]
    pub keys: PathBuf,
    /// An identity file of age; may be given more than once.
    #[arg(long, required = true, value_name = "FILE")]
    pub identity: Vec<PathBuf>,
    /// Take keys that are older than the register.
    #[arg(long)]
    pub older_keys: bool,
    /// Where it is restored for a moment, in clear; the system's temporary directory when left out.
    #[arg(long, value_name = "DIR")]
    pub scratch: Option<PathBuf>,
}

/// What a new data directory is made from.
#[derive(Debug, Args)]
pub struct Restore {
    /// The register.
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// The keys of the same backup, or newer ones.
    #[arg(long, value_name = "FILE")]
    pub keys: PathBuf,
    /// An identity file of age; may be given more than once.
    #[arg(long, required = true, value_name = "FILE")]
    pub identity: Vec<PathBuf>,
    /// Take keys that are older than the register: keys made since are missing, and keys destroyed
    /// since may come back.
    #[arg(long)]
    pub older_keys: bool,
    /// An empty PostgreSQL database for the journal; a file in the directory when left out.
    #[arg(long, value_name = "URL", requires = "subject_keys")]
    pub journal: Option<String>,
    /// An empty PostgreSQL database for the subject keys.
    #[arg(long, value_name = "URL", requires = "journal")]
    pub subject_keys: Option<String>,
}
