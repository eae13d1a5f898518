// One script tag is enough: <script async src="https://…/widget.js" data-site="…"></script>
// data-mode="page" fills the page's main element instead of floating above it. window.guichetSettings, set before, says
// the same and more. Guichet is a function that takes calls by name, so that a page can queue them before the script.
const SCRIPT = document.currentScript;
const ORIGIN = new URL(SCRIPT?.src || location.href).origin;
const NARROW = matchMedia('(max-width: 520px)');
const COARSE = matchMedia('(pointer: coarse)');

let chat;
const tag = 'guichet-chat';
const api = {
  version: 1,
  // init puts the chat into the page; while there is one it changes nothing.
  init(settings) {
    if (chat) return;
    if (!customElements.get(tag)) customElements.define(tag, Chat);
    chat = document.createElement(tag);
    const { token, ...given } = SCRIPT?.dataset ?? {};
    chat.settings = { ...given, ...window.guichetSettings, ...settings };
    if (token) { // of the link of an e-mail: this browser is given the conversation
      new Keep(given.site).share({ token, seen: 0, queue: [] });
      delete SCRIPT.dataset.token;
      history.replaceState(null, '', `/chat/${given.site}${location.search}`);
    }
    ((chat.settings.mode === 'page' && document.querySelector('main')) || document.body).append(chat);
    if (chat.settings.locale === 'en' && !TEXTS.en) chat.change({ locale: 'en' });
  },
  destroy() {
    chat?.destroy();
    chat = undefined;
  },
  open: () => chat?.open(),
  close: () => chat?.close(),
  toggle: () => chat?.toggle(),
  show: () => chat && (chat.hidden = false),
  hide: () => chat && (chat.close(), (chat.hidden = true)),
  isOpen: () => Boolean(chat?.isOpen),
  // ask opens the chat and sends a message.
  ask: (text) => chat && (chat.open(), String(text).trim() && chat.say(String(text).trim().slice(0, LIMIT))),
  // identify says who is logged in, signed by the site's server; null when nobody is any more.
  identify: (identity) => chat?.change({ identity: identity ?? undefined }),
  setLocale: (locale) => chat?.change({ locale }),
  // reset leaves the conversation: what follows is another person's.
  reset: () => chat?.forget(),
  // on calls back at ready, open, close, message, unread, ticket and error; what it returns ends that.
  on(name, then) {
    const hear = (e) => then(e.detail ?? {});
    document.addEventListener(`guichet:${name}`, hear);
    return () => document.removeEventListener(`guichet:${name}`, hear);
  },
};

const begin = async () => {
  await learn({ ...SCRIPT?.dataset, ...window.guichetSettings }.locale); // meanwhile the page's calls wait in its queue
  if (window.Guichet?.version) return window.Guichet.init();
  const queue = window.Guichet?.q ?? [];
  const call = (name, ...given) => (name === 'version' ? undefined : api[name]?.(...given));
  window.Guichet = Object.assign(call, api);
  for (const [name, ...given] of queue) if (name === 'on') call(name, ...given);
  api.init();
  for (const [name, ...given] of queue) if (name !== 'on') call(name, ...given);
};
if (document.body) begin();
else document.addEventListener('DOMContentLoaded', begin);
