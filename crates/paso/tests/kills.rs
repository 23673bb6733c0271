//! Power cuts. The whole program is killed at random moments while a desk issues cards; whatever
//! was acknowledged is there afterwards, whole, and can be printed.

mod common;

use common::{ISSUE, Site, command, said};
use std::{
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// How often the program is killed: `./test` says 50, `./test --long` 500.
fn kills() -> u32 {
    std::env::var("PASO_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(5)
}

/// A repeatable sequence; the seed is printed when something fails.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let site = Site::init();
    let mut seed = 0x5eed_2014_0707_u64;
    let acknowledged = Arc::new(Mutex::new(Vec::<String>::new()));
    let mut rounds_with_cards = 0;
    for round in 0..kills() {
        let running = site.serve();
        let before = acknowledged.lock().unwrap().len();
        let stop = Arc::new(AtomicBool::new(false));
        let desks: Vec<_> = (0..3)
            .map(|_| {
                let (dir, acknowledged, stop) =
                    (site.dir(), Arc::clone(&acknowledged), Arc::clone(&stop));
                thread::spawn(move || {
                    while !stop.load(Ordering::SeqCst) {
                        let issued = command(&dir, &ISSUE)
                            .stderr(Stdio::null())
                            .output()
                            .expect("paso runs");
                        if issued.status.success() {
                            let said = String::from_utf8_lossy(&issued.stdout).into_owned();
                            let number = said.lines().next().expect("a number").to_owned();
                            acknowledged.lock().unwrap().push(number);
                        }
                    }
                })
            })
            .collect();
        // The kill comes after a random number of acknowledged cards and a random bit of work
        // beyond them, not after a span of time.
        let wanted = before + usize::try_from(next(&mut seed) % 4).unwrap();
        while acknowledged.lock().unwrap().len() < wanted {
            thread::yield_now();
        }
        for _ in 0..next(&mut seed) % 200_000 {
            std::hint::spin_loop();
        }
        running.kill();
        stop.store(true, Ordering::SeqCst);
        for desk in desks {
            desk.join().unwrap();
        }
        rounds_with_cards += u32::from(acknowledged.lock().unwrap().len() > before);

        // Every acknowledged card of this round, and the last ones of earlier rounds, can be opened.
        let running = site.serve();
        let all = acknowledged.lock().unwrap().clone();
        for number in all.iter().skip(before.saturating_sub(3)) {
            let printed = site.paso(&[
                "card",
                "print",
                number,
                "-o",
                "-",
                "--officer=INM-0417",
                "--post=TAL",
            ]);
            assert!(
                printed.status.success(),
                "round {round}: {number} was acknowledged and is gone: {}",
                said(&printed)
            );
        }
        drop(running);
    }
    assert!(
        rounds_with_cards * 2 >= kills(),
        "the kills came before anything happened"
    );
}
