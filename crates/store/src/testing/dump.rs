//! A look at every row, and at every statement.

use std::collections::BTreeSet;

use crate::{Config, OpenError, Store, sql::Statement, views};

const PAGES: Statement = Statement {
    name: "pages",
    text: "PRAGMA page_count",
};

const DUMP: Statement = Statement {
    name: "dump",
    text: "SELECT * FROM {{table}}",
};

/// Every row of every view as text, sorted: two stores with equal views give equal lists.
pub async fn view_rows(store: &Store) -> Vec<String> {
    let mut rows = Vec::new();
    for table in views::TABLE_NAMES {
        rows.extend(table_rows(store, table).await);
    }
    rows
}

/// Every row of the journal as text, by position.
pub async fn journal_rows(store: &Store) -> Vec<String> {
    let rows = store.journal(1, u32::MAX).await.unwrap();
    rows.iter().map(|row| format!("{row:?}")).collect()
}

async fn table_rows(store: &Store, table: &str) -> Vec<String> {
    let text = sqlx::AssertSqlSafe(DUMP.text.replace("{{table}}", table));
    let rows = store
        .main()
        .fetch_text(&DUMP, sqlx::SqlSafeStr::into_sql_str(text), Vec::new());
    let mut lines: Vec<_> = rows
        .await
        .unwrap()
        .iter()
        .map(|row| format!("{table}|{}", row.show()))
        .collect();
    lines.sort();
    lines
}

/// Lets the SQLite file grow no further than so many pages beyond what it has, until its writing
/// connection is replaced: a full disk, as SQLite itself reports it.
pub async fn limit_growth(store: &Store, pages: u64) {
    let mut tx = store.main().begin().await.unwrap();
    let rows = tx.fetch(&PAGES, Vec::new()).await.unwrap();
    let most = rows[0].number(0).unwrap() + pages;
    tx.script(&format!("PRAGMA max_page_count = {most}"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The version of the views this program makes.
pub const fn views_version() -> u64 {
    views::VERSION
}

/// A new store that notes which statements it runs.
pub async fn create_observed(config: &Config) -> Result<Store, OpenError> {
    Store::create_observed(config).await
}

/// The statements of this crate that have not run on an observed store.
pub fn statements_not_run(store: &Store) -> Vec<&'static str> {
    let (all, ran) = store.statements();
    assert_eq!(
        all.len(),
        all.iter().collect::<BTreeSet<_>>().len(),
        "a statement is listed twice"
    );
    all.into_iter().filter(|name| !ran.contains(name)).collect()
}
