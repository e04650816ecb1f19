// The FHIR server until Ctrl-C. It prints the administrator's token and the command that drills it.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8090' }, 'caches-by-path': { type: 'boolean', default: false } },
});
const adminToken = process.env.FHIR_ADMIN_TOKEN ?? randomBytes(16).toString('hex');
try {
  const { startFhir } = await import('./server.ts').catch((error: unknown) => {
    if (!/@medplum/.test(String(error))) throw error;
    throw new Error('the FHIR server is not installed: npm ci --prefix docs/examples/fhir');
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--port ${values.port} is no port`);
  const server = await startFhir({ port, adminToken, cachesByPath: values['caches-by-path'] });
  process.stdout.write(
    `export FHIR_ADMIN_TOKEN=${adminToken}\n\nnpx crosstalk run --config docs/examples/fhir/crosstalk.config.ts --url ${server.url} --admin-url ${server.url}\n\nopen until Ctrl-C\n`,
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
