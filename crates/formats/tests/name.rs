//! Names as written, as compared, and as a card has room for.

use paso_formats::name::{CARD_NAME_MAX, PersonName, fold, for_card, transliterate};
use proptest::prelude::*;

#[test]
fn a_name_stays_as_written() {
    let name = PersonName::new("  de la  Cruz Ajú ", "María K’iché");
    assert_eq!(name.surnames, "de la Cruz Ajú");
    assert_eq!(name.display(), "María K’iché de la Cruz Ajú");
    // A person of one name has one name, wherever it was typed.
    assert_eq!(PersonName::new("", "Nakum").display(), "Nakum");
    assert_eq!(PersonName::new("Nakum", "").display(), "Nakum");
    assert!(!PersonName::new(" ", "-'").has_letter());
}

#[test]
fn spellings_of_one_name_fold_together() {
    let same = [
        [
            "Ch’ol", "CH'OL", "chʼol", "Ch´ol", "Ch`ol", "Ch‘ol", "Chꞌol", "Chol",
        ]
        .as_slice(),
        &[
            "Pérez-Tzoc",
            "PEREZ TZOC",
            "Perez   Tzoc",
            "Pe\u{301}rez–Tzoc",
            " pérez tzoc ",
        ],
        &["Nuñez", "NUÑEZ", "Nun\u{303}ez", "Nunez"],
        &["Agüero", "AGUERO"],
        &["İbrahim", "ibrahim", "IBRAHIM"],
        &["Strauß", "STRAUSS"],
    ];
    for group in same {
        for spelling in group {
            assert_eq!(fold(spelling), fold(group[0]), "{spelling}");
        }
    }
    for [one, other] in [
        ["de León", "León"],
        ["Xol", "Xool"],
        ["Juan Pablo", "Juanpablo"],
    ] {
        assert_ne!(fold(one), fold(other));
    }
}

#[test]
fn letters_follow_doc_9303_and_its_single_letter_variants() {
    for (name, letters) in [
        ("Núñez Agüero", "NUNEZ AGUERO"),
        ("Ixim K’at’un", "IXIM KATUN"),
        ("García-Márquez", "GARCIA MARQUEZ"),
        ("Ærø Œuvre Þór", "AEROE OEUVRE THOR"),
        (
            "Weiß Müller Åberg Łódź Đặng",
            "WEISS MULLER ABERG LODZ DANG",
        ),
        ("Иван", "XXXX"),
        ("J. R. 2.º", "J R O"),
        ("", ""),
        ("'- 7", ""),
    ] {
        assert_eq!(transliterate(name), letters, "{name}");
    }
}

#[test]
fn a_card_shortens_surnames_first_and_keeps_every_name() {
    for (surnames, given, card) in [
        ("de la Cruz Ajú", "María", "DE LA CRUZ AJU MARIA"),
        ("", "Nakum", "NAKUM"),
        // 40 characters: one letter too many, taken from the longest surname.
        (
            "Xicotencatl Coyopotocaqui",
            "Ana Lucia Rosa",
            "XICOTENCATL COYOPOTOCAQU ANA LUCIA ROSA",
        ),
        (
            "Montealegre Villavicencio de la Cordillera",
            "Guadalupe Concepción Inmaculada",
            "MON VIL DE LA COR GUADALU CONCEP INMACU",
        ),
    ] {
        let name = PersonName::new(surnames, given).for_card();
        assert_eq!(name, card);
        assert!(name.len() <= CARD_NAME_MAX);
    }
}

#[test]
fn a_zone_fills_its_field_and_shows_that_it_was_cut() {
    let anna = PersonName::new("Eriksson", "Anna Maria");
    assert_eq!(anna.for_mrz(39), "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<");
    assert_eq!(anna.for_mrz(30), "ERIKSSON<<ANNA<MARIA<<<<<<<<<<");
    let long = PersonName::new(
        "Bennelong Wooloomooloo Warrandyte Warnambool",
        "Dingo Potoroo",
    );
    assert_eq!(long.for_mrz(39), "BENNEL<WOOLO<WARRA<WARNA<<DINGO<POTOROO");
    assert!(long.for_mrz(30).ends_with(|c: char| c.is_ascii_uppercase()));
}

fn written_name() -> impl Strategy<Value = String> {
    // Letters of the region and of elsewhere, apostrophes, particles, digits and noise.
    let piece = prop_oneof![
        4 => "[A-Za-zÁÉÍÓÚÜÑáéíóúüñäëïö]{1,24}",
        1 => "(de|del|la|las|los|y|van|O|Mac)",
        1 => "[a-zA-Z]{1,4}['’ʼ´`ꞌ][a-z]{1,8}",
        1 => "\\PC{0,6}",
        1 => "[ \\-.,0-9\t]{1,3}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    /// Nobody is refused for a long name (DESIGN §5).
    #[test]
    fn any_name_with_a_letter_fits_a_card(surnames in written_name(), given in written_name()) {
        let name = PersonName::new(&surnames, &given);
        let card = name.for_card();
        prop_assert!(card.len() <= CARD_NAME_MAX);
        prop_assert!(card.bytes().all(|b| b.is_ascii_uppercase() || b == b' '));
        prop_assert!(!card.starts_with(' ') && !card.ends_with(' ') && !card.contains("  "));
        // A combining mark alone, or a lone modifier apostrophe, is no name.
        let letters = !transliterate(&surnames).is_empty() || !transliterate(&given).is_empty();
        prop_assert_eq!(!card.is_empty(), letters);
        prop_assert_eq!(card.clone(), name.for_card());
    }

    #[test]
    fn sixty_letters_and_more_fit(name in "[A-Za-zÁÉÍÓÚÑ' -]{60,200}") {
        prop_assume!(name.chars().filter(|c| c.is_alphabetic()).count() >= 60);
        let card = for_card(&name);
        prop_assert!(!card.is_empty() && card.len() <= CARD_NAME_MAX);
    }

    #[test]
    fn short_names_are_only_transliterated(name in "[A-Za-zÁÉÍÓÚÑáéíóúñ]{1,12}( [A-Za-zñ']{1,12}){0,2}") {
        prop_assume!(transliterate(&name).len() <= CARD_NAME_MAX);
        prop_assert_eq!(for_card(&name), transliterate(&name));
    }

    #[test]
    fn folding_twice_changes_nothing(name in "\\PC{0,40}") {
        let folded = fold(&name);
        prop_assert_eq!(fold(&folded), folded);
    }

    #[test]
    fn a_name_field_has_its_length_and_characters(
        surnames in written_name(), given in written_name(), len in prop::sample::select(vec![30usize, 31, 39])
    ) {
        let field = PersonName::new(&surnames, &given).for_mrz(len);
        prop_assert_eq!(field.len(), len);
        prop_assert!(field.bytes().all(|b| b.is_ascii_uppercase() || b == b'<'));
    }
}
