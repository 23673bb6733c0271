//! The names of backups, and which of them have had their time.

use super::format::Part;
use paso_formats::moment::{DAY, Moment};

/// What the name of a backup says: `mx-inm.20261122T141500Z.1042.register.age`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The authority's code, as far as a file name carries it.
    pub authority: String,
    /// When it was made, to the second.
    pub moment: Moment,
    /// The position of the journal.
    pub position: u64,
    /// Which of the two.
    pub part: Part,
}

const MOMENT: &str = "%Y%m%dT%H%M%SZ";

impl Name {
    /// The name of a backup made now.
    pub(super) fn new(authority: &str, moment: Moment, position: u64, part: Part) -> Self {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '-'
            }
        };
        Self {
            authority: authority.chars().map(plain).collect(),
            moment,
            position,
            part,
        }
    }

    /// The name read back; `None` if it is not one of these.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let parts: Vec<_> = name.split('.').collect();
        let [authority, moment, position, part, "age"] = parts.as_slice() else {
            return None;
        };
        let civil = jiff::civil::DateTime::strptime(MOMENT, moment).ok()?;
        let moment = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        let parsed = Self {
            authority: (*authority).to_owned(),
            moment: Moment::from_unix(moment.as_second()),
            position: position.parse().ok()?,
            part: [Part::Register, Part::Keys]
                .into_iter()
                .find(|known| known.word() == *part)?,
        };
        (parsed.to_string() == name).then_some(parsed)
    }
}

impl core::fmt::Display for Name {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "{}.{}.{}.{}.age",
            self.authority,
            self.moment.timestamp().strftime(MOMENT),
            self.position,
            self.part.word()
        )
    }
}

/// A backup found beside the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its name.
    pub name: Name,
    /// Whether it was restored once, and has not changed since.
    pub verified: bool,
}

/// Which of these backups have had their time and may go.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Expired {
    /// They may go: a newer one has been verified.
    pub superseded: Vec<Name>,
    /// They have had their time, and stay: no newer one has been verified.
    pub kept: Vec<Name>,
}

/// Sorts out the backups of one authority and part that are older than so many days.
pub(super) fn expired(found: &[Found], part: Part, days: u16, now: Moment) -> Expired {
    let mut expired = Expired::default();
    let of_part = || found.iter().filter(|one| one.name.part == part);
    for one in of_part() {
        if now.since(one.name.moment) <= i64::from(days) * DAY {
            continue;
        }
        let newer = of_part().any(|other| {
            other.verified
                && other.name.authority == one.name.authority
                && other.name.moment > one.name.moment
                && other.name.position >= one.name.position
        });
        let list = if newer {
            &mut expired.superseded
        } else {
            &mut expired.kept
        };
        list.push(one.name.clone());
    }
    expired
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(day: i64, position: u64, part: Part) -> Name {
        let start: Moment = "2026-11-01T06:00:00Z".parse().unwrap();
        Name::new("mx inm/1", start.plus(day * DAY), position, part)
    }

    #[test]
    fn a_name_says_whose_when_and_how_far() {
        let name = name(0, 1042, Part::Register);
        assert_eq!(
            name.to_string(),
            "mx-inm-1.20261101T060000Z.1042.register.age"
        );
        assert_eq!(Name::parse(&name.to_string()), Some(name));
        for other in [
            "mx-inm.20261101T060000Z.01.register.age",
            "mx-inm.20261101T060000Z.1.views.age",
            "mx-inm.20261101T060000Z.1.register.age.verified",
            "mx-inm.today.1.register.age",
            "a.age",
        ] {
            assert_eq!(Name::parse(other), None, "{other}");
        }
    }

    #[test]
    fn what_has_had_its_time_goes_only_for_a_newer_one_that_was_restored() {
        let now = name(100, 0, Part::Register).moment;
        let found = |day, position, verified| Found {
            name: name(day, position, Part::Register),
            verified,
        };
        let days = |names: &[Name]| names.iter().map(|one| one.position).collect::<Vec<_>>();
        // (backups as day, position, verified) → (go, stay), by position
        for (backups, go, stay) in [
            (vec![(1, 1, false), (95, 9, true)], vec![1], vec![]),
            (vec![(1, 1, true), (95, 9, false)], vec![], vec![1]),
            (
                vec![(1, 1, true), (2, 2, true), (99, 9, false)],
                vec![1],
                vec![2],
            ),
            (vec![(20, 1, false), (95, 9, true)], vec![], vec![]),
            // A newer file of a shorter register replaces nothing.
            (vec![(1, 5, false), (95, 2, true)], vec![], vec![5]),
        ] {
            let all: Vec<_> = backups
                .iter()
                .map(|(day, position, verified)| found(*day, *position, *verified))
                .collect();
            let expired = expired(&all, Part::Register, 90, now);
            assert_eq!(days(&expired.superseded), go, "{backups:?}");
            assert_eq!(days(&expired.kept), stay, "{backups:?}");
            let keys = super::expired(&all, Part::Keys, 7, now);
            assert_eq!(keys, Expired::default(), "another part");
        }
    }
}
