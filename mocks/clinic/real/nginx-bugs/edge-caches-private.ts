// The next configuration takes a second's rest for the origin: everything is kept for that long under its address alone, and what the
// origin says of privacy is overruled. It looks harmless in any test that one person makes.
import type { NginxBug } from './index.ts';

export const edgeCachesPrivate: NginxBug = (rules, config) => {
  if (config === 'standard') return rules;
  return {
    ...rules,
    elsewhere: [
      'proxy_cache edge;',
      'proxy_cache_key $request_method$request_uri;',
      'proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;',
      'proxy_cache_valid 200 1s;',
      // Sessions were thought of, their owners' data was not.
      'proxy_no_cache $upstream_http_set_cookie;',
    ],
  };
};
