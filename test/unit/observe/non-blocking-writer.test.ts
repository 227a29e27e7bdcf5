import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NonBlockingWriter } from '../../../src/observe/non-blocking-writer.ts';
import { createFolder } from '../../support/folder.ts';

const LINE = 'x'.repeat(999);

test('a line is in the pipe when the call returns', (t) => {
  const pipe = createPipe(t);
  const { writer } = createWriter(t, pipe.fd);
  writer.write('one');
  writer.write('two');
  assert.equal(pipe.read(), 'one\ntwo\n');
});

test('a pipe that nobody reads stops no one, and what waits arrives whole and in order later', async (t) => {
  const pipe = createPipe(t);
  const { writer, dropped } = createWriter(t, pipe.fd);
  for (let i = 0; i < 1000; i += 1) writer.write(`${i} ${LINE}`);
  assert.equal(writer.state, 'stuck');
  let text = '';
  while (isStuck(writer)) {
    text += pipe.read();
    writer.flushSync(0);
  }
  text += pipe.read();
  assert.deepEqual(
    text.split('\n').slice(0, -1),
    Array.from({ length: 1000 }, (_, i) => `${i} ${LINE}`),
  );
  assert.deepEqual(dropped, []);
});

test('what waits is written without further calls when somebody reads again', async (t) => {
  const pipe = createPipe(t);
  const { writer } = createWriter(t, pipe.fd);
  for (let i = 0; i < 100; i += 1) writer.write(LINE);
  assert.equal(writer.state, 'stuck');
  pipe.read();
  while (isStuck(writer)) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.match(pipe.read(), new RegExp(`${LINE}\n$`));
});

test('lines beyond the limit are dropped, counted and told once', (t) => {
  const pipe = createPipe(t);
  const { writer, dropped } = createWriter(t, pipe.fd);
  for (let i = 0; i < 5000; i += 1) writer.write(`${i} ${LINE}`);
  assert.deepEqual(dropped, []);
  let lines = 0;
  while (isStuck(writer)) {
    lines += pipe.read().split('\n').length - 1;
    writer.flushSync(0);
  }
  lines += pipe.read().split('\n').length - 1;
  assert.equal(dropped.length, 1);
  assert.equal(lines + (dropped[0] as number), 5000);
  writer.write('after');
  assert.equal(pipe.read(), 'after\n');
  assert.equal(dropped.length, 1);
});

test('the end of the process does not wait for a reader that never reads', (t) => {
  const { writer } = createWriter(t, createPipe(t).fd);
  for (let i = 0; i < 200; i += 1) writer.write(LINE);
  writer.flushSync(20);
  assert.equal(writer.state, 'stuck');
});

test('a reader that has gone closes the writer and kills nobody', (t) => {
  const folder = createFolder(t);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const reader = openSync(join(folder, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
  const fd = openSync(join(folder, 'pipe'), constants.O_WRONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(fd));
  const { writer, closed } = createWriter(t, fd);
  closeSync(reader);
  writer.write('one');
  writer.write('two');
  writer.flushSync(10);
  assert.deepEqual(closed, ['EPIPE']);
});

test('a descriptor that is not open closes the writer', (t) => {
  const fd = openSync('/dev/null', 'w');
  closeSync(fd);
  const { writer, closed } = createWriter(t, fd);
  writer.write('one');
  assert.deepEqual(closed, ['EBADF']);
});

test('a full disk is a state that passes', (t) => {
  const fd = openSync('/dev/full', 'w');
  t.after(() => closeSync(fd));
  const { writer, closed } = createWriter(t, fd);
  writer.write('one');
  assert.equal(writer.state, 'stuck');
  assert.deepEqual(closed, []);
});

/** Read anew each time, whatever was asserted before. */
function isStuck(writer: NonBlockingWriter): boolean {
  return writer.state === 'stuck';
}

function createWriter(t: TestContext, fd: number) {
  const dropped: number[] = [];
  const closed: (string | undefined)[] = [];
  const writer = new NonBlockingWriter(
    { fd },
    { patienceMs: 0, onDropped: (count) => dropped.push(count), onClosed: ({ code }) => closed.push(code) },
  );
  t.after(() => writer.close());
  return { writer, dropped, closed };
}

/** Both ends of a pipe in one descriptor. `read` gives all that is in it. */
function createPipe(t: TestContext): { fd: number; read(): string } {
  const path = join(createFolder(t), 'pipe');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(fd));
  const buffer = Buffer.alloc(1024 * 1024);
  return {
    fd,
    read() {
      try {
        return buffer.toString('utf8', 0, readSync(fd, buffer));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
        throw error;
      }
    },
  };
}
