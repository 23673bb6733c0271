//! The same of the papers about people under control, whatever officers and people wrote.

use super::{assert_tidy, authority, bilingual, moment, name, notices, place, proof, words};
use crate::custody::{
    Content, CustodyList, CustodyReceipt, CustodySlip, EpisodePaper, Fact, Given, HandoverSheet,
    Listed, Running, SlipFor, Stretch, Sureness, episode, handover, list, receipt, slip,
};
use proptest::prelude::*;

/// What somebody typed: words, letters that the font lacks, one long word, nothing.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => words(30),
        2 => name(),
        1 => Just("李雷 😀 \u{202E}abc".to_owned()),
        1 => Just("X".repeat(200)),
        1 => Just(String::new()),
    ]
}

prop_compose! {
    fn any_listed()(
        name in prop_oneof![name(), typed()],
        standing in prop_oneof![3 => Just(String::new()), 1 => typed()],
        clocks in prop::collection::vec((typed(), any::<bool>()), 0..5),
    ) -> Listed {
        Listed {
            ordinal: "12 de 500".into(),
            handle: "5C5C-7K2M".into(),
            name,
            since: "22 nov, 08:40".into(),
            clocks: clocks
                .into_iter()
                .map(|(text, late)| Running { text, late })
                .collect(),
            standing,
            answers: "INM-041700000000".into(),
        }
    }
}

prop_compose! {
    fn any_stretch()(
        seconds in prop_oneof![Just(0_u64), 1..600_u64, 1..10_000_000_u64],
        place in typed(),
        standing in bilingual(6),
        sureness in prop::sample::select(vec![Sureness::Sure, Sureness::Waiting, Sureness::Grave]),
    ) -> Stretch {
        Stretch {
            seconds,
            when: "22 nov, 08:40 – 23 nov, 09:10".into(),
            custodian: "INM-041700000000 · TAL".into(),
            place,
            standing,
            sureness,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        rng_seed: proptest::test_runner::RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn custody_lists_are_tidy(
        authority in authority(), place in typed(), shift in typed(), made in moment(),
        people in prop::collection::vec(any_listed(), 0..40), specimen: bool,
    ) {
        let list = CustodyList {
            authority,
            place,
            shift,
            made,
            officer_number: "INM-0417".into(),
            people,
            beside: vec!["1 oferta espera respuesta".into(); 3],
            specimen,
        };
        assert_tidy(&list::lay_out(&list).unwrap())?;
    }

    #[test]
    fn episodes_are_tidy(
        name in typed(), for_whom in typed(), made in moment(), lasts: bool, specimen: bool,
        stretches in prop::collection::vec(any_stretch(), 0..45),
        facts in prop::collection::vec(bilingual(60), 0..30),
        breaches in prop::collection::vec(bilingual(40), 0..6),
        values in prop::collection::vec(prop::option::of(typed()), 0..20),
    ) {
        let paper = EpisodePaper {
            authority: "Instituto Nacional de Migración".into(),
            handle: "5c5c 7a20 91ee 04d3 8b1f 66c2 a90d 3e74".into(),
            for_whom,
            name,
            made,
            officer_number: "INM-0400".into(),
            stretches,
            lasts,
            facts: facts
                .into_iter()
                .map(|what| Fact {
                    at: "22 nov 2026, 08:40".into(),
                    what,
                    by: "INM-041700000000 · TAL".into(),
                    row: "12".into(),
                    commitment: "9f3a 41c7 0b2e".into(),
                })
                .collect(),
            breaches,
            contents: values
                .into_iter()
                .map(|value| Content {
                    instrument: "Convención, art. 17(3)".into(),
                    wants: "d) la autoridad que controla la privación de libertad".into(),
                    value,
                })
                .collect(),
            file_hash: "41c79f3a ".repeat(8),
            head: "mx.example/2026, 48 213 hojas".into(),
            specimen,
        };
        assert_tidy(&episode::lay_out(&paper).unwrap())?;
    }

    #[test]
    fn sheets_for_a_handover_are_tidy(
        place in typed(), made in moment(), body in typed(), reason in words(80), specimen: bool,
        names in prop::collection::vec(typed(), 1..50),
    ) {
        let paper = HandoverSheet {
            authority: "Instituto Nacional de Migración".into(),
            folio: "P-2C7K-9XRT".into(),
            place,
            made,
            officer_number: "INM-0417".into(),
            body,
            reason,
            people: names
                .into_iter()
                .map(|name| Given {
                    ordinal: "12 de 500".into(),
                    handle: "5c5c 7a20 91ee 04d3 8b1f 66c2 a90d 3e74".into(),
                    name,
                })
                .collect(),
            specimen,
        };
        assert_tidy(&handover::lay_out(&paper).unwrap())?;
    }

    #[test]
    fn receipts_of_custody_are_tidy(
        authority in authority(), post in place(), at in moment(), unit in typed(),
        proof in proof(), secret in prop::option::of(Just("2C7K-9XRT-HJKP-2346".to_owned())),
        notices in notices(), specimen: bool,
    ) {
        let receipt = CustodyReceipt {
            authority,
            post,
            at,
            unit,
            officer_number: "INM-0417".into(),
            ordinal: "12 de 500".into(),
            handle_in_words: "orquidea · orquidea · orquidea · orquidea".into(),
            proof,
            secret,
            page: "paso.example/custodia".into(),
            notices,
            specimen,
        };
        let scene = receipt::lay_out(&receipt).unwrap();
        prop_assert_eq!(scene.pages.len(), 2);
        assert_tidy(&scene)?;
    }

    #[test]
    fn slips_of_custody_are_tidy(
        authority in authority(), post in place(), at in moment(), proof in proof(),
        notices in notices(), specimen: bool,
        kind in prop::sample::select(vec![SlipFor::Handover, SlipFor::Release, SlipFor::Ended]),
    ) {
        let one = CustodySlip {
            kind,
            authority,
            post,
            at,
            officer_number: "INM-041700000000".into(),
            ordinal: "12 de 500".into(),
            handle_in_words: "orquidea · orquidea · orquidea · orquidea".into(),
            proof,
            notices,
            specimen,
        };
        let scene = slip::lay_out(&[one.clone(), one]).unwrap();
        prop_assert_eq!(scene.pages.len(), 2);
        assert_tidy(&scene)?;
    }
}

/// An unbroken bar: the stretches fill it without a hole, however short they are.
#[test]
fn the_bar_has_no_hole() {
    let stretch = |seconds| Stretch {
        seconds,
        ..Stretch::default()
    };
    for seconds in [vec![0], vec![0, 0, 0], vec![1, 1_000_000, 1], vec![60; 20]] {
        let stretches: Vec<_> = seconds.iter().copied().map(stretch).collect();
        let widths = episode::widths(&stretches, 170.0);
        let whole: f32 = widths.iter().sum();
        assert!((whole - 170.0).abs() < 0.01, "{seconds:?}: {widths:?}");
        assert!(widths.iter().all(|width| *width >= 5.9), "{widths:?}");
    }
}
