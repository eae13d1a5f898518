// Reading is what the chat does with each frame of the server.
class Reading extends Attach {
  frame(f) {
    const { view } = this;
    if (f.type === 'welcome') this.welcome(f);
    else if (f.type === 'message') this.receive(f);
    else if (f.type === 'error') this.refused(f);
    else if (f.type === 'typing') view.writing(f.agent || TEXT.agent);
    else if (f.type === 'checked') view.asked?.show(f.field, f.text);
    else if (f.type === 'elsewhere') view.leads(f.url);
    else if (f.type === 'mail') this.mailed(f);
    else if (f.type === 'erased') this.erased(f);
  }

  welcome(f) {
    const { view } = this;
    this.welcomed = this.before = true;
    this.token = f.token;
    this.person = f.person;
    this.rated ||= f.rated;
    view.title.textContent = f.site.name;
    view.person.textContent = f.person.label;
    view.mail.hidden = !f.mail;
    view.mail.textContent = f.mail;
    view.elsewhere.hidden = !f.elsewhere?.includes('telegram');
    this.link.settled();
    view.busy(true);
    if (f.after < this.last) {
      view.clear();
      this.last = 0;
    }
    view.greet(f.greeting, f.privacy);
    const began = !this.last;
    for (const m of f.messages) this.receive(m, began);
    if (!this.last && !this.outbox.waiting) this.offer({ choices: f.starters });
    if (began && this.last) view.toEnd(); // a greeting is read from its first line
    setTimeout(() => view.busy(false), 100);
    this.remember();
    this.status();
    this.limit = f.upload;
    view.clip.hidden = !f.upload;
    this.resumeFiles();
    if (!this.outbox.online) this.outbox.ready(true);
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
      this.asked ||= m.reference || m.agent;
      const node = view.add(m);
      this.awaited = m.from === 'customer' && m.id === this.outbox.flying;
      if (m.from !== 'customer' || m.text) this.offer(m.from === 'bot' && !this.outbox.asking ? m : {}); // beside a file what was offered still holds
      if (m.from !== 'customer') {
        this.agent = m.from === 'agent' ? m.agent || TEXT.agent : undefined;
        this.unread.push(m.seq);
        this.status();
      }
      if (follow && !quietly) view.reveal(node);
      if (!quietly) {
        this.tell('message', { seq: m.seq, from: m.from, kind: m.kind });
        if (m.reference) this.tell('ticket', { reference: m.reference, category: m.ticket });
      }
      this.count();
    }
    if (m.id) {
      this.outbox.done(m.id);
      if (!this.outbox.waiting) this.view.typing(false);
    } else if (this.asksHow) {
      this.asksHow = false;
      this.askRating();
    }
  }

  refused(f) {
    const { outbox, view } = this;
    const again = ['not_recorded', 'too_fast', 'busy', 'hello_missing'].includes(f.code);
    if (f.code !== 'too_fast') this.tell('error', { code: f.code });
    if (f.code === 'bad_token') {
      this.keep.share({ token: undefined });
      this.token = undefined;
      this.last = 0;
      view.clear();
      view.alert(f.text);
      this.link.again();
    } else if (f.id && outbox.has(f.id) && again) {
      outbox.later(f.id);
      view.mark(f.id, f.text, () => outbox.retry(f.id));
    } else if (f.id && ['empty', 'too_long', 'bad_choice', 'bad_file'].includes(f.code)) {
      const entry = outbox.drop(f.id);
      if (this.sender?.again(f.id)) return; // a file that is here still
      view.remove(f.id);
      view.alert(f.text);
      if (entry && !entry.choice) this.draft([entry.text, view.input.value].filter(Boolean).join('\n'));
    } else if (f.id && outbox.has(f.id)) {
      outbox.fail(f.id);
      view.mark(f.id, f.text, () => outbox.retry(f.id));
    } else if (again && !this.welcomed) this.link.lost();
    else if (f.code !== 'too_fast') view.alert(f.text);
    if (!outbox.flying || f.id) view.typing(false);
  }
}
