// What runs inside the page: plain JavaScript that is read as text, because a compiler's helpers would not exist over there.
// Nothing here leaves a trace in the page, and everything has a limit that it reports when it is reached.
(() => {
  const elementsMax = 100_000;

  /** The document and every open shadow root in it. */
  const rootsOf = () => {
    const roots = [document];
    let count = 0;
    for (const root of roots) {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) roots.push(element.shadowRoot);
        if (element.localName === 'template') roots.push(element.content);
        if (++count > elementsMax) return { roots, cut: true };
      }
    }
    return { roots, cut: false };
  };

  const elementsOf = ({ roots }) => roots.flatMap((root) => [...root.querySelectorAll('*')]).slice(0, elementsMax);
  const textOf = (root) => (root === document ? document.documentElement : root)?.textContent ?? '';
  const isField = (element) => ['input', 'textarea', 'select'].includes(element.localName);

  const described = (element, extra) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { tag: element.localName, box: width > 0 && height > 0 ? { x, y, width, height } : null, ...extra };
  };

  /** Pieces until there is no room, and whether some had none. */
  const bounded = (charsMax) => {
    const pieces = [];
    let left = charsMax;
    return {
      add(piece) {
        if (piece.length > 0 && left > 0) pieces.push(piece.slice(0, left));
        left -= piece.length + 1;
      },
      result: () => ({ text: pieces.join('\n'), cut: left < 0 }),
    };
  };

  const collectText = ({ charsMax }) => {
    const found = rootsOf();
    const kept = bounded(charsMax);
    kept.add(document.title);
    for (const root of found.roots) {
      kept.add(textOf(root));
      const comments = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
      while (comments.nextNode()) kept.add(comments.currentNode.data);
    }
    for (const element of elementsOf(found)) if (isField(element)) kept.add(String(element.value ?? ''));
    const { text, cut } = kept.result();
    return { text, cut: cut || found.cut };
  };

  const collectAttributes = ({ charsMax }) => {
    const found = rootsOf();
    const kept = bounded(charsMax);
    for (const element of elementsOf(found)) for (const { value } of element.attributes) kept.add(value);
    const { text, cut } = kept.result();
    return { text, cut: cut || found.cut };
  };

  /** The innermost element around the text: a token may be spread over several. */
  const locateText = ({ needle }) => {
    const found = rootsOf();
    for (const element of elementsOf(found)) {
      if (isField(element) && String(element.value ?? '').includes(needle)) return described(element);
    }
    for (const root of found.roots) {
      if (!textOf(root).includes(needle)) continue;
      let inner = root === document ? document.documentElement : root;
      for (let next = inner; next; next = [...inner.children].find((child) => child.textContent.includes(needle)))
        inner = next;
      return described(inner instanceof Element ? inner : (root.host ?? document.documentElement));
    }
    return null;
  };

  const locateAttribute = ({ needle }) => {
    for (const element of elementsOf(rootsOf())) {
      for (const { name, value } of element.attributes)
        if (value.includes(needle)) return described(element, { attribute: name });
    }
    return null;
  };

  /** What shows each point: the smallest element around it, one that shows pictures before any other. */
  const locatePoints = ({ points }) => {
    const shows = ['img', 'video', 'canvas', 'svg', 'embed', 'object', 'iframe', 'input'];
    const best = points.map(() => ({ rank: Number.POSITIVE_INFINITY, element: null }));
    for (const element of elementsOf(rootsOf())) {
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
      if (width * height === 0) continue;
      const rank = (shows.includes(element.localName) ? 0 : 1e12) + width * height;
      for (const [at, { x, y }] of points.entries()) {
        if (x < left || x > right || y < top || y > bottom || rank > best[at].rank) continue;
        best[at] = { rank, element };
      }
    }
    return best.map(({ element }) => element && described(element));
  };

  const inView = (element) => {
    const { top, left, bottom, right, width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  };
  /** Of a picture that has no size before it is there, too. */
  const nearView = (element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return element.getClientRects().length > 0 && bottom >= 0 && top <= innerHeight;
  };
  const mediaOf = (tag, everywhere) =>
    elementsOf(rootsOf()).filter((element) => element.localName === tag && (everywhere || inView(element)));

  /** Pictures and videos that are still on their way. A video that nobody plays and nobody preloads is on no way. */
  const unsettled = ({ everywhere }) => {
    const pictures = mediaOf('img', everywhere).filter((image) => !image.complete);
    const isLazy = (image) => image.loading === 'lazy' && !inView(image);
    const videos = mediaOf('video', everywhere).filter(
      (video) => !video.error && video.readyState < 2 && video.networkState === video.NETWORK_LOADING,
    );
    return {
      awaited:
        pictures.filter((image) => !isLazy(image)).length + videos.length + (document.readyState === 'loading' ? 1 : 0),
      lazy: pictures.filter(isLazy).length,
    };
  };

  /** Resolves once the browser has drawn what there is now, and so has begun to load what came into view; or when it draws nothing. */
  const drawn = (limitMs) =>
    new Promise((resolve) => {
      setTimeout(resolve, limitMs);
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 0)));
    });

  /** Lets everything come into view once, and waits for the pictures that begin to load only then. */
  const scrollThrough = async ({ heightMax, frameMaxMs, scrollMaxMs, loadMaxMs }) => {
    const { scrollX: left, scrollY: top } = window;
    const height = Math.min(document.documentElement.scrollHeight, heightMax);
    const begun = new Set();
    const scrollEndsAt = performance.now() + scrollMaxMs;
    for (let y = 0; y < height && performance.now() < scrollEndsAt; y += Math.max(100, innerHeight)) {
      window.scrollTo({ left: 0, top: y, behavior: 'instant' });
      await drawn(frameMaxMs);
      // The others are waited for by `unsettled`.
      for (const image of mediaOf('img', true))
        if (image.loading === 'lazy' && !image.complete && nearView(image)) begun.add(image);
    }
    window.scrollTo({ left, top, behavior: 'instant' });
    const loaded = [...begun].map((image) => image.decode().catch(() => {}));
    await Promise.race([Promise.all(loaded), new Promise((resolve) => setTimeout(resolve, loadMaxMs))]);
  };

  /** Plays every resting video until it shows a frame. Resolves to how they were, for `restoreMedia`. */
  const playMedia = async ({ everywhere, videosMax, playMaxMs }) => {
    const all = mediaOf('video', everywhere);
    const played = all.slice(0, videosMax);
    const states = played.map((video) => ({
      video,
      paused: video.paused,
      muted: video.muted,
      controls: video.controls,
      currentTime: video.currentTime,
    }));
    const play = async (video) => {
      video.muted = true;
      const shown = new Promise((resolve) => video.addEventListener('timeupdate', resolve, { once: true }));
      const late = new Promise((resolve) => setTimeout(resolve, playMaxMs));
      await Promise.race([video.play().then(() => shown), late]).catch(() => {});
      video.pause();
    };
    // The control bar covers the picture until it fades away.
    for (const video of played) video.controls = false;
    await Promise.all(played.filter((video) => video.paused).map(play));
    const dark = played.filter((video) => video.readyState < 2).length + all.length - played.length;
    return { states, dark, count: all.length };
  };

  const restoreMedia = ({ states }) => {
    for (const { video, paused, muted, controls, currentTime } of states) {
      video.muted = muted;
      video.controls = controls;
      if (paused && video.readyState > 0) video.currentTime = currentTime;
    }
  };

  const measures = () => ({
    scrollX,
    scrollY,
    innerWidth,
    height: document.documentElement.scrollHeight,
    width: document.documentElement.scrollWidth,
  });

  return {
    collectText,
    collectAttributes,
    locateText,
    locateAttribute,
    locatePoints,
    unsettled,
    scrollThrough,
    playMedia,
    restoreMedia,
    measures,
  };
})();
