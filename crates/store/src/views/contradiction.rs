//! Contradictions that wait for somebody: where to look, whose they are, since when. The views of cards
//! and stays notice them while they take a fact in, so noticing costs a statement only where there is
//! something to notice. What exactly contradicts, and whether it still does, the register says, which
//! sees all facts of a subject at once: here a settling that arrives before what it speaks of leaves a
//! row that the register finds nothing behind.

use std::collections::BTreeMap;

use paso_domain::{contradiction::Which, crossings::PostCode, subject::Subject};
use paso_formats::moment::Moment;

use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_contradiction (
        subject {{text}} NOT NULL,
        which {{text}} NOT NULL,
        post {{text}} NOT NULL,
        since {{integer}} NOT NULL,
        PRIMARY KEY (subject, which)
    ) {{keyed}};
";

statements! {
    PUT = "INSERT INTO view_contradiction (subject, which, post, since) VALUES {{rows}}
        ON CONFLICT (subject, which) DO UPDATE SET post = excluded.post,
            since = CASE WHEN view_contradiction.since < excluded.since
                THEN view_contradiction.since ELSE excluded.since END";
    CLOSE = "WITH gone (subject, which) AS (VALUES {{rows}})
        DELETE FROM view_contradiction
        WHERE (subject, which) IN (SELECT subject, which FROM gone)";
    OLDEST = "SELECT subject, which, post, since FROM view_contradiction
        ORDER BY since, subject, which LIMIT $1";
}

/// Where something contradicts itself and nobody has settled it, as far as the views know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContradictionRow {
    /// The card, or the record of stays.
    pub subject: Subject,
    /// Which contradiction of it.
    pub which: Which,
    /// The place that is asked.
    pub post: PostCode,
    /// Since when.
    pub since: Moment,
}

/// What a fact means for the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// There is something to settle.
    Opened { post: PostCode, since: Moment },
    /// It is settled, or explained.
    Closed,
}

/// News of a batch, the last of each contradiction.
#[derive(Debug, Default)]
pub(super) struct Noticed(BTreeMap<(String, String), News>);

impl Noticed {
    pub(super) fn add(&mut self, subject: &Subject, which: Which, news: News) {
        let key = (subject.to_string(), which.to_string());
        let since = |news: &News| match news {
            News::Opened { since, .. } => Some(*since),
            News::Closed => None,
        };
        let before = self.0.get(&key).and_then(since);
        let news = match news {
            News::Opened { post, since } => News::Opened {
                post,
                since: before.map_or(since, |before| before.min(since)),
            },
            News::Closed => News::Closed,
        };
        self.0.insert(key, news);
    }

    /// Writes the news down; nothing where there is none.
    pub(super) async fn put(self, tx: &mut Tx) -> Result<(), DatabaseError> {
        let (mut opened, mut closed) = (Vec::new(), Vec::new());
        for ((subject, which), news) in self.0 {
            let (subject, which) = (Value::from(subject), Value::from(which));
            match news {
                News::Opened { post, since } => opened.push([
                    subject,
                    which,
                    Value::from(post.as_str()),
                    Value::from(since),
                ]),
                News::Closed => closed.push([subject, which]),
            }
        }
        tx.fetch_rows(&CLOSE, closed).await?;
        tx.put(&PUT, opened).await
    }
}

impl ContradictionRow {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            subject: row.parse(0, "subject")?,
            which: row.parse(1, "contradiction")?,
            post: row.parse(2, "post code")?,
            since: row.moment(3)?,
        })
    }
}

impl Store {
    /// What waits to be settled, oldest first, at most `limit`.
    pub async fn contradictions(&self, limit: u32) -> Result<Vec<ContradictionRow>, DatabaseError> {
        let limit = vec![Value::from(u64::from(limit))];
        let rows = self.main().fetch(&OLDEST, limit).await?;
        rows.iter().map(ContradictionRow::read).collect()
    }
}
