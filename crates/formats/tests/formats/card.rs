//! The card: what is issued always fits, and what is read is more than that.

use paso_formats::{
    base45,
    card::{
        self, BACKDATE_SECONDS, CardClaims, CardError, CardNumber, Field, MAX_CARD_CHARS,
        MAX_NAME_CHARS, Malformed, StatusRef, document_tail,
    },
    cose,
    field::{BirthDate, Sex},
    key::Sign,
    moment::{DAY, Moment},
    name,
    scan::{self, MAX_SCAN_CHARS, Scanned},
    slip,
};
use proptest::prelude::*;

use crate::{
    sample::{card_claims, signed_card, slip_claims, start},
    signers::{EdDsa, Es256},
};

/// Hex with blanks between the items.
fn bytes(items: &str) -> Vec<u8> {
    hex::decode(items.replace(' ', "")).unwrap()
}

fn zlib_base45(bytes: &[u8]) -> String {
    base45::encode(&miniz_oxide::deflate::compress_to_vec_zlib(bytes, 9))
}

/// A claims set in hex, signed and packed as a card.
fn packed(payload: &str) -> String {
    zlib_base45(&cose::sign(&bytes(payload), None, &EdDsa::new(1)).unwrap())
}

fn refused(payload: &str) -> Malformed {
    card::read(&packed(payload)).unwrap_err()
}

#[test]
fn what_is_issued_is_read() {
    for signer in [&Es256::new(3) as &dyn Sign, &EdDsa::new(3)] {
        let claims = card_claims();
        let card = signed_card(&claims, signer);
        card.verify(signer.public_key()).unwrap();
        assert_eq!(card.key_id(), Some(signer.public_key().key_id()));
        assert_eq!(card.number(), Some(claims.number));
        let facts = card.facts();
        assert_eq!(facts.issuer.as_deref(), Some(claims.issuer.as_str()));
        assert_eq!(facts.issued_at, Some(claims.issued_at));
        assert_eq!(
            facts.not_before,
            Some(claims.issued_at.plus(-BACKDATE_SECONDS))
        );
        assert_eq!(facts.expires, Some(claims.expires));
        assert_eq!(facts.status.as_ref(), Some(&claims.status));
        assert_eq!(facts.unknown_claims, 0);
        let identity = &facts.identity;
        assert_eq!(identity.id, Some(claims.number.compact()));
        assert_eq!(identity.name.as_deref(), Some(claims.name.as_str()));
        assert_eq!(identity.birth, claims.birth);
        assert_eq!(identity.sex, Some(claims.sex));
        assert_eq!(identity.nationality.as_deref(), Some("GTM"));
        assert_eq!(identity.legal_status.as_deref(), Some("TVR"));
        assert_eq!(identity.country.as_deref(), Some("MEX"));
        assert_eq!(identity.document_tail.as_deref(), Some("40101"));
        assert_eq!((identity.biometrics, identity.unknown), (0, 0));
    }
}

#[test]
fn the_same_card_has_the_same_text() {
    // Written out, so that a change of the format cannot pass unseen: cards live for years.
    let text = card::encode(&card_claims(), &EdDsa::new(3)).unwrap();
    assert_eq!(text.as_str(), include_str!("golden-card.txt").trim_end());
    assert!(matches!(scan::scan(text.as_str()), Ok(Scanned::Card(_))));
}

#[test]
fn a_scanners_line_end_does_no_harm() {
    let text = card::encode(&card_claims(), &EdDsa::new(3)).unwrap();
    assert!(card::read(&format!("{text}\r\n")).is_ok());
}

#[test]
fn claims_that_would_not_fit_or_mean_nothing_are_refused() {
    let refused = |change: &dyn Fn(&mut CardClaims)| {
        let mut claims = card_claims();
        change(&mut claims);
        card::encode(&claims, &EdDsa::new(3)).err()
    };
    let address = |issuer: &str, path: &str| {
        refused(&|claims| {
            claims.issuer = issuer.to_owned();
            claims.status.uri = format!("{issuer}{path}");
        })
    };
    assert_eq!(refused(&|_| ()), None);
    for issuer in [
        "",
        "inm.example",
        "https://",
        "https://inm example",
        "https://inm.ñ",
    ] {
        assert_eq!(address(issuer, "/1"), Some(CardError::Issuer), "{issuer}");
    }
    assert_eq!(address("https://inm.example", "/123456"), None);
    assert_eq!(
        address("https://inm.example", "/1234567"),
        Some(CardError::UrisTooLong(46))
    );
    assert_eq!(address("https://i.mx", "/12345678901"), None);
    assert_eq!(
        address("https://i.mx", "/123456789012"),
        Some(CardError::StatusUri)
    );
    assert_eq!(address("https://i.mx", "/ 1"), Some(CardError::StatusUri));
    assert_eq!(
        refused(&|claims| claims.status.uri = "https://other.example/1".to_owned()),
        Some(CardError::StatusUri)
    );
    for name in [
        "",
        "maria",
        "MARÍA",
        "PEREZ, MARIA",
        "PEREZ<<MARIA",
        &"A".repeat(MAX_NAME_CHARS + 1),
    ] {
        assert_eq!(
            refused(&|claims| claims.name = name.to_owned()),
            Some(CardError::Name),
            "{name}"
        );
    }
    for class in ["", "T", "TVRX", "tvr", "T1"] {
        assert_eq!(
            refused(&|claims| claims.class = class.to_owned()),
            Some(CardError::Class),
            "{class}"
        );
    }
    for tail in ["", "123456", "12-34", "abc"] {
        assert_eq!(
            refused(&|claims| claims.document_tail = tail.to_owned()),
            Some(CardError::DocumentTail),
            "{tail}"
        );
    }
    for (issued, expires) in [
        (start(), start()),
        (Moment::from_unix(0), start()),
        (start(), Moment::from_unix(1 << 32)),
    ] {
        assert_eq!(
            refused(&|claims| {
                claims.issued_at = issued;
                claims.expires = expires;
            }),
            Some(CardError::Times)
        );
    }
}

#[test]
fn the_tail_of_a_documents_number() {
    for (number, tail) in [
        ("1234 56789 0101", "90101"),
        ("P-12 34", "P1234"),
        ("ab1", "AB1"),
        ("", ""),
        ("ñ", ""),
    ] {
        assert_eq!(document_tail(number), tail);
    }
}

#[test]
fn unknown_dates_of_birth_stay_unknown() {
    for (birth, read) in [
        ("1990-05-31", "1990-05-31"),
        ("1990-05", "1990-05"),
        ("1990", "1990"),
    ] {
        let mut claims = card_claims();
        claims.birth = Some(birth.parse().unwrap());
        let card = signed_card(&claims, &EdDsa::new(3));
        assert_eq!(card.facts().identity.birth.unwrap().to_string(), read);
    }
    let mut claims = card_claims();
    claims.birth = None;
    assert_eq!(
        signed_card(&claims, &EdDsa::new(3)).facts().identity.birth,
        None
    );
}

#[test]
fn reads_what_others_write() {
    // Claim 169 in a byte string, as Inji writes it.
    let wrapped = card::read(&packed("a1 18a9 46 a1 04 63414e41")).unwrap();
    assert_eq!(wrapped.facts().identity.name.as_deref(), Some("ANA"));
    // Unknown claims and attributes are counted; biometrics are passed over.
    let odd = card::read(&packed(
        "a4 10 08 63616263 01 3a00011170 02 18a9 a7 04 63414e41 09 6131 1818 41ff 1832 a10041ff \
         1841 f6 1863 00 1903e7 80",
    ))
    .unwrap();
    let facts = odd.facts();
    assert_eq!(facts.unknown_claims, 3);
    assert_eq!(facts.identity.sex, Some(Sex::Male));
    assert_eq!(facts.identity.biometrics, 2);
    assert_eq!(facts.identity.document_tail, None);
    assert_eq!(facts.identity.unknown, 3);
    // A number that is not ours is shown as it is and is no CardNumber.
    let alien = card::read(&packed("a1 18a9 a1 01 63313233")).unwrap();
    assert_eq!(alien.number(), None);
    assert_eq!(alien.facts().identity.id.as_deref(), Some("123"));
    // Another status mechanism is no status.
    let other = card::read(&packed("a2 18a9 a0 19ffff a1 6178 01")).unwrap();
    assert_eq!(other.facts().status, None);
    // Texts of dates.
    for (text, date) in [
        ("19900531", Some("1990-05-31")),
        ("1990-05-31", Some("1990-05-31")),
        ("199005", Some("1990-05")),
        ("1990", Some("1990")),
        ("19900231", None),
        ("1990053", None),
        ("+9900531", None),
        ("", None),
    ] {
        let payload = format!("a118a9a108{:02x}{}", 0x60 + text.len(), hex::encode(text));
        let read = card::read(&packed(&payload)).map(|card| card.facts().identity.birth);
        let expected = match date {
            Some(date) => Ok(Some(date.parse::<BirthDate>().unwrap())),
            None => Err(Malformed::BadField(Field::Attribute(8))),
        };
        assert_eq!(read, expected, "{text}");
    }
}

#[test]
fn each_cause_has_its_name() {
    for (payload, field) in [
        ("a2 01 01 18a9 a0", Field::Issuer),
        ("a2 02 01 18a9 a0", Field::Subject),
        ("a2 04 60 18a9 a0", Field::Expires),
        ("a2 05 60 18a9 a0", Field::NotBefore),
        ("a2 06 fb3ff0000000000000 18a9 a0", Field::IssuedAt),
        ("a2 19ffff 01 18a9 a0", Field::Status),
        (
            "a2 19ffff a1 6b7374617475735f6c697374 a1 63696478 60 18a9 a0",
            Field::Status,
        ),
        (
            "a2 19ffff a1 6b7374617475735f6c697374 a1 63696478 01 18a9 a0",
            Field::Status,
        ),
        ("a1 18a9 01", Field::Identity),
        ("a1 18a9 4101", Field::Identity),
        ("a1 18a9 a1 04 01", Field::Attribute(4)),
        ("a1 18a9 a1 08 01", Field::Attribute(8)),
        ("a1 18a9 a1 09 04", Field::Attribute(9)),
        ("a1 18a9 a1 09 6134", Field::Attribute(9)),
        ("a1 18a9 a1 0e 190100", Field::Attribute(14)),
        ("a1 18a9 a1 11 4100", Field::Attribute(17)),
        ("a1 18a9 a1 12 810b", Field::Attribute(18)),
    ] {
        assert_eq!(refused(payload), Malformed::BadField(field), "{payload}");
    }
    let deep = format!("a1 18a9 a1 1879 {} 00", "81".repeat(40));
    for (payload, code) in [
        ("a1 07 02", "no-identity"),
        ("80", "no-identity"),
        ("a2 18a9 a0 18a9 a0", "cbor-duplicate-key"),
        ("a1 18a9 a2 04 00 04 00", "cbor-duplicate-key"),
        ("a1 18a9 45 a2 04 60 04 60", "cbor-duplicate-key"),
        ("a1 18a9 a0 00", "cbor-trailing"),
        ("", "cbor-truncated"),
        ("bf 18a9 a0 ff", "cbor-indefinite"),
        (&deep, "cbor-too-deep"),
    ] {
        assert_eq!(refused(payload).code(), code, "{payload}");
    }
}

#[test]
fn each_layer_has_its_causes() {
    assert_eq!(card::read(""), Err(Malformed::Empty));
    assert_eq!(card::read("\r\n"), Err(Malformed::Empty));
    assert_eq!(
        card::read(&"A".repeat(MAX_SCAN_CHARS + 1)),
        Err(Malformed::TooLong)
    );
    assert_eq!(card::read("BB8"), Err(Malformed::NotZlib));
    for text in ["hola", "::", "GGW", "A"] {
        assert_eq!(
            card::read(text).map_err(Malformed::code),
            Err("not-base45"),
            "{text}"
        );
    }
    let bomb = zlib_base45(&vec![0; 1 << 20]);
    assert!(bomb.len() < MAX_SCAN_CHARS);
    assert_eq!(card::read(&bomb), Err(Malformed::InflatesTooFar));
    for (envelope, code) in [
        ("00", "not-sign1"),
        ("d903e6 84 43a10126 a0 40 40", "wrong-tag"),
        ("d0 83 43a10101 a0 40", "encrypted"),
        ("d2 84 43a10126 a0 40", "cbor-truncated"),
        ("d2 84 43a10126 a0 40 40 00", "cbor-trailing"),
        ("d2 84 43a10126 a0 40 40", "unsigned"),
        ("d2 84 45a1013903e6 a0 40 4100", "unsupported-algorithm"),
        ("d2 84 40 a10126 40 4100", "algorithm-not-protected"),
        ("d2 84 46a20126028101 a0 40 4100", "critical-header"),
        ("d2 84 45a201260400 a0 40 4100", "bad-header"),
    ] {
        let error = card::read(&zlib_base45(&bytes(envelope))).unwrap_err();
        assert_eq!(error.code(), code, "{envelope}");
        // Every message says what is the matter, and then what to do.
        assert!(error.to_string().contains(';'), "{error}");
    }
}

#[test]
fn a_slip_is_no_card_and_a_card_no_slip() {
    let slip_text = slip::encode(&slip_claims(), &EdDsa::new(4)).unwrap();
    assert_eq!(card::read(slip_text.as_str()), Err(Malformed::SlipNotCard));
    let card_text = card::encode(&card_claims(), &EdDsa::new(3)).unwrap();
    assert_eq!(slip::read(card_text.as_str()), Err(Malformed::CardNotSlip));
    assert!(matches!(
        scan::scan(slip_text.as_str()),
        Ok(Scanned::Slip(_))
    ));
}

/// A deflater's first block of type "stored" is what one reader in the field cannot take.
fn first_block_is_stored(text: &str) -> bool {
    base45::decode(text).unwrap()[2] & 0b110 == 0
}

prop_compose! {
    /// Claims as large as they can be: every field at its limit, random where the types allow it,
    /// names of up to 60 letters and more as they are shortened for cards.
    fn largest_claims()(
        name in "[A-Z]{1,12}( [A-Z]{1,25}){1,5}|[A-Z]{60}", random: [u8; 5], site in "[A-Z]{3}", birth in "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
        host in "[a-z0-9.]{8}", path in "[a-zA-Z0-9]{12}", index in 0x1_0000_u32.., class in "[A-Z]{3}",
        nationality in "[A-Z]{3}", country in "[A-Z]{3}", tail in "[A-Z0-9]{5}",
        issued in 1_700_000_000_i64..4_000_000_000, days in 1_i64..1827,
    ) -> CardClaims {
        // The longest pair of addresses under both limits: 16 and 28 characters.
        let issuer = format!("https://{host}");
        CardClaims {
            number: CardNumber::new(site.parse().unwrap(), random),
            name: name::for_card(&name),
            birth: Some(birth.parse().unwrap()),
            sex: Sex::Unspecified,
            nationality: nationality.parse().unwrap(),
            class,
            country: country.parse().unwrap(),
            document_tail: tail,
            issued_at: Moment::from_unix(issued),
            expires: Moment::from_unix(issued).plus(days * DAY),
            status: StatusRef { index, uri: format!("{issuer}{path}") },
            issuer,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn nobody_is_refused_for_the_size_of_a_name(claims in largest_claims(), seed in 1_u8..255, es256: bool) {
        let signer: Box<dyn Sign> = if es256 { Box::new(Es256::new(seed)) } else { Box::new(EdDsa::new(seed)) };
        let text = card::encode(&claims, signer.as_ref()).unwrap();
        prop_assert!(text.as_str().len() <= MAX_CARD_CHARS);
        prop_assert!(!first_block_is_stored(text.as_str()));
        let card = card::read(text.as_str()).unwrap();
        prop_assert!(card.verify(signer.public_key()).is_ok());
        prop_assert_eq!(card.facts().identity.name.as_deref(), Some(claims.name.as_str()));
    }
}
