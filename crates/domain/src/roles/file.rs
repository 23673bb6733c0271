//! From the text of a file of roles to a table that keeps the rules.

use super::{Body, Purpose, Record, Roles, RolesError, Words, firewall, policy_of};
use crate::policy::{Power, Role};
use core::str::FromStr;
use paso_formats::field::StateCode;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    body: Vec<RawBody>,
    power: BTreeMap<String, RawWords>,
    record: BTreeMap<String, RawWords>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBody {
    code: String,
    state: Option<String>,
    name: RawWords,
    fact: String,
    awaits: Option<RawWords>,
    #[serde(default)]
    role: Vec<RawRole>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRole {
    code: String,
    purpose: RawWords,
    source: String,
    may: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWords {
    es: String,
    en: String,
}

/// What an installation may write: roles, and what is left of what they may do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Narrowing {
    may: BTreeMap<String, Vec<String>>,
}

fn wrong(place: &str, problem: impl Into<String>) -> RolesError {
    RolesError::Wrong {
        place: place.into(),
        problem: problem.into(),
    }
}

fn one<T: FromStr>(place: &str, text: &str) -> Result<T, RolesError>
where
    T::Err: core::fmt::Display,
{
    text.parse()
        .map_err(|error| wrong(place, format!("{text:?}: {error}")))
}

fn toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, RolesError> {
    toml::from_str(text).map_err(|error| RolesError::Syntax(error.to_string()))
}

fn powers(place: &str, codes: &[String]) -> Result<BTreeSet<Power>, RolesError> {
    let mut powers = BTreeSet::new();
    for code in codes {
        if !powers.insert(one(place, code)?) {
            return Err(wrong(place, format!("{code} stands twice; leave one out")));
        }
    }
    Ok(powers)
}

impl RawWords {
    fn strict(self, place: &str) -> Result<Words, RolesError> {
        for (language, text) in [("es", &self.es), ("en", &self.en)] {
            if text.trim().is_empty() {
                return Err(wrong(place, format!("has no words in {language}")));
            }
        }
        Ok(Words {
            es: self.es,
            en: self.en,
        })
    }
}

impl RawBody {
    fn strict(self) -> Result<Body, RolesError> {
        let place = format!("body {}", self.code);
        if self.fact.trim().is_empty() {
            return Err(wrong(&place, "names no fact; say what a source says of it"));
        }
        let state: Option<StateCode> = match &self.state {
            Some(text) => Some(one(&place, text)?),
            None => None,
        };
        if self.role.is_empty() == self.awaits.is_none() {
            return Err(wrong(
                &place,
                "has to have either roles, or `awaits` with the reason why it has none",
            ));
        }
        let roles = self.role.into_iter().map(RawRole::strict);
        Ok(Body {
            state,
            name: self.name.strict(&place)?,
            fact: self.fact,
            awaits: self.awaits.map(|why| why.strict(&place)).transpose()?,
            roles: roles.collect::<Result<_, _>>()?,
            code: self.code,
        })
    }
}

impl RawRole {
    fn strict(self) -> Result<Purpose, RolesError> {
        let place = format!("role {}", self.code);
        if self.source.trim().is_empty() {
            return Err(wrong(
                &place,
                "names no source; where there is none write INFERENCE and from what",
            ));
        }
        Ok(Purpose {
            role: one(&place, &self.code)?,
            sentence: self.purpose.strict(&place)?,
            source: self.source,
            may: powers(&place, &self.may)?,
        })
    }
}

pub(super) fn read(text: &str) -> Result<Roles, RolesError> {
    let file: File = toml(text)?;
    let bodies = file.body.into_iter().map(RawBody::strict);
    let bodies = bodies.collect::<Result<Vec<_>, _>>()?;
    each_once("body", bodies.iter().map(|body| body.code.as_str()))?;
    let roles = || bodies.iter().flat_map(|body| &body.roles);
    each_once("role", roles().map(|purpose| purpose.role.code()))?;
    if let Some(role) = Role::ALL
        .into_iter()
        .find(|role| roles().all(|purpose| purpose.role != *role))
    {
        return Err(wrong(
            &format!("role {role}"),
            "is in no body; a role without powers has an empty `may`",
        ));
    }
    firewall::check(&bodies)?;
    Ok(Roles {
        policy: policy_of(&bodies),
        powers: worded("power", file.power, &Power::ALL)?,
        records: worded("record", file.record, &Record::ALL)?,
        bodies,
    })
}

pub(super) fn read_narrowing(text: &str) -> Result<BTreeMap<Role, BTreeSet<Power>>, RolesError> {
    let file: Narrowing = toml(text)?;
    let rows = file.may.iter().map(|(role, codes)| {
        let place = format!("role {role}");
        Ok((one(&place, role)?, powers(&place, codes)?))
    });
    rows.collect()
}

fn each_once<'a>(what: &str, codes: impl Iterator<Item = &'a str>) -> Result<(), RolesError> {
    let mut seen = BTreeSet::new();
    for code in codes {
        if !seen.insert(code) {
            return Err(wrong(
                &format!("{what} {code}"),
                "stands twice; leave one out",
            ));
        }
    }
    Ok(())
}

/// The words of every item of a closed list, and of nothing else.
fn worded<T: FromStr + Ord + Copy + core::fmt::Display>(
    what: &str,
    raw: BTreeMap<String, RawWords>,
    all: &[T],
) -> Result<BTreeMap<T, Words>, RolesError>
where
    T::Err: core::fmt::Display,
{
    let mut words = BTreeMap::new();
    for (code, text) in raw {
        let place = format!("{what} {code}");
        words.insert(one(&place, &code)?, text.strict(&place)?);
    }
    match all.iter().find(|item| !words.contains_key(*item)) {
        Some(missing) => Err(wrong(&format!("{what} {missing}"), "has no words")),
        None => Ok(words),
    }
}
