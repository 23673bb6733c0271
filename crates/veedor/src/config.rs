//! The one configuration file, `veedor.toml`. There are no layers, and nothing is read elsewhere.

use paso_tlog::{
    checkpoint::Origin,
    note::{Ed25519Key, KeyError, KeyName, NotAName, Verify as _},
    witness::Log,
};
use serde::Deserialize;
use std::{net::SocketAddr, path::PathBuf};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, an unknown setting, or a value of another type.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
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
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    listen: SocketAddr,
    #[serde(default = "default_key")]
    key: PathBuf,
    #[serde(default = "default_level")]
    level: String,
    #[serde(default, rename = "log")]
    logs: Vec<LogTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogTable {
    origin: Option<String>,
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
    /// The private key's file; a relative path starts in the data directory.
    pub key: PathBuf,
    /// What goes to standard error: a filter such as `info`.
    pub level: String,
    /// The logs followed.
    pub logs: Vec<Log>,
}

impl Config {
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
        Ok(Self {
            name: file.name.parse()?,
            listen: file.listen,
            key: file.key,
            level: file.level,
            logs,
        })
    }
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
         # Where to listen. Keep it on this machine, with a server in front that speaks TLS.\n\
         listen = \"{listen}\"\n\
         \n\
         # The private key, read from this directory unless the path is absolute.\n\
         key = \"key\"\n\
         \n\
         # What is written to standard error: error, warn, info or debug.\n\
         level = \"info\"\n\
         \n\
         # One [[log]] for each log followed. Take its verifier key from its operator in person; while\n\
         # a log changes keys, list both. `origin` is needed only where it is not the key's name.\n",
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
    fn what_cannot_be_used_is_named() {
        let (a, b) = (vkey("a.example", 1), vkey("b.example", 2));
        for (text, said) in [
            ("listen = 1".to_owned(), "listen"),
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
        ] {
            let error = Config::parse(&format!("{HEAD}{text}")).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
        let named = Config::parse("name = \"a b\"\nlisten = \"127.0.0.1:0\"").unwrap_err();
        assert!(named.to_string().starts_with("name: "), "{named}");
        let both = format!("{HEAD}[[log]]\norigin = \"c\"\nvkeys = [\"{a}\", \"{b}\"]");
        assert_eq!(Config::parse(&both).unwrap().logs[0].origin.as_ref(), "c");
    }
}
