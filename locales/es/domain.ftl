# Los códigos de las listas cerradas y lo que significan.

document-kind-dpi = DPI
document-kind-passport = Pasaporte
document-kind-identity-and-travel-document = Documento de identidad y viaje
document-kind-cedula-de-vecindad = Cédula de vecindad
document-kind-dpi-substitute = Documento que sustituye al DPI
document-kind-handwritten-passport = Pasaporte escrito a mano (sin zona de lectura)
document-kind-permanent-residence-visa = Visa de residencia permanente
document-kind-birth-certificate = Acta de nacimiento
document-kind-other-official-id = Otra identificación oficial
document-kind-other = Otro papel

sex-F = Femenino
sex-M = Masculino
sex-X = X (sin especificar)

country-GTM = Guatemala
country-BLZ = Belice
country-SLV = El Salvador
country-HND = Honduras
country-NIC = Nicaragua
country-CRI = Costa Rica
country-PAN = Panamá
country-MEX = México
country-CUB = Cuba
country-DOM = República Dominicana
country-HTI = Haití
country-JAM = Jamaica
country-COL = Colombia
country-VEN = Venezuela
country-ECU = Ecuador
country-PER = Perú
country-BOL = Bolivia
country-CHL = Chile
country-ARG = Argentina
country-BRA = Brasil
country-URY = Uruguay
country-PRY = Paraguay
country-USA = Estados Unidos
country-CAN = Canadá
country-ESP = España
country-CHN = China
country-XXA = Persona apátrida
country-XXB = Persona refugiada (Convención de 1951)
country-XXC = Persona refugiada (otra)

state-MX-CHP = Chiapas
state-MX-TAB = Tabasco
state-MX-CAM = Campeche
state-MX-ROO = Quintana Roo
state-MX-YUC = Yucatán

applicants-national = nacional de { $country }
applicants-permanent-resident = residente permanente en { $country }

permission-notary = ante notario
permission-justice-of-the-peace = certificado por un juez de paz

unmet-no-rule-in-force = Ninguna regla del programa está en vigor hoy.
unmet-rule-not-issuable = La regla en vigor no permite expedir tarjetas.
unmet-nationality-not-covered = Ni la nacionalidad ni la residencia están cubiertas. La regla cubre a nacionales de { $nationals }.
unmet-nationality-not-covered-residents = Ni la nacionalidad ni la residencia están cubiertas. La regla cubre a nacionales de { $nationals } y a residentes permanentes de { $residents }.
unmet-document-missing = Falta un documento de { $country }: { $papers }.
unmet-document-missing-any = Falta una identificación oficial de { $country }.
unmet-document-expired = El documento ({ $kind }) venció el { $date }.
unmet-permission-missing = Es menor de edad o está bajo tutela, no viene con ambos padres o tutores, y falta el permiso { $needed }.
unmet-permission-of-another-kind = El permiso mostrado es { $shown }; la regla pide el permiso { $needed }.
unmet-birth-in-the-future = La fecha de nacimiento está en el futuro.
unmet-birth-certificate-missing = Es menor de edad o está bajo tutela y falta el acta de nacimiento, expedida hace no más de { $months } meses.
unmet-birth-certificate-too-old = El acta de nacimiento se expidió el { $date }; debe ser del { $earliest } o posterior.
unmet-birth-certificate-from-the-future = El acta de nacimiento lleva una fecha futura: { $date }.

cure-none-under-this-programme = En esta mesa no hay remedio hoy: puede volver cuando una regla esté en vigor, o acudir a la oficina que resuelve otros trámites migratorios.
cure-show-covered-nationality = Mostrar un documento que pruebe una nacionalidad o residencia cubierta.
cure-bring-document = Traer uno de los documentos nombrados. Puede volver hoy mismo o cualquier otro día; pedirla otra vez tampoco cuesta.
cure-bring-document-in-force = Traer un documento vigente.
cure-bring-permission = Traer el permiso indicado, o venir con ambos padres o tutores.
cure-bring-birth-certificate = Traer un acta de nacimiento reciente; en Guatemala la expide RENAP.
cure-check-date = Comparar la fecha escrita con el documento.

warning-age-unknown = No se conoce la fecha de nacimiento: se trata a la persona como menor de edad.
warning-age-in-doubt = La fecha de nacimiento incompleta permite ambas edades: se trata a la persona como menor de edad.
warning-minors-rule-unsourced = Ninguna fuente dice qué debe traer un menor bajo esta regla. Aun así, cuide que no viaje en riesgo.
warning-dpi-of-a-child = El DPI se expide desde los 18 años, y la persona es o puede ser menor: compare la fecha.
warning-document-expired-unsourced = El documento ya venció, y ninguna fuente dice que deba estar vigente: no impide expedir.
warning-residence-not-proved = El documento mostrado no prueba la residencia en que se apoya la solicitud.

cui-warning-cui-not-thirteen-digits = El CUI no tiene trece dígitos. Es solo un aviso: compare con el documento.
cui-warning-cui-check-digit = El dígito verificador del CUI no coincide. Es solo un aviso: compare con el documento.
cui-warning-cui-unknown-department = El CUI nombra un departamento que no existe ({ $department }). Es solo un aviso.
cui-warning-cui-unknown-municipality = El CUI nombra un municipio ({ $municipality }) que no está en la tabla. Es solo un aviso: los municipios nuevos son reales.

ground-not-eligible = No cumple la regla en vigor
ground-document-missing = Falta un documento
ground-document-not-accepted = El documento no puede aceptarse
ground-identity-not-shown = El documento no es de quien lo muestra
ground-permission-missing = Falta el permiso para un menor, o no tiene la forma pedida

revocation-lost = La persona dice que la perdió
revocation-stolen = La persona dice que se la robaron
revocation-issued-in-error = Se expidió por error
revocation-holder-asked = La persona lo pidió
revocation-other-condition = Tomó otra condición de estancia
revocation-ordered = Lo ordenó una autoridad

standing-issued = Vigente
standing-expired = Vencida
standing-revoked = Revocada
standing-replaced = Sustituida

outcome-went-on = Siguió su camino
outcome-advised = Siguió su camino, con orientación para regularizar sus papeles
outcome-referred-for-protection = Se canalizó a protección (refugio, víctimas, niñez)
outcome-medical-help = Recibió o se llevó a atención médica
outcome-paper-kept = Se retuvo el papel como prueba contra quien lo hizo; la persona siguió
outcome-taken-into-custody = Fue puesta bajo custodia

breach-custody-without-red = La persona fue puesta bajo custodia después de un resultado verde o ámbar. Un resultado ámbar nunca justifica custodia. El hecho quedó registrado así.
breach-custody-without-basis = La persona fue puesta bajo custodia sin fundamento o razón. El hecho quedó registrado así.

mrz-field-document-code = clase de documento
mrz-field-issuer = país que lo expidió
mrz-field-document-number = número del documento
mrz-field-name = nombre
mrz-field-nationality = nacionalidad
mrz-field-birth-date = fecha de nacimiento
mrz-field-sex = sexo
mrz-field-expiry-date = fecha de vencimiento
mrz-field-optional-data = datos opcionales
mrz-field-optional-data-2 = segundos datos opcionales
mrz-field-composite = último dígito verificador, que cubre varios campos
mrz-empty = No hay nada que leer. Coloque el documento en el lector o copie las líneas con signos < al pie de la página.
mrz-length = Hay { $found } caracteres; una cédula tiene 90 y un pasaporte 72 u 88. Léalo otra vez, con todas sus líneas.
mrz-line-length = La línea { $line } tiene { $found } caracteres y debe tener { $expected }. Léala o escríbala otra vez.
mrz-character = Línea { $line }, posición { $position }: «{ $found }» no puede estar ahí. Mire el documento.
mrz-visa = Esas líneas son de una visa. Lea el pasaporte, y escriba la visa a mano más abajo.
mrz-check-digit = El dígito verificador de «{ $field }» es { $found } y debería ser { $expected }. Compare ese dato con el documento.
mrz-value = «{ $field }» dice { $found }, y eso no puede ser. Escriba ese dato a mano, del documento.

number-shape = Ese no es un número de tarjeta. Se ve así: TAL-7K3M-9Q2X-F.
number-check = Un carácter del número está mal o hay dos cambiados de lugar. Compárelo con el papel.
