//! Speaks with other implementations of claim 169: `tests/interop/run` starts it.
//!
//! `interop issue SECONDS` prints one JSON line per card issued at that Unix time, with the public
//! key to check it by. `interop read` takes JSON lines with `text`, `algorithm` and `public_key`
//! and answers each with what the card says and whether its signature holds, or the named error.

#![expect(
    clippy::print_stdout,
    reason = "its output is the protocol of the interoperability test"
)]

#[path = "../tests/formats/signers.rs"]
#[expect(clippy::expect_used, reason = "keys of tests are made from good seeds")]
mod signers;

use std::{error::Error, io};

use paso_formats::{
    card::{self, CardClaims, CardNumber, StatusRef},
    field::{Sex, StateCode},
    key::{PublicKey, Sign},
    moment::{DAY, Moment},
    name,
};
use serde_json::{Value, json};
use signers::{EdDsa, Es256};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["issue", seconds] => issue(Moment::from_unix(seconds.parse()?)),
        ["read"] => io::stdin().lines().try_for_each(|line| {
            println!("{}", read(&serde_json::from_str(&line?)?)?);
            Ok(())
        }),
        _ => Err("usage: interop issue SECONDS | interop read".into()),
    }
}

/// Cards of fictional people, from the shortest to the longest, under both algorithms.
fn issue(now: Moment) -> Result<(), Box<dyn Error>> {
    let people = [
        ("ANA CHI", Some("20010531"), "https://i.mx", "/1"),
        (
            "PEREZ GOMEZ MARIA CANDELARIA",
            Some("1990"),
            "https://inm.example",
            "/1",
        ),
        (
            "XOL CAAL DE LA CRUZ BARTOLOME FRANCISCO DE LOS ANGELES DOMINGO",
            None,
            "https://tvr.inm.example",
            "",
        ),
    ];
    for (at, (name, birth, issuer, path)) in (0_u8..).zip(people) {
        let issuer = issuer.get(..22).unwrap_or(issuer).to_owned();
        let claims = CardClaims {
            number: CardNumber::new("TAL".parse()?, [at, 1, 2, 3, 4]),
            name: name::for_card(name),
            birth: birth.map(birth_date).transpose()?,
            sex: [Sex::Female, Sex::Male, Sex::Unspecified][usize::from(at)],
            nationality: StateCode::GTM,
            class: "TVR".to_owned(),
            country: StateCode::MEX,
            document_tail: "40101".to_owned(),
            issued_at: now,
            expires: now.plus(5 * 365 * DAY),
            status: StatusRef {
                index: 1_000_000 + u32::from(at),
                uri: format!("{issuer}{path}"),
            },
            issuer,
        };
        let es256 = Es256::new(7);
        let eddsa = EdDsa::new(7);
        for signer in [&es256 as &dyn Sign, &eddsa] {
            let text = card::encode(&claims, signer)?;
            println!("{}", issued(&claims, signer.public_key(), text.as_str()));
        }
    }
    Ok(())
}

fn birth_date(digits: &str) -> Result<paso_formats::field::BirthDate, Box<dyn Error>> {
    let text = match digits.len() {
        8 => format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]),
        _ => digits.to_owned(),
    };
    Ok(text.parse()?)
}

fn issued(claims: &CardClaims, key: &PublicKey, text: &str) -> Value {
    json!({
        "text": text,
        "algorithm": key.algorithm().to_string(),
        "cose_key": hex::encode(key.to_cose_key()),
        "kid": key.key_id().to_string(),
        "issuer": claims.issuer,
        "issued_at": claims.issued_at.unix(),
        "not_before": claims.not_before().unix(),
        "expires": claims.expires.unix(),
        "id": claims.number.compact(),
        "name": claims.name,
        "birth": claims.birth.map(|birth| birth.to_string().replace('-', "")),
        "gender": claims.sex.claim_169(),
        "nationality": claims.nationality.as_str(),
        "legal_status": claims.class,
        "country": claims.country.as_str(),
        "document_tail": claims.document_tail,
        "status": { "idx": claims.status.index, "uri": claims.status.uri },
    })
}

fn read(request: &Value) -> Result<Value, Box<dyn Error>> {
    let field = |name: &str| request[name].as_str().ok_or(format!("{name} is missing"));
    let bytes = hex::decode(field("public_key")?)?;
    let key = match field("algorithm")? {
        "ES256" => PublicKey::es256(&bytes)?,
        "EdDSA" => PublicKey::ed25519(bytes.as_slice().try_into()?)?,
        other => return Err(format!("no algorithm {other}").into()),
    };
    let card = match card::read(field("text")?) {
        Ok(card) => card,
        Err(error) => return Ok(json!({ "error": error.code() })),
    };
    let facts = card.facts();
    let identity = &facts.identity;
    let seconds = |moment: Option<Moment>| moment.map(Moment::unix);
    Ok(json!({
        "verified": card.verify(&key).is_ok(),
        "issuer": facts.issuer,
        "issued_at": seconds(facts.issued_at),
        "not_before": seconds(facts.not_before),
        "expires": seconds(facts.expires),
        "id": identity.id,
        "name": identity.name,
        "birth": identity.birth.map(|birth| birth.to_string().replace('-', "")),
        "gender": identity.sex.map(Sex::claim_169),
        "nationality": identity.nationality,
        "email": identity.email,
        "marital_status": identity.marital_status,
        "legal_status": identity.legal_status,
        "country": identity.country,
        "document_tail": identity.document_tail,
        "biometrics": identity.biometrics,
        "unknown": identity.unknown,
        "unknown_claims": facts.unknown_claims,
        "status": facts.status.as_ref().map(|status| json!({ "idx": status.index, "uri": status.uri })),
    }))
}
