//! What approvals prove, and how it is told: for `paso audit approvals` and `paso verify approvals`.
//!
//! Both judge the same thing, an export: the one as it was gathered from the journal, the other as it
//! was read from a file. So an office cannot say something else of its register than a stranger can
//! check.

use crate::cli::Language;
use anyhow::Result;
use paso_domain::signing::{Ledger, LedgerLine, LedgerReport, LedgerRow};
use paso_formats::{
    approval::{Approvals, ApprovalsFile},
    assertion::is_origin_of,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, io::Write};

/// Holds an export against the rules, as the relying party `rp_id` at these origins.
pub(crate) fn judge(file: &ApprovalsFile, rp_id: &str, origins: &[String]) -> LedgerReport {
    let mut ledger = Ledger::new(rp_id, origins, &file.passkeys);
    for row in &file.rows {
        ledger.take(&LedgerRow {
            position: row.position,
            kind: &row.kind,
            commitment: row.leaf.commitment(),
            command: &row.command,
            approvals: &row.approvals,
        });
    }
    ledger.end()
}

/// Of the origins that an export names, those that belong to the relying party.
pub(crate) fn origins_of(named: &[String], rp_id: &str) -> Vec<String> {
    let named = named.iter();
    let belong = named.filter(|origin| is_origin_of(origin, rp_id));
    belong.cloned().collect()
}

/// Tells it, and gives the exit code: 0 where nothing is wrong, 1 for findings.
pub(crate) fn tell(
    file: &ApprovalsFile,
    report: &LedgerReport,
    lang: Language,
    as_json: bool,
    out: &mut impl Write,
) -> Result<u8> {
    if as_json {
        serde_json::to_writer_pretty(&mut *out, &to_json(file, report))?;
        writeln!(out)?;
    } else {
        say(file, report, &Words(lang), out)?;
    }
    Ok(u8::from(!report.is_clean()))
}

fn say(
    file: &ApprovalsFile,
    report: &LedgerReport,
    words: &Words,
    out: &mut impl Write,
) -> Result<()> {
    writeln!(
        out,
        "{} {}, {} {}; {} {}\n",
        file.header.authority,
        words.up_to(),
        file.header.up_to,
        words.signed_at(),
        file.passkeys.len(),
        words.passkeys(),
    )?;
    for (origin, count) in &places(file) {
        writeln!(out, "  {origin}  {count}")?;
    }
    for (command, line) in &report.lines {
        writeln!(out, "{command:<24} {}", words.line(line))?;
        for found in &line.found {
            let fault = &found.fault;
            writeln!(
                out,
                "  #{} {}: {}",
                found.position,
                fault.code(),
                words.fault(fault.code())
            )?;
        }
        let kept = u64::try_from(line.found.len()).unwrap_or(u64::MAX);
        if line.faults > kept {
            writeln!(out, "  … +{}", line.faults - kept)?;
        }
    }
    writeln!(out, "\n{}", words.verdict(report.is_clean()))?;
    Ok(())
}

/// At which addresses was signed, and how often, by what the assertions say.
fn places(file: &ApprovalsFile) -> BTreeMap<String, u64> {
    let mut places = BTreeMap::new();
    // Every row of an act bears its approvals; the act counts once.
    let mut last = None;
    for row in &file.rows {
        let Ok(Some(approvals)) = Approvals::read(&row.approvals) else {
            continue;
        };
        let challenge = Some(approvals.act().challenge());
        if challenge == last {
            continue;
        }
        last = challenge;
        for given in approvals.given() {
            let origin = given.assertion.origin().unwrap_or_default();
            *places.entry(origin).or_default() += 1;
        }
    }
    places
}

fn to_json(file: &ApprovalsFile, report: &LedgerReport) -> Value {
    let lines: Vec<_> = report
        .lines
        .iter()
        .map(|(command, line)| {
            let found: Vec<_> = line
                .found
                .iter()
                .map(|found| json!({ "position": found.position, "code": found.fault.code() }))
                .collect();
            json!({
                "command": command,
                "acts": line.acts,
                "by_one": line.by_one,
                "by_two": line.by_two,
                "before": line.before,
                "faults": line.faults,
                "found": found,
            })
        })
        .collect();
    json!({
        "authority": file.header.authority,
        "rp_id": file.header.rp_id,
        "position": file.header.up_to,
        "passkeys": file.passkeys.len(),
        "clean": report.is_clean(),
        "origins": places(file),
        "commands": lines,
    })
}

/// What a fault means, in words.
pub(crate) fn fault(code: &str, lang: Language) -> &'static str {
    Words(lang).fault(code)
}

/// The words of one language.
struct Words(Language);

impl Words {
    const fn pick(&self, es: &'static str, en: &'static str) -> &'static str {
        self.0.pick(es, en)
    }

    const fn up_to(&self) -> &'static str {
        self.pick("hasta la posición", "up to position")
    }

    const fn signed_at(&self) -> &'static str {
        self.pick("del diario", "of the journal")
    }

    const fn passkeys(&self) -> &'static str {
        self.pick(
            "llaves registradas. Firmado en:",
            "passkeys registered. Signed at:",
        )
    }

    fn line(&self, line: &LedgerLine) -> String {
        let LedgerLine {
            acts,
            by_one,
            by_two,
            before,
            faults,
            ..
        } = line;
        match self.0 {
            Language::Es => format!(
                "{acts} actos: {by_one} de una persona, {by_two} de dos que no pudieron ser la misma; \
                 {before} anteriores a las llaves; {faults} hallazgos"
            ),
            Language::En => format!(
                "{acts} acts: {by_one} by one person, {by_two} by two who could not be the same; \
                 {before} from before there were passkeys; {faults} findings"
            ),
        }
    }

    const fn verdict(&self, clean: bool) -> &'static str {
        if clean {
            self.pick(
                "Todo lo que debía firmarse está firmado, y por quien debía.",
                "All that had to be signed was, and by whom it had to be.",
            )
        } else {
            self.pick(
                "Hay hallazgos. No corrija nada: guarde una copia de todo tal como está y avise al \
                 órgano de vigilancia.",
                "There are findings. Correct nothing: keep a copy of everything as it is, and tell \
                 the oversight body.",
            )
        }
    }

    fn fault(&self, code: &str) -> &'static str {
        match code {
            "signature-missing" => self.pick("nadie lo firmó", "nobody signed it"),
            "second-signature-missing" => self.pick(
                "lo firmó una sola persona, y hacen falta dos",
                "one person signed it, and it takes two",
            ),
            "second-role" => self.pick(
                "la segunda persona no tenía un cargo que pueda aprobarlo",
                "the second person's role may not approve it",
            ),
            "other-command" => self.pick(
                "lo firmado fue otra cosa, que pide menos",
                "what was signed is something else, which asks for less",
            ),
            "approvals-unreadable" => {
                self.pick("las firmas están dañadas", "the signatures are damaged")
            }
            "approvals-moved" => self.pick(
                "las firmas son de otro acto",
                "the signatures are of another act",
            ),
            "approvals-differ" => self.pick(
                "dos renglones de un mismo acto llevan firmas distintas",
                "two rows of one act bear different signatures",
            ),
            "signed-row-missing" => self.pick(
                "se firmó un renglón que no está en el diario",
                "a row that was signed for is not in the journal",
            ),
            "approval-nobody" => self.pick(
                "el acto no lleva ninguna firma",
                "the act bears no signature",
            ),
            "approval-not-the-actor" => self.pick(
                "firmó primero alguien distinto de quien responde por el acto",
                "somebody else than who answers for the act signed first",
            ),
            "approval-unknown-passkey" => self.pick(
                "firmó una llave que nadie registró",
                "a passkey signed that nobody registered",
            ),
            "approval-not-theirs" => self.pick(
                "la llave que firmó es de otra persona",
                "the passkey that signed is another person's",
            ),
            "approval-not-then" => self.pick(
                "la llave aún no valía, o ya no valía",
                "the passkey did not count yet, or no longer",
            ),
            "approval-same-officer" => self.pick(
                "una misma persona firmó dos veces",
                "one person signed twice",
            ),
            "approval-same-key" => self.pick(
                "dos personas firmaron con una misma llave: pudo ser una sola",
                "two people signed with one key: it may have been one person",
            ),
            "assertion-origin" => self.pick(
                "se firmó en la página de otro",
                "it was signed at somebody else's page",
            ),
            "assertion-challenge" => self.pick(
                "la firma es de otro acto",
                "the signature is of another act",
            ),
            "assertion-signature" => {
                self.pick("la firma no corresponde", "the signature does not fit")
            }
            _ => self.pick(
                "la firma no prueba que estuviera la persona misma",
                "the signature does not prove that the person themselves was there",
            ),
        }
    }
}
