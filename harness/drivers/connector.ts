// How connections are opened in this process: where the drill says, under the name that was asked for.
import { buildConnector } from 'undici';
import { bare, type ConnectTo, placeOf, portOf } from './connect-to.ts';

export function connectorTo(connectTo: ConnectTo | undefined, timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs });
  if (connectTo === undefined) return connect;
  return (options, callback) => {
    const { hostname, port, protocol } = options;
    const place = placeOf({ hostname, port: portOf({ protocol, port }) }, connectTo);
    // `host` stays: the name that TLS asks for, and by which the certificate is checked, is taken from it.
    connect({ ...options, hostname: bare(place.hostname), port: String(place.port) }, callback);
  };
}
