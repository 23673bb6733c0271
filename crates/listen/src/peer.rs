//! Where a request came from, for as long as it takes to answer it.

use crate::reach::Trust;
use axum::http::{Extensions, HeaderMap};
use std::net::IpAddr;

/// The other end of a connection: the server in front, where there is one. Shown nowhere: its
/// `Debug` says nothing, so that no line of a log can hold it by accident.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub(crate) IpAddr);

impl core::fmt::Debug for Peer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Peer")
    }
}

impl Peer {
    /// For tests of what stands on this.
    #[must_use]
    pub const fn at(address: IpAddr) -> Self {
        Self(address)
    }

    /// Whether it is the machine on which this runs.
    #[must_use]
    pub const fn is_this_machine(self) -> bool {
        self.0.is_loopback()
    }

    /// Who asks: the last address of `X-Forwarded-For` that no trusted server has, or the other end.
    ///
    /// What the first asker wrote into the header stands at its beginning, and every server in front
    /// adds at its end what it saw: from the right, what trusted servers wrote is true. `Forwarded`
    /// (RFC 7239) is not read: a server in front that sets one of the two lets the other pass, and
    /// with it whatever the asker wrote there.
    #[must_use]
    pub fn asking(extensions: &Extensions, headers: &HeaderMap, trust: &Trust) -> Option<Self> {
        let Self(peer) = *extensions.get()?;
        if !trust.covers(peer) {
            return Some(Self(peer));
        }
        let lines: Vec<_> = headers
            .get_all("x-forwarded-for")
            .iter()
            .map(|line| line.to_str().unwrap_or_default())
            .collect();
        let mut seen = peer;
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            // What is no address was not written by a server in front.
            let Ok(address) = entry.trim().parse::<IpAddr>() else {
                break;
            };
            seen = address.to_canonical();
            // With everyone trusted there is exactly one server in front, and its word is the last.
            if *trust == Trust::Anyone || !trust.covers(seen) {
                break;
            }
        }
        Some(Self(seen))
    }

    /// What tells askers apart: an IPv4 address, or the network of an IPv6 address, of which one
    /// household has 2⁶⁴.
    pub(crate) fn distinct(self) -> [u8; 8] {
        let mut bytes = [0; 8];
        match self.0 {
            IpAddr::V4(four) => bytes[4..].copy_from_slice(&four.octets()),
            IpAddr::V6(six) => bytes.copy_from_slice(&six.octets()[..8]),
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn asking(peer: &str, forwarded: &[&'static str], trust: &Trust) -> IpAddr {
        let mut extensions = Extensions::new();
        extensions.insert(Peer(peer.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        Peer::asking(&extensions, &headers, trust).unwrap().0
    }

    #[test]
    fn only_what_trusted_servers_wrote_is_believed() {
        let near = Trust::These(vec![
            "10.0.0.1".parse().unwrap(),
            "10.0.0.2".parse().unwrap(),
        ]);
        for (peer, forwarded, trust, found) in [
            // Without a server in front the header is the asker's own invention.
            (
                "192.0.2.9",
                &["198.51.100.1"][..],
                &Trust::Nobody,
                "192.0.2.9",
            ),
            ("192.0.2.9", &["198.51.100.1"], &near, "192.0.2.9"),
            ("10.0.0.1", &["198.51.100.1"], &near, "198.51.100.1"),
            (
                "10.0.0.1",
                &["1.1.1.1, 198.51.100.1"],
                &near,
                "198.51.100.1",
            ),
            (
                "10.0.0.1",
                &["1.1.1.1, 198.51.100.1, 10.0.0.2"],
                &near,
                "198.51.100.1",
            ),
            (
                "10.0.0.1",
                &["1.1.1.1", "198.51.100.1,10.0.0.2"],
                &near,
                "198.51.100.1",
            ),
            ("10.0.0.1", &[], &near, "10.0.0.1"),
            ("10.0.0.1", &["nonsense"], &near, "10.0.0.1"),
            (
                "10.0.0.1",
                &["1.1.1.1, unknown, 10.0.0.2"],
                &near,
                "10.0.0.2",
            ),
            (
                "127.0.0.1",
                &["1.1.1.1, 198.51.100.1"],
                &Trust::Anyone,
                "198.51.100.1",
            ),
            (
                "127.0.0.1",
                &["::ffff:198.51.100.1"],
                &Trust::Anyone,
                "198.51.100.1",
            ),
        ] {
            assert_eq!(
                asking(peer, forwarded, trust).to_string(),
                found,
                "{peer} {forwarded:?}"
            );
        }
        let nobody = Peer::asking(&Extensions::new(), &HeaderMap::new(), &Trust::Anyone);
        assert_eq!(nobody, None);
    }

    #[test]
    fn a_household_with_many_addresses_is_one_asker_and_none_is_shown() {
        let of = |address: &str| Peer(address.parse().unwrap()).distinct();
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        let shown = format!("{:?}", Peer("192.0.2.1".parse().unwrap()));
        assert!(!shown.contains("192"), "{shown}");
    }
}
