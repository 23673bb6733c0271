//! The audit's words, in Spanish and English.

use crate::cli::Language;
use paso_store::audit::{Code, Counted, Line, Skipped};

/// The words of one language.
pub(super) struct Words(Language);

/// The stable code of how a check ended.
pub(super) fn outcome_code(line: &Line) -> &'static str {
    if !line.found.is_empty() {
        "finding"
    } else if line.skipped.is_some() {
        "not-applicable"
    } else {
        "ok"
    }
}

impl Words {
    pub(super) const fn of(lang: Language) -> Self {
        Self(lang)
    }

    const fn pick(&self, es: &'static str, en: &'static str) -> &'static str {
        self.0.pick(es, en)
    }

    pub(super) const fn up_to(&self) -> &'static str {
        self.pick(
            "El registro, hasta la posición",
            "The register, up to position",
        )
    }

    pub(super) const fn verdict(&self, clean: bool) -> &'static str {
        if clean {
            self.pick("Sin hallazgos.", "Nothing was found.")
        } else {
            self.pick(
                "Hay hallazgos. No corrija nada: guarde una copia de todo tal como está y avise al \
                 órgano de vigilancia.",
                "There are findings. Correct nothing: keep a copy of everything as it is, and tell \
                 the oversight body.",
            )
        }
    }

    pub(super) fn outcome(&self, line: &Line) -> &'static str {
        match outcome_code(line) {
            "ok" => self.pick("bien", "ok"),
            "finding" => self.pick("HALLAZGO", "FINDING"),
            _ => self.pick("no aplica", "n/a"),
        }
    }

    pub(super) const fn skipped(&self, why: Skipped) -> &'static str {
        match why {
            Skipped::NotAsked => self.pick("no se pidió", "not asked for"),
            Skipped::Nothing => self.pick("todavía no hay bitácora", "there is no log yet"),
            Skipped::NoViews => self.pick(
                "las vistas se hacen al iniciar `paso serve`, y aquí no se ha iniciado",
                "views are made when `paso serve` starts, and it has not started here",
            ),
            Skipped::OtherViews => self.pick(
                "las vistas son de otra versión del programa",
                "the views are of another version of the program",
            ),
            Skipped::NoReplay => self.pick(
                "faltan cuerpos legibles en el diario, así que no se puede repetir entero",
                "bodies of the journal cannot be read, so it cannot be replayed whole",
            ),
        }
    }

    pub(super) const fn counted(&self, what: Counted) -> &'static str {
        match what {
            Counted::Examined => self.pick("revisados", "examined"),
            Counted::Erased => self.pick(
                "de llave destruida o perdida",
                "with their key destroyed or lost",
            ),
            Counted::Late => self.pick(
                "llegados después de uno posterior",
                "come after a later one",
            ),
            Counted::Heartbeats => self.pick("señales de vida", "signs of life"),
            Counted::RecordedLater => self.pick(
                "registrados en otro minuto que el del acto",
                "recorded in another minute than the act's",
            ),
            Counted::NotAnchored => self.pick("sin ancla", "not anchored"),
            Counted::NoBundle => self.pick(
                "dispositivos sin paquete que responda por su llave",
                "devices with no bundle to speak for their key",
            ),
            Counted::NoPolicy => self.pick(
                "cabezas sin política con que juzgarlas",
                "heads with no policy to judge them by",
            ),
            Counted::BeforeReceipts => self.pick(
                "actos anteriores a los comprobantes",
                "acts from before there were receipts",
            ),
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one line a finding, and none forgotten"
    )]
    pub(super) const fn finding(&self, code: Code) -> &'static str {
        match code {
            Code::PositionMissing => self.pick(
                "desde esta posición faltan asientos del diario",
                "rows of the journal are missing from this position on",
            ),
            Code::VersionMissing => self.pick(
                "antes de este asiento falta una versión de su asunto",
                "a version of its subject is missing before this row",
            ),
            Code::VersionOrder => self.pick(
                "este asiento está antes que uno anterior de su asunto",
                "this row lies before an earlier one of its subject",
            ),
            Code::RowUnreadable => self.pick(
                "este asiento contiene lo que el programa no pudo escribir",
                "this row holds what the program cannot have written",
            ),
            Code::BodyAltered => self.pick(
                "el cuerpo no abre con la llave de su asunto: fue alterado o movido",
                "the body does not open with its subject's key: it was altered or moved",
            ),
            Code::CommitmentAltered => self.pick(
                "el cuerpo está entero y el compromiso a su lado no es el suyo",
                "the body is whole and the commitment beside it is not its own",
            ),
            Code::EventUnknown => self.pick(
                "el cuerpo abre y no es un acto en forma canónica conocido por esta versión",
                "the body opens and is no act in canonical form known to this version",
            ),
            Code::TimeAltered => self.pick(
                "el minuto del asiento no es el del acto",
                "the row's minute is not the act's",
            ),
            Code::ViewsBehind => self.pick(
                "las vistas no están en la última posición del diario",
                "the views are not at the journal's last position",
            ),
            Code::ViewRowMissing => self.pick(
                "falta una fila que resulta de repetir el diario",
                "a row that follows from the journal is missing",
            ),
            Code::ViewRowExtra => self.pick(
                "hay una fila que no resulta de ningún acto",
                "there is a row that follows from no act",
            ),
            Code::ViewRowDiffers => self.pick(
                "la fila no es la que resulta de repetir el diario",
                "the row is not the one that follows from the journal",
            ),
            Code::RowWithoutEntry => self.pick(
                "el asiento no tiene entrada firmada",
                "the row has no signed entry",
            ),
            Code::EntryWithoutRow => self.pick(
                "la entrada firmada no tiene asiento en el diario",
                "the signed entry has no row in the journal",
            ),
            Code::EntryOfAnotherRow => self.pick(
                "la entrada está junto a un asiento que no es el suyo",
                "the entry stands beside a row that is not its own",
            ),
            Code::LeafUnreadable => self.pick(
                "la hoja de la entrada no se puede leer",
                "the entry's leaf cannot be read",
            ),
            Code::KeyMissing => self.pick(
                "falta la llave del sujeto y ninguna supresión lo explica",
                "the subject's key is missing and no erasure accounts for it",
            ),
            Code::KeyKept => self.pick(
                "hay una llave que una supresión destruyó; arranque «paso serve», que la retira",
                "a key is there that an erasure has destroyed; start `paso serve`, which removes it",
            ),
            Code::ErasureMissing => self.pick(
                "las llaves saben de una supresión que falta en el diario; es más viejo que ellas: \
                 póngalo al día desde el espejo",
                "the keys know of an erasure that the journal lacks; it is older than they are: \
                 bring it up to date from the mirror",
            ),
            Code::CommitmentDiffers => self.pick(
                "la hoja compromete otro cuerpo que el guardado",
                "the leaf commits to another body than the one kept",
            ),
            Code::EnvelopeDiffers => self.pick(
                "la hoja ata otro sobre que el guardado",
                "the leaf binds another envelope than the one kept",
            ),
            Code::ClassDiffers => self.pick(
                "la hoja dice otra clase que la del acto",
                "the leaf tells another class than the act's",
            ),
            Code::StatementWithoutRow => self.pick(
                "hay un aviso a la defensoría junto a ningún asiento",
                "a statement to the ombudsman stands beside no row",
            ),
            Code::StreamGap => self.pick(
                "faltan números en la cadena de este dispositivo",
                "numbers are missing in this device's chain",
            ),
            Code::LinkBroken => self.pick(
                "la hoja no enlaza con la anterior",
                "the leaf does not link to the one before",
            ),
            Code::SignatureBad => self.pick(
                "la firma de la hoja no vale",
                "the leaf's signature does not fit",
            ),
            Code::SignedByAnotherKey => self.pick(
                "la hoja está firmada con la llave de otro dispositivo",
                "the leaf is signed with another device's key",
            ),
            Code::DeviceUnknown => self.pick(
                "la cadena no tiene llave registrada",
                "the chain has no registered key",
            ),
            Code::KeyNotTrusted => self.pick(
                "la llave de la cadena no está en el paquete de confianza",
                "the chain's key is not in the trust bundle",
            ),
            Code::KeyOutsideWindow => self.pick(
                "la llave firmó fuera de su vigencia",
                "the key signed outside its window",
            ),
            Code::KeyCompromised => self.pick(
                "la llave firmó cuando ya podía estar en otras manos",
                "the key signed when it may have been in other hands",
            ),
            Code::Fork => self.pick(
                "el dispositivo firmó dos hojas con un mismo número; ambas están guardadas",
                "the device signed two leaves of one number; both are kept",
            ),
            Code::NumberMissing => self.pick(
                "falta una entrada entre otras",
                "an entry is missing between others",
            ),
            Code::EntriesMissing => self.pick(
                "se firmó o se publicó una bitácora con más entradas de las que hay",
                "a log with more entries than there are was signed or published",
            ),
            Code::OpeningDiffers => self.pick(
                "la primera hoja no abre esta bitácora, o no continúa la anterior",
                "the first leaf does not open this log, or does not continue the one before",
            ),
            Code::StoredRootDiffers => self.pick(
                "las entradas no llevan a la raíz guardada",
                "the entries do not lead to the stored root",
            ),
            Code::SignedRootDiffers => self.pick(
                "las entradas no llevan a la última raíz firmada",
                "the entries do not lead to the root signed last",
            ),
            Code::PublishedRootDiffers => self.pick(
                "las entradas no llevan a una raíz publicada",
                "the entries do not lead to a published root",
            ),
            Code::GuardDiffers => self.pick(
                "la guarda vio firmar otra cosa que lo que hay aquí",
                "the guard saw something else signed than what is here",
            ),
            Code::TileDiffers => self.pick(
                "el mosaico no es el del árbol",
                "the tile is not the tree's",
            ),
            Code::TileMissing => self.pick(
                "el mosaico no está en ninguna parte; se puede rehacer de las entradas",
                "the tile is nowhere; it can be made anew from the entries",
            ),
            Code::NoteDiffers => self.pick(
                "la cabeza firmada no se puede leer o es de otro árbol",
                "the signed head cannot be read or is another tree's",
            ),
            Code::LogSignatureBad => self.pick(
                "ninguna llave de la bitácora firmó esta cabeza",
                "no key of the log signed this head",
            ),
            Code::CosignatureBad => self.pick(
                "la línea de un testigo no es su firma",
                "a witness's line is not its signature",
            ),
            Code::QuorumMissing => self.pick(
                "faltan testigos que la política pide; si la política cambió, guarde la anterior \
                 como policy-<fecha>.txt",
                "witnesses that the policy asks for are missing; if the policy changed, keep the \
                 earlier one as policy-<date>.txt",
            ),
            Code::NotIntegrated => self.pick(
                "la entrada espera más de lo permitido para entrar a la bitácora",
                "the entry waits longer than allowed for its log",
            ),
            Code::NotPublished => self.pick(
                "la entrada espera más de lo permitido una cabeza atestiguada",
                "the entry waits longer than allowed for a witnessed head",
            ),
            Code::ReceiptMissing => self.pick(
                "el acto debía dar un comprobante y no lo dio",
                "the act was to give a receipt and gave none",
            ),
            Code::LeaseRepeated => self.pick(
                "un bloque de índices se arrendó dos veces",
                "a block of indexes was leased twice",
            ),
            Code::IndexRepeated => self.pick(
                "un índice de estado se dio a dos tarjetas",
                "a status index was given to two cards",
            ),
            Code::BundleRepeated => self.pick(
                "el número de un paquete de confianza se usó dos veces",
                "the number of a trust bundle was used twice",
            ),
            Code::SheetOutstanding => self.pick(
                "hojas de custodia o de revisión de este lote llevan fuera más de lo permitido; pregunte al \
                 puesto, y que capture o anule cada una",
                "sheets of custody or encounters of this batch have been out longer than allowed; ask the \
                 post, and have each typed or declared void",
            ),
            Code::SheetContradicted => self.pick(
                "una hoja de este lote dice dos cosas: capturada dos veces, o capturada y anulada; el \
                 puesto tiene que decir cuál es cierta",
                "a sheet of this batch says two things: typed twice, or typed and void; the post has to \
                 say which is true",
            ),
            Code::ActWhileAway => self.pick(
                "el acto lleva el número de un oficial suspendido o cesado a esa hora; es un hecho y \
                 se queda: mírelo en `paso officer after-end`",
                "the act bears the number of an officer suspended or dismissed at its time; it is a \
                 fact and stays: look at it in `paso officer after-end`",
            ),
            Code::AnchorUnknown => self.pick(
                "la entrada nombra una cabeza que aquí nunca se publicó",
                "the entry names a head that was never published here",
            ),
            Code::ClockBehind => self.pick(
                "el reloj del dispositivo estaba atrasado: ya había visto una cabeza posterior",
                "the device's clock was behind: it had seen a later head",
            ),
            Code::ClockAhead => self.pick(
                "el reloj del dispositivo estaba adelantado: la cabeza que contiene la entrada es \
                 anterior",
                "the device's clock was ahead: the head that holds the entry is earlier",
            ),
            Code::SandwichWide => self.pick(
                "lo que se prueba de la hora de la entrada deja más margen que el permitido",
                "what is proven of the entry's time leaves more room than allowed",
            ),
        }
    }
}
