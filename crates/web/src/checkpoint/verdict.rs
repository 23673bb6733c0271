//! The page of a verdict. What is shown follows from the verdict alone; nothing is judged again.

use super::encounter::{self, Telling};
use crate::{fault::Fault, say, session::Session};
use askama::Template;
use paso_domain::{crossings::Zone, policy::powers};
use paso_formats::verdict::{Light, ShownCard, StayFacts, Verdict};
use paso_pages::{Form, Frame, Voice};
use paso_service::access::Permit;

/// The class of a word by its length: the shorter, the larger it is set.
fn size(word: &str) -> &'static str {
    match word.chars().count() {
        0..=6 => "w6",
        7..=8 => "w8",
        9..=12 => "w12",
        _ => "long",
    }
}

/// A fact to compare with the person's document.
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
}

/// The stay that a slip has proven.
pub(crate) struct StayShown {
    pub(crate) leave_by: String,
    pub(crate) not_overstayed_until: String,
    pub(crate) states: String,
}

#[derive(Template)]
#[template(path = "checkpoint/verdict.html")]
pub(crate) struct VerdictPage<'a> {
    f: Frame<'a>,
    light: &'static str,
    word: String,
    size: &'static str,
    why: String,
    cause: Option<String>,
    next: String,
    never: Option<String>,
    facts: Vec<Fact>,
    stay: Option<StayShown>,
    age: String,
    old: bool,
    clock_behind: bool,
    telling: Telling,
    form: Form,
}

/// The page over what was read, with the form of an encounter under it.
pub(crate) fn page<'a>(
    session: &'a Session,
    permit: &Permit<powers::CheckCard>,
    texts: &[String],
    form: Form,
) -> Result<VerdictPage<'a>, Fault> {
    let t = session.t();
    let found = session.service().check(permit, texts)?;
    let here = session.post()?.zone();
    let code = found.finding.code();
    let word = t.code("word", code);
    let mut f = session.frame(t.with("verdict-title", [("word", &word)]))?;
    f = f.holding("encuentro", !form.problems.is_empty());
    Ok(VerdictPage {
        f,
        light: found.light.code(),
        size: size(&word),
        word,
        why: t.code("finding", code),
        cause: found
            .finding
            .cause()
            .map(|cause| t.code("cause", cause.code())),
        next: t.code("next", found.next.code()),
        never: never(t, &found),
        facts: found
            .card
            .as_ref()
            .filter(|card| card.proven)
            .map(|card| facts(t, here, card))
            .unwrap_or_default(),
        stay: found.stay.as_ref().map(|stay| stay_shown(t, here, stay)),
        age: match found.bundle_age {
            Some(age) => t.with("verdict-age", [("length", &t.length(age))]),
            None => t.text("verdict-no-bundle"),
        },
        old: found.bundle_old,
        clock_behind: found.clock_behind,
        telling: encounter::telling(session, texts, &form)?,
        form,
    })
}

/// What the officer may not conclude from the verdict.
fn never(t: Voice<'_>, found: &Verdict) -> Option<String> {
    match found.light {
        Light::Green => None,
        Light::Amber => Some(t.text("amber-never-custody")),
        Light::Red if found.next.may_start_a_case() => None,
        Light::Red => Some(t.text("red-no-custody")),
    }
}

fn facts(t: Voice<'_>, here: &Zone, card: &ShownCard) -> Vec<Fact> {
    let fact = |key: &str, value: Option<String>| {
        value.map(|value| Fact {
            label: t.text(key),
            value,
        })
    };
    [
        fact("verdict-name", card.name.clone()),
        fact("desk-birth", card.birth.map(|birth| say::birth(t, birth))),
        fact(
            "desk-sex",
            card.sex.map(|sex| t.code("sex", &sex.letter().to_string())),
        ),
        fact(
            "card-nationality",
            card.nationality
                .as_ref()
                .map(|code| say::country_and_code(t, code)),
        ),
        fact(
            "verdict-tail",
            card.document_tail.as_ref().map(|tail| format!("···{tail}")),
        ),
        fact("card-number", card.number.clone()),
        fact(
            "card-expires",
            card.expires.map(|end| say::last_day(t, here, end)),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn stay_shown(t: Voice<'_>, here: &Zone, stay: &StayFacts) -> StayShown {
    // A slip of another authority may name a zone that this device does not know.
    let named = Zone::named(&stay.zone);
    let zone = named.as_ref().unwrap_or(here);
    StayShown {
        leave_by: say::at(t, zone, stay.leave_by),
        not_overstayed_until: say::at(t, zone, stay.not_overstayed_until),
        states: say::states(t, stay.states.iter().map(String::as_str)),
    }
}
