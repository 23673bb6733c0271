//! The checkpoint: a verdict over what is shown, and the encounter with its receipt.

use crate::{
    Officer, Service, ServiceError, access::Permit, journal::ATTEMPTS, receipt::NoSymbol,
    sheets::FromPaper,
};
use paso_domain::{
    act::Act,
    encounter::{Breach, Check, EncounterEvent, EncounterState, Outcome, ReceiptCode, Recorded},
    event::Event,
    id::EncounterId,
    policy::powers,
    receipt::Kind,
    sheet::SheetKind,
    subject::Subject,
};
use paso_formats::{
    shown::sort,
    verdict::{Territory, Verdict, verdict},
};

/// An encounter as told by the officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncounterForm {
    /// Where, in words.
    pub place: String,
    /// Whether a card or slip was shown.
    pub with_card: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// The legal basis claimed.
    pub legal_basis: String,
    /// The reason claimed.
    pub reason: String,
    /// What was read, where anything was: card first, then slip.
    pub shown: Vec<String>,
}

/// An encounter as recorded, for its receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncounterRecord {
    /// The encounter.
    pub encounter: Recorded,
    /// When, where and by whom.
    pub act: Act,
    /// What in it contradicts a rule.
    pub breaches: Vec<Breach>,
    /// The text of its receipt's symbol, or why there is none.
    pub symbol: Result<String, NoSymbol>,
}

impl Service {
    /// The verdict over one or two scanned texts, card and slip in any order. Nothing is recorded,
    /// and nothing but the texts, the bundle and the clock decides: it is the officer's phone's own
    /// answer.
    ///
    /// # Errors
    /// When the role may not or the post is unknown.
    pub fn check(
        &self,
        permit: &Permit<powers::CheckCard>,
        texts: &[String],
    ) -> Result<Verdict, ServiceError> {
        self.verdict_on(permit, texts)
    }

    /// Judges papers for whoever holds them: no account, no post, nothing recorded. Is this good where
    /// it counts?
    pub fn check_for_holder(&self, texts: &[String]) -> Verdict {
        let (bundle, now) = (self.bundle(), self.now());
        let shown = sort(texts);
        let slip = shown.slip.as_ref().and_then(|slip| slip.as_ref().ok());
        let territory = Territory::of_the_holder(slip, bundle.as_deref(), now);
        verdict(
            shown.card.as_ref(),
            shown.slip.as_ref().map(Result::as_ref),
            bundle.as_deref(),
            &territory,
            now,
        )
    }

    pub(crate) fn verdict_on(
        &self,
        officer: &Officer,
        texts: &[String],
    ) -> Result<Verdict, ServiceError> {
        let territory = Territory {
            state: self.post(officer)?.state().to_string(),
        };
        let bundle = self.bundle();
        let shown = sort(texts);
        Ok(verdict(
            shown.card.as_ref(),
            shown.slip.as_ref().map(Result::as_ref),
            bundle.as_deref(),
            &territory,
            self.now(),
        ))
    }

    /// Records an encounter and draws its receipt's code. An encounter is a fact: it is never
    /// refused, whatever in it contradicts a rule.
    ///
    /// # Errors
    /// When the role may not, or nothing could be recorded.
    pub async fn encounter(
        &self,
        permit: &Permit<powers::RecordEncounter>,
        form: &EncounterForm,
    ) -> Result<EncounterRecord, ServiceError> {
        self.encounter_as(permit, form, None).await
    }

    /// The same from a sheet of paper, or not. The sheet must be one.
    ///
    /// # Errors
    /// As for [`Service::encounter`], and when the sheet is refused.
    pub async fn encounter_as(
        &self,
        permit: &Permit<powers::RecordEncounter>,
        form: &EncounterForm,
        paper: Option<&FromPaper>,
    ) -> Result<EncounterRecord, ServiceError> {
        let check = if form.shown.is_empty() {
            None
        } else {
            let verdict = self.verdict_on(permit, &form.shown)?;
            Some(Check {
                finding: verdict.finding.code().to_owned(),
                light: verdict.light.code().to_owned(),
                bundle: self.bundle().map(|bundle| bundle.bundle().sequence),
            })
        };
        let kind = if form.with_card {
            Kind::Check
        } else {
            Kind::Encounter
        };
        for _ in 0..ATTEMPTS {
            let circumstances = self
                .circumstances(permit, paper, SheetKind::Encounter)
                .await?;
            let act = circumstances.act.clone();
            let drawn = self.draw_receipt(kind, &act, None)?;
            let encounter = Recorded {
                receipt: drawn.code,
                place: form.place.clone(),
                with_card: form.with_card,
                outcome: form.outcome,
                legal_basis: form.legal_basis.clone(),
                reason: form.reason.clone(),
                check: check.clone(),
                phone: None,
            };
            let subject = Subject::Encounter(EncounterId::from_random(self.random().bytes()?));
            let event = EncounterEvent::Recorded { act, encounter };
            let state = EncounterState::default().apply(&event);
            let mut events = vec![(subject.clone(), Event::Encounter(event))];
            let mut expect = vec![(subject, 0)];
            drawn.join(&mut events, &mut expect);
            circumstances.join(&mut events, &mut expect);
            if self.append(events, expect).await? {
                // What was just recorded is there to be told.
                return self
                    .encounter_record(&state)
                    .await
                    .ok_or(ServiceError::NotFound);
            }
        }
        Err(ServiceError::Contended)
    }

    /// An encounter with its receipt, signed.
    async fn encounter_record(&self, state: &EncounterState) -> Option<EncounterRecord> {
        let (act, encounter) = state.recorded()?;
        // Codes may meet; time, post and officer tell receipts of one code apart.
        let symbol = self
            .symbol_of(Some(encounter.receipt), |facts| {
                matches!(facts.kind, Kind::Encounter | Kind::Check)
                    && facts.at == act.recorded()
                    && facts.post == act.post.as_str()
                    && facts.officer == act.officer.as_str()
            })
            .await;
        Some(EncounterRecord {
            encounter: encounter.clone(),
            act: act.clone(),
            breaches: state.breaches(),
            symbol,
        })
    }

    /// Finds the encounters with this code on their receipt, newest first. Codes are short enough
    /// to be read aloud, so two may share one; the date on the receipt tells them apart.
    ///
    /// # Errors
    /// When the role may not, or no encounter has that code.
    pub async fn receipts(
        &self,
        permit: &Permit<powers::ReadReceipt>,
        code: ReceiptCode,
    ) -> Result<Vec<EncounterRecord>, ServiceError> {
        self.list(permit, format!("receipt {code}"), Vec::new())
            .await?;
        let mut found = Vec::new();
        for row in self.store().encounters(code).await? {
            let opened = self.load(&Subject::Encounter(row.encounter)).await?;
            let state = opened
                .events
                .iter()
                .fold(EncounterState::default(), |state, event| match event {
                    Event::Encounter(event) => state.apply(event),
                    _ => state,
                });
            found.extend(self.encounter_record(&state).await);
        }
        if found.is_empty() {
            Err(ServiceError::NotFound)
        } else {
            Ok(found)
        }
    }
}
