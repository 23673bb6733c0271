//! `veedor count`: a head-count against what had been committed, written as a signed note.

use super::{board::sort, databases, hexadecimal};
use crate::{
    cli,
    clock::Clock,
    custody::{
        Told,
        count::{BLIND_AFTER, Committed, Reckoning, Visit, reckon},
        episode::Handle,
    },
    datadir::DataDir,
    disk::Disk,
    key::Key,
    mirror::{self, Db},
    statements,
};
use anyhow::{Context, Result, bail};
use core::fmt::Write as _;
use paso_formats::{handle::ShortHandle, moment::MINUTE, receipt};
use paso_tlog::note::{Ed25519Key, Sign as _, SignedNote};
use std::{collections::BTreeSet, fs, io::Write, path::Path};

/// What the note begins with. A checkpoint begins with the name of a log, and what a witness signs
/// with `cosignature/v1`: this is neither.
const FIRST: &str = "paso head-count 1";

pub(crate) async fn run(
    dir: &DataDir,
    args: &cli::Count,
    clock: &Clock,
    out: &mut impl Write,
) -> Result<()> {
    if args.output.exists() {
        bail!(
            "{} is there already; choose another name, nothing was written",
            args.output.display()
        );
    }
    if args.at > clock.moment() {
        bail!("the visit lies ahead; write --at as the time at which people were counted, in UTC");
    }
    let key = statements::load(&args.key)?;
    let (config, mut databases) = databases(dir, Some(&args.authority)).await?;
    let (_, db) = databases.swap_remove(0);
    let committed = mirror::committed(&db, args.at).await?;
    let (told, silent) = sort(mirror::told(&db, &key).await?);
    let shown = match &args.receipts {
        Some(path) => read_receipts(path, &db, &committed, &told).await?,
        None => Shown::default(),
    };
    db.close().await;
    let visit = Visit {
        place: args.place.clone(),
        at: args.at,
        counted: args.counted,
        named: shown.episodes.clone(),
    };
    let reckoning = reckon(&told, &committed, &visit);
    let text = note(args, clock, &committed, &reckoning, &shown, silent.len());
    let signer = Key::load(&dir.path().join(&config.key))?;
    let public = Ed25519Key::new(config.name, &signer.public_key())?;
    let whole = SignedNote::sign(text.clone(), &public, &signer)?;
    Disk::reliable()
        .write(&args.output, whole.to_string().as_bytes(), 0o600)
        .with_context(|| format!("cannot write {}", args.output.display()))?;
    write!(out, "{text}")?;
    writeln!(
        out,
        "\nSigned, in {}; the key that checks it:\n    {public}",
        args.output.display()
    )?;
    Ok(())
}

/// What was read from papers.
#[derive(Default)]
struct Shown {
    episodes: BTreeSet<Handle>,
    /// Codes of which the log had no entry before the visit.
    unknown: Vec<receipt::Code>,
    codes: usize,
    /// Episodes of which no statement was ever made.
    unheard: Vec<ShortHandle>,
}

async fn read_receipts(
    path: &Path,
    db: &Db,
    committed: &Committed,
    told: &[Told],
) -> Result<Shown> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut shown = Shown::default();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(handle) = handle(line) {
            shown.episodes.insert(handle);
        } else if let Some(handle) = said_shortly(line, told) {
            shown.episodes.insert(handle);
        } else if let Ok(code) = line.parse::<receipt::Code>() {
            shown.codes += 1;
            if !mirror::receipt_was_held(db, code, committed).await? {
                shown.unknown.push(code);
            }
        } else if let Ok(short) = line.parse::<ShortHandle>() {
            shown.unheard.push(short);
        } else {
            bail!(
                "line {} of {} is neither the four words or the text of a custody receipt's square, nor \
                 the 32 digits of an episode, nor a receipt's code; nothing was written",
                number + 1,
                path.display()
            );
        }
    }
    Ok(shown)
}

/// The episode that a line names by four words or eight characters, of those that any statement tells.
fn said_shortly(line: &str, told: &[Told]) -> Option<Handle> {
    let short: ShortHandle = line.parse().ok()?;
    let mut known = told.iter().map(|told| told.statement.episode);
    known.find(|handle| short.begins(handle))
}

/// The episode that a line names, by its digits or by the receipt whose text it is.
fn handle(line: &str) -> Option<Handle> {
    if let Ok(read) = receipt::read(line) {
        return match read.claims().body.facts().handle {
            Some(receipt::Handle::Episode(handle)) => Some(handle),
            _ => None,
        };
    }
    from_hexadecimal(line)
}

/// The inverse of [`hexadecimal`], of 16 bytes.
pub(crate) fn from_hexadecimal(text: &str) -> Option<Handle> {
    let mut handle = [0; 16];
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in handle.iter_mut().zip((0..32).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(handle)
}

fn note(
    args: &cli::Count,
    clock: &Clock,
    committed: &Committed,
    found: &Reckoning,
    shown: &Shown,
    silent: usize,
) -> String {
    let mut text = format!("{FIRST}\n");
    let mut line = |name: &str, value: &dyn core::fmt::Display| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name} {value}");
    };
    line("authority", &args.authority);
    line("place", &args.place);
    line("visited", &args.at);
    line("reckoned", &clock.moment());
    line("counted", &args.counted);
    line("entered", &found.entered);
    line("left", &found.left);
    line("present", &found.present);
    line("told-since", &found.told_since);
    for (label, size) in &committed.sizes {
        line("committed", &format_args!("{label} {size}"));
    }
    match committed.published {
        Some(published) => line("published", &published),
        None => line("published", &"nothing before the visit"),
    }
    line(
        "result",
        &format_args!("{} {}", found.verdict.code(), found.verdict.people()),
    );
    for stands in &found.late {
        line(
            "late",
            &format_args!(
                "{} {} {}",
                stands.label,
                stands.place,
                stands.recorded.start()
            ),
        );
    }
    for handle in &found.strangers {
        line("not-committed-here", &hexadecimal(handle));
    }
    if shown.codes > 0 {
        line("receipts", &shown.codes);
    }
    for code in &shown.unknown {
        line("receipt-not-committed", &code);
    }
    for short in &shown.unheard {
        line("never-told", &short);
    }
    if silent > 0 {
        line("rows-that-tell-nothing", &silent);
    }
    if found.blind {
        line(
            "blind",
            &format_args!(
                "no head seen in the {} minutes before the visit: nothing is said of what came late",
                BLIND_AFTER / MINUTE
            ),
        );
    }
    text
}
