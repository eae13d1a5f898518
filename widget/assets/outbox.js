// Outbox sends messages one after another, each until the server has acknowledged it. A message is in the browser's
// storage before it is sent, and leaves it when it comes back with its number. Its id makes a second sending harmless.
class Outbox {
  constructor(keep, send, on) {
    this.keep = keep;
    this.send = send;
    this.on = on; // state(entry, state), where state is 'sending', 'waiting', 'retrying' or 'failed'
    this.entries = keep.queue;
    this.tries = 0;
  }

  add(entry) {
    this.entries.push(entry);
    this.keep.enqueue(entry);
    this.pump();
  }

  has(id) {
    return this.entries.some((e) => e.id === id);
  }

  get waiting() {
    return this.entries.some((e) => !e.failed);
  }

  // asking is whether words wait: what is offered now would answer something else by then. Files change nothing of it.
  get asking() {
    return this.entries.some((e) => !e.failed && e.text);
  }

  ready(is) {
    this.online = is;
    this.flying = null;
    clearTimeout(this.timer);
    for (const e of this.entries) if (!e.failed) this.on.state(e, 'waiting');
    this.pump();
  }

  pump() {
    if (!this.online || this.flying) return;
    const entry = this.entries.find((e) => !e.failed);
    if (!entry) return;
    const { id, text, choice, values, file, together } = entry;
    if (!this.send(choice ? { type: 'message', id, choice, label: text, values } : { type: 'message', id, text, file, together })) return;
    this.flying = id;
    this.on.state(entry, 'sending');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.on.silent(), 10000);
  }

  // done takes an acknowledged message out; it may have been sent by another tab.
  done(id) {
    this.keep.dequeue(id);
    const at = this.entries.findIndex((e) => e.id === id);
    if (at < 0) return;
    this.entries.splice(at, 1);
    this.tries = 0;
    this.next(id);
  }

  // later tries the same message again after a growing wait.
  later(id) {
    const entry = this.entries.find((e) => e.id === id);
    if (!entry) return;
    this.on.state(entry, 'retrying');
    clearTimeout(this.timer);
    const wait = Math.min(60000, 1000 * 2 ** Math.min(this.tries++, 6)) * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => this.next(id), wait);
  }

  // fail waits for the person; the next messages go on.
  fail(id) {
    const entry = this.entries.find((e) => e.id === id);
    if (!entry) return;
    entry.failed = true;
    this.keep.enqueue(entry);
    this.on.state(entry, 'failed');
    this.next(id);
  }

  // drop gives a message back to the caller.
  drop(id) {
    const entry = this.entries.find((e) => e.id === id);
    this.done(id);
    return entry;
  }

  retry(id) {
    const entry = this.entries.find((e) => e.id === id);
    if (!entry) return;
    delete entry.failed;
    this.keep.enqueue(entry);
    this.tries = 0;
    if (!this.flying || this.flying === id) this.next(this.flying);
  }

  next(id) {
    if (id && this.flying !== id) return;
    this.flying = null;
    clearTimeout(this.timer);
    this.pump();
  }

  forget() {
    this.entries = [];
    this.next(this.flying);
  }

  stop() {
    this.online = false;
    clearTimeout(this.timer);
  }
}
