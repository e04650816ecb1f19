// The part of `in-page.js` that asks the page's origin what it keeps: entry by entry, each as one text that the scan can read.
(() => {
  /** Entries until there is no room for more of them. */
  const ledger = ({ entriesMax, charsMax }) => {
    const entries = [];
    let left = charsMax;
    let cut = false;
    return {
      add(name, text) {
        if (entries.length >= entriesMax || left <= 0) {
          cut = true;
          return false;
        }
        if (text.length > left) cut = true;
        entries.push({ name, text: text.slice(0, left) });
        left -= text.length;
        return true;
      },
      markCut() {
        cut = true;
      },
      result: () => ({ entries, cut }),
    };
  };

  /** Bytes as base64, which the scan reads like anything else. */
  const textOfBytes = (buffer, bytesMax) => {
    const bytes = new Uint8Array(buffer).subarray(0, bytesMax);
    let text = '';
    for (let at = 0; at < bytes.length; at += 30_000)
      text += btoa(String.fromCharCode(...bytes.subarray(at, at + 30_000)));
    return text;
  };

  const collectWebStorage = ({ kind, ...limits }) => {
    const kept = ledger(limits);
    let storage = null;
    try {
      storage = window[kind];
    } catch {
      // An opaque origin, or one that was denied: nothing can be kept there either.
    }
    for (let at = 0; at < (storage?.length ?? 0); at++) {
      const key = storage.key(at);
      if (!kept.add(key, `${key}\n${storage.getItem(key)}`)) break;
    }
    return kept.result();
  };

  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error('blocked'));
    });

  /** A stored value as text, to a bounded depth: whatever is text or bytes in it. */
  const writtenOut = async (value, bytesMax, depth = 0) => {
    if (typeof value === 'string') return value;
    if (value instanceof ArrayBuffer) return textOfBytes(value, bytesMax);
    if (ArrayBuffer.isView(value)) {
      return textOfBytes(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength), bytesMax);
    }
    if (value instanceof Blob) {
      const name = value instanceof File ? `${value.name}\n` : '';
      return name + textOfBytes(await value.slice(0, bytesMax).arrayBuffer(), bytesMax);
    }
    if (typeof value !== 'object' || value === null || depth > 8) return String(value);
    const parts =
      value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.entries(value).flat();
    const texts = [];
    for (const part of parts.slice(0, 10_000)) texts.push(await writtenOut(part, bytesMax, depth + 1));
    return texts.join('\n');
  };

  const collectIndexedDb = async ({ bytesMax, ...limits }) => {
    const kept = ledger(limits);
    const known = await Promise.resolve()
      .then(() => indexedDB.databases())
      .catch(() => []);
    for (const { name } of known) {
      const database = await settled(indexedDB.open(name));
      try {
        for (const storeName of database.objectStoreNames) {
          const store = database.transaction(storeName, 'readonly').objectStore(storeName);
          const asked = limits.entriesMax + 1;
          const [keys, values] = await Promise.all([
            settled(store.getAllKeys(null, asked)),
            settled(store.getAll(null, asked)),
          ]);
          for (const [at, value] of values.entries()) {
            const text = await writtenOut([keys[at], value], bytesMax);
            if (!kept.add(`${name}/${storeName}`, text)) return kept.result();
          }
        }
      } finally {
        database.close();
      }
    }
    return kept.result();
  };

  const collectCacheStorage = async ({ bytesMax, ...limits }) => {
    const kept = ledger(limits);
    const names = await Promise.resolve()
      .then(() => caches.keys())
      .catch(() => []);
    for (const name of names) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request, { ignoreVary: true });
        if (!response) continue;
        const headers = [...response.headers].flat().join('\n');
        const body = await response.blob().catch(() => new Blob());
        if (body.size > bytesMax) kept.markCut();
        const bytes = await body.slice(0, bytesMax).arrayBuffer();
        const text = `${request.url}\n${headers}\n${textOfBytes(bytes, bytesMax)}`;
        if (!kept.add(`${name}\n${request.url}`, text)) return kept.result();
      }
    }
    return kept.result();
  };

  return { collectWebStorage, collectIndexedDb, collectCacheStorage };
})();
