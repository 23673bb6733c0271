//! Who acts, for which purpose, at which post.

use paso_domain::{act::Act, crossings::PostCode, id::OfficerNumber, policy::Role};
use paso_formats::moment::Moment;

/// An officer who is signed in. There is no default and no "system" officer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Officer {
    /// The number by which they answer.
    pub number: OfficerNumber,
    /// The purpose for which they are signed in.
    pub role: Role,
    /// The post whose work they do.
    pub post: PostCode,
}

impl Officer {
    pub(crate) fn act(&self, at: Moment) -> Act {
        Act {
            at,
            post: self.post,
            officer: self.number.clone(),
            late: None,
        }
    }
}
