//! What several answers and requests have in common.

use super::{
    json::at,
    spelt::{As, named},
    words::{Blank, Line},
};
use paso_domain::{
    act::Act,
    document::TravelDocument,
    person::{Claim, Evidence},
};
use paso_formats::name::PersonName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When, where and by whom.
#[derive(Serialize, ToSchema)]
pub(super) struct By {
    /// When.
    at: named::At,
    /// At which post.
    post: named::Post,
    /// The officer who answers for it.
    officer: named::Officer,
    /// The mark of what stood on a sheet of paper first; null for most.
    late: Option<LateMark>,
}

/// That an act stood on paper first, and was recorded afterwards.
#[derive(Serialize, ToSchema)]
pub(super) struct LateMark {
    /// When it was recorded.
    recorded: named::At,
    /// The number of the sheet.
    #[schema(example = "P-TAL-E3KH-T401-Z")]
    sheet: String,
    /// Who had signed the sheet.
    signed: named::Officer,
}

impl By {
    pub(super) fn of(act: &Act) -> Self {
        Self {
            at: at(act.at),
            post: As(act.post),
            officer: As(act.officer.clone()),
            late: act.late.as_ref().map(|late| LateMark {
                recorded: at(late.recorded),
                sheet: late.sheet.to_string(),
                signed: As(late.signed.clone()),
            }),
        }
    }
}

/// A name as its bearer writes it, at least one letter between the two parts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Name {
    /// Surnames in the order written.
    #[serde(default)]
    #[schema(required = false)]
    surnames: Blank,
    /// Given names.
    #[serde(default)]
    #[schema(required = false)]
    given: Blank,
}

impl Name {
    /// The name, where there is one.
    pub(super) fn read(&self) -> Option<PersonName> {
        let name = PersonName::new(self.surnames.as_sent(), self.given.as_sent());
        name.has_letter().then_some(name)
    }
}

/// A paper that is shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    /// What it is.
    kind: named::Paper,
    /// Its number exactly as printed.
    number: Line,
    /// The state that issued it.
    issuer: named::Country,
    /// Its last day, where it states one.
    expires: Option<named::Day>,
}

impl Document {
    pub(super) fn read(&self) -> TravelDocument {
        TravelDocument {
            kind: self.kind.0,
            number: self.number.trimmed(),
            issuer: self.issuer.0,
            expires: self.expires.map(|day| day.0),
            mrz_checked: false,
        }
    }
}

/// What was stated about a person, and on what evidence.
#[derive(Serialize, ToSchema)]
pub(super) struct Stated {
    surnames: String,
    given: String,
    birth: named::Birth,
    sex: named::Sex,
    nationality: named::Country,
    residence: Option<named::Country>,
    /// Guatemala's personal code as stated.
    cui: Option<String>,
    evidence: Shown,
}

/// The paper that a statement rests on; empty where the person's word is all there is.
#[derive(Serialize, ToSchema)]
struct Shown {
    kind: Option<named::Paper>,
    number: Option<String>,
    issuer: Option<named::Country>,
    expires: Option<named::Day>,
    /// Read from a machine readable zone whose check digits all agreed.
    machine_read: bool,
}

impl Stated {
    pub(super) fn of(claim: &Claim) -> Self {
        let Evidence {
            kind,
            number,
            issuer,
            expires,
            machine_read,
        } = &claim.evidence;
        Self {
            surnames: claim.surnames.clone(),
            given: claim.given.clone(),
            birth: As(claim.birth),
            sex: As(claim.sex),
            nationality: As(claim.nationality),
            residence: claim.residence.map(As),
            cui: claim.cui.clone(),
            evidence: Shown {
                kind: kind.map(As),
                number: number.clone(),
                issuer: issuer.map(As),
                expires: expires.map(As),
                machine_read: *machine_read,
            },
        }
    }
}
