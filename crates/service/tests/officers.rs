//! Who may act and since when no longer, on both databases: the first administrator begins at the
//! machine, others follow, one is dismissed, and nothing of theirs opens anything from then on.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use paso_domain::{
    device::DeviceCommand,
    id::{OfficerNumber, StreamId},
    officer::{Access, OfficerCommand, OfficerRefusal},
    policy::{Role, powers},
    site::SiteCommand,
    token::TokenRefusal,
};
use paso_formats::moment::{DAY, HOUR, Moment};
use paso_service::{
    Officer, ServiceError,
    error::Refusal,
    officers::{Console, Issue, NewOfficer},
    testing::{House, MORNING},
};
use paso_store::testing::Engine;

fn morning() -> Moment {
    MORNING.parse().unwrap()
}

fn number(text: &str) -> OfficerNumber {
    text.parse().unwrap()
}

fn new(text: &str, role: Role) -> NewOfficer {
    NewOfficer {
        number: number(text),
        name: "Xóchitl Núñez".into(),
        role: Some((role, vec!["TAL".parse().unwrap()])),
    }
}

fn dismiss(from: Moment) -> OfficerCommand {
    OfficerCommand::Dismiss {
        from,
        reason: "Vendía lugares en la fila.".into(),
    }
}

/// Two administrators and somebody at the desk.
async fn staffed(house: &House) -> Console {
    let me = number("ADM-1");
    let console = house.at_console(&me, Some(&me)).await.unwrap();
    house
        .enrol_at_console(&console, &new("ADM-1", Role::Administrator))
        .await
        .unwrap();
    let console = house.at_console(&me, None).await.unwrap();
    for (text, role) in [("ADM-2", Role::Administrator), ("INM-0417", Role::Desk)] {
        house
            .enrol_at_console(&console, &new(text, role))
            .await
            .unwrap();
    }
    console
}

fn refused(error: &ServiceError) -> Refusal {
    match error {
        ServiceError::Refused(refusal) => Some(*refusal),
        _ => None,
    }
    .unwrap()
}

#[tokio::test]
async fn the_first_administrator_begins_and_nobody_else_may() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        // Nobody is there yet: one can only begin with oneself.
        let (me, other) = (number("ADM-1"), number("ADM-2"));
        assert!(house.at_console(&me, Some(&other)).await.is_err());
        let console = staffed(&house).await;
        // From now on it has to be an administrator.
        let desk = number("INM-0417");
        let error = house.at_console(&desk, Some(&desk)).await.unwrap_err();
        assert!(error.to_string().contains("ADM-1"), "{error}");
        let again = house
            .enrol_at_console(&console, &new("INM-0417", Role::Desk))
            .await;
        assert_eq!(
            refused(&again.unwrap_err()),
            Refusal::Officer(OfficerRefusal::NumberTaken)
        );
        let own = OfficerCommand::Grant {
            role: Role::Supervisor,
            posts: vec![],
            from: morning(),
            until: None,
        };
        let own = house.manage_officer_at_console(&console, &me, own).await;
        assert_eq!(
            refused(&own.unwrap_err()),
            Refusal::Officer(OfficerRefusal::Oneself)
        );
        let listed = house.officers_at_console(None).await.unwrap();
        let roles: Vec<_> = listed
            .iter()
            .map(|(row, grants)| (row.officer.as_str(), grants[0].role))
            .collect();
        assert_eq!(
            roles,
            [
                ("ADM-1", Role::Administrator),
                ("ADM-2", Role::Administrator),
                ("INM-0417", Role::Desk)
            ]
        );
        // What was refused is in the file as well.
        let file = house.officer_file_at_console(&me).await.unwrap();
        assert!(file.history.iter().any(|e| e.kind() == "command.refused"));
        assert!(matches!(
            house.officer_file_at_console(&number("NADIE")).await,
            Err(ServiceError::NotFound)
        ));
    }
}

#[tokio::test]
async fn whoever_is_dismissed_opens_nothing_any_more() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let console = staffed(&house).await;
        let officer = Officer {
            number: number("INM-0417"),
            role: Role::Desk,
            post: "TAL".parse().unwrap(),
        };
        let session = house.session_of(&officer).await.unwrap();
        let issue = Issue {
            officer: officer.number.clone(),
            role: Role::Desk,
            post: officer.post,
            purpose: "El kiosco de la sala de espera.".into(),
            days: 90,
        };
        let token = house
            .issue_token_at_console(&console, &issue)
            .await
            .unwrap();
        let wrong = Issue {
            role: Role::Ombudsman,
            ..issue.clone()
        };
        assert_eq!(
            refused(
                &house
                    .issue_token_at_console(&console, &wrong)
                    .await
                    .unwrap_err()
            ),
            Refusal::Token(TokenRefusal::RoleNotHeld)
        );
        assert_eq!(
            house.officer_of_token(&token.secret).await.unwrap(),
            Some(officer.clone())
        );
        assert!(house.session(&session).await.is_ok());
        let shifts = house
            .officer_file_at_console(&officer.number)
            .await
            .unwrap();
        assert_eq!(shifts.shifts.len(), 1);
        assert!(shifts.shifts[0].closed_at.is_none());

        let from = morning().plus(-HOUR);
        house
            .manage_officer_at_console(&console, &officer.number, dismiss(from))
            .await
            .unwrap();
        assert!(house.session(&session).await.is_err());
        assert_eq!(house.officer_of_token(&token.secret).await.unwrap(), None);
        let standing = house.standing(&officer.number).await.unwrap();
        assert_eq!(standing.access, Access::Dismissed { from });
        let file = house
            .officer_file_at_console(&officer.number)
            .await
            .unwrap();
        assert!(file.shifts[0].closed_at.is_some());
        assert!(file.tokens[0].revoked_from.is_some());
        // It can be said again that it was earlier, and not that it was later.
        let again = house
            .manage_officer_at_console(&console, &officer.number, dismiss(morning()))
            .await;
        assert_eq!(
            refused(&again.unwrap_err()),
            Refusal::Officer(OfficerRefusal::Dismissed)
        );
        house
            .manage_officer_at_console(&console, &officer.number, dismiss(from.plus(-DAY)))
            .await
            .unwrap();
        // What bears the number after the end is listed: the shift that began in that hour.
        let found = house.acts_after_end_at_console().await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].officer, officer.number);
        assert_eq!(
            found[0].absence.access,
            Access::Dismissed {
                from: from.plus(-DAY)
            }
        );
        assert!(found[0].acts.iter().any(|act| act.kind == "shift.opened"));
    }
}

#[tokio::test]
async fn the_last_administrator_stays_and_two_do_not_leave_at_once() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let console = staffed(&house).await;
        let (one, two) = (number("ADM-1"), number("ADM-2"));
        let second = house.at_console(&two, None).await.unwrap();
        let suspend = || OfficerCommand::Suspend {
            from: morning(),
            reason: "Así lo pide.".into(),
        };
        // Both at the same moment: each still sees the other.
        let (a, b) = tokio::join!(
            house.manage_officer_at_console(&console, &one, suspend()),
            house.manage_officer_at_console(&second, &two, suspend()),
        );
        assert_eq!([a, b].iter().filter(|done| done.is_ok()).count(), 1);
    }
}

#[tokio::test]
async fn devices_and_sites_come_and_go() {
    for engine in Engine::BOTH {
        let house = House::on(engine).await;
        let console = staffed(&house).await;
        let stream = StreamId::from_random([7; 16]);
        let revoke = DeviceCommand::Revoke {
            compromised_from: morning().plus(-DAY),
            reason: "Robado con la camioneta.".into(),
        };
        house
            .manage_device_at_console(&console, stream, revoke.clone())
            .await
            .unwrap();
        let again = house
            .manage_device_at_console(&console, stream, revoke)
            .await;
        assert_eq!(refused(&again.unwrap_err()).code(), "device-ended");
        let listed = house.devices_at_console().await.unwrap();
        assert_eq!(listed[0].compromised_from, Some(morning().plus(-DAY)));
        let open = SiteCommand::Open {
            from: morning(),
            note: String::new(),
        };
        let post = "TAL".parse().unwrap();
        house
            .manage_site_at_console(&console, post, open.clone())
            .await
            .unwrap();
        assert!(
            house
                .manage_site_at_console(&console, "ZZZ".parse().unwrap(), open)
                .await
                .is_err()
        );
        assert_eq!(house.sites_at_console().await.unwrap().len(), 1);
    }
}

/// On a page it is signed, and whoever has no passkey to sign with does nothing grave.
#[tokio::test]
async fn a_session_alone_dismisses_nobody() {
    let house = House::on(Engine::Sqlite).await;
    staffed(&house).await;
    let administrator = Officer {
        number: number("ADM-1"),
        role: Role::Administrator,
        post: "TAL".parse().unwrap(),
    };
    let permit = house
        .permit::<powers::ManageOfficers>(&administrator)
        .await
        .unwrap();
    let desk = number("INM-0417");
    let done = house
        .manage_officer(&permit, &desk, dismiss(morning()))
        .await;
    assert!(matches!(done, Err(ServiceError::Signing(_))), "{done:?}");
    let standing = house.standing(&desk).await.unwrap();
    assert_eq!(standing.access, Access::Active);
}
