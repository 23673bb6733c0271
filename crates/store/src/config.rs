//! Where the two databases are.

use core::{fmt, str::FromStr};
use std::path::PathBuf;

/// A database: a file, or a server.
#[derive(Clone, PartialEq, Eq)]
pub enum Url {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, as a `postgres://` URL. It may carry a password, so it is never shown
    /// or logged.
    Postgres(String),
}

/// The text names no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a database; write sqlite:/path/to/file or postgres://user@host/name?sslmode=verify-full"
)]
pub struct NotAUrl;

impl FromStr for Url {
    type Err = NotAUrl;

    fn from_str(text: &str) -> Result<Self, NotAUrl> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            // In memory nothing survives, and each connection would have a database of its own.
            Some(path) if !path.is_empty() && !path.starts_with(":memory:") => {
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            _ => Err(NotAUrl),
        }
    }
}

/// The file, or `PostgreSQL` and no more.
impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.fmt(f),
            Self::Postgres(_) => f.write_str("PostgreSQL"),
        }
    }
}

/// Where the two databases are. They are two so that keys can be backed up apart, with a short
/// retention: an old copy of the journal must not bring a destroyed key back (DESIGN §4).
#[derive(Clone, Debug)]
pub struct Config {
    /// Journal, views and sessions.
    pub main: Url,
    /// Subject keys, and nothing else.
    pub keys: Url,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_file_or_a_server() {
        assert_eq!("sqlite:a/b.db".parse(), Ok(Url::Sqlite("a/b.db".into())));
        assert!(matches!("postgres://u@h/d".parse(), Ok(Url::Postgres(_))));
        for text in ["", "a.db", "sqlite:", "sqlite::memory:", "mysql://h/d"] {
            assert_eq!(text.parse::<Url>(), Err(NotAUrl), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url: Url = "postgres://paso:secret@db/paso".parse().unwrap();
        assert_eq!(format!("{url:?}"), "PostgreSQL");
    }
}
