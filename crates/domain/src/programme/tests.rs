//! Every row of the shipped programmes, and what the reader of files refuses.

use super::*;
use crate::document::DocumentKind;
use jiff::{ToSpan, civil::date};
use paso_formats::field::StateCode;

fn real() -> Programme {
    Programme::frontera_sur().unwrap()
}

#[test]
fn the_row_of_each_day() {
    let programme = real();
    for (on, row) in [
        (date(2008, 3, 11), None),
        (date(2008, 3, 12), Some("2008-fmvl")),
        (date(2012, 11, 7), Some("2008-fmvl")),
        (date(2012, 11, 8), Some("2012-lineamientos")),
        (date(2014, 7, 6), Some("2012-lineamientos")),
        (date(2014, 7, 7), Some("2014-tvr")),
        (date(2017, 5, 18), Some("2014-tvr")),
        (date(2017, 5, 19), Some("2017-seven-days")),
        // Published on the 23rd, in force on the 24th.
        (date(2019, 4, 23), Some("2017-seven-days")),
        (date(2019, 4, 24), Some("2019-four-countries")),
        (date(2040, 2, 29), Some("2019-four-countries")),
    ] {
        assert_eq!(
            programme.rule_on(on).map(|rule| rule.id.as_str()),
            row,
            "{on}"
        );
    }
}

#[test]
fn what_each_row_says() {
    use StateCode as C;
    use Subdivision as S;
    let four = vec![S::CHIAPAS, S::TABASCO, S::CAMPECHE, S::QUINTANA_ROO];
    let five = [four.as_slice(), &[S::YUCATAN]].concat();
    let all = vec![C::GTM, C::BLZ, C::SLV, C::HND];
    for (id, nationals, residents, states, hours, days) in [
        (
            "2014-tvr",
            vec![C::GTM, C::BLZ],
            vec![],
            four.clone(),
            72,
            3,
        ),
        (
            "2017-seven-days",
            vec![C::GTM, C::BLZ],
            vec![],
            four,
            168,
            7,
        ),
        ("2019-four-countries", all.clone(), all, five, 168, 7),
    ] {
        let programme = real();
        let rule = programme.rule(id).unwrap();
        let terms = rule.terms().unwrap();
        assert_eq!(terms.nationalities, nationals, "{id}");
        assert_eq!(terms.permanent_residents_of, residents, "{id}");
        assert_eq!(terms.states, states, "{id}");
        assert_eq!(
            terms.card_validity,
            CardValidity {
                years: 5,
                months: 0
            }
        );
        assert_eq!(rule.stay.elapsed_hours(), Some(hours));
        assert_eq!(rule.stay.natural_days(), Some(days));
        assert!(
            !rule.conflicts.is_empty(),
            "the legal conflict is told for {id}"
        );
    }
}

#[test]
fn old_rows_are_told_and_never_issued_under() {
    let programme = real();
    let fmvl = programme.rule("2008-fmvl").unwrap();
    let Region::Belt {
        kilometres: 100,
        residents_of,
    } = &fmvl.region
    else {
        panic!("{:?}", fmvl.region)
    };
    assert_eq!(residents_of.len(), 7);
    assert!(matches!(fmvl.issue, Issue::NotHere { .. }));
    let lineamientos = programme.rule("2012-lineamientos").unwrap();
    assert!(lineamientos.terms().is_none());
    assert_eq!(lineamientos.region, Region::Unsourced);
    assert_eq!(
        (
            lineamientos.stay.elapsed_hours(),
            lineamientos.stay.natural_days()
        ),
        (None, Some(3))
    );
    assert!(lineamientos.unsourced().contains(&"nationalities"));
}

#[test]
fn papers_and_minors_of_2019() {
    let programme = real();
    let terms = programme
        .rule("2019-four-countries")
        .unwrap()
        .terms()
        .unwrap();
    let demands = |applicants, of| {
        let rule = terms
            .documents
            .iter()
            .find(|rule| rule.applicants == applicants && rule.of.contains(&of))
            .unwrap();
        rule.demands.clone()
    };
    let travel = Accepted::OneOf(vec![
        DocumentKind::Passport,
        DocumentKind::IdentityAndTravelDocument,
    ]);
    let visa = Accepted::OneOf(vec![DocumentKind::PermanentResidenceVisa]);
    let Accepted::OneOf(guatemalan) = &demands(Applicants::Nationals, StateCode::GTM)[0] else {
        panic!("kinds are named")
    };
    assert_eq!(guatemalan.len(), 5);
    for of in [StateCode::BLZ, StateCode::SLV, StateCode::HND] {
        assert_eq!(
            demands(Applicants::Nationals, of),
            std::slice::from_ref(&travel)
        );
    }
    assert_eq!(
        demands(Applicants::PermanentResidents, StateCode::BLZ),
        [visa.clone(), travel]
    );
    assert_eq!(
        demands(Applicants::PermanentResidents, StateCode::SLV),
        [visa]
    );
    let minors = terms.minors.known().unwrap();
    assert_eq!(minors[0].permission, Permission::Notary);
    assert_eq!(minors[0].birth_certificate_max_months, Some(6));
    assert_eq!(minors[1].permission, Permission::JusticeOfThePeace);
    assert_eq!(minors[1].birth_certificate_max_months, None);
    assert_eq!(
        minors[1].of,
        [StateCode::BLZ, StateCode::SLV, StateCode::HND]
    );
}

#[test]
fn the_demonstration_begins_when_it_is_loaded_and_says_what_it_is() {
    let from = date(2026, 11, 22);
    let demo = Programme::demo(from).unwrap();
    assert!(demo.is_demo());
    assert!(demo.name().es.contains("DEMO") && demo.name().en.contains("DEMO"));
    assert_eq!(demo.rule_on(from.yesterday().unwrap()), None);
    let rule = demo.rule_on(from).unwrap();
    assert!(rule.name.es.contains("DEMO") && rule.name.en.contains("DEMO"));
    let (like, programme) = ("2014-tvr", real());
    let model = programme.rule(like).unwrap();
    assert_eq!(rule.stay, model.stay);
    assert_eq!(rule.nationalities, model.nationalities);
    assert_eq!(rule.region, model.region);
    assert_eq!(rule.card_validity, model.card_validity);
    assert!(!real().is_demo());
}

#[test]
fn an_explanation_tells_what_is_unsure() {
    let programme = real();
    let before = programme.explain(date(2000, 1, 1));
    assert_eq!((before.rule, before.previous), (None, None));
    assert_eq!(before.next.unwrap().id, "2008-fmvl");
    let summer = programme.explain(date(2014, 9, 15));
    assert_eq!(summer.rule.unwrap().id, "2014-tvr");
    assert_eq!(summer.previous.unwrap().id, "2012-lineamientos");
    assert_eq!(summer.next.unwrap().id, "2017-seven-days");
    let notes = |on| {
        programme
            .explain(on)
            .notes
            .iter()
            .map(|n| n.id.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        notes(date(2014, 9, 15)),
        [
            "2014-practice-of-papers",
            "2014-region-amended",
            "2014-extension-announced"
        ]
    );
    assert_eq!(
        summer.unsourced,
        [
            "land-entry-only",
            "paid-work",
            "documents-in-force",
            "minors",
            "day-count"
        ]
    );
    assert!(notes(date(2019, 12, 24)).contains(&"2019-issuing-suspended-cuauhtemoc"));
    assert!(!notes(date(2020, 1, 16)).contains(&"2019-issuing-suspended-cuauhtemoc"));
    assert_eq!(programme.explain(date(2026, 11, 22)).next, None);
}

/// What must hold of any programme that is shipped, day by day.
#[test]
fn every_day_has_one_row_or_none_and_every_row_is_whole() {
    let programme = real();
    let mut day = date(2008, 3, 1);
    while day < date(2027, 1, 1) {
        let covering = programme
            .rules()
            .iter()
            .filter(|rule| rule.covers(day))
            .count();
        assert_eq!(covering, usize::from(day >= date(2008, 3, 12)), "{day}");
        day = day.saturating_add(1.day());
    }
    for rule in programme.rules() {
        assert!(!rule.sources.is_empty());
        for text in [&rule.name.es, &rule.name.en, &rule.instrument.es] {
            assert!(!text.trim().is_empty(), "{}", rule.id);
        }
        let english = rule.instrument.en.as_deref();
        assert!(english.is_some_and(|text| !text.trim().is_empty()));
    }
    let text = include_str!("../../../../programs/frontera-sur.toml");
    let keys = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('=').next());
    assert!(
        keys.flatten().all(|key| !key.contains("fee")),
        "the card is free"
    );
}

const GOOD: &str = r#"
id = "x"
name = { es = "X", en = "X" }
[[source]]
tag = "S"
url = "https://example.org/"
grade = "law"
[[rule]]
id = "one"
name = { es = "Uno", en = "One" }
valid_from = 2020-01-01
instrument = { es = "Ley" }
sources = ["S"]
nationalities = ["GTM"]
permanent_residents_of = []
region.states = ["MX-CHP"]
stay = { elapsed_hours = 72, day_count = "day-after-entry" }
card_validity = { years = 5 }
land_entry_only = true
multiple_entry = true
paid_work = false
[[rule.documents]]
applicants = "national"
of = ["GTM"]
all_of = [["passport"]]
"#;

/// Whether the good file with one change is refused in these words.
fn names_it(from: &str, to: &str, message: &str) {
    let broken = GOOD.replacen(from, to, 1);
    assert_ne!(broken, GOOD, "{from}");
    let error = Programme::load(&broken).unwrap_err().to_string();
    assert!(error.contains(message), "{to}: {error}");
}

#[test]
fn a_wrong_date_source_or_country_is_named_with_its_row() {
    assert!(Programme::load(GOOD).is_ok());
    for (from, to, message) in [
        (
            "2020-01-01",
            "\"at-load\"",
            "row one, field valid_from: is at-load, which only",
        ),
        (
            "2020-01-01",
            "2020-01-01T00:00:00Z",
            "row one, field valid_from: is no day",
        ),
        (
            "2020-01-01",
            "\"2020-02-30\"",
            "row one, field valid_from: \"2020-02-30\" is no day",
        ),
        (
            "2020-01-01\n",
            "2020-01-01\nvalid_to = 2019-12-31\n",
            "row one, field valid_to: lies before",
        ),
        (
            "[\"S\"]",
            "[\"T\"]",
            "row one, field sources: cites T, which no [[source]] declares",
        ),
        ("[\"S\"]", "[]", "row one, field sources: names none"),
        (
            "= [\"GTM\"]\nperm",
            "= [\"gtm\"]\nperm",
            "row one, field nationalities: \"gtm\": not a state",
        ),
        (
            "= [\"GTM\"]\nperm",
            "= \"unsourced\"\nperm",
            "row one, field nationalities: is unsourced",
        ),
        (
            "= [\"GTM\"]\nperm",
            "= [\"GTM\", \"BLZ\"]\nperm",
            "field documents: names no paper for national of BLZ",
        ),
        (
            "[]\nregion",
            "[\"GTM\"]\nregion",
            "names no paper for permanent-resident of GTM",
        ),
    ] {
        names_it(from, to, message);
    }
}

#[test]
fn a_wrong_region_stay_or_paper_is_named_with_its_row() {
    for (from, to, message) in [
        (
            "MX-CHP",
            "CHIS",
            "row one, field region.states: \"CHIS\": not an ISO 3166-2 code",
        ),
        (
            "region.states = [\"MX-CHP\"]",
            "region = {}",
            "row one, field region: needs either",
        ),
        (
            "elapsed_hours = 72, ",
            "",
            "row one, field stay: needs elapsed_hours or natural_days",
        ),
        (
            "elapsed_hours = 72",
            "natural_days = 0",
            "row one, field stay: needs",
        ),
        (
            "day-after-entry",
            "sometimes",
            "row one, field stay.day_count: is \"sometimes\"",
        ),
        (
            "years = 5",
            "years = 0",
            "row one, field card_validity: needs years or months",
        ),
        (
            "\"passport\"",
            "\"pasaporte\"",
            "field documents.all_of: \"pasaporte\": not a kind",
        ),
        (
            "[[\"passport\"]]",
            "[[]]",
            "field documents.all_of: has an empty demand",
        ),
        (
            "\"national\"",
            "\"anyone\"",
            "field documents.applicants: is \"anyone\"",
        ),
        ("\"law\"", "\"rumour\"", "row S, field grade: is \"rumour\""),
        (
            "paid_work = false",
            "paid_work = false\nfee = 10",
            "unknown field `fee`",
        ),
        ("paid_work = false", "", "missing field `paid_work`"),
    ] {
        names_it(from, to, message);
    }
    assert_eq!(
        Programme::load("id = \"x\"\nname = { es = \"\", en = \"\" }"),
        Err(ProgrammeError::NoRules)
    );
    assert!(matches!(
        Programme::load("id ="),
        Err(ProgrammeError::Syntax(_))
    ));
}

#[test]
fn two_rows_on_one_day_are_refused() {
    let second = GOOD[GOOD.find("[[rule]]").unwrap()..].replace("\"one\"", "\"two\"");
    let both =
        |from: &str| Programme::load(&format!("{GOOD}{}", second.replace("2020-01-01", from)));
    assert_eq!(
        both("2021-05-01").unwrap_err(),
        ProgrammeError::Overlap {
            first: "one".into(),
            second: "two".into(),
            on: date(2021, 5, 1)
        }
    );
    let ended = GOOD.replace("2020-01-01\n", "2020-01-01\nvalid_to = 2021-04-30\n");
    let programme = Programme::load(&format!(
        "{ended}{}",
        second.replace("2020-01-01", "2021-05-01")
    ));
    assert_eq!(programme.unwrap().rules().len(), 2);
    let twice = Programme::load(&format!(
        "{ended}{}",
        second
            .replace("\"two\"", "\"one\"")
            .replace("2020-01-01", "2021-05-01")
    ));
    assert!(
        twice
            .unwrap_err()
            .to_string()
            .contains("row one, field id: is used twice")
    );
}

#[test]
fn subdivisions_are_iso_3166_2_codes() {
    for code in ["MX-CHP", "GT-12", "BZ-CZL", "FR-2"] {
        assert_eq!(code.parse::<Subdivision>().unwrap().to_string(), code);
    }
    for code in [
        "", "CHP", "MX-", "MX-CHPS", "mx-chp", "MEX-CHP", "MX_CHP", "MX-ÑÑ",
    ] {
        assert_eq!(code.parse::<Subdivision>(), Err(NotASubdivision), "{code}");
    }
}
