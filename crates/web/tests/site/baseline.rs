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
