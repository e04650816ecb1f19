// Notes what an adapter sends, for the doctor to show: names of fields and sizes, never a value, for values may be secrets.
import type { Client } from '../drivers/client.ts';
import type { Exchange } from '../history.ts';
import type { HttpRequest } from '../targets/target.ts';

export type Sent = WeakMap<Exchange, string>;

const namesMax = 20;

/** The same client, whose exchanges can be looked up in `sent`. */
export function notingSent(client: Client, sent: Sent): Client {
  let open: { readonly request: HttpRequest; readonly what: string }[] = [];
  return {
    ...client,
    http: {
      request(request) {
        open.push({ request, what: shapeOf(request) });
        return client.http.request(request);
      },
    },
    beside: () => notingSent(client.beside(), sent),
    take() {
      const record = client.take();
      for (const exchange of record.exchanges) {
        const isOf = ({ request }: (typeof open)[number]): boolean =>
          request.method === exchange.method && request.route === exchange.route;
        const found = open.find(isOf);
        if (found) sent.set(exchange, found.what);
        open = open.filter((each) => each !== found);
      }
      open = [];
      return record;
    },
  };
}

function shapeOf({ body }: HttpRequest): string {
  if (body === undefined) return '';
  if (body instanceof Uint8Array) return ` with ${body.byteLength.toLocaleString('en')} bytes`;
  const names = Object.keys(body);
  const more = names.length > namesMax ? ', …' : '';
  return ` {${names.slice(0, namesMax).join(', ')}${more}}`;
}
