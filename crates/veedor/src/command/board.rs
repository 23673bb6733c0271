//! `veedor board`: custody as the statements tell it.

use super::{databases, hexadecimal};
use crate::{
    cli,
    clock::Clock,
    custody::{
        Row, Silent, Told,
        board::Board,
        episode::{Episode, Found},
        summary::Summary,
    },
    datadir::DataDir,
    disk::Disk,
    mirror, statements,
};
use anyhow::{Context, Result, bail};
use paso_formats::moment::Moment;
use serde_json::{Value, json};
use std::io::Write;

/// The board of one authority, and the rows that tell nothing.
struct Opened {
    authority: String,
    board: Board,
    silent: Vec<Silent>,
}

pub(crate) async fn run(
    dir: &DataDir,
    args: &cli::Board,
    clock: &Clock,
    out: &mut impl Write,
) -> Result<()> {
    let key = statements::load(&args.open.key)?;
    let at = args.at.unwrap_or_else(|| clock.moment());
    let (_, databases) = databases(dir, args.open.which.authority.as_deref()).await?;
    let mut opened = Vec::new();
    for (authority, db) in databases {
        let (told, silent) = sort(mirror::told(&db, &key).await?);
        db.close().await;
        opened.push(Opened {
            authority,
            board: Board::at(&told, at),
            silent,
        });
    }
    if args.json {
        let boards: Vec<Value> = opened.iter().map(Opened::json).collect();
        writeln!(
            out,
            "{:#}",
            json!({ "at": at.to_string(), "authorities": boards })
        )?;
    } else {
        for opened in &opened {
            opened.print(out)?;
        }
    }
    if args.publish {
        publish(dir, &opened)?;
    }
    let wrong: usize = opened.iter().map(Opened::discrepancies).sum();
    if wrong > 0 {
        bail!("{wrong} rows of custody tell nothing or do not fit; each is named above");
    }
    Ok(())
}

/// What was told, and what was not.
pub(crate) fn sort(rows: Vec<Row>) -> (Vec<Told>, Vec<Silent>) {
    let (mut told, mut silent) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Row::Told(row) => told.push(row),
            Row::Silent(row) => silent.push(row),
        }
    }
    (told, silent)
}

fn publish(dir: &DataDir, opened: &[Opened]) -> Result<()> {
    let summaries: Vec<Summary> = opened
        .iter()
        .map(|opened| Summary::of(&opened.authority, &opened.board, opened.silent.len()))
        .collect();
    let path = dir.summary();
    let text = serde_json::to_string_pretty(&summaries)?;
    Disk::reliable()
        .write(&path, (text + "\n").as_bytes(), 0o644)
        .with_context(|| format!("cannot write {}", path.display()))
}

fn or_dash(moment: Option<Moment>) -> String {
    moment.map_or_else(|| "-".to_owned(), |moment| moment.to_string())
}

impl Opened {
    fn discrepancies(&self) -> usize {
        self.board.found.len() + self.silent.len()
    }

    fn print(&self, out: &mut impl Write) -> Result<()> {
        let (code, board) = (&self.authority, &self.board);
        writeln!(
            out,
            "{code} at {}: {} under control, {} clocks ran out",
            board.at,
            board.open().count(),
            board.overdue()
        )?;
        writeln!(
            out,
            "place\tpresent\tin\tout\toverdue\toldest\toffered\tnot found\tsince"
        )?;
        for (place, row) in &board.places {
            writeln!(
                out,
                "{place}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                row.present.len(),
                row.entered,
                row.left,
                row.overdue,
                or_dash(row.oldest),
                row.offered,
                row.not_found,
                or_dash(row.since)
            )?;
        }
        for Found {
            stands,
            episode,
            what,
        } in &board.found
        {
            let episode = hexadecimal(episode);
            let (label, place) = (stands.label, stands.place);
            writeln!(out, "{code} {label} {place}: {} {episode}", what.code())?;
        }
        for Silent { label, place, why } in &self.silent {
            writeln!(out, "{code} {label} {place}: {why}")?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let board = &self.board;
        let places: Vec<Value> = board
            .places
            .iter()
            .map(|(place, row)| {
                json!({
                    "place": place.as_ref(),
                    "present": row.present.len(),
                    "in": row.entered,
                    "out": row.left,
                    "overdue": row.overdue,
                    "oldest_overdue": row.oldest.map(|at| at.to_string()),
                    "offered": row.offered,
                    "not_found": row.not_found,
                    "since": row.since.map(|at| at.to_string()),
                })
            })
            .collect();
        let found = board.found.iter().map(|found| {
            json!({
                "log": found.stands.label.to_string(),
                "place_in_log": found.stands.place,
                "what": found.what.code(),
                "episode": hexadecimal(&found.episode),
            })
        });
        let silent = self.silent.iter().map(|row| {
            json!({
                "log": row.label.to_string(),
                "place_in_log": row.place,
                "what": "silent",
                "why": row.why,
            })
        });
        let episodes: Vec<Value> = board.open().map(|episode| self.episode(episode)).collect();
        json!({
            "authority": self.authority,
            "under_control": board.open().count(),
            "overdue": board.overdue(),
            "places": places,
            "episodes": episodes,
            "discrepancies": found.chain(silent).collect::<Vec<Value>>(),
        })
    }

    fn episode(&self, episode: &Episode) -> Value {
        json!({
            "episode": hexadecimal(&episode.handle),
            "group": episode.group.map(|group| hexadecimal(&group)),
            "place": episode.place.as_ref(),
            "since": episode.since.to_string(),
            "due": episode.due.map(|due| due.to_string()),
            "overdue": episode.is_overdue(self.board.at),
            "offered": episode.offered,
            "not_found": episode.not_found,
        })
    }
}
