import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markup, nothing } from './markup.ts';

describe('markup', () => {
  it('escapes text in content and in quoted attributes', () => {
    expect(markup`<b title="${`a"b'c`}">${'<i>&'}</b>`.toString()).toBe('<b title="a&quot;b&#39;c">&lt;i&gt;&amp;</b>');
  });

  it('keeps what it made itself, alone and in lists', () => {
    const item = markup`<li>${'<'}</li>`;
    expect(markup`<ul>${[item, item]}${nothing}</ul>`.toString()).toBe('<ul><li>&lt;</li><li>&lt;</li></ul>');
  });

  it('is not taken in by an object that looks like markup', () => {
    const forged = JSON.parse('["<script>"]');
    expect(markup`${forged}`.toString()).toBe('&lt;script&gt;');
  });

  it('drops control characters and what turns the reading direction round', () => {
    expect(markup`${'a\u0000\u001b[31mb\u202ec\ud800d\uffff'}`.toString()).toBe('a b c d');
  });

  it('lets no character of any text open a tag, an entity or an attribute', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(hostile, (text) => {
        const rendered = markup`${text}`.toString();
        expect(rendered).not.toMatch(/[<>"'`]/);
        expect(rendered.replace(/&(amp|lt|gt|quot|#39|#96);/g, '')).not.toContain('&');
      }),
    );
  });
});
