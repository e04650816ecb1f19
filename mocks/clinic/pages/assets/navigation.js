// Links and forms without leaving the page: the answer is fetched and its main part, navigation and title take the place of the old ones,
// so that the player goes on. Anything out of the ordinary is left to the browser.
import { emptyDevice } from './emptying.js';
import { isCurrent, tellOtherTabs, whileEnding } from './session-guard.js';

/** The latest navigation: an answer to an earlier one is shown no more, and a page that was asked for is not waited for. */
let latest = new AbortController();

const isOurs = (url) => url.origin === location.origin && !url.pathname.includes('/content');

async function endSession() {
  document.dispatchEvent(new Event('session-ended'));
  for (const part of document.querySelectorAll('.notifications')) part.replaceChildren();
  await emptyDevice();
}

/** `ends`: the session ends with this answer, unless it opens another. */
async function show(page, ends) {
  const { session = '' } = document.body.dataset;
  const { session: next } = page.body.dataset;
  if (!isCurrent(next)) throw new Error('this page was made for another session');
  const changed = (ends && next === undefined) || !isCurrent(session) || (next !== undefined && next !== session);
  if (changed && session) await endSession();
  // On a public page this tab still holds what it held for the session that goes on, such as what is being played.
  if (changed || next !== undefined) {
    for (const name of ['session', 'patient', 'liveAfter']) {
      if (page.body.dataset[name] === undefined) delete document.body.dataset[name];
      else document.body.dataset[name] = page.body.dataset[name];
    }
  }
  document.title = page.title;
  for (const part of ['header', 'main']) document.querySelector(part)?.replaceWith(page.querySelector(part));
  document.querySelector('h1')?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  document.dispatchEvent(new Event('page-shown'));
  if (changed) tellOtherTabs();
}

function complain() {
  const alert = document.createElement('p');
  alert.setAttribute('role', 'alert');
  alert.textContent = 'The clinic did not answer, so this was not done. Try again.';
  document.querySelector('main [role=alert]')?.remove();
  document.querySelector('h1')?.after(alert);
}

/** Resolves once the page at that address is shown; `how` is what `fetch` is told, `keepsPlace` leaves the history as it is. */
export async function go(address, how = {}, { keepsPlace = false, ends = false } = {}) {
  latest.abort();
  const turn = new AbortController();
  latest = turn;
  try {
    const headers = { accept: 'text/html' };
    // What was sent stays sent, whatever is followed meanwhile.
    const signal = how.method === 'POST' ? undefined : turn.signal;
    const response = await fetch(address, { ...how, headers, signal });
    const isPage = response.headers.get('content-type')?.startsWith('text/html');
    if (!isPage) throw new TypeError(`${response.url} is no page`);
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    if (turn.signal.aborted && !ends) return;
    if (!keepsPlace && response.url !== location.href) history.pushState(null, '', response.url);
    // Refused for want of a session: it has run out, or was ended elsewhere.
    await show(page, ends || response.status === 401);
  } catch {
    // No network, no page, or one that is not for this session: the browser finds out what to show. A form stays, to be sent again; where
    // another page is shown by now, it is told there.
    if (how.method === 'POST') complain();
    else if (!turn.signal.aborted) location.assign(address);
  }
}

function followLink(event) {
  const link = event.target.closest?.('a[href]');
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  if (!isOurs(url) || (url.hash && url.pathname === location.pathname)) return;
  event.preventDefault();
  void go(url.href);
}

function sendForm(event) {
  const { target: form, submitter } = event;
  const url = new URL(form.action);
  if (!isOurs(url) || event.defaultPrevented) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, submitter));
  if (form.method === 'get') void go(`${url.pathname}?${fields}`);
  else {
    const ends = form.dataset.endsSession !== undefined;
    const send = () => go(url.href, { method: 'POST', body: fields }, { ends });
    void (ends ? whileEnding(send) : send());
  }
}

export function watchNavigation() {
  document.addEventListener('click', followLink);
  document.addEventListener('submit', sendForm);
  window.addEventListener('popstate', () => void go(location.href, {}, { keepsPlace: true }));
  window.addEventListener('pagehide', () => latest.abort());
}
