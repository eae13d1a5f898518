// Attach takes files where a person gives them: the button, a drop on the panel, a pasted picture. What sends them is a
// part of its own that comes when it is first needed, since most people send none.
let failures = 0; // a browser may remember that a module did not come: it is asked for under another address

class Attach extends Care {
  wireFiles() {
    const { clip, files, input, panel } = this.view;
    this.chosen = [];
    clip.onclick = () => files.click();
    files.onchange = () => {
      this.attach(files.files);
      files.value = '';
    };
    files.oncancel = (e) => e.stopPropagation(); // the panel takes it for its own, and would close
    panel.ondragover = panel.ondragleave = (e) => {
      const is = e.type === 'dragover' && e.dataTransfer.types.includes('Files');
      panel.classList.toggle('over', is);
      if (is) e.preventDefault();
    };
    panel.ondrop = input.onpaste = (e) => {
      const data = e.dataTransfer ?? e.clipboardData;
      panel.classList.remove('over');
      if (!data.files.length || data.getData('text')) return; // a copied table is a picture too
      e.preventDefault();
      this.attach(data.files);
    };
  }

  attach(files) {
    this.chosen.push(...files);
    this.link.start();
    this.resumeFiles();
  }

  // resumeFiles sends what was chosen, and goes on with what was on its way before a reload or a cut.
  resumeFiles() {
    if (!this.limit || !(this.sender || this.chosen.length || this.keep.own.files?.length)) return;
    this.loading ??= import(`${ORIGIN}/assets/files.js?${failures}`).then(({ Sender }) => {
      this.sender = new Sender(this, ORIGIN, TEXT, el, button, uuid, sizeOf, customerMessage);
    });
    this.loading.then(
      () => this.sender.take(this.chosen.splice(0)),
      () => {
        failures++;
        this.loading = undefined;
        this.view.alert(TEXT.failed);
      },
    );
  }
}
