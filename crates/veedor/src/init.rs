//! `veedor init`: a directory, a key, a configuration, and what to hand over in person.

use crate::{
    cli::Init,
    config::{self, Config},
    datadir::DataDir,
    disk::Disk,
    key::Key,
    random, token,
};
use anyhow::{Context, Result};
use paso_tlog::{cosignature::CosignerKey, note::Sign as _};
use std::{io::Write, path::Path};
use zeroize::Zeroizing;

/// Makes the directory and prints what the operator does next.
pub fn run(dir: &DataDir, args: &Init, out: &mut impl Write) -> Result<()> {
    let settings = config::template(&args.name, args.listen, &args.logs);
    // A mistake among the arguments must not leave half a directory.
    Config::parse(&settings).context("these settings cannot be used; nothing was made")?;
    let signer = Key::from_seed(&Zeroizing::new(random::bytes()?));
    let key = CosignerKey::new(args.name.clone(), &signer.public_key())?;
    dir.create()?;
    let write = |path: &Path, text: &str, mode| {
        Disk::reliable()
            .write(path, text.as_bytes(), mode)
            .with_context(|| format!("cannot write {}", path.display()))
    };
    write(&dir.key(), &signer.to_text(), 0o600)?;
    write(&dir.public_key(), &format!("{key}\n"), 0o644)?;
    write(&dir.mirror_token(), &token::make()?, 0o600)?;
    write(&dir.taking_token(), &token::make()?, 0o600)?;
    write(&dir.config(), &settings, 0o644)?;
    writeln!(
        out,
        "The witness {} is made, in {}.\n\
         \n\
         Its verifier key, also in {}:\n\
         \n    {key}\n\
         \n\
         Hand it over in person, on paper, to every operator of a log that it will follow, together with\n\
         its address, as `serve` prints it; compare the key character by character. Take home the\n\
         verifier key of each log in the same way, and write it into {}.\n\
         \n\
         Make no copy of the private key and none of the directory logs: a copy put back can be made to\n\
         sign two stories. If they are lost, start a new witness under another name.\n\
         \n\
         Next: veedor --dir {} check-config, then serve.",
        args.name,
        dir.path().display(),
        dir.public_key().display(),
        dir.config().display(),
        dir.path().display(),
    )?;
    Ok(())
}
