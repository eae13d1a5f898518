// Chat is the element: it wires the view, what is kept, the outbox and the link together.
class Chat extends Reading {
  connectedCallback() {
    if (this.view) return; // moved by the page
    const { site, mode } = this.settings;
    this.root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet(); // not an inline style: a strict Content-Security-Policy allows it
    sheet.replaceSync(STYLES + (PALETTES[site] ?? ''));
    this.root.adoptedStyleSheets = [sheet];
    this.page = mode === 'page';
    this.dataset.mode = mode ?? '';
    this.listen();
    this.build();
    this.tell('ready');
  }

  // build makes the chat anew, as at the start: for another person, another language.
  build() {
    const { site, locale, identity } = this.settings;
    TEXT = TEXTS[locale] ?? TEXTS.fr;
    this.lang = region().slice(0, 2);
    const open = this.view && !this.page && this.view.panel.open;
    if (open) this.view.panel.close();
    this.link?.stop();
    this.outbox?.stop();
    this.sender?.stop();
    this.sender = this.loading = undefined;
    this.last = 0; // number of the newest message shown
    this.unread = [];
    this.token = this.agent = this.asked = this.welcomed = this.before = this.rated = undefined;
    this.keep = new Keep(site + (identity ? `:${identity.id}` : ''));
    this.view = new View(this.root, this.page, ORIGIN);
    this.link = new Link({
      hello: () => this.greet(),
      ready: () => this.outbox.ready(true),
      frame: (f) => this.frame(f),
      closed: () => this.closed(),
    });
    this.outbox = new Outbox(this.keep, (f) => this.link.send(f), {
      state: (entry, state) => this.state(entry, state),
      silent: () => this.link.again(),
    });
    this.wire();
    this.wireFiles();
    this.careMenu();
    this.restore();
    if (open) this.open(false);
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

  wire() {
    const { view } = this;
    view.launcher.onclick = () => this.toggle();
    view.shut.onclick = () => this.close();
    view.elsewhere.onclick = () => this.link.send({ type: 'elsewhere', channel: 'telegram' }) || view.alert(TEXT.failed);
    view.person.onclick = () => this.say((this.person ?? {}).label ?? TEXT.person, this.person?.value);
    view.panel.addEventListener('cancel', (e) => {
      e.preventDefault();
      this.close();
    });
    view.panel.addEventListener('keydown', (e) => {
      if (e.key !== 'Escape') return;
      if (!this.menu(false)) {
        if (this.page) return;
        this.close();
      }
      e.preventDefault();
      e.stopPropagation();
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
  }

  listen() {
    this.off = new AbortController();
    const { signal } = this.off;
    for (const name of ['offline', 'online']) addEventListener(name, () => this.status(), { signal });
    document.addEventListener('visibilitychange', () => this.count(), { signal });
    addEventListener('storage', (e) => e.key === this.keep.name && this.shared(), { signal });
    window.visualViewport?.addEventListener('resize', () => this.resize(), { signal });
  }

  // shared reacts to another tab: a conversation begun there is this tab's too, one left there is left, and what was
  // read there is read.
  shared() {
    const { token, seen } = this.keep.shared;
    if (token && token !== this.token && !this.outbox.entries.length) {
      if (this.last) return this.build(); // opened by the link of an e-mail
      if (this.link.wanted) this.link.again();
      else this.link.start();
    } else if (!token && this.last && !this.outbox.entries.length) this.forget();
    this.count(seen);
  }

  greet() {
    const { site, identity } = this.settings;
    return { type: 'hello', v: 1, site, locale: this.lang, token: this.keep.shared.token ?? this.token, after: this.last, identity };
  }

  closed() {
    this.welcomed = false;
    this.outbox.ready(false);
    this.view.typing(false);
    this.status();
  }

  status() {
    const { view } = this;
    if (!navigator.onLine) view.status(TEXT.offline, true);
    else if (this.welcomed) view.status(this.agent ?? TEXT.automatic, false);
    else view.status(this.before ? TEXT.reconnecting : TEXT.connecting, true);
  }

  // state shows where a message stands; its answer is awaited from the moment it leaves.
  state(entry, state) {
    const { view } = this;
    const retry = () => this.outbox.retry(entry.id);
    if (state === 'failed') view.mark(entry.id, TEXT.unsent, retry);
    else if (state === 'retrying') view.mark(entry.id, TEXT.retrying, retry);
    else if (state === 'waiting') view.mark(entry.id, !this.welcomed && (this.before || this.link.attempt > 1) ? TEXT.retrying : TEXT.sending);
    else {
      view.mark(entry.id, TEXT.sending);
      view.typing(!this.agent);
    }
  }

  // offer shows what may be pressed or filled in under the last message.
  offer(m) {
    const { choices = [], form, ticket } = (this.offered = m);
    const { view } = this;
    // A form says for each field that it is not at hand.
    view.choices(form ? choices.filter((c) => c.value !== 'intake:missing') : choices, (c) => {
      this.asksHow = c.value === 'feedback:yes';
      this.say(c.label, c.value);
    });
    this.ask(form && { form }, ticket, (values, text) => {
      this.keep.note({ form: undefined });
      this.say(text, 'intake:form', values);
    });
  }

  // ask shows a form, whose values are checked as those of a category, or none.
  ask(m, category, submit) {
    this.view.ask(m && new Form(m, {
      kept: () => this.keep.own.form ?? {},
      note: (values) => this.keep.note({ form: { ...this.keep.own.form, ...values } }),
      check: (field, value) => this.link.send({ type: 'check', id: uuid(), category, field, value }),
      submit,
    }));
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

  say(text, choice, values) {
    const { view } = this;
    const entry = { id: uuid(), text, choice, values };
    const inside = view.scroll.contains(this.root.activeElement);
    view.alert('');
    view.card();
    view.pending(entry);
    this.offer({});
    if (inside && !COARSE.matches) view.input.focus(); // what was pressed is gone: the focus must not go with it
    else if (inside) view.log.focus();
    view.toEnd();
    this.outbox.add(entry);
    if (!this.welcomed) this.state(entry, 'waiting');
    this.remember();
    this.link.start();
  }

  typed() {
    const length = [...this.view.input.value.trim()].length;
    this.view.alert(length > LIMIT ? TEXT.tooLong(length) : '');
    // Who has an open request may have an agent waiting: told every few seconds, and never what is written.
    if (length && this.asked && !(Date.now() - this.wrote < 4000)) {
      this.wrote = Date.now();
      this.link.send({ type: 'typing' });
    }
    this.keep.note({ draft: this.view.input.value });
    this.view.grow();
  }

  draft(text) {
    this.view.input.value = text;
    if (text || this.keep.own.draft) this.keep.note({ draft: text });
    this.view.grow();
  }

  destroy() {
    if (this.isOpen) this.close();
    this.gone = true;
    this.link.stop();
    this.outbox.stop();
    this.sender?.stop();
    this.off.abort();
    this.remove();
  }
}
