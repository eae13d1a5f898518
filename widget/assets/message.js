// How messages look: bubbles for people, full-width cards for answers with their source folded under a rule.

const hidden = (text) => el('span', { className: 'sr', textContent: text + TEXT.colon });

const customerMessage = (text) =>
  el('div', { className: 'm customer' }, hidden(TEXT.you), el('div', { className: 'bubble', dir: 'auto', textContent: text, hidden: !text }), el('div', { className: 'meta' }));

// ownLinks makes links of the server's work from any page, and open beside it.
const ownLinks = (node, origin) => {
  for (const a of node.querySelectorAll('a[href]')) {
    const href = a.getAttribute('href');
    if (href.startsWith('/')) a.href = origin + href;
    a.target = '_blank';
    a.rel = 'noopener';
  }
  for (const table of node.querySelectorAll('table')) {
    const scroll = el('div', { className: 'wide', tabIndex: 0 });
    table.replaceWith(scroll);
    scroll.append(table);
  }
  return node;
};

const link = (text, href) => el('a', { textContent: text, href, target: '_blank', rel: 'noopener' });

const citation = (c, origin) => {
  const line = el('p', {}, el('b', { textContent: c.document }), c.section ? `, ${c.section}` : '');
  const day = new Date(`${c.checked}T12:00`);
  if (day.getFullYear() > 1) line.append(`, ${TEXT.checked}\u00a0${dayOf(day)}.`);
  const links = el('p', { className: 'links' });
  if (c.topic) links.append(link(TEXT.passage, `${origin}/source/${encodeURIComponent(c.topic)}`));
  if (webAddress(c.url)) links.append(link(TEXT.original, c.url));
  return el('div', {}, line, links);
};

const citations = (list, origin) =>
  el(
    'details',
    { className: 'sources' },
    el('summary', {}, list.length > 1 ? `${TEXT.sources} (${list.length})` : TEXT.source + TEXT.colon + list[0].document),
    ...list.map((c) => citation(c, origin)),
  );

const reference = (text) => {
  const copy = button(TEXT.copy, null, 'quiet');
  const code = el('code', { textContent: text });
  copy.onclick = async () => {
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = TEXT.copied;
      setTimeout(() => (copy.textContent = TEXT.copy), 2000);
    } catch {
      getSelection().selectAllChildren(code); // where the clipboard is forbidden, one key is left to press
    }
  };
  copy.setAttribute('aria-label', `${TEXT.copy} ${text}`);
  return el('div', { className: 'reference' }, el('span', { textContent: TEXT.reference }), code, copy);
};

const sizeOf = (bytes) => {
  const unit = bytes < 1e3 ? 0 : bytes < 1e6 ? 1 : 2;
  return `${number(+(bytes / 1e3 ** unit).toFixed(unit > 1 ? 1 : 0))}\u00a0${TEXT.units[unit]}`;
};

// file is a link to a file; a picture that is light and of a kind that browsers show stands above its name.
const file = (f, origin) => {
  const a = link('', origin + f.url);
  if (/^image\/(png|jpeg|webp)$/.test(f.type) && f.size < 2e6) {
    const picture = el('img', { src: a.href, alt: '', loading: 'lazy' });
    picture.onerror = () => picture.remove(); // the page's policy forbids it, or the link has expired: the name is left
    a.append(picture);
  }
  a.append(el('span', { dir: 'auto', textContent: f.name }), ` (${sizeOf(f.size)})`);
  return a;
};

const drawMessage = (m, origin) => withFiles(drawWords(m, origin), m, origin);

const withFiles = (node, m, origin) => {
  node.querySelector('.files')?.remove(); // as they were on their way
  if (!m.attachments?.length) return node;
  const files = el('div', { className: 'files' }, ...m.attachments.map((f) => file(f, origin)));
  const meta = node.querySelector('.meta');
  if (meta) meta.before(files);
  else node.append(files);
  return node;
};

const drawWords = (m, origin) => {
  if (m.from === 'customer') return customerMessage(m.text ?? '');
  const body = ownLinks(setHTML(el('div', { className: m.from === 'agent' ? 'bubble' : 'body', lang: m.lang ?? 'fr', hidden: !m.html }), m.html ?? ''), origin);
  const node = el('div', { className: `m ${m.from}` });
  if (m.from === 'agent') node.append(el('div', { className: 'who', textContent: m.agent || TEXT.agent }), body);
  else node.append(hidden(TEXT.bot), body);
  if (m.reference) {
    // It stands once: with the button, in the place of the line of the text that says nothing else.
    const box = reference(m.reference);
    const line = [...body.children].find((p) => p.textContent.endsWith(m.reference) && p.textContent === p.firstElementChild?.textContent);
    if (line) line.replaceWith(box);
    else node.append(box);
  }
  if (m.citations?.length) node.append(citations(m.citations, origin));
  return node;
};
