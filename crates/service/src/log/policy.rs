//! The policy of this authority's own logs: which witnesses there are and how many it takes.
//!
//! The file is a C2SP tlog-policy. Its witnesses, groups and quorum are what counts here; its log
//! line is for others to copy, since it names one year's log, and the log's own key is known here.

use paso_tlog::{
    checkpoint::SignedCheckpoint,
    cosignature::CosignerKey,
    note::Ed25519Key,
    policy::{CheckError, Policy, PolicyError, PolicyWitness},
};

/// A policy for whichever log is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPolicy {
    /// The file without its log lines.
    rest: String,
    policy: Policy,
}

impl LogPolicy {
    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let policy = Policy::parse(text.as_bytes())?;
        let is_log =
            |line: &&str| line.split([' ', '\t']).find(|word| !word.is_empty()) != Some("log");
        let mut rest = String::new();
        for line in text.lines().filter(is_log) {
            rest.push_str(line);
            rest.push('\n');
        }
        Ok(Self { rest, policy })
    }

    /// What `init` writes: nobody countersigns yet.
    #[must_use]
    pub fn alone(log: &Ed25519Key) -> String {
        format!(
            "# Who countersigns the heads of this authority's logs (c2sp.org/tlog-policy).\n\
             # Until somebody does, receipts say that they are not witnessed.\n\
             #\n\
             # With an ombudsman and one other body, any of the others will do, the ombudsman must:\n\
             #   witness ombudsman   <verifier key>  https://veedor.example\n\
             #   witness neighbour   <verifier key>  https://paso.gt.example/witness\n\
             #   witness university  <verifier key>  https://witness.example.edu\n\
             #   group others any neighbour university\n\
             #   group final all ombudsman others\n\
             #   quorum final\n\
             \n\
             log {log}\n\
             quorum none\n"
        )
    }

    /// The witnesses.
    #[must_use]
    pub fn witnesses(&self) -> &[PolicyWitness] {
        self.policy.witnesses()
    }

    /// Whether anybody but the log itself has to sign.
    #[must_use]
    pub fn wants_witnesses(&self) -> bool {
        !self.rest.lines().any(|line| {
            let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
            words.next() == Some("quorum") && words.next() == Some("none")
        })
    }

    /// Whether those of the witnesses who have not vouched could have published a head among
    /// themselves, of which the others know nothing.
    pub(super) fn others_could_publish(&self, vouched: impl Fn(&CosignerKey) -> bool) -> bool {
        if self.wants_witnesses() {
            self.policy.is_met_by(|witness| !vouched(&witness.key))
        } else {
            // The log publishes alone; whoever is asked all the same says what there is to say.
            !self.witnesses().iter().any(|witness| vouched(&witness.key))
        }
    }

    /// Whether the file names this log among those it is about.
    #[must_use]
    pub fn names(&self, log: &Ed25519Key) -> bool {
        self.policy.logs().iter().any(|named| named.key == *log)
    }

    /// The policy as a verifier of one log needs it.
    pub fn text_for(&self, log: &Ed25519Key) -> String {
        format!("log {log}\n{}", self.rest)
    }

    /// Who of the witnesses cosigned a checkpoint of this log, if they make the quorum.
    pub fn check(
        &self,
        log: &Ed25519Key,
        checkpoint: &SignedCheckpoint,
    ) -> Result<Vec<CosignerKey>, CheckError> {
        // The witnesses were read before; with one log line, nothing new can be wrong.
        let policy =
            Policy::parse(self.text_for(log).as_bytes()).map_err(|_| CheckError::UnknownLog)?;
        let witnessed = policy.check(checkpoint)?;
        let keys = witnessed.witnesses.iter();
        Ok(keys.map(|(witness, _)| witness.key.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(name: &str) -> Ed25519Key {
        // A point of the curve: RFC 8032 §7.1, test 1.
        let key = hex::decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        let key: [u8; 32] = key.unwrap().try_into().unwrap();
        Ed25519Key::new(name.parse().unwrap(), &key).unwrap()
    }

    #[test]
    fn what_init_writes_is_a_policy_without_witnesses() {
        let text = LogPolicy::alone(&log("mx.example/log/2026"));
        let policy = LogPolicy::parse(&text).unwrap();
        assert!(policy.witnesses().is_empty() && !policy.wants_witnesses());
        assert!(policy.names(&log("mx.example/log/2026")));
        assert!(!policy.names(&log("mx.example/log/2027")));
    }

    #[test]
    fn next_years_log_is_under_the_same_policy() {
        let text = LogPolicy::alone(&log("mx.example/log/2026"));
        let policy = LogPolicy::parse(&text).unwrap();
        let next = policy.text_for(&log("mx.example/log/2027"));
        assert!(
            LogPolicy::parse(&next)
                .unwrap()
                .names(&log("mx.example/log/2027"))
        );
        assert_eq!(
            next.matches("\nlog ").count() + usize::from(next.starts_with("log ")),
            1
        );
    }
}
