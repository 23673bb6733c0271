//! What the desk is told: whether it may issue, why, what would help, and who else this may be.

use crate::{fault::Fault, say, session::Session};
use paso_domain::{
    card::{ApplicationPurpose, RefusalGround},
    eligibility::{Eligibility, Unmet},
    programme::Rule,
};
use paso_pages::{Fields, Voice};
use paso_service::{
    desk::{ApplicationForm, Assessment},
    people::Candidate,
};

/// A demand that is not met, and what would meet it.
pub(super) struct Reason {
    pub(super) text: String,
    pub(super) cure: String,
}

/// The rule under which it was judged.
pub(super) struct RuleShown {
    pub(super) name: String,
    pub(super) instrument: String,
    pub(super) valid: String,
}

impl RuleShown {
    /// A rule as the answer names it.
    pub(super) fn of(t: Voice<'_>, rule: &Rule) -> Self {
        let text = match t.lang() {
            paso_pages::Lang::Es => &rule.name.es,
            paso_pages::Lang::En => &rule.name.en,
        };
        let from = t.date(rule.valid_from);
        let instrument = &rule.instrument;
        Self {
            name: text.clone(),
            instrument: match &instrument.reference {
                Some(reference) => format!("{} ({reference})", instrument.es),
                None => instrument.es.clone(),
            },
            valid: match rule.valid_to {
                Some(to) => t.with("rule-from-to", [("from", &from), ("to", &t.date(to))]),
                None => t.with("rule-from", [("from", &from)]),
            },
        }
    }
}

/// A record that may be of the same person.
pub(super) struct Known {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) says: String,
    pub(super) cards: Vec<String>,
}

/// The answer, ready to be shown.
pub(super) struct Answer {
    pub(super) eligible: bool,
    pub(super) basis: Option<String>,
    pub(super) reasons: Vec<Reason>,
    pub(super) warnings: Vec<String>,
    pub(super) rule: Option<RuleShown>,
    pub(super) good_until: Option<String>,
    pub(super) known: Vec<Known>,
}

/// Asks the rules and the register about an application.
pub(super) async fn of(session: &Session, form: &ApplicationForm) -> Result<Answer, Fault> {
    let t = session.t();
    let Assessment {
        eligibility,
        cui_warnings,
        would_expire,
    } = session.service().assess(&session.need().await?, form)?;
    let zone = session.post()?.zone().clone();
    let known = candidates(session, form).await?;
    let mut warnings: Vec<String> = eligibility
        .warnings
        .iter()
        .map(|warning| t.code("warning", warning.code()))
        .collect();
    warnings.extend(
        cui_warnings
            .iter()
            .map(|warning| say::cui_warning(t, *warning)),
    );
    let rule = eligibility
        .rule
        .as_deref()
        .and_then(|id| session.service().programme().rule(id));
    Ok(Answer {
        eligible: eligibility.is_eligible(),
        basis: eligibility.basis.map(|basis| say::basis(t, basis)),
        reasons: eligibility
            .unmet
            .iter()
            .map(|unmet| Reason {
                text: say::unmet(t, unmet),
                cure: t.code("cure", unmet.cure().code()),
            })
            .collect(),
        warnings,
        rule: rule.map(|rule| RuleShown::of(t, rule)),
        good_until: would_expire.map(|end| say::last_day(t, &zone, end)),
        known: known.iter().map(|candidate| shown(t, candidate)).collect(),
    })
}

/// Records that may be of the person who applies for a first card. Whoever renews or replaces is
/// the holder of the card that is renewed or replaced.
pub(super) async fn candidates(
    session: &Session,
    form: &ApplicationForm,
) -> Result<Vec<Candidate>, Fault> {
    if form.purpose != ApplicationPurpose::First {
        return Ok(Vec::new());
    }
    let (name, paper) = (&form.name, form.documents.first());
    Ok(session
        .service()
        .find_person(&session.need().await?, name, form.birth, paper)
        .await?)
}

fn shown(t: Voice<'_>, candidate: &Candidate) -> Known {
    Known {
        id: candidate.person.to_string(),
        name: candidate.name.display(),
        says: format!(
            "{} · {}",
            say::birth(t, candidate.birth),
            say::country(t, candidate.nationality)
        ),
        cards: candidate
            .cards
            .iter()
            .map(|card| card.number.to_string())
            .collect(),
    }
}

/// Proposes ground, reasons and remedy for a refusal from the answer. What the officer wrote stays;
/// what was only proposed before is proposed anew.
pub(super) fn propose(fields: &mut Fields, t: Voice<'_>, eligibility: &Eligibility) {
    let reasons: Vec<String> = eligibility
        .unmet
        .iter()
        .map(|unmet| say::unmet(t, unmet))
        .collect();
    let mut cures: Vec<String> = Vec::new();
    for unmet in &eligibility.unmet {
        let cure = t.code("cure", unmet.cure().code());
        if !cures.contains(&cure) {
            cures.push(cure);
        }
    }
    let ground = eligibility
        .unmet
        .first()
        .map_or("", |unmet| ground_for(unmet).code());
    for (name, proposal) in [
        ("negativa-causa", ground.to_owned()),
        ("negativa-razones", reasons.join("\n")),
        ("negativa-remedio", cures.join("\n")),
    ] {
        let before = format!("{name}-propuesta");
        let written = fields.typed(name).replace("\r\n", "\n");
        if written.trim().is_empty() || written == fields.typed(&before).replace("\r\n", "\n") {
            fields.set(name, proposal.clone());
        }
        fields.set(&before, proposal);
    }
}

/// The ground on the closed list under which a demand falls.
const fn ground_for(unmet: &Unmet) -> RefusalGround {
    match unmet {
        Unmet::NoRuleInForce
        | Unmet::RuleNotIssuable
        | Unmet::NationalityNotCovered { .. }
        | Unmet::BirthInTheFuture => RefusalGround::NotEligible,
        Unmet::DocumentMissing { .. } => RefusalGround::DocumentMissing,
        Unmet::DocumentExpired { .. } => RefusalGround::DocumentNotAccepted,
        Unmet::PermissionMissing { .. }
        | Unmet::PermissionOfAnotherKind { .. }
        | Unmet::BirthCertificateMissing { .. }
        | Unmet::BirthCertificateTooOld { .. }
        | Unmet::BirthCertificateFromTheFuture { .. } => RefusalGround::PermissionMissing,
    }
}
