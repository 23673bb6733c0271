//! Prints one of each paper into a directory, to be looked at:
//! `cargo run -p paso-paper --example samples -- DIRECTORY`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::error::Error;
use std::path::PathBuf;

use paso_paper::BlankKind;
use paso_paper::Portrait;
use support as demo;

fn main() -> Result<(), Box<dyn Error>> {
    let directory: PathBuf = std::env::args_os().nth(1).ok_or("give a directory")?.into();
    std::fs::create_dir_all(&directory)?;
    let mut cards: Vec<_> = (1..=4).map(demo::card).collect();
    cards.insert(1, demo::long_card());
    cards[3] = demo::long_card();
    for (at, card) in cards.iter_mut().enumerate() {
        card.specimen = at % 2 == 0;
    }
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pictures/portrait.jpg");
    for at in [2, 3] {
        cards[at].portrait = Some(Portrait::Jpeg(std::fs::read(picture)?));
    }
    let blank = |kind| paso_paper::blank_sheets(&demo::blank(kind));
    let papers = [
        ("cards", paso_paper::card_sheet(&cards)?),
        ("slip", paso_paper::entry_slip(&demo::slip())?),
        ("refusal", paso_paper::refusal(&demo::refusal())?),
        ("readings", paso_paper::readings(&demo::readings())?),
        ("receipt", paso_paper::act_receipt(&demo::receipt())?),
        ("exit", paso_paper::act_receipt(&demo::exit_receipt())?),
        (
            "custody-list",
            paso_paper::custody_list(&demo::custody::custody_list())?,
        ),
        (
            "custody-list-long",
            paso_paper::custody_list(&demo::custody::long_custody_list())?,
        ),
        (
            "custody-episode",
            paso_paper::custody_episode(&demo::custody::custody_episode())?,
        ),
        (
            "custody-receipt",
            paso_paper::custody_receipt(&demo::custody::custody_receipt())?,
        ),
        (
            "custody-slips",
            paso_paper::custody_slips(&demo::custody::custody_slips())?,
        ),
        (
            "handover",
            paso_paper::handover_sheet(&demo::custody::handover_paper())?,
        ),
        ("blank-encounter", blank(BlankKind::Encounter)?),
        ("blank-crossing", blank(BlankKind::Crossing)?),
        ("blank-application", blank(BlankKind::Application)?),
        ("blank-custody", blank(BlankKind::Custody)?),
        ("ceremony", paso_paper::ceremony_sheet(&demo::ceremony())?),
    ];
    for (name, pdf) in papers {
        std::fs::write(directory.join(format!("{name}.pdf")), pdf)?;
    }
    Ok(())
}
