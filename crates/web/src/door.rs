//! Doors: what stands in front of every handler, and cannot be left out.
//!
//! The first argument of a handler is its door: [`Allowed`] for those who have a power, [`Anyone`]
//! who is signed in, or [`Public`]. [`Routes`](crate::Routes) takes no handler without one, and
//! the list of routes says each one's door, so the table of accesses in the guides is read off the
//! program itself.
//!
//! ```
//! use paso_domain::policy::powers::ReadActs;
//! use paso_web::{Routes, door::Allowed};
//!
//! async fn page(_: Allowed<ReadActs>) -> &'static str { "…" }
//!
//! let routes = Routes::default().get("/hoy", page);
//! # drop(routes);
//! ```
//!
//! The same handler without its door does not compile:
//!
//! ```compile_fail,E0277
//! use paso_domain::policy::powers::ReadActs;
//! use paso_web::{Routes, door::Allowed};
//!
//! async fn page() -> &'static str { "…" }
//!
//! let routes = Routes::default().get("/hoy", page);
//! # drop(routes);
//! ```
//!
//! Nor does one whose door comes second, after something has been read for whoever asked:
//!
//! ```compile_fail,E0277
//! use axum::extract::RawQuery;
//! use paso_domain::policy::powers::ReadActs;
//! use paso_web::{Routes, door::Allowed};
//!
//! async fn page(_: RawQuery, _: Allowed<ReadActs>) -> &'static str { "…" }
//!
//! let routes = Routes::default().get("/hoy", page);
//! # drop(routes);
//! ```

use crate::{App, fault::Fault, session::Session};
use axum::{extract::FromRequestParts, http::request::Parts};
use core::{convert::Infallible, ops::Deref};
use paso_domain::policy::{Kind, Power};
use paso_service::access::Permit;

/// What stands in front of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Nobody need be signed in.
    Public,
    /// Whoever is signed in.
    Anyone,
    /// Whoever has the power; it looks absent to all others.
    Allowed(Power),
    /// A program whose token's role has the power; it looks absent to all others.
    Token(Power),
}

/// An argument that is a door.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no door",
    label = "the first argument of a handler is `Allowed<power>`, `Anyone` or `Public`"
)]
pub trait Opens {
    /// Which.
    const DOOR: Door;
}

/// Signed in, with a permit for the power `P`. It reads as the session.
pub struct Allowed<P> {
    session: Session,
    permit: Permit<P>,
}

impl<P> Allowed<P> {
    /// The proof that use cases ask for.
    pub fn permit(&self) -> &Permit<P> {
        &self.permit
    }
}

impl<P> Deref for Allowed<P> {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl<P: Kind> Opens for Allowed<P> {
    const DOOR: Door = Door::Allowed(P::POWER);
}

impl<P: Kind> FromRequestParts<App> for Allowed<P> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let session = Session::from_request_parts(parts, app).await?;
        let permit = session.need().await?;
        Ok(Self { session, permit })
    }
}

/// Signed in, whatever for. It reads as the session.
pub struct Anyone(Session);

impl Deref for Anyone {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

impl Opens for Anyone {
    const DOOR: Door = Door::Anyone;
}

impl FromRequestParts<App> for Anyone {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        Session::from_request_parts(parts, app).await.map(Self)
    }
}

/// Open to all, said aloud.
pub struct Public;

impl Opens for Public {
    const DOOR: Door = Door::Public;
}

impl FromRequestParts<App> for Public {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

/// A handler's arguments, the first of which is a door.
#[diagnostic::on_unimplemented(
    message = "a handler without a door",
    label = "the first argument of a handler is `Allowed<power>`, `Anyone` or `Public`"
)]
pub trait Guarded {
    /// What stands in front of it.
    const DOOR: Door;
}

/// Axum names a handler by a tuple: how its last argument is read, then its arguments.
macro_rules! guarded {
    ($($argument:ident)*) => {
        impl<Way, D: Opens, $($argument,)*> Guarded for (Way, D, $($argument,)*) {
            const DOOR: Door = D::DOOR;
        }
    };
}

guarded!();
guarded!(A);
guarded!(A B);
guarded!(A B C);
guarded!(A B C E);
guarded!(A B C E F);
guarded!(A B C E F G);
