//! A signed head: whose it is, who signed it, and when the witnesses saw it.

use paso_formats::moment::Moment;
use paso_tlog::{
    checkpoint::{Head, SignedCheckpoint},
    note::{Ed25519Key, KeyName, Verify},
    policy::{CheckError, Policy},
};

use super::Code;

/// The policies under which heads were published.
pub(super) struct Policies {
    /// Each with the text of its witnesses, groups and quorum.
    held: Vec<(Policy, String)>,
}

/// When the witnesses saw a head, by their clocks: the first and the last of those that signed.
pub(super) type Seen = Option<(Moment, Moment)>;

/// What is said of a head.
pub(super) struct Judged {
    pub(super) found: Option<Code>,
    pub(super) seen: Seen,
    /// Whether there was a policy to judge by.
    pub(super) by_policy: bool,
}

impl Judged {
    /// A bound of the time when the head was there: by the witnesses' clocks; by the register's own
    /// where nobody else has to sign; none where the signatures are wrong.
    pub(super) fn bound(
        &self,
        own: Moment,
        of: impl FnOnce((Moment, Moment)) -> Moment,
    ) -> Option<Moment> {
        match self.found {
            Some(_) => None,
            None => Some(self.seen.map_or(own, of)),
        }
    }
}

impl Policies {
    pub(super) fn read(texts: &[String]) -> Self {
        let held = texts.iter().filter_map(|text| {
            let policy = Policy::parse(text.as_bytes()).ok()?;
            // A policy names the log of one year, and its witnesses go on into the next.
            let is_log = |line: &&str| line.split_whitespace().next() == Some("log");
            let rest: Vec<_> = text.lines().filter(|line| !is_log(line)).collect();
            Some((policy, rest.join("\n")))
        });
        Self {
            held: held.collect(),
        }
    }

    /// Judges a note that stands beside a head. `published` ones need their witnesses, too.
    pub(super) fn judge(&self, origin: &str, note: &str, head: Head, published: bool) -> Judged {
        let found = |code, by_policy| Judged {
            found: Some(code),
            seen: None,
            by_policy,
        };
        let Ok(signed) = SignedCheckpoint::parse(note.as_bytes()) else {
            return found(Code::NoteDiffers, true);
        };
        let says = signed.unverified();
        if says.origin().as_ref() != origin || says.head() != head {
            return found(Code::NoteDiffers, true);
        }
        if self.held.is_empty() {
            return Judged {
                found: None,
                seen: None,
                by_policy: false,
            };
        }
        let mut worst = Code::LogSignatureBad;
        for (policy, rest) in &self.held {
            for key in keys_for(policy, origin) {
                if signed.verify(&[&key as &dyn Verify]).is_err() {
                    continue;
                }
                match witnessed(&key, rest, &signed) {
                    Ok(seen) => {
                        return Judged {
                            found: None,
                            seen,
                            by_policy: true,
                        };
                    }
                    Err(Code::QuorumMissing) if !published => {
                        return Judged {
                            found: None,
                            seen: None,
                            by_policy: true,
                        };
                    }
                    Err(code) => worst = code,
                }
            }
        }
        found(worst, true)
    }
}

/// The log keys of a policy, under the name of another year's log.
fn keys_for(policy: &Policy, origin: &str) -> Vec<Ed25519Key> {
    let Ok(name) = origin.parse::<KeyName>() else {
        return Vec::new();
    };
    let logs = policy.logs().iter();
    logs.filter_map(|log| Ed25519Key::new(name.clone(), log.key.public_key()).ok())
        .collect()
}

fn witnessed(key: &Ed25519Key, rest: &str, signed: &SignedCheckpoint) -> Result<Seen, Code> {
    let text = format!("log {key}\n{rest}\n");
    let policy = Policy::parse(text.as_bytes()).map_err(|_| Code::QuorumMissing)?;
    let witnessed = policy.check(signed).map_err(|error| match error {
        CheckError::NoQuorum(_) => Code::QuorumMissing,
        // The log's own line was verified before, so a bad one is a witness's.
        CheckError::Note(_) => Code::CosignatureBad,
        CheckError::UnknownLog | CheckError::LogDidNotSign => Code::LogSignatureBad,
    })?;
    let times = witnessed.witnesses.iter();
    let times = times.filter_map(|(_, time)| i64::try_from(time.seconds()).ok());
    let (first, last) = (times.clone().min(), times.max());
    Ok(first
        .zip(last)
        .map(|(first, last)| (Moment::from_unix(first), Moment::from_unix(last))))
}
