//! Counts over views for those who watch over officers, and for statistics. Counting is all that
//! happens here: what is usual and what is few is decided in [`paso_domain::figures`].

use paso_domain::{crossings::PostCode, figures::Tally, id::OfficerNumber};
use paso_formats::moment::Moment;

use crate::{
    error::DatabaseError,
    sql::{Row, Statement, Value, statements},
    store::Store,
};

/// For how long before a reading an act about the same person explains it, in seconds: who has just
/// issued a card sees it.
const ACT_BEFORE: u64 = 10 * 60;

/// The same after it: who has opened a record serves the person.
const ACT_AFTER: u64 = 60 * 60;

statements! {
    REFUSALS = "SELECT officer, COUNT(CASE WHEN kind = 'card.refused' THEN 1 END), COUNT(*)
        FROM view_act WHERE post = $1 AND at >= $2 AND at < $3
        AND kind IN ('card.issued', 'card.refused') GROUP BY officer ORDER BY officer";
    WITHOUT_RECEIPT = "SELECT e.officer, COUNT(CASE WHEN NOT EXISTS (SELECT 1 FROM journal j
            WHERE j.subject = 'receipt:' || e.receipt AND j.kind = 'receipt.given') THEN 1 END),
        COUNT(*) FROM view_encounter e WHERE e.post = $1 AND e.at >= $2 AND e.at < $3
        GROUP BY e.officer ORDER BY e.officer";
    // Only those whose work is to act on what they read: who watches reads without acting.
    READ_WITHOUT_ACT = "SELECT r.officer, COUNT(CASE WHEN NOT EXISTS (SELECT 1 FROM view_act a
            WHERE a.post = r.post AND a.recorded >= r.at - $4 AND a.recorded <= r.at + $5
            AND a.officer = r.officer AND a.subject IN
                (r.record, 'person:' || r.person, 'stays:' || r.person)) THEN 1 END), COUNT(*)
        FROM view_access r WHERE r.post = $1 AND r.at >= $2 AND r.at < $3 AND r.listed = 0
        AND r.role IN ('desk', 'supervisor') GROUP BY r.officer ORDER BY r.officer";
    // How often refuge wrote something down would tell when somebody claimed it (facts D.4).
    BEYOND_PURPOSE = "SELECT officer,
        COUNT(CASE WHEN kind = 'command.refused' AND code = 'not-allowed' THEN 1 END), COUNT(*)
        FROM view_act WHERE post = $1 AND at >= $2 AND at < $3 AND kind <> 'protection.noted'
        GROUP BY officer ORDER BY officer";
    // An empty list of approvals is one byte of CBOR.
    UNSIGNED = "SELECT a.officer, COUNT(CASE WHEN length(j.approvals) < 2 THEN 1 END), COUNT(*)
        FROM view_act a JOIN journal j ON j.position = a.position
        WHERE a.post = $1 AND a.at >= $2 AND a.at < $3
        AND a.kind IN ('card.refused', 'card.revoked', 'person.merged')
        GROUP BY a.officer ORDER BY a.officer";
    LATE = "SELECT COUNT(*), COUNT(a.sheet), COUNT(CASE WHEN (SELECT r.at FROM entry e
                JOIN arrival r ON r.stream = e.stream AND r.last >= e.sequence
                WHERE e.position = a.position ORDER BY r.last LIMIT 1) - a.recorded > $4 THEN 1 END)
        FROM view_act a WHERE a.post = $1 AND a.at >= $2 AND a.at < $3 AND a.class = 'act'";
    COUNTS = "SELECT kind, code, COUNT(*) FROM view_act WHERE post = $1 AND at >= $2 AND at < $3
        GROUP BY kind, code ORDER BY kind, code";
}

/// So many of so many, of one officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerTally {
    /// Who.
    pub officer: OfficerNumber,
    /// How many of how many.
    pub tally: Tally,
}

/// How often something was done at a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// Kind of the event.
    pub kind: String,
    /// Its outcome, reason or ground, where it has one from a closed list.
    pub code: Option<String>,
    /// How often.
    pub count: u64,
}

/// How many acts at a post came late, and in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LateCount {
    /// All acts.
    pub of: u64,
    /// Those that stood on paper first.
    pub from_paper: u64,
    /// Those that were carried to the hub late.
    pub carried_late: u64,
}

fn tally(row: &Row) -> Result<OfficerTally, DatabaseError> {
    Ok(OfficerTally {
        officer: row.parse(0, "officer number")?,
        tally: Tally {
            some: row.small(1)?,
            of: row.small(2)?,
        },
    })
}

impl Store {
    /// Applications refused, of those decided, from an instant up to, not including, another.
    pub async fn refusals_by_officer(
        &self,
        post: PostCode,
        period: (Moment, Moment),
    ) -> Result<Vec<OfficerTally>, DatabaseError> {
        self.tallies(&REFUSALS, post, period, &[]).await
    }

    /// Encounters without a receipt, of all.
    pub async fn encounters_without_receipt(
        &self,
        post: PostCode,
        period: (Moment, Moment),
    ) -> Result<Vec<OfficerTally>, DatabaseError> {
        self.tallies(&WITHOUT_RECEIPT, post, period, &[]).await
    }

    /// Records opened with no act about that person around it, of all opened by themselves.
    pub async fn reads_without_act(
        &self,
        post: PostCode,
        period: (Moment, Moment),
    ) -> Result<Vec<OfficerTally>, DatabaseError> {
        self.tallies(&READ_WITHOUT_ACT, post, period, &[ACT_BEFORE, ACT_AFTER])
            .await
    }

    /// Attempts beyond the officer's purpose, of all acts and attempts.
    pub async fn attempts_beyond_purpose(
        &self,
        post: PostCode,
        period: (Moment, Moment),
    ) -> Result<Vec<OfficerTally>, DatabaseError> {
        self.tallies(&BEYOND_PURPOSE, post, period, &[]).await
    }

    /// Grave acts without anybody's signature, of all grave acts.
    pub async fn grave_acts_unsigned(
        &self,
        post: PostCode,
        period: (Moment, Moment),
    ) -> Result<Vec<OfficerTally>, DatabaseError> {
        self.tallies(&UNSIGNED, post, period, &[]).await
    }

    async fn tallies(
        &self,
        statement: &Statement,
        post: PostCode,
        (from, until): (Moment, Moment),
        more: &[u64],
    ) -> Result<Vec<OfficerTally>, DatabaseError> {
        let mut values = vec![
            Value::from(post.as_str()),
            Value::from(from),
            Value::from(until),
        ];
        values.extend(more.iter().map(|seconds| Value::from(*seconds)));
        let rows = self.main().fetch(statement, values).await?;
        rows.iter().map(tally).collect()
    }

    /// How many acts at a post came from paper, and how many were carried here more than so many
    /// seconds after they were recorded.
    pub async fn late_acts(
        &self,
        post: PostCode,
        (from, until): (Moment, Moment),
        late_after: i64,
    ) -> Result<LateCount, DatabaseError> {
        let values = vec![
            Value::from(post.as_str()),
            Value::from(from),
            Value::from(until),
            Value::from(u64::try_from(late_after).unwrap_or(0)),
        ];
        let rows = self.main().fetch(&LATE, values).await?;
        rows.first().map_or(Ok(LateCount::default()), |row| {
            Ok(LateCount {
                of: row.number(0)?,
                from_paper: row.number(1)?,
                carried_late: row.number(2)?,
            })
        })
    }

    /// How often each kind of act was done at a post, whoever did it.
    pub async fn act_counts(
        &self,
        post: PostCode,
        (from, until): (Moment, Moment),
    ) -> Result<Vec<KindCount>, DatabaseError> {
        let values = vec![
            Value::from(post.as_str()),
            Value::from(from),
            Value::from(until),
        ];
        let rows = self.main().fetch(&COUNTS, values).await?;
        rows.iter()
            .map(|row| {
                Ok(KindCount {
                    kind: row.text(0)?,
                    code: row.optional_text(1)?,
                    count: row.number(2)?,
                })
            })
            .collect()
    }
}
