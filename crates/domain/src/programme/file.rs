//! From the text of a programme file to rows that cannot be wrong.
//!
//! The reader is strict: an unknown key, an undeclared source, two rows for one day or a row that
//! claims to be issuable and leaves a gap are errors that name the row and the field. Days are
//! TOML dates; `"unsourced"` stands where nobody has read the value.

use super::{
    Programme,
    raw::{RawDate, RawSource, RawSourced, RawText, Sources, list, wrong},
    rule::{
        Accepted, Applicants, CardValidity, Conflict, DayCount, DocumentRule, Instrument, Issue,
        IssueTerms, MinorRule, Note, NoteKind, Region, Rule, Sourced, Stay, Subdivision,
    },
};
use crate::document::DocumentKind;
use jiff::civil::Date;
use paso_formats::field::StateCode;
use serde::Deserialize;

/// A programme file that cannot be used, and where to look.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProgrammeError {
    /// Not TOML, or not these keys; the message has line and column.
    #[error("the programme file cannot be read: {0}")]
    Syntax(String),
    /// A value is wrong.
    #[error("programme file, row {row}, field {field}: {problem}")]
    Field {
        /// The id of the row, or what it is where it has none.
        row: String,
        /// The field.
        field: &'static str,
        /// What is wrong and what to write.
        problem: String,
    },
    /// Two rows hold on one day.
    #[error("rows {first} and {second} both hold on {on}; end the first the day before")]
    Overlap {
        /// The earlier row.
        first: String,
        /// The later row.
        second: String,
        /// A day both cover.
        on: Date,
    },
    /// There is no row.
    #[error("the programme file has no [[rule]]; a programme needs one at least")]
    NoRules,
}

pub(super) fn read(text: &str, at_load: Option<Date>) -> Result<Programme, ProgrammeError> {
    let file: File = toml::from_str(text).map_err(|e| ProgrammeError::Syntax(e.to_string()))?;
    let sources = Sources::of(file.source)?;
    let mut rules = file
        .rule
        .into_iter()
        .map(|raw| raw.strict(&sources, at_load))
        .collect::<Result<Vec<_>, _>>()?;
    rules.sort_by_key(|rule| rule.valid_from);
    check_order(&rules)?;
    let mut notes = file
        .note
        .into_iter()
        .map(|raw| raw.strict(&sources, at_load))
        .collect::<Result<Vec<_>, _>>()?;
    notes.sort_by_key(|note| note.from);
    Ok(Programme {
        id: file.id,
        name: file.name.into(),
        demo: file.demo,
        rules,
        notes,
    })
}

fn check_order(rules: &[Rule]) -> Result<(), ProgrammeError> {
    if rules.is_empty() {
        return Err(ProgrammeError::NoRules);
    }
    for (at, rule) in rules.iter().enumerate() {
        if rule.valid_to.is_some_and(|last| last < rule.valid_from) {
            return Err(wrong(&rule.id, "valid_to", "lies before valid_from"));
        }
        if rules[..at].iter().any(|other| other.id == rule.id) {
            return Err(wrong(
                &rule.id,
                "id",
                "is used twice; stored cards refer to it",
            ));
        }
        if let Some(next) = rules.get(at + 1)
            && rule.covers(next.valid_from)
        {
            return Err(ProgrammeError::Overlap {
                first: rule.id.clone(),
                second: next.id.clone(),
                on: next.valid_from,
            });
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    name: RawText,
    #[serde(default)]
    demo: bool,
    #[serde(default)]
    source: Vec<RawSource>,
    #[serde(default)]
    rule: Vec<RawRule>,
    #[serde(default)]
    note: Vec<RawNote>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInstrument {
    es: String,
    en: Option<String>,
    reference: Option<String>,
}

impl From<RawInstrument> for Instrument {
    fn from(raw: RawInstrument) -> Self {
        Self {
            es: raw.es,
            en: raw.en,
            reference: raw.reference,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: String,
    name: RawText,
    valid_from: RawDate,
    valid_to: Option<RawDate>,
    instrument: RawInstrument,
    sources: Vec<String>,
    nationalities: RawSourced<Vec<String>>,
    permanent_residents_of: RawSourced<Vec<String>>,
    region: RawSourced<RawRegion>,
    stay: RawStay,
    card_validity: RawSourced<RawValidity>,
    land_entry_only: RawSourced<bool>,
    multiple_entry: RawSourced<bool>,
    paid_work: RawSourced<bool>,
    not_issuable: Option<RawText>,
    documents_in_force: Option<RawSourced<bool>>,
    #[serde(default)]
    documents: Vec<RawDocuments>,
    minors: Option<RawSourced<Vec<RawMinors>>>,
    #[serde(default)]
    conflict: Vec<RawConflict>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRegion {
    states: Option<Vec<String>>,
    belt_kilometres: Option<u32>,
    residents_of: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStay {
    elapsed_hours: Option<u16>,
    natural_days: Option<u16>,
    day_count: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawValidity {
    #[serde(default)]
    years: u8,
    #[serde(default)]
    months: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDocuments {
    applicants: String,
    of: Vec<String>,
    /// Each inner list is a demand that one of its kinds meets.
    all_of: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMinors {
    of: Vec<String>,
    permission: String,
    birth_certificate_max_months: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConflict {
    id: String,
    instrument: RawInstrument,
    text: RawText,
    sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNote {
    id: String,
    kind: String,
    from: RawDate,
    to: Option<RawDate>,
    #[serde(default)]
    approximate: bool,
    text: RawText,
    sources: Vec<String>,
}

impl RawRule {
    fn strict(self, sources: &Sources, at_load: Option<Date>) -> Result<Rule, ProgrammeError> {
        let id = self.id;
        let codes = |field| {
            let id = &id;
            move |texts: Vec<String>| list::<StateCode>(id, field, &texts)
        };
        let nationalities = self.nationalities.map(codes("nationalities"))?;
        let permanent_residents_of = self
            .permanent_residents_of
            .map(codes("permanent_residents_of"))?;
        let region = match self.region {
            RawSourced::Known(region) => region.strict(&id)?,
            RawSourced::Unsourced => Region::Unsourced,
        };
        let card_validity = self.card_validity.map(|validity| validity.strict(&id))?;
        let issue = match self.not_issuable {
            Some(why) => Issue::NotHere { why: why.into() },
            None => Issue::Terms(IssueTerms {
                nationalities: needed(&id, "nationalities", nationalities.known())?,
                permanent_residents_of: needed(
                    &id,
                    "permanent_residents_of",
                    permanent_residents_of.known(),
                )?,
                states: match &region {
                    Region::States(states) => states.clone(),
                    _ => return Err(wrong(&id, "region", "names no states; cards need them")),
                },
                card_validity: needed(&id, "card_validity", card_validity.known())?,
                documents: document_rules(&id, self.documents)?,
                documents_in_force: self
                    .documents_in_force
                    .map_or(Sourced::Unsourced, RawSourced::into_known),
                minors: self
                    .minors
                    .unwrap_or(RawSourced::Unsourced)
                    .map(|rules| minor_rules(&id, rules))?,
            }),
        };
        if let Issue::Terms(terms) = &issue {
            every_ground_has_papers(&id, terms)?;
        }
        Ok(Rule {
            name: self.name.into(),
            valid_from: self.valid_from.strict(&id, "valid_from", at_load)?,
            valid_to: self
                .valid_to
                .map(|date| date.strict(&id, "valid_to", at_load))
                .transpose()?,
            instrument: self.instrument.into(),
            sources: sources.cited(&id, &self.sources)?,
            nationalities,
            permanent_residents_of,
            region,
            stay: self.stay.strict(&id)?,
            card_validity,
            land_entry_only: self.land_entry_only.into_known(),
            multiple_entry: self.multiple_entry.into_known(),
            paid_work: self.paid_work.into_known(),
            issue,
            conflicts: self
                .conflict
                .into_iter()
                .map(|raw| {
                    Ok(Conflict {
                        sources: sources.cited(&raw.id, &raw.sources)?,
                        id: raw.id,
                        instrument: raw.instrument.into(),
                        text: raw.text.into(),
                    })
                })
                .collect::<Result<_, ProgrammeError>>()?,
            id,
        })
    }
}

fn needed<T: Clone>(
    row: &str,
    field: &'static str,
    value: Option<&T>,
) -> Result<T, ProgrammeError> {
    let gap = "is unsourced; without it no card can be issued, so say not_issuable and why";
    value.cloned().ok_or_else(|| wrong(row, field, gap))
}

impl RawRegion {
    fn strict(self, row: &str) -> Result<Region, ProgrammeError> {
        match (self.states, self.belt_kilometres, self.residents_of) {
            (Some(states), None, None) if !states.is_empty() => {
                list::<Subdivision>(row, "region.states", &states).map(Region::States)
            }
            (None, Some(kilometres), Some(residents)) if !residents.is_empty() => {
                let residents_of = list(row, "region.residents_of", &residents)?;
                Ok(Region::Belt {
                    kilometres,
                    residents_of,
                })
            }
            _ => Err(wrong(
                row,
                "region",
                "needs either states, or belt_kilometres with residents_of",
            )),
        }
    }
}

impl RawStay {
    fn strict(&self, row: &str) -> Result<Stay, ProgrammeError> {
        let counting = match self.day_count.as_str() {
            "day-after-entry" => DayCount::DayAfterEntry,
            "entry-day-counts" => DayCount::EntryDayCounts,
            other => {
                return Err(wrong(
                    row,
                    "stay.day_count",
                    format!("is {other:?}; write day-after-entry or entry-day-counts"),
                ));
            }
        };
        Stay::new(self.elapsed_hours, self.natural_days, counting).ok_or_else(|| {
            wrong(
                row,
                "stay",
                "needs elapsed_hours or natural_days, above zero",
            )
        })
    }
}

impl RawValidity {
    fn strict(&self, row: &str) -> Result<CardValidity, ProgrammeError> {
        if self.years == 0 && self.months == 0 {
            return Err(wrong(
                row,
                "card_validity",
                "needs years or months, above zero",
            ));
        }
        Ok(CardValidity {
            years: self.years,
            months: self.months,
        })
    }
}

fn document_rules(row: &str, raw: Vec<RawDocuments>) -> Result<Vec<DocumentRule>, ProgrammeError> {
    raw.into_iter()
        .map(|raw| {
            let applicants = match raw.applicants.as_str() {
                "national" => Applicants::Nationals,
                "permanent-resident" => Applicants::PermanentResidents,
                other => {
                    return Err(wrong(
                        row,
                        "documents.applicants",
                        format!("is {other:?}; write national or permanent-resident"),
                    ));
                }
            };
            let demand = |kinds: &Vec<String>| {
                if kinds.iter().any(|kind| kind == "any-official-id") {
                    return Ok(Accepted::AnyOfficialId);
                }
                if kinds.is_empty() {
                    return Err(wrong(row, "documents.all_of", "has an empty demand"));
                }
                list::<DocumentKind>(row, "documents.all_of", kinds).map(Accepted::OneOf)
            };
            Ok(DocumentRule {
                applicants,
                of: list(row, "documents.of", &raw.of)?,
                demands: raw.all_of.iter().map(demand).collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

/// A ground without papers would be a card for the asking, so the file must not leave one out.
fn every_ground_has_papers(row: &str, terms: &IssueTerms) -> Result<(), ProgrammeError> {
    let nationals = terms
        .nationalities
        .iter()
        .map(|of| (Applicants::Nationals, of));
    let residents = terms
        .permanent_residents_of
        .iter()
        .map(|of| (Applicants::PermanentResidents, of));
    for (applicants, of) in nationals.chain(residents) {
        let named = terms.documents.iter().any(|rule| {
            rule.applicants == applicants && rule.of.contains(of) && !rule.demands.is_empty()
        });
        if !named {
            let who = applicants.code();
            return Err(wrong(
                row,
                "documents",
                format!("names no paper for {who} of {of}"),
            ));
        }
    }
    Ok(())
}

fn minor_rules(row: &str, raw: Vec<RawMinors>) -> Result<Vec<MinorRule>, ProgrammeError> {
    raw.into_iter()
        .map(|raw| {
            Ok(MinorRule {
                of: list(row, "minors.of", &raw.of)?,
                permission: raw
                    .permission
                    .parse()
                    .map_err(|e| wrong(row, "minors.permission", format!("{e}")))?,
                birth_certificate_max_months: raw.birth_certificate_max_months,
            })
        })
        .collect()
}

impl RawNote {
    fn strict(self, sources: &Sources, at_load: Option<Date>) -> Result<Note, ProgrammeError> {
        let kind = match self.kind.as_str() {
            "announcement" => NoteKind::Announcement,
            "suspension" => NoteKind::Suspension,
            "amendment" => NoteKind::Amendment,
            "doubt" => NoteKind::Doubt,
            "practice" => NoteKind::Practice,
            other => {
                return Err(wrong(
                    &self.id,
                    "kind",
                    format!("{other:?} is no kind of note"),
                ));
            }
        };
        let to = self
            .to
            .map(|date| date.strict(&self.id, "to", at_load))
            .transpose()?;
        Ok(Note {
            kind,
            from: self.from.strict(&self.id, "from", at_load)?,
            to,
            approximate: self.approximate,
            text: self.text.into(),
            sources: sources.cited(&self.id, &self.sources)?,
            id: self.id,
        })
    }
}
