# La constancia comprobada por cualquiera: qué es, qué dice la bitácora, qué hacer.

receipt-kind-encounter = Encuentro con un oficial
receipt-kind-check = Revisión de documentos
receipt-kind-entry = Entrada
receipt-kind-exit = Salida
receipt-kind-custody-opened = Inicio de custodia
receipt-kind-handover = Entrega a otra custodia
receipt-kind-release = Puesta en libertad
receipt-kind-custody-ended = Fin de custodia

verify-light-green = Comprobada
verify-light-amber = Falta algo
verify-light-red = Algo no concuerda

verify-word-logged = Auténtica
verify-word-unwitnessed = Firmada
verify-word-signed = Firmada
verify-word-not-yet-logged = Firmada
verify-word-proof-broken = Firmada
verify-word-other-entry = Firmada
verify-word-no-bundle = Sin comprobar
verify-word-bundle-expired = Sin comprobar
verify-word-unknown-key = Sin comprobar
verify-word-key-retired = Sin comprobar
verify-word-key-later-compromised = Sin comprobar
verify-word-malformed = No se leyó
verify-word-not-logged = Falta en la bitácora
verify-word-contradicted = La bitácora la contradice
verify-word-bad-signature = Falsa
verify-word-unsigned = Sin firma
verify-word-key-out-of-window = Falsa
verify-word-key-compromised = Falsa

verify-finding-logged = La autoridad firmó esta constancia y la tiene anotada en su bitácora, ante testigos de fuera.
verify-finding-unwitnessed = La autoridad firmó esta constancia y la tiene en su bitácora; todavía faltan firmas de los testigos.
verify-finding-signed = La autoridad firmó esta constancia. No se preguntó a la bitácora.
verify-finding-not-yet-logged = La autoridad firmó esta constancia; la bitácora todavía no la muestra.
verify-finding-proof-broken = La autoridad firmó esta constancia; la prueba de la bitácora no sirve. Eso no dice nada contra la constancia.
verify-finding-other-entry = La autoridad firmó esta constancia; la prueba que llegó es de otra con el mismo código.
verify-finding-no-bundle = Aquí no está la lista de firmas. Es falta nuestra, no de quien la trae.
verify-finding-bundle-expired = La autoridad firmó esta constancia, según una lista de firmas demasiado vieja.
verify-finding-unknown-key = La firma es de un equipo que aquí no se conoce. Puede ser de otra autoridad, o la lista es vieja.
verify-finding-key-retired = La firma es de un equipo retirado hace años, y ningún testigo responde por la fecha.
verify-finding-key-later-compromised = La firma es de un equipo robado después de esa fecha, y ningún testigo la vio antes del robo.
verify-finding-malformed = Esto no se pudo leer como una constancia.
verify-finding-not-logged = La autoridad firmó esta constancia y no la anotó, aunque pasó más de un día. Es prueba en contra de la autoridad.
verify-finding-contradicted = La autoridad firmó esta constancia y en su lugar anotó otra cosa. Es prueba en contra de la autoridad.
verify-finding-bad-signature = La firma no corresponde a lo que dice: alguien lo cambió o lo inventó.
verify-finding-unsigned = No lleva firma: cualquiera pudo hacerla.
verify-finding-key-out-of-window = Lleva una firma que no servía en la fecha que dice.
verify-finding-key-compromised = Se firmó con una llave después de que la robaron.

verify-next-keep = Nada más. Guárdela.
verify-next-ask-log = Pregunte a la bitácora con el código de la constancia: en la página de la autoridad o en la de la defensoría.
verify-next-ask-again = Vuelva a preguntar más tarde. Si mañana sigue así, llévela a la defensoría.
verify-next-ask-overseer = Pida la prueba otra vez, en la página de la defensoría.
verify-next-take-to-overseer = Guarde el papel y esta respuesta y llévelos a la defensoría. Usted no hizo nada mal.
verify-next-update-bundle = Compruébela donde haya una lista de firmas al día, como la página de la defensoría.
verify-next-scan-again = Léala otra vez: con más luz, sin reflejos, con el código llenando el cuadro.
verify-next-keep-and-report = Guarde el papel, anote quién se lo dio y avise a la defensoría. Quien lo trae suele ser la persona engañada.

verify-never = Ningún resultado de esta página es motivo para retener o sancionar a quien trae la constancia.

proof-fault-unreadable = La prueba está dañada o no es una prueba de bitácora.
proof-fault-unknown-log = Es de una bitácora que aquí no se conoce.
proof-fault-checkpoint = La bitácora o un testigo no firmó lo que la prueba dice.
proof-fault-leaf = No lleva el asiento que prueba.
proof-fault-not-in-tree = El asiento no está en la bitácora que nombra.
proof-fault-leaf-signature = El asiento no lo firmó el equipo que firmó la constancia.

verify-title = Comprobar una constancia
verify-result-title = Constancia: { $word }
verify-lead = Sin cuenta y sin dar su nombre. Lea el código del papel, o escriba los ocho caracteres.
verify-text = Código QR de la constancia
verify-text-hint = Pase el código por el lector, o péguelo.
verify-photo = O una foto del código
verify-code = O los ocho caracteres del papel
verify-go = Comprobar
verify-another = Comprobar otra
verify-nothing = Lea o pegue el código, elija una foto, o escriba los ocho caracteres.
verify-says = Lo que dice la constancia
verify-says-code = Código
verify-says-kind = Qué fue
verify-says-post = Puesto
verify-says-at = Fecha y hora
verify-says-day = Día
verify-says-officer = Agente n.º
verify-says-card = Tarjeta
verify-says-episode = Custodia
verify-post = { $name } ({ $code })
verify-log = En la bitácora
verify-log-origin = Bitácora
verify-log-place = Asiento
verify-log-place-of = { $index } de { $size }
verify-log-witness = Testigo { $name }
verify-age = Se dio hace { $length }.
verify-bundle-old = La lista de firmas de aquí ya tiene sus días.
verify-clock-behind = El reloj de aquí está atrasado.
verify-code-title = Código { $code }
verify-code-found = La autoridad dio una constancia con este código.
verify-code-found-several = La autoridad dio varias constancias con este código. El día y el puesto las distinguen.
verify-code-unknown = Aquí no hay ninguna constancia con ese código. Compárelo con el papel, letra por letra. Si el papel lo lleva y aquí no está, guárdelo y llévelo a la defensoría.
verify-code-only = Con el código solo no se dice más: puede oírlo cualquiera. La firma se comprueba con el código QR del papel.
verify-log-state = Bitácora
verify-log-state-witnessed = Anotada ante testigos
verify-log-state-unwitnessed = Anotada; faltan testigos
verify-log-state-waiting = Todavía no anotada

paper-kind-exit = Salida
paper-no-symbol-not-given = Esta constancia no lleva código QR: el acto se registró sin firmarla. Se encuentra con los ocho caracteres.
paper-no-symbol-no-key = Esta constancia no lleva código QR: el equipo que la registró no puede firmarla ahora. El acto quedó registrado y se encuentra con los ocho caracteres.
paper-no-symbol-unreadable = Esta constancia no lleva código QR: no se pudo leer al imprimirla. El acto quedó registrado; pida que la impriman otra vez.

exit-receipt-give = Entregue la constancia de salida.
exit-receipt-print = Imprimir la constancia de salida
crossing-receipt = Constancia
receipt-of-crossing = La constancia no lleva el nombre de la persona. La tarjeta está solo en el papel.
