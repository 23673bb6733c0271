//! The one configuration file, `veedor.toml`. There are no layers, and nothing is read elsewhere.

use crate::taking::rule;
use core::time::Duration;
use paso_formats::{
    batch::MAX_AUTHORITY_BYTES,
    moment::Moment,
    statement::{NotAKey, SealingKey},
};
use paso_listen::{Exposed, Trust, may_listen};
use paso_pages::security::{self, NotAContact};
use paso_tlog::{
    checkpoint::Origin,
    note::{Ed25519Key, KeyError, KeyName, NotAName, Verify as _},
    witness::Log,
};
use reqwest::Url;
use serde::Deserialize;
use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, an unknown setting, or a value of another type.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// Reached by others without TLS.
    #[error("listen: {0}")]
    Exposed(#[from] Exposed),
    /// One of the two files of TLS.
    #[error("certificate and certificate_key go together; write both, or neither")]
    HalfTls,
    /// An address that cannot be published.
    #[error("contact: {0}")]
    Contact(#[from] NotAContact),
    /// The witness's name.
    #[error("name: {0}")]
    Name(#[from] NotAName),
    /// A log's key.
    #[error("the key {vkey:?} of a log: {source}")]
    Vkey {
        /// As written.
        vkey: String,
        /// What is wrong with it.
        source: KeyError,
    },
    /// A log without keys.
    #[error("a [[log]] has no vkeys; ask the log's operator for its verifier key, in person")]
    NoKeys,
    /// Keys of several names, and no origin that says which log it is.
    #[error("the keys of one [[log]] have the names {0} and {1}; write its origin beside them")]
    SeveralNames(KeyName, KeyName),
    /// An origin that no checkpoint can have.
    #[error("the origin {0:?} is not 1 to 255 bytes without control characters")]
    Origin(String),
    /// One log twice.
    #[error("the log {0} is there twice; put all its keys into one [[log]]")]
    Twice(Origin),
    /// A code that cannot be part of an address.
    #[error(
        "the authority's code {0:?} is not 1 to {MAX_AUTHORITY_BYTES} letters, digits and hyphens, such as MX-INM"
    )]
    Code(String),
    /// One authority twice.
    #[error("the authority {0} is there twice; leave one [[authority]]")]
    AuthorityTwice(String),
    /// Nobody says whose log it is.
    #[error(
        "the log {0} names no authority, and there are several; write authority = \"...\" into its \
         [[log]], with the code of the [[authority]] whose log it is"
    )]
    WhoseLog(Origin),
    /// A log of an authority that is not there.
    #[error(
        "the log {origin} is of the authority {code:?}, of which there is no [[authority]]; correct one of them"
    )]
    NoSuchAuthority {
        /// Which log.
        origin: Origin,
        /// As written.
        code: String,
    },
    /// An address that is none, or one over which the token would travel in the open.
    #[error(
        "the address {0:?} of an authority must begin with https://, or with http:// on this machine"
    )]
    Url(String),
    /// Not where browsers reach it.
    #[error("address: {0:?} is not https:// and a name, without a slash at its end")]
    Address(String),
    /// The key to which accounts are sealed.
    #[error("statement_key of [taking]: {0}")]
    StatementKey(#[from] NotAKey),
    /// Never, or not within a month.
    #[error("answer_within_hours of [taking] lies between 1 and 720, not {0}")]
    Hours(u32),
    /// Reports that nobody must answer.
    #[error("[taking] needs an [[authority]] that answers; add one, or take [taking] away")]
    NobodyAnswers,
    /// A mirror that holds nothing.
    #[error("most_gigabytes of [mirror] must be at least 1")]
    NoRoom,
    /// Never, or so seldom that every alarm rings.
    #[error("every_seconds of [mirror] must lie between 1 and 600, not {0}")]
    Every(u64),
}

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

/// The file that `veedor init` writes.
#[must_use]
pub fn template(name: &KeyName, listen: SocketAddr, logs: &[Ed25519Key]) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!(
        "# Configuration of veedor. `veedor check-config` says whether it can be used.\n\
         \n\
         # The name of this witness's key. Never change it: a witness with another name is another one.\n\
         name = {}\n\
         \n\
         # Where to listen. Beyond this machine (127.0.0.1) only with a certificate, as PEM files that are\n\
         # read again when they change, or with proxy = true: a server in front speaks TLS.\n\
         listen = \"{listen}\"\n\
         # certificate = \"tls/fullchain.pem\"\n\
         # certificate_key = \"tls/privkey.pem\"\n\
         proxy = false\n\
         \n\
         # Whom to tell about a weakness: \"mailto:...\", \"tel:...\", \"https://...\".\n\
         contact = []\n\
         \n\
         # The address under which browsers reach it; they then insist on TLS.\n\
         # address = \"https://veedor.example.org\"\n\
         \n\
         # The private key, read from this directory unless the path is absolute.\n\
         key = \"key\"\n\
         \n\
         # What is written to standard error: error, warn, info or debug.\n\
         level = \"info\"\n\
         \n\
         # What this witness keeps of the logs it also mirrors, and the token with which their rows are\n\
         # read here. Each hub is asked every so many seconds. `policy` names the file that says which\n\
         # witnesses make a receipt final; without it, this one alone does.\n\
         [mirror]\n\
         database = \"mirror\"\n\
         listen_token = \"mirror.token\"\n\
         every_seconds = 5\n\
         # The most that the mirror of one authority may take up: a hub that lies must not fill the disk.\n\
         most_gigabytes = 256\n\
         \n\
         # Reports of people taken, at /taking: the public half of the ombudsman's statement key, to which\n\
         # what people tell is sealed; the hours an authority has for its answer; and the file of the token\n\
         # with which authorities read what they are asked, at /taking/pending.\n\
         #\n\
         # [taking]\n\
         # statement_key = \"...\"\n\
         # answer_within_hours = 24\n\
         # token = \"taking.token\"\n\
         \n\
         # One [[authority]] for each authority whose logs are mirrored: its code and its hub's address,\n\
         # the token that its operator gave, and its anchor, compared in person. `bundle` names its trust\n\
         # bundle as a file, where its hub does not serve it. The keys of its logs stand below.\n\
         #\n\
         # [[authority]]\n\
         # code = \"MX-INM\"\n\
         # url = \"https://paso.example.org\"\n\
         # token = \"mx-inm.token\"\n\
         # anchor = \"mx-inm.anchor\"\n\
         \n\
         # One [[log]] for each log followed. Take its verifier key from its operator in person; while\n\
         # a log changes keys, list both. Each year's log has a key of its own name: add the next one before\n\
         # the year ends. `origin` is needed only where it is not the key's name, and `authority`, the code of\n\
         # the one whose log it is, only where there are several.\n",
        quoted(name.as_ref())
    );
    if logs.is_empty() {
        text.push_str("#\n# [[log]]\n# vkeys = [\"log.example.org/2026+0a1b2c3d+...\"]\n");
    }
    for log in logs {
        text.push_str("\n[[log]]\nvkeys = [");
        text.push_str(&quoted(&log.to_string()));
        text.push_str("]\n");
    }
    text
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
