// A carrier takes frames to the server and back: a websocket, or where these are blocked plain HTTP, with the same
// frames. on has open(), frame(f) and closed(); after close() it calls nothing.

const socketCarrier = (hello, on) => {
  const socket = new WebSocket(`${ORIGIN.replace(/^http/, 'ws')}/ws`);
  const send = (frame) => socket.readyState === WebSocket.OPEN && !socket.send(JSON.stringify(frame));
  socket.onopen = () => {
    on.open();
    if (send(hello())) on.ready(); // frames are handled in order: what waits need not wait for the welcome
  };
  socket.onmessage = (e) => read(e.data, on);
  socket.onclose = () => on.closed();
  return {
    send,
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
};

const read = (data, on) => {
  let frame;
  try {
    frame = JSON.parse(data);
  } catch {
    return;
  }
  on.frame(frame);
};

// post sends plain text, so that the browser need not ask the server first whether it may.
const post = (path, body, signal) => fetch(ORIGIN + path, { method: 'POST', body: JSON.stringify(body), signal, credentials: 'omit', cache: 'no-store' });

const httpCarrier = (hello, on) => {
  const end = new AbortController();
  let over = false;
  const lost = () => over || ((over = true), on.closed());
  const follow = async () => {
    const { ok, body } = await post('/stream', hello(), end.signal);
    if (!ok) return lost();
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done || over) return lost();
      on.open(); // also a comment is a sign of life
      const events = (rest + value).split('\n\n');
      rest = events.pop();
      for (const event of events) if (event.startsWith('data:') && !over) read(event.slice(5), on);
    }
  };
  follow().catch(lost);
  return {
    send(frame) {
      post('/send', { ...hello(), type: undefined, frame }, end.signal)
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)))
        .then(({ frames }) => frames.forEach((f) => over || on.frame(f)))
        .catch(lost);
      return true;
    },
    close() {
      over = true;
      end.abort();
    },
  };
};
