//! Sites, as lists show them: the last word on each.

use std::collections::BTreeMap;

use paso_domain::{crossings::PostCode, event::Event, site::SiteEvent, subject::Subject};
use paso_formats::moment::Moment;

use super::{Fact, new_subjects};
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_site (
        post {{text}} NOT NULL PRIMARY KEY,
        decided_at {{integer}} NOT NULL,
        opened_from {{integer}},
        closed_from {{integer}}
    ) {{keyed}};
";

statements! {
    PUT = "INSERT INTO view_site (post, decided_at, opened_from, closed_from) VALUES {{rows}}
        ON CONFLICT (post) DO UPDATE SET decided_at = excluded.decided_at,
            opened_from = excluded.opened_from, closed_from = excluded.closed_from";
    BY_POST = "SELECT post, decided_at, opened_from, closed_from FROM view_site
        WHERE post IN ({{list}})";
    LIST = "SELECT post, decided_at, opened_from, closed_from FROM view_site ORDER BY post";
}

/// A site in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRow {
    /// The post.
    pub post: PostCode,
    decided_at: Moment,
    /// From when it is, or was, open.
    pub opened_from: Option<Moment>,
    /// From when it is closed, where that is the last word.
    pub closed_from: Option<Moment>,
}

impl SiteRow {
    fn apply(&mut self, event: &SiteEvent) {
        let at = event.act().at;
        if at < self.decided_at {
            return;
        }
        self.decided_at = at;
        match event {
            SiteEvent::Opened { from, .. } => {
                (self.opened_from, self.closed_from) = (Some(*from), None);
            }
            SiteEvent::Closed { from, .. } => self.closed_from = Some(*from),
        }
    }

    fn values(&self) -> [Value; 4] {
        [
            Value::from(self.post.as_str()),
            Value::from(self.decided_at),
            Value::moment(self.opened_from),
            Value::moment(self.closed_from),
        ]
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            post: row.parse(0, "post code")?,
            decided_at: row.moment(1)?,
            opened_from: row.optional_moment(2)?,
            closed_from: row.optional_moment(3)?,
        })
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let (mut rows, mut known, mut events) = (BTreeMap::new(), Vec::new(), Vec::new());
    for fact in facts {
        let (Subject::Site(post), Event::Site(event)) = (fact.subject, fact.event) else {
            continue;
        };
        let unknown = SiteRow {
            post: *post,
            decided_at: Moment::MIN,
            opened_from: None,
            closed_from: None,
        };
        let first = rows.insert(*post, unknown).is_none();
        if first && !new.contains(fact.subject) {
            known.push(Value::from(post.as_str()));
        }
        events.push((*post, event));
    }
    for row in tx.fetch_list(&BY_POST, known).await? {
        let row = SiteRow::read(&row)?;
        rows.insert(row.post, row);
    }
    for (post, event) in events {
        rows.entry(post).and_modify(|row| row.apply(event));
    }
    tx.put(&PUT, rows.values().map(SiteRow::values).collect())
        .await
}

impl Store {
    /// All sites of which anything was ever said.
    pub async fn sites(&self) -> Result<Vec<SiteRow>, DatabaseError> {
        let rows = self.main().fetch(&LIST, Vec::new()).await?;
        rows.iter().map(SiteRow::read).collect()
    }
}
