// The docked player: made when something is first played, it stays while the patient goes on to other pages.
import { emptyAtSessionEnd } from './player-emptying.js';

let dock;

function makeDock() {
  const made = document.createElement('section');
  made.className = 'player';
  made.setAttribute('aria-label', 'Player');
  const name = document.createElement('p');
  const video = document.createElement('video');
  video.controls = true;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'quiet';
  close.textContent = 'Close player';
  made.append(name, video, close);
  document.querySelector('.notifications')?.before(made);
  const empty = () => {
    video.pause();
    video.removeAttribute('src');
    video.load();
    name.textContent = '';
    made.hidden = true;
  };
  close.addEventListener('click', empty);
  emptyAtSessionEnd(empty);
  return { made, name, video };
}

/** The page of a recording has a fresh link; the one in the list is good for a minute. */
async function freshLink(pageHref) {
  const response = await fetch(pageHref, { headers: { accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  return page.querySelector('video')?.getAttribute('src') ?? undefined;
}

function play(link) {
  dock ??= makeDock();
  const { made, name, video } = dock;
  made.hidden = false;
  name.textContent = link.textContent.replace(/^Play /, '');
  const begin = (source) => {
    video.src = source;
    void video.play().catch(() => {});
  };
  const given = link.dataset.content;
  video.onerror = async () => {
    video.onerror = null;
    const fresh = await freshLink(link.href).catch(() => undefined);
    // Meanwhile it may have been closed, or play something else.
    if (fresh !== undefined && !made.hidden && video.getAttribute('src') === given) begin(fresh);
  };
  begin(given);
  video.focus({ preventScroll: true });
}

export function watchPlayer() {
  document.addEventListener(
    'click',
    (event) => {
      const link = event.target.closest?.('a.play');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      play(link);
    },
    { capture: true },
  );
}
