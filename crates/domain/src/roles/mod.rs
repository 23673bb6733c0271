//! Who exists, for what purpose, and what each may do: `programs/roles.toml` read into a
//! [`Policy`], the one place that decides access.
//!
//! It promises: a role that is not listed for a power does not have it; every power says what it
//! touches ([`Touch`]); whatever a file says, the rules of the [`firewall`] hold, or the file is not
//! used; an installation's own file may take powers away and never add one (DESIGN §6, facts G).

mod file;
pub mod firewall;
#[cfg(test)]
mod tests;
mod touch;

pub use firewall::Rule;
pub use touch::{By, Record, Touch, touch};

use crate::policy::{Policy, Power, Role};
use paso_formats::field::StateCode;
use std::collections::{BTreeMap, BTreeSet};

/// A text in the languages of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

/// An institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its short name.
    pub code: String,
    /// The state it belongs to; none for international and civil bodies.
    pub state: Option<StateCode>,
    /// Its name.
    pub name: Words,
    /// What a source says of it.
    pub fact: String,
    /// What it waits for, while it has no role here.
    pub awaits: Option<Words>,
    /// The purposes for which its officers sign in.
    pub roles: Vec<Purpose>,
}

/// A role of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// The role.
    pub role: Role,
    /// What it is for, in one sentence.
    pub sentence: Words,
    /// On what the grant rests; says INFERENCE where no source does.
    pub source: String,
    /// What it may do.
    pub may: BTreeSet<Power>,
}

/// The whole table: bodies, roles, powers, and their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    bodies: Vec<Body>,
    powers: BTreeMap<Power, Words>,
    records: BTreeMap<Record, Words>,
    policy: Policy,
}

/// A table of roles that cannot be used, and where to look.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RolesError {
    /// Not TOML, or not these keys; the message has line and column.
    #[error("the file of roles cannot be read: {0}")]
    Syntax(String),
    /// A value is wrong.
    #[error("file of roles, {place}: {problem}")]
    Wrong {
        /// The body, role or power.
        place: String,
        /// What is wrong and what to write.
        problem: String,
    },
    /// A rule that no file can break.
    #[error(
        "file of roles, role {role}: power {power} breaks a rule that no file can change: {rule}"
    )]
    Forbidden {
        /// The role.
        role: Role,
        /// The power it must not have.
        power: Power,
        /// The rule.
        rule: Rule,
    },
    /// An installation's file would give more than is shipped.
    #[error(
        "file of roles of this installation, role {role}: power {power} is not among what is shipped; \
         such a file may only take away"
    )]
    Widens {
        /// The role.
        role: Role,
        /// The power it would gain.
        power: Power,
    },
}

impl Roles {
    /// The table compiled in.
    ///
    /// # Errors
    /// Never for the one shipped: a test reads it.
    pub fn shipped() -> Result<Self, RolesError> {
        Self::parse(include_str!("../../../../programs/roles.toml"))
    }

    /// A whole table.
    ///
    /// # Errors
    /// See [`RolesError`].
    pub fn parse(text: &str) -> Result<Self, RolesError> {
        file::read(text)
    }

    /// The same table with an installation's own file, which may only take away. Roles that it does
    /// not name keep what they have.
    ///
    /// # Errors
    /// See [`RolesError`].
    pub fn narrowed(mut self, text: &str) -> Result<Self, RolesError> {
        for (role, kept) in file::read_narrowing(text)? {
            for purpose in self.bodies.iter_mut().flat_map(|body| &mut body.roles) {
                if purpose.role != role {
                    continue;
                }
                if let Some(power) = kept.difference(&purpose.may).next() {
                    return Err(RolesError::Widens {
                        role,
                        power: *power,
                    });
                }
                purpose.may.clone_from(&kept);
            }
        }
        self.policy = policy_of(&self.bodies);
        firewall::check(&self.bodies)?;
        Ok(self)
    }

    /// What decides.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// All bodies, in the order of the file.
    #[must_use]
    pub fn bodies(&self) -> &[Body] {
        &self.bodies
    }

    /// The body of a role and what it is for.
    #[must_use]
    pub fn purpose(&self, role: Role) -> Option<(&Body, &Purpose)> {
        self.bodies.iter().find_map(|body| {
            let purpose = body.roles.iter().find(|purpose| purpose.role == role);
            purpose.map(|purpose| (body, purpose))
        })
    }

    /// What a power is, in words.
    #[must_use]
    pub fn power(&self, power: Power) -> Option<&Words> {
        self.powers.get(&power)
    }

    /// What a record is, in words.
    #[must_use]
    pub fn record(&self, record: Record) -> Option<&Words> {
        self.records.get(&record)
    }
}

fn policy_of(bodies: &[Body]) -> Policy {
    bodies
        .iter()
        .flat_map(|body| &body.roles)
        .flat_map(|purpose| purpose.may.iter().map(|power| (purpose.role, *power)))
        .fold(Policy::none(), |policy, (role, power)| {
            policy.with(role, power)
        })
}
