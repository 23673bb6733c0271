//! The doctor, asked in a real house: before it starts, while it runs, and when something is wrong.

mod common;
#[path = "common/vault.rs"]
mod vault;

use common::said;
use std::{fs, os::unix::fs::PermissionsExt as _};
use vault::Vault;

#[tokio::test]
async fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let vault = Vault::new();
    let site = &vault.site;
    let ask = || {
        let told = site.paso(&["doctor"]);
        (told.status.code(), said(&told))
    };

    let (exit, stopped) = ask();
    assert!(stopped.contains("Aquí no corre ningún paso"), "{stopped}");
    // The first bundle is made by the first start.
    assert!(stopped.contains("No hay paquete de confianza"), "{stopped}");
    assert_eq!(exit, Some(1), "{stopped}");

    let running = site.serve();
    let (exit, runs) = ask();
    assert!(runs.contains("Paso corre. La bitácora:"), "{runs}");
    assert!(runs.contains("no se ha hecho ningún respaldo"), "{runs}");
    assert!(!runs.contains("MAL"), "{runs}");
    assert_eq!(exit, Some(3), "{runs}");
    let made = site.paso(&strs(&vault.backup_args()));
    assert!(made.status.success(), "{}", said(&made));
    let (_, kept) = ask();
    assert!(kept.contains("bien   El último respaldo"), "{kept}");

    let key = site.dir().join("keys/card.pk8");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let (exit, open) = ask();
    assert!(open.contains("MAL    Otros en esta máquina"), "{open}");
    assert!(open.contains("card.pk8"), "{open}");
    assert_eq!(exit, Some(1), "{open}");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    running.kill();

    let config = site.dir().join("paso.toml");
    let sound = fs::read_to_string(&config).unwrap();
    fs::write(&config, sound.replace("home = \"", "home = \"X")).unwrap();
    let (exit, told) = ask();
    assert!(told.contains("MAL    La configuración no sirve"), "{told}");
    assert!(told.contains("authority.home"), "{told}");
    assert_eq!(exit, Some(1), "{told}");
}

fn strs(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}
