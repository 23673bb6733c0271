//! A hand in the database that should not be there.

use crate::Store;

/// Runs a script against the journal's database, as somebody with its password could.
pub async fn alter(store: &Store, script: &str) {
    let mut tx = store.main().begin().await.unwrap();
    tx.script(script).await.unwrap();
    tx.commit().await.unwrap();
}
