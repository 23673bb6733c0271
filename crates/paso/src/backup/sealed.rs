//! Compressed and encrypted, by formats that any machine can open without this program.
//!
//! age (C2SP age v1) seals to public keys, so that the machine that makes backups cannot read them,
//! and it authenticates every 64 KiB and the end. Inside it is gzip. Most of a register is ciphertext:
//! 88,694 events came to 60.4 MB, 50.3 MB by gzip and 45.4 MB by zstd. A tenth is not worth a second
//! decompressor, in C, over bytes that whoever knows a recipient can make; deflate is linked already
//! and is in every Debian.

use anyhow::{Context, Result, anyhow, bail};
use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::Path,
};

use super::format::FormatError;

/// Who may open a backup.
#[derive(Debug)]
pub(super) struct Recipients(Vec<age::x25519::Recipient>);

impl Recipients {
    /// Recipients as `age-keygen` prints them. There must be one.
    pub(super) fn parse(setting: &str, texts: &[String]) -> Result<Self> {
        if texts.is_empty() {
            bail!(
                "{setting} names nobody who may open the backup. On a machine that will never run \
                 paso: `age-keygen -o identity.txt`; write the public key it prints here, and keep \
                 the file where the keys of the building are kept"
            );
        }
        let recipient = |text: &String| {
            text.trim().parse().map_err(|error| {
                anyhow!("{setting}: {text:?} is not an age recipient such as age1… ({error})")
            })
        };
        texts.iter().map(recipient).collect::<Result<_>>().map(Self)
    }
}

/// Who opens a backup.
pub(super) struct Identities(Vec<Box<dyn age::Identity + Send + Sync>>);

impl core::fmt::Debug for Identities {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} identities", self.0.len())
    }
}

impl Identities {
    /// Reads identity files as `age-keygen` writes them.
    pub(super) fn read(files: &[std::path::PathBuf]) -> Result<Self> {
        let mut all = Vec::new();
        for path in files {
            let unusable = || format!("{} is not an identity file of age", path.display());
            let file =
                File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
            let found = age::IdentityFile::from_buffer(BufReader::new(file))
                .map_err(|_| anyhow!(unusable()))?;
            all.extend(found.into_identities().map_err(|_| anyhow!(unusable()))?);
        }
        if all.is_empty() {
            bail!("the identity files hold no identity");
        }
        Ok(Self(all))
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    /// Bytes of the file.
    pub length: u64,
    /// SHA-256 of the file.
    pub hash: [u8; 32],
}

/// Counts and hashes what goes by.
struct Summed<W> {
    to: W,
    length: u64,
    hash: Sha256,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.length += written as u64;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Takes plain bytes and writes what only the recipients can open.
pub(super) struct Sealed<W: Write>(GzEncoder<age::stream::StreamWriter<Summed<W>>>);

impl<W: Write> Sealed<W> {
    /// Begins a file.
    pub(super) fn begin(to: W, recipients: &Recipients) -> Result<Self> {
        let to_all = recipients.0.iter().map(|one| one as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(to_all)
            .map_err(|error| anyhow!("cannot encrypt to these recipients: {error}"))?;
        let sealed = encryptor.wrap_output(Summed {
            to,
            length: 0,
            hash: Sha256::new(),
        })?;
        Ok(Self(GzEncoder::new(sealed, Compression::fast())))
    }

    /// Ends the file.
    pub(super) fn finish(self) -> io::Result<(W, Sum)> {
        let Summed { to, length, hash } = self.0.finish()?.finish()?;
        let hash = hash.finalize().into();
        Ok((to, Sum { length, hash }))
    }
}

impl<W: Write> Write for Sealed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Gives back the plain bytes; every error says what it means for the file.
pub(super) struct Opened {
    plain: GzDecoder<BufReader<age::stream::StreamReader<BufReader<File>>>>,
    ended: bool,
}

impl Opened {
    /// Opens a file with whichever identity it was made for.
    pub(super) fn begin(path: &Path, identities: &Identities) -> Result<Self> {
        let named = || path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot read {}", named()))?;
        let decryptor =
            age::Decryptor::new_buffered(BufReader::new(file)).map_err(|error| match error {
                age::DecryptError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    anyhow!("{}: {}", named(), FormatError::CutShort)
                }
                age::DecryptError::Io(error) if error.kind() != io::ErrorKind::InvalidData => {
                    anyhow!(error).context(format!("cannot read {}", named()))
                }
                _ => anyhow!(
                    "{} is not a file that age has encrypted, or its beginning is damaged",
                    named()
                ),
            })?;
        let own = identities.0.iter().map(|one| &**one as &dyn age::Identity);
        let plain = decryptor.decrypt(own).map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => anyhow!(
                "{} was encrypted to others: none of the identities opens it, or its beginning is \
                 damaged",
                named()
            ),
            age::DecryptError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                anyhow!("{}: {}", named(), FormatError::CutShort)
            }
            _ => anyhow!("{}: its beginning is damaged; take another copy", named()),
        })?;
        Ok(Self {
            plain: GzDecoder::new(BufReader::with_capacity(1 << 17, plain)),
            ended: false,
        })
    }
}

impl Read for Opened {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.ended || bytes.is_empty() {
            return Ok(0);
        }
        let damaged = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                io::Error::new(error.kind(), FormatError::CutShort.to_string())
            }
            _ => io::Error::new(
                error.kind(),
                format!("it is damaged, or cannot be read ({error}); take another copy"),
            ),
        };
        let read = self.plain.read(bytes).map_err(damaged)?;
        if read == 0 {
            self.ended = true;
            // The end of the encrypted file is authenticated as well, and nothing may follow.
            let mut more = [0];
            if self.plain.get_mut().read(&mut more).map_err(damaged)? != 0 {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    FormatError::Damaged("something follows its end").to_string(),
                ));
            }
        }
        Ok(read)
    }
}

/// Length and hash of a file, read again.
pub(super) fn sum(path: &Path) -> io::Result<Sum> {
    let mut summed = Summed {
        to: io::sink(),
        length: 0,
        hash: Sha256::new(),
    };
    io::copy(
        &mut BufReader::with_capacity(1 << 20, File::open(path)?),
        &mut summed,
    )?;
    Ok(Sum {
        length: summed.length,
        hash: summed.hash.finalize().into(),
    })
}
