//! Officers, their roles, and whose a passkey is: what lists and a sign-in look for. How somebody
//! stands is answered by the register itself, from the officer's own events.

use std::{collections::BTreeMap, fmt::Write as _};

use paso_domain::{
    event::Event, id::OfficerNumber, officer::OfficerEvent, policy::Role, subject::Subject,
};
use paso_formats::moment::Moment;

use super::{Fact, new_subjects};
use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

pub(super) const TABLES: &str = "
    CREATE TABLE view_officer (
        officer {{text}} NOT NULL PRIMARY KEY,
        name {{text}},
        enrolled_at {{integer}},
        paused_at {{integer}},
        suspended_from {{integer}},
        dismissed_from {{integer}}
    ) {{keyed}};
    CREATE TABLE view_grant (
        officer {{text}} NOT NULL,
        version {{integer}} NOT NULL,
        role {{text}} NOT NULL,
        posts {{text}} NOT NULL,
        given_at {{integer}} NOT NULL,
        starts {{integer}} NOT NULL,
        ends {{integer}},
        PRIMARY KEY (officer, version)
    ) {{keyed}};
    CREATE INDEX view_grant_role ON view_grant (role, officer);
    CREATE TABLE view_passkey (
        credential {{text}} NOT NULL PRIMARY KEY,
        officer {{text}} NOT NULL
    ) {{keyed}};
";

statements! {
    PUT = "INSERT INTO view_officer (officer, name, enrolled_at, paused_at, suspended_from,
            dismissed_from)
        VALUES {{rows}}
        ON CONFLICT (officer) DO UPDATE SET name = excluded.name,
            enrolled_at = excluded.enrolled_at, paused_at = excluded.paused_at,
            suspended_from = excluded.suspended_from, dismissed_from = excluded.dismissed_from";
    PUT_GRANT = "INSERT INTO view_grant (officer, version, role, posts, given_at, starts, ends)
        VALUES {{rows}} ON CONFLICT (officer, version) DO UPDATE SET ends = excluded.ends";
    PUT_PASSKEY = "INSERT INTO view_passkey (credential, officer) VALUES {{rows}}
        ON CONFLICT (credential) DO NOTHING";
    BY_NUMBER = "SELECT officer, name, enrolled_at, paused_at, suspended_from, dismissed_from
        FROM view_officer WHERE officer IN ({{list}})";
    GRANTS_OF = "SELECT officer, version, role, posts, given_at, starts, ends
        FROM view_grant WHERE officer IN ({{list}}) ORDER BY officer, version";
    LIST = "SELECT officer, name, enrolled_at, paused_at, suspended_from, dismissed_from
        FROM view_officer WHERE officer > $1 ORDER BY officer LIMIT $2";
    WITH_ROLE = "SELECT DISTINCT g.officer FROM view_grant AS g
        JOIN view_officer AS o ON o.officer = g.officer
        WHERE g.role = $1 AND g.starts <= $2 AND (g.ends IS NULL OR g.ends > $2)
            AND (o.dismissed_from IS NULL OR o.dismissed_from > $2)
        ORDER BY g.officer";
    BY_CREDENTIAL = "SELECT officer FROM view_passkey WHERE credential = $1";
    ONCE_AWAY = "SELECT officer FROM view_officer
        WHERE dismissed_from IS NOT NULL OR paused_at IS NOT NULL ORDER BY officer";
}

/// An officer in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerRow {
    /// The number.
    pub officer: OfficerNumber,
    /// The name; none where something was recorded of a number nobody enrolled.
    pub name: Option<String>,
    /// Since when enrolled.
    pub enrolled_at: Option<Moment>,
    /// When it was last decided that they are suspended, or no longer.
    paused_at: Option<Moment>,
    /// Since when suspended.
    pub suspended_from: Option<Moment>,
    /// Since when dismissed.
    pub dismissed_from: Option<Moment>,
}

/// A role given to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// To whom.
    pub officer: OfficerNumber,
    version: u64,
    /// Which.
    pub role: Role,
    /// The codes of the posts at which it counts, with blanks between; empty for all.
    pub posts: String,
    given_at: Moment,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub until: Option<Moment>,
}

impl OfficerRow {
    const fn unknown(officer: OfficerNumber) -> Self {
        Self {
            officer,
            name: None,
            enrolled_at: None,
            paused_at: None,
            suspended_from: None,
            dismissed_from: None,
        }
    }

    fn apply(&mut self, event: &OfficerEvent) {
        match event {
            OfficerEvent::Enrolled { act, name, .. } => {
                self.name.get_or_insert_with(|| name.clone());
                self.enrolled_at.get_or_insert(act.at);
            }
            OfficerEvent::Suspended { act, from, .. } => self.pause(act.at, Some(*from)),
            OfficerEvent::Reinstated { act, .. } => self.pause(act.at, None),
            OfficerEvent::Dismissed { act, from, .. } => {
                let from = act.at.min(*from);
                self.dismissed_from = Some(self.dismissed_from.map_or(from, |f| f.min(from)));
            }
            _ => {}
        }
    }

    fn pause(&mut self, at: Moment, suspended_from: Option<Moment>) {
        if self.paused_at.is_none_or(|known| known <= at) {
            self.paused_at = Some(at);
            self.suspended_from = suspended_from;
        }
    }

    fn values(&self) -> [Value; 6] {
        [
            Value::from(self.officer.as_str()),
            Value::text(self.name.as_deref()),
            Value::moment(self.enrolled_at),
            Value::moment(self.paused_at),
            Value::moment(self.suspended_from),
            Value::moment(self.dismissed_from),
        ]
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            officer: row.parse(0, "officer number")?,
            name: row.optional_text(1)?,
            enrolled_at: row.optional_moment(2)?,
            paused_at: row.optional_moment(3)?,
            suspended_from: row.optional_moment(4)?,
            dismissed_from: row.optional_moment(5)?,
        })
    }
}

impl GrantRow {
    fn values(&self) -> [Value; 7] {
        [
            Value::from(self.officer.as_str()),
            Value::from(self.version),
            Value::from(self.role.code()),
            Value::from(self.posts.as_str()),
            Value::from(self.given_at),
            Value::from(self.from),
            Value::moment(self.until),
        ]
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            officer: row.parse(0, "officer number")?,
            version: row.number(1)?,
            role: row.parse(2, "role")?,
            posts: row.text(3)?,
            given_at: row.moment(4)?,
            from: row.moment(5)?,
            until: row.optional_moment(6)?,
        })
    }

    /// Whether it counts at a moment.
    #[must_use]
    pub fn counts_at(&self, moment: Moment) -> bool {
        self.from <= moment && self.until.is_none_or(|until| moment < until)
    }
}

/// Officers' facts are made at one place, in order: what ends a role comes after it here, and the
/// register alone knows of one that did not.
pub(super) async fn apply(tx: &mut Tx, facts: &[Fact<'_>]) -> Result<(), DatabaseError> {
    let new = new_subjects(facts);
    let (mut rows, mut known, mut events) = (BTreeMap::new(), Vec::new(), Vec::new());
    for fact in facts {
        let (Subject::Officer(number), Event::Officer(event)) = (fact.subject, fact.event) else {
            continue;
        };
        let unknown = OfficerRow::unknown(number.clone());
        let first = rows.insert(number.clone(), unknown).is_none();
        if first && !new.contains(fact.subject) {
            known.push(Value::from(number.as_str()));
        }
        events.push((number, fact.version, event));
    }
    for row in tx.fetch_list(&BY_NUMBER, known.clone()).await? {
        let row = OfficerRow::read(&row)?;
        rows.insert(row.officer.clone(), row);
    }
    let mut grants: BTreeMap<OfficerNumber, Vec<GrantRow>> = BTreeMap::new();
    for row in tx.fetch_list(&GRANTS_OF, known).await? {
        let row = GrantRow::read(&row)?;
        let theirs = grants.entry(row.officer.clone()).or_default();
        // A list is filled up by repeating its last member, and another piece of it may ask again.
        if theirs.iter().all(|grant| grant.version != row.version) {
            theirs.push(row);
        }
    }
    let mut passkeys = BTreeMap::new();
    for (number, version, event) in events {
        rows.entry(number.clone())
            .and_modify(|row| row.apply(event));
        match event {
            OfficerEvent::Granted {
                act,
                role,
                posts,
                from,
                until,
                ..
            } => {
                let posts: Vec<_> = posts.iter().map(ToString::to_string).collect();
                grants.entry(number.clone()).or_default().push(GrantRow {
                    officer: number.clone(),
                    version,
                    role: *role,
                    posts: posts.join(" "),
                    given_at: act.at,
                    from: *from,
                    until: *until,
                });
            }
            OfficerEvent::GrantEnded {
                act, role, from, ..
            } => {
                let theirs = grants.entry(number.clone()).or_default();
                let ending = theirs
                    .iter_mut()
                    .filter(|grant| grant.role == *role && grant.given_at <= act.at);
                for grant in ending {
                    grant.until = Some(grant.until.map_or(*from, |until| until.min(*from)));
                }
            }
            OfficerEvent::PasskeyAdded { credential, .. } => {
                passkeys
                    .entry(credential_key(credential))
                    .or_insert_with(|| number.clone());
            }
            _ => {}
        }
    }
    tx.put(&PUT, rows.values().map(OfficerRow::values).collect())
        .await?;
    let grants = grants.values().flatten().map(GrantRow::values);
    tx.put(&PUT_GRANT, grants.collect()).await?;
    let passkeys = passkeys
        .into_iter()
        .map(|(credential, officer)| [Value::from(credential), Value::from(officer.as_str())]);
    tx.put(&PUT_PASSKEY, passkeys.collect()).await
}

/// A credential's identifier as a key. Longer than any index takes are none: `WebAuthn` ends at
/// 1,023 bytes (L3 §5.8.3), PostgreSQL's index at 2,700.
fn credential_key(credential: &[u8]) -> String {
    let bytes = credential.iter().take(1_023);
    bytes.fold(String::new(), |mut key, byte| {
        // Writing into a String does not fail.
        let _ = write!(key, "{byte:02x}");
        key
    })
}

impl Store {
    /// Officers after one, by number, at most `limit`.
    pub async fn officers(
        &self,
        after: Option<&OfficerNumber>,
        limit: u32,
    ) -> Result<Vec<OfficerRow>, DatabaseError> {
        let values = vec![
            Value::from(after.map_or("", OfficerNumber::as_str)),
            Value::from(u64::from(limit)),
        ];
        let rows = self.main().fetch(&LIST, values).await?;
        rows.iter().map(OfficerRow::read).collect()
    }

    /// The roles of officers.
    pub async fn grants_of(
        &self,
        officers: &[OfficerNumber],
    ) -> Result<Vec<GrantRow>, DatabaseError> {
        let rows = self
            .main()
            .fetch_list(&GRANTS_OF, Value::texts(officers))
            .await?;
        rows.iter().map(GrantRow::read).collect()
    }

    /// Who has a role at a moment, and is not dismissed.
    pub async fn officers_with(
        &self,
        role: Role,
        at: Moment,
    ) -> Result<Vec<OfficerNumber>, DatabaseError> {
        let values = vec![Value::from(role.code()), Value::from(at)];
        let rows = self.main().fetch(&WITH_ROLE, values).await?;
        rows.iter()
            .map(|row| row.parse(0, "officer number"))
            .collect()
    }

    /// Whose a passkey is, by its credential's identifier.
    pub async fn officer_of_passkey(
        &self,
        credential: &[u8],
    ) -> Result<Option<OfficerNumber>, DatabaseError> {
        let values = vec![Value::from(credential_key(credential))];
        let rows = self.main().fetch(&BY_CREDENTIAL, values).await?;
        rows.first()
            .map(|row| row.parse(0, "officer number"))
            .transpose()
    }

    /// Every officer who was ever suspended or dismissed, by number.
    pub async fn officers_once_away(&self) -> Result<Vec<OfficerNumber>, DatabaseError> {
        let rows = self.main().fetch(&ONCE_AWAY, Vec::new()).await?;
        rows.iter()
            .map(|row| row.parse(0, "officer number"))
            .collect()
    }
}
