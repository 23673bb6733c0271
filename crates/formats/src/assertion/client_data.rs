//! What the browser says of the ceremony: `clientDataJSON` (WebAuthn L3 §5.8.1).
//!
//! Read as JSON and not by the byte-wise shortcut of §5.8.1.2: a browser may write its members in
//! another order one day, and an approval must verify for thirty years.

use super::json;

/// Bytes of client data. Browsers write some 150; a name of a host has at most 253.
pub(super) const MAX_BYTES: usize = 4096;

/// What matters of client data.
#[derive(Default)]
pub(super) struct ClientData {
    pub(super) kind: String,
    pub(super) challenge: String,
    pub(super) origin: String,
    /// The page stood in a frame of another origin, which no page of an authority does.
    pub(super) foreign_frame: bool,
}

impl ClientData {
    /// Reads client data; none where it is not an object with these members, of these kinds.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(bytes).ok()?;
        let (mut kind, mut challenge, mut origin) = (None, None, None);
        let mut foreign_frame = false;
        json::object(text, |name, value| {
            match name {
                "type" => kind = Some(value.string()?.into_owned()),
                "challenge" => challenge = Some(value.string()?.into_owned()),
                "origin" => origin = Some(value.string()?.into_owned()),
                "crossOrigin" => foreign_frame |= value.boolean()?,
                // Only written inside a frame of another origin, whatever `crossOrigin` says.
                "topOrigin" => {
                    value.string()?;
                    foreign_frame = true;
                }
                _ => value.skip()?,
            }
            Some(())
        })?;
        Some(Self {
            kind: kind?,
            challenge: challenge?,
            origin: origin?,
            foreign_frame,
        })
    }
}
