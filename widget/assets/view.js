// View is the panel's DOM. It shows what it is told, in order, and knows no protocol.
class View {
  constructor(root, page, origin) {
    this.origin = origin;
    this.pendings = new Map(); // by the message's id, in the order they were written
    this.list = el('div', { className: 'list' });
    this.waits = el('div', { className: 'typing', hidden: true }, el('span', { className: 'sr', textContent: TEXT.typing }), el('i'), el('i'), el('i'));
    this.choiceBox = el('div', { className: 'choices' });
    this.log = el('div', { className: 'log', role: 'log', tabIndex: 0, 'aria-label': TEXT.log, 'aria-live': 'polite' }, this.list, this.waits, this.choiceBox);
    this.title = el('h2', { id: 'name', textContent: TEXT.name });
    this.state = el('p', { className: 'state', role: 'status', textContent: TEXT.automatic });
    this.shut = el('button', { type: 'button', className: 'icon', 'aria-label': TEXT.shut }, icon('close'));
    this.input = el('textarea', { rows: 1, placeholder: TEXT.placeholder, 'aria-label': TEXT.placeholder, enterKeyHint: 'send', 'aria-describedby': 'alert' });
    this.submit = el('button', { className: 'icon send', 'aria-label': TEXT.send }, icon('send'));
    this.alertBox = el('p', { id: 'alert', className: 'alert', role: 'alert' });
    this.form = el('form', { noValidate: true }, this.alertBox, el('div', { className: 'field' }, this.input, this.submit));
    this.person = el('button', { type: 'button', className: 'quiet person', textContent: TEXT.person });
    this.elsewhere = el('button', { type: 'button', className: 'quiet person', textContent: TEXT.telegram, hidden: true });
    this.panel = el(page ? 'section' : 'dialog', { className: 'panel', 'aria-labelledby': 'name' },
      el('div', { className: 'head' }, el('div', {}, this.title, this.state), ...(page ? [] : [this.shut])), this.log, this.form,
      el('div', { className: 'foot' }, this.person, this.elsewhere));
    this.badgeBox = el('span', { className: 'badge', hidden: true, 'aria-hidden': 'true' });
    this.word = el('span', { className: 'word', textContent: TEXT.ask, 'aria-hidden': 'true' });
    this.launcher = el('button', { type: 'button', className: 'launcher', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', 'aria-label': TEXT.open },
      icon('chat'), this.word, this.badgeBox);
    root.append(...(page ? [this.panel] : [this.launcher, this.panel]));
  }

  // add shows a numbered message. One that was pending stays where it is; any other comes before what is pending.
  add(m) {
    const [first] = this.pendings.values();
    const waiting = m.id && this.pendings.get(m.id);
    const node = waiting || drawMessage(m, this.origin);
    if (waiting) {
      this.pendings.delete(m.id);
      node.querySelector('.bubble').textContent = m.text ?? ''; // as kept: masked
      node.classList.remove('pending');
    }
    if (node !== first) this.list.insertBefore(node, first ?? null);
    const at = new Date(m.at);
    if (dayOf(at) !== this.day) {
      this.day = dayOf(at);
      this.list.insertBefore(el('div', { className: 'day', textContent: this.day === dayOf(new Date()) ? TEXT.today : this.day }), node);
    }
    if (m.from === 'customer') {
      if (this.lastMeta) this.lastMeta.textContent = '';
      this.lastMeta = node.querySelector('.meta');
      this.lastMeta.replaceChildren(`${TEXT.sent}, `, el('time', { dateTime: m.at, textContent: timeOf(at) }));
    } else node.title = timeOf(at);
    return node;
  }

  pending(entry) {
    const node = customerMessage(entry.text);
    node.classList.add('pending');
    this.pendings.set(entry.id, node);
    this.list.append(node);
    return node;
  }

  // leads shows the link by which the conversation goes on elsewhere, once, where the button was.
  leads(url) {
    const a = el('a', { className: 'person elsewhere', textContent: TEXT.telegramOpen, href: url, target: '_blank', rel: 'noopener' });
    const back = () => a.replaceWith(this.elsewhere);
    a.onclick = () => setTimeout(back);
    this.elsewhere.replaceWith(a);
    setTimeout(back, 6e5); // the link is good for ten minutes
    a.focus();
  }

  // mark says under a pending message where it stands, with a way to send it again.
  mark(id, text, retry) {
    const meta = this.pendings.get(id)?.querySelector('.meta');
    if (!meta || (meta.textContent === text && !retry)) return;
    const { nearEnd } = this;
    meta.classList.toggle('bad', Boolean(retry));
    meta.replaceChildren(text);
    if (retry) meta.append(' ', el('button', { type: 'button', className: 'quiet', textContent: TEXT.retry, onclick: retry }));
    if (nearEnd) this.toEnd();
  }

  remove(id) {
    this.pendings.get(id)?.remove();
    this.pendings.delete(id);
  }

  greet(html) {
    if (this.greeting) return;
    this.greeting = ownLinks(setHTML(el('div', { className: 'm bot greeting' }), html), this.origin);
    this.greeting.append(el('p', { className: 'small', textContent: TEXT.privacy }));
    this.list.prepend(this.greeting);
  }

  // clear forgets the numbered messages; what was not sent stays.
  clear() {
    for (const node of [...this.list.children]) if (node !== this.greeting && !node.classList.contains('pending')) node.remove();
    this.day = this.lastMeta = undefined;
  }

  choices(list, press) {
    this.choiceBox.replaceChildren(...list.map((c) => el('button', { type: 'button', textContent: c.label, onclick: () => press(c) })));
  }

  typing(is) {
    this.waits.hidden = !is;
    if (is) this.toEnd();
  }

  busy(is) {
    this.log.setAttribute('aria-busy', String(is));
  }

  status(text) {
    if (this.state.textContent !== (text || TEXT.automatic)) this.state.textContent = text || TEXT.automatic;
    this.state.classList.toggle('waiting', Boolean(text));
  }

  alert(text) {
    this.alertBox.textContent = text;
    this.input.setAttribute('aria-invalid', String(Boolean(text)));
  }

  badge(n) {
    this.badgeBox.hidden = !n;
    this.badgeBox.textContent = n > 99 ? '99+' : n;
    this.launcher.setAttribute('aria-label', TEXT.open + (n ? TEXT.unread(n) : ''));
  }

  get nearEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 160;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  // reveal shows the beginning of a message, and all of it where there is room.
  reveal(node) {
    this.log.scrollTop = node.offsetTop - 12;
  }

  grow() {
    this.input.style.height = 'auto';
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 140)}px`;
  }
}
