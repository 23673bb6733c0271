//! Permits: the proof that somebody may do what they are about to do.
//!
//! Use cases take a [`Permit`] for their power in the place of an officer. A permit cannot be made
//! outside this file, and is made only after [`Policy`] was asked; so a page, a command or a
//! program that forgets to ask does not compile:
//!
//! ```
//! use paso_domain::policy::powers::ReadActs;
//! use paso_service::{Officer, Service, ServiceError, access::Permit};
//!
//! async fn todays_list(house: &Service, officer: &Officer) -> Result<usize, ServiceError> {
//!     let permit: Permit<ReadActs> = house.permit(officer).await?;
//!     let day = house.today(&permit)?;
//!     Ok(house.acts(&permit, day, None).await?.len())
//! }
//! ```
//!
//! The same without asking:
//!
//! ```compile_fail,E0308
//! use paso_domain::policy::powers::ReadActs;
//! use paso_service::{Officer, Service, ServiceError, access::Permit};
//!
//! async fn todays_list(house: &Service, officer: &Officer) -> Result<usize, ServiceError> {
//!     let permit = officer;
//!     let day = house.today(&permit)?;
//!     Ok(house.acts(&permit, day, None).await?.len())
//! }
//! ```
//!
//! Nor does a permit for one thing open another:
//!
//! ```compile_fail,E0308
//! use paso_domain::policy::powers::CheckCard;
//! use paso_service::{Officer, Service, ServiceError, access::Permit};
//!
//! async fn todays_list(house: &Service, officer: &Officer) -> Result<usize, ServiceError> {
//!     let permit: Permit<CheckCard> = house.permit(officer).await?;
//!     let day = house.today(&permit)?;
//!     Ok(house.acts(&permit, day, None).await?.len())
//! }
//! ```

use crate::{Officer, Service, ServiceError};
use core::{marker::PhantomData, ops::Deref};
use paso_domain::{
    access::How,
    event::{Event, Refused},
    policy::{Kind, Policy},
    subject::Subject,
};

/// An officer who may use the power `P`, now. It reads as the officer.
#[derive(Debug)]
pub struct Permit<P> {
    officer: Officer,
    how: How,
    power: PhantomData<fn() -> P>,
}

impl<P> Clone for Permit<P> {
    fn clone(&self) -> Self {
        Self {
            how: self.how,
            ..Self::of(self.officer.clone())
        }
    }
}

impl<P> Permit<P> {
    const fn of(officer: Officer) -> Self {
        Self {
            officer,
            how: How::Page,
            power: PhantomData,
        }
    }

    /// The same permit, for reading in another form than on a screen.
    #[must_use]
    pub fn reading(&self, how: How) -> Self {
        Self {
            how,
            ..self.clone()
        }
    }

    /// In which form what it opens is read: it stands in the list of readings.
    #[must_use]
    pub const fn how(&self) -> How {
        self.how
    }

    /// Who may.
    #[must_use]
    pub const fn officer(&self) -> &Officer {
        &self.officer
    }
}

impl<P> Deref for Permit<P> {
    type Target = Officer;

    fn deref(&self) -> &Officer {
        &self.officer
    }
}

/// The code of the reason for which an attempt beyond one's role is refused.
pub const NOT_ALLOWED: &str = "not-allowed";

impl Service {
    /// Which role may what.
    pub fn policy(&self) -> Policy {
        self.roles().policy()
    }

    /// Asks the one place that decides access. An attempt beyond one's role is kept in the journal:
    /// what somebody tried to reach is what an inspector looks for (facts D.2).
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`] when the role lacks the power, another when that could not be
    /// recorded.
    pub async fn permit<P: Kind>(&self, officer: &Officer) -> Result<Permit<P>, ServiceError> {
        if self.policy().allows(officer.role, P::POWER) {
            return Ok(Permit::of(officer.clone()));
        }
        let refused = Event::Refused(Refused {
            act: officer.act(self.now()),
            command: P::POWER.code().to_owned(),
            reason: NOT_ALLOWED.to_owned(),
            person: None,
        });
        // Not in the register of officers: that is folded at every request, and whoever tries doors
        // must not make it longer.
        let subject = Subject::Lists(officer.number.clone());
        self.append(vec![(subject, refused)], Vec::new()).await?;
        Err(ServiceError::NotAllowed(P::POWER))
    }
}

/// A permit for tests of what comes after it.
///
/// # Panics
/// When the role lacks the power: that is tested by asking [`Service::permit`].
#[cfg(feature = "testing")]
#[must_use]
pub fn may<P: Kind>(officer: &Officer) -> Permit<P> {
    let shipped = paso_domain::roles::Roles::shipped();
    assert!(
        shipped.is_ok_and(|roles| roles.policy().allows(officer.role, P::POWER)),
        "{} may not {:?}",
        officer.role,
        P::POWER
    );
    Permit::of(officer.clone())
}
