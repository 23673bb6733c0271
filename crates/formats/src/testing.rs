//! An authenticator and its browser in software, for tests: registrations and assertions as
//! WebAuthn L3 writes them, and every kind of wrong one.
//!
//! Everything follows from a seed, so that a test says the same each time; the keys are worth
//! nothing.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256};

use crate::{
    assertion::{Assertion, AssertionError, CredentialId, CredentialKey, Flags},
    cbor::Writer,
};

/// A private key that was made for one credential.
#[derive(Clone)]
enum Private {
    Es256(p256::ecdsa::SigningKey),
    EdDsa(ed25519_dalek::SigningKey),
}

/// An authenticator with one credential.
#[derive(Clone)]
pub struct Authenticator {
    private: Private,
    public: CredentialKey,
    credential: CredentialId,
}

impl core::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Authenticator({:?})", self.public)
    }
}

/// One ceremony: what the page asks for, and how browser and authenticator answer.
#[derive(Clone, Copy, Debug)]
pub struct Ceremony<'a> {
    /// The relying party's id.
    pub rp_id: &'a str,
    /// The origin that the browser names.
    pub origin: &'a str,
    /// What is to be signed.
    pub challenge: &'a [u8],
    /// The kind that the browser names; where none is given, the one that fits.
    pub kind: Option<&'a str>,
    /// What the browser says of foreign frames; none leaves it out.
    pub cross_origin: Option<bool>,
    /// JSON behind the members of client data, with its comma in front.
    pub members: &'a str,
    /// What happened at the authenticator.
    pub flags: Flags,
    /// Its count.
    pub sign_count: u32,
    /// Extensions as CBOR; [`Flags::EXTENSIONS`] is not set by themselves.
    pub extensions: &'a [u8],
}

impl<'a> Ceremony<'a> {
    /// An ordinary one: a synced passkey, its user present and verified.
    #[must_use]
    pub fn new(rp_id: &'a str, origin: &'a str, challenge: &'a [u8]) -> Self {
        Self {
            rp_id,
            origin,
            challenge,
            kind: None,
            cross_origin: Some(false),
            members: "",
            flags: Flags::USER_PRESENT
                .with(Flags::USER_VERIFIED)
                .with(Flags::BACKUP_ELIGIBLE)
                .with(Flags::BACKED_UP),
            sign_count: 0,
            extensions: &[],
        }
    }

    fn client_data(&self, kind: &str) -> Vec<u8> {
        let kind = self.kind.unwrap_or(kind);
        let challenge = URL_SAFE_NO_PAD.encode(self.challenge);
        let cross_origin = self
            .cross_origin
            .map(|crosses| format!(r#","crossOrigin":{crosses}"#))
            .unwrap_or_default();
        format!(
            r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{}"{cross_origin}{}}}"#,
            self.origin, self.members
        )
        .into_bytes()
    }

    fn authenticator_data(&self, flags: Flags, attested: &[u8]) -> Vec<u8> {
        let mut data = Sha256::digest(self.rp_id).to_vec();
        data.push(flags.0);
        data.extend_from_slice(&self.sign_count.to_be_bytes());
        data.extend_from_slice(attested);
        data.extend_from_slice(self.extensions);
        data
    }
}

/// What a registration hands to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The new credential.
    pub credential: CredentialId,
    /// What the browser said.
    pub client_data: Vec<u8>,
    /// What the authenticator said, with the new key.
    pub authenticator_data: Vec<u8>,
    /// The same in an attestation object of format "none" (§8.7).
    pub attestation_object: Vec<u8>,
}

impl Registration {
    /// What a browser's `credential.toJSON()` gives (§5.1.8).
    #[must_use]
    pub fn to_json(&self) -> String {
        format!(
            concat!(
                r#"{{"id":"{id}","rawId":"{id}","type":"public-key","clientExtensionResults":{{}},"#,
                r#""response":{{"clientDataJSON":"{client}","attestationObject":"{object}","#,
                r#""transports":["internal"]}}}}"#
            ),
            id = self.credential,
            client = URL_SAFE_NO_PAD.encode(&self.client_data),
            object = URL_SAFE_NO_PAD.encode(&self.attestation_object),
        )
    }
}

/// What a browser's `credential.toJSON()` gives for an assertion, with the user handle of a
/// discoverable credential where there is one.
#[must_use]
pub fn assertion_json(assertion: &Assertion, user_handle: Option<&[u8]>) -> String {
    let handle = user_handle
        .map(|handle| format!(r#","userHandle":"{}""#, URL_SAFE_NO_PAD.encode(handle)))
        .unwrap_or_default();
    format!(
        concat!(
            r#"{{"id":"{id}","rawId":"{id}","type":"public-key","clientExtensionResults":{{}},"#,
            r#""response":{{"clientDataJSON":"{client}","authenticatorData":"{data}","#,
            r#""signature":"{signature}"{handle}}}}}"#
        ),
        id = assertion.credential(),
        client = URL_SAFE_NO_PAD.encode(assertion.client_data()),
        data = URL_SAFE_NO_PAD.encode(assertion.authenticator_data()),
        signature = URL_SAFE_NO_PAD.encode(assertion.signature()),
        handle = handle,
    )
}

impl Authenticator {
    /// An authenticator whose credential signs with ES256.
    ///
    /// # Panics
    /// When p256 and [`CredentialKey`] disagree on what a key is.
    #[must_use]
    pub fn es256(seed: u8) -> Self {
        let scalar = Sha256::digest([b"ES256".as_slice(), &[seed]].concat());
        // One digest in 2^32 is no scalar; of the 256 there are, none.
        let private = p256::ecdsa::SigningKey::from_slice(&scalar).expect("a scalar in range");
        let point = private.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let [x, y] = [x, y].map(|half| half.try_into().expect("32 bytes"));
        let public = CredentialKey::es256(&x, &y).expect("a point of the curve");
        Self::with(Private::Es256(private), public)
    }

    /// An authenticator whose credential signs with `EdDSA`.
    ///
    /// # Panics
    /// When ed25519-dalek and [`CredentialKey`] disagree on what a key is.
    #[must_use]
    pub fn ed25519(seed: u8) -> Self {
        let private = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let public = CredentialKey::ed25519(private.verifying_key().as_bytes()).expect("a point");
        Self::with(Private::EdDsa(private), public)
    }

    fn with(private: Private, public: CredentialKey) -> Self {
        let name = Sha256::digest(public.to_cose()).to_vec();
        let credential = CredentialId::new(name).expect("32 bytes");
        Self {
            private,
            public,
            credential,
        }
    }

    /// The same key under another credential's name, as a careless authenticator could make it.
    #[must_use]
    pub fn renamed(self, credential: CredentialId) -> Self {
        Self { credential, ..self }
    }

    /// The credential's name.
    #[must_use]
    pub const fn credential(&self) -> &CredentialId {
        &self.credential
    }

    /// Its public key.
    #[must_use]
    pub const fn public_key(&self) -> &CredentialKey {
        &self.public
    }

    /// Registers the credential: `navigator.credentials.create()`.
    #[must_use]
    pub fn register(&self, ceremony: &Ceremony<'_>) -> Registration {
        let name = self.credential.as_bytes();
        // Names have at most 1023 bytes.
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes();
        let attested = [&[0; 16][..], &length, name, &self.public.to_cose()].concat();
        let flags = ceremony.flags.with(Flags::ATTESTED);
        let authenticator_data = ceremony.authenticator_data(flags, &attested);
        let mut object = Writer::with_capacity(256);
        // CTAP2's order: shorter keys first.
        object.map(3).text("fmt").text("none");
        object.text("attStmt").map(0);
        object.text("authData").bytes(&authenticator_data);
        Registration {
            credential: self.credential.clone(),
            client_data: ceremony.client_data("webauthn.create"),
            authenticator_data,
            attestation_object: object.into_bytes(),
        }
    }

    /// Signs a challenge: `navigator.credentials.get()`.
    ///
    /// # Panics
    /// When the ceremony is larger than an assertion may be.
    #[must_use]
    pub fn assert(&self, ceremony: &Ceremony<'_>) -> Assertion {
        let data = ceremony.authenticator_data(ceremony.flags, &[]);
        self.sign(data, ceremony.client_data("webauthn.get"))
            .expect("the parts of an assertion are small")
    }

    /// Signs whatever it is given, as no authenticator does.
    pub fn sign(
        &self,
        authenticator_data: Vec<u8>,
        client_data: Vec<u8>,
    ) -> Result<Assertion, AssertionError> {
        let mut signed = authenticator_data.clone();
        signed.extend_from_slice(&Sha256::digest(&client_data));
        let signature = match &self.private {
            Private::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(&signed);
                signature.to_der().as_bytes().to_vec()
            }
            Private::EdDsa(key) => key.sign(&signed).to_bytes().to_vec(),
        };
        Assertion::new(
            self.credential.clone(),
            authenticator_data,
            client_data,
            signature,
        )
    }
}
