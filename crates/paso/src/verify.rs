//! `paso verify`: the checkpoint's own verdict over a card, and anyone's over a receipt, over the
//! export of an episode or over all signatures of a register, with no server, database or network.

mod approvals;
mod export;
mod receipt;

pub use approvals::approvals;
pub use export::export;
pub use receipt::receipt;

use crate::{
    cli::{Language, VerifyCard},
    datadir::DataDir,
};
use anyhow::{Context, Result, bail, ensure};
use paso_formats::{
    anchor::Anchor,
    bundle::{self, VerifiedBundle},
    scan::Malformed,
    shown::sort,
    verdict::{Light, Territory, Verdict, verdict},
};
use paso_pages::{
    lang::Lang,
    texts::{Texts, Voice},
};
use paso_service::clock::Clock;
use serde_json::json;
use std::{
    fs,
    io::{Read, Write},
    path::Path,
};

/// Largest file read as a picture of a card.
const MAX_PICTURE: u64 = 20 * 1024 * 1024;

/// The states of Mexico (ISO 3166-2:MX).
const STATES: [&str; 32] = [
    "AGU", "BCN", "BCS", "CAM", "CHH", "CHP", "CMX", "COA", "COL", "DUR", "GRO", "GUA", "HID",
    "JAL", "MEX", "MIC", "MOR", "NAY", "NLE", "OAX", "PUE", "QUE", "ROO", "SIN", "SLP", "SON",
    "TAB", "TAM", "TLA", "VER", "YUC", "ZAC",
];

/// Checks, answers, and gives the exit code: 0 green, 1 red, 3 amber.
pub fn card(dir: &DataDir, args: &VerifyCard, out: &mut impl Write) -> Result<u8> {
    ensure!(
        STATES
            .iter()
            .any(|state| args.state.strip_prefix("MX-") == Some(state)),
        "--state is the state in which the check takes place: MX- and one of {}",
        STATES.join(", ")
    );
    let anchor = args.anchor.clone().unwrap_or_else(|| dir.anchor());
    let bundle = args.bundle.clone().unwrap_or_else(|| dir.bundle());
    let bundle = open(&anchor, &bundle)?;
    let now = args.at.unwrap_or_else(|| Clock::System.now());

    let mut texts = vec![text(&args.card)?];
    if let Some(slip) = &args.slip {
        texts.push(text(slip)?);
    }
    let shown = sort(&texts);
    let territory = Territory {
        state: args.state.clone(),
    };
    let found = verdict(
        shown.card.as_ref(),
        shown.slip.as_ref().map(Result::as_ref),
        Some(&bundle),
        &territory,
        now,
    );
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &as_json(&found))?;
        writeln!(out)?;
    } else {
        say(&found, args.lang, out)?;
    }
    Ok(exit_code(found.light))
}

const fn exit_code(light: Light) -> u8 {
    match light {
        Light::Green => 0,
        Light::Red => 1,
        Light::Amber => 3,
    }
}

const fn voice(texts: &Texts, lang: Language) -> Voice<'_> {
    texts.speak(match lang {
        Language::Es => Lang::Es,
        Language::En => Lang::En,
    })
}

pub(crate) fn open(anchor: &Path, bundle: &Path) -> Result<VerifiedBundle> {
    let text = fs::read_to_string(anchor).with_context(|| {
        format!(
            "cannot read {}; name the anchor file with --anchor",
            anchor.display()
        )
    })?;
    let anchor: Anchor = text
        .parse()
        .with_context(|| format!("{} cannot be used", anchor.display()))?;
    let bytes = fs::read(bundle).with_context(|| {
        format!(
            "cannot read {}; name the trust bundle with --bundle",
            bundle.display()
        )
    })?;
    bundle::open(&bytes, &anchor.pinned()?)
        .with_context(|| format!("{} cannot be used", bundle.display()))
}

/// The text of what was given, where it is one.
fn text(given: &str) -> Result<String> {
    let found = texts(given)?;
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => bail!("there is no code in {given}; take the picture again, closer and straight"),
        _ => bail!("there are several codes in {given}; take a picture of one"),
    }
}

/// The texts of what was given: itself, standard input, a file of text, or the codes in a picture.
fn texts(given: &str) -> Result<Vec<String>> {
    let line = |text: String| vec![text.trim_end_matches(['\n', '\r']).to_owned()];
    if given == "-" {
        let mut text = String::new();
        std::io::stdin()
            .take(paso_formats::scan::MAX_SCAN_CHARS as u64 * 4)
            .read_to_string(&mut text)
            .context("standard input is no text")?;
        return Ok(line(text));
    }
    let path = Path::new(given);
    if !path.is_file() {
        // Base45 has slashes and dots, and never small letters: what ends like a file was to be one.
        let named = path.extension().and_then(|end| end.to_str());
        ensure!(
            !named.is_some_and(|end| ["png", "jpg", "jpeg", "txt", "pdf"].contains(&end)),
            "there is no file {given}; give the code's text, or a picture of it that exists"
        );
        return Ok(vec![given.to_owned()]);
    }
    ensure!(
        fs::metadata(path)?.len() <= MAX_PICTURE,
        "{given} is too large for a picture of a code; take a smaller one"
    );
    let bytes = fs::read(path).with_context(|| format!("cannot read {given}"))?;
    // The first bytes of PNG and JPEG are no text in any encoding used here.
    match String::from_utf8(bytes) {
        Ok(text) => Ok(line(text)),
        Err(bytes) => paso_paper::scan::texts_in_picture(bytes.as_bytes())
            .with_context(|| format!("{given} cannot be read")),
    }
}

fn say(found: &Verdict, lang: Language, out: &mut impl Write) -> Result<()> {
    let texts = Texts::built_in()?;
    let voice = voice(&texts, lang);
    writeln!(
        out,
        "{}: {}",
        voice.code("light", found.light.code()),
        voice.code("finding", found.finding.code())
    )?;
    writeln!(out, "{}", voice.code("next", found.next.code()))?;
    // Facts that no trusted key signed are not shown as facts.
    if let Some(card) = found.card.as_ref().filter(|card| card.proven) {
        writeln!(out)?;
        let facts = [
            Some(card.number.clone()),
            Some(card.name.clone()),
            Some(card.birth.map(|birth| birth.to_string())),
            Some(card.nationality.clone()),
            Some(card.document_tail.as_ref().map(|tail| format!("···{tail}"))),
            Some(card.expires.map(|expires| format!("→ {expires}"))),
        ];
        for fact in facts.into_iter().flatten().flatten() {
            writeln!(out, "  {fact}")?;
        }
    }
    if let Some(stay) = &found.stay {
        writeln!(
            out,
            "  {} → {} → {}",
            stay.entered, stay.leave_by, stay.not_overstayed_until
        )?;
    }
    Ok(())
}

fn as_json(found: &Verdict) -> serde_json::Value {
    json!({
        "finding": found.finding.code(),
        "cause": found.finding.cause().map(Malformed::code),
        "light": found.light.code(),
        "next": found.next.code(),
        "bundle_age_seconds": found.bundle_age,
        "bundle_old": found.bundle_old,
        "trusted_now": found.trusted_now.to_string(),
        "clock_behind": found.clock_behind,
        "card": found.card.as_ref().map(|card| json!({
            "proven": card.proven,
            "number": card.number,
            "name": card.name,
            "birth": card.birth.map(|birth| birth.to_string()),
            "nationality": card.nationality,
            "document_tail": card.document_tail,
            "expires": card.expires.map(|moment| moment.to_string()),
        })),
        "stay": found.stay.as_ref().map(|stay| json!({
            "entered": stay.entered.to_string(),
            "leave_by": stay.leave_by.to_string(),
            "not_overstayed_until": stay.not_overstayed_until.to_string(),
        })),
    })
}
