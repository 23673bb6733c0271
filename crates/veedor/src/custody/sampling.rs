//! How many people must be asked for their receipt, so that a register which omits a given share is
//! found out with a given confidence (anchors/log.md §5.6).
//!
//! Who is asked must be chosen by lot among those who are there; one person without an entry is then
//! the proof. Of endlessly many, n people miss an omission of p with (1 - p)^n. Of N people, of whom
//! D are omitted, they miss it with C(N - D, n) / C(N, n), which is smaller.

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// The share that is omitted, above 0 and at most 1.
    omitted: f64,
    /// How sure one wants to be, above 0 and below 1.
    confidence: f64,
    /// Out of how many, where that is known.
    population: Option<u32>,
}

/// The numbers make no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoQuestion {
    /// Not a share.
    #[error("the share omitted lies between 0.01 and 100 percent")]
    Omitted,
    /// Not a confidence.
    #[error("the confidence lies between 50 and 99.99 percent")]
    Confidence,
    /// Nobody, or more than any place holds.
    #[error("the number of people lies between 1 and {MOST_PEOPLE}")]
    Population,
}

/// More than any place, or day, holds.
pub const MOST_PEOPLE: u32 = 1_000_000;

impl Question {
    /// A question in percent.
    pub fn new(omitted: f64, confidence: f64, population: Option<u32>) -> Result<Self, NoQuestion> {
        if !(0.01..=100.0).contains(&omitted) {
            return Err(NoQuestion::Omitted);
        }
        if !(50.0..=99.99).contains(&confidence) {
            return Err(NoQuestion::Confidence);
        }
        if population.is_some_and(|people| !(1..=MOST_PEOPLE).contains(&people)) {
            return Err(NoQuestion::Population);
        }
        Ok(Self {
            omitted: omitted / 100.0,
            confidence: confidence / 100.0,
            population,
        })
    }

    /// How many must be asked.
    #[must_use]
    pub fn answer(self) -> u32 {
        // Rounding in the last digit must not ask for one more.
        let miss = 1.0 - self.confidence + 1e-12;
        let mut missed = 1.0;
        let mut asked = 0;
        while missed > miss {
            match self.population {
                None => missed *= 1.0 - self.omitted,
                Some(people) => {
                    let left = people - asked;
                    missed *=
                        f64::from(left.saturating_sub(self.missing(people))) / f64::from(left);
                }
            }
            asked += 1;
        }
        asked
    }

    /// How many are omitted: a share of people is at least one of them.
    fn missing(self, people: u32) -> u32 {
        let share = f64::from(people) * self.omitted - 1e-9;
        (1..people)
            .find(|missing| f64::from(*missing) >= share)
            .unwrap_or(people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_must_be_asked() {
        // Omitted and confidence in percent, out of how many: ln(1 - c) / ln(1 - p) rounded up, and
        // of so many people the smallest n with C(N - D, n) / C(N, n) ≤ 1 - c in whole numbers.
        let table = [
            (5.0, 95.0, None, 59),
            (1.0, 95.0, None, 299),
            (10.0, 95.0, None, 29),
            (5.0, 99.0, None, 90),
            (50.0, 50.0, None, 1),
            (100.0, 99.99, None, 1),
            (5.0, 95.0, Some(100), 45),
            (1.0, 95.0, Some(100), 95),
            (5.0, 95.0, Some(20), 19),
            (5.0, 95.0, Some(1), 1),
            (0.01, 95.0, Some(10), 10),
            (100.0, 95.0, Some(10), 1),
            (5.0, 95.0, Some(1_000_000), 59),
        ];
        for (omitted, confidence, people, asked) in table {
            let question = Question::new(omitted, confidence, people).unwrap();
            assert_eq!(
                question.answer(),
                asked,
                "{omitted} {confidence} {people:?}"
            );
        }
    }

    #[test]
    fn what_is_no_question_is_named() {
        for (omitted, confidence, people, error) in [
            (0.0, 95.0, None, NoQuestion::Omitted),
            (f64::NAN, 95.0, None, NoQuestion::Omitted),
            (100.1, 95.0, None, NoQuestion::Omitted),
            (5.0, 100.0, None, NoQuestion::Confidence),
            (5.0, f64::INFINITY, None, NoQuestion::Confidence),
            (5.0, 95.0, Some(0), NoQuestion::Population),
            (5.0, 95.0, Some(MOST_PEOPLE + 1), NoQuestion::Population),
        ] {
            assert_eq!(Question::new(omitted, confidence, people), Err(error));
        }
    }
}
