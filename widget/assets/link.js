// Link keeps a websocket open. It comes back at once when the network, the tab or the page does, and else after a
// growing, jittered wait, for ever. It knows nothing of conversations: on.open says hello, on.frame reads.
class Link {
  constructor(url, on) {
    this.url = url;
    this.on = on;
    this.attempt = 0;
    this.wanted = false;
    this.wakes = ['online', 'pageshow', 'visibilitychange'];
    this.wake = () => {
      if (document.visibilityState === 'visible') this.check();
    };
    this.leave = () => this.drop(); // an open socket would keep the page out of the back/forward cache
  }

  start() {
    if (this.wanted) return;
    this.wanted = true;
    for (const name of this.wakes) (name === 'visibilitychange' ? document : window).addEventListener(name, this.wake);
    window.addEventListener('pagehide', this.leave);
    this.beat = setInterval(() => document.visibilityState === 'visible' && this.check(), 30000);
    this.connect();
  }

  stop() {
    this.wanted = false;
    for (const name of this.wakes) (name === 'visibilitychange' ? document : window).removeEventListener(name, this.wake);
    window.removeEventListener('pagehide', this.leave);
    clearInterval(this.beat);
    clearTimeout(this.timer);
    this.drop();
  }

  // check connects now, or makes sure that what looks open still answers: a laptop that slept does not know.
  check() {
    if (!this.wanted) return;
    if (!this.socket) {
      this.attempt = 0;
      this.connect();
    } else if (this.socket.readyState === WebSocket.OPEN && !this.doubt) {
      this.send({ type: 'ping' });
      this.doubt = setTimeout(() => this.again(), 8000);
    }
  }

  again() {
    this.drop();
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    if (!this.wanted || this.socket) return;
    let socket;
    try {
      socket = new WebSocket(this.url);
    } catch {
      return this.later();
    }
    this.socket = socket;
    this.doubt = setTimeout(() => this.lost(socket), 15000);
    socket.onopen = () => {
      this.trust();
      this.on.open();
    };
    socket.onmessage = (e) => {
      if (this.socket !== socket) return;
      this.trust();
      let frame;
      try {
        frame = JSON.parse(e.data);
      } catch {
        return;
      }
      this.on.frame(frame);
    };
    socket.onclose = () => this.lost(socket);
  }

  trust() {
    clearTimeout(this.doubt);
    this.doubt = 0;
  }

  lost(socket) {
    if (this.socket !== socket) return;
    this.drop();
    this.later();
  }

  drop() {
    const socket = this.socket;
    this.trust();
    if (!socket) return;
    this.socket = null;
    socket.onclose = null;
    socket.close();
    this.on.closed();
  }

  later() {
    const wait = Math.min(30000, 500 * 2 ** Math.min(this.attempt++, 6)) * (0.5 + Math.random());
    this.timer = setTimeout(() => this.connect(), wait);
  }

  settled() {
    this.attempt = 0;
  }

  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }
}
