//! Entry and exit at a post, on a card that the register knows or on one that proves itself
//! ([`crate::brought`]).

use crate::{
    Officer, Service, ServiceError,
    access::Permit,
    brought::Brought,
    ceremony::KeyPurpose,
    receipt::{Drawn, NoSymbol},
    sheets::FromPaper,
};
use paso_domain::{
    act::Act,
    card::{CardEvent, CardState, Standing},
    event::Event,
    id::{PersonId, StayId},
    policy::powers,
    receipt::{Code, Handle, Kind},
    sheet::SheetKind,
    stay::{Ending, Entered, Stay, StayCommand, StayEvent, StayRefusal, StaysState},
    stay_clock::StayClock,
    subject::Subject,
};
use paso_formats::{
    number::{CardNumber, SlipNumber},
    slip::{self, SlipClaims},
};
use std::collections::HashMap;

/// An entry as recorded: what the slip says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRecord {
    /// The holder.
    pub person: PersonId,
    /// The entry, with both clocks and the slip's signed text.
    pub entry: Entered,
    /// When, where and by whom it was recorded.
    pub act: Act,
    /// How the stay ended; none while it is open.
    pub ending: Option<Ending>,
    /// The text of its receipt's symbol, or why there is none.
    pub symbol: Result<String, NoSymbol>,
    /// Stays that this entry closed, because their exit had not been recorded. Nobody's fault.
    pub closed: Vec<StayId>,
}

/// An exit as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitRecord {
    /// The stay that ended; none when no entry had been recorded.
    pub stay: Option<Stay>,
    /// When, where and by whom it was recorded.
    pub act: Act,
    /// The code of the receipt given for it, where one could be given.
    pub receipt: Option<Code>,
}

/// A person's stays over all their records.
#[derive(Default)]
pub(crate) struct Stays {
    pub(crate) state: StaysState,
    pub(crate) versions: Vec<(Subject, u64)>,
    /// The record under which each stay was entered.
    entered_under: HashMap<StayId, Subject>,
}

impl Stays {
    /// Each event goes to the record whose stay it is about, a new entry to the card's own holder:
    /// then a merge can be undone and everyone has their own stays again.
    fn batch(&self, events: Vec<StayEvent>, holder: PersonId) -> Vec<(Subject, Event)> {
        let subject = |event: &StayEvent| {
            let stay = match event {
                // What is settled is settled apart, on the record that is contested.
                StayEvent::Entered { .. } | StayEvent::Settled { .. } => None,
                StayEvent::Exited { stay, .. } => *stay,
                StayEvent::ExitNotRecorded { stay, .. } => Some(*stay),
            };
            stay.and_then(|stay| self.entered_under.get(&stay).cloned())
                .unwrap_or(Subject::Stays(holder))
        };
        events
            .into_iter()
            .map(|event| (subject(&event), Event::Stay(event)))
            .collect()
    }
}

impl Service {
    /// Records an entry on a card and signs its slip.
    ///
    /// # Errors
    /// When the role may not, the card does not allow an entry, no rule is in force, or nothing
    /// could be recorded.
    pub async fn enter(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        number: CardNumber,
    ) -> Result<EntryRecord, ServiceError> {
        Box::pin(self.enter_on(permit, number, None, None)).await
    }

    /// The same from a sheet of paper, or not. The card counts as it stood when the person entered.
    ///
    /// # Errors
    /// As for [`Service::enter`], and when the sheet is refused.
    pub async fn enter_as(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        number: CardNumber,
        paper: Option<&FromPaper>,
    ) -> Result<EntryRecord, ServiceError> {
        Box::pin(self.enter_on(permit, number, None, paper)).await
    }

    /// Records an entry on a card whose code was scanned. One that the register does not know proves
    /// itself, by what is known now also where the entry stood on paper first; that it did is recorded
    /// with the entry.
    ///
    /// # Errors
    /// As for [`Service::enter`]; also when the code proves nothing.
    pub async fn enter_shown(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        text: &str,
        paper: Option<&FromPaper>,
    ) -> Result<EntryRecord, ServiceError> {
        let brought = self.prove(permit, text)?;
        Box::pin(self.enter_on(permit, brought.number, Some(&brought), paper)).await
    }

    async fn enter_on(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        number: CardNumber,
        shown: Option<&Brought>,
        paper: Option<&FromPaper>,
    ) -> Result<EntryRecord, ServiceError> {
        let subject = Subject::Card(number);
        for _ in 0..crate::journal::ATTEMPTS {
            let circumstances = self
                .circumstances(permit, paper, SheetKind::Crossing)
                .await?;
            let act = circumstances.act.clone();
            let mut card = match paper {
                Some(_) => self.load_card_at(number, act.at).await?,
                None => self.load_card(number).await?,
            };
            let brought = match take_in(&mut card.state, shown, &act, true) {
                Ok(brought) => brought,
                Err(no) => {
                    let holder = card.state.record(number);
                    return Err(self
                        .refused(&subject, &act, "stay.enter", no.into(), holder)
                        .await);
                }
            };
            // Without a card there is no holder; `decide` says so, and the refusal is kept.
            let holder = card.state.record(number);
            let stays = match holder {
                Some(holder) => self.load_stays(self.standing_for(holder).await?).await?,
                None => Stays::default(),
            };
            let drawn = self.draw_receipt(Kind::Entry, &act, Some(Handle::Card(number)))?;
            let Some(entry) = self.sign_entry(permit, number, &act, &drawn)? else {
                let no = StayRefusal::NoRule.into();
                return Err(self.refused(&subject, &act, "stay.enter", no, holder).await);
            };
            let command = StayCommand::Enter {
                entry: Box::new(entry.clone()),
                card: Box::new(card.state.clone()),
            };
            let events = match paso_domain::stay::decide(&stays.state, command, act.clone()) {
                Ok(events) => events,
                Err(no) => {
                    return Err(self
                        .refused(&subject, &act, "stay.enter", no.into(), holder)
                        .await);
                }
            };
            let closed = events
                .iter()
                .filter_map(|event| match event {
                    StayEvent::ExitNotRecorded { stay, .. } => Some(*stay),
                    _ => None,
                })
                .collect();
            // `decide` has let nobody in who holds no card.
            let holder = holder.ok_or(ServiceError::NotFound)?;
            let mut batch = Vec::from_iter(brought.map(|event| (subject.clone(), event)));
            batch.extend(stays.batch(events, holder));
            // The card's version is expected too: revoked meanwhile means decided anew.
            let mut expect = stays.versions;
            expect.push((subject.clone(), card.version));
            drawn.join(&mut batch, &mut expect);
            circumstances.join(&mut batch, &mut expect);
            if self.append(batch, expect).await? {
                return Ok(EntryRecord {
                    person: holder,
                    symbol: self.symbol_on(number, entry.receipt).await,
                    entry,
                    act,
                    ending: None,
                    closed,
                });
            }
        }
        Err(ServiceError::Contended)
    }

    /// Records an exit on a card. It is never refused: whoever stands on the other side has left.
    ///
    /// # Errors
    /// When the role may not, nobody holds such a card, or nothing could be recorded.
    pub async fn leave(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        number: CardNumber,
    ) -> Result<ExitRecord, ServiceError> {
        Box::pin(self.leave_on(permit, number, None, None)).await
    }

    /// The same from a sheet of paper, or not.
    ///
    /// # Errors
    /// As for [`Service::leave`], and when the sheet is refused.
    pub async fn leave_as(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        number: CardNumber,
        paper: Option<&FromPaper>,
    ) -> Result<ExitRecord, ServiceError> {
        Box::pin(self.leave_on(permit, number, None, paper)).await
    }

    /// Records an exit on a card whose code was scanned, also on one that the register does not know.
    ///
    /// # Errors
    /// As for [`Service::leave`]; also when the code proves nothing.
    pub async fn leave_shown(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        text: &str,
        paper: Option<&FromPaper>,
    ) -> Result<ExitRecord, ServiceError> {
        let brought = self.prove(permit, text)?;
        Box::pin(self.leave_on(permit, brought.number, Some(&brought), paper)).await
    }

    async fn leave_on(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        number: CardNumber,
        shown: Option<&Brought>,
        paper: Option<&FromPaper>,
    ) -> Result<ExitRecord, ServiceError> {
        let subject = Subject::Card(number);
        for _ in 0..crate::journal::ATTEMPTS {
            let circumstances = self
                .circumstances(permit, paper, SheetKind::Crossing)
                .await?;
            let act = circumstances.act.clone();
            let mut card = self.load_card(number).await?;
            let brought = match take_in(&mut card.state, shown, &act, false) {
                Ok(brought) => brought,
                Err(no) => {
                    let holder = card.state.record(number);
                    return Err(self
                        .refused(&subject, &act, "stay.leave", no.into(), holder)
                        .await);
                }
            };
            let holder = card.state.record(number).ok_or(ServiceError::NotFound)?;
            let person = self.standing_for(holder).await?;
            let stays = self.load_stays(person).await?;
            let drawn = self.draw_receipt(Kind::Exit, &act, Some(Handle::Card(number)))?;
            let receipt = drawn.given();
            let command = StayCommand::Exit { receipt };
            let events = paso_domain::stay::decide(&stays.state, command, act.clone())
                .map_err(crate::error::Refusal::from)?;
            let ended = events.iter().find_map(|event| match event {
                StayEvent::Exited { stay, .. } => *stay,
                _ => None,
            });
            let stay = stays
                .state
                .stays()
                .iter()
                .find(|s| Some(s.entry.stay) == ended)
                .cloned();
            let mut batch = Vec::from_iter(brought.map(|event| (subject.clone(), event)));
            batch.extend(stays.batch(events, holder));
            let mut expect = stays.versions;
            drawn.join(&mut batch, &mut expect);
            circumstances.join(&mut batch, &mut expect);
            if self.append(batch, expect).await? {
                return Ok(ExitRecord { stay, act, receipt });
            }
        }
        Err(ServiceError::Contended)
    }

    /// The stays of a card's holder, newest entry first, for the desk that serves them.
    ///
    /// # Errors
    /// When the role may not, or there is no such card.
    pub async fn stays(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        number: CardNumber,
    ) -> Result<Vec<Stay>, ServiceError> {
        let card = self.load_card(number).await?;
        if *card.state.standing() == Standing::Unknown {
            return Err(ServiceError::NotFound);
        }
        let holder = card.state.record(number).ok_or(ServiceError::NotFound)?;
        let person = self.standing_for(holder).await?;
        self.open(permit, &Subject::Stays(person)).await?;
        let mut stays = self.load_stays(person).await?.state.stays().to_vec();
        stays.sort_by_key(|stay| core::cmp::Reverse(stay.entered.at));
        Ok(stays)
    }

    /// Opens the entry of one stay, to print its slip again.
    ///
    /// # Errors
    /// When the role may not, or there is no such stay.
    pub async fn entry(
        &self,
        permit: &Permit<powers::RecordCrossing>,
        number: CardNumber,
        stay: StayId,
    ) -> Result<EntryRecord, ServiceError> {
        let found = self
            .stays(permit, number)
            .await?
            .into_iter()
            .find(|s| s.entry.stay == stay);
        let stay = found.ok_or(ServiceError::NotFound)?;
        let holder = self
            .load_card(number)
            .await?
            .state
            .record(number)
            .ok_or(ServiceError::NotFound)?;
        Ok(EntryRecord {
            person: self.standing_for(holder).await?,
            symbol: self.symbol_on(stay.entry.card, stay.entry.receipt).await,
            entry: stay.entry,
            act: stay.entered,
            ending: stay.ending,
            closed: Vec::new(),
        })
    }

    /// The symbol of the receipt of this code that was given on a card.
    async fn symbol_on(&self, card: CardNumber, code: Option<Code>) -> Result<String, NoSymbol> {
        self.symbol_of(code, |facts| facts.handle == Some(Handle::Card(card)))
            .await
    }

    fn sign_entry(
        &self,
        officer: &Officer,
        card: CardNumber,
        act: &Act,
        receipt: &Drawn,
    ) -> Result<Option<Entered>, ServiceError> {
        let post = self.post(officer)?;
        let Ok(clock) = StayClock::of_entry(self.programme(), act.at, post.zone()) else {
            return Ok(None);
        };
        let rule = self.programme().rule_on(post.zone().date_at(act.at));
        let states = rule
            .and_then(paso_domain::programme::Rule::terms)
            .map(|terms| {
                terms
                    .states
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default();
        let number = SlipNumber::new(crate::start::site(officer)?, self.random().bytes()?);
        let claims = SlipClaims {
            issuer: self.authority().issuer.clone(),
            number,
            card,
            post: act.post.to_string(),
            zone: post.zone().name().to_owned(),
            entered: act.at,
            leave_by: clock.leave_by(),
            not_overstayed_until: clock.not_overstayed_until(),
            states: states.clone(),
            issued_at: act.recorded(),
        };
        let text = slip::encode(
            &claims,
            self.keys().signer(KeyPurpose::Slip, act.recorded())?,
        )
        .map_err(|error| ServiceError::BadRequest {
            field: "slip",
            problem: error.to_string(),
        })?;
        Ok(Some(Entered {
            stay: StayId::from_random(self.random().bytes()?),
            card,
            zone: post.zone().name().to_owned(),
            rule: rule.map(|rule| rule.id.clone()).unwrap_or_default(),
            leave_by: clock.leave_by(),
            not_overstayed_until: clock.not_overstayed_until(),
            states,
            slip: number,
            slip_text: text.into_string(),
            receipt: receipt.given(),
        }))
    }

    /// All stays of a person, of the records merged into theirs, and of those written elsewhere under
    /// the names of their cards; with the version of each.
    pub(crate) async fn load_stays(&self, person: PersonId) -> Result<Stays, ServiceError> {
        let mut stays = Stays::default();
        let mut records = self.records_of(person).await?;
        records.extend(self.card_records_of(&records).await?);
        for record in records {
            let subject = Subject::Stays(record);
            let loaded = self.load(&subject).await?;
            for event in &loaded.events {
                if let Event::Stay(StayEvent::Entered { entry, .. }) = event {
                    stays.entered_under.insert(entry.stay, subject.clone());
                }
                if let Event::Stay(event) = event {
                    stays.state = core::mem::take(&mut stays.state).apply(event);
                }
            }
            stays.versions.push((subject, loaded.version));
        }
        Ok(stays)
    }
}

/// Lets a card that is not known here speak for itself: the event that it was believed, which the
/// state has taken in. A card that is known needs no such event, and another under its number none.
fn take_in(
    card: &mut CardState,
    shown: Option<&Brought>,
    act: &Act,
    to_enter: bool,
) -> Result<Option<Event>, StayRefusal> {
    let Some(brought) = shown else {
        return Ok(None);
    };
    if let Some(issued) = card.card() {
        return if issued.text == brought.shown.text {
            Ok(None)
        } else {
            Err(StayRefusal::NotAsIssued)
        };
    }
    if to_enter {
        brought.lets_in()?;
    }
    let event = CardEvent::Presented {
        act: act.clone(),
        shown: brought.shown.clone(),
    };
    *card = core::mem::take(card).apply(&event);
    Ok(Some(Event::Card(event)))
}
