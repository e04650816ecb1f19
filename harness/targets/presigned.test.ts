// A signed address at a store of another name: the bytes go there and come from there, and nothing of the session's does.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Reply, sessionUnderTest, type UnderTest } from '../logins/session-under-test.ts';
import { downloadSigned, uploadSigned } from './presigned.ts';
import { keepToken, send } from './talk.ts';

let app: UnderTest;
let store: UnderTest;
let stored: Reply;
beforeEach(async () => {
  stored = {};
  store = await sessionUnderTest(() => stored);
  app = await sessionUnderTest(() => ({ headers: { 'set-cookie': 'sid=secret-of-the-app; Path=/' } }), ['localhost']);
  // Signed in, by cookie and by token.
  await send(app.session, { method: 'GET', url: '/', route: '/' });
  keepToken(app.session, 'token-of-the-app');
});
afterEach(async () => {
  await app.close();
  await store.close();
});

const signed = () => ({
  url: `${store.origin.replace('127.0.0.1', 'localhost')}/bucket/a%20b?X-Amz-Signature=5afe`,
  route: '/bucket/{key}',
});
const bytes = new TextEncoder().encode('the recording');

describe('a signed address', () => {
  it('takes a recording with what it was signed for, and no credential', async () => {
    const headers = { 'Content-Type': 'video/webm; codecs=vp8', 'x-amz-security-token': 'its own' };
    const response = await uploadSigned(app.session, { ...signed(), headers }, bytes);
    expect(response.status).toBe(200);
    const [came] = store.asked;
    expect([came?.method, came?.path, came?.body]).toEqual(['PUT', '/bucket/a%20b', 'the recording']);
    expect(came?.query.get('X-Amz-Signature')).toBe('5afe');
    expect(came?.headers).toMatchObject({
      'content-type': 'video/webm; codecs=vp8',
      'x-amz-security-token': 'its own',
    });
    expect(came?.headers).not.toHaveProperty('cookie');
    expect(came?.headers).not.toHaveProperty('authorization');
    // Neither signature nor key stands in the history.
    const { exchanges } = app.client.take();
    expect(exchanges.at(-1)).toMatchObject({ route: '/bucket/{key}', credentials: 'none' });
    expect(JSON.stringify(exchanges)).not.toContain('5afe');
  });

  it('takes a form where it was signed as one, with the file last', async () => {
    const fields = { key: 'a b', policy: 'cG9saWN5', 'x-amz-signature': 'form"5afe' };
    await uploadSigned(app.session, { ...signed(), method: 'POST', fields }, bytes);
    const [came] = store.asked;
    const form = await new Response(came?.body, {
      headers: { 'content-type': came?.headers['content-type'] ?? '' },
    }).formData();
    expect([...form.keys()]).toEqual(['key', 'policy', 'x-amz-signature', 'file']);
    expect(form.get('x-amz-signature')).toBe('form"5afe');
    const file = form.get('file') as File;
    expect([file.name, file.type, await file.text()]).toEqual(['recording.webm', 'video/webm', 'the recording']);
  });

  it('gives a range of it', async () => {
    stored = { status: 206, body: 'reco' };
    const response = await downloadSigned(app.session, signed(), { firstByte: 4, lastByte: 7 });
    expect(response.status).toBe(206);
    expect(store.asked[0]?.headers.range).toBe('bytes=4-7');
    expect(store.asked[0]?.headers).not.toHaveProperty('cookie');
  });

  it('is sent nothing that shows a session, be it asked for', async () => {
    const headers = { Authorization: 'Bearer token-of-the-app' };
    await expect(downloadSigned(app.session, { ...signed(), headers })).rejects.toThrow(
      'a signed address (/bucket/{key}) was to be sent the header Authorization',
    );
    await expect(uploadSigned(app.session, { ...signed(), headers }, bytes)).rejects.toThrow('authorization');
    expect(store.asked).toHaveLength(0);
  });

  it('of a host that is on no list is not spoken to', async () => {
    const elsewhere = { ...signed(), url: 'http://store.example/bucket/1?sig=1' };
    await expect(uploadSigned(app.session, elsewhere, bytes)).rejects.toThrow('store.example');
  });
});
