//! The program an authority runs.

fn main() -> std::process::ExitCode {
    paso::run(std::env::args().collect())
}
