//! The program an ombudsman runs.

fn main() -> std::process::ExitCode {
    paso_veedor::run(std::env::args().collect())
}
