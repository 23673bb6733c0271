# Un puesto que trabaja también sin la central.

post-hub = { $place }: conectado con la central. Lista de confianza del { $bundle }.
post-apart = { $place }: sin conexión con la central desde { $since }. El trabajo sigue igual. Lista de confianza del { $bundle }.
post-never = { $place }: todavía sin conexión con la central. El trabajo sigue igual. Lista de confianza del { $bundle }.
post-unsent = { $n ->
    [0] Nada por enviar.
    [one] Un asiento por enviar.
   *[other] { $n } asientos por enviar.
}
post-lease = Podrá expedir tarjetas hasta el { $until }. Conecte el puesto, o lleve los datos en una memoria.
post-lease-ended = Ya no puede expedir tarjetas: pasó demasiado tiempo sin la central. Entradas, salidas y revisiones siguen. Conecte el puesto, o lleve los datos en una memoria.
post-few = Quedan números para { $left } tarjetas.
post-refused = La central no acepta lo que envía este puesto: { $words } Llame a la oficina que administra el sistema.

fault-title-at-hub = Esto se hace en la central
fault-at-hub = Agentes, equipos, puestos, llaves, permisos de programas, supresiones y lo que resultó de una contradicción se deciden en la central. Pídalo allá; llegará aquí con la próxima conexión. No se registró nada.
fault-title-lease-ended = Este puesto ya no puede expedir tarjetas
fault-lease-ended = Pasó demasiado tiempo sin la central. Conecte el puesto, o lleve los datos en una memoria. Entradas, salidas y revisiones siguen. No se registró nada.
lease-ended-since = Desde el { $since }.
fault-title-nothing-left = Se terminaron los números de tarjeta de este puesto
fault-nothing-left = La central le dio un número limitado y ya se usaron todos. Conecte el puesto, o lleve los datos en una memoria. Entradas, salidas y revisiones siguen. No se registró nada.
