//! `paso program show`: what the rule of a day is, where it was read, and what contradicts it.

use crate::cli::{Language, Show};
use anyhow::{Context, Result};
use jiff::civil::Date;
use paso_domain::{
    contradiction,
    crossings::Crossings,
    custody::Clocks,
    programme::{Issue, Programme, Region, Source, Sourced, Text},
    roles::Roles,
    shift::ShiftLengths,
};
use paso_formats::moment::Moment;
use std::{fs, io::Write};

/// The rules named in a configuration or on the command line.
pub fn rules(named: &str, demo_from: Date) -> Result<Programme> {
    match named {
        "frontera-sur" => Ok(Programme::frontera_sur()?),
        "demo" => Ok(Programme::demo(demo_from)?),
        file => {
            let text = fs::read_to_string(file).with_context(|| {
                format!("cannot read the rules in {file}; write frontera-sur, demo, or a file")
            })?;
            Programme::load(&text).with_context(|| format!("the rules in {file} cannot be used"))
        }
    }
}

/// The crossings and posts named in a configuration.
pub fn crossings(named: &str) -> Result<Crossings> {
    if named == "southern-border" {
        return Ok(Crossings::southern_border()?);
    }
    let text = fs::read_to_string(named).with_context(|| {
        format!("cannot read the crossings in {named}; write southern-border, or a file")
    })?;
    Crossings::load(&text).with_context(|| format!("the crossings in {named} cannot be used"))
}

/// Where it is today, for a question that names no installation: at the bridge of Talismán.
const HERE: &str = "TAL";

/// The day at a post. Its clocks decide, not the machine's: a day begins hours later here than in UTC.
///
/// # Errors
/// When there is no such post.
pub fn day(crossings: &Crossings, post: &str, now: Moment) -> Result<Date> {
    let place = crossings.post(post).with_context(|| {
        let posts = crossings.posts().iter();
        let known: Vec<_> = posts.map(|post| post.code.to_string()).collect();
        format!(
            "authority.home: post {post} is not in the file of crossings and posts; it has {}",
            known.join(", ")
        )
    })?;
    Ok(place.zone().date_at(now))
}

/// Who may do what: what is shipped, less what a file takes away.
pub fn roles(named: &str) -> Result<Roles> {
    let shipped = Roles::shipped()?;
    if named == "shipped" {
        return Ok(shipped);
    }
    let text = fs::read_to_string(named)
        .with_context(|| format!("cannot read the roles in {named}; write shipped, or a file"))?;
    shipped
        .narrowed(&text)
        .with_context(|| format!("the roles in {named} cannot be used"))
}

/// The clocks of custody that the configuration names.
pub fn clocks(named: &str) -> Result<Clocks> {
    if named == "shipped" {
        return Ok(Clocks::shipped()?);
    }
    let text = fs::read_to_string(named)
        .with_context(|| format!("cannot read the clocks in {named}; write shipped, or a file"))?;
    Clocks::load(&text).with_context(|| format!("the clocks in {named} cannot be used"))
}

/// How long a shift on a phone lasts, as the configuration names it.
pub fn phones(named: &str) -> Result<ShiftLengths> {
    if named == "shipped" {
        return Ok(ShiftLengths::shipped()?);
    }
    let text = fs::read_to_string(named).with_context(|| {
        format!("cannot read the lengths of shifts in {named}; write shipped, or a file")
    })?;
    ShiftLengths::load(&text)
        .with_context(|| format!("the lengths of shifts in {named} cannot be used"))
}

/// By when contradictions are to be settled, as the configuration names it.
pub fn contradictions(named: &str) -> Result<contradiction::Terms> {
    if named == "shipped" {
        return Ok(contradiction::Terms::shipped()?);
    }
    let text = fs::read_to_string(named).with_context(|| {
        format!("cannot read the terms of contradictions in {named}; write shipped, or a file")
    })?;
    contradiction::Terms::load(&text)
        .with_context(|| format!("the terms of contradictions in {named} cannot be used"))
}

/// Words of the answer.
struct Words {
    no_rule: &'static str,
    in_force: &'static str,
    open_end: &'static str,
    instrument: &'static str,
    nationals: &'static str,
    residents: &'static str,
    states: &'static str,
    stay: &'static str,
    card: &'static str,
    years: &'static str,
    months: &'static str,
    sources: &'static str,
    not_issued: &'static str,
    disagrees: &'static str,
    notes: &'static str,
    unsourced: &'static str,
    hours: &'static str,
    days: &'static str,
}

const ES: Words = Words {
    no_rule: "Ninguna regla estaba en vigor ese día.",
    in_force: "En vigor",
    open_end: "sigue en vigor",
    instrument: "Instrumento",
    nationals: "Nacionales de",
    residents: "Residentes permanentes de",
    states: "Estados",
    stay: "Estancia por entrada",
    card: "Vigencia de la tarjeta",
    years: "años",
    months: "meses",
    sources: "Fuentes",
    not_issued: "Con esta regla no se expiden tarjetas",
    disagrees: "Otro instrumento dice otra cosa",
    notes: "Notas de ese día",
    unsourced: "sin fuente",
    hours: "horas transcurridas",
    days: "días naturales",
};

const EN: Words = Words {
    no_rule: "No rule was in force on that day.",
    in_force: "In force",
    open_end: "still in force",
    instrument: "Instrument",
    nationals: "Nationals of",
    residents: "Permanent residents of",
    states: "States",
    stay: "Stay per entry",
    card: "Validity of the card",
    years: "years",
    months: "months",
    sources: "Sources",
    not_issued: "No cards are issued under this rule",
    disagrees: "Another instrument says otherwise",
    notes: "Notes for that day",
    unsourced: "no source",
    hours: "elapsed hours",
    days: "natural days",
};

/// Explains a day.
pub fn show(args: &Show, now: Moment, out: &mut impl Write) -> Result<()> {
    let today = day(&Crossings::southern_border()?, HERE, now)?;
    let (words, pick): (&Words, fn(&Text) -> &str) = match args.lang {
        Language::Es => (&ES, |text| &text.es),
        Language::En => (&EN, |text| &text.en),
    };
    let programme = rules(&args.rules, today)?;
    let day = args.on.unwrap_or(today);
    let explained = programme.explain(day);
    writeln!(out, "{day}\n")?;
    match explained.rule {
        None => writeln!(out, "{}", words.no_rule)?,
        Some(rule) => {
            writeln!(out, "{} [{}]", pick(&rule.name), rule.id)?;
            let until = rule
                .valid_to
                .map_or_else(|| words.open_end.to_owned(), |to| to.to_string());
            writeln!(out, "  {}: {} – {until}", words.in_force, rule.valid_from)?;
            writeln!(out, "  {}: {}", words.instrument, rule.instrument.es)?;
            let list = |list: &Sourced<Vec<_>>| match list {
                Sourced::Known(states) => joined(states),
                Sourced::Unsourced => words.unsourced.to_owned(),
            };
            writeln!(out, "  {}: {}", words.nationals, list(&rule.nationalities))?;
            writeln!(
                out,
                "  {}: {}",
                words.residents,
                list(&rule.permanent_residents_of)
            )?;
            let states = match &rule.region {
                Region::States(states) => joined(states),
                Region::Belt {
                    kilometres,
                    residents_of,
                } => {
                    format!(
                        "{kilometres} km, {} {}",
                        words.residents,
                        joined(residents_of)
                    )
                }
                Region::Unsourced => words.unsourced.to_owned(),
            };
            writeln!(out, "  {}: {states}", words.states)?;
            let stay = [
                rule.stay
                    .elapsed_hours()
                    .map(|n| format!("{n} {}", words.hours)),
                rule.stay
                    .natural_days()
                    .map(|n| format!("{n} {}", words.days)),
            ];
            writeln!(
                out,
                "  {}: {}",
                words.stay,
                stay.into_iter().flatten().collect::<Vec<_>>().join(" / ")
            )?;
            let card = match rule.card_validity {
                Sourced::Known(v) if v.months == 0 => format!("{} {}", v.years, words.years),
                Sourced::Known(v) => {
                    format!("{} {}, {} {}", v.years, words.years, v.months, words.months)
                }
                Sourced::Unsourced => words.unsourced.to_owned(),
            };
            writeln!(out, "  {}: {card}", words.card)?;
            if !explained.unsourced.is_empty() {
                writeln!(
                    out,
                    "  {}: {}",
                    words.unsourced,
                    explained.unsourced.join(", ")
                )?;
            }
            sources(out, words, &rule.sources)?;
            if let Issue::NotHere { why } = &rule.issue {
                writeln!(out, "  {}: {}", words.not_issued, pick(why))?;
            }
            for conflict in &rule.conflicts {
                writeln!(out, "\n  {}: {}", words.disagrees, conflict.instrument.es)?;
                writeln!(out, "    {}", pick(&conflict.text))?;
            }
        }
    }
    if !explained.notes.is_empty() {
        writeln!(out, "\n{}:", words.notes)?;
        for note in &explained.notes {
            writeln!(
                out,
                "  {} [{}] {}",
                note.from,
                note.kind.code(),
                pick(&note.text)
            )?;
        }
    }
    Ok(())
}

fn joined<T: ToString>(items: &[T]) -> String {
    if items.is_empty() {
        return "–".into();
    }
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn sources(out: &mut impl Write, words: &Words, sources: &[Source]) -> Result<()> {
    writeln!(out, "  {}:", words.sources)?;
    for source in sources {
        writeln!(out, "    {} {}", source.tag, source.url)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_one_on_the_calendar_of_the_post() {
        let crossings = Crossings::southern_border().unwrap();
        let at = |text: &str| {
            let now = text.parse().unwrap();
            day(&crossings, HERE, now).unwrap().to_string()
        };
        assert_eq!(at("2026-11-23T05:59:59Z"), "2026-11-22");
        assert_eq!(at("2026-11-23T06:00:00Z"), "2026-11-23");
        let nowhere = day(&crossings, "XXX", Moment::from_unix(0)).unwrap_err();
        assert!(nowhere.to_string().contains("TAL"), "{nowhere}");
    }
}
