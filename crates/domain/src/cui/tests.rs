//! The published vectors, and what the check digit catches.

use super::*;
use proptest::prelude::*;

fn tables() -> Municipalities {
    Municipalities::guatemala().unwrap()
}

#[test]
fn published_vectors() {
    for text in [
        "1234 56789 0101",
        "9876 54322 0101",
        "1000 00002 0101",
        "0000 00019 0101",
        "5555 55550 0101",
        "1122 33449 0101",
        "2000 00004 0101",
    ] {
        let reading = read(text, &tables());
        assert_eq!(reading.warnings, [], "{text}");
        assert_eq!(reading.cui.unwrap().to_string(), text);
    }
    for (text, found, expected) in [
        ("1234567800101", 0, Some(9)),
        ("1234567810101", 1, Some(9)),
        ("9876543200101", 0, Some(2)),
    ] {
        let reading = read(text, &tables());
        assert_eq!(
            reading.warnings,
            [CuiWarning::CheckDigit { found, expected }],
            "{text}"
        );
        assert!(reading.cui.is_some(), "a warning is no refusal");
    }
}

#[test]
fn whatever_is_written_is_kept() {
    for text in [
        "",
        "sin CUI",
        "1234 5678",
        "12345678901010",
        "1234-5678A-0101",
        "１２３４",
    ] {
        let reading = read(text, &tables());
        assert_eq!(reading.cui, None);
        assert_eq!(reading.as_written, text);
        assert_eq!(reading.warnings, [CuiWarning::NotThirteenDigits]);
    }
    let reading = read(" 1234-56789-0101\n", &tables());
    assert_eq!(reading.cui.unwrap().digits(), "1234567890101");
    assert_eq!(reading.as_written, "1234-56789-0101");
}

#[test]
fn a_remainder_of_ten_was_never_issued() {
    // 5 × 2 = 10, and every check digit is wrong after it.
    for check in 0..10 {
        let cui: Cui = format!("50000000{check}0101").parse().unwrap();
        assert_eq!(cui.expected_check_digit(), None);
    }
}

#[test]
fn the_tables_are_those_of_the_facts() {
    let tables = tables();
    let totals: Vec<u16> = tables
        .tables()
        .iter()
        .map(MunicipalityTable::total)
        .collect();
    assert_eq!(totals, [338, 340]);
    assert_eq!(tables.department(1), Some("Guatemala"));
    assert_eq!(tables.department(13), Some("Huehuetenango"));
    assert_eq!(tables.department(22), Some("Jutiapa"));
    assert_eq!((tables.department(0), tables.department(23)), (None, None));
}

#[test]
fn people_the_common_table_turns_away_get_no_warning() {
    let with = |place: &str| {
        let body = "1234567890101".replace("0101", place);
        read(&body, &tables()).warnings
    };
    // Escuintla 14 and Huehuetenango 33 are the two the common table lacks.
    assert_eq!(with("0514"), []);
    assert_eq!(with("1333"), []);
    let unknown = |department, municipality, known| {
        vec![CuiWarning::UnknownMunicipality {
            department,
            municipality,
            known,
        }]
    };
    assert_eq!(with("0515"), unknown(5, 15, 14));
    assert_eq!(with("1300"), unknown(13, 0, 33));
    assert_eq!(
        with("0001"),
        [CuiWarning::UnknownDepartment { department: 0 }]
    );
    assert_eq!(
        with("2301"),
        [CuiWarning::UnknownDepartment { department: 23 }]
    );
}

#[test]
fn a_broken_table_says_where() {
    assert_eq!(
        Municipalities::load("departments = []\ntable = []")
            .unwrap_err()
            .to_string()
            .lines()
            .next(),
        Some("the table of municipalities cannot be read: TOML parse error at line 1, column 15")
    );
}

/// Eight digits and the check digit they ask for, if one was ever issued.
fn issued() -> impl Strategy<Value = [u8; 13]> {
    prop::array::uniform8(0..10u8).prop_filter_map("remainder ten", |body| {
        let mut digits = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1];
        digits[..8].copy_from_slice(&body);
        digits[8] = Cui(digits).expected_check_digit()?;
        Some(digits)
    })
}

fn agrees(cui: Cui) -> bool {
    cui.expected_check_digit() == Some(cui.check_digit())
}

proptest! {
    #[test]
    fn every_wrong_digit_of_nine_is_noticed(digits in issued(), at in 0..9usize, wrong in 1..10u8) {
        let mut changed = digits;
        changed[at] = (changed[at] + wrong) % 10;
        prop_assert!(agrees(Cui(digits)));
        prop_assert!(!agrees(Cui(changed)));
    }

    #[test]
    fn every_swap_of_neighbours_in_the_first_eight_is_noticed(digits in issued(), at in 0..7usize) {
        let mut swapped = digits;
        swapped.swap(at, at + 1);
        prop_assert_eq!(agrees(Cui(swapped)), digits[at] == digits[at + 1]);
    }

    #[test]
    fn the_last_four_digits_are_not_covered(digits in issued(), place in 0..10_000u16) {
        let text = format!("{}{place:04}", &Cui(digits).digits()[..9]);
        prop_assert!(agrees(text.parse().unwrap()));
    }

    #[test]
    fn nothing_is_refused_and_what_has_thirteen_digits_reads_back(text in "\\PC{0,30}|[0-9 -]{10,20}") {
        let reading = read(&text, &tables());
        prop_assert_eq!(&reading.as_written, text.trim());
        if let Some(cui) = reading.cui {
            prop_assert_eq!(cui.to_string().parse(), Ok(cui));
            prop_assert_eq!(cui.digits().parse(), Ok(cui));
        }
    }
}
