//! The register as somebody would keep it in a notebook: lists, searched from the top.
//!
//! It knows what was asked and which random names came back, and from these alone says what every
//! page has to show. It shares no rule with `domain` and no fold with `store`, has no events, no
//! versions and no indexes, and is slow; that is its use.

use paso_domain::{
    card::{RefusalGround, RevocationReason},
    crossings::PostCode,
    encounter::{Outcome, ReceiptCode},
    id::{ApplicationId, OfficerNumber, PersonId, StayId},
};
use paso_formats::{moment::Moment, number::CardNumber};

/// Names that a desk may type. Equal letters in front are spellings of one name.
pub(crate) const NAMES: [(char, &str, &str); 6] = [
    ('a', "Ajú Xitumul", "María K’abel"),
    ('a', "AJU  XITUMUL", "Maria Kabel"),
    ('b', "Muñoz", "José"),
    ('b', "Munoz", "jose"),
    ('c', "de León Ñandú", "Ana"),
    ('d', "León Ñandú", "Ana"),
];

/// Dates of birth of grown people; a part unknown is another date than the same part known.
pub(crate) const BIRTHS: [&str; 3] = ["1990-05-31", "1990-05", "1971-01-01"];

/// Numbers of passports. Equal letters in front are writings of one number.
pub(crate) const PAPERS: [(char, &str); 4] = [
    ('p', "000123456"),
    ('p', "000 123-456"),
    ('q', "b7"),
    ('q', "B-7"),
];

/// What somebody says of themselves at a desk: places in the three lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) name: usize,
    pub(crate) birth: usize,
    pub(crate) paper: usize,
}

impl Said {
    fn same_name_and_birth(self, other: Self) -> bool {
        NAMES[self.name].0 == NAMES[other.name].0 && self.birth == other.birth
    }

    fn same_paper(self, other: Self) -> bool {
        PAPERS[self.paper].0 == PAPERS[other.paper].0
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) said: Vec<Said>,
    pub(crate) merged_into: Option<PersonId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Revoked(RevocationReason),
    Replaced(CardNumber),
}

#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) number: CardNumber,
    pub(crate) holder: PersonId,
    pub(crate) said: Said,
    pub(crate) at: Moment,
    pub(crate) post: PostCode,
    pub(crate) text: String,
    pub(crate) end: Option<(Moment, End)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StayEnd {
    Left(Moment, PostCode),
    NotSeen,
}

#[derive(Clone, Debug)]
pub(crate) struct Stay {
    pub(crate) id: StayId,
    /// The record it was entered under, whatever is merged later.
    pub(crate) record: PersonId,
    pub(crate) card: CardNumber,
    pub(crate) at: Moment,
    pub(crate) end: Option<StayEnd>,
}

#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) id: ApplicationId,
    pub(crate) person: PersonId,
    pub(crate) ground: RefusalGround,
    pub(crate) at: Moment,
}

#[derive(Clone, Debug)]
pub(crate) struct Met {
    pub(crate) code: ReceiptCode,
    pub(crate) at: Moment,
    pub(crate) post: PostCode,
    pub(crate) outcome: Outcome,
    pub(crate) finding: Option<String>,
}

/// A line of the list of the day. What is drawn at random and told to nobody has no name here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) at: Moment,
    pub(crate) post: PostCode,
    pub(crate) officer: OfficerNumber,
    pub(crate) kind: &'static str,
    pub(crate) about: &'static str,
    pub(crate) named: Option<String>,
    pub(crate) command: Option<&'static str>,
    pub(crate) code: Option<String>,
}

/// What becomes of something asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    /// Refused by a rule, and in the list of the day.
    No(&'static str),
    /// Nothing of it is anywhere.
    Nothing,
}

#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) people: Vec<Person>,
    pub(crate) cards: Vec<Card>,
    pub(crate) stays: Vec<Stay>,
    pub(crate) refused: Vec<Refused>,
    pub(crate) met: Vec<Met>,
    pub(crate) lines: Vec<Line>,
}

/// What an application is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    Somebody,
    Known(PersonId),
    Renewal(CardNumber),
    Replacement(CardNumber),
}

impl Model {
    pub(crate) fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    pub(crate) fn card(&self, number: CardNumber) -> Option<&Card> {
        self.cards.iter().find(|card| card.number == number)
    }

    /// Whose record is looked at when this one is asked for.
    pub(crate) fn stands_for(&self, id: PersonId) -> PersonId {
        match self.person(id).and_then(|person| person.merged_into) {
            Some(into) => self.stands_for(into),
            None => id,
        }
    }

    /// Whether a record is this one, or was merged into it, directly or by others.
    fn is_of(&self, record: PersonId, person: PersonId) -> bool {
        record == person
            || self
                .person(record)
                .and_then(|r| r.merged_into)
                .is_some_and(|into| self.is_of(into, person))
    }

    /// The records offered to a desk: those of the name first, then those of the paper.
    pub(crate) fn offered(&self, said: Said) -> Vec<PersonId> {
        let mut people: Vec<_> = self.people.iter().collect();
        people.sort_by_key(|person| person.id.to_string());
        let by_name = people
            .iter()
            .filter(|p| p.said.iter().any(|known| known.same_name_and_birth(said)))
            .take(8);
        let by_paper = people
            .iter()
            .filter(|p| p.said.iter().any(|known| known.same_paper(said)))
            .take(8);
        let mut offered = Vec::new();
        for person in by_name.chain(by_paper) {
            let stands = self.stands_for(person.id);
            if !offered.contains(&stands) {
                offered.push(stands);
            }
        }
        offered
    }

    /// All cards of a person, newest first.
    pub(crate) fn cards_of(&self, person: PersonId) -> Vec<&Card> {
        let mut cards: Vec<_> = self
            .cards
            .iter()
            .filter(|card| self.is_of(card.holder, person))
            .collect();
        cards.sort_by_key(|card| (core::cmp::Reverse(card.at), card.number.to_string()));
        cards
    }

    /// All stays of the person who holds a card, newest first.
    pub(crate) fn stays_of(&self, holder: PersonId) -> Vec<&Stay> {
        let person = self.stands_for(holder);
        let mut stays: Vec<_> = self
            .stays
            .iter()
            .filter(|stay| self.is_of(stay.record, person))
            .collect();
        stays.sort_by_key(|stay| core::cmp::Reverse(stay.at));
        stays
    }

    /// To whom an application belongs: none for somebody new.
    pub(crate) fn applicant(&self, said: Said, purpose: For) -> Result<Option<PersonId>, Answer> {
        match purpose {
            For::Somebody => Ok(None),
            For::Known(person) if self.offered(said).contains(&person) => Ok(Some(person)),
            For::Known(_) => Err(Answer::Nothing),
            For::Renewal(of) | For::Replacement(of) => match self.card(of) {
                Some(card) => Ok(Some(card.holder)),
                None => Err(Answer::No("card-previous-not-live")),
            },
        }
    }

    pub(crate) fn issue(&self, said: Said, purpose: For, eligible: bool) -> Answer {
        if let Err(answer) = self.applicant(said, purpose) {
            return answer;
        }
        if !eligible {
            return Answer::No("card-not-eligible");
        }
        match purpose {
            For::Renewal(of) | For::Replacement(of)
                if self.card(of).is_none_or(|card| card.end.is_some()) =>
            {
                Answer::No("card-previous-not-live")
            }
            _ => Answer::Done,
        }
    }

    pub(crate) fn refuse(&self, said: Said, purpose: For, reasons: bool, remedy: bool) -> Answer {
        match self.applicant(said, purpose) {
            Err(answer) => answer,
            Ok(_) if !reasons => Answer::No("card-no-reasons"),
            Ok(_) if !remedy => Answer::No("card-no-remedy"),
            Ok(_) => Answer::Done,
        }
    }

    pub(crate) fn revoke(
        &self,
        number: CardNumber,
        reason: RevocationReason,
        note: bool,
    ) -> Answer {
        match self.card(number) {
            None => Answer::No("card-unknown"),
            Some(card) if card.end.is_some() => Answer::No("card-ended"),
            Some(_) if reason == RevocationReason::Ordered && !note => {
                Answer::No("card-order-not-named")
            }
            Some(_) => Answer::Done,
        }
    }

    pub(crate) fn enter(&self, number: CardNumber) -> Answer {
        match self.card(number).map(|card| card.end) {
            None => Answer::No("entry-card-unknown"),
            Some(Some((_, End::Revoked(_)))) => Answer::No("entry-card-revoked"),
            Some(Some((_, End::Replaced(_)))) => Answer::No("entry-card-replaced"),
            Some(None) => Answer::Done,
        }
    }

    /// Whoever has left has left; only a card that is nobody's leads to no one.
    pub(crate) fn leave(&self, number: CardNumber) -> Answer {
        match self.card(number) {
            None => Answer::Nothing,
            Some(_) => Answer::Done,
        }
    }

    pub(crate) fn merge(&self, person: PersonId, into: PersonId, reason: bool) -> Answer {
        if person == into {
            return Answer::No("person-same-record");
        }
        match (self.person(person), self.person(into)) {
            (None, _) | (_, None) => Answer::No("person-unknown"),
            (Some(one), _) if one.merged_into.is_some() => Answer::No("person-already-merged"),
            (_, Some(other)) if other.merged_into.is_some() => Answer::No("person-target-merged"),
            _ if !reason => Answer::No("person-no-reason"),
            _ => Answer::Done,
        }
    }

    pub(crate) fn undo(&self, person: PersonId, reason: bool) -> Answer {
        match self.person(person).and_then(|p| p.merged_into) {
            None => Answer::No("person-not-merged"),
            Some(_) if !reason => Answer::No("person-no-reason"),
            Some(_) => Answer::Done,
        }
    }

    /// Somebody said this; a record that is not there yet begins with it.
    pub(crate) fn said(&mut self, id: PersonId, said: Said) {
        match self.people.iter_mut().find(|person| person.id == id) {
            Some(person) => person.said.push(said),
            None => self.people.push(Person {
                id,
                said: vec![said],
                merged_into: None,
            }),
        }
    }

    pub(crate) fn end_card(&mut self, number: CardNumber, at: Moment, end: End) {
        for card in &mut self.cards {
            if card.number == number {
                card.end = Some((at, end));
            }
        }
    }

    /// Closes what is open of a card's holder, oldest first, and says what it was.
    pub(crate) fn close_open(&mut self, holder: PersonId) -> Vec<(StayId, PersonId)> {
        let mut open: Vec<_> = self
            .stays_of(holder)
            .into_iter()
            .filter(|stay| stay.end.is_none())
            .map(|stay| (stay.id, stay.record))
            .collect();
        open.reverse();
        for stay in &mut self.stays {
            if open.iter().any(|(id, _)| *id == stay.id) {
                stay.end = Some(StayEnd::NotSeen);
            }
        }
        open
    }

    /// The stay that ends when the holder of a card leaves: the newest open one, or the newest of
    /// all if its exit was not seen.
    pub(crate) fn ends_by_leaving(&self, holder: PersonId) -> Option<(StayId, PersonId)> {
        let stays = self.stays_of(holder);
        let open = stays.iter().find(|stay| stay.end.is_none());
        let unseen = stays
            .first()
            .filter(|stay| stay.end == Some(StayEnd::NotSeen));
        open.or(unseen).map(|stay| (stay.id, stay.record))
    }

    pub(crate) fn end_stay(&mut self, id: StayId, end: StayEnd) {
        for stay in &mut self.stays {
            if stay.id == id {
                stay.end = Some(end);
            }
        }
    }

    pub(crate) fn merged(&mut self, id: PersonId, into: Option<PersonId>) {
        for person in &mut self.people {
            if person.id == id {
                person.merged_into = into;
            }
        }
    }
}
