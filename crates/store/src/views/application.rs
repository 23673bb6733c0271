//! Applications that did not become a card, by the person who made them: what is about a person is
//! found whole, to be shown and to be erased.

use paso_domain::{
    card::CardEvent,
    event::Event,
    id::{ApplicationId, PersonId},
    subject::Subject,
};

use super::Fact;
use crate::{
    error::DatabaseError,
    sql::{Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_application (
        application {{text}} NOT NULL PRIMARY KEY,
        person {{text}} NOT NULL
    ) {{keyed}};
    CREATE INDEX view_application_person ON view_application (person);
";

statements! {
    PUT = "INSERT INTO view_application (application, person) VALUES {{rows}}
        ON CONFLICT (application) DO NOTHING";
    BY_PERSON = "SELECT application FROM view_application WHERE person IN ({{list}})
        ORDER BY application";
}

/// The first applicant stands, as in the register.
pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let rows = facts
        .iter()
        .filter_map(|fact| match (fact.subject, fact.event) {
            (
                Subject::Application(id),
                Event::Card(CardEvent::ApplicationReceived { application, .. }),
            ) => Some([
                Value::from(id.to_string()),
                Value::from(application.person.to_string()),
            ]),
            _ => None,
        });
    tx.put(&PUT, rows.collect()).await
}

impl Store {
    /// The applications of a person that did not become a card. Give all records that are merged
    /// into one.
    pub async fn applications_of(
        &self,
        person: &[PersonId],
    ) -> Result<Vec<ApplicationId>, DatabaseError> {
        let rows = self
            .main()
            .fetch_list(&BY_PERSON, Value::texts(person))
            .await?;
        rows.iter().map(|row| row.parse(0, "application")).collect()
    }
}
