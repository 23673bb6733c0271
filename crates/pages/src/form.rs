//! Forms that keep what was typed, and name what is wrong where it is wrong.
//!
//! The pattern is that of GOV.UK's design system: a summary at the top whose entries lead to the
//! fields, and each message again beside its field.

use crate::Voice;

/// What was typed, by field name, in the order sent. Nothing is trimmed or corrected here: a form
/// comes back with the very characters the person typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    pairs: Vec<(String, String)>,
}

impl Fields {
    /// The fields of a form.
    #[must_use]
    pub const fn new(pairs: Vec<(String, String)>) -> Self {
        Self { pairs }
    }

    /// What was typed in a field; empty where the field was not sent. The last one wins, as in a
    /// checkbox behind its hidden default.
    #[must_use]
    pub fn typed(&self, name: &str) -> &str {
        let found = self.pairs.iter().rev().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// What was typed without the spaces around it; none where that leaves nothing.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        Some(self.typed(name).trim()).filter(|text| !text.is_empty())
    }

    /// Whether a checkbox was ticked.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// Puts a value in the place of what was typed.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.retain(|(key, _)| key != name);
        self.pairs.push((name.to_owned(), value.into()));
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self::new(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

/// Something wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field's name, which is also the `id` of its control.
    pub field: String,
    /// What is wrong and what to do, in the reader's language.
    pub text: String,
}

/// Everything wrong with a form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a problem.
    pub fn add(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.0.push(Problem {
            field: field.into(),
            text: text.into(),
        });
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Problem] {
        &self.0
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| problem.text.as_str())
    }

    /// Whether anything is wrong in the fields whose names begin so: a part of a form that is
    /// folded away must open.
    #[must_use]
    pub fn within(&self, prefix: &str) -> bool {
        self.0
            .iter()
            .any(|problem| problem.field.starts_with(prefix))
    }
}

/// A form as it is shown: what was typed and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What was typed.
    pub fields: Fields,
    /// What is wrong.
    pub problems: Problems,
}

impl Form {
    /// A form with nothing wrong yet.
    #[must_use]
    pub fn of(fields: Fields) -> Self {
        Self {
            fields,
            problems: Problems::default(),
        }
    }
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// The choices of a closed list: their codes and the texts of a family.
    #[must_use]
    pub fn of_codes<'c>(
        voice: &Voice<'_>,
        family: &str,
        codes: impl IntoIterator<Item = &'c str>,
    ) -> Vec<Self> {
        let choice = |code: &str| Self {
            value: code.to_owned(),
            label: voice.code(family, code),
        };
        codes.into_iter().map(choice).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_as_typed() {
        let mut fields: Fields = [("name", "  Ajú "), ("tick", ""), ("tick", "si")]
            .into_iter()
            .collect();
        assert_eq!(fields.typed("name"), "  Ajú ");
        assert_eq!(fields.text("name"), Some("Ajú"));
        assert!(fields.ticked("tick"));
        assert_eq!(fields.text("absent"), None);
        fields.set("name", "Ajú");
        assert_eq!(fields.typed("name"), "Ajú");
    }

    #[test]
    fn problems_are_found_by_field_and_by_part() {
        let mut problems = Problems::default();
        assert!(problems.is_empty());
        problems.add("documento-2-numero", "missing");
        assert_eq!(problems.of("documento-2-numero"), Some("missing"));
        assert!(problems.within("documento-2"));
        assert!(!problems.within("menor"));
    }
}
