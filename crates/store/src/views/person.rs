//! Persons: enough to find the same person again, by document or by name and date of birth.
//!
//! Every name and every document ever stated stays findable: a person who comes with the DPI today
//! came with the passport last year.

use std::collections::{BTreeMap, BTreeSet};

use paso_domain::{
    document::DocumentKind,
    event::Event,
    id::PersonId,
    person::{Claim, PersonEvent},
    subject::Subject,
};
use paso_formats::{
    field::{BirthDate, StateCode},
    name::{PersonName, fold},
};

use super::{Fact, bounded, name_key, new_subjects, number_key};
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_person (
        person {{text}} NOT NULL PRIMARY KEY,
        name {{text}},
        birth {{text}},
        nationality {{text}},
        merged_into {{text}}
    ) {{keyed}};
    CREATE INDEX view_person_merged ON view_person (merged_into) WHERE merged_into IS NOT NULL;
    CREATE TABLE view_person_name (
        folded {{text}} NOT NULL,
        birth {{text}} NOT NULL,
        person {{text}} NOT NULL,
        PRIMARY KEY (folded, birth, person)
    ) {{keyed}};
    CREATE TABLE view_document (
        number {{text}} NOT NULL,
        kind {{text}} NOT NULL,
        issuer {{text}} NOT NULL,
        person {{text}} NOT NULL,
        PRIMARY KEY (number, kind, issuer, person)
    ) {{keyed}};
";

statements! {
    PUT = "INSERT INTO view_person (person, name, birth, nationality, merged_into)
        VALUES {{rows}}
        ON CONFLICT (person) DO UPDATE SET name = excluded.name, birth = excluded.birth,
            nationality = excluded.nationality, merged_into = excluded.merged_into";
    PUT_NAME = "INSERT INTO view_person_name (folded, birth, person) VALUES {{rows}}
        ON CONFLICT (folded, birth, person) DO NOTHING";
    PUT_DOCUMENT = "INSERT INTO view_document (number, kind, issuer, person) VALUES {{rows}}
        ON CONFLICT (number, kind, issuer, person) DO NOTHING";
    BY_ID = "SELECT person, name, birth, nationality, merged_into FROM view_person
        WHERE person IN ({{list}})";
    BY_NAME = "SELECT p.person, p.name, p.birth, p.nationality, p.merged_into
        FROM view_person_name AS n JOIN view_person AS p ON p.person = n.person
        WHERE n.folded = $1 AND n.birth = $2 ORDER BY p.person LIMIT $3";
    BY_DOCUMENT = "SELECT p.person, p.name, p.birth, p.nationality, p.merged_into
        FROM view_document AS d JOIN view_person AS p ON p.person = d.person
        WHERE d.number = $1 AND d.kind = $2 AND d.issuer = $3 ORDER BY p.person LIMIT $4";
    MERGED_INTO = "SELECT person, name, birth, nationality, merged_into FROM view_person
        WHERE merged_into = $1 ORDER BY person";
}

/// A person's newest claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Given names and surnames, as written.
    pub name: String,
    /// Date of birth, as far as known.
    pub birth: BirthDate,
    /// Nationality as claimed.
    pub nationality: StateCode,
}

/// A person's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// The record.
    pub person: PersonId,
    /// The newest claim; none while only a merge has arrived.
    pub newest: Option<Stated>,
    /// The record to look at instead.
    pub merged_into: Option<PersonId>,
}

impl PersonRow {
    const fn unknown(person: PersonId) -> Self {
        Self {
            person,
            newest: None,
            merged_into: None,
        }
    }

    fn apply(&mut self, event: &PersonEvent) {
        match event {
            PersonEvent::Claimed { claim, .. } => {
                self.newest = Some(Stated {
                    name: PersonName::new(&claim.surnames, &claim.given).display(),
                    birth: claim.birth,
                    nationality: claim.nationality,
                });
            }
            PersonEvent::MergedInto { into, .. } => self.merged_into = Some(*into),
            PersonEvent::MergeUndone { .. } => self.merged_into = None,
        }
    }

    fn values(&self) -> [Value; 5] {
        let newest = self.newest.as_ref();
        [
            Value::from(self.person.to_string()),
            Value::text(newest.map(|n| &n.name)),
            Value::text(newest.map(|n| n.birth)),
            Value::text(newest.map(|n| n.nationality)),
            Value::text(self.merged_into),
        ]
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let newest = match row.optional_text(1)? {
            None => None,
            Some(name) => Some(Stated {
                name,
                birth: row.parse(2, "date of birth")?,
                nationality: row.parse(3, "state code")?,
            }),
        };
        Ok(Self {
            person: row.parse(0, "person")?,
            newest,
            merged_into: row.optional_parse(4, "person")?,
        })
    }
}

/// What a document is found by. One that nobody states the issuer of has an empty one.
fn document_key(claim: &Claim) -> Option<(String, DocumentKind, String)> {
    let evidence = &claim.evidence;
    let number = number_key(evidence.number.as_ref()?);
    let issuer = evidence
        .issuer
        .map(|state| state.to_string())
        .unwrap_or_default();
    if number.is_empty() {
        None
    } else {
        Some((number, evidence.kind?, issuer))
    }
}

pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let (mut rows, mut known) = (BTreeMap::new(), Vec::new());
    let (mut names, mut documents) = (BTreeSet::new(), BTreeSet::new());
    for fact in facts {
        let (Subject::Person(id), Event::Person(event)) = (fact.subject, fact.event) else {
            continue;
        };
        if rows.insert(*id, PersonRow::unknown(*id)).is_none() && !new.contains(fact.subject) {
            known.push(Value::from(id.to_string()));
        }
        if let PersonEvent::Claimed { claim, .. } = event {
            names.insert((name_key(claim), claim.birth, *id));
            documents.extend(document_key(claim).map(|key| (key, *id)));
        }
    }
    for row in tx.fetch_list(&BY_ID, known).await? {
        let row = PersonRow::read(&row)?;
        rows.insert(row.person, row);
    }
    for fact in facts {
        if let (Subject::Person(id), Event::Person(event)) = (fact.subject, fact.event) {
            rows.entry(*id).and_modify(|row| row.apply(event));
        }
    }
    tx.put(&PUT, rows.values().map(PersonRow::values).collect())
        .await?;
    let names = names.into_iter().map(|(folded, birth, person)| {
        [
            Value::from(folded),
            Value::text(Some(birth)),
            Value::text(Some(person)),
        ]
    });
    tx.put(&PUT_NAME, names.collect()).await?;
    let documents = documents
        .into_iter()
        .map(|((number, kind, issuer), person)| {
            [
                Value::from(number),
                Value::from(kind.code()),
                Value::from(issuer),
                Value::text(Some(person)),
            ]
        });
    tx.put(&PUT_DOCUMENT, documents.collect()).await
}

impl Store {
    /// The record of a person.
    pub async fn person(&self, person: PersonId) -> Result<Option<PersonRow>, DatabaseError> {
        let rows = self.main().fetch_list(&BY_ID, Value::texts([person]));
        rows.await?.first().map(PersonRow::read).transpose()
    }

    /// Persons of whom exactly this name and date of birth were once stated, when names are folded.
    pub async fn persons_by_name(
        &self,
        name: &PersonName,
        birth: BirthDate,
        limit: u32,
    ) -> Result<Vec<PersonRow>, DatabaseError> {
        let values = vec![
            Value::from(bounded(&fold(&format!("{} {}", name.surnames, name.given)))),
            Value::text(Some(birth)),
            Value::from(u64::from(limit)),
        ];
        self.main()
            .fetch(&BY_NAME, values)
            .await?
            .iter()
            .map(PersonRow::read)
            .collect()
    }

    /// Persons who once showed this document; its number is compared by letters and digits only.
    pub async fn persons_by_document(
        &self,
        kind: DocumentKind,
        issuer: Option<StateCode>,
        number: &str,
        limit: u32,
    ) -> Result<Vec<PersonRow>, DatabaseError> {
        let values = vec![
            Value::from(number_key(number)),
            Value::from(kind.code()),
            Value::from(issuer.map(|state| state.to_string()).unwrap_or_default()),
            Value::from(u64::from(limit)),
        ];
        self.main()
            .fetch(&BY_DOCUMENT, values)
            .await?
            .iter()
            .map(PersonRow::read)
            .collect()
    }

    /// The records merged into this one.
    pub async fn persons_merged_into(
        &self,
        person: PersonId,
    ) -> Result<Vec<PersonRow>, DatabaseError> {
        let rows = self
            .main()
            .fetch(&MERGED_INTO, vec![Value::from(person.to_string())])
            .await?;
        rows.iter().map(PersonRow::read).collect()
    }
}
