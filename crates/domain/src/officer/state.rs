//! The fold of an officer's events, and how the officer stands at a moment.

use super::event::{InvitationPurpose, OfficerEvent, PasskeyEndReason};
use crate::{act::Act, crossings::PostCode, policy::Role};
use paso_formats::moment::Moment;

/// A role as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The posts at which it counts; none for all.
    pub posts: Vec<PostCode>,
    /// From when.
    pub from: Moment,
    /// Until when, not including; whichever comes first of what was said at the beginning and of an
    /// early end.
    pub until: Option<Moment>,
    /// By whom it was given.
    pub given: Act,
}

impl Grant {
    /// Whether it counts at a moment.
    #[must_use]
    pub fn counts_at(&self, moment: Moment) -> bool {
        self.from <= moment && self.until.is_none_or(|until| moment < until)
    }

    /// Whether it counts at a post.
    #[must_use]
    pub fn covers(&self, post: PostCode) -> bool {
        self.posts.is_empty() || self.posts.contains(&post)
    }

    fn end(&mut self, from: Moment) {
        self.until = Some(self.until.map_or(from, |until| until.min(from)));
    }
}

/// A passkey as registered, and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// The credential's identifier.
    pub credential: Vec<u8>,
    /// The public key as registered: a `COSE_Key`.
    pub key: Vec<u8>,
    /// Its algorithm, by COSE number.
    pub algorithm: i64,
    /// Whether its authenticator may copy it to other devices.
    pub backup_eligible: bool,
    /// Whether it had been copied when it was registered.
    pub backed_up: bool,
    /// The invitation it came by.
    pub link: [u8; 32],
    /// What that was for.
    pub purpose: InvitationPurpose,
    /// Whether that invitation is known, and was good for it. A passkey nobody invited does not count.
    pub invited: bool,
    /// When it was registered.
    pub registered: Moment,
    /// From when it counts.
    pub from: Moment,
    /// Until when, not including.
    pub until: Option<Moment>,
    /// Why it ended before its time.
    pub ended: Option<PasskeyEndReason>,
    /// From when on it may have been in other hands.
    pub compromised_from: Option<Moment>,
    /// How often its count stepped back.
    pub stepped_back: u32,
}

impl Passkey {
    /// Whether it counts at a moment.
    #[must_use]
    pub fn counts_at(&self, moment: Moment) -> bool {
        self.invited
            && self.from <= moment
            && self.until.is_none_or(|until| moment < until)
            && self.compromised_from.is_none_or(|from| moment < from)
    }
}

/// An invitation and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// SHA-256 of the link's secret.
    pub link: [u8; 32],
    /// What it is for.
    pub purpose: InvitationPurpose,
    /// From when it no longer works.
    pub expires: Moment,
    /// Whether a passkey came by it.
    pub used: bool,
    /// By whom it was made.
    pub given: Act,
}

/// Facts that contradict each other. They are kept and shown to administrators, never dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfficerConflict {
    /// One number was given twice. The first enrolment stands.
    EnrolledTwice,
    /// Something was recorded of a number that nobody had enrolled yet.
    NotEnrolled,
    /// A passkey was registered without an invitation, or by one that was used or had expired.
    PasskeyUninvited,
    /// One passkey was registered twice. The first stands.
    PasskeyTwice,
    /// Something was given after the dismissal. It has no effect.
    AfterDismissal,
}

impl OfficerConflict {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::EnrolledTwice,
        Self::NotEnrolled,
        Self::PasskeyUninvited,
        Self::PasskeyTwice,
        Self::AfterDismissal,
    ];

    /// The stable code: the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EnrolledTwice => "enrolled-twice",
            Self::NotEnrolled => "not-enrolled",
            Self::PasskeyUninvited => "passkey-uninvited",
            Self::PasskeyTwice => "passkey-twice",
            Self::AfterDismissal => "after-dismissal",
        }
    }
}

/// Whether an officer may act at all at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// The number was not enrolled by then.
    #[default]
    Unknown,
    /// In service.
    Active,
    /// Suspended since then.
    Suspended {
        /// Since when.
        from: Moment,
    },
    /// Dismissed since then.
    Dismissed {
        /// Since when.
        from: Moment,
    },
}

impl Access {
    /// The stable code: the key of texts, and what views keep.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Dismissed { .. } => "dismissed",
        }
    }
}

/// How an officer stands at a moment. Whoever is not in service then has neither roles nor passkeys
/// here, so that a caller who forgets to look at `access` lets nobody in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The officer's name; empty where the number was never enrolled.
    pub name: String,
    /// Whether they may act at all.
    pub access: Access,
    /// The roles that count then.
    pub grants: Vec<Grant>,
    /// The passkeys that count then.
    pub passkeys: Vec<Passkey>,
}

impl Standing {
    /// Whether the officer may be signed in for this purpose at this post.
    #[must_use]
    pub fn holds(&self, role: Role, post: PostCode) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.role == role && grant.covers(post))
    }

    /// Since when the service is interrupted or over; none while in service, or where the number was
    /// never enrolled.
    #[must_use]
    pub const fn ended(&self) -> Option<Moment> {
        match self.access {
            Access::Suspended { from } | Access::Dismissed { from } => Some(from),
            Access::Unknown | Access::Active => None,
        }
    }
}

/// An end of a role: of all grants of it made until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct GrantEnd {
    role: Role,
    at: Moment,
    from: Moment,
}

/// A suspension, or its lifting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pause {
    at: Moment,
    from: Moment,
    suspended: bool,
}

/// The end of a passkey that may have come before the passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PasskeyEnd {
    credential: Vec<u8>,
    reason: PasskeyEndReason,
    from: Moment,
    compromised_from: Option<Moment>,
}

/// What the register knows of an officer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfficerState {
    enrolled: Option<(Act, String)>,
    grants: Vec<Grant>,
    grant_ends: Vec<GrantEnd>,
    invitations: Vec<Invitation>,
    passkeys: Vec<Passkey>,
    passkey_ends: Vec<PasskeyEnd>,
    pauses: Vec<Pause>,
    dismissed: Option<Moment>,
    conflicts: Vec<OfficerConflict>,
}

impl OfficerState {
    /// Takes one more fact in. What has ended stays ended whatever arrives later: doubt must not
    /// give anybody access.
    #[must_use]
    pub fn apply(mut self, event: &OfficerEvent) -> Self {
        let first = self.enrolled.is_none();
        if first && !matches!(event, OfficerEvent::Enrolled { .. }) {
            self.conflict(OfficerConflict::NotEnrolled);
        }
        match event {
            OfficerEvent::Enrolled { act, name, .. } => {
                if first {
                    self.enrolled = Some((act.clone(), name.clone()));
                    // The rest came first from elsewhere; now it is explained.
                    self.conflicts
                        .retain(|c| *c != OfficerConflict::NotEnrolled);
                } else {
                    self.conflict(OfficerConflict::EnrolledTwice);
                }
            }
            OfficerEvent::Granted { .. } | OfficerEvent::GrantEnded { .. } => self.grant(event),
            OfficerEvent::Invited {
                act,
                purpose,
                link,
                expires,
                ..
            } => {
                self.after_dismissal(act);
                let mut invitation = Invitation {
                    link: *link,
                    purpose: *purpose,
                    expires: *expires,
                    used: false,
                    given: act.clone(),
                };
                // A passkey that became known before its invitation.
                for passkey in self.passkeys.iter_mut().filter(|p| p.link == *link) {
                    passkey.invited |= !invitation.used && passkey.registered < *expires;
                    invitation.used = true;
                }
                if self.passkeys.iter().all(|passkey| passkey.invited) {
                    self.conflicts
                        .retain(|c| *c != OfficerConflict::PasskeyUninvited);
                }
                self.invitations.push(invitation);
            }
            OfficerEvent::PasskeyAdded { .. } => self.passkey(event),
            OfficerEvent::PasskeyEnded {
                credential,
                reason,
                from,
                compromised_from,
                ..
            } => {
                let end = PasskeyEnd {
                    credential: credential.clone(),
                    reason: *reason,
                    from: *from,
                    compromised_from: *compromised_from,
                };
                if let Some(passkey) = self.find_passkey(credential) {
                    finish(passkey, &end);
                }
                self.passkey_ends.push(end);
            }
            OfficerEvent::Suspended { act, from, .. } => self.pause(act.at, *from, true),
            OfficerEvent::Reinstated { act, from, .. } => self.pause(act.at, *from, false),
            OfficerEvent::Dismissed { act, from, .. } => {
                // Never later than it was said: a dismissal takes effect at once.
                let from = act.at.min(*from);
                self.dismissed = Some(self.dismissed.map_or(from, |known| known.min(from)));
            }
            OfficerEvent::CounterSteppedBack { credential, .. } => {
                if let Some(passkey) = self.find_passkey(credential) {
                    passkey.stepped_back = passkey.stepped_back.saturating_add(1);
                }
            }
        }
        self
    }

    /// A role given, or taken back.
    fn grant(&mut self, event: &OfficerEvent) {
        match event {
            OfficerEvent::Granted {
                act,
                role,
                posts,
                from,
                until,
                ..
            } => {
                self.after_dismissal(act);
                let mut grant = Grant {
                    role: *role,
                    posts: posts.clone(),
                    from: *from,
                    until: *until,
                    given: act.clone(),
                };
                // An end decided later than this grant, and known before it.
                for end in &self.grant_ends {
                    if end.role == grant.role && end.at > act.at {
                        grant.end(end.from);
                    }
                }
                self.grants.push(grant);
            }
            OfficerEvent::GrantEnded {
                act, role, from, ..
            } => {
                let end = GrantEnd {
                    role: *role,
                    at: act.at,
                    from: *from,
                };
                for grant in &mut self.grants {
                    if grant.role == end.role && grant.given.at <= end.at {
                        grant.end(end.from);
                    }
                }
                self.grant_ends.push(end);
            }
            _ => {}
        }
    }

    fn passkey(&mut self, event: &OfficerEvent) {
        let OfficerEvent::PasskeyAdded {
            act,
            link,
            purpose,
            credential,
            key,
            algorithm,
            backup_eligible,
            backed_up,
            from,
            until,
        } = event
        else {
            return;
        };
        self.after_dismissal(act);
        if self.find_passkey(credential).is_some() {
            self.conflict(OfficerConflict::PasskeyTwice);
            return;
        }
        let invitation = self.invitations.iter_mut().find(|i| i.link == *link);
        let invited = invitation.is_some_and(|invitation| {
            let good = !invitation.used && act.at < invitation.expires;
            invitation.used = true;
            good
        });
        if !invited {
            self.conflict(OfficerConflict::PasskeyUninvited);
        }
        let mut passkey = Passkey {
            credential: credential.clone(),
            key: key.clone(),
            algorithm: *algorithm,
            backup_eligible: *backup_eligible,
            backed_up: *backed_up,
            link: *link,
            purpose: *purpose,
            invited,
            registered: act.at,
            from: *from,
            until: *until,
            ended: None,
            compromised_from: None,
            stepped_back: 0,
        };
        for end in &self.passkey_ends {
            if end.credential == *credential {
                finish(&mut passkey, end);
            }
        }
        self.passkeys.push(passkey);
    }

    fn find_passkey(&mut self, credential: &[u8]) -> Option<&mut Passkey> {
        self.passkeys
            .iter_mut()
            .find(|passkey| passkey.credential == credential)
    }

    /// Kept in the order in which they were decided; of one second, in the order in which they came.
    fn pause(&mut self, at: Moment, from: Moment, suspended: bool) {
        let place = self.pauses.partition_point(|pause| pause.at <= at);
        let pause = Pause {
            at,
            from,
            suspended,
        };
        self.pauses.insert(place, pause);
    }

    fn after_dismissal(&mut self, act: &Act) {
        if self.dismissed.is_some_and(|from| act.at >= from) {
            self.conflict(OfficerConflict::AfterDismissal);
        }
    }

    fn conflict(&mut self, conflict: OfficerConflict) {
        if !self.conflicts.contains(&conflict) {
            self.conflicts.push(conflict);
        }
    }

    /// Who enrolled the officer, when and where; none where nobody did.
    #[must_use]
    pub fn enrolled(&self) -> Option<&Act> {
        self.enrolled.as_ref().map(|(act, _)| act)
    }

    /// The officer's name; empty where nobody enrolled the number.
    #[must_use]
    pub fn name(&self) -> &str {
        self.enrolled.as_ref().map_or("", |(_, name)| name)
    }

    /// Every role ever given, in the order in which it became known.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Every passkey ever registered.
    #[must_use]
    pub fn passkeys(&self) -> &[Passkey] {
        &self.passkeys
    }

    /// Every invitation ever made.
    #[must_use]
    pub fn invitations(&self) -> &[Invitation] {
        &self.invitations
    }

    /// From when the officer is dismissed.
    #[must_use]
    pub const fn dismissed(&self) -> Option<Moment> {
        self.dismissed
    }

    /// Contradictions to be settled.
    #[must_use]
    pub fn conflicts(&self) -> &[OfficerConflict] {
        &self.conflicts
    }

    /// Whether the officer may act at all at a moment.
    #[must_use]
    pub fn access_at(&self, moment: Moment) -> Access {
        if let Some(from) = self.dismissed.filter(|from| *from <= moment) {
            return Access::Dismissed { from };
        }
        if self.enrolled().is_none_or(|act| moment < act.at) {
            return Access::Unknown;
        }
        match self.pauses.iter().rfind(|pause| pause.from <= moment) {
            Some(pause) if pause.suspended => Access::Suspended { from: pause.from },
            _ => Access::Active,
        }
    }

    /// The moments at which that answer may change, in order.
    pub(super) fn turns(&self) -> Vec<Moment> {
        let mut turns: Vec<_> = self.pauses.iter().map(|pause| pause.from).collect();
        turns.extend(self.enrolled().map(|act| act.at));
        turns.extend(self.dismissed);
        turns.sort_unstable();
        turns.dedup();
        turns
    }

    /// How the officer stands at a moment.
    #[must_use]
    pub fn standing_at(&self, moment: Moment) -> Standing {
        let access = self.access_at(moment);
        let active = access == Access::Active;
        let mut standing = Standing {
            name: self.name().to_owned(),
            access,
            ..Standing::default()
        };
        if active {
            let (grants, passkeys) = (self.grants.iter(), self.passkeys.iter());
            standing.grants = grants.filter(|g| g.counts_at(moment)).cloned().collect();
            standing.passkeys = passkeys.filter(|p| p.counts_at(moment)).cloned().collect();
        }
        standing
    }
}

fn finish(passkey: &mut Passkey, end: &PasskeyEnd) {
    passkey.until = Some(passkey.until.map_or(end.from, |until| until.min(end.from)));
    passkey.ended.get_or_insert(end.reason);
    passkey.compromised_from = match (passkey.compromised_from, end.compromised_from) {
        (Some(known), Some(also)) => Some(known.min(also)),
        (known, also) => known.or(also),
    };
}
