//! What a phone records without a network, in two steps: [`draft`] says what has to be signed, the
//! browser signs it with the key that it never shows, and [`finish`] makes of the signatures what is
//! sent and what the traveller takes along. All bytes are `paso-formats`'.
//!
//! Both take the same request as JSON with bytes in hexadecimal, so nothing is kept in between.

use std::sync::Mutex;

use paso_formats::{
    key::{PublicKey, Sign, SignError},
    moment::Moment,
    phone::{
        PhoneAct, PhoneCheck, PhoneEncounter, PhoneOpening, Record, Seed, SignedRecord,
        to_be_signed,
    },
    receipt::{
        self, Body, Facts, Handle, Kind, MAX_PHONE_RECEIPT_CHARS, ReceiptClaims, SignedVouch,
    },
    secret::Secret,
    statement::SealingKey,
};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};
use serde_json::{Value, json};

/// Why nothing can be recorded. A page shows one sentence for all of them and reports the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftError {
    /// A field is missing or of the wrong kind.
    Field(&'static str),
    /// A text is too long, or nobody was counted.
    TooLong,
    /// The facts cannot stand on a receipt.
    Receipt,
    /// The signatures are not those asked for.
    Signature,
    /// The key to seal to is none.
    Sealing,
}

impl DraftError {
    /// As JSON.
    #[must_use]
    pub fn say(self) -> Value {
        let (code, field) = match self {
            Self::Field(field) => ("field", Some(field)),
            Self::TooLong => ("too-long", None),
            Self::Receipt => ("receipt", None),
            Self::Signature => ("signature", None),
            Self::Sealing => ("sealing", None),
        };
        json!({ "kind": "refused", "error": code, "field": field })
    }
}

/// What has to be signed: the record first, then its receipts.
pub fn draft(request: &Value) -> Result<Value, DraftError> {
    let drawn = Drawn::read(request)?;
    let mut messages = vec![to_be_signed(&drawn.record.digest())];
    for ordinal in 0..drawn.record.receipts() {
        let claims = drawn.claims(ordinal)?;
        let asked = Asked {
            key: drawn.vouch.vouch().key.clone(),
            message: Mutex::default(),
        };
        let text = receipt::encode_on_a_phone(&claims, &drawn.vouch, &asked);
        text.map_err(|_| DraftError::Receipt)?;
        messages.push(asked.message.into_inner().unwrap_or_default());
    }
    let messages: Vec<_> = messages.iter().map(|bytes| hex(bytes)).collect();
    Ok(json!({ "kind": "draft", "sign": messages }))
}

/// What is sent, and what is shown. The request has the signatures, too, the key to seal to and 32
/// random bytes.
pub fn finish(request: &Value) -> Result<Value, DraftError> {
    let drawn = Drawn::read(request)?;
    let signatures = request["signatures"].as_array();
    let signatures: Vec<[u8; 64]> = signatures
        .into_iter()
        .flatten()
        .map(|signature| signature.as_str().and_then(unhex))
        .collect::<Option<_>>()
        .ok_or(DraftError::Field("signatures"))?;
    let key = &drawn.vouch.vouch().key;
    let (first, others) = signatures.split_first().ok_or(DraftError::Signature)?;
    if others.len() != usize::from(drawn.record.receipts()) {
        return Err(DraftError::Signature);
    }
    let signed = SignedRecord::new(drawn.record.clone(), *first);
    signed.verify(key).map_err(|_| DraftError::Signature)?;
    let mut receipts = Vec::with_capacity(others.len());
    for (ordinal, signature) in (0..).zip(others) {
        let given = Given {
            key,
            signature: *signature,
        };
        let claims = drawn.claims(ordinal)?;
        let text = receipt::encode_on_a_phone(&claims, &drawn.vouch, &given);
        let text = text.map_err(|_| DraftError::Receipt)?;
        let secret = match &drawn.record.act {
            PhoneAct::Encounter(_) => None,
            PhoneAct::Opening(_) => {
                Some(Secret::of(&drawn.record.seed.episode_key(ordinal), 0).expose())
            }
        };
        receipts.push(json!({
            "code": claims.body.facts().code.to_string(),
            "act": claims.body.facts().kind.code(),
            "secret": secret.as_ref().map(|secret| secret.as_str()),
            "text": text.as_str(),
            "symbol": symbol(text.as_str()).ok_or(DraftError::Receipt)?,
        }));
    }
    let sealing: [u8; 32] = field(request, "sealing")?;
    let sealing = SealingKey::from_bytes(&sealing).map_err(|_| DraftError::Sealing)?;
    let random: [u8; 32] = field(request, "random")?;
    let sealed = signed.seal(drawn.vouch.vouch().stream, &sealing, &random);
    let sealed = sealed.map_err(|_| DraftError::Sealing)?;
    Ok(json!({ "kind": "record", "sealed": hex(&sealed), "receipts": receipts }))
}

/// A record that is being made.
struct Drawn {
    vouch: SignedVouch,
    record: Record,
}

impl Drawn {
    fn read(request: &Value) -> Result<Self, DraftError> {
        let vouch = request["vouch"].as_str().and_then(bytes);
        let vouch = vouch.and_then(|bytes| SignedVouch::read(&bytes));
        let vouch = vouch.ok_or(DraftError::Field("vouch"))?;
        let record = Record {
            phone: vouch.vouch().key.key_id(),
            officer: vouch.vouch().officer.clone(),
            seed: Seed::from_random(field(request, "seed")?),
            at: moment(request, "at")?,
            act: act(&request["act"])?,
        };
        record
            .fits()
            .then_some(Self { vouch, record })
            .ok_or(DraftError::TooLong)
    }

    fn claims(&self, ordinal: u16) -> Result<ReceiptClaims, DraftError> {
        let (vouch, seed) = (self.vouch.vouch(), &self.record.seed);
        let (kind, handle) = match &self.record.act {
            PhoneAct::Encounter(met) if met.with_card => (Kind::Check, None),
            PhoneAct::Encounter(_) => (Kind::Encounter, None),
            PhoneAct::Opening(_) => {
                let handle = Handle::Episode(seed.handle(ordinal));
                (Kind::CustodyOpened, Some(handle))
            }
        };
        let body = Body::new(Facts {
            code: seed.code(ordinal),
            kind,
            post: vouch.post.clone(),
            at: self.record.at,
            officer: vouch.officer.clone(),
            handle,
        });
        Ok(ReceiptClaims {
            body: body.map_err(|_| DraftError::Receipt)?,
            stream: vouch.stream,
            sequence: None,
            k_event: seed.k_event(ordinal),
        })
    }
}

fn act(said: &Value) -> Result<PhoneAct, DraftError> {
    let text = |name: &'static str| {
        let text = said[name].as_str().map(|text| text.trim().to_owned());
        text.ok_or(DraftError::Field(name))
    };
    Ok(match said["kind"].as_str() {
        Some("encounter") => PhoneAct::Encounter(PhoneEncounter {
            place: text("place")?,
            with_card: said["with_card"]
                .as_bool()
                .ok_or(DraftError::Field("with_card"))?,
            outcome: text("outcome")?,
            basis: text("basis")?,
            reason: text("reason")?,
            check: match &said["check"] {
                Value::Null => None,
                check => Some(PhoneCheck {
                    finding: check["finding"]
                        .as_str()
                        .ok_or(DraftError::Field("check"))?
                        .to_owned(),
                    light: check["light"]
                        .as_str()
                        .ok_or(DraftError::Field("check"))?
                        .to_owned(),
                    bundle: check["bundle"].as_u64(),
                }),
            },
        }),
        Some("opening") => PhoneAct::Opening(PhoneOpening {
            count: said["count"]
                .as_u64()
                .and_then(|count| u16::try_from(count).ok())
                .ok_or(DraftError::Field("count"))?,
            taken_at: moment(said, "taken_at")?,
            place: text("place")?,
            vehicle: text("vehicle")?,
            unit: text("unit")?,
            ordered_by: text("ordered_by")?,
            basis: text("basis")?,
            reason: text("reason")?,
        }),
        _ => return Err(DraftError::Field("kind")),
    })
}

/// A symbol of a receipt for a screen: rows of `1` for dark and `0` for light, without the margin.
/// Screens are brighter than paper and stay clean, so the lowest correction serves and keeps the
/// modules large.
fn symbol(text: &str) -> Option<Vec<String>> {
    if text.len() > MAX_PHONE_RECEIPT_CHARS {
        return None;
    }
    let segment = [QrSegment::make_alphanumeric(text)];
    let (least, most) = (Version::new(1), Version::new(16));
    let code = QrCode::encode_segments_advanced(&segment, QrCodeEcc::Low, least, most, None, false)
        .ok()?;
    let row = |y| {
        let dark = |x| if code.get_module(x, y) { '1' } else { '0' };
        (0..code.size()).map(dark).collect()
    };
    Some((0..code.size()).map(row).collect())
}

/// Takes down what it is asked to sign.
struct Asked {
    key: PublicKey,
    message: Mutex<Vec<u8>>,
}

impl Sign for Asked {
    fn public_key(&self) -> &PublicKey {
        &self.key
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        if let Ok(mut kept) = self.message.lock() {
            *kept = message.to_vec();
        }
        Ok([0; 64])
    }
}

/// Answers with what the browser signed, if it is that.
struct Given<'a> {
    key: &'a PublicKey,
    signature: [u8; 64],
}

impl Sign for Given<'_> {
    fn public_key(&self) -> &PublicKey {
        self.key
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let good = self.key.verify(message, &self.signature).is_ok();
        good.then_some(self.signature).ok_or_else(|| SignError {
            reason: "another text was signed".into(),
        })
    }
}

fn moment(request: &Value, name: &'static str) -> Result<Moment, DraftError> {
    let seconds = request[name].as_i64().ok_or(DraftError::Field(name))?;
    Ok(Moment::from_unix(seconds))
}

fn field<const N: usize>(request: &Value, name: &'static str) -> Result<[u8; N], DraftError> {
    let read = request[name].as_str().and_then(unhex);
    read.ok_or(DraftError::Field(name))
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    bytes(text)?.try_into().ok()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok();
    rest.is_empty()
        .then(|| pairs.iter().map(byte).collect())
        .flatten()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    let pair = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(pair).collect()
}
