//! Who may do what. The one place that decides access.
//!
//! Roles belong to an authority and a purpose, not to a rank (DESIGN §6). A role that is not listed
//! for a power does not have it; there is no role above the others.

use crate::cbor;

/// The purpose for which an officer is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Receives applications, issues and refuses cards, records entries and exits.
    Desk,
    /// Checks cards on the road and records encounters. Knows no person's record.
    Checkpoint,
    /// Revokes cards and settles merges; reviews refusals. Issues nothing.
    Supervisor,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Desk, Self::Checkpoint, Self::Supervisor];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Checkpoint => "checkpoint",
            Self::Supervisor => "supervisor",
        }
    }
}

cbor::coded!(Role, "role");

/// Something that can be done or seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// Assess an application without recording anything.
    AssessApplication,
    /// Issue, renew or replace a card, or refuse one.
    DecideApplication,
    /// Open and print a card or a refusal.
    ReadCard,
    /// Look for the record of a person who applies.
    FindPerson,
    /// Merge two records of one person, or undo it.
    MergePersons,
    /// Revoke a card.
    RevokeCard,
    /// Record an entry or an exit, and print its slip.
    RecordCrossing,
    /// Read a card or slip and see the verdict.
    CheckCard,
    /// Record an encounter and print its receipt.
    RecordEncounter,
    /// Find an encounter by the code on its receipt.
    ReadReceipt,
    /// See the acts of one's own post.
    ReadActs,
}

impl Power {
    /// All powers.
    pub const ALL: [Self; 11] = [
        Self::AssessApplication,
        Self::DecideApplication,
        Self::ReadCard,
        Self::FindPerson,
        Self::MergePersons,
        Self::RevokeCard,
        Self::RecordCrossing,
        Self::CheckCard,
        Self::RecordEncounter,
        Self::ReadReceipt,
        Self::ReadActs,
    ];
}

/// Whether a role has a power.
#[must_use]
pub const fn allows(role: Role, power: Power) -> bool {
    match power {
        Power::AssessApplication
        | Power::DecideApplication
        | Power::FindPerson
        | Power::RecordCrossing => matches!(role, Role::Desk),
        Power::ReadCard => matches!(role, Role::Desk | Role::Supervisor),
        Power::MergePersons | Power::RevokeCard => matches!(role, Role::Supervisor),
        Power::CheckCard | Power::RecordEncounter => matches!(role, Role::Desk | Role::Checkpoint),
        Power::ReadReceipt | Power::ReadActs => {
            matches!(role, Role::Desk | Role::Checkpoint | Role::Supervisor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table a lawyer reads: one line a power, one column a role.
    #[test]
    fn the_table_of_powers() {
        let mut table = vec!["power               desk checkpoint supervisor".to_owned()];
        for power in Power::ALL {
            let mark = |role| if allows(role, power) { "yes" } else { "-" };
            table.push(format!(
                "{:<19} {:<4} {:<10} {}",
                format!("{power:?}"),
                mark(Role::Desk),
                mark(Role::Checkpoint),
                mark(Role::Supervisor)
            ));
        }
        insta::assert_snapshot!(table.join("\n"));
    }

    #[test]
    fn no_role_can_do_everything() {
        for role in Role::ALL {
            assert!(
                Power::ALL.iter().any(|power| !allows(role, *power)),
                "{role}"
            );
        }
        // Who issues does not revoke, so that one person alone cannot sell a card and bury it.
        for role in Role::ALL {
            assert!(!(allows(role, Power::DecideApplication) && allows(role, Power::RevokeCard)));
        }
    }
}
