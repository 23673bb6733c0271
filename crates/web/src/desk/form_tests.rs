use super::*;
use jiff::civil::date;
use paso_pages::{Lang, Texts};

const TODAY: Date = date(2026, 11, 22);

/// Doc 9303-4, appendix A: the specimen of Utopia.
const SPECIMEN: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\
                        L898902C36UTO7408122F1204159ZE184226B<<<<<10";

/// What a desk types for a grown woman from Guatemala with a passport.
fn typed(changes: &[(&str, &str)]) -> Fields {
    let mut fields: Fields = [
        ("apellidos", "Ajú Xitumul"),
        ("nombres", "María K’abel"),
        ("nacimiento-dia", "31"),
        ("nacimiento-mes", "5"),
        ("nacimiento-anio", "1990"),
        ("sexo", "F"),
        ("nacionalidad", "GTM"),
        ("doc1-clase", "passport"),
        ("doc1-numero", "204518763"),
        ("doc1-pais", "Guatemala"),
        ("doc1-vence-dia", "19"),
        ("doc1-vence-mes", "5"),
        ("doc1-vence-anio", "2031"),
    ]
    .into_iter()
    .collect();
    for (name, value) in changes {
        fields.set(name, *value);
    }
    fields
}

fn read(changes: &[(&str, &str)]) -> Result<ApplicationForm, Problems> {
    let texts = Texts::built_in().unwrap();
    application(&typed(changes), TODAY, texts.speak(Lang::Es))
}

#[test]
fn what_is_typed_becomes_an_application() {
    let form = read(&[]).unwrap();
    assert_eq!(form.name.display(), "María K’abel Ajú Xitumul");
    assert_eq!(form.birth.to_string(), "1990-05-31");
    assert_eq!(form.sex, Sex::Female);
    assert_eq!(form.documents.len(), 1);
    assert_eq!(form.documents[0].expires, Some(date(2031, 5, 19)));
    assert!(
        !form.documents[0].mrz_checked,
        "nothing was read from a zone"
    );
    assert_eq!(form.purpose, ApplicationPurpose::First);
    assert_eq!(form.person, None);
}

/// One change of a good form each, and the field at which a problem is named.
#[test]
fn every_problem_is_named_at_its_field() {
    for (name, value, at) in [
        ("nacimiento-anio", "", "nacimiento"),
        ("nacimiento-anio", "90", "nacimiento"),
        ("nacimiento-mes", "", "nacimiento"),
        ("nacimiento-mes", "13", "nacimiento"),
        ("nacimiento-dia", "x", "nacimiento"),
        ("nacimiento-dia", "-1", "nacimiento"),
        ("sexo", "", "sexo"),
        ("sexo", "Q", "sexo"),
        ("nacionalidad", "", "nacionalidad"),
        ("nacionalidad", "Atlantis", "nacionalidad"),
        ("residencia", "somewhere", "residencia"),
        ("doc1-clase", "", "doc1-clase"),
        ("doc1-clase", "library-card", "doc1-clase"),
        ("doc1-numero", " ", "doc1-numero"),
        ("doc1-pais", "", "doc1-pais"),
        ("doc1-vence-dia", "31", "doc1-vence"),
        ("doc1-vence-dia", "", "doc1-vence"),
        ("doc2-numero", "123", "doc2-clase"),
        ("doc3-clase", "dpi", "doc3-numero"),
        ("permiso", "a friend", "permiso"),
        ("acta-mes", "2", "acta"),
        ("tramite", "renovacion", "tarjeta"),
    ] {
        // 31 of a month with 30 days is made by moving the month.
        let mut changes = vec![(name, value)];
        if (name, value) == ("doc1-vence-dia", "31") {
            changes.push(("doc1-vence-mes", "6"));
        }
        let problems = read(&changes).expect_err(&format!("{name}={value:?}"));
        assert!(problems.of(at).is_some(), "{name}={value:?}: {problems:?}");
    }
    let problems = read(&[("apellidos", "—"), ("nombres", "")]).unwrap_err();
    assert_eq!(
        problems.of("apellidos"),
        Some("Escriba al menos un nombre, como lo usa la persona.")
    );
}

#[test]
fn all_problems_are_named_at_once() {
    let texts = Texts::built_in().unwrap();
    let problems = application(&Fields::default(), TODAY, texts.speak(Lang::En)).unwrap_err();
    let fields: Vec<&str> = problems
        .all()
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "apellidos",
            "nacimiento",
            "sexo",
            "nacionalidad",
            "doc1-clase"
        ]
    );
}

#[test]
fn what_is_not_known_stays_unknown() {
    let year = read(&[("nacimiento-dia", ""), ("nacimiento-mes", "")]).unwrap();
    assert_eq!(year.birth.to_string(), "1990");
    let one_name = read(&[("apellidos", "")]).unwrap();
    assert_eq!(one_name.name.display(), "María K’abel");
    let no_expiry = read(&[
        ("doc1-vence-dia", ""),
        ("doc1-vence-mes", ""),
        ("doc1-vence-anio", ""),
    ])
    .unwrap();
    assert_eq!(no_expiry.documents[0].expires, None);
}

#[test]
fn a_country_is_typed_by_letters_or_by_name_in_either_language() {
    for (typed, code) in [
        ("GTM", "GTM"),
        ("gtm", "GTM"),
        (" Belice ", "BLZ"),
        ("Belize", "BLZ"),
        ("el salvador", "SLV"),
        ("Mexico", "MEX"),
        ("UTO", "UTO"),
    ] {
        assert_eq!(
            read(&[("nacionalidad", typed)])
                .unwrap()
                .nationality
                .as_str(),
            code,
            "{typed}"
        );
    }
}

#[test]
fn minors_and_who_comes_along() {
    let with_both = read(&[("acompanamiento", "ambos")]).unwrap();
    assert_eq!(
        with_both.accompaniment,
        Accompaniment::BothParentsOrGuardians
    );
    let alone = read(&[
        ("acompanamiento", "no"),
        ("permiso", "notary"),
        ("acta-dia", "1"),
        ("acta-mes", "10"),
        ("acta-anio", "2026"),
        ("tutela", "si"),
    ])
    .unwrap();
    assert!(alone.under_guardianship);
    assert_eq!(
        alone.accompaniment,
        Accompaniment::NotBoth {
            permission: Some(Permission::Notary),
            birth_certificate_issued: Some(date(2026, 10, 1)),
        }
    );
}

#[test]
fn a_zone_fills_the_form_and_marks_the_paper_while_it_says_the_same() {
    let mut fields = typed(&[("mrz", SPECIMEN), ("cui", "1234")]);
    let mrz = fill_from_zone(&mut fields, TODAY).unwrap();
    assert_eq!(mrz.number, "L898902C3");
    for (name, value) in [
        ("apellidos", "ERIKSSON"),
        ("nombres", "ANNA MARIA"),
        ("nacimiento-dia", "12"),
        ("nacimiento-mes", "8"),
        ("nacimiento-anio", "1974"),
        ("sexo", "F"),
        ("nacionalidad", "UTO"),
        ("doc1-clase", "passport"),
        ("doc1-numero", "L898902C3"),
        ("doc1-vence-anio", "2012"),
        ("cui", "1234"),
    ] {
        assert_eq!(fields.typed(name), value, "{name}");
    }
    let texts = Texts::built_in().unwrap();
    let read = |fields: &Fields| application(fields, TODAY, texts.speak(Lang::Es)).unwrap();
    assert!(read(&fields).documents[0].mrz_checked);
    // Corrected by hand, it is no longer what the machine read.
    fields.set("doc1-numero", "L898902C8");
    assert!(!read(&fields).documents[0].mrz_checked);
}

#[test]
fn a_zone_that_cannot_be_read_changes_nothing() {
    let wrong = SPECIMEN.replace("7408122", "7408123");
    let mut fields = typed(&[("mrz", &wrong)]);
    let before = fields.clone();
    let error = fill_from_zone(&mut fields, TODAY).unwrap_err();
    assert_eq!(error.field(), Some(paso_formats::mrz::Field::BirthDate));
    assert_eq!(fields, before);
    let texts = Texts::built_in().unwrap();
    assert_eq!(
        say::mrz_error(texts.speak(Lang::Es), &error),
        "El dígito verificador de «fecha de nacimiento» es 3 y debería ser 2. Compare ese dato con el documento."
    );
}

#[test]
fn a_refusal_needs_ground_reasons_and_remedy() {
    let texts = Texts::built_in().unwrap();
    let t = texts.speak(Lang::Es);
    let whole = [
        ("negativa-causa", "identity-not-shown"),
        ("negativa-razones", "El retrato es de otra persona."),
        ("negativa-remedio", "Volver con su propio documento."),
    ];
    let fields = typed(&whole);
    assert_eq!(
        refusal(&fields, t).unwrap().ground,
        RefusalGround::IdentityNotShown
    );
    for (name, _) in whole {
        for nothing in ["", "  ", "because"] {
            if nothing == "because" && name != "negativa-causa" {
                continue;
            }
            let mut fields = fields.clone();
            fields.set(name, nothing);
            let problems = refusal(&fields, t).unwrap_err();
            assert_eq!(problems.all().len(), 1, "{name}={nothing:?}");
            assert!(problems.of(name).is_some(), "{name}={nothing:?}");
        }
    }
}
