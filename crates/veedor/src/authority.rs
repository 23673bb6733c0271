//! What `veedor.toml` names of an authority, read and compared: its anchor, the token, the address.

use crate::{
    config::{Authority, Config},
    datadir::DataDir,
    mirror::{HttpHub, Settings},
    token::Token,
};
use anyhow::{Context, Result, bail};
use core::fmt::Write as _;
use paso_formats::anchor::Anchor;
use paso_tlog::{cosignature::CosignerKey, policy::Policy};
use std::fs;

/// What the anchor of an authority says, and how its logs are believed: by their keys, and by the
/// witnesses of the policy.
pub fn settings(
    dir: &DataDir,
    config: &Config,
    authority: &Authority,
    policy: &Policy,
) -> Result<Settings> {
    let witnesses = policy.witnesses().iter();
    let path = dir.path().join(&authority.anchor);
    let text = fs::read_to_string(&path).with_context(|| {
        format!(
            "cannot read the anchor {} of {}; bring it from its operator, and compare it in person",
            path.display(),
            authority.code
        )
    })?;
    let anchor: Anchor = text
        .parse()
        .with_context(|| format!("{} cannot be used", path.display()))?;
    if anchor.authority != authority.code {
        bail!(
            "{} is the anchor of {}, not of {}; correct one of them",
            path.display(),
            anchor.authority,
            authority.code
        );
    }
    Ok(Settings {
        code: authority.code.clone(),
        pinned: anchor.pinned()?,
        bundle: authority.bundle.as_ref().map(|file| dir.path().join(file)),
        logs: config.logs_of(&authority.code),
        witnesses: witnesses.map(|witness| witness.key.clone()).collect(),
        most_bytes: u64::from(config.most_gigabytes) << 30,
    })
}

/// Whose logs and witnesses make a receipt final.
pub fn policy(dir: &DataDir, config: &Config, own: &CosignerKey) -> Result<Policy> {
    let Some(file) = &config.policy else {
        let mut text = format!("witness veedor {own}\nquorum veedor\n");
        for key in config.logs.iter().flat_map(|log| &log.keys) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "log {key}");
        }
        return Policy::parse(text.as_bytes()).context("the keys of veedor.toml make no policy");
    };
    let path = dir.path().join(file);
    let text = fs::read(&path).with_context(|| {
        format!(
            "cannot read {}; correct `policy` in veedor.toml",
            path.display()
        )
    })?;
    Policy::parse(&text).with_context(|| format!("{} cannot be used", path.display()))
}

/// The hub of an authority, to be asked with its token.
pub fn hub(dir: &DataDir, authority: &Authority) -> Result<HttpHub> {
    let token = Token::load(&dir.path().join(&authority.token))?;
    Ok(HttpHub::new(&authority.url, token.expose())?)
}
