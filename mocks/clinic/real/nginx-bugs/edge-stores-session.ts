// nginx stores nothing that sets a cookie. To have public pages cached in spite of some cookie or other, that was switched off: now a
// renewed session goes out with the page to whoever asks next.
import type { NginxBug } from './index.ts';

export const edgeStoresSession: NginxBug = (rules) => ({
  ...rules,
  publicPlaces: [...rules.publicPlaces, 'proxy_ignore_headers Set-Cookie;'],
});
