//! The smallest reader of JSON objects (RFC 8259) that leaves nothing to two readings.
//!
//! A browser's client data is the one JSON that this crate meets, and members may be added to it
//! (WebAuthn L3 §5.8.1). Unknown members are therefore passed over, but by the whole grammar: text
//! that another reader would refuse, or where a name stands twice, is refused here as well.

use std::{borrow::Cow, collections::BTreeSet};

/// Deepest nesting below the object itself. Client data nests not at all; what browsers may add
/// stays far from this, and the bound keeps the stack small.
const MAX_DEPTH: u8 = 8;

/// A place in a JSON text. Every method returns `None` where the text breaks the grammar or holds
/// another kind of value.
pub(super) struct Json<'a> {
    text: &'a str,
    at: usize,
}

/// Reads `text` as one object. `member` gets each name with the reader standing before the value,
/// and must go past it.
pub(super) fn object<'a>(
    text: &'a str,
    mut member: impl FnMut(&str, &mut Json<'a>) -> Option<()>,
) -> Option<()> {
    let mut json = Json { text, at: 0 };
    json.space();
    json.members(&mut member)?;
    json.space();
    (json.at == text.len()).then_some(())
}

impl<'a> Json<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Goes past `byte`, if it is next.
    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        rest.starts_with(word.as_bytes())
            .then(|| self.at += word.len())
    }

    fn members(&mut self, member: &mut dyn FnMut(&str, &mut Json<'a>) -> Option<()>) -> Option<()> {
        self.eat(b'{')?;
        let mut names = BTreeSet::new();
        self.list(b'}', |json| {
            let name = json.string()?;
            json.space();
            json.eat(b':')?;
            json.space();
            member(&name, json)?;
            // RFC 8259 §4: with a name twice, readers disagree which counts.
            names.insert(name).then_some(())
        })
    }

    /// Items with commas between them, up to `end`.
    fn list(&mut self, end: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.space();
        if self.eat(end).is_some() {
            return Some(());
        }
        loop {
            self.space();
            item(self)?;
            self.space();
            if self.eat(end).is_some() {
                return Some(());
            }
            self.eat(b',')?;
        }
    }

    pub(super) fn boolean(&mut self) -> Option<bool> {
        match self.peek()? {
            b't' => self.word("true").map(|()| true),
            _ => self.word("false").map(|()| false),
        }
    }

    pub(super) fn string(&mut self) -> Option<Cow<'a, str>> {
        self.eat(b'"')?;
        let start = self.at;
        loop {
            match self.take()? {
                // Quotes and backslashes are single bytes in UTF-8, so both ends are boundaries.
                b'"' => return self.text.get(start..self.at - 1).map(Cow::Borrowed),
                b'\\' => break,
                0..=0x1f => return None,
                _ => {}
            }
        }
        let mut text = self.text.get(start..self.at - 1)?.to_owned();
        text.push(self.escape()?);
        loop {
            let start = self.at;
            while !matches!(self.peek()?, b'"' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            text.push_str(self.text.get(start..self.at)?);
            match self.take()? {
                b'"' => return Some(Cow::Owned(text)),
                b'\\' => text.push(self.escape()?),
                _ => return None,
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Option<char> {
        Some(match self.take()? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return None,
        })
    }

    /// Four digits, or twice four where the first are half of a pair (RFC 8259 §7). A half alone
    /// is no character.
    fn code_point(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        let point = match first {
            0xd800..=0xdbff => {
                self.word("\\u")?;
                let second = self.four_digits()?;
                let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                0x1_0000 + ((first - 0xd800) << 10) + low
            }
            _ => first,
        };
        char::from_u32(point)
    }

    fn four_digits(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value << 4 | char::from(self.take()?).to_digit(16)?;
        }
        Some(value)
    }

    /// Passes over a value, whatever it is.
    pub(super) fn skip(&mut self) -> Option<()> {
        self.skip_within(MAX_DEPTH)
    }

    fn skip_within(&mut self, depth: u8) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(drop),
            b't' | b'f' => self.boolean().map(drop),
            b'n' => self.word("null"),
            b'{' => {
                let depth = depth.checked_sub(1)?;
                self.members(&mut |_, json| json.skip_within(depth))
            }
            b'[' => {
                let depth = depth.checked_sub(1)?;
                self.at += 1;
                self.list(b']', |json| json.skip_within(depth))
            }
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.eat(b'-');
        match self.take()? {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.eat(b'.').is_some() {
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Some(())
    }

    fn some_digits(&mut self) -> Option<()> {
        let start = self.at;
        self.digits();
        (self.at > start).then_some(())
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn reads(text: &str) -> bool {
        object(text, |_, json| json.skip()).is_some()
    }

    #[test]
    fn the_grammar_is_kept() {
        for good in [
            "{}",
            " {\n} ",
            r#"{"a":1}"#,
            r#"{"a":-0.5e+10,"b":[],"c":[1, 2 ,{}],"d":null,"e":true,"f":false}"#,
            r#"{"\ud83d\ude00":"\u00e1\n\/","":"ñ"}"#,
            r#"{"a":{"a":{"a":1}}}"#,
        ] {
            assert!(reads(good), "{good}");
        }
        for bad in [
            "",
            "[]",
            "1",
            "{",
            "{}{}",
            "\u{feff}{}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{,"a":1}"#,
            r#"{"a":1 "b":2}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":1e}"#,
            r#"{"a":+1}"#,
            r#"{"a":-}"#,
            r#"{"a":truely}"#,
            r#"{"a":TRUE}"#,
            r#"{"a":[1,]}"#,
            r"{'a':1}",
            r#"{"a":"\x"}"#,
            r#"{"a":"\ud83d"}"#,
            r#"{"a":"\ude00\ud83d"}"#,
            r#"{"a":"\u12"}"#,
            r#"{"a":"\u+123"}"#,
            r#"{"a":"open}"#,
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\n\n\"}",
            r#"{"a":1,"a":2}"#,
            // One name, written in two ways.
            r#"{"a":1,"\u0061":2}"#,
            r#"{"b":{"a":1,"a":2}}"#,
        ] {
            assert!(!reads(bad), "{bad}");
        }
        let nested =
            |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(reads(&nested(usize::from(MAX_DEPTH))));
        assert!(!reads(&nested(usize::from(MAX_DEPTH) + 1)));
        assert!(!reads(&nested(100_000)));
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".*", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// What others write is read, and its strings say the same.
        #[test]
        fn strings_are_read_as_serde_json_wrote_them(name: String, text: String, other in value()) {
            let written = serde_json::json!({ "other": other, "text": text }).to_string();
            let mut read = None;
            let whole = object(&written, |name, json| match name {
                "text" => json.string().map(|text| read = Some(text.into_owned())),
                _ => json.skip(),
            });
            prop_assert_eq!(whole, Some(()));
            prop_assert_eq!(read, Some(text));
            let key = format!("{{{}:[]}}", Value::from(name.clone()));
            let mut seen = None;
            object(&key, |name, json| {
                seen = Some(name.to_owned());
                json.skip()
            });
            prop_assert_eq!(seen, Some(name));
        }

        /// Whatever is broken in a text, this reader accepts nothing that serde_json refuses. (It
        /// refuses more: names that stand twice.)
        #[test]
        fn nothing_is_read_that_serde_json_refuses(
            other in value(), at: prop::sample::Index, byte in prop::sample::select(&b"{}[]\",:\\ue+-.019tfn \n"[..]),
        ) {
            let mut text = serde_json::json!({ "other": other }).to_string().into_bytes();
            let at = at.index(text.len());
            text[at] = byte;
            if let Ok(text) = core::str::from_utf8(&text)
                && reads(text)
            {
                // 1e999 is a number in the grammar and none in a float.
                let answer = serde_json::from_str::<Value>(text);
                let range = |error: &serde_json::Error| error.to_string().starts_with("number out of range");
                prop_assert!(answer.as_ref().is_ok_and(Value::is_object) || answer.as_ref().is_err_and(range), "{text}");
            }
        }
    }
}
