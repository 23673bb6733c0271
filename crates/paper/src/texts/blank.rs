//! The fixed sentences of numbered blank sheets.

use super::{Text, text};

/// Names of the sheets.
pub const APPLICATION: Text = text("Hoja: solicitud de tarjeta", "Sheet: card application");
/// The sheet of an entry or exit.
pub const CROSSING: Text = text("Hoja: entrada o salida", "Sheet: entry or exit");
/// The sheet of an encounter.
pub const ENCOUNTER: Text = text("Hoja: revisión", "Sheet: check");
/// The sheet of a count.
pub const CUSTODY: Text = text("Hoja: apertura de custodia", "Sheet: opening of custody");

/// What the symbol is, for those who hear the page.
pub const SYMBOL: &str = "Código QR con el número de esta hoja";
/// Beside the number.
pub const NUMBER: Text = text("Hoja n.º", "Sheet no.");
/// For which place.
pub const PLACE: Text = text("Impresa para", "Printed for");
/// When and by whom it was printed.
pub const PRINTED: Text = text("Impresa el, por", "Printed on, by");
/// What the sheet is for, under its number.
pub const USE: Text = text(
    "Solo cuando no funcionan ni la central ni el puesto. Con pluma, en letra de molde. Se captura \
     una sola vez, y queda marcada como tardía.",
    "Only when neither hub nor post works. With a pen, in capitals. It is typed once, and marked late.",
);

/// The day on which it happened.
pub const DAY: Text = text("Día (día / mes / año)", "Day (day / month / year)");
/// The hour at which it happened.
pub const HOUR: Text = text("Hora (24 h)", "Hour (24 h)");
/// The officer's number.
pub const OFFICER: Text = text("N.º de agente", "Officer no.");
/// The officer's name.
pub const NAME: Text = text("Nombre del agente", "Officer's name");
/// The officer's signature.
pub const SIGNATURE: Text = text("Firma", "Signature");
/// The small box that whoever types it fills.
pub const TYPED: Text = text("Capturada el, por (n.º)", "Typed on, by (no.)");

/// Of a crossing.
pub const ENTRY: Text = text("Entrada", "Entry");
/// Of a crossing.
pub const EXIT: Text = text("Salida", "Exit");
/// The number on the card.
pub const CARD: Text = text("Número de la tarjeta", "Number of the card");
/// The holder's name, to compare.
pub const HOLDER: Text = text("Nombre en la tarjeta", "Name on the card");
/// Remarks.
pub const REMARKS: Text = text("Observaciones", "Remarks");

/// Whether a card was shown.
pub const WITH_CARD: Text = text("Mostró tarjeta o talón", "Showed a card or slip");
/// How an encounter ended: in the order of the screen.
pub const OUTCOMES: [Text; 6] = [
    text("Siguió su camino", "Went on"),
    text("Siguió, con orientación", "Went on, with advice"),
    text("Canalizada a protección", "Referred for protection"),
    text("Atención médica", "Medical help"),
    text("Se retuvo el documento", "Paper kept"),
    text("Quedó bajo custodia", "Taken into custody"),
];
/// Over the boxes.
pub const OUTCOME: Text = text("Cómo terminó (marque uno)", "How it ended (tick one)");
/// Where it was.
pub const WHERE: Text = text(
    "Lugar: kilómetro, puente, autobús",
    "Place: kilometre, bridge, bus",
);
/// The legal basis.
pub const BASIS: Text = text("Fundamento legal que se invoca", "Legal basis claimed");
/// The reason.
pub const REASON: Text = text("Motivo", "Reason");

/// How many were counted.
pub const COUNT: Text = text("¿Cuántas personas?", "How many people?");
/// From when on.
pub const TAKEN_DAY: Text = text("Bajo control desde: día", "Under control since: day");
/// From when on.
pub const TAKEN_HOUR: Text = text("Desde: hora", "Since: hour");
/// Where they were taken.
pub const TAKEN_WHERE: Text = text("Dónde", "Where");
/// The vehicle.
pub const VEHICLE: Text = text("Vehículo y placas", "Vehicle and plates");
/// The unit.
pub const UNIT: Text = text("Corporación y unidad", "Body and unit");
/// Under whose order.
pub const ORDER: Text = text("Por orden de (si la hay)", "By order of (if any)");
/// The list.
pub const LIST: Text = text(
    "Personas, una por renglón; primero cuente, luego pregunte",
    "People, one a line; count first, then ask",
);
/// Of a row.
pub const PERSON: Text = text(
    "Apellidos y nombres, como los dice",
    "Surnames and names, as stated",
);
/// Of a row.
pub const AGE: Text = text("Edad", "Age");
/// Of a row.
pub const NATION: Text = text("Nacionalidad", "Nationality");
/// Of a row.
pub const HEALTH: Text = text("Salud; niña o niño solo", "Health; child alone");

/// Of an application.
pub const SURNAMES: Text = text("Apellidos", "Surnames");
/// Of an application.
pub const GIVEN: Text = text("Nombres", "Given names");
/// Of an application.
pub const BIRTH: Text = text("Nacimiento (día / mes / año)", "Birth (day / month / year)");
/// Of an application.
pub const SEX: Text = text("Sexo (M, F, X)", "Sex (M, F, X)");
/// Of an application.
pub const RESIDENCE: Text = text("País de residencia", "Country of residence");
/// Of an application.
pub const CUI: Text = text("CUI (si tiene)", "CUI (if any)");
/// Of an application.
pub const DOCUMENT: Text = text("Documento: clase", "Document: kind");
/// Of an application.
pub const DOCUMENT_NUMBER: Text = text("Documento: número", "Document: number");
/// Of an application.
pub const ISSUER: Text = text("Documento: país", "Document: country");
/// Of an application.
pub const EXPIRES: Text = text("Documento: vence", "Document: expires");
/// Of an application.
pub const MINOR: Text = text(
    "Menor de 18: con quién viene, permiso",
    "Under 18: who comes along, permission",
);

/// Over the line to cut along.
pub const CUT: Text = text("Corte aquí · para la persona", "Cut here · for the person");
/// The stub of an encounter.
pub const ENCOUNTER_STUB: Text = text(
    "Constancia de revisión en papel",
    "Paper receipt of a check",
);
/// The stub of a crossing.
pub const CROSSING_STUB: Text = text(
    "Constancia de entrada o salida",
    "Paper receipt of entry or exit",
);
/// The stub of an application.
pub const APPLICATION_STUB: Text = text("Constancia de solicitud", "Receipt of an application");
/// What the stub of an encounter is worth.
pub const ENCOUNTER_MEANS: Text = text(
    "Guárdela. Prueba que le revisaron, dónde y quién. No dice quién es usted. Es gratuita: nadie puede \
     cobrarle. Con este número puede preguntar si la revisión quedó registrada, y quejarse si no.",
    "Keep it. It proves that you were checked, where and by whom. It does not say who you are. It is \
     free. With this number you can ask whether the check was recorded, and complain if not.",
);
/// What the stub of a crossing is worth.
pub const CROSSING_MEANS: Text = text(
    "Guárdela con su tarjeta. Sus plazos corren desde el día y la hora escritos aquí, no desde que se \
     capturen. Pida su talón en cualquier puesto cuando el sistema funcione. Es gratuita.",
    "Keep it with your card. Your time runs from the day and hour written here, not from when they are \
     typed. Ask for your slip at any post once the system works. It is free.",
);
/// What the stub of an application is worth.
pub const APPLICATION_MEANS: Text = text(
    "Su solicitud se recibió en papel. No es una tarjeta. Con este número puede preguntar por ella. El \
     trámite es gratuito.",
    "Your application was received on paper. It is not a card. With this number you can ask about it. \
     It is free.",
);
/// On the sheet of a count.
pub const CUSTODY_MEANS: Text = text(
    "Los relojes corren desde la hora escrita aquí. Quien firma responde por estas personas hasta que \
     otro firme que las tiene. Que la capture quien la firmó, antes que ninguna otra.",
    "The clocks run from the hour written here. Whoever signs answers for these people until somebody \
     else signs that they have them. Whoever signed it types it, before any other.",
);
