//! `paso backup` and `paso restore`: the register and the keys, apart, sealed to people who are
//! not at this machine, and believed only when they have been restored.
//!
//! Two files, because they are kept for different times: the register for months, the keys for
//! days, so that a destroyed key does not live on in a drawer (DESIGN §4). Both are taken of one
//! instant while `paso serve` runs, and neither holds views: these are made anew.
//!
//! What this machine can check of its own backup is little, since it cannot open it: that the bytes
//! it wrote are the bytes that are there. That a backup is a register is shown by restoring it,
//! with an identity, elsewhere (`paso backup verify`); only such a one lets older ones go.

mod content;
mod copy;
mod format;
mod keep;
mod load;
mod mark;
mod name;
mod partial;
mod restore;
mod sealed;
mod settings;
mod verify;
mod write;

pub use mark::{RESTORED, admit};

use crate::{cli, datadir::DataDir};
use anyhow::Result;
use std::io::Write;

/// Carries out `paso backup`.
pub async fn run(dir: &DataDir, args: &cli::Backup, out: &mut impl Write) -> Result<u8> {
    match &args.command {
        Some(cli::BackupCommand::Verify(args)) => Box::pin(verify::run(args, out)).await,
        None => Box::pin(write::run(dir, &args.write, out)).await,
    }
}

/// Carries out `paso restore`.
pub async fn restore(dir: &DataDir, args: &cli::Restore, out: &mut impl Write) -> Result<u8> {
    Box::pin(restore::run(dir, args, out)).await
}
