//! The rules' answers in a reader's words. Nothing is decided here.

use paso_domain::{
    crossings::{PostCode, Zone},
    cui::CuiWarning,
    eligibility::{Basis, Unmet},
    programme::{Accepted, Permission, Subdivision},
};
use paso_formats::{
    field::{BirthDate, StateCode},
    moment::Moment,
    mrz::MrzError,
    number::NumberError,
};
use paso_pages::{Lang, Voice, dates};
use paso_service::{Service, brought::Bearer};

/// The countries that forms suggest; any other is typed as the three letters of the document.
pub(crate) const COUNTRIES: [&str; 29] = [
    "GTM", "BLZ", "SLV", "HND", "NIC", "CRI", "PAN", "MEX", "CUB", "DOM", "HTI", "JAM", "COL",
    "VEN", "ECU", "PER", "BOL", "CHL", "ARG", "BRA", "URY", "PRY", "USA", "CAN", "ESP", "CHN",
    "XXA", "XXB", "XXC",
];

/// `Guatemala`, or the three letters where nobody has written the name.
pub(crate) fn country(t: Voice<'_>, code: StateCode) -> String {
    t.known("country", code.as_str())
        .unwrap_or_else(|| code.to_string())
}

/// `Guatemala (GTM)`.
pub(crate) fn country_and_code(t: Voice<'_>, code: &str) -> String {
    match t.known("country", code) {
        Some(name) => format!("{name} ({code})"),
        None => code.to_owned(),
    }
}

/// The country that a person typed: three letters, or its name in any of our languages.
pub(crate) fn typed_country(t: Voice<'_>, text: &str) -> Option<StateCode> {
    let folded = paso_formats::name::fold(text);
    let named = COUNTRIES.into_iter().find(|code| {
        Lang::ALL.into_iter().any(|lang| {
            t.in_lang(lang)
                .known("country", code)
                .is_some_and(|name| paso_formats::name::fold(&name) == folded)
        })
    });
    let letters = text.trim().to_ascii_uppercase();
    named.unwrap_or(letters.as_str()).parse().ok()
}

/// `Chiapas`, or the code where nobody has written the name.
pub(crate) fn state(t: Voice<'_>, code: &str) -> String {
    t.known("state", code).unwrap_or_else(|| code.to_owned())
}

/// `Chiapas, Tabasco y Campeche`, by the language's own way to join.
pub(crate) fn list(t: Voice<'_>, items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => t.with("list-and", [("first", &first.join(", ")), ("last", last)]),
    }
}

fn any_of(t: Voice<'_>, items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => t.with("list-or", [("first", &first.join(", ")), ("last", last)]),
    }
}

/// States of a rule or stay, joined.
pub(crate) fn states<'c>(t: Voice<'_>, codes: impl IntoIterator<Item = &'c str>) -> String {
    let names: Vec<String> = codes.into_iter().map(|code| state(t, code)).collect();
    list(t, &names)
}

/// The codes of a rule's states.
pub(crate) fn codes(states: &[Subdivision]) -> impl Iterator<Item = &str> {
    states.iter().map(Subdivision::as_str)
}

/// A moment by the clock of a zone, with its offset.
pub(crate) fn at(t: Voice<'_>, zone: &Zone, moment: Moment) -> String {
    let local = zone.local(moment);
    t.moment(local.date_time, local.offset_seconds)
}

/// A moment in parts, for where it must be read from afar.
pub(crate) struct Wall {
    pub(crate) date: String,
    pub(crate) time: String,
    pub(crate) offset: String,
}

/// A moment by the clock of a zone, in parts.
pub(crate) fn wall(t: Voice<'_>, zone: &Zone, moment: Moment) -> Wall {
    let local = zone.local(moment);
    Wall {
        date: t.weekday_date(local.date_time.date()),
        time: dates::time(local.date_time),
        offset: dates::offset(local.offset_seconds),
    }
}

/// The name of a post, or its code where the file of posts has none.
pub(crate) fn post_name(service: &Service, code: PostCode) -> String {
    let post = service.crossings().post(code.as_str());
    post.map_or_else(|| code.to_string(), |post| post.name.clone())
}

/// The day of a moment in a zone.
pub(crate) fn day(t: Voice<'_>, zone: &Zone, moment: Moment) -> String {
    t.date(zone.date_at(moment))
}

/// The last day on which something that ends at `end` is good.
pub(crate) fn last_day(t: Voice<'_>, zone: &Zone, end: Moment) -> String {
    day(t, zone, end.plus(-1))
}

/// A date of birth as far as it is known.
/// The document that a card is bound to. A card that was only brought does not say of what kind it is.
pub(crate) fn document(t: Voice<'_>, bearer: &Bearer) -> String {
    let tail = format!("···{}", bearer.document_tail);
    match bearer.document {
        Some(kind) => format!("{} {tail}", t.code("document-kind", kind.code())),
        None => tail,
    }
}

pub(crate) fn birth(t: Voice<'_>, birth: BirthDate) -> String {
    let year = birth.year();
    match (birth.month(), birth.day()) {
        (Some(_), Some(_)) => t.date(birth.earliest()),
        (Some(month), None) => format!("{} {year}", t.month(month)),
        _ => year.to_string(),
    }
}

/// On what an application rests.
pub(crate) fn basis(t: Voice<'_>, basis: Basis) -> String {
    let key = format!("applicants-{}", basis.applicants.code());
    t.with(&key, [("country", &country(t, basis.of))])
}

/// A demand that is not met.
pub(crate) fn unmet(t: Voice<'_>, unmet: &Unmet) -> String {
    let key = format!("unmet-{}", unmet.code());
    let permission = |permission: &Permission| t.code("permission", permission.code());
    match unmet {
        Unmet::NoRuleInForce | Unmet::RuleNotIssuable | Unmet::BirthInTheFuture => t.text(&key),
        Unmet::NationalityNotCovered {
            nationals,
            residents,
        } => {
            let names = |codes: &[StateCode]| {
                list(
                    t,
                    &codes
                        .iter()
                        .map(|code| country(t, *code))
                        .collect::<Vec<_>>(),
                )
            };
            let nationals = names(nationals);
            if residents.is_empty() {
                t.with(&key, [("nationals", &nationals)])
            } else {
                let words = [
                    ("nationals", nationals.as_str()),
                    ("residents", &names(residents)),
                ];
                t.with(&format!("{key}-residents"), words)
            }
        }
        Unmet::DocumentMissing { accepted, of } => match accepted {
            Accepted::OneOf(kinds) => {
                let kinds: Vec<String> = kinds
                    .iter()
                    .map(|kind| t.code("document-kind", kind.code()))
                    .collect();
                t.with(
                    &key,
                    [
                        ("country", &country(t, *of)),
                        ("papers", &any_of(t, &kinds)),
                    ],
                )
            }
            Accepted::AnyOfficialId => {
                t.with(&format!("{key}-any"), [("country", &country(t, *of))])
            }
        },
        Unmet::DocumentExpired { kind, expired } => {
            let kind = t.code("document-kind", kind.code());
            t.with(&key, [("kind", &kind), ("date", &t.date(*expired))])
        }
        Unmet::PermissionMissing { needed } => t.with(&key, [("needed", &permission(needed))]),
        Unmet::PermissionOfAnotherKind { needed, shown } => t.with(
            &key,
            [
                ("needed", &permission(needed)),
                ("shown", &permission(shown)),
            ],
        ),
        Unmet::BirthCertificateMissing { max_months } => {
            t.with(&key, [("months", &max_months.to_string())])
        }
        Unmet::BirthCertificateTooOld { issued, earliest } => t.with(
            &key,
            [("date", &t.date(*issued)), ("earliest", &t.date(*earliest))],
        ),
        Unmet::BirthCertificateFromTheFuture { issued } => {
            t.with(&key, [("date", &t.date(*issued))])
        }
    }
}

/// What to look at in a CUI.
pub(crate) fn cui_warning(t: Voice<'_>, warning: CuiWarning) -> String {
    let key = format!("cui-warning-{}", warning.code());
    match warning {
        CuiWarning::NotThirteenDigits | CuiWarning::CheckDigit { .. } => t.text(&key),
        CuiWarning::UnknownDepartment { department } => {
            t.with(&key, [("department", &department.to_string())])
        }
        CuiWarning::UnknownMunicipality { municipality, .. } => {
            t.with(&key, [("municipality", &municipality.to_string())])
        }
    }
}

/// Why a machine readable zone was not read.
pub(crate) fn mrz_error(t: Voice<'_>, error: &MrzError) -> String {
    let key = error.code();
    let field = error
        .field()
        .map(|field| t.code("mrz-field", field.code()))
        .unwrap_or_default();
    match error {
        MrzError::Empty | MrzError::VisaZone => t.text(key),
        MrzError::Length { found } => t.with(key, [("found", &found.to_string())]),
        MrzError::LineLength {
            line,
            found,
            expected,
        } => t.with(
            key,
            [
                ("line", &line.to_string()),
                ("found", &found.to_string()),
                ("expected", &expected.to_string()),
            ],
        ),
        MrzError::Character {
            line,
            position,
            found,
        } => t.with(
            key,
            [
                ("line", &line.to_string()),
                ("position", &position.to_string()),
                ("found", &found.to_string()),
            ],
        ),
        MrzError::CheckDigit {
            found, expected, ..
        } => t.with(
            key,
            [
                ("field", field.as_str()),
                ("found", &found.to_string()),
                ("expected", &expected.to_string()),
            ],
        ),
        MrzError::Value { found, .. } => t.with(key, [("field", field.as_str()), ("found", found)]),
    }
}

/// Why a text is no number of a card or slip.
pub(crate) fn number_error(t: Voice<'_>, error: NumberError) -> String {
    t.text(match error {
        NumberError::Shape => "number-shape",
        NumberError::Check => "number-check",
    })
}
