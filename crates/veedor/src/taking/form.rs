//! The form of a taking report, read. What is missing or wrong is named field by field.

use super::area;
use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use paso_formats::{
    moment::{DAY, Moment},
    narrative::MAX_NARRATIVE_BYTES,
};
use paso_pages::Fields;

/// Characters of a place, a unit, a vehicle.
const MOST_CHARS: usize = 120;
/// More people than any operation takes.
const MOST_PEOPLE: u32 = 2_000;
/// What was seen so long ago is told to the ombudsman in another way: no clock runs on it.
const OLDEST_DAYS: i64 = 60;

/// What was typed, where it can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The code of the state.
    pub area: String,
    /// Where.
    pub place: String,
    /// When.
    pub taken: Moment,
    /// Whose people; may be empty.
    pub unit: String,
    /// In which vehicle; may be empty.
    pub vehicle: String,
    /// How many.
    pub people: u32,
    /// The authority named, or none.
    pub authority: Option<String>,
    /// In free words.
    pub words: String,
}

/// A field and the text that says what is wrong with it.
pub type Wrong = (&'static str, &'static str);

/// Reads the form. `codes` are the authorities that can be named.
pub fn read(fields: &Fields, codes: &[&str], now: Moment) -> Result<Typed, Vec<Wrong>> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let area = fields.typed("estado").to_owned();
    let zone = area::zone(&area);
    if zone.is_none() {
        wrong.push(("estado", "taking-no-area"));
    }
    let mut short = |name: &'static str, needed: bool| {
        let text = fields.text(name).unwrap_or_default();
        if needed && text.is_empty() {
            wrong.push((name, "taking-no-place"));
        } else if text.chars().count() > MOST_CHARS || text.chars().any(char::is_control) {
            wrong.push((name, "taking-too-long"));
        }
        text.to_owned()
    };
    let (place, unit, vehicle) = (
        short("lugar", true),
        short("unidad", false),
        short("vehiculo", false),
    );
    let day = day(fields);
    if day.is_none() {
        wrong.push(("fecha", "taking-no-date"));
    }
    let hour = fields.text("hora").and_then(hour);
    if hour.is_none() {
        wrong.push(("hora", "taking-no-hour"));
    }
    let taken = match (zone.and_then(|zone| TimeZone::get(zone).ok()), day, hour) {
        (Some(zone), Some(day), Some(hour)) => {
            let at = zone
                .to_ambiguous_timestamp(day.to_datetime(hour))
                .compatible();
            at.ok().map(Moment::from)
        }
        _ => None,
    };
    if taken.is_some_and(|taken| taken > now || now.since(taken) > OLDEST_DAYS * DAY) {
        wrong.push(("fecha", "taking-other-date"));
    }
    let people = fields.text("personas").and_then(|text| text.parse().ok());
    let people = people.filter(|people| (1..=MOST_PEOPLE).contains(people));
    if people.is_none() {
        wrong.push(("personas", "taking-no-number"));
    }
    let authority = fields.text("autoridad").map(str::to_owned);
    if authority
        .as_ref()
        .is_some_and(|code| !codes.contains(&code.as_str()))
    {
        wrong.push(("autoridad", "taking-no-authority"));
    }
    let words = fields.typed("relato").trim().to_owned();
    if words.len() > MAX_NARRATIVE_BYTES {
        wrong.push(("relato", "taking-words-too-long"));
    }
    match (taken, people) {
        (Some(taken), Some(people)) if wrong.is_empty() => Ok(Typed {
            area,
            place,
            taken,
            unit,
            vehicle,
            people,
            authority,
            words,
        }),
        _ => Err(wrong),
    }
}

fn day(fields: &Fields) -> Option<Date> {
    let part = |name| fields.text(name)?.parse::<i16>().ok();
    let small = |name| part(name).and_then(|number| i8::try_from(number).ok());
    Date::new(
        part("fecha-anio")?,
        small("fecha-mes")?,
        small("fecha-dia")?,
    )
    .ok()
}

/// `14:30`, `14.30`, `1430` or `14`.
fn hour(text: &str) -> Option<Time> {
    let (hours, minutes) = match (text.split_once([':', '.']), text.len()) {
        (Some(parts), _) => parts,
        (None, 1 | 2) => (text, "00"),
        // Two characters before the end, unless they are not those of ASCII.
        (None, 3 | 4) => text.split_at_checked(text.len() - 2)?,
        _ => return None,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if minutes.len() != 2 || !digits(hours) || !digits(minutes) {
        return None;
    }
    Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_unix(1_790_035_200);

    fn fields(change: &[(&str, &str)]) -> Fields {
        let mut fields: Fields = [
            ("estado", "MX-CHP"),
            ("lugar", " Retén El Ejemplo "),
            ("fecha-dia", "20"),
            ("fecha-mes", "9"),
            ("fecha-anio", "2026"),
            ("hora", "14:30"),
            ("personas", "12"),
        ]
        .into_iter()
        .collect();
        for (name, value) in change {
            fields.set(name, *value);
        }
        fields
    }

    #[test]
    fn the_clock_is_that_of_the_place() {
        // Chiapas is six hours behind UTC, Quintana Roo five.
        for (area, at) in [
            ("MX-CHP", "2026-09-20T20:30:00Z"),
            ("MX-ROO", "2026-09-20T19:30:00Z"),
        ] {
            let typed = read(&fields(&[("estado", area)]), &[], NOW).unwrap();
            assert_eq!(typed.taken.to_string(), at);
            assert_eq!(
                (typed.place.as_str(), typed.people),
                ("Retén El Ejemplo", 12)
            );
        }
    }

    #[test]
    fn hours_are_typed_in_many_ways() {
        for (text, at) in [
            ("14:30", Some((14, 30))),
            ("1430", Some((14, 30))),
            ("9.05", Some((9, 5))),
            ("7", Some((7, 0))),
        ] {
            let read = hour(text).map(|time| (time.hour(), time.minute()));
            assert_eq!(read, at, "{text}");
        }
        for wrong in [
            "", ":", "25", "14:3", "14:60", "1:2:3", "-3", "noche", "14h30",
        ] {
            assert_eq!(hour(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_beside_its_field() {
        let long = "x".repeat(MOST_CHARS + 1);
        let words = "ñ".repeat(MAX_NARRATIVE_BYTES);
        for (name, value, field, key) in [
            ("estado", "XX", "estado", "taking-no-area"),
            ("lugar", " ", "lugar", "taking-no-place"),
            ("lugar", &long, "lugar", "taking-too-long"),
            ("unidad", "a\u{7}", "unidad", "taking-too-long"),
            ("fecha-dia", "31", "fecha", "taking-no-date"),
            ("fecha-anio", "2025", "fecha", "taking-other-date"),
            ("fecha-dia", "25", "fecha", "taking-other-date"),
            ("hora", "noche", "hora", "taking-no-hour"),
            ("personas", "0", "personas", "taking-no-number"),
            ("personas", "2001", "personas", "taking-no-number"),
            ("personas", "doce", "personas", "taking-no-number"),
            ("autoridad", "GT-IGM", "autoridad", "taking-no-authority"),
            ("relato", &words, "relato", "taking-words-too-long"),
        ] {
            let read = read(&fields(&[(name, value)]), &["MX-INM"], NOW);
            assert_eq!(read, Err(vec![(field, key)]), "{name}");
        }
    }
}
