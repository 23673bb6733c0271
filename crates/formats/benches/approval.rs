//! Verifying approvals, beside the bare signature of the same key, in one run: what an audit of all
//! approvals ever given costs, and how much of that is not the signature.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark stops where its ground gives way"
)]

use divan::{Bencher, black_box, counter::ItemsCount};
use paso_formats::{
    approval::{Act, ActHeader, ActRow, Approval, Approvals, Registered},
    key::{Algorithm, PublicKey},
    moment::Moment,
    testing::{Authenticator, Ceremony},
};

const RP_ID: &str = "inm.example";
const ORIGIN: &str = "https://inm.example";
const OFFICERS: [&str; 2] = ["INM-0417", "INM-0500"];
const ALGORITHMS: [Algorithm; 2] = [Algorithm::EdDsa, Algorithm::Es256];

fn main() {
    divan::main();
}

fn passkey(algorithm: Algorithm, seed: u8) -> Authenticator {
    match algorithm {
        Algorithm::EdDsa => Authenticator::ed25519(seed),
        Algorithm::Es256 => Authenticator::es256(seed),
    }
}

/// The bytes of a row's approvals by this many officers, and their passkeys.
fn approved(algorithm: Algorithm, officers: u8) -> (Vec<u8>, Vec<Authenticator>) {
    let header = ActHeader {
        authority: "mx-inm".to_owned(),
        command: "card.revoke".to_owned(),
        at: Moment::from_unix(1_790_000_000),
        post: "TAL".to_owned(),
        officer: OFFICERS[0].to_owned(),
        nonce: [7; 16],
    };
    let row = ActRow {
        kind: "card.revoked".to_owned(),
        commitment: [7; 32],
    };
    let act = Act::new(header, vec![row]).unwrap();
    let challenge = act.challenge();
    let passkeys: Vec<_> = (1..=officers)
        .map(|seed| passkey(algorithm, seed))
        .collect();
    let mut approvals = Approvals::of(act);
    for (officer, passkey) in OFFICERS.iter().zip(&passkeys) {
        let approval = Approval {
            officer: (*officer).to_owned(),
            role: "supervisor".to_owned(),
            at: Moment::from_unix(1_790_000_030),
            assertion: passkey.assert(&Ceremony::new(RP_ID, ORIGIN, &challenge)),
        };
        approvals = approvals.with(approval).unwrap();
    }
    (approvals.to_cbor(), passkeys)
}

fn verify(bencher: Bencher<'_, '_>, algorithm: Algorithm, officers: u8) {
    let (bytes, passkeys) = approved(algorithm, officers);
    let origins = [ORIGIN.to_owned()];
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let approvals = Approvals::read(black_box(&bytes)).unwrap().unwrap();
        let verified = approvals.verify(
            |name| {
                let at = passkeys.iter().position(|key| key.credential() == name)?;
                Some(Registered {
                    officer: OFFICERS[at],
                    key: passkeys[at].public_key(),
                    from: Moment::MIN,
                    until: None,
                })
            },
            RP_ID,
            &origins,
        );
        verified.unwrap()
    });
}

#[divan::bench(args = ALGORITHMS)]
fn one_officer(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    verify(bencher, algorithm, 1);
}

#[divan::bench(args = ALGORITHMS)]
fn two_officers(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    verify(bencher, algorithm, 2);
}

/// The floor: the signature alone, over as many bytes as an assertion signs.
#[divan::bench(args = ALGORITHMS)]
fn bare_signature(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let message = [7; 69];
    let (key, signature) = match algorithm {
        Algorithm::EdDsa => {
            use ed25519_dalek::Signer as _;
            let private = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
            let key = PublicKey::ed25519(private.verifying_key().as_bytes()).unwrap();
            (key, private.sign(&message).to_bytes())
        }
        Algorithm::Es256 => {
            use p256::ecdsa::signature::Signer as _;
            let private = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
            let point = private.verifying_key().to_sec1_point(false);
            let key = PublicKey::es256(point.as_bytes()).unwrap();
            let signature: p256::ecdsa::Signature = private.sign(&message);
            (key, signature.to_bytes().into())
        }
    };
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let verified = key.verify(black_box(&message), black_box(&signature));
        verified.unwrap();
    });
}
