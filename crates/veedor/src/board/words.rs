//! The board's own words. What every page says comes from the shared texts.

use crate::{evidence::Kind, lag::Lag};
use paso_pages::Lang;

/// The words of one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) as_of: &'static str,
    pub(super) witness: &'static str,
    pub(super) no_logs: &'static str,
    pub(super) size: &'static str,
    pub(super) seen: &'static str,
    pub(super) never: &'static str,
    pub(super) lag: &'static str,
    pub(super) root: &'static str,
    pub(super) note: &'static str,
    pub(super) evidence: &'static str,
    pub(super) no_evidence: &'static str,
    pub(super) stood: &'static str,
    pub(super) came: &'static str,
    current: [&'static str; 2],
    late: [&'static str; 2],
    silent: [&'static str; 2],
    unseen: [&'static str; 2],
    forked: [&'static str; 2],
    fork: &'static str,
    proof: &'static str,
    rollback: &'static str,
    tree: &'static str,
    row: &'static str,
}

impl Words {
    pub(super) const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Es => &ES,
            Lang::En => &EN,
        }
    }

    /// How a log stands, and what that asks of the reader. That it lied weighs more than that it lives.
    pub(super) const fn standing(&self, lag: Lag, forked: bool) -> [&'static str; 2] {
        if forked {
            return self.forked;
        }
        match lag {
            Lag::Current => self.current,
            Lag::Late => self.late,
            Lag::Silent => self.silent,
            Lag::Unseen => self.unseen,
        }
    }

    /// What a piece of evidence shows.
    pub(super) const fn shows(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Fork => self.fork,
            Kind::Proof => self.proof,
            Kind::Rollback => self.rollback,
            Kind::Tree => self.tree,
            Kind::Row => self.row,
        }
    }
}

const ES: Words = Words {
    title: "Registros bajo vigilancia",
    lead: "Cada autoridad anota sus actos en un registro al que solo se puede agregar. Aquí se ve hasta \
           dónde ha llegado cada uno y cuánto lleva callado.",
    as_of: "Estado al",
    witness: "Firma como testigo",
    no_logs: "Todavía no se vigila ningún registro.",
    size: "Asientos",
    seen: "Última firma",
    never: "nunca",
    lag: "Callado desde hace",
    root: "Huella",
    note: "Nota firmada",
    evidence: "Pruebas guardadas",
    no_evidence: "Sin pruebas de engaño.",
    stood: "Lo firmado",
    came: "Lo rechazado",
    current: ["Al día", "El registro da señales de vida."],
    late: [
        "Atrasado",
        "Más de 15 minutos sin noticia: pregunte a quien lo opera.",
    ],
    silent: [
        "Incidente",
        "Más de 24 horas sin noticia: nadie puede asegurar que conserve lo anotado. Exija una explicación.",
    ],
    unseen: ["Sin estrenar", "Aún no ha enviado ninguna cabecera."],
    forked: [
        "Engaño probado",
        "Este registro firmó dos historias distintas. Las dos notas están guardadas y cualquiera puede comprobarlo.",
    ],
    fork: "Firmó dos historias distintas. Rechazada el",
    proof: "Cabecera con una prueba que no cuadra; pudo enviarla cualquiera. Rechazada el",
    rollback: "Publicó una cabecera más vieja que la que ya había publicado. Rechazada el",
    tree: "Los asientos que entregó no llevan a la huella que firmó. Rechazados el",
    row: "Entregó un asiento alterado. Rechazado el",
};

const EN: Words = Words {
    title: "Logs under watch",
    lead: "Each authority notes its acts in a log that can only be added to. Here you see how far each has \
           come, and how long it has been silent.",
    as_of: "As of",
    witness: "Signs as witness",
    no_logs: "No log is watched yet.",
    size: "Entries",
    seen: "Last signed",
    never: "never",
    lag: "Silent for",
    root: "Fingerprint",
    note: "Signed note",
    evidence: "Evidence kept",
    no_evidence: "No evidence of deceit.",
    stood: "What was signed",
    came: "What was refused",
    current: ["Up to date", "The log shows signs of life."],
    late: [
        "Late",
        "More than 15 minutes without news: ask whoever runs it.",
    ],
    silent: [
        "Incident",
        "More than 24 hours without news: nobody can vouch that it keeps what was noted. Demand an explanation.",
    ],
    unseen: ["Not begun", "It has not sent a head yet."],
    forked: [
        "Proven deceit",
        "This log signed two different histories. Both notes are kept, and anyone can check them.",
    ],
    fork: "It signed two different histories. Refused on",
    proof: "A head with a proof that fails; anyone may have sent it. Refused on",
    rollback: "It published an older head than the one it had published. Refused on",
    tree: "The entries it handed over do not lead to the fingerprint it signed. Refused on",
    row: "It handed over an altered entry. Refused on",
};
