// Keyboard shortcuts. They can be switched off in the help sheet (WCAG 2.1.4).
(() => {
  'use strict';
  const sheet = document.querySelector('[data-sheet]');
  if (!sheet) return;
  const setting = 'desk:keys';
  const active = () => { try { return localStorage.getItem(setting) !== 'off'; } catch { return true; } };
  const choice = sheet.querySelector('[data-keys]');
  choice.checked = active();
  choice.addEventListener('change', () => { try { localStorage.setItem(setting, choice.checked ? 'on' : 'off'); } catch { /* storage is off */ } });
  document.querySelector('[data-help]').addEventListener('click', () => sheet.showModal());

  const writing = (el) => el.matches('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]');
  function step(by) {
    const rows = [...document.querySelectorAll('[data-row]')].filter((row) => row.offsetParent);
    if (!rows.length) return;
    let at = rows.indexOf(document.activeElement);
    if (at < 0) at = rows.findIndex((row) => row.getAttribute('aria-current'));
    if (at < 0) at = by > 0 ? -1 : rows.length;
    rows[Math.min(Math.max(at + by, 0), rows.length - 1)].focus();
  }
  function write(mode) {
    const tab = document.querySelector(`[data-mode=${mode}]`);
    if (!tab) return;
    tab.checked = true;
    document.querySelector(`form.${mode} textarea`).focus();
  }
  function search() {
    const field = document.querySelector('#q');
    if (field) { field.focus(); field.select(); } else location.href = '/desk/#q';
  }
  function model() {
    write('reply');
    document.querySelector('#macro')?.focus();
  }
  // Only a ticket that is not one's own already: the same key must not give it back.
  const mine = () => document.querySelector('.holder [name=to][value=me]')?.click();
  const recall = () => document.querySelector('[data-recall]')?.click();
  const queue = () => { location.href = document.querySelector('[data-queue]')?.href ?? '/desk/'; };
  const keys = { j: () => step(1), k: () => step(-1), r: () => write('reply'), n: () => write('note'), m: model, a: mine, z: recall, s: search, '?': () => sheet.showModal() };

  let prefix = 0; // when g was pressed
  document.addEventListener('keydown', (event) => {
    const el = event.target;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && el.matches('[data-draft]')) {
      event.preventDefault();
      el.form.requestSubmit();
      return;
    }
    if (event.key === 'Escape' && writing(el)) { el.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || sheet.open || writing(el) || !active()) return;
    const afterG = event.timeStamp - prefix < 1500;
    prefix = event.key === 'g' ? event.timeStamp : 0;
    const act = afterG && event.key === 'q' ? queue : keys[event.key];
    if (!act || event.repeat && event.key !== 'j' && event.key !== 'k') return;
    event.preventDefault();
    act();
  });
  for (const tab of document.querySelectorAll('[data-mode]')) {
    // Not for the arrow keys, which go through the choices: detail counts the clicks of a pointer.
    tab.addEventListener('click', (event) => { if (event.detail) document.querySelector(`form.${tab.value} textarea`).focus(); });
  }
  if (location.hash === '#q') search();
})();
