//! From what was typed at the desk to an application, and from a document's machine readable zone
//! to what would have been typed.
//!
//! Pure: the same fields on the same day give the same answer. Every problem is named at its field,
//! all of them at once, and nothing that was typed is changed.

use crate::say;
use core::str::FromStr;
use jiff::civil::Date;
use paso_domain::{
    card::{ApplicationPurpose, RefusalGround},
    document::{DocumentKind, TravelDocument},
    eligibility::Accompaniment,
    id::PersonId,
    programme::Permission,
};
use paso_formats::{
    field::{BirthDate, Sex, StateCode},
    mrz::{self, Mrz, MrzError},
    name::PersonName,
    number::CardNumber,
};
use paso_pages::{Fields, Problems, Voice};
use paso_service::desk::{ApplicationForm, RefusalForm};

/// How many papers the form has room for.
pub(crate) const PAPERS: usize = 3;

/// The most characters taken in one field. Names of documents end long before.
const MOST: usize = 200;

/// The most characters of a free text.
const MOST_WORDS: usize = 2000;

/// Reads the form.
///
/// # Errors
/// Everything that is missing or cannot be read.
pub(crate) fn application(
    fields: &Fields,
    today: Date,
    t: Voice<'_>,
) -> Result<ApplicationForm, Problems> {
    let mut reader = Reader {
        fields,
        today,
        t,
        problems: Problems::default(),
    };
    let read = reader.application();
    match (read, reader.problems.is_empty()) {
        (Some(form), true) => Ok(form),
        _ => Err(reader.problems),
    }
}

/// Reads the refusal at the end of the form.
///
/// # Errors
/// Everything that is missing.
pub(crate) fn refusal(fields: &Fields, t: Voice<'_>) -> Result<RefusalForm, Problems> {
    let mut problems = Problems::default();
    let ground = fields.text("negativa-causa").and_then(|code| {
        RefusalGround::ALL
            .into_iter()
            .find(|ground| ground.code() == code)
    });
    if ground.is_none() {
        problems.add("negativa-causa", t.text("desk-ground-missing"));
    }
    let mut words = |name: &str, key: &str| {
        let text = fields.text(name).unwrap_or_default();
        if text.is_empty() {
            problems.add(name, t.text(key));
        } else if text.chars().count() > MOST_WORDS {
            problems.add(
                name,
                t.count("too-long", i64::try_from(MOST_WORDS).unwrap_or(i64::MAX)),
            );
        }
        text.to_owned()
    };
    let reasons = words("negativa-razones", "refusal-card-no-reasons");
    let remedy = words("negativa-remedio", "refusal-card-no-remedy");
    match (ground, problems.is_empty()) {
        (Some(ground), true) => Ok(RefusalForm {
            ground,
            reasons,
            remedy,
        }),
        _ => Err(problems),
    }
}

/// Fills the form from the zone pasted into it.
///
/// # Errors
/// Why the zone cannot be read; the form is then unchanged.
pub(crate) fn fill_from_zone(fields: &mut Fields, today: Date) -> Result<Mrz, MrzError> {
    let mrz = mrz::parse(fields.typed("mrz"), today)?;
    fields.set("apellidos", mrz.name.surnames.as_str());
    fields.set("nombres", mrz.name.given.as_str());
    let birth = mrz.birth;
    set_date(
        fields,
        "nacimiento",
        birth.map(BirthDate::year),
        birth.and_then(BirthDate::month),
        birth.and_then(BirthDate::day),
    );
    fields.set("sexo", mrz.sex.letter());
    fields.set("nacionalidad", mrz.nationality.as_str());
    fields.set("doc1-clase", kind_of(&mrz).code());
    fields.set("doc1-numero", mrz.number.as_str());
    fields.set("doc1-pais", mrz.issuer.as_str());
    let expires = mrz.expires;
    set_date(
        fields,
        "doc1-vence",
        expires.map(Date::year),
        expires.map(Date::month),
        expires.map(Date::day),
    );
    if fields.text("cui").is_none()
        && let Some(cui) = mrz.cui_suggestion()
    {
        fields.set("cui", cui);
    }
    Ok(mrz)
}

/// What a zone says it is the zone of. The letters after the first are the issuer's own.
fn kind_of(mrz: &Mrz) -> DocumentKind {
    if mrz.document_code.starts_with('P') {
        DocumentKind::Passport
    } else if mrz.issuer == StateCode::GTM {
        DocumentKind::Dpi
    } else {
        DocumentKind::OtherOfficialId
    }
}

/// Puts a date into its three fields.
pub(crate) fn set_date(
    fields: &mut Fields,
    name: &str,
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
) {
    let two = |part: Option<i8>| part.map(|n| n.to_string()).unwrap_or_default();
    fields.set(&format!("{name}-dia"), two(day));
    fields.set(&format!("{name}-mes"), two(month));
    fields.set(
        &format!("{name}-anio"),
        year.map(|n| format!("{n:04}")).unwrap_or_default(),
    );
}

struct Reader<'a> {
    fields: &'a Fields,
    today: Date,
    t: Voice<'a>,
    problems: Problems,
}

/// The three parts of a date as typed.
struct Typed {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
}

impl Reader<'_> {
    fn application(&mut self) -> Option<ApplicationForm> {
        let name = self.name();
        let birth = self.birth();
        let sex = self.sex();
        let nationality = self.country("nacionalidad", true);
        let residence = self.country("residencia", false);
        let cui = self.short("cui");
        let documents = self.documents();
        let accompaniment = self.accompaniment();
        let purpose = self.purpose();
        Some(ApplicationForm {
            person: self
                .fields
                .text("persona")
                .and_then(|id| id.parse::<PersonId>().ok()),
            purpose: purpose?,
            name: name?,
            birth: birth?,
            sex: sex?,
            nationality: nationality?,
            residence,
            cui,
            documents,
            under_guardianship: self.fields.ticked("tutela"),
            accompaniment,
            portrait: None,
        })
    }

    fn wrong(&mut self, field: &str, key: &str) {
        self.problems.add(field, self.t.text(key));
    }

    fn short(&mut self, name: &str) -> Option<String> {
        let text = self.fields.text(name)?;
        if text.chars().count() > MOST {
            self.problems.add(
                name,
                self.t
                    .count("too-long", i64::try_from(MOST).unwrap_or(i64::MAX)),
            );
            return None;
        }
        Some(text.to_owned())
    }

    fn name(&mut self) -> Option<PersonName> {
        let surnames = self.short("apellidos").unwrap_or_default();
        let given = self.short("nombres").unwrap_or_default();
        let name = PersonName::new(&surnames, &given);
        if name.has_letter() {
            return Some(name);
        }
        self.wrong("apellidos", "refusal-person-nameless");
        None
    }

    fn sex(&mut self) -> Option<Sex> {
        let letter = self
            .fields
            .text("sexo")
            .and_then(|text| text.chars().next());
        let sex = letter.and_then(Sex::from_letter);
        if sex.is_none() {
            self.wrong("sexo", "desk-sex-missing");
        }
        sex
    }

    fn country(&mut self, name: &str, needed: bool) -> Option<StateCode> {
        let Some(text) = self.fields.text(name) else {
            if needed {
                self.wrong(name, "desk-country-missing");
            }
            return None;
        };
        let code = say::typed_country(self.t, text);
        if code.is_none() {
            self.wrong(name, "desk-country-unknown");
        }
        code
    }

    /// The parts of a date; none where one is no number.
    fn typed(&self, name: &str) -> Option<Typed> {
        fn part<N: FromStr>(text: Option<&str>) -> Result<Option<N>, N::Err> {
            text.map(str::parse).transpose()
        }
        let text = |part: &str| self.fields.text(&format!("{name}-{part}"));
        Some(Typed {
            year: part(text("anio")).ok()?,
            month: part(text("mes")).ok()?,
            day: part(text("dia")).ok()?,
        })
    }

    fn birth(&mut self) -> Option<BirthDate> {
        let typed = self.typed("nacimiento");
        let key = match typed {
            Some(Typed {
                year: None,
                month: None,
                day: None,
            }) => "desk-birth-missing",
            Some(Typed { year: None, .. }) => "desk-birth-year-missing",
            Some(Typed {
                year: Some(year), ..
            }) if year < 1000 => "desk-year-four-digits",
            Some(Typed {
                month: None,
                day: Some(_),
                ..
            }) => "desk-birth-month-missing",
            Some(Typed {
                year: Some(year),
                month,
                day,
            }) => match BirthDate::partial(year, month, day) {
                Ok(birth) => return Some(birth),
                Err(_) => "desk-date-unreal",
            },
            None => "desk-date-numbers",
        };
        self.wrong("nacimiento", key);
        None
    }

    /// A whole date, or none where nothing was typed.
    fn date(&mut self, name: &str) -> Option<Date> {
        let key = match self.typed(name) {
            Some(Typed {
                year: None,
                month: None,
                day: None,
            }) => return None,
            Some(Typed {
                year: Some(year), ..
            }) if year < 1000 => "desk-year-four-digits",
            Some(Typed {
                year: Some(year),
                month: Some(month),
                day: Some(day),
            }) => match Date::new(year, month, day) {
                Ok(date) => return Some(date),
                Err(_) => "desk-date-unreal",
            },
            Some(_) => "desk-date-parts",
            None => "desk-date-numbers",
        };
        self.wrong(name, key);
        None
    }

    fn documents(&mut self) -> Vec<TravelDocument> {
        let zone = mrz::parse(self.fields.typed("mrz"), self.today).ok();
        let mut papers: Vec<TravelDocument> = (1..=PAPERS)
            .filter_map(|place| self.document(place))
            .collect();
        // Only the first paper is filled from the zone, and only as long as it still says the same.
        if let (Some(paper), Some(zone)) = (papers.first_mut(), zone) {
            paper.mrz_checked = paper.number == zone.number
                && paper.issuer == zone.issuer
                && paper.expires == zone.expires;
        }
        if papers.is_empty() && !self.problems.within("doc") {
            self.wrong("doc1-clase", "desk-document-missing");
        }
        papers
    }

    fn document(&mut self, place: usize) -> Option<TravelDocument> {
        let field = |part: &str| format!("doc{place}-{part}");
        let number = self.short(&field("numero"));
        let issuer = self.country(&field("pais"), false);
        let expires = self.date(&field("vence"));
        let kind = self
            .fields
            .text(&field("clase"))
            .and_then(|code| code.parse().ok());
        let nothing = kind.is_none()
            && number.is_none()
            && expires.is_none()
            && self.fields.text(&field("pais")).is_none();
        if nothing {
            return None;
        }
        if kind.is_none() {
            self.wrong(&field("clase"), "desk-kind-missing");
        }
        if number.is_none() && !self.problems.within(&field("numero")) {
            self.wrong(&field("numero"), "desk-number-missing");
        }
        if issuer.is_none() && !self.problems.within(&field("pais")) {
            self.wrong(&field("pais"), "desk-issuer-missing");
        }
        Some(TravelDocument {
            kind: kind?,
            number: number?,
            issuer: issuer?,
            expires,
            mrz_checked: false,
        })
    }

    fn accompaniment(&mut self) -> Accompaniment {
        let issued = self.date("acta");
        let permission = match self.fields.text("permiso") {
            None => None,
            Some(code) => {
                let permission = code.parse::<Permission>().ok();
                if permission.is_none() {
                    self.wrong("permiso", "choose-one");
                }
                permission
            }
        };
        match self.fields.text("acompanamiento") {
            Some("ambos") => Accompaniment::BothParentsOrGuardians,
            _ => Accompaniment::NotBoth {
                permission,
                birth_certificate_issued: issued,
            },
        }
    }

    fn purpose(&mut self) -> Option<ApplicationPurpose> {
        let of = self.fields.text("tarjeta").map(str::parse::<CardNumber>);
        match (self.fields.text("tramite"), of) {
            (None | Some("primera"), _) => Some(ApplicationPurpose::First),
            (Some("renovacion"), Some(Ok(of))) => Some(ApplicationPurpose::Renewal { of }),
            (Some("sustitucion"), Some(Ok(of))) => Some(ApplicationPurpose::Replacement { of }),
            _ => {
                self.wrong("tarjeta", "number-shape");
                None
            }
        }
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
