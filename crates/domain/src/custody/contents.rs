//! What the law wants such a register to contain, and in which field it stands.
//!
//! The table is made from the types: each row takes the field's value out of an episode, so that a
//! field that is renamed or dropped does not compile, and one that is empty in a full episode fails a
//! test. Sources: Convention on Enforced Disappearance, art. 17(3) (anchors/log.md §5.6); Mexico's
//! register of detentions, law of 27 May 2019 (facts D.3 \[D28\]).

use super::story::Story;

/// Where a requirement comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Instrument {
    /// International Convention for the Protection of All Persons from Enforced Disappearance.
    Convention,
    /// Ley Nacional del Registro de Detenciones.
    Detentions,
}

impl Instrument {
    /// Its short name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Convention => "Convención, art. 17(3)",
            Self::Detentions => "Ley Nacional del Registro de Detenciones",
        }
    }
}

/// One requirement.
#[derive(Clone, Copy)]
pub struct Requirement {
    /// From where.
    pub instrument: Instrument,
    /// The letter or item, and what it wants, in the words of the table.
    pub wants: &'static str,
    /// The field, as the register names it.
    pub field: &'static str,
    /// What stands there; none while it is empty.
    pub value: fn(&Story) -> Option<String>,
}

fn text(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn opening(story: &Story, take: impl Fn(&super::event::Opening) -> String) -> Option<String> {
    let (_, opening) = story.opening.as_ref()?;
    text(&take(opening))
}

fn described(story: &Story, take: impl Fn(&super::event::Description) -> String) -> Option<String> {
    story.described().and_then(|told| text(&take(told)))
}

/// All requirements, in the order of their instruments.
pub const CONTENTS: [Requirement; 19] = [
    Requirement {
        instrument: Instrument::Convention,
        wants: "a) la identidad de la persona privada de libertad",
        field: "described.stated",
        value: |story| {
            described(story, |told| {
                format!("{} {}", told.stated.surnames, told.stated.given)
            })
        },
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "b) la fecha y hora en que fue privada de libertad",
        field: "opening.taken_at",
        value: |story| opening(story, |opening| opening.taken_at.to_string()),
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "b) el lugar en que fue privada de libertad",
        field: "opening.taken_where",
        value: |story| opening(story, |opening| opening.taken_where.clone()),
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "b) la autoridad que la privó de libertad",
        field: "opening.unit",
        value: |story| opening(story, |opening| opening.unit.clone()),
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "c) la autoridad que ordenó la privación de libertad",
        field: "opening.ordered_by",
        value: |story| opening(story, |opening| opening.ordered_by.clone()),
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "c) los motivos",
        field: "opening.basis, opening.reason",
        value: |story| {
            opening(story, |opening| {
                format!("{} · {}", opening.basis, opening.reason)
            })
        },
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "d) la autoridad que controla la privación de libertad",
        field: "answers",
        value: |story| story.answers.as_ref().map(|one| one.officer.to_string()),
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "e) el lugar, el día y la hora de admisión",
        field: "opening.act",
        value: |story| {
            let (act, _) = story.opening.as_ref()?;
            Some(format!("{} · {}", act.post, act.at))
        },
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "e) la autoridad responsable del lugar",
        field: "spans[].custodian",
        value: |story| {
            story
                .spans
                .first()
                .map(|span| span.custodian.officer.to_string())
        },
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "f) los elementos relativos a la integridad física",
        field: "described.health, described.injuries",
        value: |story| described(story, |told| format!("{} {}", told.health, told.injuries)),
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "g) el fallecimiento: circunstancias, causas y destino de los restos",
        field: "ended (died)",
        value: |story| {
            let ended = story.ended.as_ref()?;
            Some(format!(
                "{} · {} · {}",
                ended.kind, ended.evidence, ended.to
            ))
        },
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "h) la fecha y hora de liberación o traslado",
        field: "ended.act, handovers[]",
        value: |story| story.ended.as_ref().map(|ended| ended.act.at.to_string()),
    },
    Requirement {
        instrument: Instrument::Convention,
        wants: "h) el destino y la autoridad encargada del traslado",
        field: "ended.to, ended.act.officer",
        value: |story| {
            let ended = story.ended.as_ref()?;
            Some(format!("{} · {}", ended.to, ended.act.officer))
        },
    },
    Requirement {
        instrument: Instrument::Detentions,
        wants: "nombre",
        field: "described.stated.surnames, given",
        value: |story| {
            described(story, |told| {
                format!("{} {}", told.stated.surnames, told.stated.given)
            })
        },
    },
    Requirement {
        instrument: Instrument::Detentions,
        wants: "edad",
        field: "described.stated.birth",
        value: |story| {
            story
                .described()?
                .stated
                .birth
                .map(|birth| birth.to_string())
        },
    },
    Requirement {
        instrument: Instrument::Detentions,
        wants: "sexo",
        field: "described.stated.sex",
        value: |story| story.described()?.stated.sex.map(String::from),
    },
    Requirement {
        instrument: Instrument::Detentions,
        wants: "lugar, fecha, hora y motivos",
        field: "opening.taken_where, taken_at, reason",
        value: |story| {
            opening(story, |opening| {
                format!(
                    "{} · {} · {}",
                    opening.taken_where, opening.taken_at, opening.reason
                )
            })
        },
    },
    Requirement {
        instrument: Instrument::Detentions,
        wants: "quienes intervinieron: institución, unidad, y quién recibe",
        field: "opening.unit, opening.act.officer, answers",
        value: |story| {
            let (act, opening) = story.opening.as_ref()?;
            let answers = story.answers.as_ref()?;
            Some(format!(
                "{} · {} · {}",
                opening.unit, act.officer, answers.officer
            ))
        },
    },
    Requirement {
        instrument: Instrument::Detentions,
        wants: "familiar o persona de confianza",
        field: "described.tell",
        value: |story| described(story, |told| told.tell.clone()),
    },
];

/// The requirements, as a table for a lawyer.
#[must_use]
pub fn table() -> String {
    let head = "| Instrumento | Contenido | Campo |\n|---|---|---|\n".to_owned();
    CONTENTS.iter().fold(head, |table, row| {
        let name = row.instrument.name();
        format!("{table}| {name} | {} | `{}` |\n", row.wants, row.field)
    })
}
