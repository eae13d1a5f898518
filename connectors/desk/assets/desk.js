// Live updates and drafts. Every page works without this file.
(() => {
  'use strict';
  document.documentElement.classList.add('js');
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);

  // Drafts stay in this tab until they are sent, or their author signs out.
  const kept = {
    get(key) { try { return sessionStorage.getItem(key); } catch { return null; } },
    set(key, text) { try { text ? sessionStorage.setItem(key, text) : sessionStorage.removeItem(key); } catch { /* storage is off */ } },
    clear() { try { Object.keys(sessionStorage).filter((key) => key.startsWith('desk:')).forEach((key) => sessionStorage.removeItem(key)); } catch { /* storage is off */ } },
  };
  if (one('[data-signed-out="1"]')) kept.clear();
  if (!one('[data-live-page]')) return;
  const words = document.body.dataset; // what the script says stands in the page, in its language

  const here = new URL(location.href);
  const finished = here.searchParams.get('done');
  const ticket = one('[data-ticket]')?.dataset.ticket;
  const address = one('[data-address]')?.dataset.address;
  if (address && !finished && here.pathname !== new URL(address, here).pathname) {
    history.replaceState(null, '', address); // a refused form left us at the address of its action
  }
  if (finished) { // reloading the page must not say it again
    here.searchParams.delete('done');
    history.replaceState(null, '', here);
    if (finished === 'reply' || finished === 'note') kept.set(`desk:${ticket}:${finished}`, '');
    if (finished === 'pending' || finished === 'recalled') kept.set(`desk:${ticket}:reply`, ''); // the server has it
  }
  // A draft is kept in this tab at once and on the server a second later: there it is found again from another machine.
  const page = `/desk/ticket/${ticket}`;
  for (const field of all('[data-draft]')) {
    const mode = field.form.classList.contains('note') ? 'note' : 'reply', key = `desk:${ticket}:${mode}`;
    const text = kept.get(key), before = kept.get(`${key}:once`), form = field.form.elements.once;
    // What the server gave back comes first, unless it is the same draft a second earlier.
    if (text && (!field.value.trim() || before === form.value && !field.autofocus && !field.hasAttribute('aria-invalid'))) {
      field.value = text;
      if (before) form.value = before; // it is still the draft that may be on its way to the server
    }
    const once = form.value;
    let pending, saving = Promise.resolve();
    const draft = () => new URLSearchParams({ draft: mode, quiet: '1', text: field.value, once, seen: field.form.elements.seen?.value ?? '0' });
    const save = () => {
      clearTimeout(pending);
      pending = undefined;
      const body = draft(), said = one('[data-kept]', field.form);
      saving = saving.then(() => fetch(`${page}/draft`, { method: 'POST', body, signal: AbortSignal.timeout(15000) })).then(
        (answer) => { said.textContent = answer.ok ? (body.get('text').trim() ? words.sayKept : '') : words.sayKeptHere; },
        () => { said.textContent = words.sayKeptHere; },
      );
    };
    field.addEventListener('input', () => {
      kept.set(key, field.value);
      kept.set(`${key}:once`, once);
      clearTimeout(pending);
      pending = setTimeout(save, 1000);
      if (mode === 'reply') writing();
    });
    if (field.autofocus) { // a text was put into it just now
      kept.set(key, field.value);
      kept.set(`${key}:once`, once);
      save();
      field.setSelectionRange(field.value.length, field.value.length);
    }
    field.form.addEventListener('submit', () => { clearTimeout(pending); pending = undefined; });
    addEventListener('pagehide', () => { if (pending) navigator.sendBeacon(`${page}/draft`, draft()); });
  }

  // Colleagues see who has the ticket open and who is writing.
  let doing = 'looking', idle;
  // One after the other, or "looking" could overtake "writing"; who leaves cannot wait for an answer.
  let saying = Promise.resolve();
  const attend = (what) => {
    const body = new URLSearchParams({ doing: what });
    if (!what) { navigator.sendBeacon(`${page}/attend`, body); return; }
    saying = saying.then(() => fetch(`${page}/attend`, { method: 'POST', body, keepalive: true })).catch(() => {});
  };
  function writing() {
    clearTimeout(idle);
    idle = setTimeout(() => { doing = 'looking'; attend(doing); }, 15000);
    if (doing !== 'writing') { doing = 'writing'; attend(doing); }
  }
  if (ticket) {
    if (!document.hidden) attend(doing);
    setInterval(() => { if (!document.hidden) attend(doing); }, 20000);
    document.addEventListener('visibilitychange', () => attend(document.hidden ? '' : doing));
    addEventListener('pagehide', () => attend(''));
    addEventListener('pageshow', (event) => { if (event.persisted) attend(doing); });
  }
  // The customer sees that somebody is writing: said every few seconds while that is so, and never what.
  let told = 0;
  one('form.reply [data-draft]')?.addEventListener('input', () => {
    if (Date.now() - told < 4000) return;
    told = Date.now();
    fetch(`/desk/ticket/${ticket}/typing`, { method: 'POST' }).catch(() => {});
  });
  // A second click must not even travel. After a while it may: the first could have been lost on the way.
  addEventListener('submit', (event) => {
    if (event.target.method === 'dialog') return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = '1';
    setTimeout(() => delete event.target.dataset.sent, 4000);
  });
  // The account menu opens and closes by itself; a script lets it go as menus do.
  const menu = one('[data-menu]');
  addEventListener('click', (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    one('summary', menu).focus();
  });
  for (const field of all('[data-copy]')) field.addEventListener('focus', () => field.select());

  // What the page says about its connection.
  const line = one('[data-connection]');
  const say = (text) => { if (line.textContent !== text) line.textContent = text; line.hidden = !text; };

  // refresh replaces the parts that changed. A part in which text is being selected waits.
  const shown = new Map(all('[data-live]').map((part) => [part.dataset.live, part.innerHTML]));
  let busy = false, again = false, over = false;
  async function refresh() {
    if (over || document.hidden || !shown.size) return; // a page without such parts has nothing to refresh
    if (busy) { again = true; return; }
    busy = true;
    try {
      const address = new URL(location.href);
      address.searchParams.set('fragment', '1');
      const answer = await fetch(address, { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(15000) });
      if (answer.status === 401) return ended();
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of all('[data-live]', fresh)) replace(part);
      say('');
    } catch {
      say(navigator.onLine ? words.sayAway : words.sayOffline);
    } finally {
      busy = false;
      if (again) { again = false; refresh(); }
    }
  }
  function ended() {
    over = true;
    close();
    say(`${words.sayOver} `);
    const link = document.createElement('a');
    Object.assign(link, { href: '/desk/login', target: '_blank', rel: 'noopener', textContent: words.sayAgain });
    line.append(link);
    addEventListener('focus', () => { over = false; refresh(); open(); }, { once: true });
  }
  function replace(part) {
    const name = part.dataset.live, old = one(`[data-live="${name}"]`);
    if (!old || shown.get(name) === part.innerHTML || selecting(old)) return;
    shown.set(name, part.innerHTML);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const before = new Set(all('[id]', old).map((entry) => entry.id));
    old.replaceChildren(...part.childNodes);
    if (focused) refocus(old, focused);
    if (name !== 'thread') return;
    old.dataset.last = part.dataset.last;
    const added = all('.entry[id]', old).filter((entry) => !before.has(entry.id));
    added.forEach((entry) => entry.classList.add('fresh'));
    const heard = added.filter((entry) => entry.matches('.customer, .agent'));
    if (heard.length) writes('');
    if (heard.length) tell(heard.length === 1 ? words.sayNew : words.sayNews.replace('{n}', heard.length));
    markSeen();
  }
  // refocus puts the focus back on the element that took the place of the focused one.
  function refocus(part, focused) {
    const href = focused.getAttribute('href'), value = focused.value;
    all('a, button', part).find((el) => (href ? el.getAttribute('href') === href : el.value === value))?.focus({ preventScroll: true });
  }
  function selecting(part) {
    const selection = getSelection();
    return selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  }
  // The customer is writing: said again every few seconds while that is so.
  let written;
  function writes(text) {
    const said = one('[data-writes]');
    clearTimeout(written);
    if (said.textContent !== text) said.textContent = text;
    if (text) written = setTimeout(() => writes(''), 7000);
  }
  function tell(text) {
    let voice = one('[data-voice]');
    if (!voice) {
      voice = Object.assign(document.createElement('p'), { className: 'sr' });
      voice.dataset.voice = '';
      voice.setAttribute('role', 'status');
      document.body.append(voice);
    }
    voice.textContent = text;
  }

  // A message counts as seen once its end has been on the screen: only then may a reply leave without a warning.
  const seen = one('[data-seen]'), thread = one('[data-live=thread]');
  const eye = thread && new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting && !document.hidden) seen.value = Math.max(Number(seen.value), Number(entry.target.dataset.upTo));
    }
  });
  function markSeen() {
    if (!thread || !seen) return;
    eye.disconnect();
    const last = all('.byline', thread).at(-1);
    if (!last) return;
    last.dataset.upTo = thread.dataset.last;
    eye.observe(last);
  }

  // One stream for each tab that is looked at: a browser allows six connections to a server.
  let stream, soon;
  function open() {
    if (stream || over || document.hidden) return;
    stream = new EventSource(`/desk/events${ticket ? `?ticket=${ticket}` : ''}`);
    stream.addEventListener('writing', () => writes(words.sayWrites));
    stream.addEventListener('change', () => { clearTimeout(soon); soon = setTimeout(refresh, 200); });
    stream.addEventListener('open', refresh);
    stream.addEventListener('error', () => {
      if (stream?.readyState !== EventSource.CLOSED) return; // it reconnects by itself
      close();
      setTimeout(() => { refresh(); open(); }, 5000);
    });
  }
  function close() { stream?.close(); stream = undefined; }
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : (refresh(), open())));
  addEventListener('online', () => { close(); refresh(); open(); });
  addEventListener('offline', () => say(words.sayOffline));
  addEventListener('pagehide', close);
  addEventListener('pageshow', (event) => { if (event.persisted) { refresh(); open(); } });
  setInterval(refresh, 60000); // "il y a 3 h" goes on, and a stream that a proxy keeps back does no harm
  open();
})();
