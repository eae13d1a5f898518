// Chat is the element: it wires the view, what is kept, the outbox and the link together.
class Chat extends Panel {
  connectedCallback() {
    if (this.view) return; // moved by the page
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet(); // not an inline style: a strict Content-Security-Policy allows it
    sheet.replaceSync(STYLES + (PALETTES[this.dataset.site] ?? ''));
    root.adoptedStyleSheets = [sheet];
    this.lang = 'fr';
    this.page = this.dataset.mode === 'page';
    this.last = 0; // number of the newest message shown
    this.unread = [];
    this.keep = new Keep(this.dataset.site);
    this.view = new View(root, this.page, ORIGIN);
    this.link = new Link(ORIGIN.replace(/^http/, 'ws') + '/ws', {
      open: () => this.hello(),
      frame: (f) => this.frame(f),
      closed: () => this.closed(),
    });
    this.outbox = new Outbox(this.keep, (f) => this.link.send(f), {
      state: (entry, state) => this.state(entry, state),
      silent: () => this.link.again(),
    });
    this.listen();
    this.restore();
    this.tell('ready');
  }

  restore() {
    for (const entry of this.outbox.entries) {
      this.view.pending(entry);
      this.state(entry, entry.failed ? 'failed' : 'waiting');
    }
    this.view.input.value = this.keep.own.draft ?? '';
    if (this.page) return this.link.start();
    if (this.keep.shared.token || this.outbox.waiting) this.link.start();
    if (this.keep.own.open && !NARROW.matches) this.open(false);
  }

  listen() {
    const { view } = this;
    view.launcher.onclick = () => this.toggle();
    view.shut.onclick = () => this.close();
    view.elsewhere.onclick = () => this.link.send({ type: 'elsewhere', channel: 'telegram' });
    view.person.onclick = () => this.say((this.person ?? {}).label ?? TEXT.person, this.person?.value);
    view.panel.addEventListener('cancel', (e) => {
      e.preventDefault();
      this.close();
    });
    view.panel.addEventListener('keydown', (e) => {
      if (e.key !== 'Escape' || this.page) return;
      e.preventDefault();
      e.stopPropagation();
      this.close();
    });
    view.input.addEventListener('keydown', (e) => {
      if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
      e.preventDefault();
      this.submit();
    });
    view.input.addEventListener('input', () => this.typed());
    view.form.addEventListener('submit', (e) => {
      e.preventDefault();
      this.submit();
    });
    this.away = () => {
      this.status();
      this.count();
    };
    this.other = (e) => e.key === this.keep.name && this.shared();
    this.fit = () => this.resize();
    addEventListener('offline', this.away);
    document.addEventListener('visibilitychange', this.away);
    addEventListener('storage', this.other);
    visualViewport?.addEventListener('resize', this.fit);
  }

  // shared reacts to another tab: a conversation begun there is this tab's too, and what was read there is read.
  shared() {
    const { token, seen } = this.keep.shared;
    if (token && token !== this.token && !this.last && !this.outbox.entries.length) {
      if (this.link.wanted) this.link.again();
      else this.link.start();
    }
    this.count(seen);
  }

  hello() {
    this.link.send({ type: 'hello', v: 1, site: this.dataset.site, token: this.keep.shared.token ?? this.token, after: this.last });
  }

  closed() {
    this.welcomed = false;
    this.outbox.ready(false);
    this.view.typing(false);
    this.status();
  }

  status() {
    const { view } = this;
    if (this.welcomed) view.status('');
    else if (!navigator.onLine) view.status(TEXT.offline);
    else view.status(this.before ? TEXT.reconnecting : TEXT.connecting);
  }

  frame(f) {
    if (f.type === 'welcome') this.welcome(f);
    else if (f.type === 'message') this.receive(f);
    else if (f.type === 'elsewhere') this.view.leads(f.url);
    else if (f.type === 'error') this.refused(f);
  }

  welcome(f) {
    const { view } = this;
    this.welcomed = this.before = true;
    this.token = f.token;
    this.person = f.person;
    this.starters = f.starters;
    view.title.textContent = f.site.name;
    view.person.textContent = f.person.label;
    view.elsewhere.hidden = !f.elsewhere?.includes('telegram');
    this.link.settled();
    view.busy(true);
    if (f.after < this.last) {
      view.clear();
      this.last = 0;
    }
    view.greet(f.greeting);
    const began = !this.last;
    for (const m of f.messages) this.receive(m, began);
    if (!this.last) this.offer(f.starters);
    if (began) view.toEnd();
    setTimeout(() => view.busy(false), 100);
    this.remember();
    this.status();
    this.outbox.ready(true);
  }

  // remember keeps the token once the person has written: not before.
  remember() {
    if (this.token && (this.last || this.outbox.entries.length)) this.keep.share({ token: this.token });
  }

  receive(m, quietly) {
    if (m.seq > this.last) {
      const { view } = this;
      const follow = m.from === 'customer' || view.nearEnd || this.awaited;
      this.last = m.seq;
      const node = view.add(m);
      this.awaited = m.from === 'customer' && m.id === this.outbox.flying;
      this.offer(m.from === 'bot' && !this.outbox.waiting ? m.choices ?? [] : []);
      if (follow && !quietly) view.reveal(node);
      if (m.from !== 'customer') this.unread.push(m.seq);
      if (!quietly) this.tell('message', { seq: m.seq, from: m.from, kind: m.kind });
      this.count();
    }
    if (m.id) {
      this.outbox.done(m.id);
      if (!this.outbox.waiting) this.view.typing(false);
    }
  }

  refused(f) {
    const { outbox, view } = this;
    const again = ['not_recorded', 'too_fast', 'hello_missing'].includes(f.code);
    if (f.code === 'bad_token') {
      this.keep.share({ token: undefined });
      this.token = undefined;
      this.last = 0;
      view.clear();
      view.alert(f.text);
      this.hello();
    } else if (f.id && again) {
      outbox.later(f.id);
      view.mark(f.id, f.text, () => outbox.retry(f.id));
    } else if (f.id && ['empty', 'too_long', 'bad_choice'].includes(f.code)) {
      const entry = outbox.drop(f.id);
      view.remove(f.id);
      view.alert(f.text);
      if (entry && !entry.choice) this.draft([entry.text, view.input.value].filter(Boolean).join('\n'));
    } else if (f.id) {
      outbox.fail(f.id);
      view.mark(f.id, f.text, () => outbox.retry(f.id));
    } else if (again && !this.welcomed) this.link.lost(this.link.socket);
    else view.alert(f.text);
    if (!outbox.flying || f.id) view.typing(false);
  }

  // state shows where a message stands; "sending" only once it takes long enough to be noticed.
  state(entry, state) {
    const { view } = this;
    const retry = () => this.outbox.retry(entry.id);
    clearTimeout(this.slow);
    if (state === 'failed') view.mark(entry.id, TEXT.unsent, retry);
    else if (state === 'retrying') view.mark(entry.id, TEXT.retrying, retry);
    else if (state === 'waiting') view.mark(entry.id, !this.welcomed && (this.before || this.link.attempt > 1) ? TEXT.retrying : TEXT.sending);
    else {
      view.mark(entry.id, TEXT.sending);
      this.slow = setTimeout(() => this.outbox.flying === entry.id && view.typing(true), 300);
    }
  }

  offer(list) {
    this.view.choices(list, (c) => this.say(c.label, c.value));
  }

  submit() {
    const { view } = this;
    const text = view.input.value.trim();
    const length = [...text].length;
    if (!text) return view.input.focus();
    if (length > LIMIT) return view.alert(TEXT.tooLong(length));
    this.draft('');
    this.say(text);
    view.input.focus();
  }

  say(text, choice) {
    const { view } = this;
    const entry = { id: uuid(), text, choice };
    view.alert('');
    view.pending(entry);
    this.offer([]);
    view.toEnd();
    this.outbox.add(entry);
    if (!this.welcomed) this.state(entry, 'waiting');
    this.remember();
    this.link.start();
  }

  typed() {
    const length = [...this.view.input.value.trim()].length;
    this.view.alert(length > LIMIT ? TEXT.tooLong(length) : '');
    this.keep.note({ draft: this.view.input.value });
    this.view.grow();
  }

  draft(text) {
    this.view.input.value = text;
    this.keep.note({ draft: text });
    this.view.grow();
  }

  destroy() {
    this.close();
    this.gone = true;
    this.link.stop();
    this.outbox.stop();
    removeEventListener('offline', this.away);
    document.removeEventListener('visibilitychange', this.away);
    removeEventListener('storage', this.other);
    visualViewport?.removeEventListener('resize', this.fit);
    this.remove();
  }
}
