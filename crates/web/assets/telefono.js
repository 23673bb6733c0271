// The phone's page: camera, scanner and verdict on the device. It decides nothing: the verifier answers
// with codes, and the words for them came with the page. No text is ever turned into elements.
'use strict';
(() => {
  const root = document.querySelector('[data-telefono]');
  if (!root || !window.Worker || !window.WebAssembly) return;
  const at = (id) => document.getElementById(id);
  const { obrero, comprobador, sinRed, alcance, ancla, lista } = root.dataset;
  const words = JSON.parse(root.dataset.palabras);

  // Scripts come from this page's own files and from nowhere else.
  const ours = [`${obrero}#${comprobador}`, sinRed];
  const allow = (address) => {
    if (!ours.includes(address)) throw new TypeError(address);
    return address;
  };
  const script = window.trustedTypes?.createPolicy('paso', { createScriptURL: allow }) ?? { createScriptURL: allow };

  // The worker, and its answers in the order of asking.
  let worker;
  let asked = 0;
  const waiting = new Map();
  const ask = (what, message = {}, moved = []) => new Promise((resolve, reject) => {
    if (!worker) {
      worker = new Worker(script.createScriptURL(ours[0]));
      worker.onmessage = ({ data }) => {
        const [done, failed] = waiting.get(data.id);
        waiting.delete(data.id);
        if (data.fault) failed(new Error(data.fault));
        else done(data.answer);
      };
      // It could not be loaded: nobody waits for it for ever.
      worker.onerror = () => {
        waiting.forEach(([, failed]) => failed(new Error('worker')));
        waiting.clear();
        worker = undefined;
      };
    }
    asked += 1;
    waiting.set(asked, [resolve, reject]);
    worker.postMessage({ id: asked, what, ...message }, moved);
  });

  // What is judged by. The first anchor seen is pinned; a bundle is kept once the verifier took it up.
  const KEPT = 'paso confianza';
  let list;
  let problem;
  const now = () => Math.floor(Date.now() / 1000);
  const floor = () => Number(localStorage.getItem('paso-hora') ?? 0);
  async function trust() {
    const kept = await caches.open(KEPT);
    const [oldAnchor, oldBundle] = await Promise.all([kept.match(ancla), kept.match(lista)]);
    if (oldAnchor && oldBundle) {
      const answer = await ask('open', { anchor: await oldAnchor.text(), bundle: await oldBundle.arrayBuffer() });
      if (answer.kind === 'bundle') list = answer;
    }
    const fetched = await Promise.all([fetch(ancla), fetch(lista)]).catch(() => undefined);
    if (!fetched?.every((answer) => answer.ok)) return;
    const [newAnchor, newBundle] = fetched;
    const heard = Math.floor(Date.parse(newBundle.headers.get('date')) / 1000);
    if (heard > floor()) localStorage.setItem('paso-hora', String(heard));
    const anchor = await ((await kept.match(ancla)) ?? newAnchor.clone()).text();
    const answer = await ask('open', { anchor, bundle: await newBundle.clone().arrayBuffer() });
    problem = answer.kind === 'refused' && answer.error !== 'not-newer' ? answer.error : undefined;
    if (answer.kind !== 'bundle') return;
    list = answer;
    await kept.put(lista, newBundle);
    if (!(await kept.match(ancla))) await kept.put(ancla, newAnchor);
  }

  function length(seconds) {
    const hours = Math.max(0, Math.floor(seconds / 3600));
    return hours < 48 ? `${hours} ${words.hours}` : `${Math.floor(hours / 24)} ${words.days}`;
  }

  function tell() {
    const line = at('listo');
    const time = Math.max(now(), floor());
    const said = [];
    if (!list) said.push(words.none);
    else {
      said.push(`${navigator.onLine ? words.online : words.offline} ${words.age}: ${length(time - list.issued_at)}.`);
      if (time >= list.hard_until) said.push(words.dead);
      else if (time >= list.soft_until) said.push(words.old);
      else said.push(words.ready);
    }
    if (problem) said.push(words.refused);
    line.textContent = said.join(' ');
    line.classList.toggle('warn', !list || time >= list.soft_until || Boolean(problem));
    root.dataset.listo = list ? String(list.sequence) : '';
  }

  // Reading.
  let texts = [];
  let stream;
  let reading = false;
  const video = at('video');
  const detector = async () => {
    if (!('BarcodeDetector' in window)) return undefined;
    const formats = await window.BarcodeDetector.getSupportedFormats();
    return formats.includes('qr_code') ? new window.BarcodeDetector({ formats: ['qr_code'] }) : undefined;
  };

  async function start() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
      });
    } catch {
      say(words.no_camera);
      return;
    }
    video.srcObject = stream;
    at('camara').hidden = false;
    at('encender').hidden = true;
    await video.play();
    const [track] = stream.getVideoTracks();
    at('linterna').hidden = !track.getCapabilities?.().torch;
    reading = true;
    const found = await detector();
    const canvas = document.createElement('canvas');
    const paper = canvas.getContext('2d', { willReadFrequently: true });
    // A frame at a time; the next is taken when the last has been looked at.
    while (reading) {
      const began = performance.now();
      const seen = found ? await found.detect(video).then((codes) => codes.map((code) => code.rawValue)).catch(() => [])
        : await look(canvas, paper);
      root.dataset.cuadro = String(Math.round(performance.now() - began));
      const fresh = seen.filter((text) => !texts.includes(text));
      if (reading && fresh.length > 0) {
        await judge([...texts, ...fresh]);
        root.dataset.milisegundos = String(Math.round(performance.now() - began));
        return;
      }
      await new Promise(requestAnimationFrame);
    }
  }

  async function look(canvas, paper) {
    const [width, height] = [video.videoWidth, video.videoHeight];
    if (width === 0) return [];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    paper.drawImage(video, 0, 0);
    const { buffer } = paper.getImageData(0, 0, width, height).data;
    return ask('read', { frame: buffer, width, height }, [buffer]).catch(() => []);
  }

  function stop() {
    reading = false;
    stream?.getTracks().forEach((track) => track.stop());
    stream = undefined;
    at('camara').hidden = true;
    at('encender').hidden = false;
    at('linterna').setAttribute('aria-pressed', 'false');
  }

  // The verdict.
  function say(text) {
    at('listo').textContent = text;
    at('listo').classList.add('warn');
  }

  const moment = (seconds, zone) => {
    const shown = { dateStyle: 'full', timeStyle: 'short', timeZone: zone };
    const language = document.documentElement.lang;
    try {
      return new Intl.DateTimeFormat(language, shown).format(seconds * 1000);
    } catch {
      return new Intl.DateTimeFormat(language, { ...shown, timeZone: 'UTC' }).format(seconds * 1000);
    }
  };
  const HOME = 'America/Mexico_City';

  function facts(answer) {
    const { card, stay, receipt, placard } = answer;
    const state = (code) => words.state[code] ?? code;
    return [
      stay && [words.leave_by, moment(stay.leave_by, stay.zone)],
      stay && [words.not_overstayed_until, moment(stay.not_overstayed_until, stay.zone)],
      stay && [words.states, stay.states.map(state).join(', ')],
      card?.name && [words.name, card.name],
      card?.birth && [words.birth, card.birth],
      card?.document_tail && [words.tail, `···${card.document_tail}`],
      card?.nationality && [words.nationality, card.nationality],
      card?.number && [words.number, card.number],
      // The first moment at which it is no longer valid is the end of the day before.
      card?.expires && [words.expires, moment(card.expires - 1, HOME)],
      placard && [words.placards.place, `${placard.place} (${placard.post})`],
      placard && [words.placards.unit, `${placard.unit} (${placard.authority})`],
      placard && [words.placards.since, moment(placard.shift_opened, HOME)],
      placard && [words.placards.until, moment(placard.until, HOME)],
      receipt && [words.receipts.act[receipt.kind] ?? receipt.kind, moment(receipt.at, HOME)],
      receipt && [words.post, receipt.post],
      receipt && [words.officer, receipt.officer],
      receipt && [words.code, receipt.code],
    ].filter(Boolean);
  }

  let last;
  function show(answer) {
    last = { ...answer, word: words.word[answer.finding], bundle: list?.sequence ?? null };
    const from = { receipt: words.receipts, placard: words.placards }[answer.kind] ?? words;
    at('veredicto').className = `verdict long ${answer.light}`;
    at('icono').replaceChildren(at(`icono-${answer.light}`).content.cloneNode(true));
    at('luz').textContent = words.light[answer.light];
    at('palabra').textContent = from.word[answer.finding] ?? words.light[answer.light];
    at('motivo').textContent = from.finding[answer.finding] ?? '';
    at('hacer').textContent = from.next[answer.next] ?? '';
    at('nunca').textContent = words[answer.caution] ?? '';
    at('nunca').hidden = !answer.caution;
    const lines = facts(answer).flatMap(([label, value]) => {
      const [term, said] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = label;
      said.textContent = value;
      return [term, said];
    });
    at('datos').replaceChildren(...lines);
    at('datos').hidden = lines.length === 0;
    const age = list ? `${words.age}: ${length(answer.trusted_now - list.issued_at)}.` : words.none;
    at('edad').textContent = answer.clock_behind ? `${age} ${words.clock}` : age;
    at('hoja').hidden = !(answer.kind === 'card' && answer.card && !answer.stay);
    at('leer').hidden = true;
    at('resultado').hidden = false;
    root.dataset.hallazgo = answer.finding;
    at('resultado').focus();
    root.dispatchEvent(new Event('veredicto'));
    navigator.vibrate?.(answer.light === 'green' ? 80 : [120, 80, 120]);
  }

  async function judge(shown) {
    stop();
    texts = shown;
    const state = at('estado')?.value ?? '';
    try {
      const answer = await ask('judge', { texts, state, now: now(), floor: floor() });
      show(answer);
      if (answer.kind === 'receipt' && answer.receipt) keep(texts[0], answer.receipt);
    } catch {
      say(words.failed);
    }
  }

  // An officer's reader asks where it stands before it reads.
  function placed() {
    const state = at('estado');
    if (!state || state.value) return true;
    state.setAttribute('aria-invalid', 'true');
    state.focus();
    return false;
  }

  // Receipts, kept on this phone and nowhere else.
  const RECEIPTS = 'paso-constancias';
  const receipts = () => JSON.parse(localStorage.getItem(RECEIPTS) ?? '[]');
  function keep(text, receipt) {
    const others = receipts().filter((kept) => kept.text !== text);
    localStorage.setItem(RECEIPTS, JSON.stringify([...others, { text, ...receipt }]));
    list_receipts();
  }
  function list_receipts() {
    const place = at('guardadas');
    if (!place) return;
    place.replaceChildren(...receipts().map((kept) => {
      const [line, said, forget] = [document.createElement('li'), document.createElement('p'), document.createElement('button')];
      said.textContent = `${kept.code} · ${words.receipts.act[kept.kind] ?? kept.kind} · ${moment(kept.at, HOME)} · ${kept.post} · ${kept.officer}`;
      forget.textContent = `${words.forget} ${kept.code}`;
      forget.type = 'button';
      forget.className = 'button second';
      forget.addEventListener('click', () => {
        localStorage.setItem(RECEIPTS, JSON.stringify(receipts().filter((other) => other.text !== kept.text)));
        list_receipts();
      });
      line.append(said, forget);
      return line;
    }));
    place.hidden = receipts().length === 0;
  }

  const typed = () => at('codigo').value.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  // The sign's spoken code: what checks it also makes it, so only the hub can.
  const spoken = (lines) => words.placards && lines.length === 1 && /^\s*(?:[2346789CFHJKPRTX][\s-]*){8}$/i.test(lines[0]);
  function read_typed(event) {
    if (spoken(typed())) {
      if (navigator.onLine) return;
      event.preventDefault();
      say(words.placards.offline);
      return;
    }
    // Pictures, and phones without the verifier, are the server's work.
    if (typed().length === 0 || at('foto')?.files.length > 0 || !list) return;
    event.preventDefault();
    if (!placed()) return;
    judge(typed());
    at('codigo').value = '';
  }

  const form = at('codigo').form;
  form.addEventListener('submit', read_typed);
  // A scanner types like a keyboard and ends with Enter; whoever types by hand has the button.
  at('codigo').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || typed().length === 0 || typed().at(-1).length < 100) return;
    event.preventDefault();
    form.requestSubmit();
  });
  at('encender').addEventListener('click', () => {
    if (placed()) start();
  });
  at('parar').addEventListener('click', stop);
  at('linterna').addEventListener('click', async ({ currentTarget }) => {
    const on = currentTarget.getAttribute('aria-pressed') !== 'true';
    await stream?.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
    currentTarget.setAttribute('aria-pressed', String(on));
  });
  const again = (kept) => {
    texts = kept;
    at('resultado').hidden = true;
    at('leer').hidden = false;
    root.dispatchEvent(new Event('lectura'));
    at('encender').focus();
    tell();
  };
  at('otra').addEventListener('click', () => {
    last = undefined;
    again([]);
  });
  at('hoja').addEventListener('click', () => {
    again(texts);
    start();
  });
  const state = at('estado');
  if (state) {
    state.value = localStorage.getItem('paso-estado') ?? '';
    state.addEventListener('change', () => {
      state.removeAttribute('aria-invalid');
      localStorage.setItem('paso-estado', state.value);
    });
  }
  at('encender').hidden = !navigator.mediaDevices?.getUserMedia;
  list_receipts();
  addEventListener('online', () => trust().then(tell));
  addEventListener('offline', tell);

  // For the shift on this phone (turno.js), which records by the same verifier.
  Object.assign(root, { ask, said: () => last });

  navigator.serviceWorker?.register(script.createScriptURL(sinRed), { scope: alcance }).catch(() => {});
  // The holder's page loads the verifier when it is first needed; the officer's at once.
  navigator.storage?.persist?.();
  trust().catch(() => {}).then(tell);
})();
