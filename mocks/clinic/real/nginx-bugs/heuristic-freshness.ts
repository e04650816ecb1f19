// A lifetime for answers that name none, everywhere. Right by RFC 9111, and harmless as long as every personal answer says what it is:
// here the app has forgotten to. A request that carries its credentials in a cookie looks like any other.
import type { NginxBug } from './index.ts';

export const heuristicFreshness: NginxBug = (rules) => ({
  ...rules,
  elsewhere: [
    'proxy_cache edge;',
    'proxy_cache_key $request_method$request_uri;',
    'proxy_cache_valid 200 1s;',
    'proxy_no_cache $http_authorization $http_range;',
    'proxy_cache_bypass $http_authorization $http_range $asks_past_cache;',
  ],
});
