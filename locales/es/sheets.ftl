# Hojas de papel numeradas: cuando no funcionan ni la central ni el puesto.

home-sheets = Hojas de papel
home-sheets-hint = Imprimir números, capturar lo que se hizo en papel, ver qué falta.
way-sheets = Hojas

sheets-title = Hojas de papel
sheets-control-title = Hojas de papel, por puesto
sheets-lead = Para las horas en que nada funciona: hojas numeradas en blanco. Lo que se escribe en una se captura después, una sola vez, y queda marcado como tardío.
sheets-caution = Son números y antigüedades, no una calificación de nadie: una hoja que falta es una pregunta al puesto, y casi siempre se mojó o sigue en un cajón. Con pocas hojas no compare puestos.
sheets-type = Capturar una hoja
sheet-number = Número de la hoja
sheet-number-hint = Escríbalo o escanee su código: P-TAL-E7K3-M901-F
sheets-open = Abrir
sheets-draw = Imprimir hojas en blanco
sheet-kind = Para qué
sheet-kind-application = Solicitud de tarjeta
sheet-kind-crossing = Entrada o salida
sheet-kind-encounter = Revisión, con talón para la persona
sheet-kind-custody = Apertura de custodia, con lista
sheet-kind-missing = Elija para qué son las hojas.
sheet-count = Cuántas
sheet-count-hint = De 1 a 200. Cada número queda anotado a su nombre antes de imprimirse.
sheets-draw-go = Sacar números
sheets-drawn = Los números quedaron anotados. Imprima las hojas ahora, y guárdelas donde se encuentren sin luz.
sheets-print = Imprimir (PDF)
sheets-voided = Quedó anotado que de esa hoja no se capturará nada.
sheets-none = Para este lugar no se han impreso hojas.
sheets-handed-out = Impresas
sheets-used = Capturadas
sheets-void = Anuladas
sheets-outstanding = Pendientes
sheets-asked = { $n ->
    [one] Una hoja falta desde hace más de lo que el programa espera: pregunte por ella.
   *[other] { $n } hojas faltan desde hace más de lo que el programa espera: pregunte por ellas.
}
sheets-contradicted = { $n ->
    [one] De una hoja se dicen dos cosas a la vez: quien dirige el puesto debe aclararlo.
   *[other] De { $n } hojas se dicen dos cosas a la vez: quien dirige el puesto debe aclararlo.
}
sheets-outstanding-list = Cuáles faltan
sheets-settled-list = Cuáles se capturaron o anularon
sheets-void-title = Anular una hoja
sheets-void-hint = Una hoja echada a perder, en blanco, perdida o robada. Después no se puede capturar nada de ella.
sheet-reason = Por qué
sheet-reason-spoilt = Se echó a perder antes de llenarla
sheet-reason-unused = Volvió en blanco
sheet-reason-lost = Se perdió
sheet-reason-stolen = La robaron
sheet-reason-missing = Elija por qué.
sheet-words = Qué pasó, en pocas palabras
sheets-void-go = Anular
sheets-lots = Lotes
sheets-lots-hint = Imprimir otra vez un lote queda anotado: dos papeles con un número son una tentación.
sheet-lot = { $kind }: { $count }, el { $at }, por { $officer }
sheet-outstanding = pendiente; impresa el { $printed }, hace { $days } d
sheet-outstanding-asked = falta; impresa el { $printed }, hace { $days } d
sheet-used = capturada el { $recorded } por { $officer }; ocurrió el { $happened }; la firmó { $signed }
sheet-used-contradicted = se dicen dos cosas: capturada el { $recorded } por { $officer }, y otra vez o anulada; ocurrió el { $happened }; la firmó { $signed }
sheet-voided = anulada el { $at } por { $officer }: { $reason }
sheet-shape = No es el número de una hoja; se ve así: P-TAL-E7K3-M901-F

sheet-bar = De papel: hoja { $sheet }
sheet-bar-hint = Escriba lo que dice la hoja, no lo de ahora. Valen las reglas y corren los relojes del día y la hora en que ocurrió.
sheet-happened = Cuándo ocurrió, según la hoja ({ $zone })
sheet-happened-missing = Escriba el día y la hora que están en la hoja.
sheet-signed = Quién firmó la hoja
sheet-signed-hint = El número de agente que está en la hoja, aunque no sea el suyo.
sheet-signed-missing = Escriba el número de agente que está en la hoja.
sheet-with-card = La persona mostró tarjeta o talón

paper-late = Registrada tarde, de la hoja { $sheet }
act-late = Registrada tarde, de la hoja { $sheet }: capturada el { $recorded }; la firmó en papel { $signed }.
today-late = Registrada tarde, de la hoja { $sheet }: capturada el { $recorded }
today-arrived = Llegó a la central el { $at }

act-sheet-printed = Se imprimieron hojas en blanco
act-sheet-used = Se capturó una hoja
act-sheet-voided = Se anuló una hoja
command-sheet-print = Imprimir hojas
command-sheet-use = Capturar una hoja
command-sheet-void = Anular una hoja

refusal-sheet-count-impossible = Imprima de 1 a 200 hojas a la vez; más son varios lotes.
refusal-sheet-not-printed = Aquí no consta que se haya impreso una hoja con ese número. Compárelo, o captúrela donde se imprimió.
refusal-sheet-used-already = Lo de esa hoja ya está capturado: un número se usa una sola vez.
refusal-sheet-void = Esa hoja se anuló o se declaró perdida. Llévela a quien dirige el puesto y no capture nada.
refusal-sheet-other-kind = Esa hoja es para otra clase de acto. Ábrala desde la página de hojas.
refusal-sheet-before-printed = La hoja se imprimió después de esa hora. Corrija el día o la hora.
refusal-sheet-in-future = Esa hora no ha llegado. Corrija el día o la hora.
refusal-sheet-words-missing = Escriba en pocas palabras por qué no se capturará nada de ella (hasta 500 caracteres).
