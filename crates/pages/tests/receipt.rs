//! Whatever is found about a receipt has its words in every language, and no more is shown than was
//! proven.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use paso_formats::{
    entry::{Minute, StreamId},
    moment::Moment,
    receipt::{
        CosignedBy, Facts, Handle, Kind, LogPlace, LogState, ReceiptFinding, ReceiptVerdict,
        ShownReceipt, Spoken,
    },
};
use paso_pages::{
    Lang, Texts,
    receipt::{View, spoken},
};

fn at() -> Moment {
    "2014-07-08T15:00:00Z".parse().unwrap()
}

fn verdict(finding: ReceiptFinding, kind: Kind) -> ReceiptVerdict {
    ReceiptVerdict {
        finding,
        light: finding.light(),
        next: finding.next_step(),
        receipt: Some(ShownReceipt {
            proven: finding.is_proven(),
            facts: Facts {
                code: "2C7K-9XRT".parse().unwrap(),
                kind,
                post: "TAL".into(),
                at: at(),
                officer: "INM-0417".into(),
                handle: Some(Handle::Episode([0xab; 16])),
            },
            stream: StreamId::from_random([1; 16]),
            sequence: Some(7),
        }),
        place: finding.is_evidence().then(|| LogPlace {
            origin: "mx.example/log/2014".into(),
            index: 4,
            size: 9,
            minute: Minute::of(at()),
            witnesses: vec![CosignedBy {
                name: "veedor".into(),
                at: at(),
            }],
        }),
        age: Some(90_000),
        trusted_now: at(),
        clock_behind: true,
        bundle_old: true,
    }
}

#[test]
fn every_finding_has_its_words_and_shows_what_was_proven() {
    let texts = Texts::built_in().unwrap();
    for lang in Lang::ALL {
        for finding in ReceiptFinding::EACH {
            for kind in Kind::ALL {
                let view = View::of(texts.speak(lang), &verdict(finding, kind), &|_| None);
                let said = format!("{view:?}");
                for broken in ["[[", "{$", "{ $"] {
                    assert!(!said.contains(broken), "{lang} {}: {said}", finding.code());
                }
                assert_eq!(view.facts.is_empty(), !finding.is_proven());
                assert_eq!(said.contains("INM-0417"), finding.is_proven(), "{said}");
                assert_eq!(view.log.is_empty(), !finding.is_evidence());
                assert_eq!(view.notes.len(), 2);
            }
        }
    }
}

#[test]
fn a_code_alone_names_no_hour_no_officer_and_no_handle() {
    let texts = Texts::built_in().unwrap();
    let facts = verdict(ReceiptFinding::Logged, Kind::Exit).receipt.unwrap();
    let told = Spoken::of(&facts.facts, &jiff::tz::TimeZone::UTC);
    for state in LogState::ALL {
        let lines = spoken(texts.speak(Lang::Es), Some(&told), state, &|_| None);
        let said = format!("{lines:?}");
        assert_eq!(lines.len(), 4, "{said}");
        for hidden in ["15:00", "INM-0417", "abab", "[["] {
            assert!(!said.contains(hidden), "{hidden}: {said}");
        }
        // Who can open no body knows the log's state and nothing else.
        assert_eq!(
            spoken(texts.speak(Lang::Es), None, state, &|_| None).len(),
            1
        );
    }
}
