//! A register in which people really signed, audited as the office does it and as a stranger does:
//! what is in order is counted, and signatures that somebody changed afterwards are named.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here fails the test"
)]

mod common;

use common::{Site, command, said};
use paso_domain::{card::RefusalGround, policy::Role, subject::Subject};
use paso_service::{
    Service, ServiceError,
    approval::{Prepared, ProposalId, Signed},
    desk::RefusalForm,
    testing::{HOST, Hand, House, application, may, officer},
};
use paso_store::testing::Engine;
use serde_json::Value;
use sqlx::Connection as _;
use std::{fs, path::Path, process::Output};

/// A data directory with a refusal that the desk signed, and a recovery of the desk's passkey that
/// an administrator and a supervisor signed; and where the two stand in the journal.
struct Ground {
    site: Site,
    refusal: u64,
    recovery: u64,
}

fn to_sign(prepared: Prepared) -> ProposalId {
    match prepared {
        Prepared::ToSign(id) => id,
        Prepared::Done => panic!("it was done without a signature"),
    }
}

async fn sign(house: &House, hand: &Hand, id: &ProposalId) -> Result<Signed, ServiceError> {
    let options = house.signing_options(&hand.officer, id).await?;
    house.sign(&hand.officer, id, &hand.answer(&options)).await
}

/// The position of a subject's newest row, which must be signed.
async fn newest(house: &House, subject: &Subject) -> u64 {
    let rows = house.journal_of(subject).await;
    let row = rows.last().unwrap();
    assert_ne!(row.approvals, paso_formats::approval::NONE);
    row.position
}

async fn ground() -> Ground {
    let house = House::on(Engine::Sqlite).await;
    let desk = house.hand(officer(Role::Desk), 1).await;
    let supervisor = house.hand(officer(Role::Supervisor), 2).await;
    let administrator = house.hand(officer(Role::Administrator), 3).await;

    let form = RefusalForm {
        ground: RefusalGround::IdentityNotShown,
        reasons: "El retrato es de otra persona.".into(),
        remedy: "Volver con su propio documento.".into(),
    };
    // The service's own: a house has a shorter way, without the signature.
    let service: &Service = &house;
    let permit = may(&desk.officer);
    let refused = service.refuse(&permit, &application(), form).await;
    let (refused, prepared) = refused.unwrap();
    let signed = sign(&house, &desk, &to_sign(prepared)).await.unwrap();
    assert!(matches!(signed, Signed::Done { .. }));
    let refusal = newest(&house, &Subject::Application(refused)).await;

    let permit = may(&administrator.officer);
    let prepared = house.recover_passkey(&permit, &desk.officer.number).await;
    let id = to_sign(prepared.unwrap());
    let first = sign(&house, &administrator, &id).await.unwrap();
    assert!(matches!(first, Signed::Waiting));
    let second = sign(&house, &supervisor, &id).await.unwrap();
    assert!(matches!(second, Signed::Done { .. }));
    let recovery = newest(&house, &Subject::Officer(desk.officer.number.clone())).await;

    house.stop().await;
    let site = Site::empty();
    let made = site.init_with(&[&format!("--host={HOST}")]);
    assert!(made.status.success(), "{}", said(&made));
    for (from, to) in [("main.db", "journal.db"), ("keys.db", "keys.db")] {
        fs::copy(house.directory().join(from), site.dir().join(to)).unwrap();
    }
    Ground {
        site,
        refusal,
        recovery,
    }
}

/// What `paso audit approvals` says, after what a stranger says of its export was held against it.
fn audited(site: &Site, export: &str) -> (Output, Value) {
    let file = site.beside(export);
    let file = file.to_str().unwrap();
    let office = site.paso(&["audit", "approvals", "--json", "--export", file]);
    let nowhere = site.beside("nowhere");
    let mut stranger = command(&nowhere, &["verify", "approvals", file, "--json"]);
    let stranger = stranger.output().unwrap();
    assert_eq!(
        (office.status.code(), &office.stdout),
        (stranger.status.code(), &stranger.stdout),
        "{} {}",
        said(&office),
        said(&stranger)
    );
    let told =
        serde_json::from_slice(&office.stdout).unwrap_or_else(|_| panic!("{}", said(&office)));
    (office, told)
}

/// What is said of one command.
fn of<'a>(told: &'a Value, command: &str) -> &'a Value {
    let lines = told["commands"].as_array().unwrap();
    let line = lines.iter().find(|line| line["command"] == command);
    line.unwrap_or_else(|| panic!("{command}: {told}"))
}

/// Whoever has the database's password.
async fn alter(dir: &Path, script: &str) {
    let url = format!("sqlite://{}", dir.join("journal.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let script = sqlx::AssertSqlSafe(script.to_owned());
    let done = sqlx::query(script).execute(&mut connection).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    connection.close().await.unwrap();
}

#[tokio::test]
async fn acts_that_were_signed_are_counted_by_how_many_signed() {
    let ground = ground().await;
    let (office, told) = audited(&ground.site, "all.approvals");
    assert_eq!(office.status.code(), Some(0), "{}", said(&office));
    assert_eq!(
        (&told["clean"], &told["rp_id"]),
        (&true.into(), &HOST.into())
    );
    assert_eq!(told["passkeys"], 3);
    let line = |command: &str| {
        let line = of(&told, command);
        [
            &line["acts"],
            &line["by_one"],
            &line["by_two"],
            &line["faults"],
        ]
        .map(Value::as_u64)
    };
    assert_eq!(line("card.refuse"), [Some(1), Some(1), Some(0), Some(0)]);
    assert_eq!(
        line("officer.recover-passkey"),
        [Some(1), Some(0), Some(1), Some(0)]
    );
}

#[tokio::test]
async fn a_row_whose_signatures_were_changed_is_named() {
    let ground = ground().await;
    let (refusal, recovery) = (ground.refusal, ground.recovery);
    let good = ground.site.dir().join("journal.db");
    let kept = ground.site.beside("kept.db");
    fs::copy(&good, &kept).unwrap();
    let other = format!("(SELECT approvals FROM journal WHERE position = {recovery})");
    for (name, row, approvals, command, code) in [
        (
            "taken away",
            recovery,
            "x'80'",
            "officer.recover-passkey",
            "signature-missing",
        ),
        (
            "another act's",
            refusal,
            &*other,
            "officer.recover-passkey",
            "approvals-moved",
        ),
        (
            "damaged",
            refusal,
            "substr(approvals, 1, 40)",
            "card.refuse",
            "approvals-unreadable",
        ),
    ] {
        alter(
            &ground.site.dir(),
            &format!("UPDATE journal SET approvals = {approvals} WHERE position = {row}"),
        )
        .await;
        let (office, told) = audited(&ground.site, &format!("{name}.approvals"));
        assert_eq!(office.status.code(), Some(1), "{name}: {}", said(&office));
        let found = of(&told, command)["found"].as_array().unwrap();
        let named = found
            .iter()
            .any(|found| found["position"] == row && found["code"] == code);
        assert!(named, "{name}: {told}");
        // The device's signature is over the approvals, too.
        let entries = ground
            .site
            .paso(&["audit", "journal", "entries", "--lang=en"]);
        assert_eq!(entries.status.code(), Some(1), "{name}: {}", said(&entries));
        let said = said(&entries);
        assert!(said.contains("envelope-differs (1)"), "{name}: {said}");
        fs::copy(&kept, &good).unwrap();
    }
    let (office, _) = audited(&ground.site, "again.approvals");
    assert_eq!(office.status.code(), Some(0), "{}", said(&office));
}
