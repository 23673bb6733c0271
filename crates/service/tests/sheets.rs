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
