//! Looking after the backups in a directory: what has had its time goes, and it is said.

use super::{
    format::Part,
    name::{Found, Name, expired},
    verify,
};
use anyhow::{Context, Result};
use paso_formats::moment::Moment;
use std::{fs, io::Write, path::Path};

/// Removes backups that have had their time, as far as a newer one was restored, and says so.
/// Whether none had to stay for want of one.
pub(super) fn tidy(
    dir: &Path,
    authority: &str,
    part: Part,
    days: u16,
    now: Moment,
    out: &mut impl Write,
) -> Result<bool> {
    let own = Name::new(authority, now, 0, part).authority;
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_str().and_then(Name::parse);
        if let Some(name) = name
            && name.authority == own
            && name.part == part
        {
            found.push(Found {
                verified: false,
                name,
            });
        }
    }
    // Reading a whole file again is only worth it when something depends on it.
    if !expired(&found, part, days, now).kept.is_empty() {
        for one in &mut found {
            one.verified = verify::is_recorded(&dir.join(one.name.to_string()));
        }
    }
    let sorted = expired(&found, part, days, now);
    for name in &sorted.superseded {
        let path = dir.join(name.to_string());
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        fs::remove_file(verify::record_of(&path)).ok();
        writeln!(
            out,
            "Removed {name}: older than {days} days, and a newer one was restored."
        )?;
    }
    for name in &sorted.kept {
        writeln!(
            out,
            "Kept {name}, though older than {days} days: no newer one has been restored yet. \
             Run `paso backup verify`."
        )?;
    }
    Ok(sorted.kept.is_empty())
}
