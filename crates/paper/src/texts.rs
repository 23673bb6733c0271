//! Every fixed sentence on paper, in both languages, in one place.
//!
//! They are constants and not Fluent messages because paper is bilingual whatever the language of
//! the screen (see the crate's first words). What an authority may word differently (who may ask,
//! where to complain, how to check) is not here: it comes with [`crate::Notices`].

pub mod blank;
pub mod custody;

/// A fixed sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// Spanish, printed first.
    pub es: &'static str,
    /// English, printed second.
    pub en: &'static str,
}

const fn text(es: &'static str, en: &'static str) -> Text {
    Text { es, en }
}

/// The card's name.
pub const CARD: Text = text("Tarjeta de Visitante Regional", "Regional Visitor Card");
/// The slip's name.
pub const SLIP: Text = text("Hoja de entrada", "Entry slip");
/// The refusal's name.
pub const REFUSAL: Text = text(
    "Negativa de Tarjeta de Visitante Regional",
    "Refusal of a Regional Visitor Card",
);
/// The receipt's name.
pub const RECEIPT: Text = text("Constancia de revisión", "Receipt of a check");
/// The exit receipt's name.
pub const EXIT_RECEIPT: Text = text("Constancia de salida", "Receipt of an exit");
/// The name of the list of readings.
pub const READINGS: Text = text("Quién ha leído este registro", "Who has read this record");
/// The ceremony sheet's name.
pub const CEREMONY: Text = text("Ceremonia de llaves", "Key ceremony");

/// In the corner of every paper that a person receives.
pub const FREE: Text = text("Gratuita", "Free");
/// Across a specimen.
pub const DEMO: &str = "DEMO";
/// On a specimen, as a sentence.
pub const SPECIMEN: Text = text(
    "DEMO: sin validez. Las personas son ficticias.",
    "DEMO: not valid. The people are fictional.",
);

/// The first line of the card's back.
pub const CARD_FREE: Text = text(
    "Esta tarjeta es gratuita. Nadie puede cobrarle por ella.",
    "This card is free. Nobody may charge you for it.",
);
/// Where the stay is written.
pub const STAY_ON_SLIP: Text = text(
    "Sus fechas están en la hoja que recibe en cada entrada.",
    "Your dates are on the slip you receive at each entry.",
);
/// The first line of the slip's and receipt's rights.
pub const SLIP_FREE: Text = text(
    "Esta hoja es gratuita. Entrar, salir y ser revisado no cuesta nada: no pague a nadie.",
    "This slip is free. Entering, leaving and being checked cost nothing: do not pay anyone.",
);
/// The first line of the receipt's rights.
pub const RECEIPT_FREE: Text = text(
    "La revisión y esta constancia son gratuitas: no pague a nadie.",
    "The check and this receipt are free: do not pay anyone.",
);
/// The first line of an exit receipt's rights.
pub const EXIT_FREE: Text = text(
    "Salir y recibir esta constancia es gratuito: no pague a nadie.",
    "Leaving and receiving this receipt are free: do not pay anyone.",
);

/// Heading over who may ask for a paper.
pub const WHO_MAY_ASK: Text = text("Quién puede pedirla", "Who may ask for it");
/// Heading over the place for complaints.
pub const COMPLAINTS: Text = text("Dónde quejarse", "Where to complain");
/// Heading over how to check.
pub const HOW_TO_CHECK: Text = text("Cómo comprobarla", "How to check it");
/// Heading over the stay rule.
pub const STAY: Text = text("Estancia", "Stay");

/// Label of the holder's name.
pub const NAME: Text = text("Nombre", "Name");
/// Label of the nationality.
pub const NATIONALITY: Text = text("Nacionalidad", "Nationality");
/// Label of the birth date.
pub const BIRTH: Text = text("Nacimiento", "Birth");
/// Label of the sex.
pub const SEX: Text = text("Sexo", "Sex");
/// Label of the travel document.
pub const DOCUMENT: Text = text("Documento", "Document");
/// Label of the day of issue.
pub const ISSUED: Text = text("Expedida", "Issued");
/// Label of the last day of validity.
pub const EXPIRES: Text = text("Vence", "Expires");
/// Label of the card's number.
pub const NUMBER: Text = text("Número", "Number");
/// Label of the card's number on another paper.
pub const CARD_NUMBER: Text = text("Tarjeta", "Card");
/// Label of the states.
pub const STATES: Text = text("Válida en", "Valid in");
/// Label of the states of a stay.
pub const STAY_STATES: Text = text("Puede estar en", "You may be in");
/// Label of a post.
pub const POST: Text = text("Puesto", "Post");
/// Label of the moment of entry.
pub const ENTERED: Text = text("Entrada", "Entry");
/// Label of a place and time.
pub const PLACE_AND_TIME: Text = text("Lugar y hora", "Place and time");
/// Label of an officer's number.
pub const OFFICER: Text = text("Agente n.º", "Officer no.");
/// Label of a record's number.
pub const RECORD: Text = text("Registro", "Record");
/// Label of the moment in which a list was made.
pub const MADE: Text = text("Lista hecha", "List made");
/// Label of the moment in which a paper was made.
pub const MADE_PAPER: Text = text("Hecho", "Made");
/// The first line of the list of readings.
pub const READ_BY: Text = text(
    "Cada lectura se anota antes de mostrarse. El agente se nombra por su número; la finalidad es \
     aquella para la que había entrado al sistema.",
    "Each reading is written down before anything is shown. Officers are named by their number; the \
     purpose is the one for which they were signed in.",
);
/// The first line of an empty list.
pub const READ_BY_NOBODY: Text = text(
    "Nadie ha leído este registro.",
    "Nobody has read this record.",
);
/// Where the list does not hold everything.
pub const READ_BEFORE: Text = text(
    "Hay lecturas anteriores que no caben en esta lista; pídalas en la misma ventanilla.",
    "There are earlier readings that are not on this list; ask for them at the same desk.",
);
/// Label of a folio.
pub const FOLIO: Text = text("Folio", "Folio");
/// Label of the kind of check.
pub const KIND: Text = text("Tipo de revisión", "Kind of check");
/// Label of the act.
pub const ACT: Text = text("Acto", "Act");
/// Label of the outcome.
pub const OUTCOME: Text = text("Resultado", "Outcome");
/// Label of the claimed legal basis.
pub const CLAIMED_BASIS: Text = text(
    "Fundamento que citó el agente",
    "Legal basis the officer cited",
);
/// Label of the code to read aloud.
pub const CODE: Text = text("Código para comprobarla", "Code to check it");
/// Heading of the entry's receipt, on the back of its slip.
pub const ENTRY_CODE: Text = text("Constancia de su entrada", "Receipt of your entry");
/// Who can check a receipt, over the address of the page.
pub const CHECK_RECEIPT: Text = text(
    "Cualquiera puede comprobarla, sin cuenta:",
    "Anyone can check it, with no account:",
);

/// Clock A.
pub const LEAVE_BY: Text = text("Salga antes de", "Leave by");
/// Clock B.
pub const NOT_OVERSTAYED: Text = text("No hay exceso de estancia hasta", "Not overstayed until");
/// What holds between the clocks.
pub const BETWEEN_CLOCKS: Text = text(
    "Entre las dos fechas su estancia sigue siendo válida.",
    "Between the two dates your stay is still valid.",
);
/// Over the ruled lines of the slip's back.
pub const NOTES: Text = text(
    "Anote aquí lo que le suceda: fecha, hora, lugar, número del agente",
    "Write here what happens to you: date, time, place, officer's number",
);
/// Heading over rights.
pub const RIGHTS: Text = text("Sus derechos", "Your rights");

/// What the refusal says first.
pub const REFUSED: Text = text(
    "La autoridad decidió no expedir la tarjeta a:",
    "The authority decided not to issue the card to:",
);
/// Heading over the reasons.
pub const REASONS: Text = text("Por qué", "Why");
/// Label of the rule a reason rests on.
pub const LEGAL_BASIS: Text = text("Fundamento", "Legal basis");
/// Heading over the officer's words.
pub const EXPLANATION: Text = text("Explicación del agente", "The officer's explanation");
/// Heading over the remedy.
pub const REMEDY: Text = text("Qué puede hacer ahora", "What you can do now");
/// Under the remedy.
pub const REFUSAL_FREE: Text = text(
    "Pedir la tarjeta y recibir esta hoja es gratuito.",
    "Applying for the card and receiving this sheet are free.",
);
/// Under the officer's line.
pub const OFFICER_SIGNATURE: Text = text("Firma del agente", "Officer's signature");
/// Under the applicant's line.
pub const RECEIVED: Text = text("Recibí una copia", "I received a copy");

/// Heading over the root keys.
pub const ROOTS: Text = text("Llaves raíz", "Root keys");
/// How to compare a fingerprint.
pub const COMPARE: Text = text(
    "Dos personas leen en voz alta cada huella, una de esta hoja y otra de la pantalla. \
     Marque la casilla solo si coinciden todos los grupos.",
    "Two people read each fingerprint aloud, one from this sheet and one from the screen. \
     Tick the box only if every group agrees.",
);
/// Heading over the anchor file.
pub const ANCHOR: Text = text("Archivo de anclaje", "Anchor file");
/// Heading over the envelopes.
pub const ENVELOPES: Text = text("Sobres", "Envelopes");
/// What to do with an envelope.
pub const SEAL: Text = text(
    "Cierre cada sobre ante todos, firme sobre el cierre y anote quién lo guarda.",
    "Close each envelope before everyone, sign across the flap and note who keeps it.",
);
/// Heading over the signatures.
pub const SIGNED_BY: Text = text("Firman", "Signed by");
/// Over the signatures.
pub const WITNESSED: Text = text(
    "Estuvimos presentes y vimos hacerse lo que esta hoja dice.",
    "We were present and saw done what this sheet says.",
);
/// Label of the authority's identifier.
pub const IDENTIFIER: Text = text("Identificador", "Identifier");
/// Label of the ceremony's day and hour.
pub const HELD: Text = text("Día y hora", "Day and time");

/// In the margin of a card sheet.
pub const CUT_AND_FOLD: Text = text(
    "Imprima al 100 %, sin ajustar. Recorte por las marcas, doble por la línea y enmique.",
    "Print at 100 %, not fitted. Cut at the marks, fold at the line and laminate.",
);
/// What stands for a card's symbol when it is read aloud.
pub const CARD_SYMBOL: &str = "Código QR con los datos firmados de la tarjeta";
/// What stands for a slip's symbol.
pub const SLIP_SYMBOL: &str = "Código QR con los datos firmados de la hoja de entrada";
/// What stands for a receipt's symbol.
pub const RECEIPT_SYMBOL: &str = "Código QR con los datos firmados de la constancia";
/// What stands for a portrait.
pub const PORTRAIT: &str = "Retrato de la persona titular";
