//! Documents cannot rot silently: what they link to is there, and the book lists every page.

#![expect(clippy::expect_used, reason = "what fails here fails the test")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the root")
}

/// Markdown files that git knows.
fn documents() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "*.md",
        ])
        .current_dir(root())
        .output()
        .expect("git runs");
    let files: Vec<_> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| root().join(line))
        .collect();
    assert!(files.len() > 5, "the list of documents is not whole");
    files
}

/// Targets of `[text](target)` and `![text](target)` outside code blocks.
fn links(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut links = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let mut rest = line;
        while let Some((_, after)) = rest.split_once("](") {
            let Some((target, behind)) = after.split_once(')') else {
                break;
            };
            links.push(
                target
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            );
            rest = behind;
        }
    }
    links
}

#[test]
fn every_local_link_leads_somewhere() {
    let mut dead = Vec::new();
    for file in documents() {
        let text = fs::read_to_string(&file).expect("readable");
        for link in links(&text) {
            let path = link.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
                continue;
            }
            if !file.parent().expect("a folder").join(path).exists() {
                dead.push(format!(
                    "{}: {link}",
                    file.strip_prefix(root()).expect("inside").display()
                ));
            }
        }
    }
    assert!(
        dead.is_empty(),
        "these links lead nowhere:\n{}",
        dead.join("\n")
    );
}

#[test]
fn the_book_lists_every_page() {
    let book = root().join("docs/src");
    let summary = fs::read_to_string(book.join("SUMMARY.md")).expect("a summary");
    let listed: Vec<_> = links(&summary)
        .into_iter()
        .map(|link| book.join(link))
        .collect();
    for page in documents().iter().filter(|page| page.starts_with(&book)) {
        assert!(
            page.ends_with("SUMMARY.md") || listed.contains(page),
            "{} is not in SUMMARY.md",
            page.display()
        );
    }
}

/// The words of one machine, and of nobody's business, stay out of the documents.
#[test]
fn no_document_names_a_machine() {
    for file in documents() {
        let text = fs::read_to_string(&file).expect("readable");
        for word in ["/root/", "/home/", "/tmp/"] {
            assert!(!text.contains(word), "{} names {word}", file.display());
        }
    }
}

/// The guides list what a check can answer in the very words of the screen.
#[test]
fn the_guides_speak_the_words_of_the_screen() {
    for (texts, guide) in [
        ("locales/es/verdict.ftl", "docs/src/punto.md"),
        ("locales/en/verdict.ftl", "docs/src/en/checkpoint.md"),
    ] {
        let texts = fs::read_to_string(root().join(texts)).expect("texts");
        let page = fs::read_to_string(root().join(guide)).expect("a guide");
        let mut seen = 0;
        for line in texts.lines().filter(|line| line.starts_with("finding-")) {
            let (key, words) = line.split_once(" = ").expect("a text");
            assert!(
                page.contains(words.trim()),
                "{guide} does not say what {key} says: {words}"
            );
            seen += 1;
        }
        assert!(seen > 20, "{guide}: the list of findings is not whole");
    }
}
