//! `paso key add`: a successor for a key whose window ends, or a key that a newer version needs.
//!
//! The private half goes into the folder of keys, its line to the end of `keys.toml`; nothing that is
//! there is changed, so an interrupted run leaves at most a file that no list names.

use crate::{cli::AddKey, datadir, datadir::DataDir, keylist};
use anyhow::{Context, Result, ensure};
use paso_formats::moment::{MINUTE, Moment};
use paso_service::ceremony::{self, KeyPurpose};
use std::{fs, io::Write};

/// Makes the key, and says when it signs.
pub fn add(dir: &DataDir, args: &AddKey, now: Moment, out: &mut impl Write) -> Result<()> {
    let list = dir.key_list();
    let text = fs::read_to_string(&list).with_context(|| {
        format!(
            "cannot read {}; run `paso init` first, or name the directory with --dir",
            list.display()
        )
    })?;
    let entries =
        keylist::parse(&text).with_context(|| format!("{} cannot be used", list.display()))?;
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
    let (entry, secret) = ceremony::make(args.purpose, &file, from)?;
    datadir::write(&dir.keys().join(&file), &secret, 0o600)?;
    let longer = format!("{}\n{}", text.trim_end(), keylist::line(&entry));
    // What will be read at the next start is read now.
    keylist::parse(&longer).with_context(|| format!("{} cannot be used", list.display()))?;
    datadir::write(&list, longer.as_bytes(), 0o600)?;
    writeln!(
        out,
        "keys/{file} signs from {} to {}.\n\
         Restart `paso serve` to use it, and make a backup of the keys now.",
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
