//! How far a program may be reached: beyond its machine only over TLS, its own or that of a server
//! in front of it which somebody named on purpose.

use serde::{Deserialize, Deserializer};
use std::net::{IpAddr, SocketAddr};

/// Whose word is taken for where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Nobody's: there is no server in front.
    #[default]
    Nobody,
    /// Whoever connects is the server in front: nothing else can reach this port.
    Anyone,
    /// The servers at these addresses.
    These(Vec<IpAddr>),
}

/// As it is written in a configuration: `true`, `false`, or a list of addresses.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "write proxy = true, or a list of addresses such as [\"10.0.0.2\"]"
)]
enum Written {
    All(bool),
    These(Vec<IpAddr>),
}

impl<'de> Deserialize<'de> for Trust {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Written::deserialize(from)? {
            Written::All(true) => Self::Anyone,
            Written::All(false) => Self::Nobody,
            Written::These(addresses) if addresses.is_empty() => Self::Nobody,
            Written::These(addresses) => Self::These(addresses),
        })
    }
}

impl Trust {
    pub(crate) fn covers(&self, address: IpAddr) -> bool {
        match self {
            Self::Nobody => false,
            Self::Anyone => true,
            Self::These(addresses) => addresses.contains(&address),
        }
    }
}

/// An address that others reach without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} can be reached from other machines, and what passes would be read on the way. Write \
     certificate = \"…\" and certificate_key = \"…\" (PEM files), or, where a server in front \
     speaks TLS and nothing else reaches this port, proxy = true; or listen on 127.0.0.1:{port}",
    port = .0.port()
)]
pub struct Exposed(pub SocketAddr);

/// Whether a program may listen there.
pub fn may_listen(listen: SocketAddr, tls: bool, front: &Trust) -> Result<(), Exposed> {
    if listen.ip().is_loopback() || tls || *front != Trust::Nobody {
        Ok(())
    } else {
        Err(Exposed(listen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_machine_in_clear_unless_somebody_says_so() {
        let near = Trust::These(vec!["10.0.0.1".parse().unwrap()]);
        for (listen, tls, front, allowed) in [
            ("127.0.0.1:8460", false, Trust::Nobody, true),
            ("[::1]:8460", false, Trust::Nobody, true),
            ("0.0.0.0:8460", false, Trust::Nobody, false),
            ("[::]:8460", false, Trust::Nobody, false),
            ("10.0.0.2:8460", false, Trust::Nobody, false),
            ("10.0.0.2:8460", true, Trust::Nobody, true),
            ("10.0.0.2:8460", false, Trust::Anyone, true),
            ("10.0.0.2:8460", false, near, true),
        ] {
            let answer = may_listen(listen.parse().unwrap(), tls, &front);
            assert_eq!(answer.is_ok(), allowed, "{listen} {tls} {front:?}");
        }
        let said = Exposed("0.0.0.0:8460".parse().unwrap()).to_string();
        for words in ["certificate = ", "proxy = true", "127.0.0.1:8460"] {
            assert!(said.contains(words), "{said}");
        }
    }
}
