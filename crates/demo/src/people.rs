//! The people of the demonstration. None of them exists; their documents' numbers begin with
//! zeros that no office has issued.

use crate::process::Program;
use anyhow::Result;
use serde_json::{Map, Value};
use std::path::Path;

/// Somebody in service.
pub(crate) struct Officer {
    number: &'static str,
    name: &'static str,
    role: &'static str,
    post: &'static str,
    /// What the role does, in both languages.
    pub(crate) says: &'static str,
    /// The name under which tests find the link.
    pub(crate) key: &'static str,
}

const fn officer(
    number: &'static str,
    name: &'static str,
    role: &'static str,
    key: &'static str,
    says: &'static str,
) -> Officer {
    Officer {
        number,
        name,
        role,
        post: "TAL",
        says,
        key,
    }
}

impl Officer {
    /// The same at another post.
    const fn at(self, post: &'static str) -> Self {
        Self { post, ..self }
    }
}

/// Who works here. The first begins with themselves and enrols the others.
pub(crate) const OFFICERS: [Officer; 18] = [
    officer(
        "ADM-0001",
        "Rosa Chan Pech",
        "administrator",
        "administrator",
        "administración: altas, bajas, llaves  ·  enrolments, dismissals, tokens",
    ),
    officer(
        "ADM-0002",
        "Julián Poot Ek",
        "administrator",
        "administrator-2",
        "administración, segunda persona  ·  the second administrator",
    ),
    officer(
        "INM-0417",
        "Leticia Ramos Díaz",
        "desk",
        "desk",
        "mesa: expedir, imprimir, entradas y salidas  ·  desk",
    ),
    officer(
        "INM-0421",
        "Gabriel Ku Cetz",
        "desk",
        AT_POST,
        "mesa en Ciudad Hidalgo, en el puesto  ·  desk at Ciudad Hidalgo, at the post",
    )
    .at("HID"),
    officer(
        "INM-0733",
        "Óscar Gómez Toledo",
        "checkpoint",
        "checkpoint",
        "punto de revisión: comprobar, recibos  ·  checkpoint",
    ),
    officer(
        "INM-0707",
        "Damián Reyes Balam",
        "custody",
        "custody",
        "custodia en Talismán: contar, describir, entregar  ·  custody at Talismán",
    ),
    officer(
        "INM-0708",
        "Abril Cauich Sosa",
        "custody",
        "custody-2",
        "custodia en Talismán, el otro turno  ·  custody, the other shift",
    ),
    officer(
        "INM-0709",
        "Saúl Noh Ucán",
        "custody",
        "custody-station",
        "custodia en la estación de Chetumal  ·  custody at the station of Chetumal",
    )
    .at("EMC"),
    officer(
        "INM-0102",
        "Marta Solís Cruz",
        "supervisor",
        "supervisor",
        "supervisión: revocar, unir registros  ·  supervisor",
    ),
    officer(
        "OIC-0021",
        "Elena Vázquez Ruiz",
        "inspector",
        "inspector",
        "control interno  ·  inspector",
    ),
    officer(
        "TRA-0008",
        "Iván Morales Gil",
        "transparency",
        "transparency",
        "transparencia: datos propios, supresión  ·  transparency",
    ),
    officer(
        "DEF-0003",
        "Amalia Ortiz León",
        "ombudsman",
        "ombudsman",
        "defensoría  ·  ombudsman",
    ),
    officer(
        "COM-0015",
        "Teresa Aguilar Paz",
        "refuge",
        "refuge",
        "refugio  ·  refuge",
    ),
    officer(
        "EST-0012",
        "Nora Canul May",
        "statistics",
        "statistics",
        "estadística  ·  statistics",
    ),
    officer(
        "GN-0908",
        "Raúl Méndez Ake",
        "police",
        "police",
        "policía: si la tarjeta es válida  ·  police: whether a card is valid",
    ),
    officer(
        "PPN-0006",
        "Lidia Uicab Mis",
        "child-protection",
        "child-protection",
        "procuraduría de protección: canalizaciones  ·  child protection: referrals",
    ),
    officer(
        "FGR-0011",
        "Hugo Pérez Tun",
        "prosecutor",
        "prosecutor",
        "fiscalía: canalizaciones  ·  prosecutor: referrals",
    ),
    officer(
        "CGT-0004",
        "Ixchel Coy Tzul",
        "consulate-gt",
        "consulate",
        "consulado de Guatemala: sus avisos  ·  the consulate of Guatemala",
    ),
];

/// The name of the officer whose pages are the post's.
pub(crate) const AT_POST: &str = "desk-post";

/// Enrols them, and gives the links by which each registers a passkey, under their names.
pub(crate) fn enrol(dir: &Path) -> Result<Map<String, Value>> {
    let by = format!("--officer={}", OFFICERS[0].number);
    OFFICERS
        .iter()
        .map(|officer| {
            let name = format!("--name={}", officer.name);
            let role = format!("--role={}", officer.role);
            let post = format!("--post={}", officer.post);
            let number = officer.number;
            let args = ["officer", "enrol", number, &name, &role, &post, &by];
            let said = Program::Paso.run(dir, &args)?;
            Ok((officer.key.to_owned(), said.trim().into()))
        })
        .collect()
}

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
