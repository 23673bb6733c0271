# La veeduría: custodia en números, muestras, reportes de personas detenidas.

overseer-way-logs = Bitácoras
overseer-way-verify = Constancia
overseer-way-custody = Custodia
overseer-way-taking = Detenciones
overseer-way-sample = Muestras

custody-title = Custodia
custody-lead = Cuántas personas estuvieron bajo control de cada autoridad, según los avisos sin nombre que esta veeduría recibe de cada acto de custodia y que nadie puede quitar después.
custody-none = Todavía nadie ha abierto los avisos. La llave no está en esta máquina: la defensoría los abre aparte y publica aquí los totales.
custody-overdue = { $n ->
    [0] Ningún plazo vencido.
    [one] Un plazo vencido.
   *[other] { $n } plazos vencidos.
}
custody-discrepancies = { $n ->
    [0] Ningún aviso falta ni contradice a otro.
    [one] Un aviso falta o contradice a otro.
   *[other] { $n } avisos faltan o contradicen a otros.
}
custody-day = Día (UTC)
custody-opened = Entraron
custody-ended = Salieron
custody-present = Quedaban
custody-made = Contado el { $at }.
custody-why = Solo días terminados y autoridades enteras: los números por lugar y hora dirían a quien acecha cuándo sale un autobús.

sample-title = A cuántas preguntar
sample-lead = Si un registro omite a parte de la gente, basta preguntar por su constancia a unas cuantas personas escogidas al azar: una sola sin asiento lo demuestra.
sample-share = Porcentaje omitido que no debe pasar inadvertido
sample-share-hint = Por ejemplo 5 o 1.
sample-confidence = Certeza, en porcentaje
sample-people = Personas en el lugar, si se sabe
sample-people-hint = Con un número finito basta con menos.
sample-go = Calcular
sample-answer = { $n ->
    [one] Pregunte a una persona.
   *[other] Pregunte a { $n } personas, escogidas al azar.
}
sample-how = Sin tope: n ≥ ln(1 − certeza) ÷ ln(1 − omitido). Con un número de personas: hipergeométrica exacta. Si todas tienen asiento, la omisión es menor que ese porcentaje, con esa certeza.
sample-no-share = Escriba un porcentaje entre 0.01 y 100.
sample-no-confidence = Escriba una certeza entre 50 y 99.99.
sample-no-people = Escriba un número entre 1 y 1 000 000.

taking-title = Reportar una detención
taking-lead = ¿Vio que se llevaron a personas? Cuéntelo aquí. No se pide su nombre, ni cuenta, ni se guarda desde dónde escribe.
taking-clock = La autoridad debe decir en { $hours } cuál de sus custodias es, o responder. Si calla, se publica.
taking-danger = Si alguien corre peligro ahora, llame al 911. Esta página no la atiende nadie al momento.
taking-off = Esta veeduría no recibe reportes por esta página. Llame o acuda a ella.
taking-to-authority = Lo de estos campos lo recibe la autoridad, para que busque. No escriba nombres en ellos.
taking-area = Estado
taking-place = Lugar
taking-place-hint = Carretera y kilómetro, retén, terminal, calle. Hasta 120 letras.
taking-date = Fecha
taking-hour = Hora aproximada, de ese lugar
taking-hour-hint = Como 14:30.
taking-people = Cuántas personas
taking-people-hint = Si no está seguro, el número menor.
taking-authority = Quiénes
taking-authority-hint = Déjelo vacío si no sabe: responderán todas.
taking-unit = Uniforme, unidad o siglas
taking-unit-hint = Si los vio. Puede quedar vacío.
taking-vehicle = Vehículo
taking-vehicle-hint = Color, placas, número económico. Puede quedar vacío.
taking-words = Qué pasó
taking-words-hint = Solo la defensoría puede leerlo; esta máquina tampoco. Puede quedar vacío.
taking-go = Enviar
taking-keeps = Se guarda lo que usted escribe y el minuto en que llegó. Nada más: ni dirección, ni aparato, ni galletas.
taking-no-area = Elija el estado.
taking-no-place = Escriba dónde fue.
taking-too-long = Escriba hasta 120 letras, en una línea.
taking-no-date = Escriba la fecha con día, mes y año.
taking-other-date = La fecha es futura, o de hace más de 60 días. Para lo más antiguo acuda a la defensoría.
taking-no-hour = Escriba la hora como 14:30; aproximada basta.
taking-no-number = Escriba cuántas personas, de 1 a 2000.
taking-no-authority = Elija una autoridad de la lista, o ninguna.
taking-words-too-long = Acorte el relato: caben unas 3500 letras.
taking-full = No hay lugar para más reportes. Llame a la defensoría.
taking-told-title = Reporte recibido
taking-told-lead = Apunte el folio y la clave. La clave no se vuelve a mostrar.
taking-told-next = Con los dos puede ver qué respondió la autoridad. Quien solo tenga el folio no verá nada suyo.
taking-folio = Folio
taking-folio-hint = Como T-2C7K-9XRT.
taking-secret = Clave
taking-secret-hint = Los dieciséis signos que apuntó.
taking-due = La autoridad tiene hasta
taking-own-title = Consultar mi reporte
taking-own-nothing = No hay un reporte con ese folio y esa clave.
taking-look = Consultar
taking-late = (fuera de plazo)
taking-standing-waiting = Dentro de plazo
taking-standing-silent = No respondió
taking-standing-not-held = Dice que no se llevó a nadie
taking-standing-not-ours = Dice que no fue su gente
taking-standing-unchecked = Señaló una custodia; falta comprobarla
taking-standing-matched = Hay custodia abierta por ese número de personas
taking-standing-fewer = Abrió custodia por menos personas
taking-standing-other-time = Señaló una custodia de otra hora
taking-standing-no-such-opening = Señaló una custodia que no existe
taking-standing-after-report = Abrió la custodia después del reporte

takings-title = Detenciones sin respuesta
takings-lead = Alguien vio que se llevaron a personas, y los libros de la autoridad no lo muestran.
takings-none = Ninguna.
takings-waiting = { $n ->
    [0] Ninguna respuesta en plazo.
    [one] Una respuesta en plazo.
   *[other] { $n } respuestas en plazo.
}
takings-matched = { $n ->
    [0] Ninguna con custodia comprobada.
    [one] Una con custodia comprobada.
   *[other] { $n } con custodia comprobada.
}
takings-people = { $n ->
    [one] Una persona
   *[other] { $n } personas
}
takings-day = Día
takings-who = Cuántas
takings-authority = Autoridad
takings-standing = Qué hizo
takings-about = Cada renglón es lo que alguien contó sin dar su nombre, no un hecho probado. Si la autoridad lo niega, o contó mal quien reportó, o miente quien responde, o se las llevó gente disfrazada: en los tres casos hay que buscar.
