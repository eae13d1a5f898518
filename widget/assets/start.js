// One script tag is enough: <script async src="https://…/widget.js" data-site="…"></script>
// data-mode="page" fills the page's main element instead of floating above it.
const SCRIPT = document.currentScript;
const ORIGIN = new URL(SCRIPT?.src || location.href).origin;
const NARROW = matchMedia('(max-width: 520px)');

const begin = () => {
  if (window.Guichet) return;
  const name = 'guichet-chat';
  if (!customElements.get(name)) customElements.define(name, Chat);
  const { token, ...settings } = SCRIPT?.dataset ?? {};
  const chat = document.createElement(name);
  Object.assign(chat.dataset, settings);
  if (token) { // of a link in an e-mail: this browser is given the conversation
    new Keep(settings.site).share({ token, seen: 0, queue: [] });
    delete SCRIPT.dataset.token;
    history.replaceState(null, '', `/chat/${settings.site}`);
  }
  window.Guichet = {
    open: () => chat.open(),
    close: () => chat.close(),
    toggle: () => chat.toggle(),
    destroy: () => {
      chat.destroy();
      delete window.Guichet;
    },
  };
  ((chat.dataset.mode === 'page' && document.querySelector('main')) || document.body).append(chat);
};
if (document.body) begin();
else document.addEventListener('DOMContentLoaded', begin);
