//! The assessment itself: one pass for every ground a person may apply on, the best one answers.

use super::{
    age::{ADULT_AT, is_child},
    reason::{Unmet, Warning},
};
use crate::{
    document::{DocumentKind, TravelDocument},
    programme::{
        Accepted, Applicants, DocumentRule, IssueTerms, MinorRule, Permission, Rule, Sourced,
    },
};
use jiff::{ToSpan, civil::Date};
use paso_formats::field::{BirthDate, StateCode};

/// Who comes with a minor, or with a person under guardianship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accompaniment {
    /// Both parents, or the guardians.
    BothParentsOrGuardians,
    /// Not both; what was brought instead.
    NotBoth {
        /// The permission shown, by whom it was certified.
        permission: Option<Permission>,
        /// The date of issue of the birth certificate shown.
        birth_certificate_issued: Option<Date>,
    },
}

/// What is stated about an applicant. All of it is claims; the papers are the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicant {
    /// Nationalities claimed.
    pub nationalities: Vec<StateCode>,
    /// Where the person permanently resides, if abroad.
    pub permanent_residence: Option<StateCode>,
    /// Date of birth, as far as known.
    pub birth: Option<BirthDate>,
    /// Papers shown.
    pub documents: Vec<TravelDocument>,
    /// Whether an adult is under guardianship, who then applies as a minor does (facts A.3).
    pub under_guardianship: bool,
    /// Who comes along; read for minors and persons under guardianship only.
    pub accompaniment: Accompaniment,
}

/// On what an application rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Basis {
    /// As a national or a permanent resident.
    pub applicants: Applicants,
    /// Of which country.
    pub of: StateCode,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eligibility {
    /// The day of issue assessed.
    pub on: Date,
    /// The row assessed, where there is one.
    pub rule: Option<String>,
    /// What the application rests on, where anything covers it.
    pub basis: Option<Basis>,
    /// Every demand not met.
    pub unmet: Vec<Unmet>,
    /// Everything to look at.
    pub warnings: Vec<Warning>,
}

impl Eligibility {
    /// Whether a card may be issued: every demand is met.
    #[must_use]
    pub fn is_eligible(&self) -> bool {
        self.unmet.is_empty()
    }
}

/// Assesses an applicant against the row in force on the day of issue, `on`.
///
/// A person may apply on several grounds (a nationality, another one, a residence); the answer is
/// that of the ground with the fewest unmet demands, nationalities first.
#[must_use]
pub fn assess(rule: Option<&Rule>, applicant: &Applicant, on: Date) -> Eligibility {
    let answer = |basis, unmet, warnings| Eligibility {
        on,
        rule: rule.map(|rule| rule.id.clone()),
        basis,
        unmet,
        warnings,
    };
    let Some(in_force) = rule.filter(|rule| rule.covers(on)) else {
        return answer(None, vec![Unmet::NoRuleInForce], Vec::new());
    };
    let Some(terms) = in_force.terms() else {
        return answer(None, vec![Unmet::RuleNotIssuable], Vec::new());
    };
    let best = grounds(terms, applicant)
        .map(|basis| {
            let mut case = Case {
                terms,
                applicant,
                on,
                basis,
                unmet: vec![],
                warnings: vec![],
            };
            case.age();
            case.documents();
            case.minors();
            case
        })
        .min_by_key(|case| case.unmet.len());
    match best {
        Some(case) => answer(Some(case.basis), case.unmet, case.warnings),
        None => answer(
            None,
            vec![Unmet::NationalityNotCovered {
                nationals: terms.nationalities.clone(),
                residents: terms.permanent_residents_of.clone(),
            }],
            Vec::new(),
        ),
    }
}

fn grounds<'a>(
    terms: &'a IssueTerms,
    applicant: &'a Applicant,
) -> impl Iterator<Item = Basis> + 'a {
    let nationals = applicant
        .nationalities
        .iter()
        .filter(|of| terms.nationalities.contains(of))
        .map(|of| Basis {
            applicants: Applicants::Nationals,
            of: *of,
        });
    let resident = applicant
        .permanent_residence
        .iter()
        .filter(|of| terms.permanent_residents_of.contains(of))
        .map(|of| Basis {
            applicants: Applicants::PermanentResidents,
            of: *of,
        });
    nationals.chain(resident)
}

/// One ground under assessment.
struct Case<'a> {
    terms: &'a IssueTerms,
    applicant: &'a Applicant,
    on: Date,
    basis: Basis,
    unmet: Vec<Unmet>,
    warnings: Vec<Warning>,
}

impl Case<'_> {
    fn age(&mut self) {
        let Some(birth) = self.applicant.birth else {
            self.warnings.push(Warning::AgeUnknown);
            return;
        };
        if birth.earliest() > self.on {
            self.unmet.push(Unmet::BirthInTheFuture);
        }
        let surely = super::age_on(BirthDate::full(birth.earliest()), self.on);
        if is_child(Some(birth), self.on) && surely >= ADULT_AT {
            self.warnings.push(Warning::AgeInDoubt);
        }
    }

    fn documents(&mut self) {
        let (applicants, of) = (self.basis.applicants, self.basis.of);
        let asked = |rule: &&DocumentRule| rule.applicants == applicants && rule.of.contains(&of);
        // The file's reader makes sure that every ground has its papers named.
        let demands = self
            .terms
            .documents
            .iter()
            .filter(asked)
            .flat_map(|rule| &rule.demands);
        for demand in demands {
            self.demand(demand);
        }
        let home_paper = |paper: &TravelDocument| paper.issuer == of;
        if applicants == Applicants::PermanentResidents
            && !self.applicant.documents.iter().any(home_paper)
        {
            self.warnings.push(Warning::ResidenceNotProved);
        }
        let dpi = |paper: &TravelDocument| paper.kind == DocumentKind::Dpi;
        if is_child(self.applicant.birth, self.on) && self.applicant.documents.iter().any(dpi) {
            self.warnings.push(Warning::DpiOfAChild);
        }
    }

    fn demand(&mut self, accepted: &Accepted) {
        let fitting: Vec<&TravelDocument> = self
            .applicant
            .documents
            .iter()
            .filter(|paper| self.serves(paper, accepted))
            .collect();
        if fitting.is_empty() {
            self.unmet.push(Unmet::DocumentMissing {
                accepted: accepted.clone(),
                of: self.basis.of,
            });
            return;
        }
        if fitting.iter().any(|paper| !paper.expired_on(self.on)) {
            return;
        }
        match self.terms.documents_in_force {
            Sourced::Known(false) => {}
            Sourced::Unsourced => {
                if !self.warnings.contains(&Warning::DocumentExpired) {
                    self.warnings.push(Warning::DocumentExpired);
                }
            }
            Sourced::Known(true) => {
                let last = fitting
                    .iter()
                    .filter_map(|p| Some((p.expires?, p.kind)))
                    .max();
                if let Some((expired, kind)) = last {
                    self.unmet.push(Unmet::DocumentExpired { kind, expired });
                }
            }
        }
    }

    /// Whether a paper meets a demand: a national's must be of the nationality claimed, and a
    /// residence visa of the country of residence; a resident's passport is of another state.
    fn serves(&self, paper: &TravelDocument, accepted: &Accepted) -> bool {
        let kind = match accepted {
            Accepted::OneOf(kinds) => kinds.iter().any(|wanted| paper.kind.serves_as(*wanted)),
            Accepted::AnyOfficialId => paper.kind.identifies(),
        };
        let home = paper.issuer == self.basis.of;
        let abroad = self.basis.applicants == Applicants::PermanentResidents
            && paper.kind != DocumentKind::PermanentResidenceVisa;
        kind && (home || abroad)
    }

    fn minors(&mut self) {
        if !is_child(self.applicant.birth, self.on) && !self.applicant.under_guardianship {
            return;
        }
        let Accompaniment::NotBoth {
            permission,
            birth_certificate_issued,
        } = self.applicant.accompaniment
        else {
            return;
        };
        let Sourced::Known(rules) = &self.terms.minors else {
            self.warnings.push(Warning::MinorsRuleUnsourced);
            return;
        };
        let Some(rule) = rules.iter().find(|rule| rule.of.contains(&self.basis.of)) else {
            self.warnings.push(Warning::MinorsRuleUnsourced);
            return;
        };
        match permission {
            None => self.unmet.push(Unmet::PermissionMissing {
                needed: rule.permission,
            }),
            Some(shown) if shown != rule.permission => {
                self.unmet.push(Unmet::PermissionOfAnotherKind {
                    needed: rule.permission,
                    shown,
                });
            }
            Some(_) => {}
        }
        self.birth_certificate(rule, birth_certificate_issued);
    }

    fn birth_certificate(&mut self, rule: &MinorRule, issued: Option<Date>) {
        let Some(max_months) = rule.birth_certificate_max_months else {
            return;
        };
        let Some(issued) = issued else {
            self.unmet
                .push(Unmet::BirthCertificateMissing { max_months });
            return;
        };
        // "Not more than 6 months before": the same day of the sixth month before still counts,
        // and where that month has no such day, its last (31 August allows 28 February).
        let earliest = self.on.saturating_sub(i32::from(max_months).months());
        if issued > self.on {
            self.unmet
                .push(Unmet::BirthCertificateFromTheFuture { issued });
        } else if issued < earliest {
            self.unmet
                .push(Unmet::BirthCertificateTooOld { issued, earliest });
        }
    }
}
