//! The fixed sentences of the papers about people under control.

use super::{Text, text};

/// The name of the list of a place.
pub const LIST: Text = text("Lista de custodia", "Custody list");
/// The name of an episode's paper.
pub const EPISODE: Text = text("Episodio de custodia", "Custody episode");
/// The name of the person's receipt.
pub const RECEIPT: Text = text("Constancia de custodia", "Receipt of custody");
/// The name of the back of that receipt.
pub const FAMILY: Text = text("Para su familia", "For your family");
/// The name of the sheet for a handover without passkeys.
pub const HANDOVER: Text = text(
    "Entrega de personas en papel",
    "Handover of people on paper",
);

/// Label of a place.
pub const PLACE: Text = text("Lugar", "Place");
/// Label of a shift.
pub const SHIFT: Text = text("Turno", "Shift");
/// Label of the officer who answers.
pub const ANSWERS: Text = text("Responde", "Answers");
/// Beside the large figure of a list.
pub const UNDER_CONTROL: Text = text("personas bajo control", "people under control");
/// Beside the large figure when it is one.
pub const ONE_UNDER_CONTROL: Text = text("persona bajo control", "person under control");
/// Label of a place in the count.
pub const ORDINAL_SHORT: Text = text("N.º", "No.");
/// Label of a row in the exported file.
pub const ROW: Text = text("Renglón", "Row");
/// Label of who it is.
pub const WHO: Text = text("Quién", "Who");
/// Label of the moment from which a person is here.
pub const SINCE: Text = text("Desde", "Since");
/// Label of running clocks.
pub const CLOCKS: Text = text("Relojes", "Clocks");
/// In the place of a name that nobody stated yet.
pub const NO_NAME: &str = "sin nombre todavía";
/// Under the list.
pub const BOLD_IS_LATE: Text = text(
    "En negritas y con «!»: lo que ya venció. Los nombres son los que cada persona dijo.",
    "In bold and with “!”: what is overdue. Names are those that each person stated.",
);
/// Of an empty list.
pub const NOBODY: Text = text(
    "Nadie está bajo control en este lugar.",
    "Nobody is under control at this place.",
);
/// Over the signatures of a shift.
pub const COUNTED: Text = text(
    "Quien sale y quien entra cuentan a las personas, no la lista. Si los números difieren, no firme: \
     avise a su mando y a la defensoría.",
    "Who leaves and who comes count the people, not the list. If the numbers differ, do not sign: tell \
     your superior and the ombudsman.",
);
/// Under the line of who leaves.
pub const OUTGOING: Text = text("Sale: número y firma", "Leaves: number and signature");
/// Under the line of who comes.
pub const INCOMING: Text = text("Entra: número y firma", "Comes: number and signature");
/// Label of a box for a number counted by hand.
pub const I_COUNTED: Text = text("Conté", "I counted");
/// Label of a line for the hour.
pub const HOUR: Text = text("Hora", "Hour");

/// Label of an episode's handle.
pub const HANDLE: Text = text("Clave del episodio", "Episode handle");
/// Label of whom the paper is for.
pub const FOR_WHOM: Text = text("Para", "For");
/// Label of a name.
pub const STATED: Text = text("Según dijo", "As stated");
/// Heading over the bar.
pub const BAR: Text = text(
    "Quién respondía en cada minuto",
    "Who answered at every minute",
);
/// Under the bar.
pub const BAR_LEGEND: Text = text(
    "Verde: sin duda. Arena: ofrecida o en papel, responde quien la dio. Marco grueso: en disputa o no \
     se encuentra.",
    "Green: sure. Sand: offered or on paper, whoever gave answers. Thick frame: disputed or not found.",
);
/// Heading over the facts.
pub const FACTS: Text = text("Hechos, en orden", "Facts, in order");
/// Heading over breaches.
pub const BREACHES: Text = text(
    "Incumplimientos y lo que no concuerda",
    "Breaches and what does not fit",
);
/// Where there are none.
pub const NO_BREACHES: Text = text(
    "El registro no señala ninguno.",
    "The register points out none.",
);
/// Heading over the law's list.
pub const CONTENTS: Text = text(
    "Lo que la ley pide que conste",
    "What the law wants on record",
);
/// In the place of a content that is missing.
pub const MISSING: Text = text("NO CONSTA", "NOT ON RECORD");
/// Heading over how to verify.
pub const VERIFY: Text = text("Cómo comprobarlo", "How to verify it");
/// How to verify.
pub const VERIFY_HOW: Text = text(
    "Este papel no prueba nada por sí mismo. Pida el archivo del episodio y compruébelo en su propia \
     computadora, sin red, con el ancla y el paquete de la autoridad y la política de la bitácora, que le \
     da la defensoría: paso verify export ARCHIVO. Prueba que lo escrito no se cambió después; no que sea \
     verdad. Si falta el final lo dicen los avisos que recibió la defensoría.",
    "This paper proves nothing by itself. Ask for the episode's file and verify it on your own computer, \
     with no network, with the authority's anchor and bundle and the log's policy, which the ombudsman \
     gives you: paso verify export FILE. It proves that what was written was not changed later; not that \
     it is true. Whether the end is missing, the ombudsman's statements tell.",
);
/// Label of the file's hash.
pub const FILE_HASH: Text = text("SHA-256 del archivo", "SHA-256 of the file");
/// Label of the log's head.
pub const HEAD: Text = text("Bitácora y testigos", "Log and witnesses");

/// What a person's receipt of custody says first.
pub const FREE: Text = text(
    "Esta constancia es gratuita, y su salida también: no pague a nadie. Guárdela usted; nadie puede \
     quitársela.",
    "This receipt is free, and so is leaving: do not pay anyone. Keep it yourself; nobody may take it \
     from you.",
);
/// The name of what is given at a handover.
pub const HANDOVER_SLIP: Text = text("Constancia de entrega", "Receipt of a handover");
/// The name of what is given at a release.
pub const RELEASE_SLIP: Text = text("Constancia de libertad", "Receipt of a release");
/// The name of what is given at another ending.
pub const ENDED_SLIP: Text = text("Constancia de fin de custodia", "Receipt of custody ended");
/// What a handover means for the person.
pub const HANDOVER_MEANS: Text = text(
    "Desde ahora responde por usted otra persona. Su código para la familia, si lo tiene, sigue \
     sirviendo.",
    "From now on somebody else answers for you. Your code for the family, if you have one, stays good.",
);
/// What a release means.
pub const RELEASE_MEANS: Text = text(
    "Usted está en libertad. Su código para la familia, si lo tiene, solo dirá que ya no está bajo \
     custodia: ni dónde ni a qué hora salió.",
    "You are free. Your code for the family, if you have one, will only say that you are no longer in \
     custody: neither where nor at what hour you left.",
);
/// What another ending means.
pub const ENDED_MEANS: Text = text(
    "Esta autoridad deja de responder por usted. Su código para la familia, si lo tiene, solo dirá que \
     ya no está bajo su custodia.",
    "This authority no longer answers for you. Your code for the family, if you have one, will only say \
     that you are no longer in its custody.",
);
/// What such a paper says about money.
pub const SLIP_FREE: Text = text(
    "Esta constancia es gratuita: no pague a nadie. Guárdela usted junto con la primera; nadie puede \
     quitárselas.",
    "This receipt is free: do not pay anyone. Keep it yourself with the first one; nobody may take them \
     from you.",
);
/// Label of who took the person under control.
pub const UNIT: Text = text("Quién detuvo", "Who took you");
/// Label of one's place in the count.
pub const ORDINAL: Text = text("Usted es", "You are");
/// Label of a handle in words.
pub const IN_WORDS: Text = text(
    "Su clave, para decirla en voz alta",
    "Your handle, to say aloud",
);
/// What stands for the symbol of that receipt.
pub const CODE: Text = text("Código para comprobarla", "Code to check it");
/// Heading over the family's code.
pub const SECRET: Text = text(
    "Código para quien usted quiera",
    "Code for whomever you choose",
);
/// Over the address at which the code is asked with.
pub const ASK_AT: Text = text("Quien lo tenga pregunta en", "Whoever has it asks at");
/// Where the person closed it.
pub const NO_SECRET: Text = text(
    "Usted no quiso un código para su familia. Puede pedirlo cuando quiera.",
    "You wanted no code for your family. You can ask for one at any time.",
);
/// What the code shows.
pub const SHOWS: Text = text("Qué muestra", "What it shows");
/// What the code shows, in words.
pub const SHOWS_WHAT: Text = text(
    "Solo una de dos cosas: «bajo custodia de» la autoridad, o «ya no está bajo custodia».",
    "Only one of two things: “in custody of” the authority, or “no longer in custody”.",
);
/// What the code does not show.
pub const HIDES: Text = text("Qué no muestra", "What it does not show");
/// What the code does not show, in words.
pub const HIDES_WHAT: Text = text(
    "Ni el lugar, ni traslados, ni la hora de salida, ni por qué. Con él nadie puede esperarle afuera.",
    "Neither the place, nor transports, nor the hour of leaving, nor why. Nobody can wait for you outside \
     by it.",
);
/// That the code can be changed.
pub const CHANGE: Text = text("Puede cambiarlo o cerrarlo", "You can change or close it");
/// That the code can be changed, in words.
pub const CHANGE_HOW: Text = text(
    "Pídalo a cualquier oficial del lugar o a la defensoría: el anterior deja de servir. Si alguien le \
     obliga a darlo, dígalo a la defensoría.",
    "Ask any officer there or the ombudsman: the old one stops working. If somebody forces you to give \
     it, tell the ombudsman.",
);

/// What a handover on paper says first.
pub const UNTIL_CONFIRMED: Text = text(
    "Quien entrega responde por cada persona hasta que quien recibe lo confirme al ser consultado. \
     Cuenten juntos, persona por persona; lo que está en blanco se llena a mano antes de firmar.",
    "Who gives answers for each person until who receives confirms it when asked. Count together, person \
     by person; what is blank is filled in by hand before signing.",
);
/// Label of who gives.
pub const FROM: Text = text("Entrega", "Gives");
/// Label of whom it is for.
pub const TO: Text = text("A", "To");
/// Label of what it is for.
pub const FOR: Text = text("Motivo", "Reason");
/// Beside the large figure of a handover.
pub const GIVEN: Text = text("personas se entregan", "people are given");
/// Beside the large figure when it is one.
pub const ONE_GIVEN: Text = text("persona se entrega", "person is given");
/// Over the boxes to tick.
pub const CAME: Text = text("Llegó", "Came");
/// Heading over the receiver's part.
pub const RECEIVER: Text = text("Quien recibe", "Who receives");
/// Label of the receiver's name.
pub const RECEIVER_NAME: Text = text("Nombre completo", "Full name");
/// Label of the receiver's function.
pub const FUNCTION: Text = text("Cargo", "Function");
/// Label of the receiver's body.
pub const BODY: Text = text("Institución", "Body");
/// Label of the receiver's telephone.
pub const TELEPHONE: Text = text("Teléfono de la institución", "Telephone of the body");
/// Label of a date and hour.
pub const DATE_AND_HOUR: Text = text("Fecha y hora", "Date and hour");
/// Under the receiver's line.
pub const RECEIVER_SIGNATURE: Text = text(
    "Firma y sello de quien recibe",
    "Receiver's signature and stamp",
);
/// Under the giver's line.
pub const GIVER_SIGNATURE: Text = text("Firma de quien entrega", "Giver's signature");
/// What to do with the sheet.
pub const PHOTOGRAPH: Text = text(
    "Firmada, fotografíe toda la hoja y súbala al registro. Deje una copia a quien recibe. Quien no llegó \
     se anota como «no se encuentra» de inmediato.",
    "Once signed, photograph the whole sheet and put it into the register. Leave a copy with the \
     receiver. Whoever did not come is recorded as “not found” at once.",
);
