//! The log's addresses, for everybody and for the mirror, and its page.

use super::harness::Site;

#[tokio::test]
async fn anybody_sees_how_the_log_stands_and_only_the_mirror_its_entries() {
    let (site, log) = Site::with_log().await;
    let anybody = site.stranger();
    let before = anybody.get("/bitacora").await;
    assert_eq!((before.status, before.header("refresh")), (200, "5"));
    assert!(before.html().contains("Todavía ninguna"));
    assert_eq!(anybody.get("/log/2014/checkpoint").await.status, 404);

    log.step().await.unwrap();
    log.round().await.unwrap();
    let leaves = log.standing().await.unwrap().published.unwrap().head.size;
    let page = anybody.get("/bitacora").await.html();
    assert!(page.contains("mx.example/log/2014") && page.contains("nadie de fuera"));
    assert!(page.contains("Ningún acto espera"));
    let mut english = site.stranger();
    english.lang = "en";
    assert!(
        english
            .get("/bitacora")
            .await
            .html()
            .contains("The authority signs alone")
    );

    let note = anybody.get("/log/2014/checkpoint").await;
    assert!(
        note.html()
            .starts_with(&format!("mx.example/log/2014\n{leaves}\n"))
    );
    assert_eq!(note.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(note.header("cache-control"), "public, max-age=1");
    let list = anybody.get("/log").await;
    assert_eq!(list.header("content-type"), "application/json");
    assert!(list.html().contains(r#""origin":"mx.example/log/2014""#));
    let tile = format!("/log/2014/tile/0/000.p/{leaves}");
    assert_eq!(anybody.get(&tile).await.status, 200);

    let entries = format!("/log/2014/tile/entries/000.p/{leaves}");
    for path in [entries.as_str(), "/log/2014/feed?from=0"] {
        assert_eq!(anybody.get(path).await.status, 404, "{path}");
        for (token, status) in [("token", 200), ("tokem", 404), ("", 404)] {
            let bearer = format!("Bearer {token}");
            let answer = anybody
                .ask("GET", path, &[], &[("authorization", &bearer)])
                .await;
            assert_eq!(answer.status, status, "{path} with {token:?}");
        }
    }
    for nothing in [
        "/log/2013/checkpoint",
        "/log/14/checkpoint",
        "/log/2014/tile/0/000",
        "/log/2014/tile/8/000.p/0",
        "/log/2014/tile/64/000",
        "/log/2014/tile/../../guard",
        "/log/2014/feed?from=x",
        "/log/proof/nothing",
        "/log/proof/AAAA-AAAA",
        "/log/proof/2222-2222",
        "/log/proof/2222-2222/00",
    ] {
        assert_eq!(anybody.get(nothing).await.status, 404, "{nothing}");
    }
    // By the bundle anybody knows the devices' keys.
    assert_eq!(anybody.get("/log/bundle").await.status, 200);
}
