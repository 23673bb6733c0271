//! Somebody says that the printer does not work; and everybody sees which days a post worked.

use super::harness::Site;
use paso_domain::policy::Role;
use paso_formats::moment::{DAY, MINUTE};

#[tokio::test]
async fn what_does_not_work_is_told_with_one_button_and_stands_in_the_black_box() {
    let site = Site::start().await;
    let desk = site.signed_in(Role::Desk).await;
    assert!(
        desk.get("/").await.html().contains("href=\"/fallas\""),
        "it is found from the beginning"
    );
    let page = desk.get("/fallas").await;
    assert!(page.html().contains("Ni el equipo ni nadie"));
    let (token, mark) = (page.field("ficha").unwrap(), page.field("vez").unwrap());
    let fields = |more: &[(&'static str, &'static str)]| {
        let mut fields = vec![("ficha", token.as_str()), ("vez", mark.as_str())];
        fields.extend(more);
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<Vec<_>>()
    };
    let post = async |more: &[(&'static str, &'static str)]| {
        let fields = fields(more);
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        desk.post("/fallas", &fields).await
    };
    let unclear = post(&[("accion", "no-sirve")]).await;
    assert_eq!(unclear.status, 422);
    assert!(unclear.html().contains("Escoja qué es"));
    let told = [
        ("parte", "printer"),
        ("detalle", "Sin tóner <ayer>"),
        ("accion", "no-sirve"),
    ];
    // Pressed twice by somebody in a hurry, it is told once.
    for _ in 0..2 {
        assert_eq!(post(&told).await.place(), "/fallas");
    }
    let page = desk.get("/fallas").await.html();
    assert_eq!(
        page.matches("Sin tóner &#60;ayer&#62;").count(),
        1,
        "{page}"
    );
    assert!(page.contains("INM-"), "who told is there to be asked");
    // It is no act about anybody.
    assert!(!desk.get("/hoy").await.html().contains("[["));
    let inspector = site.signed_in(Role::Inspector).await;
    assert_eq!(inspector.get("/fallas").await.status, 404);
}

#[tokio::test]
async fn everybody_sees_how_long_posts_worked_as_a_page_and_as_a_file() {
    let site = Site::start().await;
    let stranger = site.stranger();
    let empty = stranger.get("/funcionamiento").await;
    assert!(empty.html().contains("Todavía no hay un día completo"));

    let service = &site.house;
    let zone = service.crossings().post("TAL").unwrap().zone().clone();
    let midnight = zone
        .last_second_of(zone.date_at(service.clock().now()))
        .plus(1);
    for minute in (0..24 * 60).step_by(10) {
        service.clock().set(midnight.plus(minute * MINUTE));
        service.live_once(10 * MINUTE).await.unwrap();
    }
    service.clock().set(midnight.plus(DAY + 30 * MINUTE));
    let page = stranger.get("/funcionamiento").await;
    assert_eq!(page.status, 200);
    assert!(page.html().contains("100 %"), "{}", page.html());
    assert!(page.html().len() < 35_000);
    let file = stranger.get("/funcionamiento.csv").await;
    let date = zone.date_at(midnight);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(
        file.html().contains(&format!("TAL,{date},96,96\r\n")),
        "{}",
        file.html()
    );
}
