//! `paso verify approvals`: what an export of approvals proves, with no server, database or network.

use crate::{approvals, cli::VerifyApprovals};
use anyhow::{Context, Result};
use paso_formats::approval::ApprovalsFile;
use std::{fs, io::Write};

/// Checks, answers, and gives the exit code: 0 where nothing is wrong, 1 for findings.
pub fn approvals(args: &VerifyApprovals, out: &mut impl Write) -> Result<u8> {
    let bytes =
        fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let file = ApprovalsFile::read(&bytes)
        .with_context(|| format!("{} cannot be used", args.file.display()))?;
    // Whoever knows the authority's address need not take its word for it.
    let rp_id = args.rp_id.as_ref().unwrap_or(&file.header.rp_id);
    let origins = approvals::origins_of(&file.header.origins, rp_id);
    let report = approvals::judge(&file, rp_id, &origins);
    approvals::tell(&file, &report, args.lang, args.json, out)
}
