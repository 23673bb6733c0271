//! The certificates of posts' names, by the authority itself.
//!
//! A post has a name below the hub's (`hid.paso.example`), since that is what passkeys are bound to, and
//! is asked under it by telephones on its own network when there is no other. No public authority
//! certifies a machine that it cannot reach; so the hub does, with a key for nothing else, whose root is
//! installed on the officers' machines beforehand. The root says that it speaks of names below the hub's
//! and of no others (RFC 5280 §4.2.1.10): to install it endangers nothing else. A certificate is short:
//! longer than a post works alone, and not renewed for a device that was revoked.

use paso_domain::crossings::PostCode;
use paso_formats::moment::{DAY, Moment};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
    PKCS_ECDSA_P256_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm,
};
use zeroize::Zeroizing;

/// How long the root stands, in days: as long as a machine at an office lives.
const ROOT_DAYS: i64 = 10 * 365;
/// Clocks differ.
const BEFORE: i64 = DAY;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A name that no certificate can carry.
    #[error(
        "the name {0} is none that a certificate can carry; set web.host to the hub's own name"
    )]
    Name(String),
    /// The key is none.
    #[error(
        "the key of the authority for names cannot be used; make both anew with `paso post ca`"
    )]
    Key,
    /// A machine's key is none.
    #[error("the key that the post sent for its name cannot be used; update both programs")]
    PostKey,
    /// Nothing was signed.
    #[error("the certificate was not signed: {0}")]
    Unsigned(String),
}

/// A key for a name: of a post's machine, or of the authority for names.
pub struct NameKey(KeyPair);

impl NameKey {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate() -> Result<Self, CertificateError> {
        KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
            .map(Self)
            .map_err(|_| CertificateError::Key)
    }

    /// The key in a PEM file.
    ///
    /// # Errors
    /// When there is none of the kind.
    pub fn read(pem: &str) -> Result<Self, CertificateError> {
        KeyPair::from_pkcs8_pem_and_sign_algo(pem, &PKCS_ECDSA_P256_SHA256)
            .map(Self)
            .map_err(|_| CertificateError::Key)
    }

    /// The PEM file of it, for its owner alone.
    #[must_use]
    pub fn to_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.serialize_pem())
    }

    /// The public half: a point, uncompressed (SEC 1 §2.3.3).
    #[must_use]
    pub fn point(&self) -> &[u8] {
        self.0.public_key_raw()
    }
}

impl core::fmt::Debug for NameKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("NameKey(…)")
    }
}

/// The authority for names.
#[derive(Debug)]
pub struct Certifier {
    issuer: Issuer<'static, KeyPair>,
    root: String,
    host: String,
    days: u16,
}

/// A certificate and until when it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// PEM: the machine's own, then the root.
    pub chain: String,
    /// The end.
    pub until: Moment,
}

/// What the root says of itself. Its issuer's name and key identifier are all that a certificate takes
/// from it, so it is made of the host again whenever one is signed.
fn root(host: &str) -> Result<CertificateParams, CertificateError> {
    let name = || CertificateError::Name(host.to_owned());
    // A root that is bound to no host would vouch for every name there is.
    let labels = host.split('.');
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !labels.clone().all(is_label)
        || labels.count() < 2
        || host.parse::<core::net::IpAddr>().is_ok()
    {
        return Err(name());
    }
    let mut params = CertificateParams::new(Vec::new()).map_err(|_| name())?;
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, format!("Paso, puestos de {host}"));
    params.distinguished_name = names;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName(host.to_owned())],
        excluded_subtrees: Vec::new(),
    });
    Ok(params)
}

impl Certifier {
    /// The root's certificate for a new authority: PEM.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn root(key: &NameKey, host: &str, now: Moment) -> Result<String, CertificateError> {
        let mut params = root(host)?;
        within(&mut params, now, now.plus(ROOT_DAYS * DAY));
        let signed = params.self_signed(&key.0);
        let signed = signed.map_err(|error| CertificateError::Unsigned(error.to_string()))?;
        Ok(signed.pem())
    }

    /// The authority of a key, whose root is in a PEM file. A certificate of it lasts `days`.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn new(
        key: NameKey,
        root_pem: String,
        host: &str,
        days: u16,
    ) -> Result<Self, CertificateError> {
        Ok(Self {
            issuer: Issuer::new(root(host)?, key.0),
            root: root_pem,
            host: host.to_owned(),
            days,
        })
    }

    /// Vouches that a key is of a post's machine: under the post's name and whatever is below it, for
    /// posts with several machines.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn certify(
        &self,
        post: PostCode,
        point: &[u8],
        now: Moment,
        serial: [u8; 16],
    ) -> Result<Certified, CertificateError> {
        let point = Point::read(point).ok_or(CertificateError::PostKey)?;
        let name = format!("{}.{}", post.to_string().to_lowercase(), self.host);
        let names = vec![name.clone(), format!("*.{name}")];
        let mut params =
            CertificateParams::new(names).map_err(|_| CertificateError::Name(name.clone()))?;
        let mut subject = DistinguishedName::new();
        subject.push(DnType::CommonName, name);
        params.distinguished_name = subject;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        // Positive and of at most 20 bytes (RFC 5280 §4.1.2.2).
        let mut serial = serial;
        serial[0] &= 0x7f;
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        let until = now.plus(i64::from(self.days) * DAY);
        within(&mut params, now, until);
        let signed = params.signed_by(&point, &self.issuer);
        let signed = signed.map_err(|error| CertificateError::Unsigned(error.to_string()))?;
        Ok(Certified {
            chain: signed.pem() + &self.root,
            until,
        })
    }
}

fn within(params: &mut CertificateParams, now: Moment, until: Moment) {
    let at = |moment: Moment| {
        let seconds = u64::try_from(moment.unix()).unwrap_or(0);
        rcgen::date_time_ymd(1970, 1, 1) + core::time::Duration::from_secs(seconds)
    };
    params.not_before = at(now.plus(-BEFORE));
    params.not_after = at(until);
}

/// A post's public key. That the post has the other half needs no proof here: whoever has not cannot
/// speak under the certificate, and the parcel that asks for it is signed by the post.
struct Point(Vec<u8>);

impl Point {
    fn read(bytes: &[u8]) -> Option<Self> {
        paso_formats::key::PublicKey::es256(bytes).ok()?;
        Some(Self(bytes.to_vec()))
    }
}

impl PublicKeyData for Point {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::{
        RootCertStore,
        client::{WebPkiServerVerifier, danger::ServerCertVerifier},
        pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
    };
    use std::sync::Arc;

    const NOW: &str = "2026-11-23T12:00:00Z";

    fn now() -> Moment {
        NOW.parse().unwrap()
    }

    fn certifier(host: &str) -> Certifier {
        let key = NameKey::generate().unwrap();
        let root = Certifier::root(&key, host, now()).unwrap();
        Certifier::new(NameKey::read(&key.to_pem()).unwrap(), root, host, 30).unwrap()
    }

    /// What a browser with the root would say.
    fn believes(root: &str, chain: &str, name: &str, at: Moment) -> Result<(), String> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(root.as_bytes()).unwrap();
        roots.add(root).unwrap();
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .unwrap();
        let shown: Vec<_> = CertificateDer::pem_slice_iter(chain.as_bytes())
            .map(Result::unwrap)
            .collect();
        let (own, others) = shown.split_first().unwrap();
        let seconds = at.unix().unsigned_abs();
        let time = UnixTime::since_unix_epoch(core::time::Duration::from_secs(seconds));
        verifier
            .verify_server_cert(own, others, &ServerName::try_from(name).unwrap(), &[], time)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_post_is_believed_under_its_own_name_and_for_its_time() {
        let house = certifier("paso.example");
        let key = NameKey::generate().unwrap();
        let post = "HID".parse().unwrap();
        let shown = house.certify(post, key.point(), now(), [9; 16]).unwrap();
        assert_eq!(shown.until, now().plus(30 * DAY));
        let later = |days| now().plus(days * DAY);
        let table = [
            ("hid.paso.example", later(0), true),
            ("2.hid.paso.example", later(29), true),
            ("hid.paso.example", later(31), false),
            ("hid.paso.example", later(-2), false),
            ("car.paso.example", later(0), false),
            ("paso.example", later(0), false),
            ("hid.paso.example.net", later(0), false),
        ];
        for (name, at, due) in table {
            let said = believes(&house.root, &shown.chain, name, at);
            assert_eq!(said.is_ok(), due, "{name} at {at}: {said:?}");
        }
    }

    #[test]
    fn the_root_vouches_for_no_other_name_whoever_holds_its_key() {
        let house = certifier("paso.example");
        let thief = Certifier {
            host: "bank.example".into(),
            ..house
        };
        let key = NameKey::generate().unwrap();
        let post = "HID".parse().unwrap();
        let shown = thief.certify(post, key.point(), now(), [9; 16]).unwrap();
        let said = believes(&thief.root, &shown.chain, "hid.bank.example", now());
        assert!(said.unwrap_err().contains("NameConstraintViolation"));
    }

    #[test]
    fn names_and_keys_that_are_none_are_refused() {
        let key = NameKey::generate().unwrap();
        for host in ["", "localhost", "192.0.2.7", "paso..example", "*.example"] {
            assert!(Certifier::root(&key, host, now()).is_err(), "{host}");
        }
        let house = certifier("paso.example");
        let post = "HID".parse().unwrap();
        for point in [&[][..], &[4; 65], &key.point()[1..]] {
            let refused = house.certify(post, point, now(), [9; 16]);
            assert!(matches!(refused, Err(CertificateError::PostKey)));
        }
        assert!(NameKey::read("-----BEGIN PRIVATE KEY-----").is_err());
        assert_eq!(format!("{key:?}"), "NameKey(…)");
    }
}
