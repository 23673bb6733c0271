# Entrada y salida.

crossing-title = Entrada o salida
crossing-card = Tarjeta
crossing-card-hint = Pase el código por el lector, o escriba el número: TAL-7K3M-9Q2X-F.
crossing-find = Buscar
crossing-no-card = ¿No tiene tarjeta?
crossing-of = Entrada o salida de { $number }
crossing-scanned = El código leído:
crossing-record = Registrar
crossing-enter = Registrar entrada
crossing-enter-open = Tiene una estancia abierta. Al entrar se cierra como «salida no registrada»: no es falta de nadie ni motivo para negar la entrada.
crossing-no-entry = Con esta tarjeta no se puede entrar.
crossing-to-card = Ver qué hacer con ella
crossing-leave = Registrar salida
crossing-leave-hint = Una salida nunca se niega.
crossing-another = Otra tarjeta
crossing-left = Salida registrada.
crossing-left-without-entry = Salida registrada. No había una entrada anotada; no es falta de la persona.

stay-open-title = Estancia abierta
stay-past-title = Estancias anteriores
stay-entered = Entrada
stay-left = Salida
stay-how = Cómo terminó
stay-slip-again = Ver la hoja de entrada
stay-open-running = La estancia corre y está dentro de sus fechas.
stay-open-grace = Ya pasó «Salga antes de», pero la estancia sigue siendo válida.
stay-open-overstayed = La estancia terminó por los dos relojes. Registre la salida y explique cómo regularizarse.
stay-ended-running = Salió dentro de sus fechas.
stay-ended-grace = Salió entre las dos fechas: válida.
stay-ended-overstayed = Salió después de las dos fechas.
stay-not-recorded = Salida no registrada. No es falta de la persona ni motivo para negarle nada.

entry-title = Hoja de entrada
entry-post = Puesto
entry-states = Puede estar en
entry-give = Entregue la hoja
entry-give-how = La persona la lleva junto con su tarjeta. No cuesta nada.
entry-ended = Esta estancia terminó con la salida del { $at }.
entry-closed-earlier = La estancia anterior quedó como «salida no registrada». No es falta de nadie.
clock-leave-by = Salga antes de
clock-not-overstayed = No hay exceso de estancia hasta
clock-left = Tiempo que queda: { $length }.
clock-over = Pasó hace { $length }.
clock-phase-running = Entre las dos fechas la estancia sigue siendo válida.
clock-phase-grace = Ahora está entre las dos fechas: la estancia sigue siendo válida.
clock-phase-overstayed = Ya pasaron las dos fechas.
