//! Every finding with its colour and next step, the edges of every window, and what must never be
//! green.

use paso_formats::{
    bundle::Bundle,
    card::{self, Malformed},
    key::{PublicKey, Sign, SignError},
    moment::{DAY, HOUR, Moment},
    scan,
    slip::{self, SlipClaims},
    status_list::{self, Status},
    verdict::{Finding, Light, NextStep, SKEW_SECONDS, Territory, Verdict, verdict},
};
use proptest::prelude::*;

use crate::{
    sample::{
        Keys, bundle, card_claims, keys, signed_card, signed_slip, slip_claims, start,
        status_token, trusted, verified,
    },
    signers::{EdDsa, Es256},
};

/// A check in Chiapas, an hour after the start, that the tests vary one thing at a time.
struct Scene {
    keys: Keys,
    card: card::CardClaims,
    slip: Option<SlipClaims>,
    bundle: Bundle,
    state: &'static str,
    now: Moment,
}

fn scene() -> Scene {
    let keys = keys();
    Scene {
        card: card_claims(),
        slip: Some(slip_claims()),
        bundle: bundle(&keys),
        state: "MX-CHP",
        now: start().plus(HOUR),
        keys,
    }
}

impl Scene {
    fn verdict(&self) -> Verdict {
        let card = signed_card(&self.card, &self.keys.cards);
        let slip = self
            .slip
            .as_ref()
            .map(|slip| signed_slip(slip, &self.keys.slips));
        verdict(
            Ok(&card),
            slip.as_ref().map(Ok),
            Some(&verified(&self.bundle, &self.keys)),
            &territory(self.state),
            self.now,
        )
    }

    fn finding(&self) -> Finding {
        self.verdict().finding
    }

    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = scene();
        change(&mut scene);
        scene
    }

    /// Sets the status of the card in the bundle's list.
    fn set_status(&mut self, status: Status) {
        let mut token = status_token();
        token.list.set(crate::sample::INDEX, status).unwrap();
        let token = token.sign(&self.keys.status).unwrap();
        self.bundle.status_lists = vec![status_list::read(&token).unwrap()];
    }
}

fn territory(state: &str) -> Territory {
    Territory {
        state: state.to_owned(),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of all findings")]
fn each_finding_has_one_colour_and_one_next_step() {
    use Light::{Amber, Green, Red};
    let table = [
        (
            Finding::Valid,
            "valid",
            Green,
            NextStep::CompareWithDocument,
        ),
        (Finding::ValidStay, "valid-stay", Green, NextStep::LetPass),
        (
            Finding::ValidLeaveNow,
            "valid-leave-now",
            Green,
            NextStep::RemindToLeave,
        ),
        (
            Finding::BundleOld,
            "bundle-old",
            Amber,
            NextStep::LetPassAndUpdate,
        ),
        (
            Finding::ClockBehind,
            "clock-behind",
            Amber,
            NextStep::LetPassAndSetClock,
        ),
        (
            Finding::NoBundle,
            "no-bundle",
            Amber,
            NextStep::VerifyByOtherMeans,
        ),
        (
            Finding::BundleExpired,
            "bundle-expired",
            Amber,
            NextStep::VerifyByOtherMeans,
        ),
        (
            Finding::UnknownKey,
            "unknown-key",
            Amber,
            NextStep::VerifyByOtherMeans,
        ),
        (
            Finding::KeyRetired,
            "key-retired",
            Amber,
            NextStep::ReissueFree,
        ),
        (
            Finding::KeyLaterCompromised,
            "key-later-compromised",
            Amber,
            NextStep::ReissueFree,
        ),
        (
            Finding::Suspended,
            "suspended",
            Amber,
            NextStep::VerifyByOtherMeans,
        ),
        (
            Finding::StatusUnknown,
            "status-unknown",
            Amber,
            NextStep::VerifyByOtherMeans,
        ),
        (
            Finding::OutsideTerritory,
            "outside-territory",
            Amber,
            NextStep::ExplainTerritory,
        ),
        (
            Finding::Encrypted,
            "encrypted",
            Amber,
            NextStep::VerifyByOtherMeans,
        ),
        (
            Finding::Malformed(Malformed::NotZlib),
            "malformed",
            Amber,
            NextStep::ScanAgain,
        ),
        (
            Finding::SlipMalformed(Malformed::NotZlib),
            "slip-malformed",
            Amber,
            NextStep::AskForSlip,
        ),
        (
            Finding::SlipUnproven,
            "slip-unproven",
            Amber,
            NextStep::AskForSlip,
        ),
        (
            Finding::SlipOfAnotherCard,
            "slip-of-another-card",
            Amber,
            NextStep::AskForSlip,
        ),
        (Finding::Expired, "expired", Red, NextStep::HelpRegularise),
        (
            Finding::NotYetValid,
            "not-yet-valid",
            Red,
            NextStep::HelpRegularise,
        ),
        (
            Finding::Overstayed,
            "overstayed",
            Red,
            NextStep::HelpRegularise,
        ),
        (Finding::Revoked, "revoked", Red, NextStep::RecordEncounter),
        (
            Finding::KeyOutOfWindow,
            "key-out-of-window",
            Red,
            NextStep::KeepCopyAndReport,
        ),
        (
            Finding::KeyCompromised,
            "key-compromised",
            Red,
            NextStep::KeepCopyAndReport,
        ),
        (
            Finding::BadSignature,
            "bad-signature",
            Red,
            NextStep::KeepCopyAndReport,
        ),
        (
            Finding::Unsigned,
            "unsigned",
            Red,
            NextStep::KeepCopyAndReport,
        ),
        (
            Finding::SlipForged,
            "slip-forged",
            Red,
            NextStep::KeepCopyAndReport,
        ),
    ];
    for (finding, code, light, next) in table {
        assert_eq!(finding.code(), code);
        assert_eq!(finding.light(), light, "{code}");
        assert_eq!(finding.next_step(), next, "{code}");
        // Amber never justifies custody, and green of course does not.
        assert!(light == Red || !next.may_start_a_case(), "{code}");
    }
    let mut codes: Vec<_> = table.iter().map(|(_, code, _, _)| *code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), table.len(), "codes are unique");
    for step in NextStep::ALL {
        assert!(
            table.iter().any(|(_, _, _, next)| *next == step),
            "{} is never used",
            step.code()
        );
    }
    // A forged card and one that has merely ended are both red and ask for different things.
    assert_ne!(
        Finding::BadSignature.next_step(),
        Finding::Expired.next_step()
    );
}

#[test]
fn a_good_card_and_its_stay() {
    let verdict = scene().verdict();
    assert_eq!(verdict.finding, Finding::ValidStay);
    assert_eq!(verdict.bundle_age, Some(HOUR));
    assert_eq!(verdict.bundle_age_days(), Some(0));
    assert_eq!(verdict.trusted_now, scene().now);
    assert!(!verdict.clock_behind && !verdict.bundle_old);
    let shown = verdict.card.unwrap();
    assert!(shown.proven);
    assert_eq!(shown.number.as_deref(), Some("TAL-773M-9Q2X-J"));
    assert_eq!(shown.name.as_deref(), Some("PEREZ GOMEZ MARIA CANDELARIA"));
    assert_eq!(shown.birth.unwrap().to_string(), "1990-05-31");
    assert_eq!(shown.nationality.as_deref(), Some("GTM"));
    assert_eq!(shown.document_tail.as_deref(), Some("40101"));
    assert_eq!(shown.expires, Some(card_claims().expires));
    let stay = verdict.stay.unwrap();
    assert_eq!(stay.leave_by, slip_claims().leave_by);
    assert_eq!(
        stay.not_overstayed_until,
        slip_claims().not_overstayed_until
    );
    assert_eq!(stay.zone, "America/Mexico_City");

    let without_slip = Scene::with(|scene| scene.slip = None).verdict();
    assert_eq!(without_slip.finding, Finding::Valid);
    assert_eq!(without_slip.stay, None);
}

#[test]
fn both_clocks_of_a_stay_and_their_edges() {
    let (a, b) = (slip_claims().leave_by, slip_claims().not_overstayed_until);
    for (now, finding) in [
        (a, Finding::ValidStay),
        (a.plus(1), Finding::ValidLeaveNow),
        (b, Finding::ValidLeaveNow),
        (b.plus(1), Finding::Overstayed),
    ] {
        assert_eq!(
            Scene::with(|scene| scene.now = now).finding(),
            finding,
            "{now}"
        );
    }
}

#[test]
fn dates_of_the_card_and_their_edges() {
    let expires = start().plus(20 * DAY);
    let short = |now| {
        Scene::with(|scene| {
            scene.card.expires = expires;
            scene.slip = None;
            scene.now = now;
        })
    };
    assert_eq!(short(expires.plus(-1)).finding(), Finding::Valid);
    // No skew at the end (RFC 8392 §3.1.4: on or after).
    assert_eq!(short(expires).finding(), Finding::Expired);
}

/// A card as another issuer might date it: nothing ties its "not before" to its issue.
fn dated_by_hand(keys: &Keys, not_before: Moment) -> card::SignedCard {
    let mut payload = vec![0xa5, 0x05, 0x1a];
    payload.extend(u32::try_from(not_before.unix()).unwrap().to_be_bytes());
    payload.extend([0x04, 0x1a]);
    payload.extend(
        u32::try_from(card_claims().expires.unix())
            .unwrap()
            .to_be_bytes(),
    );
    payload.extend([0x06, 0x1a]);
    payload.extend(u32::try_from(start().unix()).unwrap().to_be_bytes());
    payload.extend(
        hex::decode("18a9a101644944203119ffffa16b7374617475735f6c697374a26369647819").unwrap(),
    );
    payload.extend(u16::try_from(crate::sample::INDEX).unwrap().to_be_bytes());
    payload.extend(b"\x63uri\x75");
    payload.extend(crate::sample::STATUS.as_bytes());
    let envelope = paso_formats::cose::sign(&payload, None, &keys.cards).unwrap();
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&envelope, 9);
    card::read(&paso_formats::base45::encode(&packed)).unwrap()
}

#[test]
fn a_card_that_has_not_begun() {
    let keys = keys();
    let begins = start().plus(2 * DAY);
    let card = dated_by_hand(&keys, begins);
    let bundle = verified(&bundle(&keys), &keys);
    for (now, finding) in [
        (begins.plus(-SKEW_SECONDS - 1), Finding::NotYetValid),
        (begins.plus(-SKEW_SECONDS), Finding::Valid),
        (begins, Finding::Valid),
    ] {
        let verdict = verdict(Ok(&card), None, Some(&bundle), &territory("MX-CHP"), now);
        assert_eq!(verdict.finding, finding, "{now}");
    }
}

#[test]
fn the_clock_is_not_believed_behind_what_has_happened() {
    // The bundle was signed at the start, so it is at least that late.
    let behind = Scene::with(|scene| scene.now = start().plus(-1)).verdict();
    assert_eq!(behind.finding, Finding::ClockBehind);
    assert_eq!(behind.trusted_now, start());
    let level = Scene::with(|scene| scene.now = start());
    assert_eq!(level.finding(), Finding::ValidStay);

    // A proven card issued later raises the floor further, less the skew.
    let issued_at = start().plus(DAY);
    let later = |now| {
        Scene::with(|scene| {
            scene.card.issued_at = issued_at;
            scene.slip = None;
            scene.now = now;
        })
    };
    assert_eq!(
        later(issued_at.plus(-SKEW_SECONDS)).finding(),
        Finding::Valid
    );
    let verdict = later(issued_at.plus(-SKEW_SECONDS - 1)).verdict();
    assert_eq!(verdict.finding, Finding::ClockBehind);
    assert_eq!(verdict.trusted_now, issued_at.plus(-SKEW_SECONDS));

    // So does a proven slip.
    let verdict = Scene::with(|scene| {
        let slip = scene.slip.as_mut().unwrap();
        slip.issued_at = start().plus(DAY);
    })
    .verdict();
    assert_eq!(verdict.finding, Finding::ClockBehind);
    assert!(verdict.clock_behind);

    // The floor itself judges: a clock set back does not bring an ended card to life.
    let ended = Scene::with(|scene| {
        scene.card.issued_at = start().plus(-DAY);
        scene.card.expires = start();
        scene.bundle.keys[0].sign_from = start().plus(-2 * DAY);
        scene.now = start().plus(-HOUR);
    });
    assert_eq!(ended.finding(), Finding::Expired);
}

#[test]
fn an_unproven_card_does_not_move_the_clock() {
    let scene = Scene::with(|scene| scene.card.issued_at = start().plus(20 * DAY));
    let card = signed_card(&scene.card, &Es256::new(99));
    let bundle = verified(&scene.bundle, &scene.keys);
    let verdict = verdict(
        Ok(&card),
        None,
        Some(&bundle),
        &territory("MX-CHP"),
        scene.now,
    );
    assert_eq!(verdict.finding, Finding::UnknownKey);
    assert_eq!(verdict.trusted_now, scene.now);
    assert!(!verdict.card.unwrap().proven);
}

#[test]
fn soft_and_hard_age_of_the_bundle() {
    let aged = |days, seconds| {
        Scene::with(|scene| {
            scene.slip = None;
            scene.now = start().plus(days * DAY + seconds);
        })
    };
    assert_eq!(aged(30, -1).finding(), Finding::Valid);
    assert_eq!(aged(30, 0).finding(), Finding::BundleOld);
    assert_eq!(aged(180, -1).finding(), Finding::BundleOld);
    assert_eq!(aged(180, 0).finding(), Finding::BundleExpired);
    let old = aged(31, 0).verdict();
    assert!(old.bundle_old && old.card.is_some_and(|card| card.proven));
    assert_eq!(old.bundle_age, Some(31 * DAY));
    // Age never hides what is proven bad.
    let mut revoked = aged(200, 0);
    revoked.set_status(Status::Invalid);
    assert_eq!(revoked.finding(), Finding::Revoked);
}

#[test]
fn windows_of_the_key_and_their_edges() {
    let issued = card_claims().issued_at;
    let key = |change: &dyn Fn(&mut paso_formats::bundle::TrustedKey)| {
        Scene::with(|scene| {
            scene.slip = None;
            change(&mut scene.bundle.keys[0]);
        })
        .finding()
    };
    assert_eq!(key(&|key| key.sign_from = issued), Finding::Valid);
    assert_eq!(
        key(&|key| key.sign_from = issued.plus(1)),
        Finding::KeyOutOfWindow
    );
    assert_eq!(key(&|key| key.sign_until = issued), Finding::Valid);
    assert_eq!(
        key(&|key| key.sign_until = issued.plus(-1)),
        Finding::KeyOutOfWindow
    );
    let now = scene().now;
    let retire = |until: Moment| {
        key(&move |key| {
            key.sign_until = start();
            key.verify_until = until;
        })
    };
    assert_eq!(retire(now), Finding::Valid);
    assert_eq!(retire(now.plus(-1)), Finding::KeyRetired);
    // Stolen: what was signed from then on is forged; what claims to be older may be dated back,
    // so its holder gets amber and a free new card (DESIGN §7), never green and never custody.
    assert_eq!(
        key(&|key| key.compromised_at = Some(issued)),
        Finding::KeyCompromised
    );
    assert_eq!(
        key(&|key| key.compromised_at = Some(issued.plus(1))),
        Finding::KeyLaterCompromised
    );
}

/// Signs with one key in the name of another.
struct Impostor {
    shown: Es256,
    real: Es256,
}

impl Sign for Impostor {
    fn public_key(&self) -> &PublicKey {
        self.shown.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        self.real.sign(message)
    }
}

#[test]
fn who_signed_and_for_what() {
    let scene = scene();
    let bundle = verified(&scene.bundle, &scene.keys);
    let judge = |card: &card::SignedCard| {
        verdict(
            Ok(card),
            None,
            Some(&bundle),
            &territory("MX-CHP"),
            scene.now,
        )
        .finding
    };
    // A key of the authority, but not for cards.
    assert_eq!(
        judge(&signed_card(&scene.card, &scene.keys.slips)),
        Finding::UnknownKey
    );
    assert_eq!(
        judge(&signed_card(&scene.card, &Es256::new(99))),
        Finding::UnknownKey
    );
    assert_eq!(
        judge(&signed_card(&scene.card, &EdDsa::new(3))),
        Finding::UnknownKey
    );
    // Another key under a trusted name.
    let impostor = Impostor {
        shown: Es256::new(3),
        real: Es256::new(99),
    };
    let forged = signed_card(&scene.card, &impostor);
    assert_eq!(judge(&forged), Finding::BadSignature);
    let card = signed_card(&scene.card, &scene.keys.cards);
    let alone = verdict(Ok(&card), None, None, &territory("MX-CHP"), scene.now);
    assert_eq!(alone.finding, Finding::NoBundle);
    assert_eq!(alone.bundle_age, None);
}

#[test]
fn what_the_status_list_says() {
    for (status, finding) in [
        (Status::Valid, Finding::ValidStay),
        (Status::Invalid, Finding::Revoked),
        (Status::Suspended, Finding::Suspended),
        (Status::Other(3), Finding::StatusUnknown),
    ] {
        assert_eq!(
            Scene::with(|scene| scene.set_status(status)).finding(),
            finding
        );
    }
    let unknown = [
        Scene::with(|scene| scene.card.status.uri = "https://inm.example/2".to_owned()),
        Scene::with(|scene| scene.card.status.index = 1 << 16),
        Scene::with(|scene| scene.bundle.status_lists = vec![]),
        Scene::with(|scene| {
            let mut token = status_token();
            token.expires = Some(scene.now);
            let token = token.sign(&scene.keys.status).unwrap();
            scene.bundle.status_lists = vec![status_list::read(&token).unwrap()];
        }),
    ];
    for scene in unknown {
        assert_eq!(scene.finding(), Finding::StatusUnknown);
    }
}

#[test]
fn where_a_card_counts() {
    let outside = Scene::with(|scene| scene.state = "MX-OAX");
    assert_eq!(outside.finding(), Finding::OutsideTerritory);
    assert!(outside.verdict().stay.is_some());
    let no_slip = |state, now| {
        Scene::with(|scene| {
            scene.slip = None;
            scene.state = state;
            scene.now = now;
        })
        .finding()
    };
    assert_eq!(no_slip("MX-ROO", start()), Finding::Valid);
    assert_eq!(no_slip("MX-OAX", start()), Finding::OutsideTerritory);
    // Yucatán came with the rule of 2019; the slip's states decide for a stay begun before.
    let mut scene = Scene::with(|scene| scene.state = "MX-YUC");
    assert_eq!(scene.finding(), Finding::OutsideTerritory);
    scene
        .slip
        .as_mut()
        .unwrap()
        .states
        .push("MX-YUC".to_owned());
    assert_eq!(scene.finding(), Finding::ValidStay);
    // Where no rule is known, no state is wrong.
    let unruled = Scene::with(|scene| {
        scene.bundle.programmes.clear();
        scene.slip = None;
        scene.state = "MX-OAX";
    });
    assert_eq!(unruled.finding(), Finding::Valid);
    // An overstay weighs more than a place.
    let both = Scene::with(|scene| {
        scene.state = "MX-OAX";
        scene.now = slip_claims().not_overstayed_until.plus(1);
    });
    assert_eq!(both.finding(), Finding::Overstayed);
}

#[test]
fn what_is_wrong_with_a_slip() {
    let scene = scene();
    let card = signed_card(&scene.card, &scene.keys.cards);
    let bundle = verified(&scene.bundle, &scene.keys);
    let judge = |slip: Result<&slip::SignedSlip, &Malformed>| {
        verdict(
            Ok(&card),
            Some(slip),
            Some(&bundle),
            &territory("MX-CHP"),
            scene.now,
        )
        .finding
    };
    let claims = slip_claims();
    assert_eq!(
        judge(Ok(&signed_slip(&claims, &EdDsa::new(98)))),
        Finding::SlipUnproven
    );
    // A key for cards signs no slips.
    assert_eq!(
        judge(Ok(&signed_slip(&claims, &scene.keys.cards))),
        Finding::SlipUnproven
    );
    let mut other = claims.clone();
    other.card = card::CardNumber::new("TAL".parse().unwrap(), [1; 5]);
    assert_eq!(
        judge(Ok(&signed_slip(&other, &scene.keys.slips))),
        Finding::SlipOfAnotherCard
    );
    let mut late = claims.clone();
    late.issued_at = start().plus(366 * DAY);
    assert_eq!(
        judge(Ok(&signed_slip(&late, &scene.keys.slips))),
        Finding::SlipUnproven
    );
    assert_eq!(
        judge(Err(&Malformed::NotZlib)),
        Finding::SlipMalformed(Malformed::NotZlib)
    );
    assert_eq!(
        judge(Err(&Malformed::CardNotSlip)),
        Finding::SlipMalformed(Malformed::CardNotSlip)
    );
    assert_eq!(judge(Err(&Malformed::Unsigned)), Finding::SlipForged);
    let forged = tampered(slip::encode(&claims, &scene.keys.slips).unwrap().as_str());
    assert_eq!(
        judge(Ok(&slip::read(&forged).unwrap())),
        Finding::SlipForged
    );
    // A stolen slip key proves no stay, whatever date it writes.
    let stolen = Scene::with(|scene| scene.bundle.keys[1].compromised_at = Some(start().plus(DAY)));
    assert_eq!(stolen.finding(), Finding::SlipUnproven);
    let retired = Scene::with(|scene| {
        scene.bundle.keys[1].sign_until = start();
        scene.bundle.keys[1].verify_until = start().plus(HOUR - 1);
    });
    assert_eq!(retired.finding(), Finding::SlipUnproven);
}

/// The text of a code whose signature has one bit changed.
fn tampered(text: &str) -> String {
    let packed = paso_formats::base45::decode(text).unwrap();
    let mut envelope = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).unwrap();
    *envelope.last_mut().unwrap() ^= 1;
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&envelope, 9);
    paso_formats::base45::encode(&packed)
}

#[test]
fn unreadable_codes_keep_their_cause() {
    let scene = scene();
    let bundle = verified(&scene.bundle, &scene.keys);
    for (cause, finding) in [
        (Malformed::Unsigned, Finding::Unsigned),
        (Malformed::Encrypted, Finding::Encrypted),
        (
            Malformed::WrongTag(998),
            Finding::Malformed(Malformed::WrongTag(998)),
        ),
    ] {
        let verdict = verdict(
            Err(&cause),
            None,
            Some(&bundle),
            &territory("MX-CHP"),
            scene.now,
        );
        assert_eq!(verdict.finding, finding);
        assert_eq!(verdict.card, None);
    }
}

#[test]
fn a_key_in_the_bundle_for_one_purpose_serves_no_other() {
    // The very key that signs cards, listed for lists: its cards are unknown.
    let scene = Scene::with(|scene| {
        let cards = scene.keys.cards.public_key().clone();
        scene.bundle.keys[0] = trusted(&cards, paso_formats::bundle::Purpose::Status);
    });
    assert_eq!(scene.finding(), Finding::UnknownKey);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Changing any bit of a signed envelope, or of its text, never gives green.
    #[test]
    fn a_changed_card_is_never_green(at: prop::sample::Index, bit in 0..8_u32, in_text: bool) {
        let scene = scene();
        let text = card::encode(&scene.card, &scene.keys.cards).unwrap().into_string();
        let changed = if in_text {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            let packed = paso_formats::base45::decode(&text).unwrap();
            let mut envelope = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).unwrap();
            let at = at.index(envelope.len());
            envelope[at] ^= 1_u8 << bit;
            paso_formats::base45::encode(&miniz_oxide::deflate::compress_to_vec_zlib(&envelope, 9))
        };
        let scanned = card::read(&changed);
        // Bits that pad the last byte of a zlib stream mean nothing: the same card was read.
        prop_assume!(scanned.as_ref().ok() != Some(&signed_card(&scene.card, &scene.keys.cards)));
        let bundle = verified(&scene.bundle, &scene.keys);
        let slip = signed_slip(&slip_claims(), &scene.keys.slips);
        let verdict = verdict(scanned.as_ref(), Some(Ok(&slip)), Some(&bundle), &territory("MX-CHP"), scene.now);
        prop_assert_ne!(verdict.light, Light::Green, "{:?}", verdict.finding);
    }

    /// Whatever the moment, exactly one finding comes out and the flags agree with it.
    #[test]
    fn every_moment_has_one_consistent_verdict(offset in -400 * DAY..3000 * DAY, with_slip: bool) {
        let scene = Scene::with(|scene| {
            scene.now = start().plus(offset);
            if !with_slip {
                scene.slip = None;
            }
        });
        let verdict = scene.verdict();
        prop_assert_eq!(verdict.light, verdict.finding.light());
        prop_assert_eq!(verdict.next, verdict.finding.next_step());
        prop_assert!(verdict.trusted_now >= scene.now);
        if verdict.light == Light::Green {
            prop_assert!(!verdict.clock_behind && !verdict.bundle_old);
        }
    }

    /// A scanner may hand over any text.
    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        let scanned = scan::scan(&text);
        prop_assert!(scanned.is_err());
    }
}
