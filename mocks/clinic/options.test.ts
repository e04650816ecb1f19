import { expect, test } from 'vitest';
import { OptionError, readOptions } from './options.ts';

const secret = 'long enough';

test('no flags: two correct nodes on any port', () => {
  expect(readOptions([], secret)).toEqual({
    port: 0,
    adminPort: 0,
    nodeCount: 2,
    topology: 'embedded',
    bugs: [],
    transcode: false,
    toothless: new Set(),
    switchForgets: new Set(),
    verbose: false,
    withParent: false,
    adminSecret: secret,
  });
});

test('flags may be repeated', () => {
  const options = readOptions(
    ['--bug', 'call-switch', '--bug', 'pool-desync', '--toothless', 'cache-slow', '--nodes', '3'],
    secret,
  );
  expect(options).toMatchObject({
    bugs: ['call-switch', 'pool-desync'],
    toothless: new Set(['cache-slow']),
    nodeCount: 3,
  });
});

test.each([
  [['--bug', 'x'], /--bug x is unknown; there are: .*fail-open-filter/],
  [['--port', '70000'], /--port 70000 is not a whole number from 0 to 65535/],
  [['--nodes', 'two'], /--nodes two is not/],
  [['--topology', 'cloud'], /--topology cloud is unknown; there are: embedded, real/],
  [['--topology', 'real', '--access-log', 'a.log'], /--access-log needs --topology embedded/],
  [['--otlp', 'localhost:4318'], /--otlp localhost:4318 is no address of a collector/],
  [['stray'], /The flags are/],
])('%j is explained', (args, message) => {
  expect(() => readOptions(args, secret)).toThrow(OptionError);
  expect(() => readOptions(args, secret)).toThrow(message);
});

test('the admin port is never without a secret', () => {
  for (const missing of [undefined, '', 'short'])
    expect(() => readOptions([], missing)).toThrow('CROSSTALK_CLINIC_ADMIN_SECRET');
});
