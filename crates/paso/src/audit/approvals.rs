//! `paso audit approvals`: every signature in the journal, held against the passkeys that the register
//! of officers had at the time, and the export of it all.

use crate::{
    approvals,
    cli::{Audit, AuditApprovals},
    datadir::DataDir,
    serve,
};
use anyhow::{Context, Result};
use paso_domain::signing::{Passkeys, origin};
use paso_formats::{
    approval::{self, Approvals, ApprovalsFile, ExportHeader, ExportedRow},
    assertion::is_origin_of,
};
use paso_store::audit::{Walk, Walked};
use std::{collections::BTreeSet, fs, io::Write, os::unix::fs::OpenOptionsExt};

/// Audits, tells, and gives the exit code: 0 where nothing is wrong, 1 for findings.
pub(super) async fn run(
    dir: &DataDir,
    args: &AuditApprovals,
    told: &Audit,
    out: &mut impl Write,
) -> Result<u8> {
    let config = serve::config(dir)?;
    let mut walk = Walk::open(&config.store(dir.path())?)
        .await
        .context("the audit could not be carried out")?;
    let mut gathered = Gathered::default();
    let up_to = walk.each(|row| gathered.take(row)).await?;
    walk.close().await?;
    let file = gathered.into_file(&config.authority.code, &config.web.host, up_to);
    if let Some(path) = &args.export {
        let bytes = approval::write(&file)?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let written = options
            .open(path)
            .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()));
        written.with_context(|| {
            format!(
                "cannot write {}; name a file that is not there yet",
                path.display()
            )
        })?;
    }
    let header = &file.header;
    let report = approvals::judge(&file, &header.rp_id, &header.origins);
    approvals::tell(&file, &report, told.lang, told.json, out)
}

/// Every signature met in a walk, and the passkeys to hold it against.
#[derive(Default)]
pub(super) struct Gathered {
    passkeys: Passkeys,
    rows: Vec<ExportedRow>,
}

impl Gathered {
    /// What was gathered, as it is exported.
    pub(super) fn into_file(self, authority: &str, rp_id: &str, up_to: u64) -> ApprovalsFile {
        ApprovalsFile {
            header: ExportHeader {
                authority: authority.to_owned(),
                origins: self.origins(rp_id),
                rp_id: rp_id.to_owned(),
                up_to,
            },
            passkeys: self.passkeys.into_passkeys(),
            rows: self.rows,
        }
    }

    pub(super) fn take(&mut self, row: &Walked<'_>) {
        if let Some((subject, event)) = row.event {
            self.passkeys.take(row.position, subject, event);
        }
        let command = row.event.and_then(|(_, event)| origin(event));
        let command = command.unwrap_or_default();
        if row.approvals == approval::NONE && command.is_empty() {
            return;
        }
        // A row without a leaf is `paso audit entries`' finding; nothing could link it to the log.
        let Some(leaf) = row.leaf else { return };
        self.rows.push(ExportedRow {
            position: row.position,
            kind: row.kind.to_owned(),
            command: command.to_owned(),
            approvals: row.approvals.to_vec(),
            leaf: leaf.clone(),
        });
    }

    /// The authority's addresses at which somebody signed. It may have moved over the years; a page
    /// of another name than its own is none of them.
    fn origins(&self, rp_id: &str) -> Vec<String> {
        let mut origins = BTreeSet::new();
        for row in &self.rows {
            let Ok(Some(approvals)) = Approvals::read(&row.approvals) else {
                continue;
            };
            let named = approvals.given().iter();
            origins.extend(named.filter_map(|given| given.assertion.origin()));
        }
        let belong = origins.into_iter();
        belong
            .filter(|origin| is_origin_of(origin, rp_id))
            .collect()
    }
}
