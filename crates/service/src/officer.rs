//! Who acts, for which purpose, at which post.

use crate::error::ServiceError;
use paso_domain::{
    act::Act,
    crossings::PostCode,
    id::OfficerNumber,
    policy::{Power, Role, allows},
};
use paso_formats::moment::Moment;

/// An officer who is signed in. There is no default and no "system" officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// The number by which they answer.
    pub number: OfficerNumber,
    /// The purpose for which they are signed in.
    pub role: Role,
    /// The post whose work they do.
    pub post: PostCode,
}

impl Officer {
    /// Asks the one place that decides access.
    pub(crate) fn may(&self, power: Power) -> Result<(), ServiceError> {
        if allows(self.role, power) {
            Ok(())
        } else {
            Err(ServiceError::NotAllowed(power))
        }
    }

    pub(crate) fn act(&self, at: Moment) -> Act {
        Act {
            at,
            post: self.post,
            officer: self.number.clone(),
        }
    }
}
