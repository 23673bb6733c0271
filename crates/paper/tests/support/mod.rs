//! Fictional people and papers for tests, benches and the example.

use paso_paper::{
    About, Bilingual, BlankKind, BlankSheets, CardFace, Ceremony, Envelope, Moment, Notices, Proof,
    Reading, Readings, Reason, Receipt, Refusal, RootKey, Slip,
};

pub(crate) mod custody;

/// What a signed card looks like from outside: base45 of the usual length.
pub(crate) fn qr_text(length: usize, seed: u64) -> String {
    const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(ALPHABET[(state >> 33) as usize % 45])
        })
        .collect()
}

pub(crate) fn notices() -> Notices {
    Notices {
        who_may_ask: Bilingual::new(
            "Agentes del Instituto Nacional de Migración con identificación a la vista. Pueden \
             revisarla, no quedársela. Pida siempre su constancia de revisión.",
            "Officers of the National Migration Institute who show identification. They may check \
             it, not keep it. Always ask for your receipt.",
        ),
        complaints: Bilingual::new(
            "Ante la defensoría, fuera de esta autoridad: 800 000 0000, veedor.example/quejas. \
             Quejarse no afecta su tarjeta.",
            "With the ombudsman, outside this authority: 800 000 0000, veedor.example/quejas. \
             Complaining does not affect your card.",
        ),
        how_to_check: Bilingual::new(
            "Lea el código en paso.example/comprobar; funciona sin red una vez abierta la página.",
            "Scan the code at paso.example/comprobar; once opened the page works offline.",
        ),
    }
}

pub(crate) fn card(number: u64) -> CardFace {
    CardFace {
        authority: "Instituto Nacional de Migración".into(),
        name: "María Guadalupe Xitumul Tzʼunun".into(),
        nationality: "Guatemala (GTM)".into(),
        birth_date: "14 MAR 1990".into(),
        sex: "F".into(),
        document: "DPI ···· 0101".into(),
        number: format!("TVR-7K2M-{number:04}"),
        issued: "22 NOV 2026".into(),
        expires: "22 NOV 2031".into(),
        states: ["Campeche", "Chiapas", "Quintana Roo", "Tabasco"]
            .map(String::from)
            .to_vec(),
        stay: Bilingual::new("72 horas por entrada.", "72 hours per entry."),
        notices: notices(),
        portrait: None,
        qr: qr_text(390, number + 1),
        specimen: true,
    }
}

/// The same card with everything as long as it gets.
pub(crate) fn long_card() -> CardFace {
    CardFace {
        authority: "Instituto Nacional de Migración, Delegación Regional Frontera Sur".into(),
        name: "María de los Ángeles Guadalupe Xitumul-Tzʼunun de la Cruz y Hernández".into(),
        nationality: "Honduras, residente permanente en Belice (HND)".into(),
        document: "Documento de identidad y viaje ···· 48213".into(),
        states: ["Campeche", "Chiapas", "Quintana Roo", "Tabasco", "Yucatán"]
            .map(String::from)
            .to_vec(),
        qr: qr_text(419, 7),
        ..card(99)
    }
}

pub(crate) fn moment(es: &str, en: &str, time: &str) -> Moment {
    Moment {
        late: None,
        date: Bilingual::new(es, en),
        time: time.into(),
        zone: Bilingual::new("hora de Chiapas", "Chiapas time"),
        offset: "UTC−6".into(),
    }
}

pub(crate) fn slip() -> Slip {
    Slip {
        authority: "Instituto Nacional de Migración".into(),
        number: "E-4Q7X-02K9".into(),
        name: "María Guadalupe Xitumul Tzʼunun".into(),
        card_number: "TVR-7K2M-0099".into(),
        document: "DPI ···· 0101".into(),
        post: "Ciudad Hidalgo, puente Dr. Rodolfo Robles".into(),
        entered: moment("domingo 22 nov 2026", "Sunday 22 Nov 2026", "10:40"),
        leave_by: moment("miércoles 25 nov 2026", "Wednesday 25 Nov 2026", "10:40"),
        not_overstayed_until: moment("jueves 26 nov 2026", "Thursday 26 Nov 2026", "00:00"),
        states: ["Campeche", "Chiapas", "Quintana Roo", "Tabasco"]
            .map(String::from)
            .to_vec(),
        notices: notices(),
        qr: qr_text(300, 11),
        receipt: Some(proof()),
        specimen: true,
    }
}

pub(crate) fn refusal() -> Refusal {
    Refusal {
        authority: "Instituto Nacional de Migración".into(),
        folio: "N-2026-11-00042".into(),
        name: "Juan Carlos Chʼen Pérez".into(),
        document: "Pasaporte ···· 4821".into(),
        post: "Ciudad Hidalgo, puente Dr. Rodolfo Robles".into(),
        decided: moment("domingo 22 nov 2026", "Sunday 22 Nov 2026", "11:05"),
        reasons: vec![
            Reason {
                text: Bilingual::new(
                    "El documento de viaje está vencido.",
                    "The travel document has expired.",
                ),
                legal_basis: "Programa de demostración, regla de documentos".into(),
            },
            Reason {
                text: Bilingual::new(
                    "Falta el permiso notarial de uno de los padres.",
                    "The notarised permission of one parent is missing.",
                ),
                legal_basis: "Programa de demostración, regla de menores".into(),
            },
        ],
        explanation:
            "El pasaporte venció el 3 de octubre de 2026. La persona dice que tramitó otro en \
                      el consulado y que lo recoge la próxima semana."
                .into(),
        remedy: Bilingual::new(
            "Puede volver a pedir la tarjeta en cualquier momento, en cualquier puesto que la expida, \
             con un documento vigente. Si no está de acuerdo, puede pedir que otra persona revise \
             esta decisión dentro de 15 días hábiles.",
            "You may apply again at any time, at any issuing post, with a valid document. If you \
             disagree, you may ask within 15 working days for another person to review this decision.",
        ),
        officer_number: "1734".into(),
        notices: notices(),
        specimen: true,
    }
}

pub(crate) fn readings() -> Readings {
    let reading = |at: &str, officer: &str, es: &str, en: &str| Reading {
        at: at.into(),
        officer_number: officer.into(),
        post: "Talismán".into(),
        what: Bilingual::new(es, en),
    };
    Readings {
        authority: "Instituto Nacional de Migración".into(),
        record: "0a1b2c3d4e5f60718293a4b5c6d7e8f9".into(),
        made: moment("domingo 22 nov 2026", "Sunday 22 Nov 2026", "11:05"),
        officer_number: "INM-0055".into(),
        readings: vec![
            reading(
                "20 nov 2026, 09:12",
                "INM-0102",
                "Abrió el registro de la persona en pantalla. Finalidad: supervisión.",
                "Opened the person’s record on screen. Purpose: supervision.",
            ),
            reading(
                "18 nov 2026, 16:40",
                "INM-0417",
                "Imprimió la tarjeta TAL-2K7M-9XRT. Finalidad: ventanilla.",
                "Printed the card TAL-2K7M-9XRT. Purpose: desk.",
            ),
        ],
        more: true,
        notices: notices(),
        specimen: true,
    }
}

pub(crate) fn proof() -> Proof {
    Proof {
        code: "2C7K-9XRT".into(),
        symbol: Ok(qr_text(287, 5)),
        page: "paso.example/verify".into(),
    }
}

pub(crate) fn exit_receipt() -> Receipt {
    Receipt {
        kind: Bilingual::new("Salida", "Exit"),
        post: "Ciudad Hidalgo, puente Dr. Rodolfo Robles".into(),
        about: About::Exit {
            card_number: "TVR-7K2M-0099".into(),
        },
        ..receipt()
    }
}

pub(crate) fn blank(kind: BlankKind) -> BlankSheets {
    BlankSheets {
        kind,
        authority: "Instituto Nacional de Migración".into(),
        place: "Punto de revisión de Huixtla, km 240".into(),
        printed: moment("lunes 23 nov 2026", "Monday 23 Nov 2026", "08:10"),
        officer_number: "INM-0417".into(),
        numbers: vec!["P-TAL-E3KH-T401-Z".into()],
        notices: notices(),
        specimen: false,
    }
}

pub(crate) fn receipt() -> Receipt {
    Receipt {
        authority: "Instituto Nacional de Migración".into(),
        kind: Bilingual::new("Revisión en carretera", "Roadside check"),
        post: "La Trinitaria, carretera 190".into(),
        at: moment("domingo 22 nov 2026", "Sunday 22 Nov 2026", "15:20"),
        officer_number: "1734".into(),
        about: About::Encounter {
            outcome: Bilingual::new("Tarjeta válida: siguió su camino", "Card valid: went on"),
            legal_basis: "Ley de Migración, art. 97".into(),
        },
        proof: proof(),
        notices: notices(),
        specimen: true,
    }
}

pub(crate) fn ceremony() -> Ceremony {
    let hex = |seed: u64| -> String {
        qr_text(64, seed)
            .bytes()
            .map(|b| char::from(b"0123456789abcdef"[usize::from(b) % 16]))
            .collect()
    };
    Ceremony {
        authority: "Instituto Nacional de Migración".into(),
        identifier: "mx.localhost".into(),
        held: "22 nov 2026, 09:00, UTC−6".into(),
        anchor_file: "mx.anchor".into(),
        anchor_fingerprint: hex(1),
        roots: (1_u64..=2)
            .map(|n| RootKey {
                name: format!("raíz-{n}"),
                algorithm: "Ed25519".into(),
                fingerprint: hex(n + 10),
                file: format!("root-{n}.key"),
            })
            .collect(),
        envelopes: vec![
            Envelope {
                label: "A".into(),
                content: Bilingual::new("Memoria USB con root-1.key", "USB stick with root-1.key"),
                keeper: Bilingual::new(
                    "Titular de la autoridad, caja fuerte",
                    "Head of the authority, safe",
                ),
            },
            Envelope {
                label: "B".into(),
                content: Bilingual::new("Memoria USB con root-2.key", "USB stick with root-2.key"),
                keeper: Bilingual::new("Notaría, otro edificio", "Notary, another building"),
            },
            Envelope {
                label: "C".into(),
                content: Bilingual::new(
                    "Copia de esta hoja y del archivo de anclaje",
                    "Copy of this sheet and of the anchor file",
                ),
                keeper: Bilingual::new("Defensoría", "Ombudsman"),
            },
        ],
        signatories: vec![
            Bilingual::new("Titular de la autoridad", "Head of the authority"),
            Bilingual::new("Responsable de sistemas", "Head of IT"),
            Bilingual::new("Defensoría, como testigo", "Ombudsman, as witness"),
        ],
        specimen: true,
    }
}
