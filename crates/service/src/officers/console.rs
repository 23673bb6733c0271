//! Who acts at the machine's own command line.
//!
//! Whoever holds the machine holds its keys, so nothing could be forbidden there; but every act has
//! somebody who answers for it, and the journal says that it was done at the console. The number
//! typed must be an administrator's, as long as there is one in service. Before the first, somebody
//! begins by enrolling themselves.

use crate::{Service, ServiceError};
use paso_domain::{id::OfficerNumber, officer::Access, policy::Role};

/// Somebody at the machine. Made by [`Service::at_console`] alone.
#[derive(Clone, Debug)]
pub struct Console {
    officer: OfficerNumber,
}

impl Console {
    /// The number that was typed.
    #[must_use]
    pub const fn officer(&self) -> &OfficerNumber {
        &self.officer
    }
}

impl Service {
    /// Takes a typed number for the one who answers. `about` is whom the command is about.
    ///
    /// # Errors
    /// When it is no administrator in service, though there is one.
    pub async fn at_console(
        &self,
        typed: &OfficerNumber,
        about: Option<&OfficerNumber>,
    ) -> Result<Console, ServiceError> {
        let console = Console {
            officer: typed.clone(),
        };
        let standing = self.standing(typed).await?;
        let administrator = |role| role == Role::Administrator;
        if standing
            .grants
            .iter()
            .any(|grant| administrator(grant.role))
        {
            return Ok(console);
        }
        let others = self.administrators_beside(typed).await?;
        let known = standing.access == Access::Active;
        if others.is_empty() && (known || about == Some(typed)) {
            return Ok(console);
        }
        let problem = if others.is_empty() {
            format!(
                "no administrator is in service: begin with `paso officer enrol {typed} --role administrator --officer {typed}`"
            )
        } else {
            format!(
                "{typed} is no administrator in service; give the number of one, such as {}",
                others[0].0
            )
        };
        Err(ServiceError::BadRequest {
            field: "--officer",
            problem,
        })
    }

    /// The administrators in service other than this officer, and the versions that says so.
    pub(super) async fn administrators_beside(
        &self,
        number: &OfficerNumber,
    ) -> Result<Vec<(OfficerNumber, u64)>, ServiceError> {
        let now = self.now();
        let listed = self.store().officers_with(Role::Administrator, now).await?;
        let mut found = Vec::new();
        for other in listed.into_iter().filter(|other| other != number) {
            let loaded = self.load_officer(&other).await?;
            let grants = loaded.state.standing_at(now).grants;
            if grants.iter().any(|grant| grant.role == Role::Administrator) {
                found.push((other, loaded.version));
            }
        }
        Ok(found)
    }
}
