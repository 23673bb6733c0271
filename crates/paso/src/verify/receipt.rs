//! `paso verify receipt`: what a receipt is worth, and whether the authority kept what it signed, with
//! no server, database or network.

use super::{exit_code, open, voice};
use crate::{
    cli::{Language, VerifyReceipt},
    datadir::DataDir,
};
use anyhow::{Context, Result};
use paso_formats::receipt::{
    self, Handle, LogAnswer, LogPlace, ReceiptFinding, ReceiptVerdict, ShownReceipt, judge,
};
use paso_pages::{
    receipt::{Line, View},
    texts::Texts,
};
use paso_service::clock::Clock;
use paso_tlog::{policy::Policy, proof_file::MAX_PROOF_FILE_BYTES};
use serde_json::{Value, json};
use std::{
    fs,
    io::{Read, Write},
    path::Path,
};

/// Checks, answers, and gives the exit code: 0 green, 1 red, 3 amber.
pub fn receipt(dir: &DataDir, args: &VerifyReceipt, out: &mut impl Write) -> Result<u8> {
    let anchor = args.anchor.clone().unwrap_or_else(|| dir.anchor());
    let bundle = args.bundle.clone().unwrap_or_else(|| dir.bundle());
    let bundle = open(&anchor, &bundle)?;
    let now = args.at.unwrap_or_else(|| Clock::System.now());
    let texts = super::texts(&args.receipt)?;
    // A picture of a sheet may show the slip's code beside the receipt's.
    let text = texts
        .iter()
        .find(|text| receipt::read(text).is_ok())
        .or(texts.first())
        .map_or("", String::as_str);
    let proof = args
        .proof
        .as_ref()
        .map(|file| read_proof(file))
        .transpose()?;
    // Without a proof there is nothing to hold against a policy, and none needs to be at hand.
    let policy = if proof.is_some() {
        let file = args.policy.clone().unwrap_or_else(|| dir.policy());
        Some(read_policy(&file)?)
    } else {
        None
    };
    let answer = match (&proof, &policy) {
        (Some(file), Some(policy)) => LogAnswer::Proof { file, policy },
        _ if args.no_proof => LogAnswer::Nothing,
        _ => LogAnswer::NotAsked,
    };
    let verdict = judge(text, Some(&bundle), answer, now);
    let ask = receipt::read(text).ok().map(|receipt| {
        let claims = receipt.claims();
        let code = claims.body.facts().code;
        format!("/log/proof/{code}/{}", claims.commitment())
    });
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &as_json(&verdict, ask.as_deref()))?;
        writeln!(out)?;
    } else {
        say(&verdict, args.lang, out)?;
        // Where the proof is to be had, when this was the one thing missing.
        if let (ReceiptFinding::Signed, Some(ask)) = (verdict.finding, ask) {
            writeln!(out, "{ask}")?;
        }
    }
    Ok(exit_code(verdict.light))
}

fn read_proof(file: &Path) -> Result<Vec<u8>> {
    let read = || {
        let mut bytes = Vec::new();
        // One byte more than a proof can have, so that a longer file is called what it is.
        fs::File::open(file)?
            .take(MAX_PROOF_FILE_BYTES as u64 + 1)
            .read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(bytes)
    };
    read().with_context(|| format!("cannot read the proof {}", file.display()))
}

pub(super) fn read_policy(file: &Path) -> Result<Policy> {
    let bytes = fs::read(file).with_context(|| {
        format!(
            "cannot read {}; name the log's policy with --policy",
            file.display()
        )
    })?;
    Policy::parse(&bytes).with_context(|| format!("{} cannot be used", file.display()))
}

fn say(verdict: &ReceiptVerdict, lang: Language, out: &mut impl Write) -> Result<()> {
    let texts = Texts::built_in()?;
    // The posts' names and clocks are the authority's; this needs nothing of it but two files.
    let view = View::of(voice(&texts, lang), verdict, &|_| None);
    writeln!(out, "{}: {}", view.light_word, view.why)?;
    if let Some(cause) = &view.cause {
        writeln!(out, "{cause}")?;
    }
    writeln!(out, "{}", view.next)?;
    for lines in [&view.facts, &view.log] {
        if !lines.is_empty() {
            writeln!(out)?;
        }
        for Line { label, value } in lines {
            writeln!(out, "  {label}: {value}")?;
        }
    }
    let remarks = view.age.iter().chain(&view.notes).chain([&view.never]);
    writeln!(out)?;
    for remark in remarks {
        writeln!(out, "{remark}")?;
    }
    Ok(())
}

fn as_json(verdict: &ReceiptVerdict, ask: Option<&str>) -> Value {
    let finding = verdict.finding;
    let (cause, fault) = match finding {
        ReceiptFinding::Malformed(cause) => (Some(cause.code()), None),
        ReceiptFinding::ProofBroken(fault) => (None, Some(fault.code())),
        _ => (None, None),
    };
    json!({
        "finding": finding.code(),
        "cause": cause,
        "fault": fault,
        "light": verdict.light.code(),
        "next": verdict.next.code(),
        "evidence": finding.is_evidence(),
        "age_seconds": verdict.age,
        "trusted_now": verdict.trusted_now.to_string(),
        "clock_behind": verdict.clock_behind,
        "bundle_old": verdict.bundle_old,
        "receipt": verdict.receipt.as_ref().map(shown),
        "log": verdict.place.as_ref().map(place),
        "ask": ask,
    })
}

fn shown(receipt: &ShownReceipt) -> Value {
    let facts = &receipt.facts;
    let (card, episode) = match &facts.handle {
        None => (None, None),
        Some(Handle::Card(number)) => (Some(number.to_string()), None),
        Some(Handle::Episode(name)) => {
            let digits = name.iter().map(|byte| format!("{byte:02x}"));
            (None, Some(digits.collect::<String>()))
        }
    };
    json!({
        "proven": receipt.proven,
        "code": facts.code.to_string(),
        "kind": facts.kind.code(),
        "post": facts.post,
        "at": facts.at.to_string(),
        "officer": facts.officer,
        "card": card,
        "episode": episode,
        "stream": receipt.stream.to_string(),
        "sequence": receipt.sequence,
    })
}

pub(super) fn place(place: &LogPlace) -> Value {
    let witnesses: Vec<_> = place
        .witnesses
        .iter()
        .map(|witness| json!({ "name": witness.name, "at": witness.at.to_string() }))
        .collect();
    json!({
        "origin": place.origin,
        "index": place.index,
        "size": place.size,
        "minute": place.minute.start().to_string(),
        "witnesses": witnesses,
    })
}
