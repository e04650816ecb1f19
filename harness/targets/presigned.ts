// Addresses that are permissions themselves (signed links of an object store): a recording goes up or comes down by one, and nothing
// that the session holds goes along, for that host has no business with it, and stores refuse two permissions at once. Safe inside k6.
import { isSecretName } from '../secrets.ts';
import { type Range, rangeHeader } from './talk.ts';
import { AdapterError, type HttpResponse, type SessionContext } from './target.ts';

export interface SignedPlace {
  /** As the target handed it out; its host must be on the drill's `allowHosts`. */
  readonly url: string;
  /** The template, such as `/bucket/{key}`. The signature never stands in it. */
  readonly route: string;
  /** What the target said must be sent along, such as `content-type`: most signatures cover it. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SignedUpload extends SignedPlace {
  /** Default `PUT`: the bytes as they are. `POST`: as a form, after the fields that the target signed (a POST policy). */
  readonly method?: 'PUT' | 'POST';
  readonly fields?: Readonly<Record<string, string>>;
  /** Of the form's file. Default `recording.webm`, `video/webm`. */
  readonly fileName?: string;
  readonly contentType?: string;
}

export async function downloadSigned(
  session: SessionContext,
  place: SignedPlace,
  range?: Range,
): Promise<HttpResponse> {
  const headers = { ...place.headers, ...rangeHeader(range) };
  return session.http.request({
    method: 'GET',
    url: place.url,
    route: place.route,
    headers: bare(place, headers),
    expect: 'bytes',
  });
}

export async function uploadSigned(
  session: SessionContext,
  place: SignedUpload,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<HttpResponse> {
  const { method = 'PUT', url, route, fields = {}, fileName = 'recording.webm', contentType = 'video/webm' } = place;
  if (method === 'PUT') {
    const headers = bare(place, { 'content-type': contentType, ...lowerCased(place.headers) });
    return session.http.request({ method, url, route, headers, body: bytes });
  }
  const form = multipart(fields, { name: 'file', fileName, contentType, bytes });
  const headers = bare(place, { ...lowerCased(place.headers), 'content-type': form.contentType });
  return session.http.request({ method, url, route, headers, body: form.body });
}

const lowerCased = (headers: SignedPlace['headers'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Headers that a store's own signature is made of may go along; what shows a session may not. */
function bare({ route }: SignedPlace, headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const secret = Object.keys(headers).find((name) => isSecretName(name) && !/^x-(amz|goog|ms)-/i.test(name));
  if (secret === undefined) return headers;
  throw new AdapterError(
    `a signed address (${route}) was to be sent the header ${secret}: the address is the permission, and what a session shows must not go to another host. Leave it out, or use send() if that host is the session's own`,
  );
}

interface File {
  readonly name: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A form with one file, the file last, as stores want it (RFC 7578). */
function multipart(
  fields: Readonly<Record<string, string>>,
  file: File,
): { readonly contentType: string; readonly body: Uint8Array<ArrayBuffer> } {
  // Drawn anew, so that no field and no recording holds it.
  const boundary = `----crosstalk-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const quoted = (text: string): string => text.replaceAll('"', '%22').replace(/[\r\n]+/g, ' ');
  const head = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const of = `--${boundary}\r\ncontent-disposition: form-data; name="${file.name}"; filename="${quoted(file.fileName)}"\r\ncontent-type: ${file.contentType}\r\n\r\n`;
  const encoder = new TextEncoder();
  const [before, after] = [encoder.encode(head.join('') + of), encoder.encode(`\r\n--${boundary}--\r\n`)];
  const body = new Uint8Array(before.length + file.bytes.length + after.length);
  body.set(before, 0);
  body.set(file.bytes, before.length);
  body.set(after, before.length + file.bytes.length);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}
