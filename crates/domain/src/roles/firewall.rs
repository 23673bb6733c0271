//! The rules that no file of roles can break (DESIGN §6; facts C.3, D.2, D.4, G).

use super::{Body, By, Purpose, Record, RolesError, touch};
use crate::policy::{Power, Role};
use paso_formats::field::StateCode;

/// What a role is there for, as the firewall sees it. It belongs to the role and stands in no file,
/// so that none can call a checkpoint a refuge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Controls, checks, decides on cards.
    Enforcement,
    /// Keeps officers, devices and sites.
    Administration,
    /// Looks at officers from inside.
    Control,
    /// Answers people about their data.
    Transparency,
    /// Protects.
    Protection,
    /// Looks at everybody from outside.
    Oversight,
    /// Counts.
    Statistics,
    /// Serves its own nationals.
    Consular,
}

/// What a role is there for.
#[must_use]
pub const fn task(role: Role) -> Task {
    match role {
        Role::Desk | Role::Checkpoint | Role::Supervisor | Role::Custody | Role::Police => {
            Task::Enforcement
        }
        Role::Administrator => Task::Administration,
        Role::Inspector => Task::Control,
        Role::Transparency => Task::Transparency,
        Role::Refuge | Role::ChildProtection | Role::Prosecutor => Task::Protection,
        Role::Ombudsman => Task::Oversight,
        Role::Statistics => Task::Statistics,
        Role::ConsulateGt | Role::ConsulateBz | Role::ConsulateHn | Role::ConsulateSv => {
            Task::Consular
        }
    }
}

/// The state whose consulate a role is; none for all others.
#[must_use]
pub const fn consulate_of(role: Role) -> Option<StateCode> {
    match role {
        Role::ConsulateGt => Some(StateCode::GTM),
        Role::ConsulateBz => Some(StateCode::BLZ),
        Role::ConsulateHn => Some(StateCode::HND),
        Role::ConsulateSv => Some(StateCode::SLV),
        _ => None,
    }
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Rule {
    /// So that nobody sells a card and buries it (facts A.5, D.2).
    #[error("who issues cards does not revoke them")]
    IssuerRevokes,
    /// Data collected for protection must not serve enforcement (facts C.3 C27).
    #[error("who enforces never has refugee files, children's cases or reports")]
    EnforcementProtected,
    /// Who knows why a flag stands is not who could act on it.
    #[error("who keeps refugee files neither gives consular notices nor decides on cards")]
    ProtectorEnforces,
    /// The ombudsman reads and does not write (facts G); agreeing to an erasure is the exception,
    /// since no authority may forget alone (DESIGN §4).
    #[error("the ombudsman writes in no register; agreeing to an erasure is the one exception")]
    OverseerWrites,
    /// Facts G.
    #[error("statistics has totals, in which nobody appears, and nothing else")]
    StatisticsOfPersons,
    /// Who can make officers must not be able to look for people.
    #[error("who keeps officers and devices has no person's record")]
    AdministratorReads,
    /// Erasure needs two who are not the same (DESIGN §4).
    #[error("who proposes an erasure does not agree to it")]
    ErasureAlone,
    /// Facts D.4: a Guatemalan agency must not see a Guatemalan claimant; no foreign one anybody's.
    #[error(
        "a role of another state has no record of a person: it could be a claimant of that state; \
         notices left for its own consulate are the one exception"
    )]
    ForeignClaimant,
    /// A notice is for the state it was left for.
    #[error("a consulate belongs to the state that its role names")]
    OtherStatesConsulate,
    /// Only consulates have notices to read, and nothing else (facts G).
    #[error("notices are read by consulates, and consulates read nothing else")]
    NoticesAreForConsulates,
    /// DESIGN §6: no query from a card or a person to the places where they were checked.
    #[error("nothing leads from a card or a person to the places where they were checked")]
    PlacesOfChecks,
    /// No role is above the others.
    #[error("no role can do everything")]
    Everything,
}

/// The state of the authority that this table is for.
const HOME: StateCode = StateCode::MEX;

/// Whether the bodies keep every rule.
///
/// # Errors
/// The first rule that one of them breaks, with role and power.
pub fn check(bodies: &[Body]) -> Result<(), RolesError> {
    for body in bodies {
        for purpose in &body.roles {
            if let Some((power, rule)) = broken(body, purpose) {
                return Err(RolesError::Forbidden {
                    role: purpose.role,
                    power,
                    rule,
                });
            }
        }
    }
    Ok(())
}

fn broken(body: &Body, purpose: &Purpose) -> Option<(Power, Rule)> {
    let has = |power| purpose.may.contains(&power);
    let alone = purpose
        .may
        .iter()
        .find_map(|power| by_itself(body, purpose.role, *power).map(|rule| (*power, rule)));
    let together = |a, b, rule| (has(a) && has(b)).then_some((b, rule));
    alone
        .or_else(|| {
            together(
                Power::DecideApplication,
                Power::RevokeCard,
                Rule::IssuerRevokes,
            )
        })
        .or_else(|| {
            together(
                Power::ProposeErasure,
                Power::ApproveErasure,
                Rule::ErasureAlone,
            )
        })
        .or_else(|| {
            let last = Power::ALL.last().copied()?;
            (purpose.may.len() == Power::ALL.len()).then_some((last, Rule::Everything))
        })
}

/// The rule that one power breaks in the hands of one role, whatever else the role has.
fn by_itself(body: &Body, role: Role, power: Power) -> Option<Rule> {
    let touched = touch(power);
    let consulate = task(role) == Task::Consular;
    if touched.record == Record::Encounter && matches!(touched.by, By::Person | By::Card) {
        return Some(Rule::PlacesOfChecks);
    }
    if consulate && body.state != consulate_of(role) {
        return Some(Rule::OtherStatesConsulate);
    }
    if body.state != Some(HOME)
        && touched.record.is_of_a_person()
        && !(touched.record == Record::Notice && touched.by == By::Own)
    {
        return Some(Rule::ForeignClaimant);
    }
    if consulate != (power == Power::ReadNotices) {
        return Some(Rule::NoticesAreForConsulates);
    }
    match task(role) {
        Task::Enforcement if touched.record.is_protected() => Some(Rule::EnforcementProtected),
        Task::Administration if touched.record.is_of_a_person() => Some(Rule::AdministratorReads),
        Task::Oversight if touched.writes && power != Power::ApproveErasure => {
            Some(Rule::OverseerWrites)
        }
        Task::Statistics if touched.record != Record::Aggregates => Some(Rule::StatisticsOfPersons),
        Task::Protection
            if touched.writes
                && !touched.record.is_protected()
                && touched.record != Record::Screening =>
        {
            Some(Rule::ProtectorEnforces)
        }
        _ => None,
    }
}
