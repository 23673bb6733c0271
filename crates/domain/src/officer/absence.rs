//! Which acts bear an officer's number from outside their service.
//!
//! A post without network goes on until its lease ends, so an act may arrive whose officer had been
//! dismissed or suspended by then. It has happened: it is kept, counts as what it is, and is flagged
//! (DESIGN §6). Pages, imports and audits all ask here.

use super::state::{Access, OfficerState};
use paso_formats::moment::Moment;

/// The register itself closes a shift when access ends: that is no act of the officer's.
const OF_THE_REGISTER: &str = "shift.closed";

/// A time during which an officer was suspended or dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    /// How the officer stood, and since when.
    pub access: Access,
    /// The first moment.
    pub from: Moment,
    /// The moment after the last; none while it goes on.
    pub until: Option<Moment>,
}

impl Absence {
    /// Whether an act of this kind, done at this moment, lies in it and is to be looked at.
    #[must_use]
    pub fn flags(&self, kind: &str, at: Moment) -> bool {
        kind != OF_THE_REGISTER && self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

impl OfficerState {
    /// When the officer was suspended or dismissed, in order.
    #[must_use]
    pub fn absences(&self) -> Vec<Absence> {
        let mut found: Vec<Absence> = Vec::new();
        for moment in self.turns() {
            let access = self.access_at(moment);
            let open = found.last_mut().filter(|last| last.until.is_none());
            match (open, access) {
                (Some(last), _) if last.access == access => {}
                (open, _) => {
                    if let Some(last) = open {
                        last.until = Some(moment);
                    }
                    if matches!(access, Access::Suspended { .. } | Access::Dismissed { .. }) {
                        found.push(Absence {
                            access,
                            from: moment,
                            until: None,
                        });
                    }
                }
            }
        }
        found
    }
}
