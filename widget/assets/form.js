// Form is a request's fields, with the server's own checks as one types. The person may as well answer in words.
class Form {
  constructor(m, on) {
    this.on = on; // check(field, value), submit(values, text), note(values)
    this.fields = new Map();
    const kept = on.kept();
    const rows = m.form.map((f) => this.row(f, kept[f.name]));
    this.node = el('form', { className: 'fields', noValidate: true },
      el('fieldset', {}, el('legend', { textContent: m.title ?? TEXT.form }), ...rows, el('button', { className: 'full', textContent: m.title ? TEXT.send : TEXT.submit })));
    this.node.onsubmit = (e) => {
      e.preventDefault();
      this.submit();
    };
  }

  row(f, kept) {
    const id = `f-${f.name}`;
    const input = el(f.long ? 'textarea' : 'input', {
      id, name: f.name, value: kept ?? f.value ?? '', 'aria-describedby': `${id}-hint ${id}-error`, autocomplete: { email: 'email', phone: 'tel', name: 'name' }[f.name] ?? 'off',
      inputMode: { email: 'email', phone: 'tel', siren: 'numeric' }[f.name] ?? 'text', ...(f.long && { rows: 2 }),
    });
    const error = el('p', { id: `${id}-error`, className: 'alert', role: 'alert' });
    const lack = f.skip && !f.value && el('input', { type: 'checkbox', id: `${id}-lack`, checked: kept === null });
    const row = { ...f, input, error, lack };
    this.fields.set(f.name, row);
    input.oninput = () => {
      this.note();
      if (error.textContent) this.show(f.name, '');
      clearTimeout(row.timer);
      row.timer = setTimeout(() => this.check(row), 700);
    };
    input.onblur = () => this.check(row);
    if (lack) {
      lack.onchange = () => {
        input.disabled = lack.checked;
        this.show(f.name, '');
        this.note();
      };
      input.disabled = lack.checked;
    }
    return el('div', { className: 'row' }, el('label', { htmlFor: id, textContent: f.label }), input, error,
      el('div', { className: 'under' }, el('p', { id: `${id}-hint`, className: 'hint', textContent: f.hint ? TEXT.example + TEXT.colon + f.hint : '' }),
        ...(lack ? [el('label', { className: 'lack' }, lack, TEXT.lack)] : [])));
  }

  check(row) {
    clearTimeout(row.timer);
    const value = row.input.value.trim();
    if (!value || value === row.asked) return;
    row.asked = value;
    this.on.check(row.name, value);
  }

  // show says what is wrong with a field; '' when nothing is.
  show(name, text) {
    const row = this.fields.get(name);
    if (!row) return;
    if (!text) row.asked = undefined;
    row.error.textContent = text;
    row.input.setAttribute('aria-invalid', String(Boolean(text)));
  }

  // values are those that are filled in or said to be missing, and null for the latter.
  get values() {
    const values = {};
    for (const { name, input, lack } of this.fields.values()) {
      if (lack?.checked) values[name] = null;
      else if (input.value.trim()) values[name] = input.value.trim();
    }
    return values;
  }

  note() {
    this.on.note(this.values);
  }

  submit() {
    const wrong = [...this.fields.values()].find((r) => r.error.textContent && !r.input.disabled);
    const { values } = this;
    const names = Object.keys(values);
    if (wrong || !names.length) return (wrong ?? [...this.fields.values()][0]).input.focus();
    const text = names.map((n) => this.fields.get(n).label + TEXT.colon + (values[n] ?? TEXT.unknown)).join('\n');
    for (const n of names) values[n] ??= '';
    this.on.submit(values, text);
  }
}
