// Where a name is really connected to: a drill may ask for `staging.example.org` at the address of one proxy, as `curl --connect-to`
// does. Addresses, links, cookies, `Host`, the name in TLS and the certificate stay those of the name. Safe inside k6.

/** `staging.example.org` or `staging.example.org:443` to `127.0.0.1` or `127.0.0.1:8443`; an IPv6 address in brackets. */
export type ConnectTo = Readonly<Record<string, string>>;

/** How every client of a run reaches the target. Plain data: k6 is given it by file. */
export interface Connection {
  readonly origin: string;
  /** Links that lead to any other host are not followed. */
  readonly allowedHosts: readonly string[];
  readonly connectTo?: ConnectTo;
  /** Each operation is a trace of the run with this id; absent: requests belong to none. */
  readonly traceRun?: string;
}

export const namePattern = /^[a-z0-9._-]+(:\d{1,5})?$/;
export const addressPattern = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

export interface Place {
  /** As `URL` gives it: an IPv6 address in brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** Where that is connected to: there, unless the drill says otherwise; with the port rather than without. */
export function placeOf({ hostname, port }: Place, connectTo: ConnectTo = {}): Place {
  const address = connectTo[`${hostname}:${port}`] ?? connectTo[hostname];
  if (address === undefined) return { hostname, port };
  const own = /:(\d+)$/.exec(address.replace(/^\[.*\]/, ''))?.[1];
  return {
    hostname: own === undefined ? address : address.slice(0, -own.length - 1),
    port: own === undefined ? port : Number(own),
  };
}

/** For sockets, which want no brackets. */
export const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

export const portOf = ({ protocol, port }: Pick<URL, 'protocol' | 'port'>): number =>
  Number(port || (protocol === 'https:' ? 443 : 80));
