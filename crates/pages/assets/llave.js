// Asks the browser for a passkey, and puts its answer into the form of the page. Nothing else: no
// address is asked from here, nothing is kept, and the private key never leaves its device.
//
// The form says in data-llave what is wanted ("crear" or "firmar") and in data-pide for what, as
// JSON with bytes in base64url; its texts stand in the page, one element for each error's name.
'use strict';

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function create(wanted) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...wanted,
      challenge: bytes(wanted.challenge),
      user: { ...wanted.user, id: bytes(wanted.user.id) },
      excludeCredentials: named(wanted.excludeCredentials),
    },
  });
  return [made, { attestationObject: text(made.response.attestationObject) }];
}

async function sign(wanted) {
  const made = await navigator.credentials.get({
    publicKey: {
      ...wanted,
      challenge: bytes(wanted.challenge),
      allowCredentials: named(wanted.allowCredentials),
    },
  });
  const { authenticatorData, signature, userHandle } = made.response;
  return [
    made,
    {
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle && text(userHandle),
    },
  ];
}

async function ask(form) {
  const wanted = JSON.parse(form.dataset.pide);
  const [made, response] = await (form.dataset.llave === 'crear' ? create : sign)(wanted);
  response.clientDataJSON = text(made.response.clientDataJSON);
  return JSON.stringify({
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response,
    extensions: {},
  });
}

for (const form of document.querySelectorAll('form[data-llave]')) {
  // What is happening, for eyes and screen readers alike.
  const say = (name) => {
    const lines = [...form.querySelectorAll('[data-dice]')];
    const line = lines.find((one) => one.dataset.dice === name) ?? lines.at(-1);
    const said = form.querySelector('[role=status]');
    said.textContent = line.textContent;
    said.className = name === 'espera' ? 'note' : 'warn';
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    if (button.getAttribute('aria-disabled')) return;
    button.setAttribute('aria-disabled', 'true');
    try {
      if (!navigator.credentials || !window.PublicKeyCredential) throw { name: 'sin-soporte' };
      say('espera');
      form.elements.respuesta.value = await ask(form);
      form.submit();
    } catch (error) {
      say(error.name);
      button.removeAttribute('aria-disabled');
      button.focus();
    }
  });
}
