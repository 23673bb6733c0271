//! `paso key`: a successor for a key whose window ends, or a key that a newer version needs; the end of
//! one before its time; and lists.
//!
//! A new private half goes into the folder of keys, its line to the end of `keys.toml`; nothing that is
//! there is changed, so an interrupted run leaves at most a file that no list names. An end rewrites the
//! list, whole or not at all. The journal follows when `paso serve` starts
//! (`service/src/officers/keys.rs`), so a power cut between the two loses nothing.

mod lines;

pub use lines::{cards, list};

use crate::{
    cli::{AddKey, EndKey},
    datadir,
    datadir::DataDir,
    keylist,
};
use anyhow::{Context, Result, ensure};
use paso_formats::moment::{MINUTE, Moment};
use paso_service::ceremony::{self, KeyEnding, KeyEntry, KeyPurpose};
use std::{fs, io::Write, path::PathBuf};

/// Makes the key, and says when it signs.
pub fn add(dir: &DataDir, args: &AddKey, now: Moment, out: &mut impl Write) -> Result<()> {
    let (list, text, entries) = read(dir)?;
    // Clocks of posts may run a little behind this one.
    let from = args.from.unwrap_or_else(|| now.plus(-5 * MINUTE));
    ensure!(
        from >= now.plus(-5 * MINUTE),
        "a key's window begins now or later; leave --from out or name a moment to come"
    );
    let file = (1..=u16::MAX)
        .map(|number| match number {
            1 => format!("{}.pk8", args.purpose.code()),
            _ => format!("{}-{number}.pk8", args.purpose.code()),
        })
        .find(|file| {
            !entries.iter().any(|entry| entry.file == *file) && !dir.keys().join(file).exists()
        })
        .context("the folder of keys has no name left to give")?;
    let (mut entry, secret) = ceremony::make(args.purpose, &file, from)?;
    entry.by = Some(args.by.clone());
    datadir::write(&dir.keys().join(&file), &secret, 0o600)?;
    let longer = format!("{}\n{}", text.trim_end(), keylist::line(&entry));
    // What will be read at the next start is read now.
    keylist::parse(&longer).with_context(|| format!("{} cannot be used", list.display()))?;
    datadir::write(&list, longer.as_bytes(), 0o600)?;
    writeln!(
        out,
        "keys/{file} signs from {} to {}.\n\
         Restart `paso serve` to use and record it, and make a backup of the keys now.",
        entry.sign_from, entry.sign_until
    )?;
    if args.purpose == KeyPurpose::Log {
        writeln!(
            out,
            "Before that, see `paso log keys`: give the new verifier key to every witness, who lists it \
             beside the old one, and put it into the log line of policy.txt. Until they know it nothing \
             is published."
        )?;
    }
    Ok(())
}

/// Ends a key, and says what follows. No program runs meanwhile: what it signed after the end would
/// look forged in honest hands.
pub fn end(dir: &DataDir, args: &EndKey, now: Moment, out: &mut impl Write) -> Result<()> {
    let (list, _, mut entries) = read(dir)?;
    let _owned = dir.own()?;
    let reason = args.reason.trim();
    ensure!(
        !reason.is_empty(),
        "write the reason in a few words; it stays with the act"
    );
    ensure!(
        args.compromised_from.is_none_or(|from| from <= now),
        "nothing can be known to be in other hands from a future moment on; correct the date"
    );
    let names = |entries: &[KeyEntry]| {
        let names: Vec<_> = entries
            .iter()
            .map(|entry| entry.name().to_owned())
            .collect();
        names.join(", ")
    };
    let at = entries
        .iter()
        .position(|entry| entry.name() == args.name || entry.file == args.name)
        .with_context(|| {
            format!(
                "there is no key {}; there are {}",
                args.name,
                names(&entries)
            )
        })?;
    let purpose = entries[at].purpose;
    ensure!(
        purpose != KeyPurpose::Root,
        "a root ends at a ceremony with the other authorities, who have it pinned; call them today"
    );
    let news = |known: Option<Moment>| {
        let earlier = |from| known.is_none_or(|known| from < known);
        args.compromised_from.is_some_and(earlier)
    };
    ensure!(
        entries[at].ended.is_none() || news(entries[at].compromised_at),
        "{} has ended already",
        args.name
    );
    let others = entries.iter().enumerate().filter(|(other, _)| *other != at);
    ensure!(
        others
            .filter(|(_, other)| other.purpose == purpose)
            .any(|(_, other)| other.signs_at(now)),
        "no other {0} key may sign now, and without one nothing can be recorded; make its successor \
         first: `paso key add {0}`",
        purpose.code()
    );
    let entry = &mut entries[at];
    let from = entry
        .ended
        .as_ref()
        .map_or(now, |ended| ended.from.min(now));
    entry.ended = Some(KeyEnding {
        // An end before the beginning would be no window at all.
        from: from.max(entry.sign_from),
        by: args.by.clone(),
        reason: reason.to_owned(),
    });
    if news(entry.compromised_at) {
        entry.compromised_at = args.compromised_from;
    }
    let text = keylist::write(&entries);
    // What will be read at the next start is read now.
    keylist::parse(&text).with_context(|| format!("{} cannot be used", list.display()))?;
    datadir::write(&list, text.as_bytes(), 0o600)?;
    writeln!(
        out,
        "keys/{} signs nothing more. Start `paso serve` now: it records the end and publishes a bundle \
         that says so; then carry bundle.cose.",
        entries[at].file
    )?;
    match (purpose, entries[at].compromised_at) {
        (KeyPurpose::Card, Some(from)) => writeln!(
            out,
            "What it signed from {from} on turns red, and honest holders are among those: see \
             `paso key cards {} --from {from}`, and give each another card, free.",
            args.name
        )?,
        (KeyPurpose::Log, _) => writeln!(
            out,
            "Tell every witness, and take its line out of policy.txt once the successor's heads are \
             countersigned."
        )?,
        _ => {}
    }
    Ok(())
}

fn read(dir: &DataDir) -> Result<(PathBuf, String, Vec<KeyEntry>)> {
    let list = dir.key_list();
    let text = fs::read_to_string(&list).with_context(|| {
        format!(
            "cannot read {}; run `paso init` first, or name the directory with --dir",
            list.display()
        )
    })?;
    let entries =
        keylist::parse(&text).with_context(|| format!("{} cannot be used", list.display()))?;
    Ok((list, text, entries))
}
