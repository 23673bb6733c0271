//! The folds of views against the folds of the registers they follow.

use std::collections::{BTreeMap, BTreeSet};

use paso_domain::{
    card::{CardState, standing_on},
    event::Event,
    stay::StaysState,
    subject::Subject,
};
use paso_formats::{moment::HOUR, number::CardNumber};

use super::{after_all_beginning_with, bounded, card::CardRow, number_key, stay};
use crate::testing::{Random, Story, Told};

/// A story whose facts arrive in any order.
fn shuffled(seed: u64) -> Told {
    let (mut story, mut random) = (Story::new(seed), Random::seeded(seed));
    let mut told: Told = (0..60).flat_map(|_| story.next_act()).collect();
    for index in (1..told.len()).rev() {
        told.swap(index, random.below(index + 1));
    }
    told
}

#[test]
fn a_card_is_good_in_the_view_when_it_is_good_in_the_register() {
    for seed in 0..100 {
        let mut cards: BTreeMap<CardNumber, (CardRow, CardState)> = BTreeMap::new();
        let told = shuffled(seed);
        let last = told.iter().map(|(_, event)| event.at()).max().unwrap();
        for (subject, event) in &told {
            let (Subject::Card(number), Event::Card(event)) = (subject, event) else {
                continue;
            };
            let (row, state) = cards
                .entry(*number)
                .or_insert_with(|| (CardRow::unknown(*number), CardState::default()));
            row.apply(event);
            *state = core::mem::take(state).apply(event);
            for now in [last, last.plus(365 * 24 * HOUR), last.plus(400 * 24 * HOUR)] {
                assert_eq!(
                    row.is_good_at(now),
                    standing_on(state, now),
                    "{number} {event:?}"
                );
            }
            assert_eq!(row.applicant.is_some(), state.application().is_some());
        }
    }
}

#[test]
fn a_stay_is_open_in_the_view_when_it_is_open_in_the_register() {
    for seed in 0..100 {
        let mut rows = BTreeMap::new();
        let mut states: BTreeMap<_, StaysState> = BTreeMap::new();
        // Those who left where no entry was known.
        let mut apart = BTreeSet::new();
        for (subject, event) in &shuffled(seed) {
            let (Subject::Stays(person), Event::Stay(event)) = (subject, event) else {
                continue;
            };
            if let Some(id) = stay::stay_of(event) {
                rows.entry(id)
                    .or_insert_with(|| stay::StayRow::unknown(id, *person))
                    .apply(event);
            }
            if stay::stay_of(event).is_none() {
                apart.insert(*person);
            }
            let state = states.entry(*person).or_default();
            *state = core::mem::take(state).apply(event);
            let mut of_register: Vec<_> = state.open().map(|stay| stay.entry.stay).collect();
            of_register.sort();
            let of_view: Vec<_> = rows
                .values()
                .filter(|row| row.person == *person && row.entry.is_some() && row.ending.is_none())
                .map(|row| row.stay)
                .collect();
            if apart.contains(person) {
                // Which stay such an exit ended only the register knows; none is open there alone.
                assert!(of_register.iter().all(|stay| of_view.contains(stay)));
            } else {
                assert_eq!(of_view, of_register);
            }
        }
    }
}

#[test]
fn keys_are_bounded_at_a_character() {
    assert_eq!(bounded("muñoz"), "muñoz");
    assert_eq!(bounded(&"ñ".repeat(1000)).len(), super::LONGEST_KEY);
    assert_eq!(
        bounded(&format!("a{}", "ñ".repeat(1000))).len(),
        super::LONGEST_KEY - 1
    );
    assert_eq!(number_key(" 1234 56789-0101 "), "1234567890101");
    assert_eq!(number_key("r-01/ñ"), "R01Ñ");
    let end = after_all_beginning_with("mu");
    assert!(("muñoz"..="mv").contains(&end.as_str()));
}
