//! Figures for whoever watches over officers: what each of them did, beside what is usual at the
//! post, and how sure one can be with so few acts.
//!
//! Slots, cards and decisions are what is sold, and nobody had looked at refusals officer by officer
//! (facts A.5, D.2). A figure here is a question to ask, never an answer: there is no total, no
//! rank and no score, and where acts are few it says so instead of comparing.

/// What is counted, always so many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Applications refused, of those decided.
    Refusals,
    /// Encounters for which no receipt was given, of all.
    WithoutReceipt,
    /// Records opened with no act about that person around it, of all opened by themselves.
    ReadWithoutAct,
    /// Attempts beyond the officer's purpose, of all acts and attempts.
    BeyondPurpose,
    /// Cards revoked whose own signature is missing, of all revoked.
    Unsigned,
}

impl Measure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Refusals,
        Self::WithoutReceipt,
        Self::ReadWithoutAct,
        Self::BeyondPurpose,
        Self::Unsigned,
    ];

    /// The stable code: the key of texts and the column of exports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refusals => "refusals",
            Self::WithoutReceipt => "without-receipt",
            Self::ReadWithoutAct => "read-without-act",
            Self::BeyondPurpose => "beyond-purpose",
            Self::Unsigned => "unsigned",
        }
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub some: u32,
    /// Of how many; never fewer.
    pub of: u32,
}

impl Tally {
    /// The share in thousandths, rounded down; none of nothing.
    #[must_use]
    pub fn permille(self) -> Option<u16> {
        let share =
            u64::from(self.some.min(self.of)) * 1000 / u64::from((self.of > 0).then_some(self.of)?);
        u16::try_from(share).ok()
    }

    /// Between which shares the officer's habit lies, with 95 in 100 certainty, in thousandths:
    /// Wilson's interval, which is honest with few acts (E. B. Wilson, 1927).
    #[must_use]
    pub fn interval(self) -> Option<(u16, u16)> {
        if self.of == 0 {
            return None;
        }
        let (n, p) = (
            f64::from(self.of),
            f64::from(self.some.min(self.of)) / f64::from(self.of),
        );
        // The 97.5th percentile of the normal distribution, squared below.
        let z = 1.959_964_f64;
        let middle = p + z * z / (2.0 * n);
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        Some((
            thousandths(((middle - half) / scale).max(0.0)),
            thousandths(((middle + half) / scale).min(1.0)),
        ))
    }
}

/// A share from 0 to 1 in whole thousandths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares are held between 0 and 1 by their makers, so this is 0 to 1000"
)]
fn thousandths(share: f64) -> u16 {
    (share * 1000.0).round() as u16
}

/// From when on figures are compared. Choices of the program's makers, not of any law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caution {
    /// The fewest acts of one officer that are compared with others'.
    pub least_acts: u32,
    /// The fewest officers with so many acts whose middle is called usual.
    pub least_officers: usize,
}

impl Default for Caution {
    fn default() -> Self {
        Self {
            least_acts: 20,
            least_officers: 3,
        }
    }
}

/// How an officer's figure stands beside the post's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Too few acts to say anything.
    FewActs,
    /// Too few officers at the post to say what is usual.
    FewOfficers,
    /// What is usual lies within what the officer's acts allow.
    Usual,
    /// Even the lowest share that the acts allow is above what is usual: worth a question.
    Above,
    /// Even the highest is below.
    Below,
}

impl Beside {
    /// The stable code: the key of texts and a value in exports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FewActs => "few-acts",
            Self::FewOfficers => "few-officers",
            Self::Usual => "usual",
            Self::Above => "above",
            Self::Below => "below",
        }
    }
}

/// What is usual at a post: the middle share of the officers who have enough acts, in thousandths.
///
/// None where they are too few. The middle, not the mean: one officer who refuses everybody must
/// not make it look usual.
#[must_use]
pub fn usual(tallies: &[Tally], caution: Caution) -> Option<u16> {
    let mut shares: Vec<u16> = tallies
        .iter()
        .filter(|tally| tally.of >= caution.least_acts)
        .filter_map(|tally| tally.permille())
        .collect();
    if shares.len() < caution.least_officers.max(1) {
        return None;
    }
    shares.sort_unstable();
    let middle = shares.len() / 2;
    let upper = *shares.get(middle)?;
    if shares.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *shares.get(middle.checked_sub(1)?)?;
    Some(lower.midpoint(upper))
}

/// An officer's figure beside the post's.
#[must_use]
pub fn beside(tally: Tally, usual: Option<u16>, caution: Caution) -> Beside {
    if tally.of < caution.least_acts {
        return Beside::FewActs;
    }
    match (tally.interval(), usual) {
        (Some((low, _)), Some(usual)) if low > usual => Beside::Above,
        (Some((_, high)), Some(usual)) if high < usual => Beside::Below,
        (_, None) => Beside::FewOfficers,
        _ => Beside::Usual,
    }
}

/// A count in which no person may be recognised: small ones are not told exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// Zero, or large enough.
    Exactly(u64),
    /// From one to one less than this.
    FewerThan(u64),
}

/// Below this a count of persons is not published exactly (anchors/reports.md §0.6: cells are small).
pub const LEAST_PUBLISHED: u64 = 5;

impl Published {
    /// A count as it may be published.
    #[must_use]
    pub const fn of(count: u64) -> Self {
        if count == 0 || count >= LEAST_PUBLISHED {
            Self::Exactly(count)
        } else {
            Self::FewerThan(LEAST_PUBLISHED)
        }
    }
}

impl core::fmt::Display for Published {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Exactly(count) => write!(f, "{count}"),
            Self::FewerThan(least) => write!(f, "<{least}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn tally(some: u32, of: u32) -> Tally {
        Tally { some, of }
    }

    /// The interval of published tables: 10 of 100 is 5.5 % to 17.4 %.
    #[test]
    fn few_acts_allow_much() {
        for (some, of, low, high) in [
            (0, 10, 0, 278),
            (1, 10, 18, 404),
            (10, 100, 55, 174),
            (100, 1000, 83, 120),
            (10, 10, 722, 1000),
        ] {
            assert_eq!(tally(some, of).interval(), Some((low, high)), "{some}/{of}");
        }
        assert_eq!(
            (tally(0, 0).interval(), tally(0, 0).permille()),
            (None, None)
        );
    }

    #[test]
    fn one_who_refuses_everybody_does_not_make_it_usual() {
        let caution = Caution::default();
        let post = [tally(2, 40), tally(3, 50), tally(60, 60), tally(1, 4)];
        assert_eq!(usual(&post, caution), Some(60));
        let usual = usual(&post, caution);
        let judged: Vec<_> = post.iter().map(|t| beside(*t, usual, caution)).collect();
        assert_eq!(
            judged,
            [Beside::Usual, Beside::Usual, Beside::Above, Beside::FewActs]
        );
    }

    #[test]
    fn a_small_post_is_not_compared() {
        let caution = Caution::default();
        let post = [tally(30, 40), tally(1, 40)];
        assert_eq!(usual(&post, caution), None);
        assert_eq!(beside(post[0], None, caution), Beside::FewOfficers);
        assert_eq!(beside(tally(3, 3), None, caution), Beside::FewActs);
    }

    #[test]
    fn small_counts_are_not_published() {
        let shown: Vec<_> = [0, 1, 4, 5, 60]
            .map(|n| Published::of(n).to_string())
            .into();
        assert_eq!(shown, ["0", "<5", "<5", "5", "60"]);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_share(of in 1..5000_u32, some in 0..5000_u32) {
            let tally = tally(some.min(of), of);
            let (low, high) = tally.interval().unwrap();
            let share = tally.permille().unwrap();
            prop_assert!(low <= share + 1 && share <= high && high <= 1000);
        }

        /// Nobody is called unusual for being one of few, nor beside few.
        #[test]
        fn nothing_is_said_of_few(some in 0..20_u32, of in 0..20_u32, usual in proptest::option::of(0..=1000_u16)) {
            prop_assert_eq!(beside(tally(some.min(of), of), usual, Caution::default()), Beside::FewActs);
        }
    }
}
