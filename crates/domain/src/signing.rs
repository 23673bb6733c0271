//! Which acts must be signed with the acting officer's own passkey, and which by two people.
//!
//! DESIGN §4, "Who signs": a grave act is signed by whoever answers for it, at the act; what takes
//! something from a person for good is signed by two, who are never the same. Everything else is done
//! in the session that a passkey opened, so that a post with one officer works. Nothing that sets a
//! person free, or ends a danger at once, waits for a second signature.

mod ledger;
mod origin;
mod passkeys;

pub use ledger::{Fault, Found, Ledger, LedgerLine, LedgerReport, LedgerRow, MOST_KEPT};
pub use origin::origin;
pub use passkeys::Passkeys;

use crate::policy::Role;

/// How a command is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// Not beyond the session it is given in.
    Session,
    /// By the acting officer's own passkey.
    Own,
    /// By the acting officer, and by a second person in one of these roles.
    Two {
        /// The second person's roles.
        second: &'static [Role],
    },
}

/// The table: each command's code, and how it is signed.
pub const TABLE: &[(&str, Signing)] = &[
    ("card.issue", Signing::Session),
    ("card.refuse", Signing::Own),
    ("card.revoke", Signing::Own),
    ("person.merge", Signing::Own),
    ("person.undo-merge", Signing::Own),
    ("stay.enter", Signing::Session),
    ("stay.leave", Signing::Session),
    ("encounter.record", Signing::Session),
    // It edits nothing and takes nothing from anybody; who is party to it does not do it.
    ("contradiction.settle", Signing::Session),
    ("custody.open", Signing::Own),
    ("custody.describe", Signing::Session),
    ("custody.recognise", Signing::Session),
    ("custody.offer", Signing::Own),
    ("custody.accept", Signing::Own),
    ("custody.miss", Signing::Own),
    ("custody.withdraw", Signing::Session),
    ("custody.give-on-paper", Signing::Own),
    ("custody.confirm-paper", Signing::Session),
    ("custody.depart", Signing::Session),
    ("custody.arrive", Signing::Session),
    ("custody.end", Signing::Own),
    ("custody.countersign", Signing::Own),
    ("custody.report-missing", Signing::Session),
    ("custody.report-found", Signing::Session),
    // An override: nobody alone says who has somebody.
    (
        "custody.settle",
        Signing::Two {
            second: &[Role::Supervisor],
        },
    ),
    ("custody.accept-abroad", Signing::Own),
    ("custody.change-secret", Signing::Session),
    ("shift.open", Signing::Session),
    ("shift.close", Signing::Session),
    // What the phone signs without a network counts as this officer's.
    ("shift.open-phone", Signing::Own),
    ("officer.enrol", Signing::Own),
    ("officer.grant", Signing::Own),
    ("officer.end-grant", Signing::Own),
    ("officer.invite", Signing::Own),
    ("officer.end-passkey", Signing::Own),
    ("officer.suspend", Signing::Own),
    ("officer.reinstate", Signing::Own),
    ("officer.dismiss", Signing::Own),
    (
        "officer.recover-passkey",
        Signing::Two {
            second: &[Role::Administrator, Role::Supervisor],
        },
    ),
    ("device.enrol", Signing::Own),
    ("device.retire", Signing::Own),
    ("device.revoke", Signing::Own),
    ("site.open", Signing::Own),
    ("site.close", Signing::Own),
    ("authority.add-key", Signing::Own),
    ("authority.end-key", Signing::Own),
    ("token.issue", Signing::Own),
    ("token.revoke", Signing::Session),
    (
        "erasure.propose",
        Signing::Two {
            second: &[Role::Ombudsman],
        },
    ),
];

/// How a command is signed. One that is not on the table is signed by its officer: what nobody thought
/// of is not done unsigned.
#[must_use]
pub fn signing(command: &str) -> Signing {
    let mut table = TABLE.iter();
    let found = table.find(|(code, _)| *code == command);
    found.map_or(Signing::Own, |(_, signing)| *signing)
}

#[cfg(test)]
mod tests;
