//! The values that programme and crossings files have in common, on their way to strict types.

use super::{
    ProgrammeError,
    rule::{Grade, Source, Sourced, Text},
};
use core::str::FromStr;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use std::collections::BTreeMap;

/// The error of a value that is wrong.
pub(super) fn wrong(row: &str, field: &'static str, problem: impl Into<String>) -> ProgrammeError {
    ProgrammeError::Field {
        row: row.into(),
        field,
        problem: problem.into(),
    }
}

/// The declared sources by tag, shared with the reader of crossings.
pub(crate) struct Sources(BTreeMap<String, Source>);

impl Sources {
    pub(crate) fn of(raw: Vec<RawSource>) -> Result<Self, ProgrammeError> {
        let mut sources = BTreeMap::new();
        for source in raw {
            let grade = source.grade()?;
            let tag = source.tag;
            let known = Source {
                tag: tag.clone(),
                url: source.url,
                grade,
            };
            if sources.insert(tag.clone(), known).is_some() {
                return Err(wrong(&tag, "tag", "is declared twice"));
            }
        }
        Ok(Self(sources))
    }

    pub(crate) fn cited(&self, row: &str, tags: &[String]) -> Result<Vec<Source>, ProgrammeError> {
        if tags.is_empty() {
            return Err(wrong(
                row,
                "sources",
                "names none; what has no source is no row",
            ));
        }
        tags.iter()
            .map(|tag| {
                let undeclared = || format!("cites {tag}, which no [[source]] declares");
                self.0
                    .get(tag)
                    .cloned()
                    .ok_or_else(|| wrong(row, "sources", undeclared()))
            })
            .collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawText {
    es: String,
    en: String,
}

impl From<RawText> for Text {
    fn from(raw: RawText) -> Self {
        Self {
            es: raw.es,
            en: raw.en,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSource {
    tag: String,
    url: String,
    grade: String,
}

impl RawSource {
    fn grade(&self) -> Result<Grade, ProgrammeError> {
        match self.grade.as_str() {
            "law" => Ok(Grade::Law),
            "official" => Ok(Grade::Official),
            "press" => Ok(Grade::Press),
            "data" => Ok(Grade::Data),
            other => Err(wrong(
                &self.tag,
                "grade",
                format!("is {other:?}; write law, official, press or data"),
            )),
        }
    }
}

/// A value, or the word `"unsourced"`.
pub(crate) enum RawSourced<T> {
    Known(T),
    Unsourced,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for RawSourced<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::Value::deserialize(deserializer)?;
        if value.as_str() == Some("unsourced") {
            return Ok(Self::Unsourced);
        }
        T::deserialize(value)
            .map(Self::Known)
            .map_err(serde::de::Error::custom)
    }
}

impl<T> RawSourced<T> {
    pub(crate) fn map<U, E>(self, f: impl FnOnce(T) -> Result<U, E>) -> Result<Sourced<U>, E> {
        Ok(match self {
            Self::Known(value) => Sourced::Known(f(value)?),
            Self::Unsourced => Sourced::Unsourced,
        })
    }

    pub(super) fn into_known(self) -> Sourced<T> {
        match self {
            Self::Known(value) => Sourced::Known(value),
            Self::Unsourced => Sourced::Unsourced,
        }
    }
}

/// A TOML date, or `"at-load"` in the demonstration programme.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum RawDate {
    Date(toml::value::Datetime),
    Word(String),
}

impl RawDate {
    pub(crate) fn strict(
        &self,
        row: &str,
        field: &'static str,
        at_load: Option<Date>,
    ) -> Result<Date, ProgrammeError> {
        match self {
            Self::Word(word) if word == "at-load" => at_load.ok_or_else(|| {
                wrong(
                    row,
                    field,
                    "is at-load, which only the demonstration may say",
                )
            }),
            Self::Date(toml::value::Datetime {
                date: Some(date),
                time: None,
                offset: None,
            }) => {
                // TOML's own reader let only dates of the calendar through.
                let (month, day) = (date.month.try_into(), date.day.try_into());
                match (date.year.try_into(), month, day) {
                    (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day)
                        .map_err(|_| wrong(row, field, "is no day of the calendar")),
                    _ => Err(wrong(row, field, "is no day of the calendar")),
                }
            }
            // A date inside a value that may be "unsourced" comes to us as its text.
            Self::Word(word) if word.len() == 10 => word
                .parse()
                .map_err(|_| wrong(row, field, format!("{word:?} is no day; write 2014-07-07"))),
            _ => Err(wrong(row, field, "is no day; write 2014-07-07")),
        }
    }
}

/// Reads every text of a list as a value, or names the first that is none.
pub(crate) fn list<T: FromStr>(
    row: &str,
    field: &'static str,
    texts: &[String],
) -> Result<Vec<T>, ProgrammeError>
where
    T::Err: core::fmt::Display,
{
    texts
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|e| wrong(row, field, format!("{text:?}: {e}")))
        })
        .collect()
}
