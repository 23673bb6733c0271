//! Who may have a card, row by row, and at every edge of an age and a date.

use super::*;
use crate::{
    document::{DocumentKind, TravelDocument},
    programme::{Accepted, Applicants, CardValidity, Permission, Programme},
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use paso_formats::field::{BirthDate, StateCode};
use proptest::prelude::*;
use std::sync::LazyLock;

const IN_2019: Date = date(2019, 6, 1);

fn paper(kind: DocumentKind, issuer: StateCode) -> TravelDocument {
    TravelDocument {
        kind,
        number: "FICTIC1".into(),
        issuer,
        expires: None,
        mrz_checked: false,
    }
}

fn adult(nationality: StateCode, papers: &[DocumentKind]) -> Applicant {
    Applicant {
        nationalities: vec![nationality],
        permanent_residence: None,
        birth: Some(BirthDate::full(date(1980, 5, 31))),
        documents: papers
            .iter()
            .map(|kind| paper(*kind, nationality))
            .collect(),
        under_guardianship: false,
        accompaniment: alone(),
    }
}

fn child(nationality: StateCode, accompaniment: Accompaniment) -> Applicant {
    Applicant {
        birth: Some(BirthDate::full(date(2010, 1, 1))),
        accompaniment,
        ..adult(nationality, &[DocumentKind::Passport])
    }
}

const fn alone() -> Accompaniment {
    Accompaniment::NotBoth {
        permission: None,
        birth_certificate_issued: None,
    }
}

static PROGRAMME: LazyLock<Programme> = LazyLock::new(|| Programme::frontera_sur().unwrap());

fn on(applicant: &Applicant, day: Date) -> Eligibility {
    assess(PROGRAMME.rule_on(day), applicant, day)
}

fn codes(eligibility: &Eligibility) -> Vec<&'static str> {
    eligibility.unmet.iter().map(Unmet::code).collect()
}

fn warnings(eligibility: &Eligibility) -> Vec<&'static str> {
    eligibility
        .warnings
        .iter()
        .map(|warning| warning.code())
        .collect()
}

#[test]
fn nationals_row_by_row() {
    use DocumentKind as K;
    use StateCode as C;
    let (y2014, y2018) = (date(2014, 7, 7), date(2018, 1, 1));
    let not_covered = ["nationality-not-covered"].as_slice();
    for (day, nationality, kind, unmet) in [
        (
            date(2008, 3, 11),
            C::GTM,
            K::Dpi,
            ["no-rule-in-force"].as_slice(),
        ),
        (date(2010, 1, 1), C::GTM, K::Dpi, &["rule-not-issuable"]),
        (date(2014, 7, 6), C::GTM, K::Dpi, &["rule-not-issuable"]),
        (y2014, C::GTM, K::Dpi, &[]),
        (y2014, C::BLZ, K::HandwrittenPassport, &[]),
        (y2014, C::BLZ, K::OtherOfficialId, &[]),
        (y2014, C::GTM, K::BirthCertificate, &["document-missing"]),
        (y2014, C::HND, K::Passport, not_covered),
        (y2018, C::SLV, K::Passport, not_covered),
        (date(2019, 4, 23), C::HND, K::Passport, not_covered),
        (date(2019, 4, 24), C::HND, K::Passport, &[]),
        (IN_2019, C::GTM, K::CedulaDeVecindad, &[]),
        (IN_2019, C::GTM, K::DpiSubstitute, &[]),
        (IN_2019, C::BLZ, K::HandwrittenPassport, &[]),
        (IN_2019, C::BLZ, K::OtherOfficialId, &["document-missing"]),
        (IN_2019, C::SLV, K::IdentityAndTravelDocument, &[]),
        (IN_2019, C::SLV, K::Dpi, &["document-missing"]),
        // Announced in 2014, never in a rule (facts A.2).
        (IN_2019, "NIC".parse().unwrap(), K::Passport, not_covered),
        (IN_2019, C::MEX, K::Passport, not_covered),
    ] {
        let eligibility = on(&adult(nationality, &[kind]), day);
        assert_eq!(codes(&eligibility), unmet, "{day} {nationality} {kind}");
        assert_eq!(eligibility.is_eligible(), unmet.is_empty());
    }
}

#[test]
fn a_paper_of_another_country_is_not_the_nationals() {
    let mut applicant = adult(StateCode::GTM, &[]);
    applicant.documents = vec![paper(DocumentKind::Passport, StateCode::HND)];
    let eligibility = on(&applicant, IN_2019);
    assert_eq!(codes(&eligibility), ["document-missing"]);
    assert_eq!(eligibility.unmet[0].cure(), Cure::BringDocument);
    let Unmet::DocumentMissing {
        accepted: Accepted::OneOf(kinds),
        of,
    } = &eligibility.unmet[0]
    else {
        panic!("{eligibility:?}")
    };
    assert!(kinds.contains(&DocumentKind::Dpi));
    assert_eq!(*of, StateCode::GTM);
}

#[test]
fn permanent_residents_from_2019() {
    use DocumentKind as K;
    let cuban = |residence, papers: &[(K, StateCode)]| Applicant {
        permanent_residence: Some(residence),
        documents: papers
            .iter()
            .map(|(kind, issuer)| paper(*kind, *issuer))
            .collect(),
        ..adult("CUB".parse().unwrap(), &[])
    };
    let cub: StateCode = "CUB".parse().unwrap();
    let (gtm, blz, slv) = (StateCode::GTM, StateCode::BLZ, StateCode::SLV);
    for (residence, papers, unmet, warned) in [
        (gtm, vec![(K::Dpi, gtm)], vec![], vec![]),
        (
            gtm,
            vec![(K::Passport, cub)],
            vec![],
            vec!["residence-not-proved"],
        ),
        (
            blz,
            vec![(K::PermanentResidenceVisa, blz)],
            vec!["document-missing"],
            vec![],
        ),
        (
            blz,
            vec![(K::PermanentResidenceVisa, blz), (K::Passport, cub)],
            vec![],
            vec![],
        ),
        (
            blz,
            vec![(K::PermanentResidenceVisa, gtm), (K::Passport, cub)],
            vec!["document-missing"],
            vec!["residence-not-proved"],
        ),
        (slv, vec![(K::PermanentResidenceVisa, slv)], vec![], vec![]),
    ] {
        let eligibility = on(&cuban(residence, &papers), IN_2019);
        assert_eq!(codes(&eligibility), unmet, "{residence} {papers:?}");
        assert_eq!(warnings(&eligibility), warned, "{residence} {papers:?}");
    }
    let before = on(&cuban(gtm, &[(K::Dpi, gtm)]), date(2018, 1, 1));
    assert_eq!(codes(&before), ["nationality-not-covered"]);
}

#[test]
fn the_best_ground_answers() {
    // Claims Honduras without its papers, resident of Guatemala with a DPI.
    let mut applicant = adult(StateCode::HND, &[]);
    applicant.permanent_residence = Some(StateCode::GTM);
    applicant.documents = vec![paper(DocumentKind::Dpi, StateCode::GTM)];
    let eligibility = on(&applicant, IN_2019);
    assert!(eligibility.is_eligible());
    let basis = eligibility.basis.unwrap();
    assert_eq!(
        (basis.applicants, basis.of),
        (Applicants::PermanentResidents, StateCode::GTM)
    );
    // Where both are as good, the nationality.
    applicant
        .documents
        .push(paper(DocumentKind::Passport, StateCode::HND));
    assert_eq!(
        on(&applicant, IN_2019).basis.unwrap().applicants,
        Applicants::Nationals
    );
}

#[test]
fn an_expired_paper_refuses_only_where_a_rule_says_so() {
    let mut applicant = adult(StateCode::GTM, &[DocumentKind::Passport]);
    applicant.documents[0].expires = Some(date(2019, 5, 31));
    // The row of 2019 does not say; nobody is refused by a guess.
    let eligibility = on(&applicant, IN_2019);
    assert!(eligibility.is_eligible());
    assert_eq!(warnings(&eligibility), ["document-expired-unsourced"]);
    let demo = Programme::demo(IN_2019).unwrap();
    let refused = assess(demo.rule_on(IN_2019), &applicant, IN_2019);
    let expired = date(2019, 5, 31);
    assert_eq!(
        refused.unmet,
        [Unmet::DocumentExpired {
            kind: DocumentKind::Passport,
            expired
        }]
    );
    assert_eq!(refused.unmet[0].cure(), Cure::BringDocumentInForce);
    // One good paper is enough, and the last day is a good day.
    applicant.documents[0].expires = Some(IN_2019);
    assert!(assess(demo.rule_on(IN_2019), &applicant, IN_2019).is_eligible());
    applicant.documents[0].expires = Some(expired);
    applicant
        .documents
        .push(paper(DocumentKind::Dpi, StateCode::GTM));
    assert!(assess(demo.rule_on(IN_2019), &applicant, IN_2019).is_eligible());
}

#[test]
fn minors_by_country() {
    let with = |permission, certificate| Accompaniment::NotBoth {
        permission,
        birth_certificate_issued: certificate,
    };
    let notary = Some(Permission::Notary);
    let justice = Some(Permission::JusticeOfThePeace);
    let recent = Some(date(2019, 3, 1));
    for (of, company, unmet) in [
        (
            StateCode::GTM,
            Accompaniment::BothParentsOrGuardians,
            vec![],
        ),
        (
            StateCode::GTM,
            alone(),
            vec!["permission-missing", "birth-certificate-missing"],
        ),
        (
            StateCode::GTM,
            with(notary, None),
            vec!["birth-certificate-missing"],
        ),
        (StateCode::GTM, with(notary, recent), vec![]),
        (
            StateCode::GTM,
            with(justice, recent),
            vec!["permission-of-another-kind"],
        ),
        (StateCode::BLZ, alone(), vec!["permission-missing"]),
        (StateCode::BLZ, with(justice, None), vec![]),
        (StateCode::SLV, with(justice, None), vec![]),
        (
            StateCode::HND,
            with(notary, None),
            vec!["permission-of-another-kind"],
        ),
    ] {
        let eligibility = on(&child(of, company.clone()), IN_2019);
        assert_eq!(codes(&eligibility), unmet, "{of} {company:?}");
    }
    // An adult is not asked; one under guardianship is.
    let mut grown = child(StateCode::GTM, alone());
    grown.birth = Some(BirthDate::full(date(1980, 1, 1)));
    assert!(on(&grown, IN_2019).is_eligible());
    grown.under_guardianship = true;
    assert_eq!(
        codes(&on(&grown, IN_2019)),
        ["permission-missing", "birth-certificate-missing"]
    );
    // No source says what the rules of 2014 and 2017 asked of minors.
    let early = on(&child(StateCode::GTM, alone()), date(2015, 1, 1));
    assert!(early.is_eligible());
    assert_eq!(warnings(&early), ["minors-rule-unsourced"]);
}

#[test]
fn the_birth_certificate_is_of_the_last_six_months() {
    for (day, issued, unmet) in [
        (date(2019, 6, 1), date(2018, 12, 1), None),
        (
            date(2019, 6, 1),
            date(2018, 11, 30),
            Some("birth-certificate-too-old"),
        ),
        (date(2019, 6, 1), date(2019, 6, 1), None),
        (
            date(2019, 6, 1),
            date(2019, 6, 2),
            Some("birth-certificate-from-the-future"),
        ),
        // Six months before 31 August there is no 31st: the last of February counts.
        (date(2019, 8, 31), date(2019, 2, 28), None),
        (
            date(2019, 8, 31),
            date(2019, 2, 27),
            Some("birth-certificate-too-old"),
        ),
        (date(2020, 8, 31), date(2020, 2, 29), None),
        (
            date(2020, 8, 31),
            date(2020, 2, 28),
            Some("birth-certificate-too-old"),
        ),
        (date(2020, 2, 29), date(2019, 8, 29), None),
        (
            date(2020, 2, 29),
            date(2019, 8, 28),
            Some("birth-certificate-too-old"),
        ),
    ] {
        let company = Accompaniment::NotBoth {
            permission: Some(Permission::Notary),
            birth_certificate_issued: Some(issued),
        };
        let eligibility = on(&child(StateCode::GTM, company), day);
        assert_eq!(
            codes(&eligibility),
            unmet.into_iter().collect::<Vec<_>>(),
            "{day} {issued}"
        );
    }
}

#[test]
fn ages_at_their_edges() {
    for (birth, day, age, minor) in [
        ("2001-06-01", date(2019, 5, 31), 17, true),
        ("2001-06-01", date(2019, 6, 1), 18, false),
        ("2004-02-29", date(2022, 2, 28), 17, true),
        ("2004-02-29", date(2022, 3, 1), 18, false),
        ("2004-02-29", date(2024, 2, 29), 20, false),
        ("2001", date(2019, 12, 30), 17, true),
        ("2001", date(2019, 12, 31), 18, false),
        ("2001-06", date(2019, 6, 29), 17, true),
        ("2001-06", date(2019, 6, 30), 18, false),
        ("2030-01-01", date(2019, 6, 1), 0, true),
    ] {
        let birth: BirthDate = birth.parse().unwrap();
        assert_eq!(age_on(birth, day), age, "{birth} {day}");
        assert_eq!(is_child(Some(birth), day), minor, "{birth} {day}");
    }
    assert!(is_child(None, IN_2019));
}

#[test]
fn nobody_was_born_tomorrow() {
    for (birth, unmet) in [
        ("2019-06-01", false),
        ("2019-06-02", true),
        ("2019-07", true),
        ("2020", true),
    ] {
        let applicant = Applicant {
            birth: Some(birth.parse().unwrap()),
            accompaniment: Accompaniment::BothParentsOrGuardians,
            ..adult(StateCode::GTM, &[DocumentKind::Passport])
        };
        let answer = on(&applicant, IN_2019);
        assert_eq!(
            answer.unmet.contains(&Unmet::BirthInTheFuture),
            unmet,
            "{birth}"
        );
        assert_eq!(answer.is_eligible(), !unmet, "{birth}");
    }
}

#[test]
fn doubt_about_age_is_told() {
    let with = |birth: Option<&str>| Applicant {
        birth: birth.map(|b| b.parse().unwrap()),
        accompaniment: Accompaniment::BothParentsOrGuardians,
        ..adult(StateCode::GTM, &[DocumentKind::Passport])
    };
    for (birth, warned) in [
        (None, vec!["age-unknown"]),
        (Some("2001"), vec!["age-in-doubt"]),
        (Some("2001-06"), vec!["age-in-doubt"]),
        (Some("2001-07"), vec![]),
        (Some("2000"), vec![]),
    ] {
        assert_eq!(warnings(&on(&with(birth), IN_2019)), warned, "{birth:?}");
    }
    let mut young = with(Some("2010-01-01"));
    young.documents = vec![paper(DocumentKind::Dpi, StateCode::GTM)];
    assert_eq!(warnings(&on(&young, IN_2019)), ["dpi-of-a-child"]);
}

#[test]
fn a_rule_is_asked_for_its_own_days_only() {
    let applicant = adult(StateCode::GTM, &[DocumentKind::Dpi]);
    let rule = PROGRAMME.rule("2014-tvr");
    for (day, unmet) in [
        (date(2014, 7, 6), vec!["no-rule-in-force"]),
        (date(2014, 7, 7), vec![]),
        (date(2017, 5, 18), vec![]),
        (date(2017, 5, 19), vec!["no-rule-in-force"]),
    ] {
        assert_eq!(codes(&assess(rule, &applicant, day)), unmet, "{day}");
    }
    assert_eq!(
        codes(&assess(None, &applicant, IN_2019)),
        ["no-rule-in-force"]
    );
}

#[test]
fn codes_are_stable_and_each_its_own() {
    let warnings = Warning::ALL.map(Warning::code);
    let cures = Cure::ALL.map(Cure::code);
    for codes in [Unmet::CODES.as_slice(), &warnings, &cures] {
        for code in codes {
            assert!(
                code.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
            assert_eq!(
                codes.iter().filter(|other| *other == code).count(),
                1,
                "{code}"
            );
        }
    }
}

#[test]
fn cards_expire_on_the_same_day_of_a_later_year() {
    let five = CardValidity {
        years: 5,
        months: 0,
    };
    for (validity, issued, expires) in [
        (five, date(2014, 7, 7), date(2019, 7, 7)),
        (five, date(2016, 2, 29), date(2021, 2, 28)),
        (
            CardValidity {
                years: 0,
                months: 6,
            },
            date(2019, 8, 31),
            date(2020, 2, 29),
        ),
        (
            CardValidity {
                years: 1,
                months: 1,
            },
            date(2018, 12, 31),
            date(2020, 1, 31),
        ),
    ] {
        assert_eq!(card_expiry(validity, issued), expires);
    }
    assert_eq!(card_expiry(five, Date::MAX), Date::MAX);
}

/// Days around which something changes: the edges of rows, leap days, ends of months.
fn edges() -> Vec<Date> {
    let mut days = vec![
        date(2016, 2, 29),
        date(2020, 2, 29),
        date(2019, 8, 31),
        date(2019, 12, 31),
        date(2015, 2, 1),
        date(2022, 10, 30),
        date(2024, 2, 29),
    ];
    for rule in PROGRAMME.rules() {
        days.push(rule.valid_from);
        days.extend(rule.valid_to);
    }
    days
}

fn day() -> impl Strategy<Value = Date> {
    (prop::sample::select(edges()), -3..4i64).prop_map(|(day, off)| day.saturating_add(off.days()))
}

fn state() -> impl Strategy<Value = StateCode> {
    let codes = vec!["GTM", "BLZ", "SLV", "HND", "MEX", "NIC", "D"];
    prop::sample::select(codes).prop_map(|code| code.parse().unwrap())
}

fn applicant() -> impl Strategy<Value = Applicant> {
    let papers = prop::collection::vec(
        (
            prop::sample::select(DocumentKind::ALL.to_vec()),
            state(),
            prop::option::of(day()),
        ),
        0..4,
    );
    // Births so that the 18th birthday falls around the days assessed, leap days among them.
    let birth = (day(), 16..20i64, 0..3u8).prop_map(|(day, years, known)| {
        let born = day.saturating_sub(years.years());
        match known {
            0 => BirthDate::full(born),
            1 => BirthDate::partial(born.year(), Some(born.month()), None).unwrap(),
            _ => BirthDate::partial(born.year(), None, None).unwrap(),
        }
    });
    let permission = prop::option::of(prop::sample::select(Permission::ALL.to_vec()));
    let company = prop_oneof![
        Just(Accompaniment::BothParentsOrGuardians),
        (permission, prop::option::of(day())).prop_map(|(permission, certificate)| {
            Accompaniment::NotBoth {
                permission,
                birth_certificate_issued: certificate,
            }
        }),
    ];
    (
        prop::collection::vec(state(), 0..3),
        prop::option::of(state()),
        prop::option::of(birth),
        papers,
        prop::bool::ANY,
        company,
    )
        .prop_map(
            |(nationalities, residence, birth, papers, under_guardianship, accompaniment)| {
                let documents = papers
                    .into_iter()
                    .map(|(kind, issuer, expires)| TravelDocument {
                        expires,
                        ..paper(kind, issuer)
                    })
                    .collect();
                Applicant {
                    nationalities,
                    permanent_residence: residence,
                    birth,
                    documents,
                    under_guardianship,
                    accompaniment,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_answer_has_a_ground_or_a_reason(applicant in applicant(), day in day()) {
            let rule = PROGRAMME.rule_on(day);
        let answer = assess(rule, &applicant, day);
        prop_assert_eq!(answer.rule.as_deref(), rule.map(|rule| rule.id.as_str()));
        prop_assert_eq!(answer.is_eligible(), answer.unmet.is_empty());
        for unmet in &answer.unmet {
            prop_assert!(Unmet::CODES.contains(&unmet.code()));
        }
        let Some(terms) = rule.and_then(|rule| rule.terms()) else {
            prop_assert!(!answer.is_eligible());
            return Ok(());
        };
        match answer.basis {
            Some(basis) if basis.applicants == Applicants::Nationals => {
                prop_assert!(terms.nationalities.contains(&basis.of));
                prop_assert!(applicant.nationalities.contains(&basis.of));
            }
            Some(basis) => {
                prop_assert!(terms.permanent_residents_of.contains(&basis.of));
                prop_assert_eq!(applicant.permanent_residence, Some(basis.of));
            }
            None => prop_assert_eq!(codes(&answer), ["nationality-not-covered"]),
        }
    }

    /// More papers, permissions and company never make somebody less eligible.
    #[test]
    fn bringing_more_never_hurts(applicant in applicant(), day in day(), kind in prop::sample::select(DocumentKind::ALL.to_vec()), of in state()) {
            let rule = PROGRAMME.rule_on(day);
        let before = assess(rule, &applicant, day).unmet.len();
        let mut more = applicant.clone();
        more.documents.push(paper(kind, of));
        prop_assert!(assess(rule, &more, day).unmet.len() <= before);
        more.accompaniment = Accompaniment::BothParentsOrGuardians;
        prop_assert!(assess(rule, &more, day).unmet.len() <= before);
    }

    /// Of all days a birth date allows, the age is counted from the last.
    #[test]
    fn doubt_means_child(applicant in applicant(), day in day()) {
        let Some(birth) = applicant.birth else { return Ok(()) };
        let ages = [birth.earliest(), birth.latest()].map(|b| age_on(BirthDate::full(b), day));
        prop_assert_eq!(age_on(birth, day), ages[1]);
        prop_assert!(ages[1] <= ages[0]);
        prop_assert_eq!(is_child(Some(birth), day), ages[1] < ADULT_AT);
        // A birthday adds exactly one year, whatever the calendar does.
        let tomorrow = age_on(birth, day.tomorrow().unwrap());
        prop_assert!(tomorrow == ages[1] || tomorrow == ages[1] + 1);
    }

    #[test]
    fn a_card_of_every_row_lasts_its_years(day in day()) {
            let Some(terms) = PROGRAMME.rule_on(day).and_then(|rule| rule.terms()) else { return Ok(()) };
        let last = card_expiry(terms.card_validity, day);
        prop_assert_eq!(last.year(), day.year() + 5);
        prop_assert!(last == day.saturating_add(5.years()));
        prop_assert!(last.day() == day.day() || (day.month(), day.day(), last.day()) == (2, 29, 28));
    }
}
