//! The words of the audit of custody, in Spanish and English.

use crate::cli::Language;
use paso_domain::custody::review::Grade;

/// The words of one language.
pub(super) struct Words(Language);

impl Words {
    pub(super) const fn of(lang: Language) -> Self {
        Self(lang)
    }

    pub(super) const fn lang(&self) -> Language {
        self.0
    }

    const fn pick(&self, es: &'static str, en: &'static str) -> &'static str {
        self.0.pick(es, en)
    }

    pub(super) const fn up_to(&self) -> &'static str {
        self.pick(
            "La custodia, contada de nuevo hasta la posición",
            "Custody, told again up to position",
        )
    }

    pub(super) fn counted(&self, rows: u64, episodes: u64, held: u64) -> String {
        match self.0 {
            Language::Es => {
                format!("{rows} renglones, {episodes} episodios; {held} personas bajo control")
            }
            Language::En => format!("{rows} rows, {episodes} episodes; {held} people held"),
        }
    }

    pub(super) fn stated(&self, agreed: Option<u64>) -> String {
        match (self.0, agreed) {
            (Language::Es, None) => "Las declaraciones no se abrieron: falta la llave de la \
                                     defensoría (--statement-key)."
                .into(),
            (Language::En, None) => "The statements were not opened: the ombudsman's key is not \
                                     here (--statement-key)."
                .into(),
            (Language::Es, Some(agreed)) => {
                format!("{agreed} declaraciones dicen lo mismo que los hechos.")
            }
            (Language::En, Some(agreed)) => {
                format!("{agreed} statements say what the facts say.")
            }
        }
    }

    pub(super) const fn grade(&self, grade: Grade) -> &'static str {
        match grade {
            Grade::Altered => self.pick(
                "Esto no lo escribe ningún programa honrado:",
                "No honest program writes this:",
            ),
            Grade::Waits => self.pick(
                "De esto alguien tiene que responder ahora:",
                "Somebody has to answer for this now:",
            ),
            Grade::Noted => self.pick(
                "Consta, y nada está pendiente:",
                "On record, and nothing waits:",
            ),
        }
    }

    pub(super) const fn verdict(&self, clean: bool) -> &'static str {
        if clean {
            self.pick("Nada que atender.", "Nobody has to look at anything.")
        } else {
            self.pick(
                "Hay hallazgos. Busque a la persona primero; no corrija nada, guarde una copia de \
                 todo tal como está y avise a la defensoría.",
                "There are findings. Look for the person first; correct nothing, keep a copy of \
                 everything as it is, and tell the ombudsman.",
            )
        }
    }

    pub(super) fn finding(&self, code: &str) -> &'static str {
        match code {
            "version-missing" => self.pick(
                "faltan renglones de este episodio",
                "rows of this episode are gone",
            ),
            "unreadable" => self.pick(
                "no se puede leer, y ninguna baja firmada lo explica",
                "it cannot be read, and no signed erasure accounts for it",
            ),
            "statement-missing" => self.pick(
                "no se declaró a la defensoría",
                "it was not stated to the ombudsman",
            ),
            "statement-closed" => self.pick(
                "la declaración no abre con la llave",
                "the statement does not open with the key",
            ),
            "statement-differs" => self.pick(
                "lo declarado no es lo que dicen los hechos",
                "what was stated is not what the facts say",
            ),
            "signed-by-another" => self.pick(
                "firmó otra persona que quien consta como responsable",
                "somebody else signed than who is said to have acted",
            ),
            "phone-unproven" => self.pick(
                "consta como hecho en un teléfono, y ninguna clave de un turno lo firmó",
                "it is said to come from a phone, and no key of a shift signed it",
            ),
            "clock-back" => self.pick(
                "el reloj del equipo estaba atrasado respecto de lo que ya había escrito",
                "the device's clock stood before what it had already written",
            ),
            "count" => self.pick(
                "contados − {faltan} + {repetidos}: alguien del conteo no tiene episodio",
                "counted − {missing} + {doubled}: somebody counted has no episode",
            ),
            "handover" => self.pick(
                "entregados/en lista → recibidos/firmados: los conteos no coinciden",
                "offered/listed → counted/accepted: the counts differ",
            ),
            "handover-counts" => self.pick(
                "una lista se recibió con varios conteos",
                "one list was accepted with several counts",
            ),
            "separated" => self.pick(
                "se encontraron juntas y están con distintos responsables en distintos lugares",
                "found together, and with different custodians at different places",
            ),
            "twice" => self.pick(
                "parece ser una misma persona dos veces bajo control",
                "this seems to be one person under control twice",
            ),
            "not-found" => self.pick(
                "debería estar y no está",
                "the person should be there and is not",
            ),
            "missed-at-handover" => self.pick(
                "quien recibió contó sin esta persona",
                "the receiver counted without this person",
            ),
            "disputed" => self.pick(
                "está en disputa quién responde; responde quien entregó",
                "who answers is in dispute; the giver answers",
            ),
            "child-in-station" => self.pick(
                "una niña, niño o adolescente está o estuvo en una estación migratoria",
                "a child is, or was, in a migration station",
            ),
            "claims-home" => self.pick(
                "dijo ser nacional de este país",
                "said to be a citizen of this country",
            ),
            "nationality-changed" => self.pick(
                "la nacionalidad registrada cambió",
                "the nationality on record has changed",
            ),
            "grave-ending" => self.pick("murió o se evadió", "died, or escaped"),
            "misfit-ended-by-another" => self.pick(
                "le dio fin alguien que no respondía; el episodio sigue abierto",
                "ended by somebody who did not answer; the episode is still open",
            ),
            "misfit-not-opened" => self.pick("no hay apertura", "there is no opening"),
            code => {
                if let Some(clock) = code.strip_prefix("overdue-") {
                    self.overdue(clock)
                } else {
                    self.pick(
                        "los hechos no concuerdan entre sí",
                        "the facts do not fit each other",
                    )
                }
            }
        }
    }

    fn overdue(&self, clock: &str) -> &'static str {
        match clock {
            "control" => self.pick(
                "el límite del control se cumplió",
                "the limit of control has passed",
            ),
            "names" => self.pick(
                "nadie anotó a la persona a tiempo",
                "nobody described the person in time",
            ),
            "offer" => self.pick(
                "una entrega no se respondió a tiempo; responde quien entregó",
                "an offer was not answered in time; the giver answers",
            ),
            "arrival" => self.pick(
                "un traslado no llegó a tiempo",
                "a transport did not arrive in time",
            ),
            "countersignature" => self.pick(
                "nadie firmó por segunda vez el fin, a tiempo",
                "nobody signed the ending a second time, in time",
            ),
            "paper" => self.pick(
                "una entrega en papel no se confirmó a tiempo",
                "a handover on paper was not confirmed in time",
            ),
            "referral" => self.pick(
                "nadie acusó recibo de una canalización a tiempo",
                "nobody acknowledged a referral in time",
            ),
            "child" => self.pick(
                "la Procuraduría de Protección no acusó recibo a tiempo",
                "child protection did not acknowledge in time",
            ),
            "consulate" => self.pick(
                "no se avisó a tiempo al consulado",
                "the consulate was not told in time",
            ),
            "dispute" => self.pick(
                "nadie resolvió la disputa a tiempo",
                "nobody settled the dispute in time",
            ),
            _ => self.pick("un plazo se cumplió", "a clock has run out"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paso_domain::custody::{ClockKind, review::RowFault};

    #[test]
    fn every_clock_and_every_fault_of_a_row_has_words_of_its_own() {
        for lang in [Language::Es, Language::En] {
            let words = Words::of(lang);
            let general = words.finding("something new");
            for fault in RowFault::ALL {
                assert_ne!(words.finding(fault.code()), general, "{}", fault.code());
            }
            for kind in ClockKind::ALL {
                let known = words.overdue(kind.code()) != words.overdue("something new");
                assert!(known, "{}", kind.code());
            }
        }
    }
}
