//! What machines noticed about themselves and what people said does not work: the black box.

use paso_domain::{
    crossings::PostCode,
    event::Event,
    id::OfficerNumber,
    post::{Part, PostEvent, Trouble},
    subject::Subject,
};
use paso_formats::moment::Moment;

use super::Fact;
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_notice (
        subject {{text}} NOT NULL,
        version {{integer}} NOT NULL,
        at {{integer}} NOT NULL,
        code {{text}} NOT NULL,
        amount {{integer}},
        works {{integer}},
        post {{text}},
        officer {{text}},
        words {{text}},
        PRIMARY KEY (subject, version)
    ) {{keyed}};
    CREATE INDEX view_notice_at ON view_notice (at);
";

statements! {
    PUT = "INSERT INTO view_notice
            (subject, version, at, code, amount, works, post, officer, words)
        VALUES {{rows}}";
    LATEST = "SELECT subject, version, at, code, amount, works, post, officer, words
        FROM view_notice WHERE subject IN ({{list}}) ORDER BY at DESC, subject, version DESC LIMIT 200";
    SINCE = "SELECT subject, code, works, post, COUNT(*) FROM view_notice WHERE at >= $1 AND at < $2
        GROUP BY subject, code, works, post ORDER BY subject, code, works, post";
}

/// What was noticed or said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// By the machine itself, with how much of it.
    Noticed(Trouble, i64),
    /// By somebody.
    Told {
        /// What does not work, or works again.
        part: Part,
        /// Whether it works.
        works: bool,
        /// What they added.
        words: String,
        /// At which post.
        post: PostCode,
        /// Who.
        officer: OfficerNumber,
    },
}

/// A line of the black box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// Whose: a device, or a hub's home.
    pub subject: Subject,
    /// When.
    pub at: Moment,
    /// What.
    pub noted: Noted,
}

/// How often one thing was noticed or said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeCount {
    /// Whose: a device, or a hub's home.
    pub subject: Subject,
    /// The post that was said; none for what a machine noticed.
    pub post: Option<PostCode>,
    /// The code of the trouble or part.
    pub code: String,
    /// Whether it was said to work again; none for what a machine noticed.
    pub works: Option<bool>,
    /// How often.
    pub count: u64,
}

impl NoticeRow {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let noted = match row.optional_integer(5)? {
            None => Noted::Noticed(row.parse(3, "trouble")?, row.integer(4)?),
            Some(works) => Noted::Told {
                part: row.parse(3, "part")?,
                works: works != 0,
                words: row.optional_text(8)?.unwrap_or_default(),
                post: row.parse(6, "post code")?,
                officer: row.parse(7, "officer number")?,
            },
        };
        Ok(Self {
            subject: row.parse(0, "subject")?,
            at: row.moment(2)?,
            noted,
        })
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let rows = facts.iter().filter_map(|fact| {
        let Event::Post(event) = fact.event else {
            return None;
        };
        let (at, code, rest) = match event {
            PostEvent::Noticed {
                at,
                trouble,
                amount,
            } => {
                let none = || Value::Text(None);
                let amount = Value::Integer(Some(*amount));
                let rest = [amount, Value::Integer(None), none(), none(), none()];
                (*at, trouble.code(), rest)
            }
            PostEvent::Told {
                act,
                part,
                works,
                words,
            } => {
                let rest = [
                    Value::Integer(None),
                    Value::Integer(Some(i64::from(*works))),
                    Value::from(act.post.as_str()),
                    Value::from(act.officer.as_str()),
                    Value::from(words.as_str()),
                ];
                (act.at, part.code(), rest)
            }
            PostEvent::BlockLeased { .. } | PostEvent::BundlePublished { .. } => return None,
        };
        let [amount, works, place, officer, added] = rest;
        Some([
            Value::from(fact.subject.to_string()),
            Value::from(fact.version),
            Value::from(at),
            Value::from(code),
            amount,
            works,
            place,
            officer,
            added,
        ])
    });
    tx.put(&PUT, rows.collect()).await
}

impl Store {
    /// The latest lines of the black boxes of these, newest first.
    pub async fn notices(&self, of: &[Subject]) -> Result<Vec<NoticeRow>, DatabaseError> {
        let rows = self.main().fetch_list(&LATEST, Value::texts(of)).await?;
        rows.iter().map(NoticeRow::read).collect()
    }

    /// How often what was noticed or said from one moment until before another.
    pub async fn notice_counts(
        &self,
        from: Moment,
        to: Moment,
    ) -> Result<Vec<NoticeCount>, DatabaseError> {
        let values = vec![Value::from(from), Value::from(to)];
        let rows = self.main().fetch(&SINCE, values).await?;
        let read = |row: &Row| {
            Ok(NoticeCount {
                subject: row.parse(0, "subject")?,
                post: row.optional_parse(3, "post code")?,
                code: row.text(1)?,
                works: row.optional_integer(2)?.map(|works| works != 0),
                count: row.number(4)?,
            })
        };
        rows.iter().map(read).collect()
    }
}
