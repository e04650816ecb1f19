// Answers the benchmark's requests as fast as a socket takes them, in a process of its own, and counts them: a list of 2 KB
// without anybody's canary in it. No HTTP library: the requests are k6's, without a body, one at a time on a connection.
import { createServer } from 'node:net';

const listBytes = 2_048;
const items = Array.from({ length: 10 }, (_, number) => ({ id: `consultation-${number}`, title: 'Follow-up' }));
let answered = 0;

function answerTo(request: string): string {
  answered += 1;
  const stamp = request.startsWith('GET /new') ? String(answered) : '';
  const bare = JSON.stringify({ items, stamp, padding: '' });
  const body = `${bare.slice(0, -2)}${'lorem ipsum '.repeat(listBytes).slice(0, listBytes - bare.length)}"}`;
  return (
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncache-control: private, no-store\r\nx-node: app-1\r\n' +
    `x-request-id: ${answered}\r\ndate: ${new Date().toUTCString()}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => socket.write(answerTo(chunk.toString('latin1'))));
});
server.listen(0, '127.0.0.1', () => process.send?.({ address: server.address() }));
process.on('message', () => process.send?.({ answered }));
process.once('disconnect', () => process.exit());
