//! Which of several processes sequences.
//!
//! On SQLite one process owns the database. On PostgreSQL there may be several, and the one whose
//! connection holds a lock leads; when the connection breaks the server lets go, and another takes
//! over. The lock spares work and is not what makes it safe: that is the compare-and-swap on size.

use crate::{Store, db::OwnConnection, error::DatabaseError};

/// PostgreSQL's advisory lock of the sequencer.
const LOCK: i64 = 0x5041_534f_0003;

/// The right to sequence, until it is dropped.
#[derive(Debug)]
pub struct Leadership(Option<OwnConnection>);

impl Leadership {
    /// Whether the right is still there.
    pub async fn holds(&mut self) -> bool {
        match &mut self.0 {
            None => true,
            Some(connection) => connection.is_alive().await,
        }
    }
}

impl Store {
    /// The right to sequence, unless another process has it.
    pub async fn lead(&self) -> Result<Option<Leadership>, DatabaseError> {
        let Some(mut connection) = self.main().own_connection().await? else {
            return Ok(Some(Leadership(None)));
        };
        Ok(connection
            .try_lock(LOCK)
            .await?
            .then_some(Leadership(Some(connection))))
    }

    /// Whether other processes read the same database, so that it must keep what they serve.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.main().is_shared()
    }
}
