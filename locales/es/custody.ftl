# Custodia: quien cuenta, quien describe, quien entrega y recibe, la defensoría y la familia.

home-lead-custody = Cuente primero. Usted responde por cada persona hasta que otra persona haya firmado que la tiene.
home-lead-child-protection = Reciba las canalizaciones de niñas, niños y adolescentes.
home-lead-prosecutor = Reciba las canalizaciones de víctimas de delitos.
role-custody = Custodia
role-child-protection = Procuraduría de Protección
role-prosecutor = Fiscalía
way-custody = Custodia
way-overlook = Custodias
home-custody = Quién está aquí
home-custody-hint = Cuántas personas, desde cuándo, qué vence y qué espera su firma.
home-custody-open = Contar y abrir
home-custody-open-hint = Un número, un lugar y su firma. Los nombres vienen después.
home-overlook = Custodias de la autoridad
home-overlook-hint = Cuántas personas hay, quién no aparece, qué no cuadra; buscar a alguien.

custody-board-title = Custodia
custody-how-many = Personas presentes
custody-as-of = { $at }
custody-open = Contar y abrir
custody-hand-over = Entregar
custody-print-list = Lista para imprimir
custody-incoming = Le ofrecen personas
custody-outgoing = Entregas que esperan respuesta
custody-unsigned = Terminadas que esperan refrendo
custody-unsigned-own = refrenda otra persona
custody-offered-count = { $n ->
    [one] { $n } persona
   *[other] { $n } personas
}
custody-from = de { $who }
custody-to = a { $who }
custody-count-and-accept = Contar y recibir
custody-see-offer = Ver la entrega
custody-here = Quién está aquí
custody-none-here = Nadie, con lo que eligió ver.
custody-elsewhere = Usted responde, y no están aquí
custody-views = Ver
custody-view-all = Todas
custody-view-alarmed = Con avisos
custody-view-undescribed = Sin describir
custody-view-mine = Por quienes respondo
custody-orders = Orden:
custody-order-arrival = llegada
custody-order-clock = lo que vence antes
custody-order-name = nombre
custody-person = Persona
custody-since = Desde
custody-answers = Responde
custody-stands = Cómo está
custody-place = Dónde
custody-why-now = Por qué
custody-nth = Persona { $n } de { $of }
custody-nobody-counted = Persona sin conteo
custody-back-board = Al tablero
custody-back-episode = A la custodia
custody-en-route = En camino a { $to }, { $vehicle }; se espera { $at }
custody-outside = Con alguien de fuera, por papel sin confirmar

custody-list-title = Lista de custodia
custody-list-count = { $n ->
    [one] { $n } persona presente
   *[other] { $n } personas presentes
}
custody-list-print = Imprima con su navegador: una por turno.
custody-list-n = Nº
custody-list-tick = Vista
custody-list-leaves = Sale de turno: nombre, firma y número contado
custody-list-comes = Entra de turno: nombre, firma y número contado

custody-clock-left = { $what }: vence en { $length }
custody-clock-soon = { $what }: vence ya, en { $length }
custody-clock-over = { $what }: venció hace { $length }
custody-clock-met = cumplido { $at }
custody-clock-late = tarde: { $at }

custody-open-title = Contar y abrir
custody-open-lead = Cuente a las personas y firme. Cada una tiene desde ahora quien responde por ella. El conteo no se puede reducir después.
custody-number = ¿Cuántas personas?
custody-number-hint = Todas, también niñas y niños.
custody-when = ¿Desde cuándo? (hora de aquí, { $zone })
custody-where = ¿Dónde?
custody-vehicle = Vehículo
custody-vehicle-hint = Placas o número económico; vacío si no hay.
custody-unit = Institución y unidad que las detuvo
custody-ordered-by = ¿Quién lo ordenó?
custody-optional = Puede quedar vacío.
custody-basis = Fundamento que se invoca
custody-basis-hint = Lo que se invoca. Aquí nadie lo declara legal.
custody-reason = Razón que se da
custody-open-go = Abrir y firmar
custody-unit-guard = Guardia Nacional
custody-unit-police = Policía
custody-basis-review = Ley de Migración: revisión migratoria
custody-basis-delivered = Puesta a disposición por otra autoridad
custody-basis-order = Orden de autoridad competente
custody-reason-no-document = No mostró documento migratorio
custody-reason-expired = Documento vencido
custody-reason-delivered = La entregó otra autoridad
custody-when-missing = Escriba la fecha y la hora.
custody-where-missing = Escriba el lugar.
custody-unit-missing = Escriba la institución y la unidad.
custody-basis-missing = Escriba el fundamento que se invoca.
custody-reason-missing-here = Escriba la razón que se da.

custody-operation-title = { $n ->
    [one] Conteo de { $n } persona
   *[other] Conteo de { $n } personas
}
custody-described = descritas
custody-not-described = Sin describir
custody-describe-next = Describir a la siguiente
custody-all-described = No falta nadie por describir aquí.
custody-what-was-said = Lo que se dijo al contar
custody-count-stays = El conteo no se reduce: cada persona sale sólo por una entrega o un término.
custody-taken = Bajo control desde
custody-counted-by = Contó

custody-person-lead = Lo que la persona dice. Nada es obligatorio: pregunte, y deje vacío lo que no conteste.
custody-ask-first = Haga antes las preguntas de protección,
custody-ask-first-why = a solas y en su idioma.
custody-who = Quién dice ser
custody-given = Nombres
custody-surnames = Apellidos
custody-birth = Fecha de nacimiento
custody-birth-hint = Basta el año. Si duda de la edad, es niña o niño.
custody-sex = Sexo
custody-nationality = Nacionalidad que declara
custody-nationality-hint = Lo que dice, no un hallazgo. Si dice ser de México, escríbalo.
custody-document = Documento que muestra
custody-document-hint = Ninguno: sólo su palabra.
custody-document-number = Número del documento
custody-found-with = ¿Con quién la encontraron?
custody-found-with-hint = Separarlas después causa un aviso a la defensoría.
custody-condition = Salud y pertenencias
custody-health = Estado de salud
custody-injuries = Lesiones que se ven o que dice tener
custody-belongings = Pertenencias en resguardo
custody-tell = ¿A quién quiere que se avise?
custody-tell-hint = Nombre y teléfono, como los dé.
custody-speech = Idioma y derechos
custody-language = Idioma que entiende
custody-interpreter = Quién interpretó
custody-rights = ¿En qué idioma se le explicaron sus derechos?
custody-rights-hint = Vacío mientras no se le expliquen.
custody-save-next = Guardar y seguir con la siguiente
custody-save = Guardar
custody-language-es = español
custody-language-mam = mam
custody-language-quc = k’iche’
custody-language-kek = q’eqchi’
custody-language-ht = criollo haitiano
custody-language-en = inglés
custody-language-pt = portugués

custody-bar = Quién ha respondido, minuto a minuto
custody-until-now = ahora
custody-from-to = De cuándo a cuándo
custody-clocks = Plazos
custody-recorded = Lo que consta
custody-operation = Las demás personas del mismo conteo
custody-facts = Lo que ha pasado
custody-do = Qué puede hacer
custody-not-screened = Faltan las preguntas de protección.
custody-offer-waits = Hay una entrega sin respuesta: mientras, responde quien entrega.
custody-ended-line = Terminó: { $how }, { $at }, por { $by }. { $second }
custody-countersigned-by = Refrendó { $by }, { $at }.
custody-not-countersigned = Falta el refrendo.
custody-describe = Describir
custody-on-paper = Dar en papel
custody-end = Terminar
custody-secret = Clave para la familia
custody-countersign = Refrendar este término
custody-arrive = Ya está aquí
custody-confirm = Confirmar que la tienen
custody-confirm-how = ¿Cómo lo supo?
custody-confirm-hint = Con quién habló, a qué hora, a qué teléfono.
custody-report-missing = No aparece
custody-missing-note = ¿Qué se sabe?
custody-missing-hint = Llega a la defensoría en el acto. No es un término: usted sigue respondiendo.
custody-report-found = Ya apareció
custody-found-note = ¿Dónde y cómo?
custody-depart = Sale en un traslado
custody-route = Ruta
custody-destination = ¿A dónde?
custody-expected = Llegada esperada
custody-at-post-clock = Hora de aquí.
custody-settle = Decir quién responde
custody-settle-hint = Firman dos personas de supervisión que no son parte.
custody-settle-officer = Número de oficial
custody-settle-post = Puesto
custody-settle-reason = Razón
custody-settle-who = Escriba el número de oficial y el puesto.

custody-hand-over-title = Entregar
custody-hand-over-lead = Marque a quién entrega, cuente y firme. Usted responde hasta que la otra persona firme que las tiene.
custody-not-yours = { $n ->
    [one] Otra persona de aquí no está en esta lista: responde alguien más, o ya se ofreció.
   *[other] Otras { $n } personas de aquí no están en esta lista: responde alguien más, o ya se ofrecieron.
}
custody-none-to-give = No hay nadie por quien usted responda y que pueda entregar ahora.
custody-who-goes = ¿Quién va?
custody-who-goes-hint = Llámelas una por una.
custody-tick-all = Marcar a todas (entrega de todo el puesto)
custody-counted = ¿Cuántas contó?
custody-counted-hint = Cuéntelas ahora, con los ojos. Si no son las marcadas, pare.
custody-counted-receive = Las que ve aquí. Si no llegó nadie, escriba 0.
custody-to-officer = Sólo a este oficial
custody-to-officer-hint = Número; vacío: quien esté de turno.
custody-to-shift = { $post }: al turno que entra
custody-hand-over-reason = Razón
custody-give-shift = Cambio de turno
custody-give-station = Traslado a estación migratoria
custody-transport = Traslado
custody-offer-go = Ofrecer y firmar
custody-nobody-chosen = No marcó a nadie.
custody-count-first = Cuente y escriba el número.
custody-count-differs = Lo que contó y lo que marcó no coinciden. Cuente otra vez; quien no esté, no lo marque.
custody-to-missing = Elija a dónde.
custody-to-unknown = Ese puesto no está en la lista.
custody-officer-shape = Eso no es un número de oficial.

custody-handover-title = { $n ->
    [one] Entrega de { $n } persona
   *[other] Entrega de { $n } personas
}
custody-giver = Entrega
custody-receiver = Recibe
custody-missing-named = No llegaron: { $names }
custody-missing-yours = Usted sigue respondiendo por ellas. Búsquelas ahora; si no aparecen, abra su custodia y marque «No aparece».
custody-missing-givers = Responde por ellas quien entregó. La defensoría ya lo ve.
custody-handover-whole = Llegaron todas y se firmó.
custody-member-came = recibida
custody-member-missed = no llegó
custody-member-withdrawn = retirada
custody-member-waits = espera
custody-receive-title = Contar y recibir
custody-receive-how = Llame a cada una por su nombre y márquela sólo si la ve. Al firmar usted responde por las marcadas; las demás quedan nombradas y a cargo de quien entrega.
custody-who-is-here = ¿Quién está aquí?
custody-who-is-here-hint = Empieza sin marcas: nadie llega por costumbre.
custody-receive-go = Recibir y firmar
custody-withdraw-title = Retirar el ofrecimiento
custody-still-yours = Mientras nadie firme, usted responde.
custody-withdraw-reason = Razón
custody-withdraw-go = Retirar

custody-end-title = Terminar: { $name }
custody-end-lead = Una libertad no espera a nadie: ni preguntas ni segunda firma. Otra persona la refrenda después.
custody-end-how = ¿Cómo termina?
custody-end-how-hint = «No aparece» no es un término: use ese botón en la página de la custodia.
custody-evidence = ¿Qué lo hace constar?
custody-evidence-hint = Quién lo vio, qué papel.
custody-end-to = ¿A dónde?
custody-end-to-hint = En un retorno, el país. En una libertad puede quedar vacío; la familia nunca lo ve.
custody-end-others = También a estas personas
custody-end-go = Terminar y firmar
custody-ending-missing = Elija una opción.
custody-paper-title = Dar en papel
custody-paper-lead = A un hospital, un albergue o una policía sin llave de acceso. Queda en ámbar, y usted responde, hasta que confirmen que la tienen.
custody-paper-where = ¿A quién?
custody-paper-body = Institución
custody-paper-body-hint = Nombre del hospital, albergue o corporación.
custody-paper-receiver = Quién firmó de recibido
custody-paper-receiver-hint = Nombre y cargo.
custody-paper-sheet = Foto de la hoja firmada
custody-paper-sheet-hint = Se guarda sólo su huella SHA-256. Conserve la hoja.
custody-paper-go = Registrar y firmar
custody-paper-transferred = A otra autoridad
custody-paper-referred = A un albergue o al DIF
custody-paper-hospital = A un hospital

custody-secret-title = Clave para la familia
custody-secret-lead = Es de la persona. Escríbala en su constancia o dígasela; con ella su familia o su abogado ven si sigue aquí.
custody-secret-where = Se consulta en
custody-secret-closed = Cerrada: hoy no muestra nada a nadie.
custody-secret-shows = Sólo dice si está en custodia de esta autoridad. Nunca dónde, ni cuándo sale.
custody-secret-change = Cambiarla, si la persona lo pide
custody-secret-close = Cerrarla, si la persona lo pide

custody-overlook-title = Custodias de la autoridad
custody-held = Personas bajo control
custody-overlook-alarmed = Requieren atención ahora
custody-overlook-none = Nadie.
custody-discords = Lo que no cuadra
custody-discords-none = Nada, en lo que consta aquí.
custody-discord-count = Conteo { $operation }: se contaron { $counted }; faltan los lugares: { $missing }; dobles: { $doubled }.
custody-discord-handover = Entrega { $handover }: se ofrecieron { $offered } (en lista { $listed }); quien recibe contó { $counted } y aceptó { $accepted }.
custody-discord-separated = Se encontraron juntas y están separadas:
custody-discord-twice = Parece la misma persona, dos veces bajo control:
custody-seek = Buscar por nombre
custody-seek-hint = Para familiares. Confirme el parentesco antes de decir nada.
custody-seek-go = Buscar
custody-seek-missing = Escriba un nombre.
custody-sought = Encontradas
custody-sought-none = Nadie que esté bajo control declaró ese nombre. Puede haber dado otro.

family-title = ¿Está en custodia?
family-lead = Con la clave que viene en la constancia de la persona, usted ve si sigue en custodia. Nada más.
family-secret = Clave
family-secret-hint = Dieciséis letras y números, como 2C7K-9XRT-HJKP-2346.
family-go = Consultar
family-shape = Eso no es una clave: son dieciséis letras y números. Revise que no falte ninguno.
family-in-custody = Está en custodia de { $authority }.
family-no-longer = Ya no está en custodia de { $authority }.
family-nothing = No hay nada con esa clave. Puede estar mal escrita, o la persona la cambió o la cerró.
family-shows = Por su seguridad nunca se muestra dónde está, ni cómo se le traslada, ni a qué hora sale.
family-ask-ombudsman = Si no tiene la clave o teme por la persona, llame a la defensoría: { $complaints }
family-never = No se pide su nombre y no se guarda quién consulta. Es gratis.

about-episodes = { $n ->
    [one] Custodia de { $n } persona
   *[other] Custodia de { $n } personas
}
signing-line-counted = Contadas
signing-line-taken = Bajo control desde
signing-line-where = Lugar
signing-line-vehicle = Vehículo
signing-line-unit = Institución y unidad
signing-line-ordered-by = Ordenó
signing-line-basis = Fundamento invocado
signing-line-to = A
signing-line-transport = Traslado
signing-line-ending = Término
signing-line-receiver = Recibió
signing-line-sheet = Huella de la hoja
signing-line-evidence = Consta
signing-line-answers = Responde
signing-line-people = Personas
signing-line-missing = No llegaron
command-custody-open = abrir custodia
command-custody-offer = ofrecer personas
command-custody-accept = recibir personas
command-custody-miss = decir que no llegó nadie
command-custody-give-on-paper = dar en papel
command-custody-end = terminar una custodia
command-custody-countersign = refrendar un término
command-custody-settle = decir quién responde

# Papers and files.
custody-list-pdf = Lista del turno (PDF)
custody-receipt-pdf = Constancia para la persona (PDF)
custody-slip-handover = Constancia de entrega (PDF)
custody-slip-release = Constancia de libertad (PDF)
custody-slip-custody-ended = Constancia de fin de custodia (PDF)
custody-slips-handover = Constancias de entrega, una por persona (PDF)
custody-file-pdf = Expediente para un juez (PDF)
custody-file-export = Archivo comprobable del expediente
custody-to-authority = Otra autoridad: { $code }
custody-recognise = Reconocer a la persona por su tarjeta
custody-recognise-hint = Si muestra una Tarjeta de Visitante, su número une esta custodia con el expediente que ya tiene. De ese expediente no verá nada aquí. Las preguntas de protección ya hechas siguen valiendo.
custody-recognise-card = Número de la tarjeta
custody-recognise-evidence = ¿En qué se basa?
custody-recognise-evidence-hint = Por ejemplo: el retrato de la tarjeta es el suyo y dijo su nombre sin leerlo.
custody-undo-recognition = No es esa persona
custody-undo-recognition-hint = La custodia vuelve al expediente con que se abrió. Lo dicho antes queda escrito.
custody-undo-recognition-why = ¿Por qué no lo es?
custody-border-title = Entregas con otra autoridad
custody-border-lead = Otra autoridad ofrece personas con un archivo firmado. Aquí se comprueba, usted cuenta a quienes llegaron y firma; la respuesta firmada regresa a quien las ofreció.
custody-border-nobody = No hay otra autoridad con la que se hayan intercambiado llaves en persona. Pídalo a la oficina que administra el sistema.
custody-border-bring-title = Traer un ofrecimiento
custody-border-file = Archivo del ofrecimiento
custody-border-file-hint = El que la otra autoridad descargó y firmó. Vale de:
custody-border-bring = Comprobar y contar
custody-border-give-hint = ¿Ofrece usted? Elija la otra autoridad como destino en
custody-border-people = Personas ofrecidas
custody-border-until = El ofrecimiento vale hasta
custody-border-other-file = Traer otro archivo
custody-border-answer-title = Ya se contaron y firmaron
custody-border-answer-hint = Descargue la respuesta y devuélvala a quien ofreció: mientras no la tenga, esa autoridad sigue respondiendo por las personas en su registro.
custody-border-answer-go = Descargar la respuesta firmada
custody-border-sent-title = Para la otra autoridad
custody-border-sent-hint = Lleve o envíe este archivo. Hasta que traiga aquí la respuesta firmada de la otra autoridad, usted responde.
custody-border-offer-file = Descargar el ofrecimiento firmado
custody-border-answer-file = Respuesta de la otra autoridad
custody-border-answer-bring = Comprobar la respuesta y firmar
custody-border-not-here = Para otra autoridad esto no se llena: ella dice quién responde y a dónde llegan.
custody-border-no-file = Ese archivo no es un ofrecimiento de entrega, o está dañado. Elija el correcto o pídalo otra vez.
custody-border-no-answer = Esa respuesta no vale: no es de esa autoridad, no responde a este ofrecimiento o se cambió después de firmarla. Pídala otra vez y conserve ésta.
custody-border-not-theirs = El archivo no lo firmó esa autoridad, o se cambió después. No cuente a nadie con él; llame a quien lo envió y consérvelo.
custody-border-stolen = La llave que firmó está reportada como robada. Llame a la otra autoridad y pida otra firma.
custody-border-not-for-us = El ofrecimiento es para otra autoridad. No actúe con él; avise a quien lo envió.
custody-border-expired = El ofrecimiento ya venció. Pida uno nuevo.
custody-border-ahead = El archivo tiene una fecha que aún no llega. Compare los relojes de las dos oficinas.
custody-border-unknown = Con la autoridad que firma no se han intercambiado llaves en persona. No cuente a nadie con este archivo.
custody-border-no-bundle = No se puede leer el paquete de llaves de esa autoridad, o es demasiado viejo. Pida a la oficina que administra el sistema que traiga el más nuevo.
custody-list-since = Desde { $at }
custody-beside-answers = Responden: { $who }
custody-beside-offered = { $n ->
    [one] { $n } persona ofrecida, sin respuesta
   *[other] { $n } personas ofrecidas, sin respuesta
}
custody-beside-coming = { $n } en camino hacia aquí
custody-beside-unsigned = { $n ->
    [one] { $n } término espera el refrendo
   *[other] { $n } términos esperan el refrendo
}
custody-beside-missing = { $n ->
    [one] { $n } persona no aparece
   *[other] { $n } personas no aparecen
}
custody-head = { $origin }, { $size } hojas, raíz { $root }; { $witnesses }
custody-head-witnesses = { $n ->
    [0] nadie la ha refrendado
    [one] la refrendó { $n } testigo
   *[other] la refrendaron { $n } testigos
}
custody-no-head = La bitácora no había publicado nada cuando se hizo este papel.
