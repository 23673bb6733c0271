//! The sentences of `paso verify export`, in both languages.

use crate::cli::Language;
use paso_formats::{episode::SequenceFault, verdict::Light};

/// The words of one language.
pub(super) struct Words(pub(super) Language);

impl Words {
    const fn pick(&self, es: &'static str, en: &'static str) -> &'static str {
        self.0.pick(es, en)
    }

    pub(super) const fn light(&self, light: Light) -> &'static str {
        match light {
            Light::Green => self.pick("Verde", "Green"),
            Light::Amber => self.pick("Ámbar", "Amber"),
            Light::Red => self.pick("Rojo", "Red"),
        }
    }

    pub(super) const fn verdict(&self, light: Light) -> &'static str {
        match light {
            Light::Green => self.pick(
                "todo lo que dice el archivo está en la bitácora, y testigos ajenos lo vieron",
                "all that the file says is in the log, and witnesses outside saw it",
            ),
            Light::Amber => self.pick(
                "nada está alterado, y algo falta todavía; vea los renglones",
                "nothing was altered, and something is still missing; see the rows",
            ),
            Light::Red => self.pick(
                "algo no concuerda. No corrija nada: guarde este archivo y llévelo al órgano de vigilancia",
                "something does not agree. Correct nothing: keep this file and take it to the oversight body",
            ),
        }
    }

    pub(super) const fn made(&self) -> &'static str {
        self.pick("Entregado el", "Handed out on")
    }

    pub(super) const fn by(&self) -> &'static str {
        self.pick("por", "by")
    }

    pub(super) fn file(&self, code: &str) -> &'static str {
        match code {
            "signed" => self.pick(
                "lo firmó un equipo de la autoridad",
                "a device of the authority signed it",
            ),
            "other-authority" => self.pick(
                "es de otra autoridad que el paquete",
                "it is another authority's than the bundle",
            ),
            "unknown-key" => self.pick(
                "la llave no está en el paquete; cargue uno más nuevo",
                "the key is not in the bundle; load a newer one",
            ),
            "bad-signature" => self.pick(
                "el archivo se cambió después de firmado",
                "the file was changed after it was signed",
            ),
            "key-out-of-window" => self.pick(
                "la llave no valía en esa fecha",
                "the key did not count on that date",
            ),
            "key-compromised" => self.pick(
                "la llave está reportada como robada; pida otra firma",
                "the key is reported stolen; ask for another signature",
            ),
            _ => self.pick(
                "está fechado después de ahora; revise su reloj",
                "it is dated later than now; check your clock",
            ),
        }
    }

    pub(super) const fn bundle_old(&self) -> &'static str {
        self.pick(
            "El paquete de confianza es viejo; cargue uno más nuevo.",
            "The trust bundle is old; load a newer one.",
        )
    }

    pub(super) const fn rows(&self) -> &'static str {
        self.pick("Renglones del episodio", "Rows of the episode")
    }

    pub(super) fn row(&self, code: &str) -> &'static str {
        match code {
            "proven" => self.pick("probado", "proven"),
            "withheld" => self.pick(
                "está en la bitácora; lo que dice no se entregó",
                "in the log; what it says is withheld",
            ),
            "unwitnessed" => self.pick(
                "está en la bitácora, y aún faltan testigos",
                "in the log, and witnesses are still missing",
            ),
            "not-logged" => self.pick(
                "firmado, y sin prueba de la bitácora todavía; pídala mañana",
                "signed, and without the log's proof yet; ask tomorrow",
            ),
            "key-compromised" => self.pick(
                "la llave del equipo fue robada antes de que los testigos lo vieran",
                "the device's key was stolen before the witnesses saw it",
            ),
            "key-out-of-window" => self.pick(
                "la llave del equipo no valía en esa fecha",
                "the device's key did not count on that date",
            ),
            "proof-unknown-log" => self.pick(
                "la prueba es de una bitácora que su política no nombra",
                "the proof is of a log that your policy does not name",
            ),
            "proof-unreadable" => self.pick(
                "ALTERADO: la prueba no se puede leer",
                "ALTERED: the proof cannot be read",
            ),
            "proof-checkpoint" => self.pick(
                "ALTERADO: la bitácora no firmó esa cabeza",
                "ALTERED: the log did not sign that head",
            ),
            "not-signed" => self.pick(
                "ALTERADO: ningún equipo de la autoridad firmó esta hoja",
                "ALTERED: no device of the authority signed this leaf",
            ),
            "body-altered" => self.pick(
                "ALTERADO: el contenido no es el que la hoja compromete",
                "ALTERED: the content is not the one to which the leaf commits",
            ),
            _ => self.pick(
                "ALTERADO: la hoja no está en la bitácora",
                "ALTERED: the leaf is not in the log",
            ),
        }
    }

    pub(super) const fn minute(&self) -> &'static str {
        self.pick("registrado", "recorded")
    }

    pub(super) fn sequence(&self, fault: SequenceFault) -> String {
        match (self.0, fault) {
            (Language::Es, SequenceFault::Hole { after, next }) => {
                format!("faltan renglones entre {after} y {next}")
            }
            (Language::En, SequenceFault::Hole { after, next }) => {
                format!("rows are missing between {after} and {next}")
            }
            (Language::Es, SequenceFault::OutOfOrder(version)) => {
                format!("el renglón {version} no está en su lugar")
            }
            (Language::En, SequenceFault::OutOfOrder(version)) => {
                format!("row {version} is out of place")
            }
            (Language::Es, SequenceFault::Repeated(version)) => {
                format!("el renglón {version} repite la hoja de otro")
            }
            (Language::En, SequenceFault::Repeated(version)) => {
                format!("row {version} repeats the leaf of another")
            }
            (Language::Es, SequenceFault::Forked(version)) => {
                format!("el renglón {version}: un equipo escribió dos hojas con un mismo número")
            }
            (Language::En, SequenceFault::Forked(version)) => {
                format!("row {version}: a device wrote two leaves under one number")
            }
        }
    }

    pub(super) const fn unreadable(&self) -> &'static str {
        self.pick(
            "este programa no lee ese hecho; use uno más nuevo",
            "this program does not read that fact; use a newer one",
        )
    }

    pub(super) const fn facts(&self) -> &'static str {
        self.pick("Hechos", "Facts")
    }

    pub(super) fn fact(&self, name: &str) -> &'static str {
        match name {
            "custody.opened" => {
                self.pick("contada: comienza el control", "counted: control begins")
            }
            "custody.described" => self.pick("descrita", "described"),
            "custody.recognised" => self.pick("reconocida", "recognised"),
            "custody.offered" => self.pick("ofrecida a otro", "offered to another"),
            "custody.accepted" => self.pick("aceptada", "accepted"),
            "custody.missed" => self.pick(
                "no llegó, según quien recibió",
                "did not come, says the receiver",
            ),
            "custody.withdrawn" => self.pick("oferta retirada", "offer taken back"),
            "custody.given-on-paper" => self.pick("entregada en papel", "given on paper"),
            "custody.paper-confirmed" => self.pick("papel confirmado", "paper confirmed"),
            "custody.departed" => self.pick("sale en traslado", "departs"),
            "custody.arrived" => self.pick("llega", "arrives"),
            "custody.ended" => self.pick("termina el control", "control ends"),
            "custody.countersigned" => self.pick("segunda firma del final", "ending countersigned"),
            "custody.not-found" => self.pick("NO SE ENCUENTRA", "NOT FOUND"),
            "custody.found" => self.pick("encontrada", "found"),
            "custody.settled" => self.pick("disputa resuelta", "dispute settled"),
            "custody.accepted-abroad" => self.pick(
                "aceptada por otra autoridad",
                "accepted by another authority",
            ),
            _ => self.pick(
                "secreto de la constancia cambiado",
                "receipt's secret changed",
            ),
        }
    }

    pub(super) const fn who_answered(&self) -> &'static str {
        self.pick(
            "Quién respondía en cada minuto",
            "Who answered at every minute",
        )
    }

    pub(super) const fn outside(&self) -> &'static str {
        self.pick("con quien firmó en papel", "with whoever signed on paper")
    }

    pub(super) fn standing(&self, code: &str) -> &'static str {
        match code {
            "sure" => self.pick("sin duda", "sure"),
            "offered" => self.pick("ofrecida, sin aceptar", "offered, not accepted"),
            "on-paper" => self.pick("en papel, sin confirmar", "on paper, not confirmed"),
            "disputed" => self.pick("EN DISPUTA", "DISPUTED"),
            _ => self.pick("NO SE ENCUENTRA", "NOT FOUND"),
        }
    }

    pub(super) fn ending(&self, code: &str) -> &'static str {
        match code {
            "released" => self.pick("puesta en libertad", "released"),
            "transferred" => self.pick("responde otra autoridad", "another authority answers"),
            "returned" => self.pick("retorno", "returned"),
            "referred" => self.pick("canalizada", "referred"),
            "hospital" => self.pick("hospital", "hospital"),
            "escaped" => self.pick("se fugó", "escaped"),
            _ => self.pick("murió", "died"),
        }
    }

    pub(super) const fn still_open(&self) -> &'static str {
        self.pick(
            "El control no ha terminado, según este archivo.",
            "Control has not ended, by this file.",
        )
    }

    pub(super) fn misfit(&self, code: &str) -> &'static str {
        match code {
            "not-opened" => self.pick("hechos sin apertura", "facts without an opening"),
            "opened-twice" => self.pick("abierta dos veces", "opened twice"),
            "not-theirs" => self.pick(
                "la movió quien no respondía",
                "moved by somebody who did not answer",
            ),
            "not-offered" => self.pick("aceptada sin oferta", "accepted without an offer"),
            "accepted-twice" => self.pick("aceptada por dos", "accepted by two"),
            "accepted-by-giver" => self.pick(
                "aceptada por quien la ofreció",
                "accepted by whoever offered",
            ),
            "ended-by-another" => self.pick(
                "la terminó quien no respondía",
                "ended by somebody who did not answer",
            ),
            "after-ending" => self.pick("un hecho después del final", "a fact after the ending"),
            "nothing-to-answer" => self.pick("respuesta a nada", "an answer to nothing"),
            _ => self.pick("la resolvió una de las partes", "settled by a party to it"),
        }
    }

    pub(super) const fn statements(&self) -> &'static str {
        self.pick(
            "Avisos que la defensoría debió recibir de estos hechos",
            "Statements that the oversight body must have got of these facts",
        )
    }

    pub(super) fn statement(&self, code: &str) -> &'static str {
        match code {
            "opened" => self.pick("comienza el control", "control begins"),
            "moved" => self.pick("movida", "moved"),
            "handed-over" => self.pick("responde otro", "another answers"),
            "ended" => self.pick("termina el control", "control ends"),
            "offered" => self.pick("ofrecida", "offered"),
            "kept" => self.pick("la oferta no prosperó", "the offer came to nothing"),
            "clock" => self.pick("cambió un reloj", "a clock changed"),
            _ => self.pick("no se encuentra", "not found"),
        }
    }

    pub(super) const fn what_it_does_not_prove(&self) -> &'static str {
        self.pick(
            "Esto prueba que lo escrito no se cambió después; no que sea verdad, ni que no falte nada al final: \
             pida al órgano de vigilancia los avisos que recibió de este episodio y compárelos con la lista.",
            "This proves that what was written was not changed later; not that it is true, nor that nothing is \
             missing at the end: ask the oversight body for the statements it got of this episode, and \
             compare them with the list.",
        )
    }
}
