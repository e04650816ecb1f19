// The edge's configuration as nginx reads it. By default only the few places that are the same for everybody have a cache at all, and
// even there the origin's word is kept to: without `public` and a lifetime, or with a cookie to set, nothing is stored. A bug replaces
// some of these rules, as somebody once did.
import type { Upstream } from '../messages.ts';
import type { EdgeReport } from '../parts.ts';

export interface NginxRules {
  /** Directives of the http block: maps. */
  readonly http: readonly string[];
  /** What holds in the places that are the same for everybody: directives of the location. */
  readonly publicPlaces: readonly string[];
  /** Of the static files, `/assets/…`. */
  readonly staticFiles: readonly string[];
  /** Of everything else. */
  readonly elsewhere: readonly string[];
  /** Further locations. */
  readonly locations: readonly string[];
}

export interface NginxSite {
  /** nginx's own: its cache, its temporary files, its sockets. */
  readonly folder: string;
  readonly port: number;
  /** Grows with each configuration, and can be asked for at `statusSocket`, to see which one is in force. */
  readonly generation: number;
  readonly config: EdgeReport['config'];
  readonly upstreams: readonly Upstream[];
  readonly change: (rules: NginxRules, config: EdgeReport['config']) => NginxRules;
}

/** What is cached, the origin's word being kept to. */
export const cachedByTheBook: readonly string[] = [
  'proxy_cache edge;',
  'proxy_cache_key $request_method$request_uri;',
  'proxy_no_cache $http_authorization $http_range $unmarked;',
  'proxy_cache_bypass $http_authorization $http_range $asks_past_cache;',
];

function correctRules(config: EdgeReport['config']): NginxRules {
  const longer = ['proxy_ignore_headers Cache-Control Expires;', 'proxy_cache_valid 200 5m;'];
  return {
    http: [
      // Stored is only what says `public`.
      'map $upstream_http_cache_control $unmarked { default 1; "~*(^|[, ])public([, ]|$)" ""; }',
      'map $http_cache_control $asks_past_cache { default ""; ~*no-(cache|store) 1; }',
    ],
    publicPlaces: cachedByTheBook,
    staticFiles: config === 'next' ? [...cachedByTheBook, ...longer] : cachedByTheBook,
    elsewhere: [],
    locations: [],
  };
}

/** How long an app may take for the head of its answer; then another is asked, if that can do no harm. */
const answerTimeout = '6s';
const liveTimeout = '30s';

const serverLine = ({ port }: Upstream): string => `server 127.0.0.1:${port} max_fails=2 fail_timeout=1s;`;

export function nginxConfig(site: NginxSite): string {
  const rules = site.change(correctRules(site.config), site.config);
  // nginx wants at least one.
  const servers = site.upstreams.length > 0 ? site.upstreams.map(serverLine) : ['server 127.0.0.1:9 down;'];
  return `# Made by the reference clinic.
daemon off;
worker_processes 1;
pid nginx.pid;
error_log nginx-errors.log warn;
events { worker_connections 2048; }
http {
  access_log off;
  default_type application/octet-stream;
  server_tokens off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  proxy_cache_path cache keys_zone=edge:1m max_size=32m inactive=1m use_temp_path=off;
  client_max_body_size 4m;
  keepalive_timeout 60s;
  keepalive_requests 100000;
  upstream apps {
${indented(4, servers)}
    keepalive 64;
    keepalive_requests 100000;
    keepalive_timeout 55s;
  }
  map $upstream_cache_status $x_cache { default bypass; HIT hit; STALE hit; UPDATING hit; REVALIDATED hit; MISS $miss; EXPIRED $miss; }
  map $upstream_http_set_cookie$upstream_http_cache_control $miss { default bypass; "~*^public, max-age=[1-9]" miss; }
${indented(2, rules.http)}
  server {
    listen 127.0.0.1:${site.port};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Connection "";
    proxy_set_header X-Request-Id $request_id;
    proxy_hide_header X-Request-Id;
    proxy_hide_header X-Cache;
    proxy_buffers 16 16k;
    proxy_connect_timeout 1s;
    proxy_read_timeout ${answerTimeout};
    proxy_next_upstream error timeout;
    proxy_next_upstream_tries 2;
    add_header X-Request-Id $request_id always;
    add_header X-Cache $x_cache always;
    error_page 502 503 504 @failed;
    location = / {
${indented(6, [...rules.publicPlaces, 'proxy_pass http://apps;'])}
    }
    location = /slots {
${indented(6, [...rules.publicPlaces, 'proxy_pass http://apps;'])}
    }
    location ^~ /assets/ {
${indented(6, [...rules.staticFiles, 'proxy_pass http://apps;'])}
    }
    location = /me/live {
      # Each event leaves as it comes.
      proxy_buffering off;
      proxy_read_timeout ${liveTimeout};
      proxy_pass http://apps;
    }
    location / {
      # What took something away must not be asked to do so twice: the second answer would say that it was never there.
      if ($request_method = DELETE) {
        error_page 418 = @once;
        return 418;
      }
${indented(6, [...rules.elsewhere, 'proxy_pass http://apps;'])}
    }
    location @once {
      proxy_next_upstream off;
      proxy_pass http://apps;
    }
${indented(4, rules.locations)}
    location @failed {
      default_type application/json;
      add_header Cache-Control no-store always;
      add_header X-Request-Id $request_id always;
      add_header X-Cache bypass always;
      return 502 '{"error":{"code":"origin","message":"no app instance answered in time"}}';
    }
  }
  server {
    listen unix:${site.folder}/status.sock;
    location / { return 200 "${site.generation}"; }
  }
}
`;
}

function indented(columns: number, lines: readonly string[]): string {
  return lines.map((line) => line.replace(/^/gm, ' '.repeat(columns))).join('\n');
}
