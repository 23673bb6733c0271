# La caja negra de un puesto, y la cifra pública de su funcionamiento.

home-trouble = Algo no sirve
home-trouble-hint = Decirlo con un botón, y ver qué fallas notó el equipo por sí mismo.

trouble-title = Lo que no sirve en este puesto
trouble-lead = Lo que usted diga aquí lo ve la oficina que administra el sistema, y cuenta en la cifra pública del puesto. Basta un botón.
trouble-part = ¿Qué es?
trouble-which = Escoja qué es lo que no sirve, o lo que ya sirve.
trouble-words = Algo más
trouble-words-hint = Si quiere. Sin nombres de personas.
trouble-tell = No sirve
trouble-tell-works = Ya sirve
trouble-box = Caja negra
trouble-none = Ni el equipo ni nadie ha notado fallas.
moved-back = Hacia atrás: { $length }
moved-forward = Hacia adelante: { $length }. También se ve así un equipo que durmió.
trouble-room = Quedan { $amount } MiB libres
trouble-works-again = Ya sirve: { $what }
trouble-works-not = No sirve: { $what }
trouble-by = lo dijo { $officer }
trouble-silent = El equipo no trabajó
trouble-hub-lost = Sin conexión con la central
trouble-hub-back = Otra vez con la central, después de
trouble-clock-jumped = El reloj saltó
trouble-disk-low = Poco espacio en el disco
trouble-disk-fine = Otra vez hay espacio en el disco
trouble-printer = La impresora
trouble-stock = Papel o tarjetas para imprimir
trouble-reader = El lector o la cámara
trouble-power = La luz
trouble-network = La red
trouble-other = Otra cosa

uptime-title = ¿Funcionan los puestos?
uptime-lead = En 2019, «no hay sistema» dejó tres días a la gente en el puente. Aquí puede ver, día por día, cuánto tiempo trabajó el sistema de cada puesto.
uptime-none = Todavía no hay un día completo que contar.
uptime-days = Del { $from } al { $to }.
uptime-share = { $share } %
uptime-yesterday = Ayer
uptime-week = Últimos 7 días
uptime-all = { $n ->
    [one] En el único día contado
   *[other] En los { $n } días contados
}
uptime-picture = { $place }: cada barra es un día; en total { $share }.
uptime-troubles = Fallas avisadas
uptime-file = Los mismos datos como archivo (CSV)
uptime-how-title = Cómo se cuenta
uptime-how = Cada equipo escribe en la bitácora al menos cada diez minutos, también sin red. Un cuarto de hora sin ningún asiento cuenta como perdido, diga lo que diga quien sea. Lo que un puesto hizo sin la central se cuenta cuando llega. La veeduría tiene los mismos asientos y puede contar de nuevo.
uptime-why-not-today = El día de hoy no se muestra: en qué puesto no se puede revisar nada en este momento lo debe saber quien lo arregla, no quien lo espera.
