//! In which quarters of an hour each machine made an entry: how one sees that it worked.
//!
//! Kept beside the entries and written with them, since to count millions of leaves for one public page
//! would take the machine from those in the queue. Whoever has the leaves can count again.

use std::collections::BTreeMap;

use paso_domain::{
    id::StreamId,
    post::{Quarter, hour_of},
};
use paso_formats::{entry::Entry as Leaf, moment::Moment};

use crate::{
    error::DatabaseError,
    sql::{Value, statements},
    store::Store,
    tx::Tx,
};

statements! {
    PUT = "INSERT INTO alive (stream, hour, quarters) VALUES {{rows}}
        ON CONFLICT (stream, hour) DO UPDATE SET quarters = alive.quarters | excluded.quarters";
    BETWEEN = "SELECT stream, hour, quarters FROM alive WHERE hour BETWEEN $1 AND $2
        ORDER BY stream, hour";
}

/// Notes when these leaves were made.
pub(crate) async fn note<'a>(
    tx: &mut Tx,
    leaves: impl Iterator<Item = &'a Leaf>,
) -> Result<(), DatabaseError> {
    let mut hours: BTreeMap<(StreamId, i64), u8> = BTreeMap::new();
    for leaf in leaves {
        let (hour, bit) = Quarter::of(leaf.time().start()).in_hour();
        *hours.entry((leaf.stream(), hour)).or_default() |= bit;
    }
    let rows = hours.into_iter().map(|((stream, hour), quarters)| {
        [
            Value::from(stream.to_string()),
            Value::Integer(Some(hour)),
            Value::from(u64::from(quarters)),
        ]
    });
    tx.put(&PUT, rows.collect()).await
}

impl Store {
    /// The quarters of an hour in which machines made entries, by stream, from the hour of one moment
    /// to that of another.
    pub async fn alive(
        &self,
        from: Moment,
        to: Moment,
    ) -> Result<Vec<(StreamId, Quarter)>, DatabaseError> {
        let values = vec![
            Value::Integer(Some(hour_of(from))),
            Value::Integer(Some(hour_of(to))),
        ];
        let mut found = Vec::new();
        for row in self.main().fetch(&BETWEEN, values).await? {
            let stream = row.parse(0, "stream")?;
            let bits = u8::try_from(row.number(2)?)
                .map_err(|_| DatabaseError::corrupt(BETWEEN.name, 2, "quarters"))?;
            let quarters = Quarter::of_hour(row.integer(1)?, bits);
            found.extend(quarters.map(|quarter| (stream, quarter)));
        }
        Ok(found)
    }
}
