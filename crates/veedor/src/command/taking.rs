//! `veedor taking`: reports of people taken, as the ombudsman's people work with them.

use super::{board::sort, databases};
use crate::{
    cli::Taking,
    clock::Clock,
    config::Config,
    datadir::DataDir,
    mirror, serve, statements,
    taking::{
        answers,
        rule::{Standing, hold, is_late, unaware_until},
        store::Store,
    },
};
use anyhow::{Context, Result, bail};
use paso_formats::{narrative, taking::Answer};
use std::{fs, io::Write};

pub(crate) async fn run(
    dir: &DataDir,
    asked: &Taking,
    clock: &Clock,
    out: &mut impl Write,
) -> Result<()> {
    let config = serve::read_config(dir)?;
    let path = dir.takings();
    if !path.is_file() {
        bail!(
            "{} is not there; `veedor serve` makes it where veedor.toml has a [taking]",
            path.display()
        );
    }
    let store = Store::open(&path).await?;
    let done = match asked {
        Taking::List => list(&store, clock, out).await,
        Taking::Read(args) => read(&store, args, out).await,
        Taking::Answer(args) => answer(&store, &config, args, clock, out).await,
        Taking::Check(args) => check(dir, &store, args, out).await,
    };
    store.close().await;
    done
}

async fn list(store: &Store, clock: &Clock, out: &mut impl Write) -> Result<()> {
    let now = clock.moment();
    for (report, asked) in store.newest(u32::MAX).await? {
        for asked in asked {
            let standing = Standing::of(&asked, report.due, now);
            let late = if is_late(&asked, report.due, now) {
                "late"
            } else {
                "-"
            };
            writeln!(
                out,
                "{}\t{}\t{}\t{late}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                report.folio,
                asked.authority,
                standing.code(),
                report.due,
                report.taken,
                report.people,
                report.area,
                report.place,
                report.unit,
                report.vehicle
            )?;
        }
    }
    Ok(())
}

async fn read(store: &Store, args: &crate::cli::TakingRead, out: &mut impl Write) -> Result<()> {
    let key = statements::load(&args.key)?;
    let Some(sealed) = store.sealed(args.folio).await? else {
        bail!("there is no report {}", args.folio);
    };
    let words = narrative::open(&sealed, &key)?;
    writeln!(out, "{words}")?;
    Ok(())
}

async fn answer(
    store: &Store,
    config: &Config,
    args: &crate::cli::TakingAnswer,
    clock: &Clock,
    out: &mut impl Write,
) -> Result<()> {
    let bytes =
        fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let now = clock.moment();
    let (answer, kept) = answers::take(store, &config.signers(), &bytes, now).await?;
    writeln!(
        out,
        "{} {}: {}",
        answer.folio,
        answer.authority,
        answers::said(kept)
    )?;
    Ok(())
}

async fn check(
    dir: &DataDir,
    store: &Store,
    args: &crate::cli::Statements,
    out: &mut impl Write,
) -> Result<()> {
    let key = statements::load(&args.key)?;
    let (_, databases) = databases(dir, args.which.authority.as_deref()).await?;
    for (code, db) in databases {
        let unchecked = store.unchecked(&code).await?;
        if !unchecked.is_empty() {
            let (told, _) = sort(mirror::told(&db, &key).await?);
            for row in unchecked {
                // It was read when it came; only another program could have put in anything else.
                let (answer, _) = Answer::unverified(&row.note)?;
                let before = mirror::committed(&db, unaware_until(&row.report)).await?;
                let found = hold(&row.report, &answer, &told, &before);
                store.found(row.id, found).await?;
                writeln!(out, "{} {code}: {found}", row.report.folio)?;
            }
        }
        db.close().await;
    }
    Ok(())
}
