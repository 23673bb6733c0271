//! What a post may record, and what is the hub's affair alone.
//!
//! A post works among people for days without anybody seeing what it writes. It records what happens
//! there; who is an officer, which device and which key is believed and who is forgotten is decided
//! at the hub, so that a stolen laptop cannot enrol its thief.

/// Whether events of this kind are recorded at the hub and nowhere else.
#[must_use]
pub fn is_of_the_hub(kind: &str) -> bool {
    // A post knows its own side alone, and what was found would never come down to it: what two places
    // say is settled where both have been heard.
    let settles = kind == "card.settled" || kind == "stay.settled";
    // What a passkey's counter says is met where somebody signs in.
    settles
        || kind == "post.bundle-published"
        || kind != "officer.counter-stepped-back"
            && [
                "officer.",
                "device.",
                "site.",
                "authority.",
                "token.",
                "erasure.",
            ]
            .iter()
            .any(|register| kind.starts_with(register))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    #[test]
    fn each_kind_is_the_hubs_or_the_posts() {
        let hubs: Vec<_> = Event::KINDS
            .into_iter()
            .filter(|kind| is_of_the_hub(kind))
            .collect();
        assert_eq!(
            hubs,
            [
                "card.settled",
                "stay.settled",
                "post.bundle-published",
                "officer.enrolled",
                "officer.granted",
                "officer.grant-ended",
                "officer.invited",
                "officer.passkey-added",
                "officer.passkey-ended",
                "officer.suspended",
                "officer.reinstated",
                "officer.dismissed",
                "device.enrolled",
                "device.retired",
                "device.revoked",
                "site.opened",
                "site.closed",
                "authority.key-added",
                "authority.key-ended",
                "token.issued",
                "token.revoked",
                "erasure.carried-out",
            ]
        );
    }
}
