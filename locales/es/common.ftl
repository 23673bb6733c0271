# Lo que rodea cada página: marca, navegación, fechas, formularios, inicio, acceso, ayuda.

skip-to-content = Ir al contenido
error-prefix = Error:
full-banner = El disco está lleno. Solo se registran lecturas y custodia; lo demás espera. Llame a la oficina que administra el sistema.
demo-banner = DEMO · Personas ficticias, sin validez.
nav-label = Secciones
sign-out = Salir
footer-free = La tarjeta, las revisiones y las constancias son gratuitas.

role-desk = Mesa
role-checkpoint = Punto de revisión
role-supervisor = Supervisión

way-home = Inicio
way-desk = Mesa
way-crossing = Cruce
way-checkpoint = Punto
way-today = Hoy
way-receipt = Constancia
way-help = Ayuda

weekday-mon = lunes
weekday-tue = martes
weekday-wed = miércoles
weekday-thu = jueves
weekday-fri = viernes
weekday-sat = sábado
weekday-sun = domingo
weekday-short-mon = lun
weekday-short-tue = mar
weekday-short-wed = mié
weekday-short-thu = jue
weekday-short-fri = vie
weekday-short-sat = sáb
weekday-short-sun = dom
month-of-year = { $month } de { $year }
month-1 = enero
month-2 = febrero
month-3 = marzo
month-4 = abril
month-5 = mayo
month-6 = junio
month-7 = julio
month-8 = agosto
month-9 = septiembre
month-10 = octubre
month-11 = noviembre
month-12 = diciembre
month-short-1 = ene
month-short-2 = feb
month-short-3 = mar
month-short-4 = abr
month-short-5 = may
month-short-6 = jun
month-short-7 = jul
month-short-8 = ago
month-short-9 = sep
month-short-10 = oct
month-short-11 = nov
month-short-12 = dic
date-short = { $day } { $month } { $year }
date-long = { $weekday } { $day } de { $month } de { $year }
date-weekday = { $weekday } { $date }
date-time = { $date }, { $time } ({ $offset })
length-days = { $n ->
    [one] { $n } día
   *[other] { $n } días
}
length-hours = { $n ->
    [one] { $n } hora
   *[other] { $n } horas
}
length-minutes = { $n ->
    [one] { $n } minuto
   *[other] { $n } minutos
}
length-moment = menos de un minuto
length-and = { $first } y { $second }

summary-title = Revise lo siguiente
field-day = Día
field-month = Mes
field-year = Año
choose-one = Elija una opción
back = Volver
print-pdf = Imprimir (PDF)
all-in-zone = Horas de { $zone }.

home-title = Inicio
home-lead-desk = Atienda a una persona en una sola sentada: la respuesta es inmediata y gratuita.
home-lead-checkpoint = Revise la tarjeta, compare con el documento y entregue siempre una constancia.
home-lead-supervisor = Revoque tarjetas, junte los registros de una misma persona y revise lo actuado.
home-issue = Atender una solicitud
home-issue-hint = Leer el documento, ver si procede y expedir la tarjeta o negarla con razones.
home-crossing = Registrar entrada o salida
home-crossing-hint = Con el número de la tarjeta o su código QR.
home-check = Revisar una tarjeta
home-check-hint = Con el lector, una foto o el texto del código.
home-encounter = Registrar un encuentro sin tarjeta
home-encounter-hint = Toda revisión deja una constancia, también sin tarjeta.
home-sign = Mostrar el letrero de este punto
home-sign-hint = Quien pasa comprueba con su teléfono que la revisión es de verdad.
home-today = Actos de hoy
home-today-hint = Lo que este puesto ha registrado, día por día.
home-receipt = Buscar una constancia
home-receipt-hint = Con los ocho caracteres de su código.
home-open-card = Abrir una tarjeta
home-open-card-hint = Con su número, por ejemplo TAL-7K3M-9Q2X-F.
home-open = Abrir

sign-in-title = Entrar a Paso
sign-in-lead = Use la llave que registró en su aparato. No se escribe número ni contraseña.
sign-in-button = Entrar
sign-in-note = Su sesión termina a los 15 minutos sin uso o a las 8 horas. Todo lo que registre llevará su número de oficial.
welcome-title = Paso
welcome-lead = Sistema de la Tarjeta de Visitante Regional.
welcome-how = Para entrar se usa la llave que cada quien registró en su aparato.
welcome-demo = En esta demostración, los enlaces aparecen en la terminal donde la inició.
signed-out-title = Sesión cerrada
signed-out = Puede cerrar esta ventana.

help-title = Ayuda
help-card-title = La tarjeta
help-card = Es gratuita. Se expide o se niega en el momento; si se niega, la persona se lleva las razones y lo que puede hacer, por escrito.
help-lights-title = Los tres resultados de una revisión
help-green = Verde: comprobada. Compare con el documento y deje continuar.
help-amber = Ámbar: a nosotros nos falta algo para comprobarla. Nunca justifica retener a una persona.
help-red = Rojo: no vale aquí y ahora. Siga solo la instrucción de la pantalla.
help-clocks-title = Los dos relojes de la estancia
help-clocks = La hoja de entrada dice «Salga antes de» y «No hay exceso de estancia hasta». Entre las dos fechas la estancia sigue siendo válida.
help-receipt-title = La constancia
help-receipt = Todo encuentro deja una constancia con la persona. No la nombra, ni su tarjeta; el código sirve para encontrarla después.
help-scanner-title = El lector
help-scanner = Un lector de mano escribe en el campo donde está el cursor. Haga clic en el campo grande y lea el código.
help-keyboard-title = Con el teclado
help-keyboard = Tabulador avanza, Mayús+Tabulador retrocede, Espacio marca casillas y Entrar pulsa botones.

list-and = { $first } y { $last }
list-or = { $first } o { $last }
