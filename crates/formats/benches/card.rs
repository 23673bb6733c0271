//! Checking and issuing cards, beside the bare signature and beside claim169-core, in one run.
//!
//! The ratios are what counts: `verify` of each algorithm against its `bare_signature` says what
//! unpacking and reading cost, against `claim169_core` what the peer needs for the same card. The
//! keys that sign here are aws-lc-rs's, as a server's would be.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark stops where its ground gives way"
)]

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use claim169_core::Decoder;
use divan::{Bencher, black_box, counter::ItemsCount};
use paso_formats::{
    bundle::{self, Bundle, Pinned, Purpose, TrustedKey, VerifiedBundle},
    card::{self, CardClaims, CardNumber, StatusRef},
    field::{Sex, StateCode},
    key::{Algorithm, PublicKey, Sign, SignError},
    moment::{DAY, Moment},
    status_list::{self, Bits, StatusList, StatusToken},
    verdict::{Light, Territory, verdict},
};

fn main() {
    divan::main();
}

const ALGORITHMS: [Algorithm; 2] = [Algorithm::EdDsa, Algorithm::Es256];

/// A private key as a server holds it.
struct Signer {
    pair: Pair,
    public: PublicKey,
}

enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

impl Signer {
    fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
                Self {
                    public: PublicKey::es256(pair.public_key().as_ref()).unwrap(),
                    pair: Pair::Es256(pair),
                }
            }
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().unwrap();
                let public = pair.public_key().as_ref().try_into().unwrap();
                Self {
                    public: PublicKey::ed25519(&public).unwrap(),
                    pair: Pair::EdDsa(pair),
                }
            }
        }
    }

    /// The public key as claim169-core takes it.
    fn raw(&self) -> Vec<u8> {
        match &self.pair {
            Pair::Es256(pair) => pair.public_key().as_ref().to_vec(),
            Pair::EdDsa(pair) => pair.public_key().as_ref().to_vec(),
        }
    }
}

impl Sign for Signer {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let mut bytes = [0; 64];
        match &self.pair {
            Pair::Es256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).unwrap();
                bytes.copy_from_slice(signature.as_ref());
            }
            Pair::EdDsa(pair) => bytes.copy_from_slice(pair.sign(message).as_ref()),
        }
        Ok(bytes)
    }
}

fn start() -> Moment {
    Moment::from_unix(1_404_752_400)
}

fn claims() -> CardClaims {
    CardClaims {
        issuer: "https://inm.example".to_owned(),
        number: CardNumber::new("TAL".parse().unwrap(), [1, 2, 3, 4, 5]),
        name: "PEREZ GOMEZ MARIA CANDELARIA".to_owned(),
        birth: Some("1990-05-31".parse().unwrap()),
        sex: Sex::Female,
        nationality: StateCode::GTM,
        class: "TVR".to_owned(),
        country: StateCode::MEX,
        document_tail: "40101".to_owned(),
        issued_at: start(),
        expires: start().plus(5 * 365 * DAY),
        status: StatusRef {
            index: 123_456,
            uri: "https://inm.example/1".to_owned(),
        },
    }
}

fn text(signer: &Signer) -> String {
    card::encode(&claims(), signer).unwrap().into_string()
}

fn trust(cards: &Signer) -> VerifiedBundle {
    let roots = [Algorithm::Es256; 2].map(Signer::new);
    let lists = Signer::new(Algorithm::Es256);
    let token = StatusToken {
        uri: "https://inm.example/1".to_owned(),
        issued_at: start(),
        expires: None,
        ttl: None,
        list: StatusList::new(Bits::Two, 1 << 20).unwrap(),
    };
    let key = |signer: &Signer, purpose| TrustedKey {
        key: signer.public.clone(),
        purpose,
        site: "bench".to_owned(),
        sign_from: start(),
        sign_until: start(),
        verify_until: start().plus(DAY),
        compromised_at: None,
    };
    let bundle = Bundle {
        authority: "bench".to_owned(),
        sequence: 1,
        issued_at: start(),
        soft_until: start().plus(DAY),
        hard_until: start().plus(DAY),
        keys: vec![key(cards, Purpose::Card), key(&lists, Purpose::Status)],
        status_lists: vec![status_list::read(&token.sign(&lists).unwrap()).unwrap()],
        programmes: vec![],
        roots: vec![],
    };
    let publics = roots.iter().map(|root| root.public.clone()).collect();
    let pinned = Pinned::new("bench".to_owned(), publics).unwrap();
    bundle::open(&bundle.seal(&roots[0]).unwrap(), &pinned).unwrap()
}

/// The floor under every verification: the signature over the very bytes of a card.
#[divan::bench(args = ALGORITHMS)]
fn a_bare_signature(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let signer = Signer::new(algorithm);
    let card = card::read(&text(&signer)).unwrap();
    let message = card.envelope().to_be_signed(&[]);
    let signature = card.envelope().signature().to_vec();
    bencher.counter(ItemsCount::new(1_u8)).bench_local(|| {
        signer
            .public
            .verify(black_box(&message), black_box(&signature))
            .unwrap();
    });
}

/// From the scanned characters to "this key signed these facts".
#[divan::bench(args = ALGORITHMS)]
fn b_verify(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let signer = Signer::new(algorithm);
    let text = text(&signer);
    bencher.counter(ItemsCount::new(1_u8)).bench_local(|| {
        let card = card::read(black_box(&text)).unwrap();
        card.verify(&signer.public).unwrap();
        card
    });
}

/// From the scanned characters to the verdict, with keys and status out of a bundle.
#[divan::bench(args = ALGORITHMS)]
fn c_verdict(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let signer = Signer::new(algorithm);
    let text = text(&signer);
    let bundle = trust(&signer);
    let here = Territory {
        state: "MX-CHP".to_owned(),
    };
    bencher.counter(ItemsCount::new(1_u8)).bench_local(|| {
        let scanned = card::read(black_box(&text));
        let verdict = verdict(scanned.as_ref(), None, Some(&bundle), &here, start());
        assert_eq!(verdict.light, Light::Green);
        verdict
    });
}

/// The same card, read and verified by the peer, which takes the key anew each time as its
/// interface wants it.
#[divan::bench(args = ALGORITHMS)]
fn d_claim169_core(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let signer = Signer::new(algorithm);
    let text = text(&signer);
    let key = signer.raw();
    bencher.counter(ItemsCount::new(1_u8)).bench_local(|| {
        let decoder = Decoder::new(black_box(text.as_str())).without_timestamp_validation();
        let decoder = match algorithm {
            Algorithm::EdDsa => decoder.verify_with_ed25519(&key),
            Algorithm::Es256 => decoder.verify_with_ecdsa_p256(&key),
        };
        decoder.unwrap().decode().expect("a card the peer reads")
    });
}

/// What stands before the signature: characters to fields.
#[divan::bench]
fn e_read(bencher: Bencher<'_, '_>) {
    let text = text(&Signer::new(Algorithm::EdDsa));
    bencher
        .counter(ItemsCount::new(1_u8))
        .bench_local(|| card::read(black_box(&text)).unwrap());
}

/// Checking the claims, signing and packing: everything but the QR symbol.
#[divan::bench(args = ALGORITHMS)]
fn f_issue(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let signer = Signer::new(algorithm);
    let claims = claims();
    bencher
        .counter(ItemsCount::new(1_u8))
        .bench_local(|| card::encode(black_box(&claims), &signer).unwrap());
}

/// The bare signing under [`f_issue`].
#[divan::bench(args = ALGORITHMS)]
fn g_bare_signing(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let signer = Signer::new(algorithm);
    let card = card::read(&text(&signer)).unwrap();
    let message = card.envelope().to_be_signed(&[]);
    bencher
        .counter(ItemsCount::new(1_u8))
        .bench_local(|| signer.sign(black_box(&message)).unwrap());
}
