use super::*;
use paso_formats::{
    approval::{Act, ActHeader, ActRow, Approval, ApprovalError, Approvals, NONE, Passkey},
    moment::Moment,
    testing::{Authenticator, Ceremony},
};

const RP_ID: &str = "inm.example";
const ORIGIN: &str = "https://inm.example";

/// The table a lawyer reads: what is signed, and by whom.
#[test]
fn the_table_of_signatures() {
    let line = |(command, signing): &(&str, Signing)| {
        let how = match signing {
            Signing::Session => "session".to_owned(),
            Signing::Own => "own passkey".to_owned(),
            Signing::Two { second } => {
                let roles: Vec<_> = second.iter().map(|role| role.code()).collect();
                format!("own passkey, and a second person: {}", roles.join(" or "))
            }
        };
        format!("{command:<24} {how}")
    };
    let table: Vec<_> = TABLE.iter().map(line).collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn the_table_names_each_command_once_and_a_second_person_always_has_a_role() {
    for (at, (command, signing)) in TABLE.iter().enumerate() {
        assert!(TABLE[..at].iter().all(|(before, _)| before != command));
        assert_eq!(super::signing(command), *signing);
        assert!(!matches!(signing, Signing::Two { second: [] }), "{command}");
    }
    assert_eq!(super::signing("nobody.thought-of-it"), Signing::Own);
}

fn now() -> Moment {
    Moment::from_unix(1_790_000_000)
}

fn desk() -> Authenticator {
    Authenticator::es256(1)
}

fn ombudsman() -> Authenticator {
    Authenticator::ed25519(2)
}

/// From position 10 on the register knows two passkeys.
fn passkeys() -> Vec<Passkey> {
    [("INM-0417", desk(), 10), ("DH-0001", ombudsman(), 12)]
        .map(|(officer, passkey, position)| Passkey {
            position,
            officer: officer.to_owned(),
            credential: passkey.credential().clone(),
            key: passkey.public_key().clone(),
            from: now(),
            until: None,
        })
        .to_vec()
}

/// An act of events of these kinds, whose commitments are its nonce and their place.
fn act(command: &str, nonce: u8, kinds: &[&str]) -> Act {
    let header = ActHeader {
        authority: "mx-inm".to_owned(),
        command: command.to_owned(),
        at: now(),
        post: "TAL".to_owned(),
        officer: "INM-0417".to_owned(),
        nonce: [nonce; 16],
    };
    let row = |(at, kind): (usize, &&str)| ActRow {
        kind: (*kind).to_owned(),
        commitment: [nonce + u8::try_from(at).unwrap(); 32],
    };
    Act::new(header, kinds.iter().enumerate().map(row).collect()).unwrap()
}

fn signed(act: &Act, by: &[(&str, &str, Authenticator)]) -> Vec<u8> {
    let mut approvals = Approvals::of(act.clone());
    for (officer, role, passkey) in by {
        let approval = Approval {
            officer: (*officer).to_owned(),
            role: (*role).to_owned(),
            at: now(),
            assertion: passkey.assert(&Ceremony::new(RP_ID, ORIGIN, &act.challenge())),
        };
        approvals = approvals.with(approval).unwrap();
    }
    approvals.to_cbor()
}

/// Position, kind, commitment's byte, command, approvals.
type Row<'a> = (u64, &'a str, u8, &'a str, &'a [u8]);

fn report(rows: &[Row<'_>]) -> LedgerReport {
    let passkeys = passkeys();
    let origins = [ORIGIN.to_owned()];
    let mut ledger = Ledger::new(RP_ID, &origins, &passkeys);
    for (position, kind, commitment, command, approvals) in rows {
        ledger.take(&LedgerRow {
            position: *position,
            kind,
            commitment: [*commitment; 32],
            command,
            approvals,
        });
    }
    ledger.end()
}

/// The faults as `command position code`.
fn faults(rows: &[Row<'_>]) -> Vec<String> {
    let report = report(rows);
    let lines = report.lines.iter();
    lines
        .flat_map(|(command, line)| {
            let each = line.found.iter();
            each.map(move |f| format!("{command} {} {}", f.position, f.fault.code()))
        })
        .collect()
}

#[test]
fn what_is_signed_as_it_must_be_is_counted() {
    let revoke = act("card.revoke", 20, &["card.revoked"]);
    let refuse = act("card.refuse", 30, &["person.claimed", "card.refused"]);
    let erase = act("erasure.propose", 40, &["erasure.carried-out"]);
    let own = ("INM-0417", "desk", desk());
    let second = ("DH-0001", "ombudsman", ombudsman());
    let (one, other) = (
        signed(&revoke, core::slice::from_ref(&own)),
        signed(&refuse, core::slice::from_ref(&own)),
    );
    let both = signed(&erase, &[own, second]);
    let report = report(&[
        (9, "card.revoked", 1, "card.revoke", NONE),
        (13, "card.issued", 2, "", NONE),
        (14, "card.revoked", 20, "card.revoke", &one),
        (15, "person.claimed", 30, "", &other),
        (16, "card.refused", 31, "card.refuse", &other),
        (17, "erasure.carried-out", 40, "erasure.propose", &both),
    ]);
    assert!(report.is_clean());
    let line = |command: &str| &report.lines[command];
    let counts = |line: &LedgerLine| (line.acts, line.by_one, line.by_two, line.before);
    assert_eq!(counts(line("card.revoke")), (1, 1, 0, 1));
    assert_eq!(counts(line("card.refuse")), (1, 1, 0, 0));
    assert_eq!(counts(line("erasure.propose")), (1, 0, 1, 0));
    assert_eq!(report.lines.len(), 3);
}

#[test]
fn each_fault_has_its_name() {
    let revoke = act("card.revoke", 20, &["card.revoked"]);
    let refuse = act("card.refuse", 30, &["person.claimed", "card.refused"]);
    let erase = act("erasure.propose", 40, &["erasure.carried-out"]);
    let issue = act("card.issue", 50, &["card.revoked"]);
    let own = || ("INM-0417", "desk", desk());
    let ombudsman = |role| ("DH-0001", role, ombudsman());
    let one = signed(&revoke, &[own()]);
    let refused = signed(&refuse, &[own()]);
    let alone = signed(&erase, &[own()]);
    let wrong_role = signed(&erase, &[own(), ombudsman("supervisor")]);
    let same = signed(&erase, &[own(), own()]);
    let unsigned = signed(&revoke, &[]);
    let weaker = signed(&issue, &[own()]);
    let erasing =
        |approvals| faults(&[(14, "erasure.carried-out", 40, "erasure.propose", approvals)]);
    let revoking = |approvals| faults(&[(14, "card.revoked", 20, "card.revoke", approvals)]);

    assert_eq!(revoking(NONE), ["card.revoke 14 signature-missing"]);
    assert_eq!(revoking(b"\xa0"), ["card.revoke 14 approvals-unreadable"]);
    assert_eq!(revoking(&unsigned), ["card.revoke 14 approval-nobody"]);
    assert_eq!(
        erasing(&alone),
        ["erasure.propose 14 second-signature-missing"]
    );
    assert_eq!(erasing(&wrong_role), ["erasure.propose 14 second-role"]);
    assert_eq!(erasing(&same), ["erasure.propose 14 approval-same-officer"]);
    // Approvals of one act on the row of another, or twice.
    assert_eq!(
        revoking(&refused),
        [
            "card.refuse 14 approvals-moved",
            "card.refuse 14 signed-row-missing"
        ]
    );
    assert_eq!(
        faults(&[
            (14, "card.revoked", 20, "card.revoke", &one),
            (15, "card.revoked", 20, "card.revoke", &one),
        ]),
        ["card.revoke 15 approvals-moved"]
    );
    // The act said that it does something that nobody has to sign.
    assert_eq!(
        faults(&[(14, "card.revoked", 50, "card.revoke", &weaker)]),
        ["card.issue 14 other-command"]
    );
    assert_eq!(
        faults(&[(14, "erasure.carried-out", 20, "erasure.propose", &one)]),
        [
            "card.revoke 14 approvals-moved",
            "card.revoke 14 other-command",
            "card.revoke 14 signed-row-missing"
        ]
    );
    assert_eq!(
        faults(&[(16, "card.refused", 31, "card.refuse", &refused)]),
        ["card.refuse 16 signed-row-missing"]
    );
    // The second signature lies on one of two rows only.
    let refused_by_two = signed(&refuse, &[own(), ombudsman("ombudsman")]);
    assert_eq!(
        faults(&[
            (15, "person.claimed", 30, "", &refused),
            (16, "card.refused", 31, "card.refuse", &refused_by_two),
        ]),
        ["card.refuse 16 approvals-differ"]
    );
}

#[test]
fn faults_beyond_a_hundred_are_counted() {
    let rows: Vec<Row<'_>> = (20..150)
        .map(|position| (position, "card.revoked", 1, "card.revoke", NONE))
        .collect();
    let report = report(&rows);
    let line = &report.lines["card.revoke"];
    assert_eq!((line.faults, line.found.len()), (130, MOST_KEPT));
}

#[test]
fn one_name_for_two_passkeys_is_the_first_owners() {
    let mut passkeys = passkeys();
    let mut later = passkeys[0].clone();
    later.officer = "INM-9999".to_owned();
    passkeys.push(later);
    let revoke = act("card.revoke", 20, &["card.revoked"]);
    let approvals = signed(&revoke, &[("INM-0417", "desk", desk())]);
    let origins = [ORIGIN.to_owned()];
    let mut ledger = Ledger::new(RP_ID, &origins, &passkeys);
    ledger.take(&LedgerRow {
        position: 14,
        kind: "card.revoked",
        commitment: [20; 32],
        command: "card.revoke",
        approvals: &approvals,
    });
    assert!(ledger.end().is_clean());
    assert_eq!(ApprovalError::Nobody.code(), "approval-nobody");
}

mod register {
    use super::super::{Passkeys, Signing, origin, signing};
    use crate::{
        act::{Act, Way},
        event::Event,
        officer::{InvitationPurpose, OfficerEvent, PasskeyEndReason},
        subject::Subject,
    };
    use paso_formats::{moment::Moment, testing::Authenticator};

    fn at(seconds: i64) -> Moment {
        Moment::from_unix(1_790_000_000 + seconds)
    }

    fn act() -> Act {
        Act {
            at: at(0),
            post: "TAL".parse().unwrap(),
            officer: "ADM-1".parse().unwrap(),
            late: None,
        }
    }

    fn invited(way: Way, purpose: InvitationPurpose) -> Event {
        Event::Officer(OfficerEvent::Invited {
            act: act(),
            way,
            purpose,
            link: [1; 32],
            expires: at(60),
        })
    }

    fn added(passkey: &Authenticator, until: Option<Moment>) -> Event {
        Event::Officer(OfficerEvent::PasskeyAdded {
            act: act(),
            link: [1; 32],
            purpose: InvitationPurpose::Enrolment,
            credential: passkey.credential().as_bytes().to_vec(),
            key: passkey.public_key().to_cose(),
            algorithm: passkey.public_key().algorithm().cose(),
            backup_eligible: true,
            backed_up: true,
            from: at(0),
            until,
        })
    }

    fn ended(passkey: &Authenticator, from: i64, compromised: Option<i64>) -> Event {
        Event::Officer(OfficerEvent::PasskeyEnded {
            act: act(),
            way: Way::Page,
            credential: passkey.credential().as_bytes().to_vec(),
            reason: PasskeyEndReason::Lost,
            from: at(from),
            compromised_from: compromised.map(at),
            note: String::new(),
        })
    }

    #[test]
    fn where_an_event_comes_from_says_how_it_is_signed() {
        let passkey = Authenticator::es256(1);
        let enrolment = InvitationPurpose::Enrolment;
        let recovery = InvitationPurpose::Recovery;
        for (event, command) in [
            (invited(Way::Page, enrolment), Some("officer.invite")),
            (
                invited(Way::Page, recovery),
                Some("officer.recover-passkey"),
            ),
            (invited(Way::Console, enrolment), None),
            (added(&passkey, None), None),
            (ended(&passkey, 0, None), Some("officer.end-passkey")),
        ] {
            assert_eq!(origin(&event), command);
            // Nothing is expected that the table does not ask for.
            assert!(command.is_none_or(|command| signing(command) != Signing::Session));
        }
    }

    #[test]
    fn a_passkey_counts_until_the_earliest_of_its_ends() {
        let officer = Subject::Officer("INM-0417".parse().unwrap());
        let other = Subject::Officer("INM-0500".parse().unwrap());
        let [first, second, third] = [1, 2, 3].map(Authenticator::es256);
        let mut passkeys = Passkeys::default();
        for (position, subject, event) in [
            // An end that was carried in before what it ends.
            (1, &officer, ended(&second, 50, None)),
            (2, &officer, added(&first, Some(at(900)))),
            (3, &officer, added(&second, None)),
            // Under the name of a passkey that is somebody's already.
            (4, &other, added(&first, None)),
            (5, &other, added(&third, None)),
            (6, &officer, ended(&first, 700, Some(300))),
        ] {
            passkeys.take(position, subject, &event);
        }
        let told: Vec<_> = passkeys
            .into_passkeys()
            .into_iter()
            .map(|passkey| (passkey.position, passkey.officer, passkey.until))
            .collect();
        let one = "INM-0417".to_owned();
        let expected = [
            (2, one.clone(), Some(at(300))),
            (3, one, Some(at(50))),
            (5, "INM-0500".to_owned(), None),
        ];
        assert_eq!(told, expected);
    }
}
