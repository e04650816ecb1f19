// What pages are made of, without a browser: markup that escapes, names of recordings, documents that say for whom they were made.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assetRoutes, ownAsset } from './assets.ts';
import { fileNameFor } from './book.ts';
import { Html, html, momentText } from './html.ts';
import { documentOf, pageAnswer } from './layout.ts';

test('what comes from data is text, what is markup stays markup, and nothing is nothing', () => {
  const made = html`<p title="${'"'}">${'<b>&'}${html`<i>${"it's"}</i>`}${null}${[html`1`, html`2`]}${3}</p>`;
  expect(made).toBeInstanceOf(Html);
  expect(made.markup).toBe('<p title="&quot;">&lt;b&gt;&amp;<i>it&#39;s</i>1\n23</p>');
});

test('times are those of London, summer and winter', () => {
  expect(momentText('2031-03-01T09:00:00.000Z')).toBe('Sat, 1 Mar 2031, 09:00');
  expect(momentText('2031-07-01T09:00:00.000Z')).toBe('Tue, 1 Jul 2031, 10:00');
});

test.each([
  ['A sore knee', 'A-sore-knee.webm'],
  ['  ../../etc: "passwd"  ', 'etc-passwd.webm'],
  ['Nöte QZBBXV', 'Nöte-QZBBXV.webm'],
  ['???', 'consultation.webm'],
  ['x'.repeat(500), `${'x'.repeat(120)}.webm`],
])('the recording of %j is called %j', (title, fileName) => {
  expect(fileNameFor(title)).toBe(fileName);
});

test('a page says for whose session it was made; a public one for nobody’s, and has no way to sign out', () => {
  const content = { title: 'A & B', body: html`<p>Body</p>` };
  const own = documentOf(content, { patientId: 'p1', sessionMark: 'm1' }, '/me/book');
  expect(own).toContain('data-session="m1" data-patient="p1"');
  expect(own).toContain('<a href="/me/book" aria-current="page">Book</a>');
  expect(own).toContain('<h1 tabindex="-1">A &amp; B</h1>');
  const open = documentOf(content, null, '/');
  expect(open).not.toMatch(/data-session|Sign out/);
});

test('no page lets in script that is not a file of the clinic', () => {
  const { headers } = pageAnswer(200, '');
  expect(headers?.['content-security-policy']).toContain("script-src 'self';");
  expect(headers?.['content-security-policy']).not.toContain('unsafe');
  expect(headers?.['cache-control']).toBeUndefined();
});

test('every asset is served', () => {
  const served = assetRoutes.map(([route]) => route.split('/').at(-1)).sort();
  expect(served).toEqual(readdirSync(new URL('.', ownAsset('x'))).sort());
});
