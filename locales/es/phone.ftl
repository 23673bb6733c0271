# El teléfono: el lector sin red de quien revisa, y la página de quien lleva la tarjeta.

phone-title = Leer tarjetas sin red
phone-loading = Preparando el lector…
phone-no-script = Este lector necesita JavaScript, porque la firma se comprueba en este aparato. Sin él, revise en la página del puesto.
phone-state = ¿En qué estado está este punto?
phone-state-hint = Decide dónde vale la tarjeta. No se adivina por satélite.
phone-state-choose = Elija el estado
phone-camera = Leer con la cámara
phone-camera-view = Lo que ve la cámara
phone-camera-stop = Apagar la cámara
phone-torch = Linterna
phone-code-hint = O pase el código por el lector de mano, o péguelo. Cada código en su línea.
phone-add-slip = Leer también la hoja de entrada
phone-nothing-kept = Lo que se lee no sale de este aparato y no se guarda.
phone-to-post = Ir a la página del puesto, para registrar el encuentro
phone-reader = Leer sin red, con la cámara
phone-age = Edad de la lista de firmas
phone-days = días
phone-hours = horas
phone-no-list = Este aparato todavía no tiene la lista de firmas. Conéctelo una vez a la red.
phone-list-old = La lista ya tiene sus días: conéctese para actualizarla.
phone-list-dead = La lista es demasiado vieja para dar algo por bueno: conéctese.
phone-list-refused = La lista que llegó no es de la autoridad conocida, así que se conserva la anterior. Avise a quien administra el sistema.
phone-offline = Sin red.
phone-online = Con red.
phone-ready = Puede leer, también sin red.
phone-no-camera = No hay cámara o no se permitió usarla. Use el lector de mano o pegue el código.
phone-failed = El lector se detuvo. Lea otra vez.
phone-forget = Borrar de este teléfono:

mine-title = Mi tarjeta
mine-lead = Sin cuenta y sin dar su nombre. Lo que lea aquí no se guarda en ninguna oficina.
mine-valid-title = ¿Vale mi tarjeta?
mine-code = El código de su tarjeta
mine-code-hint = Puede leer también la hoja de entrada: cada código en su línea. O una constancia o el letrero de un puesto, solos.
mine-go = Comprobar
mine-where-title = Hasta cuándo y dónde
mine-stay = Estancia en cada visita
mine-states = Puede estar en
mine-instrument = Lo dice
mine-no-rule = Hoy no hay en este registro una regla con sus estados. Pregunte en el puesto de entrada.
mine-both-clocks = Su hoja de entrada lleva dos fechas: «salga antes de» y «no hay exceso de estancia hasta». Entre una y otra su estancia es válida.
mine-days = { $n ->
    [one] { $n } día natural
   *[other] { $n } días naturales
}
mine-may-title = Lo que sí pueden pedirle
mine-may-card = Su tarjeta y su hoja de entrada, para leerlas y devolvérselas.
mine-may-document = Su documento, para comparar nombre, nacimiento y los últimos caracteres del número.
mine-may-basis = Usted puede preguntar en qué ley se apoya la revisión. Quien revisa debe anotarlo en la constancia.
mine-may-protection = Pueden preguntarle si necesita protección. Si teme volver a su país, fue víctima de un delito o viaja una niña o un niño sin quien lo cuide, dígalo: eso va antes que todo.
mine-may-not-title = Lo que no pueden hacer
mine-not-money = Cobrar. La tarjeta, la revisión y la constancia son gratis.
mine-not-keep = Quedarse con su tarjeta o su documento. Solo un papel falso se guarda como prueba contra quien lo hizo.
mine-not-amber = Retenerle por un resultado ámbar. Ámbar quiere decir que al aparato le falta algo, no a usted.
mine-not-why = Preguntar por qué salió de su país.
mine-not-biometrics = Tomarle huellas o comparar su cara con una máquina. Aquí no se hace.
mine-real-title = ¿Es de verdad este punto de revisión?
mine-real-number = Pregunte el número de quien revisa, el nombre de su puesto y en qué ley se apoya. Quien trabaja de verdad los dice.
mine-real-sign = Pida ver el letrero: en la pantalla del puesto hay un código que cambia cada pocos minutos. Léalo aquí, también sin red. Dice lugar y autoridad; a nadie nombra. Si no hay cámara, pida que le digan sus ocho letras y números y escríbalos aquí, con red.
mine-real-copy = Un letrero vivo se puede copiar por unos minutos. Por eso compare el lugar que dice con el sitio donde está.
mine-real-receipt = Pida su constancia y léala aquí. Lleva una firma que se comprueba en su teléfono, también sin red: si sale «Falsa» o «Sin firma», no se la dio la autoridad.
mine-receipts-title = Mis constancias
mine-receipts = Las constancias que lea aquí quedan solo en este teléfono. Ninguna oficina puede decir, por su tarjeta, dónde le han revisado.
mine-report-title = Cómo denunciar
mine-report = Guarde la constancia o anote el lugar, la hora y el número de quien revisó. Llame, gratis, a:

mine-next-let-pass = Nada. Todo está en orden.
mine-next-compare-with-document = Todo está en orden. En una revisión la comparan con su documento: llévelo consigo.
mine-next-remind-to-leave = Su estancia todavía vale, pero conviene salir ya.
mine-next-let-pass-and-update = Su tarjeta es buena. Conecte este teléfono para que la lista de firmas se ponga al día.
mine-next-let-pass-and-set-clock = Su tarjeta es buena. Ponga en hora este teléfono.
mine-next-scan-again = Léala otra vez: con más luz, sin reflejos, con el código llenando el cuadro.
mine-next-ask-for-slip = Lea la hoja de entrada que corresponde a esta tarjeta.
mine-next-verify-by-other-means = Este teléfono no puede saberlo. No quiere decir que su tarjeta sea mala: pregunte en cualquier mesa, gratis.
mine-next-reissue-free = Su tarjeta se acepta como buena. En cualquier mesa se la cambian gratis.
mine-next-explain-territory = Su tarjeta es auténtica, pero no abarca este estado. Arriba dice cuáles abarca.
mine-next-help-regularise = Vaya a una mesa: ahí le explican cómo arreglarlo. Es gratis.
mine-next-record-encounter = Use la tarjeta que sustituyó a esta. Si no la tiene, pregunte en una mesa, gratis.
mine-next-keep-copy-and-report = Esta tarjeta no la expidió la autoridad. Si pagó por ella, le engañaron: denúncielo. La verdadera es gratis.

shift-open-title = Abrir turno en este teléfono
shift-open-lead = Después podrá registrar encuentros y dar constancias también sin red.
shift-no-script = Para esto hace falta JavaScript: la clave del turno se hace en este teléfono y no sale de él. Sin él, registre en la página del puesto.
shift-no-crypto = Este navegador no puede guardar una clave o no tiene dónde guardar los registros. Use otro, o registre en la página del puesto.
shift-open-unsent = En este teléfono hay registros sin enviar. Envíelos primero desde la página del lector; después abra el turno.
shift-length = Dura
shift-open-key = Este teléfono hace una clave que nadie puede sacar de él, y usted la firma con su llave.
shift-open-sealed = Lo que registre sin red queda cifrado en el teléfono hasta que haya red; ni usted lo puede leer ahí.
shift-open-receipt = Cada persona recibe al momento su constancia: un código para leer en voz alta y otro para la cámara.
shift-open-custody = También puede contar personas bajo su control, cada una con su constancia.
shift-open = Abrir turno en este teléfono
shift-none-title = Registrar sin red
shift-none = Abra un turno mientras tenga red. Después podrá registrar y dar constancias donde no la haya.
shift-title = Turno en este teléfono
shift-until = hasta
shift-unsent = Sin enviar
shift-unsent-kept = Están cifrados en este teléfono y se envían solos cuando haya red. No borre los datos del navegador.
shift-send = Enviar ahora
shift-sent = Enviados
shift-encounter = Registrar encuentro
shift-count = Contar personas bajo control
shift-record = Firmar y dar constancia
shift-back = Volver sin registrar
shift-minutes-ago = ¿Hace cuántos minutos quedaron bajo su control?
shift-minutes-ago-hint = Desde ahí corren las horas.
shift-missing = Falta algo: complete el campo marcado.
shift-over = El turno de este teléfono terminó. Ábralo de nuevo con red, o registre en papel.
shift-soon = El turno de este teléfono termina pronto. Para seguir sin red después, abra otro antes, con red; o lleve hojas. Termina:
shift-ended = El turno de este teléfono terminó:
shift-ended-sent = Todo lo que registró ya se envió. Para seguir registrando abra otro turno con red; mientras tanto, registre en papel.
shift-ended-unsent = Lo que registró sigue aquí, cifrado, y se envía solo cuando haya red. Después abra otro turno; mientras tanto, registre en papel.
shift-failed = No se pudo registrar en este teléfono. No entregue constancia; inténtelo otra vez o registre en papel.
shift-card = Se mostró una tarjeta, y el lector dijo:
shift-act-encounter = Encuentro
shift-act-opening = Personas bajo control
shift-receipt = Constancia para la persona
shift-receipt-say = Léasela en voz alta para que la anote, o que tome una foto de esta pantalla.
shift-receipt-qr = Código de la constancia para la cámara
shift-secret = Clave para la familia
shift-secret-hint = Con ella un familiar o abogado pregunta en /familia dónde se responde por la persona. Désela solo a ella.
shift-receipt-promise = La firma de este teléfono vale desde ahora, aunque el registro todavía no haya llegado. Si pasado un día el registro no aparece, esta constancia es la prueba.
shift-next = La siguiente constancia
shift-given = Ya la tiene

command-shift-open-phone = abrir turno en un teléfono
signing-line-until = Hasta
signing-line-phone-key = Clave del teléfono

phone-refusal-not-a-record = Esto no es un registro de un teléfono. Sigue en el teléfono; avise a quien administra el sistema.
phone-refusal-newer = El registro es de un programa más nuevo que el de este equipo. Sigue en el teléfono; avise para que se actualice.
phone-refusal-torn = El registro llegó cortado y no se tomó nada. Sigue en el teléfono; envíelo otra vez.
phone-refusal-too-large = El registro es más grande que cualquiera. Sigue en el teléfono; avise a quien administra el sistema.
phone-refusal-closed = El registro no se abre aquí: fue alterado, o el turno se abrió en otro equipo. Sigue en el teléfono; conéctese donde abrió el turno.
phone-refusal-content = El registro se abre pero está mal hecho. Sigue en el teléfono; avise a quien administra el sistema.
phone-refusal-elsewhere = El turno se abrió en otro equipo de esta oficina y solo ese lo puede abrir. Sigue en el teléfono; conéctese ahí.
phone-refusal-unknown-phone = Ningún turno se abrió con la clave de este registro. Sigue en el teléfono; avise a quien administra el sistema.
phone-refusal-not-signed = El registro fue alterado después de firmarse y no se tomó nada. Sigue en el teléfono; avise a quien administra el sistema.
phone-refusal-another = Con el nombre de este registro ya llegó otro distinto. Conserve el teléfono; avise a quien administra el sistema.
phone-refusal-unknown = El registro dice algo que este equipo no conoce. Sigue en el teléfono; avise para que se actualice.

phone-remark-late = Llegó más de un día después
phone-remark-outside-shift = Fuera del turno de su clave
phone-remark-clock-ahead = El reloj del teléfono iba adelantado
phone-remark-access-ended = El oficial estaba suspendido o dado de baja
phone-remark-beyond-role = El papel del oficial no incluye este acto

signed-out-unsent = { $n ->
    [one] En este teléfono queda un registro sin enviar. No se borró: está cifrado, y se envía solo cuando abra con red la página «Leer tarjetas sin red».
   *[other] En este teléfono quedan { $n } registros sin enviar. No se borraron: están cifrados, y se envían solos cuando abra con red la página «Leer tarjetas sin red».
}

receipt-by-phone = Registrado sin red en un teléfono
receipt-arrived = Llegó
receipt-remarks = Para revisar
