# Lo que se dice a los programas.

problem-title-no-token = Falta una ficha válida
problem-no-token = Esta dirección pide una ficha de acceso en el encabezado Authorization, y la que llegó falta, no se conoce, venció o fue retirada. Pida una a la administración.
problem-title-unsupported = El cuerpo no es JSON
problem-unsupported = Envíe el cuerpo como application/json y dígalo en el encabezado Content-Type.
problem-title-unreadable = No se pudo leer
problem-unreadable = El cuerpo llegó incompleto o no es JSON. No se registró nada. Corríjalo y envíelo otra vez.
problem-title-invalid = La solicitud dice algo que no puede ser
problem-invalid = Un campo falta, sobra o no tiene la forma que se describe. No se registró nada. En «reading» se dice cuál.
problem-title-key-reused = Esa clave ya se usó
problem-key-reused = Con esa clave se pidió otra cosa antes. No se registró nada nuevo. Use una clave nueva para cada acto.
problem-title-who-is-it = Puede ser alguien que ya está en el registro
problem-who-is-it = Hay registros que pueden ser de esta persona; están en «known». No se expidió nada. Mírelos y envíe el que sea, o «new» si no es ninguno.
problem-title-too-large = Demasiado grande
problem-too-large = El cuerpo es más grande de lo permitido. No se registró nada.
problem-title-late = Tardó demasiado
problem-late = El sistema no terminó a tiempo. Repita con la misma clave, o mire antes en los actos del día si quedó registrado.
