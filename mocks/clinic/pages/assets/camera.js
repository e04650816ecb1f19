// Records with the device's own camera, where the person lets it.
const type = 'video/webm';
const chunkMs = 250;

/** Resolves once something is recorded. Rejects when there is no camera, or it may not be used. */
export async function startCamera() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320 }, audio: true });
  // A part must stay below the mebibyte that the clinic takes.
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 100_000 });
  const chunks = [];
  await new Promise((resolve) => {
    recorder.addEventListener('dataavailable', ({ data }) => {
      chunks.push(data);
      if (data.size > 0) resolve();
    });
    recorder.start(chunkMs);
  });
  return {
    async stop() {
      const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
      recorder.stop();
      await stopped;
      for (const track of stream.getTracks()) track.stop();
      return new Blob(chunks, { type });
    },
  };
}
