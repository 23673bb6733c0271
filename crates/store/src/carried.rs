//! What has been carried between a post and its hub, and when: until which number a stream had
//! arrived here at which moment, and how far this installation knows that others have got.
//!
//! A leaf says when its device recorded an act, and its row when the act happened. When the hub heard
//! of it neither can say, so it stands here: what came late is marked by it (EES Art. 21(3) marks
//! what is entered late).

use paso_domain::id::StreamId;
use paso_formats::{batch::Row as BatchRow, moment::Moment};

use crate::{
    error::DatabaseError,
    evidence::{self, Contradiction},
    sql::{Value, statements},
    store::Store,
};

statements! {
    ARRIVED = "INSERT INTO arrival (stream, last, at) VALUES ($1, $2, $3)
        ON CONFLICT (stream, last) DO NOTHING";
    ARRIVAL_OF = "SELECT at FROM arrival WHERE stream = $1 AND last >= $2 ORDER BY last LIMIT 1";
    LAST_ARRIVAL = "SELECT last, at FROM arrival WHERE stream = $1 ORDER BY last DESC LIMIT 1";
    SET_MARK = "INSERT INTO mark (name, number, at) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET number = excluded.number, at = excluded.at";
    MARK = "SELECT number, at FROM mark WHERE name = $1";
}

/// How far somebody had got, and when that was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// A sequence number of a stream, or the number of an entry.
    pub number: u64,
    /// When.
    pub at: Moment,
}

impl Store {
    /// Remembers that a stream was heard: how far it is whole, under a mark's name, and the last of
    /// the numbers that came, if any did. What was said before of when a number came stands.
    pub async fn heard(
        &self,
        stream: StreamId,
        name: &str,
        mark: Mark,
        last: Option<u64>,
    ) -> Result<(), DatabaseError> {
        let mut tx = self.main().begin().await?;
        if let Some(last) = last {
            let values = vec![
                Value::from(stream.to_string()),
                Value::from(last),
                Value::from(mark.at),
            ];
            tx.execute(&ARRIVED, values).await?;
        }
        tx.execute(&SET_MARK, marked(name, mark)).await?;
        tx.commit().await
    }

    /// When an entry of another's stream arrived here; none for those made here, and for what came
    /// as a file of the whole stream.
    pub async fn arrival_of(
        &self,
        stream: StreamId,
        sequence: u64,
    ) -> Result<Option<Moment>, DatabaseError> {
        let values = vec![Value::from(stream.to_string()), Value::from(sequence)];
        let found = self.main().fetch(&ARRIVAL_OF, values).await?;
        found.first().map(|row| row.moment(0)).transpose()
    }

    /// What came last of a stream, and when.
    pub async fn last_arrival(&self, stream: StreamId) -> Result<Option<Mark>, DatabaseError> {
        let values = vec![Value::from(stream.to_string())];
        let found = self.main().fetch(&LAST_ARRIVAL, values).await?;
        found.first().map(mark).transpose()
    }

    /// Sets a mark of this name.
    pub async fn set_mark(&self, name: &str, mark: Mark) -> Result<(), DatabaseError> {
        let mut tx = self.main().begin().await?;
        tx.execute(&SET_MARK, marked(name, mark)).await?;
        tx.commit().await
    }

    /// The mark of a name.
    pub async fn mark(&self, name: &str) -> Result<Option<Mark>, DatabaseError> {
        let found = self.main().fetch(&MARK, vec![Value::from(name)]).await?;
        found.first().map(mark).transpose()
    }

    /// Keeps rows beside the journal that came after their device's end: evidence for whoever judges
    /// it, and no facts of this register.
    pub async fn set_aside(&self, rows: &[BatchRow<'_>]) -> Result<(), DatabaseError> {
        let rows: Vec<_> = rows.iter().collect();
        let mut tx = self.main().begin().await?;
        evidence::of_rows(&mut tx, &rows, Contradiction::AfterEnd).await?;
        tx.commit().await
    }
}

fn marked(name: &str, mark: Mark) -> Vec<Value> {
    vec![
        Value::from(name),
        Value::from(mark.number),
        Value::from(mark.at),
    ]
}

fn mark(row: &crate::sql::Row) -> Result<Mark, DatabaseError> {
    Ok(Mark {
        number: row.number(0)?,
        at: row.moment(1)?,
    })
}
