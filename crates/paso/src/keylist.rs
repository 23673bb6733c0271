//! `keys/keys.toml`: which key signs what, from when until when.

use anyhow::{Context, Result, anyhow};
use paso_domain::id::OfficerNumber;
use paso_formats::{bundle::Pinned, key::Algorithm, moment::Moment};
use paso_service::{
    Keys,
    ceremony::{KeyEnding, KeyEntry, KeyPurpose},
};
use serde::Deserialize;
use std::{fmt::Write, fs, path::Path};
use zeroize::Zeroizing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    key: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    file: String,
    algorithm: String,
    purpose: String,
    sign_from: String,
    sign_until: String,
    verify_until: String,
    compromised_at: Option<String>,
    by: Option<String>,
    ended: Option<String>,
    ended_by: Option<String>,
    ended_reason: Option<String>,
}

/// The list as a file.
pub fn write(entries: &[KeyEntry]) -> String {
    let mut text = String::from(
        "# The authority's keys. To retire one, add its successor and let sign_until pass, or type\n\
         # `paso key end`; with --compromised-from what it signed from then on turns red.\n",
    );
    text.extend(entries.iter().map(line));
    text
}

/// One key as the list has it, an empty line before it.
pub fn line(entry: &KeyEntry) -> String {
    let quoted = crate::config::quoted;
    let mut text = format!(
        "\n[[key]]\nfile = {}\nalgorithm = {}\npurpose = {}\nsign_from = {}\nsign_until = {}\nverify_until = {}\n",
        quoted(&entry.file),
        quoted(&entry.algorithm.to_string()),
        quoted(entry.purpose.code()),
        quoted(&entry.sign_from.to_string()),
        quoted(&entry.sign_until.to_string()),
        quoted(&entry.verify_until.to_string()),
    );
    if let Some(at) = entry.compromised_at {
        // Writing into a String does not fail.
        let _ = writeln!(text, "compromised_at = {}", quoted(&at.to_string()));
    }
    if let Some(by) = &entry.by {
        let _ = writeln!(text, "by = {}", quoted(by.as_str()));
    }
    if let Some(ended) = &entry.ended {
        let _ = writeln!(
            text,
            "ended = {}\nended_by = {}\nended_reason = {}",
            quoted(&ended.from.to_string()),
            quoted(ended.by.as_str()),
            quoted(&ended.reason)
        );
    }
    text
}

/// The list in a file.
pub fn parse(text: &str) -> Result<Vec<KeyEntry>> {
    let file: File = toml::from_str(text)?;
    file.key
        .into_iter()
        .map(|row| {
            let moment = |setting: &str, text: &str| {
                text.parse::<Moment>()
                    .with_context(|| format!("{}: {setting}", row.file))
            };
            if row.file.contains('/') {
                return Err(anyhow!(
                    "{}: name a file in the folder of keys, without a path",
                    row.file
                ));
            }
            let officer = |setting: &str, text: &str| {
                text.parse::<OfficerNumber>()
                    .with_context(|| format!("{}: {setting}", row.file))
            };
            let ended = match (&row.ended, &row.ended_by, &row.ended_reason) {
                (None, None, None) => None,
                (Some(from), Some(by), Some(reason)) => Some(KeyEnding {
                    from: moment("ended", from)?,
                    by: officer("ended_by", by)?,
                    reason: reason.clone(),
                }),
                _ => {
                    return Err(anyhow!(
                        "{}: ended, ended_by and ended_reason go together",
                        row.file
                    ));
                }
            };
            Ok(KeyEntry {
                by: row
                    .by
                    .as_deref()
                    .map(|text| officer("by", text))
                    .transpose()?,
                ended,
                algorithm: [Algorithm::Es256, Algorithm::EdDsa]
                    .into_iter()
                    .find(|a| a.to_string() == row.algorithm)
                    .ok_or_else(|| anyhow!("{}: algorithm is ES256 or EdDSA", row.file))?,
                purpose: KeyPurpose::ALL
                    .into_iter()
                    .find(|p| p.code() == row.purpose)
                    .ok_or_else(|| {
                        anyhow!(
                            "{}: purpose is root, card, slip, status, device or log",
                            row.file
                        )
                    })?,
                sign_from: moment("sign_from", &row.sign_from)?,
                sign_until: moment("sign_until", &row.sign_until)?,
                verify_until: moment("verify_until", &row.verify_until)?,
                compromised_at: row
                    .compromised_at
                    .as_deref()
                    .map(|text| moment("compromised_at", text))
                    .transpose()?,
                file: row.file,
            })
        })
        .collect()
}

/// The keys in a folder.
pub fn load(folder: &Path, list: &Path, pinned: Pinned, site: &str) -> Result<Keys> {
    let text =
        fs::read_to_string(list).with_context(|| format!("cannot read {}", list.display()))?;
    let entries = parse(&text).with_context(|| format!("{} cannot be used", list.display()))?;
    let read = |name: &str| fs::read(folder.join(name)).ok().map(Zeroizing::new);
    Keys::from_files(&entries, read, pinned, site)
        .with_context(|| format!("the keys in {} cannot be used", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> KeyEntry {
        KeyEntry {
            file: "card.pk8".into(),
            algorithm: Algorithm::Es256,
            purpose: KeyPurpose::Card,
            sign_from: Moment::from_unix(0),
            sign_until: Moment::from_unix(10),
            verify_until: Moment::from_unix(20),
            compromised_at: Some(Moment::from_unix(5)),
            by: Some("ADM-0001".parse().unwrap()),
            ended: Some(KeyEnding {
                from: Moment::from_unix(7),
                by: "ADM-0002".parse().unwrap(),
                reason: "Se perdió la \"memoria\".".into(),
            }),
        }
    }

    #[test]
    fn a_list_reads_back() {
        let sound = KeyEntry {
            compromised_at: None,
            by: None,
            ended: None,
            purpose: KeyPurpose::Root,
            ..entry()
        };
        let list = vec![entry(), sound];
        assert_eq!(parse(&write(&list)).unwrap(), list);
    }

    #[test]
    fn mistakes_name_the_key_and_the_setting() {
        for (from, to, said) in [
            ("ES256", "RSA", "algorithm"),
            ("purpose = \"card\"", "purpose = \"cards\"", "purpose"),
            ("1970-01-01T00:00:10Z", "tomorrow", "sign_until"),
            ("ended_by = \"ADM-0002\"\n", "", "go together"),
            (
                "file = \"card.pk8\"",
                "file = \"../card.pk8\"",
                "without a path",
            ),
        ] {
            let text = write(&[entry()]).replace(from, to);
            let error = format!("{:#}", parse(&text).unwrap_err());
            assert!(
                error.contains(said) && error.contains("card.pk8"),
                "{error}"
            );
        }
    }
}
