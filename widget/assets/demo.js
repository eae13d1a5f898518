// The demo page's own buttons open the chat through the public API, as any page could.
for (const button of document.querySelectorAll('[data-open-chat]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.Guichet?.open());
}
