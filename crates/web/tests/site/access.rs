//! The table of accesses in the guides: who may do what to which record, and behind which address.
//! It is written from the policy and the router's own list, and compared with the pages a lawyer
//! reads: `docs/src/accesos.md` and `docs/src/en/access.md`.

use paso_domain::{
    policy::{Power, Role},
    roles::{By, Record, Roles, Words, touch},
};
use paso_web::door::Door;
use std::{fmt::Write as _, fs, path::PathBuf};

/// What the page says besides the table.
struct Said {
    file: &'static str,
    of: fn(&Words) -> &str,
    top: &'static str,
    role: &'static str,
    body: &'static str,
    purpose: &'static str,
    rests: &'static str,
    waits: &'static str,
    bodies: &'static str,
    waiting: &'static str,
    records: &'static str,
    act: &'static str,
    who: &'static str,
    found_by: &'static str,
    writes: &'static str,
    yes: &'static str,
    addresses: &'static str,
    nobody: &'static str,
    by: [(By, &'static str); 5],
    others: &'static str,
    public: &'static str,
    anyone: &'static str,
    rules: &'static str,
}

const ES: Said = Said {
    file: "accesos.md",
    of: |words| &words.es,
    top: "# Quién puede qué\n\nEsta página se genera del programa: de `programs/roles.toml`, que es lo que decide, y de la lista de \
direcciones que el programa atiende. Una prueba la compara con ambos en cada cambio. Cada persona entra para **una \
función**, no con un rango; ninguna función está por encima de las demás. Lo que no figura, no se puede: a quien le falta \
una facultad, la dirección le parece inexistente. Casi toda concesión es INFERENCIA (*INFERENCE*): ninguna fuente describe \
las reglas de acceso de un sistema común de México y Guatemala, y han de revisarlas juristas. El archivo de una \
instalación sólo puede quitar.\n",
    role: "Función",
    body: "Institución",
    purpose: "Para qué",
    rests: "En qué se apoya",
    waits: "Qué espera",
    bodies: "## Funciones",
    waiting: "## Instituciones sin función todavía",
    records: "## Por registro",
    act: "Facultad",
    who: "Quién",
    found_by: "Se llega por",
    writes: "Escribe",
    yes: "sí",
    addresses: "Direcciones",
    nobody: "nadie",
    by: [
        (By::Person, "la persona"),
        (By::Card, "la tarjeta"),
        (By::Shown, "lo que alguien muestra"),
        (By::Own, "lo propio"),
        (By::Staff, "el personal"),
    ],
    others: "## Direcciones sin facultad",
    public: "Para cualquiera, sin entrar",
    anyone: "Para quien haya entrado, sea cual sea su función",
    rules: "## Reglas que ningún archivo puede romper\n\n\
- Quien expide tarjetas no las revoca.\n\
- Quien controla no tiene asuntos de refugio, casos de niñez ni denuncias. De una solicitud ve sólo «no devolver, no \
notificar», sin razón; de una canalización, sólo que la hubo.\n\
- Quien guarda asuntos de refugio no da avisos consulares ni decide sobre tarjetas.\n\
- La defensoría no escribe en ningún registro, salvo consentir un borrado.\n\
- Estadística tiene sumas, en las que no aparece nadie.\n\
- Quien administra personal y equipos no tiene expedientes de personas.\n\
- Quien propone un borrado no lo consiente.\n\
- Una función de otro Estado no tiene expedientes: podrían ser de quien pide refugio frente a ese Estado. Sólo tiene los \
avisos dirigidos a su propio consulado, y ésos no cambian después: ni aparecen ni desaparecen por una solicitud.\n\
- Nada lleva de una tarjeta o una persona a los lugares donde fue revisada.\n\
- Ninguna función puede todo.\n",
};

const EN: Said = Said {
    file: "en/access.md",
    of: |words| &words.en,
    top: "# Who may do what\n\nThis page is made from the program: from `programs/roles.toml`, which decides, and from the list of \
addresses that the program serves. A test compares it with both at every change. Everybody signs in for **a purpose**, \
not with a rank; no role is above the others. What is not listed cannot be done: to whoever lacks a power the address \
looks absent. Nearly every grant is INFERENCE: no source describes the access rules of a joint system of Mexico and \
Guatemala, and lawyers have to review them. An installation's own file may only take away.\n",
    role: "Role",
    body: "Body",
    purpose: "What for",
    rests: "Rests on",
    waits: "Waits for",
    bodies: "## Roles",
    waiting: "## Bodies without a role yet",
    records: "## By record",
    act: "Power",
    who: "Who",
    found_by: "Found by",
    writes: "Writes",
    yes: "yes",
    addresses: "Addresses",
    nobody: "nobody",
    by: [
        (By::Person, "the person"),
        (By::Card, "the card"),
        (By::Shown, "what somebody shows"),
        (By::Own, "one's own"),
        (By::Staff, "staff"),
    ],
    others: "## Addresses without a power",
    public: "For anyone, without signing in",
    anyone: "For whoever is signed in, whatever for",
    rules: "## Rules that no file can break\n\n\
- Who issues cards does not revoke them.\n\
- Who enforces has no refuge matters, children's cases or reports. Of a claim they see only «do not return, do not \
notify», without a reason; of a referral, only that there was one.\n\
- Who keeps refuge matters neither gives consular notices nor decides on cards.\n\
- The ombudsman writes in no register, save for agreeing to an erasure.\n\
- Statistics has totals, in which nobody appears.\n\
- Who keeps officers and devices has no person's record.\n\
- Who proposes an erasure does not agree to it.\n\
- A role of another state has no records: they could be of a claimant of that state. It has only the notices addressed \
to its own consulate, and these do not change afterwards: no claim makes one come or go.\n\
- Nothing leads from a card or a person to the places where they were checked.\n\
- No role can do everything.\n",
};

fn page(said: &Said) -> String {
    let roles = Roles::shipped().unwrap();
    let words = said.of;
    let mut text = format!(
        "{}\n{}\n\n| {} | {} | {} | {} |\n|---|---|---|---|\n",
        said.top, said.bodies, said.role, said.body, said.purpose, said.rests
    );
    for role in Role::ALL {
        let (body, purpose) = roles.purpose(role).unwrap();
        let state = body.state.map(|state| format!(" ({state})"));
        let _ = writeln!(
            text,
            "| `{role}` | {}{} | {} | {} |",
            words(&body.name),
            state.unwrap_or_default(),
            words(&purpose.sentence),
            purpose.source
        );
    }
    let _ = write!(text, "\n{}\n", said.records);
    for record in Record::ALL {
        let _ = write!(text, "\n### {}\n\n", words(roles.record(record).unwrap()));
        let powers: Vec<_> = Power::ALL
            .into_iter()
            .filter(|power| touch(*power).record == record)
            .collect();
        if powers.is_empty() {
            let _ = writeln!(text, "{}.", said.nobody);
            continue;
        }
        let _ = write!(
            text,
            "| {} | {} | {} | {} | {} |\n|---|---|---|---|---|\n",
            said.act, said.who, said.found_by, said.writes, said.addresses
        );
        for power in powers {
            let _ = writeln!(
                text,
                "| {} (`{power}`) | {} | {} | {} | {} |",
                words(roles.power(power).unwrap()),
                who(&roles, power, said),
                said.by.iter().find(|by| by.0 == touch(power).by).unwrap().1,
                if touch(power).writes { said.yes } else { "" },
                behind(Door::Allowed(power)).join(", ")
            );
        }
    }
    let _ = write!(text, "\n{}\n\n", said.others);
    for (door, means) in [(Door::Public, said.public), (Door::Anyone, said.anyone)] {
        let _ = writeln!(text, "- {means}: {}.", behind(door).join(", "));
    }
    let _ = write!(
        text,
        "\n{}\n\n| {} | {} |\n|---|---|\n",
        said.waiting, said.body, said.waits
    );
    for body in roles.bodies() {
        if let Some(why) = &body.awaits {
            let _ = writeln!(text, "| {} | {} |", words(&body.name), words(why));
        }
    }
    let _ = write!(text, "\n{}", said.rules);
    text
}

fn who(roles: &Roles, power: Power, said: &Said) -> String {
    let who: Vec<_> = Role::ALL
        .into_iter()
        .filter(|role| roles.policy().allows(*role, power))
        .map(|role| format!("`{role}`"))
        .collect();
    if who.is_empty() {
        said.nobody.to_owned()
    } else {
        who.join(", ")
    }
}

fn behind(door: Door) -> Vec<String> {
    paso_web::list()
        .into_iter()
        .filter(|route| route.door == door)
        .map(|route| format!("`{} {}`", route.method, route.path))
        .collect()
}

fn stored(said: &Said) -> PathBuf {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src");
    PathBuf::from(docs).join(said.file)
}

#[test]
fn the_guides_table_of_accesses_is_that_of_the_program() {
    for said in [&ES, &EN] {
        let text = fs::read_to_string(stored(said)).unwrap_or_default();
        assert!(
            text.lines().eq(page(said).lines()),
            "{} is not what the program does: run the ignored test write_the_table, and read it",
            said.file
        );
    }
}

#[test]
#[ignore = "writes the table of accesses into the guides"]
fn write_the_table() {
    for said in [&ES, &EN] {
        fs::write(stored(said), page(said)).unwrap();
    }
}
