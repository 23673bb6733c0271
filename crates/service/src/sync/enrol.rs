//! How a post becomes known to its hub: an administrator makes a code that works once, somebody types
//! it at the new machine, and both sides are sure of each other.
//!
//! The code is the one secret, and it is carried by a person. Request and answer are authenticated
//! with it (HMAC-SHA-256), it is never sent itself, and whoever stands in between can neither enrol a
//! machine of theirs nor give the post another authority's anchor. The post makes its keys itself; no
//! private key travels.

use super::{Certifier, NameKey, Shown, SyncError, Terms, decode, encode};
use crate::{
    Service, ServiceError,
    ceremony::{CHECKING, KeyPurpose, SIGNING},
    officers::Console,
    random::{NoRandomness, Random},
};
use core::{fmt, str::FromStr};
use hmac::{Hmac, KeyInit, Mac};
use minicbor::{Decode, Encode};
use paso_domain::{
    authority::{AuthorityCommand, AuthorityKey},
    crossings::PostCode,
    device::{Device, DeviceCommand},
    id::{OfficerNumber, StreamId},
};
use paso_formats::{
    key::{PublicKey, Sign},
    moment::{DAY, MINUTE, Moment},
    parcel::opening_key,
    receipt,
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// How long a code works, in seconds.
const CODE_LIFE: i64 = DAY;
const PURPOSE: &str = "post";

/// A code that enrols one post, once. Never printed but to whoever carries it.
pub struct Code(Zeroizing<[u8; 16]>);

/// The text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a code of `paso post invite`; it has 32 characters in eight groups of four")]
pub struct NotACode;

impl Code {
    fn new(random: &Random) -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(random.bytes()?)))
    }

    /// As it is read aloud and typed.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let (parts, _) = self.0.as_chunks::<4>();
        let parts = parts.iter().map(|part| receipt::Code::from_random(*part));
        let texts: Vec<_> = parts.map(|part| part.to_string()).collect();
        Zeroizing::new(texts.join("-"))
    }

    /// By what the hub finds it; what the hub stores.
    fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(b"paso post code v1\0");
        hash.update(self.0.as_slice());
        hash.finalize().into()
    }

    fn mac(&self, what: &[u8], message: &[u8]) -> [u8; 32] {
        // HMAC takes a key of any length (RFC 2104 §2).
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&*self.0) else {
            unreachable!("HMAC accepts keys of every length")
        };
        mac.update(what);
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    fn agrees(&self, what: &[u8], message: &[u8], mac: &[u8; 32]) -> bool {
        use subtle::ConstantTimeEq as _;
        bool::from(self.mac(what, message).ct_eq(mac))
    }
}

const ASKED: &[u8] = b"paso enrolment asked v1\0";
const ANSWERED: &[u8] = b"paso enrolment answered v1\0";

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl FromStr for Code {
    type Err = NotACode;

    /// Forgives case, spaces and hyphens.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let plain: String = text
            .chars()
            .filter(|character| !matches!(character, ' ' | '-'))
            .collect();
        if plain.len() != 32 || !plain.is_ascii() {
            return Err(NotACode);
        }
        let mut bytes = Zeroizing::new([0; 16]);
        for (part, into) in (0..4).zip(bytes.chunks_mut(4)) {
            let code: receipt::Code = plain[part * 8..part * 8 + 8]
                .parse()
                .map_err(|_| NotACode)?;
            into.copy_from_slice(&code.to_bytes());
        }
        Ok(Self(bytes))
    }
}

/// Which post a code enrols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The post.
    pub post: PostCode,
    /// What people call the machine.
    pub name: String,
}

/// What a hub keeps of a code. The code is kept, and not only its hash: requests are authenticated
/// with it, and it is worth nothing once it was used or a day has gone.
#[derive(Encode, Decode)]
struct Kept {
    #[cbor(n(0), with = "minicbor::bytes")]
    code: [u8; 16],
    #[n(1)]
    by: String,
    #[n(2)]
    post: String,
    #[n(3)]
    name: String,
}

/// What a post asks with.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Asked {
    #[cbor(n(0), with = "minicbor::bytes")]
    device: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    card: Vec<u8>,
    #[cbor(n(2), with = "minicbor::bytes")]
    slip: Vec<u8>,
    #[cbor(n(3), with = "minicbor::bytes")]
    name: Option<Vec<u8>>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Message {
    /// By which the code is found; empty in an answer.
    #[cbor(n(0), with = "minicbor::bytes")]
    hash: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    body: Vec<u8>,
    #[cbor(n(2), with = "minicbor::bytes")]
    mac: [u8; 32],
}

/// What a hub says of its authority to its posts: its settings, which the program reads and this crate
/// does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The settings.
    pub settings: Vec<u8>,
    /// The anchor file.
    pub anchor: Vec<u8>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Answer {
    #[n(0)]
    post: String,
    #[n(1)]
    terms: Terms,
    #[cbor(n(2), with = "minicbor::bytes")]
    bundle: Vec<u8>,
    #[cbor(n(3), with = "minicbor::bytes")]
    settings: Vec<u8>,
    #[cbor(n(4), with = "minicbor::bytes")]
    anchor: Vec<u8>,
    #[n(5)]
    from: i64,
    #[n(6)]
    until: i64,
    #[n(7)]
    verify_until: i64,
    #[n(8)]
    certificate: Option<Shown>,
}

/// What a post has when it is enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// The post.
    pub post: PostCode,
    /// What the hub lends it.
    pub terms: Terms,
    /// The trust bundle that names its keys.
    pub bundle: Vec<u8>,
    /// Settings and anchor.
    pub settings: Settings,
    /// The window in which its keys sign, and until when what they signed is accepted.
    pub window: (Moment, Moment, Moment),
    /// The chain of certificates of its name, PEM; none where its hub gives none.
    pub chain: Option<String>,
}

/// Why a post is not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// Not a message of ours.
    #[error("this is no enrolment of a post; use `paso post enrol` of the same version as the hub")]
    Unreadable,
    /// No such code, used, or too old.
    #[error(
        "this code is not known, was used, or is older than a day; make another with `paso post invite`"
    )]
    NoSuchCode,
    /// The code does not fit what was sent.
    #[error(
        "what was sent does not fit its code: somebody altered it on the way. Make another code"
    )]
    Altered,
    /// A key in the request is none.
    #[error("a key in the request cannot be used; make another code and enrol again")]
    Key,
    /// This hub has not said what its posts need.
    #[error("this installation takes no posts")]
    NoSettings,
    /// The register refused, or nothing could be stored.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl From<ServiceError> for EnrolError {
    fn from(error: ServiceError) -> Self {
        Self::Sync(SyncError::Service(error))
    }
}

/// A post that asks to be enrolled.
pub struct Request<'a> {
    code: &'a Code,
    asked: Vec<u8>,
}

/// What a post asks with: its keys, all made there.
#[derive(Clone, Copy)]
pub struct Asking<'k> {
    /// Its device's.
    pub device: &'k dyn Sign,
    /// For cards.
    pub card: &'k dyn Sign,
    /// For slips.
    pub slip: &'k dyn Sign,
    /// Of its name.
    pub name: &'k NameKey,
}

impl<'a> Request<'a> {
    /// Asks for these keys.
    #[must_use]
    pub fn new(code: &'a Code, asking: Asking<'_>) -> Self {
        let asked = Asked {
            device: asking.device.public_key().to_cose_key(),
            card: asking.card.public_key().to_cose_key(),
            slip: asking.slip.public_key().to_cose_key(),
            name: Some(asking.name.point().to_vec()),
        };
        Self {
            code,
            asked: encode(&asked),
        }
    }

    /// What is sent.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(&Message {
            hash: self.code.hash().to_vec(),
            mac: self.code.mac(ASKED, &self.asked),
            body: self.asked.clone(),
        })
    }

    /// Reads the answer.
    ///
    /// # Errors
    /// See [`EnrolError`].
    pub fn read(&self, answer: &[u8]) -> Result<Enrolled, EnrolError> {
        let message: Message = minicbor::decode(answer).map_err(|_| EnrolError::Unreadable)?;
        // The answer is bound to this request: one to another machine's fits no code of ours.
        let bound = [self.asked.as_slice(), &message.body].concat();
        if !self.code.agrees(ANSWERED, &bound, &message.mac) {
            return Err(EnrolError::Altered);
        }
        let answer: Answer = minicbor::decode(&message.body).map_err(|_| EnrolError::Unreadable)?;
        let at = Moment::from_unix;
        let mut terms = Terms::read(&answer.terms.to_bytes())?;
        terms.certified = answer.certificate.as_ref().map(|shown| shown.until);
        Ok(Enrolled {
            post: answer.post.parse().map_err(|_| EnrolError::Unreadable)?,
            terms,
            chain: answer.certificate.map(|shown| shown.chain),
            bundle: answer.bundle,
            settings: Settings {
                settings: answer.settings,
                anchor: answer.anchor,
            },
            window: (at(answer.from), at(answer.until), at(answer.verify_until)),
        })
    }
}

impl Service {
    /// Says what posts are told of this authority. The first word counts.
    pub fn take_posts(&self, settings: Settings) {
        self.settings().get_or_init(|| settings);
    }

    /// Certifies the names of posts from now on. The first word counts.
    pub fn certify_posts(&self, certifier: Certifier) {
        self.certifier().get_or_init(|| certifier);
    }

    /// Makes a code for a post, on behalf of an administrator at the machine.
    ///
    /// # Errors
    /// When the post is in no file, or nothing could be stored.
    pub async fn invite_post(
        &self,
        console: &Console,
        invitation: &Invitation,
    ) -> Result<Code, ServiceError> {
        if self.site().is_some() {
            return Err(ServiceError::AtHub);
        }
        if self.crossings().post(invitation.post.as_str()).is_none() {
            return Err(ServiceError::BadRequest {
                field: "--post",
                problem: format!(
                    "{} is not in the file of crossings and posts",
                    invitation.post
                ),
            });
        }
        if invitation.name.trim().is_empty() {
            return Err(ServiceError::BadRequest {
                field: "--name",
                problem: "write what people call the machine".into(),
            });
        }
        let code = Code::new(self.random())?;
        let kept = Kept {
            code: *code.0,
            by: console.officer().to_string(),
            post: invitation.post.to_string(),
            name: invitation.name.clone(),
        };
        let now = self.now();
        self.store()
            .begin_ceremony(
                &code.hash(),
                PURPOSE,
                encode(&kept),
                now,
                now.plus(CODE_LIFE),
            )
            .await?;
        Ok(code)
    }

    /// Enrols a post: its device, and the keys with which it signs cards and slips, by whoever made
    /// the code. A new bundle says so at once.
    ///
    /// # Errors
    /// See [`EnrolError`].
    pub async fn enrol_post(&self, request: &[u8]) -> Result<Vec<u8>, EnrolError> {
        let settings = self.settings().get().ok_or(EnrolError::NoSettings)?;
        let message: Message = minicbor::decode(request).map_err(|_| EnrolError::Unreadable)?;
        let hash: [u8; 32] = message
            .hash
            .as_slice()
            .try_into()
            .map_err(|_| EnrolError::Unreadable)?;
        let now = self.now();
        let kept = self
            .store()
            .take_ceremony(&hash, PURPOSE, now, CODE_LIFE)
            .await
            .map_err(SyncError::from)?
            .ok_or(EnrolError::NoSuchCode)?;
        let kept: Kept = decode(&kept)?;
        let code = Code(Zeroizing::new(kept.code));
        if !code.agrees(ASKED, &message.body, &message.mac) {
            return Err(EnrolError::Altered);
        }
        let asked: Asked = minicbor::decode(&message.body).map_err(|_| EnrolError::Unreadable)?;
        let post: PostCode = kept.post.parse().map_err(|_| EnrolError::Unreadable)?;
        let by: OfficerNumber = kept.by.parse().map_err(|_| EnrolError::Unreadable)?;
        let window = (
            // The post's clock may run a little behind this one.
            now.plus(-5 * MINUTE),
            now.plus(SIGNING),
            now.plus(SIGNING + CHECKING),
        );
        let key = |bytes: &[u8]| PublicKey::from_cose_key(bytes).map_err(|_| EnrolError::Key);
        let device = key(&asked.device)?;
        let stream = StreamId::of_key(&device);
        // Whoever made the code may have been dismissed since.
        let console = self.at_console(&by, None).await?;
        let enrol = DeviceCommand::Enrol(Device {
            name: kept.name,
            post,
            key: asked.device.clone(),
            from: window.0,
            until: Some(window.1),
        });
        self.manage_device_at_console(&console, stream, enrol)
            .await?;
        for (purpose, bytes) in [
            (KeyPurpose::Device, &asked.device),
            (KeyPurpose::Card, &asked.card),
            (KeyPurpose::Slip, &asked.slip),
        ] {
            let added = AuthorityCommand::AddKey(AuthorityKey {
                id: key(bytes)?.key_id(),
                purpose: purpose.code().to_owned(),
                key: bytes.clone(),
                sign_from: window.0,
                sign_until: window.1,
                verify_until: window.2,
                site: Some(post),
                device: Some(stream),
            });
            self.manage_key_at_console(&console, added).await?;
        }
        self.publish_bundle().await?;
        let own = self.device();
        let terms = Terms {
            hub: *own.stream.as_bytes(),
            hub_key: own.signer.public_key().to_cose_key(),
            sealing: opening_key(&*own.signer)
                .map_err(SyncError::from)?
                .sealing_key()
                .to_bytes(),
            until: now.plus(i64::from(self.hub().lease_days) * DAY).unix(),
            blocks: self.lend(stream, 0).await?,
            certified: None,
            // It travels in the box that only the post can open, with the first parcel down.
            placard: None,
        };
        let body = encode(&Answer {
            post: post.to_string(),
            terms,
            bundle: self
                .numbered_bundle()
                .map(|(_, file)| file.to_vec())
                .unwrap_or_default(),
            settings: settings.settings.clone(),
            anchor: settings.anchor.clone(),
            from: window.0.unix(),
            until: window.1.unix(),
            verify_until: window.2.unix(),
            certificate: self.certify(stream, asked.name.as_deref()).await?,
        });
        let bound = [message.body.as_slice(), &body].concat();
        Ok(encode(&Message {
            hash: Vec::new(),
            mac: code.mac(ANSWERED, &bound),
            body,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_spoken_and_is_not_printed() {
        let code = Code::new(&Random::seeded(1)).unwrap();
        let text = code.expose();
        let spoken = text.replace('-', " ").to_lowercase();
        assert_eq!(spoken.parse::<Code>().unwrap().hash(), code.hash());
        assert!(!format!("{code:?}").contains(&text[..4]));
        for strange in ["", "2C7K-9XRT", &text[1..], &format!("{}é", &text[1..])] {
            assert!(strange.parse::<Code>().is_err(), "{strange}");
        }
    }
}
