//! What a hub tells its posts of the authority, and the configuration that a post makes of it.

use crate::config::{Config, quoted};
use anyhow::{Context, Result};
use paso_domain::crossings::PostCode;
use paso_service::sync::Settings;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, net::SocketAddr, path::Path};

/// The settings of an authority that its posts share. What only concerns the hub's own machine is not
/// among them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Shared {
    pub(super) code: String,
    name: String,
    country: String,
    issuer: String,
    complaints: String,
    demo: bool,
    demo_from: Option<String>,
    statement_key: String,
    old_after_days: u16,
    unusable_after_days: u16,
    heartbeat_minutes: u16,
    /// Host and port under which the hub's pages are served.
    pub(super) host: String,
    /// Rules, crossings, roles, clocks, lengths of shifts and terms: a name that every program knows, or the file itself.
    programme: BTreeMap<String, Named>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Named {
    Known(String),
    File(String),
}

/// The names that need no file.
const KNOWN: [&str; 4] = ["frontera-sur", "demo", "southern-border", "shipped"];

/// What this hub tells its posts. `pages` is where its own are.
pub(super) fn of_hub(
    config: &Config,
    anchor: &Path,
    pages: &str,
    demo_from: &str,
) -> Result<Settings> {
    let (authority, programme) = (&config.authority, &config.programme);
    let named = [
        ("rules", &programme.rules),
        ("crossings", &programme.crossings),
        ("roles", &programme.roles),
        ("clocks", &programme.clocks),
        ("phones", &programme.phones),
        ("contradictions", &programme.contradictions),
    ];
    let named = named.into_iter().map(|(what, name)| {
        let value = if KNOWN.contains(&name.as_str()) {
            Named::Known(name.clone())
        } else {
            let text = fs::read_to_string(name).with_context(|| format!("cannot read {name}"))?;
            Named::File(text)
        };
        Ok((what.to_owned(), value))
    });
    let shared = Shared {
        code: authority.code.clone(),
        name: authority.name.clone(),
        country: authority.country.clone(),
        issuer: authority.issuer.clone(),
        complaints: authority.complaints.clone(),
        demo: config.web.demo,
        demo_from: (programme.rules == "demo").then(|| demo_from.to_owned()),
        statement_key: config.custody.statement_key.clone(),
        old_after_days: config.bundle.old_after_days,
        unusable_after_days: config.bundle.unusable_after_days,
        heartbeat_minutes: config.log.heartbeat_minutes,
        host: pages.split("://").last().unwrap_or_default().to_owned(),
        programme: named.collect::<Result<_>>()?,
    };
    Ok(Settings {
        settings: serde_json::to_vec(&shared)?,
        anchor: fs::read(anchor).with_context(|| format!("cannot read {}", anchor.display()))?,
    })
}

/// What a post's configuration says of its own machine.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    pub(super) dir: &'a Path,
    pub(super) post: PostCode,
    pub(super) hub: &'a str,
    pub(super) listen: SocketAddr,
    pub(super) host: &'a str,
    /// Whether the hub certifies its name.
    pub(super) is_certified: bool,
}

impl Shared {
    /// The settings as they came.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        serde_json::from_slice(bytes)
            .context("the hub's settings cannot be read; use the same version of paso at both")
    }

    /// The hub's host name, without its port.
    pub(super) fn authority_host(&self) -> &str {
        self.host
            .rsplit_once(':')
            .map_or(&self.host, |(host, _)| host)
    }

    /// The files that have to lie in the post's directory.
    pub(super) fn files(&self) -> impl Iterator<Item = (String, &str)> {
        self.programme
            .iter()
            .filter_map(|(what, named)| match named {
                Named::File(text) => Some((format!("{what}.toml"), text.as_str())),
                Named::Known(_) => None,
            })
    }

    /// The configuration of a post.
    pub(super) fn config(&self, here: &Here<'_>) -> String {
        let Here {
            dir,
            post,
            hub,
            listen,
            host,
            is_certified,
        } = *here;
        let certificate = if is_certified { "" } else { "# " };
        let programme: Vec<_> = self
            .programme
            .iter()
            .map(|(what, named)| {
                let value = match named {
                    Named::Known(name) => name.clone(),
                    Named::File(_) => dir.join(format!("{what}.toml")).display().to_string(),
                };
                format!("{what} = {}\n", quoted(&value))
            })
            .collect();
        let programme = programme.concat();
        let demo_from = self.demo_from.as_ref().map_or(String::new(), |day| {
            format!("demo_from = {}\n", quoted(day))
        });
        format!(
            "# A post of {name}. What is the authority's came from its hub when this machine was\n\
             # enrolled; `paso check-config` explains mistakes.\n\n\
             [authority]\ncode = {code}\nname = {quoted_name}\ncountry = {country}\n\
             issuer = {issuer}\ncomplaints = {complaints}\n\
             # The post where this machine stands.\nhome = {home}\n\n\
             [post]\n\
             # Where the hub's pages are. A number serves as well as a name.\nhub = {hub}\n\
             # The name under which the hub serves them.\nhub_host = {hub_host}\n\
             # How often the hub is asked while there is nothing to send.\nevery_seconds = 30\n\n\
             [web]\nlisten = {listen}\n\
             # It ends in the hub's own name, so that officers' passkeys work here.\nhost = {host}\n\
             # With an authority for names at the hub (`paso post ca`) these two are renewed by it.\n\
             {certificate}certificate = \"tls/name.pem\"\n\
             {certificate}certificate_key = \"tls/name.key\"\n\
             demo = {demo}\n\n\
             [programme]\n{programme}{demo_from}\n\
             [custody]\nstatement_key = {statement_key}\n\n\
             [bundle]\nold_after_days = {old}\nunusable_after_days = {unusable}\n\n\
             [log]\n# After so long without an act this device says that it lives.\n\
             heartbeat_minutes = {heartbeat}\n",
            name = self.name.replace('\n', " "),
            quoted_name = quoted(&self.name),
            code = quoted(&self.code),
            country = quoted(&self.country),
            issuer = quoted(&self.issuer),
            complaints = quoted(&self.complaints),
            home = quoted(&post.to_string()),
            hub = quoted(hub),
            hub_host = quoted(&self.host),
            listen = quoted(&listen.to_string()),
            host = quoted(host),
            demo = self.demo,
            statement_key = quoted(&self.statement_key),
            old = self.old_after_days,
            unusable = self.unusable_after_days,
            heartbeat = self.heartbeat_minutes,
        )
    }
}
