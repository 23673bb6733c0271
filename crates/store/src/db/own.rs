//! A connection that one task keeps for itself, for what belongs to a session and not to a
//! transaction.

use super::{Db, Pools};
use crate::error::DatabaseError;
use sqlx::postgres::PgConnection;

/// A connection taken out of the pool, which does not wait for it when it closes. Dropped, it is
/// closed, and what its session held is let go.
#[derive(Debug)]
pub(crate) struct OwnConnection(PgConnection);

impl Db {
    /// A connection of one's own; none on SQLite, which has no sessions.
    pub(crate) async fn own_connection(&self) -> Result<Option<OwnConnection>, DatabaseError> {
        let Pools::Postgres { read, .. } = &self.pools else {
            return Ok(None);
        };
        let connection = read.acquire().await;
        let connection = connection.map_err(|error| DatabaseError::failed("connect", error))?;
        Ok(Some(OwnConnection(connection.detach())))
    }

    /// Whether other processes may have the database open.
    pub(crate) const fn is_shared(&self) -> bool {
        matches!(self.pools, Pools::Postgres { .. })
    }
}

impl OwnConnection {
    /// Takes an advisory lock for as long as the session lives, unless another has it.
    pub(crate) async fn try_lock(&mut self, lock: i64) -> Result<bool, DatabaseError> {
        sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(lock)
            .fetch_one(&mut self.0)
            .await
            .map_err(|error| DatabaseError::failed("take the sequencer's lock", error))
    }

    /// Whether the session still lives.
    pub(crate) async fn is_alive(&mut self) -> bool {
        let one: Result<i32, _> = sqlx::query_scalar("SELECT 1").fetch_one(&mut self.0).await;
        one.is_ok()
    }
}
