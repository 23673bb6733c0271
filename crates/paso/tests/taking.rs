//! A report of people taken, from the roadside to the authority's signed word: told at the overseer's,
//! asked for, matched with an opening, answered over HTTP, and held by the overseer.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use paso_domain::{id::EpisodeId, policy::Role};
use paso_formats::{
    moment::MINUTE,
    taking::{Answer, Says},
};
use paso_listen::{Limits, serve};
use paso_pages::Texts;
use paso_service::{
    Officer, ServiceError,
    approval::{Prepared, Signed},
    custody::{OpeningForm, Overseer, OverseerError, TakingAnswer},
    testing::{House, may, officer, ombudsman},
};
use paso_store::testing::Engine;
use paso_tlog::{checkpoint::Origin, note::Verify, policy::Policy, witness::Log};
use paso_veedor::{
    clock::Clock,
    config::Config,
    disk::Disk,
    key::Key,
    server::{self, Shared},
    taking::{Takings, store::Store},
    token::Token,
    witness::Witness,
};
use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use zeroize::Zeroizing;

const TOKEN: &str = "the-token-of-the-authorities-here";

/// Told three hours after ten in the morning in Chiapas, of ten.
const NOON: u64 = 1_404_842_400;

const FORM: &str = "accion=contar&estado=MX-CHP&lugar=Ret%C3%A9n+El+Ejemplo&fecha-dia=8&fecha-mes=7&\
     fecha-anio=2014&hora=10%3A00&personas=3&unidad=&vehiculo=autob%C3%BAs&relato=";

/// An overseer that takes reports about the authority of this log; its address.
async fn overseer(dir: &Path, log: Log) -> String {
    let path = dir.join("token");
    std::fs::write(&path, TOKEN).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::create_dir(dir.join("logs")).unwrap();
    let config = Config::parse(&format!(
        "name = \"veedor.example/1\"\nlisten = \"127.0.0.1:0\"\n[[log]]\nvkeys = [\"{}\"]\n",
        log.keys[0]
    ));
    let clock = Clock::Set(AtomicU64::new(NOON));
    let key = Key::from_seed(&[3; 32]);
    let witness = Witness::open(
        &dir.join("logs"),
        &Disk::reliable(),
        config.unwrap(),
        key,
        clock,
    );
    let router = server::router(Shared {
        witness: Arc::new(witness.unwrap()),
        mirrors: Arc::new([]),
        policy: Arc::new(Policy::parse(b"quorum none\n").unwrap()),
        token: None,
        takings: Some(Arc::new(Takings {
            store: Store::open(&dir.join("takings.db")).await.unwrap(),
            key: ombudsman().sealing_key().clone(),
            hours: 24,
            token: Token::load(&path).unwrap(),
            authorities: vec![("mx-test".to_owned(), vec![log])],
        })),
        summary: dir.join("custody.json"),
        texts: Arc::new(Texts::built_in().unwrap()),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let never = core::future::pending();
    tokio::spawn(serve(listener, None, Limits::default(), router, never));
    format!("http://{address}")
}

/// Somebody tells of three people who were taken.
async fn tell(base: &str) {
    let host = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let kind = "content-type: application/x-www-form-urlencoded";
    let request = format!(
        "POST /taking HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{kind}\r\ncontent-length: {}\r\n\r\n{FORM}",
        FORM.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Three people are counted in at ten.
async fn counted(house: &House) -> Vec<EpisodeId> {
    let keeps = Officer {
        number: "INM-0701".parse().unwrap(),
        ..officer(Role::Custody)
    };
    let hand = house.hand(keeps, 1).await;
    let form = OpeningForm {
        count: 3,
        taken_at: house.clock().now().plus(-20 * MINUTE),
        taken_where: "Retén El Ejemplo".into(),
        vehicle: "autobús".into(),
        unit: "Grupo de prueba".into(),
        ordered_by: String::new(),
        basis: "Revisión".into(),
        reason: "Sin documento".into(),
    };
    let opened = house
        .open_custody(&may(&hand.officer), &form)
        .await
        .unwrap();
    let Prepared::ToSign(id) = opened.prepared else {
        panic!("opened without a signature")
    };
    let options = house.signing_options(&hand.officer, &id).await.unwrap();
    let signed = house.sign(&hand.officer, &id, &hand.answer(&options)).await;
    assert!(matches!(signed, Ok(Signed::Done { .. })));
    opened.episodes
}

#[tokio::test]
async fn a_report_is_matched_with_an_opening_and_answered() {
    let house = House::on(Engine::Sqlite).await;
    let log = house.log().await;
    log.step().await.unwrap();
    let heads = log.heads().await.unwrap();
    let follows = Log {
        origin: Origin::new(&heads[0].origin).unwrap(),
        keys: vec![heads[0].vkey.parse().unwrap()],
    };
    let dir = tempfile::tempdir().unwrap();
    let base = overseer(dir.path(), follows.clone()).await;
    let people = counted(&house).await;
    tell(&base).await;

    let asks = Overseer::at(&base).unwrap();
    let stranger = asks
        .pending(&Zeroizing::new("another".into()), "mx-test")
        .await;
    assert!(matches!(stranger, Err(OverseerError::NotLetIn(_))));
    let token = Zeroizing::new(format!("{TOKEN}\n"));
    assert_eq!(asks.pending(&token, "gt-test").await.unwrap(), []);
    let waiting = asks.pending(&token, "mx-test").await.unwrap();
    let [report] = &waiting[..] else {
        panic!("{waiting:?}")
    };
    assert_eq!(
        (report.people, report.place.as_str()),
        (3, "Retén El Ejemplo")
    );

    // The opening of that hour, and no other; no name of anybody.
    let supervisor = officer(Role::Supervisor);
    let permit = may(&supervisor);
    let found = house.openings_around(&permit, report.taken).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].opening.count, found[0].post),
        (3, supervisor.post)
    );
    let later = report.taken.plus(5 * 24 * 3600);
    assert_eq!(house.openings_around(&permit, later).await.unwrap(), []);

    let told = |says, operations: &[_], episodes: &[EpisodeId]| TakingAnswer {
        folio: report.folio,
        says,
        operations: operations.to_vec(),
        episodes: episodes.to_vec(),
    };
    let operation = found[0].operation;
    let nobody = paso_domain::id::OperationId::from_random([9; 16]);
    for wrong in [
        told(Says::Opened, &[], &[]),
        told(Says::NotOurs, &[operation], &[]),
        told(Says::Opened, &[nobody], &[]),
    ] {
        let refused = house.answer_taking(&permit, &log, &wrong).await;
        assert!(
            matches!(refused, Err(ServiceError::BadRequest { .. })),
            "{wrong:?}"
        );
    }
    let answer = told(Says::Opened, &[operation], &people[..1]);
    let signed = house.answer_taking(&permit, &log, &answer).await.unwrap();
    let keys: Vec<&dyn Verify> = follows.keys.iter().map(|key| key as &dyn Verify).collect();
    let read = Answer::open(&signed, &keys).unwrap();
    assert_eq!((read.groups.len(), read.episodes.len()), (1, 1));
    let handle = format!("{:032x}", u128::from_be_bytes(read.episodes[0]));
    assert_ne!(handle, people[0].to_string(), "not the name it has here");

    let mut torn = signed.clone();
    let at = torn.len() - 4;
    torn[at] = if torn[at] == b'A' { b'B' } else { b'A' };
    assert!(matches!(asks.give(torn).await, Err(OverseerError::Said(_))));
    assert_eq!(
        asks.give(signed.clone()).await.unwrap(),
        "the answer is kept"
    );
    let again = asks.give(signed).await.unwrap();
    assert_eq!(again, "this very answer was given before");
    assert_eq!(asks.pending(&token, "mx-test").await.unwrap(), []);
}
