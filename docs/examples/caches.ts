// The shared caches that can stand in front of an example, each as one finds it explained first: Varnish with nothing but a backend
// line, nginx with a cache keyed by the URL, HAProxy with its own small one. None was told how sessions show themselves.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What stands behind the cache. */
export interface Behind {
  readonly port: number;
  /** The `Host` that it must be asked for, where it answers to one name alone; left out, the cache hands on what it was asked for. */
  readonly host?: string;
}

export interface Cache {
  readonly name: string;
  /** The program, and where it is from. */
  readonly command: string;
  readonly advice: string;
  /** Writes its configuration into a folder of its own; answers its arguments. */
  configure(folder: string, port: number, behind: Behind): Promise<string[]>;
}

async function written(folder: string, name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

const varnish: Cache = {
  name: 'varnish',
  command: 'varnishd',
  advice: 'apt-get install varnish',
  async configure(folder, port, behind) {
    const file = await written(
      folder,
      'default.vcl',
      `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${behind.port}"; }
${behind.host === undefined ? '' : `sub vcl_backend_fetch { set bereq.http.host = "${behind.host}"; }\n`}`,
    );
    return ['-F', '-n', path.join(folder, 'work'), '-a', `127.0.0.1:${port}`, '-f', file, '-s', 'malloc,32m'];
  },
};

/** What of its configuration says how long an answer is kept that doesn't say so itself; without, such an answer isn't kept. */
const nginxThat = (name: string, keeping: string): Cache => ({
  name,
  command: 'nginx',
  advice: 'apt-get install nginx-light',
  async configure(folder, port, behind) {
    for (const part of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) await mkdir(path.join(folder, part));
    const file = await written(
      folder,
      'nginx.conf',
      `daemon off;
pid nginx.pid;
error_log errors.log;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  client_max_body_size 20m;
  proxy_cache_path pages keys_zone=pages:1m max_size=32m;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${behind.port};${behind.host === undefined ? '' : `\n      proxy_set_header Host ${behind.host};`}
      proxy_cache pages;
      proxy_cache_key $scheme$host$request_uri;${keeping === '' ? '' : `\n      ${keeping}`}
      add_header X-Cache-Status $upstream_cache_status always;
    }
  }
}
`,
    );
    return ['-p', folder, '-c', file, '-e', path.join(folder, 'errors.log')];
  },
});

const nginx = nginxThat('nginx', 'proxy_cache_valid 200 1m;');

const haproxy: Cache = {
  name: 'haproxy',
  command: 'haproxy',
  advice: 'apt-get install haproxy',
  async configure(folder, port, behind) {
    const file = await written(
      folder,
      'haproxy.cfg',
      `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
cache pages
  total-max-size 32
  max-age 60
frontend front
  bind 127.0.0.1:${port}
  http-request cache-use pages
  http-response cache-store pages${behind.host === undefined ? '' : `\n  http-request set-header host ${behind.host}`}
  default_backend behind
backend behind
  server behind 127.0.0.1:${behind.port}
`,
    );
    return ['-db', '-f', file];
  },
};

export const caches: readonly Cache[] = [varnish, nginx, haproxy];

/** Keeps only what the server says may be kept: `Cache-Control`, `Expires`. */
export const nginxAsTold = nginxThat('nginx-as-told', '');
