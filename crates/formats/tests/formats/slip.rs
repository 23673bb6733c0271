//! The entry slip: always small enough for one code, and exact.

use paso_formats::{
    base45,
    card::{CardNumber, MAX_CARD_CHARS, Malformed},
    cose,
    key::Sign,
    moment::{DAY, HOUR, Moment},
    scan::Field,
    slip::{self, MAX_STATES, SlipClaims, SlipError, SlipNumber, TYP},
};
use proptest::prelude::*;

use crate::{
    sample::{signed_slip, slip_claims, start},
    signers::{EdDsa, Es256},
};

#[test]
fn what_is_issued_is_read() {
    for signer in [&Es256::new(4) as &dyn Sign, &EdDsa::new(4)] {
        let slip = signed_slip(&slip_claims(), signer);
        assert_eq!(slip.claims(), &slip_claims());
        assert_eq!(slip.key_id(), Some(signer.public_key().key_id()));
        slip.verify(signer.public_key()).unwrap();
        assert!(slip.verify(EdDsa::new(9).public_key()).is_err());
    }
}

#[test]
fn the_same_slip_has_the_same_text() {
    let text = slip::encode(&slip_claims(), &EdDsa::new(4)).unwrap();
    assert_eq!(text.as_str(), include_str!("golden-slip.txt").trim_end());
}

#[test]
fn stays_that_cannot_be_are_refused() {
    let refused = |change: &dyn Fn(&mut SlipClaims)| {
        let mut claims = slip_claims();
        change(&mut claims);
        slip::encode(&claims, &EdDsa::new(4)).err()
    };
    assert_eq!(refused(&|_| ()), None);
    // One clock may end with the other, and a stay may end as it begins.
    assert_eq!(
        refused(&|claims| claims.not_overstayed_until = claims.leave_by),
        None
    );
    for change in [
        (&|claims: &mut SlipClaims| claims.leave_by = claims.entered.plus(-1))
            as &dyn Fn(&mut SlipClaims),
        &|claims| claims.not_overstayed_until = claims.leave_by.plus(-1),
        &|claims| claims.entered = Moment::from_unix(-1),
        &|claims| claims.issued_at = Moment::MAX,
    ] {
        assert_eq!(refused(change), Some(SlipError::Times));
    }
    for states in [
        vec![],
        vec!["MX-CHP"; MAX_STATES + 1],
        vec!["CHP"],
        vec!["mx-chp"],
        vec!["MX-"],
        vec!["MX-CHPS"],
    ] {
        let states: Vec<String> = states.into_iter().map(str::to_owned).collect();
        assert_eq!(
            refused(&|claims| claims.states.clone_from(&states)),
            Some(SlipError::States)
        );
    }
    for issuer in ["", "inm", "https://a.very.long.host.example"] {
        assert_eq!(
            refused(&|claims| claims.issuer = issuer.to_owned()),
            Some(SlipError::Issuer)
        );
    }
    for post in ["", "Talismán", "one two", "TALISMAN-EL-CARMEN"] {
        assert_eq!(
            refused(&|claims| claims.post = post.to_owned()),
            Some(SlipError::Post)
        );
    }
    for zone in ["", "America/Argentina/ComodRivadavia"] {
        assert_eq!(
            refused(&|claims| claims.zone = zone.to_owned()),
            Some(SlipError::Zone)
        );
    }
}

#[test]
fn a_slip_written_any_other_way_is_refused() {
    let signer = EdDsa::new(4);
    let read = |payload: &[u8], typ| {
        let envelope = cose::sign(payload, Some(typ), &signer).unwrap();
        slip::read(&base45::encode(
            &miniz_oxide::deflate::compress_to_vec_zlib(&envelope, 9),
        ))
    };
    let good = signed_slip(&slip_claims(), &signer);
    let payload = good.envelope().payload().to_vec();
    assert!(read(&payload, TYP).is_ok());
    assert_eq!(
        read(&payload, "application/other"),
        Err(Malformed::CardNotSlip)
    );
    for at in 0..payload.len() {
        assert!(read(&payload[..at], TYP).is_err());
    }
    // A stay that could not be written is not read either: here one of B before A.
    let mut claims = slip_claims();
    claims.leave_by = start().plus(HOUR);
    claims.not_overstayed_until = start().plus(2 * HOUR);
    let payload = signed_slip(&claims, &signer).envelope().payload().to_vec();
    let b = u32::try_from(claims.not_overstayed_until.unix())
        .unwrap()
        .to_be_bytes();
    let earlier = u32::try_from(start().unix()).unwrap().to_be_bytes();
    let at = payload.windows(4).position(|four| four == b).unwrap();
    let mut wrong = payload;
    wrong[at..at + 4].copy_from_slice(&earlier);
    assert_eq!(read(&wrong, TYP), Err(Malformed::BadField(Field::Slip)));
    assert_eq!(read(&[0x00], TYP), Err(Malformed::BadField(Field::Slip)));
}

prop_compose! {
    fn largest_claims()(
        issuer in "https://[a-z0-9.]{14}", site in "[A-Z]{3}", other in "[A-Z]{3}", number: [u8; 5], card: [u8; 5],
        post in "[A-Za-z0-9-]{12}", zone in "America/[A-Za-z_]{12}", states in prop::collection::vec("MX-[A-Z]{3}", 6),
        entered in 1_700_000_000_i64..4_000_000_000, hours in 1_i64..400, days in 0_i64..30, lag in 0_i64..100_000,
    ) -> SlipClaims {
        let entered = Moment::from_unix(entered);
        let leave_by = entered.plus(hours * HOUR);
        SlipClaims {
            issuer,
            number: SlipNumber::new(site.parse().unwrap(), number),
            card: CardNumber::new(other.parse().unwrap(), card),
            post, zone, entered, leave_by,
            not_overstayed_until: leave_by.plus(days * DAY),
            states,
            issued_at: entered.plus(lag),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn every_slip_fits_one_code(claims in largest_claims(), seed in 1_u8..255, es256: bool) {
        let signer: Box<dyn Sign> = if es256 { Box::new(Es256::new(seed)) } else { Box::new(EdDsa::new(seed)) };
        let text = slip::encode(&claims, signer.as_ref()).unwrap();
        prop_assert!(text.as_str().len() <= MAX_CARD_CHARS);
        let read = slip::read(text.as_str()).unwrap();
        prop_assert_eq!(read.claims(), &claims);
    }
}
