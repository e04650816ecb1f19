// Records with the device's own camera, where the person lets it.
const type = 'video/webm';
const chunkMs = 250;
const startMaxMs = 10_000;

/** Resolves once something is recorded. Rejects when there is no camera, it may not be used, or nothing comes from it. */
export async function startCamera() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320 }, audio: true });
  const leave = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  // A part must stay below the mebibyte that the clinic takes.
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 100_000 });
  const chunks = [];
  const begun = new Promise((resolve, reject) => {
    recorder.addEventListener('dataavailable', ({ data }) => {
      chunks.push(data);
      if (data.size > 0) resolve();
    });
    for (const event of ['stop', 'error']) recorder.addEventListener(event, reject);
    setTimeout(reject, startMaxMs);
  });
  recorder.start(chunkMs);
  await begun.catch((why) => {
    leave();
    throw why;
  });
  return {
    async stop() {
      if (recorder.state !== 'inactive') {
        const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
        recorder.stop();
        await stopped;
      }
      leave();
      return new Blob(chunks, { type });
    },
  };
}
