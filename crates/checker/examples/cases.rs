//! Ten thousand scans for another verifier to disagree about, from a seed.
//!
//!     cargo run -p paso-checker --example cases -- [number] [seed] > cases.json
//!
//! Each case is what a checkpoint has before it: texts, a state, a time, and one of a few bundles.
//! Beside it stands the answer of this crate, compiled for this machine. Half are as they were
//! issued; the others have one thing wrong, at every layer: characters, compression, envelope, claims,
//! keys, statuses, dates.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a generator stops where its ground gives way, and writes what it made"
)]

#[path = "../../formats/tests/formats/sample.rs"]
#[expect(dead_code, reason = "the cases need a part of the sample")]
mod sample;
#[path = "../../formats/tests/formats/signers.rs"]
mod signers;

use paso_checker::Checker;
use paso_formats::{
    anchor::Anchor,
    base45,
    bundle::{Bundle, Purpose, TrustedKey},
    card::{self, CardClaims},
    cose,
    field::{Sex, StateCode},
    key::Sign,
    moment::{DAY, HOUR, MINUTE},
    number::CardNumber,
    scan,
    slip::{self, SlipClaims},
    status_list::{self, Bits, Status, StatusList, StatusToken},
    verdict::Clock,
};
use sample::{ISSUER, STATUS, card_claims, slip_claims, start, trusted};
use serde_json::{Value, json};
use signers::{EdDsa, Es256};

/// A stream of numbers from a seed.
struct Chance(u64);

impl Chance {
    /// `SplitMix64`, so that a seed makes the same cases under every compiler.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap()
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.place(from.len())]
    }

    fn seconds(&mut self, within: i64) -> i64 {
        i64::try_from(self.next() >> 1).unwrap() % within
    }
}

/// Everybody who signs, and the bundles that vouch for them.
struct Authority {
    roots: [Es256; 2],
    cards: Vec<Box<dyn Sign>>,
    slips: Vec<Box<dyn Sign>>,
    strangers: Vec<Box<dyn Sign>>,
}

const INDEXES: u32 = 4096;

fn authority() -> Authority {
    let es = |seed| Box::new(Es256::new(seed)) as Box<dyn Sign>;
    let ed = |seed| Box::new(EdDsa::new(seed)) as Box<dyn Sign>;
    Authority {
        roots: [Es256::new(1), Es256::new(2)],
        // Sound, sound, retired early, stolen before, stolen later, not yet signing.
        cards: vec![es(3), ed(13), es(14), ed(15), es(16), ed(17)],
        slips: vec![ed(4), es(24), ed(25)],
        strangers: vec![es(90), ed(91), es(5)],
    }
}

fn bundles(people: &Authority) -> Vec<Vec<u8>> {
    let status = Es256::new(5);
    let mut token = StatusToken {
        uri: STATUS.to_owned(),
        issued_at: start(),
        expires: None,
        ttl: None,
        list: StatusList::new(Bits::Two, INDEXES).unwrap(),
    };
    for index in (0..INDEXES).step_by(16) {
        token.list.set(index, Status::Invalid).unwrap();
        token.list.set(index + 1, Status::Suspended).unwrap();
        token.list.set(index + 2, Status::Other(3)).unwrap();
    }
    let list = status_list::read(&token.sign(&status).unwrap()).unwrap();
    let short = StatusToken {
        expires: Some(start().plus(20 * DAY)),
        list: StatusList::new(Bits::One, 64).unwrap(),
        ..token
    };
    let short = status_list::read(&short.sign(&status).unwrap()).unwrap();
    let key = |signer: &dyn Sign, purpose, change: &dyn Fn(&mut TrustedKey)| {
        let mut key = trusted(signer.public_key(), purpose);
        change(&mut key);
        key
    };
    let keys = vec![
        key(&*people.cards[0], Purpose::Card, &|_| ()),
        key(&*people.cards[1], Purpose::Card, &|_| ()),
        key(&*people.cards[2], Purpose::Card, &|key| {
            key.sign_until = start().plus(10 * DAY);
            key.verify_until = start().plus(15 * DAY);
        }),
        key(&*people.cards[3], Purpose::Card, &|key| {
            key.compromised_at = Some(start().plus(-HOUR));
        }),
        key(&*people.cards[4], Purpose::Card, &|key| {
            key.compromised_at = Some(start().plus(40 * DAY));
        }),
        key(&*people.cards[5], Purpose::Card, &|key| {
            key.sign_from = start().plus(5 * DAY);
        }),
        key(&*people.slips[0], Purpose::Slip, &|_| ()),
        key(&*people.slips[1], Purpose::Slip, &|key| {
            key.compromised_at = Some(start().plus(DAY));
        }),
        key(&*people.slips[2], Purpose::Slip, &|key| {
            key.sign_until = start().plus(DAY);
            key.verify_until = start().plus(6 * DAY);
        }),
        key(&status, Purpose::Status, &|_| ()),
    ];
    let whole = Bundle {
        keys,
        status_lists: vec![list],
        ..sample::bundle(&sample::keys())
    };
    let brief = Bundle {
        status_lists: vec![short],
        soft_until: start().plus(DAY),
        hard_until: start().plus(3 * DAY),
        ..whole.clone()
    };
    let bare = Bundle {
        status_lists: vec![],
        programmes: vec![],
        issued_at: start().plus(-HOUR),
        ..whole.clone()
    };
    let later = Bundle {
        issued_at: start().plus(60 * DAY),
        soft_until: start().plus(90 * DAY),
        hard_until: start().plus(240 * DAY),
        ..whole.clone()
    };
    [whole, brief, bare, later]
        .iter()
        .map(|bundle| bundle.seal(&people.roots[0]).unwrap())
        .collect()
}

fn claims(chance: &mut Chance) -> CardClaims {
    let issued_at = start().plus(chance.seconds(30 * DAY) - DAY);
    let names = [
        "PEREZ GOMEZ MARIA",
        "XOL",
        "DE LA CRUZ HERNANDEZ JUAN CARLOS",
    ];
    let births = [
        Some("1990-05-31"),
        Some("2004-02-29"),
        Some("1971-11"),
        Some("1960"),
        None,
    ];
    CardClaims {
        number: CardNumber::new(
            "TAL".parse().unwrap(),
            chance.next().to_be_bytes()[..5].try_into().unwrap(),
        ),
        name: (*chance.pick(&names)).to_owned(),
        birth: chance.pick(&births).map(|birth| birth.parse().unwrap()),
        sex: *chance.pick(&[Sex::Female, Sex::Male, Sex::Unspecified]),
        nationality: *chance.pick(&[StateCode::GTM, StateCode::MEX]),
        issued_at,
        expires: issued_at.plus(match chance.below(4) {
            0 => 1 + chance.seconds(20 * DAY),
            _ => 5 * 365 * DAY,
        }),
        status: card::StatusRef {
            index: u32::try_from(chance.below(u64::from(INDEXES) + 40)).unwrap(),
            uri: if chance.one_in(40) {
                format!("{ISSUER}/2")
            } else {
                STATUS.to_owned()
            },
        },
        ..card_claims()
    }
}

fn stay(chance: &mut Chance, card: &CardClaims) -> SlipClaims {
    let entered = card.issued_at.plus(chance.seconds(10 * DAY));
    let mut claims = SlipClaims {
        card: card.number,
        entered,
        issued_at: entered.plus(chance.seconds(HOUR)),
        leave_by: entered.plus(72 * HOUR),
        not_overstayed_until: entered.plus(84 * HOUR),
        ..slip_claims()
    };
    if chance.one_in(10) {
        claims.card = card_claims().number;
    }
    claims
}

/// The bytes of the envelope in a text, and back: uncompressed blocks, which any inflater reads.
fn packed(envelope: &[u8]) -> String {
    let mut stream = vec![0x78, 0x01];
    stream.push(1);
    let length = u16::try_from(envelope.len()).unwrap();
    stream.extend_from_slice(&length.to_le_bytes());
    stream.extend_from_slice(&(!length).to_le_bytes());
    stream.extend_from_slice(envelope);
    let (a, b) = envelope.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    stream.extend_from_slice(&(b << 16 | a).to_be_bytes());
    base45::encode(&stream)
}

/// One byte of `bytes` changed, put in, or taken out.
fn spoil(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let at = chance.place(bytes.len());
    match chance.below(4) {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => bytes[at] = chance.next().to_be_bytes()[0],
        2 => bytes.insert(at, chance.next().to_be_bytes()[0]),
        _ => drop(bytes.remove(at)),
    }
}

fn spoil_text(chance: &mut Chance, text: &str) -> String {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:a?";
    let mut letters = text.as_bytes().to_vec();
    let at = chance.place(letters.len());
    match chance.below(5) {
        0 => letters.truncate(at),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, *chance.pick(LETTERS)),
        _ => letters[at] = *chance.pick(LETTERS),
    }
    String::from_utf8(letters).unwrap()
}

/// A paper as it is scanned: as issued, or with one thing wrong.
fn paper(chance: &mut Chance, issued: &str, signer: &dyn Sign) -> String {
    match chance.below(20) {
        0 => spoil_text(chance, issued),
        // The envelope changed after signing.
        1 | 2 => {
            let mut bytes = scan::open(issued).unwrap().as_bytes().to_vec();
            spoil(chance, &mut bytes);
            packed(&bytes)
        }
        // The claims changed, and signed as they are by the very key: only the reading differs.
        3..=6 => {
            let envelope = scan::open(issued).unwrap();
            let mut payload = envelope.payload().to_vec();
            for _ in 0..=chance.below(2) {
                spoil(chance, &mut payload);
            }
            packed(&cose::sign(&payload, envelope.typ(), signer).unwrap())
        }
        // Wrapped in the tag of a CWT, in none, or in one that nobody uses.
        7 => {
            let bytes = scan::open(issued).unwrap().as_bytes().to_vec();
            let tags: [&[u8]; 5] = [&[0xd8, 61], &[], &[0xd0], &[0xd8, 17], &[0xd8, 96]];
            let tag = *chance.pick(&tags);
            let body = if tag == [0xd8, 61] {
                &bytes[..]
            } else {
                &bytes[1..]
            };
            packed(&[tag, body].concat())
        }
        _ => issued.to_owned(),
    }
}

fn case(chance: &mut Chance, people: &Authority, held: &[Checker]) -> Value {
    let claims = claims(chance);
    let signer = if chance.one_in(12) {
        chance.pick(&people.strangers)
    } else if chance.one_in(2) {
        chance.pick(&people.cards[..2])
    } else {
        chance.pick(&people.cards)
    };
    let issued = card::encode(&claims, &**signer).expect("a card that fits");
    let mut texts = vec![paper(chance, issued.as_str(), &**signer)];
    let mut around = claims.issued_at;
    if chance.one_in(2) {
        let stay = stay(chance, &claims);
        around = stay.entered;
        let signer = if chance.one_in(12) {
            chance.pick(&people.strangers)
        } else {
            chance.pick(&people.slips)
        };
        let issued = slip::encode(&stay, &**signer).expect("a slip that fits");
        texts.push(paper(chance, issued.as_str(), &**signer));
        if chance.one_in(2) {
            texts.reverse();
        }
        if chance.one_in(20) {
            texts.remove(0);
        }
    }
    // Around the edges of minutes, of the stay and of everything else.
    let now = match chance.below(4) {
        0 => around.plus(chance.seconds(30 * MINUTE) - 15 * MINUTE),
        1 => around.plus(chance.seconds(5 * DAY)),
        2 => around.plus(chance.seconds(100 * DAY)),
        _ => start().plus(chance.seconds(120 * DAY) - 10 * DAY),
    };
    let floor = if chance.one_in(6) {
        now.plus(chance.seconds(20 * DAY) - 10 * DAY)
    } else {
        now
    };
    let states = [
        Some("MX-CHP"),
        Some("MX-TAB"),
        Some("MX-OAX"),
        Some("MX-ROO"),
        None,
    ];
    let state = *chance.pick(&states);
    let bundle = if chance.one_in(2) {
        0
    } else {
        chance.place(held.len())
    };
    let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
    let answer = held[bundle].judge(&borrowed, state, Clock { now, floor });
    json!({
        "texts": texts,
        "state": state,
        "now": now.unix(),
        "floor": floor.unix(),
        "bundle": bundle,
        "answer": answer,
    })
}

fn base16(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise: u64| {
        arguments
            .next()
            .map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let (count, seed) = (number(10_000), number(2014));
    let people = authority();
    let anchor = Anchor {
        authority: "MX-INM".to_owned(),
        name: "Instituto ficticio".to_owned(),
        valid_from: start(),
        valid_until: start().plus(365 * DAY),
        endpoints: vec![],
        roots: people
            .roots
            .iter()
            .map(|root| root.public_key().clone())
            .collect(),
    }
    .to_string();
    let bundles = bundles(&people);
    let held: Vec<Checker> = bundles
        .iter()
        .map(|bytes| {
            let mut checker = Checker::default();
            checker.open(&anchor, bytes).unwrap();
            checker
        })
        // And a phone that has none.
        .chain([Checker::default()])
        .collect();
    let mut chance = Chance(seed);
    let cases: Vec<Value> = (0..count)
        .map(|_| case(&mut chance, &people, &held))
        .collect();
    let bundles: Vec<String> = bundles.iter().map(|bytes| base16(bytes)).collect();
    println!(
        "{}",
        json!({
            "anchor": anchor,
            "bundles": bundles,
            "cases": cases,
        })
    );
}
