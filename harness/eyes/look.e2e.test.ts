// One look at a real page: a canary in each place where a person could see it or the browser keeps it is seen there and nowhere
// else, an empty page shows nothing, and a page that hangs, closes or has too much is a problem, not an exception.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canaryOf } from '../../fixtures/canary.ts';
import { patientIndex, recordingItem } from '../../fixtures/domain.ts';
import { pictureOf, recording } from '../../fixtures/recordings.ts';
import { launchOptions, requireChromium } from './chromium.ts';
import { type Look, type LookOptions, lookAt } from './look.ts';
import type { Sight } from './sight.ts';

const owner = patientIndex(5);
const token = canaryOf(1, owner, 'note', 3);

let browser: Browser;
let page: Page;
let server: Server;
let port: number;
let webp: string;
let html = '';
/** Longer than the page needs to be scrolled through. */
const pictureLateMs = 700;

beforeAll(async () => {
  browser = await chromium.launch(launchOptions(requireChromium()));
  webp = Buffer.from((await pictureOf(token)).webp).toString('base64');
  const video = Buffer.from(await recording(1, owner, recordingItem(2, 0)));
  server = createServer((request, response) => {
    if (request.url === '/never') return;
    if (request.url === '/picture') response.setHeader('content-type', 'image/webp').end(Buffer.from(webp, 'base64'));
    else if (request.url === '/late')
      setTimeout(
        () => response.setHeader('content-type', 'image/webp').end(Buffer.from(webp, 'base64')),
        pictureLateMs,
      );
    else if (request.url === '/video') response.setHeader('content-type', 'video/webm').end(video);
    else response.setHeader('content-type', 'text/html').end(request.url === '/' ? html : '<p>inner</p>');
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

beforeEach(async () => {
  page = await browser.newPage();
});
afterEach(() => page.close());

const show = async (body: string): Promise<void> => {
  html = `<!doctype html><title>A page</title>${body}`;
  await page.goto(`http://127.0.0.1:${port}/`);
};
/** With time enough for a busy machine. */
const look = (options: LookOptions = {}): Promise<Look> => lookAt(page, { timeoutMs: 60_000, ...options });
const brief = ({ channel, element, encoding, canary }: Sight): string =>
  `${channel} ${element} ${encoding} ${canary.owner}/${canary.kind}/${canary.item}`;

/** Puts one canary on the page; the one sight that must come of it. */
const places: readonly (readonly [name: string, body: () => string, seen: string, place: RegExp])[] = [
  ['text', () => `<p>Hello ${token.toUpperCase()}!</p>`, 'text p plain', /^<p> at 8,\d+ \(\d+x\d+\)$/],
  ['hidden text', () => `<p hidden>${token}</p>`, 'text p plain', /^<p>, not visible$/],
  ['the title', () => `<script>document.title = '${token}'</script>`, 'text title plain', /^<title>, not visible$/],
  ['a token in two elements', () => `<p>${token.slice(0, 9)}<b>${token.slice(9)}</b></p>`, 'text p plain', /^<p> at/],
  ['a comment', () => `<!-- ${token} -->`, 'text null plain', /^text$/],
  ['base64 in a script', () => `<script>"${btoa(`{"n":"${token}"}`)}"</script>`, 'text script base64', /<script>/],
  [
    'a form value',
    () => `<input><script>document.querySelector('input').value='${token}'.slice(0,24)</script>`,
    '',
    /./,
  ],
  ['an attribute', () => `<a href="/x?q=${token}">a</a>`, 'attribute a plain', /^href of <a> at 8,/],
  [
    'a percent-escaped attribute',
    () => `<a href="/x?q=${[...token].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')}">a</a>`,
    'attribute a percent',
    /^href of <a>/,
  ],
  [
    'an open shadow root',
    () =>
      `<div id=h></div><script>h.attachShadow({mode:'open'}).innerHTML='<i>' + atob('${btoa(token)}') + '</i>'; document.currentScript.remove()</script>`,
    'text i plain',
    /^<i> at/,
  ],
  [
    'a closed shadow root',
    () =>
      `<div id=h></div><script>h.attachShadow({mode:'closed'}).innerHTML='<i>' + atob('${btoa(token)}') + '</i>'; document.currentScript.remove()</script>`,
    'text div plain',
    /^closed shadow root of <div>$/,
  ],
  [
    'a frame',
    () => `<iframe srcdoc="<p>${[...token].map((letter) => `&amp;#${letter.charCodeAt(0)};`).join('')}</p>"></iframe>`,
    '',
    /./,
  ],
];

describe('a look at the page', () => {
  it('sees nothing where there is nothing', async () => {
    await show('<p>Hello</p><iframe src="/inner"></iframe><video controls></video>');
    const { sights, problems, channels } = await look({ media: true });
    expect({ sights, problems: problems.filter((line) => !line.includes('did not play')) }).toEqual({
      sights: [],
      problems: [],
    });
    expect(channels.every(({ looked }) => looked)).toBe(true);
  });

  it.each(places)('sees %s', async (_name, body, seen, place) => {
    await show(body());
    const { sights } = await look();
    const lines = sights.map(brief);
    expect(lines.length).toBeGreaterThan(0);
    if (seen !== '') {
      expect(lines[0]).toBe(`${seen} 5/note/3`);
      expect(sights[0]?.place).toMatch(place);
    }
    expect(sights.every(({ canary }) => canary.owner === owner)).toBe(true);
  });

  it('sees codes with their elements, in frames of other origins too', async () => {
    const picture = `<img width=198 height=198 src="data:image/webp;base64,${webp}">`;
    await show(`${picture}<iframe width=300 height=260 src="http://localhost:${port}/frame"></iframe>`);
    await page.frames()[1]?.setContent(picture);
    const { sights, problems } = await look({ channels: ['pixels'] });
    expect(problems).toEqual([]);
    expect(sights.map(brief)).toEqual(['pixels img qr 5/note/3', 'pixels img qr 5/note/3']);
    expect(sights.map(({ place }) => place.replace(/\d+,\d+ \(\d+x\d+\)/, '#')).sort()).toEqual([
      '<img> at #',
      `<img> at # in frame http://localhost:${port}/frame`,
    ]);
    expect(sights[0]?.picture?.length).toBeGreaterThan(100);
  });

  it('sees a code far down the page only when asked for all of it', async () => {
    await show(`<div style="height:3000px"></div><canvas width=198 height=198></canvas><script>
      const i = new Image(); i.onload = () => { document.querySelector('canvas').getContext('2d').drawImage(i, 0, 0); window.isDrawn = true };
      i.src = 'data:image/webp;base64,${webp}'</script>`);
    await page.waitForFunction('window.isDrawn');
    expect((await look({ channels: ['pixels'] })).sights).toEqual([]);
    const [sight] = (await look({ channels: ['pixels'], pixelsFullPage: true })).sights;
    expect(sight && brief(sight)).toBe('pixels canvas qr 5/note/3');
    expect(sight?.box?.y).toBeGreaterThan(3000);
  });

  it('plays a resting video for a moment and puts it back', async () => {
    await show('<video controls preload="none" src="/video" width=264></video>');
    expect((await look({ channels: ['pixels'] })).sights).toEqual([]);
    const { sights, problems } = await look({ channels: ['pixels'], media: true });
    expect(problems).toEqual([]);
    expect(sights.map(brief)).toEqual(['pixels video qr 5/recording/4']);
    const after = await page
      .locator('video')
      .evaluate((video: HTMLVideoElement) => [video.paused, video.controls, video.muted, video.currentTime]);
    expect(after).toEqual([true, true, false, 0]);
  });

  it.each([
    ['cookie', `document.cookie = 'sid=${token}'`, 'cookie "sid"'],
    ['local-storage', `localStorage.me = '{"n":"${token}"}'`, 'localStorage "me"'],
    ['session-storage', `sessionStorage['${token}'] = 1`, 'sessionStorage "…"'],
    [
      'indexed-db',
      `await new Promise((done) => { const r = indexedDB.open('db'); r.onupgradeneeded = () => r.result.createObjectStore('s');
        r.onsuccess = () => { const t = r.result.transaction('s', 'readwrite'); t.objectStore('s').put({ a: [new Blob(['${token}'])] }, 1); t.oncomplete = done; } })`,
      'IndexedDB "db/s"',
    ],
    [
      'cache-storage',
      `await (await caches.open('v1')).put('/me/rewatch?sig=1', new Response('<p>${token}</p>'))`,
      'Cache Storage "v1" http://localhost:PORT/me/rewatch',
    ],
  ] as const)('sees what is kept in %s', async (channel, script, place) => {
    html = '<p>Hello</p>';
    await page.goto(`http://localhost:${port}/`);
    await page.evaluate(`(async () => { ${script} })()`);
    const { sights, problems } = await look();
    expect(problems).toEqual([]);
    expect(sights.map(brief)).toEqual([
      `${channel} null ${channel === 'cache-storage' || channel === 'indexed-db' ? 'base64' : 'plain'} 5/note/3`,
    ]);
    expect(sights[0]?.place).toBe(place.replace('PORT', String(port)));
  });

  it('says when there was too much to look at', async () => {
    await show('<p>Hello</p>');
    await page.evaluate('for (let i = 0; i < 600; i++) localStorage[i] = i');
    const { problems, channels } = await look({ channels: ['local-storage'] });
    expect(problems).toEqual([expect.stringContaining('more than 500 entries')]);
    expect(channels[0]?.why).toContain('more than 500 entries');
  });

  it('waits a bounded time for pictures, and says which it did not read', async () => {
    html = '<img src="/never" width=10 height=10>';
    await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'commit' });
    const { problems } = await look({ channels: ['pixels'] });
    expect(problems).toEqual([expect.stringMatching(/^pictures: 1 had not loaded after 2000 ms/)]);
  });

  it('reads pictures that load only in view if it may scroll, and says so if it may not', async () => {
    await show('<div style="height:5000px"></div><img loading="lazy" src="/picture" width=198 height=198>');
    const still = await look({ channels: ['pixels'], pixelsFullPage: true });
    expect(still.problems).toEqual([expect.stringContaining('1 load only once they are scrolled into view')]);
    const { sights, problems } = await look({ channels: ['pixels'], pixelsFullPage: true, media: true });
    expect(problems).toEqual([]);
    expect(sights.map(brief)).toEqual(['pixels img qr 5/note/3']);
    expect(await page.evaluate('scrollY')).toBe(0);
  });

  it('waits for a picture that began to load when it came into view and takes its time', async () => {
    await show('<div style="height:5000px"></div><img loading="lazy" src="/late">');
    const { sights, problems } = await look({ channels: ['pixels'], pixelsFullPage: true, media: true });
    expect(problems).toEqual([]);
    expect(sights.map(brief)).toEqual(['pixels img qr 5/note/3']);
  });

  it('is not held up by a page that hangs', async () => {
    await show('<p>Hello</p>');
    await page.evaluate('void setTimeout(() => { for (;;); }, 10)');
    const startedAt = performance.now();
    const { problems } = await look({ timeoutMs: 1_500 });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(problems.length).toBeGreaterThan(0);
  });

  it('takes a page that answers nonsense, or too much, for a problem', async () => {
    await show('<p>Hello</p>');
    await page.evaluate(
      "Document.prototype.querySelectorAll = () => { throw new Error('x'.repeat(1e6)) }; Array.prototype.push = () => 0",
    );
    const { problems } = await look({ channels: ['text', 'local-storage'] });
    expect(problems.length).toBeGreaterThan(0);
    expect(Math.max(...problems.map((problem) => problem.length))).toBeLessThan(500);
  });

  it('takes a page that closed for a problem', async () => {
    await show('<p>Hello</p>');
    await page.close();
    const { sights, problems, channels } = await look();
    expect(sights).toEqual([]);
    expect(problems).toEqual(['the page is closed']);
    expect(channels.some(({ looked }) => looked)).toBe(false);
  });
});
