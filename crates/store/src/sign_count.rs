//! How far each passkey has counted. Most count nothing; of one that does, a step back may mean that
//! there are two of it. The step is journaled by whoever asks here; the count itself is no fact of
//! anybody and stands outside the journal.

use crate::{
    error::DatabaseError,
    sql::{Value, statements},
    store::Store,
};

statements! {
    HIGHEST = "SELECT highest FROM sign_count WHERE credential = $1";
    RAISE = "INSERT INTO sign_count (credential, highest) VALUES ($1, $2)
        ON CONFLICT (credential) DO UPDATE SET highest = excluded.highest
        WHERE sign_count.highest < excluded.highest";
}

impl Store {
    /// Notes the count of a signature, and answers the highest seen before it.
    pub async fn count_signature(
        &self,
        credential: &[u8],
        seen: u32,
    ) -> Result<Option<u32>, DatabaseError> {
        let mut tx = self.main().begin().await?;
        let rows = tx
            .fetch(&HIGHEST, vec![Value::from(credential.to_vec())])
            .await?;
        let before = rows.first().map(|row| row.small(0)).transpose()?;
        let values = vec![
            Value::from(credential.to_vec()),
            Value::from(u64::from(seen)),
        ];
        tx.execute(&RAISE, values).await?;
        tx.commit().await?;
        Ok(before)
    }
}
