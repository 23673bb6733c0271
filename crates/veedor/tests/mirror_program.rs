//! `veedor` beside a hub: pulls over HTTP, answers for a hub that is gone, exports what brings it back,
//! and opens statements with a key that the server never sees.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "support/mod.rs"]
mod support;

use paso_formats::{
    entry::Entry,
    handle::ShortHandle,
    moment::{DAY, Moment},
    receipt::{Code, Commitment},
    statement::{Kind, SealingKey, Statement},
    taking::{Answer, Says},
};
use paso_tlog::{
    checkpoint::{Head, SignedCheckpoint},
    hash::leaf_hash,
    proof::verify_inclusion,
    proof_file::ProofFile,
    tile::{Kind as TileKind, Reader, TilePath, partial_tiles, tiles},
};
use paso_veedor::{clock::Clock, key::Key};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use support::hub::{CODE, Device, FakeHub, Ledger, ORIGIN, TOKEN, anchor, log_signer, vkey};

fn veedor(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_veedor"));
    command.env_clear().arg("--dir").arg(dir);
    command
}

/// Exit code, standard output and standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let done = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = done.status.code().unwrap();
    (code, text(done.stdout), text(done.stderr))
}

/// A running `veedor serve`, ended with the test.
struct Serving(Child, SocketAddr);

impl Serving {
    fn start(dir: &Path) -> Self {
        let mut child = veedor(dir)
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("ready http://")
            .unwrap()
            .parse()
            .unwrap();
        Self(child, address)
    }

    fn whole(&self, method: &str, path: &str, more: &str, body: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.1).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{more}content-length: {}\r\n\r\n",
            self.1,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn answer(mut bytes: Vec<u8>) -> (u16, Vec<u8>) {
        let at = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
        let status = core::str::from_utf8(&bytes[9..12])
            .unwrap()
            .parse()
            .unwrap();
        (status, bytes.split_off(at + 4))
    }

    fn get(&self, path: &str, token: Option<&str>) -> (u16, Vec<u8>) {
        let bearer = token.map_or_else(String::new, |token| {
            format!("authorization: Bearer {token}\r\n")
        });
        Self::answer(self.whole("GET", path, &bearer, b""))
    }

    fn post(&self, path: &str, form: &[u8]) -> (u16, Vec<u8>) {
        let kind = "content-type: application/x-www-form-urlencoded\r\n";
        Self::answer(self.whole("POST", path, kind, form))
    }

    fn note(&self) -> Option<SignedCheckpoint> {
        let (status, note) = self.get(&format!("/mirror/{CODE}/2026/checkpoint"), None);
        (status == 200).then(|| SignedCheckpoint::parse(&note).unwrap())
    }

    /// Waits until the mirror holds so many places.
    async fn holds(&self, size: u64) {
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(50));
        loop {
            ticks.tick().await;
            if self
                .note()
                .is_some_and(|note| note.unverified().head().size == size)
            {
                return;
            }
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Reports of people taken at a data directory, sealed to this key.
fn take_reports(dir: &Path, sealing: &SealingKey) {
    let path = dir.join("veedor.toml");
    let settings = fs::read_to_string(&path).unwrap();
    let head = "address = \"https://veedor.example\"\n";
    let taking = format!("\n[taking]\nstatement_key = \"{sealing}\"\n");
    fs::write(path, format!("{head}{settings}{taking}")).unwrap();
}

/// A data directory of a veedor that mirrors the hub at this address.
fn init(dir: &Path, hub: SocketAddr) {
    let log = vkey(ORIGIN).to_string();
    // An authority signs the logs of all years with one key, under their names.
    let next = vkey("log.inm.example/2027").to_string();
    let (code, _, error) = run(veedor(dir)
        .args([
            "init",
            "--name",
            "veedor.example/1",
            "--listen",
            "127.0.0.1:0",
        ])
        .args(["--log", &log, "--log", &next]));
    assert_eq!(code, 0, "{error}");
    let write = |name: &str, text: &str, mode| {
        fs::write(dir.join(name), text).unwrap();
        fs::set_permissions(dir.join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    write("inm.anchor", &anchor().to_string(), 0o644);
    write("inm.token", TOKEN, 0o600);
    let settings = fs::read_to_string(dir.join("veedor.toml")).unwrap();
    let settings = settings.replace("every_seconds = 5", "every_seconds = 1")
        + &format!(
            "\n[[authority]]\ncode = \"{CODE}\"\nurl = \"http://mx.localhost:{}\"\ntoken = \"inm.token\"\nanchor = \"inm.anchor\"\n",
            hub.port()
        );
    write("veedor.toml", &settings, 0o644);
}

fn key(dir: &Path) -> (PathBuf, SealingKey) {
    let path = dir.join("statement.key");
    let (code, said, error) = run(veedor(dir).arg("statement-key").arg("-o").arg(&path));
    assert_eq!(code, 0, "{error}");
    let key = said.lines().last().unwrap().trim().parse().unwrap();
    (path, key)
}

fn receipt() -> Code {
    Code::from_random([1, 2, 3, 4])
}

/// A hub that is gone with all it held, and the veedor that mirrored it.
struct Scene {
    temp: tempfile::TempDir,
    dir: PathBuf,
    key: PathBuf,
    lost: Ledger,
    serving: Serving,
}

impl Scene {
    async fn play() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("veedor");
        let hub = FakeHub::new(&[1]);
        let (address, serving_hub) = hub.serve().await;
        init(&dir, address);
        let (key, sealing) = key(temp.path());
        take_reports(&dir, &sealing);
        let statement = Statement {
            episode: [7; 16],
            group: None,
            place: "EM-TAP-1".parse().unwrap(),
            kind: Kind::Opened,
            at: Moment::from_unix(1_790_000_000),
            due: Some(Moment::from_unix(1_790_129_600)),
        };
        let mut one = Device::new(1);
        hub.log(|log| {
            (1..300).for_each(|_| log.push(one.heartbeat()));
            log.push(one.act(&format!("receipt:{}", receipt()), "receipt.given", b""));
            let sealed = statement.seal(&sealing, &[9; 32]).unwrap();
            log.push(one.custody("custody:1", &sealed));
        });
        let (checked, said, error) = run(veedor(&dir).arg("check-config"));
        assert_eq!(checked, 0, "{error}");
        for word in [
            "mirror   MX-INM from http://",
            "every 1 seconds",
            "root",
            "bundle of its hub",
        ] {
            assert!(said.contains(word), "{word}: {said}");
        }
        let serving = Serving::start(&dir);
        serving.holds(302).await;
        serving_hub.abort();
        let lost = hub.log(|log| log.clone());
        hub.lock().logs.clear();
        Self {
            temp,
            dir,
            key,
            lost,
            serving,
        }
    }

    fn head(&self) -> Head {
        let note = self.serving.note().unwrap();
        note.verify(&[&vkey(ORIGIN)]).unwrap();
        note.unverified().head()
    }

    fn token(&self) -> String {
        let token = fs::read_to_string(self.dir.join("mirror.token")).unwrap();
        token.trim().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_is_killed_and_its_disk_lost_and_the_mirror_still_answers() {
    let scene = Scene::play().await;
    tiles_lead_to_the_signed_root_and_vouch_for_every_entry(&scene);
    a_receipt_is_proven_by_its_code_as_it_was_read_aloud(&scene);
    the_rows_are_those_that_the_hub_gave(&scene);
    a_file_to_recover_from_is_written_beside_the_server(&scene);
    statements_open_with_the_key_that_lies_elsewhere(&scene);
    custody_is_drawn_from_them_and_only_totals_are_published(&scene);
    reports_of_people_taken_are_worked_with_by_hand(&scene);
    browsers_are_told_to_insist_on_tls(&scene);
    a_count_is_a_note_signed_by_this_witness(&scene);
    the_board_says_so_in_both_languages(&scene);
}

fn tiles_lead_to_the_signed_root_and_vouch_for_every_entry(scene: &Scene) {
    let (head, own) = (scene.head(), scene.token());
    let tile = |path: &_, token| {
        let path = format!("/mirror/{CODE}/2026/{path}");
        scene.serving.get(&path, token)
    };
    let partial: Vec<_> = partial_tiles(head.size)
        .map(|path| tile(&path, None).1)
        .collect();
    let mut reader = Reader::open(head.size, &head.root, &partial).unwrap();
    for path in tiles(TileKind::Hashes { level: 0 }, head.size).filter(TilePath::is_full) {
        reader.add(&path, &tile(&path, None).1).unwrap();
    }
    for path in tiles(TileKind::Entries, head.size) {
        assert_eq!(
            tile(&path, None).0,
            404,
            "entries are for whoever has the token"
        );
        assert_eq!(
            tile(&path, Some(TOKEN)).0,
            404,
            "the hub's token opens nothing here"
        );
        reader.entries(&path, &tile(&path, Some(&own)).1).unwrap();
    }
}

fn a_receipt_is_proven_by_its_code_as_it_was_read_aloud(scene: &Scene) {
    let spoken = receipt().to_string().to_lowercase().replace('-', "%20");
    let leaf = scene.lost.places[300].place().leaf();
    let commitment = Commitment(Entry::read(&leaf).unwrap().commitment());
    let get = |path: &str| {
        scene
            .serving
            .get(&format!("/mirror/{CODE}/proof/{path}"), None)
    };
    let guessed = Commitment([1; 32]);
    for nothing in [
        spoken.clone(),
        format!("{spoken}/"),
        format!("{spoken}/{guessed}"),
        format!("{spoken}/{commitment}0"),
        format!("2222-2222/{commitment}"),
    ] {
        assert_eq!(get(&nothing).0, 404, "{nothing}");
    }
    let (status, proof) = get(&format!("{spoken}/{commitment}"));
    assert_eq!(status, 200);
    let (proof, head) = (ProofFile::parse(&proof).unwrap(), scene.head());
    assert_eq!(proof.unverified_extra(), Some(&leaf[..]));
    verify_inclusion(
        &leaf_hash(&leaf),
        300,
        head.size,
        proof.hashes(),
        &head.root,
    )
    .unwrap();
}

fn the_rows_are_those_that_the_hub_gave(scene: &Scene) {
    let own = scene.token();
    let get = |path: &str, token| scene.serving.get(&format!("/mirror/{CODE}/{path}"), token);
    assert_eq!(get("2026/feed?from=0", None).0, 404);
    assert_eq!(
        get("2026/feed?from=0", Some(&own)),
        (200, scene.lost.feed(0, 4096))
    );
    for (path, status) in [
        ("2026/feed", 200),
        ("2027/feed?from=0", 404),
        ("2026/feed?from=-1", 404),
        ("20x6/feed?from=0", 404),
    ] {
        assert_eq!(get(path, Some(&own)).0, status, "{path}");
    }
}

fn a_file_to_recover_from_is_written_beside_the_server(scene: &Scene) {
    let file = scene.temp.path().join("recovery.feed");
    let export = |file: &Path, year: &str| {
        let args = ["export", "--authority", CODE, "--year", year, "-o"];
        run(veedor(&scene.dir).args(args).arg(file))
    };
    let (code, said, error) = export(&file, "2026");
    assert_eq!(code, 0, "{error}");
    assert!(said.contains("302 rows"), "{said}");
    assert_eq!(fs::read(&file).unwrap(), scene.lost.feed(0, 4096));
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for (file, year, said) in [
        (file.clone(), "2026", "is there already"),
        (scene.temp.path().join("other"), "2025", "nothing of 2025"),
    ] {
        let (code, _, error) = export(&file, year);
        assert_eq!(code, 2);
        assert!(error.contains(said), "{error}");
    }
    let (code, said, error) = run(veedor(&scene.dir).arg("check"));
    assert_eq!(code, 0, "{error}");
    assert!(
        said.contains("MX-INM 2026: 302 rows are what the log signed"),
        "{said}"
    );
}

fn statements_open_with_the_key_that_lies_elsewhere(scene: &Scene) {
    let open = |key: &Path| run(veedor(&scene.dir).arg("statements").arg("--key").arg(key));
    let (code, said, error) = open(&scene.key);
    assert_eq!(code, 0, "{error}");
    assert_eq!(
        said,
        "MX-INM\t2026\t301\t07070707070707070707070707070707\topened\tEM-TAP-1\t\
         2026-09-21T14:13:20Z\t2026-09-23T02:13:20Z\n"
    );
    let elsewhere = tempfile::tempdir().unwrap();
    let (code, said, error) = open(&key(elsewhere.path()).0);
    assert_eq!(code, 2);
    assert!(said.contains("301\tthe statement does not open"), "{said}");
    assert!(error.contains("1 statements"), "{error}");
}

fn custody_is_drawn_from_them_and_only_totals_are_published(scene: &Scene) {
    let board = |more: &[&str]| {
        let mut command = veedor(&scene.dir);
        run(command.args(["board", "--key"]).arg(&scene.key).args(more))
    };
    let at = ["--at", "2026-09-24T00:00:00Z"];
    let (code, said, error) = board(&at);
    assert_eq!(code, 0, "{error}");
    assert_eq!(
        said,
        "MX-INM at 2026-09-24T00:00:00Z: 1 under control, 1 clocks ran out\n\
         place\tpresent\tin\tout\toverdue\toldest\toffered\tnot found\tsince\n\
         EM-TAP-1\t1\t1\t0\t1\t2026-09-23T02:13:20Z\t0\t0\t2026-09-21T14:13:20Z\n"
    );
    let (code, said, _) = board(&["--json", at[0], at[1]]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (code, &json["authorities"][0]["places"][0]["in"]),
        (0, &1.into())
    );
    assert!(!scene.dir.join("custody.json").exists());
    let (_, _, error) = board(&["--publish"]);
    let published = fs::read_to_string(scene.dir.join("custody.json")).unwrap();
    assert!(
        published.contains("MX-INM") && !published.contains("EM-TAP-1"),
        "{published} {error}"
    );
}

fn reports_of_people_taken_are_worked_with_by_hand(scene: &Scene) {
    let taking = |words: &[&str]| run(veedor(&scene.dir).arg("taking").args(words));
    let form =
        "accion=x&estado=MX-CHP&lugar=Km+40&hora=10&personas=4&relato=Luz+lo+vio&fecha-dia=20";
    let now = Clock::System.moment().plus(-2 * DAY).timestamp();
    let day = now.to_zoned(jiff::tz::TimeZone::UTC);
    let date = format!("&fecha-mes={}&fecha-anio={}", day.month(), day.year());
    let form = form.replace("fecha-dia=20", &format!("fecha-dia={}", day.day())) + &date;
    let (status, page) = scene.serving.post("/taking", form.as_bytes());
    let page = String::from_utf8(page).unwrap();
    assert_eq!(status, 200, "{page}");
    let at = page.find("<strong>T-").unwrap() + "<strong>".len();
    let folio = &page[at..at + "T-2C7K-9XRT".len()];
    let (code, said, error) = taking(&["list"]);
    assert_eq!(code, 0, "{error}");
    assert!(
        said.starts_with(&format!("{folio}\t{CODE}\twaiting\t-\t")),
        "{said}"
    );
    let key = scene.key.to_str().unwrap();
    let (code, said, error) = taking(&["read", "--key", key, folio]);
    assert_eq!((code, said.as_str()), (0, "Luz lo vio\n"), "{error}");
    let answer = Answer {
        authority: CODE.to_owned(),
        folio: folio.parse().unwrap(),
        at: Moment::from_unix(1_790_000_000),
        says: Says::Opened,
        groups: vec![[1; 16]],
        episodes: Vec::new(),
    };
    let note = answer
        .sign(&vkey(ORIGIN), &log_signer())
        .unwrap()
        .to_string();
    let file = scene.temp.path().join("answer");
    fs::write(&file, note.replace("opened", "closed")).unwrap();
    let path = file.to_str().unwrap();
    let (code, _, error) = taking(&["answer", path]);
    assert!(
        code == 2 && error.contains("not in its one exact form"),
        "{error}"
    );
    fs::write(&file, note).unwrap();
    let (code, said, error) = taking(&["answer", path]);
    assert_eq!(code, 0, "{error}");
    assert_eq!(said, format!("{folio} {CODE}: the answer is kept\n"));
    for said in [format!("{folio} {CODE}: no-such-opening\n"), String::new()] {
        assert_eq!(taking(&["check", "--key", key]), (0, said, String::new()));
    }
    let (_, list) = scene.serving.get("/takings", None);
    assert!(String::from_utf8(list).unwrap().contains(folio));
}

fn browsers_are_told_to_insist_on_tls(scene: &Scene) {
    let answer = scene.serving.whole("GET", "/", "", b"");
    let text = String::from_utf8_lossy(&answer);
    assert!(
        text.contains("strict-transport-security: max-age="),
        "{text}"
    );
}

fn a_count_is_a_note_signed_by_this_witness(scene: &Scene) {
    let (file, receipts) = (
        scene.temp.path().join("count"),
        scene.temp.path().join("receipts"),
    );
    // As three papers have it: words of an episode that is told of, a code, words of none.
    let words = |handle: u8| ShortHandle::of(&[handle; 16]).words();
    let papers = format!(
        "{}\n\n{}\n{}\n",
        words(7).to_uppercase(),
        receipt(),
        words(9)
    );
    fs::write(&receipts, papers).unwrap();
    let count = |at: &str, receipts: &Path| {
        let mut command = veedor(&scene.dir);
        command.args([
            "count",
            "--authority",
            CODE,
            "--place",
            "EM-TAP-1",
            "--counted",
            "2",
        ]);
        command.args(["--at", at]).arg("--key").arg(&scene.key);
        run(command.arg("--receipts").arg(receipts).arg("-o").arg(&file))
    };
    let (code, said, error) = count("2020-01-01T00:00:00Z", &receipts);
    assert_eq!(code, 0, "{error}");
    for line in [
        "paso head-count 1",
        "counted 2",
        "present 0",
        "published nothing before the visit",
        "result too-many 2",
        &format!("receipt-not-committed {}", receipt()),
        &format!("not-committed-here {}", "07".repeat(16)),
        &format!("never-told {}", ShortHandle::of(&[9; 16])),
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let key = said
        .lines()
        .last()
        .unwrap()
        .trim()
        .parse::<paso_tlog::note::Ed25519Key>();
    let note = paso_tlog::note::SignedNote::parse(&fs::read(&file).unwrap()).unwrap();
    note.verify(&[&key.unwrap()]).unwrap();
    fs::remove_file(&file).unwrap();
    fs::write(&receipts, "no receipt").unwrap();
    for (at, said) in [
        ("9999-01-01T00:00:00Z", "lies ahead"),
        ("2020-01-01T00:00:00Z", "line 1 of"),
    ] {
        let (code, _, error) = count(at, &receipts);
        assert_eq!(code, 2);
        assert!(error.contains(said) && !file.exists(), "{error}");
    }
}

fn the_board_says_so_in_both_languages(scene: &Scene) {
    let board =
        |query: &str| String::from_utf8(scene.serving.get(&format!("/{query}"), None).1).unwrap();
    let (spanish, english) = (board(""), board("?idioma=en"));
    for said in ["Copia completa", CODE, ORIGIN, "<dd>302</dd>"] {
        assert!(spanish.contains(said), "{said}: {spanish}");
    }
    for said in ["Full copy", "Devices that sign"] {
        assert!(english.contains(said), "{said}: {english}");
    }
    for page in [&spanish, &english] {
        assert!(!page.contains("[[") && !page.contains("<script"), "{page}");
        assert!(page.len() < 14_000, "{}", page.len());
    }
}

/// The mirror holds a head with this witness's own cosignature, of which `logs` knows nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_forgot_what_it_signed_does_not_start() {
    const SEED: [u8; 32] = [77; 32];
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("veedor");
    let hub = FakeHub::new(&[1]);
    hub.log(|log| log.witness = Some(SEED));
    let (address, _hub) = hub.serve().await;
    init(&dir, address);
    fs::write(dir.join("key"), Key::from_seed(&SEED).to_text().as_bytes()).unwrap();
    let serving = Serving::start(&dir);
    serving.holds(1).await;
    drop(serving);
    let (code, _, error) = run(veedor(&dir).arg("serve"));
    assert_eq!(code, 2, "{error}");
    for said in [
        "has forgotten what this witness signed",
        "under another name",
    ] {
        assert!(error.contains(said), "{said}: {error}");
    }
}

#[test]
fn mistakes_about_mirrors_are_answered_with_what_to_do() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("veedor");
    init(&dir, "127.0.0.1:9".parse().unwrap());
    let failing = |args: &[&str], said: &str| {
        let (code, _, error) = run(veedor(&dir).args(args));
        assert_eq!(code, 2, "{said}");
        assert!(error.contains(said), "{said}: {error}");
    };
    failing(&["check"], "`veedor serve` makes it");
    failing(
        &["check", "--authority", "GT-IGM"],
        "nothing is mirrored of it",
    );
    failing(
        &["export", "--authority", CODE, "--year", "26", "-o", "x"],
        "not a log's label",
    );
    fs::set_permissions(dir.join("inm.token"), fs::Permissions::from_mode(0o644)).unwrap();
    failing(&["check-config"], "others can read the token");
    fs::set_permissions(dir.join("inm.token"), fs::Permissions::from_mode(0o600)).unwrap();
    let wrong = anchor().to_string().replace("MX-INM", "GT-IGM");
    fs::write(dir.join("inm.anchor"), wrong).unwrap();
    failing(&["check-config"], "is the anchor of GT-IGM, not of MX-INM");
    failing(&["serve"], "is the anchor of GT-IGM");
    fs::write(dir.join("inm.anchor"), "paso anchor 1\n").unwrap();
    failing(&["check-config"], "cannot be used");
    fs::remove_file(dir.join("inm.anchor")).unwrap();
    failing(&["check-config"], "compare it in person");
    let key = temp.path().join("key");
    fs::write(&key, "AAAA").unwrap();
    let file = key.to_str().unwrap();
    failing(&["statements", "--key", file], "others can read the key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    failing(
        &["statements", "--key", file],
        "holds no key for statements",
    );
    failing(&["statement-key", "-o", file], "is there already");
}
