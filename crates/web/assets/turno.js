// A shift on a phone: makes its key, keeps it where no script can read it out, and records without a
// network. The bytes are the verifier's (WebAssembly); the key only signs what that asks for; and what
// waits to be sent is sealed, so that whoever finds this phone reads nothing. No text becomes elements.
'use strict';
(() => {
  const at = (id) => document.getElementById(id);
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const random = () => hex(crypto.getRandomValues(new Uint8Array(32)));
  const able = Boolean(window.crypto?.subtle && window.indexedDB);

  // Two drawers: the shift, under its one name, beside the next one until it is signed; and what waits to
  // be sent, in the order of recording.
  const SHIFT = 'actual';
  const NEXT = 'siguiente';
  let opened;
  const kept = () => {
    opened ??= new Promise((done, failed) => {
      const asked = indexedDB.open('paso-turno', 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore('turno');
        asked.result.createObjectStore('envios', { autoIncrement: true });
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    return opened;
  };
  // Answers once it is written for good: a receipt is shown for nothing that a crash could take back.
  async function change(drawer, work) {
    const db = await kept();
    return new Promise((done, failed) => {
      const turn = db.transaction(drawer, 'readwrite', { durability: 'strict' });
      const asked = work(turn.objectStore(drawer));
      turn.oncomplete = () => done(asked?.result);
      turn.onabort = () => failed(turn.error);
    });
  }
  async function look(drawer, work) {
    const db = await kept();
    return new Promise((done, failed) => {
      const asked = work(db.transaction(drawer).objectStore(drawer));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  }
  async function unsent() {
    const [names, records] = await Promise.all([
      look('envios', (drawer) => drawer.getAllKeys()),
      look('envios', (drawer) => drawer.getAll()),
    ]);
    return names.map((name, place) => ({ name, ...records[place] }));
  }

  // The page on which a shift is opened: a key is made, and its public half goes along with the form.
  const form = at('abrir');
  if (form) {
    const say = (key) => {
      at('abrir-problema').textContent = at('abrir-problema').dataset[key];
      at('abrir-problema').hidden = false;
    };
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      try {
        if (!able) throw new TypeError('crypto');
        if ((await unsent()).length > 0) {
          say('pendiente');
          return;
        }
        const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
        const point = hex(await crypto.subtle.exportKey('raw', pair.publicKey));
        await change('turno', (drawer) => drawer.put({ key: pair.privateKey, point }, NEXT));
        form.elements.llave.value = point;
        form.submit();
      } catch {
        say('falta');
      }
    });
    return;
  }

  const place = at('turno');
  const root = document.querySelector('[data-telefono]');
  if (!place || !root?.ask || !able) return;
  const words = JSON.parse(place.dataset.turno);
  const now = () => Math.floor(Date.now() / 1000);
  const clock = (seconds, zone) => new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: 'short', timeStyle: 'short', timeZone: zone ?? undefined,
  }).format(seconds * 1000);
  let shift;
  // Whose shift was over, where and when, until another is opened.
  let ended;
  // From when on its end is announced: time to reach a network, or to take paper along.
  const SOON = 3600;
  // What fills the screen: the shift and the reader, a form, or the receipt alone.
  let shown = 'turno';

  // What the machine says of the shift is fetched once, after the passkey has signed. Until then the
  // shift before it stands: whoever changes their mind in front of the passkey goes on with that.
  async function take() {
    const next = await look('turno', (drawer) => drawer.get(NEXT));
    if (next && navigator.onLine) {
      const answer = await fetch(`/punto/turno/${next.point}`).catch(() => undefined);
      if (answer?.ok && !answer.redirected) {
        Object.assign(next, await answer.json());
        await change('turno', (drawer) => {
          drawer.delete(NEXT);
          return drawer.put(next, SHIFT);
        });
        await navigator.storage?.persist?.();
      }
    }
    const found = await look('turno', (drawer) => drawer.get(SHIFT));
    shift = found?.vouch && now() < found.until ? found : undefined;
    ended = found?.ended;
    if (found?.vouch && !shift) {
      // The key of a shift that is over signs nothing any more: what stays says only that it is.
      const { officer, post, until, zone } = found;
      ended = { officer, post, until, zone };
      await change('turno', (drawer) => drawer.put({ ended }, SHIFT));
    }
  }

  async function tell() {
    const waiting = await unsent();
    place.hidden = shown !== 'turno';
    at('sin-turno').hidden = Boolean(shift);
    at('con-turno').hidden = !shift;
    const over = !shift && ended;
    at('turno-terminado').hidden = !over;
    if (over) {
      at('turno-terminado-dicho').textContent = `${words.ended} ${clock(over.until, over.zone)} · ${over.officer} · ${over.post}`;
      at('turno-terminado-hacer').textContent = waiting.length > 0 ? words.ended_unsent : words.ended_sent;
    }
    if (shift) {
      const soon = shift.until - now() < SOON;
      at('turno-problema').hidden = !soon;
      if (soon) at('turno-problema').textContent = `${words.soon} ${clock(shift.until, shift.zone)}`;
      at('turno-dicho').textContent = `${shift.officer} · ${shift.post} · ${words.until} ${clock(shift.until, shift.zone)}`;
      at('contar').hidden = !shift.custody;
      const state = at('estado');
      if (state && !state.value && shift.state) {
        state.value = shift.state;
        state.dispatchEvent(new Event('change'));
      }
    }
    at('sin-enviar').hidden = waiting.length === 0;
    at('sin-enviar-dicho').textContent = `${words.unsent}: ${waiting.length}`;
    at('sin-enviar-lista').replaceChildren(...waiting.map((record) => {
      const line = document.createElement('li');
      line.textContent = `${words.act[record.act] ?? record.act} · ${record.codes.join(', ')} · ${clock(record.at, record.zone)}`;
      if (record.problem) {
        const why = document.createElement('p');
        why.className = 'wrong';
        why.textContent = record.problem;
        line.append(why);
      }
      return line;
    }));
    place.dataset.sinEnviar = String(waiting.length);
    place.dataset.abierto = shift ? 'si' : 'no';
    // So that signing out, which is the server's page, knows that something here must stay.
    document.cookie = `__Host-paso-sin-enviar=${waiting.length}; Path=/; Secure; SameSite=Strict; Max-Age=${waiting.length ? 31536000 : 0}`;
  }

  // Sending: one after the other, in their order. Bringing one twice changes nothing, so a broken
  // connection needs no thought.
  let sending = false;
  async function send() {
    if (sending || !navigator.onLine) return;
    sending = true;
    let sent = 0;
    try {
      for (const record of await unsent()) {
        const answer = await fetch('/punto/envios', {
          method: 'POST', body: record.sealed, headers: { 'content-type': 'application/octet-stream' }, signal: AbortSignal.timeout(30_000),
        });
        if (answer.ok) {
          await answer.json();
          await change('envios', (drawer) => drawer.delete(record.name));
          sent += 1;
        } else if (answer.status === 422) {
          const { detail } = await answer.json();
          const { name, ...rest } = record;
          await change('envios', (drawer) => drawer.put({ ...rest, problem: detail }, name));
        } else break;
      }
    } catch {
      // No network after all, or an answer that is none: everything stays as it is.
    }
    sending = false;
    if (sent > 0) {
      at('enviado').textContent = `${words.sent}: ${sent}`;
      at('enviado').hidden = false;
    }
    await tell();
  }

  // Recording.
  const parts = ['turno', 'listo', 'leer', 'resultado', 'anotar-esta', 'encuentro', 'apertura', 'constancia', 'pie'];
  function only(...some) {
    [shown] = some;
    for (const part of parts) at(part).hidden = !some.includes(part);
    at('enviado').hidden = true;
    scrollTo(0, 0);
  }
  const home = () => {
    only('turno', 'listo', 'leer', 'pie');
    tell();
    at('anotar').focus();
  };
  let check;
  function write(id) {
    only(id);
    const sheet = at(id);
    sheet.reset();
    sheet.elements.place.value = shift.post;
    sheet.querySelector('[data-problema]').hidden = true;
    if (id === 'encuentro') {
      const last = root.said?.();
      check = last?.kind === 'card' ? last : undefined;
      at('encuentro-tarjeta').hidden = !check;
      at('encuentro-tarjeta').textContent = check ? `${words.card} ${check.word}` : '';
    }
    sheet.focus();
  }

  async function record(act) {
    const request = { vouch: shift.vouch, seed: random(), at: now(), act };
    const drawn = await root.ask('draft', { request });
    if (drawn.kind !== 'draft') throw new TypeError(drawn.error);
    const signatures = [];
    for (const message of drawn.sign) {
      signatures.push(hex(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, shift.key, bytes(message))));
    }
    const made = await root.ask('finish', { request: { ...request, signatures, sealing: shift.sealing, random: random() } });
    if (made.kind !== 'record') throw new TypeError(made.error);
    await change('envios', (drawer) => drawer.add({
      sealed: bytes(made.sealed), at: request.at, act: act.kind, codes: made.receipts.map((given) => given.code), zone: shift.zone,
    }));
    return made.receipts;
  }

  function draw(rows) {
    const canvas = at('constancia-qr');
    const paper = canvas.getContext('2d');
    // A quiet margin of four modules (ISO/IEC 18004), and whole pixels for each module.
    const [module, margin] = [6, 4];
    const side = (rows.length + 2 * margin) * module;
    Object.assign(canvas, { width: side, height: side });
    paper.fillStyle = '#fff';
    paper.fillRect(0, 0, side, side);
    paper.fillStyle = '#000';
    rows.forEach((row, y) => [...row].forEach((dark, x) => {
      if (dark === '1') paper.fillRect((x + margin) * module, (y + margin) * module, module, module);
    }));
  }

  let receipts = [];
  let which = 0;
  function give() {
    const given = receipts[which];
    only('constancia');
    at('constancia-cual').textContent = `${which + 1} / ${receipts.length}`;
    at('constancia-cual').hidden = receipts.length === 1;
    at('constancia-codigo').textContent = given.code;
    at('constancia-secreto').hidden = !given.secret;
    at('constancia-secreto-dicho').textContent = given.secret ?? '';
    draw(given.symbol);
    at('constancia').dataset.texto = given.text;
    at('siguiente').hidden = which + 1 >= receipts.length;
    at('entregada').hidden = !at('siguiente').hidden;
    at('constancia').focus();
  }

  function sheet(id, act) {
    at(id).addEventListener('submit', async (event) => {
      event.preventDefault();
      const form = event.currentTarget;
      const problem = form.querySelector('[data-problema]');
      const missing = form.querySelector(':invalid:not(fieldset)');
      problem.hidden = !missing;
      if (missing) {
        problem.textContent = words.missing;
        missing.focus();
        return;
      }
      const button = form.querySelector('button');
      if (button.getAttribute('aria-disabled')) return;
      button.setAttribute('aria-disabled', 'true');
      try {
        if (now() >= shift.until) throw new RangeError('until');
        const fields = Object.fromEntries(new FormData(form));
        receipts = await record(act(fields));
        which = 0;
        give();
        tell().then(send);
      } catch (fault) {
        problem.textContent = fault instanceof RangeError ? words.over : words.failed;
        problem.hidden = false;
      }
      button.removeAttribute('aria-disabled');
    });
    at(id).addEventListener('input', ({ currentTarget }) => {
      currentTarget.querySelector('[data-problema]').hidden = true;
    });
    at(id).querySelector('[data-volver]').addEventListener('click', home);
  }
  sheet('encuentro', (fields) => ({
    kind: 'encounter',
    place: fields.place,
    with_card: Boolean(check),
    outcome: fields.outcome,
    basis: fields.basis,
    reason: fields.reason,
    check: check ? { finding: check.finding, light: check.light, bundle: check.bundle } : null,
  }));
  sheet('apertura', ({ count, ago, ...fields }) => ({
    kind: 'opening', ...fields, count: Number(count), taken_at: now() - 60 * Number(ago),
  }));
  // A verdict has the screen to itself; what can be recorded of it stands below.
  root.addEventListener('veredicto', () => {
    shown = 'resultado';
    place.hidden = true;
    at('anotar-esta').hidden = !shift;
  });
  root.addEventListener('lectura', () => {
    shown = 'turno';
    at('anotar-esta').hidden = true;
    tell();
  });
  at('anotar-esta').querySelector('button').addEventListener('click', () => write('encuentro'));
  at('anotar').addEventListener('click', () => write('encuentro'));
  at('contar').addEventListener('click', () => write('apertura'));
  at('siguiente').addEventListener('click', () => {
    which += 1;
    give();
  });
  at('entregada').addEventListener('click', () => {
    // Nothing of a receipt stays on this phone but its code, and that only until it is sent.
    receipts = [];
    delete at('constancia').dataset.texto;
    at('constancia-qr').width = 0;
    home();
  });
  at('enviar').addEventListener('click', send);
  addEventListener('online', () => take().then(send));
  // A phone may say that it has a network where there is none, and the other way round.
  setInterval(() => {
    if (shift && now() >= shift.until) take().then(tell);
    else if (shift && shift.until - now() < SOON && at('turno-problema').hidden) tell();
    if (place.dataset.sinEnviar !== '0') send();
  }, 10_000);
  take().catch(() => {}).then(tell).then(send);
})();
