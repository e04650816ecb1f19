// Says what happens to the patient's consultations while any page of theirs is open. A stream lasts some seconds; the next goes on where
// it ended, or from when the page was made.
const againAfterMs = 300;
const againAfterFailureMs = 3_000;
const shownCountMax = 4;
const shownForMs = 30_000;

const words = { booked: 'Booked', cancelled: 'Cancelled', 'recording-ready': 'Recording ready' };

let stream;
let streamSession;
let after = '';
let timer;

function tell(kind, event) {
  const { consultation } = JSON.parse(event.data);
  after = event.lastEventId || after;
  const place = document.querySelector('.notifications');
  const line = document.createElement('p');
  line.textContent = `${words[kind]}: ${consultation.title}`;
  place?.append(line);
  setTimeout(() => line.remove(), shownForMs);
  while (place && place.children.length > shownCountMax) place.firstElementChild?.remove();
  if (kind === 'recording-ready') document.dispatchEvent(new Event('recording-ready'));
}

function close() {
  clearTimeout(timer);
  stream?.close();
  stream = undefined;
}

function listen() {
  close();
  const { session } = document.body.dataset;
  if (!session) return;
  const openedAtMs = Date.now();
  const mine = new EventSource(`/me/live?forMs=5000&after=${encodeURIComponent(after)}`);
  stream = mine;
  for (const kind of Object.keys(words)) mine.addEventListener(kind, (event) => tell(kind, event));
  mine.addEventListener('hello', (event) => {
    if (JSON.parse(event.data).patient.id === document.body.dataset.patient) return;
    close();
    document.dispatchEvent(new Event('session-is-anothers'));
  });
  mine.onerror = () => {
    if (stream !== mine) return;
    close();
    timer = setTimeout(listen, Date.now() - openedAtMs > againAfterMs ? againAfterMs : againAfterFailureMs);
  };
}

function followPage() {
  const { session, liveAfter = '' } = document.body.dataset;
  if (session === streamSession) return;
  streamSession = session;
  after = liveAfter;
  listen();
}

export function watchLive() {
  followPage();
  document.addEventListener('page-shown', followPage);
  document.addEventListener('session-ended', close);
  // A page that the browser sets aside holds no stream open; when it comes back it goes on.
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) listen();
  });
}
