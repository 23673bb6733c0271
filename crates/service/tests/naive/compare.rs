//! Everything a page can show, beside what the notebook says of it.

use crate::model::{BIRTHS, Card, End, Model, NAMES, PAPERS, Said, StayEnd};
use paso_domain::{
    card::Standing,
    crossings::PostCode,
    document::{DocumentKind, TravelDocument},
    policy::Role,
    stay::Ending,
};
use paso_formats::{
    field::StateCode, moment::DAY, name::PersonName, number::CardNumber, verdict::Finding,
};
use paso_service::{
    Officer, ServiceError,
    testing::{House, may, officer},
};
use paso_store::{CardRow, EndedCard};

/// The officer as they are, or at the other post.
pub(crate) fn at(mut officer: Officer, elsewhere: bool) -> Officer {
    if elsewhere {
        officer.post = "HID".parse().unwrap();
    }
    officer
}

/// A number that no desk has given out.
pub(crate) fn no_card() -> CardNumber {
    CardNumber::new("TAL".parse().unwrap(), [0xff; 5])
}

/// What a checkpoint finds, with a bundle of today.
pub(crate) fn finding(card: &Card) -> Finding {
    if card.end.is_some() {
        Finding::Revoked
    } else {
        Finding::Valid
    }
}

pub(crate) async fn everything(house: &House, model: &Model) {
    people(house, model).await;
    offered(house, model).await;
    cards(house, model).await;
    stays(house, model).await;
    refusals(house, model).await;
    receipts(house, model).await;
    for elsewhere in [false, true] {
        today(house, model, &at(officer(Role::Desk), elsewhere)).await;
    }
}

fn name(said: Said) -> PersonName {
    PersonName::new(NAMES[said.name].1, NAMES[said.name].2)
}

async fn people(house: &House, model: &Model) {
    for person in &model.people {
        let state = house
            .person(&may(&officer(Role::Supervisor)), person.id)
            .await
            .unwrap();
        assert_eq!(state.merged_into(), person.merged_into);
        let claims: Vec<_> = state
            .claims()
            .iter()
            .map(|claim| {
                (
                    PersonName::new(&claim.surnames, &claim.given),
                    claim.birth.to_string(),
                    claim.evidence.number.clone().unwrap(),
                )
            })
            .collect();
        let said: Vec<_> = person
            .said
            .iter()
            .map(|said| {
                (
                    name(*said),
                    BIRTHS[said.birth].to_owned(),
                    PAPERS[said.paper].1.to_owned(),
                )
            })
            .collect();
        assert_eq!(claims, said, "{:?}", person.id);
    }
}

/// What a desk is offered for everything that can be said at all.
async fn offered(house: &House, model: &Model) {
    for (name_at, birth, paper) in all_that_can_be_said() {
        let said = Said {
            name: name_at,
            birth,
            paper,
        };
        let document = TravelDocument {
            kind: DocumentKind::Passport,
            number: PAPERS[paper].1.into(),
            issuer: StateCode::GTM,
            expires: None,
            mrz_checked: false,
        };
        let birth = BIRTHS[birth].parse().unwrap();
        let found = house
            .find_person(
                &may(&officer(Role::Desk)),
                &name(said),
                birth,
                Some(&document),
            )
            .await
            .unwrap();
        let shown: Vec<_> = found.iter().map(|candidate| candidate.person).collect();
        assert_eq!(shown, model.offered(said), "{said:?}");
        for candidate in &found {
            let last = *model.person(candidate.person).unwrap().said.last().unwrap();
            assert_eq!(candidate.name, name(last));
            assert_eq!(candidate.birth.to_string(), BIRTHS[last.birth]);
            let held: Vec<_> = model
                .cards_of(candidate.person)
                .into_iter()
                .map(row)
                .collect();
            let shown: Vec<_> = candidate.cards.iter().map(shown_row).collect();
            assert_eq!(shown, held, "{:?}", candidate.person);
        }
    }
}

/// Spellings are one name, so every second name and paper will do.
fn all_that_can_be_said() -> impl Iterator<Item = (usize, usize, usize)> {
    [0, 3, 4, 5].into_iter().flat_map(|name| {
        (0..BIRTHS.len())
            .flat_map(move |birth| [1, 2].into_iter().map(move |paper| (name, birth, paper)))
    })
}

/// A row of the list of cards, as text.
fn row(card: &Card) -> String {
    format!(
        "{} {} {} {} {} {:?}",
        card.number,
        card.holder,
        name(card.said).display(),
        card.at,
        card.post,
        card.end
    )
}

fn shown_row(row: &CardRow) -> String {
    let (applicant, issued) = (
        row.applicant.as_ref().unwrap(),
        row.issued.as_ref().unwrap(),
    );
    assert_eq!(applicant.person, issued.holder);
    let end = row.ended.as_ref().map(|ended| match ended {
        EndedCard::Revoked { at, reason } => (*at, End::Revoked(*reason)),
        EndedCard::Replaced { at, by } => (*at, End::Replaced(*by)),
    });
    format!(
        "{} {} {} {} {} {end:?}",
        row.number, issued.holder, applicant.name, issued.at, issued.post
    )
}

async fn cards(house: &House, model: &Model) {
    let supervisor = officer(Role::Supervisor);
    for card in &model.cards {
        let shown = house.card(&may(&supervisor), card.number).await.unwrap();
        let standing = match card.end {
            None => Standing::Issued,
            Some((at, End::Revoked(reason))) => Standing::Revoked { at, reason },
            Some((at, End::Replaced(by))) => Standing::Replaced { at, by },
        };
        assert_eq!(shown.standing, standing, "{}", card.number);
        assert_eq!(shown.card.person, card.holder);
        assert_eq!((shown.issued.at, shown.issued.post), (card.at, card.post));
        assert_eq!(shown.card.text, card.text);
        let verdict = house
            .check(
                &may(&officer(Role::Checkpoint)),
                core::slice::from_ref(&card.text),
            )
            .unwrap();
        assert_eq!(verdict.finding, finding(card), "{}", card.number);
    }
    assert!(matches!(
        house.card(&may(&supervisor), no_card()).await,
        Err(ServiceError::NotFound)
    ));
}

async fn stays(house: &House, model: &Model) {
    let desk = officer(Role::Desk);
    for card in &model.cards {
        let shown: Vec<_> = house
            .stays(&may(&desk), card.number)
            .await
            .unwrap()
            .into_iter()
            .map(|stay| {
                let end = stay.ending.map(|ending| match ending {
                    Ending::Exited { at, post } => StayEnd::Left(at, post),
                    Ending::NotRecorded => StayEnd::NotSeen,
                });
                (stay.entry.stay, stay.entry.card, stay.entered.at, end)
            })
            .collect();
        let kept: Vec<_> = model
            .stays_of(card.holder)
            .into_iter()
            .map(|stay| (stay.id, stay.card, stay.at, stay.end))
            .collect();
        assert_eq!(shown, kept, "{}", card.number);
        for (stay, ..) in kept {
            let entry = house.entry(&may(&desk), card.number, stay).await.unwrap();
            assert_eq!(entry.person, model.stands_for(card.holder));
        }
    }
}

async fn refusals(house: &House, model: &Model) {
    for refused in &model.refused {
        let shown = house
            .refusal(&may(&officer(Role::Supervisor)), refused.id)
            .await
            .unwrap();
        assert_eq!(shown.application.person, refused.person);
        assert_eq!(shown.refusal.ground, refused.ground);
        assert_eq!(shown.decided.at, refused.at);
    }
}

async fn receipts(house: &House, model: &Model) {
    for met in &model.met {
        let shown = house
            .receipts(&may(&officer(Role::Checkpoint)), met.code)
            .await
            .unwrap();
        let [shown] = shown.as_slice() else {
            panic!("{} is on several receipts", met.code)
        };
        assert_eq!((shown.act.at, shown.act.post), (met.at, met.post));
        assert_eq!(shown.encounter.outcome, met.outcome);
        let found = shown
            .encounter
            .check
            .as_ref()
            .map(|check| check.finding.clone());
        assert_eq!(found, met.finding);
    }
}

/// Today's list on every day that something happened, and on the day before and after.
async fn today(house: &House, model: &Model, officer: &Officer) {
    let now = house.clock().now();
    let mut seen = 0;
    let kept = |post: PostCode| model.lines.iter().filter(move |line| line.post == post);
    let Some(first) = kept(officer.post).map(|line| line.at).min() else {
        return;
    };
    let mut day = first.plus(-DAY);
    while day < now.plus(2 * DAY) {
        house.clock().set(day);
        let date = house.today(officer).unwrap();
        let mut shown = Vec::new();
        let mut cursor = None;
        loop {
            let page = house.acts(&may(officer), date, cursor).await.unwrap();
            let Some(last) = page.last() else { break };
            cursor = Some(last.cursor());
            shown.extend(page);
        }
        let mut lines = Vec::new();
        for line in kept(officer.post) {
            house.clock().set(line.at);
            if house.today(officer).unwrap() == date {
                lines.push(line);
            }
        }
        // The newest first; of one act, what was written last.
        lines.reverse();
        assert_eq!(shown.len(), lines.len(), "{date}");
        for (shown, line) in shown.iter().zip(lines) {
            let subject = shown.subject.to_string();
            let (about, named) = subject.split_once(':').unwrap();
            assert_eq!(
                (shown.at, &shown.officer, shown.kind.as_str(), about),
                (line.at, &line.officer, line.kind, line.about)
            );
            assert_eq!(shown.command.as_deref(), line.command);
            assert_eq!(shown.code, line.code);
            if let Some(expected) = &line.named {
                assert_eq!(named, expected);
            }
            seen += 1;
        }
        day = day.plus(DAY);
    }
    house.clock().set(now);
    assert_eq!(seen, kept(officer.post).count());
}
