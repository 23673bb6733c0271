//! What an inspector sees of officers, and what statistics see of nobody in particular.

use crate::{Service, ServiceError, access::Permit};
use jiff::{ToSpan, civil::Date};
use paso_domain::{
    crossings::{Post, PostCode},
    figures::{Beside, Caution, Measure, Published, Tally, beside, usual},
    id::OfficerNumber,
    policy::powers,
};
use paso_formats::moment::Moment;
use paso_store::KindCount;
/// How many acts came late.
pub use paso_store::LateCount;
use std::collections::BTreeMap;

/// The longest period that is counted, in days: a little more than a year.
pub const LONGEST: i32 = 400;

/// A post and the days that are counted, in its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The post.
    pub post: PostCode,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// One officer's figure of one measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// How many of how many.
    pub tally: Tally,
    /// Beside what is usual at the post.
    pub beside: Beside,
}

/// One measure at a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What is counted.
    pub measure: Measure,
    /// The middle share, in thousandths, where there are officers enough.
    pub usual: Option<u16>,
    /// Each officer who has any, by number: no order is a ranking.
    pub officers: BTreeMap<OfficerNumber, Figure>,
}

/// The acts of one day at a post, and how many of them came late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateDay {
    /// The day, in the post's zone.
    pub day: Date,
    /// How many.
    pub count: LateCount,
}

/// What was done at a post in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// Counts by kind of act, and by ground, reason or outcome where there is one.
    pub counts: Vec<(String, Option<String>, Published)>,
}

/// Kinds of acts that statistics count. None of them is about protection.
const COUNTED: [&str; 6] = [
    "card.issued",
    "card.refused",
    "card.revoked",
    "stay.entered",
    "stay.exited",
    "encounter.recorded",
];

impl Service {
    /// Figures per officer at a post. That they were asked for is written down first.
    ///
    /// # Errors
    /// When post or days cannot be used, or the question could not be recorded.
    pub async fn figures(
        &self,
        permit: &Permit<powers::ReadFigures>,
        period: Period,
    ) -> Result<Vec<Measured>, ServiceError> {
        let bounds = self.bounds(period)?;
        self.list(permit, period.query("figures"), Vec::new())
            .await?;
        let (store, post) = (self.store(), period.post);
        let mut all = Vec::with_capacity(Measure::ALL.len());
        for measure in Measure::ALL {
            let counted = match measure {
                Measure::Refusals => store.refusals_by_officer(post, bounds).await,
                Measure::WithoutReceipt => store.encounters_without_receipt(post, bounds).await,
                Measure::ReadWithoutAct => store.reads_without_act(post, bounds).await,
                Measure::BeyondPurpose => store.attempts_beyond_purpose(post, bounds).await,
                Measure::Unsigned => store.grave_acts_unsigned(post, bounds).await,
            }?;
            let tallies: Vec<_> = counted.iter().map(|row| row.tally).collect();
            let caution = Caution::default();
            let usual = usual(&tallies, caution);
            let officers = counted.into_iter().map(|row| {
                let figure = Figure {
                    tally: row.tally,
                    beside: beside(row.tally, usual, caution),
                };
                (row.officer, figure)
            });
            all.push(Measured {
                measure,
                usual,
                officers: officers.collect(),
            });
        }
        Ok(all)
    }

    /// How many acts at a post came late, day by day, and in which way; days without any are left out.
    /// Of a place, and of nobody: it is asked for with the figures, and recorded with them.
    ///
    /// # Errors
    /// As for [`Service::figures`].
    pub async fn late_days(
        &self,
        _permit: &Permit<powers::ReadFigures>,
        period: Period,
    ) -> Result<Vec<LateDay>, ServiceError> {
        self.bounds(period)?;
        let mut days = Vec::new();
        let mut day = period.from;
        while day <= period.to {
            let of_day = Period {
                from: day,
                to: day,
                ..period
            };
            let after = self.parts().paper.on(day).late_after();
            let bounds = self.bounds(of_day)?;
            let count = self.store().late_acts(period.post, bounds, after).await?;
            if count.from_paper > 0 || count.carried_late > 0 {
                days.push(LateDay { day, count });
            }
            day = match day.tomorrow() {
                Ok(next) => next,
                Err(_) => break,
            };
        }
        Ok(days)
    }

    /// What was done at a post month by month, small counts not exactly; whoever did it, to whomever.
    ///
    /// # Errors
    /// As for [`Service::figures`].
    pub async fn aggregates(
        &self,
        permit: &Permit<powers::ReadAggregates>,
        period: Period,
    ) -> Result<Vec<Month>, ServiceError> {
        self.bounds(period)?;
        self.list(permit, period.query("aggregates"), Vec::new())
            .await?;
        let mut months = Vec::new();
        let mut first = period.from.first_of_month();
        // Whole months only: two questions about overlapping days would tell the days between.
        while first <= period.to {
            let last = first.last_of_month();
            let month = Period {
                from: first,
                to: last,
                ..period
            };
            let counts = self.store().act_counts(period.post, self.bounds(month)?);
            months.push(Month {
                first,
                counts: published(counts.await?),
            });
            first = match last.tomorrow() {
                Ok(next) => next,
                Err(_) => break,
            };
        }
        Ok(months)
    }

    /// The post that is asked about.
    ///
    /// # Errors
    /// When there is none of that code.
    pub fn post_of(&self, code: PostCode) -> Result<&Post, ServiceError> {
        self.crossings()
            .post(code.as_str())
            .ok_or(ServiceError::NotFound)
    }

    /// The first instant of the first day and the first after the last.
    fn bounds(&self, period: Period) -> Result<(Moment, Moment), ServiceError> {
        let zone = self.post_of(period.post)?.zone();
        let fits = period.from <= period.to
            && period
                .from
                .checked_add(LONGEST.days())
                .is_ok_and(|longest| period.to <= longest);
        if !fits {
            return Err(ServiceError::BadRequest {
                field: "period",
                problem: format!("name a first and a last day, at most {LONGEST} days apart"),
            });
        }
        let before = period.from.yesterday().unwrap_or(period.from);
        Ok((
            zone.last_second_of(before).plus(1),
            zone.last_second_of(period.to).plus(1),
        ))
    }
}

impl Period {
    fn query(self, what: &str) -> String {
        format!("{what} {} {} {}", self.post, self.from, self.to)
    }
}

fn published(counts: Vec<KindCount>) -> Vec<(String, Option<String>, Published)> {
    counts
        .into_iter()
        .filter(|row| COUNTED.contains(&row.kind.as_str()))
        .map(|row| (row.kind, row.code, Published::of(row.count)))
        .collect()
}
