//! What a post says of itself reaches its hub, and everybody sees in which hours it worked.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use paso_domain::{
    event::Event,
    policy::{Role, powers},
    post::{Part, PostEvent, Trouble},
    subject::Subject,
};
use paso_formats::moment::{DAY, HOUR, MINUTE, Moment};
use paso_service::{
    Officer,
    black_box::Noted,
    sync::SyncError,
    testing::{House, Outpost, may, officer},
};
use paso_store::testing::Engine;

fn desk() -> Officer {
    Officer {
        post: "HID".parse().unwrap(),
        ..officer(Role::Desk)
    }
}

/// Lets both clocks show a moment.
fn set(house: &House, post: &Outpost, now: Moment) {
    house.clock().set(now);
    post.clock().set(now);
}

#[tokio::test]
async fn a_post_that_sleeps_and_loses_its_hub_says_so_itself() {
    let house = House::on(Engine::Sqlite).await;
    let mut post = house.outpost("HID", Engine::Sqlite, 31).await;
    post.settle(&house).await;
    let start = house.clock().now();
    let mut watch = post.watched().await.unwrap();
    // Nothing to say while all is well, however often it looks.
    for minute in 1..10 {
        set(&house, &post, start.plus(minute * MINUTE));
        watch = post.look_once(watch, 0, Some(4096)).await.unwrap();
    }
    let permit = may::<powers::TellTrouble>(&desk());
    assert_eq!(post.black_box(&permit).await.unwrap(), []);

    set(&house, &post, start.plus(40 * MINUTE));
    watch = post.look_once(watch, 0, Some(100)).await.unwrap();
    // What was said stands in the journal, so a new process does not say it again.
    post.restart(32).await;
    assert_eq!(post.watched().await.unwrap(), watch);
    set(&house, &post, start.plus(5 * HOUR));
    post.woke().await.unwrap();
    post.settle(&house).await;
    post.look_once(watch, -3600, Some(4096)).await.unwrap();
    post.tell_trouble(&permit, Part::Printer, false, "  Sin tóner desde ayer. ")
        .await
        .unwrap();
    post.settle(&house).await;

    let expected = [
        (Trouble::HubLost, 40),
        (Trouble::DiskLow, 100),
        (Trouble::Silent, 5 * 60 - 40),
        (Trouble::ClockJumped, -3600),
        (Trouble::HubBack, 300),
        (Trouble::DiskFine, 4096),
    ];
    for held in [
        post.black_box(&permit).await.unwrap(),
        house.black_box(&permit).await.unwrap(),
    ] {
        let mut noticed = Vec::new();
        let mut told = Vec::new();
        for row in held {
            match row.noted {
                Noted::Noticed(trouble, amount) => noticed.push((trouble, amount)),
                Noted::Told { part, words, .. } => told.push((part, words)),
            }
        }
        noticed.sort();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(noticed, expected);
        assert_eq!(told, [(Part::Printer, "Sin tóner desde ayer.".to_owned())]);
    }
    // Another post's people do not see it.
    let elsewhere = Officer {
        post: "TAL".parse().unwrap(),
        ..desk()
    };
    let seen = house.black_box(&may(&elsewhere)).await.unwrap();
    assert_eq!(seen, []);
}

#[tokio::test]
async fn everybody_sees_which_hours_a_post_worked_up_to_yesterday() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 33).await;
    let zone = house.crossings().post("HID").unwrap().zone().clone();
    let today = zone.date_at(house.clock().now());
    let midnight = zone.last_second_of(today).plus(1);
    // Three whole days: all of the first, nothing of the second, half of the third.
    for minute in (0..3 * 24 * 60).step_by(10) {
        let hour = minute / 60;
        if (24..48).contains(&hour) || hour >= 60 {
            continue;
        }
        set(&house, &post, midnight.plus(minute * MINUTE));
        post.live_once(10 * MINUTE).await.unwrap();
    }
    set(&house, &post, midnight.plus(3 * DAY + HOUR));
    post.tell_trouble(&may(&desk()), Part::Reader, false, "")
        .await
        .unwrap();
    post.settle(&house).await;

    let shown = |uptimes: &[paso_service::black_box::Uptime]| {
        let found = uptimes
            .iter()
            .find(|uptime| uptime.post.as_str() == "HID")
            .unwrap()
            .clone();
        let days: Vec<_> = found.days.iter().map(|day| (day.worked, day.of)).collect();
        (days, found.troubles)
    };
    let (days, troubles) = shown(&house.uptime().await.unwrap());
    // What is told today is seen tomorrow.
    assert_eq!(days, [(96, 96), (0, 96), (48, 96)]);
    assert!(troubles.is_empty(), "{troubles:?}");
    set(&house, &post, midnight.plus(4 * DAY + HOUR));
    let (days, troubles) = shown(&house.uptime().await.unwrap());
    assert_eq!(days[3..], [(1, 96)]);
    assert_eq!(
        troubles.into_iter().collect::<Vec<_>>(),
        [("reader".to_owned(), 1)]
    );
}

#[tokio::test]
async fn no_machine_speaks_for_another() {
    let house = House::on(Engine::Sqlite).await;
    let post = house.outpost("HID", Engine::Sqlite, 35).await;
    let other = house.outpost("TAL", Engine::Sqlite, 36).await;
    let notice = PostEvent::Noticed {
        at: post.clock().now(),
        trouble: Trouble::Silent,
        amount: 600,
    };
    let about = Subject::Device(other.stream());
    post.forced(vec![(about, Event::Post(notice))]).await;
    let refused = post.exchange(&house).await;
    assert!(
        matches!(&refused, Err(SyncError::HubsAffair { kind, .. }) if kind == "post.noticed"),
        "{refused:?}"
    );
}
