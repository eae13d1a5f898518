// View is the panel's DOM. It shows what it is told, in order, and knows no protocol.
class View {
  constructor(root, page, origin) {
    this.origin = origin;
    this.pendings = new Map(); // by the message's id, in the order they were written
    this.list = el('div', { className: 'list' });
    this.waits = el('div', { className: 'typing', hidden: true }, el('span', { className: 'sr', textContent: TEXT.typing }), el('i'), el('i'), el('i'));
    this.writes = el('p', { className: 'writes', hidden: true });
    this.formBox = el('div');
    this.choiceBox = el('div', { className: 'choices' });
    this.cardBox = el('div', { className: 'card', role: 'group', tabIndex: -1, hidden: true });
    this.log = el('div', { className: 'log', role: 'log', tabIndex: 0, 'aria-label': TEXT.log, 'aria-live': 'polite' }, this.list, this.waits, this.writes);
    this.scroll = el('div', { className: 'scroll', dir: 'ltr' }, this.log, this.formBox, this.choiceBox, this.cardBox);
    this.title = el('h2', { id: 'name', textContent: TEXT.name });
    this.state = el('p', { className: 'state', role: 'status', textContent: TEXT.automatic });
    this.shut = el('button', { type: 'button', className: 'icon', 'aria-label': TEXT.shut }, icon('close'));
    this.menu = el('button', { type: 'button', className: 'icon menu', 'aria-label': TEXT.menu, 'aria-expanded': 'false', 'aria-controls': 'menu' }, icon('menu'));
    this.menuBox = el('div', { id: 'menu', className: 'drop', hidden: true });
    this.input = el('textarea', { rows: 1, placeholder: TEXT.placeholder, 'aria-label': TEXT.placeholder, enterKeyHint: 'send', 'aria-describedby': 'alert', dir: 'auto' });
    this.clip = el('button', { type: 'button', className: 'icon clip', 'aria-label': TEXT.attach }, icon('clip'));
    this.files = el('input', { type: 'file', multiple: true, hidden: true, accept: 'image/png,image/jpeg,image/webp,image/heic,image/heif,application/pdf' });
    this.submit = el('button', { className: 'icon send', 'aria-label': TEXT.send }, icon('send'));
    this.alertBox = el('p', { id: 'alert', className: 'alert', role: 'alert' });
    this.form = el('form', { noValidate: true, className: 'write', dir: 'ltr' }, this.alertBox, el('div', { className: 'field' }, this.clip, this.files, this.input, this.submit));
    this.person = button(TEXT.person, null, 'quiet person');
    this.elsewhere = button(TEXT.elsewhere, null, 'quiet elsewhere');
    this.elsewhere.hidden = true;
    this.panel = el(page ? 'section' : 'dialog', { className: 'panel', 'aria-labelledby': 'name' },
      el('div', { className: 'head', dir: 'ltr' }, el('div', {}, this.title, this.state), this.menu, ...(page ? [] : [this.shut]), this.menuBox), this.scroll, this.form,
      el('div', { className: 'foot', dir: 'ltr' }, this.person, this.elsewhere));
    this.badgeBox = el('span', { className: 'badge', hidden: true, 'aria-hidden': 'true' });
    this.word = el('span', { className: 'word', textContent: TEXT.ask });
    this.more = el('span', { className: 'sr' });
    this.launcher = el('button', { type: 'button', className: 'launcher', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' },
      icon('chat'), this.word, this.badgeBox, this.more);
    this.badge(0);
    root.replaceChildren(...(page ? [this.panel] : [this.launcher, this.panel]));
  }

  // add shows a numbered message. One that was pending stays where it is; any other comes before what is pending.
  add(m) {
    const [first] = this.pendings.values();
    const waiting = m.id && this.pendings.get(m.id);
    const node = waiting || drawMessage(m, this.origin);
    if (waiting) {
      this.pendings.delete(m.id);
      const bubble = node.querySelector('.bubble');
      bubble.textContent = m.text ?? ''; // as kept: masked
      bubble.hidden = !m.text;
      node.classList.remove('pending');
      withFiles(node, m, this.origin);
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
      this.lastMeta.classList.remove('bad');
      this.lastMeta.replaceChildren(`${TEXT.sent} `, el('time', { dateTime: m.at, textContent: timeOf(at) }));
    } else node.title = timeOf(at);
    if (m.from === 'agent') this.writing();
    return node;
  }

  pending(entry) {
    const node = customerMessage(entry.text || entry.name || '');
    node.classList.add('pending');
    this.pendings.set(entry.id, node);
    this.list.append(node);
    return node;
  }

  // leads shows the link by which the conversation goes on elsewhere, once, where the button was.
  leads(url) {
    const a = link(TEXT.elsewhereOpen, url);
    const back = () => a.replaceWith(this.elsewhere);
    a.className = 'elsewhere';
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
    if (retry) meta.append(' ', button(TEXT.retry, retry, 'quiet'));
    if (nearEnd) this.toEnd();
  }

  remove(id) {
    this.pendings.get(id)?.remove();
    this.pendings.delete(id);
  }

  greet(html, privacy) {
    if (this.greeted === html) return;
    this.greeted = html;
    this.greeting?.remove(); // it says whether agents are there
    this.greeting = ownLinks(setHTML(el('div', { className: 'm bot greeting' }), html), this.origin);
    this.greeting.append(el('p', { className: 'small', textContent: privacy }));
    this.list.prepend(this.greeting);
  }

  // note says something that is no message and does not last.
  note(text) {
    this.list.append(el('p', { className: 'day', textContent: text }));
    this.toEnd();
  }

  // clear forgets the numbered messages; what was not sent stays.
  clear() {
    for (const node of [...this.list.children]) if (node !== this.greeting && !node.classList.contains('pending')) node.remove();
    this.day = this.lastMeta = undefined;
  }

  forget() {
    this.pendings.clear();
    this.list.replaceChildren(...(this.greeting ? [this.greeting] : []));
    this.day = this.lastMeta = undefined;
    this.card();
    this.ask();
    this.choices([]);
  }

  choices(list, press) {
    this.choiceBox.replaceChildren(...list.map((c) => Object.assign(button(c.label, () => press(c)), { lang: c.lang ?? 'fr' })));
  }

  // ask shows a form, or none.
  ask(form) {
    this.asked = form;
    this.formBox.replaceChildren(...(form ? [form.node] : []));
  }

  // card asks something at the end of the messages; without children it is gone.
  card(...children) {
    this.cardBox.hidden = !children.length;
    this.cardBox.replaceChildren(...children);
    if (!children.length) return;
    this.cardBox.setAttribute('aria-label', children[0].textContent);
    this.cardBox.focus();
    this.toEnd();
  }

  typing(is) {
    this.waits.hidden = !is;
    if (is) this.toEnd();
  }

  // writing shows for some seconds that an agent is writing.
  writing(name) {
    clearTimeout(this.stops);
    const { nearEnd } = this;
    this.writes.hidden = !name;
    if (!name) return;
    const text = TEXT.writes(name);
    if (this.writes.textContent !== text) this.writes.textContent = text;
    this.stops = setTimeout(() => this.writing(), 7000);
    if (nearEnd) this.toEnd();
  }

  busy(is) {
    this.log.setAttribute('aria-busy', String(is));
  }

  status(text, waiting) {
    if (this.state.textContent !== text) this.state.textContent = text;
    this.state.classList.toggle('waiting', waiting);
  }

  alert(text) {
    this.alertBox.textContent = text;
    this.input.setAttribute('aria-invalid', String(Boolean(text)));
  }

  badge(n, open) {
    this.badgeBox.hidden = !n;
    this.badgeBox.textContent = n > 99 ? '99+' : n;
    this.more.textContent = open ? TEXT.chat : TEXT.open + (n ? TEXT.unread(n) : '');
  }

  get nearEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 160;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  // reveal shows the beginning of a message, and all of it where there is room.
  reveal(node) {
    this.scroll.scrollTop = node.offsetTop - 12;
  }

  grow() {
    this.input.style.height = 'auto';
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 140)}px`;
  }
}
