//! A post's sign: one form, small enough for one code, and every verdict over it reached by its own
//! story.

use paso_formats::{
    base45,
    bundle::{Bundle, Purpose, TrustedKey},
    card, cose,
    key::Sign,
    moment::{DAY, HOUR, MINUTE, Moment},
    placard::{
        self, LONGEST_SECONDS, MAX_PLACARD_CHARS, MAX_WORDS_BYTES, PlacardClaims, PlacardError,
        PlacardFinding, PlacardStep, PlacardVerdict, WINDOW_SECONDS, hears, judge, spoken,
    },
    receipt::Code,
    scan::{self, Field, Malformed},
    shown,
    verdict::{Clock, Light, SKEW_SECONDS},
};
use proptest::prelude::*;

use crate::{
    device::{receipt_claims, signer},
    sample::{bundle, card_claims, keys, start, trusted, verified},
    signers::{EdDsa, Es256},
};

/// A sign at Huixtla, four hours into a shift.
fn claims() -> PlacardClaims {
    PlacardClaims {
        authority: "MX-INM".to_owned(),
        post: "HUI".to_owned(),
        place: "Huixtla".to_owned(),
        unit: "Instituto Nacional de Migración".to_owned(),
        shift_opened: start(),
        from: start().plus(4 * HOUR),
        until: start().plus(4 * HOUR + 10 * MINUTE),
    }
}

fn text(claims: &PlacardClaims, signer: &dyn Sign) -> String {
    placard::encode(claims, signer).unwrap().into_string()
}

/// The sign, one minute after it began, varied one thing at a time.
struct Scene {
    text: String,
    device: TrustedKey,
    bundle: Option<Bundle>,
    now: Moment,
}

fn scene() -> Scene {
    let mut device = trusted(signer().public_key(), Purpose::Device);
    "HUI".clone_into(&mut device.site);
    Scene {
        text: text(&claims(), &signer()),
        device,
        bundle: Some(bundle(&keys())),
        now: claims().from.plus(MINUTE),
    }
}

impl Scene {
    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = scene();
        change(&mut scene);
        scene
    }

    fn verdict(&self) -> PlacardVerdict {
        let bundle = self.bundle.clone().map(|mut bundle| {
            bundle.keys.push(self.device.clone());
            verified(&bundle, &keys())
        });
        judge(&self.text, bundle.as_ref(), self.now)
    }
}

fn resigned(change: impl FnOnce(&mut PlacardClaims)) -> String {
    let mut claims = claims();
    change(&mut claims);
    text(&claims, &signer())
}

/// The code over the sign's envelope with its bytes changed.
fn rewrapped(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let packed = base45::decode(&text(&claims(), &signer())).unwrap();
    let mut bytes = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).unwrap();
    change(&mut bytes);
    base45::encode(&miniz_oxide::deflate::compress_to_vec_zlib(&bytes, 9))
}

#[test]
fn each_finding_has_one_colour_and_one_next_step() {
    use Light::{Amber, Green, Red};
    use PlacardFinding as F;
    use PlacardStep as S;
    let table = [
        (F::Current, "current", Green, S::Compare),
        (F::BundleOld, "bundle-old", Amber, S::UpdateBundle),
        (F::NoBundle, "no-bundle", Amber, S::UpdateBundle),
        (F::BundleExpired, "bundle-expired", Amber, S::UpdateBundle),
        (F::UnknownKey, "unknown-key", Amber, S::UpdateBundle),
        (F::NotYet, "not-yet", Amber, S::AskForScreen),
        (
            F::Malformed(Malformed::Empty),
            "malformed",
            Amber,
            S::ScanAgain,
        ),
        (F::Expired, "expired", Red, S::AskForScreen),
        (F::NotOurs, "not-ours", Red, S::Distrust),
        (F::OtherPlace, "other-place", Red, S::Distrust),
        (F::KeyOutOfWindow, "key-out-of-window", Red, S::Distrust),
        (F::KeyCompromised, "key-compromised", Red, S::Distrust),
        (F::BadSignature, "bad-signature", Red, S::Distrust),
        (F::Unsigned, "unsigned", Red, S::Distrust),
    ];
    assert_eq!(table.map(|(finding, ..)| finding), F::EACH);
    for (finding, code, light, next) in table {
        assert_eq!(
            (finding.code(), finding.light(), finding.next_step()),
            (code, light, next)
        );
    }
}

/// A sign of another day, so that the list is that much older.
fn days_later(scene: &mut Scene, days: i64) {
    scene.now = start().plus(days * DAY);
    scene.text = resigned(|claims| {
        claims.from = start().plus(days * DAY - MINUTE);
        claims.until = claims.from.plus(10 * MINUTE);
    });
}

type Story = (&'static str, PlacardFinding, fn(&mut Scene));

/// What is real, and what a phone lacks to say so.
const REAL: [Story; 11] = {
    use PlacardFinding as F;
    [
        ("live", F::Current, |_| {}),
        ("the hub's own machine", F::Current, |s| {
            "MX-INM".clone_into(&mut s.device.site);
        }),
        ("a clock a little behind the post's", F::Current, |s| {
            s.now = claims().from.plus(-SKEW_SECONDS);
        }),
        ("by an old list", F::BundleOld, |s| days_later(s, 31)),
        ("no list", F::NoBundle, |s| s.bundle = None),
        ("a list too old to say", F::BundleExpired, |s| {
            days_later(s, 181);
        }),
        ("a machine unknown to an old list", F::UnknownKey, |s| {
            s.now = start().plus(31 * DAY);
            s.text = text(&claims(), &EdDsa::new(9));
        }),
        ("a list that names no machines", F::UnknownKey, |s| {
            s.device.purpose = Purpose::Slip;
        }),
        ("a clock far ahead of the phone's", F::NotYet, |s| {
            s.now = claims().from.plus(-SKEW_SECONDS - 1);
        }),
        ("no sign at all", F::Malformed(Malformed::Empty), |s| {
            s.text.clear();
        }),
        ("a picture of an old one", F::Expired, |s| {
            s.now = claims().until;
        }),
    ]
};

/// What somebody made up, or stole.
const FALSE: [Story; 9] = {
    use PlacardFinding as F;
    [
        ("a machine that nobody knows", F::NotOurs, |s| {
            s.text = text(&claims(), &EdDsa::new(9));
        }),
        ("another authority's", F::NotOurs, |s| {
            s.text = resigned(|claims| "GT-IGM".clone_into(&mut claims.authority));
        }),
        ("a key that is no machine's", F::NotOurs, |s| {
            s.text = text(&claims(), &keys().cards);
        }),
        ("a post's machine elsewhere", F::OtherPlace, |s| {
            "TAL".clone_into(&mut s.device.site);
        }),
        ("a machine ended before", F::KeyOutOfWindow, |s| {
            s.device.sign_until = claims().from.plus(-1);
        }),
        ("a stolen machine", F::KeyCompromised, |s| {
            s.device.compromised_at = Some(start());
        }),
        (
            "dated before its theft by the thief",
            F::KeyCompromised,
            |s| {
                s.device.compromised_at = Some(start().plus(DAY));
            },
        ),
        ("a word changed after signing", F::BadSignature, |s| {
            s.text = rewrapped(|bytes| {
                let at = bytes.windows(7).position(|seen| seen == b"Huixtla");
                bytes[at.unwrap()] = b'J';
            });
        }),
        ("with the signature cut off", F::Unsigned, |s| {
            s.text = rewrapped(|bytes| {
                bytes.truncate(bytes.len() - 66);
                bytes.push(0x40);
            });
        }),
    ]
};

#[test]
fn every_finding_has_its_story() {
    use PlacardFinding as F;
    let stories = REAL.iter().chain(&FALSE);
    for (name, finding, change) in stories.clone() {
        let verdict = Scene::with(change).verdict();
        assert_eq!(verdict.finding, *finding, "{name}");
        let shown = verdict.placard.is_some_and(|placard| placard.proven);
        let proven = matches!(finding, F::Current | F::BundleOld | F::Expired | F::NotYet);
        assert_eq!(shown, proven, "{name}: what is unproven is no fact");
    }
    for finding in F::EACH {
        assert!(stories.clone().any(|(_, found, _)| *found == finding));
    }
}

#[test]
fn a_clock_that_is_behind_does_not_revive_an_old_sign() {
    let scene = scene();
    let mut bundle = scene.bundle.clone().unwrap();
    bundle.keys.push(scene.device.clone());
    let bundle = verified(&bundle, &keys());
    let clock = Clock {
        now: claims().from,
        floor: start().plus(DAY),
    };
    let verdict = judge(&scene.text, Some(&bundle), clock);
    assert_eq!(verdict.finding, PlacardFinding::Expired);
    assert!(verdict.clock_behind);
}

#[test]
fn what_is_signed_is_read_and_nothing_else() {
    for signer in [&Es256::new(7) as &dyn Sign, &EdDsa::new(7)] {
        let text = text(&claims(), signer);
        let read = placard::read(&text).unwrap();
        assert_eq!(read.claims(), &claims());
        assert_eq!(read.key_id(), Some(signer.public_key().key_id()));
        assert!(placard::is_one(&text));
        read.verify(signer.public_key()).unwrap();
        assert!(read.verify(EdDsa::new(9).public_key()).is_err());
        assert_eq!(scan::scan(&text), Err(Malformed::PlacardNotCard));
        assert_eq!(
            shown::sort(&[&text]).card,
            Err(Malformed::PlacardNotCard),
            "an officer who scans one is told what it is"
        );
    }
    let card = card::encode(&card_claims(), &keys().cards).unwrap();
    let receipt = paso_formats::receipt::encode(&receipt_claims(), &signer()).unwrap();
    for other in [card.as_str(), receipt.as_str()] {
        assert_eq!(placard::read(other), Err(Malformed::NotPlacard));
        assert!(!placard::is_one(other));
    }
    // The same content, signed as something else.
    let envelope = placard::read(&text(&claims(), &signer())).unwrap();
    let other = cose::sign(envelope.envelope().payload(), None, &signer()).unwrap();
    let other = base45::encode(&miniz_oxide::deflate::compress_to_vec_zlib(&other, 1));
    assert_eq!(placard::read(&other), Err(Malformed::NotPlacard));
}

#[test]
fn the_longest_fits_its_code() {
    let long = PlacardClaims {
        authority: "M".repeat(placard::MAX_AUTHORITY_BYTES),
        post: "W".repeat(placard::MAX_POST_CHARS),
        place: "W".repeat(MAX_WORDS_BYTES),
        unit: "ñ".repeat(MAX_WORDS_BYTES / 2),
        shift_opened: Moment::from_unix(u32::MAX.into()).plus(-2 * LONGEST_SECONDS),
        from: Moment::from_unix(u32::MAX.into()).plus(-LONGEST_SECONDS),
        until: Moment::from_unix(u32::MAX.into()),
    };
    for signer in [&Es256::new(7) as &dyn Sign, &EdDsa::new(7)] {
        let text = text(&long, signer);
        assert!(text.len() <= MAX_PLACARD_CHARS, "{}", text.len());
        assert_eq!(placard::read(&text).unwrap().claims(), &long);
    }
}

#[test]
fn what_cannot_stand_on_a_sign() {
    type Change = fn(&mut PlacardClaims);
    let table: [(Change, PlacardError); 12] = [
        (|c| c.authority.clear(), PlacardError::Authority),
        (|c| c.authority = "MX INM".into(), PlacardError::Authority),
        (|c| c.authority = "X".repeat(33), PlacardError::Authority),
        (|c| c.post = "HUIXTLA".into(), PlacardError::Post),
        (|c| c.place.clear(), PlacardError::Words),
        (|c| c.place = " Huixtla".into(), PlacardError::Words),
        (|c| c.place = "altxiuH\u{202e}".into(), PlacardError::Words),
        (|c| c.unit = "INM\nGN".into(), PlacardError::Words),
        (|c| c.unit = "x".repeat(49), PlacardError::Words),
        (|c| c.until = c.from, PlacardError::Times),
        (
            |c| c.until = c.from.plus(LONGEST_SECONDS + 1),
            PlacardError::Times,
        ),
        (|c| c.shift_opened = c.from.plus(1), PlacardError::Times),
    ];
    for (at, (change, problem)) in table.iter().enumerate() {
        let mut claims = claims();
        change(&mut claims);
        let refused = placard::encode(&claims, &signer()).err();
        assert_eq!(refused.as_ref(), Some(problem), "{at}");
    }
    assert_eq!(Malformed::NotPlacard.code(), "not-placard");
    assert_eq!(Malformed::PlacardNotCard.code(), "placard-not-card");
    assert_eq!(Field::Placard.code(), "placard");
}

#[test]
fn words_are_cut_between_characters() {
    assert_eq!(PlacardClaims::shortened("  Huixtla "), "Huixtla");
    let long = PlacardClaims::shortened(&"ñ".repeat(40));
    assert_eq!(long, "ñ".repeat(24));
    assert_eq!(
        PlacardClaims::shortened(&format!("x{}", "ñ".repeat(40))).len(),
        47
    );
}

#[test]
fn a_spoken_code_is_one_posts_and_one_hours() {
    let (secret, other) = ([1; 32], [2; 32]);
    let at = start();
    let code = spoken(&secret, "HUI", at);
    for seconds in [0, 1, WINDOW_SECONDS] {
        assert!(hears(&secret, "HUI", code, at.plus(seconds)), "{seconds}");
        assert!(hears(&secret, "HUI", code, at.plus(-seconds)), "{seconds}");
    }
    for (secret, post, by) in [
        (&secret, "HUI", 3 * WINDOW_SECONDS),
        (&secret, "HUI", -3 * WINDOW_SECONDS),
        (&secret, "TAL", 0),
        (&other, "HUI", 0),
    ] {
        assert!(!hears(secret, post, code, at.plus(by)), "{post} {by}");
    }
    // Before 1970 windows go on in the same direction.
    let early = Moment::from_unix(-1);
    assert!(hears(
        &secret,
        "HUI",
        spoken(&secret, "HUI", early),
        early.plus(1)
    ));
}

proptest! {
    /// Whatever stands on a sign comes back from it, by one form only.
    #[test]
    fn any_sign_comes_back(
        place in "[A-Za-zÁÉÍÓÚáéíóúñÑ,.]{1,10}( [A-Za-záéíóúñ0-9]{1,6}){0,2}",
        unit in "[A-Za-záéíóúñ]{1,20}",
        shift in 0_i64..4_000_000_000,
        after in 0_i64..DAY,
        holds in 1_i64..=LONGEST_SECONDS,
    ) {
        let opened = Moment::from_unix(shift);
        let claims = PlacardClaims {
            place,
            unit,
            shift_opened: opened,
            from: opened.plus(after),
            until: opened.plus(after + holds),
            ..claims()
        };
        let text = text(&claims, &signer());
        prop_assert!(text.len() <= MAX_PLACARD_CHARS);
        let read = placard::read(&text).unwrap();
        prop_assert_eq!(read.claims(), &claims);
        let again = placard::encode(read.claims(), &signer()).unwrap();
        let again = placard::read(again.as_str()).unwrap();
        prop_assert_eq!(again.envelope().payload(), read.envelope().payload());
    }

    /// Green needs the moment, the machine, and every bit of the text.
    #[test]
    fn green_is_never_given_away(
        by in -DAY..DAY,
        flip in any::<Option<prop::sample::Index>>(),
        seed in prop_oneof![Just(7_u8), 8_u8..20],
    ) {
        let mut scene = Scene::with(|s| {
            s.now = claims().from.plus(by);
            s.text = text(&claims(), &EdDsa::new(seed));
        });
        if let Some(flip) = flip {
            let mut bytes = scene.text.clone().into_bytes();
            let at = flip.index(bytes.len());
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            scene.text = String::from_utf8(bytes).unwrap();
        }
        let verdict = scene.verdict();
        if verdict.light == Light::Green {
            prop_assert!(flip.is_none() && seed == 7);
            prop_assert!((-SKEW_SECONDS..10 * MINUTE).contains(&by));
        }
    }

    /// No other text is heard as a code.
    #[test]
    fn other_codes_are_not_heard(bytes in any::<[u8; 4]>(), secret in any::<[u8; 32]>()) {
        let at = start();
        let code = Code::from_random(bytes);
        let near = [-1, 0, 1].map(|by| spoken(&secret, "HUI", at.plus(by * WINDOW_SECONDS)));
        prop_assert_eq!(hears(&secret, "HUI", code, at), near.contains(&code));
    }
}

/// Writes the seeds of the fuzz target anew.
#[test]
#[ignore = "writes files"]
fn write_the_corpus() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/placard");
    std::fs::create_dir_all(folder).unwrap();
    for (name, text) in [
        ("eddsa", text(&claims(), &signer())),
        ("es256", text(&claims(), &Es256::new(7))),
        (
            "hour",
            resigned(|claims| claims.until = claims.from.plus(HOUR)),
        ),
        (
            "accents",
            resigned(|claims| claims.place = "Límite, Río Suchiate".into()),
        ),
        ("half", text(&claims(), &signer())[..200].to_owned()),
        (
            "shorter",
            rewrapped(|bytes| bytes.truncate(bytes.len() - 9)),
        ),
        (
            "card",
            card::encode(&card_claims(), &keys().cards)
                .unwrap()
                .into_string(),
        ),
    ] {
        std::fs::write(format!("{folder}/{name}.txt"), text).unwrap();
    }
}
