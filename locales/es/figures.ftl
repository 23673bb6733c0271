# Cifras por oficial y cuentas mensuales.

figures-title = Cifras por oficial
figures-lead = Cada cifra es una pregunta, no una respuesta: compara lo que hizo un oficial con lo usual en su puesto, y dice cuánto se puede saber con tan pocos casos. No hay totales, lugares ni calificaciones.
figures-post = Puesto
figures-post-unknown = No hay un puesto con esa clave. Elija uno de la lista.
figures-from = Desde el día
figures-to = Hasta el día
figures-days-wrong = Escriba un primer y un último día, con 400 días de distancia como máximo.
figures-ask = Ver cifras
figures-export = Descargar (CSV)
figures-officer = Agente
figures-count = Casos
figures-share = Proporción
figures-beside = Junto a lo usual
figures-of = { $some } de { $of }
figures-percent = { $whole },{ $tenth } %
figures-between = entre { $low } y { $high } con 95 % de certeza
figures-usual = Lo usual en este puesto es { $share }: la proporción de en medio entre los oficiales con 20 casos o más.
figures-no-usual = En este puesto hay menos de tres oficiales con 20 casos o más: no se dice qué es lo usual.
figures-none = No hubo casos en esos días.
figures-to-come = Las excepciones y las liberaciones sin refrendo se contarán con el registro de custodia.

figures-late-title = Lo que llegó tarde
figures-late-about = De los actos de cada día en este puesto: cuántos estuvieron primero en papel, y cuántos llegaron a la central después del plazo. Tarde no es mal: es una pregunta sobre el puesto, no sobre nadie.
figures-late-none = En esos días nada estuvo en papel y nada llegó después del plazo.
figures-late-day = Día
figures-late-of = Actos
figures-late-paper = En papel primero
figures-late-carried = Llegaron tarde
figures-late-export = Descargar lo tardío (CSV)
figures-late-sheets = Hojas de papel de este puesto

measure-refusals = Solicitudes negadas
measure-without-receipt = Encuentros sin constancia
measure-read-without-act = Registros abiertos sin acto alguno
measure-beyond-purpose = Intentos fuera de su función
measure-unsigned = Actos graves sin firma propia
measure-about-refusals = De las solicitudes que decidió, cuántas negó.
measure-about-without-receipt = De los encuentros que anotó, en cuántos no se dio constancia.
measure-about-read-without-act = De los registros que abrió uno por uno, en cuántos no hizo nada por esa persona desde diez minutos antes hasta una hora después.
measure-about-beyond-purpose = De todo lo que hizo o intentó, cuántas veces quiso lo que su función no permite.
measure-about-unsigned = De las negativas, revocaciones y uniones de registros, cuántas no llevan la firma de una llave.

beside-few-acts = Muy pocos casos para comparar
beside-few-officers = Muy pocos oficiales para comparar
beside-usual = Como lo usual
beside-above = Por encima de lo usual: vale una pregunta
beside-below = Por debajo de lo usual

aggregates-title = Cuentas mensuales
aggregates-lead = Lo hecho en un puesto, mes por mes, sin personas ni oficiales. Las cuentas de 1 a 4 se publican como «<5».
aggregates-act = Acto
aggregates-count = Veces
aggregates-none = Nada en este mes.

way-figures = Cifras
way-aggregates = Cuentas
home-figures = Ver cifras por oficial
home-figures-hint = Lo que hizo cada oficial, junto a lo usual en su puesto.
home-aggregates = Ver cuentas mensuales
home-aggregates-hint = Cuántos actos de cada clase, sin personas ni oficiales.
