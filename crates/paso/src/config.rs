//! The one configuration file, with every default written out.
//!
//! There are no layers: a file, and a few flags that name another place. `paso check-config`
//! prints what is in force.

mod template;

pub use template::{Template, quoted};

use paso_domain::crossings::PostCode;
use paso_formats::{
    anchor::Anchor,
    field::StateCode,
    moment::{DAY, Moment},
    statement::{NotAKey, SealingKey},
};
use paso_listen::Trust;
use paso_pages::security;
use paso_service::{
    Authority, BundleAges,
    custody::{Neighbour, Neighbours},
    log::{Base, NotABase},
    sync::Hub,
};
use serde::Deserialize;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, an unknown setting, or a value of another type.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A value that cannot be used.
    #[error("{setting}: {problem}")]
    Value {
        /// Which setting.
        setting: &'static str,
        /// What is wrong and what to write instead.
        problem: String,
    },
}

/// The configuration as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who runs this installation.
    pub authority: AuthoritySection,
    /// Pages.
    #[serde(default)]
    pub web: WebSection,
    /// Databases.
    #[serde(default)]
    pub store: StoreSection,
    /// Rules and places.
    #[serde(default)]
    pub programme: ProgrammeSection,
    /// The trust bundle.
    #[serde(default)]
    pub bundle: BundleSection,
    /// Custody.
    #[serde(default)]
    pub custody: CustodySection,
    /// What an audit lets pass.
    #[serde(default)]
    pub audit: AuditSection,
    /// Backups.
    #[serde(default)]
    pub backup: BackupSection,
    /// The log of all entries: origin, witnesses, mirror.
    #[serde(default)]
    pub log: LogSection,
    /// What this hub lends its posts.
    #[serde(default)]
    pub posts: PostsSection,
    /// That this is a post, and where its hub is; a hub has no such section.
    pub post: Option<PostSection>,
    /// What the program tells whoever runs it, without personal data.
    #[serde(default)]
    pub messages: MessagesSection,
}

/// See [`Authority`].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthoritySection {
    /// Short code.
    pub code: String,
    /// Full name, as printed.
    pub name: String,
    /// State, three letters.
    pub country: String,
    /// URI in cards and slips, at most 19 characters.
    pub issuer: String,
    /// The post that keeps leases and bundles.
    pub home: String,
    /// Where to complain, as printed.
    pub complaints: String,
    /// Addresses where others fetch bundles.
    #[serde(default)]
    pub endpoints: Vec<String>,
}

/// Where pages are served.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebSection {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Host name under which browsers reach it.
    pub host: String,
    /// Marks every page and print as a demonstration.
    pub demo: bool,
    /// PEM file of the certificate and those that vouch for it, for TLS of our own.
    pub certificate: Option<PathBuf>,
    /// PEM file of its private key.
    pub certificate_key: Option<PathBuf>,
    /// Whether a server in front speaks TLS, and whose word about who asks is believed.
    pub proxy: Trust,
    /// Whom to tell about a weakness: `mailto:`, `tel:` or `https://`.
    pub contact: Vec<String>,
}

impl WebSection {
    /// The two files of TLS, resolved inside a data directory.
    pub fn files(&self, dir: &Path) -> Option<(PathBuf, PathBuf)> {
        let (chain, key) = (self.certificate.as_ref()?, self.certificate_key.as_ref()?);
        Some((dir.join(chain), dir.join(key)))
    }

    /// Where browsers find the pages, listening on `port`. The server in front is reached under the
    /// host's name, with a port in it only where it is not the one of https.
    pub fn origin(&self, port: u16) -> String {
        let host = &self.host;
        match (self.certificate.is_some(), &self.proxy) {
            (true, _) if port == 443 => format!("https://{host}"),
            (true, _) => format!("https://{host}:{port}"),
            (false, Trust::Nobody) => format!("http://{host}:{port}"),
            (false, _) => format!("https://{host}"),
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let value = |setting, problem: String| Err(ConfigError::Value { setting, problem });
        if self.certificate.is_some() != self.certificate_key.is_some() {
            return value(
                "web.certificate",
                "and certificate_key go together; write both, or neither".into(),
            );
        }
        if self.certificate.is_some() && self.proxy != Trust::Nobody {
            return value(
                "web.proxy",
                "TLS is spoken either here or by a server in front; take certificate and \
                 certificate_key away, or proxy"
                    .into(),
            );
        }
        if let Err(exposed) =
            paso_listen::may_listen(self.listen, self.certificate.is_some(), &self.proxy)
        {
            return value("web.listen", exposed.to_string());
        }
        match security::text(&self.contact, None, Moment::from_unix(0)) {
            Ok(_) => Ok(()),
            Err(error) => value("web.contact", error.to_string()),
        }
    }
}

impl Default for WebSection {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8460)),
            host: "localhost".into(),
            demo: false,
            certificate: None,
            certificate_key: None,
            proxy: Trust::Nobody,
            contact: Vec::new(),
        }
    }
}

/// Where journal and keys are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreSection {
    /// File in the data directory, or a PostgreSQL URL.
    pub journal: String,
    /// The same for the small database of keys: another file, another database.
    pub keys: String,
}

impl Default for StoreSection {
    fn default() -> Self {
        Self {
            journal: "journal.db".into(),
            keys: "keys.db".into(),
        }
    }
}

impl StoreSection {
    /// The journal's place without a password.
    pub fn journal_shown(&self) -> String {
        without_password(&self.journal)
    }

    /// The keys' place without a password.
    pub fn keys_shown(&self) -> String {
        without_password(&self.keys)
    }

    /// The databases, with file names resolved inside a data directory.
    pub fn resolve(&self, dir: &Path) -> Result<paso_store::Config, ConfigError> {
        let url = |setting, text: &str| {
            let text = if text.contains("://") {
                text.to_owned()
            } else {
                format!("sqlite:{}", dir.join(text).display())
            };
            text.parse::<paso_store::Url>()
                .map_err(|e| ConfigError::Value {
                    setting,
                    problem: e.to_string(),
                })
        };
        Ok(paso_store::Config {
            main: url("store.journal", &self.journal)?,
            keys: url("store.keys", &self.keys)?,
        })
    }
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            let user = &url[scheme + 3..at];
            let name = user.split_once(':').map_or(user, |(name, _)| name);
            format!("{}://{name}{}", &url[..scheme], &url[at..])
        }
        _ => url.to_owned(),
    }
}

/// Which rules and places are in force.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProgrammeSection {
    /// `frontera-sur`, `demo`, or a file.
    pub rules: String,
    /// `southern-border`, or a file.
    pub crossings: String,
    /// `shipped`, or a file that takes powers away from roles; none can add one.
    pub roles: String,
    /// `shipped`, or a file of the clocks of custody.
    pub clocks: String,
    /// `shipped`, or a file of how long a shift on a phone lasts.
    pub phones: String,
    /// `shipped`, or a file of by when contradictions are to be settled.
    pub contradictions: String,
    /// First day of the demonstration's rule; today at `init` when left out.
    pub demo_from: Option<String>,
}

impl Default for ProgrammeSection {
    fn default() -> Self {
        Self {
            rules: "frontera-sur".into(),
            crossings: "southern-border".into(),
            roles: "shipped".into(),
            clocks: "shipped".into(),
            phones: "shipped".into(),
            contradictions: "shipped".into(),
            demo_from: None,
        }
    }
}

/// Custody.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CustodySection {
    /// The ombudsman's public key for statements, as `veedor statement-key` prints it; empty while
    /// there is none, and then nobody outside can count who is under control.
    pub statement_key: String,
    /// The authorities with which anchors were exchanged in person.
    pub neighbours: Vec<NeighbourSection>,
}

/// Another authority: people can be handed over to it, and taken over from it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeighbourSection {
    /// Its anchor, as it was compared in person.
    pub anchor: PathBuf,
    /// Where its newest bundle is kept.
    pub bundle: PathBuf,
}

impl CustodySection {
    /// The key.
    pub fn statements(&self) -> Result<Option<SealingKey>, ConfigError> {
        let text = self.statement_key.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let key = text.parse().map_err(|error: NotAKey| ConfigError::Value {
            setting: "custody.statement_key",
            problem: error.to_string(),
        });
        key.map(Some)
    }

    /// What is wrong with running like this, where anything is.
    #[must_use]
    pub fn warning(&self) -> Option<&'static str> {
        self.statement_key.trim().is_empty().then_some(
            "custody.statement_key is empty: no statement leaves this house, and nobody outside can count \
             who is under control or for how long. Ask the ombudsman for what `veedor statement-key` prints",
        )
    }

    /// The other authorities. Their bundles are read when they are needed.
    pub fn beside(&self) -> Result<Neighbours, ConfigError> {
        let all = self.neighbours.iter().map(|one| {
            let wrong = |problem: String| ConfigError::Value {
                setting: "custody.neighbours",
                problem: format!("{}: {problem}", one.anchor.display()),
            };
            let text = fs::read_to_string(&one.anchor).map_err(|error| wrong(error.to_string()))?;
            let anchor: Anchor = text.parse().map_err(|error| wrong(format!("{error}")))?;
            let pinned = anchor.pinned().map_err(|error| wrong(error.to_string()))?;
            Neighbour::new(pinned, one.bundle.clone())
                .ok_or_else(|| wrong("its name is no code of an authority".to_owned()))
        });
        Ok(Neighbours::new(all.collect::<Result<_, _>>()?))
    }
}

/// When a bundle ages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BundleSection {
    /// Days after which a verdict says that the bundle is old.
    pub old_after_days: u16,
    /// Days after which it is no longer relied on.
    pub unusable_after_days: u16,
}

impl Default for BundleSection {
    fn default() -> Self {
        Self {
            old_after_days: 30,
            unusable_after_days: 180,
        }
    }
}

/// Who may open backups, and how long they are kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BackupSection {
    /// age recipients of the register.
    pub recipients: Vec<String>,
    /// age recipients of the keys.
    pub key_recipients: Vec<String>,
    /// Days after which a register is removed, once a newer one was restored.
    pub keep_days: u16,
    /// The same for keys.
    pub keep_key_days: u16,
}

impl Default for BackupSection {
    fn default() -> Self {
        Self {
            recipients: Vec::new(),
            key_recipients: Vec::new(),
            keep_days: 90,
            keep_key_days: 7,
        }
    }
}

/// What an audit lets pass.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditSection {
    /// Hours that may lie between the bounds of an entry's time: a shift, and the way to a network.
    pub sandwich_hours: u16,
    /// Hours that an entry may wait for the log, or for a witnessed head.
    pub waiting_hours: u16,
    /// Days for which a sheet of custody or of an encounter may be out.
    pub sheet_days: u16,
}

impl Default for AuditSection {
    fn default() -> Self {
        Self {
            sandwich_hours: 72,
            waiting_hours: 24,
            sheet_days: 30,
        }
    }
}

/// The log of all entries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSection {
    /// What the origins of its logs begin with; from the issuer's address when left out.
    pub origin: Option<String>,
    /// Raised by one when a log has to be begun anew because the old one was lost.
    pub edition: u16,
    /// How often waiting entries are integrated, signed and sent to the witnesses.
    pub every_seconds: u16,
    /// After how long without an act this device says that it lives.
    pub heartbeat_minutes: u16,
    /// File of the policy: who countersigns.
    pub policy: String,
    /// File of the token by which the mirror is let in.
    pub mirror_token: String,
    /// File of the guard: the last head signed.
    pub guard: String,
}

impl Default for LogSection {
    fn default() -> Self {
        Self {
            origin: None,
            edition: 1,
            every_seconds: 1,
            heartbeat_minutes: 10,
            policy: "policy.txt".into(),
            mirror_token: "mirror.token".into(),
            guard: "guard.txt".into(),
        }
    }
}

/// What a hub lends its posts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PostsSection {
    /// Days for which a post may issue after it was last heard.
    pub lease_days: u16,
    /// For how many cards a post has numbers in store.
    pub cards: u32,
    /// Days for which the certificate of a post's name lasts.
    pub certificate_days: u16,
}

impl Default for PostsSection {
    fn default() -> Self {
        let hub = Hub::default();
        Self {
            lease_days: hub.lease_days,
            cards: hub.indexes,
            // Two weeks more than what is left when it is renewed.
            certificate_days: 45,
        }
    }
}

impl PostsSection {
    /// As the service wants it.
    pub const fn hub(&self) -> Hub {
        Hub {
            lease_days: self.lease_days,
            indexes: self.cards,
        }
    }
}

/// Where a post's hub is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostSection {
    /// Address of its pages.
    pub hub: String,
    /// Host and port under which it serves them.
    pub hub_host: String,
    /// How often it is asked while there is nothing to send.
    pub every_seconds: u16,
}

impl PostSection {
    /// The hub's host name, without its port: what officers' passkeys are bound to.
    pub fn authority_host(&self) -> &str {
        let host = self.hub_host.rsplit_once(':');
        host.map_or(&self.hub_host, |(host, _)| host)
    }
}

/// How the program writes its messages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MessagesSection {
    /// `text` or `json`.
    pub format: LogFormat,
    /// A filter such as `info` or `warn,paso=debug`.
    pub level: String,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Default for MessagesSection {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            level: "info".into(),
        }
    }
}

impl Config {
    /// Reads a configuration.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)?;
        config.authority()?;
        config.ages()?;
        config.log_base()?;
        let log = &config.log;
        for (setting, value) in [
            ("log.edition", log.edition),
            ("log.every_seconds", log.every_seconds),
            ("log.heartbeat_minutes", log.heartbeat_minutes),
        ] {
            if value == 0 {
                let problem = "must be 1 or more".into();
                return Err(ConfigError::Value { setting, problem });
            }
        }
        // The public figure counts quarters of an hour in which a machine said that it lives.
        if log.heartbeat_minutes > 10 {
            return Err(ConfigError::Value {
                setting: "log.heartbeat_minutes",
                problem: "must be 10 or less, or a machine that works counts as one that does not"
                    .into(),
            });
        }
        config.web.check()?;
        if config.posts.lease_days < 15 || !(256..=65_536).contains(&config.posts.cards) {
            return Err(ConfigError::Value {
                setting: "posts",
                problem:
                    "lease_days must be 15 or more, since a post works alone for 14, and cards \
                          from 256 to 65536"
                        .into(),
            });
        }
        // A post asks for another when 30 days are left; browsers take none longer than 398.
        if !(31..=398).contains(&config.posts.certificate_days) {
            return Err(ConfigError::Value {
                setting: "posts.certificate_days",
                problem: "must be from 31 to 398".into(),
            });
        }
        if config
            .post
            .as_ref()
            .is_some_and(|post| post.every_seconds == 0)
        {
            return Err(ConfigError::Value {
                setting: "post.every_seconds",
                problem: "must be 1 or more".into(),
            });
        }
        let backup = &config.backup;
        if backup.keep_key_days == 0 || backup.keep_days < backup.keep_key_days {
            return Err(ConfigError::Value {
                setting: "backup.keep_key_days",
                problem: "must be at least 1 and not more than keep_days; keys are kept for days"
                    .into(),
            });
        }
        if config.store.journal == config.store.keys {
            return Err(ConfigError::Value {
                setting: "store.keys",
                problem: "must be another database than store.journal; keys are backed up apart"
                    .into(),
            });
        }
        Ok(config)
    }

    /// The authority it names.
    pub fn authority(&self) -> Result<Authority, ConfigError> {
        let section = &self.authority;
        let value = |setting, problem: String| ConfigError::Value { setting, problem };
        // The longest list number there will ever be: each list holds a million cards.
        let list = format!("{}/s/9999", section.issuer);
        paso_formats::card::check_uris(&section.issuer, &list)
            .map_err(|error| value("authority.issuer", error.to_string()))?;
        Ok(Authority {
            code: section.code.clone(),
            name: section.name.clone(),
            country: section
                .country
                .parse::<StateCode>()
                .map_err(|e| value("authority.country", e.to_string()))?,
            issuer: section.issuer.clone(),
            home: section
                .home
                .parse::<PostCode>()
                .map_err(|e| value("authority.home", e.to_string()))?,
            complaints: section.complaints.clone(),
        })
    }

    /// What the origins of the logs begin with.
    pub fn log_base(&self) -> Result<Base, ConfigError> {
        let issuer = &self.authority.issuer;
        let host = issuer
            .split_once("://")
            .map_or(issuer.as_str(), |(_, host)| host);
        let origin = match &self.log.origin {
            Some(origin) => origin.clone(),
            None => format!("{}/log", host.trim_end_matches('/')),
        };
        origin
            .parse()
            .map_err(|error: NotABase| ConfigError::Value {
                setting: "log.origin",
                problem: error.to_string(),
            })
    }

    /// When bundles age.
    pub fn ages(&self) -> Result<BundleAges, ConfigError> {
        let section = &self.bundle;
        if section.old_after_days == 0 || section.old_after_days >= section.unusable_after_days {
            return Err(ConfigError::Value {
                setting: "bundle.old_after_days",
                problem: "must be at least 1 and less than unusable_after_days".into(),
            });
        }
        Ok(BundleAges {
            soft: i64::from(section.old_after_days) * DAY,
            hard: i64::from(section.unusable_after_days) * DAY,
        })
    }

    /// The databases, with file names resolved inside the data directory.
    pub fn store(&self, dir: &Path) -> Result<paso_store::Config, ConfigError> {
        self.store.resolve(dir)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> String {
        Template {
            code: "mx-inm",
            name: "Autoridad de \"demostración\"",
            country: "MEX",
            issuer: "https://mx.example",
            home: "TAL",
            complaints: "Defensoría",
            listen: WebSection::default().listen,
            host: "mx.localhost",
            rules: "demo",
            demo_from: Some("2026-01-01"),
            demo: true,
        }
        .to_string()
    }

    #[test]
    fn what_init_writes_is_what_serve_reads() {
        let config = Config::parse(&template()).unwrap();
        assert_eq!(
            config.authority().unwrap().name,
            "Autoridad de \"demostración\""
        );
        assert_eq!(
            config.ages().unwrap(),
            BundleAges {
                soft: 30 * DAY,
                hard: 180 * DAY
            }
        );
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("journal.db", "journal.db"),
            ("postgres://paso:s3cr:t@db/paso", "postgres://paso@db/paso"),
            ("postgres://db/paso", "postgres://db/paso"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }

    #[test]
    fn beyond_this_machine_with_tls_or_a_server_in_front() {
        let open = |text: &str| text.replace("127.0.0.1:8460", "0.0.0.0:8460");
        let said = Config::parse(&open(&template())).unwrap_err().to_string();
        for words in ["certificate = ", "certificate_key = ", "proxy = true"] {
            assert!(said.contains(words), "{said}");
        }
        let own = template().replace("# certificate", "certificate");
        let before = template().replace("proxy = false", "proxy = true");
        let named = template().replace("proxy = false", "proxy = [\"10.0.0.2\"]");
        for (text, port, origin) in [
            (template(), 8460, "http://mx.localhost:8460"),
            (open(&own), 8460, "https://mx.localhost:8460"),
            (open(&own), 443, "https://mx.localhost"),
            (open(&before), 8460, "https://mx.localhost"),
            (open(&named), 8460, "https://mx.localhost"),
        ] {
            let config = Config::parse(&text).unwrap();
            assert_eq!(config.web.origin(port), origin);
        }
        let both = own.replace("proxy = false", "proxy = true");
        let said = Config::parse(&both).unwrap_err().to_string();
        assert!(said.contains("either here or by a server"), "{said}");
    }

    #[test]
    fn mistakes_are_named() {
        for (from, to, said) in [
            (
                "listen = \"127.0.0.1:8460\"",
                "listen = \"0.0.0.0:8460\"",
                "web.listen",
            ),
            (
                "country = \"MEX\"",
                "country = \"Mexico\"",
                "authority.country",
            ),
            (
                "\"https://mx.example\"",
                "\"https://a-much-too-long-name.example\"",
                "authority.issuer",
            ),
            (
                "old_after_days = 30",
                "old_after_days = 200",
                "bundle.old_after_days",
            ),
            ("keys = \"keys.db\"", "keys = \"journal.db\"", "store.keys"),
            (
                "origin = \"mx.example/log\"",
                "origin = \"https://mx.example/log\"",
                "log.origin",
            ),
            ("edition = 1", "edition = 0", "log.edition"),
            (
                "heartbeat_minutes = 10",
                "heartbeat_minutes = 11",
                "log.heartbeat_minutes",
            ),
            (
                "keep_key_days = 7",
                "keep_key_days = 91",
                "backup.keep_key_days",
            ),
            ("demo = true", "demp = true", "demp"),
            (
                "# certificate = ",
                "certificate = ",
                "write both, or neither",
            ),
            ("proxy = false", "proxy = \"yes\"", "write proxy = true"),
            (
                "contact = []",
                "contact = [\"a@b.example\"]",
                "mailto:seguridad@",
            ),
            ("home = \"TAL\"", "home = \"Talismán\"", "authority.home"),
        ] {
            let text = template().replace(from, to);
            assert_ne!(text, template(), "{from}");
            let error = Config::parse(&text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
