//! The folds of views against the folds of the registers they follow.

use std::collections::{BTreeMap, BTreeSet};

use paso_domain::{
    act::Act,
    card::{
        CardConflict, CardEvent, CardState, Issued, NotIssued, Presented, RefusalGround,
        RevocationReason, standing_on,
    },
    contradiction::Which,
    crossings::PostCode,
    event::Event,
    stay::StaysState,
    subject::Subject,
};
use paso_formats::{moment::HOUR, number::CardNumber};

use super::{
    after_all_beginning_with, bounded, card::CardRow, contradiction::News, number_key, stay,
};
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

/// The view looks at one fact after the other, the register at all of them.
#[test]
fn what_contradicts_itself_in_the_view_contradicts_itself_in_the_register() {
    let mut found = BTreeSet::new();
    for seed in 0..400 {
        let mut random = Random::seeded(seed);
        let told = apart(&mut random);
        let Some(Subject::Card(number)) = told.first().map(|(subject, _)| subject.clone()) else {
            unreachable!("a card comes first")
        };
        let mut row = CardRow::unknown(number);
        let mut state = CardState::default();
        let mut listed: BTreeMap<Which, PostCode> = BTreeMap::new();
        for (_, event) in &told {
            let Event::Card(event) = event else { continue };
            for (which, news) in row.notice(event) {
                match news {
                    News::Opened { post, .. } => listed.insert(which, post),
                    News::Closed => listed.remove(&which),
                };
            }
            state = state.apply(event);
            let of_register: BTreeSet<_> = state
                .contradictions(number)
                .iter()
                .map(|one| one.which)
                .collect();
            let of_view: BTreeSet<_> = listed.keys().copied().collect();
            assert!(of_view.is_superset(&of_register), "{seed} {event:?}");
            // Which of two cards of a number is the card follows from both; else they agree.
            if !of_register.contains(&Which::Card(CardConflict::IssuedTwice)) {
                assert_eq!(of_view, of_register, "{seed} {event:?}");
            }
            found.extend(of_register);
        }
    }
    assert_eq!(found.len(), 5, "each kind came up: {found:?}");
}

/// What several places say of one card, in the order in which it arrives.
fn apart(random: &mut Random) -> Told {
    let mut story = Story::new(1);
    let issued = |told: Told| {
        told.into_iter().find_map(|(subject, event)| match event {
            Event::Card(CardEvent::Issued { act, card }) => Some((subject, act, card)),
            _ => None,
        })
    };
    let (subject, first, card) = (0..100)
        .find_map(|_| issued(story.next_act()))
        .expect("cards are issued in the story");
    let mut told = Told::new();
    let act_at = |random: &mut Random| {
        let minutes = i64::try_from(random.below(200)).unwrap_or_default();
        Act {
            at: first.at.plus(60 * minutes),
            post: ["TAL", "HID"][random.below(2)].parse().expect("a post"),
            ..first.clone()
        }
    };
    for _ in 0..=random.below(5) {
        let act = act_at(random);
        let text = ["6BF", "NCF"][random.below(2)].to_owned();
        let event = match random.below(5) {
            0 => CardEvent::Issued {
                card: Issued {
                    issued_at: act.at,
                    text,
                    ..card.clone()
                },
                act,
            },
            1 => CardEvent::Revoked {
                act,
                reason: RevocationReason::Lost,
                note: String::new(),
            },
            2 => CardEvent::Refused {
                act,
                refusal: NotIssued {
                    ground: RefusalGround::DocumentMissing,
                    reasons: "r".into(),
                    remedy: "r".into(),
                    assessment: Vec::new(),
                },
            },
            _ => CardEvent::Presented {
                shown: Presented {
                    text,
                    expires: card.expires,
                    finding: "valid".into(),
                    bundle: 1,
                    bundle_made: act.at,
                },
                act,
            },
        };
        told.push((subject.clone(), Event::Card(event)));
    }
    told
}
