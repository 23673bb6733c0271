//! `paso audit custody`: the story of every episode told again from the journal, held against itself,
//! against whoever signed it, and against what was stated to the ombudsman.
//!
//! It writes nothing. That the rows are what was signed and published, and that views follow from them,
//! is what `paso audit` says, and is not done here a second time: run both.

mod key;
mod words;

use super::approvals::Gathered;
use crate::{
    approvals,
    cli::{Audit, AuditCustody},
    datadir::DataDir,
    program, serve,
};
use anyhow::{Context, Result};
use paso_domain::{
    crossings::Crossings,
    custody::{
        Clocks, Discord,
        review::{By, Grade, Read, Review, ReviewFinding, ReviewRow, Reviewed, Said, What},
    },
    erasure::ErasureEvent,
    event::Event,
    id::EpisodeId,
    signing::LedgerReport,
    subject::Subject,
};
use paso_formats::{
    approval::Approvals,
    field::StateCode,
    moment::Moment,
    statement::{OpeningKey, Statement},
};
use paso_service::clock::Clock;
use paso_store::{
    Config,
    audit::{Walk, Walked},
};
use serde_json::{Value, json};
use std::io::Write;
use words::Words;

/// What custody is audited by.
pub struct Asked<'a> {
    /// The authority's code.
    pub authority: &'a str,
    /// The state it belongs to.
    pub home: StateCode,
    /// The relying party of the officers' passkeys.
    pub rp_id: &'a str,
    /// The clocks.
    pub clocks: &'a Clocks,
    /// The posts.
    pub crossings: &'a Crossings,
    /// Whether the authority states custody to an ombudsman.
    pub states: bool,
    /// The ombudsman's key, where it is at hand.
    pub key: Option<&'a OpeningKey>,
    /// The present.
    pub now: Moment,
}

/// What an audit of custody says.
#[derive(Clone, Debug)]
pub struct Custody {
    /// The last position it saw.
    pub position: u64,
    /// What the facts come to.
    pub reviewed: Reviewed,
    /// What the signatures of custody prove.
    pub signatures: LedgerReport,
}

impl Custody {
    /// Whether nobody has to look at anything.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.reviewed.is_clean() && self.signatures.is_clean()
    }

    /// The codes of everything somebody has to look at, signatures included.
    #[must_use]
    pub fn codes(&self) -> Vec<String> {
        let findings = self.reviewed.findings.iter();
        let of_facts = findings
            .filter(|found| found.grade != Grade::Noted)
            .map(ReviewFinding::code);
        let lines = self.signatures.lines.values();
        let of_signatures = lines
            .flat_map(|line| &line.found)
            .map(|found| found.fault.code().to_owned());
        of_facts.chain(of_signatures).collect()
    }
}

/// Walks through the journal of these databases.
///
/// # Errors
/// When it could not be carried out. A register in which things are found is no error.
pub async fn review(config: &Config, asked: &Asked<'_>) -> Result<Custody> {
    let mut walk = Walk::open(config)
        .await
        .context("the audit could not be carried out")?;
    let mut review = Review::new(By {
        clocks: asked.clocks,
        crossings: asked.crossings,
        home: asked.home,
        states: asked.states,
    });
    let mut gathered = Gathered::default();
    let position = walk
        .each(|row| {
            gathered.take(row);
            take(&mut review, row, asked.key);
        })
        .await?;
    walk.close().await?;
    let file = gathered.into_file(asked.authority, asked.rp_id, position);
    let mut signatures = approvals::judge(&file, &file.header.rp_id, &file.header.origins);
    // Acts of other registers are `paso audit approvals`' to tell.
    signatures
        .lines
        .retain(|command, _| command.starts_with("custody."));
    Ok(Custody {
        position,
        reviewed: review.end(asked.now),
        signatures,
    })
}

fn take(review: &mut Review<'_>, row: &Walked<'_>, key: Option<&OpeningKey>) {
    match row.event {
        Some((Subject::Protection(person), Event::Protection(event))) => {
            review.protects(*person, event);
        }
        Some((Subject::Shifts(officer), Event::Shift(event))) => review.works(officer, event),
        Some((_, Event::Erasure(ErasureEvent::CarriedOut { erasure, .. }))) => {
            for subject in &erasure.subjects {
                if let Subject::Episode(id) = subject {
                    review.erases(*id);
                }
            }
        }
        _ => {}
    }
    let Some(episode) = episode(row) else { return };
    let approvals = Approvals::read(row.approvals).ok().flatten();
    let signer = approvals
        .as_ref()
        .map(|approvals| approvals.act().header().officer.as_str());
    review.take(&ReviewRow {
        position: row.position,
        episode,
        version: row.version,
        read: match row.event {
            Some((_, Event::Custody(fact))) => Read::Fact(fact),
            Some(_) => Read::Beside,
            None => Read::Unreadable,
        },
        said: said(row.statement, key),
        signer,
        written: row.leaf.map(|leaf| (leaf.stream(), leaf.time())),
    });
}

/// Whose episode a row is, by the name on it, whether or not it can be read.
fn episode(row: &Walked<'_>) -> Option<EpisodeId> {
    match row.subject.parse() {
        Ok(Subject::Episode(id)) => Some(id),
        _ => None,
    }
}

fn said(sealed: &[u8], key: Option<&OpeningKey>) -> Said {
    match key {
        _ if sealed.is_empty() => Said::Nothing,
        None => Said::Sealed,
        Some(key) => Statement::open(sealed, key).map_or(Said::Closed, Said::Told),
    }
}

/// Audits, tells, and gives the exit code: 0 where nobody has to look, 1 for findings.
pub(super) async fn run(
    dir: &DataDir,
    args: &AuditCustody,
    told: &Audit,
    out: &mut impl Write,
) -> Result<u8> {
    let config = serve::config(dir)?;
    let key = args.statement_key.as_deref().map(key::load).transpose()?;
    let clocks = program::clocks(&config.programme.clocks)?;
    let crossings = program::crossings(&config.programme.crossings)?;
    let asked = Asked {
        authority: &config.authority.code,
        home: config.authority()?.country,
        rp_id: &config.web.host,
        clocks: &clocks,
        crossings: &crossings,
        states: config.custody.statements()?.is_some(),
        key: key.as_ref(),
        now: Clock::System.now(),
    };
    let custody = review(&config.store(dir.path())?, &asked).await?;
    if told.json {
        serde_json::to_writer_pretty(&mut *out, &as_json(&custody))?;
        writeln!(out)?;
    } else {
        say(&custody, asked.key.is_some(), &Words::of(told.lang), out)?;
    }
    Ok(u8::from(!custody.is_clean()))
}

fn say(custody: &Custody, opened: bool, words: &Words, out: &mut impl Write) -> Result<()> {
    let Reviewed {
        rows,
        episodes,
        held,
        agreed,
        findings,
    } = &custody.reviewed;
    writeln!(
        out,
        "{} {}\n{}",
        words.up_to(),
        custody.position,
        words.counted(*rows, *episodes, *held)
    )?;
    writeln!(out, "{}\n", words.stated(opened.then_some(*agreed)))?;
    for grade in Grade::ALL {
        let mut of: Vec<_> = findings.iter().filter(|one| one.grade == grade).collect();
        if of.is_empty() {
            continue;
        }
        of.sort_by_key(|found| found.code());
        writeln!(out, "{}", words.grade(grade))?;
        let mut last = String::new();
        for found in of {
            let code = found.code();
            if code != last {
                writeln!(out, "  {code}: {}", words.finding(&code))?;
                last = code;
            }
            writeln!(out, "    {}", place(found))?;
        }
        writeln!(out)?;
    }
    for (command, line) in &custody.signatures.lines {
        for found in &line.found {
            let code = found.fault.code();
            writeln!(
                out,
                "  {command} #{} {code}: {}",
                found.position,
                approvals::fault(code, words.lang())
            )?;
        }
    }
    writeln!(out, "{}", words.verdict(custody.is_clean()))?;
    Ok(())
}

/// Which row, episode or list: names of things, never of people.
fn place(found: &ReviewFinding) -> String {
    let list = |numbers: &mut dyn Iterator<Item = u16>| {
        let numbers: Vec<_> = numbers.map(|number| number.to_string()).collect();
        numbers.join(", ")
    };
    match &found.what {
        What::Row(_) | What::Alarm(_) => {
            let episode = found.episode.map(|id| id.to_string()).unwrap_or_default();
            match found.position {
                Some(position) => format!("#{position} {episode}"),
                None => episode,
            }
        }
        What::Discord(Discord::Count {
            operation,
            counted,
            missing,
            doubled,
        }) => format!(
            "{operation}: {} − {{{}}} + {{{}}}",
            list(&mut counted.iter().copied()),
            list(&mut missing.iter().copied()),
            list(&mut doubled.iter().copied())
        ),
        What::Discord(Discord::Handover {
            handover,
            offered,
            listed,
            counted,
            accepted,
        }) => {
            let counted = counted.map_or_else(|| "—".to_owned(), |counted| counted.to_string());
            format!("{handover}: {offered}/{listed} → {counted}/{accepted}")
        }
        What::Discord(Discord::Separated { one, other } | Discord::Twice { one, other }) => {
            format!("{one} · {other}")
        }
        What::CountsDiffer(handover, counts) => {
            format!("{handover}: {}", list(&mut counts.iter().copied()))
        }
    }
}

fn as_json(custody: &Custody) -> Value {
    let findings: Vec<_> = custody
        .reviewed
        .findings
        .iter()
        .map(|found| {
            json!({
                "grade": found.grade.code(),
                "code": found.code(),
                "episode": found.episode.map(|id| id.to_string()),
                "position": found.position,
                "about": place(found),
            })
        })
        .collect();
    let signatures: Vec<_> = custody
        .signatures
        .lines
        .iter()
        .flat_map(|(command, line)| {
            line.found.iter().map(move |found| {
                json!({
                    "command": command,
                    "code": found.fault.code(),
                    "position": found.position,
                })
            })
        })
        .collect();
    json!({
        "position": custody.position,
        "clean": custody.is_clean(),
        "rows": custody.reviewed.rows,
        "episodes": custody.reviewed.episodes,
        "held": custody.reviewed.held,
        "statements_agreed": custody.reviewed.agreed,
        "findings": findings,
        "signatures": signatures,
    })
}
