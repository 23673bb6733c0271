//! What devices wrote, carried away and brought back.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod common;

use common::{ISSUE, Site, said};
use std::fs;

/// Name and highest number of the one stream there is.
fn stream(site: &Site) -> (String, u64) {
    let listed = site.paso(&["stream", "list"]);
    assert!(listed.status.success(), "{}", said(&listed));
    let text = said(&listed);
    let words: Vec<_> = text.split_whitespace().collect();
    let [stream, _key, count, last] = words[..] else {
        panic!("{text}")
    };
    assert_eq!(count, last, "no holes");
    (stream.to_owned(), last.parse().unwrap())
}

#[test]
fn a_stream_is_exported_beside_the_running_hub_and_a_restored_copy_regains_its_tail() {
    let site = Site::init();
    let running = site.serve();
    assert!(site.paso(&ISSUE).status.success());
    running.kill();

    // The copy of yesterday; WAL and all.
    let kept = site.beside("kept");
    fs::create_dir(&kept).unwrap();
    let files = || fs::read_dir(site.dir()).unwrap().map(|file| file.unwrap());
    let databases = || files().filter(|file| file.file_name().to_string_lossy().contains(".db"));
    for file in databases() {
        fs::copy(file.path(), kept.join(file.file_name())).unwrap();
    }
    let (name, old) = stream(&site);

    let running = site.serve();
    assert!(site.paso(&ISSUE).status.success());
    let (_, new) = stream(&site);
    assert!(new > old);
    let batch = site.beside("tail.batch");
    let name_it = format!("--stream={name}");
    let after = format!("--after={old}");
    let export = [
        "stream",
        "export",
        &name_it,
        &after,
        "-o",
        batch.to_str().unwrap(),
    ];
    let exported = site.paso(&export);
    assert!(exported.status.success(), "{}", said(&exported));
    let nothing = site.paso(&["stream", "export", &name_it, "--after=9999", "-o", "-"]);
    assert!(
        said(&nothing).contains("no entries after number 9999"),
        "{}",
        said(&nothing)
    );

    let import = ["stream", "import", batch.to_str().unwrap()];
    let refused = site.paso(&import);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        said(&refused).contains("stop it first"),
        "{}",
        said(&refused)
    );
    running.kill();

    // The journal is yesterday's; the keys have a backup of their own, of today.
    for file in databases().filter(|file| file.file_name().to_string_lossy().starts_with("journal"))
    {
        fs::remove_file(file.path()).unwrap();
    }
    for file in fs::read_dir(&kept).unwrap().map(|file| file.unwrap()) {
        if file.file_name().to_string_lossy().starts_with("journal") {
            fs::copy(file.path(), site.dir().join(file.file_name())).unwrap();
        }
    }
    assert_eq!(stream(&site).1, old);
    let imported = site.paso(&import);
    assert!(imported.status.success(), "{}", said(&imported));
    let taken = format!("{} entries taken, 0 were here already", new - old);
    assert!(said(&imported).contains(&taken), "{}", said(&imported));
    assert_eq!(stream(&site), (name.clone(), new));
    let again = site.paso(&import);
    let present = format!("0 entries taken, {} were here already", new - old);
    assert!(said(&again).contains(&present), "{}", said(&again));
    // And the hub goes on.
    let running = site.serve();
    assert!(site.paso(&ISSUE).status.success());
    assert!(stream(&site).1 > new);
    drop(running);

    // What is torn or strange says so, and is not taken.
    let bytes = fs::read(&batch).unwrap();
    for (file, words) in [
        (&bytes[..bytes.len() - 40], "ends in the middle"),
        (
            b"PK\x03\x04".as_slice(),
            "neither a stream batch nor a log feed",
        ),
    ] {
        fs::write(&batch, file).unwrap();
        let refused = site.paso(&import);
        assert_eq!(refused.status.code(), Some(2));
        assert!(said(&refused).contains(words), "{}", said(&refused));
    }
    // Another authority's file is for another authority.
    fs::write(&batch, &bytes).unwrap();
    let other = Site::empty();
    assert!(
        other
            .init_with(&["--code=gt-test", "--issuer=https://gt.example"])
            .status
            .success()
    );
    let foreign = other.paso(&import);
    assert!(
        said(&foreign).contains("another authority"),
        "{}",
        said(&foreign)
    );
}
