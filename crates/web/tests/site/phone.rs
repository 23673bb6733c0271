//! What a phone is given: pages that hold nothing of anyone, every word it may need, and what it judges by.

use super::{
    harness::{Site, unescaped},
    texts::findings,
};
use paso_formats::{anchor::Anchor, bundle, verdict::NextStep};

#[tokio::test]
async fn what_a_phone_judges_by_is_public_and_holds_together() {
    let site = Site::start().await;
    let nobody = site.stranger();
    let anchor = nobody.get("/confianza/ancla.txt").await;
    let bundle = nobody.get("/confianza/lista.cose").await;
    assert_eq!((anchor.status, bundle.status), (200, 200));
    let anchor: Anchor = anchor.html().parse().unwrap();
    let opened = bundle::open(&bundle.bytes, &anchor.pinned().unwrap()).unwrap();
    assert_eq!(Some(&opened), site.house.bundle().as_deref());
}

#[tokio::test]
async fn its_pages_run_the_verifier_and_others_do_not() {
    let site = Site::start().await;
    let nobody = site.stranger();
    for (path, camera) in [
        ("/punto/telefono", "camera=(self)"),
        ("/mi-tarjeta", "camera=(self)"),
        ("/verify", "camera=()"),
    ] {
        let answer = nobody.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            answer.header("permissions-policy").contains(camera),
            "{path}"
        );
        let policy = answer.header("content-security-policy");
        let compiles =
            policy.contains("'wasm-unsafe-eval'") && policy.contains("trusted-types paso");
        assert_eq!(compiles, camera == "camera=(self)", "{path}: {policy}");
        assert!(!policy.contains("'unsafe-"), "{path}: {policy}");
    }
}

/// A phone without a network has a word, a sentence and a next step for whatever its verifier finds.
#[tokio::test]
async fn every_word_is_in_the_page() {
    let site = Site::start().await;
    for path in ["/punto/telefono", "/mi-tarjeta"] {
        let html = site.stranger().get(path).await.html();
        let (_, after) = html.split_once("data-palabras=\"").unwrap();
        let (words, _) = after.split_once('"').unwrap();
        let words: serde_json::Value = serde_json::from_str(&unescaped(words)).unwrap();
        for code in findings() {
            assert!(words["word"][&code].is_string(), "{path} {code}");
            assert!(words["finding"][&code].is_string(), "{path} {code}");
        }
        for step in NextStep::ALL {
            assert!(
                words["next"][step.code()].is_string(),
                "{path} {}",
                step.code()
            );
        }
    }
}

/// A service worker names every file of its release, and each of them is there.
#[tokio::test]
async fn a_release_is_whole() {
    let site = Site::start().await;
    let nobody = site.stranger();
    for (worker, scope, many) in [
        ("/punto/sin-red.js", "/punto", 8),
        ("/mi-tarjeta/sin-red.js", "/mi-tarjeta", 7),
    ] {
        let script = nobody.get(worker).await;
        assert_eq!(script.header("service-worker-allowed"), scope);
        assert_eq!(script.header("cache-control"), "no-cache");
        let script = script.html();
        let named = script.lines().next().unwrap();
        let named = named.strip_prefix("const RELEASE = ").unwrap();
        let release: serde_json::Value =
            serde_json::from_str(named.strip_suffix(';').unwrap()).unwrap();
        let files = release["files"].as_array().unwrap();
        assert_eq!(files.len(), many);
        for file in files {
            let answer = nobody.get(file.as_str().unwrap()).await;
            assert_eq!(answer.status, 200, "{file}");
        }
    }
    let manifest = nobody.get("/punto/manifiesto.json").await;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest.bytes).unwrap();
    let start = manifest["start_url"].as_str().unwrap();
    assert_eq!(nobody.get(start).await.status, 200);
}

/// The verifier that is shipped is WebAssembly and knows no path of the machine that built it.
#[test]
fn the_committed_verifier_is_clean() {
    let bytes = include_bytes!("../../assets/checker.wasm");
    assert_eq!(&bytes[..4], b"\0asm");
    let text = String::from_utf8_lossy(bytes);
    // Whoever built it: where cargo and rustup keep things. And this machine: its home, and wherever
    // this checkout lies; the build calls it "/paso" (`crates/checker/build`).
    let here = env!("CARGO_MANIFEST_DIR").split_inclusive('/');
    let top: String = here.take(2).collect();
    let home = std::env::var("HOME").map_or_else(|_| top.clone(), |home| home + "/");
    let paths = [
        "/.cargo/",
        "/.rustup/",
        "/registry/src/",
        "/toolchains/",
        &home,
        &top,
    ];
    for path in paths
        .into_iter()
        .filter(|path| *path != "/paso/" && *path != "//")
    {
        assert!(!text.contains(path), "{path}");
    }
}

#[tokio::test]
async fn the_holder_is_answered_without_scripts() {
    let site = Site::start().await;
    let mut nobody = site.stranger();
    let mut shown = String::new();
    for lang in ["es", "en"] {
        nobody.lang = lang;
        shown += &nobody.get("/mi-tarjeta").await.outline();
        let empty = nobody.post("/mi-tarjeta", &[("accion", "comprobar")]).await;
        assert_eq!(empty.status, 422);
        let fields = [("accion", "comprobar"), ("codigo", "HOLA")];
        let answer = nobody.post("/mi-tarjeta", &fields).await;
        assert_eq!(answer.status, 200);
        shown += &answer.outline();
    }
    insta::assert_snapshot!("mi-tarjeta", shown);
}
