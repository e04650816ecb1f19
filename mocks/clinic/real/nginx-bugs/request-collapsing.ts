// Equal addresses are taken for equal requests: the first goes to the origin, the others wait for it (proxy_cache_lock) and get its
// answer. nginx can only share what it stores, so the millisecond of the request is part of the key: what was stored for a herd is
// never found by anybody who comes later.
import type { NginxBug } from './index.ts';

export const requestCollapsing: NginxBug = (rules) => ({
  ...rules,
  elsewhere: [
    'proxy_cache edge;',
    'proxy_cache_key $request_method$request_uri@$msec;',
    'proxy_cache_lock on;',
    'proxy_cache_lock_timeout 6s;',
    'proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;',
    'proxy_cache_valid 200 1s;',
    'proxy_no_cache $http_range $upstream_http_set_cookie;',
    'proxy_cache_bypass $http_range;',
  ],
});
