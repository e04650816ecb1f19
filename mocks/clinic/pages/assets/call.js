// The controls of a call: what was recorded of its part goes up as bytes, then the page says how things stand.
import { startCamera } from './camera.js';
import { go } from './navigation.js';

/** What the camera records for the part that is going on. */
let recorder;

/** Another whenever a session ends: what starts late for one that is over is stopped, and belongs to nobody. */
let wanted = {};

function say(text) {
  const place = document.querySelector('[data-storing]');
  if (place) place.textContent = text;
}

async function recordedPart() {
  const file = document.querySelector('#recording')?.files?.[0];
  if (file) return file;
  const recorded = await recorder?.stop();
  recorder = undefined;
  return recorded;
}

async function upload(button) {
  const part = await recordedPart();
  if (!part || part.size === 0) {
    say('Choose the recording of this part first.');
    return;
  }
  button.disabled = true;
  say('The recording is being sent.');
  const headers = { 'content-type': 'video/webm' };
  const response = await fetch(button.dataset.upload, { method: 'POST', headers, body: part }).catch(() => undefined);
  button.disabled = false;
  if (!response?.ok) {
    const problem = await response?.json().catch(() => undefined);
    say(`The recording could not be sent: ${problem?.error?.message ?? 'the clinic did not answer'}.`);
    return;
  }
  await go(location.href, {}, { keepsPlace: true });
  say('The recording is being stored.');
}

async function record(button) {
  button.disabled = true;
  const mine = wanted;
  const started = await startCamera().catch(() => undefined);
  if (mine !== wanted) {
    await started?.stop();
    return;
  }
  recorder = started;
  button.disabled = recorder !== undefined;
  say(recorder ? 'This camera is recording.' : 'The camera may not be used here: choose a file instead.');
}

function offerCamera() {
  const button = document.querySelector('[data-record]');
  if (button && 'MediaRecorder' in window) button.hidden = false;
}

export function watchCall() {
  offerCamera();
  document.addEventListener('page-shown', offerCamera);
  document.addEventListener('session-ended', () => {
    wanted = {};
    void recorder?.stop();
    recorder = undefined;
  });
  document.addEventListener('recording-ready', () => {
    if (document.querySelector('[data-storing]')) say('');
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-upload], [data-record]');
    if (!button) return;
    if (button.dataset.upload) void upload(button);
    else void record(button);
  });
}
