//! Forgetting: the keys of erased subjects are destroyed, and never made anew.
//!
//! Order matters: the erasure is in the journal first, then the keys go. What dies between the two,
//! or comes back with an old copy of either database, is set right by the sweep: at every start,
//! after every import and rebuild, and before any key is handed out while one is due. The journal
//! tells the key database what must be gone; the key database tells a journal that is older than an
//! erasure what its views must not show.
//!
//! Destroying a row is no promise about a disk. SQLite is told to write zeros over it and to empty
//! its log; PostgreSQL leaves the row to its vacuum and its archive, and either database's old
//! backups hold the key until they are gone, which is why those of keys are kept for days.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::Ordering,
};

use paso_domain::{event::Event, id::ErasureId, subject::Subject};
use paso_formats::moment::Moment;

use crate::{
    db::Db,
    error::DatabaseError,
    faults::Step,
    journal::Append,
    sql::{Row, Value, statements},
    store::Store,
    views::forgotten as view,
};

/// Subjects looked at together.
const PAGE: u32 = 256;

statements! {
    PUT = "INSERT INTO forgotten (subject, erasure, at) VALUES {{rows}}
        ON CONFLICT (subject) DO NOTHING";
    /// Every time, so that keys brought back beside this table go again.
    DESTROY = "DELETE FROM subject_key WHERE subject IN (SELECT subject FROM forgotten)";
    DESTROY_FURTHER = "DELETE FROM further_key WHERE subject IN (SELECT subject FROM forgotten)";
    NAMED = "SELECT subject, erasure, at FROM forgotten WHERE subject IN ({{list}})";
    KEY_PAGE = "SELECT subject, erasure, at FROM forgotten WHERE subject > $1
        ORDER BY subject LIMIT $2";
    ANY_KEPT = "SELECT subject FROM subject_key
        WHERE subject IN (SELECT subject FROM forgotten)
        UNION SELECT subject FROM further_key
        WHERE subject IN (SELECT subject FROM forgotten) LIMIT 1";
}

/// What is known of a subject that was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// The subject.
    pub subject: Subject,
    /// The erasure that names it.
    pub erasure: ErasureId,
    /// When the erasure was asked for.
    pub at: Moment,
}

impl Forgotten {
    pub(crate) fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            subject: row.parse(0, "subject")?,
            erasure: row.parse(1, "erasure")?,
            at: row.moment(2)?,
        })
    }
}

/// Whether an append erases somebody.
pub(crate) fn erases(append: &Append) -> bool {
    append
        .entries
        .iter()
        .any(|entry| matches!(entry.event(), Event::Erasure(_)))
}

impl Store {
    /// What is known of these subjects, as far as they were erased.
    pub async fn forgotten(
        &self,
        subjects: &[Subject],
    ) -> Result<HashMap<Subject, Forgotten>, DatabaseError> {
        let found = named(self.keys(), subjects).await?;
        Ok(found
            .into_iter()
            .map(|forgotten| (forgotten.subject.clone(), forgotten))
            .collect())
    }

    /// Says that the journal may name subjects whose keys are still there.
    pub(crate) fn sweep_is_due(&self) {
        self.sweeping().due.fetch_add(1, Ordering::SeqCst);
    }

    /// Sweeps if it is due: no key is handed out before.
    pub(crate) async fn swept(&self) -> Result<(), DatabaseError> {
        let sweeping = self.sweeping();
        if sweeping.done.load(Ordering::SeqCst) >= sweeping.due.load(Ordering::SeqCst) {
            return Ok(());
        }
        // On the heap: it is rare, and every act would carry room for it.
        Box::pin(self.sweep_what_is_due()).await
    }

    async fn sweep_what_is_due(&self) -> Result<(), DatabaseError> {
        let sweeping = self.sweeping();
        let _alone = sweeping.alone.lock().await;
        let due = sweeping.due.load(Ordering::SeqCst);
        if sweeping.done.load(Ordering::SeqCst) < due {
            self.sweep().await?;
            sweeping.done.fetch_max(due, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Destroys every key that an erasure names, and takes out of the views what the key database
    /// knows to be erased. To repeat it changes nothing.
    pub async fn sweep(&self) -> Result<(), DatabaseError> {
        self.take_over_from_journal().await?;
        if !self.keys().fetch(&ANY_KEPT, Vec::new()).await?.is_empty() {
            let mut tx = self.keys().begin().await?;
            tx.execute(&DESTROY, Vec::new()).await?;
            tx.execute(&DESTROY_FURTHER, Vec::new()).await?;
            self.faults().at(Step::KeysDestroyed)?;
            tx.commit().await?;
            self.keys().scrub().await?;
        }
        self.tell_older_journal().await
    }

    /// What the journal names and the key database does not know yet.
    async fn take_over_from_journal(&self) -> Result<(), DatabaseError> {
        let mut after = String::new();
        loop {
            let page = view::page(self.main(), &after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.subject.to_string();
            let subjects: Vec<_> = page.iter().map(|row| row.subject.clone()).collect();
            let known = self.forgotten(&subjects).await?;
            let news: Vec<_> = page
                .into_iter()
                .filter(|row| !known.contains_key(&row.subject))
                .collect();
            if news.is_empty() {
                continue;
            }
            // The views first: were the keys gone and a row left, nothing would look for it again.
            let subjects: Vec<_> = news.iter().map(|row| row.subject.clone()).collect();
            let mut tx = self.main().begin().await?;
            view::remove(&mut tx, &subjects).await?;
            tx.commit().await?;
            self.faults().at(Step::ViewsForgot)?;
            let rows = news.iter().map(|row| {
                [
                    Value::from(row.subject.to_string()),
                    Value::from(row.erasure.to_string()),
                    Value::from(row.at),
                ]
            });
            let mut tx = self.keys().begin().await?;
            tx.put(&PUT, rows.collect()).await?;
            tx.commit().await?;
        }
    }

    /// What the key database knows and this journal does not: it is older than the erasure.
    async fn tell_older_journal(&self) -> Result<(), DatabaseError> {
        let mut after = String::new();
        loop {
            let values = vec![Value::from(after.as_str()), Value::from(u64::from(PAGE))];
            let rows = self.keys().fetch(&KEY_PAGE, values).await?;
            let page: Vec<_> = rows.iter().map(Forgotten::read).collect::<Result<_, _>>()?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.subject.to_string();
            let subjects: Vec<_> = page.into_iter().map(|row| row.subject).collect();
            let known: HashSet<_> = view::named(self.main(), &subjects)
                .await?
                .into_iter()
                .map(|row| row.subject)
                .collect();
            let unknown: Vec<_> = subjects
                .into_iter()
                .filter(|subject| !known.contains(subject))
                .collect();
            if !unknown.is_empty() {
                let mut tx = self.main().begin().await?;
                view::remove(&mut tx, &unknown).await?;
                tx.commit().await?;
            }
        }
    }
}

async fn named(db: &Db, subjects: &[Subject]) -> Result<Vec<Forgotten>, DatabaseError> {
    let rows = db.fetch_list(&NAMED, Value::texts(subjects)).await?;
    rows.iter().map(Forgotten::read).collect()
}
