//! The ombudsman's key for statements, out of the file that `veedor statement-key` made.

use anyhow::{Context, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use paso_formats::statement::OpeningKey;
use std::{fs, os::unix::fs::PermissionsExt, path::Path};
use zeroize::Zeroizing;

pub(super) fn load(path: &Path) -> Result<OpeningKey> {
    const OTHERS: u32 = 0o077;
    let shown = path.display();
    let about = fs::metadata(path).with_context(|| format!("cannot read the key {shown}"))?;
    if about.permissions().mode() & OTHERS != 0 {
        bail!("others can read the key {shown}; find out who did, then run: chmod 600 {shown}");
    }
    let text = fs::read(path).map(Zeroizing::new);
    let text = text.with_context(|| format!("cannot read the key {shown}"))?;
    let seed = STANDARD.decode(text.trim_ascii()).map(Zeroizing::new);
    let seed = seed
        .ok()
        .and_then(|seed| <[u8; 32]>::try_from(seed.as_slice()).ok());
    let key = seed.and_then(|seed| OpeningKey::from_random(seed).ok());
    key.with_context(|| {
        format!("{shown} holds no key for statements; it is made by `veedor statement-key`")
    })
}
