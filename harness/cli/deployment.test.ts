// What a drill may be pointed at: names by its list, and what is really connected to besides.
import { describe, expect, it } from 'vitest';
import { resolveDrill } from '../drill.ts';
import { openDeployment } from './deployment.ts';

const drill = (connectTo: Record<string, string>, allowHosts: readonly string[], url = 'https://staging.example.org') =>
  resolveDrill({ target: { url, connectTo }, allowHosts }, 'the test');

const at = (address: string) => ({ 'staging.example.org': address });

describe('a drill whose name is connected to elsewhere', () => {
  it('is as near as the address, and its name needs no confirmation then', async () => {
    const opened = await openDeployment(drill(at('127.0.0.1:8443'), ['staging.example.org', '127.0.0.1']), []);
    expect(opened.drill.allowHosts).toEqual(['staging.example.org', '127.0.0.1']);
  });

  it('needs the name and the address on its list', async () => {
    await expect(openDeployment(drill(at('127.0.0.1'), ['127.0.0.1']), [])).rejects.toThrow(
      "staging.example.org is not on the drill's list",
    );
    await expect(openDeployment(drill(at('127.0.0.1'), ['staging.example.org']), [])).rejects.toThrow(
      "127.0.0.1 is not on the drill's list",
    );
  });

  it('is refused where the address is not this machine and not confirmed, whoever the name belongs to', async () => {
    const far = drill(at('192.0.2.7'), ['staging.example.org', '192.0.2.7']);
    await expect(openDeployment(far, ['staging.example.org'])).rejects.toThrow('192.0.2.7 is not this machine');
    await openDeployment(far, ['192.0.2.7']);
    // Also where a loopback name is led away, and where a name is not the target's own.
    const led = drill({ localhost: '192.0.2.7' }, ['localhost', '192.0.2.7'], 'http://localhost:80');
    await expect(openDeployment(led, [])).rejects.toThrow('192.0.2.7 is not this machine');
    const media = drill({ 'media.example.org': '192.0.2.7' }, ['127.0.0.1', '192.0.2.7'], 'http://127.0.0.1:80');
    await expect(openDeployment(media, [])).rejects.toThrow('192.0.2.7 is not this machine');
  });

  it('is refused an address that is a name', () => {
    expect(() => drill(at('proxy.example.org'), [])).toThrow('must be an IP address');
  });
});
