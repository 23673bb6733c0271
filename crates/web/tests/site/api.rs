//! What programs find: every address with every role's token, with none and with one that is made
//! up; a day's work of a program; and the document that says all this beforehand.

use super::{
    doors::{Known, known},
    harness::{Answer, Browser, Site},
};
use paso_domain::{
    act::{Act, Way},
    event::Event,
    id::TokenId,
    officer::OfficerEvent,
    policy::Role,
    protection::Answer as Answered,
    subject::Subject,
    token::{Token, TokenEvent},
};
use paso_formats::moment::{DAY, Moment};
use paso_service::{
    Officer, session,
    testing::{application as application_of_a_house, may, officer},
};
use paso_web::{Route, door::Door};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt::Write as _};

/// A program with its token.
struct Program {
    way: Browser,
    token: Option<String>,
}

impl Program {
    async fn of(site: &Site, role: Role) -> Self {
        Self {
            way: site.stranger(),
            token: Some(token(site, role).await),
        }
    }

    fn without(site: &Site, token: Option<&str>) -> Self {
        Self {
            way: site.stranger(),
            token: token.map(str::to_owned),
        }
    }

    async fn ask(&self, method: &str, path: &str, body: &[u8], more: &[(&str, &str)]) -> Answer {
        let shown = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers: Vec<(&str, &str)> = more.to_vec();
        if let Some(shown) = &shown {
            headers.push(("authorization", shown));
        }
        if method == "POST" && !more.iter().any(|(name, _)| *name == "content-type") {
            headers.push(("content-type", "application/json"));
        }
        self.way.ask(method, path, body, &headers).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, b"", &[]).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, body.to_string().as_bytes(), &[])
            .await
    }

    async fn keyed(&self, path: &str, body: &Value, key: &str) -> Answer {
        let body = body.to_string();
        self.ask("POST", path, body.as_bytes(), &[("idempotency-key", key)])
            .await
    }
}

/// When, where and by whom something about this role's officer was recorded.
fn act(site: &Site, role: Role) -> Act {
    let Officer { number, post, .. } = officer(role);
    Act {
        at: site.house.clock().now(),
        post,
        officer: number,
        late: None,
    }
}

/// Issues a token of this text that lasts until a moment, and says how the register names it.
async fn issue(site: &Site, role: Role, text: &str, expires: Moment) -> TokenId {
    let (act, way) = (act(site, role), Way::Console);
    let Officer { number, post, role } = officer(role);
    let id = TokenId::from_random(
        session::Token::received(text).hash()[..16]
            .try_into()
            .unwrap(),
    );
    let token = Token {
        hash: session::Token::received(text).hash(),
        officer: number.clone(),
        role,
        post,
        purpose: "Prueba".into(),
        expires,
    };
    let enrolled = OfficerEvent::Enrolled {
        act: act.clone(),
        way,
        name: "Persona Ficticia".into(),
    };
    let granted = OfficerEvent::Granted {
        act: act.clone(),
        way,
        role,
        posts: vec![post],
        from: act.at,
        until: None,
    };
    let whom = Subject::Officer(number);
    site.house
        .happened(vec![
            (whom.clone(), Event::Officer(enrolled)),
            (whom, Event::Officer(granted)),
            (
                Subject::Token(id),
                Event::Token(TokenEvent::Issued { act, way, token }),
            ),
        ])
        .await;
    id
}

/// A good token of a role.
async fn token(site: &Site, role: Role) -> String {
    let text = format!("a-token-of-{role}");
    issue(site, role, &text, site.house.clock().now().plus(DAY)).await;
    text
}

fn read(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.bytes).unwrap()
}

/// The problem's code, with everything checked that every problem has.
fn problem(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let said = read(answer);
    assert_eq!(said["status"], json!(answer.status), "{said}");
    for part in ["type", "title", "detail"] {
        let words = said[part].as_str().unwrap();
        assert!(!words.is_empty() && !words.contains("[["), "{said}");
    }
    said["code"].as_str().unwrap().to_owned()
}

fn routes() -> Vec<Route> {
    let mut all = paso_web::list();
    all.retain(|route| route.path.starts_with("/api/v1/"));
    all
}

fn filled(known: &Known, path: &str) -> String {
    let code = if path.contains("/exits/") {
        &known.exit
    } else {
        &known.receipt
    };
    let id = if path.contains("/persons/") || path.contains("/referrals/") {
        &known.person
    } else {
        &known.refusal
    };
    path.replace("{number}", &known.number)
        .replace("{stay}", &known.stay)
        .replace("{code}", code)
        .replace("{id}", id)
}

/// The table a lawyer reads beside those of powers and pages. Whoever is not named finds nothing.
#[tokio::test]
async fn every_address_with_every_token() {
    let site = Site::start().await;
    let known = known(&site).await;
    // Referred to each who receives referrals: to anybody else there is no such person.
    let answers = [Answered::ChildOrMayBe, Answered::VictimOfCrime].into();
    let (desk, person) = (may(&officer(Role::Desk)), known.person.parse().unwrap());
    site.house.screen(&desk, person, answers).await.unwrap();
    let nobody = Program::without(&site, None);
    let stranger = Program::without(&site, Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    let mut programs = Vec::new();
    for role in Role::ALL {
        programs.push((role, Program::of(&site, role).await));
    }
    let mut table = String::new();
    for Route { method, path, door } in routes() {
        let Door::Token(power) = door else {
            panic!("{path} has another door");
        };
        let address = filled(&known, path);
        for without in [&nobody, &stranger] {
            let answer = without.ask(method, &address, b"{}", &[]).await;
            assert_eq!(answer.status, 401, "{method} {path}");
            assert_eq!(problem(&answer), "no-token");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
        let mut found = Vec::new();
        for (role, program) in &programs {
            let answer = program.ask(method, &address, b"{}", &[]).await;
            assert!(answer.status < 500, "{method} {path} as {role}");
            assert_eq!(answer.header("set-cookie"), "", "{method} {path}");
            assert_eq!(answer.header("cache-control"), "no-store");
            let may = site.house.policy().allows(*role, power);
            assert_eq!(answer.status != 404, may, "{method} {path} as {role}");
            if may {
                found.push(format!("{role} {}", answer.status));
            } else {
                assert_eq!(problem(&answer), "not-found");
            }
        }
        let _ = writeln!(
            table,
            "{:<58}{}",
            format!("{method} {path}"),
            found.join(", ")
        );
    }
    insta::assert_snapshot!(table);
}

/// A token ends in three ways, each at once.
#[tokio::test]
async fn a_token_that_has_ended_is_no_token() {
    let site = Site::start().await;
    let now = site.house.clock().now();
    let asked = async |text: &str| {
        let program = Program::without(&site, Some(text));
        program.get("/api/v1/acts").await.status
    };
    issue(&site, Role::Desk, "over", now).await;
    assert_eq!(asked("over").await, 401);

    let (act, way) = (act(&site, Role::Administrator), Way::Console);
    let id = issue(&site, Role::Supervisor, "taken", now.plus(DAY)).await;
    assert_eq!(asked("taken").await, 200);
    let revoked = TokenEvent::Revoked {
        act: act.clone(),
        way,
        from: now,
        reason: "Prueba".into(),
    };
    let taken = vec![(Subject::Token(id), Event::Token(revoked))];
    site.house.happened(taken).await;
    assert_eq!(asked("taken").await, 401);

    issue(&site, Role::Checkpoint, "left", now.plus(DAY)).await;
    assert_eq!(asked("left").await, 200);
    let ended = OfficerEvent::GrantEnded {
        act,
        way,
        role: Role::Checkpoint,
        from: now,
        reason: "Prueba".into(),
    };
    let whom = Subject::Officer(officer(Role::Checkpoint).number);
    site.house
        .happened(vec![(whom, Event::Officer(ended))])
        .await;
    assert_eq!(asked("left").await, 401);
}

/// A person's session opens nothing here, and a token opens no page.
#[tokio::test]
async fn each_door_has_its_own_key() {
    let site = Site::start().await;
    let known = known(&site).await;
    let person = site.signed_in(Role::Desk).await;
    let card = format!("/api/v1/cards/{}", known.number);
    assert_eq!(problem(&person.get(&card).await), "no-token");
    let program = Program::of(&site, Role::Desk).await;
    assert_eq!(program.get(&card).await.status, 200);
    assert_eq!(program.get("/mesa").await.place(), "/");
    let token = program.token.as_deref().unwrap();
    for shown in [
        token.to_owned(),
        format!("Basic {token}"),
        format!("Bearer{token}"),
        "Bearer ".to_owned(),
    ] {
        let shown = [("authorization", shown.as_str())];
        let answer = program.way.ask("GET", &card, b"", &shown).await;
        assert_eq!(problem(&answer), "no-token", "{shown:?}");
    }
    let shown = format!("bearer {token}");
    let shown = [("authorization", shown.as_str())];
    assert_eq!(program.way.ask("GET", &card, b"", &shown).await.status, 200);
}

fn application() -> Value {
    json!({
        "name": {"surnames": "Xol Ficticia", "given": "Ana"},
        "birth": "1990-05-31",
        "sex": "F",
        "nationality": "GTM",
        "documents": [{"kind": "passport", "number": "000777111", "issuer": "GTM"}],
    })
}

/// One person, from the question whether to the exit.
#[tokio::test]
async fn a_day_of_a_program() {
    let site = Site::start().await;
    let desk = Program::of(&site, Role::Desk).await;
    let road = Program::of(&site, Role::Checkpoint).await;
    let assessed = desk
        .post("/api/v1/applications/assessment", &application())
        .await;
    assert_eq!(read(&assessed)["eligible"], json!(true));

    let made = desk.keyed("/api/v1/cards", &application(), "a-1").await;
    assert_eq!(made.status, 201, "{}", read(&made));
    let card = read(&made);
    let number = card["number"].as_str().unwrap();
    assert_eq!(made.place(), format!("/api/v1/cards/{number}"));
    assert_eq!(read(&desk.get(made.place()).await), card);
    // Sent again under its key it is the same card; under another key somebody must say who it is.
    let again = desk.keyed("/api/v1/cards", &application(), "a-1").await;
    assert_eq!((again.status, read(&again)), (201, card.clone()));
    let unsaid = desk.keyed("/api/v1/cards", &application(), "a-2").await;
    assert_eq!(problem(&unsaid), "who-is-it");
    assert_eq!(read(&unsaid)["known"], json!([card["person"]]));
    let mut other = application();
    other["birth"] = json!("1991");
    assert_eq!(
        problem(&desk.keyed("/api/v1/cards", &other, "a-1").await),
        "key-reused"
    );
    let mut said = application();
    said["person"] = json!("new");
    assert_eq!(desk.keyed("/api/v1/cards", &said, "a-2").await.status, 201);

    let sheet = desk.get(&format!("/api/v1/cards/{number}/sheet.pdf")).await;
    assert_eq!(sheet.header("content-type"), "application/pdf");
    assert!(sheet.bytes.starts_with(b"%PDF"));

    let entries = format!("/api/v1/cards/{number}/entries");
    let entry = read(&desk.keyed(&entries, &json!(null), "e-1").await);
    let repeated = read(&desk.keyed(&entries, &json!(null), "e-1").await);
    assert_eq!(entry, repeated);
    let slip = entry["stay"]["slip_text"].as_str().unwrap();

    let texts = json!({"texts": [card["text"], slip]});
    let verdict = read(&road.post("/api/v1/checks", &texts).await);
    assert_eq!(
        (&verdict["light"], &verdict["finding"]),
        (&json!("green"), &json!("valid-stay"))
    );
    let told = json!({"place": "km 12", "outcome": "went-on", "texts": texts["texts"]});
    let met = road.post("/api/v1/encounters", &told).await;
    assert_eq!(met.status, 201);
    let receipts = read(&road.get(met.place()).await);
    assert_eq!(receipts["encounters"][0], read(&met));

    let exits = format!("/api/v1/cards/{number}/exits");
    let exit = read(&desk.post(&exits, &json!(null)).await);
    assert_eq!(exit["stay"]["stay"], entry["stay"]["stay"]);
    let stays = read(&desk.get(&format!("/api/v1/cards/{number}/stays")).await);
    assert_eq!(stays["stays"][0]["ending"]["how"], json!("exited"));

    let acts = read(&desk.get("/api/v1/acts").await);
    let kinds: BTreeSet<_> = acts["acts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| act["kind"].as_str().unwrap())
        .collect();
    for kind in ["card.issued", "stay.entered", "stay.exited"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
    let sought =
        json!({"name": {"surnames": "Xol Ficticia", "given": "Ana"}, "birth": "1990-05-31"});
    let found = read(&desk.post("/api/v1/persons/search", &sought).await);
    assert_eq!(found["persons"].as_array().unwrap().len(), 2);
}

/// What cannot be read is said to be, in the language asked for, and records nothing.
#[tokio::test]
async fn what_is_wrong_is_named() {
    let site = Site::start().await;
    let mut desk = Program::of(&site, Role::Desk).await;
    let path = "/api/v1/applications/assessment";
    let with = |field: &str, value: Value| {
        let mut body = application();
        body[field] = value;
        body.to_string()
    };
    for (body, code) in [
        ("{".to_owned(), "unreadable"),
        ("[]".to_owned(), "invalid"),
        (with("colour", json!("red")), "invalid"),
        (with("birth", json!("1990-02-30")), "invalid"),
        (with("sex", json!("f")), "invalid"),
        (with("name", json!({"given": "123"})), "invalid"),
        (with("documents", json!([])), "invalid"),
        (with("purpose", json!({"kind": "renewal"})), "invalid"),
        (
            with("purpose", json!({"kind": "first", "of": null})),
            "invalid",
        ),
        (
            with(
                "accompaniment",
                json!({"with": "both", "permission": "notary"}),
            ),
            "invalid",
        ),
        (with("mrz", json!("P<GTM")), "invalid"),
        (with("cui", json!("1\u{0}")), "invalid"),
        (with("person", json!("old")), "invalid"),
        (" ".repeat(100 * 1024), "too-large"),
    ] {
        let answer = desk.ask("POST", path, body.as_bytes(), &[]).await;
        assert_eq!(problem(&answer), code, "{body:.80}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(
        problem(&desk.ask("POST", path, b"a=b", &form).await),
        "unsupported"
    );
    let key = [("idempotency-key", "a b")];
    let body = application().to_string();
    assert_eq!(
        problem(
            &desk
                .ask("POST", "/api/v1/cards", body.as_bytes(), &key)
                .await
        ),
        "invalid"
    );
    for (path, code) in [
        ("/api/v1/acts?day=yesterday", "invalid"),
        ("/api/v1/acts?colour=red", "invalid"),
        ("/api/v1/cards/tal-7k3m-9q2x-f", "not-found"),
        ("/api/v1/cards", "not-offered"),
        ("/api/v1/nothing", "not-found"),
        ("/api/nothing", "not-found"),
    ] {
        assert_eq!(problem(&desk.get(path).await), code, "{path}");
    }
    let spanish = read(&desk.get("/api/nothing").await);
    desk.way.lang = "en";
    let english = read(&desk.get("/api/nothing").await);
    assert_ne!(spanish["detail"], english["detail"]);
    assert_eq!(spanish["code"], english["code"]);
    // An entry on a card that nobody issued: refused by the register, and kept.
    let refused = desk
        .post("/api/v1/cards/TAL-7K3M-9Q2X-F/entries", &json!(null))
        .await;
    assert_eq!((refused.status, problem(&refused)), (409, "refused".into()));
    assert_eq!(read(&refused)["refusal"], json!("entry-card-unknown"));
}

/// The document lists what is served, for whoever asks, and it is committed to be reviewed.
#[tokio::test]
async fn the_document_says_what_is_served() {
    let site = Site::start().await;
    let answer = site.stranger().get("/api/openapi.json").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let document = read(&answer);
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let served: BTreeSet<_> = routes()
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    assert_eq!(described, served);
    let text = answer.html();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(
            document["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
    insta::assert_snapshot!(text);
}

/// A grave act is prepared by a program and signed by a person; the token alone moves nothing.
#[tokio::test]
async fn a_program_prepares_and_its_officer_signs() {
    let site = Site::start().await;
    let known = known(&site).await;
    let supervisor = Program::of(&site, Role::Supervisor).await;
    let revocation = format!("/api/v1/cards/{}/revocation", known.number);
    let body = json!({"reason": "stolen", "note": "Lo declaró en la mesa."});
    let keyless = supervisor.post(&revocation, &body).await;
    assert_eq!(keyless.status, 409, "nothing to sign with");

    let hand = site.hand(Role::Supervisor).await;
    let prepared = supervisor.keyed(&revocation, &body, "r-1").await;
    assert_eq!(prepared.status, 202, "{}", read(&prepared));
    let said = read(&prepared);
    let place = said["sign_at"].as_str().unwrap().to_owned();
    assert!(place.starts_with("/firmas/") && prepared.place() == place);
    assert_eq!(said["command"], json!("card.revoke"));
    let words = said["says"].to_string();
    assert!(words.contains(&known.number) && words.contains("Lo declaró en la mesa."));
    let again = supervisor.keyed(&revocation, &body, "r-1").await;
    assert_eq!(read(&again), said, "prepared once");
    assert_eq!(site.house.dead_indexes().await.unwrap(), [0_u32; 0]);
    assert_eq!(supervisor.get(&place).await.place(), "/", "no page opens");

    let person = site.signed_in(Role::Supervisor).await;
    let id = place.trim_start_matches("/firmas/").parse().unwrap();
    let shown = site.house.proposal(&hand.officer, &id).await.unwrap();
    let mut digest = String::new();
    for byte in shown.digest {
        let _ = write!(digest, "{byte:02x}");
    }
    assert_eq!(said["digest"], json!(digest));
    site.sign(&person, &hand, &place).await;
    assert_eq!(site.house.dead_indexes().await.unwrap().len(), 1);

    // Two records found to be one person's, and back.
    let (desk, form) = (may(&officer(Role::Desk)), application_of_a_house());
    let other = site.house.issue(&desk, &form).await.unwrap().card.person;
    let merge = format!("/api/v1/persons/{other}/merge");
    let body = json!({"into": known.person, "reason": "parecían la misma"});
    let merged = read(&supervisor.post(&merge, &body).await);
    site.sign(&person, &hand, merged["sign_at"].as_str().unwrap())
        .await;
    let separation = format!("/api/v1/persons/{other}/separation");
    let body = json!({"reason": "son hermanas"});
    let apart = supervisor.post(&separation, &body).await;
    assert_eq!(apart.status, 202, "{}", read(&apart));
}

/// What those who watch and those who administer read, as their pages show it.
#[tokio::test]
async fn who_watches_and_who_administers_reads_here_too() {
    let site = Site::start().await;
    let known = known(&site).await;
    let desk = Program::of(&site, Role::Desk).await;
    let card = format!("/api/v1/cards/{}", known.number);
    assert_eq!(desk.get(&card).await.status, 200);

    let inspector = Program::of(&site, Role::Inspector).await;
    let accesses = format!("/api/v1/persons/{}/accesses", known.person);
    let list = read(&inspector.get(&accesses).await);
    let records: Vec<_> = list["readings"].as_array().unwrap().iter().collect();
    let of_the_program = records.iter().find(|one| one["how"] == json!("api"));
    let reading = of_the_program.unwrap();
    assert_eq!(reading["record"], json!(format!("card:{}", known.number)));
    assert_eq!(reading["role"], json!("desk"));
    let figures = read(&inspector.get("/api/v1/figures").await);
    let measures = figures["measures"].as_array().unwrap();
    assert_eq!(measures.len(), paso_domain::figures::Measure::ALL.len());
    let backwards = "/api/v1/figures?from=2014-07-08&to=2014-07-01";
    assert_eq!(problem(&inspector.get(backwards).await), "invalid");
    assert_eq!(
        problem(&inspector.get("/api/v1/figures?post=ZZZ").await),
        "not-found"
    );

    let statistics = Program::of(&site, Role::Statistics).await;
    let counts = read(&statistics.get("/api/v1/aggregates").await);
    let months = counts["months"].as_array().unwrap();
    let few = &months.last().unwrap()["counts"][0];
    assert_eq!(
        (&few["exactly"], &few["fewer_than"]),
        (&json!(null), &json!(5))
    );

    let office = Program::of(&site, Role::Administrator).await;
    let officers = read(&office.get("/api/v1/officers").await);
    let numbers: Vec<_> = officers["officers"].as_array().unwrap().iter().collect();
    let own = numbers
        .iter()
        .find(|one| one["officer"] == json!("INM-0008"));
    assert_eq!(own.unwrap()["roles"][0]["role"], json!("administrator"));
    assert_eq!(officers["next"], json!(null));
    let after = read(&office.get("/api/v1/officers?after=ZZZ-9999").await);
    assert_eq!(after["officers"], json!([]));
    let devices = read(&office.get("/api/v1/devices").await);
    assert!(devices["devices"].is_array());
    let sites = read(&office.get("/api/v1/sites").await);
    assert!(sites["sites"].is_array());
    let tokens = office.get("/api/v1/tokens").await;
    let text = tokens.html();
    assert!(text.contains("\"purpose\":\"Prueba\"") && !text.contains("a-token-of-"));
}

/// Who receives referrals finds their own and no other, and says once that they know.
#[tokio::test]
async fn whoever_receives_referrals_says_so_here_too() {
    let site = Site::start().await;
    let known = known(&site).await;
    let person = known.person.parse().unwrap();
    let answers = [Answered::ChildOrMayBe, Answered::FearsReturn].into();
    let desk = may(&officer(Role::Desk));
    site.house.screen(&desk, person, answers).await.unwrap();
    let protects = Program::of(&site, Role::ChildProtection).await;
    let prosecutor = Program::of(&site, Role::Prosecutor).await;
    let list = read(&protects.get("/api/v1/referrals").await);
    let [one] = &list["referrals"].as_array().unwrap()[..] else {
        panic!("{list}")
    };
    assert_eq!(one["person"], json!(known.person));
    assert_eq!(
        (&one["received"], &list["next"]),
        (&json!(null), &json!(null))
    );
    assert!(one["due"].is_string());
    // Of what else was answered nothing is told.
    assert!(!list.to_string().contains("fear"));
    let none = read(&prosecutor.get("/api/v1/referrals").await);
    assert_eq!(none["referrals"], json!([]));

    let path = format!("/api/v1/referrals/{}/receipt", known.person);
    let said = async |by: &Program, key: &str| {
        let key = [("idempotency-key", key)];
        by.ask("POST", &path, b"", &key).await
    };
    assert_eq!(problem(&said(&prosecutor, "a").await), "not-found");
    assert_eq!(said(&protects, "a").await.status, 201);
    assert_eq!(said(&protects, "a").await.status, 201, "the same once");
    assert_eq!(said(&protects, "b").await.status, 409);
    let list = read(&protects.get("/api/v1/referrals").await);
    assert!(list["referrals"][0]["received"].is_string());
    let wrong = protects.get("/api/v1/referrals?after=x").await;
    assert_eq!(problem(&wrong), "invalid");
}
