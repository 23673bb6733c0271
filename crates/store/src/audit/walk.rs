//! The journal row by row, opened, for whoever audits what this crate does not know of.

use paso_domain::{event::Event, subject::Subject};
use paso_formats::entry::Entry as Leaf;

use super::{AuditError, Register, Report, journal, pages};
use crate::Config;

/// A row of the journal.
#[derive(Clone, Copy, Debug)]
pub struct Walked<'a> {
    /// Its position.
    pub position: u64,
    /// Its subject, as it lies there.
    pub subject: &'a str,
    /// Its version in the subject.
    pub version: u64,
    /// Its kind.
    pub kind: &'a str,
    /// The event and whom it is about; none where its key was destroyed or it cannot be read.
    pub event: Option<(&'a Subject, &'a Event)>,
    /// Its approvals, as they lie there.
    pub approvals: &'a [u8],
    /// What was stated to the ombudsman beside it, sealed; empty for nothing.
    pub statement: &'a [u8],
    /// Its leaf, where it has one that can be read.
    pub leaf: Option<&'a Leaf>,
}

/// The journal as it was at one instant. It can be walked again and is the same.
pub struct Walk(Register);

impl Walk {
    /// Looks at a register, beside a running program or on a copy.
    ///
    /// # Errors
    /// When there is none, or one of another version.
    pub async fn open(config: &Config) -> Result<Self, AuditError> {
        Register::open(config).await.map(Self)
    }

    /// Shows every row, in order, and gives the last position.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn each(&mut self, mut show: impl FnMut(&Walked<'_>)) -> Result<u64, AuditError> {
        let mut after = 0;
        loop {
            let page = pages::journal(&mut self.0.main, after).await?;
            let Some(last) = page.last() else {
                return Ok(after);
            };
            after = last.position;
            let subjects = page.iter().map(|row| row.subject.as_str());
            let keys = journal::keys_of(&mut self.0.keys, subjects).await?;
            // What does not open is the other audit's to tell.
            let mut told = Report::default();
            for row in &page {
                let event = journal::open(row, keys.get(&row.subject), &mut told);
                let leaf = row
                    .entry
                    .as_ref()
                    .and_then(|(_, leaf)| Leaf::read(leaf).ok());
                show(&Walked {
                    position: row.position,
                    subject: &row.subject,
                    version: row.version,
                    kind: &row.kind,
                    event: event.as_ref().map(|(subject, event)| (subject, event)),
                    approvals: &row.approvals,
                    statement: &row.statement,
                    leaf: leaf.as_ref(),
                });
            }
        }
    }

    /// Ends.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close(self) -> Result<(), AuditError> {
        self.0.close().await
    }
}
