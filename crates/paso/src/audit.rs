//! `paso audit`: what is stored, held against what can be proven of it.
//!
//! It opens the databases for itself and writes nothing to them, so it runs beside `paso serve` and on
//! a restored copy alike. It judges with what lies in the data directory: the newest trust bundle, the
//! log's policies, its tiles and its guard.

mod approvals;
pub mod custody;
mod words;

use crate::{
    cli::{Audit, AuditAlone},
    datadir::DataDir,
    serve,
};
use anyhow::{Context, Result};
use paso_formats::{
    anchor::Anchor,
    bundle::{self, TrustedKey},
    moment::{DAY, HOUR},
};
use paso_service::{clock::Clock, log::LogPolicy};
use paso_store::audit::{Check, Known, Limits, Line, Report, TileFiles};
use paso_tlog::{
    checkpoint::{Head, Origin},
    hash::Hash,
    tile::TilePath,
};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeSet,
    fs, io,
    io::Write,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};
use words::Words;

/// Audits, tells, and gives the exit code: 0 for a clean register, 1 for findings.
pub async fn run(dir: &DataDir, args: &Audit, out: &mut impl Write) -> Result<u8> {
    match &args.alone {
        Some(AuditAlone::Approvals(asked)) => return approvals::run(dir, asked, args, out).await,
        Some(AuditAlone::Custody(asked)) => return custody::run(dir, asked, args, out).await,
        None => {}
    }
    let config = serve::config(dir)?;
    let checks: BTreeSet<Check> = if args.what.is_empty() {
        Check::ALL.iter().copied().collect()
    } else {
        args.what.iter().copied().collect()
    };
    let keys = device_keys(dir)?;
    let policies = policies(dir, &config.log.policy)?;
    let guard = guard(&crate::log::guard(dir, &config))?;
    let tiles = Tiles(dir.path().join("log"));
    let scratch = Scratch::make(args.scratch.as_deref().unwrap_or(dir.path()))?;
    let known = Known {
        keys: keys.as_deref(),
        policies: &policies,
        tiles: tiles.0.is_dir().then_some(&tiles as &dyn TileFiles),
        guard: &guard,
        now: Clock::System.now(),
        limits: Limits {
            sandwich: i64::from(config.audit.sandwich_hours) * HOUR,
            waiting: i64::from(config.audit.waiting_hours) * HOUR,
            sheets: i64::from(config.audit.sheet_days) * DAY,
        },
        scratch: scratch.0.clone(),
    };
    let report = paso_store::audit::audit(&config.store(dir.path())?, &checks, &known)
        .await
        .context("the audit could not be carried out")?;
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &as_json(&report))?;
        writeln!(out)?;
    } else {
        say(&report, &Words::of(args.lang), out)?;
    }
    Ok(u8::from(!report.is_clean()))
}

/// The keys that devices may have; none where there is no bundle here. One that cannot be opened is
/// no bundle, and no reason to look away.
fn device_keys(dir: &DataDir) -> Result<Option<Vec<TrustedKey>>> {
    if !dir.bundle().is_file() {
        return Ok(None);
    }
    let anchor: Anchor = fs::read_to_string(dir.anchor())
        .with_context(|| format!("cannot read {}", dir.anchor().display()))?
        .parse()
        .with_context(|| format!("{} cannot be used", dir.anchor().display()))?;
    let bytes = fs::read(dir.bundle())
        .with_context(|| format!("cannot read {}", dir.bundle().display()))?;
    let bundle = bundle::open(&bytes, &anchor.pinned()?)
        .with_context(|| format!("{} cannot be used", dir.bundle().display()))?;
    Ok(Some(bundle.bundle().keys.clone()))
}

/// The log's policy, and those before it: `policy-….txt` beside it.
fn policies(dir: &DataDir, newest: &str) -> Result<Vec<String>> {
    let mut names: Vec<PathBuf> = fs::read_dir(dir.path())
        .with_context(|| format!("cannot read {}", dir.path().display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            let is_text = path.extension().is_some_and(|extension| extension == "txt");
            name.is_some_and(|name| name == newest || name.starts_with("policy-") && is_text)
        })
        .collect();
    names.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        LogPolicy::parse(&text).with_context(|| format!("{} cannot be used", path.display()))?;
        Ok(text)
    };
    names.iter().map(read).collect()
}

/// The heads that the guard saw signed: after its title, size, root and origin in each line.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn guard(path: &Path) -> Result<Vec<(Origin, Head)>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    let line = |line: &str| {
        let (size, rest) = line.split_once(' ')?;
        let (root, origin) = rest.split_once(' ')?;
        let head = Head {
            size: size.parse().ok()?,
            root: Hash::from_base64(root)?,
        };
        Some((Origin::new(origin)?, head))
    };
    text.lines()
        .skip(1)
        .map(line)
        .collect::<Option<_>>()
        .with_context(|| {
            format!(
                "{} is damaged, and it says what was signed last; put back the copy on the other disk",
                path.display()
            )
        })
}

/// The directory of full tiles: one directory for each log, named as the last part of its origin.
pub struct Tiles(pub PathBuf);

impl TileFiles for Tiles {
    fn read(&self, origin: &Origin, path: &TilePath) -> io::Result<Option<Vec<u8>>> {
        let Some((_, label)) = origin.as_ref().rsplit_once('/') else {
            return Ok(None);
        };
        // The origin is the database's word, and a path of two dots would lead elsewhere.
        if label.is_empty()
            || !label
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
        {
            return Ok(None);
        }
        match fs::read(self.0.join(label).join(path.to_string())) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A directory for the replay, which holds what the views hold: in clear, on the same disk as they,
/// and gone with the audit.
struct Scratch(PathBuf);

impl Scratch {
    fn make(beside: &Path) -> Result<Self> {
        let path = beside.join(format!("audit-{}", std::process::id()));
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| {
                format!(
                    "cannot make {} for the replay; name a directory on an encrypted disk with \
                     --scratch",
                    path.display()
                )
            })?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(
                "{} could not be removed, and it holds personal data: {error}",
                self.0.display()
            );
        }
    }
}

fn say(report: &Report, words: &Words, out: &mut impl Write) -> Result<()> {
    writeln!(out, "{} {}\n", words.up_to(), report.position)?;
    for (check, line) in &report.lines {
        writeln!(
            out,
            "{:<8} {:<9} {}",
            check.code(),
            words.outcome(line),
            details(line, words)
        )?;
        for code in line.found.keys() {
            writeln!(
                out,
                "         {} ({}): {}",
                code.code(),
                line.found[code],
                words.finding(*code)
            )?;
            for finding in line.findings.iter().filter(|found| found.code == *code) {
                writeln!(out, "           {}", finding.place)?;
            }
            let kept = line.findings.iter().filter(|found| found.code == *code);
            let more = line.found[code] - kept.count() as u64;
            if more > 0 {
                writeln!(out, "           … +{more}")?;
            }
        }
    }
    writeln!(out, "\n{}", words.verdict(report.is_clean()))?;
    Ok(())
}

fn details(line: &Line, words: &Words) -> String {
    if let Some(why) = line.skipped {
        return words.skipped(why).to_owned();
    }
    let counted: Vec<_> = line
        .counted
        .iter()
        .map(|(what, count)| format!("{count} {}", words.counted(*what)))
        .collect();
    counted.join(", ")
}

fn as_json(report: &Report) -> Value {
    let counts = |pairs: Vec<(&'static str, u64)>| -> Map<String, Value> {
        let pairs = pairs.into_iter();
        pairs
            .map(|(name, count)| (name.to_owned(), count.into()))
            .collect()
    };
    let lines: Vec<_> = report
        .lines
        .iter()
        .map(|(check, line)| {
            json!({
                "check": check.code(),
                "outcome": words::outcome_code(line),
                "skipped": line.skipped.map(paso_store::audit::Skipped::code),
                "counted": counts(line.counted.iter().map(|(what, n)| (what.code(), *n)).collect()),
                "found": counts(line.found.iter().map(|(code, n)| (code.code(), *n)).collect()),
                "findings": line
                    .findings
                    .iter()
                    .map(|found| json!({
                        "code": found.code.code(),
                        "place": found.place.to_string(),
                    }))
                    .collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "position": report.position,
        "clean": report.is_clean(),
        "checks": lines,
    })
}
