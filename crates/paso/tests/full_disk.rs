//! A house whose disk filled up, and that was then switched off and on again: a real disk, as small as
//! a mount of our own makes it.

mod common;

use common::{Site, said};
use std::process::Command;

/// Everything below happens in a mount that nobody else sees and that ends with the shell. The files
/// with `ready` in them are beside it, so that they can be written when the disk is full.
const SCRIPT: &str = r#"
set -eu
mount -t tmpfs -o size=96m tmpfs "$DIR"
echo "a disk of our own"
start() {
  "$PASO" --dir "$DIR/data" serve >"$OUT/ready" 2>>"$OUT/messages" &
  served=$!
  for _ in $(seq 300); do
    grep -q ready "$OUT/ready" && return
    kill -0 $served 2>/dev/null || break
    read -r -t 0.1 _ <"$OUT/clock" || true
  done
  cat "$OUT/messages"; exit 1
}
mkfifo "$OUT/clock"; exec 9<>"$OUT/clock"
"$PASO" --dir "$DIR/data" init --demo --code=mx-test --name=Prueba --issuer=https://mx.example --home=TAL \
  --complaints=Defensoria --rules=demo --listen=127.0.0.1:0 >/dev/null
start; kill -9 $served; wait $served || true
dd if=/dev/zero of="$DIR/full" bs=64k 2>/dev/null || true
echo "free before: $(df --output=avail -k "$DIR" | tail -1 | tr -d ' ')"
start
"$PASO" --dir "$DIR/data" doctor --lang en || true
kill -9 $served; wait $served || true
# What the first start on the full disk left is enough for the next.
start
echo "started again"
kill -9 $served
"#;

#[test]
fn a_house_with_a_full_disk_starts_and_says_so() {
    let site = Site::empty();
    let (dir, out) = (site.beside("disk"), site.beside("out"));
    for place in [&dir, &out] {
        std::fs::create_dir(place).expect("a directory");
    }
    let done = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "bash", "-c", SCRIPT])
        .env("PASO", env!("CARGO_BIN_EXE_paso"))
        .env("DIR", &dir)
        .env("OUT", &out)
        .env_remove("PASO_DIR")
        .output()
        .expect("unshare, of util-linux");
    let told = said(&done);
    if !told.contains("a disk of our own") {
        println!("skipped: this machine lets nobody mount a disk of their own: {told}");
        return;
    }
    assert!(done.status.success(), "{told}");
    assert!(told.contains("free before: 0"), "{told}");
    assert!(told.contains("BAD    Little room is left"), "{told}");
    assert!(told.contains("Paso runs."), "{told}");
    assert!(told.contains("started again"), "{told}");
}
