// Records with the device's own camera, where the person lets it.
const type = 'video/webm';

/** Rejects when there is no camera, or it may not be used. */
export async function startCamera() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320 }, audio: true });
  // A part must stay below the mebibyte that the clinic takes.
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 100_000 });
  const chunks = [];
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  recorder.start();
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
