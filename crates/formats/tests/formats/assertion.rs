//! Assertions: other people's vectors, and every reason to refuse one.

use std::fs;

use paso_formats::{
    assertion::{
        Assertion, AssertionError, AuthenticatorData, AuthenticatorDataError, CredentialAlgorithm,
        CredentialId, CredentialKey, Expectation, Flags, Seen, is_origin_of,
    },
    key::KeyError,
    testing::{Authenticator, Ceremony},
};
use proptest::prelude::*;
use serde_json::Value;

const RP_ID: &str = "inm.example";
const ORIGIN: &str = "https://inm.example";

fn bytes(vector: &Value, field: &str) -> Vec<u8> {
    hex::decode(vector[field].as_str().unwrap()).unwrap()
}

#[test]
fn the_vectors_of_webauthn_level_3() {
    use AssertionError::{CrossOrigin, NotVerified};
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/vectors/webauthn/level-3.json"
    );
    let vectors: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let seen = Seen {
        sign_count: 0,
        backup_eligible: true,
        backed_up: false,
    };
    let expected = [
        ("none.ES256", CredentialAlgorithm::Es256, Err(NotVerified)),
        (
            "packed-self.ES256",
            CredentialAlgorithm::Es256,
            Err(NotVerified),
        ),
        (
            "none.ES256.crossOrigin",
            CredentialAlgorithm::Es256,
            Err(CrossOrigin),
        ),
        (
            "none.ES256.topOrigin",
            CredentialAlgorithm::Es256,
            Err(CrossOrigin),
        ),
        ("packed.ES256", CredentialAlgorithm::Es256, Ok(seen)),
        ("packed.RS256", CredentialAlgorithm::Rs256, Err(NotVerified)),
        ("packed.EdDSA", CredentialAlgorithm::EdDsa, Err(NotVerified)),
    ];
    assert_eq!(vectors.len(), expected.len());
    for (vector, (name, algorithm, answer)) in vectors.iter().zip(expected) {
        assert_eq!(vector["name"], name);
        let registered = AuthenticatorData::read(&bytes(vector, "registration")).unwrap();
        let attested = registered.attested.unwrap();
        assert_eq!(attested.key.algorithm(), algorithm, "{name}");
        let challenge = bytes(vector, "challenge");
        let origins = ["https://example.org".to_owned()];
        let expectation = Expectation {
            rp_id: "example.org",
            origins: &origins,
            challenge: &challenge,
        };
        let assertion = |signature| {
            Assertion::new(
                attested.credential.clone(),
                bytes(vector, "authenticator_data"),
                bytes(vector, "client_data"),
                signature,
            )
            .unwrap()
        };
        let good = assertion(bytes(vector, "signature"));
        assert_eq!(good.verify(&attested.key, &expectation), answer, "{name}");
        let mut bad = bytes(vector, "signature");
        *bad.last_mut().unwrap() ^= 1;
        let bad = assertion(bad).verify(&attested.key, &expectation);
        assert_eq!(bad, Err(AssertionError::Signature), "{name}");
    }
}

/// What was asked, changed for one case.
fn ceremony() -> Ceremony<'static> {
    Ceremony::new(RP_ID, ORIGIN, b"the challenge of an act")
}

fn verify(authenticator: &Authenticator, asked: &Ceremony<'_>) -> Result<Seen, AssertionError> {
    let origins = [ORIGIN.to_owned(), "https://talisman.inm.example".to_owned()];
    let expected = Expectation {
        rp_id: RP_ID,
        origins: &origins,
        challenge: b"the challenge of an act",
    };
    authenticator
        .assert(asked)
        .verify(authenticator.public_key(), &expected)
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn each_reason_to_refuse_has_its_name() {
    use AssertionError::{
        Challenge, CrossOrigin, Data, Kind, NotPresent, NotVerified, Origin, RelyingParty,
    };
    let all = Flags::USER_PRESENT.with(Flags::USER_VERIFIED);
    let cases: &[(&str, Ceremony<'_>, AssertionError)] = &[
        (
            "a registration is no approval",
            Ceremony {
                kind: Some("webauthn.create"),
                ..ceremony()
            },
            Kind,
        ),
        (
            "a payment is none",
            Ceremony {
                kind: Some("payment.get"),
                ..ceremony()
            },
            Kind,
        ),
        (
            "an assertion of another act",
            Ceremony {
                challenge: b"the challenge of another act",
                ..ceremony()
            },
            Challenge,
        ),
        (
            "a challenge that only begins the same",
            Ceremony {
                challenge: b"the challenge of an act!",
                ..ceremony()
            },
            Challenge,
        ),
        (
            "a page of somebody else",
            Ceremony {
                origin: "https://inm.example.org",
                ..ceremony()
            },
            Origin,
        ),
        (
            "without encryption",
            Ceremony {
                origin: "http://inm.example",
                ..ceremony()
            },
            Origin,
        ),
        (
            "another port",
            Ceremony {
                origin: "https://inm.example:8443",
                ..ceremony()
            },
            Origin,
        ),
        (
            "the origin as a path",
            Ceremony {
                origin: "https://inm.example/",
                ..ceremony()
            },
            Origin,
        ),
        (
            "inside another page",
            Ceremony {
                cross_origin: Some(true),
                ..ceremony()
            },
            CrossOrigin,
        ),
        (
            "inside another page, although it says it is not",
            Ceremony {
                members: r#","topOrigin":"https://evil.example""#,
                ..ceremony()
            },
            CrossOrigin,
        ),
        (
            "a passkey of another authority",
            Ceremony {
                rp_id: "igm.example",
                ..ceremony()
            },
            RelyingParty,
        ),
        (
            "nobody was there",
            Ceremony {
                flags: Flags::USER_VERIFIED,
                ..ceremony()
            },
            NotPresent,
        ),
        (
            "nobody was asked who they are",
            Ceremony {
                flags: Flags::USER_PRESENT,
                ..ceremony()
            },
            NotVerified,
        ),
        (
            "backed up although it cannot be",
            Ceremony {
                flags: all.with(Flags::BACKED_UP),
                ..ceremony()
            },
            Data,
        ),
        (
            "extensions that are announced and not there",
            Ceremony {
                flags: all.with(Flags::EXTENSIONS),
                ..ceremony()
            },
            Data,
        ),
        (
            "a credential that is announced and not there",
            Ceremony {
                flags: all.with(Flags::ATTESTED),
                ..ceremony()
            },
            Data,
        ),
        (
            "one name twice",
            Ceremony {
                members: r#","origin":"https://inm.example""#,
                ..ceremony()
            },
            Data,
        ),
        (
            "crossOrigin as a text",
            Ceremony {
                cross_origin: None,
                members: r#","crossOrigin":"false""#,
                ..ceremony()
            },
            Data,
        ),
    ];
    for authenticator in [Authenticator::es256(1), Authenticator::ed25519(1)] {
        for (case, asked, refusal) in cases {
            assert_eq!(verify(&authenticator, asked), Err(*refusal), "{case}");
        }
    }
}

#[test]
fn what_browsers_and_authenticators_may_do_is_accepted() {
    let present = Flags::USER_PRESENT.with(Flags::USER_VERIFIED);
    let seen = Seen {
        sign_count: 0,
        backup_eligible: false,
        backed_up: false,
    };
    let plain = Ceremony {
        flags: present,
        ..ceremony()
    };
    for authenticator in [Authenticator::es256(1), Authenticator::ed25519(1)] {
        let answer = |asked| verify(&authenticator, &asked).unwrap();
        assert_eq!(answer(plain), seen);
        // Level 2 browsers may leave crossOrigin out; later ones add members.
        assert_eq!(
            answer(Ceremony {
                cross_origin: None,
                ..plain
            }),
            seen
        );
        let members = r#","other":{"a":[1,2.5e3,null]},"androidPackageName":"org.example""#;
        assert_eq!(answer(Ceremony { members, ..plain }), seen);
        // The post's own name below the authority's.
        let origin = "https://talisman.inm.example";
        assert_eq!(answer(Ceremony { origin, ..plain }), seen);
        // A counter is told, whatever it is; what was said of copies as well.
        let synced = Ceremony {
            flags: present.with(Flags::BACKUP_ELIGIBLE).with(Flags::BACKED_UP),
            sign_count: u32::MAX,
            ..plain
        };
        let answered = Seen {
            sign_count: u32::MAX,
            backup_eligible: true,
            backed_up: true,
        };
        assert_eq!(answer(synced), answered);
        let extended = Ceremony {
            flags: present.with(Flags::EXTENSIONS),
            extensions: &[0xa1, 0x61, b'x', 0xf5],
            ..plain
        };
        assert_eq!(answer(extended), seen);
    }
}

#[test]
fn an_origin_belongs_to_its_host_or_a_host_above() {
    for (origin, belongs) in [
        ("https://inm.example", true),
        ("https://inm.example:8443", true),
        ("https://talisman.inm.example", true),
        ("https://xinm.example", false),
        ("https://.inm.example", false),
        ("https://example", false),
        ("https://inm.example.org", false),
        ("https://inm.example/", false),
        ("https://inm.example:", false),
        ("https://inm.example:80a", false),
        ("https://user@inm.example", false),
        ("https://evil.org#.inm.example", false),
        ("http://inm.example", false),
        ("inm.example", false),
        ("", false),
    ] {
        assert_eq!(is_origin_of(origin, "inm.example"), belongs, "{origin}");
    }
    assert!(is_origin_of("http://mx.localhost:8460", "mx.localhost"));
    assert!(!is_origin_of("https://inm.example", ""));
    let asked = ceremony();
    let told = Authenticator::es256(1).assert(&asked).origin();
    assert_eq!(told.as_deref(), Some(ORIGIN));
}

#[test]
fn another_key_did_not_sign() {
    let asked = ceremony();
    let origins = [ORIGIN.to_owned()];
    let expected = Expectation {
        rp_id: RP_ID,
        origins: &origins,
        challenge: asked.challenge,
    };
    let keys = [
        Authenticator::es256(1),
        Authenticator::es256(2),
        Authenticator::ed25519(1),
        Authenticator::ed25519(2),
    ];
    for (at, signer) in keys.iter().enumerate() {
        for (other, key) in keys.iter().enumerate() {
            let answer = signer.assert(&asked).verify(key.public_key(), &expected);
            assert_eq!(answer.is_ok(), at == other);
        }
    }
}

#[test]
fn a_registration_tells_name_and_key() {
    for authenticator in [Authenticator::es256(3), Authenticator::ed25519(3)] {
        let registration = authenticator.register(&ceremony());
        let data = AuthenticatorData::read(&registration.authenticator_data).unwrap();
        let attested = data.attested.unwrap();
        assert_eq!(&attested.credential, authenticator.credential());
        assert_eq!(&attested.key, authenticator.public_key());
        // And it is no assertion, even if it were signed.
        let text = attested.credential.to_string();
        assert_eq!(text.parse(), Ok(attested.credential));
    }
}

#[test]
fn keys_are_read_in_one_form_only() {
    let key = |text: &str| {
        let bytes = hex::decode(text.replace(' ', "")).unwrap();
        CredentialKey::from_cose(&bytes).map(|key| key.to_cose() == bytes)
    };
    let x = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d";
    let y = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c";
    let ed = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let n = |bytes: usize, last: &str| format!("59{bytes:04x}c0{}{last}", "11".repeat(bytes - 2));
    let es256 = format!("a5 0102 0326 2001 215820{x} 225820{y}");
    assert_eq!(key(&es256), Ok(true));
    assert_eq!(key(&format!("a4 0101 0327 2006 215820{ed}")), Ok(true));
    assert_eq!(
        key(&format!("a4 0103 03390100 20{} 2143010001", n(256, "01"))),
        Ok(true)
    );
    assert_eq!(
        key(&format!("a4 0103 03390100 20{} 2143010001", n(512, "01"))),
        Ok(true)
    );
    let no_key = [
        // No algorithm; one more member; another order; a longer number; trailing bytes; none.
        format!("a4 0102 2001 215820{x} 225820{y}"),
        format!("a6 0102 0241aa 0326 2001 215820{x} 225820{y}"),
        format!("a5 0326 0102 2001 215820{x} 225820{y}"),
        format!("a5 180102 0326 2001 215820{x} 225820{y}"),
        format!("{es256}00"),
        String::new(),
        // An algorithm that is not the curve's, another curve, a short coordinate.
        format!("a5 0102 0327 2001 215820{x} 225820{y}"),
        format!("a5 0102 0326 2002 215820{x} 225820{y}"),
        format!("a5 0102 0326 2001 21581f{} 225820{y}", &x[2..]),
        // A compressed point; secp256k1; ES384.
        format!("a5 0102 0326 2001 215820{x} 22f5"),
        format!("a5 0102 03382e 2008 215820{x} 225820{y}"),
        // RS256 with exponent 3; RS1, which hashes with SHA-1.
        format!("a4 0103 03390100 20{} 214103", n(256, "01")),
        format!("a4 0103 0339fffe 20{} 2143010001", n(256, "01")),
    ];
    for text in no_key {
        assert_eq!(key(&text), Err(KeyError::NotAKey), "{text}");
    }
    let not_safe = [
        // Off the curve; of small order; 2040 bits; too long; even; a leading zero.
        format!("a5 0102 0326 2001 215820{x} 225820{x}"),
        format!("a4 0101 0327 2006 21582001{}", "00".repeat(31)),
        format!("a4 0103 03390100 2058ffc0{}01 2143010001", "11".repeat(253)),
        format!("a4 0103 03390100 20{} 2143010001", n(513, "01")),
        format!("a4 0103 03390100 20{} 2143010001", n(256, "02")),
        format!(
            "a4 0103 03390100 2059010100{}01 2143010001",
            "c1".repeat(255)
        ),
    ];
    for text in not_safe {
        assert_eq!(key(&text), Err(KeyError::Unsafe), "{text}");
    }
}

#[test]
fn sizes_are_bounded() {
    let part = |data, client, signature| {
        let name = CredentialId::new(vec![7; 32]).unwrap();
        Assertion::new(name, vec![0; data], vec![0; client], vec![0; signature]).map(drop)
    };
    assert_eq!(part(1024, 4096, 512), Ok(()));
    for large in [part(1025, 0, 0), part(0, 4097, 0), part(0, 0, 513)] {
        assert_eq!(large, Err(AssertionError::TooLarge));
    }
    assert!(CredentialId::new(vec![0; 15]).is_err());
    assert!(CredentialId::new(vec![0; 16]).is_ok());
    assert!(CredentialId::new(vec![0; 1023]).is_ok());
    assert!(CredentialId::new(vec![0; 1024]).is_err());
    let damaged = Err(AuthenticatorDataError::Malformed);
    assert_eq!(AuthenticatorData::read(&[0; 36]), damaged);
    assert!(AuthenticatorData::read(&[0; 37]).is_ok());
    assert_eq!(AuthenticatorData::read(&[0; 38]), damaged);
}

fn any_authenticator() -> impl Strategy<Value = Authenticator> {
    (1_u8..=255, any::<bool>()).prop_map(|(seed, edwards)| {
        if edwards {
            Authenticator::ed25519(seed)
        } else {
            Authenticator::es256(seed)
        }
    })
}

proptest! {
    /// One form of CBOR; and with any bit of it flipped it is either not read or not good. (The
    /// credential's name is not signed: whoever changes it names another key, or none.)
    #[test]
    fn any_flipped_bit_is_refused(authenticator in any_authenticator(), challenge: Vec<u8>, at: prop::sample::Index) {
        let asked = Ceremony { challenge: &challenge, ..ceremony() };
        let assertion = authenticator.assert(&asked);
        let origins = [ORIGIN.to_owned()];
        let expected = Expectation { rp_id: RP_ID, origins: &origins, challenge: &challenge };
        prop_assert!(assertion.verify(authenticator.public_key(), &expected).is_ok());
        let mut written = assertion.to_cbor();
        prop_assert_eq!(Assertion::from_cbor(&written), Ok(assertion.clone()));
        let bit = at.index(written.len() * 8);
        written[bit / 8] ^= 1 << (bit % 8);
        if let Ok(changed) = Assertion::from_cbor(&written) {
            prop_assert_eq!(changed.to_cbor(), written);
            prop_assert!(
                changed.credential() != assertion.credential()
                    || changed.verify(authenticator.public_key(), &expected).is_err()
            );
        }
    }
}
