//! The door of programs: a token in the one header that no browser sends by itself.
//!
//! A token stands for one officer, one role and one purpose, and passes the same
//! [`Service::permit`](paso_service::Service::permit) as a person at a page. No cookie opens this
//! door, so no page elsewhere can make somebody's browser go through it, and forms need no token of
//! their own here.

use super::problem::Problem;
use crate::{
    App,
    door::{Door, Opens},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use core::fmt::Write as _;
use paso_domain::{access::How, policy::Kind};
use paso_service::{Officer, Service, access::Permit, session::Token as Secret};

/// A program whose token's role has the power `P`.
pub(crate) struct Token<P> {
    app: App,
    permit: Permit<P>,
    whose: String,
}

impl<P> Token<P> {
    pub(super) fn app(&self) -> &App {
        &self.app
    }

    pub(super) fn service(&self) -> &Service {
        self.app.service()
    }

    /// The proof that use cases ask for.
    pub(super) fn permit(&self) -> &Permit<P> {
        &self.permit
    }

    /// Who answers for what the program does.
    pub(super) fn officer(&self) -> &Officer {
        self.permit.officer()
    }

    /// A name for the token that is not the token: by it repeated requests are known.
    pub(super) fn whose(&self) -> &str {
        &self.whose
    }

    /// A permit for what a request also needs besides its door.
    pub(super) async fn need<Q: Kind>(&self) -> Result<Permit<Q>, Problem> {
        Ok(self
            .service()
            .permit(self.officer())
            .await?
            .reading(How::Api))
    }
}

impl<P: Kind> Opens for Token<P> {
    const DOOR: Door = Door::Token(P::POWER);
}

impl<P: Kind> FromRequestParts<App> for Token<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let shown = shown(&parts.headers).ok_or(Problem::NO_TOKEN)?;
        let officer = app.service().officer_of_token(&shown).await?;
        let officer = officer.ok_or(Problem::NO_TOKEN)?;
        let permit = app.service().permit(&officer).await?.reading(How::Api);
        let mut whose = String::with_capacity(64);
        for byte in shown.hash() {
            // Writing to a string cannot fail.
            let _ = write!(whose, "{byte:02x}");
        }
        Ok(Self {
            app: app.clone(),
            permit,
            whose,
        })
    }
}

/// The token of a request (RFC 6750 §2.1); the scheme's name is of any case (RFC 9110 §11.1).
fn shown(headers: &HeaderMap) -> Option<Secret> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Secret::received(token))
}
