//! `veedor sample`: how many people must be asked.

use crate::{cli::Sample, custody::sampling::Question};
use anyhow::Result;
use std::io::Write;

pub(crate) fn run(args: &Sample, out: &mut impl Write) -> Result<()> {
    let question = Question::new(args.omitted, args.confidence, args.population)?;
    let of = args
        .population
        .map_or_else(String::new, |people| format!(" of {people}"));
    writeln!(
        out,
        "Ask {} people{of}, drawn by lot, for their receipt: if {} % are omitted, at least one of them \
         has no entry, with {} % confidence.",
        question.answer(),
        args.omitted,
        args.confidence
    )?;
    Ok(())
}
