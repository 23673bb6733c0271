//! The phone's two faces: an officer's reader that works without a network, and the page of whoever
//! carries a card.
//!
//! Both judge papers on the device, by the server's own verdict compiled for it (`paso-checker`), with
//! the anchor and the signed bundle that [`trust`] hands to anyone: what they need to say is public.
//! Nothing that is read leaves the phone, and nothing is kept of it but what its owner keeps. What an
//! officer records without a network ([`shift`]) waits there sealed until it is brought.

pub(crate) mod assets;
pub(crate) mod holder;
mod officer;
mod shift;
mod trust;
mod words;

pub(crate) use shift::unsent;

use crate::routes::Routes;

pub(crate) fn routes() -> Routes {
    officer::routes().and(shift::routes()).and(trust::routes())
}
