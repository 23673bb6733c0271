//! Who asks for passkeys: the authority, at the address of its pages.

use super::PasskeyRefusal;
use crate::Service;
use paso_domain::id::OfficerNumber;
use sha2::{Digest, Sha256};
use webauthn_rs::prelude::{Url, Uuid, Webauthn, WebauthnBuilder};

/// The pages have no address that a passkey could be bound to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "passkeys are bound to a host name, and {0:?} has none; give the pages a name in the configuration"
)]
pub struct NoHostName(pub String);

/// The authority as browsers and authenticators know it. Its id is the host of its pages, and only
/// pages of exactly this origin may ask.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    id: String,
    origins: Vec<String>,
    pub(super) webauthn: Webauthn,
}

impl RelyingParty {
    /// The relying party whose pages are at `origin`.
    ///
    /// # Errors
    /// When the origin has no host name: passkeys are never bound to an address of numbers.
    pub fn at(origin: &str, name: &str) -> Result<Self, NoHostName> {
        let none = || NoHostName(origin.to_owned());
        let url = Url::parse(origin).map_err(|_| none())?;
        let id = url.domain().ok_or_else(none)?.to_owned();
        Self::below(origin, &id, name)
    }

    /// The relying party of this id, the host of the authority's own pages, whose pages here are at
    /// `origin`: a post's, whose name ends in the authority's (WebAuthn L3 §5.1.3 step 8).
    ///
    /// # Errors
    /// When the origin has no host name, or another's.
    pub fn below(origin: &str, id: &str, name: &str) -> Result<Self, NoHostName> {
        let none = || NoHostName(origin.to_owned());
        let url = Url::parse(origin).map_err(|_| none())?;
        url.domain().ok_or_else(none)?;
        let id = id.to_owned();
        let webauthn = WebauthnBuilder::new(&id, &url)
            .and_then(|builder| builder.rp_name(name).build())
            .map_err(|_| none())?;
        Ok(Self {
            id,
            // As a browser writes it: without the default port, without a path.
            origins: vec![url.origin().ascii_serialization()],
            webauthn,
        })
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The origins whose pages may ask.
    #[must_use]
    pub fn origins(&self) -> &[String] {
        &self.origins
    }
}

/// The name under which authenticators keep an officer: it says nothing to whoever reads one out
/// (WebAuthn L3 §14.6.1), and is the same for all passkeys of an officer.
pub(super) fn user_handle(authority: &str, officer: &OfficerNumber) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(b"paso officer v1\0");
    hash.update(authority.as_bytes());
    hash.update([0]);
    hash.update(officer.as_str().as_bytes());
    let digest = hash.finalize();
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(short)
}

impl Service {
    /// Says under which origin the pages of this authority are served. The first word counts.
    pub fn serve_at(&self, origin: &str) {
        match RelyingParty::at(origin, &self.authority().name) {
            Ok(party) => {
                self.relying_party_cell().get_or_init(|| party);
            }
            Err(error) => tracing::warn!("{error}"),
        }
    }

    /// Says the same at a post: passkeys are the authority's, whose own pages are under `id`.
    pub fn serve_below(&self, origin: &str, id: &str) {
        match RelyingParty::below(origin, id, &self.authority().name) {
            Ok(party) => {
                self.relying_party_cell().get_or_init(|| party);
            }
            Err(error) => tracing::warn!("{error}"),
        }
    }

    /// Who asks for passkeys here.
    ///
    /// # Errors
    /// When the pages have no host name.
    pub fn relying_party(&self) -> Result<&RelyingParty, PasskeyRefusal> {
        self.relying_party_cell()
            .get()
            .ok_or(PasskeyRefusal::NoHostName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_host_and_the_origin_is_exact() {
        for (origin, id, exact) in [
            (
                "https://paso.example",
                "paso.example",
                "https://paso.example",
            ),
            (
                "https://paso.example:443",
                "paso.example",
                "https://paso.example",
            ),
            (
                "http://mx.localhost:8460",
                "mx.localhost",
                "http://mx.localhost:8460",
            ),
        ] {
            let party = RelyingParty::at(origin, "Autoridad").unwrap();
            assert_eq!((party.id(), party.origins()), (id, &[exact.to_owned()][..]));
        }
        let post = "https://tal.paso.example:8461";
        let party = RelyingParty::below(post, "paso.example", "Autoridad").unwrap();
        assert_eq!(
            (party.id(), party.origins()),
            ("paso.example", &[post.to_owned()][..])
        );
        assert!(RelyingParty::below("https://other.example", "paso.example", "A").is_err());
        for origin in ["http://127.0.0.1:8460", "https://[::1]", "nonsense"] {
            assert!(RelyingParty::at(origin, "Autoridad").is_err(), "{origin}");
        }
    }

    #[test]
    fn a_handle_is_of_one_officer_of_one_authority() {
        let (one, two) = ("INM-0417".parse().unwrap(), "INM-0733".parse().unwrap());
        assert_eq!(user_handle("mx", &one), user_handle("mx", &one));
        assert_ne!(user_handle("mx", &one), user_handle("mx", &two));
        assert_ne!(user_handle("mx", &one), user_handle("gt", &one));
    }
}
