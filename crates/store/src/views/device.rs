//! Devices, as lists show them.

use std::collections::BTreeMap;

use paso_domain::{
    crossings::PostCode, device::DeviceEvent, event::Event, id::StreamId, subject::Subject,
};
use paso_formats::moment::Moment;

use super::{Fact, new_subjects};
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_device (
        stream {{text}} NOT NULL PRIMARY KEY,
        name {{text}},
        post {{text}},
        starts {{integer}},
        ends {{integer}},
        ended_from {{integer}},
        compromised_from {{integer}}
    ) {{keyed}};
";

statements! {
    PUT = "INSERT INTO view_device (stream, name, post, starts, ends, ended_from, compromised_from)
        VALUES {{rows}}
        ON CONFLICT (stream) DO UPDATE SET name = excluded.name, post = excluded.post,
            starts = excluded.starts, ends = excluded.ends, ended_from = excluded.ended_from,
            compromised_from = excluded.compromised_from";
    BY_STREAM = "SELECT stream, name, post, starts, ends, ended_from, compromised_from
        FROM view_device WHERE stream IN ({{list}})";
    LIST = "SELECT stream, name, post, starts, ends, ended_from, compromised_from
        FROM view_device ORDER BY post, name, stream";
}

/// A device in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// The stream it writes.
    pub stream: StreamId,
    /// What people call it, and where it stands; none where it was ended without being enrolled.
    pub enrolled: Option<(String, PostCode)>,
    /// From when its signature counts.
    pub from: Option<Moment>,
    /// Until when.
    pub until: Option<Moment>,
    /// From when it was retired or revoked.
    pub ended_from: Option<Moment>,
    /// From when on it may have been in other hands.
    pub compromised_from: Option<Moment>,
}

impl DeviceRow {
    const fn unknown(stream: StreamId) -> Self {
        Self {
            stream,
            enrolled: None,
            from: None,
            until: None,
            ended_from: None,
            compromised_from: None,
        }
    }

    fn apply(&mut self, event: &DeviceEvent) {
        match event {
            DeviceEvent::Enrolled { device, .. } => {
                if self.enrolled.is_none() {
                    self.enrolled = Some((device.name.clone(), device.post));
                    (self.from, self.until) = (Some(device.from), device.until);
                }
            }
            DeviceEvent::Retired { from, .. } => self.end(*from, None),
            DeviceEvent::Revoked {
                from,
                compromised_from,
                ..
            } => self.end(*from, Some(*compromised_from)),
        }
    }

    fn end(&mut self, from: Moment, compromised_from: Option<Moment>) {
        self.ended_from = Some(self.ended_from.map_or(from, |known| known.min(from)));
        self.compromised_from = match (self.compromised_from, compromised_from) {
            (Some(known), Some(also)) => Some(known.min(also)),
            (known, also) => known.or(also),
        };
    }

    fn values(&self) -> [Value; 7] {
        let enrolled = self.enrolled.as_ref();
        [
            Value::from(self.stream.to_string()),
            Value::text(enrolled.map(|(name, _)| name)),
            Value::text(enrolled.map(|(_, post)| post)),
            Value::moment(self.from),
            Value::moment(self.until),
            Value::moment(self.ended_from),
            Value::moment(self.compromised_from),
        ]
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let enrolled = match row.optional_text(1)? {
            Some(name) => Some((name, row.parse(2, "post code")?)),
            None => None,
        };
        Ok(Self {
            stream: row.parse(0, "stream")?,
            enrolled,
            from: row.optional_moment(3)?,
            until: row.optional_moment(4)?,
            ended_from: row.optional_moment(5)?,
            compromised_from: row.optional_moment(6)?,
        })
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let (mut rows, mut known, mut events) = (BTreeMap::new(), Vec::new(), Vec::new());
    for fact in facts {
        let (Subject::Device(stream), Event::Device(event)) = (fact.subject, fact.event) else {
            continue;
        };
        let first = rows.insert(*stream, DeviceRow::unknown(*stream)).is_none();
        if first && !new.contains(fact.subject) {
            known.push(Value::from(stream.to_string()));
        }
        events.push((*stream, event));
    }
    for row in tx.fetch_list(&BY_STREAM, known).await? {
        let row = DeviceRow::read(&row)?;
        rows.insert(row.stream, row);
    }
    for (stream, event) in events {
        rows.entry(stream).and_modify(|row| row.apply(event));
    }
    tx.put(&PUT, rows.values().map(DeviceRow::values).collect())
        .await
}

impl Store {
    /// All devices that were ever enrolled or ended, by post and name.
    pub async fn listed_devices(&self) -> Result<Vec<DeviceRow>, DatabaseError> {
        let rows = self.main().fetch(&LIST, Vec::new()).await?;
        rows.iter().map(DeviceRow::read).collect()
    }
}
