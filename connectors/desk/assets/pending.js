// How many seconds are left to call a reply back. The server says how long it waits; no clock of this machine is asked.
(() => {
  'use strict';
  const ends = new WeakMap();
  setInterval(() => {
    for (const left of document.querySelectorAll('[data-left]')) {
      if (!ends.has(left)) ends.set(left, performance.now() + Number(left.dataset.left));
      const seconds = String(Math.max(0, Math.ceil((ends.get(left) - performance.now()) / 1000)));
      if (left.textContent !== seconds) left.textContent = seconds;
    }
  }, 200);
})();
