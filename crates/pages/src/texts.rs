//! Every sentence on screen, by key and language.
//!
//! Texts are Fluent files in `locales/<language>/`, compiled in, so that a program without its
//! files still speaks; an authority may replace single texts by files of its own. A key that is
//! missing shows as itself in double brackets, and tests make sure that none is.

use crate::Lang;
use fluent_bundle::{
    FluentArgs, FluentError, FluentResource, FluentValue, concurrent::FluentBundle,
};
use fluent_syntax::ast::Entry;
use unic_langid::LanguageIdentifier;

macro_rules! built_in {
    ($lang:literal: $($file:literal),+ $(,)?) => {
        &[$((
            concat!($lang, "/", $file, ".ftl"),
            include_str!(concat!("../../../locales/", $lang, "/", $file, ".ftl")),
        )),+]
    };
}

/// The texts compiled in: file name and content.
#[must_use]
pub fn built_in(lang: Lang) -> &'static [(&'static str, &'static str)] {
    match lang {
        Lang::Es => {
            built_in!("es": "common", "domain", "desk", "card", "crossing", "checkpoint", "verdict", "phone", "placard", "receipt", "log", "readings", "passkey", "administration", "protection", "custody", "figures", "sheets", "contradictions", "api", "post", "blackbox", "overseer", "errors")
        }
        Lang::En => {
            built_in!("en": "common", "domain", "desk", "card", "crossing", "checkpoint", "verdict", "phone", "placard", "receipt", "log", "readings", "passkey", "administration", "protection", "custody", "figures", "sheets", "contradictions", "api", "post", "blackbox", "overseer", "errors")
        }
    }
}

/// Why texts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TextsError {
    /// A file does not follow Fluent's syntax.
    #[error("{file}: not a Fluent file ({problem}); correct it or take it away")]
    Syntax {
        /// The file as given.
        file: String,
        /// The first problem in it.
        problem: String,
    },
    /// A replacement for a text that does not exist.
    #[error("{file}: there is no text `{key}` to replace; its key may have changed")]
    UnknownKey {
        /// The file as given.
        file: String,
        /// The key.
        key: String,
    },
    /// A text compiled in twice.
    #[error("{file}: a text is there twice ({problem})")]
    Twice {
        /// The file.
        file: String,
        /// What Fluent says.
        problem: String,
    },
}

/// A file with texts of an authority's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The language it is in.
    pub lang: Lang,
    /// Its name, for errors.
    pub file: String,
    /// Its content.
    pub text: String,
}

/// All texts in all languages. Made once, shared by all pages.
pub struct Texts {
    es: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl Texts {
    /// The texts compiled in.
    ///
    /// # Errors
    /// Never for the files as shipped; a test loads them.
    pub fn built_in() -> Result<Self, TextsError> {
        Self::with(&[])
    }

    /// The texts compiled in, some of them replaced.
    ///
    /// # Errors
    /// When a file cannot be read, or replaces what is not there.
    pub fn with(replacements: &[Replacement]) -> Result<Self, TextsError> {
        let of = |lang: Lang| {
            // Our two tags are language identifiers, so the default is never taken.
            let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            // Isolation marks protect mixed directions; both languages run left to right, and the
            // marks would end up in copied names and numbers.
            bundle.set_use_isolating(false);
            for (file, text) in built_in(lang) {
                let resource = resource(file, text)?;
                bundle
                    .add_resource(resource)
                    .map_err(|errors| TextsError::Twice {
                        file: (*file).to_owned(),
                        problem: listed(&errors),
                    })?;
            }
            for own in replacements.iter().filter(|own| own.lang == lang) {
                let resource = resource(&own.file, &own.text)?;
                let unknown = keys(&resource).find(|key| !bundle.has_message(key));
                if let Some(key) = unknown {
                    return Err(TextsError::UnknownKey {
                        file: own.file.clone(),
                        key,
                    });
                }
                bundle.add_resource_overriding(resource);
            }
            Ok(bundle)
        };
        Ok(Self {
            es: of(Lang::Es)?,
            en: of(Lang::En)?,
        })
    }

    /// The texts in one language.
    #[must_use]
    pub const fn speak(&self, lang: Lang) -> Voice<'_> {
        Voice { texts: self, lang }
    }

    const fn bundle(&self, lang: Lang) -> &FluentBundle<FluentResource> {
        match lang {
            Lang::Es => &self.es,
            Lang::En => &self.en,
        }
    }
}

impl core::fmt::Debug for Texts {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Texts")
    }
}

fn resource(file: &str, text: &str) -> Result<FluentResource, TextsError> {
    FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| TextsError::Syntax {
        file: file.to_owned(),
        problem: errors.first().map(ToString::to_string).unwrap_or_default(),
    })
}

/// The keys of a resource's messages.
fn keys(resource: &FluentResource) -> impl Iterator<Item = String> + '_ {
    resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message.id.name.to_owned()),
        _ => None,
    })
}

fn listed(errors: &[FluentError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// The texts in one language: what a template speaks with.
#[derive(Clone, Copy, Debug)]
pub struct Voice<'a> {
    texts: &'a Texts,
    lang: Lang,
}

impl Voice<'_> {
    /// The language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The same texts in another language.
    #[must_use]
    pub const fn in_lang(&self, lang: Lang) -> Self {
        Self {
            texts: self.texts,
            lang,
        }
    }

    /// A text.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.say(key, None)
    }

    /// A text with words in it.
    #[must_use]
    pub fn with<const N: usize>(&self, key: &str, words: [(&str, &str); N]) -> String {
        let mut args = FluentArgs::with_capacity(N);
        for (name, word) in words {
            args.set(name.to_owned(), FluentValue::from(word.to_owned()));
        }
        self.say(key, Some(&args))
    }

    /// A text with one word in it.
    #[must_use]
    pub fn one(&self, key: &str, name: &str, word: &str) -> String {
        self.with(key, [(name, word)])
    }

    /// A text about a number of things, as `$n`.
    #[must_use]
    pub fn count(&self, key: &str, n: i64) -> String {
        let mut args = FluentArgs::with_capacity(1);
        args.set("n", FluentValue::from(n));
        self.say(key, Some(&args))
    }

    /// The text of a code of a closed list: `family-code`.
    #[must_use]
    pub fn code(&self, family: &str, code: &str) -> String {
        self.text(&format!("{family}-{code}"))
    }

    /// The text of a code of a list that is not ours to close, such as countries; none where
    /// nobody has written it.
    #[must_use]
    pub fn known(&self, family: &str, code: &str) -> Option<String> {
        let key = format!("{family}-{code}");
        self.texts
            .bundle(self.lang)
            .has_message(&key)
            .then(|| self.text(&key))
    }

    fn say(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.texts.bundle(self.lang);
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return format!("[[{key}]]");
        };
        // A word that a text asks for and does not get shows as `{$name}`; tests look for it.
        bundle
            .format_pattern(pattern, args, &mut Vec::new())
            .into_owned()
    }
}
