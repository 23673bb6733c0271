//! From the text of a crossings file to places that cannot be wrong.

use super::{
    Country, Crossings, State, Zone,
    place::{
        Crossing, CrossingStatus, Hours, IssuingPoint, Place, Post, PostCode, PostKind, Side,
        StatusKind,
    },
};
use crate::programme::{
    ProgrammeError, Sourced, Subdivision,
    raw::{RawDate, RawSource, RawSourced, RawText, Sources},
};
use core::str::FromStr;
use serde::Deserialize;

/// A crossings file that cannot be used, and where to look.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrossingsError {
    /// Not TOML, or not these keys; the message has line and column.
    #[error("the crossings file cannot be read: {0}")]
    Syntax(String),
    /// A value is wrong.
    #[error("crossings file, row {row}, field {field}: {problem}")]
    Field {
        /// The id of the row, or what it is where it has none.
        row: String,
        /// The field.
        field: &'static str,
        /// What is wrong and what to write.
        problem: String,
    },
}

/// Dates, sources and lists are read by the programme's own reader, whose errors speak of its file.
impl From<ProgrammeError> for CrossingsError {
    fn from(error: ProgrammeError) -> Self {
        match error {
            ProgrammeError::Field {
                row,
                field,
                problem,
            } => Self::Field {
                row,
                field,
                problem,
            },
            other => Self::Syntax(other.to_string()),
        }
    }
}

fn wrong(row: &str, field: &'static str, problem: impl Into<String>) -> CrossingsError {
    CrossingsError::Field {
        row: row.into(),
        field,
        problem: problem.into(),
    }
}

fn one<T: FromStr>(row: &str, field: &'static str, text: &str) -> Result<T, CrossingsError>
where
    T::Err: core::fmt::Display,
{
    text.parse()
        .map_err(|e| wrong(row, field, format!("{text:?}: {e}")))
}

pub(super) fn read(text: &str) -> Result<Crossings, CrossingsError> {
    let file: File = toml::from_str(text).map_err(|e| CrossingsError::Syntax(e.to_string()))?;
    let sources = Sources::of(file.source)?;
    let states = file
        .state
        .into_iter()
        .map(RawState::strict)
        .collect::<Result<Vec<_>, _>>()?;
    let countries = file
        .country
        .into_iter()
        .map(RawCountry::strict)
        .collect::<Result<Vec<_>, _>>()?;
    let crossings = file
        .crossing
        .into_iter()
        .map(|raw| raw.strict(&sources))
        .collect::<Result<Vec<_>, _>>()?;
    let posts = file
        .post
        .into_iter()
        .map(|raw| raw.strict(&sources, &states, &crossings))
        .collect::<Result<Vec<_>, _>>()?;
    for (at, crossing) in crossings.iter().enumerate() {
        if crossings[..at].iter().any(|other| other.id == crossing.id) {
            return Err(wrong(&crossing.id, "id", "is used twice"));
        }
    }
    for (at, post) in posts.iter().enumerate() {
        if posts[..at].iter().any(|other| other.code == post.code) {
            return Err(wrong(
                post.code.as_str(),
                "code",
                "is used twice; numbers begin with it",
            ));
        }
    }
    let issuing = file
        .issuing
        .into_iter()
        .map(|raw| raw.strict(&sources, &posts))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Crossings {
        states,
        countries,
        places: crossings,
        posts,
        issuing,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<RawSource>,
    state: Vec<RawState>,
    #[serde(default)]
    country: Vec<RawCountry>,
    #[serde(default)]
    crossing: Vec<RawCrossing>,
    #[serde(default)]
    post: Vec<RawPost>,
    #[serde(default)]
    issuing: Vec<RawIssuing>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawState {
    code: String,
    name: String,
    zone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCountry {
    code: String,
    zone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlace {
    name: String,
    #[serde(default)]
    unsourced: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSide {
    names: Vec<RawPlace>,
    #[serde(default)]
    municipalities: Vec<RawPlace>,
    subdivision: RawSourced<String>,
    country: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStatus {
    country: String,
    kind: String,
    from: RawDate,
    to: Option<RawDate>,
    sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHours {
    text: RawText,
    as_of: RawDate,
    sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCrossing {
    id: String,
    mexican: RawSide,
    other: RawSide,
    #[serde(default)]
    status: Vec<RawStatus>,
    hours: RawSourced<RawHours>,
    #[serde(default)]
    candidate: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPost {
    code: String,
    name: String,
    kind: String,
    crossing: Option<String>,
    state: String,
    sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIssuing {
    post: String,
    as_of: RawDate,
    sources: Vec<String>,
}

fn zone(row: &str, name: &str) -> Result<Zone, CrossingsError> {
    Zone::named(name).map_err(|e| wrong(row, "zone", e.to_string()))
}

impl RawState {
    fn strict(self) -> Result<State, CrossingsError> {
        Ok(State {
            code: one(&self.code, "code", &self.code)?,
            zone: zone(&self.code, &self.zone)?,
            name: self.name,
        })
    }
}

impl RawCountry {
    fn strict(self) -> Result<Country, CrossingsError> {
        Ok(Country {
            code: one(&self.code, "code", &self.code)?,
            zone: zone(&self.code, &self.zone)?,
        })
    }
}

fn places(raw: Vec<RawPlace>) -> Vec<Place> {
    raw.into_iter()
        .map(|p| Place {
            name: p.name,
            sourced: !p.unsourced,
        })
        .collect()
}

impl RawSide {
    fn strict(self, row: &str) -> Result<Side, CrossingsError> {
        if self.names.is_empty() {
            return Err(wrong(
                row,
                "names",
                "is empty; people must know the place by a name",
            ));
        }
        Ok(Side {
            names: places(self.names),
            municipalities: places(self.municipalities),
            subdivision: self
                .subdivision
                .map(|text| one::<Subdivision>(row, "subdivision", &text))?,
            country: one(row, "country", &self.country)?,
        })
    }
}

impl RawStatus {
    fn strict(self, row: &str, sources: &Sources) -> Result<CrossingStatus, CrossingsError> {
        let kind = match self.kind.as_str() {
            "formal" => StatusKind::Formal,
            "issuing" => StatusKind::Issuing,
            "closed" => StatusKind::Closed,
            "not-recognised" => StatusKind::NotRecognised,
            "unknown" => StatusKind::Unknown,
            other => {
                return Err(wrong(
                    row,
                    "status.kind",
                    format!("{other:?}; write formal, issuing, closed, not-recognised or unknown"),
                ));
            }
        };
        Ok(CrossingStatus {
            country: one(row, "status.country", &self.country)?,
            kind,
            from: self.from.strict(row, "status.from", None)?,
            to: self
                .to
                .map(|to| to.strict(row, "status.to", None))
                .transpose()?,
            sources: sources.cited(row, &self.sources)?,
        })
    }
}

impl RawCrossing {
    fn strict(self, sources: &Sources) -> Result<Crossing, CrossingsError> {
        let id = self.id;
        Ok(Crossing {
            mexican: self.mexican.strict(&id)?,
            other: self.other.strict(&id)?,
            statuses: self
                .status
                .into_iter()
                .map(|raw| raw.strict(&id, sources))
                .collect::<Result<_, _>>()?,
            hours: self.hours.map(|hours| {
                Ok::<_, CrossingsError>(Hours {
                    text: hours.text.into(),
                    as_of: hours.as_of.strict(&id, "hours.as_of", None)?,
                    sources: sources.cited(&id, &hours.sources)?,
                })
            })?,
            candidate: self.candidate,
            id,
        })
    }
}

impl RawPost {
    fn strict(
        self,
        sources: &Sources,
        states: &[State],
        crossings: &[Crossing],
    ) -> Result<Post, CrossingsError> {
        let row = self.code;
        let code: PostCode = one(&row, "code", &row)?;
        let kind = match (self.kind.as_str(), &self.crossing) {
            ("crossing", Some(_)) => PostKind::Crossing,
            ("inspection", None) => PostKind::Inspection,
            ("station", None) => PostKind::Station,
            ("crossing", None) => {
                return Err(wrong(
                    &row,
                    "crossing",
                    "is missing; say which crossing it stands at",
                ));
            }
            ("inspection" | "station", Some(_)) => {
                return Err(wrong(
                    &row,
                    "crossing",
                    "stands on an inland post; leave it out",
                ));
            }
            (other, _) => {
                return Err(wrong(
                    &row,
                    "kind",
                    format!("{other:?}; write crossing or inspection"),
                ));
            }
        };
        let state: Subdivision = one(&row, "state", &self.state)?;
        let zone = states
            .iter()
            .find(|known| known.code == state)
            .map(|known| known.zone.clone())
            .ok_or_else(|| {
                wrong(
                    &row,
                    "state",
                    format!("{state} has no [[state]] and no clock"),
                )
            })?;
        if let Some(id) = &self.crossing {
            let at = crossings
                .iter()
                .find(|crossing| crossing.id == *id)
                .ok_or_else(|| wrong(&row, "crossing", format!("{id} is no [[crossing]]")))?;
            if at.mexican.subdivision != Sourced::Known(state) {
                return Err(wrong(&row, "state", format!("is not the state of {id}")));
            }
        }
        Ok(Post {
            code,
            name: self.name,
            kind,
            crossing: self.crossing,
            state,
            zone,
            sources: sources.cited(&row, &self.sources)?,
        })
    }
}

impl RawIssuing {
    fn strict(self, sources: &Sources, posts: &[Post]) -> Result<IssuingPoint, CrossingsError> {
        let post: PostCode = one(&self.post, "issuing.post", &self.post)?;
        if !posts.iter().any(|known| known.code == post) {
            return Err(wrong(
                &self.post,
                "issuing.post",
                "is the code of no [[post]]",
            ));
        }
        Ok(IssuingPoint {
            post,
            as_of: self.as_of.strict(&self.post, "issuing.as_of", None)?,
            sources: sources.cited(&self.post, &self.sources)?,
        })
    }
}
