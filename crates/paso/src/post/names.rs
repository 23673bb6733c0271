//! The names of posts: the hub's own authority for their certificates (`paso post ca`), and the files on
//! both sides.

use crate::{config::Config, datadir, datadir::DataDir};
use anyhow::{Context, Result, bail};
use paso_service::{
    ceremony,
    clock::Clock,
    sync::{Certifier, Name, NameKey},
};
use std::{fs, io, io::Write};
use zeroize::Zeroizing;

/// Makes the authority for the names of this hub's posts, and says what has to be done with its root.
pub fn make(dir: &DataDir, out: &mut impl Write) -> Result<()> {
    let _owned = dir.own()?;
    let config = crate::serve::config(dir)?;
    if config.post.is_some() {
        bail!("this is a post's directory; names are certified by its hub");
    }
    for file in [dir.names_key(), dir.names_root()] {
        if file.exists() {
            bail!(
                "{} is there already, and posts are certified by it; nothing was changed. Whoever wants \
                 another one moves both files away first, and installs the new root on every officer's \
                 machine",
                file.display()
            );
        }
    }
    let key = NameKey::generate()?;
    let root = Certifier::root(&key, &config.web.host, Clock::System.now())?;
    datadir::write(&dir.names_key(), key.to_pem().as_bytes(), 0o600)?;
    datadir::write(&dir.names_root(), root.as_bytes(), 0o644)?;
    writeln!(
        out,
        "{} vouches for names below {} and for no others. Its fingerprint is\n{}\n\n\
         Install it as a certificate authority on the machines and telephones with which officers work at \
         posts, and compare the fingerprint there. Posts that are enrolled from now on have a \
         certificate of it at once. Start this hub anew.",
        dir.names_root().display(),
        config.web.host,
        ceremony::fingerprint(root.as_bytes()),
    )?;
    Ok(())
}

/// The hub's authority for names; none where none was made.
pub(super) fn certifier(dir: &DataDir, config: &Config) -> Result<Option<Certifier>> {
    if !dir.names_key().exists() {
        return Ok(None);
    }
    let read = |path: std::path::PathBuf| {
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let key = Zeroizing::new(read(dir.names_key())?);
    let (host, days) = (&config.web.host, config.posts.certificate_days);
    let certifier = Certifier::new(NameKey::read(&key)?, read(dir.names_root())?, host, days);
    Ok(Some(certifier.with_context(|| {
        format!("{} cannot be used", dir.names_key().display())
    })?))
}

/// The key of a post's name, where it has one and shows what its hub certifies.
pub(super) fn of_post(dir: &DataDir, config: &Config) -> Result<Option<Name>> {
    let shows = config.web.files(dir.path());
    if shows != Some((dir.name_chain(), dir.name_key())) || !dir.name_key().exists() {
        return Ok(None);
    }
    let key = Zeroizing::new(
        fs::read_to_string(dir.name_key())
            .with_context(|| format!("cannot read {}", dir.name_key().display()))?,
    );
    let chain = dir.name_chain();
    Ok(Some(Name {
        point: NameKey::read(&key)?.point().to_vec(),
        show: Box::new(move |bytes| datadir::write(&chain, bytes, 0o644).map_err(io::Error::other)),
    }))
}
