// Whose session does this page show, and is that session still the browser's? A mark in the page is compared with a mark in a cookie: when
// another tab signs out or in, when the page comes back from the browser's history, when it comes to the front, and before anything
// fetched is shown. What has become another's is dropped at once, before anybody is asked.
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('session') : undefined;

const markNow = () => document.cookie.match(/(?:^|; )mark=([^;]*)/)?.[1] ?? '';

/** May a page that was made for this session be shown now? A public page, which was made for none, may. */
export const isCurrent = (session) => !session || session === markNow();

function drop() {
  document.dispatchEvent(new Event('session-ended'));
  document.title = 'Reference clinic';
  for (const part of document.body.children) part.replaceChildren();
  delete document.body.dataset.session;
  location.replace('/sign-in');
}

function dropUnlessCurrent() {
  if (!isCurrent(document.body.dataset.session)) drop();
}

const settlesMs = 300;
const endingMaxMs = 10_000;

/** Until then a form of this tab that ends the session may be on its way: its answer shows what comes of it. */
let endingUntilMs = 0;

/** What another tab, or the clinic, says of the session meanwhile is heard all the same. */
export async function whileEnding(send) {
  endingUntilMs = performance.now() + endingMaxMs;
  try {
    await send();
  } finally {
    endingUntilMs = 0;
    dropUnlessCurrent();
  }
}

function lookOnceSettled() {
  const leftMs = endingUntilMs - performance.now();
  if (leftMs > 0) setTimeout(lookOnceSettled, leftMs);
  else dropUnlessCurrent();
}

/** The session is another now, or none: to be said by whoever changed it. */
export function tellOtherTabs() {
  channel?.postMessage('changed');
}

export function watchSession() {
  dropUnlessCurrent();
  channel?.addEventListener('message', dropUnlessCurrent);
  window.cookieStore?.addEventListener('change', (event) => {
    // In the tab that did it, the answer that says so is still on its way into the page.
    if ([...event.changed, ...event.deleted].some(({ name }) => name === 'mark'))
      setTimeout(lookOnceSettled, settlesMs);
  });
  // The clinic itself said so, to whatever else the page asked it.
  document.addEventListener('session-is-anothers', drop);
  for (const event of ['pageshow', 'focus']) window.addEventListener(event, dropUnlessCurrent);
  document.addEventListener('visibilitychange', dropUnlessCurrent);
}
