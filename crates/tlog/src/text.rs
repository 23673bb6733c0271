//! Numbers and bytes as every C2SP format writes them: one text for one value, nothing else read.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A decimal number without sign, leading zero or space.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = text.as_bytes();
    let leading_zero = digits.len() > 1 && digits[0] == b'0';
    if digits.is_empty() || leading_zero || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    text.parse().ok()
}

/// Standard base64 with padding and zero trailing bits (RFC 4648 §4 and §3.5).
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// The inverse of [`from_base64`].
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Cuts the first line off, without its newline. `None` where no newline is left.
pub(crate) fn take_line<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let (line, after) = rest.split_once('\n')?;
    *rest = after;
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::{decimal, from_base64, take_line, to_base64};

    #[test]
    fn a_number_has_one_text() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for wrong in [
            "",
            "00",
            "01",
            "+1",
            "-1",
            " 1",
            "1 ",
            "1a",
            "१",
            "18446744073709551616",
        ] {
            assert_eq!(decimal(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn bytes_have_one_text() {
        assert_eq!(from_base64("AAE="), Some(vec![0, 1]));
        assert_eq!(to_base64(&[0, 1]), "AAE=");
        for wrong in ["AAE", "AAF=", "AAE=\n", "AA E=", "AA-_", "=", "AAE=="] {
            assert_eq!(from_base64(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_line_ends_with_a_newline() {
        let mut rest = "a\n\nb";
        assert_eq!(take_line(&mut rest), Some("a"));
        assert_eq!(take_line(&mut rest), Some(""));
        assert_eq!(take_line(&mut rest), None);
        assert_eq!(rest, "b");
    }
}
