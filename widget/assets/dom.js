// el makes an element: properties by name, attributes for what has none. Text is only ever text.
const el = (tag, given = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

// Pages that enforce Trusted Types want to know who makes HTML. Ours was sanitised by the server.
let policy = null;
try {
  policy = window.trustedTypes?.createPolicy('guichet', { createHTML: (html) => html });
} catch {} // a policy list without us: innerHTML fails then, and the message shows as text
const setHTML = (node, html) => {
  try {
    node.innerHTML = policy ? policy.createHTML(html) : html;
  } catch {
    node.textContent = new DOMParser().parseFromString(html, 'text/html').body?.textContent ?? '';
  }
  return node;
};

const ICONS = {
  chat: 'M4 5.5h16v11h-9l-4.500 3.500v-3.500H4z',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M12 19V5M6 11l6-6 6 6',
  clip: 'M20 11l-9 9a5 5 0 0 1-7-7l9-9a3 3 0 0 1 5 5l-9 9a2 2 0 0 1-3-3l8-8',
  menu: 'M12 5.500v.01M12 12v.01M12 18.500v.01',
};
const icon = (name) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
};

// uuid also works on plain http, where crypto.randomUUID is missing.
const uuid = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');

const dayOf = (date) => date.toLocaleDateString(region(), { day: 'numeric', month: 'long', year: 'numeric' });
const timeOf = (date) => date.toLocaleTimeString(region(), { hour: '2-digit', minute: '2-digit' });
const webAddress = (url) => (/^https?:\/\//.test(url) ? url : '');
const button = (textContent, onclick, className = '') => el('button', { type: 'button', textContent, onclick, className });
