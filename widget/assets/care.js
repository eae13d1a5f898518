// Care is what a person may do with the conversation besides writing: keep a copy, say how it went, erase it. Each asks
// in a card at the end of the messages, which has the focus while it asks.
class Care extends Panel {
  careMenu() {
    const { view } = this;
    const act = (name, label, does) => button(label, () => {
      this.menu(false);
      does();
    }, name);
    view.menuBox.append(
      act('download', TEXT.download, () => this.download()),
      (view.mail = Object.assign(act('mail', '', () => this.mail()), { hidden: true })), // until the server offers it
      act('end', TEXT.end, () => this.end()),
      act('erase', TEXT.erase, () => this.askErase()),
    );
    view.menu.onclick = () => this.menu(view.menuBox.hidden);
  }

  menu(open) {
    const { menu, menuBox } = this.view;
    if (menuBox.hidden === !open) return false;
    menuBox.hidden = !open;
    menu.setAttribute('aria-expanded', String(open));
    (open ? menuBox.firstChild : menu).focus();
    return true;
  }

  async download() {
    try {
      const answer = await post('/transcript', this.greet());
      if (!answer.ok) throw answer;
      const a = el('a', { href: URL.createObjectURL(await answer.blob()), download: `conversation-${new Date().toISOString().slice(0, 10)}.html` });
      a.click();
      setTimeout(() => URL.revokeObjectURL(a.href), 60000);
    } catch {
      this.view.alert(TEXT.failed);
    }
  }

  // mail asks the server for the form that asks for an address; its answer is the form, or that the conversation left.
  mail(values) {
    this.link.send({ type: 'mail', id: uuid(), values }) || this.view.alert(TEXT.failed);
  }

  mailed(f) {
    const { view } = this;
    const back = () => {
      this.offer(this.offered ?? {});
      view.input.focus();
    };
    if (!f.form) {
      back();
      return view.note(f.text);
    }
    this.ask(f, 'human', (values) => this.mail(values));
    view.asked.node.append(button(TEXT.close, back, 'quiet'));
    view.asked.node.elements.email.focus();
    view.toEnd();
  }

  // end asks how it went, once, and closes.
  end() {
    if (!this.askRating(() => this.close())) this.close();
  }

  askRating(after = () => {}) {
    if (this.rated || !this.last) return false;
    this.rated = true;
    const { view } = this;
    const done = () => {
      view.card();
      view.input.focus();
      after();
    };
    view.card(
      el('h3', { textContent: TEXT.rate }),
      el('div', { className: 'scores' }, ...TEXT.score.map((word, n) => button(word, () => {
        this.link.send({ type: 'rate', id: uuid(), score: n + 1 });
        done();
        view.note(TEXT.thanks);
      }))),
      button(TEXT.later, done, 'quiet'),
    );
    return true;
  }

  askErase() {
    const { view } = this;
    const keep = () => {
      view.card();
      view.input.focus();
    };
    view.card(
      el('h3', { textContent: TEXT.eraseAsk }),
      el('p', { textContent: TEXT.eraseWhat }),
      button(TEXT.eraseDo, () => this.link.send({ type: 'erase', id: uuid() }) || view.alert(TEXT.failed), 'full'),
      button(TEXT.keep, keep, 'quiet'),
    );
  }

  erased(f) {
    this.forget();
    this.view.note(f.text);
  }

  // forget leaves the conversation: this browser keeps nothing of it, and the next message begins another.
  forget() {
    const { view } = this;
    this.sender?.forget();
    this.keep.drop();
    this.token = undefined;
    this.last = 0;
    this.rated = this.agent = this.asked = undefined;
    this.unread = [];
    this.outbox.forget();
    view.forget();
    this.draft('');
    this.count();
    if (this.link.wanted) this.link.again();
  }
}
