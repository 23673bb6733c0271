//! Approvals: one form of bytes, every reason to refuse, and what no change survives.

use paso_formats::{
    approval::{
        Act, ActHeader, ActRow, Approval, ApprovalError, Approvals, ApprovalsFile, ExportHeader,
        ExportedRow, FileError, MAX_GIVEN, MAX_ROWS, NONE, NotApprovals, Passkey, Registered,
        write,
    },
    assertion::{AssertionError, CredentialId, Flags},
    cose::CborError,
    entry::{Binding, Class, Content, Minute, StreamHead, StreamId, Unsigned},
    moment::{DAY, Moment},
    testing::{Authenticator, Ceremony},
};
use proptest::prelude::*;

use crate::signers::EdDsa;

const RP_ID: &str = "inm.example";
const ORIGIN: &str = "https://inm.example";

fn now() -> Moment {
    Moment::from_unix(1_790_000_000)
}

/// The register of officers in these tests: number and passkey, counting for ten days.
struct Register(Vec<(&'static str, Authenticator)>);

impl Register {
    fn new() -> Self {
        Self(vec![
            ("INM-0417", Authenticator::es256(1)),
            ("INM-0500", Authenticator::ed25519(2)),
            // Their second passkey.
            ("INM-0417", Authenticator::ed25519(3)),
        ])
    }

    fn verify(&self, approvals: &Approvals) -> Result<usize, ApprovalError> {
        let origins = [ORIGIN.to_owned()];
        let verified = approvals.verify(|name| self.find(name), RP_ID, &origins)?;
        Ok(verified.signers.len())
    }

    fn find(&self, name: &CredentialId) -> Option<Registered<'_>> {
        let mut all = self.0.iter();
        let (officer, passkey) = all.find(|(_, passkey)| passkey.credential() == name)?;
        Some(Registered {
            officer,
            key: passkey.public_key(),
            from: now().plus(-DAY),
            until: Some(now().plus(9 * DAY)),
        })
    }
}

fn header(nonce: u8) -> ActHeader {
    ActHeader {
        authority: "mx-inm".to_owned(),
        command: "card.revoke".to_owned(),
        at: now(),
        post: "TAL".to_owned(),
        officer: "INM-0417".to_owned(),
        nonce: [nonce; 16],
    }
}

fn rows(first: u8) -> Vec<ActRow> {
    let row = |kind: &str, byte| ActRow {
        kind: kind.to_owned(),
        commitment: [byte; 32],
    };
    vec![
        row("card.revoked", first),
        row("post.bundle-published", first ^ 0xff),
    ]
}

fn act(nonce: u8) -> Act {
    Act::new(header(nonce), rows(7)).unwrap()
}

fn given(act: &Act, officer: &str, passkey: &Authenticator) -> Approval {
    Approval {
        officer: officer.to_owned(),
        role: "supervisor".to_owned(),
        at: now().plus(30),
        assertion: passkey.assert(&Ceremony::new(RP_ID, ORIGIN, &act.challenge())),
    }
}

/// Approvals of an act by these, in order, as the register has them.
fn approved(act: &Act, by: &[(&str, &Authenticator)]) -> Approvals {
    let mut approvals = Approvals::of(act.clone());
    for (officer, passkey) in by {
        approvals = approvals.with(given(act, officer, passkey)).unwrap();
    }
    approvals
}

/// An export of two passkeys and two rows.
fn export() -> ApprovalsFile {
    let register = Register::new();
    let leaf = |sequence| {
        let unsigned = Unsigned {
            stream: StreamId::from_random([1; 16]),
            after: Some(StreamHead {
                sequence,
                hash: [3; 32],
            }),
            witnessed: None,
            time: Minute::of(now()),
            content: Content::Event(
                Class::Act,
                Binding {
                    commitment: [7; 32],
                    envelope: [8; 32],
                },
            ),
        };
        unsigned.sign(&EdDsa::new(5)).unwrap()
    };
    let (officer, passkey) = &register.0[0];
    let row = |position, approvals: &[u8]| ExportedRow {
        position,
        kind: "card.revoked".to_owned(),
        command: "card.revoke".to_owned(),
        approvals: approvals.to_vec(),
        leaf: leaf(position),
    };
    let approvals = approved(&act(1), &[(officer, passkey)]).to_cbor();
    ApprovalsFile {
        header: ExportHeader {
            authority: "mx-inm".to_owned(),
            rp_id: RP_ID.to_owned(),
            origins: vec![ORIGIN.to_owned()],
            up_to: 30,
        },
        passkeys: (register.0.iter().zip([None, Some(now())]))
            .map(|((officer, passkey), until)| Passkey {
                position: 3,
                officer: (*officer).to_owned(),
                credential: passkey.credential().clone(),
                key: passkey.public_key().clone(),
                from: now().plus(-DAY),
                until,
            })
            .collect(),
        rows: vec![row(20, &approvals), row(21, NONE)],
    }
}

#[test]
fn an_export_is_read_as_it_was_written_and_no_other() {
    let file = export();
    let bytes = write(&file).unwrap();
    assert_eq!(ApprovalsFile::read(&bytes), Ok(file.clone()));
    for end in 0..bytes.len() {
        let error = ApprovalsFile::read(&bytes[..end]).unwrap_err();
        let torn = matches!(error, FileError::Torn { .. } | FileError::Another);
        assert!(torn, "{end}: {error}");
    }
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(ApprovalsFile::read(&flipped).is_err(), "{bit}");
    }
    let mut out_of_order = file.clone();
    out_of_order.rows.swap(0, 1);
    let out_of_order = write(&out_of_order).unwrap();
    assert_eq!(ApprovalsFile::read(&out_of_order), Err(FileError::Row(4)));
    let mut long = file;
    long.header.authority = "x".repeat(17_000);
    assert!(write(&long).is_err());
}

/// The bytes that a passkey signs never change: other people's programs make them, too.
#[test]
fn the_act_has_one_form() {
    let act = act(0xaa);
    let expected = concat!(
        "88 01 66 6d782d696e6d 6b 636172642e7265766f6b65 1a 6ab13b80 63 54414c",
        "68 494e4d2d30343137 50 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 82",
        "82 6c 636172642e7265766f6b6564 5820",
        "0707070707070707070707070707070707070707070707070707070707070707",
        "82 75 706f73742e62756e646c652d7075626c6973686564 5820",
        "f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8"
    );
    assert_eq!(hex::encode(act.to_cbor()), expected.replace(' ', ""));
    // Made with Python's hashlib from the tag and the bytes above.
    assert_eq!(
        hex::encode(act.challenge()),
        "1b8550d8a0cc8c8fd082e12e85d411845dfa9e8279784ae8eb6dd6bab1fdae7e"
    );
}

#[test]
fn one_officer_or_two_different_ones() {
    let register = Register::new();
    let [(one, first), (two, second), _] = &register.0[..] else {
        unreachable!("three passkeys")
    };
    let act = act(1);
    let alone = approved(&act, &[(one, first)]);
    assert_eq!(register.verify(&alone), Ok(1));
    let both = approved(&act, &[(one, first), (two, second)]);
    assert_eq!(register.verify(&both), Ok(2));
    assert!(both.covers("card.revoked", &[7; 32]));
    assert!(!both.covers("card.issued", &[7; 32]));
    assert!(!both.covers("card.revoked", &[8; 32]));
    for approvals in [alone, both, Approvals::of(act)] {
        let written = approvals.to_cbor();
        assert_eq!(Approvals::read(&written), Ok(Some(approvals)));
    }
    assert_eq!(Approvals::read(NONE), Ok(None));
}

type Case<'a> = (&'a str, Vec<(&'a str, &'a Authenticator)>, ApprovalError);

#[test]
fn each_reason_to_refuse_has_its_name() {
    let mut register = Register::new();
    let own = Authenticator::es256(1);
    let other = Authenticator::ed25519(2);
    let spare = Authenticator::ed25519(3);
    let stranger = Authenticator::es256(9);
    // Two officers whose "two" passkeys are one key under two names.
    let renamed = own.clone().renamed(CredentialId::new(vec![9; 32]).unwrap());
    register.0.push(("INM-0600", renamed.clone()));
    let act = act(1);
    let (one, two) = ("INM-0417", "INM-0500");
    let named = |text: &str| text.to_owned();
    let cases: Vec<Case<'_>> = vec![
        ("nobody", vec![], ApprovalError::Nobody),
        (
            "somebody else first",
            vec![(two, &other), (one, &own)],
            ApprovalError::NotTheActor {
                actor: named(one),
                signer: named(two),
            },
        ),
        (
            "an unknown passkey",
            vec![(one, &stranger)],
            ApprovalError::Unknown(named(one)),
        ),
        (
            "a colleague's passkey",
            vec![(one, &other)],
            ApprovalError::NotTheirs {
                officer: named(one),
                owner: named(two),
            },
        ),
        (
            "one's own passkey under the colleague's number",
            vec![(one, &own), (two, &own)],
            ApprovalError::NotTheirs {
                officer: named(two),
                owner: named(one),
            },
        ),
        (
            "the same officer with two passkeys",
            vec![(one, &own), (one, &spare)],
            ApprovalError::SameOfficer(named(one)),
        ),
        (
            "two officers with one key",
            vec![(one, &own), ("INM-0600", &renamed)],
            ApprovalError::SameKey(named(one), named("INM-0600")),
        ),
    ];
    for (case, by, refusal) in cases {
        let answer = register.verify(&approved(&act, &by));
        assert_eq!(answer, Err(refusal), "{case}");
    }
}

#[test]
fn a_passkey_counts_in_its_window_only() {
    let register = Register::new();
    let (officer, passkey) = &register.0[0];
    let act = act(1);
    for (at, counts) in [
        (now().plus(-DAY - 1), false),
        (now().plus(-DAY), true),
        (now().plus(9 * DAY - 1), true),
        (now().plus(9 * DAY), false),
    ] {
        let approval = Approval {
            at,
            ..given(&act, officer, passkey)
        };
        let approvals = Approvals::of(act.clone()).with(approval).unwrap();
        let expected = if counts {
            Ok(1)
        } else {
            Err(ApprovalError::NotThen((*officer).to_owned()))
        };
        assert_eq!(register.verify(&approvals), expected);
    }
}

#[test]
fn what_the_assertion_lacks_is_told_with_whose_it_is() {
    let register = Register::new();
    let (officer, passkey) = &register.0[0];
    let act = act(1);
    let challenge = act.challenge();
    let asked = Ceremony::new(RP_ID, ORIGIN, &challenge);
    for (asked, error) in [
        (
            Ceremony {
                flags: Flags::USER_PRESENT,
                ..asked
            },
            AssertionError::NotVerified,
        ),
        (
            Ceremony {
                origin: "https://evil.example",
                ..asked
            },
            AssertionError::Origin,
        ),
        (
            Ceremony {
                rp_id: "evil.example",
                ..asked
            },
            AssertionError::RelyingParty,
        ),
    ] {
        let approval = Approval {
            assertion: passkey.assert(&asked),
            ..given(&act, officer, passkey)
        };
        let approvals = Approvals::of(act.clone()).with(approval).unwrap();
        let refusal = ApprovalError::Assertion {
            officer: (*officer).to_owned(),
            error,
        };
        assert_eq!(refusal.code(), error.code());
        assert_eq!(register.verify(&approvals), Err(refusal));
    }
}

#[test]
fn what_is_no_act_is_not_signed_and_not_read() {
    let too_many = vec![rows(1)[0].clone(); MAX_ROWS + 1];
    for rows in [vec![], too_many] {
        assert_eq!(Act::new(header(1), rows), Err(NotApprovals::Count));
    }
    let nameless = ActHeader {
        command: String::new(),
        ..header(1)
    };
    assert_eq!(Act::new(nameless, rows(1)), Err(NotApprovals::Fields));
    let act = act(1);
    let passkey = Authenticator::es256(1);
    let mut approvals = Approvals::of(act.clone());
    for _ in 0..MAX_GIVEN {
        approvals = approvals.with(given(&act, "INM-0417", &passkey)).unwrap();
    }
    let more = approvals.with(given(&act, "INM-0417", &passkey));
    assert_eq!(more, Err(NotApprovals::Count));

    let read = |text: &str| Approvals::read(&hex::decode(text.replace(' ', "")).unwrap());
    let rest = "6161 6162 00 6163 6164 50 00000000000000000000000000000000";
    let row = format!("82 6165 5820{}", "00".repeat(32));
    assert!(read(&format!("82 88 01 {rest} 81{row} 80")).is_ok());
    for (text, error) in [
        (String::new(), NotApprovals::Cbor(CborError::Truncated)),
        ("a0".to_owned(), NotApprovals::Fields),
        ("8000".to_owned(), NotApprovals::Cbor(CborError::Trailing)),
        (
            "9800".to_owned(),
            NotApprovals::Cbor(CborError::NotCanonical),
        ),
        ("81 80".to_owned(), NotApprovals::Fields),
        (
            format!("82 88 02 {rest} 81{row} 80"),
            NotApprovals::Version(2),
        ),
        (format!("82 88 20 {rest} 81{row} 80"), NotApprovals::Fields),
        (format!("82 87 01 {rest} 80"), NotApprovals::Fields),
        (format!("82 88 01 {rest} 80 80"), NotApprovals::Count),
        (
            format!("82 88 01 {rest} 81{row} 81f6"),
            NotApprovals::Fields,
        ),
        (
            format!("82 88 01 {rest} 81{row} 89{}", "f6".repeat(9)),
            NotApprovals::Count,
        ),
        (
            format!("83 88 01 {rest} 81{row} 80 00"),
            NotApprovals::Fields,
        ),
        // A year that cannot be shown would be read as another.
        (
            format!(
                "82 88 01 6161 6162 1bffffffffffffffff 6163 6164 50{} 81{row} 80",
                "00".repeat(16)
            ),
            NotApprovals::Fields,
        ),
    ] {
        assert_eq!(read(&text), Err(error), "{text}");
    }
}

proptest! {
    /// Of what is signed, no bit can be another: not read any more, or refused. What the authority
    /// writes beside it, role and time, is bound by the row's leaf and not by the passkey.
    #[test]
    fn any_flipped_bit_is_refused(seed: u8, two: bool, at: prop::sample::Index) {
        let register = Register::new();
        let act = act(seed);
        let (one, first) = &register.0[0];
        let (other, second) = &register.0[1];
        let by: &[(&str, &Authenticator)] = if two {
            &[(one, first), (other, second)]
        } else {
            &[(one, first)]
        };
        let approvals = approved(&act, by);
        let mut written = approvals.to_cbor();
        let bit = at.index(written.len() * 8);
        written[bit / 8] ^= 1 << (bit % 8);
        if let Ok(Some(changed)) = Approvals::read(&written) {
            prop_assert_eq!(changed.to_cbor(), written);
            if register.verify(&changed).is_ok() {
                prop_assert_eq!(changed.act(), approvals.act());
                for (changed, given) in changed.given().iter().zip(approvals.given()) {
                    prop_assert_eq!(&changed.officer, &given.officer);
                    prop_assert_eq!(&changed.assertion, &given.assertion);
                }
            }
        }
    }

    /// Whatever differs between two acts, an approval of one is none of the other.
    #[test]
    fn no_approval_moves_to_another_act(field in 0_u8..8, two: bool) {
        let register = Register::new();
        let (one, first) = &register.0[0];
        let (other, second) = &register.0[1];
        let act = act(1);
        let mut header = header(1);
        let mut rows = rows(7);
        match field {
            0 => header.nonce[15] ^= 1,
            1 => header.command = "card.refuse".to_owned(),
            2 => header.at = header.at.plus(1),
            3 => header.post = "HUI".to_owned(),
            4 => header.authority = "gt-igm".to_owned(),
            5 => rows.swap(0, 1),
            6 => rows[1].commitment[0] ^= 1,
            _ => rows.truncate(1),
        }
        let another = Act::new(header, rows).unwrap();
        prop_assert_ne!(act.challenge(), another.challenge());
        let mine = given(&act, one, first);
        let theirs = if two { given(&another, other, second) } else { given(&act, other, second) };
        let mixed = |act: &Act, approvals: [&Approval; 2]| {
            let approvals = approvals.into_iter().cloned();
            let all = approvals.fold(Approvals::of(act.clone()), |all, one| all.with(one).unwrap());
            register.verify(&all)
        };
        prop_assert_eq!(mixed(&act, [&mine, &theirs]).is_ok(), !two);
        prop_assert!(mixed(&another, [&mine, &theirs]).is_err());
    }
}
