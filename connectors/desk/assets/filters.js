// The choices that narrow a list. Chosen with a pointer, one applies at once. By the keyboard each arrow key is a choice on the way to another:
// it applies with Enter, with the button, or when the choices are left; going from one to the next is not leaving them (WCAG 3.2.2).
(() => {
  'use strict';
  for (const group of document.querySelectorAll('[data-applies]')) {
    let pointer = false;
    let chosen = false;
    const apply = () => { if (chosen) group.closest('form').requestSubmit(); };
    group.addEventListener('pointerdown', () => { pointer = true; });
    group.addEventListener('keydown', (event) => {
      pointer = false;
      if (event.key === 'Enter' && event.target.matches('select')) setTimeout(apply); // an open list has taken its choice by then
    });
    group.addEventListener('change', () => {
      chosen = true;
      if (pointer) apply();
    });
    // The focus stays where it is when the window loses it.
    group.addEventListener('focusout', () => setTimeout(() => { if (!group.contains(document.activeElement)) apply(); }));
  }
})();
