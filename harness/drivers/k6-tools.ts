// The scan of k6's answers, with k6's own hash and its own count of bytes. Runs inside k6 only.
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import { scanBytes, scanHeaders, scanText } from '../scan/portable.ts';
import type { ScanTools } from './k6-clearance.ts';

export const scanTools: ScanTools = {
  scanText,
  scanBytes,
  scanHeaders,
  sha256: (data) => crypto.sha256(data, 'hex'),
  // k6 has no TextEncoder; base64 writes four letters for three bytes.
  utf8Bytes: (text) => Math.floor((encoding.b64encode(text, 'rawstd').length * 3) / 4),
};
