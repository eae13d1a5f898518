// Keep is what the browser keeps for one site: the conversation's token, the messages not yet acknowledged and the
// number of the last one read (shared by the tabs), the draft and whether the panel is open (this tab's). Nothing is
// written before the person does something. Where storage is forbidden, memory serves until the page is left.
class Keep {
  constructor(name) {
    this.name = `guichet.${name}`;
    this.memory = {};
  }

  get(area) {
    try {
      return JSON.parse(window[area].getItem(this.name)) ?? this.memory[area] ?? {};
    } catch {
      return this.memory[area] ?? {};
    }
  }

  set(area, change) {
    const next = { ...this.get(area), ...change };
    try {
      window[area].setItem(this.name, JSON.stringify(next));
    } catch {
      this.memory[area] = next;
    }
  }

  get shared() {
    return this.get('localStorage');
  }

  share(change) {
    this.set('localStorage', change);
  }

  get own() {
    return this.get('sessionStorage');
  }

  note(change) {
    this.set('sessionStorage', change);
  }

  drop() {
    this.memory = {};
    for (const area of ['localStorage', 'sessionStorage']) {
      try {
        window[area].removeItem(this.name);
      } catch {}
    }
  }

  get queue() {
    return this.shared.queue ?? [];
  }

  // enqueue adds an entry or replaces the one of the same id.
  enqueue(entry) {
    this.share({ queue: [...this.queue.filter((e) => e.id !== entry.id), entry] });
  }

  dequeue(id) {
    if (this.queue.some((e) => e.id === id)) this.share({ queue: this.queue.filter((e) => e.id !== id) });
  }
}
