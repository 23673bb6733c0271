//! The board's own words. What every page says comes from the shared texts.

use crate::{
    evidence::Kind,
    lag::Lag,
    mirror::{Failure, What},
};
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
    pub(super) mirror: &'static str,
    pub(super) mirror_lead: &'static str,
    pub(super) nothing_yet: &'static str,
    pub(super) held: &'static str,
    pub(super) complete: &'static str,
    pub(super) behind: &'static str,
    pub(super) devices: &'static str,
    pub(super) silent_devices: &'static str,
    pub(super) missing: &'static str,
    pub(super) findings: &'static str,
    pub(super) place: &'static str,
    mirror_current: [&'static str; 2],
    mirror_late: [&'static str; 2],
    mirror_silent: [&'static str; 2],
    mirror_forked: [&'static str; 2],
    what: [&'static str; 7],
    failure: [&'static str; 7],
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

    /// How the mirror of a log stands.
    pub(super) const fn mirrored(&self, lag: Lag, forked: bool) -> [&'static str; 2] {
        if forked {
            return self.mirror_forked;
        }
        match lag {
            Lag::Current => self.mirror_current,
            Lag::Late => self.mirror_late,
            // A mirror that never was complete is as good as one that is a day behind.
            Lag::Silent | Lag::Unseen => self.mirror_silent,
        }
    }

    /// What a row was found to be.
    pub(super) const fn found(&self, what: What) -> &'static str {
        let [unknown, signature, twice, fork, link, opening, compromised] = self.what;
        match what {
            What::UnknownDevice => unknown,
            What::BadSignature => signature,
            What::Twice => twice,
            What::Fork => fork,
            What::BrokenLink => link,
            What::Opening => opening,
            What::CompromisedKey => compromised,
        }
    }

    /// Why the last round took nothing.
    pub(super) const fn failed(&self, failure: Failure) -> &'static str {
        let [hub, unsigned, refused, vanished, trust, disk, room] = self.failure;
        match failure {
            Failure::Hub => hub,
            Failure::Unsigned => unsigned,
            Failure::Refused => refused,
            Failure::Vanished => vanished,
            Failure::Trust => trust,
            Failure::Disk => disk,
            Failure::Room => room,
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
    title: "Bitácoras bajo vigilancia",
    lead: "Cada autoridad anota sus actos en una bitácora a la que solo se puede agregar. Aquí se ve \
           hasta dónde ha llegado cada una y cuánto lleva callada.",
    as_of: "Estado al",
    witness: "Firma como testigo",
    no_logs: "Todavía no se vigila ninguna bitácora.",
    size: "Hojas",
    seen: "Última firma",
    never: "nunca",
    lag: "Callada desde hace",
    root: "Raíz",
    note: "Nota firmada",
    evidence: "Pruebas guardadas",
    no_evidence: "Sin pruebas de engaño.",
    stood: "Lo firmado",
    came: "Lo rechazado",
    current: ["Al día", "La bitácora da señales de vida."],
    late: [
        "Atrasada",
        "Más de 15 minutos sin noticia: pregunte a quien la opera.",
    ],
    silent: [
        "Incidente",
        "Más de 24 horas sin noticia: nadie puede asegurar que conserve lo anotado. Exija una explicación.",
    ],
    unseen: ["Sin estrenar", "Aún no ha enviado ninguna cabeza."],
    forked: [
        "Engaño probado",
        "Esta bitácora firmó dos historias distintas. Las dos notas están guardadas y cualquiera puede comprobarlo.",
    ],
    fork: "Firmó dos historias distintas. Rechazada el",
    proof: "Cabeza con una prueba que no cuadra; pudo enviarla cualquiera. Rechazada el",
    rollback: "Publicó una cabeza más vieja que la que ya había publicado. Rechazada el",
    tree: "Las hojas que entregó no llevan a la raíz que firmó. Rechazadas el",
    row: "Entregó un renglón alterado. Rechazado el",
    mirror: "Copia completa",
    mirror_lead: "De cada autoridad se guarda aquí todo lo anotado, cerrado bajo llaves que no están \
                  aquí. Si la autoridad lo pierde o lo cambia, de aquí se recupera.",
    nothing_yet: "Todavía no se ha copiado nada.",
    held: "Hojas guardadas",
    complete: "Completa por última vez",
    behind: "Incompleta desde hace",
    devices: "Equipos que firman",
    silent_devices: "Callados más de 15 minutos",
    missing: "Números que faltan",
    findings: "Lo que no cuadra",
    place: "Hoja",
    mirror_current: ["Completa", "Aquí está todo lo publicado."],
    mirror_late: [
        "Atrasada",
        "Lleva más de 15 minutos sin completarse: pregunte a quien opera la bitácora.",
    ],
    mirror_silent: [
        "Incidente",
        "Lleva más de 24 horas sin completarse: si la bitácora se perdiera hoy, lo último no se recuperaría. Exija una explicación.",
    ],
    mirror_forked: [
        "Engaño probado",
        "Esta bitácora firmó dos historias distintas. Lo guardado no se ha cambiado.",
    ],
    what: [
        "Lo firmó un equipo que la autoridad no ha dado a conocer.",
        "No lleva la firma de su equipo.",
        "La misma hoja está dos veces.",
        "Su equipo firmó dos hojas distintas con un mismo número.",
        "No continúa ninguna hoja anterior de su equipo.",
        "La bitácora no continúa la del año anterior.",
        "Llegó cuando la llave de su equipo ya pudo estar en otras manos.",
    ],
    failure: [
        "La última consulta falló: el sistema de la autoridad no contesta como debe.",
        "La última consulta falló: lo publicado no lleva la firma de la bitácora.",
        "La última consulta se rechazó; lo recibido está guardado como prueba.",
        "La última consulta falló: una bitácora que se copiaba ya no se publica.",
        "La última consulta falló: faltan las llaves públicas de la autoridad.",
        "La última consulta falló: este equipo no pudo escribir en su disco.",
        "Llega más de lo que cabe. Revise con la autoridad qué envía, o amplíe most_gigabytes.",
    ],
};

const EN: Words = Words {
    title: "Logs under watch",
    lead: "Each authority notes its acts in a log that can only be added to. Here you see how far each has \
           come, and how long it has been silent.",
    as_of: "As of",
    witness: "Signs as witness",
    no_logs: "No log is watched yet.",
    size: "Leaves",
    seen: "Last signed",
    never: "never",
    lag: "Silent for",
    root: "Root",
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
    mirror: "Full copy",
    mirror_lead: "Everything that an authority noted is kept here, closed under keys that are not here. \
                  If the authority loses or changes it, it is recovered from here.",
    nothing_yet: "Nothing has been copied yet.",
    held: "Entries kept",
    complete: "Last complete",
    behind: "Incomplete for",
    devices: "Devices that sign",
    silent_devices: "Silent for more than 15 minutes",
    missing: "Numbers missing",
    findings: "What does not fit",
    place: "Entry",
    mirror_current: ["Complete", "All that was published is here."],
    mirror_late: [
        "Late",
        "Not completed for more than 15 minutes: ask whoever runs the log.",
    ],
    mirror_silent: [
        "Incident",
        "Not completed for more than 24 hours: were the log lost today, the last of it could not be recovered. Demand an explanation.",
    ],
    mirror_forked: [
        "Proven deceit",
        "This log signed two different histories. What is kept has not been changed.",
    ],
    what: [
        "It was signed by a device that the authority has not made known.",
        "It does not bear its device's signature.",
        "The same entry is there twice.",
        "Its device signed two different entries with one number.",
        "It continues no earlier entry of its device.",
        "The log does not continue the one of the year before.",
        "It came when its device's key may already have been in other hands.",
    ],
    failure: [
        "The last round failed: the log does not answer as it should.",
        "The last round failed: what is published does not bear the log's signature.",
        "The last round was refused; what came is kept as evidence.",
        "The last round failed: a log that was copied is not published any more.",
        "The last round failed: the authority's public keys are missing.",
        "The last round failed: this machine could not write to its disk.",
        "More comes than there is room for. Ask the authority what it sends, or raise most_gigabytes.",
    ],
};
