//! A handover over a border on the pages of both authorities: offered as a file, counted in, answered by
//! a file; and nobody before both have signed.

use super::{
    custody::{OPENING, Worker, both, episodes},
    harness::Site,
};
use paso_domain::{id::EpisodeId, policy::Role, protection::Answer as Answered};
use paso_formats::moment::MINUTE;
use paso_service::{
    Officer,
    testing::{House, may, officer},
};
use paso_store::testing::Engine;
use std::collections::BTreeSet;

fn guest() -> Officer {
    Officer {
        number: "IGM-0001".parse().unwrap(),
        ..officer(Role::Custody)
    }
}

#[tokio::test]
async fn two_are_offered_over_the_border_and_one_arrives() {
    let (mx, gt) = (
        House::on(Engine::Sqlite).await,
        House::of("gt-test", Engine::Sqlite, 8).await,
    );
    // Each has the other's anchor, and knows where its bundle lies.
    let here = mx.directory().join("bundle.cose");
    let there = gt.directory().join("bundle.cose");
    let (of_mx, of_gt) = (mx.pinned(), gt.pinned());
    let mx = Site::beside(mx, of_gt, there).await;
    let gt = Site::beside(gt, of_mx, here).await;
    let keeps = officer(Role::Custody);
    let mut giver = Worker::of(&mx, keeps.clone(), 71).await;
    let mut taker = Worker::of(&gt, guest(), 72).await;

    let mut opening = OPENING;
    opening[0].1 = "2";
    let operation = giver.signs(&mx, "/custodia/abrir", &opening).await;
    let people = episodes(&giver.browser.get(&operation).await);
    let ticks: Vec<String> = people.iter().map(|id| format!("p-{id}")).collect();
    let offer = [
        (ticks[0].as_str(), "1"),
        (ticks[1].as_str(), "1"),
        ("contadas", "2"),
        ("destino", "@gt-test"),
        ("motivo", "Retorno asistido"),
    ];
    // Nobody is told of to another state before the questions of protection.
    giver
        .refused("/custodia/entregar", &offer, "preguntas de protección")
        .await;
    for id in &people {
        let id: EpisodeId = id.parse().unwrap();
        let person = mx.house.episode(&may(&keeps), id).await.unwrap();
        let answers = BTreeSet::from([Answered::NoneStated]);
        let person = person.story.person().unwrap();
        mx.house
            .screen(&may(&keeps), person, answers)
            .await
            .unwrap();
    }
    let mut told = offer.to_vec();
    told.push(("vehiculo", "AB-1"));
    giver
        .refused("/custodia/entregar", &told, "Para otra autoridad")
        .await;
    let handover = giver.signs(&mx, "/custodia/entregar", &offer).await;
    both("border_offered", &mut giver.browser, &handover).await;
    let path = format!("{handover}/ofrecimiento.cose");
    let file = giver.browser.get(&path).await;
    assert_eq!(file.status, 200);
    assert!(file.header("content-disposition").starts_with("attachment"));
    let file = file.bytes;

    // On the other side: damaged, somebody else's, then this one; counted wrongly, then one.
    both("border_fresh", &mut taker.browser, "/custodia/frontera").await;
    let bring = async |bytes: &[u8]| {
        let file = ("archivo", bytes);
        let answer = taker.browser.post_file("/custodia/frontera", &[], file);
        answer.await
    };
    let mut torn = file.clone();
    *torn.last_mut().unwrap() ^= 1;
    for (bytes, says) in [
        (&torn[..], "se cambió después"),
        (b"x", "no es un ofrecimiento"),
        (b"", "no es un ofrecimiento"),
    ] {
        let answer = bring(bytes).await;
        assert_eq!(answer.status, 422);
        assert!(answer.html().contains(says), "{}", answer.html());
    }
    let own = giver
        .browser
        .post_file("/custodia/frontera", &[], ("archivo", &file))
        .await;
    assert!(own.html().contains("no se han intercambiado llaves"));
    let page = bring(&file).await;
    assert_eq!(page.status, 200);
    insta::assert_snapshot!("border_brought", page.outline());
    let html = page.html();
    let hidden = |html: &str| {
        let rest = html.split("name=\"oferta\" value=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let offered = hidden(&html);
    let tick = html.split("name=\"p-").nth(1).unwrap();
    let tick = format!("p-{}", tick.split('"').next().unwrap());
    let counted = |n: &'static str| {
        [
            ("oferta", offered.as_str()),
            (tick.as_str(), "1"),
            ("contadas", n),
        ]
    };
    let count = "/custodia/frontera/recibir";
    taker.refused(count, &counted("2"), "no coinciden").await;
    let early = [("oferta", offered.as_str())];
    let answer = "/custodia/frontera/respuesta";
    assert_eq!(taker.browser.post(answer, &early).await.status, 404);
    let place = taker.signs(&gt, count, &counted("1")).await;
    assert!(place.starts_with("/custodia/operaciones/"), "{place}");
    let page = bring(&file).await.html();
    assert!(page.contains("Ya se contaron") && !page.contains("name=\"p-"));
    let answered = taker.browser.post(answer, &early).await;
    assert_eq!(answered.status, 200);

    // Back: not before it is signed here, too.
    mx.house.clock().set(mx.house.clock().now().plus(MINUTE));
    let path = format!("{handover}/respuesta");
    let wrong = giver
        .browser
        .post_file(&path, &[], ("archivo", &file))
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.html().contains("Esa respuesta no vale"));
    let brought = ("archivo", &answered.bytes[..]);
    let brought = giver.browser.post_file(&path, &[], brought).await;
    assert_eq!(brought.status, 303, "{}", brought.html());
    let board = giver.browser.get("/custodia").await;
    assert_eq!(
        episodes(&board).len(),
        2,
        "until it is signed the giver answers"
    );
    let place = brought.place().to_owned();
    mx.sign(&giver.browser, &giver.hand, &place).await;
    let page = both("border_answered", &mut giver.browser, &handover).await;
    assert!(page.html().contains("No llegaron"));
    assert_eq!(episodes(&giver.browser.get("/custodia").await).len(), 1);
}
