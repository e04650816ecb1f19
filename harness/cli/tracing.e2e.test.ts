// From a finding to what really happened inside: a collector stands by while a clinic with a bug is drilled, and the trace that the
// finding names leads through the harness's spans to the clinic's own, which tell whose list went out.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAccount } from '../calibration/account.ts';
import { runNumber } from '../drill.ts';
import { type Collector, startCollector } from '../otlp/collector-under-test.ts';
import type { ReceivedSpan } from '../otlp/wire-under-test.ts';
import type { Verdict } from '../verdict.ts';
import { type RunningClinic, startClinic } from './clinic-process.ts';
import { type CommandLine, commandLine, type Finished } from './command-line.ts';

describe('a drill that is traced', () => {
  let cli: CommandLine;
  let collector: Collector;
  let clinic: RunningClinic;
  let finished: Finished;
  let verdict: Verdict;

  beforeAll(async () => {
    cli = commandLine();
    collector = await startCollector();
    const accessLog = path.join(cli.folder, 'access.log');
    clinic = await startClinic({ bug: ['cache-key-lacks-owner'], accessLog, otlp: collector.url });
    finished = await cli.run(
      [
        ...['run', '--url', clinic.url, '--admin-url', clinic.adminUrl, '--otlp', collector.url],
        ...['--sessions', '4', '--duration', '20s', '--fault', 'none', '--stop-on-leak'],
      ],
      { CROSSTALK_CLINIC_ADMIN_SECRET: clinic.secret },
    );
    verdict = cli.verdict();
  });
  afterAll(async () => {
    await clinic?.stop();
    await collector?.close();
    cli?.remove();
  });

  const only = (spans: readonly ReceivedSpan[]): ReceivedSpan => {
    expect(spans).toHaveLength(1);
    return spans[0] as ReceivedSpan;
  };

  it('leads from the finding to the span of the clinic that tells whose list went out, and to whom', async () => {
    expect(finished.exitCode).toBe(1);
    const { first } =
      verdict.findings.find(({ rule }) => rule === 'foreign-listing') ?? expect.fail('nothing was found');
    const ofTrace = collector.spans.filter(({ traceId }) => traceId === first.traceId);
    const from = (service: string): ReceivedSpan[] => ofTrace.filter((span) => span.service === service);

    const operation = only(from('crosstalk').filter(({ parentSpanId }) => parentSpanId === ''));
    expect(operation).toMatchObject({ name: first.action, attributes: { 'crosstalk.operation': first.operation } });
    expect(operation.status).toMatchObject({ code: 2, message: expect.stringContaining('foreign-listing') });
    expect(operation.events).toContainEqual({
      name: 'crosstalk.violation',
      attributes: expect.objectContaining({ 'crosstalk.rule': 'foreign-listing', 'crosstalk.owner': first.owner }),
    });
    const isOfRequest = ({ attributes }: ReceivedSpan): boolean =>
      (attributes['crosstalk.request_id'] ?? attributes['clinic.request_id']) === first.requestId;
    const request = only(from('crosstalk').filter(isOfRequest));
    expect(request).toMatchObject({ parentSpanId: operation.spanId, kind: 3, name: first.route });
    const edge = only(from('clinic-edge').filter(isOfRequest));
    expect(edge).toMatchObject({ parentSpanId: request.spanId, kind: 2, attributes: { 'clinic.node': first.node } });
    const app = only(from('clinic-app').filter(isOfRequest));
    expect(app).toMatchObject({ parentSpanId: edge.spanId, resource: { 'service.instance.id': first.node } });

    const log = readFileSync(path.join(cli.folder, 'access.log'), 'utf8');
    const truth = await fetch(`${clinic.adminUrl}/truth`, { headers: { authorization: `Bearer ${clinic.secret}` } });
    const account = readAccount(log, await truth.text(), runNumber(verdict.id), Array(2_000).keys());
    const ownersOf = (ids: unknown): number[] =>
      [ids].flat().flatMap((id) => account.thingsOf(String(id)).map(({ owner }) => owner));
    expect(ownersOf(edge.attributes['clinic.ids'])).toContain(first.owner);
    expect(ownersOf(app.attributes['clinic.patient.id'])).toEqual([first.viewer]);
    const line = log.split('\n').find((each) => each.includes(`"requestId":"${first.requestId}"`)) ?? '';
    expect(JSON.parse(line)).toMatchObject({ traceId: first.traceId, spanId: edge.spanId });
    for (const report of ['report.html', 'junit.xml'])
      expect(readFileSync(path.join(cli.latest() ?? '', report), 'utf8')).toContain(first.traceId);
  });

  it('has every operation and request as a span of its own, and the drill’s phases', () => {
    const ours = collector.spans.filter(({ service }) => service === 'crosstalk');
    expect(new Set(ours.map(({ traceId, spanId }) => traceId + spanId)).size).toBe(ours.length);
    const operations = ours.filter(({ attributes }) => attributes['crosstalk.operation'] !== undefined);
    expect(new Set(operations.map(({ traceId }) => traceId)).size).toBe(operations.length);
    expect(ours.map(({ name }) => name)).toEqual(expect.arrayContaining(['drill', 'phase load', 'phase alarm-before']));
    expect(finished.stderr).toContain(`traces: ${ours.length.toLocaleString('en')} spans sent`);
    const told = new Set(ours.map(({ traceId, spanId }) => traceId + spanId));
    const theirs = collector.spans.filter(({ service }) => service === 'clinic-edge');
    // What was under way when everything ended is served, and stands in no history.
    const orphans = theirs.filter(({ traceId, parentSpanId }) => !told.has(traceId + parentSpanId));
    expect(orphans.length).toBeLessThan(theirs.length / 10);
  });

  it('changes no verdict where the collector is away, and says so', async () => {
    const args = ['report', cli.latest() ?? '', '--otlp', 'http://127.0.0.1:1'];
    const away = await cli.run(args, { OTEL_EXPORTER_OTLP_TIMEOUT: '5000' });
    expect(away.exitCode).toBe(1);
    const said = away.stdout.replace(/\s+/g, ' ');
    expect(said).toContain('not all spans could be sent to the collector at http://127.0.0.1:1');
    const { warnings, ...rest } = cli.verdict();
    expect(rest).toEqual((({ warnings: _, ...same }) => same)(verdict));
    expect(warnings.some((warning) => warning.includes('ECONNREFUSED'))).toBe(true);
  });
});
