//! The check digit of Doc 9303-3 §4.9.

/// The value of a character: digits for themselves, `A` to `Z` for 10 to 35, `<` for nothing.
pub(super) const fn value(character: u8) -> u32 {
    match character {
        b'0'..=b'9' => (character - b'0') as u32,
        b'A'..=b'Z' => (character - b'A') as u32 + 10,
        _ => 0,
    }
}

/// The check digit over characters taken together: weights 7, 3, 1 in turn, modulo ten.
pub(super) fn digit<'a>(characters: impl IntoIterator<Item = &'a u8>) -> char {
    let sum: u32 = characters
        .into_iter()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(c, w)| value(*c) * w)
        .sum();
    // Below ten, so the default is never taken.
    char::from_digit(sum % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_the_passport_specimen() {
        for (field, check) in [
            ("L898902C3", '6'),
            ("740812", '2'),
            ("120415", '9'),
            ("ZE184226B<<<<<", '1'),
            ("L898902C3674081221204159ZE184226B<<<<<1", '0'),
        ] {
            assert_eq!(digit(field.as_bytes()), check, "{field}");
        }
    }
}
