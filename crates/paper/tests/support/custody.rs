//! Fictional people under control, and the papers about them.

use super::{moment, notices, proof};
use paso_paper::{
    Bilingual, CustodyList, CustodyReceipt, CustodySlip, EpisodePaper, HandoverSheet,
    custody::{Content, Fact, Given, Listed, Running, SlipFor, Stretch, Sureness},
};

pub(crate) fn custody_list() -> CustodyList {
    let running = |text: &str, late: bool| Running {
        text: text.into(),
        late,
    };
    let person = |number: u32, handle: &str, name: &str, standing: &str| Listed {
        ordinal: format!("{number} de 12"),
        handle: handle.into(),
        name: name.into(),
        since: "22 nov, 08:40".into(),
        clocks: vec![running("Control: 23 nov, 20:40", false)],
        standing: standing.into(),
        answers: "INM-0417".into(),
    };
    let mut people = vec![
        person(1, "5C5C-7K2M", "Xitumul Tzʼunun, María Guadalupe", ""),
        person(2, "9H4P-2R8X", "", ""),
        person(
            3,
            "6J7F-44CT",
            "Zelaya Mejía, Íngrid Yamileth",
            "Ofrecida a Tapachula, espera respuesta desde 14:10",
        ),
    ];
    people[1].clocks = vec![
        running("Nombre: venció 22 nov, 09:10", true),
        running("Control: 23 nov, 20:40", false),
    ];
    people[2]
        .clocks
        .insert(0, running("Oferta: 22 nov, 15:10", false));
    CustodyList {
        authority: "Instituto Nacional de Migración".into(),
        place: "Estación Talismán".into(),
        shift: "Día, 08:00 a 20:00".into(),
        made: moment("domingo 22 nov 2026", "Sunday 22 Nov 2026", "14:30"),
        officer_number: "INM-0417".into(),
        people,
        beside: vec![
            "1 oferta espera respuesta".into(),
            "2 en camino hacia aquí".into(),
            "1 reloj vencido".into(),
        ],
        specimen: true,
    }
}

/// Many people, with everything as long as it gets.
pub(crate) fn long_custody_list() -> CustodyList {
    let mut list = custody_list();
    let people = core::mem::take(&mut list.people);
    list.people = people.into_iter().cycle().take(40).collect();
    list
}

fn stretches() -> Vec<Stretch> {
    let stretch = |minutes: u64, when: &str, custodian: &str, place: &str| Stretch {
        seconds: minutes * 60,
        when: when.into(),
        custodian: custodian.into(),
        place: place.into(),
        standing: Bilingual::new("sin duda", "sure"),
        sureness: Sureness::Sure,
    };
    let mut stretches = vec![
        stretch(30, "22 nov, 08:40 – 09:10", "INM-0417", "Puesto Talismán"),
        stretch(60, "22 nov, 09:10 – 10:10", "INM-0417", "Puesto Talismán"),
        stretch(
            5,
            "22 nov, 10:10 – 10:15",
            "INM-0417",
            "Autobús 4417, hacia Tapachula",
        ),
        stretch(
            300,
            "22 nov, 10:15 – 15:15",
            "INM-0520",
            "Estación Tapachula",
        ),
        stretch(240, "22 nov, 15:15 – …", "INM-0520", "Estación Tapachula"),
    ];
    stretches[1].sureness = Sureness::Waiting;
    stretches[1].standing =
        Bilingual::new("ofrecida, sin aceptar todavía", "offered, not accepted yet");
    stretches[4].sureness = Sureness::Grave;
    stretches[4].standing = Bilingual::new("no se encuentra", "not found");
    stretches
}

fn facts() -> Vec<Fact> {
    let fact = |row: u32, at: &str, es: &str, en: &str| Fact {
        at: at.into(),
        what: Bilingual::new(es, en),
        by: "INM-0417 · TAL".into(),
        row: row.to_string(),
        commitment: "9f3a 41c7 0b2e".into(),
    };
    vec![
        fact(
            1,
            "22 nov 2026, 08:40",
            "Contada como la 2 de 12 en el Puesto Talismán. Control desde las 08:20, kilómetro 23 de la \
                 carretera costera; unidad: Grupo de prueba; orden de INM-0400; fundamento que citó: \
                 artículo 97; motivo: no mostró documento.",
            "Counted as the 2nd of 12 at Puesto Talismán. Control since 08:20, kilometre 23 of the coast \
                 road; unit: Grupo de prueba; ordered by INM-0400; basis claimed: article 97.",
        ),
        fact(
            2,
            "22 nov 2026, 08:58",
            "Descrita según lo que dijo: nombre, nacimiento, nacionalidad.",
            "Described as she stated: name, birth, nationality.",
        ),
        fact(
            3,
            "22 nov 2026, 09:10",
            "Ofrecida a la Estación Tapachula, una de 12. Motivo: traslado.",
            "Offered to Estación Tapachula, one of 12. Reason: transfer.",
        ),
        fact(
            4,
            "22 nov 2026, 10:10",
            "Sale en el autobús 4417.",
            "Departs by bus 4417.",
        ),
        fact(
            5,
            "22 nov 2026, 10:15",
            "Aceptada: contaron 11.",
            "Accepted: 11 were counted.",
        ),
        fact(6, "22 nov 2026, 15:15", "No se encuentra.", "Not found."),
    ]
}

pub(crate) fn custody_episode() -> EpisodePaper {
    let content = |instrument: &str, wants: &str, value: Option<&str>| Content {
        instrument: instrument.into(),
        wants: wants.into(),
        value: value.map(String::from),
    };
    EpisodePaper {
        authority: "Instituto Nacional de Migración".into(),
        handle: "5c5c 7a20 91ee 04d3 8b1f 66c2 a90d 3e74".into(),
        for_whom: "Juzgado Primero de Distrito en Materia de Amparo".into(),
        name: "Xitumul Tzʼunun, María Guadalupe".into(),
        made: moment("domingo 22 nov 2026", "Sunday 22 Nov 2026", "19:15"),
        officer_number: "INM-0400".into(),
        stretches: stretches(),
        lasts: true,
        facts: facts(),
        breaches: vec![
            Bilingual::new(
                "22 nov, 15:15: la persona debía estar en la Estación Tapachula y no se encuentra. La \
                 defensoría fue avisada.",
                "22 Nov, 15:15: the person should be at Estación Tapachula and is not. The ombudsman was \
                 told.",
            ),
            Bilingual::new(
                "22 nov, 10:15: se ofrecieron 12 y quien recibió contó 11.",
                "22 Nov, 10:15: 12 were offered and the receiver counted 11.",
            ),
        ],
        contents: vec![
            content(
                "Convención, art. 17(3)",
                "a) la identidad de la persona privada de libertad",
                Some("Xitumul Tzʼunun, María Guadalupe"),
            ),
            content(
                "Convención, art. 17(3)",
                "b) la fecha y hora en que fue privada de libertad",
                Some("22 nov 2026, 08:20"),
            ),
            content(
                "Convención, art. 17(3)",
                "f) los elementos relativos a la integridad física",
                None,
            ),
            content(
                "Ley Nacional del Registro de Detenciones",
                "familiar o persona de confianza",
                Some("Su hermana, en Huehuetenango"),
            ),
        ],
        file_hash: "41c79f3a 0b2e6d11 5c5c7a20 91ee04d3 8b1f66c2 a90d3e74 e8a27714 53c6109b".into(),
        head: "mx.example/2026, 48 213 hojas, raíz pQ7…; la firmaron además veedor.example (22 nov, 19:02) y \
               unach.example (22 nov, 19:02)."
            .into(),
        specimen: true,
    }
}

pub(crate) fn custody_receipt() -> CustodyReceipt {
    CustodyReceipt {
        authority: "Instituto Nacional de Migración".into(),
        post: "Puesto Talismán".into(),
        at: moment("domingo 22 nov 2026", "Sunday 22 Nov 2026", "08:40"),
        unit: "Instituto Nacional de Migración, Grupo de prueba".into(),
        officer_number: "INM-0417".into(),
        ordinal: "2 de 12".into(),
        handle_in_words: "maiz · puente · luna · ceiba".into(),
        proof: proof(),
        secret: Some("2C7K-9XRT-HJKP-2346".into()),
        page: "paso.example/custodia".into(),
        notices: notices(),
        specimen: true,
    }
}

pub(crate) fn custody_slips() -> Vec<CustodySlip> {
    let first = CustodySlip {
        kind: SlipFor::Handover,
        authority: "Instituto Nacional de Migración".into(),
        post: "Estación Talismán".into(),
        at: moment("domingo 22 nov 2026", "Sunday 22 Nov 2026", "16:05"),
        officer_number: "INM-0520".into(),
        ordinal: "2 de 12".into(),
        handle_in_words: "maiz · puente · luna · ceiba".into(),
        proof: proof(),
        notices: notices(),
        specimen: true,
    };
    let of = |kind| CustodySlip {
        kind,
        ..first.clone()
    };
    vec![first.clone(), of(SlipFor::Release), of(SlipFor::Ended)]
}

pub(crate) fn handover_paper() -> HandoverSheet {
    let given = |number: u32, name: &str| Given {
        ordinal: format!("{number} de 12"),
        handle: "5c5c 7a20 91ee 04d3 8b1f 66c2 a90d 3e74".into(),
        name: name.into(),
    };
    HandoverSheet {
        authority: "Instituto Nacional de Migración".into(),
        folio: "P-2C7K-9XRT".into(),
        place: "Estación Talismán".into(),
        made: moment("domingo 22 nov 2026", "Sunday 22 Nov 2026", "16:05"),
        officer_number: "INM-0417".into(),
        body: "Hospital General de prueba".into(),
        reason: "Atención médica de urgencia".into(),
        people: vec![
            given(2, ""),
            given(3, "Zelaya Mejía, Íngrid Yamileth"),
            given(7, "Pineda, Óscar René"),
        ],
        specimen: true,
    }
}
