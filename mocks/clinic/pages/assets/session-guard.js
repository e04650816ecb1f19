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

/** Forms of this tab that are on their way: the answer of one that changes the session is not yet in the page. */
let formCount = 0;

/** What another tab, or the clinic, says of the session is heard all the same. */
export async function whileSending(send) {
  formCount += 1;
  try {
    await send();
  } finally {
    formCount -= 1;
    dropUnlessCurrent();
  }
}

/** The session is another now, or none: to be said by whoever changed it. */
export function tellOtherTabs() {
  channel?.postMessage('changed');
}

export function watchSession() {
  dropUnlessCurrent();
  channel?.addEventListener('message', dropUnlessCurrent);
  window.cookieStore?.addEventListener('change', (event) => {
    // In the tab that did it, the answer that says so is still on its way into the page: that of a form is waited for.
    if ([...event.changed, ...event.deleted].some(({ name }) => name === 'mark'))
      setTimeout(() => formCount === 0 && dropUnlessCurrent(), 300);
  });
  // The clinic itself said so, to whatever else the page asked it.
  document.addEventListener('session-is-anothers', drop);
  for (const event of ['pageshow', 'focus']) window.addEventListener(event, dropUnlessCurrent);
  document.addEventListener('visibilitychange', dropUnlessCurrent);
}
