// What every page has around its content. The page of somebody who is signed in says by a mark for which session it was made, so that
// the script can tell when what it shows has become another's; the mark opens nothing.
import type { Answer } from '../http.ts';
import { type Html, html } from './html.ts';

export interface Content {
  readonly title: string;
  /** What stands under the title's heading. */
  readonly body: Html;
}

export interface Viewer {
  readonly patientId: string;
  readonly sessionMark: string;
}

const areas = [
  ['/me/rewatch', 'Rewatch'],
  ['/me/book', 'Book'],
  ['/me/sharing', 'Sharing'],
  ['/me/account', 'Account'],
] as const;

function navigation(viewer: Viewer | null, path: string): Html {
  if (viewer === null) return html`<nav aria-label="Main"><ul><li><a href="/sign-in">Sign in</a></li></ul></nav>`;
  const links = areas.map(([href, name]) =>
    href === path
      ? html`<li><a href="${href}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${href}">${name}</a></li>`,
  );
  return html`<nav aria-label="Main"><ul>${links}</ul>
<form method="post" action="/sign-out" data-ends-session><button>Sign out</button></form></nav>`;
}

/** Live events are told from the moment on at which the page was made. */
function bodyFacts(viewer: Viewer | null): Html {
  if (viewer === null) return html``;
  return html` data-session="${viewer.sessionMark}" data-patient="${viewer.patientId}" data-live-after="${Date.now() * 1_000}"`;
}

export function documentOf({ title, body }: Content, viewer: Viewer | null, path: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Reference clinic</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/clinic.css">
<script type="module" src="/assets/clinic.js"></script>
</head>
<body${bodyFacts(viewer)}>
<a class="skip" href="#main">Skip to content</a>
<header><a class="brand" href="${viewer === null ? '/' : '/me/rewatch'}">Reference clinic</a>${navigation(viewer, path)}</header>
<main id="main"><h1 tabindex="-1">${title}</h1>
${body}
</main>
<div class="notifications" role="status" aria-label="Notifications"></div>
</body>
</html>
`.markup;
}

// Whatever gets into a page runs nothing that isn't a file of ours, and is framed by nobody.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(self), geolocation=()',
};

/** Without a word about caching it is personal, as every answer is that doesn't say otherwise. */
export function pageAnswer(status: number, document: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...pageHeaders, ...headers }, body: document };
}
