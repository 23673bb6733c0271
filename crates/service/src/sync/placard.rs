//! The secret of a device's spoken codes, and its way to a post: in the box of keys that only the
//! post can open. It stands there under a name that is no subject's, so a post of an earlier version
//! passes over it.

use core::fmt;
use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteArray, decode, encode};
use paso_domain::id::StreamId;
use paso_formats::{envelope::SubjectKey, parcel::NamedKeys};
use zeroize::Zeroizing;

/// Under which name it stands in the box.
const NAME: &str = "placard";

/// The secret of one device's spoken codes. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PlacardSecret(Zeroizing<[u8; 32]>);

impl PlacardSecret {
    /// A device's, out of the hub's own secret. What that is asked for when indexes are drawn has
    /// nine bytes; this message is longer.
    pub(crate) fn of(secret: &[u8; 32], stream: StreamId) -> Self {
        let message = [b"paso placard secret v1\0".as_slice(), stream.as_bytes()].concat();
        Self(Zeroizing::new(crate::lease::prf(secret, &message)))
    }

    /// The one among the keys of a box.
    pub(crate) fn among(keys: &NamedKeys) -> Option<Self> {
        let (_, key) = keys.iter().find(|(name, _)| name == NAME)?;
        Some(Self(Zeroizing::new(*key.expose())))
    }

    /// For the box.
    pub(crate) fn named(self) -> (String, SubjectKey) {
        (NAME.to_owned(), SubjectKey::from_random(*self.0))
    }

    /// The bytes, to make and hear codes with.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for PlacardSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlacardSecret(…)")
    }
}

impl<C> Encode<C> for PlacardSecret {
    fn encode<W: encode::Write>(
        &self,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        encoder.bytes(self.0.as_slice())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for PlacardSecret {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, decode::Error> {
        let bytes = ByteArray::<32>::decode(decoder, context)?;
        Ok(Self(Zeroizing::new(bytes.into())))
    }
}
