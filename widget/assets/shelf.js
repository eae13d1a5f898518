// shelf is the browser's database of files on their way. Where there is none, a reload asks for the file again.
const shelf = (act) =>
  new Promise((resolve) => {
    const give = () => resolve();
    try {
      const open = indexedDB.open('guichet', 1);
      open.onupgradeneeded = () => open.result.createObjectStore('files');
      open.onerror = give;
      open.onsuccess = () => {
        const work = open.result.transaction('files', 'readwrite');
        let asked;
        work.oncomplete = work.onabort = () => {
          open.result.close();
          resolve(asked?.result);
        };
        try {
          asked = act(work.objectStore('files'));
        } catch {
          work.abort();
        }
      };
    } catch {
      give();
    }
  });

// tidy deletes what another visit has left.
const tidy = () =>
  shelf((files) => {
    const all = files.openCursor();
    all.onsuccess = () => {
      const at = all.result;
      if (!at) return;
      if (Date.now() - at.value.at > 864e5) at.delete();
      at.continue();
    };
    return all;
  });
