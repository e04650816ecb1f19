// Whatever ends like a static file is taken for one and kept for two seconds, whatever the origin says; the origin takes the same
// address for a personal page.
import type { NginxBug } from './index.ts';

export const pathConfusion: NginxBug = (rules) => ({
  ...rules,
  locations: [
    ...rules.locations,
    `location ~* \\.(css|js|png)$ {
  proxy_cache edge;
  proxy_cache_key $request_method$uri;
  proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
  proxy_cache_valid 200 2s;
  proxy_no_cache $upstream_http_set_cookie;
  proxy_pass http://apps;
}`,
  ],
});
