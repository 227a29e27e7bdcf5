/**
 * The floor: a bare Node server that only splits frames and counts them. Prints its port, then the count
 * whenever it is asked for one by a line on standard input.
 */
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

let count = 0;

const server = createServer({ noDelay: true }, (socket: Socket) => {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let position = 0;
    while (position + 4 <= bytes.length) {
      const end = position + 4 + bytes.readUInt32BE(position);
      if (end > bytes.length) break;
      position = end;
      count += 1;
    }
    rest = Buffer.from(bytes.subarray(position));
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
createInterface({ input: process.stdin }).on('line', () => console.log(count));
