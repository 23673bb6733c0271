//! Every text exists in every language and asks for the same words.

use fluent_syntax::ast::{self, Entry, Expression, InlineExpression, PatternElement};
use paso_pages::{Lang, texts};
use std::collections::{BTreeMap, BTreeSet};

type Words = BTreeSet<String>;

fn messages(lang: Lang) -> BTreeMap<String, Words> {
    let mut all = BTreeMap::new();
    for (file, text) in texts::built_in(lang) {
        let (resource, errors) = match fluent_syntax::parser::parse(*text) {
            Ok(resource) => (resource, Vec::new()),
            Err(partly) => partly,
        };
        assert!(errors.is_empty(), "{file}: {errors:?}");
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                let mut words = Words::new();
                if let Some(pattern) = &message.value {
                    pattern_words(pattern, &mut words);
                }
                let twice = all.insert(message.id.name.to_owned(), words);
                assert!(
                    twice.is_none(),
                    "{file}: {} is there twice",
                    message.id.name
                );
            }
        }
    }
    all
}

fn pattern_words(pattern: &ast::Pattern<&str>, words: &mut Words) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            expression_words(expression, words);
        }
    }
}

fn expression_words(expression: &Expression<&str>, words: &mut Words) {
    match expression {
        Expression::Inline(inline) => inline_words(inline, words),
        Expression::Select { selector, variants } => {
            inline_words(selector, words);
            for variant in variants {
                pattern_words(&variant.value, words);
            }
        }
    }
}

fn inline_words(inline: &InlineExpression<&str>, words: &mut Words) {
    match inline {
        InlineExpression::VariableReference { id } => {
            words.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => expression_words(expression, words),
        _ => {}
    }
}

#[test]
fn every_language_has_the_same_texts_with_the_same_words() {
    let (first, second) = (messages(Lang::Es), messages(Lang::En));
    let keys = |all: &BTreeMap<String, Words>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&first), keys(&second), "keys of es and en");
    for (key, words) in &first {
        assert_eq!(words, &second[key], "words of {key}");
    }
}

#[test]
fn no_text_is_empty_or_ends_in_a_space() {
    for lang in Lang::ALL {
        let texts = paso_pages::Texts::built_in().unwrap();
        for (key, words) in messages(lang) {
            if words.is_empty() {
                let text = texts.speak(lang).text(&key);
                assert!(
                    !text.is_empty() && text.trim() == text,
                    "{lang} {key}: {text:?}"
                );
            }
        }
    }
}

#[test]
fn a_replacement_speaks_and_must_replace_something() {
    let own = |text: &str| texts::Replacement {
        lang: Lang::Es,
        file: "own.ftl".into(),
        text: text.into(),
    };
    let replaced = texts::Texts::with(&[own("sign-out = Cerrar sesión\n")]).unwrap();
    assert_eq!(replaced.speak(Lang::Es).text("sign-out"), "Cerrar sesión");
    assert_eq!(replaced.speak(Lang::En).text("sign-out"), "Sign out");
    for wrong in ["nothing-of-the-kind = x\n", "= x\n"] {
        assert!(texts::Texts::with(&[own(wrong)]).is_err(), "{wrong}");
    }
    assert_eq!(replaced.speak(Lang::Es).text("missing"), "[[missing]]");
}
