//! `paso post enrol`: makes a post's data directory, with keys of its own that never leave it, by a code
//! that a person carried here from the hub.

use super::{
    cli::EnrolPost,
    settings::{Here, Shared},
};
use crate::{config::Config, datadir, datadir::DataDir, keylist};
use anyhow::{Context, Result, bail};
use paso_formats::{anchor::Anchor, bundle};
use paso_service::{
    ceremony::{self, KeyPurpose},
    clock::Clock,
    signer::Signer,
    sync::{Asking, Code, NameKey, Request, Road},
};
use paso_store::Store;
use std::io::Write;

/// Enrols this machine, and says what to do next.
pub async fn run(dir: &DataDir, args: &EnrolPost, out: &mut impl Write) -> Result<()> {
    let code: Code = args.code.parse()?;
    if dir.config().exists() {
        bail!(
            "{} holds a paso.toml; name another directory with --dir, nothing was changed",
            dir.path().display()
        );
    }
    let now = Clock::System.now();
    let mut made = Vec::new();
    for purpose in [KeyPurpose::Device, KeyPurpose::Card, KeyPurpose::Slip] {
        let (entry, secret) = ceremony::make(purpose, &format!("{}.pk8", purpose.code()), now)?;
        let signer = Signer::from_pkcs8(entry.algorithm, &secret)?;
        made.push((entry, secret, signer));
    }
    let [(_, _, device), (_, _, card), (_, _, slip)] = &made[..] else {
        bail!("not all keys were made");
    };
    let name = NameKey::generate()?;
    let asking = Asking {
        device,
        card,
        slip,
        name: &name,
    };
    let request = Request::new(&code, asking);
    // Made before the hub is asked: a directory that cannot be must not cost the code.
    dir.create()?;
    let answer = Road::to(&args.hub, args.hub_host.clone())?
        .enrol(request.to_bytes())
        .await
        .context("this machine was not enrolled; an empty directory was left behind")?;
    let enrolled = request.read(&answer)?;
    let shared = Shared::read(&enrolled.settings.settings)?;
    let anchor: Anchor = std::str::from_utf8(&enrolled.settings.anchor)?.parse()?;
    bundle::open(&enrolled.bundle, &anchor.pinned()?)
        .context("the hub's trust bundle is not what its anchor says")?;
    let host = args.host.clone().unwrap_or_else(|| {
        let post = enrolled.post.to_string().to_lowercase();
        format!("{post}.{}", shared.authority_host())
    });
    let config = shared.config(&Here {
        dir: dir.path(),
        post: enrolled.post,
        hub: &args.hub,
        listen: args.listen,
        host: &host,
        is_certified: enrolled.chain.is_some(),
    });
    let parsed = Config::parse(&config).context("the hub's settings cannot be used here")?;

    let (from, until, verify_until) = enrolled.window;
    let mut entries = Vec::new();
    for (mut entry, secret, _) in made {
        datadir::write(&dir.keys().join(&entry.file), &secret, 0o600)?;
        entry.sign_from = from;
        entry.sign_until = until;
        entry.verify_until = verify_until;
        entries.push(entry);
    }
    datadir::write(&dir.key_list(), keylist::write(&entries).as_bytes(), 0o600)?;
    if let Some(chain) = &enrolled.chain {
        datadir::write(&dir.name_key(), name.to_pem().as_bytes(), 0o600)?;
        datadir::write(&dir.name_chain(), chain.as_bytes(), 0o644)?;
    }
    datadir::write(&dir.anchor(), &enrolled.settings.anchor, 0o644)?;
    datadir::write(&dir.bundle(), &enrolled.bundle, 0o644)?;
    datadir::write(&dir.terms(), &enrolled.terms.to_bytes(), 0o600)?;
    for (name, text) in shared.files() {
        datadir::write(&dir.path().join(name), text.as_bytes(), 0o644)?;
    }
    Store::create(&parsed.store(dir.path())?)
        .await?
        .close()
        .await;
    // Written last: a directory without it is no data directory yet.
    datadir::write(&dir.config(), config.as_bytes(), 0o600)?;
    writeln!(
        out,
        "{} is a post of {} at {}, and its name is {host}{}.\n\n\
         Compare with the hub, aloud: the anchor's fingerprint is\n{}\n\n\
         Keep the disk of this machine encrypted. Then start: paso --dir {} post serve",
        dir.path().display(),
        shared.code,
        enrolled.post,
        if enrolled.chain.is_some() {
            ", certified by its hub"
        } else {
            ""
        },
        ceremony::fingerprint(&enrolled.settings.anchor),
        dir.path().display(),
    )?;
    Ok(())
}
