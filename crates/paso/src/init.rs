//! `paso init`: the key ceremony. Makes the data directory, the keys, the anchor file, the
//! configuration and the sheet that is printed and signed.

use crate::{
    cli::Init,
    config::{Config, ProgrammeSection, Template},
    datadir,
    datadir::DataDir,
    keylist,
};
use anyhow::{Context, Result};
use paso_paper::{Bilingual, Ceremony as Sheet, Envelope, RootKey};
use paso_service::{
    ceremony, ceremony::KeyPurpose, clock::Clock, log::LogKey, random::Random, signer::Signer,
};
use paso_store::Store;
use std::{io::Write, sync::Arc};

/// Makes a data directory, and says what to do next.
pub async fn run(dir: &DataDir, args: &Init, out: &mut impl Write) -> Result<()> {
    let now = Clock::System.now();
    let crossings = crate::program::crossings(&ProgrammeSection::default().crossings)?;
    let today = crate::program::day(&crossings, args.home.as_str(), now)?.to_string();
    let config = Template {
        code: &args.code,
        name: &args.name,
        country: &args.country.to_string(),
        issuer: &args.issuer,
        home: &args.home.to_string(),
        complaints: &args.complaints,
        listen: args.listen,
        host: &args.host,
        rules: &args.rules,
        demo_from: (args.rules == "demo").then_some(&today),
        demo: args.demo,
    }
    .to_string();
    // All that can be wrong is found before anything is made.
    let parsed = Config::parse(&config).context("these settings cannot be used")?;
    crate::check_places(&parsed)?;
    let held = ceremony::hold(&args.code, &args.name, Vec::new(), now, &Random::System)?;
    let anchor = held.anchor.to_string();
    let sheet = paso_paper::ceremony_sheet(&sheet(args, &held, &anchor, &now.to_string()))?;

    dir.create()?;
    for secret in &held.working {
        datadir::write(&dir.keys().join(secret.file), &secret.bytes, 0o600)?;
    }
    datadir::write(
        &dir.key_list(),
        keylist::write(&held.keys).as_bytes(),
        0o600,
    )?;
    datadir::write(
        &dir.envelope().join(held.envelope.file),
        &held.envelope.bytes,
        0o600,
    )?;
    datadir::write(&dir.anchor(), anchor.as_bytes(), 0o644)?;
    datadir::write(&dir.ceremony_sheet(), &sheet, 0o644)?;
    Store::create(&parsed.store(dir.path())?)
        .await?
        .close()
        .await;
    crate::log::init(dir, &parsed, &crossings, &log_key(&held)?, now)?;
    // Written last: a directory without it is no data directory yet.
    datadir::write(&dir.config(), config.as_bytes(), 0o600)?;

    writeln!(
        out,
        "{} is ready.\n\n\
         Now, at the ceremony:\n\
         1. Print {} and compare the fingerprints on it with the anchor file.\n\
         2. Put {} into the envelope named on the sheet, and delete it here.\n\
         3. Hand {} to the other authorities in person.\n\n\
         Then start: paso --dir {} serve",
        dir.path().display(),
        dir.ceremony_sheet().display(),
        dir.envelope().join(held.envelope.file).display(),
        dir.anchor().display(),
        dir.path().display(),
    )?;
    Ok(())
}

/// The key that will sign the log, for the policy to name.
fn log_key(held: &ceremony::Ceremony) -> Result<LogKey> {
    let listed = held.keys.iter().find(|key| key.purpose == KeyPurpose::Log);
    let listed = listed.context("the ceremony made no key for the log")?;
    let secret = held
        .working
        .iter()
        .find(|secret| secret.file == listed.file);
    let secret = secret.context("the ceremony made no key for the log")?;
    let signer = Signer::from_pkcs8(listed.algorithm, &secret.bytes)?;
    Ok(LogKey::new(Arc::new(signer))?)
}

fn sheet(args: &Init, held: &ceremony::Ceremony, anchor: &str, now: &str) -> Sheet {
    let files = [
        "keys/root-1.pk8".to_owned(),
        format!("envelope/{}", held.envelope.file),
    ];
    let roots = held
        .anchor
        .roots
        .iter()
        .zip(files)
        .enumerate()
        .map(|(index, (root, file))| RootKey {
            name: format!("root-{}", index + 1),
            algorithm: root.algorithm().to_string(),
            fingerprint: root.fingerprint(),
            file,
        });
    Sheet {
        authority: args.name.clone(),
        identifier: args.code.clone(),
        held: now.to_owned(),
        anchor_file: "anchor.txt".into(),
        anchor_fingerprint: paso_service::ceremony::fingerprint(anchor.as_bytes()),
        roots: roots.collect(),
        envelopes: vec![
            Envelope {
                label: "A".into(),
                content: Bilingual {
                    es: format!(
                        "Copia de {} en una memoria nueva, y una copia de esta hoja.",
                        held.envelope.file
                    ),
                    en: format!(
                        "A copy of {} on a new stick, and a copy of this sheet.",
                        held.envelope.file
                    ),
                },
                keeper: Bilingual {
                    es: "Titular de la autoridad; caja fuerte fuera de este edificio.".into(),
                    en: "Head of the authority; a safe outside this building.".into(),
                },
            },
            Envelope {
                label: "B".into(),
                content: Bilingual {
                    es: "Copia impresa de anchor.txt y de esta hoja, para comparar las huellas."
                        .into(),
                    en: "A printed copy of anchor.txt and of this sheet, to compare fingerprints."
                        .into(),
                },
                keeper: Bilingual {
                    es: "Órgano externo de vigilancia.".into(),
                    en: "The outside oversight body.".into(),
                },
            },
        ],
        signatories: vec![
            Bilingual {
                es: "Titular de la autoridad".into(),
                en: "Head of the authority".into(),
            },
            Bilingual {
                es: "Responsable del sistema".into(),
                en: "Head of the system's office".into(),
            },
            Bilingual {
                es: "Testigo externo".into(),
                en: "Outside witness".into(),
            },
        ],
        specimen: args.demo,
    }
}
