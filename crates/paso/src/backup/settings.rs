//! The configuration in a backup: without the passwords of databases, and, in the directory it is
//! restored to, with the databases that are there.

use super::{content::CONFIG, format::StoredFile};
use crate::config::{Config, quoted};
use anyhow::{Context, Result, bail};

/// Takes the databases' passwords out of the configuration among these files.
pub(super) fn without_passwords(files: &mut [StoredFile], config: &Config) -> Result<()> {
    let (journal, keys) = (config.store.journal_shown(), config.store.keys_shown());
    for file in files.iter_mut().filter(|file| file.path == CONFIG) {
        let text = core::str::from_utf8(&file.bytes).context("paso.toml is no text")?;
        if (&journal, &keys) != (&config.store.journal, &config.store.keys) {
            file.bytes = with_databases(text, &journal, &keys)?.into_bytes();
        }
    }
    Ok(())
}

/// The configuration with these databases. Comments stay where the text is laid out as `paso init`
/// lays it out; otherwise they are lost and the settings stay.
pub(super) fn with_databases(text: &str, journal: &str, keys: &str) -> Result<String> {
    let wanted = |text: &str| {
        Config::parse(text)
            .is_ok_and(|config| config.store.journal == journal && config.store.keys == keys)
    };
    let mut in_store = false;
    let lines = text.lines().map(|line| {
        let setting = line.trim_start();
        if setting.starts_with('[') {
            in_store = setting.starts_with("[store]");
        }
        let name = setting.split('=').next().unwrap_or_default().trim();
        match name {
            "journal" if in_store => format!("journal = {}\n", quoted(journal)),
            "keys" if in_store => format!("keys = {}\n", quoted(keys)),
            _ => format!("{line}\n"),
        }
    });
    let changed: String = lines.collect();
    if wanted(&changed) {
        return Ok(changed);
    }
    let mut table: toml::Table = toml::from_str(text)?;
    let mut store = toml::Table::new();
    store.insert("journal".into(), journal.into());
    store.insert("keys".into(), keys.into());
    table.insert("store".into(), store.into());
    let plain = toml::to_string(&table)?;
    if !wanted(&plain) {
        bail!("the configuration cannot be used with these databases");
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHORITY: &str = "[authority]\ncode = \"mx\"\nname = \"M\"\ncountry = \"MEX\"\n\
        issuer = \"https://mx.example\"\nhome = \"TAL\"\ncomplaints = \"D\"\n";

    #[test]
    fn a_restored_configuration_names_the_databases_that_are_there() {
        for (store, comment) in [
            ("", false),
            (
                "# a comment\n[store]\njournal = \"a.db\"\nkeys = \"b.db\"\n",
                true,
            ),
            ("# a comment\n[store]\nkeys = \"b.db\"\n", false),
            (
                "# a comment\nstore = { journal = \"a.db\", keys = \"b.db\" }\n",
                false,
            ),
        ] {
            let text = if store.contains('{') {
                format!("{store}{AUTHORITY}")
            } else {
                format!("{AUTHORITY}{store}")
            };
            let changed = with_databases(&text, "postgres://u@h/j", "keys.db").unwrap();
            let config = Config::parse(&changed).unwrap();
            assert_eq!(config.store.journal, "postgres://u@h/j");
            assert_eq!(config.store.keys, "keys.db");
            assert_eq!(changed.contains("# a comment"), comment, "{store}");
        }
    }

    #[test]
    fn no_password_is_in_a_backup() {
        let text = format!(
            "{AUTHORITY}[store]\njournal = \"postgres://p:s3cret@localhost/j\"\nkeys = \"keys.db\"\n"
        );
        let config = Config::parse(&text).unwrap();
        let mut files = [StoredFile {
            path: CONFIG.into(),
            private: true,
            bytes: text.into_bytes(),
        }];
        without_passwords(&mut files, &config).unwrap();
        let kept = core::str::from_utf8(&files[0].bytes).unwrap();
        assert!(!kept.contains("s3cret"));
        assert!(kept.contains("postgres://p@localhost/j"));
    }
}
