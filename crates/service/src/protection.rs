//! Protection: the screening, the flag that refuge raises, and what consulates are told.
//!
//! What each reader gets is made here, and is all they get: enforcement a referral without its
//! reason and a flag without its cause; refuge what was referred to it; a consulate what was left
//! for it and it has received. The answers of a screening leave this file in no value.

mod referral;

pub use referral::ReferralRecord;

use crate::{Officer, Service, ServiceError, access::Permit, journal::ATTEMPTS};
use paso_domain::{
    eligibility::is_child,
    event::Event,
    id::PersonId,
    person::Claim,
    policy::{Kind, powers},
    protection::{
        Answer, Breach, Channel, Consenting, Duty, FlagAfter, NoticeOf, ProtectionCommand,
        ProtectionState, Receiver, decide, duty,
    },
    roles::firewall::consulate_of,
    subject::Subject,
};
use paso_formats::{
    field::{BirthDate, StateCode},
    moment::Moment,
    name::PersonName,
    number::CardNumber,
};
pub use paso_store::ConcernRow as RefugeRow;
use paso_store::Concerned;
use std::collections::{BTreeMap, BTreeSet};

/// How many records a page of a list shows.
pub const PAGE: u32 = 50;

/// What enforcement may know of a person's protection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// The record that stands for the person.
    pub person: PersonId,
    /// When the protection questions were first asked.
    pub screened: Option<Moment>,
    /// Whether the person was referred to anybody; not to whom.
    pub referred: bool,
    /// Do not return, do not notify; not why.
    pub flag: bool,
    /// Each nationality that was claimed, and how it stands with telling its consulate. Whether
    /// somebody is a child follows from the date of birth here, never from an answer.
    pub consulates: Vec<(StateCode, Duty)>,
    /// Notices that were given, oldest first, with what contradicts the rules in them.
    pub notices: Vec<Told>,
}

/// A notice as those who give them see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: Moment,
    /// Which state's consulate.
    pub to: StateCode,
    /// How.
    pub channel: Channel,
    /// What contradicts the rules.
    pub breaches: Vec<Breach>,
}

/// What refuge knows of a person: no answer but the one that concerns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefugeMatter {
    /// The record that stands for the person.
    pub person: PersonId,
    /// Name as stated.
    pub name: String,
    /// Date of birth as stated.
    pub birth: BirthDate,
    /// Nationalities as claimed.
    pub nationalities: Vec<StateCode>,
    /// Whether a screening referred the person here.
    pub referred: bool,
    /// Whether a claim stands.
    pub claim: bool,
    /// Whether the flag stands.
    pub flag: bool,
    /// Which consulates may be told, flag or not, since there is consent.
    pub consented: Vec<StateCode>,
    /// The place of this row in the list; none when the record was opened by itself.
    pub row: Option<RefugeRow>,
}

/// What a consulate reads: a notice as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When it was given.
    pub at: Moment,
    /// What it says.
    pub of: NoticeOf,
}

/// What a consulate finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notices {
    /// Its state.
    pub state: StateCode,
    /// Whether something new lies here. Not how much: a notice that a claim takes back before it
    /// was received must leave no trace.
    pub waiting: bool,
    /// What it has received, newest first.
    pub received: Vec<Notice>,
}

/// A person's protection, over all records that are one.
struct Known {
    person: PersonId,
    claims: Vec<Claim>,
    state: ProtectionState,
    versions: Vec<(Subject, u64)>,
}

impl Known {
    fn newest(&self) -> Option<&Claim> {
        self.claims.last()
    }

    fn nationalities(&self) -> Vec<StateCode> {
        let claimed: BTreeSet<_> = self.claims.iter().map(|claim| claim.nationality).collect();
        claimed.into_iter().collect()
    }

    fn notice(&self) -> Option<NoticeOf> {
        self.newest().map(|claim| NoticeOf {
            name: PersonName::new(&claim.surnames, &claim.given).display(),
            birth: claim.birth,
        })
    }
}

impl Service {
    /// What enforcement may know. That it was asked stands in the person's list of readings, in the
    /// same words whether there is anything or nothing.
    ///
    /// # Errors
    /// When nothing is known of such a person, or the reading could not be recorded.
    pub async fn protection(
        &self,
        permit: &Permit<powers::ReadProtectionFlag>,
        person: PersonId,
    ) -> Result<Guarded, ServiceError> {
        let standing = self.standing_for(person).await?;
        self.open(permit, &Subject::Protection(standing)).await?;
        let known = self.protected(standing).await?;
        let today = self.post(permit)?.zone().date_at(self.now());
        let child = is_child(known.newest().map(|claim| claim.birth), today);
        let state = &known.state;
        Ok(Guarded {
            person: known.person,
            screened: state.screened(),
            referred: !state.referred().is_empty(),
            flag: state.flag(),
            consulates: known
                .nationalities()
                .into_iter()
                .map(|of| (of, duty(state, of, child, today)))
                .collect(),
            notices: state
                .notices()
                .into_iter()
                .map(|notice| Told {
                    at: notice.act.at,
                    to: notice.to,
                    channel: notice.channel,
                    breaches: notice.breaches,
                })
                .collect(),
        })
    }

    /// Records the answers to the protection questions.
    ///
    /// # Errors
    /// When nothing is known of such a person, the register refuses, or nothing could be recorded.
    pub async fn screen(
        &self,
        permit: &Permit<powers::RecordScreening>,
        person: PersonId,
        answers: BTreeSet<Answer>,
    ) -> Result<(), ServiceError> {
        let on = self.post(permit)?.zone().date_at(self.now());
        self.protect(permit, person, |known| ProtectionCommand::Screen {
            answers: answers.clone(),
            birth: known.newest().map(|claim| claim.birth),
            on,
        })
        .await
    }

    /// Leaves a notice here for a consulate.
    ///
    /// # Errors
    /// As for [`Service::screen`].
    pub async fn give_notice(
        &self,
        permit: &Permit<powers::NotifyConsulate>,
        person: PersonId,
        to: StateCode,
    ) -> Result<(), ServiceError> {
        let of = self.notice_of(person).await?;
        self.protect(permit, person, |known| ProtectionCommand::GiveNotice {
            to,
            of: of.clone(),
            claimed: known.nationalities(),
        })
        .await
    }

    /// Records that a consulate was told elsewhere: a fact, whatever it breaks.
    ///
    /// # Errors
    /// As for [`Service::screen`].
    pub async fn report_notice(
        &self,
        permit: &Permit<powers::NotifyConsulate>,
        person: PersonId,
        to: StateCode,
        note: &str,
    ) -> Result<(), ServiceError> {
        let of = self.notice_of(person).await?;
        self.protect(permit, person, |_| ProtectionCommand::ReportNotice {
            to,
            of: of.clone(),
            note: note.to_owned(),
        })
        .await
    }

    async fn notice_of(&self, person: PersonId) -> Result<NoticeOf, ServiceError> {
        let known = self.protected(person).await?;
        known.notice().ok_or(ServiceError::NotFound)
    }

    /// Whose card it is, for refuge to raise the flag of somebody nobody has referred.
    ///
    /// # Errors
    /// When there is no such card.
    pub async fn refuge_of_card(
        &self,
        _: &Permit<powers::RecordClaim>,
        number: CardNumber,
    ) -> Result<PersonId, ServiceError> {
        let loaded = self.load_card(number).await?;
        let card = loaded.state.card().ok_or(ServiceError::NotFound)?;
        self.standing_for(card.person).await
    }

    /// Who was referred to refuge, and whose claims stand or stood; newest first.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn refuge_matters(
        &self,
        _: &Permit<powers::RecordClaim>,
        after: Option<RefugeRow>,
    ) -> Result<Vec<RefugeMatter>, ServiceError> {
        let rows = self
            .store()
            .concerns(Concerned::Refuge, after, PAGE)
            .await?;
        let mut matters = Vec::with_capacity(rows.len());
        for row in rows {
            // Facts of one place may arrive before the person's own of another.
            match self.protected(row.person).await {
                Ok(known) => matters.extend(matter(&known, Some(row))),
                Err(ServiceError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(matters)
    }

    /// One matter of refuge.
    ///
    /// # Errors
    /// When nothing is known of such a person.
    pub async fn refuge_matter(
        &self,
        _: &Permit<powers::RecordClaim>,
        person: PersonId,
    ) -> Result<RefugeMatter, ServiceError> {
        let known = self.protected(person).await?;
        matter(&known, None).ok_or(ServiceError::NotFound)
    }

    /// Refuge says: do not return, do not notify.
    ///
    /// # Errors
    /// As for [`Service::screen`].
    pub async fn notify_claim(
        &self,
        permit: &Permit<powers::RecordClaim>,
        person: PersonId,
    ) -> Result<(), ServiceError> {
        self.protect(permit, person, |_| ProtectionCommand::NotifyClaim)
            .await
    }

    /// Refuge says that the claim has ended.
    ///
    /// # Errors
    /// As for [`Service::screen`].
    pub async fn end_claim(
        &self,
        permit: &Permit<powers::RecordClaim>,
        person: PersonId,
        flag: FlagAfter,
    ) -> Result<(), ServiceError> {
        self.protect(permit, person, |_| ProtectionCommand::EndClaim { flag })
            .await
    }

    /// Records express consent to a consulate being told.
    ///
    /// # Errors
    /// As for [`Service::screen`].
    pub async fn consent(
        &self,
        permit: &Permit<powers::RecordClaim>,
        person: PersonId,
        to: StateCode,
        by: Consenting,
        evidence: &str,
    ) -> Result<(), ServiceError> {
        self.protect(permit, person, |_| ProtectionCommand::Consent {
            to,
            by,
            evidence: evidence.to_owned(),
        })
        .await
    }

    /// What a consulate has received, and whether something new lies here.
    ///
    /// # Errors
    /// When the role is no consulate's.
    pub async fn notices(
        &self,
        permit: &Permit<powers::ReadNotices>,
    ) -> Result<Notices, ServiceError> {
        let state = state_of(permit)?;
        let (mut received, mut waiting) = (Vec::new(), false);
        for known in self.left_for(state).await? {
            waiting |= known.state.waits_for(state);
            received.extend(
                known
                    .state
                    .received_by(state)
                    .into_iter()
                    .map(|notice| Notice {
                        at: notice.act.at,
                        of: notice.of,
                    }),
            );
        }
        received.sort_by_key(|notice| core::cmp::Reverse(notice.at));
        Ok(Notices {
            state,
            waiting,
            received,
        })
    }

    /// A consulate takes what lies here for it.
    ///
    /// # Errors
    /// When the role is no consulate's, or something could not be recorded.
    pub async fn receive_notices(
        &self,
        permit: &Permit<powers::ReadNotices>,
    ) -> Result<(), ServiceError> {
        let state = state_of(permit)?;
        for known in self.left_for(state).await? {
            if known.state.waits_for(state) {
                let taken = self.protect(permit, known.person, |_| {
                    ProtectionCommand::ReceiveNotices { by: state }
                });
                match taken.await {
                    // A claim came between: nothing lies there any more.
                    Ok(()) | Err(ServiceError::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// The persons of whom a notice was left for a state's consulate, each once.
    async fn left_for(&self, state: StateCode) -> Result<Vec<Known>, ServiceError> {
        let mut persons = BTreeMap::new();
        let mut after = None;
        loop {
            let concerned = Concerned::Consulate(state);
            let rows = self.store().concerns(concerned, after, PAGE).await?;
            let last = rows.last().copied();
            for row in &rows {
                match self.protected(row.person).await {
                    Ok(known) => {
                        persons.insert(known.person, known);
                    }
                    Err(ServiceError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
            match last.filter(|_| rows.len() == PAGE as usize) {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        Ok(persons.into_values().collect())
    }

    /// All that is known of a person's protection, under every record that was merged with theirs.
    async fn protected(&self, person: PersonId) -> Result<Known, ServiceError> {
        let person = self.standing_for(person).await?;
        let mut known = Known {
            person,
            claims: Vec::new(),
            state: ProtectionState::default(),
            versions: Vec::new(),
        };
        // The record that stands goes last: its newest claim is the person's.
        for record in self.records_of(person).await?.into_iter().rev() {
            let stated = self.load_person(record).await?.state;
            known.claims.extend(stated.claims().iter().cloned());
            let subject = Subject::Protection(record);
            let opened = self.load(&subject).await?;
            for event in &opened.events {
                if let Event::Protection(event) = event {
                    known.state = known.state.apply(event);
                }
            }
            known.versions.push((subject, opened.version));
        }
        if known.claims.is_empty() {
            // Whoever was counted and has stated nothing yet can be asked, too.
            known.claims = self
                .stated_in_custody(person)
                .await?
                .ok_or(ServiceError::NotFound)?;
        }
        Ok(known)
    }

    async fn protect<P: Kind>(
        &self,
        permit: &Permit<P>,
        person: PersonId,
        command: impl Fn(&Known) -> ProtectionCommand,
    ) -> Result<(), ServiceError> {
        for _ in 0..ATTEMPTS {
            let known = self.protected(person).await?;
            let act = permit.act(self.now());
            let command = command(&known);
            let code = command.code();
            let subject = Subject::Protection(known.person);
            let event = match decide(&known.state, command, act.clone()) {
                Ok(event) => event,
                // Under the subject that few may open, and without the person in it.
                Err(no) => return Err(self.refused(&subject, &act, code, no.into(), None).await),
            };
            let events = vec![(subject, Event::Protection(event))];
            if self.append(events, known.versions).await? {
                return Ok(());
            }
        }
        Err(ServiceError::Contended)
    }
}

fn state_of(officer: &Officer) -> Result<StateCode, ServiceError> {
    consulate_of(officer.role).ok_or(ServiceError::NotFound)
}

fn matter(known: &Known, row: Option<RefugeRow>) -> Option<RefugeMatter> {
    let claim = known.newest()?;
    let nationalities = known.nationalities();
    let flag = known.state.flag();
    let consented = nationalities.iter().copied();
    Some(RefugeMatter {
        person: known.person,
        name: PersonName::new(&claim.surnames, &claim.given).display(),
        birth: claim.birth,
        referred: known.state.referred().contains(&Receiver::Refuge),
        claim: known.state.claim(),
        flag,
        consented: consented
            .filter(|state| flag && !known.state.held(*state))
            .collect(),
        nationalities,
        row,
    })
}
