//! Machine readable zones: the specimens of Doc 9303, what is tolerated, what each error names.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests build is known to be good"
)]

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use paso_formats::{
    field::{BirthDate, Sex, StateCode},
    mrz::{EncodeError, Field, Format, Mrz, MrzError, parse},
    name::PersonName,
};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 22);

/// Doc 9303-4, appendix B.
const TD3: [&str; 2] = [
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
];
/// Doc 9303-6, appendix B.
const TD2: [&str; 2] = [
    "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
    "D231458907UTO7408122F1204159<<<<<<<6",
];
/// Doc 9303-5, appendix B.
const TD1: [&str; 3] = [
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
];

fn specimens() -> [Vec<&'static str>; 3] {
    [TD1.to_vec(), TD2.to_vec(), TD3.to_vec()]
}

fn utopia() -> StateCode {
    "UTO".parse().unwrap()
}

#[test]
fn the_specimens_read() {
    for (lines, format, number) in [
        (specimens()[0].join("\n"), Format::Td1, "D23145890"),
        (specimens()[1].join("\n"), Format::Td2, "D23145890"),
        (specimens()[2].join("\n"), Format::Td3, "L898902C3"),
    ] {
        let mrz = parse(&lines, TODAY).unwrap();
        assert_eq!(mrz.format, format);
        assert_eq!(mrz.number, number);
        assert_eq!((mrz.issuer, mrz.nationality), (utopia(), utopia()));
        assert_eq!(mrz.name, PersonName::new("ERIKSSON", "ANNA MARIA"));
        assert!(!mrz.name_cut);
        assert_eq!(mrz.birth, Some(BirthDate::full(date(1974, 8, 12))));
        assert_eq!(mrz.sex, Sex::Female);
        assert_eq!(mrz.expires, Some(date(2012, 4, 15)));
        assert_eq!(
            mrz.optional,
            if format == Format::Td3 {
                "ZE184226B"
            } else {
                ""
            }
        );
        assert_eq!(mrz.encode().unwrap().join("\n"), lines);
    }
}

#[test]
fn what_scanners_and_pages_add_is_passed_over() {
    let td3 = TD3.join("");
    let mut spaced = String::from("\u{feff}\u{2}");
    for (at, c) in td3.to_ascii_lowercase().chars().enumerate() {
        spaced.push(c);
        if at % 5 == 4 {
            spaced.push(' ');
        }
    }
    for text in [
        TD3.join("\r\n"),
        TD3.join("\r"),
        format!("\n\n{}\n \n{}\u{3}\r\n", TD3[0], TD3[1]),
        td3.clone(),
        spaced,
        td3.replace("<<", "«"),
        td3.replace('<', "＜"),
        // Broken in the wrong place: the characters are all there.
        format!("{}\n{}", &td3[..40], &td3[40..]),
    ] {
        assert_eq!(parse(&text, TODAY).unwrap().number, "L898902C3", "{text:?}");
    }
    assert_eq!(parse(&TD1.join(""), TODAY).unwrap().format, Format::Td1);
    assert_eq!(parse(&TD2.join(""), TODAY).unwrap().format, Format::Td2);
}

#[test]
fn a_long_number_goes_on_in_the_optional_data_of_a_card() {
    // Doc 9303-5 §4.2.4, the example for numbers of more than nine characters.
    let text = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<";
    let mrz = parse(text, TODAY).unwrap();
    assert_eq!(
        (mrz.number.as_str(), mrz.optional.as_str()),
        ("D23145890734", "")
    );
    assert_eq!(mrz.encode().unwrap().join("\n"), text);
    let broken = text.replace("<7349<", "<7348<");
    assert_eq!(
        parse(&broken, TODAY),
        Err(MrzError::CheckDigit {
            field: Field::DocumentNumber,
            found: '8',
            expected: '9'
        })
    );
    // A passport's field has no such rule: a filler there is no check digit.
    let passport = TD3.join("").replace("L898902C36", "L898902C3<");
    assert_eq!(
        parse(&passport, TODAY),
        Err(MrzError::CheckDigit {
            field: Field::DocumentNumber,
            found: '<',
            expected: '6'
        })
    );
}

#[test]
fn every_check_digit_is_named() {
    let change = |format: Format, line: usize, at: usize| {
        let mut lines: Vec<String> = match format {
            Format::Td1 => TD1.map(String::from).to_vec(),
            Format::Td2 => TD2.map(String::from).to_vec(),
            Format::Td3 => TD3.map(String::from).to_vec(),
        };
        let digit = lines[line].as_bytes()[at] - b'0';
        lines[line].replace_range(at..=at, &((digit + 1) % 10).to_string());
        (
            lines.join("\n"),
            char::from(b'0' + (digit + 1) % 10),
            char::from(b'0' + digit),
        )
    };
    for (format, line, at, field) in [
        (Format::Td3, 1, 9, Field::DocumentNumber),
        (Format::Td3, 1, 19, Field::BirthDate),
        (Format::Td3, 1, 27, Field::ExpiryDate),
        (Format::Td3, 1, 42, Field::OptionalData),
        (Format::Td3, 1, 43, Field::Composite),
        (Format::Td2, 1, 9, Field::DocumentNumber),
        (Format::Td2, 1, 19, Field::BirthDate),
        (Format::Td2, 1, 27, Field::ExpiryDate),
        (Format::Td2, 1, 35, Field::Composite),
        (Format::Td1, 0, 14, Field::DocumentNumber),
        (Format::Td1, 1, 6, Field::BirthDate),
        (Format::Td1, 1, 14, Field::ExpiryDate),
        (Format::Td1, 1, 29, Field::Composite),
    ] {
        let (text, found, expected) = change(format, line, at);
        let error = parse(&text, TODAY).unwrap_err();
        assert_eq!(
            error,
            MrzError::CheckDigit {
                field,
                found,
                expected
            }
        );
        assert_eq!(
            (error.code(), error.field()),
            ("mrz-check-digit", Some(field))
        );
    }
}

#[test]
fn errors_say_what_was_expected() {
    let td3 = TD3.join("\n");
    let cases: Vec<(String, MrzError)> = vec![
        (" \r\n\t".into(), MrzError::Empty),
        ("P<UTO".into(), MrzError::Length { found: 5 }),
        (
            td3[..88].into(),
            MrzError::LineLength {
                line: 2,
                found: 43,
                expected: 44,
            },
        ),
        (TD1.join("\n")[..60].into(), MrzError::Length { found: 59 }),
        (
            format!("{}\n{}\n{}", TD1[0], &TD1[1][..29], TD1[2]),
            MrzError::LineLength {
                line: 2,
                found: 29,
                expected: 30,
            },
        ),
        (
            format!("{}<\n{}", TD2[0], TD2[1]),
            MrzError::LineLength {
                line: 1,
                found: 37,
                expected: 36,
            },
        ),
        (
            td3.replace("ERIKSSON", "ERIKSS0N"),
            MrzError::Character {
                line: 1,
                position: 12,
                found: '0',
            },
        ),
        (
            td3.replace("L898902C3", "L898#02C3"),
            MrzError::Character {
                line: 2,
                position: 5,
                found: '#',
            },
        ),
        (
            td3.replacen('P', "Ñ", 1),
            MrzError::Character {
                line: 1,
                position: 1,
                found: 'Ñ',
            },
        ),
        (td3.replacen('P', "V", 1), MrzError::VisaZone),
        (
            td3.replacen('P', "<", 1),
            MrzError::Value {
                field: Field::DocumentCode,
                found: "<<".into(),
            },
        ),
        (
            td3.replace("<UTO", "<<<<"),
            MrzError::Value {
                field: Field::Issuer,
                found: "<<<".into(),
            },
        ),
        (
            td3.replace("6UTO", "6U7O"),
            MrzError::Value {
                field: Field::Nationality,
                found: "U7O".into(),
            },
        ),
        (
            td3.replace("2F1", "2B1"),
            MrzError::Value {
                field: Field::Sex,
                found: "B".into(),
            },
        ),
    ];
    for (text, error) in cases {
        assert_eq!(parse(&text, TODAY), Err(error), "{text}");
    }
}

#[test]
fn a_month_13_with_check_digits_that_agree_is_still_no_date() {
    let month_13 = "L898902C36UTO7413128F1204159ZE184226B<<<<<1";
    let composite = (0..10)
        .map(|digit| format!("{}\n{month_13}{digit}", TD3[0]))
        .map(|text| parse(&text, TODAY).unwrap_err())
        .find(|error| {
            !matches!(
                error,
                MrzError::CheckDigit {
                    field: Field::Composite,
                    ..
                }
            )
        });
    assert_eq!(
        composite,
        Some(MrzError::Value {
            field: Field::BirthDate,
            found: "741312".into()
        })
    );
}

#[test]
fn unknown_parts_stay_unknown() {
    let mut mrz = parse(&TD3.join(""), TODAY).unwrap();
    for birth in [
        None,
        Some(BirthDate::partial(1974, None, None).unwrap()),
        Some(BirthDate::partial(1974, Some(8), None).unwrap()),
    ] {
        mrz.birth = birth;
        mrz.expires = None;
        mrz.sex = Sex::Unspecified;
        let lines = mrz.encode().unwrap();
        assert_eq!(parse(&lines.join(""), TODAY).unwrap(), mrz, "{lines:?}");
    }
    // No optional data: its check digit may be a filler or a zero.
    mrz.optional = String::new();
    let line = mrz.encode().unwrap()[1].clone();
    assert!(line[..43].ends_with("<0"));
    let filler = format!(
        "{}{}<{}",
        mrz.encode().unwrap()[0],
        &line[..42],
        &line[43..]
    );
    assert_eq!(parse(&filler, TODAY).unwrap(), mrz);
}

#[test]
fn thirteen_digits_of_a_guatemalan_document_are_offered_as_a_cui() {
    let mut mrz = parse(&TD1.join(""), TODAY).unwrap();
    mrz.optional = "1234567890101".into();
    assert_eq!(mrz.cui_suggestion(), None);
    mrz.issuer = StateCode::GTM;
    assert_eq!(mrz.cui_suggestion().as_deref(), Some("1234567890101"));
    mrz.optional = "123456789010".into();
    assert_eq!(mrz.cui_suggestion(), None);
}

#[test]
fn the_encoder_says_what_does_not_fit() {
    let mrz = parse(&TD1.join(""), TODAY).unwrap();
    let mut long = mrz.clone();
    long.number = "1".repeat(23);
    assert_eq!(
        parse(&long.encode().unwrap().join(""), TODAY)
            .unwrap()
            .number,
        long.number
    );
    long.number.push('1');
    let too_long = EncodeError::TooLong {
        field: Field::DocumentNumber,
        format: Format::Td1,
    };
    assert_eq!(long.encode(), Err(too_long));
    let mut other = mrz.clone();
    other.number = "a1".into();
    assert_eq!(
        other.encode(),
        Err(EncodeError::Characters(Field::DocumentNumber))
    );
    other.number = "  ".into();
    assert_eq!(
        other.encode(),
        Err(EncodeError::Characters(Field::DocumentNumber))
    );
    let mut nameless = mrz;
    nameless.name = PersonName::new("1", "-");
    assert_eq!(nameless.encode(), Err(EncodeError::Characters(Field::Name)));
}

const fn value(c: u8) -> u32 {
    match c {
        b'0'..=b'9' => (c - b'0') as u32,
        b'A'..=b'Z' => (c - b'A') as u32 + 10,
        _ => 0,
    }
}

/// What the module's documentation claims of single errors, tried exhaustively on the specimens.
#[test]
fn one_wrong_character_is_caught_wherever_a_check_digit_reaches() {
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
    let covered = |format: Format, at: usize| {
        let (line, column) = (at / format.width(), at % format.width());
        match format {
            Format::Td1 => match line {
                0 => column >= 5,
                1 => column != 7 && !(15..18).contains(&column),
                _ => false,
            },
            Format::Td2 | Format::Td3 => line == 1 && !(10..13).contains(&column) && column != 20,
        }
    };
    let (mut caught, mut missed) = (0, 0);
    for lines in specimens() {
        let text: String = lines.concat();
        let format = parse(&text, TODAY).unwrap().format;
        for at in 0..text.len() {
            let original = text.as_bytes()[at];
            for other in alphabet.iter().filter(|c| **c != original) {
                let mut changed = text.clone().into_bytes();
                changed[at] = *other;
                let changed = String::from_utf8(changed).unwrap();
                let read = parse(&changed, TODAY);
                if !covered(format, at) {
                    continue;
                }
                let same_value = value(*other) % 10 == value(original) % 10;
                if same_value && read.is_ok() {
                    missed += 1;
                } else {
                    assert!(read.is_err(), "{format:?} position {at}: {changed}");
                    caught += 1;
                }
            }
        }
    }
    // 94 of a hundred; the rest are characters of equal value, as the module says.
    assert_eq!((caught, missed), (4175, 253));
}

fn text(pattern: &str) -> impl Strategy<Value = String> + use<> {
    prop::string::string_regex(pattern).unwrap()
}

/// A birth date as far as known, up to some 98 years back.
fn birth() -> impl Strategy<Value = Option<BirthDate>> {
    let known = (0..36_000i32, 0..3u8).prop_map(|(back, known)| {
        let day = TODAY.saturating_sub(back.days());
        Some(match known {
            0 => BirthDate::full(day),
            1 => BirthDate::partial(day.year(), Some(day.month()), None).unwrap(),
            _ => BirthDate::partial(day.year(), None, None).unwrap(),
        })
    });
    prop_oneof![3 => known, 1 => Just(None)]
}

fn document_of(format: Format) -> impl Strategy<Value = Mrz> {
    let (number, optional, optional_2) = match format {
        Format::Td1 => (
            "[A-Z0-9]{1,20}",
            "[A-Z0-9]{0,2}",
            "([A-Z0-9]([A-Z0-9 ]{0,9}[A-Z0-9])?)?",
        ),
        Format::Td2 => ("[A-Z0-9]{1,12}", "[A-Z0-9]{0,2}", ""),
        Format::Td3 => (
            "[A-Z0-9]([A-Z0-9 ]{0,7}[A-Z0-9])?",
            "([A-Z0-9]([A-Z0-9 ]{0,12}[A-Z0-9])?)?",
            "",
        ),
    };
    let expires = (-25_000..10_900i32).prop_map(|ahead| TODAY.saturating_add(ahead.days()));
    let sex = prop::sample::select(vec![Sex::Female, Sex::Male, Sex::Unspecified]);
    let names = (text("[A-Z]{1,7}( [A-Z]{1,7})?"), text("([A-Z]{1,7})?"));
    (
        (
            text("[A-UW-Z][A-Z0-9]?"),
            text("[A-Z]{3}|D"),
            text("[A-Z]{3}|D"),
        ),
        (text(number), text(optional), text(optional_2)),
        names,
        (birth(), prop::option::of(expires), sex),
    )
        .prop_map(move |(codes, texts, names, (birth, expires, sex))| Mrz {
            format,
            document_code: codes.0,
            issuer: codes.1.parse().unwrap(),
            number: texts.0,
            name: PersonName::new(&names.0, &names.1),
            name_cut: false,
            nationality: codes.2.parse().unwrap(),
            birth,
            sex,
            expires,
            optional: texts.1,
            optional_2: texts.2,
        })
}

fn document() -> impl Strategy<Value = Mrz> {
    prop::sample::select(Format::ALL.to_vec()).prop_flat_map(document_of)
}

proptest! {
    #[test]
    fn what_is_encoded_reads_back(document in document(), separator in "(\n|\r\n| |)") {
        let lines = document.encode().unwrap();
        prop_assert_eq!(lines.len(), document.format.lines());
        for line in &lines {
            prop_assert_eq!(line.len(), document.format.width());
        }
        prop_assert_eq!(parse(&lines.join(&separator), TODAY).unwrap(), document);
    }

    #[test]
    fn any_name_can_be_encoded_and_a_cut_one_shows(
        surnames in "[\\PC]{0,80}", given in "[A-Za-zñÑ' ]{1,80}"
    ) {
        let mut mrz = parse(&TD3.join(""), TODAY).unwrap();
        mrz.name = PersonName::new(&surnames, &given);
        prop_assume!(!paso_formats::name::transliterate(&given).is_empty());
        let read = parse(&mrz.encode().unwrap().join(""), TODAY).unwrap();
        prop_assert!(read.name.has_letter());
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,120}", lines in "[A-Z0-9<\n\r ]{60,120}") {
        let _ = parse(&text, TODAY);
        let _ = parse(&lines, TODAY);
    }
}
