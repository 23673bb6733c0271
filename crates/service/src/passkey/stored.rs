//! A passkey as webauthn-rs writes it down, made from what the register holds, and back.
//!
//! The register keeps the `COSE_Key` and two flags, which any program can read; the library keeps a
//! JSON of its own. Its counter is left at zero, so that the library never refuses for it: what a
//! count means is decided in [`super::sign_in`].

use super::PasskeyRefusal;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use minicbor::{Decoder, data::Type};
use paso_domain::officer;
use paso_formats::assertion::CredentialKey;
use serde_json::{Value, json};
use webauthn_rs::prelude::{COSEKeyType, Passkey};

/// The library's form of a registered passkey; none if its key is of no kind it knows.
pub(super) fn passkey(registered: &officer::Passkey) -> Option<Passkey> {
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let key = match (registered.algorithm, members(&registered.key)?.as_slice()) {
        (-7, [_, x, y]) => json!({
            "type_": "ES256",
            "key": {"EC_EC2": {"curve": "SECP256R1", "x": encode(x), "y": encode(y)}},
        }),
        (-257, [n, e, _]) => json!({
            "type_": "RS256",
            "key": {"RSA": {"n": encode(n), "e": e}},
        }),
        _ => return None,
    };
    let stored = json!({"cred": {
        "cred_id": encode(&registered.credential),
        "cred": key,
        "counter": 0,
        "transports": null,
        "user_verified": true,
        "backup_eligible": registered.backup_eligible,
        "backup_state": registered.backed_up,
        "registration_policy": "required",
        "extensions": {},
        "attestation": {"data": "None", "metadata": "None"},
        "attestation_format": "none",
    }});
    serde_json::from_value(stored).ok()
}

/// The bytes under -1, -2 and -3 of a `COSE_Key`; empty where they are no bytes.
fn members(cose: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut decoder = Decoder::new(cose);
    let mut members = vec![Vec::new(); 3];
    for _ in 0..decoder.map().ok()?? {
        let label = decoder.i64().ok()?;
        if decoder.datatype().ok()? == Type::Bytes {
            let bytes = decoder.bytes().ok()?;
            let place = usize::try_from(-1 - label).ok()?;
            *members.get_mut(place)? = bytes.to_vec();
        } else {
            decoder.skip().ok()?;
        }
    }
    Some(members)
}

/// The key of a new passkey.
pub(super) fn key(made: &Passkey) -> Result<CredentialKey, PasskeyRefusal> {
    let refused = PasskeyRefusal::KindOfKey;
    let key = match &made.get_public_key().key {
        COSEKeyType::EC_EC2(key) => {
            let x = key.x.as_slice().try_into().map_err(|_| refused)?;
            let y = key.y.as_slice().try_into().map_err(|_| refused)?;
            CredentialKey::es256(x, y)
        }
        COSEKeyType::RSA(key) if key.e == [1, 0, 1] => CredentialKey::rs256(key.n.clone()),
        _ => return Err(refused),
    };
    key.map_err(|_| refused)
}

/// Whether a new passkey may be copied to other devices, and has been.
pub(super) fn backup(made: &Passkey) -> (bool, bool) {
    let stored = serde_json::to_value(made).unwrap_or_default();
    let flag = |name: &str| stored["cred"][name] == Value::Bool(true);
    (flag("backup_eligible"), flag("backup_state"))
}
