# La bitácora: cabeza publicada, testigos, qué significa cada color.

log-title = Bitácora
log-lead = Cada acto queda en una bitácora que nadie puede cambiar sin que se note. Aquí se ve su última cabeza publicada y quién la firmó también. No contiene datos de personas.
log-light-green = En orden
log-light-amber = Atención
log-light-red = Detenida o muy atrasada
log-reason-witnessed = Los testigos firmaron la última cabeza. Lo registrado antes de ella ya no puede quitarse ni cambiarse sin que se note.
log-reason-starting = Todavía no hay una cabeza publicada. Los actos se registran; espere unos segundos.
log-reason-unwitnessed = La autoridad firma sola: nadie de fuera guarda sus cabezas. Los actos se registran, pero un recibo solo prueba lo que la autoridad dice de sí misma.
log-reason-nobody-answered = Desde el arranque no ha contestado ningún testigo. Los actos se registran y esperan; nada se firma hasta que conteste uno.
log-reason-too-few-witnesses = Faltan firmas de testigos desde hace rato. Los actos se registran y esperan; avise a los testigos que no contestan.
log-reason-failing = Algo falló y se vuelve a intentar. Los actos se registran y esperan.
log-reason-halted = Ya no se firma nada hasta que alguien actúe. Los actos se siguen registrando. Llame a la oficina que opera el sistema.
log-head = Última cabeza publicada
log-no-head = Todavía ninguna.
log-origin = Bitácora
log-size = Hojas
log-root-short = Raíz, para comparar de un vistazo
log-root = Raíz completa
log-at = Publicada
log-note = El texto firmado
log-open = Abierta:
log-waiting = { $n ->
    [0] Ningún acto espera: todos están bajo la cabeza publicada.
    [one] Un acto espera la siguiente cabeza.
   *[other] { $n } actos esperan la siguiente cabeza.
}
log-witnesses = Testigos
log-no-witnesses = Ninguno está configurado.
log-no-address = Sin dirección; no se le puede preguntar.
log-heard-nothing = Todavía no se le ha preguntado.
log-heard-cosigned = Firmó. Hojas:
log-heard-silent = No contesta.
log-heard-refused = Contestó y no firmó.
log-heard-claims = Dice que conoce más o algo distinto, y no lo demuestra.
log-heard-contradicts = Muestra una cabeza firmada por esta autoridad que esta bitácora no continúa.
log-renews = Esta página se renueva sola. Hora de la autoridad:
