//! The shipped crossings, and what the reader of files refuses.

use super::*;
use crate::programme::{Programme, Sourced};
use jiff::civil::date;

fn border() -> Crossings {
    Crossings::southern_border().unwrap()
}

#[test]
fn posts_have_a_state_and_its_clock() {
    let border = border();
    for (code, state, zone) in [
        ("HID", "MX-CHP", "America/Mexico_City"),
        ("tal", "MX-CHP", "America/Mexico_City"),
        (" CUA ", "MX-CHP", "America/Mexico_City"),
        ("CEI", "MX-TAB", "America/Mexico_City"),
        ("SUB", "MX-ROO", "America/Cancun"),
    ] {
        let post = border.post(code).unwrap();
        assert_eq!(post.state().as_str(), state);
        assert_eq!(post.zone().name(), zone);
        assert_eq!(
            border.crossing_of(post).unwrap().mexican.subdivision,
            Sourced::Known(post.state())
        );
    }
    for code in ["", "X", "ZZZ", "HIDA", "Ñ1"] {
        assert_eq!(border.post(code), None, "{code}");
    }
}

#[test]
fn inspection_posts_are_no_crossings() {
    let border = border();
    let inland: Vec<&str> = border
        .posts()
        .iter()
        .filter(|post| post.kind == PostKind::Inspection)
        .map(|post| post.code.as_str())
        .collect();
    assert_eq!(inland, ["HUI", "TRI"]);
    assert_eq!(border.crossing_of(border.post("HUI").unwrap()), None);
}

#[test]
fn the_seven_issuing_points_of_2017() {
    let border = border();
    let codes: Vec<&str> = border
        .issuing_points()
        .iter()
        .map(|p| p.post.as_str())
        .collect();
    assert_eq!(codes, ["CUA", "XHA", "TAL", "HID", "UNJ", "CEI", "SUB"]);
    for point in border.issuing_points() {
        assert_eq!(point.as_of, date(2017, 5, 19));
        let crossing = border
            .crossing_of(border.post(point.post.as_str()).unwrap())
            .unwrap();
        assert_eq!(
            crossing.status(StateCode::MEX, point.as_of),
            StatusKind::Issuing
        );
    }
}

#[test]
fn a_status_is_of_a_country_and_a_date_and_unknown_before() {
    let border = border();
    let on = date(2020, 1, 1);
    let union = border.crossing("la-union").unwrap();
    assert_eq!(union.status(StateCode::MEX, on), StatusKind::Formal);
    assert_eq!(union.status(StateCode::BLZ, on), StatusKind::NotRecognised);
    assert!(union.is_one_sided(on));
    assert_eq!(
        union.status(StateCode::MEX, date(2010, 1, 1)),
        StatusKind::Unknown
    );
    assert!(!union.is_one_sided(date(2010, 1, 1)));
    let ceibo = border.crossing("el-ceibo").unwrap();
    assert_eq!(
        ceibo.status(StateCode::MEX, date(2008, 12, 31)),
        StatusKind::Unknown
    );
    assert_eq!(
        ceibo.status(StateCode::MEX, date(2014, 7, 7)),
        StatusKind::Formal
    );
    assert_eq!(
        ceibo.status(StateCode::GTM, date(2014, 7, 7)),
        StatusKind::Unknown
    );
    assert!(!ceibo.is_one_sided(on));
}

#[test]
fn what_nobody_has_sourced_says_so() {
    let border = border();
    assert_eq!(
        border.crossing("talisman").unwrap().hours,
        Sourced::Unsourced
    );
    let hours = border.crossing("el-ceibo").unwrap().hours.known().unwrap();
    assert!(hours.text.es.contains("18:00"));
    let xhan = border.crossing("carmen-xhan").unwrap();
    assert!(!xhan.mexican.municipalities[0].sourced);
    assert_eq!(
        border
            .crossing("nuevo-orizaba")
            .unwrap()
            .mexican
            .municipalities
            .len(),
        2
    );
    let candidates: Vec<&str> = border
        .crossings()
        .iter()
        .filter(|c| c.candidate)
        .map(|c| c.id.as_str())
        .collect();
    assert_eq!(candidates, ["el-martillo", "mazapa-de-madero"]);
}

#[test]
fn every_state_of_every_rule_has_a_clock() {
    let border = border();
    for rule in Programme::frontera_sur().unwrap().rules() {
        for state in rule
            .terms()
            .map(|terms| terms.states.clone())
            .unwrap_or_default()
        {
            assert!(border.state(state).is_some(), "{state}");
        }
    }
}

const GOOD: &str = r#"
[[source]]
tag = "S"
url = "https://example.org/"
grade = "press"
[[state]]
code = "MX-CHP"
name = "Chiapas"
zone = "America/Mexico_City"
[[crossing]]
id = "bridge"
hours = "unsourced"
mexican = { names = [{ name = "Here" }], subdivision = "MX-CHP", country = "MEX" }
other = { names = [{ name = "There" }], subdivision = "unsourced", country = "GTM" }
status = [{ country = "MEX", kind = "formal", from = 2014-07-07, sources = ["S"] }]
[[post]]
code = "AB"
name = "Here"
kind = "crossing"
crossing = "bridge"
state = "MX-CHP"
sources = ["S"]
[[issuing]]
post = "AB"
as_of = 2014-07-07
sources = ["S"]
"#;

#[test]
fn a_file_that_is_wrong_names_the_row_and_the_field() {
    assert!(Crossings::load(GOOD).is_ok());
    for (from, to, message) in [
        (
            "America/Mexico_City",
            "America/Tuxtla",
            "row MX-CHP, field zone: America/Tuxtla is no",
        ),
        ("code = \"AB\"", "code = \"A\"", "row A, field code"),
        (
            "crossing = \"bridge\"",
            "",
            "row AB, field crossing: is missing",
        ),
        (
            "crossing = \"bridge\"",
            "crossing = \"ford\"",
            "row AB, field crossing: ford is no",
        ),
        (
            "kind = \"crossing\"",
            "kind = \"inspection\"",
            "row AB, field crossing: stands on an inland",
        ),
        (
            "kind = \"crossing\"",
            "kind = \"bar\"",
            "row AB, field kind: \"bar\"",
        ),
        (
            "state = \"MX-CHP\"",
            "state = \"MX-TAB\"",
            "row AB, field state: MX-TAB has no [[state]]",
        ),
        (
            "\"MX-CHP\", country",
            "\"unsourced\", country",
            "row AB, field state: is not the state of",
        ),
        (
            "\"formal\"",
            "\"open\"",
            "row bridge, field status.kind: \"open\"",
        ),
        (
            "from = 2014-07-07",
            "from = \"soon\"",
            "row bridge, field status.from: is no day",
        ),
        (
            "post = \"AB\"",
            "post = \"CD\"",
            "row CD, field issuing.post: is the code of no",
        ),
        (
            "[{ name = \"Here\" }]",
            "[]",
            "row bridge, field names: is empty",
        ),
        ("hours = \"unsourced\"", "", "missing field `hours`"),
        (
            "hours = \"unsourced\"",
            "hours = \"always\"",
            "invalid type",
        ),
        (
            "name = \"Chiapas\"",
            "name = \"Chiapas\"\nsince = 1824",
            "unknown field `since`",
        ),
    ] {
        let broken = GOOD.replacen(from, to, 1);
        assert_ne!(broken, GOOD, "{from}");
        let error = Crossings::load(&broken).unwrap_err().to_string();
        assert!(error.contains(message), "{to}: {error}");
    }
    let post = &GOOD[GOOD.find("[[post]]").unwrap()..GOOD.find("[[issuing]]").unwrap()];
    let twice = Crossings::load(&format!("{GOOD}{post}"))
        .unwrap_err()
        .to_string();
    assert!(
        twice.contains("row AB, field code: is used twice"),
        "{twice}"
    );
}
