// Link keeps a way to the server open. It comes back at once when the network, the tab or the page does, and else after
// a growing, jittered wait, for ever. It knows nothing of conversations: on.hello gives the first frame, on.frame reads.
class Link {
  constructor(on) {
    this.on = on;
    this.attempt = 0;
    this.wanted = false;
    this.wakes = [[window, 'online'], [window, 'pageshow'], [document, 'visibilitychange']];
    this.wake = () => document.visibilityState === 'visible' && this.check();
    this.leave = () => this.drop(); // an open socket would keep the page out of the back/forward cache
  }

  start() {
    if (this.wanted) return;
    this.wanted = true;
    for (const [on, name] of this.wakes) on.addEventListener(name, this.wake);
    addEventListener('pagehide', this.leave);
    this.beat = setInterval(this.wake, 30000);
    this.connect();
  }

  stop() {
    this.wanted = false;
    for (const [on, name] of this.wakes) on.removeEventListener(name, this.wake);
    removeEventListener('pagehide', this.leave);
    clearInterval(this.beat);
    clearTimeout(this.timer);
    this.drop();
  }

  // check connects now, or makes sure that what looks open still answers: a laptop that slept does not know.
  check() {
    if (!this.wanted) return;
    if (!this.carrier) {
      this.attempt = 0;
      this.connect();
    } else if (this.http && Date.now() - this.heard > 60000) this.again(); // what is sent may arrive, and no answer
    else if (this.opened && !this.doubt) {
      this.carrier.send({ type: 'ping' });
      this.doubt = setTimeout(() => this.again(), 8000);
    }
  }

  again() {
    this.drop();
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    if (!this.wanted || this.carrier) return;
    const on = {
      open: () => this.carrier === mine && this.trust(),
      ready: () => this.carrier === mine && this.on.ready(),
      frame: (f) => {
        if (this.carrier !== mine) return;
        this.trust();
        this.on.frame(f);
      },
      closed: () => this.carrier === mine && this.lost(),
    };
    let mine;
    this.opened = false;
    try {
      mine = this.carrier = (this.http ? httpCarrier : socketCarrier)(this.on.hello, on);
    } catch {
      return this.lost();
    }
    this.doubt = setTimeout(() => this.lost(), 12000);
  }

  trust() {
    this.opened = true;
    this.heard = Date.now();
    clearTimeout(this.doubt);
    this.doubt = 0;
  }

  // lost tries again later, the other way when this one never opened: sockets may be blocked, or the answer held back.
  lost() {
    if (!this.opened && navigator.onLine) this.http = !this.http;
    this.drop();
    const wait = Math.min(30000, 500 * 2 ** Math.min(this.attempt++, 6)) * (0.5 + Math.random());
    this.timer = setTimeout(() => this.connect(), wait);
  }

  drop() {
    const { carrier } = this;
    clearTimeout(this.doubt);
    this.doubt = 0;
    if (!carrier) return;
    this.carrier = null;
    carrier.close();
    this.on.closed();
  }

  settled() {
    this.attempt = 0;
  }

  send(frame) {
    return Boolean(this.opened && this.carrier?.send(frame));
  }
}
