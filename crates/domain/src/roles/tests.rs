//! What is shipped, what a file may not say, and what an installation may not add.

use super::*;
use crate::policy::{Power, Role};

const SHIPPED: &str = include_str!("../../../../programs/roles.toml");

/// The table a lawyer reads, in the shortest form: one line a power, and who has it.
#[test]
fn the_table_of_powers() {
    let policy = Roles::shipped().unwrap().policy();
    let mut table = Vec::new();
    for power in Power::ALL {
        let who: Vec<_> = Role::ALL
            .iter()
            .filter(|role| policy.allows(**role, power))
            .map(|role| role.code())
            .collect();
        table.push(format!("{:<22} {}", power.code(), who.join(", ")));
    }
    insta::assert_snapshot!(table.join("\n"));
}

/// Every body of facts G is there, with roles or with the reason why it has none yet.
#[test]
fn every_body_has_roles_or_a_reason() {
    let roles = Roles::shipped().unwrap();
    let codes: Vec<_> = roles.bodies().iter().map(|b| b.code.as_str()).collect();
    assert_eq!(codes.len(), 24);
    for body in roles.bodies() {
        assert_eq!(
            body.roles.is_empty(),
            body.awaits.is_some(),
            "{}",
            body.code
        );
        assert!(body.fact.starts_with("G: "), "{}", body.code);
        for purpose in &body.roles {
            // No source tells who may do what: each grant says so, or names the law it rests on.
            assert!(
                ["INFERENCE", "[D12]", "[C5]"]
                    .iter()
                    .any(|named| purpose.source.contains(named)),
                "{}",
                purpose.role
            );
        }
    }
    for role in Role::ALL {
        assert!(roles.purpose(role).is_some(), "{role}");
    }
}

/// The file with one role's powers put in the place of what it has.
fn given(role: &str, may: &str) -> String {
    let at = SHIPPED.find(&format!("code = \"{role}\"\n")).unwrap();
    let from = at + SHIPPED[at..].find("may = [").unwrap();
    let to = from + SHIPPED[from..].find(']').unwrap() + 1;
    format!("{}may = [{may}]{}", &SHIPPED[..from], &SHIPPED[to..])
}

#[test]
fn no_file_breaks_a_rule_of_the_firewall() {
    let all = Power::ALL
        .iter()
        .map(|power| format!("\"{}\"", power.code()))
        .collect::<Vec<_>>()
        .join(", ");
    let cases: [(&str, &str, Rule); 26] = [
        (
            "desk",
            r#""application.decide", "card.revoke""#,
            Rule::IssuerRevokes,
        ),
        ("desk", r#""claim.record""#, Rule::EnforcementProtected),
        (
            "checkpoint",
            r#""claim.record""#,
            Rule::EnforcementProtected,
        ),
        (
            "supervisor",
            r#""claim.record""#,
            Rule::EnforcementProtected,
        ),
        ("police", r#""claim.record""#, Rule::EnforcementProtected),
        ("refuge", r#""consulate.notify""#, Rule::ProtectorEnforces),
        ("refuge", r#""card.revoke""#, Rule::ProtectorEnforces),
        ("ombudsman", r#""erasure.propose""#, Rule::OverseerWrites),
        ("ombudsman", r#""card.revoke""#, Rule::OverseerWrites),
        ("ombudsman", r#""claim.record""#, Rule::OverseerWrites),
        ("statistics", r#""figures.read""#, Rule::StatisticsOfPersons),
        ("statistics", r#""person.find""#, Rule::StatisticsOfPersons),
        ("statistics", r#""acts.read""#, Rule::StatisticsOfPersons),
        ("administrator", r#""card.read""#, Rule::AdministratorReads),
        (
            "administrator",
            r#""person.find""#,
            Rule::AdministratorReads,
        ),
        (
            "administrator",
            r#""protection-flag.read""#,
            Rule::AdministratorReads,
        ),
        (
            "transparency",
            r#""erasure.propose", "erasure.approve""#,
            Rule::ErasureAlone,
        ),
        ("consulate-gt", r#""card.read""#, Rule::ForeignClaimant),
        ("consulate-gt", r#""person.find""#, Rule::ForeignClaimant),
        (
            "consulate-gt",
            r#""protection-flag.read""#,
            Rule::ForeignClaimant,
        ),
        ("consulate-gt", r#""claim.record""#, Rule::ForeignClaimant),
        (
            "consulate-hn",
            r#""consulate.notify""#,
            Rule::ForeignClaimant,
        ),
        (
            "consulate-gt",
            r#""aggregates.read""#,
            Rule::NoticesAreForConsulates,
        ),
        ("desk", r#""notices.read""#, Rule::NoticesAreForConsulates),
        ("refuge", r#""notices.read""#, Rule::NoticesAreForConsulates),
        ("inspector", &all, Rule::NoticesAreForConsulates),
    ];
    for (role, may, rule) in cases {
        match Roles::parse(&given(role, may)) {
            Err(RolesError::Forbidden {
                role: of,
                rule: broken,
                ..
            }) => {
                assert_eq!((of.code(), broken), (role, rule), "{may}");
            }
            other => assert!(other.is_err(), "{role} with {may} was taken"),
        }
    }
    let said = Roles::parse(&given("ombudsman", r#""card.revoke""#)).unwrap_err();
    assert_eq!(
        said.to_string(),
        "file of roles, role ombudsman: power card.revoke breaks a rule that no file can change: \
         the ombudsman writes in no register; agreeing to an erasure is the one exception"
    );
}

/// A consulate of one state called that of another would read the other's notices.
#[test]
fn a_consulate_cannot_change_its_state() {
    let text = SHIPPED.replacen(
        "code = \"CONSUL-GT\"\nstate = \"GTM\"",
        "code = \"CONSUL-GT\"\nstate = \"HND\"",
        1,
    );
    assert!(matches!(
        Roles::parse(&text),
        Err(RolesError::Forbidden {
            role: Role::ConsulateGt,
            rule: Rule::OtherStatesConsulate,
            ..
        })
    ));
}

/// Which power leads where is code; none leads from a card or a person to a place of checks.
#[test]
fn no_power_leads_to_the_places_of_checks() {
    for power in Power::ALL {
        let touched = touch(power);
        let of_checks = touched.record == Record::Encounter;
        assert!(
            !(of_checks && matches!(touched.by, By::Person | By::Card)),
            "{power}"
        );
    }
    // What no register keeps yet, nobody can open.
    for record in [Record::ChildCase, Record::Report] {
        assert!(
            Power::ALL
                .iter()
                .all(|power| touch(*power).record != record)
        );
    }
}

#[test]
fn an_installation_may_only_take_away() {
    let roles = || Roles::shipped().unwrap();
    let narrowed = roles()
        .narrowed("[may]\ndesk = [\"card.read\"]\npolice = []\n")
        .unwrap();
    let policy = narrowed.policy();
    assert!(policy.allows(Role::Desk, Power::ReadCard));
    assert!(!policy.allows(Role::Desk, Power::DecideApplication));
    assert!(!policy.allows(Role::Police, Power::CheckCard));
    assert!(policy.allows(Role::Checkpoint, Power::CheckCard));
    for role in Role::ALL {
        for power in Power::ALL {
            assert!(!policy.allows(role, power) || roles().policy().allows(role, power));
        }
    }
    let widens = roles().narrowed("[may]\npolice = [\"card.check\", \"card.read\"]\n");
    assert_eq!(
        widens,
        Err(RolesError::Widens {
            role: Role::Police,
            power: Power::ReadCard
        })
    );
    for wrong in [
        "[may]\nking = []\n",
        "[may]\ndesk = [\"everything\"]\n",
        "[may]\ndesk = [\"card.read\", \"card.read\"]\n",
        "desk = []\n",
        "[[body]]\n",
        "[",
    ] {
        assert!(roles().narrowed(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_file_that_leaves_something_out_is_named() {
    let cut = |from: &str, to: &str| Roles::parse(&SHIPPED.replacen(from, to, 1)).unwrap_err();
    for (from, to, said) in [
        ("code = \"police\"", "code = \"guard\"", "role guard"),
        (
            "code = \"police\"",
            "code = \"desk\"",
            "role desk: stands twice",
        ),
        (
            "\"card.revoke\" = { es",
            "\"card.destroy\" = { es",
            "power card.destroy",
        ),
        (
            "\"acts\" = { es = \"Lista",
            "\"acts\" = { es = \"\" , en = \"\" }\n#",
            "has no words",
        ),
        (
            "source = \"D.4 [D12]; C.1",
            "source = \" \"\n#",
            "names no source",
        ),
        (
            "fact = \"G: issues the card",
            "fact = \" \"\n#",
            "names no fact",
        ),
        ("awaits = {", "other = {", "unknown field"),
        ("state = \"BLZ\"", "state = \"Belize\"", "body CONSUL-BZ"),
    ] {
        let error = cut(from, to).to_string();
        assert!(error.contains(said), "{error}");
    }
}
