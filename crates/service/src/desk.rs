//! The desk: an application is assessed, and ends in a card or a reasoned refusal in one sitting.

use crate::{
    Officer, Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
    ceremony::KeyPurpose,
    contradictions::Contradicted,
    sheets::FromPaper,
};
use paso_domain::{
    act::Act,
    card::{
        Application, ApplicationPurpose, CardCommand, CardEvent, CardRefusal, CardState, Decision,
        Issued, NotIssued, RefusalGround, RevocationReason, Standing,
    },
    cui::{self, CuiWarning},
    document::TravelDocument,
    eligibility::{Accompaniment, Applicant, Eligibility, assess, card_expiry},
    event::Event,
    id::{ApplicationId, PersonId},
    person::{Claim, Evidence, PersonCommand, PersonState},
    policy::powers,
    sheet::SheetKind,
    subject::Subject,
};
use paso_formats::{
    card::{self, CardClaims, StatusRef},
    field::{BirthDate, Sex, StateCode},
    moment::Moment,
    name::PersonName,
    number::CardNumber,
};

/// What kind of card it is: claim 169 attribute 22.
const CLASS: &str = "TVR";

/// An application as typed at the desk. All of it is claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationForm {
    /// The record of the person where the officer found one; none makes a new one.
    pub person: Option<PersonId>,
    /// First card, renewal or replacement.
    pub purpose: ApplicationPurpose,
    /// The name as written.
    pub name: PersonName,
    /// Date of birth as far as known.
    pub birth: BirthDate,
    /// Sex as the document states it.
    pub sex: Sex,
    /// Nationality claimed.
    pub nationality: StateCode,
    /// State of permanent residence, where another.
    pub residence: Option<StateCode>,
    /// Guatemala's personal code, as typed.
    pub cui: Option<String>,
    /// Papers shown; the card is bound to the first.
    pub documents: Vec<TravelDocument>,
    /// Whether an adult is under guardianship.
    pub under_guardianship: bool,
    /// Who comes along with a minor.
    pub accompaniment: Accompaniment,
    /// Portrait, where the holder wants one printed: JPEG or PNG.
    pub portrait: Option<Vec<u8>>,
}

/// What the desk shows before anything is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The answer with its reasons.
    pub eligibility: Eligibility,
    /// What to look at in the CUI.
    pub cui_warnings: Vec<CuiWarning>,
    /// When a card issued now would expire.
    pub would_expire: Option<Moment>,
}

/// A refusal as typed at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalForm {
    /// The ground, from the closed list.
    pub ground: RefusalGround,
    /// Reasons in words.
    pub reasons: String,
    /// What the person can do.
    pub remedy: String,
}

/// A card as the register knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRecord {
    /// The card.
    pub card: Issued,
    /// The application it was issued on; none if the register knows only the card.
    pub application: Option<Application>,
    /// When, where and by whom it was issued.
    pub issued: Act,
    /// When, where and by whom its application was received: earlier than it was issued where that
    /// stood on paper.
    pub received: Option<Act>,
    /// How it stands.
    pub standing: Standing,
    /// Where facts about it contradict each other, open or settled.
    pub contradictions: Vec<Contradicted>,
}

/// A refused application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRecord {
    /// Its number.
    pub id: ApplicationId,
    /// The application.
    pub application: Application,
    /// Why, and what the person can do.
    pub refusal: NotIssued,
    /// When, where and by whom it was decided.
    pub decided: Act,
}

impl Service {
    /// Assesses an application under the rule of today at the officer's post. Records nothing.
    ///
    /// # Errors
    /// When the role may not, or the post is unknown.
    pub fn assess(
        &self,
        permit: &Permit<powers::AssessApplication>,
        form: &ApplicationForm,
    ) -> Result<Assessment, ServiceError> {
        self.assess_at(permit, form, self.now())
    }

    fn assess_at(
        &self,
        officer: &Officer,
        form: &ApplicationForm,
        now: Moment,
    ) -> Result<Assessment, ServiceError> {
        let zone = self.post(officer)?.zone();
        let today = zone.date_at(now);
        let rule = self.programme().rule_on(today);
        let applicant = Applicant {
            nationalities: vec![form.nationality],
            permanent_residence: form.residence,
            birth: Some(form.birth),
            documents: form.documents.clone(),
            under_guardianship: form.under_guardianship,
            accompaniment: form.accompaniment.clone(),
        };
        let would_expire = rule
            .and_then(paso_domain::programme::Rule::terms)
            .map(|terms| {
                zone.last_second_of(card_expiry(terms.card_validity, today))
                    .plus(1)
            });
        Ok(Assessment {
            eligibility: assess(rule, &applicant, today),
            cui_warnings: form
                .cui
                .as_deref()
                .map(|typed| cui::read(typed, self.municipalities()).warnings)
                .unwrap_or_default(),
            would_expire,
        })
    }

    /// Issues a card: signs it, journals it, and answers when it is durable.
    ///
    /// # Errors
    /// When the role may not, the person is not eligible, or nothing could be recorded.
    pub async fn issue(
        &self,
        permit: &Permit<powers::DecideApplication>,
        form: &ApplicationForm,
    ) -> Result<CardRecord, ServiceError> {
        Box::pin(self.issue_as(permit, form, None)).await
    }

    /// The same from a sheet of paper, or not. The application was received at the hour on the sheet
    /// and is marked late; it is assessed, and the card issued, now: until then nobody had one.
    ///
    /// # Errors
    /// As for [`Service::issue`], and when the sheet is refused.
    pub async fn issue_as(
        &self,
        permit: &Permit<powers::DecideApplication>,
        form: &ApplicationForm,
        paper: Option<&FromPaper>,
    ) -> Result<CardRecord, ServiceError> {
        // A sheet that is refused costs no index of the status lists.
        self.circumstances(permit, paper, SheetKind::Application)
            .await?;
        let act = permit.act(self.now());
        let assessment = self.assess_at(permit, form, act.at)?;
        // Asked for and refused is in the journal too, under an application of its own: the number
        // of a card that was never made must lead nowhere.
        let asked = Subject::Application(ApplicationId::from_random(self.random().bytes()?));
        let person = match self.applicant(form).await? {
            Ok(person) => person,
            Err(no) => {
                return Err(self
                    .refused(&asked, &act, "card.issue", no.into(), None)
                    .await);
            }
        };
        let number = CardNumber::new(crate::start::site(permit)?, self.random().bytes()?);
        if !assessment.eligibility.is_eligible() {
            let no = CardRefusal::NotEligible.into();
            return Err(self
                .refused(&asked, &act, "card.issue", no, Some(person))
                .await);
        }
        let rule = assessment.eligibility.rule.clone().unwrap_or_default();
        let card = self
            .sign_card(form, person, number, &act, assessment.would_expire)
            .await?;
        let application = application(form, person, rule);
        for _ in 0..crate::journal::ATTEMPTS {
            let previous = match &form.purpose {
                ApplicationPurpose::First => None,
                ApplicationPurpose::Renewal { of } | ApplicationPurpose::Replacement { of } => {
                    Some((*of, self.load_card(*of).await?))
                }
            };
            let command = CardCommand::Apply {
                application: Box::new(application.clone()),
                decision: Decision::Issue {
                    card: Box::new(card.clone()),
                    eligible: true,
                },
                previous: previous
                    .as_ref()
                    .map(|(of, loaded)| (*of, Box::new(loaded.state.clone()))),
            };
            let state = self.load_card(number).await?;
            let events = match paso_domain::card::decide(&state.state, command, act.clone()) {
                Ok(events) => events,
                Err(no) => {
                    return Err(self
                        .refused(&asked, &act, "card.issue", no.into(), Some(person))
                        .await);
                }
            };
            let circumstances = self
                .circumstances(permit, paper, SheetKind::Application)
                .await?;
            let received = circumstances.act.clone();
            let mut batch = vec![claimed(form, person, &received)?];
            let mut expect = vec![(Subject::Card(number), state.version)];
            if let Some((of, loaded)) = &previous {
                expect.push((Subject::Card(*of), loaded.version));
            }
            for (of, event) in events {
                let event = Event::Card(as_received(event, &received));
                batch.push((Subject::Card(of.unwrap_or(number)), event));
            }
            circumstances.join(&mut batch, &mut expect);
            if self.append(batch, expect).await? {
                if matches!(form.purpose, ApplicationPurpose::Replacement { .. }) {
                    self.publish_death().await;
                }
                return Ok(CardRecord {
                    card,
                    application: Some(application),
                    issued: act,
                    received: Some(received),
                    standing: Standing::Issued,
                    contradictions: Vec::new(),
                });
            }
        }
        Err(ServiceError::Contended)
    }

    /// Refuses an application with reason and remedy, under the officer's own signature.
    ///
    /// # Errors
    /// When reason or remedy is missing, the officer has no passkey, or nothing could be recorded.
    pub async fn refuse(
        &self,
        permit: &Permit<powers::DecideApplication>,
        form: &ApplicationForm,
        refusal: RefusalForm,
    ) -> Result<(ApplicationId, Prepared), ServiceError> {
        self.refuse_as(permit, form, refusal, None).await
    }

    /// The same from a sheet of paper, or not, as [`Service::issue_as`].
    ///
    /// # Errors
    /// As for [`Service::refuse`], and when the sheet is refused.
    pub async fn refuse_as(
        &self,
        permit: &Permit<powers::DecideApplication>,
        form: &ApplicationForm,
        refusal: RefusalForm,
        paper: Option<&FromPaper>,
    ) -> Result<(ApplicationId, Prepared), ServiceError> {
        let (record, plan) = self.plan_refusal(permit, form, refusal, paper).await?;
        Ok((record.id, self.prepare(permit, plan).await?))
    }

    /// A refusal as it will be recorded.
    pub(crate) async fn plan_refusal(
        &self,
        permit: &Permit<powers::DecideApplication>,
        form: &ApplicationForm,
        refusal: RefusalForm,
        paper: Option<&FromPaper>,
    ) -> Result<(RefusalRecord, Plan), ServiceError> {
        let circumstances = self
            .circumstances(permit, paper, SheetKind::Application)
            .await?;
        let received = circumstances.act.clone();
        let act = permit.act(self.now());
        let assessment = self.assess_at(permit, form, act.at)?.eligibility;
        let id = ApplicationId::from_random(self.random().bytes()?);
        let person = match self.applicant(form).await? {
            Ok(person) => person,
            Err(no) => {
                let asked = Subject::Application(id);
                return Err(self
                    .refused(&asked, &act, "card.refuse", no.into(), None)
                    .await);
            }
        };
        let application = application(form, person, assessment.rule.clone().unwrap_or_default());
        let refusal = NotIssued {
            ground: refusal.ground,
            reasons: refusal.reasons,
            remedy: refusal.remedy,
            assessment: assessment
                .unmet
                .iter()
                .map(|unmet| unmet.code().to_owned())
                .collect(),
        };
        let command = CardCommand::Apply {
            application: Box::new(application.clone()),
            decision: Decision::Refuse(refusal.clone()),
            previous: None,
        };
        let subject = Subject::Application(id);
        let events = match paso_domain::card::decide(&CardState::default(), command, act.clone()) {
            Ok(events) => events,
            Err(no) => {
                return Err(self
                    .refused(&subject, &act, "card.refuse", no.into(), Some(person))
                    .await);
            }
        };
        let mut batch = vec![claimed(form, person, &received)?];
        batch.extend(events.into_iter().map(|(_, event)| {
            let event = Event::Card(as_received(event, &received));
            (subject.clone(), event)
        }));
        let mut expect = vec![(subject, 0)];
        circumstances.join(&mut batch, &mut expect);
        let record = RefusalRecord {
            id,
            application,
            refusal,
            decided: act,
        };
        Ok((record, Plan::new("card.refuse", batch, expect)))
    }

    /// Revokes a card under the officer's own signature; a bundle that says so follows it.
    ///
    /// # Errors
    /// When the card is unknown or has ended, the officer has no passkey, or nothing could be recorded.
    pub async fn revoke(
        &self,
        permit: &Permit<powers::RevokeCard>,
        number: CardNumber,
        reason: RevocationReason,
        note: String,
    ) -> Result<Prepared, ServiceError> {
        let plan = self.plan_revocation(permit, number, reason, note).await?;
        self.prepare(permit, plan).await
    }

    /// A revocation as it will be recorded.
    pub(crate) async fn plan_revocation(
        &self,
        permit: &Permit<powers::RevokeCard>,
        number: CardNumber,
        reason: RevocationReason,
        note: String,
    ) -> Result<Plan, ServiceError> {
        let act = permit.act(self.now());
        let subject = Subject::Card(number);
        let loaded = self.load_card(number).await?;
        let command = CardCommand::Revoke { reason, note };
        match paso_domain::card::decide(&loaded.state, command, act.clone()) {
            Ok(events) => {
                let batch = events
                    .into_iter()
                    .map(|(of, event)| (Subject::Card(of.unwrap_or(number)), Event::Card(event)))
                    .collect();
                let expect = vec![(subject, loaded.version)];
                Ok(Plan::new("card.revoke", batch, expect))
            }
            Err(no) => {
                let person = loaded.state.card().map(|card| card.person);
                Err(self
                    .refused(&subject, &act, "card.revoke", no.into(), person)
                    .await)
            }
        }
    }

    /// Opens a card.
    ///
    /// # Errors
    /// When the role may not, or there is no such card.
    pub async fn card(
        &self,
        permit: &Permit<powers::ReadCard>,
        number: CardNumber,
    ) -> Result<CardRecord, ServiceError> {
        self.open(permit, &Subject::Card(number)).await?;
        let state = self.load_card(number).await?.state;
        match (state.card(), state.decided()) {
            (Some(card), Some(issued)) => Ok(CardRecord {
                card: card.clone(),
                application: state.application().cloned(),
                issued: issued.clone(),
                received: state.received().cloned(),
                standing: state.standing().clone(),
                contradictions: self.of_card(number, &state),
            }),
            _ => Err(ServiceError::NotFound),
        }
    }

    /// Opens a refused application.
    ///
    /// # Errors
    /// When the role may not, or there is no such application.
    pub async fn refusal(
        &self,
        permit: &Permit<powers::ReadCard>,
        id: ApplicationId,
    ) -> Result<RefusalRecord, ServiceError> {
        let subject = Subject::Application(id);
        self.open(permit, &subject).await?;
        let state = self.load_card_state(&subject).await?;
        match (state.standing(), state.application(), state.decided()) {
            (Standing::Refused(refusal), Some(application), Some(decided)) => Ok(RefusalRecord {
                id,
                application: application.clone(),
                refusal: refusal.clone(),
                decided: decided.clone(),
            }),
            _ => Err(ServiceError::NotFound),
        }
    }

    async fn sign_card(
        &self,
        form: &ApplicationForm,
        person: PersonId,
        number: CardNumber,
        act: &Act,
        expires: Option<Moment>,
    ) -> Result<Issued, ServiceError> {
        let Some(document) = form.documents.first() else {
            return Err(ServiceError::BadRequest {
                field: "documents",
                problem: "a card is bound to a document; enter the one that was shown".into(),
            });
        };
        let expires = expires.ok_or(ServiceError::NotFound)?;
        let (list, index) = self.next_index().await?;
        let status_uri = self.authority().status_uri(list);
        let document_tail = card::document_tail(&document.number);
        let claims = CardClaims {
            issuer: self.authority().issuer.clone(),
            number,
            name: form.name.for_card(),
            birth: Some(form.birth),
            sex: form.sex,
            nationality: form.nationality,
            class: CLASS.into(),
            country: self.authority().country,
            document_tail: document_tail.clone(),
            issued_at: act.at,
            expires,
            status: StatusRef {
                index,
                uri: status_uri.clone(),
            },
        };
        let text = card::encode(&claims, self.keys().signer(KeyPurpose::Card, act.at)?).map_err(
            |error| ServiceError::BadRequest {
                field: "card",
                problem: error.to_string(),
            },
        )?;
        Ok(Issued {
            number,
            person,
            document: document.kind,
            document_tail,
            issued_at: act.at,
            expires,
            status_uri,
            status_index: index,
            text: text.into_string(),
            portrait: form.portrait.clone(),
        })
    }

    /// The record to which the application belongs: that of the card it follows, the one the
    /// officer recognised among those the register offers, or a new one.
    async fn applicant(
        &self,
        form: &ApplicationForm,
    ) -> Result<Result<PersonId, CardRefusal>, ServiceError> {
        match (&form.purpose, form.person) {
            (ApplicationPurpose::Renewal { of } | ApplicationPurpose::Replacement { of }, _) => {
                let state = self.load_card(*of).await?.state;
                Ok(state
                    .card()
                    .map(|card| card.person)
                    .ok_or(CardRefusal::PreviousNotLive))
            }
            (ApplicationPurpose::First, Some(person)) => {
                // Another's record would give this person another's stays.
                let document = form.documents.first();
                let offered = self.candidates(&form.name, form.birth, document).await?;
                if offered.iter().any(|candidate| candidate.person == person) {
                    Ok(Ok(person))
                } else {
                    Err(ServiceError::BadRequest {
                        field: "person",
                        problem: "that record has neither this document nor this name and date of \
                                  birth; choose one that is offered, or none"
                            .into(),
                    })
                }
            }
            (ApplicationPurpose::First, None) => {
                Ok(Ok(PersonId::from_random(self.random().bytes()?)))
            }
        }
    }
}

/// An application was received in circumstances of its own; whatever else is recorded with it was
/// done now.
fn as_received(event: CardEvent, received: &Act) -> CardEvent {
    match event {
        CardEvent::ApplicationReceived { application, .. } => CardEvent::ApplicationReceived {
            act: received.clone(),
            application,
        },
        other => other,
    }
}

fn application(form: &ApplicationForm, person: PersonId, rule: String) -> Application {
    Application {
        person,
        claim: claim(form),
        purpose: form.purpose.clone(),
        rule,
    }
}

/// The claim made at this desk, for the person's own record.
fn claimed(
    form: &ApplicationForm,
    person: PersonId,
    act: &Act,
) -> Result<(Subject, Event), ServiceError> {
    let command = PersonCommand::Claim(claim(form));
    let event = paso_domain::person::decide(person, &PersonState::default(), command, act.clone())
        .map_err(|refusal| ServiceError::BadRequest {
            field: "name",
            problem: refusal.to_string(),
        })?;
    Ok((Subject::Person(person), Event::Person(event)))
}

fn claim(form: &ApplicationForm) -> Claim {
    let document = form.documents.first();
    Claim {
        surnames: form.name.surnames.clone(),
        given: form.name.given.clone(),
        birth: form.birth,
        sex: form.sex,
        nationality: form.nationality,
        residence: form.residence,
        cui: form.cui.clone(),
        evidence: Evidence {
            kind: document.map(|document| document.kind),
            number: document.map(|document| document.number.clone()),
            issuer: document.map(|document| document.issuer),
            expires: document.and_then(|document| document.expires),
            machine_read: document.is_some_and(|document| document.mrz_checked),
        },
    }
}
