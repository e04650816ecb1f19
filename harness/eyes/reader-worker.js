// Reads codes in a thread of its own: a decode takes 20 to 60 ms, during which the harness must go on driving its load, and a
// picture made to take for ever must be one that can be ended. Plain JavaScript, so that no loader is needed to start it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

// Left to itself the reader fetches its WebAssembly from the internet.
const wasmBinary = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
const ready = prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasmBinary) }, fireImmediately: true });

parentPort?.on('message', async ({ id, png, options }) => {
  try {
    await ready;
    const codes = await readBarcodes(png, options);
    parentPort?.postMessage({ id, codes: codes.map(({ text, position }) => ({ text, position })) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
