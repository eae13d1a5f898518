// Sender sends files by the tus protocol (tus.io, 1.0.0): one after another, each from where a cut ended it, until the
// server gives a receipt, by which a message then names the file. What is on its way survives a reload: the list is in
// the tab's storage, the bytes in a database of the browser, as long as they are needed.
const KINDS = /^(image\/(png|jpeg|webp|hei[cf])|application\/pdf)$/;
const CHUNK = 8 << 20; // bytes of a request: proxies refuse or hold back longer ones
const STALLED = 45000; // ms without progress

const STYLE = `
.bubble[hidden] + .files { margin-top: 0; }
.pending .files { opacity: 0.75; }
canvas { display: block; max-width: 100%; max-height: 240px; margin: 0 0 4px auto; border: 1px solid var(--rule); border-radius: 6px; }
progress { display: block; width: 100%; height: 8px; margin: 6px 0 2px; accent-color: var(--accent); }
.sending { min-width: 60%; }
.sending .meta .quiet { margin: 0 -8px 0 0; }`;

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

export class Sender {
  constructor(chat, origin, text, el, button, uuid, sizeOf, customerMessage) {
    Object.assign(this, { chat, origin, text, el, button, uuid, sizeOf, customerMessage, items: [], sent: new Map(), attempt: 0 });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    const { root } = chat;
    if (!chat.filesStyled) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    chat.filesStyled = true;
    this.words = WORDS[chat.lang];
    this.wake = () => this.pump();
    addEventListener('online', this.wake);
    tidy();
    for (const kept of chat.keep.own.files ?? []) this.restore(kept);
  }

  // take adds files that were chosen, and goes on with what waits.
  take(files) {
    const together = files.length > 1 ? this.uuid() : undefined;
    for (const file of files) {
      const item = { id: this.uuid(), name: file.name, size: file.size, type: file.type, together, file };
      this.show(item);
      if (!KINDS.test(file.type) && !HEIC.test(file.name)) this.fail(item, this.words.kind);
    }
    this.note();
    this.pump();
  }

  async restore({ ...kept }) {
    this.show(kept);
    kept.blob = (await shelf((files) => files.get(kept.id)))?.file;
    if (!kept.blob) this.askAgain(kept);
    this.pump();
  }

  askAgain(item) {
    const { el, button } = this;
    item.lost = true;
    this.mark(item, this.words.again, true, button(this.words.choose, () => {
      const input = el('input', { type: 'file' });
      input.onchange = async () => {
        const [file] = input.files;
        const was = item.size;
        Object.assign(item, { file, lost: false, blob: await reduced(file) });
        if (item.blob.size !== was) item.url = undefined; // another file
        Object.assign(item, { name: item.blob.name, size: item.blob.size });
        this.pump();
      };
      input.click();
    }, 'quiet'));
  }

  show(item) {
    const { el, sizeOf, customerMessage } = this;
    const { view } = this.chat;
    const node = customerMessage('');
    const name = el('span', { dir: 'auto', textContent: item.name });
    item.bar = el('progress', { max: 1, value: 0, 'aria-label': this.words.progress + item.name });
    item.label = el('span', {}, name, ` (${sizeOf(item.size)})`);
    node.classList.add('pending', 'sending');
    node.querySelector('.meta').before(el('div', { className: 'files' }, item.label), item.bar);
    item.node = node;
    view.pendings.set(item.id, node);
    view.list.append(node);
    this.items.push(item);
    this.mark(item, this.words.waiting);
    view.toEnd();
  }

  // picture shows a small view of a photo: painted, since the page's policy may forbid images of one's own.
  async picture(item) {
    try {
      const small = await createImageBitmap(item.blob, { resizeWidth: 240 });
      const canvas = this.el('canvas', { width: small.width, height: small.height });
      canvas.getContext('2d').drawImage(small, 0, 0);
      item.label.prepend(canvas);
      this.chat.view.toEnd();
    } catch {} // not decoded here: the name is enough
  }

  // mark says where a file stands, with what may be done about it.
  mark(item, text, bad, ...does) {
    const meta = item.node.querySelector('.meta');
    item.bar.hidden = Boolean(bad);
    meta.classList.toggle('bad', Boolean(bad));
    const cancel = this.button(bad && !does.length ? this.words.remove : this.words.cancel, () => this.cancel(item), 'quiet');
    cancel.setAttribute('aria-label', `${cancel.textContent}\u202f: ${item.name}`);
    const had = meta.contains(this.chat.root.activeElement);
    meta.replaceChildren(text, ' ', ...does, cancel);
    if (had) cancel.focus();
  }

  fail(item, text, retry) {
    item.failed = true;
    item.final = !retry; // the same file is refused again
    this.mark(item, text, true, ...(retry ? [this.button(this.text.retry, () => {
      item.failed = false;
      this.attempt = 0;
      this.mark(item, this.words.waiting);
      this.pump();
    }, 'quiet')] : []));
    this.note();
    this.chat.tell('error', { code: 'file' });
  }

  cancel(item) {
    const { view, root } = this.chat;
    const inside = item.node.contains(root.activeElement);
    item.gone = true;
    item.request?.abort();
    if (item.url) this.ask('DELETE', item, {}, { keepalive: true }).catch(() => {});
    this.done(item);
    view.remove(item.id);
    if (inside) view.clip.focus();
    this.pump();
  }

  done(item) {
    this.items = this.items.filter((i) => i !== item);
    shelf((files) => files.delete(item.id));
    this.note();
  }

  // note keeps the list, so that a reload goes on.
  note() {
    const files = this.items.filter((i) => !i.final).map(({ id, name, size, type, together, url }) => ({ id, name, size, type, together, url }));
    this.chat.keep.note({ files });
  }

  // pump sends the first file that waits. While there is no conversation yet it waits for one: a welcome calls take.
  async pump() {
    clearTimeout(this.timer);
    this.timer = 0;
    const item = this.items.find((i) => !i.failed && !i.lost && (i.file || i.blob));
    if (this.busy || this.stopped || !item || !this.chat.token) return;
    this.busy = true;
    try {
      await this.send(item);
      this.attempt = 0;
    } catch (e) {
      if (!item.gone && !this.stopped) this.trouble(item, e?.status ?? 0);
    }
    this.busy = false;
    if (!this.timer) this.pump();
  }

  // trouble says what is wrong for good, and tries again what is not.
  trouble(item, status) {
    const { words, chat } = this;
    const says = { 413: words.large(Math.floor(chat.limit / 2 ** 20)), 415: words.kind, 429: words.many, 507: words.room, 403: words.refused }[status];
    if (says) return this.fail(item, says, status !== 413 && status !== 415);
    if (status === 404 || status === 410) item.url = undefined; // of another server, or too old: from the start
    this.mark(item, this.text.retrying);
    const wait = Math.min(30000, 500 * 2 ** Math.min(this.attempt++, 6)) * (0.5 + Math.random());
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.pump();
    }, wait);
  }

  async send(item) {
    const { chat } = this;
    if (!item.blob) {
      this.mark(item, this.words.preparing);
      item.blob = await reduced(item.file);
      item.name = item.blob.name;
      item.size = item.blob.size;
      if (item.gone) return;
      await shelf((files) => files.put({ file: item.blob, at: Date.now() }, item.id));
    }
    if (!item.drawn && /^image/.test(item.blob.type)) this.picture(item);
    item.drawn = true;
    if (item.size > chat.limit) throw { status: 413 };
    chat.keep.share({ token: chat.token });
    this.mark(item, this.text.sending);
    let offset = 0;
    let receipt;
    if (item.url) ({ offset, receipt } = await this.stands(item));
    else {
      const answer = await this.ask('POST', item, { 'Upload-Length': item.size, 'Upload-Metadata': `filename ${base64(item.name)}` });
      item.url = `/upload/${answer.headers.get('Location').split('/').pop()}`;
      this.note();
    }
    while (!receipt && !item.gone) {
      const answer = await this.patch(item, offset);
      this.attempt = 0;
      receipt = answer.getResponseHeader('Guichet-Receipt');
      offset = Number(answer.getResponseHeader('Upload-Offset'));
    }
    if (!item.gone) this.hand(item, receipt);
  }

  // hand makes a message of a file that has arrived: from here on it is kept and sent as all messages are.
  hand(item, file) {
    const { chat } = this;
    const entry = { id: item.id, text: '', name: item.name, file, together: item.together };
    item.bar.remove();
    item.node.classList.remove('sending');
    this.sent.set(item.id, item);
    chat.view.card();
    chat.outbox.add(entry);
    if (!chat.welcomed) chat.state(entry, 'waiting');
    this.done(item);
    chat.remember();
  }

  // again sends a file whose receipt the server did not take; false when it is no longer here.
  again(id) {
    const item = this.sent.get(id);
    if (!item) return false;
    this.sent.delete(id);
    item.url = undefined;
    item.node.querySelector('.meta').before(item.bar);
    item.node.classList.add('sending');
    this.items.push(item);
    this.pump();
    return true;
  }

  headers(more) {
    const hello = base64(JSON.stringify({ ...this.chat.greet(), token: this.chat.token })).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
    return { Authorization: `Guichet ${hello}`, 'Tus-Resumable': '1.0.0', ...more };
  }

  async ask(method, item, headers, options) {
    const end = new AbortController();
    if (!options) item.request = end;
    const timer = setTimeout(() => end.abort(), STALLED);
    try {
      const answer = await fetch(this.origin + (item.url ?? '/upload/'), {
        method, headers: this.headers(headers), credentials: 'omit', cache: 'no-store', signal: end.signal, ...options,
      });
      if (!answer.ok) throw answer;
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  // stands asks how much of a file has arrived.
  async stands(item) {
    const { headers } = await this.ask('HEAD', item);
    const receipt = headers.get('Guichet-Receipt');
    return { receipt, offset: Number(headers.get('Upload-Offset')) };
  }

  patch(item, offset) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch tells nothing of what has left
      item.request = request;
      let timer;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), STALLED);
      };
      request.open('PATCH', this.origin + item.url);
      const headers = this.headers({ 'Upload-Offset': offset, 'Content-Type': 'application/offset+octet-stream' });
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = (e) => {
        alive();
        item.bar.value = (offset + e.loaded) / item.size;
      };
      request.onload = () => (request.status === 204 ? resolve : reject)(request);
      request.onerror = request.onabort = () => reject();
      request.onloadend = () => clearTimeout(timer);
      alive();
      request.send(item.blob.slice(offset, offset + CHUNK));
    });
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    removeEventListener('online', this.wake);
    for (const item of this.items) item.request?.abort();
  }

  // forget takes back what is on its way: the person leaves the conversation.
  forget() {
    for (const item of [...this.items]) this.cancel(item);
  }
}
