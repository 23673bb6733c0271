//! What every answer carries against the ways in which browsers are turned on their people.

use crate::harness::Site;
use paso_domain::policy::Role;

#[tokio::test]
async fn pages_carry_the_whole_set_of_headers() {
    let site = Site::start().await;
    for path in ["/", "/nada", "/verify", "/mesa"] {
        let answer = site.stranger().get(path).await;
        for (name, value) in [
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
            // This site is asked without TLS: nothing may be promised about it.
            ("strict-transport-security", ""),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {path}");
        }
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(policy.contains(part), "{part} of {path}");
        }
        assert!(
            !policy.contains("report"),
            "a report would name a page: {policy}"
        );
    }
}

#[tokio::test]
async fn signing_out_empties_the_browser_and_spares_the_neighbours() {
    let site = Site::start().await;
    let desk = site.signed_in(Role::Desk).await;
    let out = desk.post("/salir", &[]).await;
    assert_eq!(out.status, 200);
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(out.header("set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn only_what_our_own_pages_ask_for_is_compressed() {
    let site = Site::start().await;
    let desk = site.signed_in(Role::Desk).await;
    for (site, coding) in [
        ("same-origin", "gzip"),
        ("none", "gzip"),
        ("same-site", ""),
        ("cross-site", ""),
        ("", ""),
    ] {
        let headers = [("accept-encoding", "gzip"), ("sec-fetch-site", site)];
        let answer = desk.ask("GET", "/mesa", &[], &headers).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-encoding"), coding, "{site:?}");
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again_and_nobody_else_is() {
    let site = Site::reached_by_others().await;
    let from = |address| [("x-forwarded-for", address)];
    let (here, there) = (from("192.0.2.1"), from("192.0.2.2"));
    let stranger = site.stranger();
    let mut tried = 0;
    let refused = loop {
        let answer = stranger.ask("POST", "/entrar", b"", &here).await;
        if answer.status != 422 {
            break answer;
        }
        tried += 1;
    };
    // A whole shift signs in through one address.
    assert_eq!((tried, refused.status), (60, 429));
    assert_eq!(refused.header("retry-after"), "2");
    assert!(refused.html().contains("Demasiadas veces"));
    let mut english = stranger.clone();
    english.lang = "en";
    let answer = english.ask("POST", "/entrar", b"", &here).await;
    assert!(answer.status == 429 && answer.html().contains("Too often"));
    assert!(!answer.header("content-security-policy").is_empty());
    // Other pages, and others, are not concerned; and the wait that was told is enough.
    assert_eq!(stranger.ask("GET", "/verify", b"", &here).await.status, 200);
    let other = stranger.ask("POST", "/entrar", b"", &there).await;
    assert_eq!(other.status, 422);
    let clock = site.house.clock();
    clock.set(clock.now().plus(2));
    let again = stranger.ask("POST", "/entrar", b"", &here).await;
    assert_eq!(again.status, 422);
}

#[tokio::test]
async fn whom_to_tell_about_weaknesses_is_said_where_somebody_is_named() {
    let site = Site::start().await;
    let answer = site.stranger().get("/.well-known/security.txt").await;
    assert_eq!(answer.status, 404, "nobody is named here");
}

#[tokio::test]
async fn no_route_takes_more_than_its_form_needs() {
    let site = Site::start().await;
    let desk = site.signed_in(Role::Desk).await;
    let mut refused = 0;
    for paso_web::Route { method, path, door } in paso_web::list() {
        let with_picture = [
            "/mesa",
            "/punto",
            "/encuentro",
            "/recibo",
            "/verify",
            "/mi-tarjeta",
            "/custodia/papel",
        ]
        .contains(&path);
        let most = if with_picture { 8 << 20 } else { 64 << 10 };
        // A program without a token is turned away before anything is read.
        let of_programs = matches!(door, paso_web::door::Door::Token(_));
        if method != "POST" || of_programs {
            continue;
        }
        let path = path.replace(['{', '}'], "");
        let mut body = b"ficha=".to_vec();
        body.resize(most + 1, b'a');
        let answer = desk.ask("POST", &path, &body, &[]).await;
        // A door that is not the desk's is shut before anything is read.
        assert!([404, 413].contains(&answer.status), "{path}");
        refused += usize::from(answer.status == 413);
    }
    assert!(refused > 5, "{refused} only");
}
