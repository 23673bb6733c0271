//! What a test that is a program of its own answers to `cargo test` and to nextest.

#![expect(
    clippy::print_stdout,
    reason = "a list of tests is asked for on standard output"
)]

/// What this test was asked; none where only a list was wanted, or another test was meant.
pub(crate) fn arguments(name: &str) -> Option<Vec<String>> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let flag = |flag: &str| asked.iter().any(|arg| arg == flag);
    if flag("--list") {
        // nextest also asks for those that are ignored: none.
        if !flag("--ignored") {
            println!("{name}: test");
        }
        return None;
    }
    let mut values = false;
    let other = asked.iter().any(|arg| {
        // What follows `--runs` and its like is no name of a test.
        let value = std::mem::replace(&mut values, VALUED.contains(&arg.as_str()));
        !value && !arg.starts_with('-') && !name.contains(arg.as_str())
    });
    (!other).then_some(asked)
}

/// Flags of these tests that a value follows, and of the usual harness.
const VALUED: [&str; 7] = [
    "--runs",
    "--seed",
    "--only",
    "--format",
    "--color",
    "--test-threads",
    "--skip",
];
