//! The certificate and its key: two PEM files, read again when they change, so that a renewal needs
//! no restart.

use core::time::Duration;
use rustls::{
    ConfigBuilder, ServerConfig, WantsVerifier,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};
use zeroize::Zeroize as _;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file that is not there, or not for us to read.
    #[error("cannot read {path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Others on the machine could read the key.
    #[error(
        "{0} can be read or changed by others on this machine; run `chmod 600` on it, or 640 for a \
         group of its own"
    )]
    OpenKey(PathBuf),
    /// Not the PEM that was expected.
    #[error("{path} is not the PEM file of {what}: {error}")]
    NotPem {
        /// Which.
        path: PathBuf,
        /// A certificate, or a private key.
        what: &'static str,
        /// Why.
        error: pem::Error,
    },
    /// The two do not belong together, or are of a kind that TLS does not use.
    #[error(
        "the certificate {chain} and the key {key} cannot be used together: {error}. The file of the \
         certificate holds the server's own first, then those that vouch for it"
    )]
    Mismatch {
        /// The certificate's file.
        chain: PathBuf,
        /// The key's.
        key: PathBuf,
        /// Why.
        error: rustls::Error,
    },
}

impl CertificateError {
    fn mismatch(chain: &Path, key: &Path, error: rustls::Error) -> Self {
        Self::Mismatch {
            chain: chain.to_owned(),
            key: key.to_owned(),
            error,
        }
    }
}

/// What the server shows of itself.
#[derive(Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    agrees: ConfigBuilder<ServerConfig, WantsVerifier>,
    shown: RwLock<Arc<CertifiedKey>>,
}

impl Certificate {
    /// Reads both files.
    pub fn open(chain: &Path, key: &Path) -> Result<Arc<Self>, CertificateError> {
        let provider = aws_lc_rs::default_provider();
        let shown = RwLock::new(Arc::new(read(chain, key, &provider)?));
        let agrees = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|error| CertificateError::mismatch(chain, key, error))?;
        Ok(Arc::new(Self {
            chain: chain.to_owned(),
            key: key.to_owned(),
            agrees,
            shown,
        }))
    }

    /// Reads both files again. True if another certificate is shown from now on; on an error the one
    /// before is.
    pub fn refresh(&self) -> Result<bool, CertificateError> {
        let found = read(&self.chain, &self.key, self.agrees.crypto_provider())?;
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        let changed = found.cert != shown.cert;
        if changed {
            *shown = Arc::new(found);
        }
        Ok(changed)
    }

    /// Looks at the files again and again.
    pub async fn keep_fresh(self: Arc<Self>, every: Duration) {
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            let this = Arc::clone(&self);
            match tokio::task::spawn_blocking(move || this.refresh()).await {
                Ok(Ok(true)) => tracing::info!("another certificate is shown from now on"),
                Ok(Ok(false)) => {}
                Ok(Err(error)) => {
                    tracing::error!("the certificate shown before is kept: {error}");
                }
                Err(error) => tracing::error!("the certificate could not be looked at: {error}"),
            }
        }
    }

    /// TLS 1.3 and 1.2 as rustls has them: forward secrecy always, nothing negotiable that is known
    /// to be weak; and HTTP/1.1, said by name.
    pub(crate) fn settings(self: Arc<Self>) -> Arc<ServerConfig> {
        let agrees = self.agrees.clone();
        let mut settings = agrees.with_no_client_auth().with_cert_resolver(self);
        settings.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(settings)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown))
    }
}

fn read(
    chain: &Path,
    key: &Path,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, CertificateError> {
    let certificates = CertificateDer::pem_slice_iter(&contents(chain)?)
        .collect::<Result<Vec<_>, _>>()
        .and_then(|found| {
            let any = (!found.is_empty()).then_some(found);
            any.ok_or(pem::Error::NoItemsFound)
        })
        .map_err(not_pem(chain, "a certificate"))?;
    let mode = file(key, fs::metadata(key))?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(CertificateError::OpenKey(key.to_owned()));
    }
    let mut text = contents(key)?;
    let private = PrivateKeyDer::from_pem_slice(&text).map_err(not_pem(key, "a private key"));
    text.zeroize();
    CertifiedKey::from_der(certificates, private?, provider)
        .map_err(|error| CertificateError::mismatch(chain, key, error))
}

/// Reading by everybody, and writing by anybody but the owner. A group may read: that is how Debian
/// gives keys to servers (`ssl-cert`).
const OTHERS: u32 = 0o027;

fn contents(path: &Path) -> Result<Vec<u8>, CertificateError> {
    file(path, fs::read(path))
}

fn file<T>(path: &Path, found: io::Result<T>) -> Result<T, CertificateError> {
    found.map_err(|error| CertificateError::File {
        path: path.to_owned(),
        error,
    })
}

fn not_pem(path: &Path, what: &'static str) -> impl FnOnce(pem::Error) -> CertificateError {
    move |error| CertificateError::NotPem {
        path: path.to_owned(),
        what,
        error,
    }
}
