//! The one configuration file, `veedor.toml`. There are no layers, and nothing is read elsewhere.

mod error;
mod template;

pub use error::ConfigError;
pub use template::template;

use crate::taking::rule;
use core::time::Duration;
use paso_formats::{batch::MAX_AUTHORITY_BYTES, moment::Moment, statement::SealingKey};
use paso_listen::{Trust, may_listen};
use paso_pages::security;
use paso_tlog::{
    checkpoint::Origin,
    note::{Ed25519Key, KeyName, Verify as _},
    witness::Log,
};
use reqwest::Url;
use serde::Deserialize;
use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    listen: SocketAddr,
    certificate: Option<PathBuf>,
    certificate_key: Option<PathBuf>,
    #[serde(default)]
    proxy: Trust,
    #[serde(default)]
    contact: Vec<String>,
    address: Option<String>,
    taking: Option<TakingTable>,
    #[serde(default = "default_key")]
    key: PathBuf,
    #[serde(default = "default_level")]
    level: String,
    #[serde(default, rename = "log")]
    logs: Vec<LogTable>,
    #[serde(default)]
    mirror: MirrorTable,
    #[serde(default, rename = "authority")]
    authorities: Vec<AuthorityTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MirrorTable {
    database: PathBuf,
    listen_token: PathBuf,
    every_seconds: u64,
    policy: Option<PathBuf>,
    most_gigabytes: u32,
}

impl Default for MirrorTable {
    fn default() -> Self {
        Self {
            database: "mirror".into(),
            listen_token: "mirror.token".into(),
            every_seconds: 5,
            policy: None,
            most_gigabytes: 256,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TakingTable {
    statement_key: String,
    #[serde(default = "default_hours")]
    answer_within_hours: u32,
    #[serde(default = "default_taking_token")]
    token: PathBuf,
}

const fn default_hours() -> u32 {
    rule::ANSWER_WITHIN_HOURS
}

fn default_taking_token() -> PathBuf {
    "taking.token".into()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityTable {
    code: String,
    url: String,
    token: PathBuf,
    anchor: PathBuf,
    bundle: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogTable {
    origin: Option<String>,
    authority: Option<String>,
    vkeys: Vec<String>,
}

fn default_key() -> PathBuf {
    "key".into()
}

fn default_level() -> String {
    "info".to_owned()
}

/// A configuration that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The name of this witness's key.
    pub name: KeyName,
    /// Where it listens.
    pub listen: SocketAddr,
    /// The PEM files of the certificate and of its key, for TLS of its own.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Whether a server in front speaks TLS.
    pub proxy: Trust,
    /// Whom to tell about a weakness.
    pub contact: Vec<String>,
    /// The address under which it is reached, `https://` and a name.
    pub address: Option<String>,
    /// How reports of people taken are taken, if they are.
    pub taking: Option<Taking>,
    /// The most gigabytes of one authority's mirror.
    pub most_gigabytes: u32,
    /// The private key's file; a relative path starts in the data directory.
    pub key: PathBuf,
    /// What goes to standard error: a filter such as `info`.
    pub level: String,
    /// The logs followed.
    pub logs: Vec<Log>,
    /// The directory of the mirrors' databases; a relative path starts in the data directory, as
    /// all paths here do.
    pub database: PathBuf,
    /// The file of the token with which entries and feeds are read here.
    pub listen_token: PathBuf,
    /// How often each hub is asked.
    pub every: Duration,
    /// Whose each log is, where the file says so; where there is one authority, all others are its.
    pub owners: BTreeMap<Origin, String>,
    /// The file that says whose logs and witnesses make a receipt final (C2SP tlog-policy); without
    /// one, the logs followed and this witness do.
    pub policy: Option<PathBuf>,
    /// The authorities mirrored.
    pub authorities: Vec<Authority>,
}

/// How reports of people taken are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taking {
    /// To whom what is told in free words is sealed.
    pub key: SealingKey,
    /// How many hours an authority has for its answer.
    pub hours: u32,
    /// The file of the token with which authorities read what they are asked.
    pub token: PathBuf,
}

/// An authority whose logs are mirrored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Its short name, as its anchor has it.
    pub code: String,
    /// The address of its hub, without a slash at its end.
    pub url: String,
    /// The file of the token that its hub asks for.
    pub token: PathBuf,
    /// The file of its anchor, compared in person.
    pub anchor: PathBuf,
    /// The file of its trust bundle, where its hub does not serve it.
    pub bundle: Option<PathBuf>,
}

impl Config {
    /// The logs that a hub of this authority may show: no authority speaks for another's log.
    #[must_use]
    pub fn logs_of(&self, code: &str) -> Vec<Log> {
        let of = |log: &&Log| {
            self.owners
                .get(&log.origin)
                .is_none_or(|owner| owner == code)
        };
        self.logs.iter().filter(of).cloned().collect()
    }

    /// Each authority, and the logs whose keys sign what it answers.
    #[must_use]
    pub fn signers(&self) -> Vec<(String, Vec<Log>)> {
        let of = |authority: &Authority| (authority.code.clone(), self.logs_of(&authority.code));
        self.authorities.iter().map(of).collect()
    }

    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let file: File = toml::from_str(text)?;
        let mut logs: Vec<Log> = Vec::new();
        for table in &file.logs {
            let log = read_log(table)?;
            if logs.iter().any(|other| other.origin == log.origin) {
                return Err(ConfigError::Twice(log.origin));
            }
            logs.push(log);
        }
        let mut authorities: Vec<Authority> = Vec::new();
        for table in file.authorities {
            let authority = read_authority(table)?;
            // On some disks `MX` and `mx` are one file.
            let same = |other: &Authority| other.code.eq_ignore_ascii_case(&authority.code);
            if authorities.iter().any(same) {
                return Err(ConfigError::AuthorityTwice(authority.code));
            }
            authorities.push(authority);
        }
        let mut owners = BTreeMap::new();
        for (log, table) in logs.iter().zip(&file.logs) {
            match &table.authority {
                Some(code) if authorities.iter().any(|known| known.code == *code) => {
                    owners.insert(log.origin.clone(), code.clone());
                }
                Some(code) => {
                    return Err(ConfigError::NoSuchAuthority {
                        origin: log.origin.clone(),
                        code: code.clone(),
                    });
                }
                None if authorities.len() > 1 => {
                    return Err(ConfigError::WhoseLog(log.origin.clone()));
                }
                None => {}
            }
        }
        let tls = match (file.certificate, file.certificate_key) {
            (Some(chain), Some(key)) => Some((chain, key)),
            (None, None) => None,
            _ => return Err(ConfigError::HalfTls),
        };
        may_listen(file.listen, tls.is_some(), &file.proxy)?;
        security::text(&file.contact, None, Moment::from_unix(0))?;
        if let Some(address) = file
            .address
            .as_ref()
            .filter(|address| !is_own_address(address))
        {
            return Err(ConfigError::Address(address.clone()));
        }
        let taking = file.taking.map(read_taking).transpose()?;
        if taking.is_some() && authorities.is_empty() {
            return Err(ConfigError::NobodyAnswers);
        }
        if file.mirror.most_gigabytes == 0 {
            return Err(ConfigError::NoRoom);
        }
        let every = file.mirror.every_seconds;
        if !(1..=600).contains(&every) {
            return Err(ConfigError::Every(every));
        }
        Ok(Self {
            name: file.name.parse()?,
            listen: file.listen,
            tls,
            proxy: file.proxy,
            contact: file.contact,
            address: file.address,
            taking,
            most_gigabytes: file.mirror.most_gigabytes,
            key: file.key,
            level: file.level,
            logs,
            database: file.mirror.database,
            listen_token: file.mirror.listen_token,
            every: Duration::from_secs(every),
            owners,
            policy: file.mirror.policy,
            authorities,
        })
    }
}

fn read_taking(table: TakingTable) -> Result<Taking, ConfigError> {
    if !(1..=24 * 30).contains(&table.answer_within_hours) {
        return Err(ConfigError::Hours(table.answer_within_hours));
    }
    Ok(Taking {
        key: table.statement_key.parse()?,
        hours: table.answer_within_hours,
        token: table.token,
    })
}

/// `https://` and a name, with a port or without.
fn is_own_address(address: &str) -> bool {
    let bare = |url: &Url| url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    Url::parse(address).is_ok_and(|url| url.scheme() == "https" && bare(&url))
        && !address.ends_with('/')
}

fn read_authority(table: AuthorityTable) -> Result<Authority, ConfigError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let fits = (1..=MAX_AUTHORITY_BYTES).contains(&table.code.len());
    if !fits || !table.code.bytes().all(plain) {
        return Err(ConfigError::Code(table.code));
    }
    let here = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        ["127.0.0.1", "[::1]", "localhost"].contains(&host) || host.ends_with(".localhost")
    };
    let safe = Url::parse(&table.url).is_ok_and(|url| {
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        bare && (url.scheme() == "https" || url.scheme() == "http" && here(&url))
    });
    if !safe {
        return Err(ConfigError::Url(table.url));
    }
    Ok(Authority {
        code: table.code,
        url: table.url.trim_end_matches('/').to_owned(),
        token: table.token,
        anchor: table.anchor,
        bundle: table.bundle,
    })
}

fn read_log(table: &LogTable) -> Result<Log, ConfigError> {
    let key = |vkey: &String| -> Result<Ed25519Key, ConfigError> {
        vkey.parse().map_err(|source| ConfigError::Vkey {
            vkey: vkey.clone(),
            source,
        })
    };
    let keys = table.vkeys.iter().map(key).collect::<Result<Vec<_>, _>>()?;
    let first = keys.first().ok_or(ConfigError::NoKeys)?.name();
    let origin = if let Some(origin) = &table.origin {
        origin.as_str()
    } else {
        if let Some(other) = keys.iter().find(|key| key.name() != first) {
            return Err(ConfigError::SeveralNames(
                first.clone(),
                other.name().clone(),
            ));
        }
        // tlog-checkpoint: the name of a log's key should be its origin.
        first.as_ref()
    };
    Ok(Log {
        origin: Origin::new(origin).ok_or_else(|| ConfigError::Origin(origin.to_owned()))?,
        keys,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use paso_tlog::note::Sign as _;

    fn vkey(name: &str, seed: u8) -> Ed25519Key {
        let public = Key::from_seed(&[seed; 32]).public_key();
        Ed25519Key::new(name.parse().unwrap(), &public).unwrap()
    }

    fn authority(code: &str, url: &str) -> String {
        format!(
            "[[authority]]\ncode = \"{code}\"\nurl = \"{url}\"\ntoken = \"t\"\nanchor = \"a\"\n"
        )
    }

    const HEAD: &str = "name = \"w.example\"\nlisten = \"127.0.0.1:0\"\n";

    #[test]
    fn what_init_writes_can_be_read() {
        let name: KeyName = "w.example/\"1\"".parse().unwrap();
        let listen = "127.0.0.1:8470".parse().unwrap();
        let config = Config::parse(&template(&name, listen, &[])).unwrap();
        assert_eq!((config.name, config.logs.len()), (name.clone(), 0));
        let logs = [vkey("a.example", 1), vkey("b.example", 2)];
        let config = Config::parse(&template(&name, listen, &logs)).unwrap();
        assert_eq!(config.logs.len(), 2);
        assert_eq!(config.logs[1].origin.as_ref(), "b.example");
        assert_eq!(config.logs[1].keys, [logs[1].clone()]);
    }

    #[test]
    fn with_several_authorities_each_log_says_whose_it_is() {
        let log =
            |name, seed, of: &str| format!("[[log]]\nvkeys = [\"{}\"]\n{of}", vkey(name, seed));
        let one = authority("MX", "https://a.example");
        let two = format!("{one}{}", authority("GT", "https://b.example"));
        let owned = |code: &str| format!("authority = \"{code}\"\n");
        let logs = log("a.example", 1, &owned("MX")) + &log("b.example", 2, &owned("GT"));
        let config = Config::parse(&format!("{HEAD}{two}{logs}")).unwrap();
        for (code, origin) in [("MX", "a.example"), ("GT", "b.example")] {
            let logs = config.logs_of(code);
            assert_eq!((logs.len(), logs[0].origin.as_ref()), (1, origin));
        }
        let bare = log("a.example", 1, "");
        let config = Config::parse(&format!("{HEAD}{one}{bare}")).unwrap();
        assert_eq!(config.logs_of("MX"), config.logs);
        for (text, said) in [
            (two + &bare, "write authority = "),
            (
                one + &log("a.example", 1, &owned("GT")),
                "there is no [[authority]]",
            ),
        ] {
            let error = Config::parse(&format!("{HEAD}{text}"))
                .unwrap_err()
                .to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn reports_of_people_taken_need_a_key_to_seal_to_and_somebody_who_answers() {
        let key = paso_formats::statement::OpeningKey::from_random([1; 32]).unwrap();
        let key = key.sealing_key();
        let one = authority("MX", "https://a.example");
        let taking = |more: &str| format!("[taking]\nstatement_key = \"{key}\"\n{more}");
        let config = Config::parse(&format!("{HEAD}{}{one}", taking(""))).unwrap();
        let found = config.taking.clone().unwrap();
        assert_eq!((&found.key, found.hours), (key, rule::ANSWER_WITHIN_HOURS));
        assert_eq!(config.signers(), [("MX".to_owned(), Vec::new())]);
        let address = "address = \"https://veedor.example:8443\"\n";
        let config = Config::parse(&format!("{HEAD}{address}")).unwrap();
        assert_eq!(
            config.address.as_deref(),
            Some("https://veedor.example:8443")
        );
        for (text, said) in [
            (format!("{HEAD}{}", taking("")), "needs an [[authority]]"),
            (
                format!("{HEAD}{}{one}", taking("answer_within_hours = 0\n")),
                "between 1 and 720",
            ),
            (
                format!("{HEAD}[taking]\nstatement_key = \"x\"\n{one}"),
                "not a statement key",
            ),
            (
                format!("{HEAD}address = \"http://veedor.example\"\n"),
                "address:",
            ),
            (
                format!("{HEAD}address = \"https://veedor.example/\"\n"),
                "address:",
            ),
            (
                format!("{HEAD}address = \"https://veedor.example/x\"\n"),
                "address:",
            ),
            (
                format!("{HEAD}[mirror]\nmost_gigabytes = 0\n"),
                "at least 1",
            ),
        ] {
            let error = Config::parse(&text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let (a, b) = (vkey("a.example", 1), vkey("b.example", 2));
        for (text, said) in [
            ("listen = 1".to_owned(), "listen"),
            ("certificate = \"a\"".to_owned(), "write both"),
            ("contact = [\"a@b.example\"]".to_owned(), "mailto:"),
            ("colour = 1".to_owned(), "colour"),
            ("[[log]]\nvkeys = []".to_owned(), "has no vkeys"),
            ("[[log]]\nvkeys = [\"x\"]".to_owned(), "\"x\""),
            (
                format!("[[log]]\nvkeys = [\"{a}\", \"{b}\"]"),
                "a.example and b.example",
            ),
            (
                format!("[[log]]\norigin = \"\"\nvkeys = [\"{a}\"]"),
                "255 bytes",
            ),
            (
                format!("[[log]]\nvkeys = [\"{a}\"]\n").repeat(2),
                "a.example is there twice",
            ),
            (authority("MX INM", "https://a.example"), "\"MX INM\""),
            (authority("", "https://a.example"), "letters, digits"),
            (
                authority("MX", "https://a.example") + &authority("mx", "https://b.example"),
                "mx is there twice",
            ),
            (authority("MX", "http://a.example"), "https://"),
            (authority("MX", "https://u@a.example"), "https://"),
            (authority("MX", "https://a.example/?a=b"), "https://"),
            (authority("MX", "mx.example"), "https://"),
            (
                "[mirror]\nevery_seconds = 0".to_owned(),
                "between 1 and 600",
            ),
            ("[mirror]\nspeed = 1".to_owned(), "speed"),
        ] {
            let error = Config::parse(&format!("{HEAD}{text}")).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
        let open = HEAD.replace("127.0.0.1", "0.0.0.0");
        let error = Config::parse(&open).unwrap_err().to_string();
        assert!(error.contains("proxy = true"), "{error}");
        assert!(Config::parse(&format!("{open}proxy = true\n")).is_ok());
        let named = Config::parse("name = \"a b\"\nlisten = \"127.0.0.1:0\"").unwrap_err();
        assert!(named.to_string().starts_with("name: "), "{named}");
        let both = format!("{HEAD}[[log]]\norigin = \"c\"\nvkeys = [\"{a}\", \"{b}\"]");
        assert_eq!(Config::parse(&both).unwrap().logs[0].origin.as_ref(), "c");
        for (url, kept) in [
            ("https://paso.example/", "https://paso.example"),
            ("http://mx.localhost:8443", "http://mx.localhost:8443"),
            ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ] {
            let config = Config::parse(&format!("{HEAD}{}", authority("MX-INM", url))).unwrap();
            assert_eq!(config.authorities[0].url, kept);
        }
    }
}
