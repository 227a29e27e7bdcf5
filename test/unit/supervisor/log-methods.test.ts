import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../../src/config/load.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { LogOutput } from '../../../src/observe/log-output.ts';
import { createSupervisorLogger, type LogLevel } from '../../../src/observe/logger.ts';
import { callControl, followControl } from '../../../src/supervisor/control-client.ts';
import { ControlServer } from '../../../src/supervisor/control-server.ts';
import { createLogMethods } from '../../../src/supervisor/log-methods.ts';
import { createFolder } from '../../support/folder.ts';
import { silentLogger } from '../../support/logger.ts';

async function startServer(t: TestContext) {
  const folder = createFolder(t);
  const { config } = await loadConfig({ cwd: folder, env: {} });
  const paths = resolvePaths(config, {});
  const file = join(folder, 'server.log');
  const output = new LogOutput({ ...config.logging, file, console: 'off' }, { stdout: { fd: 1 } });
  await output.start();
  t.after(() => output.close());
  const logger = createSupervisorLogger(output, 'info');
  const methods = createLogMethods(output, logger, async (level) => {
    logger.level = level;
  });
  const server = new ControlServer(paths.controlSocket, methods, silentLogger);
  await server.start();
  t.after(() => server.close());
  return { paths, logger };
}

const message = (line: string): string => JSON.parse(line).message;

test('the last lines are told, and then each further one without a gap', async (t) => {
  const { paths, logger } = await startServer(t);
  for (let i = 0; i < 5; i += 1) logger.info(`line ${i}`);
  assert.deepEqual((await callControl(paths, 'tail', { lines: 2 })).lines.map(message), ['line 3', 'line 4']);
  const seen: string[] = [];
  const end = new AbortController();
  for await (const lines of followControl(paths, 3, end.signal)) {
    seen.push(...lines.map(message));
    if (seen.length === 3) for (let i = 5; i < 200; i += 1) logger.info(`line ${i}`);
    if (seen.length === 198) break;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 198 }, (_, i) => `line ${i + 2}`),
  );
});

test('a follower that does not read is told how many lines it has missed', async (t) => {
  const { paths, logger } = await startServer(t);
  const seen: Record<string, unknown>[] = [];
  let isFlooded = false;
  for await (const lines of followControl(paths, 0, new AbortController().signal)) {
    if (!isFlooded) {
      // All in one turn, so that nothing of it can be sent meanwhile.
      for (let i = 0; i < 1000; i += 1) logger.info(`line ${i} ${'x'.repeat(10_000)}`);
      isFlooded = true;
    }
    seen.push(...lines.map((line) => JSON.parse(line)));
    if (seen.at(-1)?.missed_lines !== undefined) break;
  }
  const { level, missed_lines, message } = seen.at(-1) ?? {};
  assert.equal(level, 'WARN');
  assert.equal(message, `${missed_lines} log lines were left out here because they were not read in time`);
  assert.equal(seen.length - 1 + Number(missed_lines), 1000);
});

test('followers have a limit, and one that ends makes room', async (t) => {
  const { paths, logger } = await startServer(t);
  const end = new AbortController();
  const followers = Array.from({ length: 32 }, () => followControl(paths, 0, end.signal));
  await Promise.all(followers.map((follower) => follower.next()));
  const further = () => followControl(paths, 0, new AbortController().signal).next();
  await assert.rejects(further(), { code: 'ERR_CONTROL_BUSY' });
  // Commands are not kept out by them.
  assert.equal((await callControl(paths, 'tail', { lines: 0 })).lines.length, 0);
  await followers[0]?.return(undefined);
  for (;;) {
    const isIn = await further().then(
      () => true,
      () => false,
    );
    if (isIn) break;
  }
  logger.info('for nobody');
  end.abort();
});

test('the level is changed and told, and another word changes nothing', async (t) => {
  const { paths, logger } = await startServer(t);
  assert.deepEqual(await callControl(paths, 'set-level', { level: 'debug' }), { from: 'info', to: 'debug' });
  assert.equal(logger.level, 'debug');
  for (const level of ['verbose', '', '__proto__', 7, null]) {
    await assert.rejects(callControl(paths, 'set-level', { level: level as LogLevel }), {
      code: 'ERR_CONTROL_PARAMS',
    });
  }
  assert.equal(logger.level, 'debug');
});

for (const lines of [-1, 1.5, '5', null]) {
  test(`tail of ${JSON.stringify(lines)} lines is refused`, async (t) => {
    const { paths } = await startServer(t);
    await assert.rejects(callControl(paths, 'tail', { lines: lines as number }), {
      code: 'ERR_CONTROL_PARAMS',
    });
  });
}
