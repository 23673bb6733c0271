//! What a pattern allows a reader takes, and what a type writes its reader reads.

use super::*;
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    string::string_regex,
};

/// The reader's answers to many texts of a type's own pattern.
fn tried<T: Spelt>() -> (usize, usize) {
    let Form::Pattern(pattern, example) = T::FORM else {
        panic!("{} has a list", T::NAME);
    };
    assert_eq!(
        T::read(example).map(|value| value.write()).as_deref(),
        Some(example),
        "the example of {}",
        T::NAME
    );
    let bare = pattern.trim_start_matches('^').trim_end_matches('$');
    let texts = string_regex(bare).unwrap();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut taken = 0;
    for _ in 0..256 {
        let text = texts.new_tree(&mut runner).unwrap().current();
        if let Some(value) = T::read(&text) {
            assert_eq!(value.write(), text);
            taken += 1;
        }
    }
    (taken, 256)
}

#[test]
fn a_pattern_says_what_is_taken() {
    for (taken, tries) in [
        tried::<PersonId>(),
        tried::<StayId>(),
        tried::<ApplicationId>(),
        tried::<OfficerNumber>(),
        tried::<PostCode>(),
        tried::<StateCode>(),
        tried::<Code>(),
        tried::<Who>(),
    ] {
        assert_eq!(taken, tries);
    }
}

/// No pattern knows check characters and calendars; everything else of them is in it.
#[test]
fn what_a_pattern_cannot_say_is_said_beside_it() {
    for (taken, tries) in [
        tried::<CardNumber>(),
        tried::<SlipNumber>(),
        tried::<BirthDate>(),
        tried::<Date>(),
    ] {
        assert!(0 < taken && taken < tries, "{taken}");
    }
    tried::<Moment>();
}

#[test]
fn a_code_is_taken_as_it_is_written_and_no_other_way() {
    fn all<T: Spelt>() {
        let Form::Codes(codes) = T::FORM else {
            panic!("{} has a pattern", T::NAME);
        };
        for code in codes {
            assert_eq!(T::read(code).unwrap().write(), *code);
            assert!(T::read(&format!("{code} ")).is_none());
            assert!(T::read(&code.to_lowercase()).is_none() || code.to_lowercase() == *code);
        }
        assert!(T::read("").is_none());
    }
    all::<DocumentKind>();
    all::<Permission>();
    all::<RefusalGround>();
    all::<RevocationReason>();
    all::<Outcome>();
    all::<NextStep>();
    all::<receipt::Kind>();
    all::<Sex>();
}

#[test]
fn people_may_write_a_number_in_many_ways_and_programs_in_one() {
    for text in ["tal-7k3m-9q2x-f", "TAL7K3M9Q2XF", " TAL-7K3M-9Q2X-F"] {
        assert!(CardNumber::read(text).is_none(), "{text}");
    }
    for text in [
        "20190131",
        "2019-1-31",
        "2019-02-30",
        "-000001-01-01",
        "2019-01-31T00:00",
    ] {
        assert!(Date::read(text).is_none(), "{text}");
    }
}
