# Quién ha leído un registro, y su supresión.

subject-label = Número de la tarjeta, o del registro
subject-hint = Por ejemplo TAL-7K3M-9Q2X-F. El número del registro son 32 letras y cifras.
subject-unknown = No hay ninguna persona con ese número. Revíselo y vuelva a intentarlo.

readings-find-title = Quién ha leído un registro
readings-find-lead = La lista dice qué oficial abrió los registros de una persona, cuándo y para qué. Verla también queda anotado.
readings-find = Ver la lista
readings-title = Lecturas de este registro
readings-lead = Cada lectura se anotó antes de mostrarse. Los oficiales se nombran por su número; la finalidad es aquella para la que habían entrado.
readings-record = Registro
readings-print = Imprimir para la persona (PDF)
readings-none = Nadie ha leído este registro.
readings-at = Cuándo
readings-what = Qué
readings-purpose = Para qué
readings-officer = Agente
readings-more = Ver lecturas anteriores

reading-of-card = Tarjeta { $id }
reading-of-application = Negativa { $id }
reading-of-person = Registro de la persona
reading-of-stays = Entradas y salidas
reading-of-protection = Si la persona necesita protección
reading-of-reads = Esta lista de lecturas
reading-of-search = Apareció en una búsqueda
reading-how-page = en pantalla
reading-how-print = impreso
reading-how-export = en un archivo de datos
reading-how-api = por otro programa
paper-reading = { $what }, { $how }. Finalidad: { $purpose }.

erasures-title = Supresiones
erasures-lead = Suprimir es destruir las llaves de los registros de una persona: nadie vuelve a leerlos. Lo propone la unidad de transparencia y lo aprueba la defensoría, cada una con su llave.
erasures-propose-title = Proponer una supresión
erasures-look = Ver qué se suprimiría
erasures-done-title = Supresiones hechas
erasures-none = No se ha hecho ninguna.
erasures-at = Pedida
erasures-ground = Causa
erasures-subjects = Expedientes
erasures-folio = Folio
erasure-title = Supresión de un registro
erasure-what = Se suprimiría
erasure-counts = Registros de persona: { $records }. Tarjetas: { $cards }. Negativas: { $applications }. Y todas sus entradas y salidas.
erasure-stays = Queda lo que prueba que cada acto existió, quién lo firmó y quién leyó el registro. Una tarjeta revocada sigue revocada.
erasure-blocked = Ahora no se puede suprimir:
erasure-ground-label = Causa
erasure-ground-person-asked = Lo pidió la persona
erasure-ground-period-over = Terminó el plazo de conservación
erasure-ground-ordered = Lo ordenó un juez o el órgano garante
erasure-final = No hay vuelta atrás: ni una copia de respaldo permite leer lo suprimido.
erasure-propose = Proponer y firmar
erasure-back = Volver a supresiones

refusal-erasure-unknown = No existe ese registro de persona. Búsquelo otra vez.
refusal-erasure-forgotten = Este registro ya fue suprimido; no queda nada por suprimir.
refusal-erasure-stay-open = Hay una estancia abierta. Espere a que se registre la salida, o a que la próxima entrada la cierre.
refusal-erasure-card-good = Hay una tarjeta vigente. Si la persona renuncia a ella, pida a la supervisión que la revoque; si no, espere a que venza.
refusal-erasure-proposal-open = Otra propuesta sobre esta persona espera firmas. Termínela o retírela primero.
refusal-erasure-matter-open = Hay un asunto abierto de esta persona y la supresión debe esperar. La defensoría le dirá cuándo termina.

act-erasure-carried-out = Supresión de registros
fault-title-forgotten = Registro suprimido
fault-forgotten = Lo que prueba que existió sigue en pie: cada asiento conserva su lugar, su firma y su constancia. Su contenido ya no lo puede leer nadie.
forgotten = Este registro fue suprimido. Lo pidió la unidad de transparencia el { $at } y lo aprobó la defensoría (folio { $folio }).
way-readings = Lecturas
way-erasures = Supresiones
home-access = Quién ha leído un registro
home-access-hint = Agentes, fechas y finalidades, para la persona y para quien vigila.
home-erasures = Supresiones
home-erasures-hint = Proponer que se suprima un registro, y ver las que se han hecho.
erasure-ground-missing = Elija por qué se suprime.
