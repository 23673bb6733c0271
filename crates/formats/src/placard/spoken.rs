//! The sign's spoken code, for whoever has no camera: eight characters that change every ten minutes.
//!
//! They cannot be part of the sign, since whoever has a false one would read them out as well; nor can a
//! phone check them alone, since what checks a short code also makes it. So they are an HMAC under a
//! secret of one device that its hub holds, too, and the hub answers.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::{
    moment::{MINUTE, Moment},
    receipt::Code,
};

/// How long a code is read out, in seconds.
pub const WINDOW_SECONDS: i64 = 10 * MINUTE;

/// The code of a post's sign at a moment, under its device's secret. The alphabet is that of receipts,
/// which was made to be read aloud.
#[must_use]
pub fn spoken(secret: &[u8; 32], post: &str, at: Moment) -> Code {
    of_window(secret, post, at.unix().div_euclid(WINDOW_SECONDS))
}

/// Whether `code` is this post's now, or was or will be one window away: clocks differ, and people
/// type slowly. Takes the same time whatever the answer.
#[must_use]
pub fn hears(secret: &[u8; 32], post: &str, code: Code, now: Moment) -> bool {
    let window = now.unix().div_euclid(WINDOW_SECONDS);
    let found = [-1, 0, 1].map(|by| {
        let known = of_window(secret, post, window.saturating_add(by));
        known.to_bytes().ct_eq(&code.to_bytes())
    });
    bool::from(found[0] | found[1] | found[2])
}

fn of_window(secret: &[u8; 32], post: &str, window: i64) -> Code {
    // HMAC takes a key of any length (RFC 2104 §2).
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret) else {
        unreachable!("HMAC accepts keys of every length")
    };
    mac.update(b"paso placard code v1\0");
    mac.update(&window.to_be_bytes());
    mac.update(post.as_bytes());
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    Code::from_random([full[0], full[1], full[2], full[3]])
}
