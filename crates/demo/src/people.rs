//! The people of the demonstration. None of them exists; their documents' numbers begin with
//! zeros that no office has issued.

use crate::process::Program;
use anyhow::Result;
use std::path::Path;

/// One application, as arguments of `paso card issue`.
const PEOPLE: [&[&str]; 4] = [
    &[
        "--surnames=Ajú Xitumul",
        "--given=María K’abel",
        "--birth=1990-05-31",
        "--sex=F",
        "--nationality=GTM",
        "--document=dpi",
        "--document-number=0000 00019 0101",
        "--cui=0000 00019 0101",
    ],
    &[
        "--surnames=de la Cruz Pérez",
        "--given=Juan Francisco",
        "--birth=1984-02-29",
        "--sex=M",
        "--nationality=GTM",
        "--document=passport",
        "--document-number=000000417",
    ],
    &[
        "--surnames=Young",
        "--given=Delphine",
        "--birth=1975-11",
        "--sex=F",
        "--nationality=BLZ",
        "--document=handwritten-passport",
        "--document-number=R-0000312",
    ],
    &[
        "--surnames=Chub Caal",
        "--given=Domingo",
        "--birth=1961",
        "--sex=M",
        "--nationality=GTM",
        "--document=dpi",
        "--document-number=0000 00027 0101",
        "--cui=0000 00027 0101",
    ],
];

/// Issues their cards; the first two have entered.
pub(crate) fn seed(dir: &Path) -> Result<()> {
    let acting = ["--officer=INM-0417", "--post=TAL"];
    for (index, person) in PEOPLE.iter().enumerate() {
        let mut args = vec!["card", "issue"];
        args.extend(acting);
        args.extend(*person);
        let said = Program::Paso.run(dir, &args)?;
        let number = said.lines().find(|line| line.starts_with("TAL-"));
        if let (Some(number), 0 | 1) = (number, index) {
            Program::Paso.run(dir, &["enter", "--officer=INM-0417", "--post=TAL", number])?;
        }
    }
    Ok(())
}
