//! Free text: how long it may be, and that it is text.

use core::fmt;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

/// A text of at most so many characters, and of at least one that is no space where `NEEDED`. Line
/// feeds are the only control characters: databases and printers stumble over the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words<const NEEDED: bool, const MOST: usize>(String);

/// A name or number as written, a text that must be there.
pub(crate) type Line = Words<true, 200>;
/// The same where it may be empty.
pub(crate) type Blank = Words<false, 200>;
/// What an officer writes down.
pub(crate) type Told = Words<true, 1000>;
/// The same where nothing is an answer.
pub(crate) type Untold = Words<false, 1000>;
/// The text of a code, as a scanner gives it: a space belongs to it.
pub(crate) type Scan = Words<true, 4296>;

impl<const NEEDED: bool, const MOST: usize> Words<NEEDED, MOST> {
    const PATTERN: &'static str = if NEEDED {
        r"^[^\u0000-\u0009\u000B-\u001F\u007F]*[^\u0000-\u0020\u007F][^\u0000-\u0009\u000B-\u001F\u007F]*$"
    } else {
        r"^[^\u0000-\u0009\u000B-\u001F\u007F]*$"
    };

    fn new(text: &str) -> Option<Self> {
        let plain = |c: char| c == '\n' || !c.is_ascii_control();
        let fits = text.chars().count() <= MOST
            && text.chars().all(plain)
            && (!NEEDED || text.chars().any(|c| c != ' ' && c != '\n'));
        fits.then(|| Self(text.to_owned()))
    }

    /// As sent.
    pub(crate) fn as_sent(&self) -> &str {
        &self.0
    }

    /// Without the spaces around it.
    pub(crate) fn trimmed(&self) -> String {
        self.0.trim().to_owned()
    }
}

impl<const NEEDED: bool, const MOST: usize> Default for Words<NEEDED, MOST> {
    fn default() -> Self {
        Self(String::new())
    }
}

impl<const NEEDED: bool, const MOST: usize> Serialize for Words<NEEDED, MOST> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

struct Reader<const NEEDED: bool, const MOST: usize>;

impl<const NEEDED: bool, const MOST: usize> Visitor<'_> for Reader<NEEDED, MOST> {
    type Value = Words<NEEDED, MOST>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = if NEEDED { "at least one and " } else { "" };
        write!(f, "a text of {least}at most {MOST} characters")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Words::new(text)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Other("text"), &self))
    }
}

impl<'de, const NEEDED: bool, const MOST: usize> Deserialize<'de> for Words<NEEDED, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Reader)
    }
}

impl<const NEEDED: bool, const MOST: usize> PartialSchema for Words<NEEDED, MOST> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(MOST))
            .min_length(NEEDED.then_some(1))
            .pattern(Some(Self::PATTERN))
            .into()
    }
}

impl<const NEEDED: bool, const MOST: usize> ToSchema for Words<NEEDED, MOST> {
    fn name() -> Cow<'static, str> {
        let kind = if NEEDED { "Text" } else { "TextOrNothing" };
        format!("{kind}{MOST}").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_text_and_not_too_long() {
        type Five = Words<true, 5>;
        type Any = Words<false, 5>;
        for (text, needed, any) in [
            ("Ajú", true, true),
            ("ááááá", true, true),
            ("áááááá", false, false),
            ("", false, true),
            (" \n ", false, true),
            ("a\nb", true, true),
            ("a\0b", false, false),
            ("a\tb", false, false),
            ("\u{7f}", false, false),
        ] {
            assert_eq!(Five::new(text).is_some(), needed, "{text:?}");
            assert_eq!(Any::new(text).is_some(), any, "{text:?}");
        }
    }
}
