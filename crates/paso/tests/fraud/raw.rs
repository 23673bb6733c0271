//! The databases as somebody with their passwords has them.

use paso_store::Url;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};
use std::fmt::Write as _;

async fn sqlite(path: &std::path::Path) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(std::time::Duration::from_secs(10));
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Runs a script.
pub(crate) async fn script(url: &Url, text: &str) {
    let text = AssertSqlSafe(text.to_owned());
    match url {
        Url::Sqlite(path) => {
            let mut db = sqlite(path).await;
            sqlx::raw_sql(text).execute(&mut db).await.unwrap();
            db.close().await.unwrap();
        }
        Url::Postgres(url) => {
            let mut db = PgConnection::connect(url).await.unwrap();
            sqlx::raw_sql(text).execute(&mut db).await.unwrap();
            db.close().await.unwrap();
        }
    }
}

/// The bytes that a query gives.
pub(crate) async fn bytes(url: &Url, text: &str) -> Vec<u8> {
    let text = AssertSqlSafe(text.to_owned());
    match url {
        Url::Sqlite(path) => {
            let mut db = sqlite(path).await;
            sqlx::query(text).fetch_one(&mut db).await.unwrap().get(0)
        }
        Url::Postgres(url) => {
            let mut db = PgConnection::connect(url).await.unwrap();
            sqlx::query(text).fetch_one(&mut db).await.unwrap().get(0)
        }
    }
}

/// Bytes as the engine writes them in a script.
pub(crate) fn literal(url: &Url, bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in bytes {
        write!(hex, "{byte:02x}").unwrap();
    }
    match url {
        Url::Sqlite(_) => format!("x'{hex}'"),
        Url::Postgres(_) => format!("'\\x{hex}'::bytea"),
    }
}
