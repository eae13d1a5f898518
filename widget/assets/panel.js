// Panel is how the element opens and closes, and what it counts as read. On a narrow screen it is a modal dialog.
class Panel extends HTMLElement {
  // A page that swaps its body takes the element away: it comes back by itself, as it was.
  disconnectedCallback() {
    if (!this.gone && !this.page) queueMicrotask(() => !this.isConnected && !this.gone && document.body.append(this));
  }

  // change begins anew with other settings. What is written and not sent stays where it was kept.
  async change(settings) {
    Object.assign(this.settings, settings);
    if (settings.locale) await learn(settings.locale);
    if (!this.gone) this.build();
  }

  get isOpen() {
    return this.page || this.view.panel.open;
  }

  open(focus = true) {
    const { view } = this;
    const { style } = document.documentElement;
    if (this.isOpen) return;
    if (NARROW.matches) {
      view.panel.showModal(); // covers the screen: what is behind must be out of reach
      this.overflow = style.overflow;
      style.overflow = 'hidden';
    } else if (focus) view.panel.show();
    else view.panel.open = true; // show() would take the focus from the page
    view.launcher.setAttribute('aria-expanded', 'true');
    view.word.textContent = TEXT.close;
    this.link.start();
    this.status();
    this.resize();
    view.grow();
    view.toEnd();
    if (focus) {
      this.keep.note({ open: true });
      (COARSE.matches ? view.log : view.input).focus();
    }
    this.count();
    this.tell('open');
  }

  close() {
    const { view } = this;
    if (this.page || !view.panel.open) return;
    view.panel.close();
    if (this.overflow !== undefined) document.documentElement.style.overflow = this.overflow;
    this.overflow = undefined;
    view.launcher.setAttribute('aria-expanded', 'false');
    view.word.textContent = TEXT.ask;
    this.count();
    this.keep.note({ open: false });
    view.launcher.focus();
    this.tell('close');
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  // count shows how many messages came since the person last looked.
  count(seen = this.keep.shared.seen ?? 0) {
    if (this.isOpen && document.visibilityState === 'visible') {
      if (this.last > seen && this.keep.shared.token) this.keep.share({ seen: this.last });
      this.unread = [];
    }
    this.unread = this.unread.filter((seq) => seq > seen);
    const n = this.isOpen ? 0 : this.unread.length;
    this.view.badge(n, this.isOpen);
    if (n !== (this.told ?? 0)) this.tell('unread', { count: n });
    this.told = n;
  }

  // resize keeps the panel above a phone's keyboard.
  resize() {
    const { style } = this.view.panel;
    const modal = !this.page && this.view.panel.open && NARROW.matches && visualViewport;
    style.height = modal ? `${visualViewport.height}px` : '';
    style.top = modal ? `${visualViewport.offsetTop}px` : '';
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`guichet:${name}`, { bubbles: true, composed: true, detail }));
  }
}
