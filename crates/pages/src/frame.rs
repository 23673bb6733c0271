//! What stands around every page: who is signed in, where they can go, in which language.
//!
//! `templates/layout.html` draws it; each program's own templates extend that file.

use crate::{Lang, Voice, assets, lang};

/// An entry of the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Where it leads.
    pub href: &'static str,
    /// What it is called.
    pub label: String,
    /// Whether the page is in this part.
    pub current: bool,
}

/// Who is signed in, as the head of the page says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The place they work for.
    pub place: String,
    /// The purpose for which they are signed in.
    pub role: String,
    /// The number by which they answer.
    pub number: String,
}

/// A language to switch to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Its tag.
    pub tag: &'static str,
    /// Its own name.
    pub name: &'static str,
    /// The address of this page in it.
    pub href: String,
}

/// What is said above every page of how this installation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// How grave it is: `fine`, `apart` or `grave`.
    pub mood: &'static str,
    /// The sentences.
    pub words: String,
}

/// The frame of one page.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// What the page speaks with.
    pub t: Voice<'a>,
    /// The page's own title.
    pub title: String,
    /// The program's name, as in the window's title.
    pub program: &'static str,
    /// Where to go.
    pub ways: Vec<Way>,
    /// Who is signed in.
    pub who: Option<Who>,
    /// What every form of the session sends back.
    pub form_token: String,
    /// The other languages.
    pub switches: Vec<Switch>,
    /// The form on this page that holds something typed: switching the language sends it along,
    /// so that nothing is lost.
    pub draft: Option<&'static str>,
    /// Whether the window's title says that something is wrong.
    pub in_error: bool,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// Whether the disk is full, so that only what is urgent is recorded.
    pub full: bool,
    /// How this installation stands, where that is worth saying.
    pub station: Option<Station>,
}

impl<'a> Frame<'a> {
    /// A frame with nobody signed in, for the page at `path` (without query) whose query is
    /// `query`.
    #[must_use]
    pub fn new(t: Voice<'a>, program: &'static str, path: &str, query: Option<&str>) -> Self {
        Self {
            t,
            title: String::new(),
            program,
            ways: Vec::new(),
            who: None,
            form_token: String::new(),
            switches: switches(t.lang(), path, query),
            draft: None,
            in_error: false,
            demo: false,
            full: false,
            station: None,
        }
    }

    /// The same frame under a title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same frame around a form that must not be lost.
    #[must_use]
    pub fn holding(mut self, form: &'static str, in_error: bool) -> Self {
        self.draft = Some(form);
        self.in_error = in_error;
        self
    }

    /// The address of the style sheet.
    #[must_use]
    pub fn style(&self) -> String {
        assets::style_path()
    }

    /// The address of the script that asks for a passkey.
    #[must_use]
    pub fn passkey_script(&self) -> String {
        assets::passkey_path()
    }

    /// The address of the mark.
    #[must_use]
    pub fn mark(&self) -> String {
        assets::mark_path()
    }
}

fn switches(spoken: Lang, path: &str, query: Option<&str>) -> Vec<Switch> {
    let mut kept = String::new();
    for pair in query.unwrap_or_default().split('&') {
        if !pair.is_empty() && pair.split('=').next() != Some(lang::PARAMETER) {
            kept.push_str(pair);
            kept.push('&');
        }
    }
    Lang::ALL
        .into_iter()
        .filter(|lang| *lang != spoken)
        .map(|lang| Switch {
            tag: lang.tag(),
            name: lang.own_name(),
            href: format!("{path}?{kept}{}={lang}", lang::PARAMETER),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switching_the_language_keeps_the_address() {
        let href = |query| switches(Lang::Es, "/hoy", query)[0].href.clone();
        assert_eq!(href(None), "/hoy?idioma=en");
        assert_eq!(
            href(Some("dia=2027-10-24&idioma=es")),
            "/hoy?dia=2027-10-24&idioma=en"
        );
    }
}
