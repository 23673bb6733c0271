//! Ceremonies under way: what the server must remember between the challenge it gave and the answer
//! of an authenticator. Each is taken out once, whatever becomes of the answer, so that an answer
//! sent a second time finds nothing to fit.

use paso_formats::moment::Moment;

use crate::{
    error::DatabaseError,
    session::TokenHash,
    sql::{Value, statements},
    store::Store,
    tx::Tx,
};

statements! {
    ADD = "INSERT INTO ceremony (token_hash, purpose, state, expires) VALUES ($1, $2, $3, $4)";
    TAKE = "DELETE FROM ceremony WHERE token_hash = $1 AND purpose = $2 RETURNING state, expires";
    FORGET = "DELETE FROM ceremony WHERE expires <= $1";
}

impl Store {
    /// Begins a ceremony. Those whose time is over go at the same time: whoever only looks at the
    /// page must not fill the disk.
    pub async fn begin_ceremony(
        &self,
        token: &TokenHash,
        purpose: &str,
        state: Vec<u8>,
        now: Moment,
        expires: Moment,
    ) -> Result<(), DatabaseError> {
        let mut tx = self.main().begin().await?;
        forget(&mut tx, now).await?;
        let values = vec![
            Value::from(token),
            Value::from(purpose),
            Value::from(state),
            Value::from(expires),
        ];
        tx.execute(&ADD, values).await?;
        tx.commit().await
    }

    /// Takes a ceremony out: of two who try at once, one has it. None when there is none of this
    /// purpose, its time is over, or it would last longer from now on than `life` allows: then the
    /// clock was set back since it began.
    pub async fn take_ceremony(
        &self,
        token: &TokenHash,
        purpose: &str,
        now: Moment,
        life: i64,
    ) -> Result<Option<Vec<u8>>, DatabaseError> {
        let mut tx = self.main().begin().await?;
        let rows = tx
            .fetch(&TAKE, vec![Value::from(token), Value::from(purpose)])
            .await?;
        tx.commit().await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let state = row.bytes(0)?;
        let left = row.moment(1)?.since(now);
        Ok((1..=life).contains(&left).then_some(state))
    }
}

pub(crate) async fn forget(tx: &mut Tx, now: Moment) -> Result<(), DatabaseError> {
    tx.execute(&FORGET, vec![Value::from(now)]).await
}
