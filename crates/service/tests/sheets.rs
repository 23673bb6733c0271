//! A day without the system: numbers were printed before, people were checked, crossed and counted on
//! paper, and all of it is typed afterwards, once, as of the hour at which it happened.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use paso_domain::{
    card::ApplicationPurpose,
    encounter::Outcome,
    policy::Role,
    sheet::{SheetKind, SheetNumber, SheetRefusal, VoidReason},
};
use paso_formats::moment::{DAY, HOUR, MINUTE, Moment};
use paso_service::{
    ServiceError,
    checkpoint::EncounterForm,
    error::Refusal,
    sheets::{FromPaper, SheetState},
    testing::{House, MORNING, application, may, officer},
};
use paso_store::testing::Engine;

fn at(minutes: i64) -> Moment {
    MORNING.parse::<Moment>().unwrap().plus(minutes * MINUTE)
}

fn paper(sheet: SheetNumber, minutes: i64) -> FromPaper {
    FromPaper {
        sheet,
        happened: at(minutes),
        signed: "INM-0033".parse().unwrap(),
    }
}

fn told() -> EncounterForm {
    EncounterForm {
        place: "km 240".into(),
        with_card: true,
        outcome: Outcome::WentOn,
        legal_basis: "Ley de Migración, art. 97".into(),
        reason: "Revisión.".into(),
        shown: Vec::new(),
    }
}

fn refused<T: core::fmt::Debug>(result: Result<T, ServiceError>) -> Refusal {
    match result {
        Err(ServiceError::Refused(refusal)) => refusal,
        other => unreachable!("{other:?}"),
    }
}

async fn batch(house: &House, role: Role, kind: SheetKind) -> Vec<SheetNumber> {
    let printed = house
        .print_sheets(&may(&officer(role)), kind, 5)
        .await
        .unwrap();
    printed.numbers().collect()
}

#[tokio::test]
async fn an_encounter_on_paper_is_recorded_once_and_marked_late() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let road = officer(Role::Checkpoint);
        let sheets = batch(&house, Role::Checkpoint, SheetKind::Encounter).await;
        let crossing = batch(&house, Role::Desk, SheetKind::Crossing).await;
        house.clock().set(at(300));
        let record = async |sheet, minutes| {
            let paper = paper(sheet, minutes);
            house.encounter_as(&may(&road), &told(), Some(&paper)).await
        };
        let met = record(sheets[0], 40).await.unwrap();
        assert_eq!((met.act.at, met.act.recorded()), (at(40), at(300)));
        let late = met.act.late.clone().unwrap();
        assert_eq!((late.sheet, late.signed.as_str()), (sheets[0], "INM-0033"));
        assert!(met.symbol.is_ok(), "it has a receipt like any other");
        let found = house.receipts(&may(&road), met.encounter.receipt).await;
        assert_eq!(found.unwrap(), [met], "and is found by it, mark and all");

        let desk = officer(Role::Desk);
        house
            .void_sheet(&may(&road), sheets[1], VoidReason::Lost, "Se mojó.")
            .await
            .unwrap();
        for (sheet, minutes, refusal) in [
            (sheets[0], 41, SheetRefusal::UsedAlready),
            (sheets[1], 41, SheetRefusal::Void),
            (sheets[2], -1, SheetRefusal::BeforePrinted),
            (sheets[2], 301, SheetRefusal::InFuture),
            (crossing[0], 41, SheetRefusal::OtherKind),
            (
                "P-TAL-E3KH-T401-Z".parse().unwrap(),
                41,
                SheetRefusal::NotPrinted,
            ),
        ] {
            assert_eq!(
                refused(record(sheet, minutes).await),
                Refusal::Sheet(refusal),
                "{sheet}"
            );
        }

        // The day's list has the act where it happened, and says that it was typed later.
        let day = house.today(&desk).unwrap();
        let acts = house.acts(&may(&desk), day, None).await.unwrap();
        let row = acts
            .iter()
            .find(|row| row.kind == "encounter.recorded")
            .unwrap();
        assert_eq!((row.at, row.recorded), (at(40), at(300)));
        assert_eq!(row.sheet, Some(sheets[0]));

        // What is missing: two numbers spoken of, three that nobody brought back.
        house.clock().set(at(0).plus(8 * DAY));
        let list = house.sheets(&may(&road)).await.unwrap();
        let of = |kind| list.kinds.iter().find(|of| of.kind == kind).unwrap();
        let met = of(SheetKind::Encounter);
        assert_eq!((met.printed, met.used(), met.void()), (5, 1, 1));
        assert_eq!((met.outstanding.len(), met.asked()), (3, 3));
        assert_eq!(
            of(SheetKind::Crossing).asked(),
            0,
            "nobody asks after blanks"
        );
        let told = house.sheet(&may(&road), sheets[0]).await.unwrap();
        assert!(
            matches!(told.state, SheetState::Used { happened, .. } if happened == Some(at(40)))
        );
        house.stop().await;
    }
}

/// The sheet is closed by whatever the application ends in; only that it was received is late.
#[tokio::test]
async fn an_application_typed_from_its_sheet_closes_it() {
    let house = House::on(Engine::Sqlite).await;
    let permit = may(&officer(Role::Desk));
    let sheets = batch(&house, Role::Desk, SheetKind::Application).await;
    house.clock().set(at(300));
    let (first, second) = (paper(sheets[0], 40), paper(sheets[1], 50));
    let issued = house
        .issue_as(&permit, &application(), Some(&first))
        .await
        .unwrap();
    assert_eq!(
        (issued.issued.at, issued.issued.late.clone()),
        (at(300), None)
    );
    let said = paso_service::desk::RefusalForm {
        ground: paso_domain::card::RefusalGround::NotEligible,
        reasons: "No procede.".into(),
        remedy: "Vuelva con su acta.".into(),
    };
    let hand = house.hand(officer(Role::Desk), 7).await;
    let (_, prepared) = house
        .refuse_as(&permit, &application(), said.clone(), Some(&second))
        .await
        .unwrap();
    let state = async |sheet| house.sheet(&permit_sheets(), sheet).await.unwrap().state;
    assert!(
        matches!(state(sheets[1]).await, SheetState::Outstanding { .. }),
        "nothing is used before it is signed"
    );
    let paso_service::approval::Prepared::ToSign(id) = prepared else {
        unreachable!("a refusal is signed")
    };
    let options = house.signing_options(&hand.officer, &id).await.unwrap();
    house
        .sign(&hand.officer, &id, &hand.answer(&options))
        .await
        .unwrap();
    for (sheet, minutes) in [(sheets[0], 40), (sheets[1], 50)] {
        let SheetState::Used {
            happened, signed, ..
        } = state(sheet).await
        else {
            unreachable!("{sheet} is used")
        };
        assert_eq!(happened, Some(at(minutes)));
        assert_eq!(signed.unwrap().as_str(), "INM-0033");
    }
    let again = house.issue_as(&permit, &application(), Some(&first)).await;
    assert_eq!(refused(again), Refusal::Sheet(SheetRefusal::UsedAlready));
    let again = house
        .refuse_as(&permit, &application(), said, Some(&second))
        .await;
    assert_eq!(
        refused(again.map(|(id, _)| id)),
        Refusal::Sheet(SheetRefusal::UsedAlready)
    );
    // The day's list has the application where it happened, and the card where it was issued.
    let desk = officer(Role::Desk);
    let day = house.today(&desk).unwrap();
    let acts = house.acts(&may(&desk), day, None).await.unwrap();
    let card = acts.iter().find(|row| row.kind == "card.issued").unwrap();
    assert_eq!((card.at, card.sheet), (at(300), None));
    house.stop().await;
}

fn permit_sheets() -> paso_service::access::Permit<paso_domain::policy::powers::ReadSheets> {
    may(&officer(Role::Desk))
}

#[tokio::test]
async fn a_stay_on_paper_runs_from_the_hour_on_the_sheet() {
    let house = House::on(Engine::Sqlite).await;
    let desk = officer(Role::Desk);
    let sheets = batch(&house, Role::Desk, SheetKind::Crossing).await;
    let card = house.issue(&may(&desk), &application()).await.unwrap();
    let number = card.card.number;
    // Replaced after the person had entered on paper: the entry on the old card happened.
    house.clock().set(at(200));
    let mut form = application();
    form.purpose = ApplicationPurpose::Replacement { of: number };
    house.issue(&may(&desk), &form).await.unwrap();
    house.clock().set(at(300));
    let paper = paper(sheets[0], 30);
    let entered = house
        .enter_as(&may(&desk), number, Some(&paper))
        .await
        .unwrap();
    assert_eq!(entered.act.at, at(30));
    assert_eq!(
        entered.entry.leave_by,
        at(30)
            .plus(72 * HOUR)
            .min(entered.entry.not_overstayed_until)
    );
    let left = FromPaper {
        sheet: sheets[1],
        happened: at(90),
        ..paper
    };
    let left = house
        .leave_as(&may(&desk), number, Some(&left))
        .await
        .unwrap();
    assert_eq!(left.stay.unwrap().entry, entered.entry);
    assert_eq!(left.act.at, at(90));
    house.stop().await;
}

#[tokio::test]
async fn a_card_issued_elsewhere_is_typed_from_paper_with_its_code() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 41).await;
    let issued = house
        .issue(&may(&officer(Role::Desk)), &application())
        .await
        .unwrap();
    let there = paso_service::Officer {
        post: "HID".parse().unwrap(),
        ..officer(Role::Desk)
    };
    let printed = post
        .print_sheets(&may(&there), SheetKind::Crossing, 2)
        .await
        .unwrap();
    let sheets: Vec<_> = printed.numbers().collect();
    let minutes = |minutes| printed.act.at.plus(minutes * MINUTE);
    post.clock().set(minutes(120));
    let paper = FromPaper {
        sheet: sheets[0],
        happened: minutes(30),
        signed: "INM-0033".parse().unwrap(),
    };
    // By its number alone nobody knows it there, on paper or not.
    let unknown = post
        .enter_as(&may(&there), issued.card.number, Some(&paper))
        .await;
    assert!(unknown.is_err(), "{unknown:?}");
    let entry = post
        .enter_shown(&may(&there), &issued.card.text, Some(&paper))
        .await
        .unwrap();
    assert_eq!(
        (entry.act.at, entry.act.recorded()),
        (minutes(30), minutes(120))
    );
    assert_eq!(entry.act.late.unwrap().sheet, sheets[0]);
    // The number is spent with it.
    let again = post
        .enter_shown(&may(&there), &issued.card.text, Some(&paper))
        .await;
    assert_eq!(refused(again), Refusal::Sheet(SheetRefusal::UsedAlready));
}

/// A count into custody that stood on a blank form at a post: it happened then, everybody counted bears
/// the mark, and whoever typed it answers.
#[tokio::test]
async fn a_count_on_paper_is_custody_from_its_hour_and_marked_for_everybody() {
    let house = House::on(Engine::Sqlite).await;
    let keeper = paso_service::Officer {
        post: "HUI".parse().unwrap(),
        ..officer(Role::Custody)
    };
    let hand = house.hand(keeper.clone(), 3).await;
    let printed = house
        .print_sheets(&may(&keeper), SheetKind::Custody, 2)
        .await
        .unwrap();
    let sheet = printed.numbers().next().unwrap();
    let begun = printed.act.at;
    house.clock().set(begun.plus(5 * HOUR));
    let form = paso_service::custody::OpeningForm {
        count: 3,
        taken_at: begun.plus(HOUR - 10 * MINUTE),
        taken_where: "km 20".into(),
        vehicle: "autobús 417".into(),
        unit: "Grupo de prueba".into(),
        ordered_by: String::new(),
        basis: "Ley de Migración, art. 98".into(),
        reason: "no mostró documento".into(),
    };
    let paper = FromPaper {
        sheet,
        happened: begun.plus(HOUR),
        signed: "INM-0033".parse().unwrap(),
    };
    let permit = may(&keeper);
    let counted = house
        .open_custody_as(&permit, &form, Some(&paper))
        .await
        .unwrap();
    let paso_service::approval::Prepared::ToSign(id) = counted.prepared else {
        unreachable!("a count is signed")
    };
    let options = house.signing_options(&keeper, &id).await.unwrap();
    let answer = hand.answer(&options);
    house.sign(&keeper, &id, &answer).await.unwrap();
    for episode in &counted.episodes {
        let record = house.episode(&may(&keeper), *episode).await.unwrap();
        let (act, _) = record.story.opening.as_ref().unwrap();
        assert_eq!(
            (act.at, act.recorded()),
            (begun.plus(HOUR), begun.plus(5 * HOUR))
        );
        let late = act.late.as_ref().unwrap();
        assert_eq!((late.sheet, late.signed.as_str()), (sheet, "INM-0033"));
        let answers = record.story.answers.as_ref().unwrap();
        assert_eq!(answers.officer, keeper.number, "who typed it answers");
    }
    let told = house.sheet(&may(&keeper), sheet).await.unwrap();
    assert!(matches!(
        told.state,
        SheetState::Used {
            contradicted: false,
            ..
        }
    ));

    // Internal control counts it, of a day and a place and nobody.
    let inspector = officer(Role::Inspector);
    let day = house.today(&keeper).unwrap();
    let period = paso_service::figures::Period {
        post: keeper.post,
        from: day,
        to: day,
    };
    let days = house.late_days(&may(&inspector), period).await.unwrap();
    assert_eq!(days.len(), 1);
    assert_eq!((days[0].day, days[0].count.from_paper), (day, 3));
    assert_eq!(days[0].count.carried_late, 0);
    let elsewhere = paso_service::figures::Period {
        post: "TAL".parse().unwrap(),
        ..period
    };
    let none = house.late_days(&may(&inspector), elsewhere).await.unwrap();
    assert_eq!(none, [], "days without any are left out");
    house.stop().await;
}

/// Two posts that do not know of each other type one sheet. Both acts happened, as far as anybody can
/// say; the contradiction has a name, and stands where the sheets are looked at.
#[tokio::test]
async fn two_posts_that_type_one_sheet_are_both_believed_and_the_clash_is_named() {
    let house = House::on(Engine::Sqlite).await;
    let there = paso_service::Officer {
        post: "HUI".parse().unwrap(),
        ..officer(Role::Checkpoint)
    };
    let printed = house
        .print_sheets(&may(&there), SheetKind::Encounter, 2)
        .await
        .unwrap();
    let sheet = printed.numbers().next().unwrap();
    let first = house.outpost("HUI", Engine::Sqlite, 41).await;
    let second = house.outpost("HUI", Engine::Sqlite, 42).await;
    first.settle(&house).await;
    second.settle(&house).await;
    let later = printed.act.at.plus(3 * HOUR);
    let mut codes = Vec::new();
    for (post, minutes) in [(&first, 40), (&second, 50)] {
        post.clock().set(later);
        let paper = FromPaper {
            sheet,
            happened: printed.act.at.plus(minutes * MINUTE),
            signed: "INM-0033".parse().unwrap(),
        };
        let met = post
            .encounter_as(&may(&there), &told(), Some(&paper))
            .await
            .unwrap();
        codes.push(met.encounter.receipt);
    }
    house.clock().set(later.plus(HOUR));
    first.settle(&house).await;
    second.settle(&house).await;
    for code in codes {
        let found = house.receipts(&may(&there), code).await.unwrap();
        assert_eq!(found.len(), 1, "neither act is lost");
        assert_eq!(found[0].act.sheet(), Some(sheet));
    }
    let list = house.sheets(&may(&there)).await.unwrap();
    let of = list.kinds.iter().find(|of| of.kind == SheetKind::Encounter);
    assert_eq!(of.unwrap().contradicted(), 1);
    let told = house.sheet(&may(&there), sheet).await.unwrap();
    assert!(matches!(
        told.state,
        SheetState::Used {
            contradicted: true,
            ..
        }
    ));
    // The first post learns of it, too, and its own act stands there as well.
    first.settle(&house).await;
    house.stop().await;
}
