//! The worked examples of facts F, and what holds for every row and every edge.

use super::*;
use crate::crossings::Crossings;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use std::sync::LazyLock;

static PROGRAMME: LazyLock<Programme> = LazyLock::new(|| Programme::frontera_sur().unwrap());

const ZONES: [&str; 3] = ["America/Mexico_City", "America/Merida", "America/Cancun"];

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

fn stay(hours: Option<u16>, days: Option<u16>) -> Stay {
    Stay::new(hours, days, DayCount::DayAfterEntry).unwrap()
}

/// A wall clock in a zone; where the clocks are turned back, the earlier of the two.
fn at(zone: &str, wall: &str) -> Moment {
    let wall: DateTime = wall.parse().unwrap();
    wall.in_tz(zone).unwrap().timestamp().into()
}

#[test]
fn the_worked_examples_of_elapsed_time() {
    for (place, entered, offset, hours, ends) in [
        // Chiapas, over the end of summer time 2014.
        (
            "America/Mexico_City",
            "2014-10-24 20:00",
            "-05:00",
            72,
            "2014-10-27 19:00 -06:00",
        ),
        // Quintana Roo, over the change of 1 February 2015.
        (
            "America/Cancun",
            "2015-01-30 12:00",
            "-06:00",
            72,
            "2015-02-02 13:00 -05:00",
        ),
        // Chiapas, over the last end of summer time, 2022.
        (
            "America/Mexico_City",
            "2022-10-28 09:00",
            "-05:00",
            168,
            "2022-11-04 08:00 -06:00",
        ),
    ] {
        let zone = zone(place);
        let moment = at(place, entered);
        assert_eq!(
            zone.local(moment).to_string(),
            format!("{entered} {offset}")
        );
        let clock = StayClock::new(&stay(Some(hours), None), moment, &zone);
        assert_eq!(zone.local(clock.leave_by()).to_string(), ends);
        assert_eq!(clock.leave_by(), clock.not_overstayed_until());
    }
}

#[test]
fn a_stay_entered_in_chiapas_ends_an_hour_later_on_the_wall_in_chetumal() {
    let entered = at("America/Mexico_City", "2022-02-07 07:00");
    let clock = StayClock::new(
        &stay(Some(168), None),
        entered,
        &zone("America/Mexico_City"),
    );
    let chetumal = zone("America/Cancun").local(clock.leave_by());
    assert_eq!(chetumal.to_string(), "2022-02-14 08:00 -05:00");
    assert_eq!(chetumal.zone, "America/Cancun");
}

#[test]
fn offsets_on_both_sides_of_the_bridge() {
    let crossings = Crossings::southern_border().unwrap();
    let of = |code: &str, moment| {
        crossings
            .states()
            .iter()
            .find(|s| s.code.as_str() == code)
            .unwrap()
            .zone
            .local(moment)
    };
    let guatemala = &crossings.countries()[0].zone;
    let belize = &crossings.countries()[1].zone;
    for (when, mainland, roo) in [
        ("2014-01-15T18:00:00Z", "-06:00", "-06:00"),
        // The programme's first day: Guatemala one hour behind Chiapas.
        ("2014-07-07T18:00:00Z", "-05:00", "-05:00"),
        ("2015-02-01T07:59:59Z", "-06:00", "-06:00"),
        // 02:00 becomes 03:00 in Quintana Roo.
        ("2015-02-01T08:00:00Z", "-06:00", "-05:00"),
        ("2015-07-07T18:00:00Z", "-05:00", "-05:00"),
        ("2022-11-15T18:00:00Z", "-06:00", "-05:00"),
        ("2023-07-07T18:00:00Z", "-06:00", "-05:00"),
    ] {
        let moment: Moment = when.parse().unwrap();
        for code in ["MX-CHP", "MX-TAB", "MX-CAM", "MX-YUC"] {
            assert_eq!(of(code, moment).offset(), mainland, "{code} {when}");
        }
        assert_eq!(of("MX-ROO", moment).offset(), roo, "{when}");
        assert_eq!(guatemala.local(moment).offset(), "-06:00");
        assert_eq!(belize.local(moment).offset(), "-06:00");
    }
}

#[test]
fn natural_days_end_at_midnight_in_the_state_of_entry() {
    let three = |counting| Stay::new(Some(72), Some(3), counting).unwrap();
    let zone = zone("America/Mexico_City");
    // Monday, 7 July 2014.
    let entered = at("America/Mexico_City", "2014-07-07 10:00");
    let ends = |counting| {
        let clock = StayClock::new(&three(counting), entered, &zone);
        let local = |moment| zone.local(moment).to_string();
        (local(clock.leave_by()), local(clock.not_overstayed_until()))
    };
    assert_eq!(
        ends(DayCount::DayAfterEntry),
        (
            "2014-07-10 10:00 -05:00".into(),
            "2014-07-10 23:59 -05:00".into()
        )
    );
    assert_eq!(
        ends(DayCount::EntryDayCounts),
        (
            "2014-07-09 23:59 -05:00".into(),
            "2014-07-10 10:00 -05:00".into()
        )
    );
}

#[test]
fn between_the_two_clocks_a_stay_is_valid() {
    let zone = zone("America/Cancun");
    let entered = at("America/Cancun", "2014-07-07 10:00");
    let clock = StayClock::new(&stay(Some(72), Some(3)), entered, &zone);
    for (now, phase) in [
        (entered, StayPhase::Running),
        (clock.leave_by(), StayPhase::Running),
        (clock.leave_by().plus(1), StayPhase::Grace),
        (clock.not_overstayed_until(), StayPhase::Grace),
        (clock.not_overstayed_until().plus(1), StayPhase::Overstayed),
    ] {
        assert_eq!(clock.phase(now), phase, "{now}");
    }
    assert_eq!(
        clock.not_overstayed_until().plus(1),
        at("America/Cancun", "2014-07-11 00:00")
    );
}

#[test]
fn a_rule_of_days_only_has_one_clock() {
    let zone = zone("America/Merida");
    let clock = StayClock::new(
        &stay(None, Some(3)),
        at("America/Merida", "2013-01-01 23:59"),
        &zone,
    );
    assert_eq!(clock.elapsed_end(), None);
    assert_eq!(clock.natural_end(), Some(clock.leave_by()));
    assert_eq!(
        zone.local(clock.leave_by()).to_string(),
        "2013-01-04 23:59 -06:00"
    );
}

#[test]
fn the_row_is_that_of_the_entry_date_at_the_crossing() {
    let programme = &*PROGRAMME;
    let hours = |zone_name: &str, moment| {
        let clock = StayClock::of_entry(programme, moment, &zone(zone_name)).unwrap();
        clock
            .elapsed_end()
            .map(|end| end.since(clock.entered()) / HOUR)
    };
    // The last evening of the 72 hours, and the first minute of the seven days.
    assert_eq!(
        hours(
            "America/Mexico_City",
            at("America/Mexico_City", "2017-05-18 23:59")
        ),
        Some(72)
    );
    assert_eq!(
        hours(
            "America/Mexico_City",
            at("America/Mexico_City", "2017-05-19 00:00")
        ),
        Some(168)
    );
    // One instant, two dates: in winter it is already tomorrow in Quintana Roo.
    let demo = Programme::demo(date(2026, 1, 15)).unwrap();
    let late = at("America/Mexico_City", "2026-01-14 23:30");
    let eve = NoRuleOnEntry {
        on: date(2026, 1, 14),
    };
    assert_eq!(
        StayClock::of_entry(&demo, late, &zone("America/Mexico_City")),
        Err(eve)
    );
    assert!(StayClock::of_entry(&demo, late, &zone("America/Cancun")).is_ok());
    assert_eq!(
        StayClock::of_entry(
            programme,
            at("America/Cancun", "2008-03-11 23:59"),
            &zone("America/Cancun")
        ),
        Err(NoRuleOnEntry {
            on: date(2008, 3, 11)
        })
    );
}

#[test]
fn zones_come_from_the_database_compiled_in() {
    assert_eq!(zone("america/cancun").name(), "America/Cancun");
    for name in [
        "",
        "Chiapas",
        "America/Tuxtla",
        "../etc/localtime",
        "-06:00",
    ] {
        assert!(Zone::named(name).is_err(), "{name:?}");
    }
}

/// Seconds around every instant at which some clock, day or rule changes, for every zone and row.
fn edges() -> Vec<Moment> {
    let mut edges = Vec::new();
    for name in ZONES {
        for rule in PROGRAMME.rules() {
            for day in [Some(rule.valid_from), rule.valid_to].into_iter().flatten() {
                edges.push(at(name, &format!("{day} 00:00")));
                edges.push(at(name, &format!("{day} 23:59")));
            }
        }
        for wall in [
            "2014-04-06 01:59",
            "2014-04-06 03:00",
            "2014-10-26 00:59",
            "2014-10-26 01:30",
            "2015-02-01 01:59",
            "2015-02-01 03:00",
            "2016-02-28 12:00",
            "2016-02-29 12:00",
            "2019-12-31 23:59",
            "2020-02-26 23:59",
            "2022-04-03 03:00",
            "2022-10-30 01:30",
            "2024-02-29 00:00",
        ] {
            edges.push(at(name, wall));
        }
    }
    edges
}

fn moments() -> impl Strategy<Value = Moment> {
    let edge = (prop::sample::select(edges()), -180_000..180_000i64).prop_map(|(m, s)| m.plus(s));
    let any = (at("UTC", "2008-03-13 12:00").unix()..at("UTC", "2040-01-01 00:00").unix())
        .prop_map(Moment::from_unix);
    prop_oneof![3 => edge, 1 => any]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_two_ends_of_every_row_at_every_edge(entered in moments(), name in prop::sample::select(ZONES.to_vec())) {
        let programme = &*PROGRAMME;
        let zone = zone(name);
        let on = zone.date_at(entered);
        let Some(rule) = programme.rule_on(on) else {
            prop_assert_eq!(StayClock::of_entry(programme, entered, &zone), Err(NoRuleOnEntry { on }));
            return Ok(());
        };
        let clock = StayClock::of_entry(programme, entered, &zone).unwrap();
        prop_assert_eq!(clock.elapsed_end().is_some(), rule.stay.elapsed_hours().is_some());
        prop_assert_eq!(clock.natural_end().is_some(), rule.stay.natural_days().is_some());
        prop_assert!(entered < clock.leave_by());
        prop_assert!(clock.leave_by() <= clock.not_overstayed_until());
        if let (Some(end), Some(hours)) = (clock.elapsed_end(), rule.stay.elapsed_hours()) {
            prop_assert_eq!(end.since(entered), i64::from(hours) * HOUR);
        }
        if let (Some(end), Some(days)) = (clock.natural_end(), rule.stay.natural_days()) {
            let last_day = on.saturating_add(i64::from(days).days());
            prop_assert_eq!(zone.date_at(end), last_day);
            prop_assert_eq!(zone.date_at(end.plus(1)), last_day.tomorrow().unwrap());
        }
    }

    #[test]
    fn counting_the_entry_day_takes_exactly_one_day(entered in moments(), days in 1..40u16) {
        let zone = zone("America/Mexico_City");
        let end = |counting| {
            let stay = Stay::new(None, Some(days), counting).unwrap();
            zone.date_at(StayClock::new(&stay, entered, &zone).leave_by())
        };
        prop_assert_eq!(end(DayCount::EntryDayCounts).tomorrow().unwrap(), end(DayCount::DayAfterEntry));
    }

    #[test]
    fn no_moment_and_no_length_panics(seconds: i64, hours: Option<u16>, days: Option<u16>) {
        if let Some(stay) = Stay::new(hours, days, DayCount::DayAfterEntry) {
            let zone = zone("America/Cancun");
            let clock = StayClock::new(&stay, Moment::from_unix(seconds), &zone);
            prop_assert!(clock.leave_by() <= clock.not_overstayed_until());
            prop_assert!(!zone.local(clock.leave_by()).to_string().is_empty());
        }
    }
}
